/**
 * DeltaRelay: the error term on its way back through two to eight layers. Two operations take turns:
 * the transpose carries, f′ shrinks or blocks. Beside it the algorithm with its current line.
 */

import { calm, voice } from "./a11y.js";
import { brief, columns, decades } from "./columns.js";
import { ACTIVATIONS, adjustable, forward, norm, regrown, relay } from "./core.js";
import { h, markup, setAttribute, setNumber, setText } from "./draw.js";
import { frame, mounted, refusal } from "./frame.js";
import { encode } from "./link.js";
import * as m from "./math.js";
import { full, MINUS, show, showPlain, spoken, UNKNOWN } from "./number.js";
import { complaintAbout } from "./quantities.js";
import { slider } from "./slider.js";
import { stepper } from "./stepper.js";
import { store } from "./store.js";

const KIND = "DeltaRelay";
const [SHALLOWEST, DEEPEST, WIDEST, SIGMA] = [2, 8, 6, 100];
const GIVEN = ["W", "b", "x", "y", "spare", "given_sigma"];
const KEYS = [...GIVEN, "depth", "sigma", "activation"];
const SPOKEN = { leaky_relu: "leaky ReLU", relu: "ReLU", gelu: "GELU" };

const { symbol, mi, mn, mo, paren, transpose, math, row, fPrime } = m;
const arrow = mo("\u2190");
const times = mo("\u2299");
const W = (l) => symbol("W", l);
const u = (l) => symbol("u", l);
const x = (l) => symbol("x", l);
const delta = (l) => symbol("\u03b4", l);
const came = (l) => m.nabla(x(l));
const slope = (l) => row(fPrime, paren(u(l)));
const L = mi("l");
const below = row(L, mo(MINUS), mn(1));
const length = (inside) => row(mo("\u2016"), inside, mo("\u2016"));
const any = (name, level) => m.symbol(name, level);

/** The algorithm, one line per operation; a step of the walk marks one. */
const LINES = [
  ["forward", `forward: keep every ${math(any("u", L))}, ${math(any("x", L))}`],
  ["error", math(m.nabla(any("x", mi("D"))), arrow, any("x", mi("D")), mo(MINUS), mi("y"))],
  ["loop", `for ${math(L, mo("="), mi("D"), mo(","), mo("\u2026"), mo(","), mn(1))}`],
  ["delta", math(any("\u03b4", L), arrow, m.nabla(any("x", L)), times, fPrime, paren(any("u", L)))],
  [
    "gradients",
    math(
      m.nabla(any("W", L)),
      arrow,
      any("\u03b4", L),
      transpose(paren(any("x", below))),
      mo(","),
      m.nabla(any("b", L)),
      arrow,
      any("\u03b4", L),
    ),
  ],
  [
    "carry",
    `if ${math(L, mo(">"), mn(1))}: ${
      math(m.nabla(any("x", below)), arrow, transpose(paren(any("W", L))), any("\u03b4", L))
    }`,
  ],
];

export function render({ model, el }) {
  const life = new AbortController();
  const { signal } = life;
  const root = h("div", "bp bp-relay", {
    role: "group",
    "aria-label": "The error term on its way back, to play with",
    "data-widget": KIND,
  });
  el.append(root);

  /* ---- what there is to show ---- */
  const check = (state) => {
    if (!Array.isArray(state.W) || !Array.isArray(state.W[0]?.[0]) || !Array.isArray(state.spare)) {
      return "W is not a list of matrices.";
    }
    const sizes = [state.W[0][0].length, ...state.W.map((rows) => rows?.length)];
    const D = state.W.length;
    if (D < SHALLOWEST || D > DEEPEST) {
      return `DeltaRelay draws ${SHALLOWEST} to ${DEEPEST} layers, this network has ${D}.`;
    }
    const wide = Math.max(...sizes);
    if (!(wide <= WIDEST)) {
      return `DeltaRelay draws layers of up to ${WIDEST} neurons, this network has one of ${wide}.`;
    }
    const wrong = complaintAbout(state, sizes);
    if (wrong) return wrong;
    if (!Object.hasOwn(ACTIVATIONS, state.activation)) return "There is no such activation.";
    const { depth, sigma } = state;
    const isNumber = typeof sigma === "number" && sigma >= 0 && sigma <= SIGMA;
    if (!isNumber && sigma !== state.given_sigma) {
      return `The scale of the weights is not a number from 0 to ${SIGMA}.`;
    }
    const free = adjustable(state.W);
    const most = free ? Math.min(DEEPEST, D + state.spare.length) : D;
    const least = free ? SHALLOWEST : D;
    if (!Number.isInteger(depth) || depth < least || depth > most) {
      return least === most
        ? `The depth of this network is ${D}: its hidden layers differ in width.`
        : `The depth is not a whole number from ${least} to ${most}.`;
    }
    return null;
  };
  const sentence0 = check(Object.fromEntries(KEYS.map((key) => [key, model.get(key)])));
  if (sentence0) {
    const close = refusal(root, sentence0);
    return () => {
      life.abort();
      close();
    };
  }

  let step = 0;
  let shown = 0; // lags behind while tokens fly
  let width = 0;
  let notice = "";
  let held = null; // the norms before the last gesture: the ghost
  let selected = { layer: 1, i: 0 };
  let built = "";
  let net, pass, q, norms;
  const data = store({ root, model, keys: KEYS, check, changed, refused, signal });
  const depth = () => net.W.length;
  const last = () => 2 * depth();
  const layerAt = (at) => depth() - Math.floor((at - 1) / 2); // of step 1, 2 the last layer …
  const isDelta = (at) => at > 0 && at % 2 === 0;
  const stateOf = (layer) => {
    const first = 2 * (depth() - layer) + 1;
    return shown < first ? "none" : shown === first ? "came" : "left";
  };

  function calculate() {
    const state = /** @type {any} */ (data.state);
    net = {
      ...regrown({ ...state, givenSigma: state.given_sigma }),
      activation: state.activation,
      outputActivation: model.get("output_activation") || "",
    };
    pass = forward(net, state.x);
    q = relay(net, pass, state.y);
    norms = { came: q.came.map(norm), left: q.delta.map(norm) };
  }
  const within = (at) => Math.min(last(), Math.max(0, Number.isInteger(at) ? at : 0));

  /* ---- the parts ---- */
  let walk = null;
  let walkLife = null;
  const place = h("div", "bp-walk");
  const say = h("span", "bp-say");
  const formulas = h("span", "bp-formulas");
  const line = h("div", "bp-line", {}, say, formulas);
  const stage = columns({ choose, signal });

  const names = Object.keys(ACTIVATIONS);
  const select = h(
    "select",
    "bp-field bp-select",
    { "aria-label": "Activation" },
    ...names.map((name) => h("option", "", { value: name }, SPOKEN[name] ?? name)),
  );
  select.addEventListener("change", () => {
    alter({ activation: select.value }, `Activation ${SPOKEN[select.value] ?? select.value}.`);
  }, { signal });
  const less = h("button", "bp-button", { type: "button", "aria-label": "One layer fewer" }, MINUS);
  const more = h("button", "bp-button", { type: "button", "aria-label": "One layer more" }, "+");
  const count = h("b", "bp-count");
  const deepen = (by) => {
    if (!check({ ...data.state, depth: data.state.depth + by })) {
      alter({ depth: data.state.depth + by }, `${data.state.depth + by} layers.`);
    }
  };
  less.addEventListener("click", () => deepen(-1), { signal });
  more.addEventListener("click", () => deepen(1), { signal });
  const scale = slider({
    symbol: math(mi("\u03c3")),
    spokenName: "sigma, the size of the weights",
    kind: "weight",
    limits: { least: 0, most: SIGMA },
    name: "sigma",
    start(again) {
      notice = "";
      data.begin();
      if (!again || !held) held = norms.left;
    },
    move: (sigma) => data.set({ ...data.state, sigma }),
    end() {
      data.end();
      speak(`${summary()}`);
    },
    signal,
  });
  const controls = h(
    "div",
    "bp-controls",
    {},
    h("label", "bp-control", {}, markup("span", "", `${math(mi("f"))}`), select),
    h("div", "bp-control bp-depth", { role: "group", "aria-label": "Depth" }, less, count, more),
    scale.node,
  );

  const code = LINES.map(([id, html]) => {
    const item = markup("li", "bp-lines-line", `<span>${html}</span>`);
    item.dataset.line = id;
    const where = item.appendChild(h("span", "bp-where"));
    return { id, item, where };
  });
  const algorithm = h(
    "div",
    "bp-algorithm",
    {},
    h("p", "bp-caption", {}, "The algorithm"),
    h("ol", "bp-lines", {}, ...code.map((c) => c.item)),
  );
  const workedName = h("p", "bp-caption");
  const workedBody = h("div", "bp-worked-rows");
  const panel = h(
    "div",
    "bp-relay-panel",
    {},
    h("div", "bp-worked", {}, workedName, workedBody),
    algorithm,
  );

  const foot = frame({
    root,
    el,
    model,
    kind: KIND,
    caption: "Every error term and what arrived before it",
    heads: ["neuron", "arrives", "f\u2032(u)", "error term"],
    rows,
    encoded: () => {
      const { depth, activation, sigma, given_sigma } = data.state;
      const words = [
        String(step),
        `${selected.layer}.${selected.i + 1}`,
        String(depth),
        activation,
      ];
      return encode(words, sigma === given_sigma ? [] : [sigma]);
    },
    python,
    undo: () => back(data.undo(), "Undone."),
    reset: () => back(data.replace(data.initial), "Reset."),
    signal,
  });
  root.append(place, line, stage.node, stage.legend, controls, panel, foot.node);
  const speak = voice(root, signal);

  /** Walk and columns belong to one list of widths; another depth makes them anew. */
  function rebuild() {
    const sizes = net.b.map((list) => list.length);
    if (built === String(sizes)) return;
    built = String(sizes);
    walkLife?.abort();
    walkLife = new AbortController();
    const layers = sizes.map((_, t) => depth() - t);
    const phase = (layer) => `Layer ${layer}`;
    walk = stepper({
      names: [
        "Start",
        ...layers.flatMap((l) => [
          `${phase(l)}: ${l === depth() ? "the error" : "the transpose carries"}`,
          `${phase(l)}: times the slopes`,
        ]),
      ],
      phases: ["Start", ...layers.map(phase)],
      go,
      signal: walkLife.signal,
    });
    [...walk.node.querySelectorAll(".bp-phase-name")].forEach((name, t) => {
      const [word, number] = t ? ["Layer\u00a0", String(layers[t - 1])] : ["Start", "\u00a0"];
      name.replaceChildren(h("span", "bp-wide-word", {}, word), number);
    });
    place.replaceChildren(walk.node);
    stage.build(sizes);
    panel.toggleAttribute("data-few", Math.max(...sizes) < 5);
    selected = inside(selected) ?? { layer: depth(), i: 0 };
    step = shown = within(step);
    if (model.get("step") !== step) model.set("step", step);
  }
  const inside = ({ layer, i }) => (q.delta[layer - 1]?.[i] === undefined ? null : { layer, i });

  /* ---- what a reader does ---- */
  function choose({ layer, i }) {
    selected = { layer, i };
    model.set("selected", `${layer}.${i + 1}`);
    model.save_changes();
    paint();
    speak(`${describe(layer, i)}.`);
  }
  function alter(part, sentence) {
    stage.land();
    notice = "";
    held = norms.left;
    const finished = step === last();
    data.replace({ ...data.state, ...part });
    if (part.depth) {
      held = null;
      go(finished ? last() : within(step));
    }
    speak(`${sentence} ${summary()}`);
  }
  function back(happened, sentence) {
    if (!happened) return;
    held = null;
    scale.complain("");
    paint();
    speak(`${sentence} ${summary()}`);
  }
  function go(to) {
    stage.land();
    if (model.get("step") === to) follow(to);
    model.set("step", to); // our own listener hears it and follows
    model.save_changes();
  }
  function follow(to) {
    stage.land();
    const from = step;
    step = to;
    notice = "";
    held = null;
    const carries = to === from + 1 && !isDelta(to) && to > 1;
    if (to > 0 && selected.layer !== layerAt(to)) {
      // The worked example follows the sweep.
      const layer = layerAt(to);
      selected = { layer, i: Math.min(selected.i, q.delta[layer - 1].length - 1) };
      model.set("selected", `${layer}.${selected.i + 1}`);
    }
    shown = to;
    if (carries && width && !calm()) {
      shown = from;
      paint();
      const layer = layerAt(to) + 1;
      stage.fly(layer, ({ k, i }) => q.carried[layer - 1][k][i], () => {
        shown = step;
        paint();
      });
    } else paint();
    speak(`Step ${to} of ${last()}. ${sentence()}`);
  }
  function python() {
    const { depth, activation, sigma } = data.state;
    const { W, b, x, y } = data.state;
    const text = (value) => JSON.stringify(value).replaceAll(",", ", ");
    const output = net.outputActivation ? `, output_activation="${net.outputActivation}"` : "";
    const network = `bp.Network(${text(W)}, ${text(b)}${output})`;
    const options = `depth=${depth}, sigma=${sigma}, activation="${activation}", step=${step}`;
    return `${KIND}(${network}, ${text(x)}, ${text(y)}, ${options})`;
  }
  function restore() {
    const found = foot.found(4);
    if (found === null) return;
    const [stepText, place, depthText, activation] = found?.words ?? [];
    /** @type {any} */
    const next = { ...data.state, depth: Number(depthText), activation };
    if (found?.numbers.length === 1) next.sigma = found.numbers[0];
    const [layer, i] = (place ?? "").split(".").map(Number);
    const to = stepText === "" ? NaN : Number(stepText);
    const odd = !found || found.numbers.length > 1 || check(next) || !Number.isInteger(to) ||
      to < 0 || to > 2 * next.depth;
    if (odd) {
      notice = "The link could not be read; these are the book\u2019s own numbers.";
      return;
    }
    for (const key of KEYS) model.set(key, next[key]);
    data.adopt();
    step = shown = to;
    model.set("step", to);
    calculate();
    selected = inside({ layer, i: i - 1 }) ?? { layer: depth(), i: 0 };
    model.set("selected", `${selected.layer}.${selected.i + 1}`);
    model.save_changes();
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
  const part = (now, before) => {
    const times = before ? now / before : 0;
    return times >= 0.01 && times < 100 ? times.toPrecision(2) : brief(times, 2);
  };
  const blockers = (layer) => q.slope[layer - 1].filter((v) => v === 0).length;
  function sentence() {
    if (notice) return notice;
    const D = depth();
    if (step === 0) return "Every u and x is stored. Nothing has come back yet.";
    const layer = layerAt(step);
    const [arrived, left] = [norms.came[layer - 1], norms.left[layer - 1]];
    if (!isDelta(step)) {
      if (layer === D) return "The error enters at the last layer.";
      if (arrived === 0) return "Carried back: nothing arrives.";
      return `Carried back: length times ${part(arrived, norms.left[layer])}.`;
    }
    const blocked = blockers(layer);
    const n = q.slope[layer - 1].length;
    if (arrived === 0) return "Nothing arrived, so nothing is left.";
    if (blocked === n) return "Every neuron blocks: each slope is 0.";
    const times = `length times ${part(left, arrived)}`;
    if (blocked) return `${blocked} of ${n} neurons block; ${times}.`;
    if (left === arrived) return "Every slope is 1: all of it goes on.";
    return `The slopes ${left < arrived ? "shrink" : "stretch"} it: ${times}.`;
  }
  const summary = () =>
    `The length of delta is ${brief(norms.left[depth() - 1], 2)} at the last layer and ${
      brief(norms.left[0], 2)
    } at layer 1.`;
  function describe(layer, i) {
    const state = stateOf(layer);
    const head = `layer ${layer}, neuron ${i + 1}: slope ${spoken(q.slope[layer - 1][i], "x")}`;
    if (state === "none") return `${head}; nothing has come back yet`;
    const arrived = `${head}; arrives ${spoken(q.came[layer - 1][i], "delta")}`;
    if (state === "came") return arrived;
    const gone = q.slope[layer - 1][i] === 0 ? ", blocked" : "";
    return `${arrived}; delta ${spoken(q.delta[layer - 1][i], "delta")}${gone}`;
  }
  const lineAt = (
    at,
  ) => (at === 0 ? "forward" : at === 1 ? "error" : isDelta(at) ? "delta" : "carry");
  const formulaAt = (at) => {
    if (at === 0) return "";
    const layer = layerAt(at);
    if (at === 1) return math(came(layer), mo("="), x(layer), mo(MINUS), mi("y"));
    if (isDelta(at)) return math(delta(layer), mo("="), came(layer), times, slope(layer));
    return math(came(layer), mo("="), transpose(paren(W(layer + 1))), delta(layer + 1));
  };

  let lineFor = "";
  function paintLine() {
    setText(say, sentence());
    const html = notice ? "" : formulaAt(step);
    if (lineFor !== html) {
      formulas.innerHTML = html;
      lineFor = html;
    }
    const now = lineAt(step);
    for (const { id, item, where } of code) {
      setAttribute(item, "aria-current", id === now ? "step" : null);
      item.classList.toggle("also", id === "gradients" && now === "delta");
      // "carry" computes what arrives one layer lower: l is still the layer above
      const layer = now === "carry" ? layerAt(step) + 1 : step ? layerAt(step) : 0;
      const text = id === "loop" && step > 1 ? `l = ${layer}` : "";
      setNumber(where, text);
    }
  }

  /** The lines of the worked example: built for a neuron, then only written to. */
  let worked = [];
  let workedFor = "";
  function buildWorked(layer, i) {
    const key = `${layer}.${i} of ${built}`;
    if (key === workedFor) return;
    workedFor = key;
    const D = depth();
    const its = symbol("\u03b4", layer, i + 1);
    const column = layer < D ? `: column ${i + 1} of ${math(W(layer + 1))}` : "";
    const note = `<span class="bp-note">layer ${layer}, neuron ${i + 1}${column}</span>`;
    workedName.innerHTML = `${math(its)} ${note}`;
    const products = (q.delta[layer] ?? []).map((_, k) =>
      row(
        symbol("w", layer + 1, row(mn(k + 1), mn(i + 1))),
        symbol("\u03b4", layer + 1, k + 1),
      )
    );
    const error = row(symbol("x", D, i + 1), mo(MINUS), symbol("y", undefined, i + 1));
    const names = [
      ...(layer < D ? products : [error]).map((name) => ["", math(name)]),
      ["bp-sum", layer < D ? "sum" : "arrives"],
      ["", math(fPrime, paren(symbol("u", layer, i + 1)))],
      ["bp-result", math(its)],
    ];
    worked = names.map(([className, name]) => {
      const [middle, value] = [h("span"), h("b")];
      const node = h("div", `bp-work ${className}`, {}, markup("span", "", name), middle, value);
      return { node, middle, value };
    });
    workedBody.replaceChildren(...worked.map((line) => line.node));
  }
  function paintWorked() {
    const { layer, i } = selected;
    buildWorked(layer, i);
    const state = stateOf(layer);
    const known = state !== "none";
    const left = state === "left";
    const D = depth();
    const bend = q.slope[layer - 1][i];
    const plain = (value, kind) => value < 0 ? show(value, kind) : showPlain(value, kind);
    const factor = (d) => d < 0 ? `(${show(d, "delta")})` : showPlain(d, "delta");
    const lines = layer < D
      ? q.delta[layer].map((d, k) => [
        `${plain(net.W[layer][k][i], "weight")} \u00b7 ${factor(d)}`,
        show(q.carried[layer][k][i], "delta"),
      ])
      : [[
        `${plain(pass.x[D][i], "x")} ${MINUS} ${plain(data.state.y[i], "input")}`,
        show(q.came[D - 1][i], "delta"),
      ]];
    const texts = [
      ...lines.map(([product, value]) => (known ? [product, value] : ["", UNKNOWN])),
      ["", known ? show(q.came[layer - 1][i], "delta") : UNKNOWN],
      [
        `at u = ${plain(pass.u[layer - 1][i], "u")}`,
        known ? `\u00d7 ${plain(bend, "x")}` : UNKNOWN,
      ],
      [
        left && bend === 0 ? "blocked" : "",
        left ? show(q.delta[layer - 1][i], "delta") : UNKNOWN,
      ],
    ];
    worked.forEach(({ middle, value }, t) => {
      setNumber(middle, texts[t][0]);
      setNumber(value, texts[t][1]);
    });
  }

  function rows() {
    const list = [];
    for (let layer = depth(); layer >= 1; layer--) {
      const state = stateOf(layer);
      q.delta[layer - 1].forEach((d, i) => {
        list.push([
          symbol("\u03b4", layer, i + 1),
          `layer ${layer}, neuron ${i + 1}`,
          state === "none" ? UNKNOWN : full(q.came[layer - 1][i]),
          full(q.slope[layer - 1][i]),
          state === "left" ? full(d) : UNKNOWN,
        ]);
      });
      list.push([
        length(delta(layer)),
        `length of delta ${layer}`,
        state === "none" ? UNKNOWN : full(norms.came[layer - 1]),
        "",
        state === "left" ? full(norms.left[layer - 1]) : UNKNOWN,
      ]);
    }
    return list;
  }

  function paint() {
    rebuild();
    if (!width) return;
    const state = data.state;
    const now = step > 0 ? layerAt(step) : 0;
    walk.update(step);
    paintLine();
    stage.scale(decades([...norms.came, ...norms.left]), math(length(mi("\u03b4"))));
    for (let layer = 1; layer <= depth(); layer++) {
      const mine = stateOf(layer);
      stage.column(layer, {
        heading: math(
          mine !== "came" ? delta(layer) : stage.narrow() ? m.nabla(mi("x")) : came(layer),
        ),
        state: mine,
        values: mine === "came" ? q.came[layer - 1] : q.delta[layer - 1],
        slopes: q.slope[layer - 1],
        norms: { came: norms.came[layer - 1], left: norms.left[layer - 1] },
        was: held && held.length === depth() ? held[layer - 1] : 0,
        fresh: layer === now,
        current: layer === now,
        names: { came: "came", left: "delta" },
        describe: data.moving ? null : (i) => describe(layer, i),
      });
    }
    stage.edges(
      ({ layer, k, i }) => stateOf(layer - 1) === "none" ? null : q.carried[layer - 1][k][i],
      ({ layer, i }) => layer === selected.layer + 1 && i === selected.i,
    );
    stage.mark(selected);
    paintWorked();
    select.value = state.activation;
    setNumber(count, `${depth()} layers`, "depth", depth());
    for (const [button, by] of [[less, -1], [more, 1]]) {
      const off = check({ ...state, depth: state.depth + by });
      setAttribute(button, "aria-disabled", off ? "true" : null);
      setAttribute(button, "title", off);
    }
    scale.update(state.sigma, `sigma = ${showPlain(state.sigma, "weight")}; ${summary()}`);
    foot.update({ canUndo: data.canUndo, pristine: data.pristine });
    setAttribute(root, "data-step", step);
    setAttribute(root, "data-settled", shown === step);
  }

  /* ---- life ---- */
  const pull = () => {
    const [layer, i] = String(model.get("selected")).split(".").map(Number);
    const to = within(model.get("step"));
    if (to !== step) follow(to);
    else {
      selected = inside({ layer, i: i - 1 }) ?? selected;
      changed();
    }
  };
  const followed = ["step", "selected", "output_activation"];
  for (const key of followed) model.on(`change:${key}`, pull);
  signal.addEventListener("abort", () => {
    for (const key of followed) model.off(`change:${key}`, pull);
  });
  calculate();
  step = shown = within(model.get("step"));
  const [layer, i] = String(model.get("selected")).split(".").map(Number);
  selected = inside({ layer, i: i - 1 }) ?? { layer: depth(), i: 0 };
  restore();
  calculate();
  rebuild();
  const unmount = mounted(root, (present) => {
    width = present;
    stage.layout(present);
    paint();
  });
  return () => {
    unmount();
    stage.destroy();
    walkLife?.abort();
    life.abort();
    root.remove();
  };
}
