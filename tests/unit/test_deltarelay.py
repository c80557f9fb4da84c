"""DeltaRelay in Python: what it reports and refuses, and that core.js computes the same."""

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
from backprop.widgets import DeltaRelay

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from bundle import deno  # noqa: E402

ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu")
TOLERANCE = 1e-12


def random_relay(rng, number):
    """Return a DeltaRelay of a random network, often of another depth and scale."""
    depth = int(rng.integers(2, 9))
    sizes = rng.integers(1, 7, depth + 1)
    if number % 3:  # hidden layers of one width: the depth can be changed
        sizes[1:-1] = sizes[1]
    hidden, output = ACTIVATIONS[number % 7], str(rng.choice(ACTIVATIONS))
    net = bp.Network.random(
        sizes.tolist(), "he", rng=rng, activation=hidden, output_activation=output
    )
    for b in net.biases:
        b += rng.standard_normal(b.shape)
    widget = DeltaRelay(net, rng.standard_normal(sizes[0]), rng.standard_normal(sizes[-1]))
    if number % 3:
        widget.depth = int(rng.integers(2, 9))
    if number % 2:
        widget.sigma = float(rng.uniform(0, 1)) if number % 10 else 0.0
    return widget


def expected(widget):
    """Return what Python makes of a widget's state."""
    net, f, g = widget.network, widget.forward, widget.gradients
    came = [W.T @ delta for W, delta in zip(net.weights[1:], g.delta[1:], strict=True)]
    came.append(f.x[-1] - widget.y)
    slope = [a.slope(u, x) for a, u, x in zip(net.activations, f.u, f.x[1:], strict=True)]
    return {
        "W": net.weights,
        "b": net.biases,
        "came": came,
        "slope": slope,
        "delta": g.delta,
        "norms": widget.norms,
    }


def test_core_js_computes_the_relay_of_python(tmp_path):
    rng = np.random.default_rng(5)
    cases = []
    for number in range(500):
        widget = random_relay(rng, number)
        state = {k: v for k, v in widget.get_state().items() if not k.startswith("_")}
        state.pop("layout", None)
        cases.append({"name": f"{number}: {widget!r}", "state": state, "want": expected(widget)})
        widget.close()
    path = tmp_path / "relays.json"
    path.write_text(json.dumps({"cases": cases}, default=np.ndarray.tolist), encoding="utf-8")
    script = ROOT / "tests" / "js" / "relay_parity.js"
    run = subprocess.run(
        [deno(), "run", "--quiet", "--no-config", f"--allow-read={path}", str(script), str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    assert report["cases"] == 500
    assert report["numbers"] > 50_000
    assert set(report["worst"]) == {"W", "b", "came", "slope", "delta", "norms"}
    bad = {kind: w for kind, w in report["worst"].items() if not w["error"] <= TOLERANCE}
    assert not bad


def orthogonal(depth=5, n=4):
    rng = np.random.default_rng(1)
    W = [np.linalg.qr(rng.standard_normal((n, n)))[0] for _ in range(depth)]
    return bp.Network(W, [np.zeros(n)] * depth, activation="identity")


def test_the_identity_with_orthogonal_weights_keeps_the_norm():
    widget = DeltaRelay(orthogonal(), [1, 2, 3, 4], [0, 0, 0, 1])
    assert widget.norms == pytest.approx([widget.norms[-1]] * 5, rel=1e-14)


def test_a_dead_relu_gives_exactly_0():
    net = bp.Network(
        [np.eye(3), np.eye(3), np.ones((2, 3))],
        [[0, 0, 0], [0, -10, 0], [0, 0]],
        activation="relu",
        output_activation="identity",
    )
    widget = DeltaRelay(net, [1, 2, 3], [0, 0])
    assert widget.gradients.delta[1][1] == 0 == widget.gradients.delta[0][1]
    assert widget.gradients.delta[1][0] != 0


def test_what_it_reports_is_the_network_given_to_the_bit():
    net, x, y = bp.load_example()
    widget = DeltaRelay(net, x, y)
    for mine, theirs in zip(widget.network.weights, net.weights, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    g = net.backward(net.forward(x), y)
    np.testing.assert_array_equal(widget.gradients.delta[0], g.delta[0])
    assert widget.norms == [math.hypot(*d) for d in g.delta]
    np.testing.assert_array_equal(widget.forward.x[-1], net.predict(x))
    weights = np.concatenate([W.ravel() for W in net.weights])
    assert widget.sigma == pytest.approx(np.sqrt(np.mean(weights**2)))
    widget.sigma *= 2
    np.testing.assert_allclose(widget.network.weights[0], 2 * net.weights[0], rtol=1e-15)


def test_the_depth_is_changed_before_the_last_layer():
    net, x, y = bp.load_example()
    widget = DeltaRelay(net, x, y, depth=5)
    assert widget.network.sizes == (3, 4, 4, 4, 4, 2)
    np.testing.assert_array_equal(widget.network.weights[-1], net.weights[-1])
    deep = bp.Network.random([3, 4, 4, 4, 2], rng=1)
    shallow = DeltaRelay(deep, x, y, depth=2).network
    np.testing.assert_array_equal(shallow.weights[1], deep.weights[-1])
    assert shallow.sizes == (3, 4, 2)


def refusals():
    net, x, y = bp.load_example()
    one = bp.Network([np.ones((2, 3))], [np.zeros(2)])
    wide = bp.Network.random([3, 7, 2])
    own = bp.Network(net.weights, net.biases, activation=(np.sin, np.cos))
    return [
        ((net.weights, x, y), {}, TypeError, "net: expected a backprop.Network, got list"),
        ((one, x, y), {}, ValueError, "net: expected 2 to 8 layers.* got 1"),
        ((bp.Network.random([3] * 10), x, y), {}, ValueError, "2 to 8 layers.* got 9"),
        ((wide, x, y), {}, ValueError, "layers of up to 6 neurons.* got 3-7-2"),
        ((own, x, y), {}, ValueError, "net: expected one of identity, sigmoid"),
        ((net, x[:2], y), {}, ValueError, r"x: expected shape \(3,\), got \(2,\)"),
        ((net, x, [1, np.nan]), {}, ValueError, r"y: expected finite numbers, got nan at \[1\]"),
        ((net, x, y), {"depth": 9}, TraitError, "depth: expected a number from 2 to 8, got 9"),
        ((net, x, y), {"sigma": -1.0}, TraitError, "sigma: expected a number from 0 to 100"),
        ((net, x, y), {"sigma": math.nan}, TraitError, "sigma: expected a number from 0 to 100"),
        ((net, x, y), {"activation": "sine"}, TraitError, "sine"),
        ((net, x, y), {"step": 17}, TraitError, "step"),
    ]


@pytest.mark.parametrize(("arguments", "options", "error", "message"), refusals())
def test_it_refuses_with_the_limit(arguments, options, error, message):
    with pytest.raises(error, match=message):
        DeltaRelay(*arguments, **options)


def test_uneven_hidden_layers_fix_the_depth():
    widget = DeltaRelay(bp.Network.random([3, 4, 5, 2]), [1, 2, 3], [0, 1])
    with pytest.raises(TraitError, match="depth: expected 3, because the hidden layers"):
        widget.depth = 4
    assert widget.depth == 3


def test_bad_values_are_refused_and_the_last_good_ones_stay():
    widget = DeltaRelay(*bp.load_example())
    before = widget.W
    for value in ([[[np.inf] * 3] * 4, [[0.0] * 4] * 2], [[[0.0] * 3] * 4]):
        with pytest.raises(TraitError, match="W"):
            widget.W = value
    with pytest.raises(TraitError, match=r"b\[1\]: expected shape \(2,\), got \(3,\)"):
        widget.b = [[0.0] * 4, [0.0] * 3]
    assert widget.W == before


def test_text_state_and_still_picture():
    widget = DeltaRelay(orthogonal(8, 6), np.ones(6), np.zeros(6), step=16)
    assert repr(widget) == "DeltaRelay(8 layers, identity, step 16 of 16)"
    assert widget.selected == "1.1"
    data, metadata = widget._repr_mimebundle_()
    picture = Image.open(io.BytesIO(data["image/png"]))
    assert picture.width >= metadata["image/png"]["width"] == 688
    assert len(data["image/png"]) < 60_000
    state = widget.get_state()
    assert {"kind", "W", "spare", "given_sigma", "depth", "sigma", "step"} <= set(state)
    net, x, y = bp.load_example()
    zeros = bp.Network([W * 0 for W in net.weights], net.biases)
    assert DeltaRelay(zeros, x, y).still()
