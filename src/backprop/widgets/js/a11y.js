/** What keyboard and screen reader need: unique names, a polite voice, one tab stop per group. */

import { h, setText } from "./draw.js";

let count = 0;
/** A document-wide unique id. */
export const uid = (stem) => `bp-${stem}-${++count}`;

const QUIET = 500;

/** A polite summary, half a second after the last change; saying the same thing twice is silent. */
export function voice(root, signal) {
  const node = root.appendChild(h("div", "bp-sr", { role: "status", "aria-live": "polite" }));
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer));
  return (sentence) => {
    clearTimeout(timer);
    timer = setTimeout(() => setText(node, sentence), QUIET);
  };
}

/** Does the reader ask for steps instead of motion? */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const ARROWS = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/**
 * One tab stop, arrows rove. `next(item, [down, right])` gives the neighbour or nothing;
 * Enter and space choose.
 */
export function rove(container, { itemOf, nodeOf, next, choose, signal }) {
  container.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const item = itemOf(event.target);
    if (!item) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(item);
      return;
    }
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    const to = next(item, way);
    if (to) nodeOf(to).focus({ preventScroll: false });
  }, { signal });
}

const SUPPRESS = "data-lm-suppress-shortcuts";

/**
 * Plain keys and Ctrl+Z stay in the widget: JupyterLab would take r, z or Enter for its own commands,
 * in the capture phase of the document and unless the focused element itself says otherwise.
 * Other shortcuts (Ctrl+S) remain JupyterLab's.
 */
export function keepKeys(root, signal) {
  globalThis.addEventListener("keydown", (event) => {
    const { target, key, ctrlKey, metaKey, altKey } = event;
    if (!(target instanceof Element) || !root.contains(target)) return;
    const chord = ctrlKey || metaKey || altKey;
    target.toggleAttribute(SUPPRESS, !chord || key === "z");
  }, { capture: true, signal });
}

/** True if the keystroke belongs to a text field. */
export const typing = (target) =>
  target instanceof HTMLInputElement && (target.type === "text" || target.type === "url");
