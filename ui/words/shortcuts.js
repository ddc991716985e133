// Owns what is said of keyboard shortcuts; refuses to touch the page.

export const LABELS = {
  "available": "Available",
  "in-a-call": "In a call",
  "in-a-conference-call": "In a conference call",
  "away": "Away",
  "presenting": "Presenting",
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

/** Why keys cannot be used, or were not saved. */
export const refused = ({ detail, remedy }) => [detail, remedy].filter(Boolean).join(" ");

/** What is wrong with all shortcuts at once. */
export function general(problems) {
  const whole = problems.find(({ title }) => !/^The shortcut for /.test(title));
  return whole ? [whole.detail, whole.remedy].filter(Boolean).join(" ") : "";
}
