/**
 * NetLab342: the 3-4-2 network of chapter 2, alive. Select and drag any of the 26 parameters,
 * inputs and labels; step forward, error, backward; preview one step of gradient descent.
 */

import { calm, voice } from "./a11y.js";
import { compute, descend, inner } from "./core.js";
import { diagram } from "./diagram.js";
import { h, markup, SCALE, scrub, setAttribute, setNumber, setText } from "./draw.js";
import { frame, mounted, refusal } from "./frame.js";
import { inspector } from "./inspector.js";
import { encode } from "./link.js";
import * as m from "./math.js";
import { full, LARGEST, MINUS, show, showPlain, spoken, UNKNOWN } from "./number.js";
import {
  complaintAbout,
  downstream,
  gradientOf,
  quantities,
  valueOf,
  withValue,
} from "./quantities.js";
import { stepper } from "./stepper.js";
import { store } from "./store.js";
import { multiplicationTable } from "./table.js";

const KIND = "NetLab342";
const SIZES = [3, 4, 2];
const DEPTH = 2;
const [ERROR, LAST] = [3, 6]; // forward is steps 1 and 2, backward 4 and 5
const KEYS = ["W", "b", "x", "y", "eta"];
const FIRST = "w1.2.3";

const { symbol, mi, mo, paren, transpose, math, nabla, row } = m;
const f = (inside) => row(mi("f"), paren(inside));
const fPrime = (inside) => row(m.fPrime, paren(inside));
const W = (l) => symbol("W", l);
const b = (l) => symbol("b", l);
const u = (l) => symbol("u", l);
const x = (l) => symbol("x", l);
const delta = (l) => symbol("\u03b4", l);
const error = row(x(2), mo(MINUS), mi("y"));
const affine = (l) => math(u(l), mo("="), W(l), x(l - 1), mo("+"), b(l));
const activate = (l) => math(x(l), mo("="), f(u(l)));
const outer = (l) => math(nabla(W(l)), mo("="), delta(l), transpose(paren(x(l - 1))));
const ETA = mi("\u03b7");

const STEPS = [
  {
    name: "Given",
    say: "Inputs, weights, biases and labels are given. Nothing is computed yet.",
    formulas: [],
  },
  {
    name: "Forward, layer 1",
    say: "Layer 1: each row of weights times the inputs.",
    formulas: [affine(1), activate(1)],
  },
  {
    name: "Forward, layer 2",
    say: "Layer 2: the same, from the hidden outputs.",
    formulas: [affine(2), activate(2)],
  },
  {
    name: "Error",
    say: "Compare the outputs with the labels.",
    formulas: [math(mi("L"), mo("="), m.half, m.squaredNorm(error))],
  },
  {
    name: "Backward, layer 2",
    say: "10 of 26 derivatives: error term times input.",
    formulas: [math(delta(2), mo("="), paren(error), mo("\u2299"), fPrime(u(2))), outer(2)],
  },
  {
    name: "Backward, layer 1",
    say: "All 26 derivatives, in one sweep.",
    formulas: [
      math(delta(1), mo("="), paren(transpose(paren(W(2))), delta(2)), mo("\u2299"), fPrime(u(1))),
      outer(1),
    ],
  },
  {
    name: "Step",
    say: "All 26 parameters move at once.",
    formulas: [math(mi("W"), mo("\u2190"), mi("W"), mo(MINUS), ETA, nabla(mi("W")))],
  },
];

const DECIMALS = { w: "weight", b: "weight", x: "input", y: "input", eta: "weight" };

export function render({ model, el }) {
  const life = new AbortController();
  const { signal } = life;
  const all = quantities(SIZES, { eta: true });
  const root = h("div", "bp", {
    role: "group",
    "aria-label": "The 3-4-2 network, to play with",
    "data-widget": KIND,
  });
  el.append(root);

  /* ---- what there is to show ---- */
  const check = (state) => {
    if (typeof state.eta !== "number" || !(state.eta >= 0 && state.eta <= LARGEST)) {
      return "The learning rate is not a number from 0 to 1,000,000.";
    }
    return complaintAbout(state, SIZES);
  };
  const first = complaintAbout({
    W: model.get("W"),
    b: model.get("b"),
    x: model.get("x"),
    y: model.get("y"),
  }, SIZES);
  if (first) return refusal(root, first);
  if (typeof model.get("eta") !== "number") model.set("eta", 1);

  let revealed = false;
  let step = readStep();
  let shown = step; // lags behind while tokens fly
  let mode = "w";
  let hovered = null;
  let width = 0;
  let notice = "";
  let origin = null; // where Escape returns to
  let beforeEta = null;
  let selected = all.get(model.get("selected")) ?? all.get(FIRST);
  const data = store({ root, model, keys: KEYS, check, changed, refused, signal });
  let held = null; // value and loss before the last gesture: the ghost
  let net, q, after;

  function readStep() {
    const given = model.get("step");
    return Number.isInteger(given) && given >= 0 && given <= LAST ? given : 0;
  }
  function calculate() {
    const { W, b, x, y, eta } = data.state;
    net = {
      W,
      b,
      activation: model.get("activation") || "sigmoid",
      outputActivation: model.get("output_activation") || "",
    };
    q = compute(net, x, y);
    after = compute(descend(net, q, eta), x, y);
  }
  const hidden = () => Boolean(model.get("predict")) && !revealed;
  const passed = (layer) => shown >= layer;
  const returned = (layer) => !hidden() && shown >= LAST - layer;
  const judged = () => shown >= ERROR;
  const stepping = () => !hidden() && shown === LAST;
  const gradientsKnown = () => returned(DEPTH);
  function known(p) {
    if (p.kind === "eta") return stepping();
    if (p.kind === "y") return judged() && !hidden();
    return returned(p.kind === "x" ? 1 : p.layer);
  }
  const slopeOf = (p) => (p.kind === "eta" ? -inner(after, q) : gradientOf(p, q));
  /** What stands below a weight and on an edge: the gradient, and at the last step −η·gradient. */
  const carried = (p) => {
    const slope = gradientOf(p, q);
    return stepping() ? -data.state.eta * slope || 0 : slope;
  };

  /* ---- the parts ---- */
  const names = STEPS.map((s) => s.name);
  const walk = stepper({
    names,
    phases: ["Given", "Forward", "Error", "Backward", "Step"],
    go,
    signal,
  });
  const say = h("span", "bp-say");
  const formulas = h("span", "bp-formulas");
  const etaButton = markup("button", "bp-button bp-eta", `${math(ETA, mo("="))}`);
  const etaValue = etaButton.appendChild(h("span", "bp-value"));
  const take = h("button", "bp-button", { type: "button" }, "Take the step");
  const show1 = h("button", "bp-button", { type: "button" }, "Show");
  etaButton.type = "button";
  const extras = h("span", "bp-extras", {}, etaButton, take, show1);
  const line = h("div", "bp-line", {}, say, formulas, extras);

  const gesture = {
    start(p, again = false) {
      if (selected !== p) choose(p);
      notice = "";
      data.begin();
      if (again && held) return;
      held = { value: valueOf(p, data.state), loss: p.kind === "eta" ? after.L : q.L };
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
  const stage = diagram({ sizes: SIZES, all, choose, hover, drag, setMode, signal });
  const tables = [1, 2].map((layer) =>
    multiplicationTable({
      label: `Layer ${layer}: weights and biases, and their gradients`,
      caption: `${math(W(layer), mo(","), b(layer))}`,
      heads: {
        top: Array.from(
          { length: SIZES[layer - 1] },
          (_, j) => math(symbol("x", layer - 1, j + 1)),
        ),
        side: Array.from({ length: SIZES[layer] }, (_, i) => math(symbol("\u03b4", layer, i + 1))),
      },
      quantities: Array.from({ length: SIZES[layer] }, (_, i) => [
        ...Array.from(
          { length: SIZES[layer - 1] },
          (_, j) => all.get(`w${layer}.${i + 1}.${j + 1}`),
        ),
        all.get(`b${layer}.${i + 1}`),
      ]),
      choose,
      hover,
      drag: (node, p) => scrub(node, { pick: () => p, ...drag, signal }),
      signal,
    })
  );
  const probe = inspector({
    start: (again) => gesture.start(selected, again),
    move: (value) => gesture.move(selected, value),
    end: gesture.end,
    leave: () => (origin ?? tables[0].node.querySelector("[tabindex='0']")).focus(),
    signal,
  });
  const product = h("div", "bp-product");
  const tabs = [1, 2].map((layer) => {
    const tab = h("button", "bp-tab", { type: "button" }, `Layer ${layer}`);
    tab.addEventListener("click", () => openLayer(layer), { signal });
    return tab;
  });
  tables.forEach((table, t) => table.node.classList.add(`bp-layer${t + 1}`));
  const panel = h(
    "div",
    "bp-panel",
    {},
    h("div", "bp-tabs", { role: "group", "aria-label": "Layer in the table" }, ...tabs),
    ...tables.map((table) => table.node),
    probe.node,
    h("div", "bp-product-place", {}, product),
  );

  const speak = voice(root, signal);
  const foot = frame({
    root,
    el,
    model,
    kind: KIND,
    caption: "Every number of the network",
    heads: ["quantity", "value", "derivative of <i>L</i>"],
    rows: listing,
    encoded: () => {
      const words = [String(step), selected.id, String(data.state.eta)];
      return encode(words, data.pristine ? [] : places.map((p) => valueOf(p, data.state)));
    },
    python: () => {
      const { W, b, x, y, eta } = data.state;
      const text = (value) => JSON.stringify(value).replaceAll(",", ", ");
      const last = net.outputActivation ? `, output_activation="${net.outputActivation}"` : "";
      const made = `bp.Network(${text(W)}, ${text(b)}, activation="${net.activation}"${last})`;
      const view = `step=${step}, selected="${selected.id}", eta=${eta}`;
      return `${KIND}(${made}, ${text(x)}, ${text(y)}, ${view})`;
    },
    undo: () => back(data.undo(), "Undone."),
    reset: () => back(data.replace(data.initial), "Reset."),
    signal,
  });
  const places = [...all.values()].filter((p) => p.kind !== "eta");
  root.append(walk.node, line, stage.node, panel, foot.node);

  /* ---- what a reader does ---- */
  function choose(p, from = null) {
    if (p.kind === "eta" && selected.kind !== "eta") beforeEta = selected;
    if (p !== selected) held = null;
    selected = p;
    notice = "";
    probe.rescale(valueOf(p, data.state), axisOf(p));
    if (p.kind === "w" || p.kind === "b") openLayer(p.layer);
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
  function axisOf(p) {
    return p.kind === "eta" ? { least: 10, positive: true } : {};
  }
  function hover(p) {
    if (p === hovered) return;
    hovered = p;
    mark();
  }
  function setMode(next) {
    mode = next;
    paint();
  }
  function openLayer(layer) {
    root.dataset.layer = String(layer);
    tabs.forEach((tab, t) => setAttribute(tab, "aria-pressed", String(t + 1 === layer)));
  }
  function go(to) {
    stage.land();
    model.set("step", to); // our own listener hears it and follows
    model.save_changes();
  }
  /** Show another step, whoever asked for it. */
  function follow(to) {
    stage.land();
    const from = step;
    step = to;
    notice = "";
    held = null;
    const flight = to === from + 1 && width && !calm() ? flightTo(to) : null;
    shown = flight ? from : to;
    if (to < LAST && selected.kind === "eta") {
      selected = beforeEta ?? all.get(FIRST);
      model.set("selected", selected.id);
    }
    if (to === 1 || to === 5) openLayer(1);
    if (to === 2 || to === 4) openLayer(2);
    if (flight) {
      paint();
      stage.fly({
        ...flight,
        done: () => {
          shown = step;
          mode = gradientsKnown() ? "g" : "w";
          paint();
        },
      });
    } else {
      mode = gradientsKnown() ? "g" : "w";
      paint();
    }
    speak(`Step ${to} of ${LAST}, ${names[to]}. ${sentence()}`);
  }
  /** What travels when a step is entered: products forward, error terms back. */
  function flightTo(to) {
    if (hidden() && to > ERROR) return null;
    const weight = (p) => valueOf(p, data.state);
    if (to === 1 || to === 2) {
      return { layer: to, back: false, scale: 1, value: (p) => weight(p) * q.x[to - 1][p.j] };
    }
    if (to === 4) return { fromLabels: true, back: true, scale: SCALE.g, value: (i) => q.e[i] };
    if (to === 5) {
      return { layer: 2, back: true, scale: SCALE.g, value: (p) => weight(p) * q.delta[1][p.i] };
    }
    return null;
  }
  function back(happened, sentence) {
    if (!happened) return;
    held = null;
    probe.rescale(valueOf(selected, data.state), axisOf(selected));
    probe.complain("");
    paint();
    speak(`${sentence} Loss ${showPlain(q.L, "loss")}.`);
  }
  function restore() {
    const found = foot.found(3);
    if (found === null) return;
    const [stepText, id, eta] = found?.words ?? [];
    const to = Number(stepText);
    let next = { ...data.state, eta: Number(eta) };
    if (found?.numbers.length === places.length) {
      places.forEach((p, t) => next = withValue(p, next, found.numbers[t]));
    } else if (found?.numbers.length) next = null;
    const tooLarge = found?.numbers.some((v) => Math.abs(v) > LARGEST);
    const wrong = !next || !all.has(id) || eta === "" || !STEPS[to] || tooLarge || check(next);
    if (wrong) {
      notice = "The link could not be read; these are the book\u2019s own numbers.";
      return;
    }
    for (const key of KEYS) model.set(key, next[key]);
    data.adopt();
    model.set("step", to);
    step = shown = to;
    if (all.get(id).kind !== "eta" || to === LAST) selected = all.get(id);
    model.set("selected", selected.id);
    model.save_changes();
  }
  etaButton.addEventListener("click", () => choose(all.get("eta"), etaButton), { signal });
  take.addEventListener("click", () => {
    const next = descend(net, q, data.state.eta);
    const was = q.L;
    back(
      data.replace({ ...data.state, W: next.W, b: next.b }),
      `Step taken, loss was ${showPlain(was, "loss")}.`,
    );
  }, { signal });
  const reveal = () => {
    if (!hidden()) return;
    revealed = true;
    mode = gradientsKnown() ? "g" : "w";
    paint();
  };
  show1.addEventListener("click", reveal, { signal });
  // The page's Predict block says on the document that it has been answered; the widget after it opens.
  const question = () => {
    const precedes = (node) =>
      node.compareDocumentPosition(root) & Node.DOCUMENT_POSITION_FOLLOWING;
    return [...document.querySelectorAll(".predict")].filter(precedes).at(-1);
  };
  document.addEventListener("predict:answered", (event) => {
    const mine = question();
    if (!mine || mine.contains(/** @type {Node} */ (event.target))) reveal();
  }, { signal });
  // It may have been answered before the reader came near enough for the widget to be there.
  revealed = Boolean(question()?.querySelector(".answer:not([hidden])"));

  /* ---- painting: the document is built once, paint() writes texts and attributes ---- */
  function changed(elsewhere = false) {
    if (elsewhere) held = null;
    calculate();
    paint();
  }
  function refused(why) {
    notice = `${why} The last good numbers stay.`;
    paint();
  }
  function sentence() {
    if (notice) return notice;
    if (hidden() && step > ERROR) return "Hidden until you have answered the question.";
    return STEPS[step].say;
  }
  const nameOf = (p) => p.kind === "eta" ? "eta" : p.kind;
  function describe(p) {
    const head = `${p.spoken} = ${spoken(valueOf(p, data.state), DECIMALS[p.kind])}`;
    if (!known(p)) return `${head}; derivative ${hidden() ? "hidden" : "not computed yet"}`;
    const slope = slopeOf(p);
    return `${head}; dL/d${nameOf(p)} = ${spoken(slope, "gradient")}; ${effect(slope)}`;
  }
  const effect = (slope) =>
    slope === 0
      ? "raising it changes nothing to first order"
      : `raising it ${slope > 0 ? "raises" : "lowers"} the loss`;
  function tell() {
    const text = judged() ? ` Loss ${showPlain(q.L, "loss")}.` : "";
    speak(`${describe(selected)}.${text}`);
  }

  let painted = "";
  function paintLine() {
    const covered = Boolean(notice) || (hidden() && step > ERROR);
    const key = `${step}|${sentence()}`;
    if (key !== painted) {
      painted = key;
      setText(say, sentence());
      formulas.innerHTML = covered ? "" : STEPS[step].formulas.join(" ");
      etaButton.hidden = take.hidden = covered || step !== LAST;
      show1.hidden = Boolean(notice) || !covered;
      extras.hidden = (covered || step !== LAST) && show1.hidden;
    }
    setNumber(etaValue, showPlain(data.state.eta, "weight"), "eta", data.state.eta);
    setAttribute(etaButton, "aria-pressed", String(selected.kind === "eta"));
    setAttribute(etaButton, "aria-label", `Learning rate eta = ${full(data.state.eta)}`);
  }

  const SLOT = { left: m.text(0), right: m.text(1), result: m.text(2) };
  function formulaOf(p) {
    const values = (...parts) => math(mo("="), ...parts);
    const { i, j, layer } = p;
    if (p.kind === "w") {
      const factors = row(
        symbol("\u03b4", layer, i + 1),
        mo("\u22c5"),
        symbol("x", layer - 1, j + 1),
      );
      return [m.derivative(p.symbol), math(factors), values(SLOT.left, mo("\u22c5"), SLOT.right)];
    }
    if (p.kind === "b") return [m.derivative(p.symbol), math(symbol("\u03b4", layer, i + 1)), ""];
    if (p.kind === "x") {
      const w = symbol("w", 1, row(mi("i"), m.mn(i + 1)));
      return [m.derivative(p.symbol), math(m.sum("i"), w, symbol("\u03b4", 1, mi("i"))), ""];
    }
    if (p.kind === "y") {
      const bracket = paren(symbol("x", 2, i + 1), mo(MINUS), p.symbol);
      return [m.derivative(p.symbol), math(mo(MINUS), bracket), ""];
    }
    const here = row(mo("\u2207"), mi("L"), paren(mi("\u03b8")));
    const there = row(
      mo("\u2207"),
      mi("L"),
      paren(mi("\u03b8"), mo(MINUS), ETA, mo("\u2207"), mi("L")),
    );
    return [m.total(ETA), math(mo(MINUS), there, mo("\u22c5"), here), ""];
  }
  let builtFor = "";
  let slots = [];
  let words = null;
  function paintProduct() {
    const p = selected;
    const ok = known(p);
    const key = `${p.id}|${ok}`;
    if (key !== builtFor) {
      builtFor = key;
      const [left, factors, values] = formulaOf(p);
      const numbers = ok ? values : "";
      const result = ok ? math(mo("="), SLOT.result) : "";
      product.innerHTML = `${math(left, mo("="))}<div class="bp-product-right">` +
        `<div>${factors} ${numbers}</div><div>${result}<span class="bp-words"></span></div></div>`;
      slots = [...product.querySelectorAll("[data-slot]")];
      words = product.querySelector(".bp-words");
    }
    const slope = ok ? slopeOf(p) : 0;
    for (const slot of slots) {
      if (slot.dataset.slot === "0") setNumber(slot, show(q.delta[p.layer - 1][p.i], "delta"));
      if (slot.dataset.slot === "1") {
        setNumber(slot, show(q.x[p.layer - 1][p.j], p.layer === 1 ? "input" : "x"));
      }
      if (slot.dataset.slot === "2") {
        setNumber(slot, show(slope, "gradient"), `derivative.${p.id}`, slope);
      }
    }
    const tells = !ok
      ? hidden() && judged() ? "hidden for now" : "not computed yet"
      : stepping() && (p.kind === "w" || p.kind === "b")
      ? `its step ${show(carried(p), "gradient").trim()}`
      : slope === 0
      ? "flat here"
      : `raise it, the loss ${slope > 0 ? "rises" : "falls"}`;
    setText(words, tells);
  }

  function paintProbe() {
    const p = selected;
    const value = valueOf(p, data.state);
    const rest = withValue(p, data.state, 0);
    const { x, y } = data.state;
    const loss = p.kind === "eta" ? after.L : q.L;
    probe.update({
      id: p.id,
      symbol: math(p.symbol),
      spokenName: p.spoken,
      value,
      kind: DECIMALS[p.kind],
      limits: p.kind === "eta" ? { least: 0 } : {},
      axis: axisOf(p),
      width,
      key: `${p.id}${JSON.stringify(rest)}${net.activation}${net.outputActivation}`,
      curve: p.kind === "eta" ? (v) => compute(descend(net, q, v), x, y).L : (v) => {
        const s = withValue(p, data.state, v);
        return compute({ ...net, W: s.W, b: s.b }, s.x, s.y).L;
      },
      loss,
      slope: known(p) ? slopeOf(p) : null,
      hidden: !judged()
        ? "the loss is not computed yet"
        : hidden()
        ? "hidden until you have answered"
        : "",
      was: held,
      valueText: describe(p),
    });
  }

  function paintTables() {
    const scale = SCALE[mode];
    const parameterName = (p) => p.id.replace(/^w/, "W");
    tables.forEach((table, t) => {
      const layer = t + 1;
      for (let j = 0; j < SIZES[layer - 1]; j++) {
        const value = q.x[layer - 1][j];
        const ok = passed(layer - 1);
        const text = ok ? show(value, layer === 1 ? "input" : "x") : UNKNOWN;
        table.head("top", j, text, ok ? `head.x${layer - 1}.${j + 1}` : null, ok ? value : null);
      }
      for (let i = 0; i < SIZES[layer]; i++) {
        const value = q.delta[layer - 1][i];
        const ok = returned(layer);
        const text = ok ? show(value, "delta") : UNKNOWN;
        table.head("side", i, text, ok ? `head.delta${layer}.${i + 1}` : null, ok ? value : null);
      }
      for (const cell of table.cells) {
        const p = cell.quantity;
        const ok = known(p);
        const value = valueOf(p, data.state);
        const below = ok ? carried(p) : null;
        const text = ok ? show(below, "gradient") : UNKNOWN;
        const stem = stepping() ? "step.d" : "d";
        table.cell(cell, {
          weight: [show(value, "weight"), parameterName(p), value],
          gradient: [text, ok ? stem + parameterName(p) : null, below],
          tint: mode === "w" ? value : below ?? 0,
          scale,
          fresh: !hidden() && shown === LAST - layer,
          describe: data.moving ? null : describe(p),
        });
      }
      setText(
        table.note,
        stepping()
          ? `and below each its step ${MINUS}\u03b7\u2009\u2202L`
          : "and below each its gradient",
      );
    });
  }

  function paintLoss() {
    const was = stepping() ? q.L : judged() && held && held.loss !== q.L ? held.loss : null;
    const note = was === null ? "" : `was ${showPlain(was, "loss")}`;
    stage.loss({
      value: !judged() ? null : stepping() ? after.L : q.L,
      name: !judged() ? null : stepping() ? "L_after" : "L",
      was,
      note: stepping() && stage.size === "wide" ? `after the step; ${note}` : note,
    });
  }

  let marked = "";
  function mark() {
    const p = hovered ?? selected;
    const key = `${p.id}|${selected.id}|${width}`;
    if (key !== marked) {
      marked = key;
      stage.mark({ lit: downstream(p, SIZES), selected });
      for (const table of tables) table.mark((c) => c === selected, (c) => c === p);
    }
    const edgeText = mode === "g" && p.kind === "w" && known(p)
      ? show(carried(p), "gradient")
      : p.kind === "eta"
      ? ""
      : show(valueOf(p, data.state), "weight");
    stage.tag(edgeText);
  }

  function listing() {
    const shownIf = (ok, value) => (ok ? full(value) : UNKNOWN);
    const rows = [...all.values()].map((p) => [
      p.symbol,
      p.spoken,
      full(valueOf(p, data.state)),
      shownIf(known(p), slopeOf(p)),
    ]);
    for (let layer = 1; layer <= DEPTH; layer++) {
      for (let i = 0; i < SIZES[layer]; i++) {
        const place = `${layer}, ${i + 1}`;
        const ok = passed(layer);
        const slope = shownIf(returned(layer), q.delta[layer - 1][i]);
        const [sum, out] = [q.u[layer - 1][i], q.x[layer][i]];
        rows.push([symbol("u", layer, i + 1), `u ${place}`, shownIf(ok, sum), slope]);
        rows.push([symbol("x", layer, i + 1), `x ${place}`, shownIf(ok, out), ""]);
      }
    }
    rows.push([mi("L"), "L, the loss", shownIf(judged(), q.L), ""]);
    const later = row(mi("L"), "<mtext>\u00a0after the step</mtext>");
    if (stepping()) rows.push([later, "L after the step", full(after.L), ""]);
    return rows;
  }

  function paint() {
    if (!width) return;
    const { x, y } = data.state;
    if (mode === "g" && !gradientsKnown()) mode = "w";
    walk.update(step);
    paintLine();
    stage.values({
      q,
      x,
      y,
      passed,
      returned,
      judged: judged(),
      freshForward: shown,
      freshBack: hidden() ? -1 : LAST - shown,
      describe: data.moving ? null : describe,
    });
    stage.edges({
      mode,
      value: (p) => (mode === "w" ? valueOf(p, data.state) : carried(p)),
      known: (p) => mode === "w" || known(p),
      gradientsKnown: gradientsKnown(),
      gradientFace: stepping() ? math(mo(MINUS), ETA, row(mo("\u2207"), mi("L"))) : undefined,
    });
    paintLoss();
    paintTables();
    paintProduct();
    paintProbe();
    mark();
    foot.update(data);
    setAttribute(root, "data-mode", mode);
    setAttribute(root, "data-step", step);
    setAttribute(root, "data-settled", shown === step);
  }

  /* ---- life ---- */
  const pull = () => {
    const id = model.get("selected");
    if (all.has(id) && id !== selected.id) {
      selected = all.get(id);
      probe.rescale(valueOf(selected, data.state), axisOf(selected));
    }
    const to = readStep();
    if (to !== step) follow(to);
    else changed();
  };
  const followed = ["step", "selected", "predict", "activation", "output_activation"];
  for (const key of followed) model.on(`change:${key}`, pull);
  signal.addEventListener("abort", () => {
    for (const key of followed) model.off(`change:${key}`, pull);
  });
  restore();
  calculate();
  mode = gradientsKnown() ? "g" : "w";
  probe.rescale(valueOf(selected, data.state), axisOf(selected));
  openLayer(selected.kind === "w" || selected.kind === "b" ? selected.layer : 1);
  const unwatch = mounted(root, (present) => {
    stage.layout(present);
    root.dataset.size = stage.size;
    width = Math.round(probe.range.clientWidth);
    paint();
  });
  return () => {
    unwatch();
    stage.destroy();
    life.abort();
    root.remove();
  };
}
