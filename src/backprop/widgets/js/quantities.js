/**
 * Everything a reader can select in a network, by name: "w1.2.3" is w^(1)_23, "b2.1" b^(2)_1,
 * "x.3" an input, "y.1" a label, "eta" the learning rate. Layers and indices count from 1 in the
 * name, as in the book; i and j in the record from 0, as in lists.
 */

import { indices, mi, symbol } from "./math.js";

/** @returns {Map<string, any>} name → { id, kind, layer, i, j, symbol, spoken } */
export function quantities(sizes, { eta = false } = {}) {
  const all = new Map();
  const add = (id, record) => all.set(id, { id, ...record });
  for (let i = 0; i < sizes[0]; i++) {
    add(`x.${i + 1}`, {
      kind: "x",
      layer: 0,
      i,
      symbol: symbol("x", 0, i + 1),
      spoken: `x ${i + 1}`,
    });
  }
  for (let layer = 1; layer < sizes.length; layer++) {
    for (let i = 0; i < sizes[layer]; i++) {
      for (let j = 0; j < sizes[layer - 1]; j++) {
        add(`w${layer}.${i + 1}.${j + 1}`, {
          kind: "w",
          layer,
          i,
          j,
          symbol: symbol("w", layer, indices(i + 1, j + 1)),
          spoken: `w ${layer}, ${i + 1} ${j + 1}`,
        });
      }
      add(`b${layer}.${i + 1}`, {
        kind: "b",
        layer,
        i,
        symbol: symbol("b", layer, i + 1),
        spoken: `b ${layer}, ${i + 1}`,
      });
    }
  }
  const depth = sizes.length - 1;
  for (let i = 0; i < sizes[depth]; i++) {
    const record = { kind: "y", layer: depth, i, symbol: symbol("y", undefined, i + 1) };
    add(`y.${i + 1}`, { ...record, spoken: `y ${i + 1}` });
  }
  if (eta) add("eta", { kind: "eta", layer: 0, i: 0, symbol: mi("\u03b7"), spoken: "eta" });
  return all;
}

/** The present value of a quantity in { W, b, x, y, eta }. */
export function valueOf(p, state) {
  if (p.kind === "w") return state.W[p.layer - 1][p.i][p.j];
  if (p.kind === "b") return state.b[p.layer - 1][p.i];
  if (p.kind === "eta") return state.eta;
  return state[p.kind][p.i];
}

const swap = (list, index, value) => list.map((old, t) => (t === index ? value : old));

/** The same state with one number changed: new lists, because a list changed in place fires nothing. */
export function withValue(p, state, value) {
  const l = p.layer - 1;
  if (p.kind === "w") {
    return {
      ...state,
      W: swap(state.W, l, swap(state.W[l], p.i, swap(state.W[l][p.i], p.j, value))),
    };
  }
  if (p.kind === "b") return { ...state, b: swap(state.b, l, swap(state.b[l], p.i, value)) };
  if (p.kind === "eta") return { ...state, eta: value };
  return { ...state, [p.kind]: swap(state[p.kind], p.i, value) };
}

/** The derivative of the loss with respect to a quantity, out of what core.compute returned. */
export function gradientOf(p, q) {
  if (p.kind === "w") return q.dW[p.layer - 1][p.i][p.j];
  if (p.kind === "b") return q.db[p.layer - 1][p.i];
  return p.kind === "x" ? q.dx[p.i] : -q.e[p.i];
}

const numberIn = (list, where) => {
  for (let i = 0; i < list.length; i++) {
    if (typeof list[i] !== "number" || !Number.isFinite(list[i])) return `${where}, entry ${i + 1}`;
  }
  return null;
};

/** null, or a sentence that says what is wrong with a state for these sizes. */
export function complaintAbout(state, sizes) {
  const depth = sizes.length - 1;
  const shape = `a ${sizes.join("-")} network`;
  const isList = (list, n) => Array.isArray(list) && list.length === n;
  if (!isList(state.W, depth) || !isList(state.b, depth)) return `W and b do not make ${shape}.`;
  for (let l = 0; l < depth; l++) {
    if (!isList(state.W[l], sizes[l + 1]) || !isList(state.b[l], sizes[l + 1])) {
      return `Layer ${l + 1} does not make ${shape}.`;
    }
    for (let i = 0; i < sizes[l + 1]; i++) {
      if (!isList(state.W[l][i], sizes[l])) return `Layer ${l + 1} does not make ${shape}.`;
      const place = numberIn(state.W[l][i], `W, layer ${l + 1}, row ${i + 1}`);
      if (place) return `Not a finite number: ${place}.`;
    }
    const place = numberIn(state.b[l], `b, layer ${l + 1}`);
    if (place) return `Not a finite number: ${place}.`;
  }
  if (!isList(state.x, sizes[0])) return `x needs ${sizes[0]} numbers for ${shape}.`;
  if (!isList(state.y, sizes[depth])) return `y needs ${sizes[depth]} numbers for ${shape}.`;
  const place = numberIn(state.x, "x") ?? numberIn(state.y, "y");
  return place ? `Not a finite number: ${place}.` : null;
}

/** What a change of p reaches on its way to the loss: edges by id and nodes by "layer.index". */
export function downstream(p, sizes) {
  const edges = new Set();
  const nodes = new Set();
  if (!p || p.kind === "eta") return { edges, nodes, self: null };
  if (p.kind === "y") {
    nodes.add(`y.${p.i}`);
    return { edges, nodes, self: null };
  }
  const self = p.kind === "w" ? p.id : null;
  if (self) {
    edges.add(self);
    nodes.add(`${p.layer - 1}.${p.j}`);
  }
  let lit = [p.i];
  nodes.add(`${p.layer}.${p.i}`);
  for (let layer = p.layer + 1; layer < sizes.length; layer++) {
    const next = [];
    for (let i = 0; i < sizes[layer]; i++) {
      for (const j of lit) edges.add(`w${layer}.${i + 1}.${j + 1}`);
      nodes.add(`${layer}.${i}`);
      next.push(i);
    }
    lit = next;
  }
  return { edges, nodes, self };
}
