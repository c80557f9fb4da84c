r"""NetLab342: the 3-4-2 network of chapter 2, to play with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from ..network import Forward, Gradients, Network
from ._base import Widget

SIZES = (3, 4, 2)
LARGEST = 1e6  # beyond this the front end refuses what a reader types
STEPS = ("given", "forward 1", "forward 2", "error", "backward 2", "backward 1", "step")


class NetLab342(Widget):
    r"""The 3-4-2 network with all 26 derivatives: select, drag, step.

    The reader drags any weight, bias, input or label and steps through the forward pass, the
    error, the backward pass and one step of gradient descent. Every change reaches these traits
    when it is released.

    Parameters
    ----------
    net : Network
        A network with 3 inputs, 4 hidden units and 2 outputs.
    x : (3,) array_like
        The input.
    y : (2,) array_like
        The label.
    step : int, optional
        0 given, 1 and 2 forward, 3 error, 4 and 5 backward, 6 preview of a step.
    selected : str, optional
        The quantity in the inspector, counted from 1 as in the book: ``"w1.2.3"`` is
        :math:`w^{(1)}_{23}`, ``"b2.1"`` is :math:`b^{(2)}_1`, ``"x.3"``, ``"y.1"``, ``"eta"``.
    eta : float, optional
        The learning rate of the previewed step.
    predict : bool, optional
        Keep everything that depends on a derivative hidden until the question above the widget
        has been answered.
    name : str, optional
        Distinguishes several of them on one page in the links that readers copy.

    Attributes
    ----------
    W, b, x, y, eta, step, selected, predict
        The synchronised traits. `W` and `b` are lists, index 0 for layer 1. Assign a new list to
        change one: a list changed in place notifies nobody.

    Raises
    ------
    TypeError
        If `net` is not a Network.
    ValueError
        If the network is not 3-4-2, or `x` or `y` does not fit it.

    Notes
    -----
    Equations eq-delta-output, eq-delta-hidden, eq-grad-w2-matrix and eq-grad-w1-matrix of the book.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.widgets import NetLab342
    >>> widget = NetLab342(*bp.load_example(), step=5)
    >>> widget
    NetLab342(step 5: backward 1, L = 0.1163)
    >>> widget.x = [0.0, 0.0, 0.0]
    >>> widget.gradients.dW[0].any()
    np.False_
    """

    kind = traitlets.Unicode("NetLab342", read_only=True).tag(sync=True)
    W: traitlets.List[Any] = traitlets.List().tag(sync=True)
    b: traitlets.List[Any] = traitlets.List().tag(sync=True)
    x: traitlets.List[float] = traitlets.List().tag(sync=True)
    y: traitlets.List[float] = traitlets.List().tag(sync=True)
    eta = traitlets.Float(1.0).tag(sync=True)
    step = traitlets.Int(0, min=0, max=len(STEPS) - 1).tag(sync=True)
    selected = traitlets.Unicode("w1.2.3").tag(sync=True)
    predict = traitlets.Bool(False).tag(sync=True)
    activation = traitlets.Unicode("sigmoid", read_only=True).tag(sync=True)
    output_activation = traitlets.Unicode("", read_only=True).tag(sync=True)

    def __init__(
        self,
        net: Network,
        x: ArrayLike,
        y: ArrayLike,
        *,
        step: int = 0,
        selected: str = "w1.2.3",
        eta: float = 1.0,
        predict: bool = False,
        name: str = "",
    ) -> None:
        if not isinstance(net, Network):
            raise TypeError(f"net: expected a backprop.Network, got {type(net).__name__}")
        if tuple(net.sizes) != SIZES:
            raise ValueError(
                "net: expected a 3-4-2 network, which is what NetLab342 draws, "
                f"got {'-'.join(map(str, net.sizes))}"
            )
        hidden, output = net.activations[0].name, net.activations[-1].name
        self.set_trait("activation", hidden)
        self.set_trait("output_activation", "" if output == hidden else output)
        super().__init__(
            W=[matrix.tolist() for matrix in net.weights],
            b=[vector.tolist() for vector in net.biases],
            x=_vector("x", x, SIZES[0]),
            y=_vector("y", y, SIZES[-1]),
            step=step,
            selected=selected,
            eta=eta,
            predict=predict,
            name=name,
        )

    @traitlets.validate("W", "b", "x", "y")
    def _validate_numbers(self, proposal: dict[str, Any]) -> list[Any]:
        name, value = proposal["trait"].name, proposal["value"]
        shapes: dict[str, tuple[tuple[int, ...], ...]] = {
            "W": ((4, 3), (2, 4)),
            "b": ((4,), (2,)),
        }
        if name in shapes:
            if len(value) != len(shapes[name]):
                raise traitlets.TraitError(
                    f"{name}: expected a list of 2 arrays, one for each layer, got {len(value)}"
                )
            return [
                _array(f"{name}[{layer}]", entry, shape).tolist()
                for layer, (entry, shape) in enumerate(zip(value, shapes[name], strict=True))
            ]
        size = SIZES[0] if name == "x" else SIZES[-1]
        checked: list[Any] = _array(name, value, (size,)).tolist()
        return checked

    @traitlets.validate("eta")
    def _validate_eta(self, proposal: dict[str, Any]) -> float:
        eta = float(proposal["value"])
        if not (math.isfinite(eta) and 0 <= eta <= LARGEST):
            raise traitlets.TraitError(f"eta: expected a number from 0 to {LARGEST:.0f}, got {eta}")
        return eta

    @traitlets.validate("selected")
    def _validate_selected(self, proposal: dict[str, Any]) -> str:
        selected = str(proposal["value"])
        if selected not in QUANTITIES:
            raise traitlets.TraitError(
                "selected: expected a name such as 'w1.2.3' (row 2, column 3 of layer 1), 'b2.1', "
                f"'x.3', 'y.1' or 'eta', got {selected!r}"
            )
        return selected

    @property
    def network(self) -> Network:
        """The network as it is now, a new object of the package."""
        return Network(
            self.W,
            self.b,
            activation=self.activation,
            output_activation=self.output_activation or None,
        )

    @property
    def forward(self) -> Forward:
        """What the forward pass computes at `x`: ``u`` and ``x`` of all layers."""
        return self.network.forward(np.array(self.x))

    @property
    def gradients(self) -> Gradients:
        """All derivatives of the loss, as `Network.backward` returns them."""
        net = self.network
        return net.backward(net.forward(np.array(self.x)), np.array(self.y))

    @property
    def loss(self) -> float:
        """Half the squared distance between the output and the label."""
        error = self.forward.x[-1] - np.array(self.y)
        return float(error @ error) / 2

    def summary(self) -> str:
        """Return the step and the loss."""
        return f"step {self.step}: {STEPS[self.step]}, L = {self.loss:.4f}"

    def still(self) -> bytes:
        """Return a PNG of the network as the widget draws it at the present step."""
        from ._still import network_picture

        return network_picture(self)


def _names() -> frozenset[str]:
    names = {"eta"}
    names |= {f"x.{i}" for i in range(1, SIZES[0] + 1)}
    names |= {f"y.{i}" for i in range(1, SIZES[-1] + 1)}
    for layer in range(1, len(SIZES)):
        for i in range(1, SIZES[layer] + 1):
            names.add(f"b{layer}.{i}")
            names |= {f"w{layer}.{i}.{j}" for j in range(1, SIZES[layer - 1] + 1)}
    return frozenset(names)


QUANTITIES = _names()


def _array(name: str, value: Any, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    try:
        array = np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise traitlets.TraitError(
            f"{name}: expected numbers of shape {shape}, got {value!r}"
        ) from None
    if array.shape != shape:
        raise traitlets.TraitError(f"{name}: expected shape {shape}, got {array.shape}")
    if not np.isfinite(array).all():
        place = [int(k) for k in np.argwhere(~np.isfinite(array))[0]]
        raise traitlets.TraitError(
            f"{name}: expected finite numbers, got {array[tuple(place)]} at {place}"
        )
    return array


def _vector(name: str, value: ArrayLike | Sequence[float], size: int) -> list[float]:
    try:
        checked: list[float] = _array(name, value, (size,)).tolist()
    except traitlets.TraitError as error:
        raise ValueError(str(error)) from None
    return checked
