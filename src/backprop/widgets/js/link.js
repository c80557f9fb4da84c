/**
 * A link that restores a state: "?NetLab342=5~w1.2.3~1~0.5~-0.3…" in the page's query. It is read
 * once, at load. The address in the bar is never rewritten: its hash is the book's own anchor.
 */

import { h, TIME } from "./draw.js";

const SEPARATOR = "~";

/** The query parameter of a view: its kind, then its name or its place on the page. */
export const parameter = (kind, name) => (name ? `${kind}.${name}` : kind);

export const encode = (words, numbers) => [...words, ...numbers.map(String)].join(SEPARATOR);

/** { words, numbers } of this page's address, null without one, undefined if it cannot be read. */
export function decode(key, wordCount) {
  const raw = new URLSearchParams(location.search).get(key);
  if (raw === null) return null;
  const parts = raw.split(SEPARATOR);
  if (parts.length < wordCount) return undefined;
  const numbers = parts.slice(wordCount).map((part) => (part === "" ? NaN : Number(part)));
  if (!numbers.every(Number.isFinite)) return undefined;
  return { words: parts.slice(0, wordCount), numbers };
}

/** The address of this page with the state in it, at the place where the widget stands. */
export function address(key, value, node) {
  const url = new URL(location.href);
  url.search = `?${encodeURIComponent(key)}=${value}`; // only letters, digits and . - ~ _
  const anchor = node.closest("section[id], [data-anchor]");
  url.hash = anchor ? anchor.id : "";
  return url.href;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or a page opened from disk
  }
}

/** A quiet button that copies what `make()` returns; if the browser forbids it, shows it selected. */
export function copyButton({ label, done, make, signal }) {
  const button = h("button", "bp-quiet", { type: "button" }, label);
  const field = h("input", "bp-field bp-copy-field", {
    type: "text",
    readonly: "",
    hidden: "",
    "aria-label": "Copy this",
  });
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer));
  button.addEventListener("click", async () => {
    const text = make();
    field.value = text;
    const copied = await copy(text);
    field.hidden = copied;
    if (!copied) {
      field.focus();
      field.select();
      return;
    }
    button.textContent = done;
    clearTimeout(timer);
    timer = setTimeout(() => button.textContent = label, TIME.notice);
  }, { signal });
  field.addEventListener("blur", () => field.hidden = true, { signal });
  return { button, field };
}
