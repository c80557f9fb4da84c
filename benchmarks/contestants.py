"""The contestants: each returns a function of no arguments that computes the gradient once.

Every contestant gets the same numbers. What it may prepare once (tensors, compiled functions,
buffers) it prepares here, outside the measurement; what it must do at every call is inside. Beside
the function it returns another that gives the loss and the weights' gradients, for comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

Array = Any
Run = Callable[[], Any]
Made = tuple[Run, Callable[[], tuple[float, list[Array]]]]


def numbers(sizes: list[int], m: int, dtype: str) -> tuple[list[Array], list[Array], Array, Array]:
    """Return weights, biases, samples and labels, the same in every process."""
    rng = np.random.default_rng(0)
    weights = [
        (rng.normal(size=(n, before)) / np.sqrt(before)).astype(dtype)
        for before, n in pairwise(sizes)
    ]
    biases = [np.zeros(n, dtype) for n in sizes[1:]]
    X = rng.normal(size=(m, sizes[0])).astype(dtype)
    Y = rng.uniform(size=(m, sizes[-1])).astype(dtype)
    return weights, biases, X, Y


def floor(sizes: list[int], m: int, dtype: str) -> Made:
    """Compute the bare matrix products into ready arrays, one exp and one product a layer."""
    weights, biases, X, _ = numbers(sizes, m, dtype)
    x = [X, *(np.empty((m, n), dtype) for n in sizes[1:])]
    delta = [np.full((m, n), 1e-3, dtype) for n in sizes]
    dW, db = [np.empty_like(W) for W in weights], [np.empty_like(b) for b in biases]
    ones = np.ones(m, dtype)
    forward = [(x[k], weights[k].T, x[k + 1]) for k in range(len(weights))]
    backward = [
        (delta[k + 1], x[k + 1], delta[k + 1].T, x[k], dW[k], db[k], weights[k], delta[k], k)
        for k in reversed(range(len(weights)))
    ]

    def run() -> None:
        for before, WT, after in forward:
            np.dot(before, WT, after)
            np.exp(after, after)
        for d, after, dT, before, W_gradient, b_gradient, W, d_before, layer in backward:
            np.multiply(d, after, d)
            np.dot(dT, before, W_gradient)
            np.dot(ones, d, b_gradient)
            if layer:
                np.dot(d, W, d_before)

    def nothing_to_compare() -> tuple[float, list[Array]]:
        return float("nan"), []

    return _quiet(run), nothing_to_compare


def _quiet(run: Run) -> Run:
    # Its numbers mean nothing and overflow; NumPy must not spend time on warning of it.
    np.seterr(all="ignore")
    return run


def workspace(sizes: list[int], m: int, dtype: str) -> Made:
    """Use the package, with reused buffers."""
    import backprop as bp

    weights, biases, X, Y = numbers(sizes, m, dtype)
    buffers = bp.Network(weights, biases).workspace(m)

    def compare() -> tuple[float, list[Array]]:
        value, g = buffers.loss_and_gradients(X, Y)
        return value, g.dW

    return lambda: buffers.loss_and_gradients(X, Y), compare


def fresh(sizes: list[int], m: int, dtype: str) -> Made:
    """Use the package, with fresh arrays at every call."""
    import backprop as bp

    weights, biases, X, Y = numbers(sizes, m, dtype)
    net = bp.Network(weights, biases)

    def compare() -> tuple[float, list[Array]]:
        value, g = net.loss_and_gradients(X, Y)
        return value, g.dW

    return lambda: net.loss_and_gradients(X, Y), compare


def pytorch(sizes: list[int], m: int, dtype: str) -> Made:
    """Use PyTorch, eager, gradients by torch.autograd.grad."""
    import torch

    weights, biases, *data = numbers(sizes, m, dtype)
    X, Y = map(torch.from_numpy, data)
    Ws = [torch.from_numpy(W).requires_grad_() for W in weights]
    bs = [torch.from_numpy(b).requires_grad_() for b in biases]

    def run() -> tuple[Any, Any]:
        x = X
        for W, b in zip(Ws, bs, strict=True):
            x = torch.sigmoid(torch.nn.functional.linear(x, W, b))
        error = x - Y
        loss = 0.5 * (error * error).sum() / m
        return loss, torch.autograd.grad(loss, [*Ws, *bs])

    def compare() -> tuple[float, list[Array]]:
        loss, gradients = run()
        return loss.item(), [g.numpy() for g in gradients[: len(Ws)]]

    return run, compare


def jax_jit(sizes: list[int], m: int, dtype: str) -> Made:
    """Use JAX, value_and_grad compiled by jit; every call waits for its result."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    weights, biases, *data = numbers(sizes, m, dtype)
    X, Y = map(jnp.asarray, data)
    parameters = [jnp.asarray(W) for W in weights], [jnp.asarray(b) for b in biases]

    def loss(parameters: Any, X: Any, Y: Any) -> Any:
        x = X
        for W, b in zip(*parameters, strict=True):
            x = jax.nn.sigmoid(x @ W.T + b)
        return 0.5 * jnp.sum((x - Y) ** 2) / m

    function = jax.jit(jax.value_and_grad(loss))

    def run() -> Any:
        return jax.block_until_ready(function(parameters, X, Y))

    def compare() -> tuple[float, list[Array]]:
        value, (dW, _) = run()
        return float(value), [np.asarray(g) for g in dW]

    return run, compare


def autograd(sizes: list[int], m: int, dtype: str) -> Made:
    """Use the library autograd, on NumPy."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    weights, biases, X, Y = numbers(sizes, m, dtype)

    def loss(parameters: Any) -> Any:
        x = X
        for W, b in zip(*parameters, strict=True):
            x = 1 / (1 + anp.exp(-(anp.dot(x, W.T) + b)))
        return 0.5 * anp.sum((x - Y) ** 2) / m

    function = value_and_grad(loss)

    def compare() -> tuple[float, list[Array]]:
        value, (dW, _) = function((weights, biases))
        return float(value), dW

    return lambda: function((weights, biases)), compare


def scikit_learn(sizes: list[int], m: int, dtype: str) -> Made:
    """Use scikit-learn's MLPRegressor, its own gradient routine.

    Its output layer can only be the identity, so it computes one sigmoid fewer than the others and
    is not compared in value.
    """
    from sklearn.neural_network import MLPRegressor

    weights, biases, X, Y = numbers(sizes, m, dtype)
    model = MLPRegressor(
        hidden_layer_sizes=sizes[1:-1], activation="logistic", alpha=0.0, solver="sgd"
    )
    model.partial_fit(X[:1].repeat(2, axis=0), Y[:1].repeat(2, axis=0).squeeze())
    model.coefs_ = [np.asfortranarray(W.T) for W in weights]
    model.intercepts_ = biases
    activations = [X, *(np.empty((m, n), dtype) for n in sizes[1:])]
    deltas: list[Any] = [None] * len(weights)
    dW, db = [np.empty_like(W) for W in model.coefs_], [np.empty_like(b) for b in biases]

    def run() -> Any:
        return model._backprop(X, Y, None, activations, deltas, dW, db)

    def nothing_to_compare() -> tuple[float, list[Array]]:
        return float("nan"), []

    return run, nothing_to_compare


GRADIENTS: dict[str, Callable[[list[int], int, str], Made]] = {
    "floor": floor,
    "workspace": workspace,
    "fresh": fresh,
    "pytorch": pytorch,
    "jax": jax_jit,
    "autograd": autograd,
    "scikit-learn": scikit_learn,
}


# Training: one call is a training of some epochs, with what must be set up for it.


def _digits() -> tuple[Array, Array]:
    import backprop as bp

    digits = bp.load_digits()
    return digits.X_train, digits.y_train


def epoch_workspace(sizes: list[int], batch: int, learning_rate: float, epochs: int) -> Run:
    """Use the package's train."""
    import backprop as bp

    X, y = _digits()
    weights, biases, *_ = numbers(sizes, 1, "float64")
    net = bp.Network(weights, biases, "sigmoid", "identity")
    rng = np.random.default_rng(0)
    return lambda: bp.train(
        net, X, y, loss="softmax_cross_entropy", batch_size=batch, learning_rate=learning_rate,
        epochs=epochs, rng=rng,
    )  # fmt: skip


def epoch_pytorch(sizes: list[int], batch: int, learning_rate: float, epochs: int) -> Run:
    """Use PyTorch: nn.Sequential and optim.SGD, shuffled by randperm."""
    import torch

    X, y = map(torch.from_numpy, _digits())
    layers: list[Any] = []
    for before, n in pairwise(sizes):
        layers += [torch.nn.Linear(before, n, dtype=torch.float64), torch.nn.Sigmoid()]
    model = torch.nn.Sequential(*layers[:-1])

    def run() -> None:
        optimiser = torch.optim.SGD(model.parameters(), lr=learning_rate)
        for _ in range(epochs):
            order = torch.randperm(len(y))
            Xs, ys = X[order], y[order]
            for start in range(0, len(y), batch):
                optimiser.zero_grad()
                output = model(Xs[start : start + batch])
                torch.nn.functional.cross_entropy(output, ys[start : start + batch]).backward()
                optimiser.step()

    return run


def epoch_jax(sizes: list[int], batch: int, learning_rate: float, epochs: int) -> Run:
    """Use JAX: the whole epoch compiled as one scan (whole batches only; the rest is left out)."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    X, y = _digits()
    whole = len(y) // batch
    X, y = jnp.asarray(X), jnp.asarray(np.eye(sizes[-1])[y])
    weights, biases, *_ = numbers(sizes, 1, "float64")
    state = {
        "parameters": ([jnp.asarray(W) for W in weights], [jnp.asarray(b) for b in biases]),
        "key": jax.random.PRNGKey(0),
    }

    def loss(parameters: Any, data: Any) -> Any:
        x, labels = data
        *hidden, (W, b) = zip(*parameters, strict=True)
        for W_hidden, b_hidden in hidden:
            x = jax.nn.sigmoid(x @ W_hidden.T + b_hidden)
        return -jnp.mean(jnp.sum(labels * jax.nn.log_softmax(x @ W.T + b), axis=-1))

    @jax.jit
    def epoch(parameters: Any, key: Any) -> Any:
        order = jax.random.permutation(key, len(y))[: whole * batch]
        data = X[order].reshape(whole, batch, -1), y[order].reshape(whole, batch, -1)

        def step(parameters: Any, data: Any) -> Any:
            gradient = jax.grad(loss)(parameters, data)
            moved = jax.tree.map(lambda p, g: p - learning_rate * g, parameters, gradient)
            return moved, None

        return jax.lax.scan(step, parameters, data)[0]

    def run() -> None:
        for _ in range(epochs):
            state["key"], key = jax.random.split(state["key"])
            state["parameters"] = epoch(state["parameters"], key)
        jax.block_until_ready(state["parameters"])

    return run


def epoch_scikit_learn(sizes: list[int], batch: int, learning_rate: float, epochs: int) -> Run:
    """Use scikit-learn's MLPClassifier, made not to stop early."""
    from sklearn.neural_network import MLPClassifier

    X, y = _digits()
    model = MLPClassifier(
        hidden_layer_sizes=sizes[1:-1],
        activation="logistic",
        solver="sgd",
        alpha=0.0,
        batch_size=batch,
        learning_rate_init=learning_rate,
        momentum=0.0,
        max_iter=epochs,
        n_iter_no_change=epochs + 1,
        random_state=0,
    )
    return lambda: model.fit(X, y)


EPOCHS: dict[str, Callable[[list[int], int, float, int], Run]] = {
    "workspace": epoch_workspace,
    "pytorch": epoch_pytorch,
    "jax": epoch_jax,
    "scikit-learn": epoch_scikit_learn,
}
