"""The widgets' arithmetic (core.js) gives Python's numbers, on 2,000 random states of each.

Every number is to agree within 1e-12 · max(1, |reference|). Where rounding alone can make two
correct computations differ by more, as in a deep network of large weights, the bound that
`rounding` carries along takes its place; the last test says how rarely that happens.
"""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import backprop as bp
from backprop.widgets import ChainTracer, DeltaRelay, MatrixLens, NeuronDial
from tests.unit.rounding import Ball, ball, passes, slope
from tests.unit.test_chaintracer import names

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from bundle import deno  # noqa: E402

ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu")
STYLES = ("usual", "saturated", "at the kink", "width 1", "tiny")
SCALES = {"saturated": 30.0, "tiny": 4e-6}
LEMMAS = (1, 2, 3, 4, 6)
CASES = 2000
TOLERANCE = 1e-12
SAFETY = 2  # both sides err


def drawing(rng, style):
    """Return a function that draws arrays in this style."""

    def draw(*shape):
        if style == "at the kink":  # whole numbers meet u = 0 exactly, again and again
            return rng.integers(-1, 2, shape).astype(float)
        return SCALES.get(style, 1.5) * rng.standard_normal(shape)

    return draw


def random_network(rng, number, depths=(1, 5), widest=5):
    """Return the style, a network, and how to draw more in that style."""
    style = STYLES[number % len(STYLES)]
    draw = drawing(rng, style)
    sizes = rng.integers(1, (1 if style == "width 1" else widest) + 1, rng.integers(*depths) + 1)
    hidden = ACTIVATIONS[number % len(ACTIVATIONS)]
    output = str(rng.choice(ACTIVATIONS)) if rng.random() < 0.5 else hidden
    W = [draw(*pair[::-1]) for pair in pairwise(sizes)]
    net = bp.Network(W, [draw(n) for n in sizes[1:]], hidden, output)
    return style, net, draw


def case(widget, style, shown, given, pairs):
    """Return one case: `pairs` maps the name of a number to the package's and its ball."""
    allowance = {kind: allowed(bound) for kind, (_, bound) in pairs.items()}
    return {
        "widget": widget,
        "name": f"{style}: {shown}",
        "given": given,
        "want": {kind: want for kind, (want, _) in pairs.items()},
        "allowance": {kind: most for kind, most in allowance.items() if most is not None},
    }


def allowed(bound):
    """Return what takes the place of 1 in 1e-12 · max(1, |ref|), or None where 1 is enough."""
    if isinstance(bound, list | tuple):
        inside = [allowed(b) for b in bound]
        return None if all(entry is None for entry in inside) else inside
    bound = ball(bound)
    needed = SAFETY / TOLERANCE * bound.rad
    if (needed <= np.maximum(1, np.abs(bound.mid))).all():
        return None
    return needed + np.zeros_like(bound.mid)


def given(net):
    hidden, output = net.activations[0].name, net.activations[-1].name
    return {
        "W": net.weights,
        "b": net.biases,
        "activation": hidden,
        "outputActivation": "" if output == hidden else output,
    }


def labels(rng, style, n):
    return rng.integers(-1, 2, n).astype(float) if style == "at the kink" else rng.normal(size=n)


def network_case(rng, number, made=None):
    style, net, draw = made or random_network(rng, number)
    m, n = int(rng.integers(1, 5)), net.sizes
    X, Y = draw(m, n[0]), np.array([labels(rng, style, n[-1]) for _ in range(m)])
    return network_pairs(style, net, X, Y, 1.0 if made else rng.random())


def network_pairs(style, net, X, Y, eta):
    x, y = X[0], Y[0]
    f = net.forward(x)
    g = net.backward(f, y)
    mean, batch = net.loss_and_gradients(X, Y)
    stepped = bp.Network(
        [w - eta * d for w, d in zip(net.weights, g.dW, strict=True)],
        [v - eta * d for v, d in zip(net.biases, g.db, strict=True)],
        net.activations[0],
        net.activations[-1],
    )
    last = stepped.forward(x)
    after = stepped.backward(last, y)

    def flat(gradients):
        return np.concatenate([*(dW.ravel() for dW in gradients.dW), *gradients.db])

    q = passes(net, x, y)
    each = [passes(net, *sample) for sample in zip(X, Y, strict=True)]
    W = [w - eta * d for w, d in zip(net.weights, q["dW"], strict=True)]
    b = [v - eta * d for v, d in zip(net.biases, q["db"], strict=True)]
    p = passes(stepped, x, y, W, b)
    layers = range(len(net))

    def mean_of(balls):
        share = 1 / len(balls)
        return Ball(
            sum(a.mid for a in balls) * share,
            sum(a.rad + len(balls) * 2**-53 * np.abs(a.mid) for a in balls) * share,
        )

    def inner(one, other):
        pairs = [(one[kind][k], other[kind][k]) for kind in ("dW", "db") for k in layers]
        return sum((a * c).sum() for a, c in pairs)

    pairs = {
        "u": (f.u, q["u"]),
        "x": (f.x, q["x"]),
        "delta": (g.delta, q["delta"]),
        "dW": (g.dW, q["dW"]),
        "db": (g.db, q["db"]),
        "dx": (g.dx, q["dx"]),
        "e": (f.x[-1] - y, q["e"]),
        "L": (0.5 * np.sum((f.x[-1] - y) ** 2), q["L"]),
        "batch L": (mean, mean_of([one["L"] for one in each])),
        "batch dW": (batch.dW, [mean_of([one["dW"][k] for one in each]) for k in layers]),
        "batch db": (batch.db, [mean_of([one["db"][k] for one in each]) for k in layers]),
        "step W": (stepped.weights, W),
        "step b": (stepped.biases, b),
        "squared norm": (flat(g) @ flat(g), inner(q, q)),
        "L after": (0.5 * np.sum((last.x[-1] - y) ** 2), p["L"]),
        "minus dL/deta": (flat(after) @ flat(g), inner(p, q)),
    }
    sample = {"net": given(net), "x": x, "y": y, "X": X, "Y": Y, "eta": eta}
    return case("network", style, repr(net), sample, pairs)


def chain_case(rng, number):
    style, _, draw = random_network(rng, number)
    sizes = [1, 1, 1] if style == "width 1" else [int(rng.integers(1, k)) for k in (5, 5, 3)]
    hidden, output = ACTIVATIONS[number % 7], str(rng.choice(ACTIVATIONS))
    W = [draw(*pair[::-1]) for pair in pairwise(sizes)]
    net = bp.Network(W, [draw(n) for n in sizes[1:]], hidden, output)
    x, y = draw(sizes[0]), labels(rng, style, sizes[-1])
    widget = ChainTracer(net, x, y)
    q = passes(net, x, y)
    want = {"outputs": [], "factors": [], "terms": [], "derivative": []}
    bounds = {kind: [] for kind in want}
    chosen = list(names(net))
    chosen = [chosen[k] for k in rng.permutation(len(chosen))[:4]]
    for name, at in chosen:
        widget.selected = name
        terms = widget.terms
        want["outputs"].append([t.output for t in terms])
        want["factors"].append([list(t.factors) for t in terms])
        want["terms"].append([t.value for t in terms])
        want["derivative"].append(widget.derivative)
        factors = [factors_of(q, net, at, t.output - 1) for t in terms]
        products = [product(chain) for chain in factors]
        bounds["outputs"].append([[]] * len(terms))
        bounds["factors"].append(factors)
        bounds["terms"].append(products)
        bounds["derivative"].append(sum(products[1:], products[0]))
    widget.close()
    f = net.forward(x)
    slopes = [a.slope(u, x) for a, u, x in zip(net.activations, f.u, f.x[1:], strict=True)]
    pairs = {kind: (want[kind], bounds[kind]) for kind in want if kind != "outputs"}
    pairs |= {"outputs": (want["outputs"], []), "slopes": (slopes, q["slope"])}
    sample = {"net": given(net), "x": x, "y": y, "at": [at for _, at in chosen]}
    return case("chain", style, repr(net), sample, pairs)


def factors_of(q, net, at, k):
    layer, i = at["layer"], at["i"]
    factors = [q["e"][k], q["slope"][1][k]]
    if layer == 1:
        factors += [ball(net.weights[1][k, i]), q["slope"][0][i]]
    return [*factors, q["x"][layer - 1][at["j"]] if "j" in at else ball(1.0)]


def product(factors):
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return result


RELAY_STATE = "W b x y spare given_sigma depth sigma activation output_activation".split()


def relay_case(rng, number):
    """Return a DeltaRelay of a random network, often of another depth and scale."""
    sizes = rng.integers(1, 7, int(rng.integers(2, 9)) + 1)
    if number % 3:  # hidden layers of one width: the depth can be changed
        sizes[1:-1] = sizes[1]
    hidden, output = ACTIVATIONS[number % 7], str(rng.choice(ACTIVATIONS))
    start = bp.Network.random(
        sizes.tolist(), "he", rng=rng, activation=hidden, output_activation=output
    )
    for b in start.biases:
        b += rng.standard_normal(b.shape)
    widget = DeltaRelay(start, rng.standard_normal(sizes[0]), rng.standard_normal(sizes[-1]))
    if number % 3:
        widget.depth = int(rng.integers(2, 9))
    if number % 2:  # all that the slider can reach, small ones more often
        widget.sigma = float(10 ** rng.uniform(-3, 2)) if number % 10 else 0.0
    state = {key: getattr(widget, key) for key in RELAY_STATE}
    net, f, g = widget.network, widget.forward, widget.gradients
    q = passes(net, widget.x, np.array(widget.y))
    carried = [W * delta[:, None] for W, delta in zip(net.weights, g.delta, strict=True)]
    came = [W.T @ delta for W, delta in zip(net.weights[1:], g.delta[1:], strict=True)]
    came.append(f.x[-1] - widget.y)
    slopes = [a.slope(u, x) for a, u, x in zip(net.activations, f.u, f.x[1:], strict=True)]

    def length(v):
        return Ball(np.linalg.norm(v.mid), np.linalg.norm(v.rad) + 2**-49 * np.linalg.norm(v.mid))

    pairs = {
        "W": (net.weights, []),
        "b": (net.biases, []),
        "came": (came, q["came"]),
        "slope": (slopes, q["slope"]),
        "delta": (g.delta, q["delta"]),
        "carried": (
            carried,
            [W * d[:, None] for W, d in zip(net.weights, q["delta"], strict=True)],
        ),
        "norms came": ([np.linalg.norm(c) for c in came], [length(c) for c in q["came"]]),
        "norms delta": (widget.norms, [length(d) for d in q["delta"]]),
    }
    shown = f"{widget!r}, sigma {widget.sigma:.3g}, {net!r}"
    widget.close()
    return case("relay", "relay", shown, state, pairs)


def lens_case(rng, number):
    style = STYLES[number % len(STYLES)]
    draw = drawing(rng, style)
    p, n = (1, 1) if style == "width 1" else rng.integers(1, 6, 2)
    lens = MatrixLens(
        draw(p, n),
        draw(n),
        draw(p),
        b=draw(p),
        lemma=LEMMAS[number // 5 % 5],
        activation=ACTIVATIONS[number % 7],
    )
    state = {key: getattr(lens, key) for key in ("W", "b", "x", "g", "lemma", "activation")}
    W, x, g, lemma = np.array(lens.W), np.array(lens.x), np.array(lens.g), lens.lemma
    got, v = lens.gradients, lens.v
    f = bp.activations.get(lens.activation)
    out = f.f(lens.u)
    slopes = f.slope(lens.u, out)
    parts = [g] if lemma < 3 else [g * slopes] if lemma < 6 else [g * out, g * lens.u * slopes]

    def moved(j, h):
        there = state | {"x": [*x[:j], x[j] + h, *x[j + 1 :]]}
        return {"moved": there, "h": h}

    def balls(x):
        u = W @ ball(x) + lens.b
        out = u.through(f.f)
        s = slope(f, u, out)
        v = u if lemma < 3 else out if lemma < 6 else u * out
        parts = [ball(g)] if lemma < 3 else [g * s] if lemma < 6 else [g * out, g * u * s]
        return u, v, s, parts

    u_, v_, s_, parts_ = balls(x)
    du_ = parts_[0] + parts_[1] if lemma == 6 else parts_[0]
    nudges = [moved(int(rng.integers(n)), h) for h in (1, 0.1, 0.01, 0.001)]
    ratios, ratios_ = [], []
    for nudge in nudges:
        lens.x = nudge["moved"]["x"]
        change = lens.v - v
        ratios.append(change @ (g + change / 2) / nudge["h"])
        change = balls(np.array(lens.x))[1] - v_
        ratios_.append((change * (g + change * 0.5)).sum() * (1 / nudge["h"]))
    carried, carried_ = W * got.db[:, None], W * du_[:, None]
    pairs = {
        "u": (u_.mid, u_),
        "v": (v, v_),
        "slope": (slopes, s_),
        "parts": (parts, parts_),
        "du": (got.db, du_),
        "dW": (got.dW, du_.outer(ball(x))),
        "db": (got.db, du_),
        "dx": (got.dx, W.T @ du_),
        "below": (got.dW, du_.outer(ball(x))) if lemma == 1 else (carried, carried_),
        "ratios": (ratios, ratios_),
    }
    shown = repr(lens)
    lens.close()
    made = case("lens", style, shown, {"state": state, "nudges": nudges}, pairs)
    if p == n:
        mistaken = {"dW": np.outer(x, g), "dx": W @ got.db}
        made["want"] |= {f"mistaken {kind}": want for kind, want in mistaken.items()}
        bounds = {"dW": ball(x).outer(ball(g)), "dx": W @ du_}
        for kind, bound in bounds.items():
            if (most := allowed(bound)) is not None:
                made["allowance"][f"mistaken {kind}"] = most
    return made


def dial_case(rng, number):
    style = STYLES[number % len(STYLES)]
    draw = drawing(rng, style)
    n = 1 if style == "width 1" else 2
    activation = ACTIVATIONS[number % 7]
    state = {"w": draw(n), "b": float(draw()), "x": draw(n), "y": float(labels(rng, style, 1)[0])}
    widget = NeuronDial(**state, activation=activation)
    f, g, net = widget.forward, widget.gradients, widget.network
    q = passes(net, state["x"], np.array([state["y"]]))
    pairs = {
        "summands": ([*(state["w"] * state["x"]), state["b"]], []),
        "u": (f.u[0][0], q["u"][0][0]),
        "output": (f.x[1][0], q["x"][1][0]),
        "slope": (widget.slope, q["slope"][0][0]),
        "L": (widget.loss, q["L"]),
        "dw": (g.dW[0][0], q["dW"][0][0]),
        "db": (g.db[0][0], q["db"][0][0]),
        "dx": (g.dx, q["dx"]),
        "dy": (state["y"] - f.x[1][0], q["e"][0]),
    }
    shown = repr(widget)
    widget.close()
    return case("dial", style, shown, state | {"activation": activation}, pairs)


MAKERS = {
    "network": network_case,
    "chain": chain_case,
    "relay": relay_case,
    "lens": lens_case,
    "dial": dial_case,
}
KINDS = {
    "network": "u x delta dW db dx e L batch_L batch_dW batch_db step_W step_b squared_norm "
    "L_after minus_dL/deta",
    "chain": "outputs factors terms derivative slopes",
    "relay": "W b came slope delta carried norms_came norms_delta",
    "lens": "u v slope parts du dW db dx below ratios mistaken_dW mistaken_dx",
    "dial": "summands u output slope L dw db dx dy",
}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    rng = np.random.default_rng(342)
    with np.errstate(over="ignore", invalid="ignore"):
        cases = [make(rng, k) for make in MAKERS.values() for k in range(CASES)]
        net, x, y = bp.load_example()
        for f in ACTIVATIONS:
            other = bp.Network(net.weights, net.biases, f)
            cases.append(network_pairs("the example", other, x[None], y[None], 1.0))
    path = tmp_path_factory.mktemp("golden") / "vectors.json"
    path.write_text(json.dumps(cases, default=np.ndarray.tolist), encoding="utf-8")
    script = ROOT / "tests" / "js" / "parity.js"
    command = [deno(), "run", "--quiet", "--no-config", f"--allow-read={path}", script, path]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("widget", MAKERS)
def test_every_number_is_pythons(report, widget):
    found = report[widget]
    assert found["cases"] >= CASES
    assert set(found["kinds"]) == {kind.replace("_", " ") for kind in KINDS[widget].split()}
    bad = {
        kind: entry["worst"]
        for kind, entry in found["kinds"].items()
        if isinstance(entry["worst"]["error"], str) or not entry["worst"]["error"] <= TOLERANCE
    }
    assert not bad


@pytest.mark.parametrize("widget", MAKERS)
def test_rounding_is_the_excuse_of_few(report, widget):
    kinds = report[widget]["kinds"].values()
    rounded, all_of_them = (sum(kind[key] for kind in kinds) for key in ("rounded", "numbers"))
    assert all_of_them > 8 * CASES
    assert rounded <= 0.05 * all_of_them
