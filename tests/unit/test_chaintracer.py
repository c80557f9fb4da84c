"""ChainTracer's Python side."""

import io

import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

import backprop as bp
from backprop.widgets import ChainTracer

pytestmark = pytest.mark.slow

TOLERANCE = 1e-12


@pytest.fixture
def widget():
    return ChainTracer(*bp.load_example(), selected="w1.2.3", step=2)


def names(net):
    for layer, matrix in enumerate(net.weights, 1):
        for i in range(matrix.shape[0]):
            yield f"b{layer}.{i + 1}", {"layer": layer, "i": i}
            for j in range(matrix.shape[1]):
                yield f"w{layer}.{i + 1}.{j + 1}", {"layer": layer, "i": i, "j": j}


# ---- what Python sees ----


def test_the_terms_of_every_weight_sum_to_its_derivative():
    net, x, y = bp.load_example()
    g = net.backward(net.forward(x), y)
    widget = ChainTracer(net, x, y)
    counted = 0
    for name, at in names(net):
        widget.selected = name
        layer, i = at["layer"], at["i"]
        want = g.dW[layer - 1][i, at["j"]] if "j" in at else g.db[layer - 1][i]
        assert len(widget.terms) == (2 if layer == 1 else 1)
        assert widget.derivative == want
        assert abs(sum(term.value for term in widget.terms) - want) <= TOLERANCE
        counted += 1
    assert counted == 26


def test_it_hands_back_the_packages_objects_and_follows_the_page(widget):
    net, x, _ = bp.load_example()
    assert isinstance(widget.network, bp.Network)
    assert isinstance(widget.gradients, bp.network.Gradients)
    np.testing.assert_array_equal(widget.forward.x[-1], net.forward(x).x[-1])
    W = [[row[:] for row in layer] for layer in widget.W]
    W[1][0][1] = 0.0
    widget.set_state({"W": W, "selected": "w1.2.1", "guess": "falls"})
    assert widget.terms[0].value == 0
    assert widget.guess == "falls"


def test_factors_run_from_the_loss_back_to_the_weight(widget):
    net, x, y = bp.load_example()
    f = net.forward(x)
    (first, second) = widget.terms
    e = f.x[2][0] - y[0]
    slope2, slope1 = (v * (1 - v) for v in (f.x[2][0], f.x[1][1]))
    assert first.factors == pytest.approx((e, slope2, net.weights[1][0, 1], slope1, x[2]))
    assert (first.output, second.output) == (1, 2)


# ---- what it refuses ----


def refusals():
    net, x, y = bp.load_example()
    rng = np.random.default_rng(0)
    deep = bp.Network.random([2, 2, 2, 2], rng=rng)
    wide = bp.Network.random([3, 5, 2], rng=rng)
    return [
        ((net.weights, x, y), TypeError, "net: expected a backprop.Network, got list"),
        ((deep, x[:2], y), ValueError, "one hidden layer and at most 4-4-2.* got 2-2-2-2"),
        ((wide, x, y), ValueError, "one hidden layer and at most 4-4-2.* got 3-5-2"),
        ((net, x[:2], y), ValueError, r"x: expected shape \(3,\), got \(2,\)"),
        ((net, x, [np.inf, 0]), ValueError, "y: expected finite numbers, got inf"),
    ]


@pytest.mark.parametrize(("arguments", "error", "message"), refusals())
def test_other_networks_are_refused_in_a_sentence(arguments, error, message):
    with pytest.raises(error, match=message):
        ChainTracer(*arguments)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("selected", "x.1", "selected: expected the name of a weight or a bias"),
        ("selected", "w1.5.1", "selected: expected the name"),
        ("W", [[[0.0] * 3] * 4], "W: expected a list of 2 arrays"),
        ("b", [[0.0] * 4, [np.nan, 0.0]], r"b\[1\]: expected finite numbers, got nan at \[0\]"),
        ("step", 5, "step"),
        ("guess", "perhaps", "guess"),
    ],
)
def test_a_bad_value_is_refused_and_the_last_good_one_stays(widget, name, value, message):
    before = getattr(widget, name)
    with pytest.raises(TraitError, match=message):
        setattr(widget, name, value)
    assert getattr(widget, name) == before


# ---- how it stands in a notebook ----


def test_its_text_is_stable_and_gives_nothing_away_before_the_sum(widget):
    assert repr(widget) == "ChainTracer(w1.2.3, step 2: sum, dL = +0.0264)"
    widget.step = 0
    assert repr(widget) == "ChainTracer(w1.2.3, step 0: predict)"


@pytest.mark.parametrize("selected", ["w1.2.3", "w2.1.4", "b1.1"])
def test_still_pictures_differ_by_step_and_are_small(widget, selected):
    widget.selected = selected
    pictures = []
    for step in range(4):
        widget.step = step
        pictures.append(widget.still())
    assert len(set(pictures)) == 4
    assert max(map(len, pictures)) < 80_000
    assert Image.open(io.BytesIO(pictures[0])).width >= 688


def test_smaller_networks_are_drawn_too():
    net = bp.Network([[[0.5]]] * 2, [[0.1], [0.2]], activation="tanh", output_activation="identity")
    widget = ChainTracer(net, [1.0], [0.0], step=4)
    assert (widget.activation, widget.output_activation) == ("tanh", "identity")
    assert widget.selected == "w1.1.1"
    assert widget.still()
