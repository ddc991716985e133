// Owns the names of settings and of their values; what each means the resident says. Refuses to touch the page.

import { t } from "../words.js";
import { CLOUDS } from "./guide.js";
import { LABELS as STATUSES } from "./status.js";

export const LABELS = {
  "client_id": t("Application (client) ID"),
  "tenant": t("Tenant"),
  "cloud": t("Microsoft cloud"),
  "custom_cloud.authority": t("Sign-in service"),
  "custom_cloud.graph": t("Graph service"),
  "expiration": t("A status outlives this computer by"),
  "on_quit": t("At quit, sleep and shutdown"),
  "on_start": t("At start"),
  "on_end": t("After a timed status"),
  "autostart": t("Start when I log in"),
  "notifications": t("Notifications"),
  "pin_away": t("Show Away while Teams is active"),
  "language": t("Language"),
  "device_code": t("Sign-in with a code"),
};

const CHOICES = {
  "cloud": { ...CLOUDS, "custom": t("Custom") },
  "on_quit": { "clear": t("Clear my status"), "keep": t("Let it expire") },
  "on_end": { "resume": t("The status before it"), "clear": t("No status") },
  "on_start": {
    "resume": t("The last status"),
    "nothing": t("No status"),
    ...STATUSES,
  },
  "notifications": { "problems": t("Problems only"), "all": t("All"), "none": t("None") },
};

/** The spans that are offered for a key that takes any between its limits, as ISO 8601 durations. */
export const SPANS = { "expiration": ["PT5M", "PT15M", "PT30M", "PT1H", "PT2H", "PT4H"] };

/** A value as people say it. */
export function choice(key, value) {
  if (key === "language") return value === "system" ? t("System language") : nameOf(value);
  return CHOICES[key]?.[value] ?? (key in SPANS ? span(value) : value);
}

/** What a language is called by those who speak it. */
const nameOf = (code) => new Intl.DisplayNames([code], { type: "language" }).of(code);

function span(iso) {
  const [, hours, minutes, seconds] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(iso) ?? [];
  const parts = [
    hours && (hours === "1" ? t("1 hour") : t("{hours} hours", { hours })),
    minutes && (minutes === "1" ? t("1 minute") : t("{minutes} minutes", { minutes })),
    seconds && (seconds === "1" ? t("1 second") : t("{seconds} seconds", { seconds })),
  ];
  return parts.filter(Boolean).join(" ") || iso;
}

export const RESET = t("Reset");
export const resetOf = (key) => t("Reset: {setting}", { setting: LABELS[key] ?? key });
export const saved = (key) => t("Saved: {setting}.", { setting: LABELS[key] ?? key });

/** Where the settings are kept. */
export const file = (path) => t("Saved in {path}. Comments and order in it are kept.", { path });

/** Where a mistake in the file is. */
export const mistake = ({ line, column, message }) => t("Line {line}, column {column}: {message}.", { line, column, message });
