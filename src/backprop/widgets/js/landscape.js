/**
 * A function of two numbers as a map, with shade and level lines, paths of descent on it and a start
 * to drag; and the small plots beside it.
 */

import { brief } from "./columns.js";
import { clamp, h, markup, place, s, setAttribute, setNumber, setText, signClass } from "./draw.js";
import { short } from "./number.js";

const EDGE = { left: 36, foot: 24 };
const LEVELS = 14;
const INK = { shade: 0.22, line: 0.34 }; // opacity at the top of the range, and of a level line
const DOTS = 2; // of the raster in one CSS pixel
const APART = 18; // labels of critical points nearer than this would overlap
const CROSS = 17;
const PLOT = { loss: [112, 92], small: [128, 100] }; // heights, wide and on a phone
const INSET = 12; // half a slider's thumb
const FIT = { samples: 80, margin: 0.12 };
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const tidy = (v) => Math.round(v * 1e9) / 1e9;

/** Values on a line at `size` places, by the smooth curve through `list`. */
function resample(list, size) {
  const last = list.length - 1;
  const values = new Float64Array(size);
  for (let t = 0; t < size; t++) {
    const where = (t / (size - 1)) * last;
    const k = Math.min(last - 1, Math.floor(where));
    const u = where - k;
    const [b, c] = [list[k], list[k + 1]];
    const [a, d] = [list[Math.max(0, k - 1)], list[Math.min(last, k + 2)]];
    values[t] = b + u / 2 * (c - a + u * (2 * a - 5 * b + 4 * c - d + u * (3 * (b - c) + d - a)));
  }
  return values;
}

/** Shade and level lines of a square table of heights, as an image of which only opacity counts. */
function relief(heights, side) {
  const size = side * DOTS;
  const flat = heights.flat();
  const low = Math.min(...flat);
  const range = Math.max(...flat) - low;
  const rows = heights.map((row) =>
    resample(row.map((v) => (range > 0 ? Math.sqrt((v - low) / range) : 0)), size)
  );
  const columns = Array.from({ length: size }, (_, x) => resample(rows.map((r) => r[x]), size));
  const canvas = h("canvas", "", { width: size, height: size });
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(size, size);
  const { data } = image;
  for (let x = 0; x < size; x++) {
    const column = columns[x];
    const [before, after] = [columns[Math.max(0, x - 1)], columns[Math.min(size - 1, x + 1)]];
    for (let y = 0; y < size; y++) {
      const here = column[y] * LEVELS;
      const across = (after[y] - before[y]) / 2;
      const up = (column[Math.min(size - 1, y + 1)] - column[Math.max(0, y - 1)]) / 2;
      const slope = Math.sqrt(across * across + up * up) * LEVELS; // hypot takes thrice as long
      const away = Math.abs(here - Math.round(here)) / slope;
      const line = slope > 1e-3 && here > 0.5 ? clamp(DOTS / 2 + 0.5 - away, 0, 1) : 0;
      const alpha = INK.shade * clamp(column[y], 0, 1) + INK.line * line;
      data[4 * ((size - 1 - y) * size + x) + 3] = 255 * alpha;
    }
  }
  pen.putImageData(image, 0, 0);
  return `url(${canvas.toDataURL()})`;
}

/** The polyline through points, as the d of a path. */
const line = (points) =>
  points.map(([x, y], t) => `${t ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
/** A dot of the stroke's width at each point. */
const dots = (points) => points.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");

/**
 * @param {{names: string[], start: (again?: boolean) => void, move: (point: number[]) => void,
 *   end: () => void, signal: AbortSignal}} options start … move … end is one gesture
 */
export function landscape({ names, start, move, end, signal }) {
  const relievo = h("div", "bp-relief", { "aria-hidden": "true" });
  const drawing = s("svg", "bp-map-drawing", { "aria-hidden": "true" });
  const mirror = s("path", "bp-drop");
  const was = s("path", "bp-descent bp-descent-was");
  const each = s("path", "bp-descent bp-descent-each");
  const all = s("path", "bp-descent bp-descent-all");
  const steps = s("path", "bp-descent bp-descent-steps");
  const cross = [s("path", "bp-tangent"), s("path", "bp-tangent")];
  const ends = [
    s("rect", "bp-point", { x: -5, y: -5, width: 10, height: 10 }),
    s("circle", "bp-point", { r: 5.5 }),
  ];
  const marks = s("g");
  drawing.append(mirror, marks, was, each, all, steps, ...cross, ...ends);
  const handle = h("button", "bp-start", { type: "button" });
  const ticks = [0, 1, 2, 3].map((t) =>
    h("span", `bp-map-tick ${t < 2 ? "bp-map-x" : "bp-map-y"}`, { "aria-hidden": "true" })
  );
  const labels = names.map((name, t) =>
    markup("span", `bp-map-name ${t ? "bp-map-y" : "bp-map-x"}`, name)
  );
  for (const label of labels) label.setAttribute("aria-hidden", "true");
  const node = h("div", "bp-map", {}, relievo, drawing, handle, ...ticks, ...labels);
  let side = 0;
  let view = [[-1, 1], [-1, 1]];
  /** @type {[number, number]} */
  let now = [0, 0];
  let drawn = "";
  let marked = "";
  /** @returns {[number, number]} */
  const px = ([a, c]) => [
    ((a - view[0][0]) / (view[0][1] - view[0][0])) * side,
    side - ((c - view[1][0]) / (view[1][1] - view[1][0])) * side,
  ];

  /* ---- the start: dragged, tapped, or moved by keys ---- */
  const under = (event, [dx, dy] = [0, 0]) => {
    const box = drawing.getBoundingClientRect();
    const parts = [
      (event.clientX - dx - box.left) / side,
      (box.bottom - event.clientY + dy) / side,
    ];
    return parts.map((part, t) => {
      const [low, high] = view[t];
      const step = 10 ** Math.floor(Math.log10((high - low) / 40)) / (event.shiftKey ? 10 : 2);
      return clamp(tidy(Math.round((low + part * (high - low)) / step) * step), low, high);
    });
  };
  let kind = "";
  node.addEventListener("pointerdown", (event) => {
    kind = event.pointerType;
    if (event.button !== 0 || !event.isPrimary) return;
    const grabbed = event.target === handle;
    // A finger beside the start may be scrolling the page: it only taps.
    if (!grabbed && (kind === "touch" || !drawing.contains(event.target))) return;
    const box = drawing.getBoundingClientRect();
    const [x, y] = px(now);
    /** @type {[number, number]} */
    const offset = grabbed ? [event.clientX - box.left - x, event.clientY - box.top - y] : [0, 0];
    const over = new AbortController();
    const during = { signal: over.signal };
    let begun = false;
    const follow = (next) => {
      if (next.pointerId !== event.pointerId) return;
      if (!begun) start();
      begun = true;
      move(under(next, offset));
    };
    const stop = (last) => {
      if (last.pointerId !== event.pointerId) return;
      over.abort();
      if (begun) end();
    };
    if (!grabbed) {
      follow(event);
      event.preventDefault();
      handle.focus({ preventScroll: true });
    }
    globalThis.addEventListener("pointermove", follow, during);
    globalThis.addEventListener("pointerup", stop, during);
    globalThis.addEventListener("pointercancel", stop, during);
    signal.addEventListener("abort", () => over.abort(), during);
  }, { signal });
  drawing.addEventListener("click", (event) => {
    if (kind !== "touch") return;
    start();
    move(under(event));
    end();
  }, { signal });
  handle.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    start(true);
    move(now.map((v, t) => tidy(v + way[t] * (event.shiftKey ? 0.01 : 0.1))));
    end();
  }, { signal });

  return {
    node,
    handle,
    layout(width) {
      side = width - EDGE.left;
      setAttribute(drawing, "width", side);
      setAttribute(drawing, "height", side);
      place(drawing, EDGE.left, 0);
      place(relievo, EDGE.left, 0, side, side);
      drawn = "";
    },
    /**
     * The ground, drawn anew only under another key; `heights(n)` gives n rows of n values, the
     * second number growing from row to row. Returns nothing.
     */
    ground({ key, span, grid, height }) {
      if (drawn === `${key}|${span}`) return;
      drawn = `${key}|${span}`;
      view = span;
      const axis = view.map(([low, high]) =>
        Array.from({ length: grid }, (_, t) => low + (t / (grid - 1)) * (high - low))
      );
      const heights = axis[1].map((c) => axis[0].map((a) => height([a, c])));
      const image = relief(heights, side);
      relievo.style.maskImage = image;
      const same = String(view[0]) === String(view[1]) &&
        heights.every((row, i) =>
          row.every((v, j) => Math.abs(v - heights[j][i]) <= 1e-12 * Math.max(1, Math.abs(v)))
        );
      setAttribute(mirror, "d", same ? `M0 ${side}L${side} 0` : null);
      ticks.forEach((tick, t) => {
        const [axisOf, high] = [t >> 1, t & 1];
        setText(tick, short(view[axisOf][high]));
        if (axisOf) place(tick, 0, high ? 0 : side - 16, EDGE.left - 6);
        else place(tick, high ? EDGE.left + side - 40 : EDGE.left, side + 4, 40);
      });
      place(labels[0], EDGE.left, side + 2, side);
      place(labels[1], 0, side / 2 - 12, EDGE.left - 6);
    },
    /**
     * Points of the paths so far; `bend`: two curvatures and the direction of the larger;
     * `critical`: [point, signs of its curvatures], where the gradient vanishes.
     */
    update({ start: from, batch, other, ghost, bend, critical, label }) {
      now = from;
      const [x, y] = px(from);
      place(handle, EDGE.left + x, y);
      setAttribute(handle, "aria-label", label);
      const [a, c, g] = [batch, other, ghost].map((list) => list?.map(px) ?? []);
      setAttribute(all, "d", line(a));
      setAttribute(steps, "d", dots(a));
      setAttribute(each, "d", line(c));
      setAttribute(was, "d", line(g));
      const mine = c.length ? c.at(-1) : a.at(-1);
      [c, a].forEach((list, t) => {
        ends[t].style.display = list.length ? "" : "none";
        if (list.length) setAttribute(ends[t], "transform", `translate(${list.at(-1)})`);
      });
      const taken = [[x, y], ...[a, c].flatMap((list) => list.slice(-1))];
      const placed = critical.map(([point, signs]) => {
        const [left, top] = px(point);
        const free = taken.every(([x, y]) => Math.hypot(left + 8 - x, top - 5 - y) > APART);
        taken.push([left, top]);
        return { left, top, signs: free ? signs : "" };
      });
      const key = JSON.stringify(placed);
      if (key !== marked) {
        marked = key; // in a drag they mostly stay as they are
        marks.replaceChildren(...placed.map(({ left, top, signs }) => {
          const mark = s("g", "", { transform: `translate(${left},${top})` });
          mark.append(s("circle", "bp-critical", { r: 4 }));
          const anchor = left > side - 40 ? "end" : "start";
          const at = { x: anchor === "end" ? -8 : 8, y: -6, "text-anchor": anchor };
          const text = (sign) => s("tspan", sign === "+" ? "pos" : "neg", {}, sign);
          if (signs) mark.append(s("text", "bp-critical-signs", at, ...[...signs].map(text)));
          return mark;
        }));
      }
      cross.forEach((arm, t) => {
        const angle = bend.angle + (t ? 0 : Math.PI / 2);
        const [dx, dy] = [CROSS * Math.cos(angle), -CROSS * Math.sin(angle)];
        setAttribute(arm, "d", `M${mine[0] - dx} ${mine[1] - dy}l${2 * dx} ${2 * dy}`);
        setAttribute(arm, "class", `bp-tangent bp-bend ${signClass(bend.values[t])}`);
      });
    },
  };
}

/** The nearest of 1, 3, 10, 30 … above or below a positive number. */
function rung(v, above) {
  const power = 10 ** Math.floor(Math.log10(v));
  return power * (v / power < 3 ? (above ? 3 : 1) : above ? 10 : 3);
}

/** Losses against the gradients used, on a logarithmic axis, with the present place. */
export function lossChart() {
  const drawing = s("svg", "bp-chart bp-loss-chart", { "aria-hidden": "true" });
  const rails = [s("path", "bp-grid-line"), s("path", "bp-grid-line")];
  const [was, each, all, drop] = ["was", "each", "all"].map((name) =>
    s("path", `bp-descent bp-descent-${name}`)
  ).concat(s("path", "bp-drop"));
  const ends = [
    s("rect", "bp-point", { x: -4, y: -4, width: 8, height: 8 }),
    s("circle", "bp-point", { r: 4.5 }),
  ];
  drawing.append(...rails, drop, was, each, all, ...ends);
  const ticks = [0, 1].map(() => h("span", "bp-tick", { "aria-hidden": "true" }));
  ticks.forEach((tick, t) => tick.classList.add(t ? "bp-tick-high" : "bp-tick-low"));
  return {
    drawing,
    ticks,
    /** Curves are whole lists of [used, loss]; `now` the two present losses, null for none. */
    update({ width, narrow, total, used, batch, other, ghost, now }) {
      const height = PLOT.loss[narrow];
      setAttribute(drawing, "width", width);
      setAttribute(drawing, "height", height);
      const losses = [batch, other, ghost].flat().map(([, v]) => v).filter((v) => v > 0);
      const [low, high] = losses.length
        ? [rung(Math.min(...losses), false), rung(Math.max(...losses), true)]
        : [0.1, 1];
      const px = (k) => INSET + (k / total) * (width - 2 * INSET);
      const py = (v) => {
        const part = v > 0 ? Math.log(v / low) / Math.log(high / low) : 0;
        return height - 8 - part * (height - 16);
      };
      const path = (list) => line(list.map(([k, v]) => [px(k), py(v)]));
      [low, high].forEach((v, t) => {
        setAttribute(rails[t], "d", `M${INSET} ${py(v)}H${width - INSET}`);
        setText(ticks[t], brief(v, 1));
      });
      const past = (list) => path(list.filter(([k]) => k <= used));
      setAttribute(all, "d", past(batch));
      setAttribute(each, "d", past(other));
      setAttribute(was, "d", path(ghost));
      setAttribute(drop, "d", `M${px(used)} 0V${height}`);
      ends.forEach((end, t) => {
        end.style.display = now[t] === null ? "none" : "";
        if (now[t] !== null) {
          setAttribute(end, "transform", `translate(${px(used)},${py(now[t])})`);
        }
      });
    },
  };
}

/** Samples and what the network makes of them: labels over inputs, or outputs over labels. */
export function fitPlot() {
  const drawing = s("svg", "bp-chart bp-small", { "aria-hidden": "true" });
  const zero = s("path", "bp-axis");
  const curve = s("path", "bp-curve");
  const rest = s("path", "bp-samples");
  const lit = s("path", "bp-samples bp-lit");
  drawing.append(zero, curve, rest, lit);
  return {
    drawing,
    /** samples: [across, up]; lit: which the next step takes; h: the mapping, null for a line. */
    update({ width, narrow, samples, rows, mapping }) {
      const height = PLOT.small[narrow];
      setAttribute(drawing, "width", width);
      setAttribute(drawing, "height", height);
      const [ax, ay] = [0, 1].map((t) => {
        const values = samples.map((sample) => sample[t]);
        const [low, high] = [Math.min(...values), Math.max(...values)];
        const margin = FIT.margin * (high - low) || 1;
        return [low - margin, high + margin];
      });
      const px = ([x, y]) => [
        ((x - ax[0]) / (ax[1] - ax[0])) * width,
        height - ((y - ay[0]) / (ay[1] - ay[0])) * height,
      ];
      const points = Array.from({ length: FIT.samples + 1 }, (_, t) => {
        const x = ax[0] + (t / FIT.samples) * (ax[1] - ax[0]);
        const [left, top] = px([x, mapping(x)]);
        return [left, clamp(top, -height, 2 * height)];
      });
      setAttribute(curve, "d", line(points));
      const [, level] = px([0, 0]);
      setAttribute(zero, "d", level > 0 && level < height ? `M0 ${level}H${width}` : null);
      setAttribute(rest, "d", dots(samples.map(px)));
      setAttribute(lit, "d", dots(rows.map((row) => px(samples[row]))));
    },
  };
}

/** The step that each sample would take, from one point, and their mean. */
export function pulls() {
  const drawing = s("svg", "bp-chart bp-small", { "aria-hidden": "true" });
  const ring = s("circle", "bp-pull-ring");
  const rest = s("path", "bp-pull");
  const lit = s("path", "bp-pull bp-lit");
  const mean = s("path", "bp-pull bp-pull-mean");
  const tip = s("circle", "bp-point", { r: 4.5 });
  drawing.append(ring, rest, lit, mean, tip);
  const scale = h("span", "bp-pull-scale", { "aria-hidden": "true" });
  return {
    drawing,
    scale,
    update({ width, narrow, arrows, rows, whole }) {
      const height = PLOT.small[narrow];
      setAttribute(drawing, "width", width);
      setAttribute(drawing, "height", height);
      const longest = Math.max(...arrows.map(([a, c]) => Math.hypot(a, c)));
      const power = 10 ** Math.floor(Math.log10(longest > 0 ? longest : 1));
      const end = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= longest) ?? power;
      const radius = Math.min(width, height) / 2 - 4;
      const [x, y] = [width / 2, height / 2];
      const ray = ([a, c]) => {
        const [dx, dy] = [-a / end * radius, c / end * radius];
        return [dx, dy];
      };
      const rays = (list) => list.map((g) => `M${x} ${y}l${ray(g)}`).join("");
      setAttribute(ring, "cx", x);
      setAttribute(ring, "cy", y);
      setAttribute(ring, "r", radius);
      setAttribute(rest, "d", rays(arrows));
      setAttribute(lit, "d", rays(rows.map((row) => arrows[row])));
      setAttribute(mean, "d", rays([whole]));
      const [dx, dy] = ray(whole);
      setAttribute(tip, "transform", `translate(${x + dx},${y + dy})`);
      setText(scale, `\u25cb ${brief(end, 1)}`);
    },
  };
}

/** Methods side by side: a row for each, on a phone a column. Cells are named for their numbers. */
export function comparison({ label, heads, methods }) {
  const cell = (role, row, column, className = "") => {
    const node = h("div", `bp-side-cell ${className}`, { role });
    node.style.setProperty("--row", String(row + 1));
    node.style.setProperty("--col", String(column + 1));
    return node;
  };
  const top = heads.map(([symbol, spoken], c) => {
    const node = cell("columnheader", 0, c, "bp-side-head");
    node.append(h("span", symbol || !c ? "bp-sr" : "", {}, spoken), markup("span", "", symbol));
    node.lastChild.setAttribute("aria-hidden", "true");
    return node;
  });
  const rows = methods.map((_, r) =>
    heads.map((_, c) => cell(c ? "cell" : "rowheader", r + 1, c, c ? "" : "bp-side-name"))
  );
  const node = h(
    "div",
    "bp-side-by-side",
    { role: "table", "aria-label": label },
    ...[top, ...rows].map((cells) => h("div", "bp-side-row", { role: "row" }, ...cells)),
  );
  node.style.setProperty("--columns", String(heads.length));
  return {
    node,
    /** lists: per method null or a list of [text, name, value] or, for several numbers, of those. */
    update(lists) {
      lists.forEach((list, r) => {
        rows[r].forEach((target, c) => {
          target.classList.toggle("off", list === null);
          const entry = list?.[c] ?? ["", null, null];
          if (!Array.isArray(entry[0])) {
            setNumber(target, ...entry);
            return;
          }
          if (target.childElementCount !== entry.length) {
            target.replaceChildren(...entry.map(() => h("span")));
          }
          entry.forEach((part, t) => setNumber(target.children[t], ...part));
        });
      });
    },
  };
}
