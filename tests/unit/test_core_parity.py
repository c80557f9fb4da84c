"""The widgets' arithmetic (core.js) gives Python's numbers: 2,400 networks, all activations."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import backprop as bp

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from bundle import deno  # noqa: E402

ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu")
SATURATING = ("sigmoid", "tanh")
EXACT = ("identity", "relu")  # whole numbers stay whole
TOLERANCE = 1e-12


def random_case(rng, number):
    """Return one network with everything that Python computes from it."""
    hidden = ACTIVATIONS[number % len(ACTIVATIONS)]
    output = str(rng.choice(ACTIVATIONS)) if rng.random() < 0.5 else hidden
    style = ("usual", "saturated", "at the kink", "width 1", "tiny")[number % 5]
    depth = int(rng.integers(1, 5))
    top = 1 if style == "width 1" else 5
    sizes = rng.integers(1, top + 1, depth + 1)
    pairs = list(zip(sizes[1:], sizes[:-1], strict=True))
    if style == "saturated":
        hidden, output = (f if f in SATURATING else "sigmoid" for f in (hidden, output))
    if style == "at the kink" and depth > 1 and hidden not in EXACT:
        # Else a sum of rounded numbers meets 0 in one order of adding and misses it in another.
        hidden = "relu"
    scale = {"saturated": 30.0, "tiny": 4e-6}.get(style, 1.5)

    def draw(*shape):
        if style == "at the kink":  # whole numbers meet u = 0 exactly, again and again
            return rng.integers(-1, 2, shape).astype(float)
        return scale * rng.standard_normal(shape)

    W, b = [draw(*pair) for pair in pairs], [draw(n) for n, _ in pairs]
    m = int(rng.integers(1, 5))
    X, Y = draw(m, sizes[0]), rng.standard_normal((m, sizes[-1]))
    return case(f"{number}: {style}, {hidden}, {output}", W, b, X, Y, hidden, output, rng.random())


def case(name, W, b, X, Y, hidden, output, eta):
    """Return the input of core.js and what Python makes of it, as plain lists."""
    net = bp.Network(W, b, activation=hidden, output_activation=output)
    x, y = X[0], Y[0]
    f = net.forward(x)
    g = net.backward(f, y)
    mean, batch = net.loss_and_gradients(X, Y)
    flat = np.concatenate([*(dW.ravel() for dW in g.dW), *g.db])
    want = {
        "u": f.u,
        "x": f.x,
        "delta": g.delta,
        "dW": g.dW,
        "db": g.db,
        "dx": g.dx,
        "e": f.x[-1] - y,
        "L": 0.5 * np.sum((f.x[-1] - y) ** 2),
        "batch": {"L": mean, "dW": batch.dW, "db": batch.db},
        "step": {
            "W": [w - eta * d for w, d in zip(net.weights, g.dW, strict=True)],
            "b": [w - eta * d for w, d in zip(net.biases, g.db, strict=True)],
        },
        "squaredNorm": flat @ flat,
    }
    given = {"W": W, "b": b, "activation": hidden, "outputActivation": output}
    return {"name": name, "net": given, "x": x, "y": y, "X": X, "Y": Y, "eta": eta, "want": want}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    rng = np.random.default_rng(342)
    cases = [random_case(rng, number) for number in range(2400)]
    example, x, y = bp.load_example()
    layers = example.weights, example.biases
    cases += [case(f"the example, {f}", *layers, x[None], y[None], f, f, 1.0) for f in ACTIVATIONS]
    path = tmp_path_factory.mktemp("golden") / "vectors.json"
    path.write_text(json.dumps({"cases": cases}, default=np.ndarray.tolist), encoding="utf-8")
    script = ROOT / "tests" / "js" / "core_parity.js"
    command = [
        deno(),
        "run",
        "--quiet",
        "--no-config",
        f"--allow-read={path}",
        str(script),
        str(path),
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_every_number_of_every_network_was_compared(report):
    assert report["cases"] == 2400 + len(ACTIVATIONS)
    assert report["numbers"] > 200_000


def test_core_js_agrees_with_python(report):
    kinds = {"u", "x", "delta", "dW", "db", "dx", "L", "e", "squared norm"}
    kinds |= {"batch L", "batch dW", "batch db", "step W", "step b"}
    assert set(report["worst"]) == kinds
    bad = {
        kind: worst
        for kind, worst in report["worst"].items()
        if not isinstance(worst["error"], float | int) or not worst["error"] <= TOLERANCE
    }
    assert not bad
