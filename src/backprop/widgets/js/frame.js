/** What stands around every widget: the foot with all numbers, undo, reset and a link; keys; life. */

import { keepKeys, typing } from "./a11y.js";
import { fitFont, h, markup, setAttribute } from "./draw.js";
import { address, copyButton, decode, parameter } from "./link.js";
import { math } from "./math.js";

/**
 * @param {{root: HTMLElement, el: any, model: any, kind: string, caption: string, heads: string[],
 *   rows: () => string[][], encoded: () => string, python: () => string, undo: () => void,
 *   reset: () => void, signal: AbortSignal}} options
 *   rows: [MathML of the name, the name as spoken, texts of the other columns …] of the data table;
 *   encoded: the state for a link; python: the state as a line of Python
 */
export function frame(
  { root, el, model, kind, caption, heads, rows, encoded, python, undo, reset, signal },
) {
  const onPage = Boolean(el.closest("[data-backprop-page]"));
  const linkKey = parameter(kind, model.get("name") || el.dataset.place || "");
  const body = h("tbody");
  const head = h("tr", "", {}, ...heads.map((text) => markup("th", "", text)));
  for (const cell of head.children) cell.scope = "col";
  const listing = h(
    "table",
    "bp-listing",
    {},
    h("caption", "bp-sr", {}, caption),
    h("thead", "", {}, head),
    body,
  );
  const details = h("details", "bp-details", {}, h("summary", "", {}, "All numbers"), listing);
  const list = () => {
    if (!details.open) return;
    body.replaceChildren(
      ...rows().map(([symbol, spoken, ...texts]) => {
        const name = markup("span", "", math(symbol));
        name.setAttribute("aria-hidden", "true");
        const first = h("th", "", { scope: "row" }, h("span", "bp-sr", {}, spoken), name);
        return h("tr", "", {}, first, ...texts.map((text) => h("td", "", {}, text)));
      }),
    );
  };
  details.addEventListener("toggle", list, { signal });

  const undoButton = h("button", "bp-quiet", { type: "button", title: "Ctrl+Z" }, "Undo");
  const resetButton = h("button", "bp-quiet", { type: "button", title: "R" }, "Reset");
  undoButton.addEventListener("click", undo, { signal });
  resetButton.addEventListener("click", reset, { signal });
  const copier = onPage
    ? copyButton({
      label: "Copy link",
      done: "Copied",
      make: () => address(linkKey, encoded(), el),
      signal,
    })
    : copyButton({ label: "Copy as Python", done: "Copied", make: python, signal });
  const actions = h("div", "bp-actions", {}, undoButton, resetButton, copier.button, copier.field);

  keepKeys(root, signal);
  root.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const target = /** @type {any} */ (event.target);
    const chord = ctrlKey || metaKey;
    const untouched = target.value === target.dataset.before;
    if (typing(target) && !(key === "z" && chord && untouched)) return;
    if (chord && key === "z" && !shiftKey) {
      event.preventDefault();
      undo();
    } else if (key.toLowerCase() === "r" && !chord && !altKey) {
      event.preventDefault();
      reset();
    }
  }, { signal });

  return {
    node: h("div", "bp-foot", {}, details, actions),
    /** What this page's address says about the widget: see decode in link.js. */
    found: (words) => (onPage ? decode(linkKey, words) : null),
    update({ canUndo, pristine }) {
      setAttribute(undoButton, "aria-disabled", canUndo ? null : "true");
      setAttribute(resetButton, "aria-disabled", pristine ? "true" : null);
      list();
    },
  };
}

/** Lay the widget out at every new width; ready as soon as it is drawn. Returns a function that ends it. */
export function mounted(root, layout) {
  let drawn = 0;
  const fit = () => {
    const present = Math.round(root.clientWidth);
    if (!present || present === drawn) return;
    drawn = present;
    fitFont(root);
    layout(present);
    root.dataset.ready = "1";
  };
  const watch = new ResizeObserver(fit);
  watch.observe(root);
  fit(); // before the first paint, so that nothing is seen to move
  return () => watch.disconnect();
}

/** A sentence where the widget would stand. */
export function refusal(root, sentence) {
  root.append(h("p", "bp-refusal", { role: "alert" }, `There is nothing to draw. ${sentence}`));
  root.dataset.ready = "1";
  return () => root.remove();
}
