/**
 * One selected number: the loss as a function of it, the tangent at its present value, and a
 * slider and a text field on the same axis.
 */

import {
  axisFor,
  CHART,
  clamp,
  h,
  s,
  setAttribute,
  setNumber,
  setText,
  signClass,
} from "./draw.js";
import { entry } from "./entry.js";
import { show, showPlain } from "./number.js";

/**
 * @param {{start: (again?: boolean) => void, move: (v: number) => void, end: () => void, leave: () => void,
 *   signal: AbortSignal}} options start … move … end is one gesture, as in entry.js
 */
export function inspector({ start, move, end, leave, signal }) {
  let now = null; // what update() was last given
  let ends = [-3, 3];
  let shape = null; // the drawn curve: { key, lo, hi, y }
  const input = entry({
    now: () => now.value,
    text: () => show(now.value, now.kind).trim(),
    ends: () => ends,
    limits: () => now.limits,
    start,
    move,
    end,
    signal,
  });
  const { field, range } = input;
  const name = h("label", "bp-name", { for: field.id });
  const chart = s("svg", "bp-chart", { "aria-hidden": "true", height: CHART.height });
  const axis = s("path", "bp-axis");
  const curve = s("path", "bp-curve");
  const drop = s("path", "bp-drop");
  const tangent = s("path", "bp-tangent");
  const ghost = s("circle", "bp-ghost-point", { r: 4 });
  const point = s("circle", "bp-point", { r: 5 });
  const hint = s("text", "bp-chart-hint", { y: CHART.height / 2 });
  chart.append(axis, curve, drop, tangent, ghost, point, hint);
  const high = h("span", "bp-tick bp-tick-high");
  const low = h("span", "bp-tick bp-tick-low");
  const plot = h("div", "bp-plot", {}, high, low, chart, input.low, range, input.high);
  for (const node of [high, low]) node.setAttribute("aria-hidden", "true");
  const top = h("div", "bp-inspector-top", {}, name, field, input.complaint);
  const node = h("div", "bp-inspector", {}, top, plot);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    leave();
  }, { signal });

  const px = (v) =>
    CHART.inset + ((v - ends[0]) / (ends[1] - ends[0])) * (now.width - 2 * CHART.inset);

  function drawCurve() {
    const key = `${now.key}|${now.width}|${ends}`;
    if (shape?.key === key) return;
    const points = [];
    for (let t = 0; t <= CHART.samples; t++) {
      const v = ends[0] + (t / CHART.samples) * (ends[1] - ends[0]);
      points.push([v, now.curve(v)]);
    }
    const losses = points.map(([, loss]) => loss).filter(Number.isFinite);
    const lo = Math.min(...losses);
    const hi = Math.max(...losses);
    const flat = !(hi - lo > 1e-15 * Math.max(1, hi));
    const inner = CHART.height - CHART.above - CHART.below;
    const scale = flat ? 0 : inner / (hi - lo);
    const y = (loss) => flat ? CHART.above + inner / 2 : CHART.above + (hi - loss) * scale;
    shape = { key, y, scale };
    const path = points.map(([v, loss], t) =>
      `${t ? "L" : "M"}${px(v).toFixed(1)} ${y(loss).toFixed(1)}`
    );
    setAttribute(curve, "d", path.join(""));
    const base = CHART.height - 0.5;
    const zero = clamp(0, ...ends);
    const tick = `M${px(zero)} ${base - 5}v5`;
    setAttribute(axis, "d", `M${CHART.inset} ${base}H${now.width - CHART.inset}${tick}`);
    const [top, bottom] = [showPlain(hi, "loss"), showPlain(lo, "loss")];
    high.classList.toggle("middle", top === bottom);
    setText(high, top);
    setText(low, top === bottom ? "" : bottom);
  }

  return {
    node,
    range,
    /** Pick the axis anew: at a selection, an undo, a typed value, never during a drag. */
    rescale(value, options) {
      ends = axisFor(value, options);
    },
    ends: () => ends,
    complain: input.complain,
    /**
     * @param {{id: string, symbol: string, spokenName: string, value: number, kind: any,
     *   limits: any, axis: any, width: number, key: string, curve: (v: number) => number, loss: number | null,
     *   slope: number | null, hidden: string, was: {value: number, loss: number} | null,
     *   valueText: string}} next
     * `hidden` is a sentence in place of the curve while the loss is not computed.
     */
    update(next) {
      const changed = next.id !== now?.id;
      now = next;
      if (next.value < ends[0] || next.value > ends[1]) ends = axisFor(next.value, next.axis);
      if (changed) {
        name.innerHTML = next.symbol;
        setAttribute(field, "aria-label", `Value of ${next.spokenName}`);
        setAttribute(range, "aria-label", next.spokenName);
        input.complain("");
      }
      input.update(`selected.${next.id}`, next.valueText, changed);
      setAttribute(chart, "width", next.width);
      chart.classList.toggle("off", Boolean(next.hidden));
      setText(hint, next.hidden);
      if (!next.width) return;
      setAttribute(hint, "x", next.width / 2);
      if (next.hidden) {
        setText(high, "");
        setText(low, "");
        shape = null;
        setNumber(tangent, "", null, null);
        return;
      }
      drawCurve();
      const x = px(next.value);
      const y = shape.y(next.loss);
      setAttribute(drop, "d", `M${x} ${y}V${CHART.height}`);
      setAttribute(point, "cx", x);
      setAttribute(point, "cy", y);
      const moved = next.was && next.was.value !== next.value;
      ghost.style.display = moved ? "" : "none";
      if (moved) {
        setAttribute(ghost, "cx", px(next.was.value));
        setAttribute(ghost, "cy", shape.y(next.was.loss));
      }
      tangent.style.display = next.slope === null ? "none" : "";
      if (next.slope !== null) {
        const perPixel = (next.slope * shape.scale * (ends[1] - ends[0])) /
          (next.width - 2 * CHART.inset);
        const dx = CHART.tangent / Math.hypot(1, perPixel);
        // A point at the end of the axis keeps half of its tangent.
        const before = Math.min(dx, x - CHART.inset);
        const after = Math.min(dx, next.width - CHART.inset - x);
        const line = `M${x - before} ${y + perPixel * before}L${x + after} ${y - perPixel * after}`;
        setAttribute(tangent, "d", line);
        setAttribute(tangent, "class", `bp-tangent ${signClass(next.slope)}`);
      }
      setNumber(tangent, "", next.slope === null ? null : "slope", next.slope);
    },
  };
}
