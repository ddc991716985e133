// Records keys for each status by letting a person press them; refuses to grab them, which the resident does.

import { read, setKey, unsetKey } from "./door.js";
import { at, button, element, say, showRows } from "./page.js";
import { MANAGED, said } from "./words/page.js";
import * as words from "./words/shortcuts.js";

/** @type {Door.Problem[]} what the resident says of shortcuts that do not work */
let problems = [];
/** @type {{ by: Element, end: (isKept?: boolean) => void } | null} the recording under way */
let recording = null;

/**
 * Shows what of a snapshot concerns shortcuts.
 * @param {Door.Snapshot} snapshot
 */
export function show({ desktop }) {
  problems = desktop.filter(({ kind }) => kind === "shortcut");
  /** @type {NodeListOf<HTMLElement>} */
  const places = document.querySelectorAll("[data-conflict]");
  for (const place of places) {
    place.textContent = about(place.dataset.conflict ?? "");
  }
  at("shortcuts-trouble").textContent = words.general(problems);
}

/** Reads the shortcuts and shows them. */
export async function open() {
  draw(await read("config"));
}

/**
 * @param {Door.ConfigReport} config
 * @param {Element | null} own the row that was changed
 */
function draw({ keys, mistake }, own = null) {
  const shown = keys.filter(({ kind }) => kind === "shortcut");
  showRows(at("shortcuts-keys"), shown.map((entry) => ({ entry, isBroken: Boolean(mistake) })), row, own);
  if (!recording?.by.isConnected) recording?.end();
}

/** @param {{ entry: Door.KeyReport, isBroken: boolean }} shown */
function row({ entry: { key, value: set, origin }, isBroken }) {
  const value = set === null ? null : String(set);
  const name = key.replace("shortcuts.", "");
  const label = words.LABELS[name] ?? name;
  const trouble = element("p", { class: "wrong", "data-conflict": name, role: "alert" }, about(name));
  const keys = element("kbd", {}, value ?? words.NONE);
  const isLocked = origin === "policy" || isBroken;
  /** @param {string | null} text */
  const save = async (text) => {
    const { config, problem } = text === null ? await unsetKey(key) : await setKey(key, text);
    if (problem) {
      trouble.textContent = said(problem);
      keys.textContent = value ?? words.NONE;
      return;
    }
    say(text === null ? words.cleared(label) : words.recorded(label, text));
    draw(config, own);
  };
  const record = button(words.RECORD, () => {
    if (recording?.by === record) recording?.end();
    else listenFor({ record, keys, label, before: value, save });
  });
  record.id = `record-${name}`;
  record.disabled = isLocked;
  record.setAttribute("aria-label", words.labelled(words.RECORD, label));
  const clear = value && !isLocked ? button(words.CLEAR, () => save(null), "quiet") : null;
  clear?.setAttribute("aria-label", words.labelled(words.CLEAR, label));
  const own = element("div", { class: "setting" },
    element("div", { class: "what" }, element("p", { class: "name" }, label),
      origin === "policy" ? element("p", { class: "small managed" }, MANAGED) : null, trouble),
    element("div", { class: "control" }, keys, record, clear));
  return own;
}

/**
 * What is wrong with the shortcut of this name.
 * @param {string} name
 */
function about(name) {
  const problem = problems.find(({ title }) => title === words.titleOf(name));
  return problem ? said(problem) : "";
}

/**
 * The next keys with Ctrl, Alt or Super are the shortcut. Escape alone keeps what was, and so does whoever turns to
 * something else: keys that are meant for that are not recorded.
 */
function listenFor({ record, keys, label, before, save }) {
  recording?.end();
  const name = (word) => {
    record.textContent = word;
    record.setAttribute("aria-label", words.labelled(word, label));
  };
  name(words.CANCEL);
  keys.textContent = words.PRESS;
  keys.classList.add("recording");
  say(words.PRESS);
  const over = new AbortController();
  const end = (isKept = true) => {
    over.abort();
    name(words.RECORD);
    keys.classList.remove("recording");
    if (isKept) keys.textContent = before ?? words.NONE;
    recording = null;
  };
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    event.preventDefault();
    event.stopPropagation();
    const held = modifiers(event);
    if (event.key === "Escape" && held.length === 0) return end();
    const key = keyName(event);
    keys.textContent = [...held, key ?? "…"].join("+");
    if (key && held.some((modifier) => modifier !== "Shift")) {
      end(false);
      save([...held, key].join("+"));
    }
  };
  const options = { capture: true, signal: over.signal };
  window.addEventListener("keydown", press, options);
  window.addEventListener("pointerdown", ({ target }) => { if (target !== record) end(); }, options);
  window.addEventListener("blur", ({ target }) => { if (target === window) end(); }, options);
  recording = { by: record, end };
}

/** @param {KeyboardEvent} event */
function modifiers({ ctrlKey, altKey, shiftKey, metaKey }) {
  return [[ctrlKey, "Ctrl"], [altKey, "Alt"], [shiftKey, "Shift"], [metaKey, "Super"]]
    .filter(([isHeld]) => isHeld).map(([, name]) => name);
}

/**
 * The name of the pressed key in config.toml; nothing for a modifier alone.
 * @param {KeyboardEvent} event
 */
function keyName({ key, code }) {
  if (["Control", "Alt", "Shift", "Meta", "AltGraph", "OS"].includes(key)) return null;
  // What is printed on it; with Alt some layouts give another letter.
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  const placed = /^(?:Key|Digit)([A-Z0-9])$/.exec(code);
  if (placed) return placed[1];
  return code === "IntlBackslash" ? "<" : code || null;
}
