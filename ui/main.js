// Brings snapshots to the sections and shows the one that a person opened; refuses to remember anything else.

import * as day from "./day.js";
import { command, watch } from "./door.js";
import * as guide from "./guide.js";
import * as help from "./help.js";
import { at, write } from "./page.js";
import * as problem from "./problem.js";
import * as settings from "./settings.js";
import * as shortcuts from "./shortcuts.js";
import * as signIn from "./sign-in.js";
import * as status from "./status.js";
import { NOT_CONNECTED, senseless, unreachable } from "./words/page.js";
import { account } from "./words/status.js";
import { speak } from "./words.js";

/** @type {any[]} */
const tabs = [...document.querySelectorAll("[data-section]")];
/** @type {Record<string, { open: () => Promise<unknown> }>} what reads anew when its section is opened */
const readers = { status: { open: () => Promise.all([day.open(), signIn.open()]) }, settings, shortcuts, help };
/** What is shown of a snapshot, and of none. */
const LIVE = ["looking", "welcome", "signing-in", "guide", "broken", "presence", "sign-out"];

/** @type {Door.Snapshot | null} the last one */
let shown = null;
/** @type {import("./problem.js").Shown | null} how the last command failed, where the snapshot does not say so itself */
let failure = null;
/** Whether what colleagues see was asked for, once, as somebody looks. */
let looked = false;
/** The section that is open. */
let section = "status";

/** @type {Door.Snapshot | null} the newest that is not shown yet */
let newest = null;
let isDrawing = false;

/**
 * Shows the newest snapshot, at most one in a frame: a flood of them costs no more than one.
 * @param {Door.Snapshot} snapshot
 */
async function draw(snapshot) {
  newest = snapshot;
  if (isDrawing) return;
  isDrawing = true;
  while (newest) {
    const next = newest;
    newest = null;
    try {
      show(next);
    } catch (error) {
      lost(senseless(error));
    }
    await new Promise((done) => setTimeout(done, 16));
  }
  isDrawing = false;
}

/** @param {Door.Snapshot} snapshot */
function show(snapshot) {
  speak(snapshot.language, section);
  shown = snapshot;
  document.body.removeAttribute("aria-busy");
  const [name, note] = account(snapshot);
  if (!note) throw new Error(`sign_in: ${JSON.stringify(snapshot.sign_in)}`);
  write("account-name", name);
  write("account-note", note);
  at("sign-out").hidden = !snapshot.account;
  status.show(snapshot);
  signIn.show(snapshot);
  shortcuts.show(snapshot);
  day.show(snapshot);
  guide.show(snapshot).then(() => {
    if (shown !== snapshot) return;
    const standing = snapshot.problem ?? failure;
    problem.show(guide.explains(standing) ? null : standing);
  }).catch(gone);
  if (looked || snapshot.sign_in.is !== "signed-in") return;
  looked = true;
  command("look").catch(() => {});
}

/**
 * What the resident says cannot be had, or makes no sense: nothing of it stays, as it may not be so any more.
 * @param {unknown} error
 */
function lost(error) {
  newest = null;
  shown = null;
  document.body.removeAttribute("aria-busy");
  write("account-note", NOT_CONNECTED);
  for (const part of LIVE) at(part).hidden = true;
  gone(error);
}

/** @param {Door.Command} what */
async function ask(what) {
  failure = null;
  try {
    const outcome = await command(what);
    if (typeof outcome === "object" && "failed" in outcome && outcome.failed.kind !== "replaced") failure = outcome.failed;
  } catch (error) {
    failure = unreachable(error);
  }
  if (shown) draw(newest ?? shown);
}

/**
 * Shows a section. What it shows may have been changed elsewhere meanwhile, so it is read anew.
 * @param {string} name
 */
async function open(name) {
  section = name;
  // The next window begins where this one ends.
  history.replaceState(null, "", `#${name}`);
  for (const tab of tabs) {
    const isOpen = tab.dataset.section === name;
    if (isOpen) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
    at(tab.dataset.section).hidden = !isOpen;
  }
  await readAnew();
}

async function readAnew() {
  await readers[section]?.open().catch(gone);
}

/** @param {unknown} error */
function gone(error) {
  failure = unreachable(error);
  problem.show(failure);
}

function start() {
  let isOpen = true;
  looked = false;
  watch((snapshot) => {
    // One may still be on its way when the end is known.
    if (!isOpen) return;
    failure = null;
    draw(snapshot);
  }).catch((error) => {
    isOpen = false;
    lost(error);
  });
}

for (const tab of tabs) tab.addEventListener("click", () => open(tab.dataset.section));
window.addEventListener("focus", () => { if (section !== "help") readAnew(); });
status.listen(ask);
signIn.listen(ask);
day.listen();
settings.listen();
help.listen();
problem.listen(() => { problem.show(null); start(); });
const before = location.hash.slice(1);
if (before in readers) open(before);
start();
