/** A number on a native slider and in a text field: dragging, keys, typing, and what to say to nonsense. */

import { clamp, h, setAttribute, setText } from "./draw.js";
import { typing, uid } from "./a11y.js";
import { full, parse, short } from "./number.js";

const STEP = { coarse: 0.1, fine: 0.01, page: 0.5 };
export const tidy = (v) => Math.round(v * 1e9) / 1e9; // 0.1 + 0.2 is to read 0.3

/**
 * @param {{now: () => number, text: () => string, ends: () => number[], limits: () => any,
 *   start: (again?: boolean) => void, move: (v: number) => void, end: () => void,
 *   signal: AbortSignal}} options now: the value; text: as it is shown; ends: of the axis;
 *   limits: of what may be typed; start … move … end is one gesture; again: it goes on with the
 *   one before, as one key press after another does
 */
export function entry({ now, text, ends, limits, start, move, end, signal }) {
  const complaint = h("p", "bp-complaint", { id: uid("complaint"), role: "alert" });
  const field = h("input", "bp-field", {
    id: uid("value"),
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": complaint.id,
  });
  const range = h("input", "bp-range", { type: "range", step: "any" });
  const low = h("span", "bp-end bp-end-left", { "aria-hidden": "true" });
  const high = h("span", "bp-end bp-end-right", { "aria-hidden": "true" });

  let dragging = false;
  let before = null; // the value when a pointer came down
  const complain = (sentence) => {
    setText(complaint, sentence);
    setAttribute(field, "aria-invalid", sentence ? "true" : null);
  };
  const write = () => field.value = document.activeElement === field ? full(now()) : text();
  const accept = (value, again = false) => {
    complain("");
    start(again);
    move(value);
    end();
  };
  const drag = (value) => {
    if (!dragging) start();
    dragging = true;
    complain("");
    move(value);
  };
  const drop = () => {
    if (dragging) end();
    dragging = false;
  };
  range.addEventListener(
    "input",
    () => drag(tidy(Math.round(Number(range.value) * 100) / 100)),
    { signal },
  );
  range.addEventListener("change", drop, { signal });
  // A slider jumps to a finger at once; if the finger then scrolls the page, the browser cancels
  // the pointer, and the value is again what it was.
  range.addEventListener("pointerdown", () => before = now(), { signal });
  range.addEventListener("pointercancel", () => {
    if (before !== null && before !== now()) {
      drag(before);
      drop();
    }
    before = null;
  }, { signal });
  range.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const size = event.shiftKey ? STEP.fine : STEP.coarse;
    const to = {
      ArrowRight: now() + size,
      ArrowUp: now() + size,
      ArrowLeft: now() - size,
      ArrowDown: now() - size,
      PageUp: now() + STEP.page,
      PageDown: now() - STEP.page,
      Home: ends()[0],
      End: ends()[1],
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const [least, most] = ends();
    const value = clamp(tidy(to), least, most);
    if (value !== now()) accept(value, true);
  }, { signal });

  const open = () => {
    write();
    field.dataset.before = field.value;
  };
  const take = () => {
    if (field.value === field.dataset.before) return true;
    const { value, error } = parse(field.value, limits());
    if (error) {
      complain(`${error} ${full(now())} stays.`);
      return false;
    }
    if (value !== now()) accept(value);
    complain("");
    return true;
  };
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
    write();
    setAttribute(field, "aria-invalid", null);
  }, { signal });

  return {
    complaint,
    field,
    range,
    low,
    high,
    complain,
    /** The present number; `fresh`: it is another quantity's, whatever has been typed. */
    update(name, valueText, fresh = false) {
      if (document.activeElement !== field || fresh) write();
      else if (!dragging && field.value === field.dataset.before) open();
      [low, high].forEach((node, t) => {
        setAttribute(range, t ? "max" : "min", ends()[t]);
        setText(node, short(ends()[t]));
      });
      if (Number(range.value) !== now()) range.value = String(now());
      setAttribute(range, "aria-valuetext", valueText);
      setAttribute(field, "data-name", name);
      setAttribute(field, "data-q", now());
    },
  };
}
