"""DeltaRelay in Python: what it reports and refuses."""

import io
import math

import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

import backprop as bp
from backprop.widgets import DeltaRelay

pytestmark = pytest.mark.slow


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
