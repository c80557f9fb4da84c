r"""DeltaRelay: the error term on its way back through two to eight layers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from ..activations import get
from ..network import Forward, Gradients, Network
from ._base import Widget
from ._checks import finite_array, finite_vector, matrices

SHALLOWEST, DEEPEST, WIDEST = 2, 8, 6
LARGEST_SIGMA = 100.0
ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu")


class DeltaRelay(Widget):
    r"""The backward pass, step by step: the transpose carries, the slopes shrink or block.

    Two operations take turns: :math:`(W^{(l+1)})^\top\delta^{(l+1)}` and :math:`\odot f'(u^{(l)})`.
    Under each layer stands :math:`\lVert\delta^{(l)}\rVert` on one logarithmic scale, beside it the
    algorithm with its current line. The reader changes the depth, the activation and the size of
    the weights.

    Parameters
    ----------
    net : Network
        A network of 2 to 8 layers, none wider than 6.
    x : (n_0,) array_like
        The input.
    y : (n_D,) array_like
        The label.
    step : int, optional
        0 forward pass done, 1 error at the last layer, 2 its error term, then two for each layer
        before it, the last being ``2 * depth``.
    depth : int or None, optional
        Another depth than the network's, from 2 to 8: hidden layers are left out before the last
        layer, or random ones put in there. Only if all hidden layers have one width.
    sigma : float or None, optional
        The root mean square of the weights; all of them are scaled to it. None leaves them alone.
    activation : str or None, optional
        Another activation of the hidden layers than the network's.
    selected : str or None, optional
        The neuron whose error term is worked out, ``"2.1"`` for layer 2, neuron 1; None means the
        first of the layer that `step` has reached.
    name : str, optional
        Distinguishes several of them on one page in the links that readers copy.

    Attributes
    ----------
    W, b, x, y, step, depth, sigma, activation, selected
        The synchronised traits; `W` and `b` are those of the network given, before any scaling.

    Raises
    ------
    TypeError
        If `net` is not a Network.
    ValueError
        If the network is too deep, too wide or has an activation that the page does not know, or
        `x` or `y` does not fit it.

    Notes
    -----
    Equations eq-delta-output and eq-delta-hidden of the book, for any number of layers.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.widgets import DeltaRelay
    >>> widget = DeltaRelay(*bp.load_example(), step=4)
    >>> widget
    DeltaRelay(2 layers, sigmoid, step 4 of 4)
    >>> widget.depth = 8
    >>> widget.network
    Network(3-4-4-4-4-4-4-4-2, sigmoid)
    """

    kind = traitlets.Unicode("DeltaRelay", read_only=True).tag(sync=True)
    W: traitlets.List[Any] = traitlets.List().tag(sync=True)
    b: traitlets.List[Any] = traitlets.List().tag(sync=True)
    x: traitlets.List[float] = traitlets.List().tag(sync=True)
    y: traitlets.List[float] = traitlets.List().tag(sync=True)
    spare: traitlets.List[Any] = traitlets.List(read_only=True).tag(sync=True)
    given_sigma = traitlets.Float(0.0, read_only=True).tag(sync=True)
    depth = traitlets.Int(SHALLOWEST).tag(sync=True)
    sigma = traitlets.Float(0.0).tag(sync=True)
    activation = traitlets.Enum(ACTIVATIONS, "sigmoid").tag(sync=True)
    output_activation = traitlets.Unicode("", read_only=True).tag(sync=True)
    step = traitlets.Int(0, min=0, max=2 * DEEPEST).tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        net: Network,
        x: ArrayLike,
        y: ArrayLike,
        *,
        step: int = 0,
        depth: int | None = None,
        sigma: float | None = None,
        activation: str | None = None,
        selected: str | None = None,
        name: str = "",
    ) -> None:
        if not isinstance(net, Network):
            raise TypeError(f"net: expected a backprop.Network, got {type(net).__name__}")
        if not SHALLOWEST <= len(net) <= DEEPEST:
            raise ValueError(
                f"net: expected {SHALLOWEST} to {DEEPEST} layers, which is what DeltaRelay draws, "
                f"got {len(net)}"
            )
        if max(net.sizes) > WIDEST:
            raise ValueError(
                f"net: expected layers of up to {WIDEST} neurons, which is what DeltaRelay draws, "
                f"got {'-'.join(map(str, net.sizes))}"
            )
        hidden, output = net.activations[0].name, net.activations[-1].name
        for known in (hidden, output):
            if known not in ACTIVATIONS:
                raise ValueError(f"net: expected one of {', '.join(ACTIVATIONS)}, got {known!r}")
        weights = np.concatenate([matrix.ravel() for matrix in net.weights])
        given = float(np.sqrt(np.mean(weights**2)))
        width = net.sizes[1]
        draws = np.random.default_rng(5).standard_normal((DEEPEST - SHALLOWEST, width, width))
        spare = (given * draws).tolist() if len(set(net.sizes[1:-1])) == 1 else []
        self.set_trait("spare", spare)
        self.set_trait("given_sigma", given)
        self.set_trait("output_activation", "" if output == hidden else output)
        self._sizes = net.sizes
        depth = len(net) if depth is None else depth
        layer = max(1, min(depth, depth - (step - 1) // 2, DEEPEST))  # of a depth yet to be checked
        super().__init__(
            W=[matrix.tolist() for matrix in net.weights],
            b=[vector.tolist() for vector in net.biases],
            x=finite_vector("x", x, net.sizes[0]),
            y=finite_vector("y", y, net.sizes[-1]),
            depth=depth,
            sigma=given if sigma is None else sigma,
            activation=hidden if activation is None else activation,
            step=step,
            selected=f"{layer}.1" if selected is None else selected,
            name=name,
        )

    @traitlets.validate("W", "b", "x", "y")
    def _validate_numbers(self, proposal: dict[str, Any]) -> list[Any]:
        name, value = proposal["trait"].name, proposal["value"]
        n = self._sizes
        if name == "W":
            return matrices(name, value, list(zip(n[1:], n[:-1], strict=True)))
        if name == "b":
            return matrices(name, value, [(size,) for size in n[1:]])
        checked: list[Any] = finite_array(name, value, (n[0] if name == "x" else n[-1],)).tolist()
        return checked

    @traitlets.validate("depth")
    def _validate_depth(self, proposal: dict[str, Any]) -> int:
        depth, given = int(proposal["value"]), len(self._sizes) - 1
        if not self.spare and depth != given:
            raise traitlets.TraitError(
                f"depth: expected {given}, because the hidden layers of this network differ in "
                f"width, got {depth}"
            )
        if not SHALLOWEST <= depth <= DEEPEST:
            raise traitlets.TraitError(
                f"depth: expected a number from {SHALLOWEST} to {DEEPEST}, got {depth}"
            )
        return depth

    @traitlets.validate("sigma")
    def _validate_sigma(self, proposal: dict[str, Any]) -> float:
        sigma = float(proposal["value"])
        if not (0 <= sigma <= LARGEST_SIGMA or sigma == self.given_sigma):
            raise traitlets.TraitError(
                f"sigma: expected a number from 0 to {LARGEST_SIGMA:.0f}, got {sigma}"
            )
        return sigma

    @traitlets.validate("selected")
    def _validate_selected(self, proposal: dict[str, Any]) -> str:
        selected = str(proposal["value"])
        layers, neurons = range(1, DEEPEST + 1), range(1, max(self._sizes[1:]) + 1)
        if selected not in {f"{layer}.{neuron}" for layer in layers for neuron in neurons}:
            raise traitlets.TraitError(
                "selected: expected a layer and a neuron of this network, such as '2.1', got "
                f"{selected!r}"
            )
        return selected

    @property
    def network(self) -> Network:
        """The network as it is now, with its depth and scale, a new object of the package."""
        last = len(self.W) - 1
        extra = self.spare[: max(0, self.depth - last - 1)]
        kept = min(last, self.depth - 1)
        unscaled = not self.given_sigma or self.sigma == self.given_sigma
        ratio = 1.0 if unscaled else self.sigma / self.given_sigma
        weights = [np.array(W) * ratio for W in (*self.W[:kept], *extra, self.W[last])]
        biases = [*self.b[:kept], *([0.0] * len(W) for W in extra), self.b[last]]
        return Network(weights, biases, get(self.activation), self.output_activation or None)

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
    def norms(self) -> list[float]:
        """The Euclidean norms of the error terms; index 0 belongs to layer 1."""
        return [math.hypot(*delta) for delta in self.gradients.delta]

    def summary(self) -> str:
        """Return the depth, the activation and the step."""
        steps = 2 * self.depth
        return f"{self.depth} layers, {self.activation}, step {min(self.step, steps)} of {steps}"

    def still(self) -> bytes:
        """Return a PNG of the error terms and their norms, all layers done."""
        from ._still_relay import relay_picture

        return relay_picture(self)
