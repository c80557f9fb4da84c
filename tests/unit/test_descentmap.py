"""DescentMap in Python: what it reports and refuses, and that core.js computes the same."""

import io
import json
import math
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
    scale = {"tiny": 4e-6, "saturated": 8.0}.get(style, 0.8)
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


def test_core_js_takes_the_steps_of_python(tmp_path, monkeypatch):
    monkeypatch.setattr(Slice, "critical", lambda *_: [])  # slow, and Python's alone
    rng = np.random.default_rng(9)
    widgets = [random_map(rng, number) for number in range(2000)]
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
    assert report["numbers"] > 120_000
    kinds = {"diverged", "used", "path", "gradient", "loss", "gradients", "output", "hessian"}
    assert set(report["worst"]) == kinds | {"eigenvalues", "direction"}
    bad = {kind: w for kind, w in report["worst"].items() if not w["error"] <= TOLERANCE}
    assert not bad


# ---- what Python reports ----


@pytest.mark.parametrize("size", [1, 3, 8])
def test_a_path_of_all_parameters_is_the_training_of_the_package_to_the_bit(size):
    net, X, Y = line()
    widget = DescentMap(net, X, Y, eta=0.25, batch_size=size, epochs=10, rng=5)
    history = bp.train(net, X, Y, learning_rate=0.25, batch_size=size, epochs=10, rng=5)
    np.testing.assert_array_equal(widget.network.weights[0], net.weights[0])
    np.testing.assert_array_equal(widget.network.biases[0], net.biases[0])
    assert widget.history == history
    assert widget.path[-1].tolist() == [net.weights[0][0, 0], net.biases[0][0]]


def test_divergence_ends_as_training_does():
    net, X, Y = line()
    widget = DescentMap(net, X, Y, eta=50.0, batch_size=8, epochs=40)
    assert widget.history.stopped == "diverged"
    assert np.isfinite(widget.path).all()
    assert np.abs(widget.path).max() <= FAR
    assert math.isfinite(widget.loss)
    widget.used = 8
    assert widget.history.stopped == "finished"
    with pytest.raises(bp.DivergenceError):
        bp.train(net, X, Y, learning_rate=50.0, epochs=400)


def test_used_cuts_the_path_at_the_last_whole_step():
    widget = DescentMap(*twins(), eta=0.3, batch_size=3)
    whole = widget.path
    reached = ((0, 0), (2, 0), (3, 1), (6, 2), (7, 2), (8, 3), (9, 3), (11, 4), (320, 120))
    for used, steps in reached:
        widget.used = used
        assert len(widget.path) == steps + 1
        np.testing.assert_array_equal(widget.path, whole[: steps + 1])
        assert len(widget.history.step_loss) == steps
        assert len(widget.history.loss) == used // 8


@pytest.mark.parametrize("size", [1, 2, 8])
@pytest.mark.parametrize("start", [(-1.7, -1.7), (0.0, 0.0)])
def test_twins_stay_twins_exactly_whatever_the_samples_in_a_step(size, start):
    widget = DescentMap(*twins(start), eta=0.3, batch_size=size)
    np.testing.assert_array_equal(widget.path[:, 0], widget.path[:, 1])
    if size == 8:
        low, high = np.linalg.eigvalsh(widget.hessian)
        assert low < 0 < high
        assert np.abs(widget._slice.gradient(widget.path[-1])[1]).max() < 1e-6


def test_the_gradient_vanishes_at_two_minima_two_saddles_and_a_top():
    widget = DescentMap(*twins(), span=((-2, 2), (-2, 2)))
    kinds = []
    for point in widget.critical:
        assert np.abs(widget._slice.gradient(point)[1]).max() < 1e-14
        kinds.append((np.linalg.eigvalsh(widget._slice.hessian(point)) > 0).sum())
    assert sorted(kinds) == [0, 1, 1, 2, 2]
    one = np.ones((1, 1))
    net = bp.Network([[[1.0]], [[2.0]]], [[0], [0]], "identity")
    saddle = DescentMap(net, one, one)  # the loss of chapter 3; its minima are a curve
    assert saddle.parameters == ["w1.1.1", "w2.1.1"]
    np.testing.assert_allclose(saddle.critical, [[0, 0]], atol=1e-15)
    np.testing.assert_allclose(saddle._slice.hessian([0, 0]), [[0, -1], [-1, 0]], atol=1e-15)


def test_the_hessian_is_the_slope_of_the_gradient():
    for number, activation in enumerate(ACTIVATIONS):
        net = bp.Network.random([2, 3, 2], sigma=1.0, rng=number, activation=activation)
        rng = np.random.default_rng(number)
        X, Y = rng.normal(size=(5, 2)), rng.normal(size=(5, 2))
        widget = DescentMap(net, X, Y, ("w1.2.1", "b2.1"))
        point, h = np.array([0.3, -0.7]), 1e-5
        columns = [
            (widget._slice.gradient(point + h * e)[1] - widget._slice.gradient(point - h * e)[1])
            for e in np.eye(2)
        ]
        np.testing.assert_allclose(
            widget._slice.hessian(point), np.array(columns) / (2 * h), atol=1e-9
        )


def test_it_hands_back_objects_of_the_package_and_leaves_its_arguments_alone():
    net, X, Y, parameters = twins()
    before = [X.copy(), Y.copy(), net.weights[0].copy()]
    widget = DescentMap(net, X, Y, parameters, eta=0.3)
    g, history = widget.gradients, widget.history
    assert isinstance(widget.network, bp.Network)
    assert isinstance(history, bp.History)
    assert g.dW[0].shape == (2, 1)
    assert widget.loss == pytest.approx(widget.network.mean_loss(X, Y), abs=1e-15)
    for old, now in zip(before, (X, Y, net.weights[0]), strict=True):
        np.testing.assert_array_equal(old, now)


# ---- what it refuses ----


def refusals():
    net, X, Y, _ = twins()
    wide = bp.Network.random([1, 30, 1])
    own = bp.Network(net.weights, net.biases, activation=(np.sin, np.cos))
    far = bp.Network([[[1e7]]], [[0]])
    many = np.zeros((41, 1))
    return [
        ((net.weights, X, Y), {}, TypeError, "net: expected a backprop.Network, got list"),
        ((wide, X, Y), {}, ValueError, "net: expected up to 60 parameters.* got 91"),
        ((own, X, Y), {}, ValueError, "net: expected one of identity, sigmoid.* got"),
        ((far, X, Y), {}, ValueError, "net: expected numbers from -1000000 to 1000000"),
        ((net, many, many), {}, ValueError, "X: expected 1 to 40 samples.* got 41"),
        ((net, X, Y[:3]), {}, ValueError, r"Y: expected shape \(8, 1\), got \(3, 1\)"),
        ((net, X * np.nan, Y), {}, ValueError, r"X: expected finite numbers, got nan at \[0, 0\]"),
        ((net, X, Y, ("w1.1.1", "w9.1.1")), {}, ValueError, "parameters: expected two names of w1"),
        ((net, X, Y, ("w1.1.1",) * 2), {}, ValueError, "parameters: expected two names of w1"),
        ((net, X, Y), {"epochs": 76}, ValueError, "epochs: expected a number from 1 to 75"),
        ((net, X, Y), {"span": ((1, 1), (0, 1))}, ValueError, "span: expected a low and a higher"),
        ((net, X, Y), {"span": 3}, ValueError, r"span: expected shape \(2, 2\)"),
        ((net, X, Y), {"eta": -1.0}, TraitError, "eta: expected a number from 0 to 100, got -1"),
        ((net, X, Y), {"eta": math.nan}, TraitError, "eta: expected a number from 0 to 100"),
        ((net, X, Y), {"batch_size": 9}, TraitError, "batch_size: expected a number from 1 to 8"),
    ]


@pytest.mark.parametrize(("arguments", "options", "error", "message"), refusals())
def test_it_refuses_with_the_limit(arguments, options, error, message):
    with pytest.raises(error, match=message):
        DescentMap(*arguments, **options)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("start", [1.0, math.nan], "start: expected finite numbers"),
        ("start", [1.0, 1e7], "start: expected numbers from -1000000 to 1000000"),
        ("start", [1.0], r"start: expected shape \(2,\)"),
        ("sigma", -0.1, "sigma: expected a number from 0 to 100"),
        ("used", 321, "used: expected a number from 0 to 320, got 321"),
        ("draw", 16, "draw: expected a number from 0 to 15, got 16"),
        ("W", [[[1.0]]], "W"),
    ],
)
def test_a_bad_value_is_refused_and_the_last_good_one_stays(name, value, message):
    widget = DescentMap(*twins())
    before = getattr(widget, name)
    with pytest.raises(TraitError, match=message):
        setattr(widget, name, value)
    assert getattr(widget, name) == before


def test_text_state_and_still_picture():
    widget = DescentMap(*twins(), eta=0.3, span=((-2, 2), (-2, 2)))
    assert repr(widget) == "DescentMap(w1.1.1 and w1.2.1, 320 gradients, 320 steps, L = 0.0234)"
    data, metadata = widget._repr_mimebundle_()
    picture = Image.open(io.BytesIO(data["image/png"]))
    assert picture.width >= metadata["image/png"]["width"] == 688
    assert len(data["image/png"]) < 120_000
    state = widget.get_state()
    assert {"kind", "W", "order", "normals", "critical", "span", "start", "used"} <= set(state)
    json.dumps({k: v for k, v in state.items() if not k.startswith("_")}, allow_nan=False)
    flat = DescentMap(bp.Network([[[0.0]]], [[0.0]], "relu"), [[0.0]], [[0.0]], epochs=3)
    assert flat.still()
    assert DescentMap(*line(), eta=50.0, batch_size=8).still()
