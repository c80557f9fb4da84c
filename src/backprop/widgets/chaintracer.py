r"""ChainTracer: the chain rule for one weight, path by path."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from ..network import Forward, Gradients, Network
from ._base import Widget
from .netlab342 import _array, _vector

LARGEST_SIZES = (4, 4, 2)
STEPS = ("predict", "paths", "sum", "factor", "matrix")


class Term(NamedTuple):
    """One path from a weight to the loss.

    Attributes
    ----------
    output : int
        The output the path runs through, counted from 1.
    factors : tuple of float
        The factors of its chain, from the loss back to the weight.
    value : float
        Their product.
    """

    output: int
    factors: tuple[float, ...]
    value: float


class ChainTracer(Widget):
    r"""The derivative of the loss by one weight, as a sum over the paths to the loss.

    The reader chooses a weight, says whether raising it raises the loss, and is shown the paths,
    the factors along each, their sum, the part that all weights of a neuron share (:math:`\delta`),
    and the same as matrices and as code.

    Parameters
    ----------
    net : Network
        A network with one hidden layer, at most 4 inputs, 4 hidden units and 2 outputs.
    x : (n_0,) array_like
        The input.
    y : (n_2,) array_like
        The label.
    selected : str, optional
        The weight or bias that is traced, counted from 1 as in the book: ``"w1.2.3"`` is
        :math:`w^{(1)}_{23}`, ``"b2.1"`` is :math:`b^{(2)}_1`.
    step : int, optional
        0 predict, 1 paths, 2 sum, 3 factor, 4 matrix.
    name : str, optional
        Distinguishes several of them on one page in the links that readers copy.

    Attributes
    ----------
    W, b, x, y, selected, step
        The synchronised traits. `W` and `b` are lists, index 0 for layer 1. Assign a new list to
        change one: a list changed in place notifies nobody.
    guess : str
        What the reader predicts: ``"rises"``, ``"falls"``, or nothing.

    Raises
    ------
    TypeError
        If `net` is not a Network.
    ValueError
        If the network has another depth or is too large to draw, or `x` or `y` does not fit it.

    Notes
    -----
    Equations eq-w1-two-paths and eq-grad-w1-element of the book.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.widgets import ChainTracer
    >>> widget = ChainTracer(*bp.load_example(), selected="w1.2.3", step=2)
    >>> widget
    ChainTracer(w1.2.3, step 2: sum, dL = +0.0264)
    >>> [round(term.value, 4) for term in widget.terms]
    [0.0092, 0.0172]
    """

    kind = traitlets.Unicode("ChainTracer", read_only=True).tag(sync=True)
    W: traitlets.List[Any] = traitlets.List().tag(sync=True)
    b: traitlets.List[Any] = traitlets.List().tag(sync=True)
    x: traitlets.List[float] = traitlets.List().tag(sync=True)
    y: traitlets.List[float] = traitlets.List().tag(sync=True)
    selected = traitlets.Unicode("w1.1.1").tag(sync=True)
    step = traitlets.Int(0, min=0, max=len(STEPS) - 1).tag(sync=True)
    guess = traitlets.Enum(("", "falls", "rises"), "").tag(sync=True)
    activation = traitlets.Unicode("sigmoid", read_only=True).tag(sync=True)
    output_activation = traitlets.Unicode("", read_only=True).tag(sync=True)

    def __init__(
        self,
        net: Network,
        x: ArrayLike,
        y: ArrayLike,
        *,
        selected: str = "",
        step: int = 0,
        name: str = "",
    ) -> None:
        if not isinstance(net, Network):
            raise TypeError(f"net: expected a backprop.Network, got {type(net).__name__}")
        sizes = tuple(net.sizes)
        too_large = any(n > most for n, most in zip(sizes, LARGEST_SIZES, strict=False))
        if len(sizes) != len(LARGEST_SIZES) or too_large:
            raise ValueError(
                "net: expected one hidden layer and at most 4-4-2, which is what ChainTracer "
                f"draws, got {'-'.join(map(str, sizes))}"
            )
        self._sizes = sizes
        hidden, output = net.activations[0].name, net.activations[-1].name
        self.set_trait("activation", hidden)
        self.set_trait("output_activation", "" if output == hidden else output)
        super().__init__(
            W=[matrix.tolist() for matrix in net.weights],
            b=[vector.tolist() for vector in net.biases],
            x=_vector("x", x, sizes[0]),
            y=_vector("y", y, sizes[-1]),
            selected=selected or "w1.1.1",
            step=step,
            name=name,
        )

    @traitlets.validate("W", "b", "x", "y")
    def _validate_numbers(self, proposal: dict[str, Any]) -> list[Any]:
        name, value = proposal["trait"].name, proposal["value"]
        n0, n1, n2 = self._sizes
        shapes: dict[str, tuple[tuple[int, ...], ...]] = {
            "W": ((n1, n0), (n2, n1)),
            "b": ((n1,), (n2,)),
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
        checked: list[Any] = _array(name, value, (n0 if name == "x" else n2,)).tolist()
        return checked

    @traitlets.validate("selected")
    def _validate_selected(self, proposal: dict[str, Any]) -> str:
        selected = str(proposal["value"])
        if _place(selected, self._sizes) is None:
            raise traitlets.TraitError(
                "selected: expected the name of a weight or a bias such as 'w1.2.3' (row 2, "
                f"column 3 of layer 1) or 'b2.1', got {selected!r}"
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

    @property
    def terms(self) -> tuple[Term, ...]:
        """One `Term` for each output that the selected weight reaches."""
        net, passed = self.network, self.forward
        layer, i, j = self._selection
        slopes = [
            f.slope(u, x) for f, u, x in zip(net.activations, passed.u, passed.x[1:], strict=True)
        ]
        error = passed.x[-1] - np.array(self.y)
        below = 1.0 if j is None else passed.x[layer - 1][j]
        found = []
        for k in [i] if layer == len(net) else range(len(error)):
            factors = [error[k], slopes[-1][k]]
            if layer < len(net):
                factors += [net.weights[-1][k, i], slopes[0][i]]
            chain = tuple(float(v) for v in (*factors, below))
            found.append(Term(k + 1, chain, float(np.prod(chain))))
        return tuple(found)

    @property
    def derivative(self) -> float:
        """The derivative of the loss with respect to the selected weight or bias."""
        layer, i, j = self._selection
        g = self.gradients
        return float(g.db[layer - 1][i] if j is None else g.dW[layer - 1][i, j])

    @property
    def _selection(self) -> tuple[int, int, int | None]:
        place = _place(self.selected, self._sizes)
        assert place is not None, "the trait is validated"
        return place

    def summary(self) -> str:
        """Return the weight, the step, and its derivative once that is revealed."""
        shown = f", dL = {self.derivative:+.4f}" if self.step >= STEPS.index("sum") else ""
        return f"{self.selected}, step {self.step}: {STEPS[self.step]}{shown}"

    def still(self) -> bytes:
        """Return a PNG of the network, the paths and the chains at the present step."""
        from ._chain_still import chain_picture

        return chain_picture(self)


def _place(name: str, sizes: tuple[int, ...]) -> tuple[int, int, int | None] | None:
    """Return (layer, i, j) of a weight, (layer, i, None) of a bias, None for any other name."""
    for layer in range(1, len(sizes)):
        for i in range(sizes[layer]):
            if name == f"b{layer}.{i + 1}":
                return layer, i, None
            for j in range(sizes[layer - 1]):
                if name == f"w{layer}.{i + 1}.{j + 1}":
                    return layer, i, j
    return None
