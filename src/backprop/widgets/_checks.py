"""What the widgets refuse, each with a sentence that names the argument and the expectation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from .._shapes import Array


def finite_array(name: str, value: Any, shape: tuple[int, ...]) -> Array:
    """Return `value` as an array of finite numbers of this shape, or refuse it."""
    try:
        array: Array = np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise traitlets.TraitError(
            f"{name}: expected numbers of shape {shape}, got {value!r}"
        ) from None
    if array.shape != shape:
        raise traitlets.TraitError(f"{name}: expected shape {shape}, got {array.shape}")
    if not np.isfinite(array).all():
        place = [int(k) for k in np.argwhere(~np.isfinite(array))[0]]
        raise traitlets.TraitError(
            f"{name}: expected finite numbers, got {array[tuple(place)]} at {place}"
        )
    return array


def finite_vector(name: str, value: ArrayLike, size: int) -> list[float]:
    """Return an argument as a list of `size` numbers; a ValueError if it is not."""
    try:
        checked: list[float] = finite_array(name, value, (size,)).tolist()
    except traitlets.TraitError as error:
        raise ValueError(str(error)) from None
    return checked


def matrices(name: str, value: list[Any], shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """Return a list with one array of finite numbers for each layer, or refuse it."""
    if len(value) != len(shapes):
        raise traitlets.TraitError(
            f"{name}: expected a list of {len(shapes)} arrays, one for each layer, got {len(value)}"
        )
    return [
        finite_array(f"{name}[{layer}]", entry, shape).tolist()
        for layer, (entry, shape) in enumerate(zip(value, shapes, strict=True))
    ]
