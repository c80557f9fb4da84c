r"""Activation functions and their derivatives.

Each function stands beside its derivative. The derivative is written from the pre-activation
:math:`u` and, where that is possible, from the output :math:`x = f(u)` as well, which the forward
pass has already computed. All functions work component by component on arrays of any shape, never
warn and never return NaN for a finite input, keep float32, and accept complex input so that the
complex step can differentiate them. What does not hold numbers is a TypeError.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ._shapes import Array, as_array, spell

LEAK = 0.01  # slope of leaky_relu for u <= 0

GELU_SCALE = float(np.sqrt(2.0 / np.pi))
GELU_CUBIC = 0.044715
# Beyond +-25 the sigmoid inside gelu is exactly 0 or 1 in float64, and u ** 3 might overflow.
GELU_FLAT = 25.0


class Activation(NamedTuple):
    """An activation function together with its derivative.

    Attributes
    ----------
    name : str
        The name under which networks and messages know it.
    f : callable
        :math:`f(u)`, component by component.
    derivative : callable
        :math:`f'(u)`.
    derivative_from_output : callable or None
        The same derivative from :math:`x = f(u)`; None where the output does not determine it.
    """

    name: str
    f: Callable[[Array], Array]
    derivative: Callable[[Array], Array]
    derivative_from_output: Callable[[Array], Array] | None = None

    def slope(self, u: Array, x: Array) -> Array:
        """Return f'(u), from the output `x` where that is possible (it costs less).

        Parameters
        ----------
        u : ndarray
            Pre-activation, any shape.
        x : ndarray
            Output f(u), the shape of `u`.

        Returns
        -------
        ndarray
            f'(u), the shape of `u`.

        Examples
        --------
        >>> import numpy as np
        >>> from backprop.activations import get
        >>> sigmoid, u = get("sigmoid"), np.array([0.0])
        >>> sigmoid.slope(u, sigmoid.f(u))
        array([0.25])
        """
        if self.derivative_from_output is not None:
            return self.derivative_from_output(x)
        return self.derivative(u)


def identity(u: ArrayLike) -> Array:
    """Return `u` itself, as a new array.

    Parameters
    ----------
    u : array_like
        Pre-activation, any shape.

    Returns
    -------
    ndarray
        A copy of `u`.

    Examples
    --------
    >>> from backprop.activations import identity
    >>> identity([1.0, -2.0])
    array([ 1., -2.])
    """
    return as_array("u", u).copy()


def identity_derivative(u: ArrayLike) -> Array:
    """Return the derivative of the identity: 1 everywhere.

    Parameters
    ----------
    u : array_like
        Pre-activation or output, any shape.

    Returns
    -------
    ndarray
        Ones of the shape of `u`.

    Examples
    --------
    >>> from backprop.activations import identity_derivative
    >>> identity_derivative([1.0, -2.0])
    array([1., 1.])
    """
    return np.ones_like(as_array("u", u))


def sigmoid(u: ArrayLike) -> Array:
    r"""Return the sigmoid :math:`1/(1+e^{-u})`.

    Parameters
    ----------
    u : array_like
        Pre-activation, any shape.

    Returns
    -------
    ndarray
        Values between 0 and 1, the shape of `u`.

    Notes
    -----
    For large negative :math:`u` the exponential overflows to infinity and the quotient is the
    right value, 0; NumPy's warning about it is switched off.

    Examples
    --------
    >>> from backprop.activations import sigmoid
    >>> sigmoid([0.0, -1000.0, 1000.0])
    array([0.5, 0. , 1. ])
    """
    u = as_array("u", u)
    if u.dtype.kind == "c":
        u = np.maximum(u, -700.0)  # infinity / infinity would be NaN in complex arithmetic
    with np.errstate(over="ignore"):
        x: Array = 1 / (np.exp(-u) + 1)
    return x


def sigmoid_derivative(u: ArrayLike) -> Array:
    r"""Return the derivative of the sigmoid, :math:`f'(u)=f(u)\,(1-f(u))`.

    Parameters
    ----------
    u : array_like
        Pre-activation, any shape.

    Returns
    -------
    ndarray
        Values between 0 and 1/4, the shape of `u`.

    Notes
    -----
    Because :math:`1-f(u)=f(-u)`, it is computed as :math:`f(u)f(-u)`, which loses no digits
    where the unit is saturated.

    Examples
    --------
    >>> from backprop.activations import sigmoid_derivative
    >>> sigmoid_derivative([0.0, 1000.0])
    array([0.25, 0.  ])
    """
    u = as_array("u", u)
    return sigmoid(u) * sigmoid(-u)


def sigmoid_derivative_from_output(x: ArrayLike) -> Array:
    r"""Return the sigmoid's derivative from its output: :math:`f'(u)=x(1-x)` with :math:`x=f(u)`.

    Parameters
    ----------
    x : array_like
        Output of the sigmoid, any shape.

    Returns
    -------
    ndarray
        Values between 0 and 1/4, the shape of `x`.

    Examples
    --------
    >>> from backprop.activations import sigmoid_derivative_from_output
    >>> sigmoid_derivative_from_output([0.5, 1.0])
    array([0.25, 0.  ])
    """
    x = as_array("x", x)
    return (1 - x) * x


def tanh(u: ArrayLike) -> Array:
    """Return the hyperbolic tangent.

    Parameters
    ----------
    u : array_like
        Pre-activation, any shape.

    Returns
    -------
    ndarray
        Values between -1 and 1, the shape of `u`.

    Examples
    --------
    >>> from backprop.activations import tanh
    >>> tanh([0.0, 1000.0])
    array([0., 1.])
    """
    return np.tanh(as_array("u", u))


def tanh_derivative(u: ArrayLike) -> Array:
    r"""Return the derivative of tanh, :math:`f'(u)=1-f(u)^2`.

    Parameters
    ----------
    u : array_like
        Pre-activation, any shape.

    Returns
    -------
    ndarray
        Values between 0 and 1, the shape of `u`.

    Examples
    --------
    >>> from backprop.activations import tanh_derivative
    >>> tanh_derivative([0.0, 1000.0])
    array([1., 0.])
    """
    return tanh_derivative_from_output(tanh(u))


def tanh_derivative_from_output(x: ArrayLike) -> Array:
    r"""Return tanh's derivative from its output: :math:`f'(u)=1-x^2` with :math:`x=f(u)`.

    Parameters
    ----------
    x : array_like
        Output of tanh, any shape.

    Returns
    -------
    ndarray
        Values between 0 and 1, the shape of `x`.

    Examples
    --------
    >>> from backprop.activations import tanh_derivative_from_output
    >>> tanh_derivative_from_output([0.0, 0.5])
    array([1.  , 0.75])
    """
    x = as_array("x", x)
    return 1 - x * x


def relu(u: ArrayLike) -> Array:
    r"""Return :math:`\max(u, 0)`, the rectified linear unit.

    Parameters
    ----------
    u : array_like
        Pre-activation, any shape. Of a complex number the real part decides.

    Returns
    -------
    ndarray
        `u` where it is positive, 0 elsewhere.

    Examples
    --------
    >>> from backprop.activations import relu
    >>> relu([-1.0, 0.0, 2.0])
    array([0., 0., 2.])
    """
    u = as_array("u", u)
    if u.dtype.kind == "c":
        return np.where(u.real > 0, u, 0)
    return np.maximum(u, 0)


def relu_derivative(u: ArrayLike) -> Array:
    """Return the derivative of relu: 1 where `u` is positive, else 0.

    At the kink, u = 0, it is 0 by convention.

    Parameters
    ----------
    u : array_like
        Pre-activation, any shape.

    Returns
    -------
    ndarray
        Zeros and ones, the shape of `u`.

    Examples
    --------
    >>> from backprop.activations import relu_derivative
    >>> relu_derivative([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    """
    u = as_array("u", u)
    return (u.real > 0).astype(u.dtype)


def relu_derivative_from_output(x: ArrayLike) -> Array:
    """Return relu's derivative from its output: 1 where `x` is positive, else 0.

    The comparison must be strict: after relu, ``x >= 0`` holds always.

    Parameters
    ----------
    x : array_like
        Output of relu, any shape.

    Returns
    -------
    ndarray
        Zeros and ones, the shape of `x`.

    Examples
    --------
    >>> from backprop.activations import relu_derivative_from_output
    >>> relu_derivative_from_output([0.0, 2.0])
    array([0., 1.])
    """
    x = as_array("x", x)
    return (x.real > 0).astype(x.dtype)


def leaky_relu(u: ArrayLike) -> Array:
    """Return `u` where it is positive and ``0.01 * u`` elsewhere.

    Parameters
    ----------
    u : array_like
        Pre-activation, any shape. Of a complex number the real part decides.

    Returns
    -------
    ndarray
        The shape of `u`.

    Examples
    --------
    >>> from backprop.activations import leaky_relu
    >>> leaky_relu([-1.0, 0.0, 2.0])
    array([-0.01,  0.  ,  2.  ])
    """
    u = as_array("u", u)
    if u.dtype.kind == "c":
        return np.where(u.real > 0, u, LEAK * u)
    return np.maximum(u, LEAK * u)


def leaky_relu_derivative(u: ArrayLike) -> Array:
    """Return the derivative of leaky_relu: 1 where `u` is positive, else 0.01.

    At the kink, u = 0, it is 0.01 by convention, the slope from the left.

    Parameters
    ----------
    u : array_like
        Pre-activation, any shape.

    Returns
    -------
    ndarray
        The shape of `u`.

    Examples
    --------
    >>> from backprop.activations import leaky_relu_derivative
    >>> leaky_relu_derivative([-1.0, 0.0, 2.0])
    array([0.01, 0.01, 1.  ])
    """
    u = as_array("u", u)
    return np.where(u.real > 0, 1, LEAK).astype(u.dtype)


def leaky_relu_derivative_from_output(x: ArrayLike) -> Array:
    """Return leaky_relu's derivative from its output, which has the sign of `u`.

    Parameters
    ----------
    x : array_like
        Output of leaky_relu, any shape.

    Returns
    -------
    ndarray
        The shape of `x`.

    Examples
    --------
    >>> from backprop.activations import leaky_relu_derivative_from_output
    >>> leaky_relu_derivative_from_output([-0.01, 2.0])
    array([0.01, 1.  ])
    """
    return leaky_relu_derivative(as_array("x", x))


def softplus(u: ArrayLike) -> Array:
    r"""Return :math:`\log(1+e^{u})`, a smooth relu.

    Parameters
    ----------
    u : array_like
        Pre-activation, any shape.

    Returns
    -------
    ndarray
        Values that are never negative, the shape of `u`.

    Notes
    -----
    Computed as :math:`\max(u,0)+\log(1+e^{-|u|})`, in which nothing overflows.

    Examples
    --------
    >>> from backprop.activations import softplus
    >>> softplus([-1000.0, 1000.0])
    array([   0., 1000.])
    """
    u = as_array("u", u)
    minus_abs = np.where(u.real > 0, -u, u)
    return relu(u) + np.log1p(np.exp(minus_abs))


def softplus_derivative(u: ArrayLike) -> Array:
    """Return the derivative of softplus, which is the sigmoid.

    Parameters
    ----------
    u : array_like
        Pre-activation, any shape.

    Returns
    -------
    ndarray
        Values between 0 and 1, the shape of `u`.

    Examples
    --------
    >>> from backprop.activations import softplus_derivative
    >>> softplus_derivative([0.0, 1000.0])
    array([0.5, 1. ])
    """
    return sigmoid(u)


def softplus_derivative_from_output(x: ArrayLike) -> Array:
    r"""Return softplus's derivative from its output: :math:`f'(u)=1-e^{-x}` with :math:`x=f(u)`.

    Parameters
    ----------
    x : array_like
        Output of softplus, any shape.

    Returns
    -------
    ndarray
        Values between 0 and 1, the shape of `x`.

    Examples
    --------
    >>> import numpy as np
    >>> from backprop.activations import softplus_derivative_from_output
    >>> softplus_derivative_from_output(np.log([2.0, 4.0]))
    array([0.5 , 0.75])
    """
    return -np.expm1(-as_array("x", x))


def gelu(u: ArrayLike) -> Array:
    r"""Return the tanh form of GELU, :math:`\tfrac12u\,(1+\tanh(c\,(u+0.044715\,u^3)))`.

    Parameters
    ----------
    u : array_like
        Pre-activation, any shape.

    Returns
    -------
    ndarray
        The shape of `u`.

    Notes
    -----
    Hendrycks and Gimpel (2016), with :math:`c=\sqrt{2/\pi}`.

    The function falls until about :math:`u=-0.75` and rises after it, so
    one output belongs to two inputs and the derivative cannot be written from the output.

    Because :math:`\tfrac12(1+\tanh z)=\sigma(2z)` with the sigmoid :math:`\sigma`, it is computed
    as :math:`u\,\sigma(2z)`: where :math:`\tanh z` is close to :math:`-1`, the sum would lose all
    digits.

    Examples
    --------
    >>> from backprop.activations import gelu
    >>> gelu([-1000.0, 0.0, 1.0]).round(4)
    array([-0.    ,  0.    ,  0.8412])
    """
    u = np.maximum(as_array("u", u), -GELU_FLAT)  # further left the function is 0
    x: Array = u * sigmoid(_gelu_inner(np.minimum(u, GELU_FLAT)))
    return x


def gelu_derivative(u: ArrayLike) -> Array:
    r"""Return the derivative of the tanh form of GELU.

    Parameters
    ----------
    u : array_like
        Pre-activation, any shape.

    Returns
    -------
    ndarray
        The shape of `u`; it is negative for some negative `u`.

    Notes
    -----
    With :math:`v=2c\,(u+a\,u^3)` the function is :math:`u\,\sigma(v)`, and the product rule gives
    :math:`\sigma(v)+u\,\sigma(v)\,\sigma(-v)\,2c\,(1+3a\,u^2)`.

    Examples
    --------
    >>> from backprop.activations import gelu_derivative
    >>> gelu_derivative([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    u = np.minimum(np.maximum(as_array("u", u), -GELU_FLAT), GELU_FLAT)
    v = _gelu_inner(u)
    s = sigmoid(v)
    slope: Array = s + u * s * sigmoid(-v) * (2 * GELU_SCALE * (1 + 3 * GELU_CUBIC * u * u))
    return slope


def _gelu_inner(u: Array) -> Array:
    return 2 * GELU_SCALE * (u + GELU_CUBIC * u * u * u)


ACTIVATIONS: dict[str, Activation] = {
    a.name: a
    for a in (
        Activation("identity", identity, identity_derivative, identity_derivative),
        Activation("sigmoid", sigmoid, sigmoid_derivative, sigmoid_derivative_from_output),
        Activation("tanh", tanh, tanh_derivative, tanh_derivative_from_output),
        Activation("relu", relu, relu_derivative, relu_derivative_from_output),
        Activation(
            "leaky_relu",
            leaky_relu,
            leaky_relu_derivative,
            leaky_relu_derivative_from_output,
        ),
        Activation("softplus", softplus, softplus_derivative, softplus_derivative_from_output),
        Activation("gelu", gelu, gelu_derivative),
    )
}


def get(
    activation: str | Activation | tuple[Callable[[Array], Array], Callable[[Array], Array]],
    argument: str = "activation",
) -> Activation:
    """Return the activation of a name, or make one of a function and its derivative.

    Parameters
    ----------
    activation : str, Activation or pair of callables
        A name (identity, sigmoid, tanh, relu, leaky_relu, softplus, gelu), or your own pair
        ``(f, f_prime)``, both functions of `u`, component by component, on arrays.
    argument : str
        What to call it in a message.

    Returns
    -------
    Activation
        The function with its derivatives.

    Raises
    ------
    ValueError
        If the name is unknown.
    TypeError
        If it is neither a name nor a pair of functions. A function of your own that does not
        return one number for each entry of `u` is reported by a ValueError when it is called.

    Examples
    --------
    >>> import numpy as np
    >>> from backprop.activations import get
    >>> get("tanh").f(np.zeros(2))
    array([0., 0.])
    >>> get((np.sin, np.cos)).derivative(np.zeros(2))
    array([1., 1.])
    """
    if isinstance(activation, Activation):
        return activation
    if isinstance(activation, str):
        try:
            return ACTIVATIONS[activation]
        except KeyError:
            raise ValueError(
                f"{argument}: expected one of {', '.join(ACTIVATIONS)}, got {activation!r}"
            ) from None
    if isinstance(activation, tuple) and len(activation) == 2 and all(map(callable, activation)):
        f, derivative = activation
        name = getattr(f, "__name__", "custom")
        return Activation(
            name, _entry_by_entry(name, f), _entry_by_entry(f"derivative of {name}", derivative)
        )
    raise TypeError(
        f"{argument}: expected a name or a pair of functions (f, f_prime), "
        f"got {type(activation).__name__}"
    )


def _entry_by_entry(name: str, function: Callable[[Array], Any]) -> Callable[[Array], Array]:
    """Hold a user's function to its promise: one number for each entry of u."""

    @functools.wraps(function, assigned=("__doc__",), updated=())
    def checked(u: Array) -> Array:
        result = function(u)
        array = np.asarray(result)
        if array.dtype.kind not in "biufc":
            raise ValueError(
                f"activation: expected {name} to return one number for each entry of u, "
                f"got {type(result).__name__}"
            )
        if array.shape != u.shape:
            raise ValueError(
                f"activation: expected {name} to return one number for each entry of u, "
                f"shape {spell(u.shape)}, got {spell(array.shape)}"
            )
        return result  # type: ignore[no-any-return]

    return checked
