"""NeuronDial's Python side."""

import io

import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

import backprop as bp
from backprop.widgets import NeuronDial


def dial(**changes):
    return NeuronDial(**{"w": [1.2, -0.8], "b": 0.3, "x": [0.9, 0.5], "y": 1.0, **changes})


def test_it_hands_back_the_packages_objects():
    widget = dial(activation="tanh")
    assert isinstance(widget.network, bp.Network)
    u = 1.2 * 0.9 - 0.8 * 0.5 + 0.3
    np.testing.assert_allclose(widget.forward.u[0], [u])
    assert widget.slope == pytest.approx(1 - np.tanh(u) ** 2)
    assert widget.loss == pytest.approx((np.tanh(u) - 1) ** 2 / 2)
    assert widget.gradients.dW[0][0, 0] == pytest.approx(widget.gradients.db[0][0] * 0.9)
    widget.set_state({"w": [0.0, 0.0], "b": -0.5})
    assert widget.forward.u[0][0] == -0.5


def test_relu_at_zero_follows_the_book():
    assert dial(w=[0.0], x=[1.0], b=0.0, activation="relu").slope == 0


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"w": [1.0, 2.0, 3.0]}, ValueError, r"w: expected 1 or 2 weights, got shape \(3,\)"),
        ({"x": [1.0]}, ValueError, r"x: expected shape \(2,\), got \(1,\)"),
        ({"b": float("nan")}, TraitError, "b: expected a finite number, got nan"),
        ({"x": [1.0, np.inf]}, TraitError, "x: expected finite numbers, got inf"),
        ({"activation": "step"}, TraitError, "activation"),
        ({"selected": "w.3"}, TraitError, "selected: expected one of"),
    ],
)
def test_what_it_refuses(changes, error, message):
    with pytest.raises(error, match=message):
        dial(**changes)


def test_text_and_still_picture():
    widget = dial()
    assert repr(widget) == "NeuronDial(sigmoid, u = +0.980, f(u) = +0.727, L = 0.0372)"
    before = widget.still()
    assert Image.open(io.BytesIO(before)).width >= 688
    assert len(before) < 60_000
    widget.activation = "relu"
    assert widget.still() != before
