/**
 * NeuronDial: one neuron. The weights and the bias set u; the activation turns u into the output,
 * and its tangent says how much of a change gets through.
 */

import { voice } from "./a11y.js";
import { ACTIVATIONS, compute, summands } from "./core.js";
import { cellGrid, dialPlot } from "./dial.js";
import { h, markup, SCALE, scrub, setAttribute, setText } from "./draw.js";
import { frame, mounted, refusal } from "./frame.js";
import { inspector } from "./inspector.js";
import { encode } from "./link.js";
import * as m from "./math.js";
import { full, LARGEST, show, showPlain, spoken } from "./number.js";
import { store } from "./store.js";

const KIND = "NeuronDial";
const KEYS = ["w", "b", "x", "y", "activation"];
const MOST = 2;
const LADDER = [6, 10, 30, 100, 300, 1e3, 1e4, 1e5, 1e6, 1e9, 1e13];
const FLAT = 0.02;

const { symbol, mi, mo, paren, math, row } = m;
const indexed = (letter, j) => symbol(letter, undefined, j);
const fPrimeOfU = row(m.fPrime, paren(mi("u")));

export function render({ model, el }) {
  const life = new AbortController();
  const { signal } = life;
  const root = h("div", "bp bp-neuron", {
    role: "group",
    "aria-label": "One neuron, to play with",
    "data-widget": KIND,
  });
  el.append(root);
  const n = Array.isArray(model.get("w")) ? model.get("w").length : 0;
  const finite = (v) => typeof v === "number" && Number.isFinite(v);
  const check = (/** @type {any} */ state) => {
    const { w, b, x, y, activation } = state;
    if (!Array.isArray(w) || w.length !== n || !w.every(finite)) return `w is not ${n} numbers.`;
    if (!Array.isArray(x) || x.length !== n || !x.every(finite)) return `x is not ${n} numbers.`;
    if (!finite(b)) return "b is not a number.";
    if (!finite(y)) return "y is not a number.";
    return Object.hasOwn(ACTIVATIONS, activation) ? null : "The activation is not a known one.";
  };
  const first = n < 1 || n > MOST
    ? `NeuronDial takes 1 or ${MOST} weights.`
    : check(Object.fromEntries(KEYS.map((key) => [key, model.get(key)])));
  if (first) return refusal(root, first);

  /* ---- what can be chosen ---- */
  const places = Array.from({ length: n }, (_, j) => j);
  const make = (id, kind, j, markupOf, name) => ({
    id,
    kind,
    j,
    symbol: markupOf,
    markup: math(markupOf),
    spoken: name,
  });
  const weights = places.map((j) => make(`w.${j + 1}`, "w", j, indexed("w", j + 1), `w ${j + 1}`));
  const inputs = places.map((j) => make(`x.${j + 1}`, "x", j, indexed("x", j + 1), `x ${j + 1}`));
  const bias = make("b", "b", 0, mi("b"), "b");
  const label = make("y", "y", 0, mi("y"), "y");
  const all = new Map([...weights, bias, ...inputs, label].map((p) => [p.id, p]));
  const valueOf = (
    p,
    state,
  ) => (p.kind === "w" || p.kind === "x" ? state[p.kind][p.j] : state[p.kind]);
  const withValue = (p, state, value) => ({
    ...state,
    [p.kind]: p.kind === "w" || p.kind === "x"
      ? state[p.kind].map((old, j) => (j === p.j ? value : old))
      : value,
  });
  const slopeOf = (p) =>
    p.kind === "w"
      ? q.dW[0][0][p.j]
      : p.kind === "b"
      ? q.db[0][0]
      : p.kind === "x"
      ? q.dx[p.j]
      : -q.e[0];
  const kindOf = (p) => (p.kind === "w" || p.kind === "b" ? "weight" : "input");
  const netOf = ({ w, b, activation }) => ({
    W: [[w]],
    b: [[b]],
    activation,
    outputActivation: "",
  });
  const run = (state) => compute(netOf(state), state.x, [state.y]);

  const data = store({ root, model, keys: KEYS, check, changed, refused, signal });
  let selected = all.get(model.get("selected")) ?? bias;
  let held = null;
  let notice = "";
  let origin = null;
  let width = 0;
  let chartWidth = 0;
  let end = LADDER[0];
  let q = run(data.state);

  /* ---- parts ---- */
  const select = h("select", "bp-button bp-select", { "aria-label": "Activation function" });
  for (const name of Object.keys(ACTIVATIONS)) {
    select.append(h("option", "", { value: name }, name.replace("_", " ")));
  }
  select.addEventListener("change", () => {
    notice = "";
    data.replace({ ...data.state, activation: select.value });
    tell();
  }, { signal });
  const sum = weights.map((p, j) => row(p.symbol, inputs[j].symbol, mo("+"))).join("");
  const formulas = markup(
    "span",
    "bp-formulas",
    math(mi("u"), mo("="), sum, mi("b")) + math(mi("x"), mo("="), mi("f"), paren(mi("u"))),
  );
  const top = h("label", "bp-dial-choice", {}, markup("span", "", math(mi("f"), mo("="))), select);
  const bar = h("div", "bp-bar bp-dial-bar", {}, top, formulas);
  const say = h("span", "bp-say");
  const line = h("div", "bp-line", {}, say);
  const gesture = {
    start(p, again = false) {
      if (selected !== p) choose(p);
      notice = "";
      data.begin();
      if (again && held) return;
      held = { value: valueOf(p, data.state), loss: q.L };
    },
    move: (p, value) => data.set(withValue(p, data.state, value)),
    end() {
      data.end();
      tell();
    },
  };
  const drag = {
    read: (p) => valueOf(p, data.state),
    limits: () => probe.ends(),
    start: (p) => gesture.start(p),
    move: gesture.move,
    end: gesture.end,
  };
  const plot = dialPlot({
    bars: [...weights.map((p, j) => math(p.symbol, inputs[j].symbol)), math(mi("b"))],
    facts: [
      { symbol: math(mi("u")), className: "bp-dial-u" },
      { symbol: math(mi("x"), mo("="), mi("f"), paren(mi("u"))), className: "bp-dial-x" },
      { symbol: math(fPrimeOfU), className: "" },
      { symbol: math(mi("L")), className: "bp-dial-loss" },
    ],
  });
  const grabbed = (event) => {
    const frameOf = plot.drawing.getBoundingClientRect();
    const place = plot.rowAt(event.clientY - frameOf.top);
    return place >= 0 && place < n ? weights[place] : bias;
  };
  scrub(plot.node, { pick: grabbed, ...drag, signal });
  plot.node.addEventListener("click", (event) => choose(grabbed(event)), { signal });
  const cells = cellGrid({
    label: "The neuron\u2019s numbers and the derivative of the loss by each",
    rows: [[...weights, bias], [...inputs, label]],
    choose,
    drag: (node, p) => scrub(node, { pick: () => p, ...drag, signal }),
    signal,
  });
  const probe = inspector({
    start: (again) => gesture.start(selected, again),
    move: (value) => gesture.move(selected, value),
    end: gesture.end,
    leave: () => (origin ?? cells.first()).focus(),
    signal,
  });
  const panel = h("div", "bp-chain-panel", {}, cells.node, probe.node);
  const speak = voice(root, signal);
  const python = (value) => JSON.stringify(value).replaceAll(",", ", ");
  const foot = frame({
    root,
    el,
    model,
    kind: KIND,
    caption: "Every number of the neuron",
    heads: ["quantity", "value", "derivative of <i>L</i>"],
    rows: () => [
      ...[...all.values()].map((
        p,
      ) => [p.symbol, p.spoken, full(valueOf(p, data.state)), full(slopeOf(p))]),
      [mi("u"), "u", full(q.u[0][0]), full(q.delta[0][0])],
      [row(mi("f"), paren(mi("u"))), "output f of u", full(q.x[1][0]), full(q.e[0])],
      [fPrimeOfU, "f prime of u", full(slope()), ""],
      [mi("L"), "L, the loss", full(q.L), ""],
    ],
    encoded: () =>
      encode(
        [selected.id, data.state.activation],
        [...all.values()].map((p) => valueOf(p, data.state)),
      ),
    python: () => {
      const { w, b, x, y, activation } = data.state;
      return `${KIND}(w=${python(w)}, b=${b}, x=${python(x)}, y=${y}, activation="${activation}")`;
    },
    undo: () => back(data.undo(), "Undone."),
    reset: () => back(data.replace(data.initial), "Reset."),
    signal,
  });
  root.append(bar, line, plot.node, panel, foot.node);

  /* ---- what a reader does ---- */
  function choose(p, from = null) {
    if (p !== selected) held = null;
    selected = p;
    notice = "";
    probe.rescale(valueOf(p, data.state));
    if (model.get("selected") !== p.id) {
      model.set("selected", p.id);
      model.save_changes();
    }
    paint();
    if (from) {
      origin = from;
      probe.range.focus();
    }
  }
  function back(happened, words) {
    if (!happened) return;
    held = null;
    end = LADDER[0];
    probe.rescale(valueOf(selected, data.state));
    probe.complain("");
    paint();
    speak(`${words} Loss ${showPlain(q.L, "loss")}.`);
  }
  const slope = () => ACTIVATIONS[data.state.activation].df(q.u[0][0], q.x[1][0]);
  function describe(p) {
    const value = slopeOf(p);
    const effect = value === 0
      ? "raising it changes nothing to first order"
      : `raising it ${value > 0 ? "raises" : "lowers"} the loss`;
    return `${p.spoken} = ${spoken(valueOf(p, data.state), kindOf(p))}; dL/d${p.kind} = ${
      spoken(value, "gradient")
    }; ${effect}`;
  }
  function sentence() {
    if (notice) return notice;
    const here = slope();
    if (here === 0) return "The tangent is level: no change of u reaches the output.";
    const much = spoken(here, "delta");
    if (Math.abs(here) < FLAT) return `Nearly flat: of a change of u, ${much} reaches the output.`;
    return `The tangent: of a small change of u, ${much} reaches the output.`;
  }
  function tell() {
    speak(
      `${describe(selected)}. u = ${spoken(q.u[0][0], "u")}. ${sentence()} Loss ${
        showPlain(q.L, "loss")
      }.`,
    );
  }

  /* ---- painting ---- */
  function changed(elsewhere = false) {
    if (elsewhere) held = null;
    q = run(data.state);
    paint();
  }
  function refused(why) {
    notice = `${why} The last good numbers stay.`;
    paint();
  }
  function paint() {
    if (!width) return;
    const { activation } = data.state;
    const parts = summands(/** @type {any} */ (data.state));
    const ends = [];
    parts.reduce((from, value) => (ends.push(from + value), from + value), 0);
    const need = Math.max(...ends.map(Math.abs), Math.abs(q.u[0][0]));
    if (need > end) end = LADDER.find((e) => e >= need) ?? LADDER.at(-1);
    select.value = activation;
    setText(say, sentence());
    const names = [...weights.map((p) => `term.${p.j + 1}`), "term.b"];
    const [u, out, here] = [q.u[0][0], q.x[1][0], slope()];
    plot.select(selected.kind === "b" ? n : selected.kind === "y" ? -1 : selected.j);
    plot.update({
      width,
      end,
      parts,
      u,
      x: out,
      slope: here,
      f: ACTIVATIONS[activation].f,
      key: activation,
      numbers: [
        ...parts.map((value, t) => [show(value, "u"), names[t], value]),
        [show(u, "u"), "u", u],
        [show(out, "x"), "output", out],
        [show(here, "delta"), "slope.f", here],
        [showPlain(q.L, "loss"), "L", q.L],
      ],
    });
    cells.update((p) => ({
      value: [show(valueOf(p, data.state), kindOf(p)), p.id, valueOf(p, data.state)],
      slope: [show(slopeOf(p), "gradient"), `d.${p.id}`, slopeOf(p)],
      tint: valueOf(p, data.state),
      scale: SCALE.w,
      describe: data.moving ? null : describe(p),
      on: p === selected,
    }));
    const rest = withValue(selected, data.state, 0);
    probe.update({
      id: selected.id,
      symbol: selected.markup,
      spokenName: selected.spoken,
      value: valueOf(selected, data.state),
      kind: kindOf(selected),
      limits: {},
      axis: {},
      width: chartWidth,
      key: selected.id + JSON.stringify(rest),
      curve: (v) => run(withValue(selected, data.state, v)).L,
      loss: q.L,
      slope: slopeOf(selected),
      hidden: "",
      was: held,
      valueText: describe(selected),
    });
    setAttribute(root, "data-activation", activation);
    foot.update(data);
  }

  /* ---- life ---- */
  const pull = () => {
    const p = all.get(model.get("selected"));
    if (!p || p === selected) return;
    selected = p;
    held = null;
    probe.rescale(valueOf(p, data.state));
    paint();
  };
  model.on("change:selected", pull);
  signal.addEventListener("abort", () => model.off("change:selected", pull));
  restore();
  function restore() {
    const found = foot.found(2);
    if (found === null) return;
    const [id, activation] = found?.words ?? [];
    /** @type {any} */
    let next = { ...data.state, activation };
    if (found?.numbers.length === all.size) {
      [...all.values()].forEach((p, t) => next = withValue(p, next, found.numbers[t]));
    } else next = null;
    if (!next || !all.has(id) || found.numbers.some((v) => Math.abs(v) > LARGEST) || check(next)) {
      notice = "The link could not be read; these are the book\u2019s own numbers.";
      return;
    }
    for (const key of KEYS) model.set(key, next[key]);
    data.adopt();
    selected = all.get(id);
    model.set("selected", id);
    model.save_changes();
  }
  q = run(data.state);
  probe.rescale(valueOf(selected, data.state));
  const unmount = mounted(root, () => {
    width = Math.round(
      plot.drawing.parentNode.clientWidth - plot.drawing.previousSibling.offsetWidth,
    );
    chartWidth = Math.round(probe.range.clientWidth);
    paint();
  });
  return () => {
    unmount();
    life.abort();
    root.remove();
  };
}
