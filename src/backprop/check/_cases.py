"""What the cases of several chapters are made of."""

from __future__ import annotations

from typing import Any

import numpy as np


def sigmoid(u: Any) -> Any:
    """Return 1/(1 + exp(-u)); lists are welcome, as learners' loops make them."""
    return 1.0 / (1.0 + np.exp(-np.asarray(u, dtype=float)))


def sigmoid_slope(u: Any) -> Any:
    """Return the derivative of the sigmoid at `u`."""
    return sigmoid(u) * (1.0 - sigmoid(u))


def bent(u: Any) -> Any:
    """Return tanh(u) + 0.3 u²: neither odd nor even, so that few slips cancel out."""
    u = np.asarray(u, dtype=float)
    return np.tanh(u) + 0.3 * u**2


def bent_slope(u: Any) -> Any:
    """Return the derivative of `bent` at `u`."""
    u = np.asarray(u, dtype=float)
    return 1.0 - np.tanh(u) ** 2 + 0.6 * u
