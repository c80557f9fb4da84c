/** One number outside a diagram: a native slider and a text field on the same axis. */

import { typing, uid } from "./a11y.js";
import { axisFor, clamp, h, markup, setAttribute, setText, unlessScrolled } from "./draw.js";
import { full, parse, short, show, showPlain } from "./number.js";

const STEP = { coarse: 0.1, fine: 0.01, page: 0.5 };
const tidy = (v) => Math.round(v * 1e9) / 1e9; // 0.1 + 0.2 is to read 0.3

/**
 * @param {{symbol: string, spokenName: string, kind: any, limits: {least: number, most: number},
 *   name: string, start: (again?: boolean) => void, move: (v: number) => void, end: () => void,
 *   signal: AbortSignal}} options start … move … end is one gesture, as in the inspector
 */
export function slider({ symbol, spokenName, kind, limits, name, start, move, end, signal }) {
  const id = uid("slider");
  const complaint = h("span", "bp-complaint", { id: uid("complaint"), role: "alert" });
  const label = markup("label", "bp-name", symbol);
  label.htmlFor = id;
  const field = h("input", "bp-field", {
    id,
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": `Value of ${spokenName}`,
    "aria-describedby": complaint.id,
  });
  const range = h("input", "bp-range", { type: "range", step: "any", "aria-label": spokenName });
  const low = h("span", "bp-end", { "aria-hidden": "true" });
  const high = h("span", "bp-end", { "aria-hidden": "true" });
  const node = h("div", "bp-slider", {}, label, field, low, range, high, complaint);

  let now = 0;
  let ends = axisFor(0, { positive: limits.least >= 0 });
  let dragging = false;
  const complain = (sentence) => {
    setText(complaint, sentence);
    setAttribute(field, "aria-invalid", sentence ? "true" : null);
  };
  const accept = (value, again = false) => {
    complain("");
    start(again);
    move(value);
    end();
  };
  const fieldText = () => {
    const text = limits.least < 0 ? show(now, kind).trim() : showPlain(now, kind);
    field.value = document.activeElement === field ? full(now) : text;
  };
  const open = () => {
    fieldText();
    field.dataset.before = field.value;
  };
  const take = () => {
    if (field.value === field.dataset.before) return true;
    const { value, error } = parse(field.value, limits);
    if (error) {
      complain(`${error} ${full(now)} stays.`);
      return false;
    }
    if (value !== now) accept(value);
    complain("");
    return true;
  };

  range.addEventListener("input", () => {
    if (!dragging) start();
    dragging = true;
    complain("");
    move(tidy(Math.round(Number(range.value) * 100) / 100));
  }, { signal });
  range.addEventListener("change", () => {
    if (dragging) end();
    dragging = false;
  }, { signal });
  unlessScrolled(range, {
    value: () => now,
    back(value) {
      if (!dragging) start();
      move(value);
      end();
      dragging = false;
    },
    signal,
  });
  range.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const size = event.shiftKey ? STEP.fine : STEP.coarse;
    const to = {
      ArrowRight: now + size,
      ArrowUp: now + size,
      ArrowLeft: now - size,
      ArrowDown: now - size,
      PageUp: now + STEP.page,
      PageDown: now - STEP.page,
      Home: ends[0],
      End: ends[1],
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const value = clamp(tidy(to), ...ends);
    if (value !== now) accept(value, true);
  }, { signal });
  field.addEventListener("focus", () => {
    open();
    field.select();
  }, { signal });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target)) {
      complain("");
      open();
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (take()) open();
    field.select();
  }, { signal });
  field.addEventListener("blur", () => {
    take();
    fieldText();
    setAttribute(field, "aria-invalid", null);
  }, { signal });

  return {
    node,
    range,
    field,
    complain,
    /** A value from anywhere; the axis changes only when it no longer holds it. */
    update(value, valueText) {
      now = value;
      if (value < ends[0] || value > ends[1]) {
        ends = axisFor(value, { positive: limits.least >= 0 });
      }
      if (document.activeElement !== field) fieldText();
      else if (!dragging && field.value === field.dataset.before) open();
      setAttribute(range, "min", ends[0]);
      setAttribute(range, "max", ends[1]);
      if (Number(range.value) !== value) range.value = String(value);
      setAttribute(range, "aria-valuetext", valueText);
      setAttribute(field, "data-name", name);
      setAttribute(field, "data-q", value);
      setText(low, short(ends[0]));
      setText(high, short(ends[1]));
    },
  };
}
