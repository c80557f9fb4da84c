// Reads DeltaRelays that Python wrote and compares core.js's relay with them, number by number.
// Prints one line of JSON: how many numbers were compared, and the worst error of each kind.

import {
  forward,
  norm,
  regrown,
  relay,
} from "../../src/backprop/widgets/js/core.js";

const { cases } = JSON.parse(Deno.readTextFileSync(Deno.args[0]));
const report = { cases: cases.length, numbers: 0, worst: {} };

function compare(kind, got, want, name) {
  if (Array.isArray(want)) {
    if (!Array.isArray(got) || got.length !== want.length) {
      report.worst[kind] = { error: "shape", name };
      return;
    }
    want.forEach((entry, i) => compare(kind, got[i], entry, name));
    return;
  }
  report.numbers++;
  const error = Math.abs(got - want) / Math.max(1, Math.abs(want));
  const before = report.worst[kind]?.error ?? -1;
  if (before === "shape" || before === "NaN" || error <= before) return;
  report.worst[kind] = { error: Number.isNaN(error) ? "NaN" : error, name, got, want };
}

for (const { name, state, want } of cases) {
  const net = {
    ...regrown({ ...state, givenSigma: state.given_sigma }),
    activation: state.activation,
    outputActivation: state.output_activation,
  };
  const q = relay(net, forward(net, state.x), state.y);
  compare("W", net.W, want.W, name);
  compare("b", net.b, want.b, name);
  for (const kind of ["came", "slope", "delta"]) compare(kind, q[kind], want[kind], name);
  compare("norms", q.delta.map(norm), want.norms, name);
}
console.log(JSON.stringify(report));
