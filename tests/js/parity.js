// Reads golden vectors that Python wrote and compares core.js with them, number by number.
// Prints one line of JSON: for each kind of number how many there were, and the worst of them.

import {
  chain,
  compute,
  computeBatch,
  descend,
  forward,
  inner,
  norm,
  pullBack,
  regrown,
  relay,
  scalarOf,
  slopes,
  summands,
} from "../../src/backprop/widgets/js/core.js";

/** What core.js makes of a case, under the names that Python has given to its own numbers. */
const COMPUTE = {
  network({ net, x, y, X, Y, eta }) {
    const q = compute(net, x, y);
    const batch = computeBatch(net, X, Y);
    const stepped = descend(net, q, eta);
    const after = compute(stepped, x, y);
    return {
      ...q,
      "batch L": batch.L,
      "batch dW": batch.dW,
      "batch db": batch.db,
      "step W": stepped.W,
      "step b": stepped.b,
      "squared norm": inner(q, q),
      "L after": after.L,
      "minus dL/deta": inner(after, q),
    };
  },
  chain({ net, x, y, at }) {
    const pass = forward(net, x);
    const chains = at.map((place) => chain(net, pass, y, place));
    return {
      slopes: slopes(net, pass),
      outputs: chains.map(({ terms }) => terms.map(({ k }) => k + 1)),
      factors: chains.map(({ terms }) => terms.map(({ factors }) => factors)),
      terms: chains.map(({ terms }) => terms.map(({ value }) => value)),
      derivative: chains.map(({ value }) => value),
    };
  },
  relay(state) {
    const net = {
      ...regrown({ ...state, givenSigma: state.given_sigma }),
      activation: state.activation,
      outputActivation: state.output_activation,
    };
    const q = relay(net, forward(net, state.x), state.y);
    const norms = { "norms came": q.came.map(norm), "norms delta": q.delta.map(norm) };
    return { W: net.W, b: net.b, ...q, ...norms };
  },
  lens({ state, nudges }) {
    const r = pullBack(state);
    const ratios = nudges.map(({ moved, h }) => scalarOf(pullBack(moved).v, r.v, state.g) / h);
    return { ...r, ratios, "mistaken dW": r.mistaken?.dW, "mistaken dx": r.mistaken?.dx };
  },
  dial({ w, b, x, y, activation }) {
    const net = { W: [[w]], b: [[b]], activation, outputActivation: "" };
    const q = compute(net, x, [y]);
    return {
      summands: summands({ w, x, b }),
      u: q.u[0][0],
      output: q.x[1][0],
      slope: slopes(net, q)[0][0],
      L: q.L,
      dw: q.dW[0][0],
      db: q.db[0][0],
      dx: q.dx,
      dy: -q.e[0],
    };
  },
};

/** `allowance` has the shape of `want`, or is absent: the number that stands for 1 in the error. */
function compare(found, got, want, allowance, name) {
  if (Array.isArray(want)) {
    if (!Array.isArray(got) || got.length !== want.length) {
      found.worst = { error: "shape", name };
      return;
    }
    want.forEach((entry, i) => compare(found, got[i], entry, allowance?.[i], name));
    return;
  }
  found.numbers++;
  if (allowance > Math.max(1, Math.abs(want))) found.rounded++;
  const error = Math.abs(got - want) / Math.max(1, Math.abs(want), allowance ?? 0);
  // A comparison with NaN is false, so ask for what is right, not for what is wrong.
  if (typeof found.worst.error === "string" || error <= found.worst.error) return;
  found.worst = { error: Number.isNaN(error) ? "NaN" : error, name, got, want };
}

const report = {};
const cases = JSON.parse(Deno.readTextFileSync(Deno.args[0]));
for (const { widget, name, given, want, allowance } of cases) {
  const got = COMPUTE[widget](given);
  const mine = report[widget] ??= { cases: 0, kinds: {} };
  mine.cases++;
  for (const kind of Object.keys(want)) {
    const found = mine.kinds[kind] ??= { numbers: 0, rounded: 0, worst: { error: -1 } };
    compare(found, got[kind], want[kind], allowance[kind], name);
  }
}
console.log(JSON.stringify(report));
