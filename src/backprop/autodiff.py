r"""Reverse mode on any graph of scalars: a tape in fewer than a hundred lines.

Every operation notes its result, its arguments and its local derivatives. Going through the notes
backwards, each value hands its gradient on to its arguments, times the local derivative; what
reaches one value by several paths adds.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable


class Value:
    """A number that remembers where it comes from.

    Parameters
    ----------
    data : float
        The number.
    parents : iterable of (Value, float)
        The arguments it was computed from, each with the derivative with respect to it.

    Attributes
    ----------
    data : float
        The number.
    grad : float
        Derivative of the result on which `backward` was called with respect to this value.

    Raises
    ------
    TypeError
        If `data` is not a real number.

    Examples
    --------
    >>> from backprop.autodiff import Value
    >>> a, b = Value(3.0), Value(4.0)
    >>> c = a * b + a
    >>> c.backward()
    >>> a.grad, b.grad
    (5.0, 3.0)
    """

    def __init__(self, data: float, parents: Iterable[tuple[Value, float]] = ()) -> None:
        self.data = _real("data", data)
        self.parents = tuple(parents)
        self.grad = 0.0

    def __repr__(self) -> str:
        """Return the number and its gradient."""
        return f"Value({self.data:.6g}, grad={self.grad:.6g})"

    def __add__(self, other: Value | float) -> Value:
        """Return the sum; both local derivatives are 1."""
        other = _value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other: Value | float) -> Value:
        """Return the product; each local derivative is the other factor."""
        other = _value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, exponent: float) -> Value:
        """Return a power with a constant exponent; where it has no derivative, a ValueError."""
        exponent = _real("exponent", exponent)
        if not (
            self.data > 0
            or (self.data < 0 and exponent.is_integer())
            or (self.data == 0 and (exponent == 0 or exponent >= 1))
        ):
            raise ValueError(
                f"base: expected a positive number for the exponent {exponent:g}, got {self.data:g}"
            )
        local = exponent * self.data ** (exponent - 1) if exponent else 0.0
        return Value(self.data**exponent, [(self, local)])

    def exp(self) -> Value:
        """Return the exponential, which is its own derivative; above 709 an OverflowError."""
        result = math.exp(self.data)
        return Value(result, [(self, result)])

    def log(self) -> Value:
        """Return the natural logarithm; of a number that is not positive, a ValueError."""
        if not self.data > 0:
            raise ValueError(f"log: expected a positive number, got {self.data:g}")
        return Value(math.log(self.data), [(self, 1 / self.data)])

    def tanh(self) -> Value:
        """Return the hyperbolic tangent."""
        result = math.tanh(self.data)
        return Value(result, [(self, 1 - result**2)])

    def sigmoid(self) -> Value:
        """Return the sigmoid."""
        result = 0.5 * (1 + math.tanh(0.5 * self.data))  # 1 / (1 + exp(-t)), without overflow
        return Value(result, [(self, result * (1 - result))])

    def relu(self) -> Value:
        """Return max(., 0), with derivative 0 at 0."""
        return Value(max(self.data, 0.0), [(self, float(self.data > 0))])

    def backward(self) -> None:
        """Set `grad` of every value that this one was computed from."""
        order = _topological(self)
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):
            for parent, local in value.parents:
                parent.grad += value.grad * local  # +=: gradients of several paths add

    def __neg__(self) -> Value:
        """Return the negative."""
        return self * -1.0

    def __sub__(self, other: Value | float) -> Value:
        """Return the difference."""
        return self + -_value(other)

    def __truediv__(self, other: Value | float) -> Value:
        """Return the quotient; if `other` is 0, a ValueError."""
        return self * _value(other) ** -1

    def __radd__(self, other: float) -> Value:
        """Return the sum."""
        return self + other

    def __rmul__(self, other: float) -> Value:
        """Return the product."""
        return self * other

    def __rsub__(self, other: float) -> Value:
        """Return the difference."""
        return _value(other) - self

    def __rtruediv__(self, other: float) -> Value:
        """Return the quotient."""
        return _value(other) / self


def _real(name: str, number: float) -> float:
    if not isinstance(number, numbers.Real):
        raise TypeError(f"{name}: expected a real number, got {type(number).__name__}")
    return float(number)


def _value(number: Value | float) -> Value:
    return number if isinstance(number, Value) else Value(number)


def _topological(result: Value) -> list[Value]:
    """List all values that `result` depends on, each after its parents (without recursion)."""
    order: list[Value] = []
    seen: set[int] = set()
    stack = [(result, False)]
    while stack:
        value, parents_done = stack.pop()
        if parents_done:
            order.append(value)
        elif id(value) not in seen:
            seen.add(id(value))
            stack.append((value, True))
            stack.extend((parent, False) for parent, _ in value.parents)
    return order
