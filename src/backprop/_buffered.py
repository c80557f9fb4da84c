"""The element-by-element steps of a workspace, into its buffers.

They do what the functions in `activations` and `losses` do, operation by operation, so that the
bits are the same; there they are to be read.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from . import activations
from ._shapes import Array, require_finite
from .activations import Activation
from .losses import BinaryCrossEntropy, Contrastive, Loss, SoftmaxCrossEntropy, SquaredError

Step = Callable[[], None]
Spare = tuple[Array, Array, Array]


class Buffers(NamedTuple):
    """What the element-by-element steps of one or more layers work on."""

    u: Array
    x: Array
    slope: Array
    spare: Spare
    mask: Array

    def constant(self, value: float) -> Array:
        """Return a number as an array without axes: NumPy handles it faster than a float."""
        return np.array(value, self.u.dtype)


def is_own(activation: Activation) -> bool:
    """Say whether it is one of the package's, for which there are steps below."""
    return activations.ACTIVATIONS.get(activation.name) is activation


def is_identity(activation: Activation) -> bool:
    """Say whether there is nothing to do: the slope is 1."""
    return activation is activations.ACTIVATIONS["identity"]


def works_in_place(activation: Activation) -> bool:
    """Say whether `x` may overwrite `u`: the derivative must come from the output."""
    return is_own(activation) and activation.derivative_from_output is not None


def activation_steps(activation: Activation, at: Buffers) -> tuple[Step, Step]:
    """Return two steps: fill x from u, and fill the slope."""
    if is_own(activation):
        return _OWN_STEPS[activation.name](at)

    def activate() -> None:
        np.copyto(at.x, activation.f(at.u))

    def fill_slope() -> None:
        np.copyto(at.slope, activation.slope(at.u, at.x))

    return activate, fill_slope


def _identity_steps(at: Buffers) -> tuple[Step, Step]:
    def nothing() -> None:
        pass

    return nothing, nothing


def _sigmoid_steps(at: Buffers) -> tuple[Step, Step]:
    u, x, slope, *_ = at
    one = at.constant(1)

    def activate() -> None:
        np.negative(u, x)
        np.exp(x, x)
        np.add(x, one, x)
        np.divide(one, x, x)

    def fill_slope() -> None:
        np.subtract(one, x, slope)
        np.multiply(slope, x, slope)

    return activate, fill_slope


def _tanh_steps(at: Buffers) -> tuple[Step, Step]:
    u, x, slope, *_ = at
    one = at.constant(1)

    def activate() -> None:
        np.tanh(u, x)

    def fill_slope() -> None:
        np.multiply(x, x, slope)
        np.subtract(one, slope, slope)

    return activate, fill_slope


def _relu_steps(at: Buffers) -> tuple[Step, Step]:
    u, x, slope, *_ = at
    zero = at.constant(0)

    def activate() -> None:
        np.maximum(u, zero, out=x)

    def fill_slope() -> None:
        np.sign(x, slope)  # x is never negative: its sign is 1 where it is positive, else 0

    return activate, fill_slope


def _leaky_relu_steps(at: Buffers) -> tuple[Step, Step]:
    u, x, slope, (s, *_), mask = at
    zero, one, leak = at.constant(0), at.constant(1), at.constant(activations.LEAK)

    def activate() -> None:
        np.multiply(u, leak, s)
        np.maximum(u, s, out=x)

    def fill_slope() -> None:
        np.less_equal(x, zero, mask)
        np.copyto(slope, one)
        np.copyto(slope, leak, where=mask)

    return activate, fill_slope


def _softplus_steps(at: Buffers) -> tuple[Step, Step]:
    u, x, slope, (s, *_), _ = at
    zero = at.constant(0)

    def activate() -> None:
        np.absolute(u, s)
        np.negative(s, s)
        np.exp(s, s)
        np.log1p(s, s)
        np.maximum(u, zero, out=x)
        np.add(x, s, x)

    def fill_slope() -> None:
        np.negative(x, slope)
        np.expm1(slope, slope)
        np.negative(slope, slope)

    return activate, fill_slope


def _gelu_steps(at: Buffers) -> tuple[Step, Step]:
    u, x, slope, (v, t, s), _ = at
    one = at.constant(1)
    flat, minus_flat = at.constant(activations.GELU_FLAT), at.constant(-activations.GELU_FLAT)
    scale, cubic = at.constant(2 * activations.GELU_SCALE), at.constant(activations.GELU_CUBIC)
    triple = at.constant(3 * activations.GELU_CUBIC)

    def inner() -> None:
        np.minimum(v, flat, out=v)
        np.multiply(v, cubic, t)
        np.multiply(t, v, t)
        np.multiply(t, v, t)
        np.add(v, t, t)
        np.multiply(t, scale, t)

    def sigmoid_of_minus(w: Array) -> None:
        np.exp(w, w)
        np.add(w, one, w)
        np.divide(one, w, w)

    def activate() -> None:
        np.maximum(u, minus_flat, out=x)
        np.copyto(v, x)
        inner()
        np.negative(t, t)
        sigmoid_of_minus(t)
        np.multiply(x, t, x)

    def fill_slope() -> None:
        np.maximum(u, minus_flat, out=v)
        inner()
        np.multiply(v, triple, slope)
        np.multiply(slope, v, slope)
        np.add(slope, one, slope)
        np.multiply(slope, scale, slope)  # the inner derivative
        np.negative(t, s)
        sigmoid_of_minus(t)
        sigmoid_of_minus(s)
        np.multiply(v, s, v)
        np.multiply(v, t, v)
        np.multiply(v, slope, v)
        np.add(s, v, slope)

    return activate, fill_slope


_OWN_STEPS: dict[str, Callable[[Buffers], tuple[Step, Step]]] = {
    "identity": _identity_steps,
    "sigmoid": _sigmoid_steps,
    "tanh": _tanh_steps,
    "relu": _relu_steps,
    "leaky_relu": _leaky_relu_steps,
    "softplus": _softplus_steps,
    "gelu": _gelu_steps,
}


def label_check(loss: Loss, x: Array) -> Callable[[ArrayLike], Array]:
    """Return the function that checks labels, a quick one where that is possible."""

    def labels(Y: ArrayLike) -> Array:
        return loss.labels(Y, x)

    def quick_labels(Y: ArrayLike) -> Array:
        if type(Y) is np.ndarray and Y.shape == x.shape and Y.dtype is x.dtype:
            return Y  # a NaN in it makes the loss NaN, and is looked for then
        return loss.labels(Y, x)

    return quick_labels if type(loss) is SquaredError else labels


def loss_step(loss: Loss, x: Array, dx: Array, spare: Spare) -> Callable[[Array], float]:
    """Return the function of the labels that fills `dx` and returns the mean loss."""
    make = _OWN_LOSSES.get(type(loss))
    if make is not None:
        return make(loss, x, dx, spare)

    def mean_and_gradient(y: Array) -> float:
        np.copyto(dx, loss.gradient(x, y))
        return loss.mean(x, y)

    return mean_and_gradient


def _squared_error(loss: Any, x: Array, dx: Array, spare: Spare) -> Callable[[Array], float]:
    m, flat = loss.samples(x), dx.reshape(-1)

    def mean_and_gradient(y: Array) -> float:
        np.subtract(x, y, dx)
        value: float = 0.5 * float(flat.dot(flat)) / m
        if not math.isfinite(value):
            require_finite("y", y)
        return value

    return mean_and_gradient


def _softmax_cross_entropy(
    loss: Any, x: Array, dx: Array, spare: Spare
) -> Callable[[Array], float]:
    m, (shifted, *_) = loss.samples(x), spare
    largest, total, logarithms = (np.empty(x.shape[:-1], x.dtype) for _ in range(3))
    largest_column, total_column = largest[..., np.newaxis], total[..., np.newaxis]
    flat_logarithms, shifted_dot = logarithms.reshape(-1), shifted.reshape(-1).dot
    ones, ones_dot = np.ones(x.shape[-1], x.dtype), np.ones_like(flat_logarithms).dot

    def mean_and_gradient(y: Array) -> float:
        np.maximum.reduce(x, -1, out=largest)
        np.copyto(shifted, largest_column)  # faster than subtracting the column
        np.subtract(x, shifted, shifted)
        np.exp(shifted, dx)
        dx.dot(ones, total)
        np.log(total, logarithms)
        value: float = float(ones_dot(flat_logarithms)) - float(shifted_dot(y.ravel()))
        np.copyto(shifted, total_column)
        np.divide(dx, shifted, dx)
        np.subtract(dx, y, dx)
        value /= m
        return value

    return mean_and_gradient


def _binary_cross_entropy(loss: Any, x: Array, dx: Array, spare: Spare) -> Callable[[Array], float]:
    s, t, _ = spare
    zero, one, value = np.array(0, x.dtype), np.array(1, x.dtype), np.empty(x.shape[:-1], x.dtype)

    def mean_and_gradient(y: Array) -> float:
        np.absolute(x, s)
        np.negative(s, s)
        np.exp(s, s)
        np.log1p(s, s)
        np.negative(x, dx)
        np.maximum(dx, zero, out=t)
        np.add(t, s, t)  # softplus(-x)
        np.subtract(one, y, s)
        np.multiply(s, x, s)
        np.add(s, t, s)
        np.add.reduce(s, -1, out=value)
        np.exp(dx, dx)
        np.add(dx, one, dx)
        np.divide(one, dx, dx)  # sigmoid(x)
        np.subtract(dx, y, dx)
        mean: float = value.mean().item()
        return mean

    return mean_and_gradient


def _contrastive(loss: Any, x: Array, dx: Array, spare: Spare) -> Callable[[Array], float]:
    difference, squares, parts = (a[: len(x) // 2] for a in spare)
    # Every other row is copied first: of strided operands NumPy makes copies of its own.
    distance, short, value, similar = (np.empty(len(x) // 2, x.dtype) for _ in range(4))
    at_zero = np.empty(len(x) // 2, np.bool_)
    zero, one, half, margin = (np.array(a, x.dtype) for a in (0, 1, 0.5, loss.margin))

    def mean_and_gradient(y: Array) -> float:
        np.copyto(difference, x[0::2])
        np.copyto(squares, x[1::2])
        np.subtract(difference, squares, difference)
        np.multiply(difference, difference, squares)
        np.add.reduce(squares, -1, out=value)
        np.sqrt(value, distance)
        np.subtract(margin, distance, short)
        np.maximum(short, zero, out=short)
        np.equal(distance, zero, at_zero)
        np.copyto(distance, one, where=at_zero)
        np.divide(short, distance, distance)
        np.subtract(one, y, similar)
        # The mean first: half of (1 - y) d d + y short short.
        np.multiply(similar, value, value)
        np.multiply(short, short, short)
        np.multiply(y, short, short)
        np.add(value, short, value)
        np.multiply(value, half, value)
        # Then the gradient: (1 - y) difference - y (short / d) difference.
        np.copyto(parts, distance[:, np.newaxis])
        np.multiply(parts, difference, parts)
        np.copyto(squares, y[:, np.newaxis])
        np.multiply(squares, parts, parts)
        np.copyto(squares, similar[:, np.newaxis])
        np.multiply(squares, difference, squares)
        np.subtract(squares, parts, squares)
        np.copyto(dx[0::2], squares)
        np.negative(squares, squares)
        np.copyto(dx[1::2], squares)
        mean: float = value.mean().item()
        return mean

    return mean_and_gradient


_OWN_LOSSES: dict[type[Loss], Callable[..., Callable[[Array], float]]] = {
    SquaredError: _squared_error,
    SoftmaxCrossEntropy: _softmax_cross_entropy,
    BinaryCrossEntropy: _binary_cross_entropy,
    Contrastive: _contrastive,
}
