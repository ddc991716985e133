// Owns what the help section says, and the text for the help desk; refuses to touch the page.

import { t } from "../words.js";

const NAMES = {
  "configuration": t("Settings"),
  "keyring": t("Keyring"),
  "network": t("Network"),
  "clock": t("Clock"),
  "registration": t("App registration"),
  "resident": "Presence Tray",
  "sign-in": t("Sign-in"),
  "permission": t("Permission"),
  "tray": t("Tray"),
  "shortcuts": t("Shortcuts"),
  "autostart": t("Start at log-in"),
  "installation": t("Installation"),
};

/** What was looked at. */
export const name = (check) => NAMES[check] ?? check;

export const OK = t("fine");
export const PROBLEM = t("needs attention");
export const LOOKING = t("Looking…");

/** What came of all checks. */
export function result(checks) {
  const ill = checks.filter(({ ok }) => !ok).length;
  return ill === 0 ? t("Everything is fine.") : t("{count} of {all} need attention.", { count: ill, all: checks.length });
}

/** Which program this is. */
export const version = (/** @type {string} */ number) => `Presence Tray ${number}`;

/**
 * The findings without names of people or of their folders.
 * @param {string} number
 * @param {Door.CheckReport[]} checks
 * @param {string} userAgent
 */
export function diagnostics(number, checks, userAgent) {
  const lines = checks.flatMap(({ name, text, problem }) => !problem
    ? [`${name}: ok: ${text}`]
    : [`${name}: problem: ${problem.title}. ${problem.detail} ${problem.remedy}`,
      ...Object.entries(problem.ids).map(([id, value]) => `  ${id}: ${value}`)]);
  return redacted([version(number), userAgent, "", ...lines].join("\n"));
}

function redacted(text) {
  return text
    .replace(/[^\s"'<>()]+@[^\s"'<>(),;]+/g, "(account)")
    .replace(/(\/home\/|\/Users\/|[A-Z]:\\Users\\)[^/\\\s]+/g, "$1(user)");
}
