// Owns the sentences about status, account and sign-in beside the page's fixed labels; refuses to touch the page.

import { t } from "../words.js";

/** The five statuses by name. */
export const LABELS = {
  "available": t("Available"),
  "in-a-call": t("In a call"),
  "in-a-conference-call": t("In a conference call"),
  "away": t("Away"),
  "presenting": t("Presenting"),
};

/** A time of the snapshot (RFC 3339 UTC) as people here write it; with the day when that is not today. */
export function clock(time, now = new Date()) {
  const at = new Date(time);
  const short = at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  if (at.toDateString() === now.toDateString()) return short;
  return `${at.toLocaleDateString([], { weekday: "short" })} ${short}`;
}

/**
 * What holds: a few words, and the sentence below them.
 * @param {Door.Snapshot} snapshot
 * @returns {[what: string, until: string]}
 */
export function holds({ wanted, until, session, progress }) {
  const says = session ? LABELS[session.status] : "";
  const still = session ? t("Still {status} until {time}.", { status: says, time: clock(session.expires_at) }) : "";
  switch (progress) {
    case "setting":
      return [t("Setting {status}…", { status: LABELS[wanted] }), still];
    case "clearing":
      return [t("Clearing…"), still];
    case "waiting":
      return [wanted ? t("{status}, not set yet", { status: LABELS[wanted] }) : t("Not cleared yet"), still];
    default:
      if (!session) return [t("No status set"), t("Teams decides what colleagues see.")];
      return [says, until ? t("Until {time}.", { time: clock(until) }) : lease(session)];
  }
}

function lease({ renews_at, expires_at }) {
  return renews_at ? t("Next renewal at {time}.", { time: clock(renews_at) }) : t("Expires at {time}.", { time: clock(expires_at) });
}

/**
 * Which drawing shows what holds.
 * @param {Door.Snapshot} snapshot
 */
export function drawing({ wanted, session, progress }) {
  if (progress === "settled") return session ? `${session.status}.svg` : "none.svg";
  return wanted ? `${wanted}-setting.svg` : "none.svg";
}

/**
 * What colleagues see; "" when that is not known.
 * @param {Door.Snapshot} snapshot
 */
export function seen({ effective }) {
  if (!effective) return "";
  const seen = availability(effective.availability);
  const activity = availability(effective.activity);
  if (!activity || activity === seen) return t("Colleagues see {seen}.", { seen });
  const doing = `${activity.charAt(0).toLowerCase()}${activity.slice(1)}`;
  return t("Colleagues see {seen} ({doing}).", { seen, doing });
}

/** An availability or activity of Graph, such as `InAConferenceCall`, as people write it. */
export function availability(name) {
  const words = name.replace(/([A-Z])/g, " $1").trim().toLowerCase();
  return t(words.charAt(0).toUpperCase() + words.slice(1));
}

/**
 * Whose presence this is: a name and a note below it.
 * @param {Door.Snapshot} snapshot
 */
export function account({ account, sign_in }) {
  const notes = {
    "not-configured": t("Not set up yet"),
    "looking": t("Looking for your sign-in…"),
    "signed-out": t("Signed out"),
    "signing-in": t("Signing in…"),
    "needed": t("Sign in again"),
    "signed-in": t("Signed in"),
  };
  return [account?.name ?? "Presence Tray", notes[sign_in.is]];
}

/**
 * The title of the card that asks for a sign-in.
 * @param {Door.SignInReport} sign_in
 */
export function welcome({ is }) {
  return is === "needed" ? t("Sign in again") : t("Sign in");
}

/**
 * The title of the card of a sign-in under way.
 * @param {Extract<Door.SignInReport, { is: "signing-in" }> | null} sign_in
 */
export function signingIn(sign_in) {
  if (sign_in?.user_code) return t("Sign in with a code");
  return sign_in?.url ? t("Continue in your browser") : t("Signing in…");
}

/**
 * How long a code is still valid.
 * @param {number} milliseconds
 */
export function codeLeft(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return t("Valid for {time}", { time });
}

/** The entry of the durations that a wish with an end stands at. */
export function durationNow(until) {
  return t("Until {time}", { time: clock(until) });
}

/**
 * What there is to say of the status message; it goes with the status that is chosen.
 * @param {Door.Snapshot} snapshot
 */
export function message({ wanted, message }) {
  switch (message?.state) {
    case "setting":
      return t("The message is being set.");
    case "set":
      return t("The message is set, and ends with the status.");
    case "not-set":
      return message.problem ? `${message.problem.detail} ${message.problem.remedy}` : t("The message is not set.");
    default:
      return wanted ? "" : t("The message goes with the status that you choose.");
  }
}

/**
 * Why what colleagues see is not what was chosen; "" when it is.
 * @param {Door.Snapshot} snapshot
 */
export function difference({ difference }) {
  if (!difference) return "";
  // The next step is a button then.
  return difference.can_reset ? difference.text : `${difference.text} ${difference.remedy}`;
}

/**
 * What removing the status set in Teams does.
 * @param {Door.Snapshot} snapshot
 */
export function resetting({ session }) {
  const status = LABELS[session?.status];
  return status
    ? t("This removes what you chose in Teams, also “Appear offline”, so that {status} shows. A call or a meeting still shows.", { status })
    : t("This removes what you chose in Teams, also “Appear offline”, so that your status shows. A call or a meeting still shows.");
}

/**
 * The next step for a person; "" when it is a button of this window.
 * @param {import("../problem.js").Shown} problem
 */
export function remedy({ kind, remedy }) {
  return ["sign-in-needed", "sign-in-cancelled", "sign-in-expired"].includes(kind) ? "" : remedy;
}
