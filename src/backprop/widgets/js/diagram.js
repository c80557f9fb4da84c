/** A network as nodes (HTML) and edges (SVG), its labels, its loss, and the key to the edges. */

import { rove } from "./a11y.js";
import {
  BREAK,
  fly,
  h,
  markup,
  nearest,
  NODE,
  place,
  s,
  SCALE,
  scrub,
  setAttribute,
  setHidden,
  setNumber,
  setShare,
  setText,
  setWidth,
  signClass,
  SPACE,
} from "./draw.js";
import { math, mo, symbol } from "./math.js";
import { show, showPlain, UNKNOWN } from "./number.js";

const badge = (shape, letter) => {
  const value = h("span", "bp-value");
  const mark = h("span", "bp-badge", { "aria-hidden": "true" }, h("i", "", {}, letter));
  return { value, row: h("span", `bp-row bp-${shape}`, {}, mark, value) };
};

/**
 * @param {{sizes: number[], all: Map<string, any>, choose: (p: any, origin?: any) => void,
 *   hover: (p: any) => void, drag: any, setMode?: (mode: string) => void, slopes?: boolean,
 *   signal: AbortSignal}} options
 *   setMode: without it the edges show weights; slopes: a node can show f′ in place of δ
 */
export function diagram({ sizes, all, choose, hover, drag, setMode, slopes = false, signal }) {
  const depth = sizes.length - 1;
  const node = h("div", "bp-stage", { role: "group", "aria-label": "Diagram of the network" });
  const drawing = s("svg", "bp-drawing", { "aria-hidden": "true" });
  const halos = s("g");
  const lines = s("g");
  const tokens = s("g");
  drawing.append(halos, lines, tokens);
  node.append(drawing);

  const titles = ["input", ...Array(depth - 1).fill("hidden"), "output", "label"];
  const headings = titles.map((title) => node.appendChild(h("div", "bp-heading", {}, title)));

  /* Nodes. A hidden or output node stands for its bias, an input for itself. */
  const stops = [];
  const button = (id, className, rows) => {
    const p = all.get(id);
    const box = h(
      "button",
      className,
      { type: "button", tabindex: "-1" },
      ...rows.map((r) => r.row),
    );
    node.append(box);
    const stop = { node: box, p };
    stops.push(stop);
    return stop;
  };
  /** @type {any[][]} */
  const nodes = sizes.map((n, layer) =>
    Array.from({ length: n }, (_, i) => {
      if (layer === 0) {
        const x = badge("disc", "x");
        return { ...button(`x.${i + 1}`, "bp-node bp-leaf", [x]), x };
      }
      const u = badge("ring", "u");
      const x = badge("disc", "x");
      const d = badge("diamond", "\u03b4");
      const slope = slopes ? badge("plain", "f\u2009\u2032") : null;
      const rows = slope ? [u, x, slope, d] : [u, x, d];
      return { ...button(`b${layer}.${i + 1}`, "bp-node", rows), u, x, d, slope };
    })
  );
  const labels = Array.from({ length: sizes[depth] }, (_, i) => {
    const y = badge("plain", "y");
    const e = badge("error", "x\u2212y");
    return { ...button(`y.${i + 1}`, "bp-node bp-leaf bp-label", [y, e]), y, e };
  });

  /* Edges, and for the keyboard an invisible stop at the middle of each. */
  const edges = [...all.values()].filter((p) => p.kind === "w").map((p) => {
    const halo = halos.appendChild(s("path", "bp-halo"));
    const path = lines.appendChild(s("path", "bp-edge"));
    const stop = h("div", "bp-edge-stop", { role: "button", tabindex: "-1" });
    node.append(stop);
    stops.push({ node: stop, p });
    return { p, halo, path, stop, line: [0, 0, 0, 0], kind: "", dim: " dim" };
  });
  const paintEdge = ({ path, kind, dim }) => setAttribute(path, "class", `bp-edge ${kind}${dim}`);
  const tails = labels.map(() => ({ path: lines.appendChild(s("path", "bp-tail")), line: null }));

  /* Loss. */
  const lossValue = h("b", "bp-loss-value");
  const lossBar = h("i", "bp-meter-now");
  const lossGhost = h("i", "bp-meter-was");
  const lossWas = h("span", "bp-was");
  const lossScale = h("span", "bp-was-scale");
  const loss = h(
    "div",
    "bp-loss",
    {},
    h("div", "bp-loss-top", {}, markup("span", "bp-loss-name", math(symbol("L"))), lossValue),
    h("div", "bp-meter", { "aria-hidden": "true" }, lossGhost, lossBar),
    h("div", "bp-loss-foot", {}, lossWas, lossScale),
  );
  const tag = h("div", "bp-tag", { "aria-hidden": "true" });

  /* What the edges show, and how thick is how much. */
  const group = `bp-mode-${Math.random().toString(36).slice(2)}`;
  const radios = {};
  const modes = h("fieldset", "bp-mode", {}, h("legend", "bp-sr", {}, "Edges and cells show"));
  const faces = {};
  for (const [mode, spoken] of [["w", "weights"], ["g", "gradients"]]) {
    const radio = h("input", "", { type: "radio", name: group, value: mode, "aria-label": spoken });
    radio.addEventListener("change", () => setMode(mode), { signal });
    radios[mode] = radio;
    faces[mode] = h("span", "bp-mode-face", { "aria-hidden": "true" });
    modes.append(h("label", "", {}, radio, faces[mode]));
  }
  const face = (mode, html) => {
    if (faces[mode].dataset.face === html) return;
    faces[mode].innerHTML = html;
    faces[mode].dataset.face = html;
  };
  const legend = h("div", "bp-legend", { "aria-hidden": "true" });
  const key = h("div", "bp-key", {}, ...(setMode ? [modes] : []), legend);
  node.append(loss, key, tag);

  /* One tab stop for the whole diagram; arrows walk it as it is drawn. */
  const stopOf = (target) => stops.find((stop) => stop.node === target);
  const byId = (id) => stops.find((stop) => stop.p.id === id);
  const walk = ({ p }, [down, right]) => {
    const at = (kind, layer, i, j) =>
      byId(kind === "w" ? `w${layer}.${i}.${j}` : `${kind}${layer}.${i}`);
    const input = (i) => byId(`x.${i}`);
    const i = p.i + 1;
    if (p.kind === "w") {
      if (right > 0) return at("b", p.layer, i);
      if (right < 0) return p.layer === 1 ? input(p.j + 1) : at("b", p.layer - 1, p.j + 1);
      const column = edges.filter((e) => e.p.layer === p.layer);
      const place = column.findIndex((e) => e.p === p) + down;
      return column[place] && byId(column[place].p.id);
    }
    if (right === 0) return byId(p.id.replace(/\d+$/, String(i + down)));
    if (p.kind === "y") return right < 0 ? at("b", depth, i) : undefined;
    if (right < 0) return p.kind === "x" ? undefined : at("w", p.layer, i, 1);
    return p.layer === depth ? byId(`y.${i}`) : at("w", p.layer + 1, 1, i);
  };
  rove(node, {
    itemOf: stopOf,
    nodeOf: (t) => t.node,
    next: walk,
    choose: (t) => choose(t.p, t.node),
    signal,
  });
  let tabStop = stops[0];
  const settle = (stop) => {
    tabStop.node.tabIndex = -1;
    tabStop = stop;
    tabStop.node.tabIndex = 0;
  };
  settle(tabStop);
  node.addEventListener("focusin", (event) => {
    const stop = stopOf(event.target);
    if (!stop) return;
    settle(stop);
    hover(stop.p);
  }, { signal });
  node.addEventListener("focusout", () => hover(null), { signal });

  /* Pointing: a node by hitting it, an edge by being nearest to it. */
  const pointed = (event) => {
    const box = event.target.closest?.("button, fieldset, .bp-loss, .bp-key");
    if (box) return stops.find((stop) => stop.node === box)?.p ?? null;
    const frame = drawing.getBoundingClientRect();
    const index = nearest(
      edges.map((e) => e.line),
      event.clientX - frame.left,
      event.clientY - frame.top,
    );
    return index < 0 ? null : edges[index].p;
  };
  let last = null;
  const point = (p) => {
    if (p === last) return;
    last = p;
    node.classList.toggle("pointing", Boolean(p));
    hover(p);
  };
  node.addEventListener(
    "pointermove",
    (event) => event.pointerType !== "touch" && point(pointed(event)),
    { signal },
  );
  node.addEventListener("pointerleave", () => point(null), { signal });
  node.addEventListener("click", (event) => {
    const p = pointed(event);
    if (p) choose(p);
  }, { signal });
  scrub(node, { pick: pointed, ...drag, signal });

  let size = "";
  let flight = null;

  function layout(width) {
    const wide = width >= BREAK.wide;
    size = wide ? "wide" : width >= BREAK.phone ? "phone" : "tiny";
    const w = NODE[size];
    const leaf = wide ? w : w - SPACE.m;
    const tall = NODE.height;
    const top = NODE.heading + SPACE.xs;
    const pitch = tall + SPACE.s;
    const widest = Math.max(4, ...sizes); // a small network stands in a stage of the same height
    const height = top + widest * pitch - SPACE.s;
    const middle = (top + height) / 2;
    const tail = wide ? SPACE.xl : 0;
    const right = wide ? width - w - tail - w : width - w;
    const columns = sizes.map((_, layer) => {
      if (layer === 0) return 0;
      const gap = (right - leaf - (depth - 1) * w) / depth;
      return leaf + gap + (layer - 1) * (w + gap);
    });
    node.style.setProperty("--stage", `${height}px`);
    setAttribute(drawing, "width", width);
    setAttribute(drawing, "height", height);

    const labelHeight = wide ? NODE.leaf + SPACE.m : NODE.leaf - SPACE.xs;
    const boxes = sizes.map((n, layer) => {
      const boxHeight = layer === 0 ? NODE.leaf : tall;
      const step = layer === 0
        ? tall + SPACE.xl
        : layer === depth
        ? tall + (wide ? SPACE.l : labelHeight + SPACE.xs + SPACE.m)
        : pitch;
      const first = layer === depth ? top : middle - ((n - 1) * step + boxHeight) / 2;
      return Array.from({ length: n }, (_, i) => ({
        x: columns[layer],
        y: first + i * step,
        w: layer === 0 ? leaf : w,
        h: boxHeight,
      }));
    });
    boxes.forEach((list, layer) =>
      list.forEach((box, i) => place(nodes[layer][i].node, box.x, box.y, box.w, box.h))
    );
    boxes[depth].forEach((box, i) => {
      const y = wide ? box.y + (tall - labelHeight) / 2 : box.y + tall + SPACE.xs;
      const x = wide ? width - w : box.x;
      place(labels[i].node, x, y, w, labelHeight);
      const line = wide
        ? [box.x + w, box.y + tall / 2, x, box.y + tall / 2]
        : [box.x + w / 2, box.y + tall, box.x + w / 2, y];
      tails[i].line = line;
      setAttribute(tails[i].path, "d", `M${line[0]} ${line[1]}L${line[2]} ${line[3]}`);
    });
    const lowest = boxes[depth].at(-1).y + tall +
      (wide ? SPACE.xl : SPACE.xs + labelHeight + SPACE.m);
    const lossWidth = wide ? width - right : w;
    place(loss, right, lowest, lossWidth);
    key.style.left = wide ? `${right}px` : "";
    key.style.width = wide ? `${lossWidth}px` : "";
    headings.forEach((heading, t) => {
      heading.hidden = t === depth + 1 && !wide;
      const x = t > depth ? width - w : columns[t];
      place(heading, x, 0, t === 0 ? leaf : w);
    });
    const port = (n, t, span) => (n === 1 ? 0 : (t / (n - 1) - 0.5) * span);
    for (const edge of edges) {
      const { layer, i, j } = edge.p;
      const from = boxes[layer - 1][j];
      const to = boxes[layer][i];
      const x1 = from.x + from.w;
      const y1 = from.y + from.h / 2 + port(sizes[layer], i, from.h * 0.5);
      const y2 = to.y + to.h / 2 + port(sizes[layer - 1], j, to.h * 0.62);
      edge.line = [x1, y1, to.x, y2];
      const d = `M${x1} ${y1}L${to.x} ${y2}`;
      setAttribute(edge.path, "d", d);
      setAttribute(edge.halo, "d", d);
      place(edge.stop, (x1 + to.x) / 2, (y1 + y2) / 2);
    }
  }

  function drawLegend(mode) {
    if (legend.dataset.mode === mode) return;
    legend.dataset.mode = mode;
    legend.replaceChildren();
    for (const part of [1, 0.1]) {
      for (const sign of [1, -1]) {
        const value = sign * part * SCALE[mode];
        const line = s("path", `bp-edge ${signClass(value)}`, { d: "M0 5H16" });
        setWidth(line, value, SCALE[mode]);
        const swatch = s("svg", "", { width: 16, height: 10 }, line);
        const sample = (sign < 0 ? "\u2212" : "+") + Number(Math.abs(value).toPrecision(1));
        legend.append(h("span", "", {}, swatch, sample));
      }
    }
  }

  return {
    node,
    layout,
    get size() {
      return size;
    },
    /**
     * @param {any} v q: core.compute's result; x, y: the sample; passed(layer), returned(layer),
     *   judged: what is computed; freshForward, freshBack: which layer just now; describe(p), or
     *   null to leave the spoken names for later;
     *   slope(layer, i): f′ where it stands in the place of δ, else null
     */
    values({ q, x, y, passed, returned, judged, freshForward, freshBack, describe, slope }) {
      const number = (badge, name, value, kind, known) =>
        setNumber(
          badge.value,
          known ? show(value, kind) : UNKNOWN,
          known ? name : null,
          known ? value : null,
        );
      nodes[0].forEach((n, i) => number(n.x, `x0.${i + 1}`, x[i], "input", true));
      for (let layer = 1; layer <= depth; layer++) {
        nodes[layer].forEach((n, i) => {
          const id = `${layer}.${i + 1}`;
          number(n.u, `u${id}`, q.u[layer - 1][i], "u", passed(layer));
          number(n.x, `x${id}`, q.x[layer][i], "x", passed(layer));
          number(n.d, `delta${id}`, q.delta[layer - 1][i], "delta", returned(layer));
          if (n.slope) {
            const value = slope(layer, i);
            number(n.slope, `slope${id}`, value, "delta", value !== null);
            setHidden(n.slope.row, value === null);
            setHidden(n.d.row, value !== null);
          }
          n.node.classList.toggle("passed", passed(layer));
          n.node.classList.toggle("returned", returned(layer));
          n.node.classList.toggle("fresh-forward", freshForward === layer);
          n.node.classList.toggle("fresh-back", freshBack === layer);
        });
      }
      labels.forEach((n, i) => {
        number(n.y, `y.${i + 1}`, y[i], "input", true);
        number(n.e, `e.${i + 1}`, q.e[i], "x", judged);
        n.node.classList.toggle("judged", judged);
      });
      if (!describe) return;
      for (const { node: stop, p } of stops) setAttribute(stop, "aria-label", describe(p));
    },
    /** The loss, its ghost, and the ends of the meter's scale. */
    loss({ value, name, was, note }) {
      setNumber(lossValue, value === null ? UNKNOWN : showPlain(value, "loss"), name, value);
      const top = Math.max(value ?? 0, was ?? 0);
      const end = [1, 10, 100, 1e3, 1e4, 1e6].find((e) => e >= top) ??
        10 ** Math.ceil(Math.log10(top));
      setShare(lossBar, (value ?? 0) / end);
      setShare(lossGhost, (was ?? 0) / end);
      setNumber(lossWas, note);
      setText(
        lossScale,
        value === null ? "" : `0 to ${end >= 1e4 ? end.toExponential(0).replace("e+", "e") : end}`,
      );
    },
    edges({ mode, value, known, gradientFace, gradientsKnown }) {
      for (const edge of edges) {
        const ok = known(edge.p);
        const v = ok ? value(edge.p) : 0;
        const kind = ok ? signClass(v) : "unknown";
        if (kind !== edge.kind) {
          edge.kind = kind;
          paintEdge(edge);
        }
        setWidth(edge.path, ok ? v : null, SCALE[mode]);
      }
      radios.w.checked = mode === "w";
      radios.g.checked = mode === "g";
      radios.g.disabled = !gradientsKnown;
      face("w", math(symbol("W")));
      face("g", gradientFace ?? math(mo("\u2207"), symbol("L")));
      drawLegend(mode);
    },
    /**
     * Light the way of a quantity to the loss; `selected` is ringed.
     * `factors` names nodes that hold a pointed-at factor.
     */
    mark({ lit, selected, factors = new Set() }) {
      for (const edge of edges) {
        const on = lit.edges.has(edge.p.id);
        const self = lit.self === edge.p.id;
        edge.dim = on ? "" : " dim";
        paintEdge(edge);
        setAttribute(edge.halo, "class", `bp-halo${self ? " self" : on ? " on" : ""}`);
        setAttribute(edge.stop, "aria-pressed", String(selected?.id === edge.p.id));
      }
      nodes.forEach((list, layer) =>
        list.forEach((n, i) => {
          n.node.classList.toggle("on", lit.nodes.has(`${layer}.${i}`));
          n.node.classList.toggle("factor", factors.has(`${layer}.${i}`));
          n.node.classList.toggle("selected", selected?.id === n.p.id);
          setAttribute(n.node, "aria-pressed", String(selected?.id === n.p.id));
        })
      );
      labels.forEach((n, i) => {
        n.node.classList.toggle("on", lit.nodes.has(`y.${i}`));
        n.node.classList.toggle("factor", factors.has(`y.${i}`));
        n.node.classList.toggle("selected", selected?.id === n.p.id);
        setAttribute(n.node, "aria-pressed", String(selected?.id === n.p.id));
      });
      const edge = lit.self && edges.find((e) => e.p.id === lit.self);
      tag.hidden = !edge || size !== "wide";
      if (edge) {
        const [x1, y1, x2, y2] = edge.line;
        place(tag, (x1 + x2) / 2, (y1 + y2) / 2);
      }
    },
    /** The number on the marked edge. */
    tag: (text) => setNumber(tag, text),
    /**
     * Show what moves between two layers; value(p) is the contribution an edge carries.
     * @param {{layer?: number, fromLabels?: boolean, back: boolean, scale: number, done: () => void,
     *   value: (p: any) => number}} flight
     */
    fly({ layer, back, value, scale, fromLabels, done }) {
      const list = fromLabels
        ? tails.map((tail, i) => ({ value: value(i), scale, line: tail.line }))
        : edges.filter((e) => e.p.layer === layer).map((e) => ({
          value: value(e.p),
          scale,
          line: e.line,
        }));
      flight = fly(tokens, list, { back, done });
    },
    /** End a running flight now; its `done` runs before this returns. */
    land() {
      flight?.finish();
      flight = null;
    },
    destroy() {
      flight?.finish();
    },
  };
}
