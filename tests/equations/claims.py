r"""Who says what about which label.

A claim names a label and the way in which its display is verified:

``read``         the display's own LaTeX is parsed, evaluated, compared and mutated;
``@code``        as `read`, and the decorated function returns what the package computes for the
                 first side, which must agree too;
``@transcribed`` the evaluator cannot read it: the decorated function computes both sides from the
                 formula alone, and `latex` is the hash of the display it was written from;
``@estimate``    as `transcribed`, for approximations and inequalities: the function measures;
``definition``   introduces a name or states a problem; nothing in it can be true or false;
``unchecked``    with the reason.

The last four carry the hash, so that an edited display fails until somebody has looked again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .check import Where
from .parse import FUNCTIONS, tokens
from .tree import UnreadableError, num, sym
from .worlds import Key, World, fixture, network

Pairs = Iterable[tuple[str, Any, Any]]
"""What a transcribed claim yields: a word for what is compared, left, right."""

MakeWorlds = Callable[[int], Sequence[World]]


@dataclass
class Claim:
    """One label, and how its display is verified."""

    label: str
    kind: str
    """``equation``, ``definition``, ``estimate`` or ``unchecked``."""
    way: str
    """``read``, ``transcribed`` or ``stated``."""
    how: str
    source: str
    worlds: MakeWorlds | None = None
    where: Where = field(default_factory=dict)
    functions: frozenset[str] = FUNCTIONS
    moving: frozenset[Key] | None = None
    equal: Mapping[str, str] = field(default_factory=dict)
    oracle: str = ""
    """What the display is compared with, if that cannot be seen from its symbols."""
    package: str = ""
    code: Callable[..., Any] | None = None
    latex_hash: str = ""
    test: Callable[[np.random.Generator], Pairs] | None = None


CLAIMS: dict[str, Claim] = {}
DOUBLE: list[str] = []
"""Labels that were claimed twice."""


def register(claim: Claim) -> Claim:
    """Enter a claim."""
    if claim.label in CLAIMS:
        DOUBLE.append(claim.label)
    CLAIMS[claim.label] = claim
    return claim


# -- worlds that claims ask for -------------------------------------------------------------------
ANY = None


def networks(*sizes: int | None, activation: str = "generic") -> MakeWorlds:
    """Random networks: unequal layers, others again, and a square one; `ANY` leaves a size free."""

    def make(seed: int) -> list[World]:
        drawn: list[tuple[int, ...]] = []
        for free in ((3, 4, 2, 5), (5, 3, 4, 2), None):
            if free is None:  # all equal: where "make the shapes fit" helps nobody
                fixed = [s for s in sizes if s is not None]
                equal = fixed[0] if fixed else 3
                wanted = tuple(s if s is not None else equal for s in sizes)
            else:
                wanted = tuple(s if s is not None else n for s, n in zip(sizes, free, strict=False))
            if wanted not in drawn:
                drawn.append(wanted)
        worlds = [network(seed + n, s, activation) for n, s in enumerate(drawn)]
        return worlds if len(worlds) > 1 else [*worlds, network(seed + 9, drawn[0], activation)]

    return make


def book_network(seed: int) -> list[World]:
    """Return 3-4-2 as printed, then other sizes that read the printed 3, 4, 2 as their own.

    The last is square: there every wrong transpose and order fits, and must fail by its value.
    """
    worlds = [network(seed, (3, 4, 2))]
    for n, sizes in enumerate([(4, 2, 5), (3, 3, 3)], 1):
        world = network(seed + n, sizes)
        world.printed_sizes = {
            text: sym("n", None, None, num(layer)) for layer, text in enumerate("342")
        }
        worlds.append(world)
    return worlds


def and_sigmoid(worlds: MakeWorlds) -> MakeWorlds:
    """Add the 3-4-2 network with the sigmoid, which is all that `backprop.example` knows."""
    return lambda seed: [*worlds(seed), network(seed + 11, (3, 4, 2), "sigmoid")]


def worked_example(seed: int) -> list[World]:
    """Return the one network of the fixture, with its printed numbers."""
    return [fixture()]


def source_name(function: Callable[..., Any] | None) -> str:
    """``claims_02.grad_w2`` for messages and the table."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}" if function else ""


# -- the ways -------------------------------------------------------------------------------------
def read(
    *labels: str,
    worlds: MakeWorlds,
    kind: str = "equation",
    where: Where | None = None,
    functions: Iterable[str] = (),
    moving: Iterable[Key] | None = None,
    equal: Mapping[str, str] | None = None,
    how: str = "",
    oracle: str = "",
) -> None:
    """Claim displays that the evaluator reads from the page."""
    for label in labels:
        register(
            Claim(
                label,
                kind,
                "read",
                how,
                "",
                worlds=worlds,
                where=where or {},
                functions=FUNCTIONS | set(functions),
                moving=None if moving is None else frozenset(moving),
                equal=equal or {},
                oracle=oracle,
            )
        )


def code(label: str, package: str, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Claim a display that is read, together with the package function that computes it.

    The decorated function gets a world and the index values by name, and returns the value of the
    first side, or None for a world that the package function is not made for.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        read(label, how=_first_line(function), **options)
        claim = CLAIMS[label]
        claim.package, claim.code, claim.source = package, function, source_name(function)
        return function

    return decorate


def transcribed(
    label: str,
    latex: str,
    *,
    package: str = "",
    kind: str = "equation",
) -> Callable[[Callable[..., Any]], Any]:
    """Claim a display by an independent test, bound to the LaTeX it was written from."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        register(
            Claim(
                label,
                kind,
                "transcribed",
                _first_line(function),
                source_name(function),
                latex_hash=latex,
                test=function,
                package=package,
            )
        )
        return function

    return decorate


def estimate(label: str, latex: str, *, package: str = "") -> Callable[[Callable[..., Any]], Any]:
    """Claim an approximation or inequality, measured on samples."""
    return transcribed(label, latex, package=package, kind="estimate")


def definition(label: str, latex: str, introduces: str) -> None:
    """Claim a display that introduces something and asserts nothing."""
    register(Claim(label, "definition", "stated", introduces, "", latex_hash=latex))


def unchecked(label: str, latex: str, reason: str) -> None:
    """Admit that a display is not verified, and why."""
    register(Claim(label, "unchecked", "stated", reason, "", latex_hash=latex))


def normal(latex: str) -> str:
    """The display without what does not change its meaning: spacing and sizes."""
    try:
        return " ".join(t.text for t in tokens(latex))
    except UnreadableError:
        return re.sub(r"\s+", "", latex)


def _first_line(function: Callable[..., Any]) -> str:
    return (function.__doc__ or "").strip().split("\n")[0]


def latex_hash(latex: str) -> str:
    """Twelve hexadecimal digits of the display, the same whatever the spacing."""
    return hashlib.sha256(normal(latex).encode()).hexdigest()[:12]


# -- equations within a line of text ---------------------------------------------------------------
INLINE: list[tuple[str, str, Claim]] = []
"""Page, LaTeX, claim."""


def inline(page: str, *formulas: str, worlds: MakeWorlds, **options: Any) -> None:
    """Claim equations in running text; they are read, compared and mutated like displays.

    An equation in running text that speaks of a derivative (``\\partial``, ``\\nabla``,
    ``\\delta``, a prime) must be claimed; any other may be.
    """
    functions = FUNCTIONS | set(options.pop("functions", ()))
    for latex in formulas:
        claim = Claim(
            f"{page}: ${latex}$",
            "equation",
            "read",
            "",
            "",
            worlds=worlds,
            functions=functions,
            **options,
        )
        INLINE.append((page, latex, claim))


# -- numbers quoted in prose ----------------------------------------------------------------------
@dataclass
class Quoted:
    """A number in running text, and its recomputation."""

    page: str
    text: str
    near: str
    value: Callable[[], Any]


QUOTED: list[Quoted] = []


def number(page: str, text: str, near: str = "") -> Callable[[Callable[[], Any]], Any]:
    """Claim a number that a page quotes; the decorated function recomputes it.

    `near` restricts the claim to paragraphs that contain it, for a number that occurs twice with
    two meanings.
    """

    def decorate(function: Callable[[], Any]) -> Callable[[], Any]:
        QUOTED.append(Quoted(page, text, near, function))
        return function

    return decorate


def numbers(page: str, table: Mapping[str, Callable[[], Any]], near: str = "") -> None:
    """Claim several numbers of one page."""
    for text, value in table.items():
        QUOTED.append(Quoted(page, text, near, value))
