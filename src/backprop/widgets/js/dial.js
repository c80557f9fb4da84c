/**
 * One neuron drawn along its pre-activation u: the weighted inputs and the bias as bars laid end to
 * end, which stop at u; beneath them, over the same axis, the activation curve with point and tangent.
 */

import { rove } from "./a11y.js";
import {
  DIAL,
  h,
  markup,
  s,
  setAttribute,
  setNumber,
  setText,
  setTint,
  signClass,
} from "./draw.js";
import { short } from "./number.js";

/**
 * @param {{bars: string[], facts: {symbol: string, className: string}[]}} options
 *   bars: MathML of each bar's name; facts: what is listed beneath them
 */
export function dialPlot({ bars, facts }) {
  const drawing = s("svg", "bp-drawing bp-dial-drawing", { "aria-hidden": "true" });
  const zero = s("path", "bp-axis");
  const axis = s("path", "bp-axis");
  const drop = s("path", "bp-drop");
  const curve = s("path", "bp-curve");
  const tangent = s("path", "bp-tangent");
  const point = s("circle", "bp-point", { r: 5 });
  const rects = bars.map(() => s("rect", "bp-bar", { height: DIAL.bar, rx: 2 }));
  const steps = bars.map(() => s("path", "bp-drop"));
  const marks = [s("text", "bp-dial-mark"), s("text", "bp-dial-mark"), s("text", "bp-dial-mark")];
  drawing.append(zero, axis, ...steps, ...rects, drop, curve, tangent, point, ...marks);
  const rowOf = (symbol, className = "") => {
    const value = h("span", "bp-value");
    const row = h("div", `bp-dial-row ${className}`, {}, markup("span", "", symbol), value);
    return { row, value };
  };
  const rows = bars.map((symbol) => rowOf(symbol));
  const results = facts.map(({ symbol, className }) => rowOf(symbol, className));
  const list = h(
    "div",
    "bp-dial-list",
    {},
    ...rows.map((r) => r.row),
    ...results.map((r) => r.row),
  );
  const node = h("div", "bp-stage bp-dial", { role: "group", "aria-label": "The neuron" });
  node.append(list, drawing);
  node.style.setProperty("--stage", `${DIAL.height}px`);
  let curveKey = "";
  let range = [0, 1];
  let chosen = -1;

  return {
    node,
    drawing,
    /** Which row is at this height of the drawing, or −1 below the bars. */
    rowAt: (y) => {
      const row = Math.floor((y - DIAL.top) / DIAL.pitch);
      return row >= 0 && row < bars.length ? row : -1;
    },
    /**
     * @param {any} v width; end: the axis runs from −end to end; parts: value of each bar; u, x,
     *   slope; f and key of the curve; numbers: [text, name, value] of the rows and facts
     */
    update({ width, end, parts, u, x, slope, f, key, numbers }) {
      setAttribute(drawing, "width", width);
      setAttribute(drawing, "height", DIAL.height);
      const inner = width - 2 * DIAL.inset;
      const px = (v) => DIAL.inset + ((v + end) / (2 * end)) * inner;
      const bottom = DIAL.height - DIAL.foot;
      const top = DIAL.top + bars.length * DIAL.pitch + DIAL.gap;
      const whole = `${key}|${end}|${width}`;
      if (whole !== curveKey) {
        curveKey = whole;
        const points = Array.from({ length: DIAL.samples + 1 }, (_, t) => {
          const v = -end + (2 * end * t) / DIAL.samples;
          return [v, f(v)];
        });
        const ys = points.map(([, y]) => y);
        range = [Math.min(0, ...ys), Math.max(1, ...ys)];
        const py = (v) => bottom - ((v - range[0]) / (range[1] - range[0])) * (bottom - top);
        const d = points.map(([v, y], t) =>
          `${t ? "L" : "M"}${px(v).toFixed(2)} ${py(y).toFixed(2)}`
        );
        setAttribute(curve, "d", d.join(""));
        setAttribute(axis, "d", `M${DIAL.inset} ${py(0)}H${width - DIAL.inset}`);
        setAttribute(zero, "d", `M${px(0)} ${DIAL.top}V${bottom}`);
        [[-end, "start"], [0, "middle"], [end, "end"]].forEach(([v, anchor], t) => {
          setText(marks[t], t === 1 ? "u" : short(Number(v)));
          setAttribute(marks[t], "x", px(Number(v)));
          setAttribute(marks[t], "y", DIAL.height - 2);
          setAttribute(marks[t], "text-anchor", anchor);
        });
      }
      const py = (v) => bottom - ((v - range[0]) / (range[1] - range[0])) * (bottom - top);
      let from = 0;
      parts.forEach((value, t) => {
        const to = t === parts.length - 1 ? u : from + value;
        const y = DIAL.top + t * DIAL.pitch + (DIAL.pitch - DIAL.bar) / 2;
        const left = Math.min(px(from), px(to));
        setAttribute(rects[t], "x", left);
        setAttribute(rects[t], "y", y);
        setAttribute(rects[t], "width", Math.max(1, Math.abs(px(to) - px(from))));
        setAttribute(rects[t], "class", `bp-bar ${signClass(value)}${t === chosen ? " on" : ""}`);
        const next = t === parts.length - 1 ? DIAL.top + bars.length * DIAL.pitch : y + DIAL.pitch;
        setAttribute(steps[t], "d", `M${px(to)} ${y + DIAL.bar}V${next}`);
        from = to;
      });
      const [cx, cy] = [px(u), py(x)];
      setAttribute(point, "cx", cx);
      setAttribute(point, "cy", cy);
      setAttribute(drop, "d", `M${cx} ${DIAL.top + bars.length * DIAL.pitch}V${cy}`);
      const steep = (slope * (bottom - top) / (range[1] - range[0])) / (inner / (2 * end));
      const dx = DIAL.tangent / Math.hypot(1, steep);
      const line = `M${cx - dx} ${cy + steep * dx}L${cx + dx} ${cy - steep * dx}`;
      setAttribute(tangent, "d", line);
      setAttribute(tangent, "class", `bp-tangent ${signClass(slope)}`);
      setAttribute(tangent, "data-name", "tangent");
      setAttribute(tangent, "data-q", slope);
      setAttribute(node, "data-unit", inner / (2 * end));
      setAttribute(node, "data-rise", (bottom - top) / (range[1] - range[0]));
      [...rows, ...results].forEach(({ value }, t) => setNumber(value, ...numbers[t]));
    },
    /** Before update: the bar that is chosen, or −1. */
    select(index) {
      chosen = index;
      rows.forEach(({ row }, t) => row.classList.toggle("on", t === index));
    },
  };
}

/** Cells to choose and drag, in rows: each a symbol, its value and the derivative beneath. */
export function cellGrid({ label, rows, choose, drag, signal }) {
  const grid = h("div", "bp-cells", { role: "grid", "aria-label": label });
  const note = h("div", "bp-note", { "aria-hidden": "true" }, "and below each its gradient");
  const cells = rows.map((list, r) => {
    const line = h("div", "bp-cells-row", { role: "row" });
    grid.append(line);
    return list.map((quantity, c) => {
      const value = h("span", "bp-value");
      const slope = h("span", "bp-gradient");
      const name = markup("span", "bp-cell-name", quantity.markup);
      name.setAttribute("aria-hidden", "true");
      const node = h("div", "bp-cell", { role: "gridcell", tabindex: "-1" }, name, value, slope);
      node.addEventListener("click", () => choose(quantity), { signal });
      drag(node, quantity);
      line.append(node);
      return { node, value, slope, quantity, r, c };
    });
  });
  const all = cells.flat();
  let stop = all[0];
  const settle = (cell) => {
    stop.node.tabIndex = -1;
    stop = cell;
    stop.node.tabIndex = 0;
  };
  settle(stop);
  const itemOf = (node) => all.find((cell) => cell.node === node);
  rove(grid, {
    itemOf,
    nodeOf: (cell) => cell.node,
    next: (cell, [down, right]) => cells[cell.r + down]?.[cell.c + right],
    choose: (cell) => choose(cell.quantity, cell.node),
    signal,
  });
  grid.addEventListener("focusin", (event) => {
    const cell = itemOf(event.target);
    if (cell) settle(cell);
  }, { signal });
  grid.append(note);
  return {
    node: grid,
    first: () => stop.node,
    /** of(quantity) → { value: [text, name, number], slope: [...], tint, scale, describe or null, on } */
    update(of) {
      for (const cell of all) {
        const { value, slope, tint, scale, describe, on } = of(cell.quantity);
        setNumber(cell.value, ...value);
        setNumber(cell.slope, ...slope);
        setTint(cell.node, tint, scale);
        cell.node.classList.toggle("selected", on);
        setAttribute(cell.node, "aria-selected", String(on));
        if (describe) setAttribute(cell.node, "aria-label", describe);
      }
    },
  };
}
