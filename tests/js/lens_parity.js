// Reads MatrixLenses that Python wrote and compares core.js's pullBack with them.
// Prints one line of JSON: the number of numbers, and the worst error.

import { pullBack } from "../../src/backprop/widgets/js/core.js";

const { cases } = JSON.parse(Deno.readTextFileSync(Deno.args[0]));
const report = { numbers: 0, worst: 0, name: "" };

function compare(got, want, name) {
  if (Array.isArray(want)) {
    want.forEach((entry, i) => compare(got[i], entry, name));
    return;
  }
  report.numbers++;
  const error = Math.abs(got - want) / Math.max(1, Math.abs(want));
  if (error <= report.worst) return; // false for NaN, which is then reported
  Object.assign(report, { worst: Number.isNaN(error) ? "NaN" : error, name });
}

for (const { name, state, want } of cases) {
  const got = pullBack(state);
  for (const kind of Object.keys(want)) compare(got[kind], want[kind], `${name}, ${kind}`);
}
console.log(JSON.stringify(report));
