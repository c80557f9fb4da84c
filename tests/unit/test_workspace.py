import tracemalloc

import numpy as np
import pytest

import backprop as bp
from backprop.activations import ACTIVATIONS
from backprop.losses import LOSSES, Contrastive
from tests.unit.refusals import refusal


def bits(result):
    value, g = result
    assert g.dx is None
    arrays = [*g.delta, *g.dW, *g.db]
    return value.hex(), [(a.shape, a.dtype, a.tobytes()) for a in arrays]


def problem(loss, shape, dtype=np.float64, outputs=3):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(*shape, 4)).astype(dtype)
    Y = {
        "squared_error": rng.normal(size=(*shape, outputs)),
        "softmax_cross_entropy": rng.integers(0, outputs, size=shape),
        "binary_cross_entropy": rng.uniform(size=(*shape, outputs)),
    }[loss]
    return X, Y if Y.dtype.kind == "i" else Y.astype(dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", [(), (1,), (2,), (7,)])
@pytest.mark.parametrize("activation", [*ACTIVATIONS, (np.sin, np.cos)])
def test_same_bits_as_fresh_arrays(activation, shape, dtype):
    net = bp.Network.random([4, 6, 5, 3], sigma=1.0, rng=1, activation=activation, dtype=dtype)
    workspace = net.workspace(9)
    X, Y = problem("squared_error", shape, dtype)
    for _ in range(2):  # the second call finds used buffers
        assert bits(workspace.loss_and_gradients(X, Y)) == bits(net.loss_and_gradients(X, Y))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", [(), (1,), (7,)])
@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "binary_cross_entropy"])
def test_same_bits_with_losses_on_logits(loss, shape, dtype):
    net = bp.Network.random([4, 6, 3], sigma=1.0, rng=1, output_activation="identity", dtype=dtype)
    workspace = net.workspace(9, loss)
    X, Y = problem(loss, shape, dtype)
    for _ in range(2):
        assert bits(workspace.loss_and_gradients(X, Y)) == bits(net.loss_and_gradients(X, Y, loss))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_same_bits_with_pairs(dtype):
    net = bp.Network.random([4, 6, 3], sigma=0.3, rng=1, dtype=dtype)
    rng = np.random.default_rng(3)
    X, Y = rng.normal(size=(5, 2, 4)).astype(dtype), [0, 1, 0, 1, 1]
    loss = Contrastive(margin=0.7)
    workspace = net.workspace(6, loss)
    assert bits(workspace.loss_and_gradients(X, Y)) == bits(net.loss_and_gradients(X, Y, loss))


def test_batches_of_changing_size():
    net = bp.Network.random([4, 6, 3], sigma=1.0, rng=1)
    workspace = net.workspace(9)
    for m in (9, 2, 5, 9, 1):
        X, Y = problem("squared_error", (m,))
        assert bits(workspace.loss_and_gradients(X, Y)) == bits(net.loss_and_gradients(X, Y))


def test_other_layouts_and_types_of_input():
    net = bp.Network.random([4, 6, 3], sigma=1.0, rng=1)
    workspace = net.workspace(9)
    X, Y = problem("squared_error", (5,))
    for Z in (np.asfortranarray(X), X.tolist(), X.astype(np.float32), X[:, ::-1], X[::2].round()):
        y = Y[: len(Z)]
        assert bits(workspace.loss_and_gradients(Z, y)) == bits(net.loss_and_gradients(Z, y))
        y = y.tolist()
        assert bits(workspace.loss_and_gradients(Z, y)) == bits(net.loss_and_gradients(Z, y))


def test_sees_changes_of_the_network():
    net = bp.Network.random([4, 6, 3], sigma=1.0, rng=1)
    workspace = net.workspace(5)
    X, Y = problem("squared_error", (5,))
    workspace.loss_and_gradients(X, Y)
    net.weights[0] *= 2.0  # in place
    net.biases[1][0] = 3.0
    assert bits(workspace.loss_and_gradients(X, Y)) == bits(net.loss_and_gradients(X, Y))
    net.weights[1] = net.weights[1] + 1.0  # another array
    assert bits(workspace.loss_and_gradients(X, Y)) == bits(net.loss_and_gradients(X, Y))


def test_results_lie_in_the_same_buffers():
    net = bp.Network.random([4, 6, 3], rng=1)
    workspace = net.workspace(5)
    X, Y = problem("squared_error", (5,))
    first = workspace.loss_and_gradients(X, Y)[1]
    second = workspace.loss_and_gradients(-X, Y)[1]
    assert all(a is b for a, b in zip(first.dW, second.dW, strict=True))
    fresh = net.loss_and_gradients(X, Y)[1]
    again = net.loss_and_gradients(X, Y)[1]
    assert not any(np.shares_memory(a, b) for a in fresh.dW for b in again.dW)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("loss", list(LOSSES))
def test_no_array_is_allocated(activation, loss):
    net = bp.Network.random(
        [50, 60, 70], rng=1, activation=activation, output_activation="identity"
    )
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(400, 50)), np.eye(70)[rng.integers(0, 70, size=400)]
    if loss == "contrastive":
        Y = rng.integers(0, 2, size=200).astype(float)
    workspace = net.workspace(400, loss)
    workspace.checked_loss_and_gradients(X, Y)
    tracemalloc.start()
    try:
        workspace.checked_loss_and_gradients(X, Y)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        workspace.checked_loss_and_gradients(X, Y)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    # Older NumPy (seen with 1.26 and 2.1) sums through a buffer of its own, of 8192 numbers.
    # The smallest array of the computation has 112,000 bytes.
    assert peak < 3000 + 8 * np.getbufsize()


def test_input_and_labels_are_not_changed():
    net = bp.Network.random([4, 6, 3], rng=1)
    X, Y = problem("squared_error", (5,))
    kept = X.copy(), Y.copy()
    g = net.workspace(5).loss_and_gradients(X, Y)[1]
    assert np.array_equal(X, kept[0])
    assert np.array_equal(Y, kept[1])
    assert not any(np.shares_memory(a, b) for a in (X, Y) for b in (*g.delta, *g.dW, *g.db))


def test_overflow_is_returned_without_a_warning():
    net = bp.Network([[[1e200]]], [[0.0]], "identity")
    value, _ = net.workspace(1).loss_and_gradients([1e150], [0.0])
    assert value == np.inf


def test_an_activation_of_your_own_with_both_derivatives():
    tanh = bp.Activation("mine", np.tanh, lambda u: 1 / np.cosh(u) ** 2, lambda x: 1 - x * x)
    net = bp.Network.random([4, 6, 3], sigma=1.0, rng=1, activation=tanh)
    X, Y = problem("squared_error", (5,))
    assert bits(net.workspace(5).loss_and_gradients(X, Y)) == bits(net.loss_and_gradients(X, Y))
    assert bp.gradient_check(net, X, Y)


def test_hidden_and_last_layer_with_different_activations():
    for hidden, last in (("gelu", "sigmoid"), ("sigmoid", "gelu"), ("relu", "leaky_relu")):
        net = bp.Network.random([4, 6, 5, 3], sigma=1.0, rng=1, activation=hidden,
                                output_activation=last)  # fmt: skip
        workspace = net.workspace(7)
        for shape in ((), (7,), (3,)):
            X, Y = problem("squared_error", shape)
            assert bits(workspace.loss_and_gradients(X, Y)) == bits(net.loss_and_gradients(X, Y))


def test_rows_are_no_pairs():
    net = bp.Network.random([4, 6, 3], rng=1)
    workspace = net.workspace(3, "contrastive")
    X = np.ones((3, 2, 4))
    workspace.loss_and_gradients(X, [0, 1, 0])
    message = refusal(ValueError, workspace.loss_and_gradients, X.reshape(6, 4), [0, 1, 0])
    assert message == "x: expected shape (m, 2, n_0) for pairs, got (6, 4)"


def test_bad_entries_are_found_at_the_second_call_too():
    net, x, y = bp.load_example()
    workspace = net.workspace(1)
    workspace.loss_and_gradients(x, y)
    for bad in (np.nan, np.inf):
        wrong_x, wrong_y = x.copy(), y.copy()
        wrong_x[2] = wrong_y[1] = bad
        message = refusal(ValueError, workspace.loss_and_gradients, wrong_x, y)
        assert message == f"x: expected finite numbers, got {bad} at x[2]"
        message = refusal(ValueError, workspace.loss_and_gradients, x, wrong_y)
        assert message == f"y: expected finite numbers, got {bad} at y[1]"
    large = np.array([1e200, 0.0, 0.0])  # its square overflows, it is finite
    assert bits(workspace.loss_and_gradients(large, y)) == bits(net.loss_and_gradients(large, y))


def test_infinity_times_zero_does_not_warn():
    # The hidden unit is saturated, its slope 0; what comes back to it is infinite.
    net = bp.Network([[[1.0]], [[1e308]]], [[1e3], [0.0]], "sigmoid", "identity")
    value, g = net.workspace(1).loss_and_gradients([0.0], [-1e308])
    assert value == np.inf
    assert np.isnan(g.delta[0]).all()


def test_repr():
    net = bp.load_example()[0]
    assert repr(net.workspace(8)) == "Workspace(3-4-2, m=8, SquaredError())"


def test_refusals():
    net, x, y = bp.load_example()
    assert refusal(ValueError, net.workspace, 0) == "m: expected at least 1 sample, got 0"
    assert refusal(TypeError, net.workspace, 2.0) == "m: expected an integer, got float"
    assert refusal(TypeError, net.workspace, True) == "m: expected an integer, got bool"
    assert refusal(ValueError, net.workspace(2).loss_and_gradients, [x] * 3, [y] * 3) == (
        "X: expected at most 2 samples, as the workspace was made for, got 3"
    )
    pairs = net.workspace(1, "contrastive")
    assert refusal(ValueError, pairs.loss_and_gradients, [[x, x]] * 2, [0, 1]) == (
        "X: expected at most 1 samples, as the workspace was made for, got 2"
    )
    for bad, place in ((np.nan, "nan"), (np.inf, "inf")):
        message = refusal(ValueError, net.workspace(1).loss_and_gradients, [0, bad, 0], y)
        assert message == f"x: expected finite numbers, got {place} at x[1]"
    wide = bp.Network([W.astype(complex) for W in net.weights], net.biases)
    assert refusal(TypeError, wide.workspace, 1) == (
        "net: expected real parameters, got dtype complex128"
    )


@pytest.mark.parametrize("size", [1e30, 1e120, 1e300])
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_same_bits_where_an_activation_is_saturated(activation, size):
    weights = [np.array([[size], [-size], [1.0]]), np.array([[0.5, 0.5, 0.5]]) / size]
    net = bp.Network(weights, [np.zeros(3), np.zeros(1)], activation, "identity")
    X, Y = np.array([[1.0], [-1.0]]), np.zeros((2, 1))
    assert bits(net.workspace(2).loss_and_gradients(X, Y)) == bits(net.loss_and_gradients(X, Y))


@pytest.mark.parametrize(
    ("hidden", "last"), [("tanh", (np.sin, np.cos)), ((np.sin, np.cos), "gelu")]
)
def test_own_and_given_activations_side_by_side(hidden, last):
    net = bp.Network.random(
        [4, 6, 5, 3], sigma=1.0, rng=1, activation=hidden, output_activation=last
    )
    X, Y = problem("squared_error", (5,))
    assert bits(net.workspace(5).loss_and_gradients(X, Y)) == bits(net.loss_and_gradients(X, Y))
