// Opens each section of the page in Chromium, light and dark, in English and German: axe-core finds nothing, nothing is
// wider than the window from 320 to 1,600 pixels, the header hides no focus, nothing breaks the content security policy,
// and neither a flood of snapshots nor a resident that makes no sense leaves it unusable.
// Says what it finds and exits with 1; pictures go to the folder that is named.

import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename, extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";
import { meetHostile } from "./hostile.mjs";

const here = import.meta.dirname;
const root = join(here, "../..");
const pictures = process.argv[2] ?? join(root, "target/page");
const axe = readFileSync(join(here, "node_modules/axe-core/axe.min.js"), "utf8");
const csp = JSON.parse(readFileSync(join(root, "src-tauri/tauri.conf.json"), "utf8")).app.security.csp;
const TYPES = { ".html": "text/html", ".json": "application/json", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDTHS = [320, 360, 460, 800, 1600];

/** What is shown: its name, what the resident says, and what a person clicks first ("!…" types). */
const SCENES = [
  ["register", { is: "not-configured" }, []],
  ["ask", { is: "not-configured" }, [".either label:last-of-type input"]],
  ["identify", { is: "not-configured" }, ["#guide .primary", "#guide [type=submit]"]],
  ["refused", { is: "not-configured", refuses: true }, ["#guide .primary", "!#guide-client-id", "#guide [type=submit]"]],
  ["signed-out", { is: "signed-out" }, []],
  ["signing-in", { is: "signing-in" }, []],
  ["status", {}, []],
  ["message", { message: "set" }, []],
  ["message-kept", { message: "not-set" }, []],
  ["offline", { offline: true, timed: true }, []],
  ["difference", { difference: true }, ["#reset summary"]],
  ["day", { busy: true }, ["#day summary"]],
  ["settings", {}, ["[data-section=settings]"]],
  ["broken", { broken: true }, ["[data-section=settings]"]],
  ["shortcuts", {}, ["[data-section=shortcuts]", "#record-clear"]],
  ["help", {}, ["[data-section=help]", "#show-diagnostics", "#licences summary"]],
];

const faults = [];

/** The files as the window has them, with the played resident in front. */
const server = createServer((request, response) => {
  const path = normalize(new URL(request.url, "http://x").pathname);
  const name = path === "/" ? "/index.html" : path;
  // The window's build makes it.
  if (name === "/licences.json") {
    response.end(JSON.stringify({ "MIT OR Apache-2.0": Array(40).fill("serde 1.0.228"), "MPL-2.0": ["option-ext 0.2.0"] }));
    return;
  }
  const folders = { ".svg": "icons", ".json": "src-tauri/core/locale" };
  const folder = name === "/resident.js" ? here : join(root, folders[extname(name)] ?? "ui");
  try {
    const text = readFileSync(join(folder, extname(name) === ".svg" ? basename(name) : name), "utf8");
    response.writeHead(200, { "content-type": TYPES[extname(name)], "content-security-policy": csp });
    response.end(text.replace("<script", "<script src=\"resident.js\"></script>\n  <script"));
  } catch {
    response.writeHead(404).end();
  }
});

async function open(browser, scene, colorScheme) {
  const page = await browser.newPage({ colorScheme, viewport: { width: 460, height: 640 } });
  page.on("pageerror", (error) => faults.push(`${error.message}`));
  page.on("console", (line) => { if (line.type() === "error" && !line.text().includes("404")) faults.push(line.text()); });
  await page.goto(`http://127.0.0.1:${server.address().port}/?language=${scene.language}#${encodeURIComponent(JSON.stringify(scene))}`);
  await page.waitForSelector("body:not([aria-busy])");
  return page;
}

async function check(browser, [scenery, scene, steps], colorScheme, language) {
  const name = `${scenery}-${language}`;
  const page = await open(browser, { ...scene, language }, colorScheme);
  for (const step of steps) {
    if (step.startsWith("!")) await page.fill(step.slice(1), "22553876-f5ab-4529-bffb-cfe50aa89f87");
    else await page.click(step);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
  }
  await page.evaluate(axe);
  const { violations } = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules }), RULES);
  for (const { id, nodes } of violations) {
    faults.push(`${name}, ${colorScheme}: ${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  }
  await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), fullPage: true });
  const below = await page.evaluate(() => {
    const [header, tab] = [document.querySelector("header"), document.querySelector("nav button")];
    window.scrollTo(0, document.body.scrollHeight);
    tab.focus();
    return header.getBoundingClientRect().bottom - tab.getBoundingClientRect().top;
  });
  if (below > 0) faults.push(`${name}: the header hides what has the focus`);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 640 });
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (beyond > 0) faults.push(`${name}: ${beyond} pixels too wide at ${width}`);
  }
  await page.close();
}

/** A thousand snapshots a second for three seconds: a click is answered meanwhile, and nothing piles up. */
async function flood(browser) {
  const page = await open(browser, { language: "en" }, "light");
  const before = await heap(page);
  await page.evaluate(() => { window.flood = setInterval(() => { for (let n = 0; n < 10; n += 1) window.resident.tell(); }, 10); });
  await page.click("[data-section=settings]", { timeout: 2000 });
  await page.waitForSelector("#key-tenant", { timeout: 2000 });
  await new Promise((done) => setTimeout(done, 3000));
  await page.evaluate(() => clearInterval(window.flood));
  const grown = (await heap(page)) - before;
  if (grown > 8_000_000) faults.push(`a flood of snapshots left ${grown} bytes behind`);
  await page.close();
}

async function heap(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize;
}

mkdirSync(pictures, { recursive: true });
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  for (const colorScheme of ["light", "dark"]) {
    for (const language of ["en", "de"]) {
      for (const scene of SCENES) await check(browser, scene, colorScheme, language);
    }
  }
  await flood(browser);
  await meetHostile((scene) => open(browser, scene, "light"), faults);
} finally {
  await browser.close();
  server.close();
}
for (const fault of faults) console.error(fault);
console.log(`the page: ${SCENES.length} scenes in light and dark, English and German, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
