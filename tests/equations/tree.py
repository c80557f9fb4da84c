"""The syntax tree of a formula: one immutable node type, and its printing as LaTeX."""

from __future__ import annotations

from collections.abc import Iterator


class UnreadableError(Exception):
    """The display uses something outside the book's LaTeX subset."""


class Node:
    """One operation with its operands.

    `args` holds nodes, strings and ``None``; two nodes are equal when operation and operands are.

    ======== ============================================ =========================================
    op       args                                         meaning
    ======== ============================================ =========================================
    num      text                                         a literal, kept as it was printed
    sym      name, layer, sample, index node, …           ``w^{(2)}_{ij}``, ``x^{[s]}``, ``L``
    index    value, index node, …                         ``(…)_{ij}``
    call     name, prime, layer, argument, …              ``f'^{(l)}(u)``
    fn       name, argument                               ``\\exp``, ``\\operatorname{diag}`` …
    add sub mul odot div pow                              two operands
    neg T norm abs shape-free                             one operand
    inner    a, b                                         ``\\langle a, b\\rangle``
    sum      variable, low, high, body                    low and high ``None``: over every value
    partial  numerator, denominator                       ``\\partial A/\\partial v``
    grad     variable or None, operand                    ``\\nabla_v A``
    diff     symbol                                       ``dL``, ``dx``
    order    o or O, gauge                                ``O(\\varepsilon^2)``
    named    expression, expression                       ``\\underset{\\delta}{…}``
    matrix   row, …  (op row: entry, …)                   ``pmatrix``; ``(a, b)`` is one row
    cases    case, …  (op case: value, condition, …)      condition: a range node or nothing
    shape    expression, rows, columns                    ``\\underset{2\\times 4}{…}``
    range    variable, value, …                           ``i=1``; ``i=1,2``
    span     variable, low, high                          ``i=1,\\dots,4``
    ======== ============================================ =========================================
    """

    __slots__ = ("_hash", "args", "free", "op", "ops")

    def __init__(self, op: str, *args: Node | str | None) -> None:
        self.op = op
        self.args = args
        self._hash = hash((op, args))
        self.free = _free_names(op, args)
        self.ops = frozenset({op}).union(*(a.ops for a in args if isinstance(a, Node)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Node)
            and self._hash == other._hash
            and self.op == other.op
            and self.args == other.args
        )

    def __repr__(self) -> str:
        return f"Node({', '.join([repr(self.op), *map(repr, self.args)])})"

    @property
    def children(self) -> tuple[Node, ...]:
        """The operands that are nodes."""
        return tuple(a for a in self.args if isinstance(a, Node))

    def with_arg(self, position: int, new: Node | str | None) -> Node:
        """Return the same operation with one operand replaced."""
        return Node(self.op, *self.args[:position], new, *self.args[position + 1 :])

    def walk(self) -> Iterator[Node]:
        """Yield this node and everything below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def _free_names(op: str, args: tuple[Node | str | None, ...]) -> frozenset[str]:
    """Names that may be bound to an index: plain single letters without layer or index."""
    names: frozenset[str] = frozenset()
    for arg in args:
        if isinstance(arg, Node):
            names |= arg.free
    if op == "sym" and len(args) == 3 and args[1] is None and args[2] is None:
        names |= {str(args[0])}
    if op == "sum":
        names -= {str(args[0])}
    return names


def num(value: int | str) -> Node:
    """A literal."""
    return Node("num", str(value))


def sym(name: str, layer: Node | None = None, sample: Node | None = None, *index: Node) -> Node:
    """A symbol with its decorations."""
    return Node("sym", name, layer, sample, *index)


def replace(node: Node, old: Node, new: Node) -> Node:
    """Return `node` with every occurrence of `old` replaced."""
    if node == old:
        return new
    if not node.children:
        return node
    return Node(node.op, *(replace(a, old, new) if isinstance(a, Node) else a for a in node.args))


_INFIX = {"add": " + ", "sub": " - ", "mul": r"\,", "odot": r" \odot "}
_TIGHT = {
    "num",
    "sym",
    "call",
    "fn",
    "T",
    "norm",
    "abs",
    "inner",
    "matrix",
    "partial",
    "index",
    "div",
    "cases",
    "shape",
    "pow",
    "order",
}


def _wrapped(node: Node) -> str:
    return show(node) if node.op in _TIGHT else f"({show(node)})"


def show(node: Node | str | None) -> str:
    """Print a tree as LaTeX (for messages; not necessarily as it was typed)."""
    if node is None:
        return ""
    if isinstance(node, str):
        return node
    a = node.args
    match node.op:
        case "num":
            return str(a[0])
        case "sym":
            name, layer, sample, *index = a
            name = str(name)
            out = "\\bar " + name[4:] if name.startswith("bar ") else name
            if layer is not None:
                out += f"^{{({show(layer)})}}"
            if sample is not None:
                out += f"^{{[{show(sample)}]}}"
            if index:
                simple = all(len(show(i)) == 1 for i in index)
                out += "_{" + ("" if simple else ",").join(show(i) for i in index) + "}"
            return out
        case "index":
            return f"({show(a[0])})_{{{','.join(show(i) for i in a[1:])}}}"
        case "call":
            name, prime, layer, *arguments = a
            up = f"^{{({show(layer)})}}" if layer is not None else ""
            return f"{name}{prime}{up}({', '.join(show(x) for x in arguments)})"
        case "fn":
            return f"\\operatorname{{{a[0]}}}({show(a[1])})"
        case "add" | "sub":
            right = a[1]
            assert isinstance(right, Node)
            tail = f"({show(right)})" if right.op in {"add", "sub", "neg"} else show(right)
            return show(a[0]) + _INFIX[node.op] + tail
        case "mul" | "odot":
            return _INFIX[node.op].join(
                show(c) if c.op == node.op == "mul" else _wrapped(c) for c in node.children
            )
        case "div":
            return f"\\frac{{{show(a[0])}}}{{{show(a[1])}}}"
        case "pow":
            return f"{_wrapped(node.children[0])}^{{{show(a[1])}}}"
        case "neg":
            child = node.children[0]
            return "-" + (f"({show(child)})" if child.op in {"add", "sub", "neg"} else show(child))
        case "T":
            return f"{_wrapped(node.children[0])}^\\top"
        case "norm":
            return f"\\lVert {show(a[0])}\\rVert"
        case "abs":
            return f"\\lvert {show(a[0])}\\rvert"
        case "inner":
            return f"\\langle {show(a[0])}, {show(a[1])}\\rangle"
        case "sum":
            bounds = (
                f"_{{{a[0]}}}" if a[1] is None else f"_{{{a[0]}={show(a[1])}}}^{{{show(a[2])}}}"
            )
            return f"\\sum{bounds} {_wrapped_sum(node.children[-1])}"
        case "partial":
            return f"\\frac{{\\partial {_wrapped(node.children[0])}}}{{\\partial {show(a[1])}}}"
        case "grad":
            sub = f"_{{{show(a[0])}}}" if a[0] is not None else ""
            return f"\\nabla{sub} {_wrapped(node.children[-1])}"
        case "diff":
            return f"d{show(a[0])}"
        case "order":
            return f"{a[0]}({show(a[1])})"
        case "matrix":
            return "\\begin{pmatrix}" + r" \\ ".join(show(r) for r in a) + "\\end{pmatrix}"
        case "row" | "case":
            return " & ".join(show(c) for c in a)
        case "cases":
            return "\\begin{cases}" + r" \\ ".join(show(r) for r in a) + "\\end{cases}"
        case "when":
            sign = {"ne": r"\ne ", "le": r"\le ", "ge": r"\ge ", "lt": "<", "gt": ">"}
            return f"{show(a[1])}{sign.get(str(a[0]), '=')}{show(a[2])}"
        case "shape":
            return f"\\underset{{{show(a[1])}\\times {show(a[2])}}}{{{show(a[0])}}}"
        case "range":
            return f"{a[0]}={','.join(show(v) for v in a[1:])}"
        case "span":
            return f"{a[0]}={show(a[1])},\\dots,{show(a[2])}"
    return f"{node.op}({', '.join(show(x) for x in a)})"


def _wrapped_sum(body: Node) -> str:
    return f"({show(body)})" if body.op in {"add", "sub"} else show(body)
