// Shows the resident's snapshot and asks the resident for what a person chooses; refuses to remember anything.

import * as words from "./words.js";

const { invoke, Channel } = window.__TAURI__.core;
const at = (id) => document.getElementById(id);
const choices = [...document.querySelectorAll("[data-status]")];

/** The last snapshot. */
let shown = null;
/** How the last command failed, where the snapshot does not say so itself. */
let failure = null;

function show(snapshot) {
  shown = snapshot;
  const is = snapshot.sign_in.is;
  document.body.removeAttribute("aria-busy");
  const [name, note] = words.account(snapshot);
  write("account-name", name);
  write("account-note", note);
  at("sign-out").hidden = !snapshot.account;
  at("looking").hidden = is !== "looking";
  at("welcome").hidden = is !== "signed-out" && is !== "needed";
  write("welcome-title", words.welcome(snapshot.sign_in));
  at("set-up").hidden = is !== "not-configured";
  at("presence").hidden = is !== "signed-in" && is !== "needed";
  write("config-file", snapshot.config_file);
  showSignIn(snapshot.sign_in);
  showPresence(snapshot);
  showProblem(snapshot.problem ?? failure);
}

function showSignIn(signIn) {
  const { is, url, user_code, verification_uri } = signIn;
  at("signing-in").hidden = is !== "signing-in";
  at("by-browser").hidden = !url;
  at("by-code").hidden = !user_code;
  write("signing-in-title", words.signingIn(signIn));
  write("sign-in-url", url ?? "");
  write("user-code", user_code ?? "");
  write("verification-uri", verification_uri ?? "");
}

function showPresence(snapshot) {
  const [what, until] = words.holds(snapshot);
  write("holds-what", what);
  write("holds-until", until);
  write("effective", words.seen(snapshot));
  const icon = words.drawing(snapshot);
  if (at("now-icon").getAttribute("src") !== icon) at("now-icon").src = icon;
  at("difference").hidden = !snapshot.difference;
  write("difference", words.difference(snapshot));
  for (const choice of choices) {
    choice.setAttribute("aria-checked", String(choice.dataset.status === snapshot.wanted));
  }
  const entry = choices.find((choice) => choice === document.activeElement)
    ?? choices.find((choice) => choice.dataset.status === snapshot.wanted) ?? choices[0];
  enterAt(entry);
  at("clear").disabled = !snapshot.wanted && !snapshot.session && snapshot.progress === "settled";
  showDuration(snapshot);
}

/** The select shows the span to ask for; a wish that ends shows its end. */
function showDuration({ wanted, until }) {
  const now = at("duration-now");
  const select = at("duration");
  now.hidden = !until;
  if (until) {
    write("duration-now", words.durationNow(until));
    select.value = "now";
  } else if (wanted || select.value === "now") {
    select.value = "";
  }
}

function showProblem(problem) {
  const card = at("problem");
  card.hidden = !problem;
  if (!problem) return;
  card.dataset.kind = problem.kind;
  write("problem-title", problem.title);
  write("problem-detail", problem.detail);
  write("problem-remedy", words.remedy(problem));
  at("again").hidden = problem.kind !== "unreachable";
  const ids = Object.entries(problem.ids);
  at("problem-ids").hidden = ids.length === 0;
  at("problem-ids").querySelector("dl").replaceChildren(...ids.flatMap(([name, value]) => [
    element("dt", name), element("dd", value),
  ]));
}

/** Writes only what differs: a live region must not speak twice. */
function write(id, text) {
  const place = at(id);
  if (place.textContent !== text) place.textContent = text;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** Tab enters the choices at this one. */
function enterAt(entry) {
  for (const choice of choices) choice.tabIndex = choice === entry ? 0 : -1;
}

async function ask(command) {
  failure = null;
  try {
    const outcome = await invoke("ask", { command });
    if (outcome.failed && outcome.failed.kind !== "replaced") failure = outcome.failed;
  } catch (error) {
    failure = words.unreachable(error);
  }
  if (shown) show(shown);
}

/** Asks for a fresh look; with no configuration yet, the resident reads it again. */
async function look() {
  await invoke("ask", { command: "look" }).catch(() => {});
}

async function checkSetUp() {
  await look();
  if (shown?.sign_in.is !== "not-configured") return;
  window.scrollTo({ top: 0 });
  write("said", words.stillNotSetUp(shown));
}

/** The span to ask for, seconds; null until changed. */
function span() {
  const value = at("duration").value;
  if (value !== "now") return value ? Number(value) : null;
  const rest = Math.round((new Date(shown.until) - Date.now()) / 1000);
  return Math.min(Math.max(rest, 300), 86400);
}

function choose(status) {
  if (status === shown?.wanted) return;
  ask({ set: { status, seconds: span() } });
}

/** Arrow keys only move: a status on the way would be seen by colleagues. Space and Enter choose. */
function move(event) {
  const here = choices.indexOf(document.activeElement);
  const last = choices.length - 1;
  const next = {
    ArrowDown: here === last ? 0 : here + 1, ArrowRight: here === last ? 0 : here + 1,
    ArrowUp: here === 0 ? last : here - 1, ArrowLeft: here === 0 ? last : here - 1,
    Home: 0, End: last,
  }[event.key];
  if (here < 0 || next === undefined) return;
  event.preventDefault();
  enterAt(choices[next]);
  choices[next].focus();
}

async function copy(button) {
  const from = button.dataset.copy;
  const text = from === "help-desk" ? words.forHelpDesk(shown?.problem ?? failure) : at(from).textContent;
  const label = button.textContent;
  const copied = await toClipboard(text);
  write("said", words.copiedAloud(copied));
  button.textContent = words.copiedOnButton(copied);
  button.disabled = true;
  setTimeout(() => {
    button.textContent = label;
    button.disabled = false;
    write("said", "");
  }, 1500);
}

/** WebKitGTK keeps the clipboard interface to itself and still obeys the older command. */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const carrier = document.createElement("textarea");
    carrier.value = text;
    carrier.className = "unseen";
    document.body.append(carrier);
    carrier.select();
    const copied = document.execCommand("copy");
    carrier.remove();
    return copied;
  }
}

async function watch() {
  const snapshots = new Channel();
  let looked = false;
  snapshots.onmessage = (snapshot) => {
    failure = null;
    show(snapshot);
    if (looked || snapshot.sign_in.is !== "signed-in") return;
    looked = true;
    look();
  };
  try {
    await invoke("watch", { snapshots });
  } catch (error) {
    document.body.removeAttribute("aria-busy");
    write("account-note", words.NOT_RUNNING);
    for (const part of ["looking", "welcome", "signing-in", "set-up", "presence", "sign-out"]) at(part).hidden = true;
    showProblem(words.unreachable(error));
  }
}

write("az", words.AZ);
write("sample", words.SAMPLE);
for (const choice of choices) choice.addEventListener("click", () => choose(choice.dataset.status));
for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", () => copy(button));
at("choices").addEventListener("keydown", move);
at("clear").addEventListener("click", () => ask("clear"));
at("sign-out").addEventListener("click", () => ask("sign-out"));
at("sign-in").addEventListener("click", () => ask({ "sign-in": { method: "browser" } }));
at("sign-in-code").addEventListener("click", () => ask({ "sign-in": { method: "device-code" } }));
at("cancel-sign-in").addEventListener("click", () => ask("cancel-sign-in"));
at("set-up-done").addEventListener("click", checkSetUp);
window.addEventListener("focus", () => { if (shown?.sign_in.is === "not-configured") look(); });
at("again").addEventListener("click", () => { showProblem(null); watch(); });
at("duration").addEventListener("change", () => { if (shown?.wanted) ask({ "set-duration": { seconds: span() } }); });
watch();
