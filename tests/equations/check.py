r"""Does a display hold? Every ``=`` in it is tried, for every index, in every world.

Worked numbers are held to their printed digits: ``0.1163`` may be 0.11625 to 0.11635. Where a line
of numbers has the same structure as a line of symbols, each number is compared with the very factor
it stands for, so that two wrong factors cannot make up for each other.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .evaluate import Env, ShapeError, evaluate, index_sizes, integer, shape_of, words
from .parse import Chain, Formula
from .tree import Node, UnreadableError, replace, show
from .worlds import Key, NestedError, UnknownError, Value, World

TOLERANCE = 1e-9
LETTERS = ("i", "j", "k", "l", "s", "r", "p", "q", r"\ell")


class DisplayError(Exception):
    """The display is wrong: the message says where."""


WRONG = (DisplayError, ShapeError, UnknownError, IndexError, ZeroDivisionError, OverflowError)
"""What shows that a formula does not hold."""
UNFIT = (UnreadableError, NestedError)
"""What shows that it was not understood."""

Where = Mapping[str, Callable[[World], Sequence[int]] | Sequence[int]]


@dataclass
class Tally:
    """What was compared, and how closely it agreed."""

    comparisons: int = 0
    entries: int = 0
    worst: float = 0.0
    digits: int | None = None
    """Fewest printed decimals among worked numbers, if there were any."""
    shrinking: bool = False
    """A remainder was examined."""
    worlds: list[str] = field(default_factory=list)


def as_read(formula: Formula, world: World) -> Formula:
    """Return the display as a world of other sizes reads it: ``4`` for ``n_1``, and so on.

    Only printed shapes, upper bounds of sums and ends of ranges are read so; a formula that is
    written out term by term stays what it is.
    """
    if not world.printed_sizes:
        return formula
    chains = [Chain(tuple(_sized(s, world) for s in c.sides), c.relations) for c in formula.chains]
    ranges = [
        n.with_arg(2, _size(n.args[2], world)) if n.op == "span" else n for n in formula.ranges
    ]
    return Formula(chains, ranges)


def _sized(node: Node, world: World) -> Node:
    if not node.children or node.op in {"sym", "num"}:
        return node
    node = Node(node.op, *(_sized(a, world) if isinstance(a, Node) else a for a in node.args))
    if node.op == "shape":
        return Node("shape", node.args[0], *(_size(a, world) for a in node.args[1:]))
    if node.op == "space":
        return Node("space", *(_size(a, world) for a in node.args))
    if node.op == "sum":
        return node.with_arg(2, _size(node.args[2], world))
    return node


def _size(node: Any, world: World) -> Any:
    if isinstance(node, Node) and node.op == "num":
        return world.printed_sizes.get(str(node.args[0]), node)
    if isinstance(node, Node) and node.op in {"add", "sub"}:
        return node.with_arg(0, _size(node.args[0], world))
    return node


Plan = list[list[dict[str, int]]]
"""For every chain, the index values to try."""


def plan(formula: Formula, world: World, where: Where | None = None) -> Plan:
    """List the index values for every chain, and check the ranges that the display states."""
    chosen: dict[str, list[int]] = {
        name: list(values(world) if callable(values) else values)
        for name, values in (where or {}).items()
    }
    stated: dict[str, list[int]] = {}
    for node in formula.ranges:
        name = str(node.args[0])
        if node.op == "span":
            first, last = (integer(c, world, {}) for c in node.children)
            step = 1 if last >= first else -1
            stated[name] = list(range(first, last + step, step))
        else:
            stated[name] = [integer(c, world, {}) for c in node.children]
    out: Plan = []
    used: set[str] = set()
    for chain in formula.chains:
        names = sorted(
            name
            for name in frozenset().union(*(s.free for s in chain.sides))
            if name in LETTERS and not world.knows(name, None)
        )
        used.update(names)
        values: dict[str, list[int]] = {}
        for name in names:
            if name in stated or name in chosen:
                values[name] = stated.get(name) or chosen[name]
        unresolved = [n for n in names if n not in values]
        # sizes may depend on a layer index, which is then stated or chosen already
        trial = {n: v[0] for n, v in values.items()}
        sizes: dict[str, set[int]] = {}
        for side in chain.sides:
            for name, found in index_sizes(side, world, trial).items():
                sizes.setdefault(name, set()).update(found)
        for name in unresolved:
            if len(sizes.get(name, ())) != 1:
                raise DisplayError(
                    f"what does {name} range over? (found {sorted(sizes.get(name, ()))})"
                )
            values[name] = list(range(1, sizes[name].copy().pop() + 1))
        for name in values:
            if (
                name in stated
                and name in sizes
                and any(n.op == "span" and n.args[0] == name for n in formula.ranges)
            ):
                full = set(range(1, max(sizes[name]) + 1))
                if len(sizes[name]) > 1 or set(stated[name]) != full:
                    raise DisplayError(
                        f"{name} is said to run over {stated[name]}, it runs over {sorted(full)}"
                    )
        out.append(
            [
                dict(zip(values, combination, strict=True))
                for combination in itertools.product(*values.values())
            ]
        )
    for name in stated:
        if name not in used:
            raise DisplayError(f"a range is stated for {name}, which occurs nowhere")
    return out


def moving(formula: Formula, world: World) -> frozenset[Key]:
    """Quantities that a differential in the display moves: the given ones under a ``d``."""
    keys = set()
    for chain in formula.chains:
        for side in chain.sides:
            for node in side.walk():
                if node.op == "diff":
                    name, layer, *_ = node.children[0].args
                    number = None if layer is None else integer(layer, world, {})  # type: ignore[arg-type]
                    key = world.key(str(name), number)
                    if key in world.given:
                        keys.add(key)
    return frozenset(keys)


def check(formula: Formula, world: World, envs: Plan, tally: Tally | None = None) -> Tally:
    """Try every relation; raise `DisplayError` at the first that does not hold."""
    tally = tally or Tally()
    for chain, places in zip(formula.chains, envs, strict=True):
        for env in places:
            _check_chain(chain, world, env, tally)
    return tally


def _check_chain(chain: Chain, world: World, env: Env, tally: Tally) -> None:
    if any("order" in side.ops for side in chain.sides):
        _check_remainders(chain, world, env, tally)
        return
    values = [None if s.op == "space" else evaluate(s, world, env) for s in chain.sides]
    rounded = [_decimals(s, world) for s in chain.sides]
    pairs = zip(chain.relations, itertools.pairwise(range(len(values))), strict=True)
    for relation, (left, right) in pairs:
        tally.comparisons += 1
        at = _Place(world, env, chain.sides[left], _SIGN[relation], chain.sides[right])
        if relation == "in":
            _check_space(chain.sides[right], values[left], world, env, at)
            continue
        a, b = values[left], values[right]
        if shape_of(a) != shape_of(b):
            raise ShapeError(f"{at}: {words(shape_of(a))} against {words(shape_of(b))}")
        tally.entries += int(np.size(a))
        if relation in {"=", "approx"}:
            slack = 0.0
            for side in (left, right):
                slack = slack + _slack(chain.sides[side], rounded[side], world, env)
            _compare(a, b, slack, relation, at, tally, bool(rounded[left] or rounded[right]))
        elif not np.all(_HOLDS[relation](np.real(a), np.real(b))):
            raise DisplayError(f"{at} does not hold ({_brief(a)} and {_brief(b)})")
    for side, literals in enumerate(rounded):
        if literals:
            tally.digits = min(
                [_places(n) for n in literals] + ([] if tally.digits is None else [tally.digits])
            )
            for other in range(len(values)):
                if other != side and not rounded[other]:
                    _check_factors(chain.sides[other], chain.sides[side], world, env)


_SIGN = {"=": "=", "approx": "≈", "le": "≤", "ge": "≥", "lt": "<", "gt": ">", "ne": "≠", "in": "∈"}
_HOLDS: dict[str, Callable[[Any, Any], Any]] = {
    "le": lambda a, b: a <= b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "gt": lambda a, b: a > b,
    "ne": lambda a, b: a != b,
}


def _compare(
    a: Value, b: Value, slack: Any, relation: str, at: _Place, tally: Tally, worked: bool
) -> None:
    difference = np.abs(a - b)
    scale = max(1.0, float(np.max(np.abs(a))))
    if not np.all(np.isfinite(difference)):
        raise DisplayError(f"{at}: not a finite number")
    if worked:
        if np.any(difference > slack * (1 + 1e-9) + 1e-12):
            raise DisplayError(f"{at}: {_brief(a)} against {_brief(b)}, more than the digits allow")
        return
    if relation == "approx":
        raise DisplayError(f"{at}: ≈ without worked numbers needs a claim of its own")
    error = float(np.max(difference)) / scale
    if error > TOLERANCE:
        raise DisplayError(f"{at}: {_brief(a)} against {_brief(b)}")
    tally.worst = max(tally.worst, error)


def _check_space(space: Node, value: Value, world: World, env: Env, at: _Place) -> None:
    stated = tuple(integer(c, world, env) for c in space.children) or (1, 1)
    stated = stated if len(stated) == 2 else (stated[0], 1)
    if stated != (shape_of(value) or (1, 1)):
        raise ShapeError(f"{at}: it is {words(shape_of(value))}")


class _Place:
    """Where a comparison stands; spelled out only when something is wrong."""

    def __init__(self, world: World, env: Env, left: Node, sign: str, right: Node) -> None:
        self.parts = world, env, left, sign, right

    def __str__(self) -> str:
        world, env, left, sign, right = self.parts
        return f"{world.title}{_at(env)}: {show(left)} {sign} {show(right)}"


def _at(env: Env) -> str:
    return "".join(f", {name}={value}" for name, value in env.items())


def _brief(value: Value) -> str:
    return np.array2string(np.asarray(value), precision=6, threshold=8).replace("\n", "")


# -- remainders -----------------------------------------------------------------------------------
def _check_remainders(chain: Chain, world: World, env: Env, tally: Tally) -> None:
    r"""``A = B + O(g)``: let what is small shrink, and compare the gap between A and B with g.

    For ``O`` the quotient must stay bounded; for ``o`` it must go to zero. Every side with a
    remainder is compared with the first side that has none.
    """
    if set(chain.relations) != {"="}:
        raise UnreadableError("a remainder stands in an equation")
    if world.small is None:
        raise UnknownError("what is small here? (the claim must say)")
    start = world.get(*world.small)
    shrunk = [world.having({world.small: start * 2.0**-n}) for n in range(7)]
    if "shrunk" not in world.neighbours:
        world.neighbours["shrunk"] = shrunk  # type: ignore[assignment]
    shrunk = world.neighbours["shrunk"]  # type: ignore[assignment]
    split = [_remainder(side) for side in chain.sides]
    exact = next((n for n, (_, order) in enumerate(split) if order is None), None)
    if exact is None:
        raise UnreadableError("one side of an equation with remainders must be exact")
    for other, (_, order) in enumerate(split):
        if other == exact:
            continue
        tally.comparisons += 1
        at = f"{world.title}{_at(env)}: {show(chain.sides[exact])} = {show(chain.sides[other])}"
        quotients = []
        for smaller in shrunk:
            a, b = (evaluate(split[n][0], smaller, env) for n in (exact, other))
            if shape_of(a) != shape_of(b):
                raise ShapeError(f"{at}: {words(shape_of(a))} against {words(shape_of(b))}")
            gap = float(np.max(np.abs(a - b)))
            if order is None:
                if gap > TOLERANCE * max(1.0, float(np.max(np.abs(a)))):
                    raise DisplayError(at)
                continue
            gauge = evaluate(order.children[0], smaller, env)
            if shape_of(gauge) != ():
                raise ShapeError(f"{at}: the gauge of a remainder is a number")
            if gauge == 0:
                raise DisplayError(f"{at}: a remainder of order zero")
            quotients.append(gap / abs(gauge))
        if order is None:
            continue
        strict = order.args[0] == "o"
        tally.entries += len(quotients)
        falling = quotients[-1] < 0.05 * max(quotients[0], 1e-3)
        bounded = quotients[-1] < 1.5 * max(*quotients[:2], 1e-3)
        if not (falling if strict else bounded):
            raise DisplayError(f"{at}: gap over gauge goes {_brief(quotients)}")
        tally.shrinking = True


def _remainder(side: Node) -> tuple[Node, Node | None]:
    if side.op == "add" and side.children[1].op == "order":
        return side.children[0], side.children[1]
    return side, None


# -- worked numbers -------------------------------------------------------------------------------
def _is_decimal(node: Node) -> bool:
    return node.op == "num" and "." in str(node.args[0])


def _places(node: Node) -> int:
    return len(str(node.args[0]).partition(".")[2])


def _decimals(side: Node, world: World) -> list[Node]:
    """Literals that are rounded: decimals that are none of the given numbers."""
    if "num" not in side.ops:
        return []
    found = {n for n in side.walk() if _is_decimal(n)}
    return sorted(
        (n for n in found if abs(float(str(n.args[0]))) not in _given_numbers(world)),
        key=lambda n: str(n.args[0]),
    )


def _given_numbers(world: World) -> set[float]:
    if "given numbers" not in world.neighbours:
        numbers = {
            abs(float(v)) for value in world.given.values() for v in np.ravel(np.real(value))
        }
        world.neighbours["given numbers"] = numbers  # type: ignore[assignment]
    return world.neighbours["given numbers"]  # type: ignore[return-value]


def _half_unit(node: Node) -> float:
    return 0.5 * 10.0 ** -_places(node)


def _slack(side: Node, literals: list[Node], world: World, env: Env) -> Any:
    """How far a side may move when each rounded literal moves by half its last digit."""
    if not literals:
        return 0.0
    value = evaluate(side, world, env)
    total: Any = np.zeros(np.shape(value))
    for literal in literals:
        moved = Node("num", repr(float(str(literal.args[0])) + _half_unit(literal)))
        total = total + np.abs(evaluate(replace(side, literal, moved), world, env) - value)
    return total


def _check_factors(symbols: Node, numbers: Node, world: World, env: Env) -> None:
    """Hold each number to the factor it stands for, where the two sides have one structure."""
    pairs = list(_aligned(symbols, numbers))
    if any(p is None for p in pairs):
        return
    for part, literal in pairs:  # type: ignore[misc]
        value, printed = evaluate(part, world, env), evaluate(literal, world, env)
        number = literal.children[0] if literal.op == "neg" else literal
        if shape_of(value) != () or abs(value - printed) > _half_unit(number) * (1 + 1e-9):
            raise DisplayError(
                f"{world.title}{_at(env)}: {show(literal)} stands for {show(part)}, "
                f"which is {_brief(value)}"
            )


def _aligned(a: Node, b: Node) -> Iterator[tuple[Node, Node] | None]:
    if _is_decimal(b) or (b.op == "neg" and _is_decimal(b.children[0])):
        yield a, b
    elif b.op == "neg" and a.op != "neg" and b.children[0].op == "mul":
        first, second = b.children[0].children  # the sign belongs to the first factor
        yield from _aligned(a, Node("mul", Node("neg", first), second))
    elif a == b or b.op == "num":
        yield from ()
    elif a.op == b.op and len(a.children) == len(b.children) and b.children:
        for x, y in zip(a.children, b.children, strict=True):
            yield from _aligned(x, y)
    else:
        yield None
