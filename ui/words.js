// Owns in which language the page speaks, and finds a sentence in it; refuses to know who says it.

const named = new URLSearchParams(location.search).get("language");
const [code] = (named ?? navigator.language).toLowerCase().split("-");
const sentences = code === "en" ? null : await read(code);

/** The code of the language of the page: that of its address or of the browser, or English. */
export const language = sentences ? code : "en";

/**
 * A sentence in the language of the page, with a value for each of its placeholders.
 * @param {string} english
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
export function t(english, values = {}) {
  return (sentences?.[english] ?? english).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Begins the page anew in the language of the resident, whose sentences stand in it, too; at this section. */
export function speak(wanted, section) {
  if (typeof wanted === "string" && wanted !== language && wanted !== named) location.replace(`?language=${wanted}#${section}`);
}

async function read(code) {
  try {
    return await (await fetch(`${code}.json`)).json();
  } catch {
    return null;
  }
}

/** Puts what stands in the document itself into the language of the page. */
function translate() {
  /** @param {string} text */
  const said = (text) => text.replace(/\S[^]*\S|\S/, (words) => t(words.replace(/\s+/g, " ")));
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.nodeValue = said(texts.currentNode.nodeValue ?? "");
  for (const name of ["aria-label", "placeholder", "title"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      element.setAttribute(name, said(element.getAttribute(name) ?? ""));
    }
  }
}

if (sentences) translate();
document.documentElement.lang = language;
