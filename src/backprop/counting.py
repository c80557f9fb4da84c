"""Count the multiplications that a computation really does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from ._shapes import Array


class Count:
    """The operations counted so far.

    Attributes
    ----------
    matrix : int
        Multiplications inside matrix products.
    elementwise : int
        Multiplications of arrays entry by entry.
    divisions : int
        Divisions entry by entry.
    """

    def __init__(self) -> None:
        self.matrix = 0
        self.elementwise = 0
        self.divisions = 0

    @property
    def multiplications(self) -> int:
        """The multiplications, in matrix products and entry by entry, in all."""
        return self.matrix + self.elementwise

    def __repr__(self) -> str:
        """Return the three numbers."""
        return (
            f"Count(matrix={self.matrix}, elementwise={self.elementwise}, "
            f"divisions={self.divisions})"
        )


_active: ContextVar[Count | None] = ContextVar("backprop_count", default=None)


@contextmanager
def counting() -> Iterator[Count]:
    """Count the multiplications of `Network.forward` and `Network.backward` in a with block.

    Arrays that go into a network are watched, and with them everything computed from them.
    Workspaces, which are made for speed, are not counted.

    Yields
    ------
    Count
        Its numbers grow while the block runs.

    Examples
    --------
    >>> import backprop as bp
    >>> net, x, y = bp.load_example()
    >>> with bp.counting() as count:
    ...     _ = net.forward(x)
    >>> count.matrix
    20
    """
    count = Count()
    token = _active.set(count)
    try:
        yield count
    finally:
        _active.reset(token)


def watch(x: Array) -> Array:
    """Return `x`, or a view of it that counts while `counting` is active.

    Parameters
    ----------
    x : ndarray
        An array.

    Returns
    -------
    ndarray
        `x` itself outside `counting`.
    """
    return x if _active.get() is None else x.view(_Watched)


class _Watched(np.ndarray[Any, Any]):
    """An array that reports the multiplications it takes part in, and so do its descendants."""

    counts_multiplications = True  # what `_shapes.as_array` knows it by

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        result = getattr(ufunc, method)(*_unwrap(inputs), **_unwrap(kwargs))
        count = _active.get()
        if count is not None and method == "__call__":
            if ufunc is np.multiply:
                count.elementwise += np.size(result)
            elif ufunc is np.divide:
                count.divisions += np.size(result)
            elif ufunc is np.matmul:
                count.matrix += np.size(result) * inputs[0].shape[-1]
        return _watched(result)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        result = func(*_unwrap(args), **_unwrap(kwargs))
        count = _active.get()
        if count is not None and func in (np.dot, np.outer):
            inner = 1 if func is np.outer else args[0].shape[-1]
            count.matrix += np.size(result) * inner
        return _watched(result)


def _plain(a: Any) -> Any:
    if type(a) in (list, tuple):  # the arrays to join, or out=(array,)
        return type(a)(_unwrap(a))
    return a.view(np.ndarray) if isinstance(a, _Watched) else a


def _unwrap(arguments: Any) -> Any:
    if isinstance(arguments, dict):
        return {name: _plain(a) for name, a in arguments.items()}
    return [_plain(a) for a in arguments]


def _watched(result: Any) -> Any:
    return result.view(_Watched) if type(result) is np.ndarray else result
