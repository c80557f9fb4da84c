r"""The lemmas of matrix calculus, as functions.

Each pulls the gradient of a scalar back through a map: it takes the gradient with respect to the
map's result and returns the gradient with respect to one of its arguments. Nothing here knows of
networks or losses. Vectors are one-dimensional arrays; the network's own functions do the same
with one sample in each row.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ._shapes import Array, as_array, require_shape


class AffineGradients(NamedTuple):
    """Gradients of a scalar with respect to the three arguments of an affine map.

    Attributes
    ----------
    dW : ndarray
        With respect to `W`, shape (p, n).
    db : ndarray
        With respect to `b`, shape (p,).
    dx : ndarray
        With respect to `x`, shape (n,).
    """

    dW: Array
    db: Array
    dx: Array


def _map(delta: ArrayLike, W: ArrayLike, x: ArrayLike) -> tuple[Array, Array, Array]:
    W = as_array("W", W)
    delta, x = as_array("delta", delta), as_array("x", x)
    require_shape("W", W, ("p", "n"), "for a matrix")
    require_shape("delta", delta, W.shape[:1], "to match the rows of W")
    require_shape("x", x, W.shape[1:], "to match the columns of W")
    return delta, W, x


def linear_vjp_W(delta: ArrayLike, x: ArrayLike) -> Array:
    r"""Pull a gradient back through :math:`v=Wx` to `W`: :math:`(\nabla_v\varphi)\,x^\top`.

    Parameters
    ----------
    delta : (p,) array_like
        Gradient with respect to `v`.
    x : (n,) array_like
        The vector that `W` was multiplied by.

    Returns
    -------
    (p, n) ndarray
        Gradient with respect to `W`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not hold numbers, or the shapes do not fit each other.

    Notes
    -----
    Lemma lem-gradient-matrix of the book, equation eq-lemma-matrix.

    Examples
    --------
    >>> from backprop.lemmas import linear_vjp_W
    >>> linear_vjp_W([1.0, 2.0], [3.0, 4.0, 5.0])
    array([[ 3.,  4.,  5.],
           [ 6.,  8., 10.]])
    """
    delta, x = as_array("delta", delta), as_array("x", x)
    require_shape("delta", delta, ("p",), "for a vector")
    require_shape("x", x, ("n",), "for a vector")
    return np.outer(delta, x)


def linear_vjp_x(delta: ArrayLike, W: ArrayLike) -> Array:
    r"""Pull a gradient back through :math:`v=Wx` to `x`: :math:`W^\top\nabla_v\varphi`.

    Parameters
    ----------
    delta : (p,) array_like
        Gradient with respect to `v`.
    W : (p, n) array_like
        The matrix.

    Returns
    -------
    (n,) ndarray
        Gradient with respect to `x`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not hold numbers, or the shapes do not fit each other.

    Notes
    -----
    Lemma lem-gradient-input of the book, equation eq-lemma-input.

    Examples
    --------
    >>> from backprop.lemmas import linear_vjp_x
    >>> linear_vjp_x([1.0, 2.0], [[1.0, 0.0, 3.0], [0.0, 1.0, 4.0]])
    array([ 1.,  2., 11.])
    """
    delta, W = as_array("delta", delta), as_array("W", W)
    require_shape("W", W, ("p", "n"), "for a matrix")
    require_shape("delta", delta, W.shape[:1], "to match the rows of W")
    return W.T @ delta


def affine_vjp(delta: ArrayLike, W: ArrayLike, x: ArrayLike) -> AffineGradients:
    r"""Pull a gradient back through the affine map :math:`u = Wx + b`.

    Parameters
    ----------
    delta : (p,) array_like
        Gradient of the scalar with respect to `u`.
    W : (p, n) array_like
        The matrix; row i holds the weights of neuron i.
    x : (n,) array_like
        The input.

    Returns
    -------
    AffineGradients
        ``dW`` (p, n), ``db`` (p,) and ``dx`` (n,).

    Raises
    ------
    TypeError, ValueError
        If an argument does not hold numbers, or the shapes do not fit each other.

    Notes
    -----
    Lemmas lem-gradient-matrix and lem-gradient-input of the book, equations
    eq-lemma-matrix and eq-lemma-input.

    Examples
    --------
    >>> from backprop.lemmas import affine_vjp
    >>> affine_vjp([2.0], [[3.0, 4.0]], [5.0, 6.0])
    AffineGradients(dW=array([[10., 12.]]), db=array([2.]), dx=array([6., 8.]))
    """
    delta, W, x = _map(delta, W, x)
    return AffineGradients(dW=np.outer(delta, x), db=delta.copy(), dx=W.T @ delta)


def elementwise_vjp(dv: ArrayLike, slope: ArrayLike) -> Array:
    r"""Pull a gradient back through :math:`v_i=g(x_i)`: :math:`\nabla_v\varphi\odot g'(x)`.

    Parameters
    ----------
    dv : (n,) array_like
        Gradient with respect to `v`.
    slope : (n,) array_like
        :math:`g'(x)`, component by component.

    Returns
    -------
    (n,) ndarray
        Gradient with respect to `x`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not hold numbers, or the shapes do not fit each other.

    Notes
    -----
    Lemma lem-elementwise of the book, equation eq-lemma-elementwise.

    Examples
    --------
    >>> from backprop.lemmas import elementwise_vjp
    >>> elementwise_vjp([1.0, 2.0], [0.5, 0.25])
    array([0.5, 0.5])
    """
    dv, slope = as_array("dv", dv), as_array("slope", slope)
    require_shape("dv", dv, ("n",), "for a vector")
    require_shape("slope", slope, dv.shape, "to match dv")
    return dv * slope


def affine_elementwise_vjp(dv: ArrayLike, slope: ArrayLike, W: ArrayLike) -> Array:
    r"""Pull a gradient back through :math:`v=g(Wx+b)`: :math:`W^\top(\nabla_v\varphi\odot g'(u))`.

    Parameters
    ----------
    dv : (p,) array_like
        Gradient with respect to `v`.
    slope : (p,) array_like
        :math:`g'(u)` at :math:`u=Wx+b`.
    W : (p, n) array_like
        The matrix.

    Returns
    -------
    (n,) ndarray
        Gradient with respect to `x`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not hold numbers, or the shapes do not fit each other.

    Notes
    -----
    Lemma lem-affine-elementwise of the book, equation eq-lemma-layer.

    Examples
    --------
    >>> from backprop.lemmas import affine_elementwise_vjp
    >>> affine_elementwise_vjp([1.0, 2.0], [0.5, 0.25], [[1.0, 0.0], [0.0, 1.0]])
    array([0.5, 0.5])
    """
    return linear_vjp_x(elementwise_vjp(dv, slope), W)


def jacobian_vjp(dv: ArrayLike, J: ArrayLike) -> Array:
    r"""Pull a gradient back through any differentiable map: :math:`J^\top\nabla_v\varphi`.

    Parameters
    ----------
    dv : (p,) array_like
        Gradient with respect to `v`.
    J : (p, n) array_like
        Jacobian, entry (i, j) the derivative of :math:`v_i` with respect to :math:`x_j`.

    Returns
    -------
    (n,) ndarray
        Gradient with respect to `x`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not hold numbers, or the shapes do not fit each other.

    Notes
    -----
    Lemma lem-jacobian of the book, equation eq-lemma-jacobian.

    Examples
    --------
    >>> from backprop.lemmas import jacobian_vjp
    >>> jacobian_vjp([1.0, 2.0], [[1.0, 0.0], [3.0, 1.0]])
    array([7., 2.])
    """
    dv, J = as_array("dv", dv), as_array("J", J)
    require_shape("J", J, ("p", "n"), "for a matrix")
    require_shape("dv", dv, J.shape[:1], "to match the rows of J")
    return J.T @ dv
