// Shows what the doctor finds, and gives it to the help desk; refuses to send it anywhere.

import { read } from "./door.js";
import { at, copyFrom, element, say, write } from "./page.js";
import * as words from "./words/help.js";
import { unreachable } from "./words/page.js";

/** Asks the doctor and shows the findings. */
export async function open() {
  at("look-again").disabled = true;
  at("diagnostics").hidden = true;
  say(words.LOOKING);
  at("findings").replaceChildren(element("li", {}, words.LOOKING));
  try {
    const { checks, version } = await read("doctor");
    write("version", words.version(version));
    at("findings").replaceChildren(...checks.map(finding));
    at("diagnostics-text").textContent = words.diagnostics(version, checks, navigator.userAgent);
    say(words.result(checks));
  } catch (error) {
    const { title, detail } = unreachable(error);
    at("findings").replaceChildren(element("li", { class: "ill" }, element("strong", {}, title), element("p", {}, detail)));
    say(title);
  } finally {
    at("look-again").disabled = false;
  }
}

/** @param {Door.CheckReport} check */
function finding({ name, ok, text, problem }) {
  const lines = !problem ? [text] : [problem.title, problem.detail, problem.remedy];
  return element("li", { class: ok ? "well" : "ill" },
    element("strong", {}, `${words.name(name)}: ${ok ? words.OK : words.PROBLEM}`),
    ...lines.filter(Boolean).map((line) => element("p", {}, line)));
}

/** Listens to a person. */
export function listen() {
  at("look-again").addEventListener("click", open);
  at("show-diagnostics").addEventListener("click", () => {
    at("diagnostics").hidden = false;
    at("diagnostics-text").focus();
  });
  at("licences").addEventListener("toggle", showLicences, { once: true });
  const copier = at("copy-diagnostics");
  copier.addEventListener("click", () => copyFrom(copier, at("diagnostics-text").textContent));
}

async function showLicences() {
  /** @type {Record<string, string[]>} */
  const licences = await (await fetch("licences.json")).json();
  at("licences-list").replaceChildren(...Object.entries(licences).flatMap(([licence, packages]) => [
    element("dt", {}, licence), element("dd", {}, packages.join(", ")),
  ]));
}
