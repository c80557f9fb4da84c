"""Gradient descent: with all samples, with a few, with one at a time."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ._shapes import Array, random_generator, require_number, require_positive, spell
from .losses import Loss
from .network import Network


class History(NamedTuple):
    """What happened during training.

    Attributes
    ----------
    loss : list of float
        The mean of the steps' losses in each epoch, each computed before its step.
    step_loss : list of float
        The loss of every step's samples, before the step.
    stopped : str
        Why it ended: "finished", "interrupted" (Ctrl+C), "callback", or "diverged".
    """

    loss: list[float]
    step_loss: list[float]
    stopped: str


class DivergenceError(ArithmeticError):
    """Training has left the finite numbers; `history` holds what came before.

    Parameters
    ----------
    message : str
        What happened, and where.
    history : History
        The losses until then.
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


def train(
    net: Network,
    X: ArrayLike,
    Y: ArrayLike,
    *,
    loss: str | Loss = "squared_error",
    batch_size: int | None = None,
    learning_rate: float = 0.1,
    momentum: float = 0.0,
    epochs: int = 1,
    shuffle: bool = True,
    rng: int | np.random.Generator | None = None,
    callback: Callable[[Network, History], Any] | None = None,
    progress: bool = False,
) -> History:
    r"""Train a network by gradient descent, changing it in place.

    Each step takes the mean gradient of `batch_size` samples and moves every parameter by
    :math:`-\eta` times it. An epoch goes through all samples once; if they do not divide evenly,
    its last step takes the rest.

    Parameters
    ----------
    net : Network
        The network; its arrays are changed in place.
    X : (m, n_0) array_like
        Samples, one in each row; (m, 2, n_0) for a loss of pairs.
    Y : array_like
        Labels, as the loss expects them.
    loss : str or Loss
        A name of `backprop.losses`, or a loss object.
    batch_size : int or None
        Samples in each step: 1 is single-sample gradient descent, None takes all of them (batch
        gradient descent), anything between is mini-batch. More than there are is all of them.
    learning_rate : float
        :math:`\eta`, positive.
    momentum : float
        From 0 up to but not including 1. The step is :math:`v\leftarrow\mu v-\eta\nabla`,
        :math:`\theta\leftarrow\theta+v`; 0 is plain gradient descent.
    epochs : int
        How many times to go through the samples; 0 leaves the network as it is.
    shuffle : bool
        Whether to draw a new order in each epoch.
    rng : int, numpy.random.Generator or None
        Seed or generator for the order; the same seed gives the same result, bit for bit.
    callback : callable or None
        Called as ``callback(net, history)`` after each epoch; a true return value ends training.
    progress : bool
        Whether to show a line of progress on standard error.

    Returns
    -------
    History
        The losses, also if Ctrl+C ends training early.

    Raises
    ------
    DivergenceError
        If a loss or a parameter is no longer finite. It names the step, and holds the history.
    TypeError, ValueError
        If an argument is not as described. The network is then unchanged.

    Examples
    --------
    >>> import backprop as bp
    >>> net, x, y = bp.load_example()
    >>> history = bp.train(net, [x], [y], learning_rate=1.0, epochs=100)
    >>> [round(value, 4) for value in history.loss[::33]]
    [0.1163, 0.0063, 0.003, 0.0019]
    """
    if not isinstance(net, Network):
        raise TypeError(f"net: expected a Network, got {type(net).__name__}")
    loss = net._loss(loss)
    rows, labels = _samples(net, X, Y, loss)
    m = len(labels)
    size = _batch_size(batch_size, m)
    _check_numbers(learning_rate, momentum, epochs)
    if callback is not None and not callable(callback):
        raise TypeError(f"callback: expected a function or None, got {type(callback).__name__}")
    order = random_generator("rng", rng)
    batches = _Batches(rows, labels, size)
    descent = _Descent(net, size, loss, learning_rate, momentum)
    epoch_loss: list[float] = []
    step_loss: list[float] = []
    history = History(epoch_loss, step_loss, "finished")
    line = _Progress(epochs) if progress else None
    try:
        # Overflow is looked for in the losses and parameters; NumPy need not warn of it.
        with np.errstate(over="ignore", invalid="ignore"):
            for epoch in range(epochs):
                permutation = order.permutation(m) if shuffle and size < m else None
                for x, y in batches.epoch(permutation):
                    value = descent.step(x, y)
                    step_loss.append(value)
                    if not math.isfinite(value):
                        raise _divergence(history, epoch, f"the loss is {value}", learning_rate)
                done = step_loss[epoch * -(-m // size) :]
                epoch_loss.append(math.fsum(done) / len(done))
                if not descent.finite():
                    raise _divergence(history, epoch, "a parameter is not finite", learning_rate)
                if line is not None:
                    line.show(epoch + 1, epoch_loss[-1])
                if callback is not None:
                    descent.hand_over()
                    try:
                        enough = callback(net, history)
                    finally:
                        descent.take_up()  # it may have changed the network
                    if enough:
                        return history._replace(stopped="callback")
    except KeyboardInterrupt:
        return history._replace(stopped="interrupted")
    finally:
        descent.hand_over()
        if line is not None:
            line.close()
    return history


class _Batches:
    """The samples of one step after the other, without allocating."""

    def __init__(self, rows: Array, labels: Array, size: int) -> None:
        self._rows, self._labels, self._size = rows, labels, size
        self._x, self._y = np.empty_like(rows[:size]), np.empty_like(labels[:size])

    def epoch(self, order: Array | None) -> Iterator[tuple[Array, Array]]:
        """Go through all samples once, in this order; None is the order that they have."""
        for start in range(0, len(self._labels), self._size):
            stop = start + self._size
            if order is None:
                yield self._rows[start:stop], self._labels[start:stop]
            else:
                chosen = order[start:stop]
                x, y = self._x[: len(chosen)], self._y[: len(chosen)]
                # All row numbers are valid; with "clip" NumPy fills x without a copy between.
                self._rows.take(chosen, 0, x, "clip")
                self._labels.take(chosen, 0, y, "clip")
                yield x, y


class _Descent:
    """One step of gradient descent after another, without allocating.

    A copy of the parameters lies in one array, in the order of the workspace's gradients, so that
    a step is one subtraction however many layers there are. `take_up` reads it from the network,
    `hand_over` writes it back.
    """

    def __init__(
        self, net: Network, size: int, loss: Loss, learning_rate: float, momentum: float
    ) -> None:
        self._net, self._twin = net, net.copy()
        self._width = net.sizes[0]
        self._workspace = self._twin.workspace(size, loss)
        self._gradients = self._workspace.all_gradients
        self._parameters = np.empty_like(self._gradients)
        self._twin.weights, self._twin.biases = self._workspace.laid_out_in(self._parameters)
        self._learning_rate = np.array(learning_rate, self._parameters.dtype)
        self._momentum = np.array(momentum, self._parameters.dtype)
        self._velocity = np.zeros_like(self._parameters) if momentum else None
        self.take_up()

    def take_up(self) -> None:
        """Go on from the network's parameters."""
        for own, theirs in self._pairs():
            np.copyto(own, theirs)

    def hand_over(self) -> None:
        """Give the network the parameters reached."""
        for own, theirs in self._pairs():
            np.copyto(theirs, own)

    def _pairs(self) -> Iterator[tuple[Array, Array]]:
        yield from zip(self._twin.weights, self._net.weights, strict=True)
        yield from zip(self._twin.biases, self._net.biases, strict=True)

    def step(self, x: Array, y: Array) -> float:
        """Move the parameters once, and return the loss before; if that is not finite, stay."""
        value, _ = self._workspace.checked_loss_and_gradients(x.reshape(-1, self._width), y)
        if not math.isfinite(value):
            return value
        step, velocity = self._gradients, self._velocity  # the workspace's own: it may be changed
        np.multiply(step, self._learning_rate, step)
        if velocity is None:
            np.subtract(self._parameters, step, self._parameters)
        else:
            np.multiply(velocity, self._momentum, velocity)
            np.subtract(velocity, step, velocity)
            np.add(self._parameters, velocity, self._parameters)
        return value

    def finite(self) -> bool:
        """Say whether all parameters are finite."""
        return bool(np.isfinite(self._parameters).all())


class _Progress:
    """A line on standard error, rewritten at most ten times a second."""

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs
        self._last = 0.0

    def show(self, epoch: int, loss: float) -> None:
        now = time.monotonic()
        if epoch == self._epochs or now - self._last >= 0.1:
            self._last = now
            filled = 30 * epoch // self._epochs
            bar = "#" * filled + "." * (30 - filled)
            sys.stderr.write(f"\r[{bar}] epoch {epoch} of {self._epochs}, loss {loss:.4g}   ")
            sys.stderr.flush()

    def close(self) -> None:
        sys.stderr.write("\n")
        sys.stderr.flush()


def _samples(net: Network, X: ArrayLike, Y: ArrayLike, loss: Loss) -> tuple[Array, Array]:
    """Check samples and labels once; return them with one sample in each row (a pair is one)."""
    x = net._input(loss.rows(X))
    if x.ndim != 2:
        raise ValueError(
            f"X: expected one sample in each row, shape (m, {x.shape[-1]}), got {spell(x.shape)}"
        )
    # Labels are checked against an output, of which only shape and dtype matter.
    labels = loss.labels(Y, np.zeros((len(x), net.sizes[-1]), x.dtype))
    return x.reshape(len(labels), -1), labels


def _batch_size(batch_size: int | None, m: int) -> int:
    if batch_size is None:
        return m
    if isinstance(batch_size, bool) or not isinstance(batch_size, int | np.integer):
        raise TypeError(f"batch_size: expected an integer or None, got {type(batch_size).__name__}")
    if batch_size < 1:
        raise ValueError(f"batch_size: expected at least 1 sample, got {batch_size}")
    return min(int(batch_size), m)


def _check_numbers(learning_rate: float, momentum: float, epochs: int) -> None:
    require_positive("learning_rate", learning_rate)
    if not 0 <= require_number("momentum", momentum) < 1:
        raise ValueError(f"momentum: expected a number from 0 up to 1, got {momentum}")
    if isinstance(epochs, bool) or not isinstance(epochs, int | np.integer):
        raise TypeError(f"epochs: expected an integer, got {type(epochs).__name__}")
    if epochs < 0:
        raise ValueError(f"epochs: expected a number that is not negative, got {epochs}")


def _divergence(history: History, epoch: int, what: str, learning_rate: float) -> DivergenceError:
    steps = history.step_loss
    before = next((value for value in reversed(steps) if math.isfinite(value)), None)
    last = "" if before is None else f"; the last finite loss was {before:.3g}"
    return DivergenceError(
        f"training diverged at step {len(steps)} (epoch {epoch + 1}): {what}{last}. "
        f"A smaller learning_rate than {learning_rate:g} may help",
        history._replace(stopped="diverged"),
    )
