"""The same networks in PyTorch, JAX and autograd, each with the library's own functions."""

import autograd
import autograd.numpy as anp
import jax
import jax.numpy as jnp
import numpy as np
import torch
from torch.nn import functional

jax.config.update("jax_enable_x64", True)
torch.set_num_threads(1)

GELU = float(np.sqrt(2 / np.pi))

TORCH = {
    "identity": lambda u: u,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda u: functional.leaky_relu(u, 0.01),
    "softplus": functional.softplus,
    "gelu": lambda u: functional.gelu(u, approximate="tanh"),
}
JAX = {
    "identity": lambda u: u,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": lambda u: jax.nn.leaky_relu(u, 0.01),
    "softplus": jax.nn.softplus,
    "gelu": lambda u: jax.nn.gelu(u, approximate=True),
}
AUTOGRAD = {
    "identity": lambda u: u,
    "sigmoid": lambda u: 1 / (1 + anp.exp(-u)),
    "tanh": anp.tanh,
    "relu": lambda u: anp.where(u > 0, u, 0.0),
    "leaky_relu": lambda u: anp.where(u > 0, u, 0.01 * u),
    "softplus": lambda u: anp.logaddexp(0.0, u),
    "gelu": lambda u: 0.5 * u * (1 + anp.tanh(GELU * (u + 0.044715 * u**3))),
}


def torch_loss(loss, x, y):
    if loss == "squared_error":
        return 0.5 * functional.mse_loss(x, y, reduction="sum") / len(x)
    if loss == "softmax_cross_entropy":
        return functional.cross_entropy(x, y)
    if loss == "binary_cross_entropy":
        return functional.binary_cross_entropy_with_logits(x, y, reduction="sum") / len(x)
    a, b = x[0::2], x[1::2]
    d = torch.linalg.vector_norm(a - b, dim=-1)
    apart = torch.clamp(1.0 - d, min=0)
    return (0.5 * (1 - y) * d**2 + 0.5 * y * apart**2).mean()


def array_loss(np, loss, x, y):
    """The same with the functions of jax.numpy or autograd.numpy."""
    if loss == "squared_error":
        return 0.5 * np.sum((x - y) ** 2) / len(x)
    if loss == "softmax_cross_entropy":
        shifted = x - np.max(x, axis=-1, keepdims=True)
        log_p = shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))
        return -np.sum(y * log_p) / len(x)
    if loss == "binary_cross_entropy":
        return np.sum(np.logaddexp(0.0, x) - y * x) / len(x)
    squared = np.sum((x[0::2] - x[1::2]) ** 2, axis=-1)
    same = squared == 0  # dead relus can make two outputs equal; there our gradient is 0
    d = np.where(same, 0.0, np.sqrt(np.where(same, 1.0, squared)))
    apart = np.maximum(1.0 - d, 0.0)
    return np.mean(0.5 * (1 - y) * d**2 + 0.5 * y * apart**2)


def by_torch(net, X, Y, loss):
    """Return the loss, dW, db, the gradients with respect to every u, and to the input."""
    Ws = [torch.tensor(W, requires_grad=True) for W in net.weights]
    bs = [torch.tensor(b, requires_grad=True) for b in net.biases]
    x0 = x = torch.tensor(X, requires_grad=True)
    us = []
    for W, b, activation in zip(Ws, bs, net.activations, strict=True):
        u = functional.linear(x, W, b)
        u.retain_grad()
        us.append(u)
        x = TORCH[activation.name](u)
    value = torch_loss(loss, x, torch.tensor(Y))
    value.backward()
    gradients = [[a.grad.numpy() for a in arrays] for arrays in (Ws, bs, us)]
    return value.item(), *gradients, x0.grad.numpy()


def _by_arrays(np, functions, gradient, net, X, Y, loss):
    def value(weights, biases):
        x = np.asarray(X)
        for W, b, activation in zip(weights, biases, net.activations, strict=True):
            x = functions[activation.name](x @ W.T + b)
        return array_loss(np, loss, x, np.asarray(Y))

    weights, biases = tuple(map(np.asarray, net.weights)), tuple(map(np.asarray, net.biases))
    dW, db = gradient(value, weights, biases)
    return float(value(weights, biases)), list(dW), list(db)


def by_jax(net, X, Y, loss):
    """Return the loss, dW and db."""

    def gradient(value, weights, biases):
        return jax.grad(value, argnums=(0, 1))(weights, biases)

    return _by_arrays(jnp, JAX, gradient, net, X, Y, loss)


def by_autograd(net, X, Y, loss):
    """Return the loss, dW and db."""

    def gradient(value, weights, biases):
        return autograd.grad(value, (0, 1))(weights, biases)

    return _by_arrays(anp, AUTOGRAD, gradient, net, X, Y, loss)
