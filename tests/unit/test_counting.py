import numpy as np
import pytest

import backprop as bp
from backprop.counting import Count, watch


@pytest.mark.parametrize("m", [None, 1, 5])
@pytest.mark.parametrize("sizes", [(3, 4, 2), (1, 1), (5, 4, 3, 2)])
def test_products_are_counted_exactly(sizes, m):
    net = bp.Network.random(sizes, rng=0)
    shape = () if m is None else (m,)
    X, Y = np.ones((*shape, sizes[0])), np.ones((*shape, sizes[-1]))
    weights = sum(W.size for W in net.weights)
    samples = m or 1
    with bp.counting() as count:
        f = net.forward(X)
    assert count.matrix == samples * weights
    with bp.counting() as count:
        f = net.forward(X)
        before = count.matrix
        net.backward(f, Y, input_gradient=False)
    # dW of every layer, and dx of every layer but the first: the first-layer saving
    assert count.matrix - before == samples * (2 * weights - net.weights[0].size)
    with bp.counting() as count:
        f = net.forward(X)
        net.backward(f, Y)
    assert count.matrix == samples * 3 * weights


def test_elementwise_operations_of_the_example():
    net, x, y = bp.load_example()
    with bp.counting() as count:
        net.loss_and_gradients(x, y)
    # Per neuron: the sigmoid's slope x (1 - x), and delta; the sigmoid's quotient, and 1/m.
    assert count.elementwise == 2 * 6
    assert count.divisions == 2 * 6
    assert count.matrix == 20 + 20 + 8
    assert count.multiplications == 60
    assert repr(count) == "Count(matrix=48, elementwise=12, divisions=12)"


def test_same_numbers_while_counting():
    net, x, y = bp.load_example()
    plain, g = net.loss_and_gradients(x, y)
    with bp.counting():
        value, h = net.loss_and_gradients(x, y)
    assert plain == value
    for a, b in zip((*g.dW, *g.db, *g.delta), (*h.dW, *h.db, *h.delta), strict=True):
        assert np.array_equal(a, b)


def test_nothing_is_counted_outside():
    net, x, _ = bp.load_example()
    with bp.counting() as count:
        pass
    assert type(net.forward(x).u[0]) is np.ndarray
    assert count.multiplications == 0
    assert watch(x) is x


def test_arrays_made_inside_do_not_count_afterwards():
    net, x, _ = bp.load_example()
    with bp.counting() as count:
        f = net.forward(x)
    counted = count.matrix
    np.dot(f.x[1], net.weights[1].T)
    f.x[1] * 2.0
    assert count.matrix == counted


def test_nested_counts():
    net, x, _ = bp.load_example()
    with bp.counting() as outer:
        net.forward(x)
        with bp.counting() as inner:
            net.forward(x)
        net.forward(x)
    assert (outer.matrix, inner.matrix) == (40, 20)


def test_matmul_and_outer_count():
    with bp.counting() as count:
        a = watch(np.ones((2, 3)))
        a @ np.ones((3, 4))
        np.outer(a[0], np.ones(5))
        a / 2.0
        a * a
    assert (count.matrix, count.divisions, count.elementwise) == (24 + 15, 6, 6)


def test_count_starts_at_zero():
    assert repr(Count()) == "Count(matrix=0, elementwise=0, divisions=0)"


def test_products_written_in_other_ways_are_counted():
    W, x = np.ones((4, 3)), np.ones(3)
    with bp.counting() as count:
        product = watch(x) @ W.T  # a vector on the left
        watch(product) @ W
    assert count.matrix == 12 + 12


def test_keywords_reach_numpy():
    a = np.ones((2, 3))
    with bp.counting() as count:
        np.testing.assert_array_equal(np.add.reduce(watch(a), axis=1), [3.0, 3.0])
        assert np.concatenate([a, watch(a)], axis=1).shape == (2, 6)
        again = watch(a.copy())
        again += again
        np.testing.assert_array_equal(again, 2 * a)
        assert np.full_like(watch(a), fill_value=2.0).tolist() == [[2.0] * 3] * 2
    assert count.matrix == 0
