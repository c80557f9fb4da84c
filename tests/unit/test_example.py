"""The 3-4-2 network: numbers worked out apart from the package, with 40-digit decimals."""

import numpy as np
import pytest

import backprop as bp
from tests.unit.refusals import refusal

U1 = [1.05, -0.5, 1.02, -0.62]
X1 = [0.740774899182, 0.377540668798, 0.734972599467, 0.349781451426]
U2 = [0.751123867746, -0.574185482311]
X2 = [0.679423535002, 0.360271608649]
LOSS = 0.116282450955
DELTA2 = [-0.069823860652, 0.083033950863]
DELTA1 = [-0.020039686826, 0.032950821878, -0.028083946515, -0.009313585627]
DW2 = [
    [-0.051723763335, -0.026361347049, -0.051318624368, -0.024423091323],
    [0.061509466579, 0.031348693342, 0.06102767871, 0.02904373585],
]
DW1 = [
    [-0.010019843413, 0.004007937365, -0.016031749461],
    [0.016475410939, -0.006590164376, 0.026360657503],
    [-0.014041973257, 0.005616789303, -0.022467157212],
    [-0.004656792814, 0.001862717125, -0.007450868502],
]
DX = [-0.065353789483, 0.037948276723, -0.010916907037]
DIGITS = {"rtol": 0, "atol": 1e-12}


@pytest.fixture
def arguments():
    net, x, y = bp.load_example()
    (W1, W2), (b1, b2) = net.weights, net.biases
    return W1, b1, W2, b2, x, y


def test_example_forward(arguments):
    p = bp.example.forward(*arguments[:5])
    np.testing.assert_allclose(p.u1, U1, **DIGITS)
    np.testing.assert_allclose(p.x1, X1, **DIGITS)
    np.testing.assert_allclose(p.u2, U2, **DIGITS)
    np.testing.assert_allclose(p.x2, X2, **DIGITS)


def test_example_loss(arguments):
    assert bp.example.loss(*arguments) == pytest.approx(LOSS, abs=1e-12)


def test_example_partial_derivatives(arguments):
    d = bp.example.partial_derivatives(*arguments)
    np.testing.assert_allclose(d.dW1, DW1, **DIGITS)
    np.testing.assert_allclose(d.db1, DELTA1, **DIGITS)
    np.testing.assert_allclose(d.dW2, DW2, **DIGITS)
    np.testing.assert_allclose(d.db2, DELTA2, **DIGITS)


def test_single_derivatives_count_from_one(arguments):
    assert bp.example.dL_dw2(2, 4, *arguments) == pytest.approx(DW2[1][3], abs=1e-12)
    assert bp.example.dL_db2(1, *arguments) == pytest.approx(DELTA2[0], abs=1e-12)
    assert bp.example.dL_dw1(4, 3, *arguments) == pytest.approx(DW1[3][2], abs=1e-12)
    assert bp.example.dL_db1(2, *arguments) == pytest.approx(DELTA1[1], abs=1e-12)


def test_plain_lists_work_too(arguments):
    lists = [a.tolist() for a in arguments]
    assert bp.example.dL_dw1(1, 1, *lists) == bp.example.dL_dw1(1, 1, *arguments)


@pytest.mark.parametrize("number", range(4))
def test_partial_derivatives_against_the_complex_step(arguments, number):
    arguments = list(arguments)
    names = ("dW1", "db1", "dW2", "db2")
    analytic = getattr(bp.example.partial_derivatives(*arguments), names[number])

    def loss(parameter):
        return bp.example.loss(*arguments[:number], parameter, *arguments[number + 1 :])

    check = bp.check_gradient(loss, analytic, arguments[number], method="complex")
    assert check, str(check)


def test_network_has_the_same_26_gradients(arguments):
    net, x, y = bp.load_example()
    value, g = net.loss_and_gradients(x, y)
    d = bp.example.partial_derivatives(*arguments)
    assert value == pytest.approx(LOSS, abs=1e-12)
    for ours, other in zip((*g.dW, *g.db), (d.dW1, d.dW2, d.db1, d.db2), strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-12, atol=1e-15)


def test_network_intermediate_values():
    net, x, y = bp.load_example()
    f = net.forward(x)
    g = net.backward(f, y)
    np.testing.assert_allclose(f.u[0], U1, **DIGITS)
    np.testing.assert_allclose(f.u[1], U2, **DIGITS)
    np.testing.assert_allclose(f.x[1], X1, **DIGITS)
    np.testing.assert_allclose(f.x[2], X2, **DIGITS)
    np.testing.assert_allclose(g.delta[0], DELTA1, **DIGITS)
    np.testing.assert_allclose(g.delta[1], DELTA2, **DIGITS)
    np.testing.assert_allclose(g.dx, DX, **DIGITS)
    assert np.array_equal(f.x[0], x)


def test_example_does_not_use_the_network():
    # Only load_example names it; the mathematics must be another way to the same numbers.
    source = bp.source(bp.example, docstring=False)
    mathematics = source[: source.index("def load_example")]
    for word in ("lemmas", "losses", "activations", "np.dot", "@ ", "einsum", "outer"):
        assert word not in mathematics


def test_sigmoid_of_large_numbers():
    assert bp.example.f(-1000.0) == 0.0
    assert bp.example.f(1000.0) == 1.0
    assert bp.example.f_prime(-1000.0) == 0.0


@pytest.mark.parametrize(
    ("function", "indices", "message"),
    [
        ("dL_dw2", (0, 1), "i: expected an index from 1 to 2, as in the book, got 0"),
        ("dL_dw2", (3, 1), "i: expected an index from 1 to 2, as in the book, got 3"),
        ("dL_dw2", (1, 5), "j: expected an index from 1 to 4, as in the book, got 5"),
        ("dL_db2", (3,), "i: expected an index from 1 to 2, as in the book, got 3"),
        ("dL_dw1", (5, 1), "i: expected an index from 1 to 4, as in the book, got 5"),
        ("dL_dw1", (1, 4), "j: expected an index from 1 to 3, as in the book, got 4"),
        ("dL_db1", (0,), "i: expected an index from 1 to 4, as in the book, got 0"),
    ],
)
def test_index_out_of_range(arguments, function, indices, message):
    assert refusal(ValueError, getattr(bp.example, function), *indices, *arguments) == message


@pytest.mark.parametrize(
    ("number", "name", "shape"),
    [(0, "W1", (4, 3)), (1, "b1", (4,)), (2, "W2", (2, 4)), (3, "b2", (2,)), (4, "x", (3,))],
)
def test_wrong_shape(arguments, number, name, shape):
    arguments = list(arguments)
    arguments[number] = np.zeros(7)
    message = refusal(ValueError, bp.example.loss, *arguments)
    assert message == f"{name}: expected shape {shape} for the 3-4-2 network, got (7,)"


def test_wrong_label(arguments):
    message = refusal(ValueError, bp.example.dL_db1, 1, *arguments[:5], [1.0, 0.0, 0.0])
    assert message == "y: expected shape (2,) for the two outputs, got (3,)"


@pytest.mark.parametrize("seed", range(5))
def test_other_numbers_than_the_example(seed):
    """With its label (1, 0) some wrong signs are invisible; with random labels none is."""
    rng = np.random.default_rng(seed)
    W1, b1, W2, b2, x, y = (rng.normal(size=n) for n in ((4, 3), 4, (2, 4), 2, 3, 2))
    net = bp.Network([W1, W2], [b1, b2])
    value, g = net.loss_and_gradients(x, y)
    assert bp.example.loss(W1, b1, W2, b2, x, y) == pytest.approx(value, rel=1e-14)
    d = bp.example.partial_derivatives(W1, b1, W2, b2, x, y)
    for ours, other in zip((d.dW1, d.dW2, d.db1, d.db2), (*g.dW, *g.db), strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-12, atol=1e-15)

    def loss(W1):
        return bp.example.loss(W1, b1, W2, b2, x, y)

    check = bp.check_gradient(loss, d.dW1, W1, method="complex")
    assert check, str(check)
