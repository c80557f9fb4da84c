"""The mean loss of a network as a function of two of its parameters, and descent on it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from .._shapes import Array
from ..network import Gradients, Network
from ..training import History

FAR = 1e6  # a path that leaves these bounds has diverged
STEP = 1e-20  # of the complex step


Spot = tuple[int, tuple[int, ...]]  # a parameter: list index of its layer, place in its array


class Path(NamedTuple):
    """The points that descent visits, and what each has cost in gradients of one sample."""

    points: Array
    used: list[int]
    step_loss: list[float]
    diverged: bool


class Slice:
    r"""The mean loss over samples as a function of two parameters; all others stay.

    Parameters
    ----------
    net : Network
        The network; it is copied.
    X, Y : (m, n) arrays
        Samples and labels.
    parameters : pair of str
        Their names, as `places` spells them.
    """

    def __init__(self, net: Network, X: Array, Y: Array, parameters: Sequence[str]) -> None:
        self.X, self.Y = X, Y
        self._net = net.copy()
        spots = places(net)
        self._spots = [spots[name] for name in parameters]

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.X)

    def network(self, point: Sequence[float] | Array) -> Network:
        """Return a copy of the network with its two parameters at `point`."""
        net = self._net.copy()
        _put(net, self._spots, point)
        return net

    def loss(self, point: Sequence[float] | Array) -> float:
        """Return the mean loss over all samples."""
        _put(self._net, self._spots, point)
        return self._net.mean_loss(self.X, self.Y)

    def _chosen(self, g: Gradients) -> Array:
        return np.array([_of(g.dW, g.db, spot)[spot[1]] for spot in self._spots])

    def gradient(
        self, point: Sequence[float] | Array, rows: slice | Sequence[int] = slice(None)
    ) -> tuple[float, Array]:
        """Return the mean loss over some samples, and its two derivatives."""
        _put(self._net, self._spots, point)
        value, g = self._net.loss_and_gradients(self.X[rows], self.Y[rows])
        return value, self._chosen(g)

    def hessian(self, point: Sequence[float] | Array) -> Array:
        """Return the four second derivatives: a complex step of the gradient, without rounding."""
        weights = [W.astype(complex) for W in self._net.weights]
        biases = [b.astype(complex) for b in self._net.biases]
        net = Network(weights, biases, self._net.activations[0], self._net.activations[-1])
        columns = []
        for k in range(2):
            moved = np.array(point, dtype=complex)
            moved[k] += STEP * 1j
            _put(net, self._spots, moved)
            columns.append(self._chosen(net.loss_and_gradients(self.X, self.Y)[1]).imag / STEP)
        H = np.array(columns)
        return (H + H.T) / 2

    def descend(self, start: Sequence[float], eta: float, size: int, order: Sequence[int]) -> Path:
        """Go through the samples in this order, `size` in each step; all at once need no order."""
        points, used, losses = [np.array(start, dtype=float)], [0], []
        with np.errstate(over="ignore", invalid="ignore"):
            for rows in batches(order, size, len(self)):
                value, g = self.gradient(points[-1], rows)
                moved = points[-1] - eta * g
                losses.append(value)
                if not (np.abs(moved) <= FAR).all():
                    return Path(np.array(points), used, losses, True)
                points.append(moved)
                used.append(used[-1] + len(rows))
        return Path(np.array(points), used, losses, False)

    def critical(self, span: Sequence[Sequence[float]], cells: int = 24) -> list[list[float]]:
        """Find where the gradient vanishes inside `span` and the Hessian does not degenerate."""
        lines = [np.linspace(low, high, cells + 1) for low, high in span]
        slopes = np.array([[self.gradient((a, b))[1] for b in lines[1]] for a in lines[0]])
        corners = np.stack([slopes[i : i + cells, j : j + cells] for i in (0, 1) for j in (0, 1)])
        both = ((corners.min(axis=0) <= 0) & (corners.max(axis=0) >= 0)).all(axis=-1)
        found: list[list[float]] = []
        for i, j in np.argwhere(both):  # cells in which each derivative changes its sign
            point = self._newton([lines[0][i : i + 2].mean(), lines[1][j : j + 2].mean()])
            if point is None or not _inside(point, span):
                continue
            if all(math.dist(point, other) > 1e-6 * (1 + math.hypot(*other)) for other in found):
                found.append(point)
        return sorted(found)

    def _newton(self, start: Sequence[float]) -> list[float] | None:
        point = np.array(start)
        for _ in range(40):
            H = self.hessian(point)
            size = np.abs(H).max()
            if not np.isfinite(size) or abs(np.linalg.det(H)) <= 1e-9 * size**2 or size < 1e-6:
                return None
            step = np.linalg.solve(H, self.gradient(point)[1])
            point = point - step
            if not (np.abs(point) <= FAR).all():
                return None
            if np.abs(step).max() <= 1e-12 * (1 + np.abs(point).max()):
                return [float(value) for value in point]
        return None


def batches(order: Sequence[int], size: int, m: int) -> Iterator[list[int]]:
    """Split an order of the samples into steps; the last of each epoch takes the rest."""
    for epoch in range(0, len(order), m):
        rows = list(range(m)) if size >= m else list(order[epoch : epoch + m])
        for first in range(0, m, size):
            yield rows[first : first + size]


def history(path: Path, m: int, size: int) -> History:
    """Return a path's losses as `backprop.train` reports them."""
    each = -(-m // size)
    whole = [path.step_loss[k : k + each] for k in range(0, len(path.step_loss), each)]
    if whole and (path.diverged or len(whole[-1]) < each):
        whole.pop()
    means = [math.fsum(part) / each for part in whole]
    return History(means, list(path.step_loss), "diverged" if path.diverged else "finished")


def places(net: Network) -> dict[str, Spot]:
    """Return every parameter by name, "w1.2.3" or "b2.1" counted from 1: weights, then biases."""
    found: dict[str, Spot] = {}
    for letter, arrays in (("w", net.weights), ("b", net.biases)):
        for layer, array in enumerate(arrays):
            for at in np.ndindex(array.shape):
                name = ".".join([f"{letter}{layer + 1}", *(str(k + 1) for k in at)])
                found[name] = (layer, at)
    return found


def value_at(net: Network, spot: Spot) -> float:
    """Return one parameter of a network."""
    return float(_of(net.weights, net.biases, spot)[spot[1]])


def _of(weights: list[Array], biases: list[Array], spot: Spot) -> Array:
    return (weights if len(spot[1]) > 1 else biases)[spot[0]]


def _put(net: Network, spots: Sequence[Spot], point: Sequence[float] | Array) -> None:
    for spot, value in zip(spots, point, strict=True):
        _of(net.weights, net.biases, spot)[spot[1]] = value


def _inside(point: Sequence[float], span: Sequence[Sequence[float]]) -> bool:
    return all(low <= value <= high for value, (low, high) in zip(point, span, strict=True))
