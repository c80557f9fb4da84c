r"""MatrixLens: how a gradient comes back through a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from .._shapes import Array
from ..activations import get
from ..lemmas import AffineGradients, affine_vjp, elementwise_vjp
from ._base import Widget
from ._checks import finite_array, finite_vector

LARGEST = 5
LEMMAS = (1, 2, 3, 4, 6)
ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu")


class MatrixLens(Widget):
    r"""The lemmas of chapter 4 on one matrix: edit any number, nudge it, compare the formulas.

    A scalar :math:`\varphi` of `v` has the gradient `g`. In lemmas 1 and 2, :math:`v=Wx+b`; in 3
    and 4, :math:`v=f(Wx+b)`; in 6, :math:`v=u\odot f(u)` with :math:`u=Wx+b`, which is used twice.

    Parameters
    ----------
    W : (p, n) array_like
        The matrix, at most 5 by 5.
    x : (n,) array_like
        The vector that it is multiplied by.
    g : (p,) array_like
        The gradient with respect to `v`.
    b : (p,) array_like or None, optional
        The bias; None means 0.
    lemma : {1, 2, 3, 4, 6}, optional
        The lemma that is shown.
    activation : str, optional
        The function `f` of lemmas 3, 4 and 6.
    selected : str or None, optional
        The number in the inspector: ``"w.1.2"``, ``"b.1"``, ``"x.2"`` or ``"g.1"``.
    name : str, optional
        Distinguishes several of them on one page in the links that readers copy.

    Attributes
    ----------
    W, b, x, g, lemma, activation, selected
        The synchronised traits.

    Raises
    ------
    ValueError
        If the matrix is too large to draw or the vectors do not fit it.

    Notes
    -----
    Lemmas 1 to 4 and 6 of the book.

    Examples
    --------
    >>> from backprop.widgets import MatrixLens
    >>> widget = MatrixLens([[1.0, 0.0, 3.0], [0.0, 1.0, 4.0]], [1.0, 2.0, 3.0], [1.0, 2.0])
    >>> widget
    MatrixLens(2 x 3, lemma 1)
    >>> widget.gradients.dx
    array([ 1.,  2., 11.])
    """

    kind = traitlets.Unicode("MatrixLens", read_only=True).tag(sync=True)
    W: traitlets.List[Any] = traitlets.List().tag(sync=True)
    b: traitlets.List[float] = traitlets.List().tag(sync=True)
    x: traitlets.List[float] = traitlets.List().tag(sync=True)
    g: traitlets.List[float] = traitlets.List().tag(sync=True)
    lemma = traitlets.Enum(LEMMAS, 1).tag(sync=True)
    activation = traitlets.Enum(ACTIVATIONS, "tanh").tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        W: ArrayLike,
        x: ArrayLike,
        g: ArrayLike,
        *,
        b: ArrayLike | None = None,
        lemma: int = 1,
        activation: str = "tanh",
        selected: str | None = None,
        name: str = "",
    ) -> None:
        shape = np.shape(W)
        if len(shape) != 2 or not all(0 < size <= LARGEST for size in shape):
            raise ValueError(
                f"W: expected a matrix of at most {LARGEST} by {LARGEST}, which is what "
                f"MatrixLens draws, got shape {shape}"
            )
        p, n = shape
        self._shape = (int(p), int(n))
        try:
            matrix = finite_array("W", W, self._shape).tolist()
        except traitlets.TraitError as error:
            raise ValueError(str(error)) from None
        super().__init__(
            W=matrix,
            x=finite_vector("x", x, n),
            g=finite_vector("g", g, p),
            b=finite_vector("b", np.zeros(p) if b is None else b, p),
            lemma=lemma,
            activation=activation,
            selected={1: "w.1.1", 2: "x.1", 4: "x.1"}.get(lemma, "b.1")
            if selected is None
            else selected,
            name=name,
        )

    @traitlets.validate("W", "b", "x", "g")
    def _validate_numbers(self, proposal: dict[str, Any]) -> list[Any]:
        name = proposal["trait"].name
        p, n = self._shape
        shapes: dict[str, tuple[int, ...]] = {"W": (p, n), "x": (n,), "b": (p,), "g": (p,)}
        checked: list[Any] = finite_array(name, proposal["value"], shapes[name]).tolist()
        return checked

    @traitlets.validate("selected")
    def _validate_selected(self, proposal: dict[str, Any]) -> str:
        selected = str(proposal["value"])
        p, n = (range(1, size + 1) for size in self._shape)
        vectors = {f"{letter}.{i}" for letter, size in (("x", n), ("b", p), ("g", p)) for i in size}
        if selected not in vectors | {f"w.{i}.{j}" for i in p for j in n}:
            raise traitlets.TraitError(
                "selected: expected a number of this matrix or its vectors, such as 'w.1.1' or "
                f"'x.1', got {selected!r}"
            )
        return selected

    @property
    def u(self) -> Array:
        """The affine map of `x`, shape (p,)."""
        u: Array = np.array(self.W) @ np.array(self.x) + np.array(self.b)
        return u

    @property
    def v(self) -> Array:
        """What `g` is the gradient with respect to, shape (p,)."""
        u = self.u
        if self.lemma < 3:
            return u
        out = get(self.activation).f(u)
        return out if self.lemma < 6 else u * out

    @property
    def gradients(self) -> AffineGradients:
        """The gradients of the scalar with respect to `W`, `b` and `x`, by the lemmas."""
        u, g = self.u, np.array(self.g)
        f = get(self.activation)
        if self.lemma >= 3:
            out = f.f(u)
            through = elementwise_vjp(g, f.slope(u, out))
            g = through if self.lemma < 6 else g * out + u * through
        return affine_vjp(g, self.W, self.x)

    def summary(self) -> str:
        """Return the shape and the lemma."""
        p, n = self._shape
        return f"{p} x {n}, lemma {self.lemma}"

    def still(self) -> bytes:
        """Return a PNG of the matrix with the gradient of each entry."""
        from ._still_lens import lens_picture

        return lens_picture(self)
