"""Every gradient of the package against three independent libraries."""

import jax
import numpy as np
import pytest
import torch

import backprop as bp
from backprop.activations import ACTIVATIONS
from tests.oracle import peers

LOSSES = ["squared_error", "softmax_cross_entropy", "binary_cross_entropy", "contrastive"]
SIZES = [(3, 4, 2), (1, 1), (5, 3), (4, 7, 6, 5, 3), (2, 3, 3, 3, 3, 3, 2)]
CLOSE = {"rtol": 1e-11, "atol": 1e-13}
# Outputs of deep networks lie close together, and the difference of a pair loses digits.
CLOSE_PAIRS = {"rtol": 1e-8, "atol": 1e-12}


def problem(loss, sizes, activation, m, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    # With relu as the output both of a pair may be 0, where the distance has its kink.
    output = None if loss == "squared_error" else "identity"
    net = bp.Network.random(
        sizes, init="glorot", rng=rng, activation=activation, output_activation=output, dtype=dtype
    )
    for b in net.biases:
        b[:] = rng.normal(size=len(b))
    X = rng.normal(size=(m, sizes[0])).astype(dtype)
    if loss == "softmax_cross_entropy":
        return net, X, rng.integers(0, sizes[-1], size=m)
    if loss == "binary_cross_entropy":
        return net, X, rng.uniform(size=(m, sizes[-1])).astype(dtype)
    if loss == "contrastive":
        return net, rng.normal(size=(m, 2, sizes[0])).astype(dtype), rng.integers(0, 2, m) * 1.0
    return net, X, rng.normal(size=(m, sizes[-1])).astype(dtype)


def compare(ours, theirs, **close):
    close = close or CLOSE
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, **close)


@pytest.mark.parametrize("m", [1, 6])
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("loss", LOSSES)
def test_pytorch(loss, activation, sizes, m):
    net, X, Y = problem(loss, sizes, activation, m)
    rows = bp.losses.get(loss).rows(X)
    value, dW, db, du, dx = peers.by_torch(net, rows, Y, loss)
    ours, g = net.loss_and_gradients(X, Y, loss)
    assert ours == pytest.approx(value, rel=1e-12)
    close = CLOSE_PAIRS if loss == "contrastive" else CLOSE
    compare(g.dW, dW, **close)
    compare(g.db, db, **close)
    # Theirs are of the mean, ours of each sample.
    compare([delta / m for delta in g.delta], du, **close)
    compare([net.backward(net.forward(rows), Y, loss).dx / m], [dx], **close)
    buffered, h = net.workspace(m, loss).loss_and_gradients(X, Y)
    assert buffered == ours
    compare(h.dW, dW, **close)


@pytest.mark.parametrize("peer", ["by_jax", "by_autograd"])
@pytest.mark.parametrize("sizes", SIZES[:4])
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("loss", LOSSES)
def test_jax_and_autograd(loss, activation, sizes, peer):
    net, X, Y = problem(loss, sizes, activation, 4)
    rows = bp.losses.get(loss).rows(X)
    y = bp.one_hot(Y, sizes[-1]) if loss == "softmax_cross_entropy" else Y
    value, dW, db = getattr(peers, peer)(net, rows, y, loss)
    ours, g = net.loss_and_gradients(X, Y, loss)
    close = CLOSE_PAIRS if loss == "contrastive" else CLOSE
    assert ours == pytest.approx(value, rel=1e-12)
    compare(g.dW, dW, **close)
    compare(g.db, db, **close)


def test_the_example_by_all_three():
    net, x, y = bp.load_example()
    value, g = net.loss_and_gradients(x, y)
    for by in (peers.by_torch, peers.by_jax, peers.by_autograd):
        theirs = by(net, x[np.newaxis], y[np.newaxis], "squared_error")
        assert theirs[0] == pytest.approx(value, rel=1e-14)
        compare(g.dW, theirs[1], rtol=1e-13, atol=1e-16)
        compare(g.db, theirs[2], rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_activations_in_both_tails(name):
    u = np.concatenate([np.linspace(-40, 40, 161), [-1e4, -750.0, 750.0, 1e4]])
    f = bp.activations.get(name)
    t = torch.tensor(u, requires_grad=True)
    value = peers.TORCH[name](t)
    value.sum().backward()
    # PyTorch's softplus is the identity beyond 20, and its gelu rounds in the far left tail.
    close = {"rtol": 1e-12, "atol": 3e-9 if name == "softplus" else 1e-15}
    np.testing.assert_allclose(f.f(u), value.detach().numpy(), **close)
    np.testing.assert_allclose(f.derivative(u), t.grad.numpy(), **close)
    slopes = jax.vmap(jax.grad(peers.JAX[name]))(np.where(u == 0, 0.25, u))
    ours = f.derivative(np.where(u == 0, 0.25, u))
    np.testing.assert_allclose(ours, slopes, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
def test_same_convention_at_the_kink_as_pytorch(name):
    t = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    peers.TORCH[name](t).backward()
    assert bp.activations.get(name).derivative(np.zeros(1))[0] == t.grad.item()


def test_cross_entropies_at_logits_of_a_thousand():
    u = np.array([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 999.0]])
    for loss, y in (
        ("softmax_cross_entropy", np.array([1, 2])),
        ("binary_cross_entropy", np.array([[0.0, 1.0, 0.5], [1.0, 1.0, 0.0]])),
    ):
        t = torch.tensor(u, requires_grad=True)
        value = peers.torch_loss(loss, t, torch.tensor(y))
        value.backward()
        ours = bp.losses.get(loss)
        labels = ours.labels(y, u)
        assert ours.mean(u, labels) == pytest.approx(value.item(), rel=1e-14)
        np.testing.assert_allclose(ours.gradient(u, labels) / 2, t.grad.numpy(), atol=1e-15)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_float32(activation):
    net, X, Y = problem("squared_error", (4, 7, 6, 3), activation, 5, dtype=np.float32)
    _, dW, db, *_ = peers.by_torch(net, X, Y, "squared_error")
    _, g = net.loss_and_gradients(X, Y)
    compare(g.dW, dW, rtol=1e-4, atol=1e-6)
    compare(g.db, db, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_training_is_pytorch_sgd(momentum):
    net, X, Y = problem("squared_error", (4, 6, 3), "tanh", 10)
    Ws = [torch.tensor(W, requires_grad=True) for W in net.weights]
    bs = [torch.tensor(b, requires_grad=True) for b in net.biases]
    optimiser = torch.optim.SGD([*Ws, *bs], lr=0.05, momentum=momentum)
    losses = []
    for _ in range(5):
        for start in (0, 4, 8):
            x = torch.tensor(X[start : start + 4])
            for W, b in zip(Ws, bs, strict=True):
                x = torch.tanh(x @ W.T + b)
            value = peers.torch_loss("squared_error", x, torch.tensor(Y[start : start + 4]))
            losses.append(value.item())
            optimiser.zero_grad()
            value.backward()
            optimiser.step()
    history = bp.train(net, X, Y, learning_rate=0.05, momentum=momentum, batch_size=4, epochs=5,
                       shuffle=False)  # fmt: skip
    np.testing.assert_allclose(history.step_loss, losses, rtol=1e-11)
    compare(net.weights, [W.detach().numpy() for W in Ws], rtol=1e-10, atol=1e-12)


def test_a_wrong_sign_would_be_seen():
    """The comparison itself can fail."""
    net, X, Y = problem("squared_error", (3, 4, 2), "sigmoid", 3)
    _, dW, *_ = peers.by_torch(net, X, Y, "squared_error")
    _, g = net.loss_and_gradients(X, Y)
    with pytest.raises(AssertionError):
        compare([-g.dW[0], g.dW[1]], dW)
