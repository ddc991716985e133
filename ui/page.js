// Owns how a part of the page is found, made, written and copied from; refuses to know what it says.

import * as words from "./words/page.js";

/**
 * The element of this id.
 * @param {string} id
 * @returns {any}
 */
export const at = (id) => document.getElementById(id);

/**
 * Writes only what differs: a live region must not speak twice.
 * @param {string} id
 * @param {string} text
 */
export function write(id, text) {
  const place = at(id);
  if (place.textContent !== text) place.textContent = text;
}

/**
 * A new element. Attributes whose value is `null`, `undefined` or `false` are left out, `true` ones are empty, and
 * `on…` ones are listeners; children are elements or texts.
 * @param {string} name
 * @param {Record<string, any>} attributes
 * @param {(Element | string | null | undefined)[]} children
 * @returns {any}
 */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/**
 * The same for a drawing.
 * @param {string} name
 * @param {Record<string, any>} attributes
 * @param {(Element | string | null | undefined)[]} children
 * @returns {any}
 */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** @type {WeakMap<Element, string>} of which entry each row was made */
const madeOf = new WeakMap();

/**
 * Shows a row for each entry, which come in the same order each time. A row that would be the same stays in place: a
 * person may be about to click it. The focus stays; where its row is made anew, at the first control in it.
 * @template T
 * @param {Element} list
 * @param {T[]} entries
 * @param {(entry: T) => Element} row
 * @param {Element | null} own the row in which something was changed; it is made anew in any case
 */
export function showRows(list, entries, row, own = null) {
  const texts = entries.map((entry) => JSON.stringify(entry));
  const focused = [...list.children].find((row) => row.contains(document.activeElement));
  const control = focused?.querySelector("input, select, button")?.id;
  for (const old of [...list.children]) {
    if (old === own || !texts.includes(madeOf.get(old) ?? "")) old.remove();
  }
  entries.forEach((entry, index) => {
    const here = list.children[index];
    if (here && madeOf.get(here) === texts[index]) return;
    const anew = row(entry);
    madeOf.set(anew, texts[index]);
    list.insertBefore(anew, here ?? null);
  });
  if (control && !list.contains(document.activeElement)) at(control)?.focus();
}

/**
 * A button.
 * @param {string} label
 * @param {((event: Event) => unknown) | null} onclick
 * @param {"primary" | "quiet" | null} kind
 */
export function button(label, onclick, kind = null) {
  return element("button", { type: "button", class: kind, onclick }, label);
}

/** A text that a person copies, in a line of its own, with its button; `name` says what the button copies. */
export function copyLine(text, name) {
  const code = element("code", {}, text);
  const copier = button(words.COPY, () => copyFrom(copier, text), "quiet");
  copier.setAttribute("aria-label", name);
  return element("p", { class: "copy" }, code, copier);
}

/** A longer text that a person copies as it is; `name` says what it is. */
export function copyBlock(text, name) {
  const block = element("pre", { tabindex: 0, "aria-label": name }, text);
  const copier = button(words.COPY, () => copyFrom(copier, text), "quiet");
  copier.setAttribute("aria-label", `${words.COPY}: ${name}`);
  return element("div", { class: "block" }, block, copier);
}

/** Says something to those who do not see the page. */
export function say(text) {
  write("said", text);
}

/** Copies `text` and lets the button say so for a moment. */
export async function copyFrom(button, text) {
  const label = button.textContent;
  const copied = await toClipboard(text);
  say(words.copiedAloud(copied));
  button.textContent = words.copiedOnButton(copied);
  button.disabled = true;
  setTimeout(() => {
    button.textContent = label;
    button.disabled = false;
    say("");
  }, 1500);
}

/** WebKitGTK keeps the clipboard interface to itself and still obeys the older command. */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const carrier = element("textarea", { class: "unseen" });
    carrier.value = text;
    document.body.append(carrier);
    carrier.select();
    const copied = document.execCommand("copy");
    carrier.remove();
    return copied;
  }
}
