// Shows every key of the configuration and saves each change at once; refuses to judge a value, which the resident does.

import { configure, read, setKey, unsetKey } from "./door.js";
import { at, button, element, say, showRows } from "./page.js";
import { MANAGED, said } from "./words/page.js";
import * as words from "./words/settings.js";

/** Reads the configuration and shows it. */
export async function open() {
  show(await read("config"));
}

/**
 * @param {Door.ConfigReport} config
 * @param {Element | null} own the row that was changed
 */
function show({ path, mistake, keys }, own = null) {
  const isCustom = keys.some(({ key, value }) => key === "cloud" && value === "custom");
  const shown = keys.filter(({ key, kind }) => kind !== "shortcut" && (isCustom || !key.startsWith("custom_cloud.")));
  showRows(at("settings-keys"), shown.map((entry) => ({ entry, isBroken: Boolean(mistake) })), row, own);
  at("settings-file").textContent = words.file(path);
}

/** @param {{ entry: Door.KeyReport, isBroken: boolean }} shown */
function row({ entry, isBroken }) {
  const { key, origin, meaning } = entry;
  const id = `key-${key}`;
  const wrong = element("p", { class: "wrong", id: `${id}-wrong`, role: "alert" });
  const isLocked = origin === "policy" || isBroken;
  /** @param {Awaited<ReturnType<typeof configure>>} answer */
  const told = ({ config, problem }) => {
    wrong.textContent = problem ? said(problem) : "";
    if (problem) return false;
    say(words.saved(key));
    show(config, own);
    return true;
  };
  /** @type {Save} */
  const save = async (value) => told(value === "" ? await unsetKey(key) : await setKey(key, value));
  const control = controlOf(entry, id, isLocked, save);
  const label = element("label", { for: id }, words.LABELS[key] ?? key);
  const notes = origin === "policy" ? element("p", { class: "small managed" }, MANAGED) : null;
  const reset = origin === "file" && !isBroken && key !== "client_id"
    ? button(words.RESET, async () => told(await unsetKey(key)), "quiet") : null;
  reset?.setAttribute("aria-label", words.resetOf(key));
  const own = element("div", { class: "setting" },
    element("div", { class: "what" }, label, element("p", { class: "small", id: `${id}-meaning` }, meaning), notes, wrong),
    element("div", { class: "control" }, control, reset));
  return own;
}

/** @typedef {(value: string) => Promise<boolean>} Save whether it was saved */

/**
 * @param {Door.KeyReport} entry
 * @param {string} id
 * @param {boolean} isLocked
 * @param {Save} save
 */
function controlOf({ key, kind, value, default: initial, origin, choices }, id, isLocked, save) {
  const attributes = { id, disabled: isLocked, "aria-describedby": `${id}-meaning ${id}-wrong` };
  if (kind === "bool") {
    const box = element("input", { ...attributes, type: "checkbox", class: "switch", role: "switch" });
    box.checked = value === true;
    box.addEventListener("change", async () => { if (!await save(String(box.checked))) box.checked = value === true; });
    return box;
  }
  const offered = choices ?? words.SPANS[key];
  if (offered) {
    const all = offered.includes(value) || value === null ? offered : [...offered, value];
    const select = element("select", attributes,
      ...all.map((choice) => element("option", { value: choice }, words.choice(key, choice))));
    select.value = value ?? "";
    select.addEventListener("change", async () => { if (!await save(select.value)) select.value = value ?? ""; });
    return select;
  }
  const input = element("input", {
    ...attributes, type: "text", spellcheck: "false", autocomplete: "off", placeholder: initial,
  });
  if (origin !== "default") input.value = value ?? "";
  input.addEventListener("change", () => save(input.value.trim()));
  return input;
}

/** Listens to a person. */
export function listen() {
  at("set-aside").addEventListener("click", async () => {
    const { config, problem } = await configure("set-aside");
    if (problem) at("broken-place").textContent = said(problem);
    else show(config);
  });
}
