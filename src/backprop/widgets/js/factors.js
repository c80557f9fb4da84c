/**
 * Chains of factors, one row per path, and beneath them what the paths have in common; the outer
 * product as a small picture; lines of code. Pointing at a piece of any of them is told to `point`.
 */

import { rove } from "./a11y.js";
import {
  h,
  markup,
  OUTER,
  s,
  setAttribute,
  setHidden,
  setNumber,
  setText,
  setTint,
} from "./draw.js";
import { UNKNOWN } from "./number.js";

/**
 * @param {{label: string, point: (chip: any) => void, press: (chip: any) => void,
 *   signal: AbortSignal}} options
 */
export function factorGrid({ label, point, press, signal }) {
  const node = h("div", "bp-factors", { role: "group", "aria-label": label });
  /** @type {any[]} */
  let chips = [];
  let texts = new Map();
  let stop = null;
  const itemOf = (target) => chips.find((chip) => chip.node === target);
  const settle = (chip) => {
    if (stop) stop.node.tabIndex = -1;
    stop = chip;
    if (stop) stop.node.tabIndex = 0;
  };
  const chipAt = (event) => itemOf(event.target.closest?.(".bp-factor"));
  node.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch") point(chipAt(event) ?? null);
  }, { signal });
  node.addEventListener("pointerleave", () => point(null), { signal });
  node.addEventListener("click", (event) => {
    const chip = chipAt(event);
    if (chip) press(chip);
  }, { signal });
  node.addEventListener("focusin", (event) => {
    const chip = itemOf(event.target);
    if (!chip) return;
    settle(chip);
    if (event.target.matches(":focus-visible")) point(chip);
  }, { signal });
  node.addEventListener("focusout", () => point(null), { signal });
  rove(node, {
    itemOf,
    nodeOf: (chip) => chip.node,
    next: (chip, [down, right]) => {
      if (down === 0) {
        const line = chips.filter((other) => other.row === chip.row && !other.node.hidden);
        return line[line.indexOf(chip) + right];
      }
      const under = (other) =>
        !other.node.hidden && other.row === chip.row + down &&
        other.col < chip.col + chip.span && chip.col < other.col + other.span;
      return chips.find(under);
    },
    choose: press,
    signal,
  });
  const place = (cell, { row, col, span }) => {
    cell.style.setProperty("--row", String(row));
    cell.style.setProperty("--col", `${col} / span ${span}`);
  };

  return {
    node,
    /**
     * @param {{rows: number, columns: number, chips: any[], texts: any[]}} layout
     *   chips: { id, symbol, row, col, span }; texts: { id, html, row, col, span, className }
     */
    build(layout) {
      node.replaceChildren();
      node.style.setProperty("--rows", String(layout.rows));
      node.style.setProperty("--columns", String(layout.columns));
      texts = new Map(layout.texts.map((text) => {
        const cell = markup("div", `bp-chain-text ${text.className}`, text.html);
        const value = cell.appendChild(h("span", "bp-value"));
        place(cell, text);
        node.append(cell);
        return [text.id, { cell, value }];
      }));
      chips = layout.chips.map((chip) => {
        const value = h("span", "bp-value");
        const sign = markup("span", "bp-factor-symbol", chip.symbol);
        sign.setAttribute("aria-hidden", "true");
        const cell = h("div", "bp-factor", { role: "button", tabindex: "-1" }, sign, value);
        if (chip.span > 1) cell.classList.add("bp-prefix");
        if (chip.col === 2) cell.classList.add("bp-first");
        place(cell, chip);
        node.append(cell);
        return { ...chip, node: cell, value };
      });
      stop = null;
      settle(chips[0] ?? null);
    },
    /** known, text, value, fresh, kept, absent of every chip; describe, or null for later. */
    chips(of) {
      for (const chip of chips) {
        const known = of.known(chip);
        chip.node.classList.toggle("unknown", !known);
        chip.node.classList.toggle("fresh", known && of.fresh(chip));
        chip.node.classList.toggle("kept", known && of.kept(chip));
        setHidden(chip.node, of.absent(chip));
        const value = known ? of.value(chip) : null;
        setNumber(
          chip.value,
          known ? of.text(chip) : UNKNOWN,
          known ? `factor.${chip.id}` : null,
          value,
        );
        if (of.describe) setAttribute(chip.node, "aria-label", of.describe(chip, known));
      }
    },
    /** A text beside the chips: its words, or a number with its name. */
    text(id, { words = "", name = null, value = null, hidden = false }) {
      const found = texts.get(id);
      if (!found) return;
      found.cell.classList.toggle("unknown", hidden);
      if (name) setNumber(found.value, words, name, value);
      else {
        setNumber(found.value, words, null, null);
      }
    },
    light(ids, pinned) {
      for (const chip of chips) {
        chip.node.classList.toggle("lit", ids.has(chip.id));
        setAttribute(chip.node, "aria-pressed", String(pinned === chip.id));
      }
    },
    chip: (id) => chips.find((chip) => chip.id === id),
  };
}

/** δ at the left, x on top, their product between: row i and column j marked. */
export function outerPicture() {
  const node = s("svg", "bp-outer", { "aria-hidden": "true" });
  let shape = "";
  let cells = [];
  const box = (x, y, className) => {
    const rect = s("rect", `bp-outer-cell ${className}`, {
      x,
      y,
      width: OUTER.width,
      height: OUTER.height,
      rx: OUTER.round,
    });
    return node.appendChild(rect);
  };
  return {
    node,
    update({ side, top, i, j, known }) {
      const key = `${side.length} ${top.length}`;
      const [dx, dy] = [OUTER.width + OUTER.gap, OUTER.height + OUTER.gap];
      if (key !== shape) {
        shape = key;
        node.replaceChildren();
        setAttribute(node, "width", (top.length + 1) * dx + OUTER.apart);
        setAttribute(node, "height", (side.length + 1) * dy + OUTER.apart);
        const [left, high] = [dx + OUTER.apart, dy + OUTER.apart];
        cells = [];
        side.forEach((_, r) => cells.push({ rect: box(0.5, high + r * dy, ""), r, c: -1 }));
        top.forEach((_, c) => cells.push({ rect: box(left + c * dx, 0.5, ""), r: -1, c }));
        side.forEach((_, r) =>
          top.forEach((_, c) => cells.push({ rect: box(left + c * dx, high + r * dy, ""), r, c }))
        );
      }
      for (const { rect, r, c } of cells) {
        const value = !known ? 0 : r < 0 ? top[c] : c < 0 ? side[r] : side[r] * top[c];
        setTint(rect, value, r < 0 ? OUTER.input : OUTER.gradient);
        const head = (r === i && c < 0) || (c === j && r < 0);
        rect.classList.toggle("head", known && head);
        rect.classList.toggle("at", known && r === i && c === j);
      }
    },
  };
}

/** Lines of code whose pieces can be pointed at: [[text, key?] …] per line. */
export function codeLines({ point, press, signal }) {
  const code = h("code", "");
  const node = h("pre", "bp-code", {}, code);
  let pieces = [];
  const at = (event) => pieces.find((piece) => piece.node === event.target);
  node.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch") point(at(event)?.key ?? null);
  }, { signal });
  node.addEventListener("pointerleave", () => point(null), { signal });
  node.addEventListener("click", (event) => {
    const piece = at(event);
    if (piece) press(piece.key);
  }, { signal });
  return {
    node,
    build(lines) {
      pieces = [];
      code.replaceChildren(...lines.map((line) => {
        const parts = line.map(([text, key]) => {
          if (!key) return text;
          const piece = h("span", "bp-piece", {}, text);
          pieces.push({ node: piece, key });
          return piece;
        });
        return h("span", "bp-code-line", {}, ...parts, "\n");
      }));
    },
    light(keys) {
      for (const piece of pieces) piece.node.classList.toggle("lit", keys.has(piece.key));
    },
    show(on) {
      node.classList.toggle("unknown", !on);
      setAttribute(node, "aria-hidden", on ? null : "true");
    },
    words(text) {
      setText(code, text);
    },
  };
}
