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

/** What was so from `since` on, page by page: its spans, its lapses and until when it tells. */
export async function history(since) {
  const day = { spans: [], lapses: [], until: null };
  for (let after = 0; after !== null;) {
    const page = (await invoke("ask", { request: { read: { history: { since, after } } } })).history;
    day.spans.push(...page.spans);
    day.lapses.push(...page.lapses);
    [day.until, after] = [page.until, page.next];
  }
  return day;
}

/** Changes the configuration; the configuration after it, or the problem that stood in the way. */
export async function configure(change) {
  return invoke("ask", { request: { configure: change } });
}

/** Sets a key of the configuration. */
export const setKey = (key, value) => configure({ set: { key, value } });

/** Removes a key of the configuration, so that its default applies. */
export const unsetKey = (key) => configure({ unset: { key } });
