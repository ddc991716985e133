// Owns the names of settings and of their values; what each means the resident says. Refuses to touch the page.

import { CLOUDS } from "./guide.js";
import { LABELS as STATUSES } from "./status.js";

export const LABELS = {
  "client_id": "Application (client) ID",
  "tenant": "Tenant",
  "cloud": "Microsoft cloud",
  "custom_cloud.authority": "Sign-in service",
  "custom_cloud.graph": "Graph service",
  "expiration": "A status outlives this computer by",
  "on_quit": "At quit, sleep and shutdown",
  "on_start": "At start",
  "on_end": "After a timed status",
  "autostart": "Start when I log in",
  "notifications": "Notifications",
  "pin_away": "Show Away while Teams is active",
};

const CHOICES = {
  "cloud": { ...CLOUDS, "custom": "Custom" },
  "on_quit": { "clear": "Clear my status", "keep": "Let it expire" },
  "on_end": { "resume": "The status before it", "clear": "No status" },
  "on_start": {
    "resume": "The last status",
    "nothing": "No status",
    ...STATUSES,
  },
  "notifications": { "problems": "Problems only", "all": "All", "none": "None" },
};

/** The spans that are offered for a key that takes any between its limits, as ISO 8601 durations. */
export const SPANS = { "expiration": ["PT5M", "PT15M", "PT30M", "PT1H", "PT2H", "PT4H"] };

/** A value as people say it. */
export function choice(key, value) {
  return CHOICES[key]?.[value] ?? (key in SPANS ? span(value) : value);
}

function span(iso) {
  const [, hours, minutes, seconds] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(iso) ?? [];
  const parts = [[hours, "hour"], [minutes, "minute"], [seconds, "second"]].filter(([count]) => count);
  return parts.map(([count, unit]) => `${count} ${unit}${count === "1" ? "" : "s"}`).join(" ") || iso;
}

export const RESET = "Reset";
export const resetOf = (key) => `Reset: ${LABELS[key] ?? key}`;
export const saved = (key) => `Saved: ${LABELS[key] ?? key}.`;

/** Where the settings are kept. */
export const file = (path) => `Saved in ${path}. Comments and order in it are kept.`;

/** Where a mistake in the file is. */
export const mistake = ({ line, column, message }) => `Line ${line}, column ${column}: ${message}.`;
