"""How far apart two correct computations of one number may be: values with a bound of their error.

Python and JavaScript add in another order and round their exponentials otherwise. Each operation
then differs by a unit in the last place or so, and what follows carries the difference on: a sum
of large terms that cancel, or the slope of a saturated neuron, keeps few of its digits. A `Ball`
is an array together with such a bound, carried along to first order by the ordinary rules.
"""

from __future__ import annotations

import numpy as np

UNIT = np.finfo(float).eps / 2
ELEMENTARY = 4 * UNIT  # an exponential, a tanh, a logarithm and the few operations around it


class Ball:
    """An array `mid`, each entry of which is known to plus or minus the entry of `rad`.

    Arrays of whole numbers are `exact`: their sums and products are not rounded at all.
    """

    __array_ufunc__ = None  # so that an array on the left leaves the operation to the ball

    def __init__(self, mid, rad=None, exact=None):
        self.mid = np.asarray(mid, dtype=float)
        self.rad = 0.0 if rad is None else rad
        self.exact = bool((self.mid == np.rint(self.mid)).all()) if exact is None else exact

    @property
    def T(self):
        return Ball(self.mid.T, np.transpose(self.rad), self.exact)

    def __getitem__(self, key):
        return Ball(
            self.mid[key], self.rad if np.ndim(self.rad) == 0 else self.rad[key], self.exact
        )

    def __add__(self, other):
        other = ball(other)
        mid, exact = self.mid + other.mid, self.exact and other.exact
        return Ball(mid, self.rad + other.rad + (0 if exact else UNIT * np.abs(mid)), exact)

    __radd__ = __add__

    def __neg__(self):
        return Ball(-self.mid, self.rad, self.exact)

    def __sub__(self, other):
        return self + -ball(other)

    def __rsub__(self, other):
        return ball(other) + -self

    def __mul__(self, other):
        other = ball(other)
        mid, exact = self.mid * other.mid, self.exact and other.exact
        if exact:
            return Ball(mid, 0.0, True)
        mine, its = np.abs(self.mid), np.abs(other.mid)
        return Ball(
            mid, mine * other.rad + self.rad * (its + other.rad) + UNIT * np.abs(mid), False
        )

    __rmul__ = __mul__

    def __matmul__(self, other):
        other = ball(other)
        mid = self.mid @ other.mid
        if self.exact and other.exact:
            return Ball(mid, 0.0, True)
        mine, its = np.abs(self.mid), np.abs(other.mid)
        rad = mine @ (other.rad + (self.mid.shape[-1] + 1) * UNIT * its)
        if np.ndim(self.rad):
            rad = rad + self.rad @ (its + other.rad)
        return Ball(mid, rad, False)

    def __rmatmul__(self, other):
        return ball(other) @ self

    def sum(self):
        """Add all up, in any order."""
        mid, rad = self.mid.sum(), self.rad + np.zeros_like(self.mid)
        if self.exact:
            return Ball(mid, 0.0, True)
        return Ball(mid, (rad + self.mid.size * UNIT * np.abs(self.mid)).sum(), False)

    def outer(self, other):
        """Return the products of all pairs."""
        return self[:, None] * other[None, :]

    def through(self, f):
        """Apply a function to each entry: what it makes of both ends, too."""
        mid = f(self.mid)
        exact = self.exact and bool(((mid == self.mid) | (mid == 0)).all())
        if exact:
            return Ball(mid, 0.0, True)
        high, low = f(self.mid + self.rad), f(self.mid - self.rad)
        spread = np.maximum(np.abs(high - mid), np.abs(low - mid))
        return Ball(mid, spread + ELEMENTARY * np.abs(mid), False)


def ball(a):
    """Return a number, an array or a ball as a ball."""
    return a if isinstance(a, Ball) else Ball(a)


def slope(activation, u, x):
    """Return the ball of f′(u), computed from the output where the package does so."""
    found = u.through(activation.derivative)
    if u.exact and np.isin(found.mid, (0, 1)).all():
        return Ball(found.mid, 0.0, True)
    rad = found.rad + ELEMENTARY
    if activation.derivative_from_output is not None:
        rad = rad + x.through(activation.derivative_from_output).rad
    return Ball(found.mid, rad, False)


def passes(net, x, y, W=None, b=None):
    """Return the balls of all that forward and backward pass compute, by name.

    `W` and `b` are balls in place of the network's own parameters.
    """
    W, b = W or [ball(w) for w in net.weights], b or [ball(v) for v in net.biases]
    us, xs, slopes = [], [ball(x)], []
    for weights, bias, activation in zip(W, b, net.activations, strict=True):
        us.append(weights @ xs[-1] + bias)
        xs.append(us[-1].through(activation.f))
        slopes.append(slope(activation, us[-1], xs[-1]))
    error = xs[-1] - y
    came, delta = [error], []
    for weights, s in zip(W[::-1], slopes[::-1], strict=True):
        delta.insert(0, came[0] * s)
        came.insert(0, weights.T @ delta[0])
    return {
        "u": us,
        "x": xs,
        "e": error,
        "L": (error * error).sum() * 0.5,
        "slope": slopes,
        "delta": delta,
        "dx": came[0],
        "came": came[1:],
        "dW": [d.outer(below) for d, below in zip(delta, xs[:-1], strict=True)],
        "db": delta,
    }
