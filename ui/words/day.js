// Owns the sentences about the last 24 hours; refuses to touch the page.

import { t } from "../words.js";
import { availability, clock, LABELS } from "./status.js";

export const STRIP = t("Lapses of the last 24 hours");
/** The lanes from above. */
export const LANES = [t("Wanted"), t("Session"), t("Seen")];

const NOT_RUNNING = { "not-running": t("Not running"), "asleep": t("Asleep"), "unknown": t("Not known") };

/** A status by name, an availability of Graph, or why there was neither. */
export function label(is) {
  return LABELS[is] ?? NOT_RUNNING[is] ?? availability(is);
}

/** From when to when. */
export function between(from, to) {
  return `${clock(from)} – ${clock(to, new Date(from))}`;
}

/** What a piece of a lane shows. */
export function piece(from, to, lane, is) {
  return `${between(from, to)}, ${LANES[lane]}: ${is ? label(is) : t("nothing")}.`;
}

/**
 * How long a wanted status was not confirmed, and why.
 * @param {Door.Lapse} lapse
 */
export function lapse({ from, to, wanted, problem }) {
  const [time, status, span] = [between(from, to), LABELS[wanted], lasting(milliseconds({ from, to }))];
  const lapsed = t("{time}: {status} was not confirmed for {span}.", { time, status, span });
  return problem ? `${lapsed} ${problem.title}. ${problem.detail}` : lapsed;
}

function milliseconds({ from, to }) {
  return new Date(to).getTime() - new Date(from).getTime();
}

function lasting(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.round(seconds / 60);
  if (seconds === 1) return t("1 second");
  if (seconds < 120) return t("{seconds} seconds", { seconds });
  if (minutes < 120) return t("{minutes} minutes", { minutes });
  return t("{hours} hours", { hours: Math.round(minutes / 60) });
}

/** What stands below the strip while nobody points at it. */
export function summary(lapses) {
  if (!lapses.length) return t("No lapse in the last 24 hours.");
  const span = lasting(lapses.reduce((sum, lapse) => sum + milliseconds(lapse), 0));
  return lapses.length === 1 ? t("1 lapse of {span}.", { span }) : t("{count} lapses, {span} together.", { count: lapses.length, span });
}

/** The times below the strip, from its beginning to its end. */
export function hours(from, to) {
  const begin = new Date(from).getTime();
  const length = new Date(to).getTime() - begin;
  return [0, 0.25, 0.5, 0.75, 1].map((part) => clock(begin + part * length, new Date(begin + part * length)));
}
