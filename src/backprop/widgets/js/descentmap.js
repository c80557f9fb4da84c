/**
 * DescentMap: descent on the mean loss over two parameters of a network, from one start with all
 * samples in a step and with a few. Both are compared at the same number of gradients ∇L_s.
 */

import { calm, voice } from "./a11y.js";
import { ACTIVATIONS, descentPath, eigen, norm, slice } from "./core.js";
import { BREAK, h, markup, setAttribute, setNumber, setText, TIME } from "./draw.js";
import { frame, mounted, refusal } from "./frame.js";
import { comparison, fitPlot, landscape, lossChart, pulls } from "./landscape.js";
import { encode } from "./link.js";
import * as m from "./math.js";
import { full, LARGEST, MINUS, show, showPlain, spoken } from "./number.js";
import { complaintAbout, quantities } from "./quantities.js";
import { slider } from "./slider.js";
import { store } from "./store.js";

const KIND = "DescentMap";
const GIVEN = ["W", "b", "X", "Y", "activation", "output_activation", "parameters", "order"];
const PLANE = ["normals", "critical", "span"];
const OWN = ["start", "eta", "batch_size", "sigma", "draw"];
const KEYS = [...GIVEN, ...PLANE, ...OWN];
const MOST = { parameters: 60, samples: 40, gradients: 600, eta: 100, sigma: 100 };
const LADDER = [1, 2, 5];
const GRID = { most: 64, least: 24, work: 6e5 };
const WORK = 4000; // losses of single samples for one curve
const STILL = 1e-3; // a gradient this short is as good as none

const { mi, mn, mo, row, math } = m;
const meanLoss = `<mover>${mi("L")}<mo stretchy="false">\u00af</mo></mover>`;
const nabla = mo("\u2207");
const words = (text) => `<mtext class="bp-slot">${text}</mtext>`;
const slopeOf = (what) => row(nabla, what);
const sampleSlope = slopeOf(`<msub>${mi("L")}${mi("s")}</msub>`);
/** What a step goes against: the mean gradient of as many samples as it takes. */
const against = (size, all) =>
  size === all
    ? slopeOf(meanLoss)
    : size === 1
    ? sampleSlope
    : row(`<mfrac displaystyle="false">${mn(1)}${mn(size)}</mfrac>`, mo("\u2211"), sampleSlope);

export function render({ model, el }) {
  const life = new AbortController();
  const { signal } = life;
  const root = h("div", "bp bp-descents", {
    role: "group",
    "aria-label": "A map of descent, to play with",
    "data-widget": KIND,
  });
  el.append(root);

  /* ---- what there is to show ---- */
  const finite = (v) => typeof v === "number" && Number.isFinite(v);
  const numbers = (list, n) => Array.isArray(list) && list.length === n && list.every(finite);
  const whole = (v, least, most) => Number.isInteger(v) && v >= least && v <= most;
  const sizesOf = (W) => [W?.[0]?.[0]?.length, ...W.map((rows) => rows?.length)];
  const check = (/** @type {any} */ state) => {
    const { W, b, X, Y, parameters, order, start, eta, batch_size, sigma, draw } = state;
    if (!Array.isArray(W) || !Array.isArray(X) || !Array.isArray(Y)) return "W, X or Y is no list.";
    const sizes = sizesOf(W);
    const M = X.length;
    if (!whole(M, 1, MOST.samples)) return `DescentMap draws up to ${MOST.samples} samples.`;
    const wrong = complaintAbout({ W, b, x: X[0], y: Y[0] }, sizes);
    if (wrong) return wrong;
    const all = [...W.flat(2), ...b.flat()];
    if (all.length > MOST.parameters) {
      return `DescentMap takes networks of up to ${MOST.parameters} parameters, this one has ${all.length}.`;
    }
    if (!X.every((x) => numbers(x, sizes[0]))) return "X is not a list of samples.";
    if (Y.length !== M || !Y.every((y) => numbers(y, sizes.at(-1)))) {
      return "Y does not hold a label for each sample.";
    }
    for (const name of [state.activation, state.output_activation || state.activation]) {
      if (!Object.hasOwn(ACTIVATIONS, name)) return "There is no such activation.";
    }
    const known = quantities(sizes);
    if (
      parameters?.length !== 2 ||
      !parameters.every((name) => /^[wb]/.test(name) && known.has(name))
    ) return "The parameters are not two of the network\u2019s.";
    if (
      !Array.isArray(order) || !whole(order.length, M, MOST.gradients) || order.length % M ||
      !order.every((s) => whole(s, 0, M - 1))
    ) return "The order is not one of the samples.";
    if (!state.span?.every?.((ends) => numbers(ends, 2) && ends[0] < ends[1])) {
      return "The span is not two pairs of numbers.";
    }
    const points = [...(state.normals ?? []), ...(state.critical ?? [])];
    if (!points.every((point) => numbers(point, 2))) return "A point is not two numbers.";
    if (!numbers(start, 2) || start.some((v) => Math.abs(v) > LARGEST)) {
      return "The start is not two numbers within \u00b11,000,000.";
    }
    if (!finite(eta) || eta < 0 || eta > MOST.eta) {
      return `The learning rate is not a number from 0 to ${MOST.eta}.`;
    }
    if (!finite(sigma) || sigma < 0 || sigma > MOST.sigma) {
      return `Sigma is not a number from 0 to ${MOST.sigma}.`;
    }
    if (!whole(batch_size, 1, M)) return `A step takes a whole number of samples from 1 to ${M}.`;
    return whole(draw, 0, state.normals.length - 1) ? null : "There is no such draw.";
  };
  const wrong = check(Object.fromEntries(KEYS.map((key) => [key, model.get(key)])));
  if (wrong) {
    const close = refusal(root, wrong);
    return () => {
      life.abort();
      close();
    };
  }

  let width = 0;
  let chartWidth = 0;
  let smallWidth = 0;
  let playing = 0;
  let used = 0;
  let notice = "";
  let held = null; // the batch path before the last gesture: the ghost
  let keys = ["", ""];
  let field, batch, other, mine;
  /** @type {any} */
  const data = store({ root, model, keys: KEYS, check, changed, refused, signal });
  const total = () => data.state.order.length;
  const M = data.state.X.length;
  const pair = data.state.parameters.map((name) => quantities(sizesOf(data.state.W)).get(name));

  /** Both paths, each with the loss at every point that a curve has room for. */
  function calculate() {
    const state = data.state;
    const fixed = JSON.stringify(GIVEN.map((key) => state[key]));
    if (keys[0] !== fixed) {
      const net = { ...state, outputActivation: state.output_activation };
      field = slice(net, pair, state.X, state.Y);
    }
    const course = JSON.stringify([fixed, state.start, state.eta, state.batch_size]);
    if (keys[1] === course) return;
    keys = [fixed, course];
    const run = (size) => {
      const { start, eta, order } = state;
      const path = descentPath(field, { start, eta, size, order, far: LARGEST });
      const stride = Math.ceil((path.points.length * M) / WORK);
      const curve = [];
      path.points.forEach((point, t) => {
        if (t % stride === 0 || t === path.points.length - 1) {
          curve.push([path.used[t], field.loss(point)]);
        }
      });
      return { ...path, size, curve };
    };
    batch = run(M);
    other = state.batch_size < M ? run(state.batch_size) : null;
    mine = other ?? batch;
  }
  /** Where a path is after `used` gradients, and all that is computed there. */
  function present(path) {
    let steps = path.points.length - 1;
    while (path.used[steps] > used) steps--;
    const point = path.points[steps];
    const gradient = field.gradient(point);
    const bend = eigen(field.hessian(point));
    const scale = Math.max(...bend.values.map(Math.abs));
    bend.values = bend.values.map((v) => (Math.abs(v) < 1e-12 * scale ? 0 : v));
    return {
      steps,
      point,
      gradient,
      bend,
      loss: field.loss(point),
      slope: norm(gradient),
      gathered: used - path.used[steps],
      diverged: path.diverged && steps === path.points.length - 1 &&
        used >= path.used[steps] + Math.min(path.size, M - (path.used[steps] % M)),
    };
  }
  /** The samples whose gradients the next step of a path takes. */
  function rowsOf(path, steps) {
    const at = path.used[steps];
    if (path.size >= M) return data.state.X.map((_, s) => s);
    return data.state.order.slice(at, at + Math.min(path.size, M - (at % M)));
  }

  /* ---- the parts ---- */
  const button = (text, label, act, className = "bp-button") => {
    const node = h("button", className, { type: "button", "aria-label": label }, text);
    node.addEventListener("click", act, { signal });
    return node;
  };
  const back = button("Back", "Back one epoch", () => go(Math.max(0, Math.ceil(used / M) - 1) * M));
  const one = button("1 gradient", "On by 1 gradient", () => go(Math.min(total(), used + 1)));
  const epoch = button(
    "1 epoch",
    `On by 1 epoch, ${M} gradients`,
    () => go(Math.min(total(), (Math.floor(used / M) + 1) * M)),
  );
  const player = button("Play", null, play, "bp-button bp-primary");
  const sizes = [...new Set([1, middle(M), data.state.batch_size, M])].sort((a, c) => a - c);
  const group = `bp-size-${Math.random().toString(36).slice(2)}`;
  const radios = sizes.map((size) => {
    const input = h("input", "", { type: "radio", name: group, "aria-label": longName(size) });
    input.addEventListener("change", () => {
      notice = "";
      held = null;
      data.replace({ ...data.state, batch_size: size });
      tell();
    }, { signal });
    const face = h("span", "bp-mode-face", { "aria-hidden": "true" }, size < M ? size : `all ${M}`);
    return { input, size, label: h("label", "", {}, input, face) };
  });
  const choice = h(
    "div",
    "bp-control",
    {},
    h("span", "bp-note", { "aria-hidden": "true" }, "samples in a step"),
    h(
      "fieldset",
      "bp-mode",
      {},
      h("legend", "bp-sr", {}, "Samples in a step"),
      ...radios.map((r) => r.label),
    ),
  );
  const bar = h("div", "bp-bar bp-descent-bar", {}, back, one, epoch, player, choice);
  const say = h("span", "bp-say");
  const legend = h("span", "bp-formulas");
  const top = h("div", "bp-line", {}, say, legend);

  const gesture = {
    start(again = false) {
      notice = "";
      stop();
      data.begin();
      if (!again || !held) held = { points: batch.points, curve: batch.curve };
    },
    end() {
      data.end();
      tell();
    },
  };
  const put = (part) => data.set({ ...data.state, ...part });
  const map = landscape({
    names: pair.map((p) => math(p.symbol)),
    move: (start) => {
      const inside = start.map((v) => Math.min(LARGEST, Math.max(-LARGEST, v)));
      put({ start: inside });
    },
    ...gesture,
    signal,
  });
  const chart = lossChart();
  const fit = fitPlot();
  const pull = pulls();
  const time = h("input", "bp-range", {
    type: "range",
    min: 0,
    step: 1,
    "aria-label": "Gradients used",
  });
  time.addEventListener("input", () => {
    stop();
    reach(Number(time.value));
  }, { signal });
  time.addEventListener("change", () => go(used), { signal });
  time.addEventListener("keydown", (event) => {
    const by = { PageUp: M, PageDown: -M }[event.key];
    if (!by) return;
    event.preventDefault();
    go(Math.min(total(), Math.max(0, used + by)));
  }, { signal });
  const count = h("span", "bp-count");
  const small = (plot, caption, ...more) =>
    h("div", "bp-small-plot", {}, markup("p", "bp-note", caption), plot.drawing, ...more);
  const fits = () => data.state.X[0].length === 1 && data.state.Y[0].length === 1;
  const curveOf = math(mi("h"), m.paren(mi("x")));
  const caption = fits() ? `${curveOf} and samples` : `${curveOf} against ${math(mi("y"))}`;
  const stage = h(
    "div",
    "bp-descent-stage",
    {},
    map.node,
    h(
      "div",
      "bp-descent-plots",
      {},
      h(
        "div",
        "bp-loss-plot",
        {},
        markup("span", "bp-loss-key", math(meanLoss)),
        ...chart.ticks,
        chart.drawing,
        time,
        h("p", "bp-note bp-cost", {}, "gradients used ", count),
      ),
      small(fit, caption),
      small(pull, `each ${math(mo(MINUS), sampleSlope)}`, pull.scale),
    ),
  );

  const control = (symbol, spokenName, name, limits, move) =>
    slider({
      symbol: math(symbol),
      spokenName,
      kind: "weight",
      limits,
      name,
      start: gesture.start,
      move,
      end: gesture.end,
      signal,
    });
  const within = { least: -LARGEST, most: LARGEST };
  const controls = {
    start: pair.map((p, t) =>
      control(
        p.symbol,
        `${p.spoken} at the start`,
        `start.${t + 1}`,
        within,
        (value) => put({ start: data.state.start.map((old, k) => (k === t ? value : old)) }),
      )
    ),
    eta: control(
      mi("\u03b7"),
      "eta, the learning rate",
      "eta",
      { least: 0, most: MOST.eta },
      (eta) => put({ eta }),
    ),
    sigma: control(
      mi("\u03c3"),
      "sigma of a random start",
      "sigma",
      { least: 0, most: MOST.sigma },
      (sigma) => put(drawn({ sigma })),
    ),
  };
  const again = button("Draw", "Draw a random start", () => {
    gesture.start();
    put(drawn({ draw: (data.state.draw + 1) % data.state.normals.length }));
    gesture.end();
  });
  /** A random start: σ times a pair of normal numbers that Python drew. */
  function drawn(part) {
    const { sigma, draw, normals } = { ...data.state, ...part };
    return { ...part, start: normals[draw].map((z) => sigma * z) };
  }
  const panel = h(
    "div",
    "bp-descent-controls",
    {},
    ...controls.start.map((c) => c.node),
    controls.eta.node,
    h("div", "bp-control bp-drawn", {}, controls.sigma.node, again),
  );
  const table = comparison({
    label: "Both methods at the same cost",
    heads: [
      ["", "method"],
      ["", "steps"],
      ...pair.map((p) => [math(p.symbol), p.spoken]),
      [math(meanLoss), "mean loss"],
      [math(mo("\u2016"), nabla, meanLoss, mo("\u2016")), "length of the gradient"],
      ["", "curvatures"],
    ],
    methods: ["batch", "other"],
  });
  const foot = frame({
    root,
    el,
    model,
    kind: KIND,
    caption: "Both methods at the same cost, epoch by epoch, and where the gradient vanishes",
    heads: ["quantity", "batch", "the other"],
    rows,
    encoded: () => {
      const { start, eta, batch_size, sigma, draw } = data.state;
      return encode([used, batch_size, draw].map(String), [...start, eta, sigma]);
    },
    python,
    undo: () => returned(data.undo(), "Undone."),
    reset: () => returned(data.replace(data.initial), "Reset."),
    signal,
  });
  root.append(bar, top, stage, panel, table.node, foot.node);
  const speak = voice(root, signal);

  /* ---- what a reader does ---- */
  function returned(happened, words) {
    if (!happened) return;
    held = null;
    for (const c of [...controls.start, controls.eta, controls.sigma]) c.complain("");
    paint();
    speak(`${words} ${summary()}`);
  }
  function go(to) {
    stop();
    reach(to);
    model.save_changes();
    tell();
  }
  function reach(to) {
    if (model.get("used") === to) follow(to);
    else model.set("used", to); // our own listener hears it and follows
  }
  function follow(to) {
    used = to;
    notice = "";
    paint();
  }
  function play() {
    if (playing) {
      stop();
      tell();
      return;
    }
    if (calm()) {
      go(total());
      return;
    }
    const from = used < total() ? used : 0;
    let begun = null;
    const tick = (now) => {
      begun ??= now;
      const to = from + Math.floor(((now - begun) / TIME.walk) * total());
      playing = to < total() ? requestAnimationFrame(tick) : 0;
      reach(Math.min(to, total()));
      if (!playing) go(total());
    };
    playing = requestAnimationFrame(tick);
    reach(from);
  }
  function stop() {
    if (!playing) return;
    cancelAnimationFrame(playing);
    playing = 0;
    model.save_changes();
    paint();
  }
  signal.addEventListener("abort", () => cancelAnimationFrame(playing));

  function python() {
    const { W, b, X, Y, start, eta, batch_size, parameters, activation, span } = data.state;
    const net = { W: structuredClone(W), b: structuredClone(b) };
    pair.forEach(({ layer, i, j }, t) => {
      if (j === undefined) net.b[layer - 1][i] = start[t];
      else net.W[layer - 1][i][j] = start[t];
    });
    const text = (value) => JSON.stringify(value).replaceAll(",", ", ");
    const output = data.state.output_activation;
    const last = output ? `, "${output}"` : "";
    const network = `bp.Network(${text(net.W)}, ${text(net.b)}, "${activation}"${last})`;
    const options = `eta=${eta}, batch_size=${batch_size}, epochs=${total() / M}, span=${
      text(span)
    }`;
    return `${KIND}(${network}, ${text(X)}, ${text(Y)}, ${text(parameters)}, ${options})`;
  }
  function restore() {
    const found = foot.found(3);
    if (found === null) return;
    const [to, batch_size, draw] = found?.words.map(Number) ?? [];
    const [a, c, eta, sigma] = found?.numbers ?? [];
    const next = { ...data.state, start: [a, c], eta, sigma, batch_size, draw };
    if (
      found?.numbers.length !== 4 || found.words.includes("") || !whole(to, 0, total()) ||
      check(next)
    ) {
      notice = "The link could not be read; these are the book\u2019s own numbers.";
      return;
    }
    for (const key of OWN) model.set(key, next[key]);
    data.adopt();
    model.set("used", to);
    model.save_changes();
  }

  /* ---- words ---- */
  function middle(n) {
    const divisors = Array.from({ length: n }, (_, k) => k + 1).filter((k) => n % k === 0 && k < n);
    const root = Math.sqrt(n);
    return divisors.reduce((a, c) => (c > 1 && Math.abs(c - root) < Math.abs(a - root) ? c : a), 1);
  }
  function longName(size) {
    return size >= M ? "batch" : size === 1 ? "single-sample" : `mini-batch of ${size}`;
  }
  const many = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
  function sentence(at) {
    if (notice) return notice;
    const lost = at.find((entry) => entry.diverged);
    if (lost) {
      return `${capital(longName(lost.size))} diverges in step ${
        lost.steps + 1
      }: it leaves \u00b11e6. ` +
        "Try a smaller \u03b7.";
    }
    const [a, c] = at;
    if (used === 0) {
      const cheap = c ? `, ${c.size} for ${longName(c.size)}` : "";
      return `Nothing has moved. One step costs ${many(M, "gradient")} for batch${cheap}.`;
    }
    const [first, second] = data.state.start;
    if (first === second && a.steps > 0 && at.every(({ point }) => point[0] === point[1])) {
      return `Equal at the start and equal after ${
        many(Math.max(...at.map(({ steps }) => steps)), "step")
      }: ${rests(a) === "saddle" ? "batch ends on a saddle." : "they stay twins."}`;
    }
    const place = rests(a);
    if (place === "saddle") return "Batch lingers at a saddle: no slope, but one way leads down.";
    if (place === "minimum" && a.steps > 0) {
      const limit = showPlain(2 / a.bend.values[1], "weight");
      return `Batch is in a minimum, whose steepest curvature allows \u03b7 below ${limit}.`;
    }
    const each = at.map(({ size, steps }) =>
      ` ${capital(longName(size))}: ${many(steps, "step")}.`
    );
    return `The same ${many(used, "gradient")}.${each.join("")}`;
  }
  const capital = (text) => text[0].toUpperCase() + text.slice(1);
  /** What kind of critical point a path is at, or nothing. */
  function rests({ slope, bend: { values: [least, most] } }) {
    if (slope > STILL) return "";
    return least > 0 ? "minimum" : most > 0 && least < 0 ? "saddle" : "";
  }
  const ends = () =>
    [batch, ...(other ? [other] : [])].map((path) => ({
      size: path.size,
      ...present(path),
    }));
  function summary() {
    return ends().map(({ size, steps, loss, bend }) =>
      `${capital(longName(size))}: ${many(steps, "step")}, loss ${
        showPlain(loss, "loss")
      }, curvatures ${bend.values.map((v) => spoken(v, "x")).join(" and ")}.`
    ).join(" ");
  }
  function tell() {
    speak(`${sentence(ends())} ${summary()}`);
  }
  const place = (start) =>
    pair.map((p, t) => `${p.spoken} = ${spoken(start[t], "weight")}`).join(", ");
  const signs = (point) =>
    eigen(field.hessian(point)).values.map((v) => (v < 0 ? MINUS : "+")).reverse().join("");

  /* ---- painting ---- */
  function changed(elsewhere = false) {
    if (elsewhere) held = null;
    paint();
  }
  function refused(why) {
    notice = `${why} The last good numbers stay.`;
    paint();
  }
  /** The given part of the plane, made larger about its middle until it holds the start. */
  function spanned() {
    const { span, start } = data.state;
    for (let power = 1;; power *= 10) {
      for (const k of LADDER) {
        const wider = span.map(([low, high]) => {
          const [centre, half] = [(low + high) / 2, ((high - low) / 2) * k * power];
          return [centre - half, centre + half];
        });
        if (start.every((v, t) => v >= wider[t][0] && v <= wider[t][1])) return wider;
      }
    }
  }
  function rows() {
    const at = ends();
    const both = (of) => [of(at[0]), at[1] ? of(at[1]) : ""];
    const per = (path, e) => {
      const t = path?.used.indexOf(e * M) ?? -1;
      return t < 0 ? "" : full(field.loss(path.points[t]));
    };
    return [
      [mi("\u03c4"), "steps", ...both(({ steps }) => String(steps))],
      ...pair.map((p, t) => [p.symbol, p.spoken, ...both(({ point }) => full(point[t]))]),
      [meanLoss, "mean loss", ...both(({ loss }) => full(loss))],
      ...pair.map((p, t) => [
        row(mi("\u2202"), meanLoss, mo("/"), mi("\u2202"), p.symbol),
        `derivative by ${p.spoken}`,
        ...both(({ gradient }) => full(gradient[t])),
      ]),
      ...[0, 1].map((t) => [
        words("curvature"),
        t ? "largest curvature" : "smallest curvature",
        ...both(({ bend }) => full(bend.values[t])),
      ]),
      ...data.state.critical.map((point) => [
        row(nabla, meanLoss, mo("="), mn(0)),
        `the gradient vanishes, curvatures ${signs(point)}`,
        point.map(full).join(", "),
        signs(point),
      ]),
      ...Array.from({ length: Math.floor(used / M) + 1 }, (_, e) => [
        row(meanLoss, words(`, epoch ${e}`)),
        `mean loss after ${many(e, "epoch")}`,
        per(batch, e),
        per(other, e),
      ]),
    ];
  }

  let legendFor = "";
  function paint() {
    calculate();
    if (!width) return;
    const state = data.state;
    const span = spanned();
    const cost = M * [...state.W.flat(2), ...state.b.flat()].length;
    const grid = Math.round(Math.min(GRID.most, Math.max(GRID.least, Math.sqrt(GRID.work / cost))));
    map.ground({ key: keys[0], span, grid, height: field.loss });
    const at = ends();
    const [a, c] = at;
    const here = c ?? a;
    const narrow = Number(width < BREAK.wide);
    const cut = (path, { steps }) => path.points.slice(0, steps + 1);
    map.update({
      start: state.start,
      batch: cut(batch, a),
      other: c && cut(other, c),
      ghost: held?.points,
      bend: here.bend,
      critical: state.critical.map((point) => [point, signs(point)]),
      label: `Start: ${place(state.start)}; arrow keys move it`,
    });
    chart.update({
      width: chartWidth,
      narrow,
      total: total(),
      used,
      batch: batch.curve,
      other: other?.curve ?? [],
      ghost: held?.curve ?? [],
      now: [c ? c.loss : null, a.loss],
    });
    const next = rowsOf(mine, Math.min(here.steps, mine.used.length - 1));
    const lit = used < total() && mine.size < M ? next : [];
    fit.update({
      width: smallWidth,
      narrow,
      samples: fits()
        ? state.X.map(([x], s) => [x, state.Y[s][0]])
        : state.X.flatMap((x, s) => field.output(here.point, x).map((v, i) => [state.Y[s][i], v])),
      rows: fits() ? lit : [],
      mapping: fits() ? (x) => field.output(here.point, [x])[0] : (y) => y,
    });
    pull.update({
      width: smallWidth,
      narrow,
      arrows: field.gradients(here.point),
      rows: lit,
      whole: here.gradient,
    });

    setText(say, sentence(at));
    const html = at.map(({ size }) =>
      `<span class="bp-trail bp-trail-${size < M ? "each" : "all"}"><i></i>${
        math(mi("\u03b8"), mo(MINUS), mi("\u03b7"), against(size, M))
      }</span>`
    ).join("");
    if (legendFor !== html) legend.innerHTML = legendFor = html;
    const list = (entry, name) => [
      [longName(entry.size), null, null],
      [
        entry.diverged
          ? "diverged"
          : entry.gathered && entry.size > 1
          ? `${entry.steps} + ${entry.gathered}/${entry.size}`
          : entry.steps,
        `${name}.steps`,
        entry.steps,
      ],
      ...entry.point.map((v, t) => [show(v, "x"), `${name}.${state.parameters[t]}`, v]),
      [showPlain(entry.loss, "loss"), `${name}.L`, entry.loss],
      [showPlain(entry.slope, "gradient"), `${name}.slope`, entry.slope],
      entry.bend.values.map((v, t) => [show(v, "weight"), `${name}.bend.${t + 1}`, v]),
    ];
    table.update([list(a, "batch"), c ? list(c, "other") : null]);
    radios.forEach(({ input, size }) => input.checked = size === state.batch_size);
    controls.start.forEach((one, t) =>
      one.update(state.start[t], `${place(state.start)}; ${sentence(at)}`)
    );
    controls.eta.update(state.eta, `eta = ${showPlain(state.eta, "weight")}; ${sentence(at)}`);
    controls.sigma.update(
      state.sigma,
      `sigma = ${showPlain(state.sigma, "weight")}; ${place(state.start)}`,
    );
    setAttribute(time, "max", total());
    if (Number(time.value) !== used) time.value = String(used);
    setAttribute(time, "aria-valuetext", `${used} of ${total()}; ${sentence(at)}`);
    setNumber(count, `${used} of ${total()}`, "used", used);
    setText(player, playing ? "Pause" : calm() ? "End" : "Play");
    setAttribute(back, "aria-disabled", used === 0 ? "true" : null);
    for (const ahead of [one, epoch]) {
      setAttribute(ahead, "aria-disabled", used === total() ? "true" : null);
    }
    foot.update({ canUndo: data.canUndo, pristine: data.pristine });
    root.dataset.used = String(used);
  }

  /* ---- life ---- */
  const heard = () => {
    const to = model.get("used");
    if (whole(to, 0, total())) follow(to);
    else refused(`The gradients used are not a whole number from 0 to ${total()}.`);
  };
  model.on("change:used", heard);
  signal.addEventListener("abort", () => model.off("change:used", heard));
  used = whole(model.get("used"), 0, total()) ? model.get("used") : total();
  restore();
  const unmount = mounted(root, (present) => {
    width = present;
    map.layout(map.node.clientWidth);
    chartWidth = Math.round(time.clientWidth);
    smallWidth = Math.round(fit.drawing.parentNode.clientWidth);
    paint();
  });
  return () => {
    unmount();
    life.abort();
    root.remove();
  };
}
