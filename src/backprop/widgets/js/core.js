/**
 * The arithmetic of the book in JavaScript: the only port of the Python package, without DOM.
 *
 * Python is the reference. tests/unit/test_core_parity.py compares every number below with it
 * on some thousand networks. Lists are indexed as in Python: layer l of the book is W[l - 1],
 * u[l - 1], delta[l - 1]; x[0] is the input and x[l] the output of layer l.
 */

const GELU_SCALE = Math.sqrt(2 / Math.PI);
const GELU_CUBIC = 0.044715;
const GELU_FLAT = 25; // beyond it nothing changes any more, and u * u * u might overflow
const LEAK = 0.01;

const sigmoid = (u) => 1 / (Math.exp(-u) + 1);

const geluInner = (u) => 2 * GELU_SCALE * (u + GELU_CUBIC * u * u * u);

const straight = () => 0;

/**
 * f(u), and f′ and f″ from u and x = f(u), f′ by the package's own formulas. relu′(0) = 0,
 * leaky_relu′(0) = LEAK, and f″ is 0 at a kink.
 */
export const ACTIVATIONS = {
  identity: { f: (u) => u, df: () => 1, ddf: straight },
  sigmoid: {
    f: sigmoid,
    df: (_, x) => (1 - x) * x,
    ddf: (u, x) => (1 - x) * x * (sigmoid(-u) - x),
  },
  tanh: { f: Math.tanh, df: (_, x) => 1 - x * x, ddf: (_, x) => -2 * x * (1 - x * x) },
  relu: { f: (u) => (u > 0 ? u : 0), df: (u) => (u > 0 ? 1 : 0), ddf: straight },
  leaky_relu: { f: (u) => (u > 0 ? u : LEAK * u), df: (u) => (u > 0 ? 1 : LEAK), ddf: straight },
  softplus: {
    f: (u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u))),
    df: (_, x) => -Math.expm1(-x),
    ddf: (u) => sigmoid(u) * sigmoid(-u),
  },
  gelu: {
    f: (given) => {
      const u = Math.max(given, -GELU_FLAT);
      return u * sigmoid(geluInner(Math.min(u, GELU_FLAT)));
    },
    df: (given) => {
      const u = Math.min(Math.max(given, -GELU_FLAT), GELU_FLAT);
      const v = geluInner(u);
      const s = sigmoid(v);
      return s + u * s * sigmoid(-v) * (2 * GELU_SCALE * (1 + 3 * GELU_CUBIC * u * u));
    },
    ddf: (given) => {
      const u = Math.min(Math.max(given, -GELU_FLAT), GELU_FLAT);
      const v = geluInner(u);
      const [s, rest] = [sigmoid(v), sigmoid(-v)];
      const rise = 2 * GELU_SCALE * (1 + 3 * GELU_CUBIC * u * u); // of geluInner
      const bend = 12 * GELU_SCALE * GELU_CUBIC * u;
      return s * rest * (2 * rise + u * ((rest - s) * rise * rise + bend));
    },
  },
};

function activationOf(net, layer) {
  const last = layer === net.W.length - 1;
  return ACTIVATIONS[(last && net.outputActivation) || net.activation || "sigmoid"];
}

/** What adds up to the u of one neuron: each weight times its input, and the bias. */
export const summands = ({ w, x, b }) => [...w.map((v, j) => v * x[j]), b];

/** u[l] = W x + b and x[l + 1] = f(u[l]), layer by layer. */
export function forward(net, x) {
  const u = [];
  const xs = [x];
  for (let layer = 0; layer < net.W.length; layer++) {
    const { f } = activationOf(net, layer);
    const below = xs[layer];
    u[layer] = net.W[layer].map((row, i) => {
      let sum = net.b[layer][i];
      for (let j = 0; j < row.length; j++) sum += row[j] * below[j];
      return sum;
    });
    xs[layer + 1] = u[layer].map((v) => f(v));
  }
  return { u, x: xs };
}

/** Half the squared distance between output and label. */
export function loss(output, y) {
  let sum = 0;
  for (let i = 0; i < output.length; i++) sum += (output[i] - y[i]) ** 2;
  return sum / 2;
}

/** Error terms by the recursion, from the output layer down; then the gradient at the input. */
function errorTerms(net, pass, y) {
  const depth = net.W.length;
  const delta = new Array(depth);
  let above = pass.x[depth].map((v, i) => v - y[i]); // gradient with respect to this layer's output
  for (let layer = depth - 1; layer >= 0; layer--) {
    const { df } = activationOf(net, layer);
    const [W, u, x] = [net.W[layer], pass.u[layer], pass.x[layer + 1]];
    const terms = above.map((v, i) => v * df(u[i], x[i]));
    delta[layer] = terms;
    above = pass.x[layer].map((_, j) => {
      let sum = 0;
      for (let i = 0; i < terms.length; i++) sum += W[i][j] * terms[i];
      return sum;
    });
  }
  return { delta, dx: above };
}

/** Error terms and the gradients they give. */
export function backward(net, pass, y) {
  const { delta, dx } = errorTerms(net, pass, y);
  const dW = delta.map((d, layer) => d.map((v) => pass.x[layer].map((p) => v * p)));
  return { delta, dW, db: delta, dx };
}

/** Everything the widgets show for one sample. e is the error x − y, and dL/dy = −e. */
export function compute(net, x, y) {
  const pass = forward(net, x);
  const output = pass.x[pass.x.length - 1];
  const grads = backward(net, pass, y);
  return { ...pass, e: output.map((v, i) => v - y[i]), L: loss(output, y), ...grads };
}

/** Mean loss and mean gradients over the rows of X. */
export function computeBatch(net, X, Y) {
  const m = X.length;
  let total = 0;
  const dW = net.W.map((rows) => rows.map((row) => row.map(() => 0)));
  const db = net.b.map((row) => row.map(() => 0));
  for (let s = 0; s < m; s++) {
    const q = compute(net, X[s], Y[s]);
    total += q.L;
    for (let layer = 0; layer < dW.length; layer++) {
      for (let i = 0; i < db[layer].length; i++) {
        db[layer][i] += q.db[layer][i] / m;
        const row = dW[layer][i];
        for (let j = 0; j < row.length; j++) row[j] += q.dW[layer][i][j] / m;
      }
    }
  }
  return { L: total / m, dW, db };
}

/** One step of gradient descent: new parameters, the old ones untouched. */
export function descend(net, grads, eta) {
  return {
    ...net,
    W: net.W.map((rows, l) => rows.map((row, i) => row.map((v, j) => v - eta * grads.dW[l][i][j]))),
    b: net.b.map((row, l) => row.map((v, i) => v - eta * grads.db[l][i])),
  };
}

/** Inner product of two sets of parameter gradients. */
export function inner(a, c) {
  let sum = 0;
  for (let l = 0; l < a.dW.length; l++) {
    for (let i = 0; i < a.db[l].length; i++) {
      sum += a.db[l][i] * c.db[l][i];
      for (let j = 0; j < a.dW[l][i].length; j++) sum += a.dW[l][i][j] * c.dW[l][i][j];
    }
  }
  return sum;
}

/** f′(u) of every neuron, layer by layer. */
export function slopes(net, pass) {
  return pass.u.map((list, layer) => {
    const { df } = activationOf(net, layer);
    return list.map((v, i) => df(v, pass.x[layer + 1][i]));
  });
}

/**
 * The chain rule for one weight of a network with one hidden layer, path by path: for each output
 * that the weight reaches, its factors from the loss back to the weight, and their product. A bias
 * is a weight whose input is 1: leave j away. `layer` counts from 1, i, j and k from 0.
 */
export function chain(net, pass, y, { layer, i, j }) {
  const depth = net.W.length;
  const slope = slopes(net, pass);
  const error = (k) => pass.x[depth][k] - y[k];
  const input = j === undefined ? 1 : pass.x[layer - 1][j];
  const reached = layer === depth ? [i] : y.map((_, k) => k);
  const terms = reached.map((k) => {
    const factors = [error(k), slope[depth - 1][k]];
    if (layer < depth) factors.push(net.W[depth - 1][k][i], slope[layer - 1][i]);
    factors.push(input);
    return { k, factors, value: factors.reduce((a, c) => a * c, 1) };
  });
  return { terms, value: terms.reduce((a, term) => a + term.value, 0) };
}

/** Euclidean length, without overflow or underflow on the way. */
export const norm = (list) => Math.hypot(...list);

/**
 * The backward pass in its two operations: `came[l]` is the gradient that arrives at the outputs of
 * a layer (x − y at the last, else the transpose times the error term after it), `delta[l]` that
 * times `slope[l]`, element by element. `carried[l][i][j]` is what weight i j of a layer carries
 * back of that layer's error term; what arrives below is the sum over i.
 */
export function relay(net, pass, y) {
  const depth = net.W.length;
  const { delta } = backward(net, pass, y);
  const carried = delta.map((list, layer) => list.map((d, i) => net.W[layer][i].map((w) => w * d)));
  const came = delta.map((_, layer) => {
    if (layer === depth - 1) return pass.x[depth].map((v, i) => v - y[i]);
    return pass.x[layer + 1].map((_, j) =>
      carried[layer + 1].reduce((sum, row) => sum + row[j], 0)
    );
  });
  return { came, slope: slopes(net, pass), delta, carried };
}

/** Can hidden layers be put in or left out? Only where all of them have one width. */
export const adjustable = (W) =>
  W.length > 1 && W.slice(0, -1).every((rows) => rows.length === W[0].length);

/**
 * A network of another depth and another scale: hidden layers left out before the last layer or
 * put in there from `spare` (with biases 0), and all weights times sigma / givenSigma.
 */
export function regrown({ W, b, spare, depth, sigma, givenSigma }) {
  const D = W.length;
  const last = D - 1;
  const extra = spare.slice(0, Math.max(0, depth - D));
  const kept = Math.min(last, depth - 1);
  const ratio = sigma === givenSigma || givenSigma === 0 ? 1 : sigma / givenSigma;
  const matrices = [...W.slice(0, kept), ...extra, W[last]];
  return {
    W: ratio === 1
      ? matrices
      : matrices.map((rows) => rows.map((row) => row.map((v) => v * ratio))),
    b: [...b.slice(0, kept), ...extra.map((rows) => rows.map(() => 0)), b[last]],
  };
}

/**
 * A gradient pulled back through one layer, for the lemmas: v = u (1 and 2), v = f(u) (3 and 4) or
 * v = u ⊙ f(u), where u is used twice (6); u = Wx + b. `g` is the gradient that arrives at v.
 * `below` is what stands under each weight: its gradient in lemma 1, else what it carries back.
 * `mistaken` holds the answers without a transpose, where the shapes allow them.
 */
export function pullBack({ W, b, x, g, lemma, activation }) {
  const { f, df } = ACTIVATIONS[activation];
  const u = W.map((row, i) => row.reduce((sum, w, j) => sum + w * x[j], b[i]));
  const out = u.map((v) => f(v));
  const slope = u.map((v, i) => df(v, out[i]));
  const parts = lemma < 3
    ? [g]
    : lemma < 6
    ? [g.map((v, i) => v * slope[i])]
    : [g.map((v, i) => v * out[i]), g.map((v, i) => v * u[i] * slope[i])];
  const du = g.map((_, i) => parts.reduce((sum, part) => sum + part[i], 0));
  const v = lemma < 3 ? u : lemma < 6 ? out : u.map((value, i) => value * out[i]);
  const dW = du.map((d) => x.map((value) => d * value));
  const carried = W.map((row, i) => row.map((w) => w * du[i]));
  const square = W.length === x.length;
  return {
    u,
    v,
    slope,
    parts,
    du,
    dW,
    db: du,
    dx: x.map((_, j) => carried.reduce((sum, row) => sum + row[j], 0)),
    below: lemma === 1 ? dW : carried,
    mistaken: square
      ? {
        dW: x.map((value) => g.map((d) => value * d)),
        dx: W.map((row) => row.reduce((sum, w, j) => sum + w * du[j], 0)),
      }
      : null,
  };
}

/** How much ½‖v − at + g‖², whose gradient at v = at is g, changes from there to v. */
export function scalarOf(v, at, g) {
  return v.reduce((sum, value, i) => sum + (value - at[i]) * (g[i] + (value - at[i]) / 2), 0);
}

/**
 * The mean loss as a function of two parameters; all others stay. `places`: [{ layer, i, j }], layer
 * from 1, i and j from 0, no j for a bias.
 */
export function slice(net, places, X, Y) {
  const mine = { ...net, W: structuredClone(net.W), b: structuredClone(net.b) };
  const all = X.map((_, s) => s);
  const put = (point) =>
    places.forEach(({ layer, i, j }, t) => {
      if (j === undefined) mine.b[layer - 1][i] = point[t];
      else mine.W[layer - 1][i][j] = point[t];
    });
  const chosen = ({ dW, db }) =>
    places.map(({ layer, i, j }) => (j === undefined ? db[layer - 1][i] : dW[layer - 1][i][j]));
  const mean = (rows, of) => {
    const sum = [0, 0];
    for (const s of rows) of(s).forEach((v, t) => sum[t] += v / rows.length);
    return sum;
  };
  const gradientOf = (s) => {
    const pass = forward(mine, X[s]);
    const { delta } = errorTerms(mine, pass, Y[s]);
    return places.map(({ layer, i, j }) =>
      delta[layer - 1][i] * (j === undefined ? 1 : pass.x[layer - 1][j])
    );
  };
  return {
    m: X.length,
    output(point, x) {
      put(point);
      return forward(mine, x).x.at(-1);
    },
    loss(point) {
      put(point);
      return all.reduce((sum, s) => sum + loss(forward(mine, X[s]).x.at(-1), Y[s]), 0) / all.length;
    },
    /** ∇L_s of every sample. */
    gradients(point) {
      put(point);
      return all.map(gradientOf);
    },
    gradient(point, rows = all) {
      put(point);
      return mean(rows, gradientOf);
    },
    /** The second derivatives, row by row: how the gradient changes with each parameter. */
    hessian(point) {
      put(point);
      const rows = places.map((place) => mean(all, (s) => chosen(turn(mine, X[s], Y[s], place))));
      const both = (rows[0][1] + rows[1][0]) / 2;
      return [[rows[0][0], both], [both, rows[1][1]]];
    },
  };
}

/** The derivative of the whole backward pass by one parameter: a row of the Hessian. */
function turn(net, x, y, { layer, i, j }) {
  const pass = forward(net, x);
  const { delta } = backward(net, pass, y);
  const depth = net.W.length;
  const du = []; // the dot of a letter: its derivative by the parameter
  const dx = [x.map(() => 0)];
  for (let l = 0; l < depth; l++) {
    const { df } = activationOf(net, l);
    du[l] = net.W[l].map((row, k) => {
      const own = l === layer - 1 && k === i ? (j === undefined ? 1 : pass.x[l][j]) : 0;
      return row.reduce((sum, w, c) => sum + w * dx[l][c], own);
    });
    dx[l + 1] = du[l].map((v, k) => v * df(pass.u[l][k], pass.x[l + 1][k]));
  }
  const dW = [];
  const db = [];
  let above = pass.x[depth].map((v, k) => v - y[k]);
  let dabove = dx[depth];
  for (let l = depth - 1; l >= 0; l--) {
    const { df, ddf } = activationOf(net, l);
    db[l] = du[l].map((v, k) => {
      const [at, out] = [pass.u[l][k], pass.x[l + 1][k]];
      return dabove[k] * df(at, out) + above[k] * ddf(at, out) * v;
    });
    dW[l] = db[l].map((v, k) => pass.x[l].map((p, c) => v * p + delta[l][k] * dx[l][c]));
    const back = (list, c) => net.W[l].reduce((sum, row, k) => sum + row[c] * list[k], 0);
    above = pass.x[l].map((_, c) => back(delta[l], c));
    dabove = pass.x[l].map((_, c) =>
      back(db[l], c) + (l === layer - 1 && c === j ? delta[l][i] : 0)
    );
  }
  return { dW, db };
}

/** Eigenvalues of a symmetric matrix, the smaller first, and the direction of the larger. */
export function eigen([[a, c], [, d]]) {
  const middle = (a + d) / 2;
  const apart = Math.hypot((a - d) / 2, c);
  const angle = Math.atan2(2 * c, a - d) / 2;
  return { values: [middle - apart, middle + apart], angle };
}

/**
 * Descent through the samples in this order, `size` in each step, the rest of an epoch in its last;
 * all at once need no order. `used` counts the gradients of single samples. Beyond `far` it stops.
 */
export function descentPath(field, { start, eta, size, order, far }) {
  const { m } = field;
  const points = [start];
  const used = [0];
  for (let epoch = 0; epoch < order.length; epoch += m) {
    for (let first = 0; first < m; first += size) {
      const end = Math.min(m, first + size);
      const rows = size >= m ? undefined : order.slice(epoch + first, epoch + end);
      const gradient = field.gradient(points.at(-1), rows);
      const moved = points.at(-1).map((v, t) => v - eta * gradient[t]);
      if (!moved.every((v) => Math.abs(v) <= far)) return { points, used, diverged: true };
      points.push(moved);
      used.push(epoch + end);
    }
  }
  return { points, used, diverged: false };
}
