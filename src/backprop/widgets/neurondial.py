r"""NeuronDial: one neuron, from its weighted inputs to its loss."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from ..network import Forward, Gradients, Network
from ._base import Widget
from .netlab342 import _array

MOST = 2
ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu")


class NeuronDial(Widget):
    r"""One neuron: :math:`u = wx + b`, its output :math:`f(u)` and the loss.

    The reader drags the weights, the bias, the inputs and the label. Weighted inputs and bias are
    laid end to end and stop at :math:`u`; over the same axis stands the activation and its tangent.

    Parameters
    ----------
    w : (n,) array_like
        One or two weights.
    b : float
        The bias.
    x : (n,) array_like
        As many inputs.
    activation : str, optional
        The name of an activation of the package.
    y : float, optional
        The label.
    selected : str, optional
        The number in the inspector: ``"w.1"``, ``"w.2"``, ``"b"``, ``"x.1"``, ``"x.2"``, ``"y"``.
    name : str, optional
        Distinguishes several of them on one page in the links that readers copy.

    Attributes
    ----------
    w, b, x, y, activation, selected
        The synchronised traits. Assign a new list to change `w` or `x`.

    Raises
    ------
    ValueError
        If there are not one or two weights, or not as many inputs.
    traitlets.TraitError
        If a number is not finite or the activation unknown.

    Examples
    --------
    >>> from backprop.widgets import NeuronDial
    >>> widget = NeuronDial(w=[1.0, -0.5], b=0.25, x=[0.5, 1.5], y=1.0)
    >>> widget
    NeuronDial(sigmoid, u = +0.000, f(u) = +0.500, L = 0.1250)
    >>> widget.slope
    0.25
    """

    kind = traitlets.Unicode("NeuronDial", read_only=True).tag(sync=True)
    w: traitlets.List[float] = traitlets.List().tag(sync=True)
    b = traitlets.Float(0.0).tag(sync=True)
    x: traitlets.List[float] = traitlets.List().tag(sync=True)
    y = traitlets.Float(0.0).tag(sync=True)
    activation = traitlets.Enum(ACTIVATIONS, "sigmoid").tag(sync=True)
    selected = traitlets.Unicode("b").tag(sync=True)

    def __init__(
        self,
        *,
        w: ArrayLike,
        b: float,
        x: ArrayLike,
        activation: str = "sigmoid",
        y: float = 1.0,
        selected: str = "b",
        name: str = "",
    ) -> None:
        weights = np.array(w, dtype=float)
        if weights.ndim != 1 or not 1 <= len(weights) <= MOST:
            raise ValueError(f"w: expected 1 or {MOST} weights, got shape {weights.shape}")
        self._n = len(weights)
        inputs = np.array(x, dtype=float)
        if inputs.shape != weights.shape:
            raise ValueError(f"x: expected shape {weights.shape}, got {inputs.shape}")
        super().__init__(
            w=weights.tolist(),
            b=float(b),
            x=inputs.tolist(),
            y=float(y),
            activation=activation,
            selected=selected,
            name=name,
        )

    @traitlets.validate("w", "x")
    def _validate_lists(self, proposal: dict[str, Any]) -> list[Any]:
        name = proposal["trait"].name
        checked: list[Any] = _array(name, proposal["value"], (self._n,)).tolist()
        return checked

    @traitlets.validate("b", "y")
    def _validate_numbers(self, proposal: dict[str, Any]) -> float:
        value = float(proposal["value"])
        if not math.isfinite(value):
            raise traitlets.TraitError(
                f"{proposal['trait'].name}: expected a finite number, got {value}"
            )
        return value

    @traitlets.validate("selected")
    def _validate_selected(self, proposal: dict[str, Any]) -> str:
        selected = str(proposal["value"])
        names = ["b", "y", *(f"{letter}.{j + 1}" for letter in "wx" for j in range(self._n))]
        if selected not in names:
            raise traitlets.TraitError(
                f"selected: expected one of {', '.join(sorted(names))}, got {selected!r}"
            )
        return selected

    @property
    def network(self) -> Network:
        """The neuron as a network of one layer, a new object of the package."""
        return Network([[self.w]], [[self.b]], activation=self.activation)

    @property
    def forward(self) -> Forward:
        """What the forward pass computes: ``u[0]`` and ``x[1]`` hold one number each."""
        return self.network.forward(np.array(self.x))

    @property
    def gradients(self) -> Gradients:
        """All derivatives of the loss, as `Network.backward` returns them."""
        net = self.network
        return net.backward(net.forward(np.array(self.x)), np.array([self.y]))

    @property
    def slope(self) -> float:
        """The slope of the activation at u."""
        passed = self.forward
        return float(self.network.activations[0].slope(passed.u[0], passed.x[1])[0])

    @property
    def loss(self) -> float:
        """Half the squared difference of output and label."""
        return float(self.forward.x[1][0] - self.y) ** 2 / 2

    def summary(self) -> str:
        """Return the activation, u, the output and the loss."""
        passed = self.forward
        u, out = float(passed.u[0][0]) + 0.0, float(passed.x[1][0]) + 0.0
        return f"{self.activation}, u = {u:+.3f}, f(u) = {out:+.3f}, L = {self.loss:.4f}"

    def still(self) -> bytes:
        """Return a PNG of the bars, the curve and the tangent."""
        from ._dial_still import dial_picture

        return dial_picture(self)
