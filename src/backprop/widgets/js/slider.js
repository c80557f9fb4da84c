/** One number outside a diagram: a native slider and a text field on the same axis. */

import { axisFor, h, markup, setAttribute } from "./draw.js";
import { entry } from "./entry.js";
import { show, showPlain } from "./number.js";

/**
 * @param {{symbol: string, spokenName: string, kind: any, limits: {least: number, most: number},
 *   name: string, start: (again?: boolean) => void, move: (v: number) => void, end: () => void,
 *   signal: AbortSignal}} options start … move … end is one gesture, as in entry.js
 */
export function slider({ symbol, spokenName, kind, limits, name, start, move, end, signal }) {
  const axis = (value) => axisFor(value, { positive: limits.least >= 0 });
  let now = 0;
  let ends = axis(0);
  const { field, range, low, high, complaint, complain, update } = entry({
    now: () => now,
    text: () => limits.least < 0 ? show(now, kind).trim() : showPlain(now, kind),
    ends: () => ends,
    limits: () => limits,
    start,
    move,
    end,
    signal,
  });
  const label = markup("label", "bp-name", symbol);
  label.htmlFor = field.id;
  setAttribute(field, "aria-label", `Value of ${spokenName}`);
  setAttribute(range, "aria-label", spokenName);
  const row = h("div", "bp-slider-row", {}, label, field, low, range, high);
  return {
    node: h("div", "bp-slider", {}, row, complaint),
    range,
    field,
    complain,
    /** A value from anywhere; the axis changes only when it no longer holds it. */
    update(value, valueText) {
      now = value;
      if (value < ends[0] || value > ends[1]) ends = axis(value);
      update(name, valueText);
    },
  };
}
