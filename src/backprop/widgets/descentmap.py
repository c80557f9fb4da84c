r"""DescentMap: descent on a loss of two parameters, with all samples and with one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from .._shapes import Array
from ..network import Gradients, Network
from ..training import History
from ._base import Widget
from ._checks import finite_array
from ._slice import FAR, Path, Slice, history, places, value_at

MOST_PARAMETERS, MOST_SAMPLES, MOST_GRADIENTS = 60, 40, 600
LARGEST_ETA = LARGEST_SIGMA = 100.0
ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu")
USUAL_SPAN = ((-3.0, 3.0), (-3.0, 3.0))


class DescentMap(Widget):
    r"""A map of the mean loss over two parameters of a network, and descent on it.

    All other parameters stay. Two paths leave the same start: batch descent, and descent with
    `batch_size` samples in each step. What both have in common is the number of gradients
    :math:`\nabla L_s` of single samples that they have used. The reader drags the start, plays or
    steps, and changes the learning rate, the samples in a step and the :math:`\sigma` of a random
    start. Marked is where the gradient vanishes, with the signs of the Hessian's eigenvalues.

    Parameters
    ----------
    net : Network
        A network of up to 60 parameters; its own values are the start.
    X : (m, n_0) array_like
        Up to 40 samples.
    Y : (m, n_D) array_like
        Their labels.
    parameters : pair of str, optional
        The two that descent moves, ``"w1.2.3"`` or ``"b2.1"``, counted from 1 as in the book. None
        takes the first two, weights before biases.
    eta : float, optional
        The learning rate, from 0 to 100.
    batch_size : int, optional
        The samples in each step of the second path; `m` makes it batch descent.
    epochs : int, optional
        The length of the paths, at most 600 gradients :math:`\nabla L_s` in all.
    rng : int or numpy.random.Generator, optional
        The order of the samples, drawn as `backprop.train` draws it.
    span : pair of pairs of float, optional
        The part of the plane to show, at first.
    name : str, optional
        Distinguishes several of them on one page in the links that readers copy.

    Attributes
    ----------
    start, eta, batch_size, used, sigma, draw
        The synchronised traits. `used` counts the gradients so far, at first all; `start` is a
        list of two numbers; the random start is `sigma` times number `draw` of ``normals``.

    Raises
    ------
    TypeError
        If `net` is not a Network.
    ValueError
        If the network or the samples are too many to draw, if they do not fit each other, or if
        `parameters` names none of the network.

    Notes
    -----
    Equations eq-general-objective, eq-descent and eq-single-sample of the book.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.widgets import DescentMap
    >>> neuron = bp.Network([[[-1.0]]], [[1.0]], "identity")
    >>> widget = DescentMap(neuron, [[0.0], [1.0], [2.0]], [[1.0], [2.0], [4.0]], epochs=100)
    >>> widget
    DescentMap(w1.1.1 and b1.1, 300 gradients, 300 steps, L = 0.0284)
    >>> widget.batch_size = 3
    >>> widget.network.weights[0].round(3), widget.network.biases[0].round(3)
    (array([[1.445]]), array([0.91]))
    """

    kind = traitlets.Unicode("DescentMap", read_only=True).tag(sync=True)
    W: traitlets.List[Any] = traitlets.List(read_only=True).tag(sync=True)
    b: traitlets.List[Any] = traitlets.List(read_only=True).tag(sync=True)
    X: traitlets.List[Any] = traitlets.List(read_only=True).tag(sync=True)
    Y: traitlets.List[Any] = traitlets.List(read_only=True).tag(sync=True)
    activation = traitlets.Unicode("", read_only=True).tag(sync=True)
    output_activation = traitlets.Unicode("", read_only=True).tag(sync=True)
    parameters: traitlets.List[str] = traitlets.List(read_only=True).tag(sync=True)
    order: traitlets.List[int] = traitlets.List(read_only=True).tag(sync=True)
    normals: traitlets.List[Any] = traitlets.List(read_only=True).tag(sync=True)
    critical: traitlets.List[Any] = traitlets.List(read_only=True).tag(sync=True)
    span: traitlets.List[Any] = traitlets.List(read_only=True).tag(sync=True)
    start: traitlets.List[float] = traitlets.List().tag(sync=True)
    eta = traitlets.Float(0.0).tag(sync=True)
    batch_size = traitlets.Int(1).tag(sync=True)
    used = traitlets.Int(0).tag(sync=True)
    sigma = traitlets.Float(0.5).tag(sync=True)
    draw = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        net: Network,
        X: ArrayLike,
        Y: ArrayLike,
        parameters: Sequence[str] | None = None,
        *,
        eta: float = 0.1,
        batch_size: int = 1,
        epochs: int = 40,
        rng: int | np.random.Generator = 0,
        span: Sequence[Sequence[float]] = USUAL_SPAN,
        name: str = "",
    ) -> None:
        if not isinstance(net, Network):
            raise TypeError(f"net: expected a backprop.Network, got {type(net).__name__}")
        known = places(net)
        _small_enough(net, known)
        samples, labels = _samples(X, Y, net)
        m = len(samples)
        chosen = list(known)[:2] if parameters is None else list(parameters)
        if len(set(chosen)) != 2 or not set(chosen) <= set(known):
            raise ValueError(
                f"parameters: expected two names of {', '.join(known)}, got {parameters!r}"
            )
        if not 1 <= epochs <= MOST_GRADIENTS // m:
            raise ValueError(
                f"epochs: expected a number from 1 to {MOST_GRADIENTS // m}, because DescentMap "
                f"draws up to {MOST_GRADIENTS} gradients of single samples, got {epochs}"
            )
        generator = np.random.default_rng(rng)
        hidden, output = net.activations[0].name, net.activations[-1].name
        self._slice = Slice(net, samples, labels, chosen)
        ends = _span(span)
        fixed = {
            "W": [matrix.tolist() for matrix in net.weights],
            "b": [vector.tolist() for vector in net.biases],
            "X": samples.tolist(),
            "Y": labels.tolist(),
            "activation": hidden,
            "output_activation": "" if output == hidden else output,
            "parameters": chosen,
            "order": [int(s) for _ in range(epochs) for s in generator.permutation(m)],
            "normals": np.random.default_rng(1).standard_normal((16, 2)).tolist(),
            "critical": self._slice.critical(ends),
            "span": ends,
        }
        for trait, value in fixed.items():
            self.set_trait(trait, value)
        start = [value_at(net, known[name]) for name in chosen]
        super().__init__(start=start, eta=eta, batch_size=batch_size, used=m * epochs, name=name)

    @traitlets.validate("start")
    def _validate_start(self, proposal: dict[str, Any]) -> list[float]:
        start: list[float] = finite_array("start", proposal["value"], (2,)).tolist()
        if max(map(abs, start)) > FAR:
            raise traitlets.TraitError(
                f"start: expected numbers from -{FAR:.0f} to {FAR:.0f}, got {start}"
            )
        return start

    @traitlets.validate("eta", "sigma")
    def _validate_numbers(self, proposal: dict[str, Any]) -> float:
        name, value = proposal["trait"].name, float(proposal["value"])
        most = LARGEST_ETA if name == "eta" else LARGEST_SIGMA
        if not 0 <= value <= most:
            raise traitlets.TraitError(
                f"{name}: expected a number from 0 to {most:.0f}, got {value}"
            )
        return value

    @traitlets.validate("batch_size", "used", "draw")
    def _validate_counts(self, proposal: dict[str, Any]) -> int:
        name, value = proposal["trait"].name, int(proposal["value"])
        least, most = {
            "batch_size": (1, len(self.X)),
            "used": (0, len(self.order)),
            "draw": (0, len(self.normals) - 1),
        }[name]
        if not least <= value <= most:
            raise traitlets.TraitError(
                f"{name}: expected a number from {least} to {most}, got {value}"
            )
        return value

    def _path(self) -> Path:
        """Return the second path as far as `used`."""
        whole = self._slice.descend(self.start, self.eta, self.batch_size, self.order)
        steps = sum(used <= self.used for used in whole.used) - 1
        if steps == len(whole.used) - 1 and whole.diverged and self.used > whole.used[-1]:
            return whole
        return Path(
            whole.points[: steps + 1], whole.used[: steps + 1], whole.step_loss[:steps], False
        )

    @property
    def path(self) -> Array:
        """The points of the second path as far as `used`, (steps + 1, 2), the start first."""
        return self._path().points

    @property
    def history(self) -> History:
        """The losses of the second path as far as `used`, as `backprop.train` returns them."""
        return history(self._path(), len(self.X), self.batch_size)

    @property
    def network(self) -> Network:
        """The network at the end of the path, a new object of the package."""
        return self._slice.network(self.path[-1])

    @property
    def gradients(self) -> Gradients:
        """All derivatives of the mean loss there, as `Network.loss_and_gradients` returns them."""
        return self.network.loss_and_gradients(np.array(self.X), np.array(self.Y))[1]

    @property
    def hessian(self) -> Array:
        """The second derivatives of the mean loss there by the two parameters, (2, 2)."""
        return self._slice.hessian(self.path[-1])

    @property
    def loss(self) -> float:
        """The mean loss there."""
        return self._slice.loss(self.path[-1])

    def summary(self) -> str:
        """Return the parameters, the cost, the steps and the loss."""
        steps = len(self.path) - 1
        names = " and ".join(self.parameters)
        return f"{names}, {self.used} gradients, {steps} steps, L = {self.loss:.4f}"

    def still(self) -> bytes:
        """Return a PNG of the map with both paths."""
        from ._still_descent import descent_picture

        return descent_picture(self)


def _small_enough(net: Network, parameters: dict[str, Any]) -> None:
    if len(parameters) > MOST_PARAMETERS:
        raise ValueError(
            f"net: expected up to {MOST_PARAMETERS} parameters, which is what DescentMap computes "
            f"while the reader drags, got {len(parameters)}"
        )
    if len(parameters) < 2:
        raise ValueError(f"net: expected at least 2 parameters, got {len(parameters)}")
    for known in (net.activations[0].name, net.activations[-1].name):
        if known not in ACTIVATIONS:
            raise ValueError(f"net: expected one of {', '.join(ACTIVATIONS)}, got {known!r}")
    for layer, arrays in enumerate(zip(net.weights, net.biases, strict=True)):
        for letter, array in zip("Wb", arrays, strict=True):
            finite = np.isfinite(array) & (np.abs(array) <= FAR)
            if not finite.all():
                raise ValueError(
                    f"net: expected numbers from -{FAR:.0f} to {FAR:.0f}, got "
                    f"{array[~finite][0]} in {letter} of layer {layer + 1}"
                )


def _samples(X: ArrayLike, Y: ArrayLike, net: Network) -> tuple[Array, Array]:
    rows = len(np.atleast_1d(np.asarray(X)))
    if not 1 <= rows <= MOST_SAMPLES:
        raise ValueError(
            f"X: expected 1 to {MOST_SAMPLES} samples, which is what DescentMap draws, got {rows}"
        )
    try:
        return (
            finite_array("X", X, (rows, net.sizes[0])),
            finite_array("Y", Y, (rows, net.sizes[-1])),
        )
    except traitlets.TraitError as error:
        raise ValueError(str(error)) from None


def _span(span: Sequence[Sequence[float]]) -> list[list[float]]:
    try:
        ends: list[list[float]] = finite_array("span", span, (2, 2)).tolist()
    except traitlets.TraitError as error:
        raise ValueError(str(error)) from None
    for low, high in ends:
        if not low < high:
            raise ValueError(f"span: expected a low and a higher end, got {[low, high]}")
    return ends
