import functools
import math

import numpy as np
import pytest

import backprop as bp
from backprop.activations import ACTIVATIONS, get
from tests.unit.refusals import refusal

NAMES = list(ACTIVATIONS)
GRID = np.array([-30.0, -5.0, -1.0, -0.7517916, -0.1, 0.1, 1.0, 5.0, 30.0])
LARGEST = np.finfo(float).max
EXTREMES = np.array(
    [-LARGEST, -1e200, -1e5, -800, -700, -1e-300, -0.0, 0.0, 5e-324, 800, 1e155, 1e300, LARGEST]
)


def gelu_inner(t):
    return math.sqrt(2 / math.pi) * (t + 0.044715 * t**3)


# Written with Python's math from the definitions, at points where nothing overflows.
DEFINITIONS = {
    "identity": lambda t: t,
    "sigmoid": lambda t: 1 / (1 + math.exp(-t)),
    "tanh": math.tanh,
    "relu": lambda t: max(t, 0.0),
    "leaky_relu": lambda t: t if t > 0 else 0.01 * t,
    "softplus": lambda t: math.log1p(math.exp(t)),
    # (1 + tanh z) / 2 without its loss of digits where tanh z is near -1
    "gelu": lambda t: t / (1 + math.exp(min(700, -2 * gelu_inner(t)))),
}


def test_all_seven_are_there():
    assert NAMES == ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu"]
    assert list(DEFINITIONS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_values(name):
    expected = [DEFINITIONS[name](t) for t in GRID.tolist()]
    np.testing.assert_allclose(get(name).f(GRID), expected, rtol=1e-13, atol=1e-300)


def test_gelu_is_the_tanh_form_and_keeps_its_digits_in_the_tail():
    tanh_form = [0.5 * t * (1 + math.tanh(gelu_inner(t))) for t in GRID.tolist()]
    np.testing.assert_allclose(get("gelu").f(GRID), tanh_form, rtol=1e-13, atol=1e-15)
    slope = get("gelu").derivative(np.array([-6.0, -5.0, 6.0]))
    step = get("gelu").f(np.array([-6.0, -5.0, 6.0]) + 1e-20j).imag / 1e-20
    np.testing.assert_allclose(slope, step, rtol=1e-12)
    assert slope[0] != 0


@pytest.mark.parametrize("name", NAMES)
def test_derivative_against_the_complex_step(name):
    f = get(name)
    step = f.f(GRID + 1e-20j).imag / 1e-20
    np.testing.assert_allclose(f.derivative(GRID), step, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "gelu"])
def test_derivative_from_output_is_the_same_derivative(name):
    f = get(name)
    np.testing.assert_allclose(
        f.derivative_from_output(f.f(GRID)), f.derivative(GRID), rtol=1e-12, atol=1e-15
    )


def test_slope_uses_the_output_where_it_can():
    f = get("sigmoid")
    # An output that belongs to another u shows which one was used.
    assert f.slope(np.array([0.0]), np.array([0.25])) == 0.1875
    g = get("gelu")
    assert g.derivative_from_output is None
    assert g.slope(np.array([0.0]), np.array([9.0])) == 0.5


def test_gelu_output_does_not_determine_the_derivative():
    # Two inputs with the same output, found by bisection on both sides of the minimum.
    low, high = -5.0, -0.7517916
    target = float(bp.activations.gelu(-0.5))
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if bp.activations.gelu(middle) > target else (low, middle)
    assert bp.activations.gelu(low) == pytest.approx(target, abs=1e-15)
    assert bp.activations.gelu_derivative(low) < 0 < bp.activations.gelu_derivative(-0.5)


@pytest.mark.parametrize(("name", "at_the_kink"), [("relu", 0.0), ("leaky_relu", 0.01)])
def test_convention_at_the_kink(name, at_the_kink):
    f = get(name)
    for zero in (0.0, -0.0):
        u = np.array([zero])
        assert f.derivative(u) == at_the_kink
        assert f.derivative_from_output(f.f(u)) == at_the_kink


@pytest.mark.parametrize(("name", "at_the_kink"), [("relu", 0.0), ("leaky_relu", 0.01)])
def test_the_complex_step_sees_the_same_convention(name, at_the_kink):
    u = np.array([0.0, -2.0, 2.0]) + 1e-30j
    assert (get(name).f(u).imag / 1e-30).tolist() == [at_the_kink, at_the_kink, 1.0]


def test_an_activation_without_a_name_is_called_custom():
    own = bp.activations.get((functools.partial(np.power, 2.0), np.cos))
    assert own.name == "custom"


def test_relu_derivative_from_output_is_strict():
    # "x >= 0" is always true after relu; this bug has been published.
    x = bp.activations.relu(np.array([-3.0, 2.0]))
    assert np.array_equal(bp.activations.relu_derivative_from_output(x), [0.0, 1.0])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_no_warning_and_no_nan_for_any_finite_input(name, dtype):
    f = get(name)
    with np.errstate(over="ignore"):
        u = np.clip(EXTREMES.astype(dtype), np.finfo(dtype).min, np.finfo(dtype).max)
    with np.errstate(all="raise", under="ignore"):
        x = f.f(u)
        slopes = [f.derivative(u)]
        if f.derivative_from_output is not None:
            slopes.append(f.derivative_from_output(x))
    assert np.isfinite(x).all()
    for slope in slopes:
        assert np.isfinite(slope).all()
        assert slope.dtype == x.dtype == dtype
        assert slope.shape == x.shape == u.shape


@pytest.mark.parametrize("name", NAMES)
def test_no_nan_for_large_complex_input(name):
    # So that the complex step gets through a saturated network.
    u = np.array([-1e5, -800.0, 800.0, 1e5]) + 1e-20j
    with np.errstate(all="raise", under="ignore"):
        x = get(name).f(u)
    assert np.isfinite(x).all()
    np.testing.assert_allclose(x.real, get(name).f(u.real), rtol=1e-12, atol=1e-300)


def test_saturated_values_are_the_right_ones():
    u = np.array([-1e300, -40.0, 40.0, 1e300])
    assert bp.activations.sigmoid(u)[1] == pytest.approx(math.exp(-40), rel=1e-15)
    assert np.array_equal(bp.activations.sigmoid(u)[[0, 3]], [0.0, 1.0])
    assert bp.activations.sigmoid_derivative(u)[2] == pytest.approx(math.exp(-40), rel=1e-15)
    assert bp.activations.softplus(u)[1] == pytest.approx(math.exp(-40), rel=1e-15)
    assert np.array_equal(bp.activations.softplus(u)[[0, 3]], [0.0, 1e300])
    assert np.array_equal(bp.activations.gelu(u)[[0, 3]], [0.0, 1e300])
    assert np.array_equal(bp.activations.gelu_derivative(u)[[0, 3]], [0.0, 1.0])


@pytest.mark.parametrize("name", NAMES)
def test_input_is_neither_changed_nor_returned(name):
    u = GRID.copy()
    x = get(name).f(u)
    get(name).derivative(u)
    assert np.array_equal(u, GRID)
    assert not np.shares_memory(x, u)


@pytest.mark.parametrize("name", NAMES)
def test_lists_and_single_numbers(name):
    f = get(name)
    assert np.array_equal(f.f([1, -2]), f.f(np.array([1.0, -2.0])))
    assert np.shape(f.f(0.5)) == np.shape(f.derivative(0.5)) == ()


@pytest.mark.parametrize("name", NAMES)
def test_text_is_refused(name):
    for function in (get(name).f, get(name).derivative):
        message = refusal(TypeError, function, ["one"])
        assert message == "u: expected an array of numbers, got an array of text"


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("gelu", "identity")])
def test_an_output_of_text_is_refused(name):
    message = refusal(TypeError, get(name).derivative_from_output, ["one"])
    assert message == "x: expected an array of numbers, got an array of text"


def test_get_passes_an_activation_through():
    assert get(get("tanh")) is get("tanh")
    own = get((np.sin, np.cos))
    assert own.name == "sin"
    assert own.derivative_from_output is None
