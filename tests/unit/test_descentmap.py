"""DescentMap in Python: what it reports and refuses, and that core.js computes the same."""

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

import backprop as bp
from backprop.widgets import DescentMap
from backprop.widgets._slice import FAR, Slice, batches, places

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from bundle import deno  # noqa: E402

ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu")
TOLERANCE = 1e-12


def twins(start=(-1.7, -1.2)):
    """Return the network of chapter 3's map, its samples, and the names of its parameters."""
    net = bp.Network([[[start[0]], [start[1]]], [[1.0, 1.0]]], [[0, 0], [0]], "gelu", "identity")
    X = np.linspace(-1.75, 1.75, 8)[:, None]
    Y = np.abs(X) + 0.25 * np.random.default_rng(0).standard_normal(X.shape)
    return net, X, Y, ("w1.1.1", "w1.2.1")


def line(start=(-1.0, 1.0), m=8):
    """Return one neuron without activation, which has just two parameters."""
    rng = np.random.default_rng(3)
    X = rng.uniform(-1, 1, (m, 1))
    Y = 1.2 * X - 0.5 + 0.3 * rng.standard_normal((m, 1))
    return bp.Network([[[start[0]]]], [[start[1]]], "identity"), X, Y


# ---- the port ----


def random_map(rng, number):
    """Return a DescentMap of a random network, samples, parameters and batch size."""
    style = ("usual", "tiny", "saturated", "width 1", "at the kink", "far")[number % 6]
    hidden, output = ACTIVATIONS[number % 7], str(rng.choice(ACTIVATIONS))
    depth = int(rng.integers(1, 4))
    sizes = rng.integers(1, 2 if style == "width 1" else 4, depth + 1)
    m = int(rng.integers(1, 9))
    scale = {"tiny": 4e-6, "saturated": 20.0}.get(style, 0.8)
    if style == "saturated":
        hidden, output = "tanh", "sigmoid"

    def draw(*shape):
        if style == "at the kink":
            return rng.integers(-1, 2, shape).astype(float)
        return scale * rng.standard_normal(shape)

    if style == "at the kink":
        hidden, output = "relu", "identity"  # whole numbers meet u = 0 exactly
    pairs = list(zip(sizes[1:], sizes[:-1], strict=True))
    net = bp.Network([draw(*p) for p in pairs], [draw(n) for n, _ in pairs], hidden, output)
    names = list(places(net))
    parameters = [str(n) for n in rng.permutation(names)[:2]]
    eta = float(rng.uniform(0.01, 0.1))
    if style == "far":
        eta, (hidden, output) = 100.0, ("identity", "identity")
        net = bp.Network(net.weights, net.biases, hidden, output)
    return DescentMap(
        net,
        draw(m, sizes[0]),
        rng.standard_normal((m, sizes[-1])),
        parameters,
        eta=eta,
        batch_size=int(rng.integers(1, m + 1)),
        epochs=int(rng.integers(1, 6)),
        rng=number,
        span=((-1, 1), (-1, 1)),
    )


def expected(widget):
    """Return what Python makes of a widget's state."""
    field, size = widget._slice, widget.batch_size
    path = field.descend(widget.start, widget.eta, size, widget.order)
    rows = list(batches(widget.order, size, len(field)))
    steps = [field.gradient(p, r)[1] for p, r in zip(path.points, rows, strict=False)]
    at = []
    for point in (path.points[0], path.points[-1], np.array([0.3, -0.4]), np.zeros(2)):
        H = field.hessian(point)
        each = [field.gradient(point, [s])[1] for s in range(len(field))]
        at.append(
            {
                "point": point,
                "loss": field.loss(point),
                "gradients": each,
                "hessian": H,
                "values": np.linalg.eigvalsh(H),
                "output": field.network(point).predict(widget.X[0]),
            }
        )
    return {
        "points": path.points,
        "used": path.used,
        "diverged": path.diverged,
        "steps": steps,
        "at": at,
    }


def test_core_js_takes_the_steps_of_python(tmp_path):
    rng = np.random.default_rng(9)
    widgets = [random_map(rng, number) for number in range(600)]
    for eta in (0.05, 0.3, 0.9, 2.5):
        for size in (1, 3, 8):
            for start in ((-1.7, -1.2), (-1.5, -1.5), (0.0, 0.0)):
                widgets.append(DescentMap(*twins(start), eta=eta, batch_size=size, epochs=3))
    cases = []
    for number, widget in enumerate(widgets):
        state = {k: v for k, v in widget.get_state().items() if not k.startswith("_")}
        state.pop("layout", None)
        name = f"{number}: {widget.activation}, {widget.parameters}, {widget.batch_size}"
        cases.append({"name": name, "state": state, "far": FAR, "want": expected(widget)})
        widget.close()
    assert sum(case["want"]["diverged"] for case in cases) > 20
    path = tmp_path / "maps.json"
    path.write_text(json.dumps({"cases": cases}, default=np.ndarray.tolist), encoding="utf-8")
    script = ROOT / "tests" / "js" / "descent_parity.js"
    run = subprocess.run(
        [deno(), "run", "--quiet", "--no-config", f"--allow-read={path}", str(script), str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    assert report["cases"] == len(widgets)
    assert report["numbers"] > 30_000
    kinds = {"diverged", "used", "path", "gradient", "loss", "gradients", "output", "hessian"}
    assert set(report["worst"]) == kinds | {"eigenvalues", "direction"}
    bad = {kind: w for kind, w in report["worst"].items() if not w["error"] <= TOLERANCE}
    assert not bad
