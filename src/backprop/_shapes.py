"""Checks of what comes in, and the sentences they say when it is wrong.

Every message has the same four parts: the argument's name, what was expected, why, and what came.
"""

from __future__ import annotations

import cmath
import math
import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]

_KEPT = frozenset("fdFD")  # float32, float64 and their complex partners stay what they are


def as_array(name: str, value: ArrayLike) -> Array:
    """Return `value` as a floating-point array, refusing what is not numbers.

    float32, float64, complex64 and complex128 stay as they are (and are not copied); integers,
    booleans and other real kinds become float64.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : array_like
        What the caller gave.

    Returns
    -------
    ndarray
        The numbers; `value` itself if it already is such an array.

    Raises
    ------
    TypeError
        If `value` holds text, objects, masked entries or rows of different lengths.
    """
    if isinstance(value, np.ndarray) and value.dtype.char in _KEPT:
        if type(value) is np.ndarray or _counts(value):
            return value
    array = to_array(name, value)
    if array.dtype.char in _KEPT:
        return array
    if array.dtype.kind not in "biuf":
        if array.dtype.kind in "OSUT":
            kind = "object" if array.dtype.kind == "O" else "text"
            raise TypeError(f"{name}: expected an array of numbers, got an array of {kind}")
        raise TypeError(f"{name}: expected an array of numbers, got dtype {array.dtype}")
    return array.astype(np.float64)


def to_array(name: str, value: ArrayLike) -> Array:
    """Return `value` as a plain array of any kind, refusing what has no rectangular shape.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : array_like
        What the caller gave.

    Returns
    -------
    ndarray
        The array, of NumPy's own type: a matrix, whose ``*`` is another product, becomes one.

    Raises
    ------
    TypeError
        If `value` has rows of different lengths or masked entries.
    """
    if isinstance(value, np.ndarray) and hasattr(value, "mask") and np.any(value.mask):
        raise TypeError(f"{name}: expected an array of numbers, got an array with masked entries")
    try:
        return np.asarray(value)
    except (TypeError, ValueError):
        raise TypeError(
            f"{name}: expected an array of numbers, got rows of different lengths"
        ) from None


def _counts(array: Array) -> bool:
    """Say whether it is an array of `counting`, which has to stay what it is."""
    return hasattr(array, "counts_multiplications")


def require_number(name: str, value: Any) -> float:
    """Refuse what is not one real number.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : float
        What the caller gave.

    Returns
    -------
    float
        The number; it may be NaN or infinite.

    Raises
    ------
    TypeError
        If `value` is text, a list, complex or anything else.
    """
    if isinstance(value, numbers.Real):
        return float(value)
    if isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind in "biuf":
        return float(value)
    raise TypeError(f"{name}: expected a real number, got {type(value).__name__}")


def require_positive(name: str, value: Any) -> float:
    """Refuse what is not one positive finite number.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : float
        What the caller gave.

    Returns
    -------
    float
        The number.

    Raises
    ------
    TypeError
        If `value` is not a real number.
    ValueError
        If it is 0, negative, infinite or NaN.
    """
    number = require_number(name, value)
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{name}: expected a positive number, got {value}")
    return number


def random_generator(name: str, seed: Any) -> np.random.Generator:
    """Return the generator of a seed; a generator is returned as it is.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    seed : int, numpy.random.Generator or None
        What the caller gave.

    Returns
    -------
    numpy.random.Generator
        The generator.

    Raises
    ------
    TypeError, ValueError
        If NumPy makes no generator of it.
    """
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"{name}: expected an integer that is not negative, a generator or None, got {seed!r}"
        ) from None


def require_finite(name: str, array: Array) -> None:
    """Refuse NaN and infinity, naming the place of the first one.

    The sum of squares is one fast call, and is finite whenever all entries are finite and of
    ordinary size; only when it is not are the entries looked at one by one.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    array : ndarray
        Any shape.

    Raises
    ------
    ValueError
        If an entry is NaN or infinite.
    """
    if cmath.isfinite(np.vdot(array, array)):
        return
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        place = tuple(int(i) for i in bad[0])
        where = f"[{', '.join(map(str, place))}]" if place else ""
        raise ValueError(
            f"{name}: expected finite numbers, got {array[place]:.6g} at {name}{where}"
        )


def require_shape(name: str, array: Array, shape: Sequence[int | str], reason: str) -> None:
    """Refuse an array of another shape.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    array : ndarray
        The array to look at.
    shape : sequence of int or str
        The shape expected; a string stands for any positive length and is printed as it is.
    reason : str
        Why this shape, as the end of a sentence: "to match the rows of W".

    Raises
    ------
    ValueError
        If the shape differs, or an axis given by a string has length 0.
    """
    if len(array.shape) == len(shape):
        for length, wanted in zip(array.shape, shape, strict=True):
            if length == 0 if isinstance(wanted, str) else length != wanted:
                break
        else:
            return
    because = f" {reason}" if reason else ""
    raise ValueError(f"{name}: expected shape {spell(shape)}{because}, got {spell(array.shape)}")


def spell(shape: Sequence[int | str]) -> str:
    """Spell a shape as Python prints a tuple, with names for free axes: ``(m, 3)``."""
    inside = ", ".join(str(length) for length in shape)
    return f"({inside},)" if len(shape) == 1 else f"({inside})"
