// Draws the sheet of all icons: at the sizes of panels, on a light and a dark one, and without colour. Writes docs/icons.png.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const root = join(import.meta.dirname, "../..");
const SIZES = [16, 22, 32];
/** Panels, light and dark, each in colour and without. */
const GROUNDS = [["#f2f2f5", "none"], ["#f2f2f5", "grayscale(1)"], ["#202127", "none"], ["#202127", "grayscale(1)"]];

const names = readdirSync(join(root, "icons")).filter((name) => name.endsWith(".svg") && !name.startsWith("badge")).sort();
const picture = (name, size) => {
  const data = readFileSync(join(root, "icons", name)).toString("base64");
  return `<img width="${size}" height="${size}" src="data:image/svg+xml;base64,${data}">`;
};
const row = (name) => `<tr><th>${name.replace(".svg", "")}</th>${GROUNDS.map(([ground, filter]) =>
  `<td style="background:${ground};filter:${filter}">${SIZES.map((size) => picture(name, size)).join("")}</td>`).join("")}</tr>`;

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
try {
  const page = await browser.newPage({ viewport: { width: 860, height: 400 } });
  await page.setContent(`<style>
    body { margin: 0; font: 13px system-ui, sans-serif; background: #fff }
    table { border-collapse: separate; border-spacing: 4px }
    th { padding: 0 12px; text-align: left; font-weight: 400 }
    td { padding: 6px 10px; border-radius: 6px }
    img { margin: 0 6px; vertical-align: middle }
  </style><table>${names.map(row).join("")}</table>`);
  await page.locator("table").screenshot({ path: join(root, "docs/icons.png") });
} finally {
  await browser.close();
}
