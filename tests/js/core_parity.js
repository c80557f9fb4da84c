// Reads golden vectors that Python wrote and compares core.js with them, number by number.
// Prints one line of JSON: how many numbers were compared, and the worst of each kind.

import {
  compute,
  computeBatch,
  descend,
  inner,
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
  // A comparison with NaN is false, so ask for what is right, not for what is wrong.
  const before = report.worst[kind]?.error ?? -1;
  if (before === "shape" || before === "NaN" || error <= before) return;
  report.worst[kind] = { error: Number.isNaN(error) ? "NaN" : error, name, got, want };
}

for (const { name, net, x, y, X, Y, eta, want } of cases) {
  const q = compute(net, x, y);
  for (const kind of ["u", "x", "delta", "dW", "db", "dx", "L", "e"]) {
    compare(kind, q[kind], want[kind], name);
  }
  const batch = computeBatch(net, X, Y);
  for (const kind of ["L", "dW", "db"]) compare(`batch ${kind}`, batch[kind], want.batch[kind], name);
  const stepped = descend(net, q, eta);
  compare("step W", stepped.W, want.step.W, name);
  compare("step b", stepped.b, want.step.b, name);
  compare("squared norm", inner(q, q), want.squaredNorm, name);
}
console.log(JSON.stringify(report));
