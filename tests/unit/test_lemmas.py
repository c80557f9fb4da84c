import numpy as np
import pytest

from backprop import lemmas
from tests.unit.refusals import refusal

DELTA, W, X = [1.0, 2.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [7.0, 8.0, 9.0]


def test_linear_map_by_hand():
    assert np.array_equal(lemmas.linear_vjp_W(DELTA, X), [[7, 8, 9], [14, 16, 18]])
    assert np.array_equal(lemmas.linear_vjp_x(DELTA, W), [9, 12, 15])


def test_affine_map_by_hand():
    g = lemmas.affine_vjp(DELTA, W, X)
    assert np.array_equal(g.dW, [[7, 8, 9], [14, 16, 18]])
    assert np.array_equal(g.db, DELTA)
    assert np.array_equal(g.dx, [9, 12, 15])


def test_square_matrix_is_transposed():
    # Where "make the shapes fit" cannot tell W from its transpose.
    assert np.array_equal(lemmas.linear_vjp_x([1.0, 0.0], [[0.0, 1.0], [0.0, 0.0]]), [0.0, 1.0])
    assert np.array_equal(lemmas.linear_vjp_W([1.0, 0.0], [0.0, 1.0]), [[0.0, 1.0], [0.0, 0.0]])


def test_elementwise_by_hand():
    assert np.array_equal(lemmas.elementwise_vjp([2.0, 3.0], [5.0, 7.0]), [10.0, 21.0])


def test_affine_elementwise_by_hand():
    result = lemmas.affine_elementwise_vjp([2.0, 3.0], [5.0, 7.0], W)
    assert np.array_equal(result, [10 + 84, 20 + 105, 30 + 126])


def test_jacobian_by_hand():
    assert np.array_equal(lemmas.jacobian_vjp(DELTA, W), [9, 12, 15])


def test_results_share_no_memory():
    delta = np.array(DELTA)
    g = lemmas.affine_vjp(delta, np.array(W), np.array(X))
    assert not np.shares_memory(g.db, delta)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (lemmas.affine_vjp, ([[1.0], [2.0]], W, X),
         "delta: expected shape (2,) to match the rows of W, got (2, 1)"),
        (lemmas.affine_vjp, (DELTA, W, DELTA),
         "x: expected shape (3,) to match the columns of W, got (2,)"),
        (lemmas.affine_vjp, (DELTA, X, X), "W: expected shape (p, n) for a matrix, got (3,)"),
        (lemmas.linear_vjp_W, (W, X), "delta: expected shape (p,) for a vector, got (2, 3)"),
        (lemmas.linear_vjp_W, (DELTA, W), "x: expected shape (n,) for a vector, got (2, 3)"),
        (lemmas.linear_vjp_W, ([], X), "delta: expected shape (p,) for a vector, got (0,)"),
        (lemmas.linear_vjp_x, (X, W),
         "delta: expected shape (2,) to match the rows of W, got (3,)"),
        (lemmas.linear_vjp_x, (X, X), "W: expected shape (p, n) for a matrix, got (3,)"),
        (lemmas.elementwise_vjp, (DELTA, X), "slope: expected shape (2,) to match dv, got (3,)"),
        (lemmas.elementwise_vjp, (W, X), "dv: expected shape (n,) for a vector, got (2, 3)"),
        (lemmas.affine_elementwise_vjp, (X, X, W),
         "delta: expected shape (2,) to match the rows of W, got (3,)"),
        (lemmas.jacobian_vjp, (X, W), "dv: expected shape (2,) to match the rows of J, got (3,)"),
        (lemmas.jacobian_vjp, (X, X), "J: expected shape (p, n) for a matrix, got (3,)"),
    ],
)  # fmt: skip
def test_wrong_shapes(function, arguments, message):
    assert refusal(ValueError, function, *arguments) == message


def test_wrong_kind():
    message = refusal(TypeError, lemmas.linear_vjp_W, ["a"], [1.0])
    assert message == "delta: expected an array of numbers, got an array of text"


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (lemmas.affine_vjp, ("delta", "W", "x")),
        (lemmas.linear_vjp_W, ("delta", "x")),
        (lemmas.linear_vjp_x, ("delta", "W")),
        (lemmas.elementwise_vjp, ("dv", "slope")),
        (lemmas.affine_elementwise_vjp, ("dv", "slope", "W")),
        (lemmas.jacobian_vjp, ("dv", "J")),
    ],
)
def test_every_argument_is_called_by_its_name(function, names):
    good = {"W": [[1.0]], "J": [[1.0]]}
    for wrong in names:
        arguments = {name: good.get(name, [1.0]) for name in names} | {wrong: ["a"]}
        message = refusal(TypeError, function, **arguments)
        assert message == f"{wrong}: expected an array of numbers, got an array of text"
