"""Gradients again and again without allocating: the buffered twin of the network's functions.

Training computes the same gradients thousands of times, and then allocating the arrays costs as
much as filling them. A workspace allocates once. It does the same operations in the same order as
`Network.forward` and `Network.backward`, which are the version to read, so that both return the
same bits; a test holds them to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike

from . import activations
from ._shapes import Array, require_finite
from .activations import Activation
from .losses import Loss, SoftmaxCrossEntropy, SquaredError
from .network import Gradients

if TYPE_CHECKING:
    from .network import Network

Step = Callable[[], None]


class _Forward(NamedTuple):
    """One layer's buffers for the way there."""

    u: Array
    x: Array
    u_row: Array | None  # u as a vector, where it has one row; else None
    bias_rows: Array  # room for b in every row
    activate: Step  # fills x from u


class _Backward(NamedTuple):
    """One layer's buffers for the way back."""

    times_slope: Step  # multiplies delta by f'(u)
    delta: Array
    share: Array | None  # delta / m; None where m is 1 and delta serves
    columns_dot: Callable[[Array, Array], Array]  # of the share, transposed
    before: Array | None  # the layer's input, one sample in each row; None for the network's own
    dW: Array
    ones_dot: Callable[[Array, Array], Array]
    rows: Array  # the share, one sample in each row
    db: Array
    delta_dot: Callable[[Array, Array], Array]
    dx: Array | None  # where the layer before finds its gradient; None in the first layer


class _Plan(NamedTuple):
    """The buffers cut to one shape of input, and what to do with them."""

    forward: tuple[Any, ...]  # of _Forward, taken apart
    backward: tuple[Any, ...]  # of _Backward, the last layer first
    m: Array
    labels: Callable[[ArrayLike], Array]
    mean_and_gradient: Callable[[Array], float]
    gradients: Gradients


class Workspace:
    """Buffers for the loss and the gradients of up to `m` samples.

    Made by `Network.workspace`. It sees every change of the network's parameters. What it returns
    lies in its buffers and is valid until its next call.

    Parameters
    ----------
    net : Network
        The network; not copied.
    m : int
        The largest number of samples in one call.
    loss : Loss
        The loss.

    Examples
    --------
    >>> import backprop as bp
    >>> net, x, y = bp.load_example()
    >>> net.workspace(8)
    Workspace(3-4-2, m=8, SquaredError())
    """

    def __init__(self, net: Network, m: int, loss: Loss) -> None:
        if isinstance(m, bool) or not isinstance(m, int | np.integer):
            raise TypeError(f"m: expected an integer, got {type(m).__name__}")
        if m < 1:
            raise ValueError(f"m: expected at least 1 sample, got {m}")
        dtype = net.weights[0].dtype
        if dtype.kind != "f":
            raise TypeError(f"net: expected real parameters, got dtype {dtype}")
        self._net, self._m, self._loss, self._dtype = net, int(m), loss, dtype
        self._rows_as_given = type(loss).rows is Loss.rows
        rows, widths = self._m * loss.rows_per_sample, net.sizes[1:]
        self._u = [np.empty((rows, n), dtype) for n in widths]
        self._x = [
            u if _works_in_place(activation) else np.empty_like(u)
            for u, activation in zip(self._u, net.activations, strict=True)
        ]
        self._delta = [np.empty_like(u) for u in self._u]
        self._scratch = [np.empty(rows * max(widths), dtype) for _ in range(3)]
        self._mask = np.empty(rows * max(widths), np.bool_)
        self._dW = [np.empty_like(W) for W in net.weights]
        self._db = [np.empty_like(b) for b in net.biases]
        self._plans: dict[tuple[int, ...], _Plan] = {}

    def __repr__(self) -> str:
        """Return the widths, the number of samples and the loss."""
        widths = "-".join(map(str, self._net.sizes))
        return f"Workspace({widths}, m={self._m}, {self._loss!r})"

    def loss_and_gradients(self, X: ArrayLike, Y: ArrayLike) -> tuple[float, Gradients]:
        """Return the mean loss over the samples, and its gradients, in the buffers.

        Parameters
        ----------
        X : (n_0,) or (k, n_0) array_like
            One sample, or a batch of at most m; (k, 2, n_0) for a loss of pairs.
        Y : array_like
            The labels, as the loss expects them.

        Returns
        -------
        value : float
            The mean of the samples' losses.
        gradients : Gradients
            As the network's own `loss_and_gradients` returns them, valid until the next call.

        Examples
        --------
        >>> import backprop as bp
        >>> net, x, y = bp.load_example()
        >>> value, g = net.workspace(1).loss_and_gradients(x, y)
        >>> g.delta[1].round(4)
        array([-0.0698,  0.083 ])
        """
        plan = None
        if type(X) is np.ndarray and X.dtype is self._dtype and self._rows_as_given:
            plan = self._plans.get(X.shape)  # there if an array like this passed the checks before
        if plan is not None and _is_finite(X):
            x = cast(Array, X)
        else:
            x = self._net._input(self._loss.rows(X))
            plan = self._plans.get(x.shape) or self._plan(x.shape)
        y = plan.labels(Y)
        with np.errstate(over="ignore", invalid="ignore"):
            return self._run(plan, x, y), plan.gradients

    def checked_loss_and_gradients(self, x: Array, y: Array) -> tuple[float, Gradients]:
        """Do the same for rows and labels that have been checked already.

        Nothing here switches NumPy's warnings off: whoever calls it in a loop does, once.

        Parameters
        ----------
        x : (k, n_0) ndarray
            Rows for the network, finite and of its dtype.
        y : ndarray
            Labels, as the loss's `labels` returned them.

        Returns
        -------
        value, gradients
            As for `loss_and_gradients`.
        """
        plan = self._plans.get(x.shape) or self._plan(x.shape)
        return self._run(plan, x, y), plan.gradients

    def _run(self, plan: _Plan, x: Array, y: Array) -> float:
        """Fill the buffers from a checked input and checked labels; return the mean loss."""
        weights = self._net.weights
        before, rows_of_x = x, x if x.ndim == 2 else x[np.newaxis]
        for (u, output, u_row, bias_rows, activate), W, b in zip(
            plan.forward, weights, self._net.biases, strict=True
        ):
            before.dot(W.T, u)
            if u_row is not None:
                np.add(u_row, b, u_row)
            else:  # faster than adding the vector b to every row
                np.copyto(bias_rows, b)
                np.add(u, bias_rows, u)
            activate()
            before = output
        value = plan.mean_and_gradient(y)
        for step, W in zip(plan.backward, reversed(weights), strict=True):
            (
                times_slope, delta, share, columns_dot, x_before,
                dW, ones_dot, rows, db, delta_dot, dx,
            ) = step  # fmt: skip
            times_slope()
            if share is not None:
                np.divide(delta, plan.m, share)
            columns_dot(rows_of_x if x_before is None else x_before, dW)
            ones_dot(rows, db)
            if dx is not None:
                delta_dot(W, dx)
        return value

    def _plan(self, shape: tuple[int, ...]) -> _Plan:
        """Cut the buffers to one shape of input, and keep the result for the next call."""
        rows = 1 if len(shape) == 1 else shape[0]
        if rows > len(self._u[0]):
            raise ValueError(
                f"X: expected at most {self._m} samples, as the workspace was made for, "
                f"got {rows // self._loss.rows_per_sample}"
            )

        def cut(buffer: Array) -> Array:
            return buffer[0] if len(shape) == 1 else buffer[:rows]

        def scratch(number: int, like: Array) -> Array:
            return self._scratch[number][: like.size].reshape(like.shape)

        u, delta = [cut(buffer) for buffer in self._u], [cut(buffer) for buffer in self._delta]
        # The same object where u and x share memory: NumPy then need not find out that they do.
        x = [
            pre if after is before else cut(after)
            for pre, before, after in zip(u, self._u, self._x, strict=True)
        ]
        m = rows // self._loss.rows_per_sample
        ones = np.ones(rows, self._dtype)
        forward, backward = [], []
        for layer, activation in enumerate(self._net.activations):
            spare = [scratch(number, u[layer]) for number in range(3)]
            mask = self._mask[: u[layer].size].reshape(u[layer].shape)
            activate, times_slope = _steps(
                activation, u[layer], x[layer], delta[layer], spare, mask
            )
            share = np.atleast_2d(delta[layer] if m == 1 else spare[0])
            u_row = u[layer].reshape(-1) if rows == 1 else None
            forward.append(_Forward(u[layer], x[layer], u_row, spare[0], activate))
            backward.append(
                _Backward(
                    times_slope=times_slope,
                    delta=delta[layer],
                    share=None if m == 1 else share,
                    columns_dot=share.T.dot,
                    before=np.atleast_2d(x[layer - 1]) if layer else None,
                    dW=self._dW[layer],
                    ones_dot=ones.dot,
                    rows=share,
                    db=self._db[layer],
                    delta_dot=delta[layer].dot,
                    dx=delta[layer - 1] if layer else None,
                )
            )
        labels, mean_and_gradient = _loss_steps(self._loss, x[-1], delta[-1], scratch(0, x[-1]))
        plan = self._plans[shape] = _Plan(
            # Plain tuples, which Python takes apart faster than their named kind.
            forward=tuple(tuple(step) for step in forward),
            backward=tuple(tuple(step) for step in reversed(backward)),
            m=np.array(m, self._dtype),
            labels=labels,
            mean_and_gradient=mean_and_gradient,
            gradients=Gradients(delta, self._dW, self._db, None),
        )
        return plan


def _is_finite(x: Any) -> bool:
    """Say quickly that all entries are finite; False may also mean that they are very large."""
    flat = x.ravel()
    return math.isfinite(flat.dot(flat))


def _works_in_place(activation: Activation) -> bool:
    """Say whether `x` may overwrite `u`: the derivative must come from the output."""
    return _is_own(activation) and activation.derivative_from_output is not None


def _is_own(activation: Activation) -> bool:
    return activations.ACTIVATIONS.get(activation.name) is activation


def _steps(
    activation: Activation, u: Array, x: Array, delta: Array, spare: list[Array], mask: Array
) -> tuple[Step, Step]:
    """Return the two steps of a layer: fill `x` from `u`; multiply `delta` by the slope.

    Each does what the functions in `activations` do, operation by operation. Constants are arrays
    without axes, which NumPy handles faster than Python's numbers.
    """

    def constant(value: float) -> Array:
        return np.array(value, u.dtype)

    zero, one, half = constant(0), constant(1), constant(0.5)
    s, t, r = spare

    def nothing() -> None:
        pass

    def sigmoid() -> None:
        np.negative(u, x)
        np.exp(x, x)
        np.add(x, one, x)
        np.divide(one, x, x)

    def times_sigmoid_slope() -> None:
        np.subtract(one, x, s)
        np.multiply(s, x, s)
        np.multiply(delta, s, delta)

    def tanh() -> None:
        np.tanh(u, x)

    def times_tanh_slope() -> None:
        np.multiply(x, x, s)
        np.subtract(one, s, s)
        np.multiply(delta, s, delta)

    def relu() -> None:
        np.maximum(u, zero, out=x)

    def times_relu_slope() -> None:
        np.sign(x, s)  # x is never negative: its sign is 1 where it is positive, else 0
        np.multiply(delta, s, delta)

    leak = constant(activations.LEAK)

    def leaky_relu() -> None:
        np.multiply(u, leak, s)
        np.maximum(u, s, out=x)

    def times_leaky_relu_slope() -> None:
        np.less_equal(x, zero, mask)
        np.multiply(delta, leak, s)
        np.copyto(delta, s, where=mask)

    def softplus() -> None:
        np.absolute(u, s)
        np.negative(s, s)
        np.exp(s, s)
        np.log1p(s, s)
        np.maximum(u, zero, out=x)
        np.add(x, s, x)

    def times_softplus_slope() -> None:
        np.negative(x, s)
        np.expm1(s, s)
        np.negative(s, s)
        np.multiply(delta, s, delta)

    flat, minus_flat = constant(activations.GELU_FLAT), constant(-activations.GELU_FLAT)
    scale, cubic = constant(activations.GELU_SCALE), constant(activations.GELU_CUBIC)
    triple = constant(3 * activations.GELU_CUBIC)

    def gelu_tanh() -> None:
        np.maximum(u, minus_flat, out=s)
        np.minimum(s, flat, out=s)
        np.multiply(s, cubic, t)
        np.multiply(t, s, t)
        np.multiply(t, s, t)
        np.add(s, t, t)
        np.multiply(t, scale, t)
        np.tanh(t, t)

    def gelu() -> None:
        gelu_tanh()
        np.add(t, one, t)
        np.multiply(u, half, x)
        np.multiply(x, t, x)

    def times_gelu_slope() -> None:
        gelu_tanh()
        np.multiply(s, triple, r)
        np.multiply(r, s, r)
        np.add(r, one, r)
        np.multiply(r, scale, r)
        np.multiply(s, half, s)  # v / 2
        # (1 + t) / 2 + v / 2 * (1 - t t) * inner, where r is the inner derivative
        both = x_spare
        np.multiply(t, t, both)
        np.subtract(one, both, both)
        np.multiply(s, both, s)
        np.multiply(s, r, s)
        np.add(t, one, t)
        np.multiply(t, half, t)
        np.add(t, s, t)
        np.multiply(delta, t, delta)

    x_spare = np.empty_like(u) if activation.name == "gelu" else u

    def custom() -> None:
        np.copyto(x, activation.f(u))

    def times_custom_slope() -> None:
        np.multiply(delta, activation.slope(u, x), delta)

    if not _is_own(activation):
        return custom, times_custom_slope
    return {
        "identity": (nothing, nothing),
        "sigmoid": (sigmoid, times_sigmoid_slope),
        "tanh": (tanh, times_tanh_slope),
        "relu": (relu, times_relu_slope),
        "leaky_relu": (leaky_relu, times_leaky_relu_slope),
        "softplus": (softplus, times_softplus_slope),
        "gelu": (gelu, times_gelu_slope),
    }[activation.name]


def _loss_steps(
    loss: Loss, x: Array, dx: Array, spare: Array
) -> tuple[Callable[[ArrayLike], Array], Callable[[Array], float]]:
    """Return how to check labels, and how to compute the mean loss and fill `dx`."""
    m, flat = loss.samples(x), dx.reshape(-1)

    def labels(Y: ArrayLike) -> Array:
        return loss.labels(Y, x)

    def quick_labels(Y: ArrayLike) -> Array:
        if type(Y) is np.ndarray and Y.shape == x.shape and Y.dtype is x.dtype:
            return Y  # a NaN in it makes the loss NaN, and is looked for then
        return loss.labels(Y, x)

    def squared_error(y: Array) -> float:
        np.subtract(x, y, dx)
        value: float = 0.5 * flat.dot(flat).item() / m
        if not math.isfinite(value):
            require_finite("y", y)
        return value

    largest, total, dotted = (np.empty((*x.shape[:-1], 1), x.dtype) for _ in range(3))

    def softmax_cross_entropy(y: Array) -> float:
        np.max(x, -1, largest, True)
        np.subtract(x, largest, spare)
        np.exp(spare, dx)
        np.sum(dx, -1, None, total, True)
        np.divide(dx, total, dx)
        np.subtract(dx, y, dx)
        np.multiply(y, spare, spare)
        np.sum(spare, -1, None, dotted, True)
        np.log(total, total)
        np.subtract(total, dotted, total)
        value: float = total.mean().item()
        return value

    def other(y: Array) -> float:
        np.copyto(dx, loss.gradient(x, y))
        return loss.mean(x, y)

    if type(loss) is SquaredError:
        return quick_labels, squared_error
    return labels, softmax_cross_entropy if type(loss) is SoftmaxCrossEntropy else other
