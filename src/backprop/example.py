r"""The 3-4-2 network of chapter 2, one number at a time.

Nothing here computes with matrices, layers or the rest of the package: every partial derivative is
computed by itself, from scalars, along the paths by which its parameter reaches the loss. It is
what the chapter derives and what the matrix form is checked against. Indices count from 1, as in
the book: ``W2[i - 1][j - 1]`` is :math:`w^{(2)}_{ij}`.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ._shapes import as_array, require_finite, require_shape

if TYPE_CHECKING:
    from .network import Network

Scalar = Any  # a float; a complex number while the complex step passes through
Vector = Sequence[Scalar]
Matrix = Sequence[Sequence[Scalar]]

INPUTS, HIDDEN, OUTPUTS = 3, 4, 2


class Pass(NamedTuple):
    """All intermediate values of one forward pass, as lists of numbers.

    Attributes
    ----------
    u1, x1 : list
        Pre-activations and outputs of the 4 hidden neurons.
    u2, x2 : list
        Pre-activations and outputs of the 2 output neurons.
    """

    u1: list[Scalar]
    x1: list[Scalar]
    u2: list[Scalar]
    x2: list[Scalar]


class PartialDerivatives(NamedTuple):
    """The 26 partial derivatives of the loss.

    Attributes
    ----------
    dW1 : (4, 3) ndarray
        With respect to the hidden layer's weights.
    db1 : (4,) ndarray
        With respect to the hidden layer's biases.
    dW2 : (2, 4) ndarray
        With respect to the output layer's weights.
    db2 : (2,) ndarray
        With respect to the output layer's biases.
    """

    dW1: np.ndarray[Any, Any]
    db1: np.ndarray[Any, Any]
    dW2: np.ndarray[Any, Any]
    db2: np.ndarray[Any, Any]


def f(t: Scalar) -> Scalar:
    """Return the sigmoid of one number.

    Parameters
    ----------
    t : float
        The number.

    Returns
    -------
    float
        1 / (1 + exp(-t)).

    Raises
    ------
    TypeError
        If `t` is not one number.

    Examples
    --------
    >>> from backprop.example import f
    >>> float(f(0.0))
    0.5
    """
    _check_number(t)
    if t.real >= 0:
        return 1 / (1 + _exp(-t))
    return _exp(t) / (1 + _exp(t))  # the same number; exp of a large -t would overflow


def f_prime(t: Scalar) -> Scalar:
    """Return the derivative of the sigmoid at one number.

    Parameters
    ----------
    t : float
        The number.

    Returns
    -------
    float
        f(t) (1 - f(t)).

    Raises
    ------
    TypeError
        If `t` is not one number.

    Examples
    --------
    >>> from backprop.example import f_prime
    >>> float(f_prime(0.0))
    0.25
    """
    return f(t) * (1 - f(t))


def _check_number(t: Any) -> None:
    if not isinstance(t, numbers.Number):
        raise TypeError(f"t: expected one number, got {type(t).__name__}")


def _exp(t: Scalar) -> Scalar:
    return np.exp(t) if isinstance(t, complex | np.complexfloating) else math.exp(t)


def forward(W1: Matrix, b1: Vector, W2: Matrix, b2: Vector, x: Vector) -> Pass:
    r"""Compute the outputs neuron by neuron.

    Parameters
    ----------
    W1, b1 : (4, 3) and (4,) sequences of float
        Weights and biases of the hidden layer.
    W2, b2 : (2, 4) and (2,) sequences of float
        Weights and biases of the output layer.
    x : (3,) sequence of float
        The input.

    Returns
    -------
    Pass
        ``u1``, ``x1``, ``u2``, ``x2``.

    Raises
    ------
    TypeError, ValueError
        If an array has another shape or does not hold finite numbers.

    Notes
    -----
    The component form of equation eq-forward-matrix of the book.

    Examples
    --------
    >>> import backprop as bp
    >>> net, x, y = bp.load_example()
    >>> p = bp.example.forward(net.weights[0], net.biases[0], net.weights[1], net.biases[1], x)
    >>> [round(float(value), 4) for value in p.x2]
    [0.6794, 0.3603]
    """
    _check(W1, b1, W2, b2, x)
    u1, x1, u2, x2 = [], [], [], []
    for i in range(HIDDEN):
        total = b1[i]
        for j in range(INPUTS):
            total = total + W1[i][j] * x[j]
        u1.append(total)
        x1.append(f(total))
    for k in range(OUTPUTS):
        total = b2[k]
        for i in range(HIDDEN):
            total = total + W2[k][i] * x1[i]
        u2.append(total)
        x2.append(f(total))
    return Pass(u1, x1, u2, x2)


def loss(W1: Matrix, b1: Vector, W2: Matrix, b2: Vector, x: Vector, y: Vector) -> Scalar:
    r"""Return the loss of one sample, half the sum of the squared errors.

    Parameters
    ----------
    W1, b1, W2, b2, x
        As for `forward`.
    y : (2,) sequence of float
        The label.

    Returns
    -------
    float
        The loss.

    Raises
    ------
    TypeError, ValueError
        If an array has another shape or does not hold finite numbers.

    Notes
    -----
    Equation eq-loss-one-sample of the book.

    Examples
    --------
    >>> import backprop as bp
    >>> net, x, y = bp.load_example()
    >>> W1, W2 = net.weights
    >>> b1, b2 = net.biases
    >>> round(float(bp.example.loss(W1, b1, W2, b2, x, y)), 4)
    0.1163
    """
    _check_label(y)
    x2 = forward(W1, b1, W2, b2, x).x2
    return 0.5 * ((x2[0] - y[0]) ** 2 + (x2[1] - y[1]) ** 2)


def dL_dw2(
    i: int, j: int, W1: Matrix, b1: Vector, W2: Matrix, b2: Vector, x: Vector, y: Vector
) -> Scalar:
    r"""Return the derivative of the loss with respect to one weight of the output layer.

    Parameters
    ----------
    i : int
        Row, 1 or 2: the output neuron that the weight leads to.
    j : int
        Column, 1 to 4: the hidden neuron that it comes from.
    W1, b1, W2, b2, x, y
        As for `loss`.

    Returns
    -------
    float
        :math:`\partial L/\partial w^{(2)}_{ij}`.

    Raises
    ------
    TypeError, ValueError
        If an index is out of range, or an array has another shape or no finite numbers.

    Notes
    -----
    Equation eq-grad-w2-element of the book. The weight occurs in the :math:`i`-th half of the
    loss only; the other half is constant, and its derivative is 0.

    Examples
    --------
    >>> import backprop as bp
    >>> net, x, y = bp.load_example()
    >>> (W1, W2), (b1, b2) = net.weights, net.biases
    >>> round(float(bp.example.dL_dw2(1, 1, W1, b1, W2, b2, x, y)), 4)
    -0.0517
    """
    _check_index("i", i, OUTPUTS)
    _check_index("j", j, HIDDEN)
    _check_label(y)
    p = forward(W1, b1, W2, b2, x)
    if i == 1:
        first = (p.x2[0] - y[0]) * f_prime(p.u2[0]) * p.x1[j - 1]
        second = 0.0
    else:
        first = 0.0
        second = (p.x2[1] - y[1]) * f_prime(p.u2[1]) * p.x1[j - 1]
    return first + second


def dL_db2(i: int, W1: Matrix, b1: Vector, W2: Matrix, b2: Vector, x: Vector, y: Vector) -> Scalar:
    r"""Return the derivative of the loss with respect to one bias of the output layer.

    Parameters
    ----------
    i : int
        The output neuron, 1 or 2.
    W1, b1, W2, b2, x, y
        As for `loss`.

    Returns
    -------
    float
        :math:`\partial L/\partial b^{(2)}_i`.

    Raises
    ------
    TypeError, ValueError
        If an index is out of range, or an array has another shape or no finite numbers.

    Notes
    -----
    Equation eq-grad-b2-element of the book: as for a weight, with 1 in place of
    :math:`x^{(1)}_j`.

    Examples
    --------
    >>> import backprop as bp
    >>> net, x, y = bp.load_example()
    >>> (W1, W2), (b1, b2) = net.weights, net.biases
    >>> round(float(bp.example.dL_db2(2, W1, b1, W2, b2, x, y)), 4)
    0.083
    """
    _check_index("i", i, OUTPUTS)
    _check_label(y)
    p = forward(W1, b1, W2, b2, x)
    if i == 1:
        first = (p.x2[0] - y[0]) * f_prime(p.u2[0])
        second = 0.0
    else:
        first = 0.0
        second = (p.x2[1] - y[1]) * f_prime(p.u2[1])
    return first + second


def dL_dw1(
    i: int, j: int, W1: Matrix, b1: Vector, W2: Matrix, b2: Vector, x: Vector, y: Vector
) -> Scalar:
    r"""Return the derivative of the loss with respect to one weight of the hidden layer.

    Parameters
    ----------
    i : int
        Row, 1 to 4: the hidden neuron that the weight leads to.
    j : int
        Column, 1 to 3: the input that it comes from.
    W1, b1, W2, b2, x, y
        As for `loss`.

    Returns
    -------
    float
        :math:`\partial L/\partial w^{(1)}_{ij}`.

    Raises
    ------
    TypeError, ValueError
        If an index is out of range, or an array has another shape or no finite numbers.

    Notes
    -----
    Equation eq-grad-w1-element of the book. The weight reaches the loss by two paths, one through
    each output neuron :math:`k`, and the two contributions add.

    Examples
    --------
    >>> import backprop as bp
    >>> net, x, y = bp.load_example()
    >>> (W1, W2), (b1, b2) = net.weights, net.biases
    >>> round(float(bp.example.dL_dw1(1, 1, W1, b1, W2, b2, x, y)), 4)
    -0.01
    """
    _check_index("i", i, HIDDEN)
    _check_index("j", j, INPUTS)
    _check_label(y)
    p = forward(W1, b1, W2, b2, x)
    dx1_dw = f_prime(p.u1[i - 1]) * x[j - 1]  # of hidden neuron i; the other three are constant
    total = 0.0
    for k in (1, 2):
        du2_dw = W2[k - 1][i - 1] * dx1_dw
        total = total + (p.x2[k - 1] - y[k - 1]) * f_prime(p.u2[k - 1]) * du2_dw
    return total


def dL_db1(i: int, W1: Matrix, b1: Vector, W2: Matrix, b2: Vector, x: Vector, y: Vector) -> Scalar:
    r"""Return the derivative of the loss with respect to one bias of the hidden layer.

    Parameters
    ----------
    i : int
        The hidden neuron, 1 to 4.
    W1, b1, W2, b2, x, y
        As for `loss`.

    Returns
    -------
    float
        :math:`\partial L/\partial b^{(1)}_i`.

    Raises
    ------
    TypeError, ValueError
        If an index is out of range, or an array has another shape or no finite numbers.

    Notes
    -----
    Equation eq-grad-b1-element of the book: as for a weight, with 1 in place of :math:`x_j`.

    Examples
    --------
    >>> import backprop as bp
    >>> net, x, y = bp.load_example()
    >>> (W1, W2), (b1, b2) = net.weights, net.biases
    >>> round(float(bp.example.dL_db1(1, W1, b1, W2, b2, x, y)), 4)
    -0.02
    """
    _check_index("i", i, HIDDEN)
    _check_label(y)
    p = forward(W1, b1, W2, b2, x)
    dx1_db = f_prime(p.u1[i - 1])  # of hidden neuron i; the other three are constant
    total = 0.0
    for k in (1, 2):
        du2_db = W2[k - 1][i - 1] * dx1_db
        total = total + (p.x2[k - 1] - y[k - 1]) * f_prime(p.u2[k - 1]) * du2_db
    return total


def partial_derivatives(
    W1: Matrix, b1: Vector, W2: Matrix, b2: Vector, x: Vector, y: Vector
) -> PartialDerivatives:
    """Compute all 26 partial derivatives, one after the other.

    Parameters
    ----------
    W1, b1, W2, b2, x, y
        As for `loss`.

    Returns
    -------
    PartialDerivatives
        ``dW1`` (4, 3), ``db1`` (4,), ``dW2`` (2, 4), ``db2`` (2,).

    Raises
    ------
    TypeError, ValueError
        If an array has another shape or does not hold finite numbers.

    Examples
    --------
    >>> import backprop as bp
    >>> net, x, y = bp.load_example()
    >>> (W1, W2), (b1, b2) = net.weights, net.biases
    >>> bp.example.partial_derivatives(W1, b1, W2, b2, x, y).db2.round(4)
    array([-0.0698,  0.083 ])
    """
    rest = (W1, b1, W2, b2, x, y)

    def vector(derivative: Callable[..., Scalar], rows: int) -> np.ndarray[Any, Any]:
        return np.array([derivative(i, *rest) for i in range(1, rows + 1)])

    def matrix(derivative: Callable[..., Scalar], rows: int, columns: int) -> Any:
        entries = [
            [derivative(i, j, *rest) for j in range(1, columns + 1)] for i in range(1, rows + 1)
        ]
        return np.array(entries)

    return PartialDerivatives(
        dW1=matrix(dL_dw1, HIDDEN, INPUTS),
        db1=vector(dL_db1, HIDDEN),
        dW2=matrix(dL_dw2, OUTPUTS, HIDDEN),
        db2=vector(dL_db2, OUTPUTS),
    )


def load_example() -> tuple[Network, np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Load the 3-4-2 network of the book with its input and label.

    The numbers come from one file, which chapters, widgets, exercises and tests share.

    Returns
    -------
    net : Network
        Sigmoid network with 3 inputs, 4 hidden and 2 output neurons.
    x : (3,) ndarray
        The input.
    y : (2,) ndarray
        The label.

    Examples
    --------
    >>> import backprop as bp
    >>> net, x, y = bp.load_example()
    >>> net.sizes
    (3, 4, 2)
    """
    import json
    from importlib.resources import files  # both here: they would double the package's import

    from .network import Network  # here, so that the rest of this module stays independent of it

    text = files("backprop").joinpath("data/example_342.json").read_text(encoding="utf-8")
    numbers = json.loads(text)
    return Network(numbers["W"], numbers["b"]), np.array(numbers["x"]), np.array(numbers["y"])


def _check_index(name: str, index: int, last: int) -> None:
    if isinstance(index, bool) or not isinstance(index, int | np.integer):
        raise TypeError(f"{name}: expected an integer, got {type(index).__name__}")
    if not 1 <= index <= last:
        raise ValueError(f"{name}: expected an index from 1 to {last}, as in the book, got {index}")


def _check_label(y: Vector) -> None:
    _check_numbers("y", y, (OUTPUTS,), "for the two outputs")


def _check_numbers(name: str, values: Any, shape: tuple[int, ...], reason: str) -> None:
    numbers = as_array(name, values)
    require_shape(name, numbers, shape, reason)
    require_finite(name, numbers)


def _check(W1: Matrix, b1: Vector, W2: Matrix, b2: Vector, x: Vector) -> None:
    expected: dict[str, Any] = {
        "W1": (4, 3),
        "b1": (4,),
        "W2": (2, 4),
        "b2": (2,),
        "x": (3,),
    }
    for (name, shape), value in zip(expected.items(), (W1, b1, W2, b2, x), strict=True):
        _check_numbers(name, value, shape, "for the 3-4-2 network")
