"""Call a learner's function and write down everything that happened. Judging comes later."""

from __future__ import annotations

import contextvars
import os
import re
import sys
import sysconfig
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

SECONDS = 5.0
"""How long all the calls of one check may take together."""

DEEPEST = 6
"""How deep lists within lists are looked into: a list may contain itself."""


class Other(NamedTuple):
    """Stands for a value that is neither a number nor made of numbers."""

    kind: str


Value = Any
"""A float array, a tuple of values, None, Ellipsis, or `Other`: what `canonical` returns."""


@dataclass(frozen=True)
class Case:
    """One set of arguments a function is tried on.

    `describe` completes "on …"; `args` (arrays, lists of arrays, and what is neither) are never
    handed out themselves, only copies of them.
    """

    describe: str
    args: tuple[Any, ...]


@dataclass(frozen=True)
class Raised:
    """An exception of the learner's code, with the learner's own line."""

    kind: str
    text: str
    line: int | None
    code: str

    @property
    def where(self) -> str:
        """The place in words: "at your line 3, `…`"."""
        if self.line is None:
            return ""
        return f" at your line {self.line}" + (f", `{self.code}`" if self.code else "")


@dataclass(frozen=True)
class Outcome:
    """What one call did: the value as it was on return, or the exception, and the side effects."""

    value: Value = None
    raised: Raised | None = None
    changed: tuple[int, ...] = ()
    """Positions of the arguments that were no longer the same after the call."""
    shared: tuple[tuple[int, int], ...] = ()
    """Pairs (part of the result, argument) that lie in the same memory."""
    twins: tuple[tuple[int, int], ...] = ()
    """Pairs of parts of the result that lie in the same memory."""


@dataclass
class Record:
    """The outcomes of a function on all cases."""

    outcomes: list[Outcome] = field(default_factory=list)
    endless: bool = False
    still_running: bool = False
    remembers: bool = False
    """Whether the first case, tried once more at the end, gave another value than before."""


class TimeUp(BaseException):
    """Thrown into a call that has run for too long."""


def canonical(value: object, depth: int = 0) -> Value:
    """Return `value` in one form, whichever of the accepted forms it came in.

    Anything regular and numeric becomes a float64 array (a list of floats, an integer array, a
    scalar of shape ``()``); a tuple or list of parts of different shapes becomes a tuple; complex
    numbers stay complex. What is not made of numbers becomes `Other`.
    """
    if value is None or value is Ellipsis:
        return value
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        array = np.array(value, copy=True, subok=False)
        return array if array.dtype.kind == "c" else array.astype(np.float64)
    if isinstance(value, bool | int | float | complex | np.number | np.bool_):
        try:
            return canonical(np.array(value))
        except (OverflowError, TypeError, ValueError):
            return Other(type(value).__name__)
    if not isinstance(value, np.ndarray) and hasattr(type(value), "__array__"):
        return canonical(np.asarray(value), depth + 1)  # other libraries' arrays
    if isinstance(value, np.ndarray) and value.dtype.kind == "O" and value.ndim:
        value = list(value)
    if isinstance(value, tuple | list) and depth < DEEPEST:
        parts = [canonical(part, depth + 1) for part in value]
        arrays = [part for part in parts if isinstance(part, np.ndarray)]
        if parts and len(arrays) == len(parts) and len({a.shape for a in arrays}) == 1:
            return np.stack(arrays)
        return tuple(parts)
    return Other(type(value).__name__)


def close(a: np.ndarray, b: np.ndarray, rtol: float = 1e-9) -> bool:
    """Return whether two arrays agree in shape and, relative to the largest entry, in value."""
    if a.shape != b.shape:
        return False
    with np.errstate(all="ignore"):
        finite = np.isfinite(a) & np.isfinite(b)
        if not finite.all():
            # The same infinities and NaNs in the same places, and the rest close.
            alike = np.array_equal(a[~finite], b[~finite], equal_nan=True)
            return bool(alike) and close(a[finite], b[finite], rtol)
        scale = max(float(np.max(np.abs(b), initial=0.0)), 1e-6)
        return bool(np.all(np.abs(a - b) <= rtol * scale))


def same(a: Value, b: Value) -> bool:
    """Return whether two canonical values agree."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return close(a, b)
    if isinstance(a, tuple) and isinstance(b, tuple) and not isinstance(a, Other):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


def agree(mine: Outcome, theirs: Outcome) -> bool:
    """Return whether two outcomes are the same in value, exception and changed arguments."""
    if (mine.raised is None) != (theirs.raised is None) or mine.changed != theirs.changed:
        return False
    if mine.raised is not None and theirs.raised is not None:
        return mine.raised.kind == theirs.raised.kind
    return same(mine.value, theirs.value)


def _fresh(arg: Any) -> Any:
    """Return a copy of an argument: an array, or a list of arguments."""
    if isinstance(arg, list):
        return [_fresh(part) for part in arg]
    return arg.copy() if isinstance(arg, np.ndarray) else arg


def _inside(value: Any, depth: int = 0) -> Iterator[np.ndarray]:
    """Yield the arrays a value consists of."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, tuple | list) and depth < DEEPEST:
        for part in value:
            yield from _inside(part, depth + 1)


def _overlap(one: Any, other: Any) -> bool:
    return any(np.may_share_memory(a, b) for a in _inside(one) for b in _inside(other))


def _unchanged(now: Any, before: Any) -> bool:
    if isinstance(before, list):
        return len(now) == len(before) and all(map(_unchanged, now, before))
    if not isinstance(before, np.ndarray):
        return True
    if not isinstance(now, np.ndarray):
        return False
    return now.shape == before.shape and bool(np.array_equal(now, before, equal_nan=True))


_LIBRARIES = tuple(
    os.path.normcase(os.path.realpath(path)) + os.sep
    for path in {
        os.path.dirname(os.path.dirname(__file__)),
        sysconfig.get_path("stdlib"),
        sysconfig.get_path("purelib"),
        sysconfig.get_path("platlib"),
    }
    if path
)


def describe_exception(error: BaseException) -> Raised:
    """Return what a learner needs to know of `error`: its type, its text, and their own line."""
    kind = type(error).__name__
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = ""
    # What helps in NumPy's sentence is which sizes differ.
    text = re.sub(r", with gufunc signature \S+", "", text)
    text = text.replace(" Use a.any() or a.all()", "")  # which is seldom what was meant
    text = re.sub(r"gufunc core with signature \S+ requires", "needs", text)
    if len(text) > 160:
        text = text[:159] + "\N{HORIZONTAL ELLIPSIS}"
    line, code = None, ""
    try:
        for frame in traceback.extract_tb(error.__traceback__):
            name = os.path.normcase(os.path.realpath(frame.filename))
            if not name.startswith(_LIBRARIES) and not frame.filename.startswith("<frozen"):
                line, code = frame.lineno, (frame.line or "").strip().replace("`", "'")
    except Exception:
        line, code = None, ""
    return Raised(kind, text.replace("`", "'"), line, code)


def call(function: Callable[..., Any], case: Case) -> Outcome:
    """Call `function` on copies of the arguments of `case` and record what it did."""
    args = [_fresh(arg) for arg in case.args]
    try:
        with np.errstate(all="ignore"):
            value = function(*args)
    except TimeUp:
        raise
    except BaseException as error:  # also SystemExit: a check never raises
        changed = _changed(args, case.args)
        return Outcome(raised=describe_exception(error), changed=changed)
    parts = list(value) if isinstance(value, tuple | list) else [value]
    shared = tuple(
        (i, j) for i, part in enumerate(parts) for j, arg in enumerate(args) if _overlap(part, arg)
    )
    twins = tuple(
        (i, j)
        for i, one in enumerate(parts)
        for j, other in enumerate(parts)
        if i < j and _overlap(one, other)
    )
    try:
        kept = canonical(value)
    except Exception:  # a value with methods of its own that fail
        kept = Other(type(value).__name__)
    return Outcome(kept, None, _changed(args, case.args), shared, twins)


def _changed(now: Sequence[Any], before: Sequence[Any]) -> tuple[int, ...]:
    return tuple(i for i, pair in enumerate(zip(now, before, strict=True)) if not _unchanged(*pair))


def record(function: Callable[..., Any], cases: Sequence[Case], seconds: float = SECONDS) -> Record:
    """Return what `function` does on every one of `cases`, within `seconds` in all.

    The calls run in a thread of their own, so that a loop without end, even one that swallows every
    exception, costs the learner `seconds` and not the kernel.
    """
    result = Record()
    started: list[Outcome] = []

    def run() -> None:
        try:
            for case in cases:
                started.append(call(function, case))
            again = call(function, cases[0])
            result.remembers = not agree(started[0], again)
        except TimeUp:
            pass

    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(run,), daemon=True)
    thread.start()
    until = time.monotonic() + seconds
    try:
        while thread.is_alive() and time.monotonic() < until:
            thread.join(0.1)  # in short waits, as an interrupt is noticed between two of them
    except BaseException:  # the learner interrupts the kernel: stop the call, then pass it on
        _stop(thread)
        raise
    if thread.is_alive():
        result.endless = True
        result.still_running = not _stop(thread)
    result.outcomes = list(started)
    return result


def _stop(thread: threading.Thread) -> bool:
    """Throw `TimeUp` into `thread` until it ends; return whether it did, within a second."""
    try:
        import ctypes

        throw = ctypes.pythonapi.PyThreadState_SetAsyncExc
    except (ImportError, AttributeError):  # not CPython
        return False
    until = time.monotonic() + 1.0
    while thread.is_alive() and time.monotonic() < until:
        throw(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TimeUp))
        thread.join(0.05)
    return not thread.is_alive()


def is_stub(function: object) -> bool:
    """Return whether the body of `function` does nothing: a docstring, ``...``, ``pass``."""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    import dis

    idle = {"RESUME", "NOP", "LOAD_CONST", "LOAD_SMALL_INT", "POP_TOP", "RETURN_VALUE",
            "RETURN_CONST", "CACHE"}  # fmt: skip
    if not all(step.opname in idle for step in dis.get_instructions(code)):
        return False
    return all(const in (None, Ellipsis) or isinstance(const, str) for const in code.co_consts)


def interpreter() -> str:
    """Return the version of Python in words, for reports of errors in a check itself."""
    return f"Python {sys.version_info.major}.{sys.version_info.minor}, NumPy {np.__version__}"
