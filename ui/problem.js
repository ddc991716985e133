// Shows the problem that matters most, and what the help desk needs of it; refuses to say how it is mended.

import { at, copyFrom, element, write } from "./page.js";
import { forHelpDesk } from "./words/page.js";
import { remedy } from "./words/status.js";

/** @typedef {Omit<Door.Problem, "kind"> & { kind: Door.ProblemKind | "unreachable" }} Shown */

/** @type {Shown | null} */
let shown = null;

/**
 * Shows a problem, or none.
 * @param {Shown | null} problem
 */
export function show(problem) {
  shown = problem;
  const card = at("problem");
  card.hidden = !problem;
  if (!problem) return;
  card.dataset.kind = problem.kind;
  write("problem-title", problem.title);
  write("problem-detail", problem.detail);
  write("problem-remedy", remedy(problem));
  at("again").hidden = problem.kind !== "unreachable";
  const ids = Object.entries(problem.ids);
  at("problem-ids").hidden = ids.length === 0;
  at("problem-ids").querySelector("dl").replaceChildren(...ids.flatMap(([name, value]) => [
    element("dt", {}, name), element("dd", {}, value),
  ]));
}

/**
 * Listens to a person.
 * @param {() => void} again tries to reach the resident once more
 */
export function listen(again) {
  at("again").addEventListener("click", again);
  const copier = at("copy-problem");
  copier.addEventListener("click", () => copyFrom(copier, shown ? forHelpDesk(shown) : ""));
}
