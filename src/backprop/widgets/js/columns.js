/**
 * Layers as columns of cells with edges between them, and under each column a bar on one
 * logarithmic scale. What travels back is shown: cells hold it, edges carry it.
 */

import { rove } from "./a11y.js";
import {
  fly,
  h,
  lately,
  markup,
  place,
  s,
  SCALE,
  setAttribute,
  setNumber,
  setShare,
  setText,
  setTint,
  setWidth,
  signClass,
} from "./draw.js";
import { MINUS, show, UNKNOWN } from "./number.js";

const ROW = { cell: 30, pitch: 35 };
const GUTTER = { wide: 44, phone: 36 };
const HEADING = 24;
const CELL = { most: 72, least: 26, number: 50, share: 0.6 };
const BARS = { gap: 14, height: 72, foot: 20 };

/** A norm in few characters: 0.132, 4e−5, 12.3, 0. */
export function brief(value, digits = 3) {
  if (value === 0) return "0";
  const text = value >= 1e-3 && value < 1e3
    ? String(Number(value.toPrecision(digits)))
    : value.toExponential(digits > 2 ? 1 : 0);
  return text.replace("e+", "e").replace("-", MINUS);
}

/** The decades that hold these numbers, at least three; zeros have no place on such an axis. */
export function decades(values) {
  const logs = values.filter((v) => v > 0).map(Math.log10);
  if (logs.length === 0) return [-3, 0];
  const high = Math.ceil(Math.max(...logs) + 1e-9);
  return [Math.min(high - 3, Math.floor(Math.min(...logs) - 1e-9)), high];
}

/** What hue, width, the meter in a cell and the two kinds of bar mean. */
const LEGEND = [
  ["pos", "+0.1"],
  ["neg", `${MINUS}0.1`],
  ["gate", "f\u2009\u2032(u), 0 to 1"],
  ["came", "arrives"],
  ["left", "left after f\u2009\u2032"],
].map(([kind, text]) => `<span class="bp-sample bp-sample-${kind}"><i></i>${text}</span>`).join("");

/**
 * @param {{choose: (item: {layer: number, i: number}) => void, signal: AbortSignal}} options
 */
export function columns({ choose, signal }) {
  const label = "Error terms, layer by layer";
  const node = h("div", "bp-stage bp-columns", { role: "group", "aria-label": label });
  const drawing = s("svg", "bp-drawing", { "aria-hidden": "true" });
  const [grid, lines, bars, tokens] = [s("g"), s("g"), s("g"), s("g")];
  drawing.append(grid, lines, bars, tokens);
  const key = h("span", "bp-bar-name", { "aria-hidden": "true" });
  const ticks = [h("span", "bp-log-tick"), h("span", "bp-log-tick")];
  for (const tick of ticks) tick.setAttribute("aria-hidden", "true");
  node.append(drawing, key, ...ticks);

  /** @type {any[]} */
  let layers = [];
  let edges = [];
  let flight = null;
  let width = 0;
  let cellWidth = 0;
  let bottom = 0; // of the bars
  let axis = [-3, 0];

  const cellOf = (target) => layers.flatMap((l) => l.cells).find((c) => c.node === target);
  const at = (layer, i) => layers[layer - 1]?.cells[i];
  let stop = null;
  const settle = (cell) => {
    if (stop) stop.node.tabIndex = -1;
    stop = cell;
    stop.node.tabIndex = 0;
  };
  rove(node, {
    itemOf: cellOf,
    nodeOf: (cell) => cell.node,
    next({ layer, i }, [down, right]) {
      if (!right) return at(layer, i + down);
      const column = layers[layer - 1 + right]?.cells;
      return column?.[Math.min(i, column.length - 1)];
    },
    choose,
    signal,
  });
  node.addEventListener("focusin", (event) => {
    const cell = cellOf(event.target);
    if (cell) settle(cell);
  }, { signal });

  function build(sizes) {
    flight?.finish();
    for (const layer of layers) {
      layer.heading.remove();
      layer.norm.remove();
      for (const cell of layer.cells) cell.node.remove();
    }
    lines.replaceChildren();
    bars.replaceChildren();
    layers = sizes.map((n, l) => ({
      heading: node.appendChild(h("div", "bp-heading bp-column-heading")),
      norm: node.appendChild(h("div", "bp-norm")),
      came: bars.appendChild(s("path", "bp-bar-came")),
      left: bars.appendChild(s("path", "bp-bar-left")),
      ghost: bars.appendChild(s("path", "bp-bar-was")),
      cells: Array.from({ length: n }, (_, i) => {
        const value = h("span", "bp-value");
        const gate = h("i", "bp-gate");
        const track = h("span", "bp-gate-track", { "aria-hidden": "true" }, gate);
        const button = h("button", "bp-dcell", { type: "button", tabindex: "-1" }, value, track);
        button.addEventListener("click", () => choose({ layer: l + 1, i }), { signal });
        node.append(button);
        return { node: button, value, gate, layer: l + 1, i, x: 0, y: 0 };
      }),
    }));
    edges = [];
    for (let layer = 2; layer <= sizes.length; layer++) {
      for (let k = 0; k < sizes[layer - 1]; k++) {
        for (let i = 0; i < sizes[layer - 2]; i++) {
          const path = lines.appendChild(s("path", "bp-edge"));
          edges.push({ path, layer, k, i, line: [0, 0, 0, 0] });
        }
      }
    }
    stop = null;
    settle(layers[layers.length - 1].cells[0]);
    if (width) layout(width);
  }

  function layout(present) {
    width = present;
    const gutter = width < 600 ? GUTTER.phone : GUTTER.wide;
    const pitch = (width - gutter) / layers.length;
    cellWidth = Math.round(Math.min(CELL.most, Math.max(CELL.least, pitch * CELL.share)));
    if (pitch - CELL.number > 12) cellWidth = Math.max(cellWidth, CELL.number);
    const rows = Math.max(...layers.map((l) => l.cells.length));
    const top = HEADING + (rows * ROW.pitch) / 2;
    bottom = HEADING + rows * ROW.pitch + BARS.gap + BARS.height;
    setAttribute(drawing, "width", width);
    setAttribute(drawing, "height", bottom + BARS.foot);
    node.style.setProperty("--stage", `${bottom + BARS.foot}px`);
    layers.forEach((layer, l) => {
      const middle = gutter + (l + 0.5) * pitch;
      layer.x = Math.round(middle - cellWidth / 2);
      place(layer.heading, Math.round(middle - pitch / 2), 0, Math.round(pitch));
      place(layer.norm, Math.round(middle - pitch / 2), bottom + 2, Math.round(pitch));
      const span = layer.cells.length * ROW.pitch;
      layer.cells.forEach((cell, i) => {
        cell.x = layer.x;
        cell.y = Math.round(top - span / 2 + i * ROW.pitch + (ROW.pitch - ROW.cell) / 2);
        place(cell.node, cell.x, cell.y, cellWidth, ROW.cell);
        cell.node.classList.toggle("bare", cellWidth < CELL.number);
      });
    });
    for (const edge of edges) {
      const [from, to] = [at(edge.layer - 1, edge.i), at(edge.layer, edge.k)];
      const spread = (index, n) => ((index + 0.5) / n - 0.5) * ROW.cell * 0.7;
      edge.line = [
        from.x + cellWidth,
        from.y + ROW.cell / 2 + spread(edge.k, layers[edge.layer - 1].cells.length),
        to.x,
        to.y + ROW.cell / 2 + spread(edge.i, layers[edge.layer - 2].cells.length),
      ];
      const [x1, y1, x2, y2] = edge.line;
      setAttribute(edge.path, "d", `M${x1} ${y1}L${x2} ${y2}`);
    }
    place(key, 0, bottom - BARS.height - 10);
    drawGrid();
  }

  const heightOf = (value) => ((Math.log10(value) - axis[0]) / (axis[1] - axis[0])) * BARS.height;

  function drawGrid() {
    grid.replaceChildren();
    if (!width) return;
    const gutter = width < 600 ? GUTTER.phone : GUTTER.wide;
    const every = Math.max(1, Math.ceil((axis[1] - axis[0]) / 8));
    for (let d = axis[0]; d <= axis[1]; d += every) {
      const y = Math.round(bottom - heightOf(10 ** d)) + 0.5;
      grid.append(s("path", "bp-grid-line", { d: `M${gutter} ${y}H${width}` }));
    }
    [axis[1], axis[0]].forEach((d, t) => {
      setText(ticks[t], brief(10 ** d, 1));
      place(ticks[t], 0, bottom - (t ? 0 : BARS.height) - 8, gutter - 6);
    });
  }

  const legend = markup("div", "bp-relay-legend", LEGEND);
  legend.setAttribute("aria-hidden", "true");

  return {
    node,
    legend,
    /** Have the headings little room? */
    narrow: () => width / layers.length < CELL.most,
    build,
    layout,
    /** The axis of the bars: it changes with the network, never with the step. */
    scale(next, name) {
      if (key.innerHTML !== name) key.innerHTML = name;
      if (String(next) === String(axis)) return;
      axis = next;
      drawGrid();
    },
    /**
     * One column. state: "none", "came" (what arrives at the outputs) or "left" (the error term).
     * @param {number} layer
     * @param {any} column
     */
    column(layer, { heading, state, values, slopes, norms, was, fresh, current, names, describe }) {
      const { cells, ...parts } = layers[layer - 1];
      const known = state !== "none";
      if (parts.heading.dataset.for !== heading) {
        parts.heading.innerHTML = heading;
        parts.heading.dataset.for = heading;
      }
      parts.heading.classList.toggle("current", current);
      cells.forEach((cell, i) => {
        const value = known ? values[i] : null;
        const sign = value === 0 ? "0" : value < 0 ? MINUS : "+";
        const text = !known ? UNKNOWN : cellWidth < CELL.number ? sign : show(value, "delta");
        setNumber(cell.value, text, known ? `${names[state]}${layer}.${i + 1}` : null, value);
        setTint(cell.node, value ?? 0, SCALE.g);
        cell.node.classList.toggle("known", known);
        cell.node.classList.toggle("fresh", fresh);
        cell.node.classList.toggle("blocked", slopes[i] === 0);
        cell.node.classList.toggle("passed", state === "left");
        lately(cell.gate.style, () => setShare(cell.gate, slopes[i], 80));
        setNumber(cell.gate, "", `slope${layer}.${i + 1}`, slopes[i]);
        if (describe) setAttribute(cell.node, "aria-label", describe(i));
      });
      const { x } = parts;
      const box = (value) => {
        const height = value > 0 ? Math.max(2, heightOf(value)) : 0;
        return height ? `M${x} ${bottom}v${-height}h${cellWidth}v${height}Z` : "";
      };
      setAttribute(parts.came, "d", known ? box(norms.came) : "");
      setAttribute(parts.left, "d", state === "left" ? box(norms.left) : "");
      parts.left.classList.toggle("current", current);
      const line = was > 0 && state === "left"
        ? `M${x - 4} ${bottom - heightOf(was)}h${cellWidth + 8}`
        : "";
      setAttribute(parts.ghost, "d", line);
      const norm = state === "left" ? norms.left : norms.came;
      const name = known ? `${state === "left" ? "norm" : "came"}${layer}` : null;
      const digits = width / layers.length < 46 ? 1 : 3;
      setNumber(parts.norm, known ? brief(norm, digits) : "", name, known ? norm : null);
      parts.norm.classList.toggle("current", current);
    },
    /** Edges carry weight times error term; `carried` returns null where nothing has come yet. */
    edges(carried, isCurrent) {
      for (const edge of edges) {
        const value = carried(edge);
        const known = value !== null && value !== 0;
        const kind = known ? signClass(value) : "unknown";
        const dim = known && !isCurrent(edge) ? " dim" : "";
        setAttribute(edge.path, "class", `bp-edge ${kind}${dim}`);
        setWidth(edge.path, known ? value : null, SCALE.g);
      }
    },
    mark(selected) {
      for (const { cells } of layers) {
        for (const cell of cells) {
          const on = cell.layer === selected.layer && cell.i === selected.i;
          cell.node.classList.toggle("selected", on);
          setAttribute(cell.node, "aria-pressed", String(on));
          if (on && !node.contains(document.activeElement)) settle(cell);
        }
      }
    },
    fly(layer, value, done) {
      const travelling = edges.filter((edge) => edge.layer === layer).map((edge) => ({
        value: value(edge),
        scale: SCALE.g,
        line: edge.line,
      }));
      flight = fly(tokens, travelling, {
        back: true,
        done: () => {
          flight = null;
          done();
        },
      });
    },
    land: () => flight?.finish(),
    destroy: () => flight?.finish(),
  };
}
