// Owns what is said of keyboard shortcuts; refuses to touch the page.

import { t } from "../words.js";
import { said } from "./page.js";
import { LABELS as STATUSES } from "./status.js";

export const LABELS = {
  ...STATUSES,
  "clear": t("Clear my status"),
  "open": t("Open this window"),
};

export const NONE = t("None");
export const RECORD = t("Record");
export const CANCEL = t("Cancel");
export const CLEAR = t("Clear");
export const PRESS = t("Press the keys…");

/** What a button is called beside others of the same word. */
export const labelled = (word, label) => `${word}: ${label}`;
export const recorded = (label, keys) => `${label}: ${keys}.`;
export const cleared = (label) => t("{shortcut}: no keys.", { shortcut: label });

/** The title of the resident's problem with the shortcut of this name. */
export const titleOf = (name) => t("The shortcut for {name} does not work", { name });

/** What is wrong with all shortcuts at once. */
export function general(problems) {
  const titles = Object.keys(LABELS).map(titleOf);
  const whole = problems.find(({ title }) => !titles.includes(title));
  return whole ? said(whole) : "";
}
