// Leads from nothing to a held status: register, identify, sign in. Refuses to keep what was typed; the resident does.

import { read, setKey } from "./door.js";
import { at, button, copyBlock, element, write } from "./page.js";
import * as words from "./words/guide.js";
import { said, unreachable } from "./words/page.js";
import * as settings from "./words/settings.js";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

/** @type {"register" | "identify" | "sign-in" | "done" | null} nothing while no guide is wanted */
let step = null;
/** Whether the configuration has a mistake, which comes before any step. */
let isBroken = false;
/** @type {Door.Snapshot | null} the last one */
let last = null;
/** Of which problem the mistake was read that may be behind it. */
let about = "";
/** @type {Promise<Door.MistakeReport | null>} */
let reading = Promise.resolve(null);

/**
 * Shows a snapshot.
 * @param {Door.Snapshot} snapshot
 */
export async function show(snapshot) {
  last = snapshot;
  const { sign_in, problem } = snapshot;
  const is = sign_in.is;
  const mistake = await mistakeBehind(problem);
  if (last !== snapshot) return;
  isBroken = Boolean(mistake);
  at("broken").hidden = !isBroken;
  write("broken-place", mistake ? settings.mistake(mistake) : "");
  if (problem?.kind === "not-configured") {
    if (!isBroken && step !== "register" && step !== "identify") go("register");
  } else {
    if (step === "register") step = null;
    if (step === "sign-in" && is === "signed-in") go("done");
    if (step === "done" && is !== "signed-in") step = null;
  }
  at("guide").hidden = step === null || isBroken;
}

/**
 * The mistake in the configuration, read once for each problem: a flood of snapshots is no flood of requests.
 * @param {Door.Problem | null} problem
 */
function mistakeBehind(problem) {
  const next = problem?.kind === "not-configured" ? JSON.stringify(problem) : "";
  if (next === about) return reading;
  about = next;
  reading = next === "" ? Promise.resolve(null) : read("config").then(({ mistake }) => mistake);
  reading.catch(() => { about = ""; });
  return reading;
}

/** Whether the guide, or what it says of a mistake, stands where this problem would. */
export function explains(problem) {
  return problem?.kind === "not-configured" && (step !== null || isBroken);
}

/** @param {"register" | "identify" | "sign-in" | "done"} next */
function go(next) {
  step = next;
  const rooms = { register, identify, "sign-in": signIn, done };
  const heading = element("h2", { tabindex: -1 }, words.TITLES[next]);
  const place = words.STEPS.includes(next) ? element("p", { class: "step" }, words.place(next)) : null;
  at("guide").replaceChildren(...[place, heading, ...rooms[next]()].filter(Boolean));
  at("guide").hidden = false;
  if (document.hasFocus() && next !== "register") heading.focus();
}

function register() {
  const own = element("div", { id: "register-own" },
    element("ol", {}, ...words.PORTAL.map((line) => element("li", {}, ...marked(line)))),
    details(words.BY_AZ, copyBlock(words.AZ, words.AZ_NAME)),
    details(words.BY_POWERSHELL, copyBlock(words.POWERSHELL, words.POWERSHELL_NAME)));
  const other = element("div", { id: "register-other", hidden: true },
    element("p", {}, words.ASK), copyBlock(words.MESSAGE, words.MESSAGE_NAME));
  const choice = (name, isOwn) => {
    const radio = element("input", {
      type: "radio", name: "registrar", checked: isOwn,
      onchange: () => { own.hidden = !isOwn; other.hidden = isOwn; },
    });
    return element("label", {}, radio, name);
  };
  return [
    element("p", {}, words.WHY_REGISTER),
    element("fieldset", { class: "either" },
      element("legend", { class: "unseen" }, words.WHO), choice(words.I_MAY, true), choice(words.I_MAY_NOT, false)),
    own, other,
    element("div", { class: "row" }, button(words.HAVE_IDS, () => go("identify"), "primary")),
  ];
}

function identify() {
  const client = field("client-id", words.CLIENT, (text) => GUID.test(text) ? "" : words.NO_GUID);
  const tenant = field("tenant", words.TENANT, (text) =>
    text === "" || text === "organizations" || GUID.test(text) || DOMAIN.test(text) ? "" : words.NO_TENANT);
  const cloud = element("select", { id: "guide-cloud" },
    ...Object.entries(words.CLOUDS).map(([value, name]) => element("option", { value }, name)));
  const verdict = element("div", { id: "guide-verdict", role: "alert" });
  const check = button(words.CHECK, null, "primary");
  check.type = "submit";
  const form = element("form", {
    novalidate: true,
    onsubmit: async (event) => {
      event.preventDefault();
      const wrong = [client, tenant].find((field) => field.complains());
      if (wrong) return wrong.input.focus();
      check.disabled = true;
      write("said", words.CHECKING);
      verdict.replaceChildren(element("p", {}, words.CHECKING));
      const found = await registered(client.input, tenant.input, cloud).catch((error) => told(unreachable(error)));
      verdict.replaceChildren(...found);
      check.disabled = false;
    },
  }, client.row, tenant.row,
  element("div", { class: "field" },
    element("label", { for: "guide-cloud" }, words.CLOUD), cloud, element("p", { class: "small" }, words.NOT_CHINA)),
  verdict,
  element("div", { class: "row" }, check, button(words.BACK, () => go("register"))));
  fill(client.input, tenant.input, cloud).catch(() => {});
  return [element("p", {}, words.WHERE_IDS), form];
}

/** What the configuration says already. */
async function fill(client, tenant, cloud) {
  const { keys } = await read("config");
  /** @type {(name: string) => any} */
  const value = (name) => keys.find(({ key, origin }) => key === name && origin !== "default")?.value ?? "";
  client.value ||= value("client_id");
  tenant.value ||= value("tenant");
  const own = value("cloud");
  if (own && !(own in words.CLOUDS)) cloud.append(element("option", { value: own }, own));
  if (own) cloud.value = own;
}

/**
 * Saves the registration and looks whether Entra has it; what stands in the way.
 * @returns {Promise<Element[]>}
 */
async function registered(client, tenant, cloud) {
  const values = { tenant: tenant.value.trim() || "organizations", cloud: cloud.value, client_id: client.value.trim() };
  for (const [key, value] of Object.entries(values)) {
    const { problem } = await setKey(key, value);
    if (problem) return told(problem);
  }
  const { checks } = await read("doctor");
  const failed = checks.find(({ name, ok }) => !ok && ["configuration", "network", "registration"].includes(name));
  if (!failed?.problem) {
    go("sign-in");
    return [];
  }
  return [...told(failed.problem), button(words.GO_ON, () => go("sign-in"))];
}

/** @param {import("./problem.js").Shown} problem */
const told = (problem) => [
  element("p", {}, element("strong", {}, problem.title)), element("p", {}, said(problem)),
];

const signIn = () => [element("p", {}, words.SIGN_IN)];

function done() {
  const where = element("p", {}, words.whereTheIconIs(navigator.userAgent));
  const atLogin = element("input", { type: "checkbox", id: "guide-autostart", disabled: true });
  const trouble = element("p", { role: "alert" });
  atLogin.addEventListener("change", async () => {
    const { problem } = await setKey("autostart", String(atLogin.checked));
    trouble.textContent = problem ? `${problem.title}. ${problem.remedy}` : "";
    if (problem) atLogin.checked = !atLogin.checked;
  });
  read("config").then(({ keys }) => {
    const autostart = keys.find(({ key }) => key === "autostart");
    atLogin.checked = autostart?.value === true;
    atLogin.disabled = autostart?.origin === "policy";
  }).catch(() => {});
  // Some desktops show no tray by themselves: the doctor knows how to get one.
  read("doctor").then(({ checks }) => {
    const tray = checks.find(({ name }) => name === "tray");
    if (tray?.problem) where.textContent = `${tray.problem.detail} ${tray.problem.remedy}`;
  }).catch(() => {});
  const close = () => { step = null; at("guide").hidden = true; };
  return [
    where, element("label", { class: "check" }, atLogin, words.AT_LOGIN), trouble,
    element("div", { class: "row" }, button(words.CLOSE, close, "primary")),
  ];
}

/** A text field that says what is wrong as it is typed. */
function field(id, { label, hint, example }, judge) {
  const input = element("input", {
    id: `guide-${id}`, type: "text", spellcheck: "false", autocomplete: "off", placeholder: example,
    "aria-describedby": `guide-${id}-hint guide-${id}-wrong`,
  });
  const wrong = element("p", { id: `guide-${id}-wrong`, class: "wrong", "aria-live": "polite" });
  const complains = () => {
    const mistake = judge(input.value.trim());
    wrong.textContent = mistake;
    input.setAttribute("aria-invalid", String(mistake !== ""));
    return mistake !== "";
  };
  // Nobody is told off in the middle of a word.
  input.addEventListener("input", () => { if (wrong.textContent || input.value.length >= 36) complains(); });
  input.addEventListener("change", complains);
  const row = element("div", { class: "field" },
    element("label", { for: input.id }, label), input,
    element("p", { id: `guide-${id}-hint`, class: "small" }, hint), wrong);
  return { input, row, complains };
}

const details = (summary, ...children) => element("details", {}, element("summary", {}, summary), ...children);

/** The words between asterisks stand on the screen that is described. */
function marked(line) {
  return line.split("*").map((part, nth) => nth % 2 ? element("b", {}, part) : part);
}
