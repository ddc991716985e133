// Owns the way to the resident: one stream of snapshots, one request at a time and its answer. Refuses to know what
// either means.

const { invoke, Channel } = window.__TAURI__.core;

/** Streams snapshots to `onmessage` until the resident ends; throws a sentence when it cannot be reached. */
export function watch(onmessage) {
  const snapshots = new Channel();
  snapshots.onmessage = onmessage;
  return invoke("watch", { snapshots });
}

/** Asks for a command and waits for its outcome. */
export async function command(command) {
  return (await invoke("ask", { request: { do: command } })).outcome;
}

/** Reads "config" or "doctor". */
export async function read(what) {
  return (await invoke("ask", { request: { read: what } }))[what];
}

/** Changes the configuration; the configuration after it, or the problem that stood in the way. */
export async function configure(change) {
  return invoke("ask", { request: { configure: change } });
}

/** Sets a key of the configuration. */
export const setKey = (key, value) => configure({ set: { key, value } });

/** Removes a key of the configuration, so that its default applies. */
export const unsetKey = (key) => configure({ unset: { key } });
