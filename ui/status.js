// Shows what holds and sends what a person chooses; refuses to remember anything.

import { at, element, write } from "./page.js";
import * as words from "./words/status.js";

/** @type {any[]} */
const choices = [...document.querySelectorAll("[data-status]")];

/** @type {Door.Snapshot | null} the last one */
let shown = null;

/**
 * Shows a snapshot.
 * @param {Door.Snapshot} snapshot
 */
export function show(snapshot) {
  showMessage(snapshot);
  shown = snapshot;
  const is = snapshot.sign_in.is;
  at("presence").hidden = is !== "signed-in" && is !== "needed";
  const [what, until] = words.holds(snapshot);
  write("holds-what", what);
  write("holds-until", until);
  write("effective", words.seen(snapshot));
  const icon = words.drawing(snapshot);
  if (at("now-icon").getAttribute("src") !== icon) at("now-icon").src = icon;
  at("different").hidden = !snapshot.difference;
  write("difference", words.difference(snapshot));
  at("reset").hidden = !snapshot.difference?.can_reset;
  if (at("reset").hidden) at("reset").open = false;
  write("reset-what", words.resetting(snapshot));
  for (const choice of choices) {
    choice.setAttribute("aria-checked", String(choice.dataset.status === snapshot.wanted));
  }
  const entry = choices.find((choice) => choice === document.activeElement)
    ?? choices.find((choice) => choice.dataset.status === snapshot.wanted) ?? choices[0];
  enterAt(entry);
  at("clear").disabled = !snapshot.wanted && !snapshot.session && snapshot.progress === "settled";
  showDuration(snapshot);
}

/**
 * Listens to a person.
 * @param {(command: Door.Command) => void} ask
 */
export function listen(ask) {
  const choose = (status) => {
    if (status !== shown?.wanted) ask({ set: { status, seconds: span(), message: newMessage() } });
  };
  for (const choice of choices) choice.addEventListener("click", () => choose(choice.dataset.status));
  at("choices").addEventListener("keydown", move);
  at("reset-now").addEventListener("click", () => ask("reset"));
  at("clear").addEventListener("click", () => ask("clear"));
  at("message-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (shown?.wanted) ask({ set: { status: shown.wanted, seconds: span(), message: message() } });
  });
  at("duration").addEventListener("change", () => {
    if (shown?.wanted) ask({ "set-duration": { seconds: span() } });
  });
}

/**
 * The field shows the message of the status, unless a person is typing another one.
 * @param {Door.Snapshot} snapshot
 */
function showMessage(snapshot) {
  const text = snapshot.message?.text ?? "";
  const field = at("message");
  if (text !== (shown?.message?.text ?? "") && field !== document.activeElement) field.value = text;
  at("set-message").disabled = !snapshot.wanted;
  write("message-note", words.message(snapshot));
  const recent = snapshot.recent_messages;
  if (String(recent) !== String(shown?.recent_messages ?? [])) {
    at("messages").replaceChildren(...recent.map((value) => element("option", { value })));
  }
}

/** The message to ask for; a line that was pasted may hold tabs. */
function message() {
  return at("message").value.replace(/\p{Cc}/gu, " ").trim() || null;
}

/** The message to ask for with another status: the one before goes with its own. */
function newMessage() {
  const typed = message();
  return typed === shown?.message?.text ? null : typed;
}

/**
 * The select shows the span to ask for; a wish that ends shows its end.
 * @param {Door.Snapshot} snapshot
 */
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

/** Tab enters the choices at this one. */
function enterAt(entry) {
  for (const choice of choices) choice.tabIndex = choice === entry ? 0 : -1;
}

/** The span to ask for, seconds; null until changed. */
function span() {
  const value = at("duration").value;
  if (value !== "now") return value ? Number(value) : null;
  const rest = Math.round((new Date(shown?.until ?? 0).getTime() - Date.now()) / 1000);
  return Math.min(Math.max(rest, 300), 86400);
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
