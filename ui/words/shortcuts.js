// Owns what is said of keyboard shortcuts; refuses to touch the page.

import { said } from "./page.js";
import { LABELS as STATUSES } from "./status.js";

export const LABELS = {
  ...STATUSES,
  "clear": "Clear my status",
  "open": "Open this window",
};

export const NONE = "None";
export const RECORD = "Record";
export const CANCEL = "Cancel";
export const CLEAR = "Clear";
export const PRESS = "Press the keys…";

/** What a button is called beside others of the same word. */
export const labelled = (word, label) => `${word}: ${label}`;
export const recorded = (label, keys) => `${label}: ${keys}.`;
export const cleared = (label) => `${label}: no keys.`;

/** The title of the resident's problem with the shortcut of this name. */
export const titleOf = (name) => `The shortcut for ${name} does not work`;

/** What is wrong with all shortcuts at once. */
export function general(problems) {
  const whole = problems.find(({ title }) => !/^The shortcut for /.test(title));
  return whole ? said(whole) : "";
}
