/**
 * ChainTracer: one weight, its paths to the loss, one chain of factors per output, their sum, the
 * shared prefix kept as δ, and the same as matrices and as code.
 */

import { voice } from "./a11y.js";
import { chain, compute, slopes } from "./core.js";
import { diagram } from "./diagram.js";
import { h, setAttribute, setHidden, setText } from "./draw.js";
import { codeLines, factorGrid, outerPicture } from "./factors.js";
import { frame, mounted, refusal } from "./frame.js";
import { inspector } from "./inspector.js";
import { encode } from "./link.js";
import * as m from "./math.js";
import { full, LARGEST, MINUS, show, showPlain, spoken } from "./number.js";
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

const KIND = "ChainTracer";
const DEPTH = 2;
const MOST = [4, 4, 2];
const [PATHS, SUM, FACTOR, MATRIX] = [1, 2, 3, 4];
const NAMES = ["Predict", "Paths", "Sum", "Factor", "Matrix"];
const KEYS = ["W", "b", "x", "y"];
const GUESSES = { falls: -1, rises: 1 };
const DECIMALS = { w: "weight", b: "weight", x: "input", y: "input" };

const { symbol, mi, mn, mo, paren, transpose, math, nabla, row, indices } = m;
const fPrime = (inside) => row(m.fPrime, paren(inside));
const u = (l, i) => symbol("u", l, i);
const x = (l, i) => symbol("x", l, i);
const delta = (l, i) => symbol("\u03b4", l, i);
const w = (i, j) => symbol("w", DEPTH, indices(i, j));
const error = (k) => row(x(DEPTH, k), mo(MINUS), symbol("y", undefined, k));
const summed = `<msub>${mo("\u2211")}${mi("k")}</msub>`;

/** The sizes of the network in W, or null if it is none that can be drawn here. */
function sizesOf(W) {
  if (!Array.isArray(W) || W.length !== DEPTH) return null;
  const sizes = [W[0]?.[0]?.length, W[0]?.length, W[1]?.length];
  return sizes.every((n, l) => Number.isInteger(n) && n >= 1 && n <= MOST[l]) ? sizes : null;
}

export function render({ model, el }) {
  const life = new AbortController();
  const { signal } = life;
  const root = h("div", "bp bp-chain", {
    role: "group",
    "aria-label": "The chain rule for one weight, path by path",
    "data-widget": KIND,
  });
  el.append(root);
  const sizes = sizesOf(model.get("W"));
  const most = MOST.join("-");
  const limits = `ChainTracer takes one hidden layer, from 1-1-1 to ${most}.`;
  const given = Object.fromEntries(KEYS.map((key) => [key, model.get(key)]));
  const wrong = sizes ? complaintAbout(given, sizes) : limits;
  if (wrong) return refusal(root, wrong);
  const all = quantities(sizes);
  const FIRST = all.get("w1.2.3") ?? all.get("w1.1.1");
  const traceable = (p) => p && (p.kind === "w" || p.kind === "b");

  /* ---- state ---- */
  const check = (state) => complaintAbout(state, sizes);
  const data = store({ root, model, keys: KEYS, check, changed, refused, signal });
  let selected = readSelected();
  let step = readStep();
  let hovered = null;
  let pointed = null; // ids of chips, keys of code
  let pinned = null;
  let before = null; // ids of the factors of the chain traced last
  let keptAll = false;
  let held = null;
  let notice = "";
  let origin = null;
  let width = 0;
  let net, q, slope, traced;

  function readStep() {
    const to = model.get("step");
    return Number.isInteger(to) && to >= 0 && to <= MATRIX ? to : 0;
  }
  function readSelected() {
    const p = all.get(model.get("selected"));
    return traceable(p) ? p : FIRST;
  }
  const guess = () => GUESSES[model.get("guess")] ?? 0;
  function calculate() {
    const { W, b, x, y } = data.state;
    net = {
      W,
      b,
      activation: model.get("activation") || "sigmoid",
      outputActivation: model.get("output_activation") || "",
    };
    q = compute(net, x, y);
    slope = slopes(net, q);
    traced = chain(net, q, y, selected);
  }
  const known = (p) => step >= SUM && (p === selected || step >= MATRIX);

  /* ---- parts ---- */
  const walk = stepper({ names: NAMES, phases: NAMES, go, signal });
  const say = h("span", "bp-say");
  const formulas = h("span", "bp-formulas");
  const buttons = Object.keys(GUESSES).map((word) => {
    const label = word === "falls" ? "It falls" : "It rises";
    const button = h("button", "bp-button", { type: "button" }, label);
    button.addEventListener("click", () => {
      model.set("guess", word);
      go(PATHS);
      speak(`You say it ${word}. ${sentence()}`);
      walk.node.lastChild.focus();
    }, { signal });
    return { word, button };
  });
  const extras = h("span", "bp-extras", {}, ...buttons.map(({ button }) => button));
  const line = h("div", "bp-line", {}, say, formulas, extras);
  const gesture = {
    start(p, again = false) {
      if (traceable(p) && p !== selected) choose(p);
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
  const stage = diagram({ sizes, all, choose, hover, drag, slopes: true, signal });
  const grid = factorGrid({
    label: "The factors of each path, from the loss back to the weight",
    point: (chip) => point(chip ? reach(chip) : null),
    press: (chip) => {
      pinned = pinned === chip.id ? null : chip.id;
      mark();
      if (!chip.node.hidden) speak(describeChip(chip, chipKnown(chip)));
    },
    signal,
  });
  const probe = inspector({
    start: (again) => gesture.start(selected, again),
    move: (value) => gesture.move(selected, value),
    end: gesture.end,
    leave: () => (origin ?? stage.node.querySelector("[tabindex='0']")).focus(),
    signal,
  });
  const picture = outerPicture();
  const code = codeLines({
    point: (key) => point(key ? reachOfKey(key) : null),
    press: (key) => {
      pinned = pinned === key ? null : key;
      mark();
    },
    signal,
  });
  const pictureNote = h("div", "bp-outer-note");
  const matrix = h(
    "div",
    "bp-matrix",
    {},
    h("div", "bp-matrix-top", {}, picture.node, pictureNote),
    code.node,
  );
  const panel = h("div", "bp-chain-panel", {}, matrix, probe.node);
  const speak = voice(root, signal);
  const foot = frame({
    root,
    el,
    model,
    kind: KIND,
    caption: "Every number of the network and of the chosen chain",
    heads: ["quantity", "value", "derivative of <i>L</i>"],
    rows: listing,
    encoded: () => {
      const words = [String(step), selected.id, model.get("guess") || "-"];
      return encode(words, data.pristine ? [] : places.map((p) => valueOf(p, data.state)));
    },
    python: () => {
      const { W, b, x, y } = data.state;
      const text = (value) => JSON.stringify(value).replaceAll(",", ", ");
      const last = net.outputActivation ? `, output_activation="${net.outputActivation}"` : "";
      const made = `bp.Network(${text(W)}, ${text(b)}, activation="${net.activation}"${last})`;
      const view = `selected="${selected.id}", step=${step}`;
      return `${KIND}(${made}, ${text(x)}, ${text(y)}, ${view})`;
    },
    undo: () => back(data.undo(), "Undone."),
    reset: () => back(data.replace(data.initial), "Reset."),
    signal,
  });
  const places = [...all.values()];
  root.append(walk.node, line, stage.node, grid.node, panel, foot.node);
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || pinned === null) return;
    pinned = null;
    mark();
  }, { signal });

  /* ---- the chain on the page ---- */
  let lay = null;
  let laid = "";
  function layOut() {
    if (laid === selected.id) return;
    laid = selected.id;
    const { layer, i, j } = selected;
    const inner = layer < DEPTH;
    const outputs = Array.from({ length: sizes[DEPTH] }, (_, k) => k);
    const reached = inner ? outputs : [i];
    /** @type {any[]} */
    const chips = [];
    const texts = [];
    const input = j === undefined
      ? { id: "one", key: "one", symbol: math(mn(1)), spoken: "1, the input of a bias" }
      : {
        id: `x${layer - 1}.${j + 1}`,
        key: "input",
        symbol: math(x(layer - 1, j + 1)),
        spoken: `x ${layer - 1}, ${j + 1}`,
        at: `${layer - 1}.${j}`,
        kind: layer === 1 ? "input" : "x",
      };
    const lastColumn = inner ? 6 : 4;
    for (const k of outputs) {
      const line = k + 1;
      const words = `<span class="bp-lead">output ${k + 1}</span>`;
      texts.push({ id: `lead.${k}`, html: words, row: line, col: 1, span: 1, className: "" });
      if (!reached.includes(k)) {
        const html = "<span>no path: this output does not change</span>";
        texts.push({ id: "none", html, row: line, col: 2, span: 6, className: "bp-no-path" });
        continue;
      }
      /** @type {any[]} */
      const factors = [
        {
          id: `error.${k + 1}`,
          key: "error",
          symbol: math(paren(error(k + 1))),
          spoken: `x 2, ${k + 1} minus y ${k + 1}`,
          at: `y.${k}`,
        },
        {
          id: `slope2.${k + 1}`,
          key: "slope2",
          symbol: math(fPrime(u(DEPTH, k + 1))),
          spoken: `f prime of u 2, ${k + 1}`,
          at: `2.${k}`,
        },
      ];
      if (inner) {
        factors.push({
          id: `w2.${k + 1}.${i + 1}`,
          key: "W2",
          symbol: math(w(k + 1, i + 1)),
          spoken: `w 2, ${k + 1} ${i + 1}`,
          edge: `w2.${k + 1}.${i + 1}`,
          kind: "weight",
        }, {
          id: `slope1.${i + 1}`,
          key: "slope1",
          symbol: math(fPrime(u(1, i + 1))),
          spoken: `f prime of u 1, ${i + 1}`,
          at: `1.${i}`,
        });
      }
      factors.push({ ...input, last: true });
      factors.forEach((factor, t) => {
        const id = `${line}/${factor.id}`;
        chips.push({ ...factor, id, name: factor.id, term: k, t, row: line, col: t + 2, span: 1 });
      });
      const html = math(mo("="));
      texts.push({ id: `term.${k}`, html, row: line, col: 7, span: 1, className: "bp-term" });
    }
    const line = outputs.length + 1;
    chips.push({
      id: "delta",
      name: `delta${layer}.${i + 1}`,
      key: `delta${layer}`,
      symbol: math(delta(layer, i + 1)),
      spoken: `delta ${layer}, ${i + 1}`,
      at: `${layer}.${i}`,
      row: line,
      col: 2,
      span: lastColumn - 2,
    }, { ...input, id: "last", name: input.id, last: true, row: line, col: lastColumn, span: 1 });
    const whole = m.derivative(selected.symbol);
    texts.push({
      id: "whole",
      html: math(whole),
      row: line,
      col: 1,
      span: 1,
      className: "bp-whole",
    });
    texts.push({ id: "how", html: "", row: line, col: 2, span: 5, className: "bp-how" });
    texts.push({
      id: "sum",
      html: math(mo("=")),
      row: line,
      col: 7,
      span: 1,
      className: "bp-term bp-total",
    });
    lay = {
      chips,
      reached,
      names: new Set(chips.filter((c) => c.t !== undefined).map((c) => c.name)),
    };
    grid.build({ rows: line, columns: 7, chips, texts });
    const d2 = [["delta2", "delta2"], [" = ("], ["x2 - y", "error"], [") * "], [
      "slope2",
      "slope2",
    ]];
    const d1 = [["delta1", "delta1"], [" = ("], ["W2.T", "W2"], [" @ "], ["delta2", "delta2"]];
    d1.push([") * "], ["slope1", "slope1"]);
    const own = `delta${layer}`;
    const result = j === undefined
      ? [[`db${layer}`, "all"], [" = "], [own, own]]
      : [[`dW${layer}`, "all"], [" = np.outer("], [own, own], [", "], [`x${layer - 1}`, "input"], [
        ")",
      ]];
    code.build(inner ? [d2, d1, result] : [d2, result]);
    const product = j === undefined
      ? row(nabla(symbol("b", layer)), mo("="), delta(layer))
      : row(nabla(symbol("W", layer)), mo("="), delta(layer), transpose(paren(x(layer - 1))));
    pictureNote.innerHTML = `<div>${math(product)}</div><div class="bp-outer-words"></div>`;
    const place = j === undefined ? `entry ${i + 1}` : `row ${i + 1}, column ${j + 1}`;
    setText(pictureNote.lastChild, `its ${place}`);
  }
  const valueOfChip = (chip) =>
    chip.term !== undefined
      ? traced.terms[lay.reached.indexOf(chip.term)].factors[chip.t]
      : chip.id === "delta"
      ? q.delta[selected.layer - 1][selected.i]
      : selected.j === undefined
      ? 1
      : q.x[selected.layer - 1][selected.j];
  const chipKnown = (chip) => step >= (chip.term === undefined ? FACTOR : PATHS);
  const textOfChip = (chip) =>
    chip.key === "one" ? "1" : show(valueOfChip(chip), chip.kind ?? "delta");
  function describeChip(chip, isKnown) {
    if (!isKnown) return "not revealed yet";
    const value = spoken(valueOfChip(chip), chip.kind ?? "delta");
    const path = chip.term === undefined ? "" : `, path through output ${chip.term + 1}`;
    const state = before && chip.t !== undefined
      ? (before.has(chip.name) ? ", kept" : ", new")
      : "";
    return `${chip.spoken} = ${value}${path}${state}`;
  }

  /* ---- pointing: at a chip, at a piece of code, in the diagram ---- */
  const isPrefix = (chip) => chip.term !== undefined && !chip.last;
  const reachOf = (chips, keys) => ({ chips, keys: new Set(keys) });
  function reach(chip) {
    if (chip.id === "delta") return reachOfKey(chip.key);
    const twin = chip.last ? lay.chips.filter((other) => other.name === chip.name) : [chip];
    return reachOf(twin, [chip.key]);
  }
  function reachOfKey(key) {
    const own = `delta${selected.layer}`;
    const prefix = lay.chips.filter(isPrefix);
    if (key === "all") return reachOf(lay.chips, ["all"]);
    if (key === own) {
      return reachOf([...prefix, lay.chips.find((chip) => chip.id === "delta")], [own]);
    }
    if (key === "delta2") {
      return reachOf(prefix.filter((c) => c.key === "error" || c.key === "slope2"), ["delta2"]);
    }
    return reachOf(lay.chips.filter((chip) => chip.key === key), [key]);
  }
  function reachOfPinned() {
    if (pinned === null) return null;
    const chip = lay.chips.find((c) => c.id === pinned);
    return chip ? reach(chip) : reachOfKey(pinned);
  }
  function point(to) {
    pointed = to;
    mark();
  }
  function hover(p) {
    if (p === hovered) return;
    hovered = p;
    pointed = null;
    if (p && step >= PATHS) {
      const node = p.kind === "w"
        ? null
        : p.kind === "y"
        ? `y.${p.i}`
        : `${p.kind === "x" ? 0 : p.layer}.${p.i}`;
      const found = lay.chips.filter((c) =>
        c.id !== "delta" && (p.kind === "w" ? c.edge === p.id : c.at === node)
      );
      if (found.length) pointed = reachOf(found, found.map((c) => c.key));
    }
    mark();
  }

  /* ---- what a reader does ---- */
  function choose(p, from = null) {
    if (!traceable(p)) {
      notice = "Choose an edge, which is a weight, or a neuron for its bias.";
      paint();
      return;
    }
    notice = "";
    if (p !== selected) take(p);
    if (model.get("selected") !== p.id) {
      model.set("selected", p.id);
      model.save_changes();
    }
    paint();
    tell();
    if (from) {
      origin = from;
      probe.range.focus();
    }
  }
  /** Trace another weight: remember which factors were there. */
  function take(p) {
    before = step >= PATHS ? lay?.names ?? null : null;
    keptAll = p.layer === selected.layer && p.i === selected.i;
    selected = p;
    pinned = pointed = held = null;
    if (model.get("guess")) model.set("guess", "");
    probe.rescale(valueOf(p, data.state));
    calculate();
  }
  function go(to) {
    model.set("step", to);
    model.save_changes();
  }
  function follow(to) {
    if (to === 0 && step > 0) model.set("guess", "");
    step = to;
    notice = "";
    before = pinned = pointed = null;
    paint();
    speak(`Step ${to} of ${MATRIX}, ${NAMES[to]}. ${sentence()}`);
  }
  function back(happened, words) {
    if (!happened) return;
    held = null;
    probe.rescale(valueOf(selected, data.state));
    probe.complain("");
    paint();
    speak(`${words} Loss ${showPlain(q.L, "loss")}.`);
  }

  /* ---- words ---- */
  const effect = (value) =>
    value === 0 ? "the loss stays, to first order" : `the loss ${value > 0 ? "rises" : "falls"}`;
  function describe(p) {
    const head = `${p.spoken} = ${spoken(valueOf(p, data.state), DECIMALS[p.kind])}`;
    if (!traceable(p)) return head;
    if (!known(p)) return `${head}; press Enter to trace it`;
    const value = gradientOf(p, q);
    return `${head}; dL/d${p.kind} = ${spoken(value, "gradient")}; raise it, ${effect(value)}`;
  }
  function tell() {
    const text = step >= SUM ? ` dL/d${selected.kind} = ${spoken(traced.value, "gradient")}.` : "";
    const kept = before ? ` ${keptWords()}` : "";
    speak(`${selected.spoken} = ${spoken(valueOf(selected, data.state), "weight")}.${text}${kept}`);
  }
  function keptWords() {
    const factors = lay.chips.filter((c) => c.t !== undefined);
    const kept = factors.filter((c) => before.has(c.name)).length;
    if (keptAll && kept < factors.length) return "Same neuron: only the last factor is new.";
    return `${kept} of its ${factors.length} factors were there before.`;
  }
  function verdict() {
    const is = traced.value === 0 ? "stays" : traced.value > 0 ? "rises" : "falls";
    const mine = guess();
    if (!mine) return `Raise it, and the loss ${is}.`;
    const said = mine > 0 ? "rises" : "falls";
    return mine === Math.sign(traced.value)
      ? `You said it ${said}. It does.`
      : `You said it ${said}. It ${is}.`;
  }
  function sentence() {
    if (notice) return notice;
    if (step === 0) return "Raise the marked weight a little. What does the loss do?";
    if (before) return keptWords();
    if (step === PATHS) {
      const count = lay.reached.length;
      return count === 1
        ? `One path: only output ${lay.reached[0] + 1} is reached.`
        : "Two paths: a chain of factors for each output.";
    }
    if (step === SUM) return verdict();
    if (step === FACTOR) return "Its neuron shares all but the last factor.";
    const [n, h1, o] = sizes;
    const { layer } = selected;
    const count = selected.j === undefined ? sizes[layer] : sizes[layer] * sizes[layer - 1];
    const input = selected.j === undefined ? 0 : 1;
    const single = layer === 1 ? o * (3 + input) : 1 + input;
    const shared = o + (layer === 1 ? h1 * o + h1 : 0) + input * (layer === 1 ? h1 * n : o * h1);
    return `All ${count} at once: ${shared} products, not ${count * single}.`;
  }
  function formulasNow() {
    const { layer, i, j } = selected;
    const [at, to] = [i + 1, j === undefined ? null : x(layer - 1, j + 1)];
    const bracket = paren(row(x(DEPTH, mi("k")), mo(MINUS), symbol("y", undefined, mi("k"))));
    if (step === SUM && layer === 1) {
      const inner = row(symbol("w", DEPTH, indices("k", at)), fPrime(u(1, at)), to ?? "");
      return math(summed, bracket, fPrime(u(DEPTH, mi("k"))), inner);
    }
    if (step === SUM) return math(paren(error(at)), fPrime(u(DEPTH, at)), to ?? "");
    const first = row(paren(row(x(DEPTH), mo(MINUS), mi("y"))), mo("\u2299"), fPrime(u(DEPTH)));
    if (step === FACTOR) {
      const back = paren(summed, symbol("w", DEPTH, indices("k", at)), delta(DEPTH, mi("k")));
      return layer === 1
        ? math(delta(1, at), mo("="), back, fPrime(u(1, at)))
        : math(delta(DEPTH, at), mo("="), paren(error(at)), fPrime(u(DEPTH, at)));
    }
    if (step === MATRIX) {
      const carried = row(paren(transpose(paren(symbol("W", DEPTH))), delta(DEPTH)));
      return layer === 1
        ? math(delta(1), mo("="), carried, mo("\u2299"), fPrime(u(1)))
        : math(delta(DEPTH), mo("="), first);
    }
    return "";
  }

  /* ---- painting ---- */
  function changed(elsewhere = false) {
    if (elsewhere) held = null;
    calculate();
    paint();
  }
  function refused(why) {
    notice = `${why} The last good numbers stay.`;
    paint();
  }
  let painted = "";
  function paintLine() {
    const now = sentence();
    const key = `${step}|${selected.id}|${now}`;
    if (key !== painted) {
      painted = key;
      setText(say, now);
      formulas.innerHTML = notice ? "" : formulasNow();
    }
    setHidden(extras, step !== 0 || Boolean(notice));
    for (const { word, button } of buttons) {
      setAttribute(button, "aria-pressed", String(model.get("guess") === word));
    }
  }
  function paintChain() {
    const waiting = step < SUM;
    grid.chips({
      known: chipKnown,
      absent: (chip) => chip.term === undefined && step < FACTOR,
      value: valueOfChip,
      text: textOfChip,
      fresh: (chip) => Boolean(before) && chip.t !== undefined && !before.has(chip.name),
      kept: (chip) => Boolean(before) && chip.t !== undefined && before.has(chip.name),
      describe: data.moving ? null : describeChip,
    });
    for (const term of traced.terms) {
      const hidden = step < PATHS;
      grid.text(`term.${term.k}`, {
        words: hidden ? "" : show(term.value, "gradient"),
        name: hidden ? null : `term.${term.k + 1}`,
        value: hidden ? null : term.value,
        hidden,
      });
    }
    grid.text("sum", {
      words: waiting ? "" : show(traced.value, "gradient"),
      name: waiting ? null : "sum",
      value: waiting ? null : traced.value,
      hidden: waiting,
    });
    const count = traced.terms.length;
    const paths = count === 1 ? "the one path" : "the paths, added";
    grid.text("how", { words: step === SUM ? paths : "", hidden: step !== SUM });
    grid.text("whole", { hidden: false });
    picture.update({
      side: q.delta[selected.layer - 1],
      top: selected.j === undefined ? [1] : q.x[selected.layer - 1],
      i: selected.i,
      j: selected.j ?? 0,
      known: step >= MATRIX,
    });
    for (const part of [picture.node, pictureNote]) {
      part.classList.toggle("unknown", step < MATRIX);
    }
    code.show(step >= MATRIX);
  }
  function paintProbe() {
    const p = selected;
    const { x, y } = data.state;
    probe.update({
      id: p.id,
      symbol: math(p.symbol),
      spokenName: p.spoken,
      value: valueOf(p, data.state),
      kind: "weight",
      limits: {},
      axis: {},
      width,
      key: `${p.id}${JSON.stringify(withValue(p, data.state, 0))}${net.activation}` +
        net.outputActivation,
      curve: (v) => {
        const state = withValue(p, data.state, v);
        return compute({ ...net, W: state.W, b: state.b }, x, y).L;
      },
      loss: q.L,
      slope: step >= SUM ? traced.value : null,
      hidden: step < PATHS ? "the loss over this weight, once you have predicted" : "",
      was: held,
      valueText: describe(p),
    });
  }
  function mark() {
    const now = pointed ?? reachOfPinned();
    const chips = now ? now.chips : [];
    const preview = hovered && traceable(hovered) && !pointed ? hovered : null;
    const p = preview ?? selected;
    const lit = step >= PATHS || preview
      ? downstream(p, sizes)
      : { edges: new Set(p.kind === "w" ? [p.id] : []), nodes: new Set(), self: p.id };
    if (step < PATHS && p.kind !== "w") lit.self = null;
    // One path only, while its factors are pointed at.
    const terms = new Set(chips.map((c) => c.term).filter((k) => k !== undefined));
    const one = terms.size === 1 && lay.reached.length > 1 ? [...terms][0] : null;
    if (one !== null && !preview) {
      for (const id of [...lit.edges]) {
        if (id.startsWith("w2.") && !id.startsWith(`w2.${one + 1}.`)) lit.edges.delete(id);
      }
    }
    const edges = [...new Set(chips.map((c) => c.edge).filter(Boolean))];
    let text = p.kind === "w"
      ? known(p) ? show(gradientOf(p, q), "gradient") : show(valueOf(p, data.state), "weight")
      : "";
    if (edges.length === 1) {
      lit.self = edges[0];
      text = show(valueOf(all.get(edges[0]), data.state), "weight");
    }
    const factors = new Set(chips.map((c) => c.at).filter(Boolean));
    stage.mark({ lit, selected, factors });
    stage.tag(text);
    grid.light(new Set(chips.map((c) => c.id)), pinned);
    code.light(now ? now.keys : new Set());
    paintNodes(chips);
  }
  /** f′ stands in the nodes of the path until δ is kept, and again while it is pointed at. */
  function paintNodes(chips) {
    const { x, y } = data.state;
    const slopeNodes = new Set(
      lay.chips.filter((c) => c.key.startsWith("slope")).map((c) => c.at),
    );
    const pointedSlopes = new Set(
      chips.filter((c) => c.key.startsWith("slope") && chips.length <= 2).map((c) => c.at),
    );
    const hasSlope = (place) => slopeNodes.has(place) && step >= PATHS;
    stage.values({
      q,
      x,
      y,
      passed: () => true,
      returned: (layer) => step >= FACTOR && layer >= selected.layer,
      judged: true,
      freshForward: -1,
      freshBack: step === FACTOR ? selected.layer : -1,
      describe: data.moving ? null : describe,
      slope: (layer, i) => {
        const place = `${layer}.${i}`;
        const want = step < FACTOR ? hasSlope(place) : pointedSlopes.has(place);
        return want ? slope[layer - 1][i] : null;
      },
    });
  }
  function listing() {
    const rows = [];
    for (const p of all.values()) {
      const value = traceable(p) ? known(p) ? full(gradientOf(p, q)) : "\u00b7" : "";
      rows.push([p.symbol, p.spoken, full(valueOf(p, data.state)), value]);
    }
    for (const chip of lay.chips) {
      if (chip.t === undefined || !chipKnown(chip)) continue;
      const bare = chip.symbol.replace(/^<math>|<\/math>$/g, "");
      rows.push([bare, `${chip.spoken}, output ${chip.term + 1}`, full(valueOfChip(chip)), ""]);
    }
    rows.push([mi("L"), "L, the loss", full(q.L), ""]);
    return rows;
  }
  function paint() {
    if (!width) return;
    layOut();
    walk.update(step);
    paintLine();
    stage.edges({
      mode: "w",
      value: (p) => valueOf(p, data.state),
      known: () => true,
      gradientFace: undefined,
      gradientsKnown: false,
    });
    const was = held && held.loss !== q.L ? held.loss : null;
    stage.loss({
      value: q.L,
      name: "L",
      was,
      note: was === null ? "" : `was ${showPlain(was, "loss")}`,
    });
    paintChain();
    paintProbe();
    mark();
    foot.update(data);
    setAttribute(root, "data-step", step);
  }

  /* ---- life ---- */
  const pull = () => {
    const p = readSelected();
    if (p !== selected) take(p);
    const to = readStep();
    if (to !== step) follow(to);
    else changed();
  };
  const followed = ["step", "selected", "guess", "activation", "output_activation"];
  for (const key of followed) model.on(`change:${key}`, pull);
  signal.addEventListener("abort", () => {
    for (const key of followed) model.off(`change:${key}`, pull);
  });
  restore();
  function restore() {
    const found = foot.found(3);
    if (found === null) return;
    const [to, id, said] = found?.words ?? [];
    let next = data.state;
    if (found?.numbers.length === places.length) {
      places.forEach((p, t) => next = withValue(p, next, found.numbers[t]));
    } else if (found?.numbers.length) next = null;
    const large = found?.numbers.some((v) => Math.abs(v) > LARGEST);
    const known = NAMES[Number(to)] && traceable(all.get(id)) && (said === "-" || said in GUESSES);
    if (!next || !known || large || check(next)) {
      notice = "The link could not be read; these are the book\u2019s own numbers.";
      return;
    }
    for (const key of KEYS) model.set(key, next[key]);
    data.adopt();
    model.set("step", Number(to));
    model.set("selected", id);
    selected = all.get(id);
    step = Number(to);
    model.set("guess", said === "-" ? "" : said);
    model.save_changes();
  }
  calculate();
  probe.rescale(valueOf(selected, data.state));
  const unmount = mounted(root, (present) => {
    stage.layout(present);
    root.dataset.size = stage.size;
    width = Math.round(probe.range.clientWidth);
    paint();
  });
  return () => {
    unmount();
    stage.destroy();
    life.abort();
    root.remove();
  };
}
