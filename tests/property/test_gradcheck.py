"""The checker itself: it must pass what is right and fail what is wrong, at any scale."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

import backprop as bp
from tests.property.strategies import SMOOTH, data, dims, networks, seeds


@given(n=dims, seed=seeds, power=st.integers(-8, 8))
def test_relative_error_does_not_depend_on_the_scale(n, seed, power):
    rng = np.random.default_rng(seed)
    a, x = rng.normal(size=n), rng.normal(size=n)
    scale = 10.0**power

    def f(x):
        return scale * np.sum(a * x * x)

    for method in ("central", "complex"):
        assert bp.check_gradient(f, scale * 2 * a * x, x, method, tolerance=1e-6)
        assert not bp.check_gradient(f, scale * 2.001 * a * x, x, method, tolerance=1e-6)


@given(net=networks(activations=SMOOTH), seed=seeds)
def test_one_wrong_entry_is_named(net, seed):
    X, Y = data(net, 2, seed)
    _, g = net.loss_and_gradients(X, Y)
    rng = np.random.default_rng(seed)
    layer = int(rng.integers(len(net)))
    place = tuple(int(rng.integers(n)) for n in net.weights[layer].shape)
    size = max(float(np.abs(a).max()) for a in (*g.dW, *g.db))
    assume(size > 1e-6)

    class Wrong(bp.Network):
        def loss_and_gradients(self, X, Y, loss="squared_error"):
            value, g = super().loss_and_gradients(X, Y, loss)
            g.dW[layer][place] += 0.01 * size
            return value, g

    wrong = Wrong(net.weights, net.biases, net.activations[0], net.activations[-1])
    for method in ("central", "complex"):
        report = bp.gradient_check(wrong, X, Y, method=method)
        assert not report
        assert report.worst.name == f"W{layer + 1}"
        assert report.worst.place == place
        assert f"W{layer + 1}[{', '.join(map(str, place))}]" in str(report)
    assert not bp.gradient_check(wrong, X, Y, method="adjoint")
