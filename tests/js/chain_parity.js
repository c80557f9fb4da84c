// Compares core.js's chains and slopes with Python's: the path of the vectors is the argument.
import { chain, forward, slopes } from "../../src/backprop/widgets/js/core.js";

const { cases } = JSON.parse(Deno.readTextFileSync(Deno.args[0]));
const worst = {};
let numbers = 0;
function compare(kind, got, want, name) {
  if (Array.isArray(want)) {
    if (!Array.isArray(got) || got.length !== want.length) {
      worst[kind] = { error: "shape", name };
      return;
    }
    want.forEach((v, t) => compare(kind, got[t], v, name));
    return;
  }
  numbers++;
  const error = Math.abs(got - want) / Math.max(1, Math.abs(want));
  // A comparison with NaN is false, so ask for what is right, not for what is wrong.
  const before = worst[kind]?.error ?? -1;
  if (typeof before === "string" || error <= before) return;
  worst[kind] = { error: Number.isNaN(error) ? "NaN" : error, name, got, want };
}
for (const { name, net, x, y, want } of cases) {
  const pass = forward(net, x);
  compare("slopes", slopes(net, pass), want.slopes, name);
  for (const entry of want.chains) {
    const { terms, value } = chain(net, pass, y, entry.at);
    compare("outputs", terms.map(({ k }) => k + 1), entry.outputs, name);
    compare("factors", terms.map(({ factors }) => factors), entry.factors, name);
    compare("terms", terms.map((term) => term.value), entry.terms, name);
    compare("derivative", value, entry.derivative, name);
  }
}
console.log(JSON.stringify({ cases: cases.length, numbers, worst }));
