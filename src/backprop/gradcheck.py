r"""Gradients without derivatives: central differences, the complex step, the adjoint test.

Nothing here knows how a gradient is derived: a function is only evaluated. That is what makes
these a check.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ._shapes import (
    Array,
    as_array,
    random_generator,
    require_finite,
    require_number,
    require_positive,
    require_shape,
    spell,
)

if TYPE_CHECKING:
    from .losses import Loss
    from .network import Network

COMPLEX_STEP = 1e-20
CENTRAL_STEP = float(np.cbrt(np.finfo(np.float64).eps))  # truncation and round-off balance here
TOLERANCE = {"central": 1e-7, "complex": 1e-12, "adjoint": 1e-12}


class GradientCheck(NamedTuple):
    """The outcome of comparing a gradient with a numerical one. It is true if they agree.

    Attributes
    ----------
    ok : bool
        Whether `error` is at most `tolerance`.
    error : float
        Largest difference of two entries, divided by the largest entry of either gradient.
    place : tuple of int
        Index of the entry where the difference is largest.
    analytic, numeric : float
        The two values at that place.
    method : str
        "central", "complex" or "adjoint".
    tolerance : float
        The error allowed.
    name : str
        What was checked.
    """

    ok: bool
    error: float
    place: tuple[int, ...]
    analytic: float
    numeric: float
    method: str
    tolerance: float
    name: str = "gradient"

    def __bool__(self) -> bool:
        """Return whether the two gradients agree."""
        return self.ok

    def __str__(self) -> str:
        """Return one line with the worst entry."""
        at = f"[{', '.join(map(str, self.place))}]" if self.place else ""
        verdict = "agrees with" if self.ok else "differs from"
        return (
            f"{self.name} {verdict} the {self.method} check: relative error {self.error:.1e} "
            f"(allowed {self.tolerance:.0e}), largest at {self.name}{at}: "
            f"analytic {self.analytic:.6g}, numeric {self.numeric:.6g}"
        )


def numerical_gradient(
    f: Callable[[Array], Any],
    x: ArrayLike,
    method: str = "central",
    eps: float | None = None,
) -> Array:
    r"""Compute the gradient of a function by evaluating it.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of `x`, returns one number.
    x : array_like
        Where to differentiate, any shape. It is not changed.
    method : str
        "central": :math:`(f(x+\varepsilon e)-f(x-\varepsilon e))/2\varepsilon`, two evaluations
        per entry. "complex": :math:`\operatorname{Im}f(x+\mathrm i\varepsilon e)/\varepsilon`, one
        evaluation per entry, exact to the last digits, for functions that accept complex numbers.
    eps : float or None
        The step. None: 1e-20 for the complex step; for central differences the cube root of the
        machine precision, times the size of the entry where that exceeds 1.

    Returns
    -------
    ndarray
        The gradient, the shape of `x`, float64.

    Raises
    ------
    TypeError
        If `f` returns anything but one number, or if the complex step gets back a real one: then
        `f` has dropped the imaginary part. Also if `f` is not a function or `x` not real numbers.
    ValueError
        If `method` is unknown, `eps` not positive, or `x` not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import backprop as bp
    >>> bp.numerical_gradient(lambda x: np.sum(x**3), [1.0, 2.0], method="complex")
    array([ 3., 12.])
    """
    if method not in ("central", "complex"):
        raise ValueError(f"method: expected 'central' or 'complex', got {method!r}")
    if not callable(f):
        raise TypeError(f"f: expected a function, got {type(f).__name__}")
    if eps is not None:
        eps = require_positive("eps", eps)
    x = as_array("x", x)
    require_finite("x", x)
    if x.dtype.kind == "c":
        raise TypeError("x: expected real numbers, got complex ones")
    x = x.astype(np.float64, copy=False)  # a float32 entry could not be moved by such a step
    difference = _complex_step if method == "complex" else _central_difference
    gradient = np.empty(x.shape)
    for place in np.ndindex(x.shape):
        gradient[place] = difference(f, x, place, eps)
    return gradient


def _central_difference(
    f: Callable[[Array], Any], x: Array, place: tuple[int, ...], eps: float | None
) -> float:
    moved = x.copy()
    step = CENTRAL_STEP * max(1.0, abs(float(x[place]))) if eps is None else eps
    above, below = x[place] + step, x[place] - step
    moved[place] = above
    f_above = _number(f(moved.copy()))  # a copy each time: f may keep or change what it is given
    moved[place] = below
    f_below = _number(f(moved.copy()))
    return float((f_above - f_below) / (above - below))  # the step as it was rounded


def _complex_step(
    f: Callable[[Array], Any], x: Array, place: tuple[int, ...], eps: float | None
) -> float:
    step = COMPLEX_STEP if eps is None else eps
    moved = x.astype(np.complex128)
    moved[place] += 1j * step
    value = _number(f(moved))
    if not np.iscomplexobj(value):
        raise TypeError(
            "f: expected a complex number back from a complex argument, got a real one; "
            "somewhere the imaginary part is dropped (abs, norm, a comparison, a float array)"
        )
    return float(np.imag(value) / step)


def _number(value: Any) -> Any:
    """Refuse what is not one number: a function that forgets to return, or returns an array."""
    array = np.asarray(value)
    if array.dtype.kind not in "biufc":
        raise TypeError(f"f: expected one number back, got {type(value).__name__}")
    if array.size != 1:
        raise TypeError(f"f: expected one number back, got an array of shape {spell(array.shape)}")
    return array.reshape(())[()]


def check_gradient(
    f: Callable[[Array], Any],
    grad: ArrayLike | Callable[[Array], ArrayLike],
    x: ArrayLike,
    method: str = "central",
    tolerance: float | None = None,
    name: str = "gradient",
) -> GradientCheck:
    """Compare a gradient with a numerical one.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of `x`, returns one number.
    grad : array_like or callable
        The gradient of `f` at `x`, or the function that computes it.
    x : array_like
        Where to compare. It is not changed.
    method : str
        "central" or "complex", as for `numerical_gradient`.
    tolerance : float or None
        Relative error allowed; None: 1e-7 for central differences, 1e-12 for the complex step.
    name : str
        What to call the gradient in the report.

    Returns
    -------
    GradientCheck
        True if the two agree; printed, it names the worst entry.

    Raises
    ------
    TypeError
        If `f` or `x` are not as `numerical_gradient` expects them, or `grad` not real numbers.
    ValueError
        If `grad` has not the shape of `x`, `x` is empty or not finite, or `method` or `tolerance`
        are not as described.

    Examples
    --------
    >>> import numpy as np
    >>> import backprop as bp
    >>> print(bp.check_gradient(lambda x: np.sum(x**2), [2.0, 9.0], [1.0, 4.0], method="complex"))
    gradient differs from the complex check: relative error 1.1e-01 (allowed 1e-12), largest at \
gradient[1]: analytic 9, numeric 8
    """
    x = as_array("x", x)
    analytic = as_array("grad", grad(x.copy()) if callable(grad) else grad)
    require_shape("grad", analytic, x.shape, "to match x")
    if analytic.size == 0:
        raise ValueError(f"x: expected at least one number, got shape {spell(x.shape)}")
    if analytic.dtype.kind == "c":
        raise TypeError("grad: expected real numbers, got complex ones")
    numeric = numerical_gradient(f, x, method)
    tolerance = TOLERANCE[method] if tolerance is None else _tolerance(tolerance)
    scale = float(max(np.max(np.abs(analytic)), np.max(np.abs(numeric))))
    return _compare(name, analytic, numeric, method, tolerance, scale)


def _tolerance(tolerance: float) -> float:
    number = require_number("tolerance", tolerance)
    if not number >= 0:
        raise ValueError(f"tolerance: expected a number that is not negative, got {tolerance}")
    return number


def _compare(
    name: str,
    analytic: Array,
    numeric: Array,
    method: str,
    tolerance: float,
    scale: float,
) -> GradientCheck:
    difference = np.abs(analytic - numeric)
    # NaN anywhere must fail: argmax takes it for the largest, and no comparison with it is true.
    place = tuple(int(i) for i in np.unravel_index(np.argmax(difference), difference.shape))
    worst = float(difference[place])
    error = 0.0 if worst == 0 else worst / scale if scale else math.inf
    return GradientCheck(
        ok=bool(error <= tolerance),
        error=error,
        place=place,
        analytic=float(analytic[place]),
        numeric=float(numeric[place]),
        method=method,
        tolerance=tolerance,
        name=name,
    )


class NetworkCheck(NamedTuple):
    """The outcome of checking all gradients of a network. It is true if all agree.

    Attributes
    ----------
    ok : bool
        Whether every error is at most the tolerance.
    error : float
        The largest relative error.
    worst : GradientCheck
        The check with that error; it names the parameter and the entry.
    checks : tuple of GradientCheck
        One for each array: W1, b1, W2, ...; for the adjoint test, a single one.
    """

    ok: bool
    error: float
    worst: GradientCheck
    checks: tuple[GradientCheck, ...]

    def __bool__(self) -> bool:
        """Return whether all gradients agree."""
        return self.ok

    def __str__(self) -> str:
        """Return the worst entry, in one line."""
        return str(self.worst)


def gradient_check(
    net: Network,
    X: ArrayLike,
    Y: ArrayLike,
    loss: str | Loss = "squared_error",
    method: str = "complex",
    tolerance: float | None = None,
    rng: int | np.random.Generator | None = 0,
) -> NetworkCheck:
    r"""Check the gradients of a network's mean loss against its values.

    Parameters
    ----------
    net : Network
        The network. It is not changed.
    X, Y : array_like
        Samples and labels, as for `Network.loss_and_gradients`.
    loss : str or Loss
        A name of `backprop.losses`, or a loss object.
    method : str
        "central" or "complex" differentiate with respect to one parameter after the other.
        "adjoint" compares two numbers, at the cost of one evaluation whatever the size: the
        derivative along one random direction, from the complex step, and the inner product of
        the gradient with this direction.
    tolerance : float or None
        Relative error allowed, the scale being the largest entry of all gradients together; None:
        1e-7 for central differences, otherwise 1e-12 (for a float32 network 1e-4 at least).
    rng : int, numpy.random.Generator or None
        For the random direction.

    Returns
    -------
    NetworkCheck
        True if all agree; printed, it names the parameter and the worst entry.

    Raises
    ------
    TypeError, ValueError
        If the samples, the labels or another argument are not as described.

    Examples
    --------
    >>> import backprop as bp
    >>> net, x, y = bp.load_example()
    >>> report = bp.gradient_check(net, x, y)
    >>> report.ok, len(report.checks)
    (True, 4)
    """
    if not hasattr(net, "loss_and_gradients"):
        raise TypeError(f"net: expected a Network, got {type(net).__name__}")
    if method not in tuple(TOLERANCE):
        raise ValueError(f"method: expected 'central', 'complex' or 'adjoint', got {method!r}")
    if tolerance is None:
        tolerance = TOLERANCE[method]
        if net.weights[0].dtype == np.float32:
            tolerance = max(tolerance, 1e-4)
    tolerance = _tolerance(tolerance)
    _, g = net.loss_and_gradients(X, Y, loss)
    analytic = [array for pair in zip(g.dW, g.db, strict=True) for array in pair]
    parameters = [array for pair in zip(net.weights, net.biases, strict=True) for array in pair]
    names = [f"{kind}{layer}" for layer in range(1, len(net) + 1) for kind in "Wb"]
    # The function that is evaluated: the same network with other numbers in its arrays.
    twin = net.copy()

    def value(arrays: list[Array]) -> Any:
        twin.weights[:], twin.biases[:] = arrays[0::2], arrays[1::2]
        return twin.mean_loss(X, Y, loss)

    wide = [parameter.astype(np.float64) for parameter in parameters]
    if method == "adjoint":
        generator = random_generator("rng", rng)
        direction = [generator.standard_normal(array.shape) for array in wide]
        moved = [p + 1j * COMPLEX_STEP * v for p, v in zip(wide, direction, strict=True)]
        along = np.array(np.imag(value(moved)) / COMPLEX_STEP)
        terms = np.concatenate([(a * v).ravel() for a, v in zip(analytic, direction, strict=True)])
        # Terms may cancel in the sum; their size is what round-off is measured by.
        scale = float(np.sum(np.abs(terms)))
        checks = [
            _compare("<gradient, v>", np.asarray(np.sum(terms)), along, method, tolerance, scale)
        ]
    else:

        def with_one_moved(k: int) -> Callable[[Array], Any]:
            return lambda moved: value([*wide[:k], moved, *wide[k + 1 :]])

        numeric = [
            numerical_gradient(with_one_moved(k), array, method) for k, array in enumerate(wide)
        ]
        scale = max(float(np.max(np.abs(array))) for array in (*analytic, *numeric))
        checks = [
            _compare(name, a, n, method, tolerance, scale)
            for name, a, n in zip(names, analytic, numeric, strict=True)
        ]
    worst = max(checks, key=lambda check: check.error)
    return NetworkCheck(all(checks), worst.error, worst, tuple(checks))
