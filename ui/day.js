// Draws the last 24 hours: what was wanted, what the session said, what colleagues were seen to see, and the lapses.
// Refuses to find out what follows from what, which the resident does.

import { history } from "./door.js";
import { at, element, svg, write } from "./page.js";
import * as words from "./words/day.js";

const DAY = 24 * 3_600_000;
/** A change is followed by others; they are read together, milliseconds. */
const PAUSE = 400;
// What each lane says of a span in which the program ran, from above.
/** @type {((span: Door.SpanReport) => string | null | undefined)[]} */
const LANES = [({ wanted }) => wanted, ({ session }) => session, ({ seen }) => seen?.availability];
/** Pixels. */
const LANE = 20;
const GAP = 6;

/** @type {(Door.Page & { since: Date }) | null} the one that was read last */
let day = null;
/** What the snapshot said when the day was read. */
let told = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let reading;

/**
 * Shows a snapshot: the day is read anew when what it tells of has changed.
 * @param {Door.Snapshot} snapshot
 */
export function show(snapshot) {
  const { wanted, until, session, effective, problem, sign_in } = snapshot;
  const now = JSON.stringify([wanted, until, session?.status, effective, problem?.title, sign_in.is]);
  if (now === told) return;
  told = now;
  clearTimeout(reading);
  reading = setTimeout(() => open().catch(() => {}), day ? PAUSE : 0);
}

/** Reads the day and shows it. */
export async function open() {
  const since = new Date(Date.now() - DAY);
  day = { since, ...await history(since) };
  at("day").hidden = day.spans.every(({ is }) => is === "unknown");
  write("day-said", words.summary(day.lapses));
  at("day-table").replaceChildren(...day.spans.map(row));
  draw();
}

/** Listens to a person, and to the window's width. */
export function listen() {
  new ResizeObserver(draw).observe(at("day-strip"));
  at("day-strip").addEventListener("keydown", move);
}

function draw() {
  if (!day || at("day").hidden) return;
  const strip = at("day-strip");
  const focused = [...strip.querySelectorAll(".lapse")].findIndex((lapse) => lapse === document.activeElement);
  const width = strip.clientWidth;
  const begin = day.since.getTime();
  const length = new Date(day.until).getTime() - begin;
  /** @type {X} */
  const x = (time) => Math.max(0, Math.min(width, ((new Date(time).getTime() - begin) / length) * width));
  const { spans } = day;
  const parts = LANES.flatMap((_, lane) => pieces(spans, lane).map((piece) => drawn(piece, lane, x)));
  const lapses = day.lapses.map((lapse) => mark(lapse, x));
  if (lapses.length) (lapses[focused] ?? lapses[0]).setAttribute("tabindex", "0");
  const height = LANES.length * (LANE + GAP) - GAP;
  strip.replaceChildren(svg("svg", { width, height, role: "group", "aria-label": words.STRIP }, ...parts, ...lapses));
  at("day-hours").replaceChildren(...words.hours(day.since, day.until).map((hour) => element("span", {}, hour)));
  if (focused >= 0) lapses[focused]?.focus();
}

/** @typedef {{ from: string, to: string, is: string }} Piece */
/** @typedef {(time: string) => number} X where a time stands, pixels from the left */

/**
 * The spans of a lane, as one where the same was so in several.
 * @param {Door.SpanReport[]} spans
 * @param {number} lane
 */
function pieces(spans, lane) {
  /** @type {Piece[]} */
  const found = [];
  for (const span of spans) {
    const is = shown(span, lane);
    const last = found.at(-1);
    if (last?.is === is) last.to = span.to;
    else found.push({ from: span.from, to: span.to, is });
  }
  return found;
}

/**
 * What a lane shows of a span: a status, an availability, why there was neither, or "".
 * @param {Door.SpanReport} span
 * @param {number} lane
 */
function shown(span, lane) {
  if (span.is === "running") return LANES[lane](span) ?? "";
  return lane === 1 ? span.is : "";
}

/**
 * @param {Piece} piece
 * @param {number} lane
 * @param {X} x
 */
function drawn({ from, to, is }, lane, x) {
  const place = { x: x(from), y: lane * (LANE + GAP), width: x(to) - x(from), height: LANE };
  const label = words.label(is);
  const fits = place.width > label.length * 7 + 8;
  const sentence = words.piece(from, to, lane, is);
  return svg("g", { class: "piece", "data-is": is || "nothing", onpointerenter: () => tell(sentence), onpointerleave: forget },
    svg("rect", place),
    fits ? svg("text", { x: place.x + 5, y: place.y + LANE - 6 }, label) : null);
}

/**
 * A lapse is drawn over the session, and can be reached by keys.
 * @param {Door.Lapse} lapse
 * @param {X} x
 */
function mark(lapse, x) {
  const from = x(lapse.from);
  const width = Math.max(4, x(lapse.to) - from);
  const sentence = words.lapse(lapse);
  const y = LANE + GAP - 2;
  return svg("g", {
    class: "lapse", tabindex: "-1", role: "img", "aria-label": sentence,
    onfocus: () => tell(sentence), onblur: forget, onpointerenter: () => tell(sentence), onpointerleave: forget,
  }, svg("rect", { x: from, y, width, height: LANE + 4 }), svg("path", { d: `M${from} ${y + LANE + 4} l${width / 2} -6 l${width / 2} 6 z` }));
}

/** @param {string} sentence */
const tell = (sentence) => write("day-said", sentence);
const forget = () => write("day-said", words.summary(day?.lapses ?? []));

/**
 * The strip is one stop of the Tab key; arrow keys go from lapse to lapse.
 * @param {KeyboardEvent} event
 */
function move(event) {
  /** @type {SVGElement[]} */
  const lapses = [...at("day-strip").querySelectorAll(".lapse")];
  const here = lapses.findIndex((lapse) => lapse === document.activeElement);
  /** @type {number | undefined} */
  const next = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: lapses.length - 1 }[event.key];
  if (here < 0 || next === undefined || !lapses[next]) return;
  event.preventDefault();
  lapses[here].setAttribute("tabindex", "-1");
  lapses[next].setAttribute("tabindex", "0");
  lapses[next].focus();
}

/** @param {Door.SpanReport} span */
function row(span) {
  const time = element("th", { scope: "row" }, words.between(span.from, span.to));
  const cells = LANES.map((_, lane) => words.label(shown(span, lane)));
  return element("tr", {}, time, ...[...cells, span.problem?.title ?? ""].map((cell) => element("td", {}, cell)));
}
