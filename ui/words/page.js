// Owns what belongs to no section: copying, and what saving says; refuses to touch the page.

import { t } from "../words.js";

export const COPY = t("Copy");

/** What a button says once it has copied, or has not. */
export const copiedOnButton = (copied) => copied ? t("Copied") : t("Select and copy by hand");

/** The same, for those who do not see the button. */
export const copiedAloud = (copied) => copied ? t("Copied.") : t("Could not copy.");

/**
 * The problem of a window whose resident does not answer.
 * @param {unknown} error
 * @returns {import("../problem.js").Shown}
 */
export function unreachable(error) {
  const detail = `${String(error).replace(/^./, (first) => first.toUpperCase())}.`;
  return { kind: "unreachable", title: t("The window cannot reach Presence Tray"), detail, remedy: "", ids: {} };
}

/** Why a snapshot cannot be shown: part of a sentence. */
export const senseless = (why) => t("the running Presence Tray is a different version ({why}); quit it and start it again", { why: String(why) });

/** What the account's note says when the resident cannot be reached; it may run all the same. */
export const NOT_CONNECTED = t("Not connected");

/** A problem in plain text, for the help desk. */
export function forHelpDesk({ title, detail, remedy, ids }) {
  const values = Object.entries(ids).map(([name, value]) => `${name}: ${value}`);
  return [title, detail, remedy, ...values].filter(Boolean).join("\n");
}

/** A problem in one paragraph, below what it is about. */
export const said = ({ detail, remedy }) => [detail, remedy].filter(Boolean).join(" ");

/** A key of the configuration that the organisation set. */
export const MANAGED = t("Set by your organisation");
