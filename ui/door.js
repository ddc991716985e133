// Owns the way to the resident: one stream of snapshots, one request at a time and its answer. Refuses to know what
// either means.

import { unreachable } from "./words/page.js";

/** @type {any} Tauri's, which brings no types along. */
const { __TAURI__: tauri } = window;
const { invoke, Channel } = tauri.core;

/**
 * @param {Door.Request} request
 * @returns {Promise<any>} the door's response, which has the one key that the request says
 */
const ask = (request) => invoke("ask", { request });

/**
 * Streams snapshots until the resident ends; throws a sentence when it cannot be reached.
 * @param {(snapshot: Door.Snapshot) => void} onmessage
 * @returns {Promise<void>}
 */
export function watch(onmessage) {
  const snapshots = new Channel();
  snapshots.onmessage = onmessage;
  return invoke("watch", { snapshots });
}

/**
 * Asks for a command and waits for its outcome.
 * @param {Door.Command} command
 * @returns {Promise<Door.Outcome>}
 */
export async function command(command) {
  return (await ask({ do: command })).outcome;
}

/**
 * Reads what snapshots are too small for.
 * @template {"config" | "doctor"} What
 * @param {What} what
 * @returns {Promise<What extends "config" ? Door.ConfigReport : Door.Diagnosis>}
 */
export async function read(what) {
  return (await ask({ read: what }))[what];
}

/**
 * What was so from a time on: all pages as one.
 * @param {Date} from
 * @returns {Promise<Door.Page>}
 */
export async function history(from) {
  const since = from.toISOString();
  const { history } = await ask({ read: { history: { since, after: null } } });
  while (history.next > 0) {
    const { history: page } = await ask({ read: { history: { since, after: history.next } } });
    history.spans.push(...page.spans);
    history.lapses.push(...page.lapses);
    history.next = page.next;
  }
  return history;
}

/**
 * Changes the configuration; the configuration after it, or the problem that stood in the way.
 * @param {Door.Change} change
 * @returns {Promise<{ config: Door.ConfigReport, problem?: undefined } | { config?: undefined, problem: import("./problem.js").Shown }>}
 */
export async function configure(change) {
  try {
    return await ask({ configure: change });
  } catch (error) {
    return { problem: unreachable(error) };
  }
}

/**
 * Sets a key of the configuration.
 * @param {string} key
 * @param {string} value
 */
export const setKey = (key, value) => configure({ set: { key, value } });

/**
 * Removes a key of the configuration, so that its default applies.
 * @param {string} key
 */
export const unsetKey = (key) => configure({ unset: { key } });
