"""What must hold for networks of any depth, width, batch, activation and loss."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop as bp
from backprop.activations import ACTIVATIONS
from tests.property.strategies import SMOOTH, batches, data, networks, seeds

LOSSES = ["squared_error", "softmax_cross_entropy", "binary_cross_entropy", "contrastive"]
CLOSE = {"rtol": 1e-12, "atol": 1e-14}


def agrees(check):
    """Tell whether a gradient is right to 1e-12 · max(1, |value|), and to nine digits besides.

    The slope x(1 - x) of a saturated sigmoid is a difference of nearly equal numbers: it is exact
    to one rounding of 1, not of itself.
    """
    close = abs(check.analytic - check.numeric) <= 1e-12 * max(1, abs(check.numeric))
    return check.ok or (close and check.error <= 1e-9)


def gradients(g):
    return [*g.dW, *g.db]


@given(net=networks(), m=batches, seed=seeds)
def test_gradients_against_the_complex_step(net, m, seed):
    report = bp.gradient_check(net, *data(net, m, seed), method="complex")
    assert all(map(agrees, report.checks)), str(report)


@pytest.mark.parametrize("loss", LOSSES)
@given(net=networks(output="identity"), m=batches, seed=seeds)
def test_every_loss_against_the_complex_step(loss, net, m, seed):
    report = bp.gradient_check(net, *data(net, m, seed, loss), loss=loss, method="complex")
    assert all(map(agrees, report.checks)), str(report)


@given(net=networks(activations=SMOOTH), m=batches, seed=seeds)
def test_gradients_against_central_differences(net, m, seed):
    report = bp.gradient_check(net, *data(net, m, seed), method="central", tolerance=1e-6)
    assert report, str(report)


@given(net=networks(), m=batches, seed=seeds)
def test_adjoint_identity(net, m, seed):
    assert bp.gradient_check(net, *data(net, m, seed), method="adjoint", rng=seed)


@given(net=networks(), m=batches, seed=seeds)
def test_gradient_with_respect_to_the_input(net, m, seed):
    X, Y = data(net, m, seed)
    dx = net.backward(net.forward(X), Y).dx
    samples = 1 if m is None else m  # dx is of each sample's own loss, the value their mean
    check = bp.check_gradient(
        lambda moved: samples * net.mean_loss(moved, Y), dx, X, method="complex"
    )
    assert agrees(check), str(check)


@given(net=networks(), m=st.integers(1, 7), seed=seeds)
def test_a_batch_is_the_mean_of_its_samples(net, m, seed):
    X, Y = data(net, m, seed)
    value, batch = net.loss_and_gradients(X, Y)
    singles = [net.loss_and_gradients(x, y) for x, y in zip(X, Y, strict=True)]
    np.testing.assert_allclose(value, np.mean([single for single, _ in singles]), **CLOSE)
    for k, together in enumerate(gradients(batch)):
        mean = np.mean([gradients(g)[k] for _, g in singles], axis=0)
        np.testing.assert_allclose(together, mean, **CLOSE)
    for layer in range(len(net)):  # the rows of delta are the samples' own, unscaled
        rows = [g.delta[layer] for _, g in singles]
        np.testing.assert_allclose(batch.delta[layer], rows, **CLOSE)


@given(net=networks(), m=batches, seed=seeds)
def test_forward_is_the_composition_written_for_columns(net, m, seed):
    X, _ = data(net, m, seed)
    columns = np.atleast_2d(X).T  # the book's layout
    for W, b, activation in zip(net.weights, net.biases, net.activations, strict=True):
        columns = activation.f(W @ columns + b[:, np.newaxis])
    expected = columns.T if m is not None else columns[:, 0]
    np.testing.assert_allclose(net.predict(X), expected, **CLOSE)


@given(net=networks(), seed=seeds)
def test_the_recursion_is_the_lemmas_chained(net, seed):
    x, y = data(net, None, seed)
    f = net.forward(x)
    g = net.backward(f, y)
    dx = f.x[-1] - y
    for layer in reversed(range(len(net))):
        slope = net.activations[layer].derivative(f.u[layer])
        delta = bp.lemmas.elementwise_vjp(dx, slope)
        dW, db, dx = bp.lemmas.affine_vjp(delta, net.weights[layer], f.x[layer])
        np.testing.assert_allclose(g.delta[layer], delta, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(g.dW[layer], dW, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(g.db[layer], db, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(g.dx, dx, rtol=1e-10, atol=1e-13)


@given(net=networks(), m=batches, seed=seeds)
def test_gradients_are_directional_derivatives_of_every_layer(net, m, seed):
    """The error term is the gradient with respect to the pre-activation: shift u, not W."""
    X, Y = data(net, m, seed)
    g = net.backward(net.forward(X), Y)
    samples = 1 if m is None else m
    for layer in range(len(net)):
        shifted = net.copy()
        b_dot = np.random.default_rng(seed).normal(size=len(net.biases[layer]))
        shifted.biases[layer] = net.biases[layer] + 1e-20j * b_dot
        along = samples * shifted.mean_loss(X, Y).imag / 1e-20
        by_delta = np.sum(np.atleast_2d(g.delta[layer]) @ b_dot)
        np.testing.assert_allclose(by_delta, along, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
@given(net=networks(output="identity"), m=batches, seed=seeds)
def test_buffers_change_no_bit(loss, net, m, seed):
    X, Y = data(net, m, seed, loss)
    workspace = net.workspace(7, loss)
    fresh_value, fresh = net.loss_and_gradients(X, Y, loss)
    for _ in range(2):
        value, g = workspace.loss_and_gradients(X, Y)
        assert value.hex() == fresh_value.hex()
        for a, b in zip((*g.delta, *gradients(g)), (*fresh.delta, *gradients(fresh)), strict=True):
            assert a.shape == b.shape
            assert a.tobytes() == b.tobytes()


@given(net=networks(), m=batches, seed=seeds)
def test_nothing_given_is_changed_or_shared(net, m, seed):
    X, Y = data(net, m, seed)
    given_arrays = [X, Y, *net.weights, *net.biases]
    kept = [a.copy() for a in given_arrays]
    f = net.forward(X)
    results = [*f.u, *f.x[1:], *net.backward(f, Y).delta, *gradients(net.backward(f, Y))]
    net.loss_and_gradients(X, Y)
    net.workspace(7).loss_and_gradients(X, Y)
    bp.gradient_check(net, X, Y)
    for before, after in zip(kept, given_arrays, strict=True):
        assert np.array_equal(before, after)
        assert not any(np.shares_memory(after, result) for result in results)
    assert len({id(a) for a in results}) == len(results)


@given(net=networks(), m=batches, seed=seeds)
def test_float32_is_float64_rounded(net, m, seed):
    X, Y = data(net, m, seed)
    small = bp.Network(
        [W.astype(np.float32) for W in net.weights],
        [b.astype(np.float32) for b in net.biases],
        net.activations[0],
        net.activations[-1],
    )
    wide = bp.Network(small.weights, small.biases, net.activations[0], net.activations[-1])
    wide.weights[:] = [W.astype(np.float64) for W in small.weights]
    wide.biases[:] = [b.astype(np.float64) for b in small.biases]
    X32, Y32 = X.astype(np.float32), Y.astype(np.float32)
    _, narrow = small.loss_and_gradients(X32, Y32)
    _, exact = wide.loss_and_gradients(X32.astype(float), Y32.astype(float))
    scale = max(float(np.abs(a).max()) for a in gradients(exact))
    near_a_kink = any(np.abs(u).min() < 1e-4 for u in wide.forward(X32.astype(float)).u)
    for a, b in zip(gradients(narrow), gradients(exact), strict=True):
        assert a.dtype == np.float32
        if not near_a_kink:
            # Where tanh is saturated, 1 - x * x keeps the rounding of 1 and little else.
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-4 * scale + 1e-5)


@given(net=networks(), seed=seeds)
def test_permuting_hidden_neurons_permutes_the_gradients(net, seed):
    if len(net) == 1:
        return
    x, y = data(net, 3, seed)
    order = np.random.default_rng(seed).permutation(len(net.biases[0]))
    twin = net.copy()
    twin.weights[0], twin.biases[0] = net.weights[0][order], net.biases[0][order]
    twin.weights[1] = net.weights[1][:, order]
    _, g = net.loss_and_gradients(x, y)
    _, h = twin.loss_and_gradients(x, y)
    np.testing.assert_allclose(h.dW[0], g.dW[0][order], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(h.db[0], g.db[0][order], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(h.dW[1], g.dW[1][:, order], rtol=1e-9, atol=1e-12)


@given(net=networks(output="identity"), seed=seeds)
def test_a_linear_output_layer_has_a_quadratic_loss(net, seed):
    """A step along the last bias, of any size, is described exactly by gradient and curvature 1."""
    X, Y = data(net, 4, seed)
    value, g = net.loss_and_gradients(X, Y)
    step = np.random.default_rng(seed).normal(size=len(net.biases[-1]))
    moved = net.copy()
    moved.biases[-1] = net.biases[-1] + step
    expected = value + g.db[-1] @ step + 0.5 * step @ step
    np.testing.assert_allclose(moved.mean_loss(X, Y), expected, rtol=1e-10, atol=1e-12)


@given(net=networks(), m=st.integers(1, 7), seed=seeds, batch=st.integers(1, 8))
def test_a_small_step_goes_down(net, m, seed, batch):
    X, Y = data(net, m, seed)
    before, g = net.loss_and_gradients(X, Y)
    if max(float(np.abs(a).max()) for a in gradients(g)) < 1e-3:
        return
    twin = net.copy()
    bp.train(twin, X, Y, learning_rate=1e-6)
    assert twin.mean_loss(X, Y) < before
    one, two = net.copy(), net.copy()
    for copy in (one, two):
        bp.train(copy, X, Y, learning_rate=1e-6, batch_size=batch, epochs=2, rng=seed)
    for a, b in zip((*one.weights, *one.biases), (*two.weights, *two.biases), strict=True):
        assert a.tobytes() == b.tobytes()


@given(net=networks(), seed=seeds)
def test_save_and_load_change_no_bit(net, seed, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "net.npz"
    net.save(path)
    twin = bp.Network.load(path)
    x, y = data(net, 2, seed)
    for a, b in zip(
        (*net.weights, *net.biases, net.predict(x)),
        (*twin.weights, *twin.biases, twin.predict(x)),
        strict=True,
    ):
        assert a.tobytes() == b.tobytes()
    assert net.mean_loss(x, y) == twin.mean_loss(x, y)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_activations_are_finite_and_silent_for_any_finite_number(name, value):
    f = bp.activations.get(name)
    u = np.array([value])
    with np.errstate(all="raise", under="ignore"):
        x = f.f(u)
        slopes = [f.derivative(u), f.slope(u, x)]
    assert np.isfinite(x).all()
    assert np.isfinite(slopes).all()
