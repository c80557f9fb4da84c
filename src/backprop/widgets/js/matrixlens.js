/**
 * MatrixLens: how a gradient comes back through a matrix. Every cell is one row head times one
 * column head; nudge an entry and see which formula is right, and why the transpose.
 */

import { voice } from "./a11y.js";
import { ACTIVATIONS, pullBack, scalarOf } from "./core.js";
import { h, markup, SCALE, scrub, setAttribute, setNumber, setText } from "./draw.js";
import { frame, mounted, refusal } from "./frame.js";
import { inspector } from "./inspector.js";
import { encode } from "./link.js";
import * as m from "./math.js";
import { full, LARGEST, show, spoken } from "./number.js";
import { store } from "./store.js";
import { multiplicationTable } from "./table.js";

const KIND = "MatrixLens";
const LARGE = 5;
const KEYS = ["W", "b", "x", "g"];
const NUDGES = [1, 0.1, 0.01, 0.001];

const { mi, mo, paren, symbol, transpose, math, row, fPrime } = m;
const of = (what) => row(`<msub>${mo("\u2207")}${mi(what)}</msub>`, mi("\u03c6"));
const f = row(mi("f"), paren(mi("u")));
const slope = row(fPrime, paren(mi("u")));
const [eq, times, plus] = ["=", "\u2299", "+"].map(mo);
const back = (...inside) => math(of("x"), eq, transpose(mi("W")), ...inside);

const TABS = {
  1: {
    say: "Each cell: its row\u2019s g times its column\u2019s x.",
    map: math(mi("v"), eq, mi("W"), mi("x"), plus, mi("b")),
    formula: math(of("W"), eq, mi("g"), transpose(mi("x"))),
    first: "w",
  },
  2: {
    say: "Each column adds up what its x sent to every row.",
    map: math(mi("v"), eq, mi("W"), mi("x"), plus, mi("b")),
    formula: back(mi("g")),
    first: "x",
  },
  3: {
    say: "One slope for each component; rows do not mix.",
    map: math(mi("v"), eq, f),
    formula: math(of("u"), eq, mi("g"), times, slope),
    first: "b",
  },
  4: {
    say: "First the slopes, then the transpose.",
    map: math(mi("v"), eq, mi("f"), paren(mi("W"), mi("x"), plus, mi("b"))),
    formula: back(paren(mi("g"), times, slope)),
    first: "x",
  },
  6: {
    say: "u is used twice, and what comes back is added.",
    map: math(mi("v"), eq, mi("u"), times, f),
    formula: math(
      of("u"),
      eq,
      mi("g"),
      times,
      f,
      plus,
      mi("g"),
      times,
      mi("u"),
      times,
      slope,
    ),
    first: "b",
  },
};
const DECIMALS = { w: "weight", b: "weight", x: "input", g: "weight" };

export function render({ model, el }) {
  const life = new AbortController();
  const { signal } = life;
  const root = h("section", "bp bp-lens", {
    "aria-label": "A gradient through a matrix, to play with",
    "data-widget": KIND,
  });
  el.append(root);

  const list = (value, n) => Array.isArray(value) && value.length === n;
  const check = ({ W, b, x, g }) => {
    if (!Array.isArray(W) || !Array.isArray(W[0])) return "W is not a matrix.";
    const [p, n] = [W.length, W[0].length];
    if (p > LARGE || n > LARGE || !p || !n) {
      return `MatrixLens draws up to ${LARGE} rows and columns, this matrix is ${p} \u00d7 ${n}.`;
    }
    if (p !== rows0 || n !== columns0) return `W is no ${rows0} \u00d7 ${columns0} matrix.`;
    if (!W.every((line) => list(line, n))) return `W is no ${p} \u00d7 ${n} matrix.`;
    if (!list(b, p) || !list(g, p)) return `b and g need ${p} numbers, one for each row of W.`;
    if (!list(x, n)) return `x needs ${n} numbers, one for each column of W.`;
    const finite = [...W.flat(), ...b, ...x, ...g].every((v) =>
      typeof v === "number" && Number.isFinite(v)
    );
    return finite ? null : "W, b, x and g are to be finite numbers.";
  };
  const given = Object.fromEntries(KEYS.map((key) => [key, model.get(key)]));
  const rows0 = given.W?.length;
  const columns0 = given.W?.[0]?.length;
  const wrong0 = check(/** @type {any} */ (given));
  if (wrong0) {
    const close = refusal(root, wrong0);
    return () => {
      life.abort();
      close();
    };
  }
  const [p, n] = [rows0, columns0];

  /* ---- every number by name ---- */
  const all = new Map();
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < n; j++) {
      const record = { kind: "w", i, j, symbol: symbol("w", undefined, m.indices(i + 1, j + 1)) };
      all.set(`w.${i + 1}.${j + 1}`, { ...record, spoken: `w ${i + 1} ${j + 1}` });
    }
    all.set(`b.${i + 1}`, { kind: "b", i, symbol: symbol("b", undefined, i + 1) });
    all.set(`g.${i + 1}`, { kind: "g", i, symbol: symbol("g", undefined, i + 1) });
  }
  for (let j = 0; j < n; j++) {
    all.set(`x.${j + 1}`, { kind: "x", i: j, symbol: symbol("x", undefined, j + 1) });
  }
  for (const [id, record] of all) {
    record.id = id;
    record.spoken ??= `${record.kind} ${record.i + 1}`;
  }
  const valueOf = (q, state) => q.kind === "w" ? state.W[q.i][q.j] : state[q.kind][q.i];
  const swap = (entries, i, value) => entries.map((old, t) => (t === i ? value : old));
  const withValue = (q, state, value) =>
    q.kind === "w"
      ? { ...state, W: swap(state.W, q.i, swap(state.W[q.i], q.j, value)) }
      : { ...state, [q.kind]: swap(state[q.kind], q.i, value) };

  let lemma = readLemma();
  let selected = all.get(model.get("selected")) ?? all.get(natural());
  let hovered = null;
  let width = 0;
  let notice = "";
  let origin = null;
  let r;
  const data = store({ root, model, keys: KEYS, check, changed, refused, signal });
  function readLemma() {
    const to = model.get("lemma");
    return Object.hasOwn(TABS, to) ? to : 1;
  }
  function natural() {
    return { w: "w.1.1", x: "x.1", b: "b.1" }[TABS[lemma].first];
  }
  const activation = () => {
    const name = model.get("activation");
    return Object.hasOwn(ACTIVATIONS, name) ? name : "tanh";
  };
  const pull = (state) =>
    pullBack({ .../** @type {any} */ (state), lemma, activation: activation() });
  const calculate = () => r = pull(data.state);
  const slopeOf = (q) =>
    q.kind === "w"
      ? r.dW[q.i][q.j]
      : q.kind === "b"
      ? r.db[q.i]
      : q.kind === "x"
      ? r.dx[q.i]
      : null;
  const scalar = (q, value) => {
    const moved = pull(withValue(q, data.state, value));
    return scalarOf(moved.v, r.v, data.state.g);
  };

  /* ---- parts ---- */
  const tabs = Object.keys(TABS).map((number) => {
    const tab = h("button", "bp-button", { type: "button" }, `Lemma ${number}`);
    tab.addEventListener("click", () => {
      model.set("lemma", Number(number));
      model.save_changes();
    }, { signal });
    return { tab, number: Number(number) };
  });
  const bar = h(
    "div",
    "bp-lens-tabs",
    { role: "group", "aria-label": "Lemma" },
    ...tabs.map((t) => t.tab),
  );
  const say = h("span", "bp-say");
  const formulas = h("span", "bp-formulas");
  const line = h("div", "bp-line", {}, say, formulas);
  const gesture = {
    start(q) {
      if (selected !== q) choose(q);
      notice = "";
      data.begin();
    },
    move: (q, value) => data.set(withValue(q, data.state, value)),
    end() {
      data.end();
      speak(`${describe(selected)}.`);
    },
  };
  const drag = (node, q) =>
    scrub(node, {
      pick: () => q,
      read: () => valueOf(q, data.state),
      limits: () => probe.ends(),
      ...gesture,
      signal,
    });
  const table = multiplicationTable({
    label: "The matrix, a column for b, and what belongs to each cell",
    caption: math(mi("W"), mo(","), mi("b")),
    heads: {
      top: Array.from({ length: n }, (_, j) => math(symbol("x", undefined, j + 1))),
      side: Array.from({ length: p }, (_, i) => math(symbol("g", undefined, i + 1))),
    },
    quantities: Array.from({ length: p }, (_, i) => [
      ...Array.from({ length: n }, (_, j) => all.get(`w.${i + 1}.${j + 1}`)),
      all.get(`b.${i + 1}`),
    ]),
    choose,
    hover,
    drag,
    signal,
  });
  const vector = (kind, count, title) => {
    const chips = Array.from({ length: count }, (_, i) => {
      const q = all.get(`${kind}.${i + 1}`);
      const value = h("span", "bp-value");
      const below = h("span", "bp-gradient");
      const name = markup("span", "bp-chip-name", math(q.symbol));
      name.setAttribute("aria-hidden", "true");
      const chip = h("button", "bp-chip", { type: "button" }, name, value, below);
      chip.addEventListener("click", () => choose(q), { signal });
      drag(chip, q);
      return { chip, value, below, q };
    });
    const node = h(
      "div",
      "bp-vector",
      {},
      markup("p", "bp-caption", title),
      h("div", "bp-chips", {}, ...chips.map((c) => c.chip)),
    );
    return { node, chips };
  };
  const xs = vector(
    "x",
    n,
    `${math(mi("x"))} <span class="bp-note">below each ${math(of("x"))}</span>`,
  );
  const gs = vector(
    "g",
    p,
    `${
      math(mi("g"), eq, of("v"))
    } <span class="bp-note">what arrives; \u03c6 is half a squared distance</span>`,
  );
  const probe = inspector({
    start: () => gesture.start(selected),
    move: (value) => gesture.move(selected, value),
    end: gesture.end,
    leave: () => (origin ?? table.node.querySelector("[tabindex='0']")).focus(),
    signal,
  });
  const worked = h("div", "bp-lens-work");
  const trials = NUDGES.map((step) => {
    const [quotient, off] = [h("td"), h("td")];
    const line = h("tr", "", {}, h("th", "", { scope: "row" }, String(step)), quotient, off);
    return { step, quotient, off, line };
  });
  const nudges = h(
    "table",
    "bp-listing bp-nudges",
    {},
    h("caption", "bp-sr", {}, "Nudges and what they give"),
    markup(
      "thead",
      "",
      "<tr><th scope=col>\u03b5</th><th scope=col>change of \u03c6 / \u03b5</th><th scope=col>off by</th></tr>",
    ),
    h("tbody", "", {}, ...trials.map((trial) => trial.line)),
  );
  const transposed = h("p", "bp-lens-wrong");
  const nudgeName = h("p", "bp-caption", {}, "Nudge by \u03b5: the ratio nears the formula");
  const left = h("div", "bp-lens-side", {}, table.node, xs.node, gs.node);
  const right = h("div", "bp-lens-side", {}, probe.node, worked, nudgeName, nudges, transposed);
  const foot = frame({
    root,
    el,
    model,
    kind: KIND,
    caption: "Every number and its derivative",
    heads: ["entry", "value", "derivative of \u03c6"],
    rows: () =>
      [...all.values()].map((q) => [
        q.symbol,
        q.spoken,
        full(valueOf(q, data.state)),
        slopeOf(q) === null ? "" : full(slopeOf(q)),
      ]),
    encoded: () =>
      encode(
        [String(lemma), selected.id],
        data.pristine ? [] : [...all.values()].map((q) => valueOf(q, data.state)),
      ),
    python: () => {
      const { W, b, x, g } = data.state;
      return `${KIND}(${[W, x, g].map((v) => JSON.stringify(v)).join(", ")}, b=${
        JSON.stringify(b)
      }, lemma=${lemma})`;
    },
    undo: () => back2(data.undo(), "Undone."),
    reset: () => back2(data.replace(data.initial), "Reset."),
    signal,
  });
  root.append(bar, line, h("div", "bp-lens-panel", {}, left, right), foot.node);
  const speak = voice(root, signal);

  /* ---- what a reader does ---- */
  function choose(q, from = null) {
    selected = q;
    notice = "";
    probe.rescale(valueOf(q, data.state), {});
    model.set("selected", q.id);
    model.save_changes();
    paint();
    if (from) {
      origin = from;
      probe.range.focus();
    }
  }
  function hover(q) {
    if (q === hovered) return;
    hovered = q;
    mark();
  }
  function back2(happened, sentence) {
    if (!happened) return;
    probe.rescale(valueOf(selected, data.state), {});
    probe.complain("");
    paint();
    speak(`${sentence} ${describe(selected)}.`);
  }
  function changed() {
    calculate();
    paint();
  }
  function refused(why) {
    notice = `${why} The last good numbers stay.`;
    paint();
  }
  function restore() {
    const found = foot.found(2);
    if (found === null) return;
    const [tab, id] = found?.words ?? [];
    let next = /** @type {any} */ (data.state);
    const places = [...all.values()];
    if (found?.numbers.length === places.length) {
      places.forEach((q, t) => next = withValue(q, next, found.numbers[t]));
    } else if (found?.numbers.length) next = null;
    const large = found?.numbers.some((v) => Math.abs(v) > LARGEST);
    if (!next || large || !Object.hasOwn(TABS, tab) || !all.has(id) || check(next)) {
      notice = "The link could not be read; these are the book\u2019s own numbers.";
      return;
    }
    for (const key of KEYS) model.set(key, next[key]);
    data.adopt();
    lemma = Number(tab);
    selected = all.get(id);
    model.set("lemma", lemma);
    model.set("selected", id);
    model.save_changes();
  }
  function describe(q) {
    const head = `${q.spoken} = ${spoken(valueOf(q, data.state), DECIMALS[q.kind])}`;
    const d = slopeOf(q);
    return d === null ? `${head}; it arrives` : `${head}; derivative ${spoken(d, "gradient")}`;
  }

  /* ---- painting ---- */
  /** The product that stands below an entry of the matrix. */
  const below = (q) => (q.kind === "b" ? r.du[q.i] : r.below[q.i][q.j]);
  function answer(q) {
    const plain = (v, kind) => show(v, kind).trim().replace(/^\+/, "");
    const d = (i) => plain(r.du[i], "delta");
    if (q.kind === "w") return `${d(q.i)} \u00b7 ${plain(data.state.x[q.j], "input")}`;
    if (q.kind === "x") {
      return r.du.map((_, i) => `${plain(data.state.W[i][q.i], "weight")} \u00b7 ${d(i)}`)
        .join(" + ");
    }
    if (q.kind === "b" && lemma > 2) {
      return r.parts.map((part) => plain(part[q.i], "delta")).join(" + ");
    }
    return "";
  }
  /** What the formula without its transpose would say: a number, or why there is none. */
  function mistaken(q) {
    if (q.kind === "w" && lemma === 1) {
      if (p !== n) {
        return `x times g transposed is ${n}\u00a0\u00d7\u00a0${p}, but W is ${p}\u00a0\u00d7\u00a0${n}.`;
      }
      return r.mistaken.dW[q.i][q.j];
    }
    if (q.kind === "x") {
      if (p !== n) {
        return `W without the transpose takes ${n} numbers, but ${p} come back.`;
      }
      return r.mistaken.dx[q.i];
    }
    if (q.kind === "b" && lemma === 6) return r.parts[0][q.i];
    return "";
  }
  const NAMES = {
    w: "Transposed, x times g\u1d40",
    x: "Without the transpose, W times it",
    b: "Only the first use",
  };

  let builtFor = "";
  let [terms, result] = [null, null];
  function paintAnswer() {
    const q = selected;
    const d = slopeOf(q);
    if (builtFor !== q.id) {
      builtFor = q.id;
      const [above, under] = [row(mo("\u2202"), mi("\u03c6")), row(mo("\u2202"), q.symbol)];
      worked.innerHTML = d === null
        ? `${math(q.symbol)} is the gradient that arrives; it is given.`
        : math(`<mfrac displaystyle="false">${above}${under}</mfrac>`, eq);
      [terms, result] = [h("span"), h("b", "bp-answer")];
      if (d !== null) worked.append(" ", terms, result);
      setAttribute(nudges, "aria-hidden", d === null ? "true" : null);
      for (const node of [nudgeName, nudges]) node.classList.toggle("bp-off", d === null);
    }
    if (d !== null) {
      const sum = answer(q);
      setNumber(terms, sum ? `${sum} = ` : "");
      setNumber(result, show(d, "gradient").trim(), `answer.${q.id}`, d);
      const value = valueOf(q, data.state);
      for (const { step, quotient, off } of trials) {
        const ratio = scalar(q, value + step) / step;
        setNumber(quotient, show(ratio, "gradient"), `ratio.${step}`, ratio);
        setNumber(off, show(ratio - d, "gradient"));
      }
    }
    const other = d === null ? "" : mistaken(q);
    if (typeof other === "string") {
      setNumber(transposed, other && `Does not fit: ${other}`, null, null);
    } else {
      const same = Math.abs(other - d) < 1e-12;
      const text = `${NAMES[q.kind]}: ${show(other, "gradient").trim()}, ${
        same ? "the same in this place" : "wrong: the nudge says otherwise"
      }.`;
      setNumber(transposed, text, `wrong.${q.id}`, other);
    }
  }

  function mark() {
    const q = hovered ?? selected;
    table.mark((c) => c === selected, (c) => c === q);
    for (const { chip, q: mine } of [...xs.chips, ...gs.chips]) {
      const on = mine === selected;
      chip.classList.toggle("selected", on);
      setAttribute(chip, "aria-pressed", String(on));
      const used = q.kind === "w" && ((mine.kind === "x" && mine.i === q.j) ||
        (mine.kind === "g" && mine.i === q.i));
      chip.classList.toggle("on", used);
    }
    setAttribute(root, "data-column", q.kind === "x" ? q.i + 1 : "");
    for (const cell of table.cells) {
      cell.node.classList.toggle("in-column", q.kind === "x" && cell.c === q.i);
    }
  }

  let lineFor = "";
  function paint() {
    if (!width) return;
    const { x, g } = data.state;
    for (const { tab, number } of tabs) {
      setAttribute(tab, "aria-pressed", String(number === lemma));
      tab.classList.toggle("bp-primary", number === lemma);
    }
    setText(say, notice || TABS[lemma].say);
    const html = notice ? "" : `${TABS[lemma].map} ${TABS[lemma].formula}`;
    if (lineFor !== html) {
      formulas.innerHTML = html;
      lineFor = html;
    }
    x.forEach((v, j) => table.head("top", j, show(v, "input"), `head.x.${j + 1}`, v));
    r.du.forEach((v, i) => table.head("side", i, show(v, "delta"), `head.u.${i + 1}`, v));
    for (const cell of table.cells) {
      const q = cell.quantity;
      const value = valueOf(q, data.state);
      const product = below(q);
      table.cell(cell, {
        weight: [show(value, "weight"), q.id, value],
        gradient: [show(product, "gradient"), `below.${q.id}`, product],
        tint: product,
        scale: 10 * SCALE.g,
        fresh: false,
        describe: data.moving ? null : describe(q),
      });
    }
    const letter = lemma < 3 ? "g" : "\u03b4";
    if (root.dataset.head !== letter) {
      root.dataset.head = letter;
      [...table.node.querySelectorAll(".bp-side math")].forEach((head, i) => {
        head.outerHTML = math(symbol(letter, undefined, i + 1));
      });
    }
    setText(
      table.note,
      lemma === 1
        ? "below each w: row head times column head"
        : lemma === 2
        ? "below each w: w \u00b7 its row\u2019s g"
        : "\u03b4 = gradient by u; below each w: w \u00b7 \u03b4",
    );
    xs.chips.forEach(({ chip, value, below, q }, j) => {
      setNumber(value, show(x[j], "input"), q.id, x[j]);
      setNumber(below, show(r.dx[j], "gradient"), `dx.${j + 1}`, r.dx[j]);
      if (!data.moving) setAttribute(chip, "aria-label", describe(q));
    });
    gs.chips.forEach(({ chip, value, q }, i) => {
      setNumber(value, show(g[i], "weight"), q.id, g[i]);
      if (!data.moving) setAttribute(chip, "aria-label", describe(q));
    });
    paintAnswer();
    const q = selected;
    const value = valueOf(q, data.state);
    const base = g.reduce((sum, v) => sum + v * v / 2, 0);
    probe.update({
      id: q.id,
      symbol: math(q.symbol),
      spokenName: q.spoken,
      value,
      kind: DECIMALS[q.kind],
      limits: {},
      axis: {},
      width,
      key: `${q.id}${lemma}${activation()}${JSON.stringify(data.state)}`,
      curve: (v) => base + scalar(q, v),
      loss: base,
      slope: slopeOf(q),
      hidden: q.kind === "g" ? "g is given, \u03c6 does not depend on it" : "",
      was: null,
      valueText: describe(q),
    });
    mark();
    foot.update({ canUndo: data.canUndo, pristine: data.pristine });
    setAttribute(root, "data-lemma", lemma);
  }

  /* ---- life ---- */
  const follow = () => {
    const to = readLemma();
    const id = model.get("selected");
    if (to !== lemma) {
      lemma = to;
      notice = "";
      selected = all.get(natural());
      model.set("selected", selected.id);
      speak(`Lemma ${lemma}. ${TABS[lemma].say}`);
    } else if (all.has(id)) selected = all.get(id);
    probe.rescale(valueOf(selected, data.state), {});
    changed();
  };
  const followed = ["lemma", "selected", "activation"];
  for (const key of followed) model.on(`change:${key}`, follow);
  signal.addEventListener("abort", () => {
    for (const key of followed) model.off(`change:${key}`, follow);
  });
  restore();
  calculate();
  probe.rescale(valueOf(selected, data.state), {});
  const unmount = mounted(root, () => {
    width = Math.round(probe.range.clientWidth);
    paint();
  });
  return () => {
    unmount();
    life.abort();
    root.remove();
  };
}
