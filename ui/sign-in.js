// Shows where the sign-in stands, and starts and ends one; refuses to see more of it than an address or a code.

import { read } from "./door.js";
import { at, copyFrom, write } from "./page.js";
import * as words from "./words/status.js";

/** @type {ReturnType<typeof setInterval> | undefined} */
let ticking;

/** Offers a code where the configuration allows it. */
export async function open() {
  const { keys } = await read("config");
  at("sign-in-code").hidden = keys.some(({ key, value }) => key === "device_code" && value === false);
}

/**
 * Shows a snapshot.
 * @param {Door.Snapshot} snapshot
 */
export function show({ sign_in, problem }) {
  const under = sign_in.is === "signing-in" ? sign_in : null;
  // Who does not wait for the keyring can sign in anew.
  const stuck = sign_in.is === "looking" && problem?.kind === "keyring-unavailable";
  at("looking").hidden = sign_in.is !== "looking";
  at("welcome").hidden = sign_in.is !== "signed-out" && sign_in.is !== "needed" && !stuck;
  write("welcome-title", words.welcome(sign_in));
  at("signing-in").hidden = !under;
  at("by-browser").hidden = !under?.url;
  at("by-code").hidden = !under?.user_code;
  write("signing-in-title", words.signingIn(under));
  write("sign-in-url", under?.url ?? "");
  write("user-code", under?.user_code ?? "");
  write("verification-uri", under?.verification_uri ?? "");
  countDown(under?.user_code ? new Date(under.expires_at).getTime() : null);
}

/**
 * Says once a second how long the code is valid, if there is one.
 * @param {number | null} until
 */
function countDown(until) {
  clearInterval(ticking);
  if (until === null) return;
  const tick = () => write("code-until", words.codeLeft(Math.max(0, until - Date.now())));
  tick();
  ticking = setInterval(tick, 1000);
}

/**
 * Listens to a person.
 * @param {(command: Door.Command) => void} ask
 */
export function listen(ask) {
  at("sign-out").addEventListener("click", () => ask("sign-out"));
  at("sign-in").addEventListener("click", () => ask({ "sign-in": { method: "browser" } }));
  at("sign-in-code").addEventListener("click", () => ask({ "sign-in": { method: "device-code" } }));
  at("cancel-sign-in").addEventListener("click", () => ask("cancel-sign-in"));
  /** @type {NodeListOf<HTMLButtonElement>} */
  const copiers = document.querySelectorAll("[data-copy]");
  for (const button of copiers) {
    button.addEventListener("click", () => copyFrom(button, at(button.dataset.copy ?? "").textContent));
  }
}
