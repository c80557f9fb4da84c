r"""The wrong formulas next to a right one.

Each mutant differs from the display in one place of its syntax tree: a sign, a factor 2, a lost
factor, a transpose, ``\odot`` for a product or the reverse, two factors exchanged, an index, a
layer, :math:`f` for :math:`f'`, the first or last term of a sum, the printed shape, the last digit
of a worked number. Changes that cannot alter the value whatever the formula says are not made: the
sign under an even power, the exchange of two scalars, the double of zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .parse import Chain, Formula
from .tree import Node, num, show, sym
from .worlds import World


class Mutant(NamedTuple):
    """One changed place, and the display with it."""

    what: str
    formula: Formula
    in_range: bool
    """The change is in a stated range (``i=1,\\dots,4``)."""


Shapes = Mapping[Node, tuple[int, ...]]


def mutants(formula: Formula, world: World, shapes: Shapes, scope: list[set[str]]) -> list[Mutant]:
    """All mutants of a display; `scope` holds the index letters of each chain."""
    out: list[Mutant] = []
    seen = set()
    for c, chain in enumerate(formula.chains):
        changer = _Changer(world, shapes)
        for s, side in enumerate(chain.sides):
            for what, new in changer.changes(side, frozenset(scope[c]), additive=True):
                if (c, s, new) in seen or new == side:
                    continue
                seen.add((c, s, new))
                sides = (*chain.sides[:s], new, *chain.sides[s + 1 :])
                chains = list(formula.chains)
                chains[c] = Chain(sides, chain.relations)
                out.append(Mutant(what, Formula(chains, formula.ranges), False))
    for r, node in enumerate(formula.ranges):
        for position, bound in enumerate(node.args):
            if isinstance(bound, Node):
                less = (
                    num(int(str(bound.args[0])) + 1)
                    if bound.op == "num" and position == 1
                    else (Node("sub", bound, num(1)))
                )
                new = node.with_arg(position, less)
                ranges = [*formula.ranges[:r], new, *formula.ranges[r + 1 :]]
                out.append(
                    Mutant(f"{show(node)} → {show(new)}", Formula(formula.chains, ranges), True)
                )
    return out


Change = tuple[str, Node]


class _Changer:
    def __init__(self, world: World, shapes: Shapes) -> None:
        self.world = world
        self.shapes = shapes

    def scalar(self, node: Node) -> bool:
        return self.shapes.get(node, ()) == ()

    def changes(
        self, node: Node, scope: frozenset[str], additive: bool = False, even: bool = False
    ) -> Iterator[Change]:
        """Changes at this node, then below it.

        `additive`: the node is a side, a summand or an argument, so that its sign and its scale are
        its own; `even`: it stands under an even power, which hides its sign.
        """
        for new in self.here(node, scope):
            yield _what(node, new), new
        if additive and not _is_zero(node) and node.op not in {"space", "dots", "order", "when"}:
            if not even:
                new = node.children[0] if node.op == "neg" else Node("neg", node)
                yield f"{show(node)} → {show(new)}", new
            doubled = Node("mul", num(2), node)
            yield f"{show(node)} → {show(doubled)}", doubled
        for position, child in enumerate(node.args):
            if not isinstance(child, Node) or not self.enters(node, position):
                continue
            inner = scope | {str(node.args[0])} if node.op == "sum" else scope
            summand = node.op in {"add", "sub", "call", "fn", "row", "case", "ellipsis"} or (
                node.op in {"inner", "named"}
            )
            under_even = node.op == "norm" or (
                node.op == "pow" and position == 0 and show(node.args[1]) in {"2", "4"}
            )
            for what, new in self.changes(
                child,
                inner,
                additive=summand or under_even,
                even=under_even or (even and node.op == "shape"),
            ):
                yield what, node.with_arg(position, new)

    def enters(self, node: Node, position: int) -> bool:
        """Whether a child is an expression of its own; indices, layers and bounds are none."""
        if node.op == "sym":
            return False
        if node.op == "call":
            return position >= 3
        if node.op in {"partial", "grad", "diff"} and position == (node.op == "partial"):
            return False  # the variable
        if node.op == "sum":
            return position == 3
        if node.op == "index" or node.op == "shape":
            return position == 0
        if node.op in {"when", "dots", "space", "order"}:
            return False
        return not (node.op == "pow" and position == 1 and node.children[1].op == "num")

    def here(self, node: Node, scope: frozenset[str]) -> Iterator[Node]:
        a = node.args
        match node.op:
            case "num":
                yield from _digits(str(a[0]))
            case "sym":
                yield from self.symbol(node, scope)
                if not self.scalar(node):
                    yield Node("T", node)
            case "call":
                name, prime, layer, *arguments = a
                if len(arguments) == 1:
                    if f"{name}{'' if prime else chr(39)}" in self.world.functions:
                        yield Node("call", name, "" if prime else "'", layer, *arguments)
                    assert isinstance(arguments[0], Node)
                    yield arguments[0]
                if isinstance(layer, Node):
                    yield from (node.with_arg(2, n) for n in _shifted(layer))
            case "fn":
                yield node.children[0]
            case "order":  # a stronger claim must fail; a weaker one would be true
                (gauge,) = node.children
                if gauge.op == "pow" and gauge.children[1].op == "num":
                    higher = num(int(str(gauge.children[1].args[0])) + 1)
                    yield Node("order", a[0], Node("pow", gauge.children[0], higher))
                else:
                    yield Node("order", a[0], Node("pow", gauge, num(2)))
                yield num(0)
            case "add" | "sub":
                left, right = node.children
                if right.op == "order":
                    return  # its sign and its loss are covered by the remainder's own mutants
                if not _is_zero(right):
                    yield Node("sub" if node.op == "add" else "add", left, right)
                    yield left
                if not _is_zero(left):
                    yield right
            case "mul":
                left, right = node.children
                if not _is_one(right):
                    yield left
                if not _is_one(left):
                    yield right
                if not (self.scalar(left) or self.scalar(right)):
                    yield Node("mul", right, left)
                    yield Node("odot", left, right)
            case "odot":
                left, right = node.children
                yield from (left, right, Node("mul", left, right))
            case "div":
                top, bottom = node.children
                if not _is_one(bottom):
                    yield top
                if not _is_one(top):
                    yield bottom
            case "pow":
                base, exponent = node.children
                yield base
                if exponent.op == "num":
                    yield Node("pow", base, num(int(float(str(exponent.args[0]))) + 1))
            case "T":
                yield node.children[0]
            case "norm" | "abs" | "neg":
                if node.op != "neg":
                    yield node.children[0]
            case "inner":
                yield from node.children
            case "sum":
                variable, low, high, body = a
                if isinstance(low, Node) and isinstance(high, Node):
                    yield Node("sum", variable, Node("add", low, num(1)), high, body)
                    yield Node("sum", variable, low, Node("sub", high, num(1)), body)
            case "partial":
                quantity, variable = node.children
                for new in self.symbol(variable, scope):
                    yield Node("partial", quantity, new)
            case "grad":
                if isinstance(a[0], Node):
                    for new in self.symbol(a[0], scope):
                        yield node.with_arg(0, new)
            case "index":
                value, *places = node.children
                for new in _indices(tuple(places), scope):
                    yield Node("index", value, *new)
            case "matrix":
                for p in range(len(node.children) - 1):
                    rows = list(node.children)
                    rows[p], rows[p + 1] = rows[p + 1], rows[p]
                    if rows != list(node.children):
                        yield Node("matrix", *rows)
                if len(node.children) == 1 and len(node.children[0].children) > 1:
                    first, second, *rest = node.children[0].children
                    if first != second:
                        yield Node("matrix", Node("row", second, first, *rest))
            case "cases":
                for p in range(len(node.children) - 1):
                    one, other = node.children[p], node.children[p + 1]
                    new = list(node.children)
                    new[p] = one.with_arg(0, other.args[0])
                    new[p + 1] = other.with_arg(0, one.args[0])
                    if new != list(node.children):
                        yield Node("cases", *new)
            case "shape":
                expression, rows_, columns = node.children
                if rows_ != columns:
                    yield Node("shape", expression, columns, rows_)
                else:
                    yield Node("shape", expression, rows_, Node("add", columns, num(1)))
            case "space":
                if len(node.children) == 2 and node.children[0] != node.children[1]:
                    yield Node("space", node.children[1], node.children[0])
                elif node.children:
                    yield node.with_arg(0, Node("add", node.children[0], num(1)))

    def symbol(self, node: Node, scope: frozenset[str]) -> Iterator[Node]:
        """Another layer, another index, the indices exchanged."""
        if node.op != "sym":
            return
        name, layer, sample, *index = node.args
        if isinstance(layer, Node):
            for new in _shifted(layer):
                if new.op != "num" or self.exists(str(name), int(str(new.args[0]))):
                    yield sym(str(name), new, sample, *index)  # type: ignore[arg-type]
        if isinstance(sample, Node) and sample.op == "num":
            yield sym(str(name), layer, num(int(str(sample.args[0])) + 1), *index)  # type: ignore[arg-type]
        for places in _indices(tuple(index), scope):  # type: ignore[arg-type]
            yield sym(str(name), layer, sample, *places)  # type: ignore[arg-type]
        if not index and layer is None and sample is None and name in scope and len(scope) > 1:
            yield from (sym(other) for other in sorted(scope - {str(name)}))

    def exists(self, name: str, layer: int) -> bool:
        try:
            self.world.get(*self.world.key(name, layer))
        except Exception:
            return False
        return True


def _what(old: Node, new: Node) -> str:
    """Name a change as briefly as it can be."""
    if old.op in {"mul", "odot", "add", "sub"} and new in old.children:
        lost = old.children[1] if new == old.children[0] else old.children[0]
        return f"{show(lost)} → {1 if old.op in {'mul', 'odot'} else 0}"
    return f"{show(old)} → {show(new)}"


def _shifted(layer: Node) -> list[Node]:
    if layer.op == "num":
        number = int(str(layer.args[0]))
        return [num(n) for n in (number - 1, number + 1) if n >= 0]
    if layer.op in {"add", "sub"}:
        return [layer.children[0]]
    return [Node("sub", layer, num(1)), Node("add", layer, num(1))]


def _indices(places: tuple[Node, ...], scope: frozenset[str]) -> Iterator[tuple[Node, ...]]:
    if len(places) == 2 and places[0] != places[1]:
        yield places[::-1]
    for p, place in enumerate(places):
        others: list[Node] = []
        if place.op == "num":
            number = int(str(place.args[0]))
            others = [num(n) for n in (number - 1, number + 1) if n >= 1]
        elif place.op == "sym":
            others = [sym(s) for s in sorted(scope - {str(place.args[0])})]
        else:
            others = [place.children[0]] if place.children else []
        for other in others:
            yield (*places[:p], other, *places[p + 1 :])


def _digits(text: str) -> Iterator[Node]:
    """A literal with its last printed digit one higher, and one lower."""
    places = len(text.partition(".")[2])
    for step in (1, -1):
        new = float(text) + step * 10.0**-places
        if new > 0 and (places or step > 0):
            yield num(f"{new:.{places}f}")


def _is_zero(node: Node) -> bool:
    return node.op == "num" and float(str(node.args[0])) == 0


def _is_one(node: Node) -> bool:
    return node.op == "num" and float(str(node.args[0])) == 1
