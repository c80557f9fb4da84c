// Reads DescentMaps that Python wrote and compares core.js's loss, gradients, Hessian and paths
// with them, number by number. Prints one line of JSON: how many numbers, and the worst errors.

import { descentPath, eigen, slice } from "../../src/backprop/widgets/js/core.js";

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
  report.worst[kind] = {
    error: Number.isNaN(error) ? "NaN" : error,
    name,
    got,
    want,
  };
}

function placeOf(name) {
  const [layer, i, j] = name.slice(1).split(".").map(Number);
  return { layer, i: i - 1, j: j === undefined ? undefined : j - 1 };
}

for (const { name, state, far, want } of cases) {
  const net = {
    W: state.W,
    b: state.b,
    activation: state.activation,
    outputActivation: state.output_activation,
  };
  const field = slice(net, state.parameters.map(placeOf), state.X, state.Y);
  const size = state.batch_size;
  const path = descentPath(field, { ...state, size, far });
  compare("diverged", Number(path.diverged), Number(want.diverged), name);
  compare("used", path.used, want.used, name);
  compare("path", path.points, want.points, name);
  const { m } = field;
  let at = 0;
  for (const point of want.points) {
    const row = at % m;
    const rows = size >= m
      ? undefined
      : state.order.slice(at, at + Math.min(size, m - row));
    at += rows?.length ?? m;
    if (rows?.length === 0 || at > state.order.length) break;
    compare("gradient", field.gradient(point, rows), want.steps.shift(), name);
  }
  for (const { point, loss, gradients, hessian, values, output } of want.at) {
    compare("loss", field.loss(point), loss, name);
    compare("gradients", field.gradients(point), gradients, name);
    compare("output", field.output(point, state.X[0]), output, name);
    const H = field.hessian(point);
    compare("hessian", H, hessian, name);
    const scale = Math.max(1, ...values.map(Math.abs));
    const found = eigen(H);
    compare(
      "eigenvalues",
      found.values.map((v) => v / scale),
      values.map((v) => v / scale),
      name,
    );
    const [c, s] = [Math.cos(found.angle), Math.sin(found.angle)];
    const [[a, b], [, d]] = H;
    compare("direction", (a * c + b * s - found.values[1] * c) / scale, 0, name);
    compare("direction", (b * c + d * s - found.values[1] * s) / scale, 0, name);
  }
}
console.log(JSON.stringify(report));
