// Shows where the sign-in stands, and starts and ends one; refuses to see more of it than an address or a code.

import { at, copyFrom, write } from "./page.js";
import * as words from "./words/status.js";

/** Shows a snapshot. */
export function show({ sign_in }) {
  const { is, url, user_code, verification_uri } = sign_in;
  at("looking").hidden = is !== "looking";
  at("welcome").hidden = is !== "signed-out" && is !== "needed";
  write("welcome-title", words.welcome(sign_in));
  at("signing-in").hidden = is !== "signing-in";
  at("by-browser").hidden = !url;
  at("by-code").hidden = !user_code;
  write("signing-in-title", words.signingIn(sign_in));
  write("sign-in-url", url ?? "");
  write("user-code", user_code ?? "");
  write("verification-uri", verification_uri ?? "");
}

/** Listens to a person; `ask` sends a command. */
export function listen(ask) {
  at("sign-out").addEventListener("click", () => ask("sign-out"));
  at("sign-in").addEventListener("click", () => ask({ "sign-in": { method: "browser" } }));
  at("sign-in-code").addEventListener("click", () => ask({ "sign-in": { method: "device-code" } }));
  at("cancel-sign-in").addEventListener("click", () => ask("cancel-sign-in"));
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => copyFrom(button, at(button.dataset.copy).textContent));
  }
}
