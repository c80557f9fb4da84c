"""Gradients again and again without allocating: the buffered twin of the network's functions.

Training computes the same gradients thousands of times, and then allocating the arrays costs as
much as filling them. A workspace allocates once. It does the same operations in the same order as
`Network.forward` and `Network.backward`, which are the version to read, so that both return the
same bits; a test holds them to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ._buffered import (
    Buffers,
    Step,
    activation_steps,
    is_identity,
    is_own,
    label_check,
    loss_step,
    works_in_place,
)
from ._shapes import Array
from .losses import Loss
from .network import Gradients

if TYPE_CHECKING:
    from .network import Network


class _Forward(NamedTuple):
    """One layer's buffers for the way there; where there is one sample, vectors."""

    layer: int  # its index in the lists of the network
    u: Array
    x: Array
    bias_rows: Array  # room for b in every row
    activate: Step  # fills x from u


class _Backward(NamedTuple):
    """One layer's buffers for the way back."""

    layer: int
    delta: Array
    slope: Array | None  # f'(u); None where it is 1
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

    one_row: bool
    forward: tuple[Any, ...]  # of _Forward, taken apart
    slopes: tuple[Step, ...]
    backward: tuple[Any, ...]  # of _Backward, the last layer first
    divide: Callable[[Array, Array, Array], Array]  # by the number of samples
    by: Array
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
        self._most_rows = self._m * loss.rows_per_sample
        # Each pool holds one buffer of all layers, one after the other, so that a step that is
        # the same for several layers is one call.
        size = self._most_rows * sum(net.sizes[1:])
        self._u, self._x, self._delta, self._slope = (np.empty(size, dtype) for _ in range(4))
        self._spare = np.empty(size, dtype), np.empty(size, dtype), np.empty(size, dtype)
        self._mask = np.empty(size, np.bool_)
        # The gradients of all parameters, too: first those of all weights, then of all biases.
        self._shapes = [a.shape for a in (*net.weights, *net.biases)]
        self.all_gradients = np.empty(sum(map(math.prod, self._shapes)), dtype)
        self._dW, self._db = self.laid_out_in(self.all_gradients)
        self._plans: dict[tuple[int, ...], _Plan] = {}

    def __repr__(self) -> str:
        """Return the widths, the number of samples and the loss."""
        widths = "-".join(map(str, self._net.sizes))
        return f"Workspace({widths}, m={self._m}, {self._loss!r})"

    @np.errstate(over="ignore", invalid="ignore")  # so it costs half of what a with block does
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

        Raises
        ------
        TypeError, ValueError
            As the network's own, and if there are more samples than `m`.

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
            x: Array = X  # type: ignore[assignment]
        else:
            x = self._net._input(self._loss.rows(X))
            plan = self._plans.get(x.shape) or self._plan(x.shape)
        return self._run(plan, x, plan.labels(Y)), plan.gradients

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

    def laid_out_in(self, flat: Array) -> tuple[list[Array], list[Array]]:
        """Return the views of an array like `all_gradients`: of the weights, of the biases.

        Parameters
        ----------
        flat : ndarray
            One number for each parameter.

        Returns
        -------
        weights, biases : list of ndarray
            Views of the shapes of the parameters, one behind the other.
        """
        ends = accumulate(map(math.prod, self._shapes), initial=0)
        arrays = [
            flat[start:end].reshape(shape)
            for (start, end), shape in zip(pairwise(ends), self._shapes, strict=True)
        ]
        return arrays[: len(self._net)], arrays[len(self._net) :]

    def _run(self, plan: _Plan, x: Array, y: Array) -> float:
        """Fill the buffers from a checked input and checked labels; return the mean loss."""
        weights, biases = self._net.weights, self._net.biases
        rows_of_x = x if x.ndim == 2 else x[np.newaxis]
        if plan.one_row:
            before = x.ravel()
            for layer, u, output, _, activate in plan.forward:
                weights[layer].dot(before, u)
                np.add(u, biases[layer], u)
                activate()
                before = output
        else:
            before = x
            for layer, u, output, bias_rows, activate in plan.forward:
                before.dot(weights[layer].T, u)
                np.copyto(bias_rows, biases[layer])  # faster than adding b to every row
                np.add(u, bias_rows, u)
                activate()
                before = output
        value, divide, by = plan.mean_and_gradient(y), plan.divide, plan.by
        for fill_slopes in plan.slopes:
            fill_slopes()
        for (
            layer, delta, slope, share, columns_dot, x_before, dW, ones_dot, rows, db, delta_dot, dx
        ) in plan.backward:  # fmt: skip
            if slope is not None:
                np.multiply(delta, slope, delta)
            if share is not None:
                divide(delta, by, share)
            columns_dot(rows_of_x if x_before is None else x_before, dW)
            ones_dot(rows, db)
            if dx is not None:
                delta_dot(weights[layer], dx)
        return value

    def _plan(self, shape: tuple[int, ...]) -> _Plan:
        """Cut the buffers to one shape of input, and keep the result for the next call."""
        rows = 1 if len(shape) == 1 else shape[0]
        if rows > self._most_rows:
            raise ValueError(
                f"X: expected at most {self._m} samples, as the workspace was made for, "
                f"got {rows // self._loss.rows_per_sample}"
            )
        widths = self._net.sizes[1:]
        places = list(pairwise(accumulate((rows * n for n in widths), initial=0)))

        def layers(pool: Array) -> list[Array]:
            return [
                pool[start:stop].reshape(n if len(shape) == 1 else (rows, n))
                for (start, stop), n in zip(places, widths, strict=True)
            ]

        u, x, delta, slope, spare = map(
            layers, (self._u, self._x, self._delta, self._slope, self._spare[0])
        )
        for layer, activation in enumerate(self._net.activations):
            if works_in_place(activation):
                x[layer] = u[layer]
        m = rows // self._loss.rows_per_sample
        ones = np.ones(rows, self._dtype)
        forward, backward = [], []
        for layer, activation in enumerate(self._net.activations):
            place = slice(*places[layer])
            share = np.atleast_2d(delta[layer] if m == 1 else spare[layer])
            forward.append(
                _Forward(
                    layer=layer,
                    u=u[layer].ravel() if rows == 1 else u[layer],
                    x=x[layer].ravel() if rows == 1 else x[layer],
                    bias_rows=spare[layer],
                    activate=activation_steps(activation, self._cut(place, u[layer], x[layer]))[0],
                )
            )
            backward.append(
                _Backward(
                    layer=layer,
                    delta=delta[layer],
                    slope=None if is_identity(activation) else slope[layer],
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
        last = self._cut(slice(*places[-1]), u[-1], x[-1])
        plan = self._plans[shape] = _Plan(
            one_row=rows == 1,
            # Plain tuples, which Python takes apart faster than their named kind.
            forward=tuple(tuple(step) for step in forward),
            slopes=self._slope_steps(places, u, x),
            backward=tuple(tuple(step) for step in reversed(backward)),
            # A power of two divides by its inverse, with the same bits and in less time.
            divide=np.divide if m & (m - 1) else np.multiply,
            by=np.array(m if m & (m - 1) else 1 / m, self._dtype),
            labels=label_check(self._loss, x[-1]),
            mean_and_gradient=loss_step(self._loss, x[-1], delta[-1], last.spare),
            gradients=Gradients(delta, self._dW, self._db, None),
        )
        return plan

    def _cut(self, place: slice, u: Array, x: Array) -> Buffers:
        """Cut what goes with `u` and `x` from the other pools."""
        slope, s, t, r, mask = (
            pool[place].reshape(u.shape) for pool in (self._slope, *self._spare, self._mask)
        )
        return Buffers(u, x, slope, (s, t, r), mask)

    def _slope_steps(
        self, places: list[tuple[int, int]], u: list[Array], x: list[Array]
    ) -> tuple[Step, ...]:
        """Return the steps that fill the slopes: one for all layers with the same activation."""
        hidden, last = self._net.activations[0], self._net.activations[-1]
        steps = []
        ends = [len(places)] if hidden is last else [len(places) - 1, len(places)]
        for first, end in pairwise([0, *ends]):
            activation = self._net.activations[first]
            if is_own(activation):
                place = slice(places[first][0], places[end - 1][1])
                pre = self._u[place]
                after = pre if works_in_place(activation) else self._x[place]
                steps.append(activation_steps(activation, self._cut(place, pre, after))[1])
            else:  # the user's function gets the arrays that it gets elsewhere
                steps += [
                    activation_steps(activation, self._cut(slice(*places[k]), u[k], x[k]))[1]
                    for k in range(first, end)
                ]
        return tuple(steps)


def _is_finite(x: Any) -> bool:
    """Say quickly that all entries are finite; False may also mean that they are very large."""
    flat = x.ravel()
    return math.isfinite(flat.dot(flat))
