r"""A syntax tree and a world make a value; shapes are strict and nothing is broadcast.

Columns are (n, 1), rows (1, n), scalars have no shape; a product that comes out as 1 × 1 is a
scalar. A sum of different shapes, a matrix product that does not fit, an index out of range or a
function of nothing known is an error, and in the ledger an error is a failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .tree import Node, UnreadableError, replace, show, sym
from .worlds import STEP, Key, UnknownError, Value, World


class ShapeError(Exception):
    """Operands whose shapes do not allow the operation."""


Env = Mapping[str, int]
"""Values of the indices that are bound at this place."""


def shape_of(value: Value) -> tuple[int, ...]:
    """Shape of a value; ``()`` for a scalar."""
    return tuple(np.shape(value))


def words(shape: tuple[int, ...]) -> str:
    """A shape in words."""
    return " × ".join(map(str, shape)) if shape else "a scalar"


def evaluate(node: Node, world: World, env: Env) -> Value:
    """Value of a tree; equal trees under equal indices are computed once per world."""
    place = (node, tuple((name, env[name]) for name in sorted(node.free) if name in env))
    if place not in world.memo:
        rule = _RULES.get(node.op)
        if rule is None:
            raise UnreadableError(f"{node.op} cannot stand here")
        world.memo[place] = rule(node, world, env)
    return world.memo[place]


def integer(node: Node, world: World, env: Env) -> int:
    """Value of an index, a layer or a bound."""
    value = evaluate(node, world, env)
    if shape_of(value) != () or np.iscomplexobj(value) or value != int(value):
        raise ShapeError(f"{show(node)} is not an integer")
    return int(value)


def index_sizes(node: Node, world: World, env: Env) -> dict[str, set[int]]:
    """For every free index letter, the sizes of the places it stands in."""
    found: dict[str, set[int]] = {}
    for part in node.walk():
        if part.op == "sym":
            name, layer, sample, *index = part.args
            if sample is not None and isinstance(sample, Node) and sample.op == "sym":
                found.setdefault(str(sample.args[0]), set()).add(len(world.samples))
            if not index:
                continue
            try:
                number = None if layer is None else integer(layer, world, env)  # type: ignore[arg-type]
                shape = shape_of(world.get(*world.key(str(name), number)))
            except (UnknownError, ShapeError):
                continue
            if shape == () and name == "L":
                shape = (len(world.samples), 1)
            for axis, place in enumerate(index):
                if isinstance(place, Node) and place.op == "sym" and len(place.args) == 3:
                    if axis < len(shape):
                        found.setdefault(str(place.args[0]), set()).add(shape[axis])
        elif part.op == "index":
            try:
                shape = shape_of(evaluate(part.children[0], world, env))
            except Exception:
                continue
            for axis, place in enumerate(part.children[1:]):
                if place.op == "sym" and axis < len(shape):
                    found.setdefault(str(place.args[0]), set()).add(shape[axis])
    return found


# -- leaves ---------------------------------------------------------------------------------------
def _num(node: Node, world: World, env: Env) -> Value:
    return float(str(node.args[0]))


def located(node: Node, world: World, env: Env) -> tuple[Key, list[tuple[int, int]] | None, Any]:
    """Where a symbol lives: its key, the entries it names (``None``: a scalar) and their shape."""
    if node.op != "sym":
        raise UnreadableError(f"{show(node)} is not a variable")
    name, layer, _, *index = node.args
    number = None if layer is None else integer(layer, world, env)  # type: ignore[arg-type]
    key = world.key(str(name), number)
    value = world.get(*key)
    shape = shape_of(value)
    numbers = [integer(i, world, env) for i in index]  # type: ignore[arg-type]
    if not numbers:
        return key, (None if shape == () else list(np.ndindex(shape))), shape
    for axis, at in enumerate(numbers):
        if axis >= len(shape) or not 1 <= at <= shape[axis]:
            raise ShapeError(f"{show(node)} with index {at} in {words(shape)}")
    if len(numbers) == 2:
        return key, [(numbers[0] - 1, numbers[1] - 1)], ()
    if shape[1] == 1:
        return key, [(numbers[0] - 1, 0)], ()
    return key, [(numbers[0] - 1, j) for j in range(shape[1])], (1, shape[1])  # a row


def _sym(node: Node, world: World, env: Env) -> Value:
    name, layer, sample, *index = node.args
    if layer is None and sample is None and not index and name in env:
        return env[str(name)]
    if name == "imaginary unit":
        return 1j
    if sample is not None:
        inner = Node("sym", name, layer, None, *index)
        return evaluate(inner, world.sample(integer(sample, world, env)), env)  # type: ignore[arg-type]
    if name == "n" and len(index) == 1 and world.sizes:
        layer_number = integer(index[0], world, env)  # type: ignore[arg-type]
        if not 0 <= layer_number < len(world.sizes):
            raise UnknownError(f"there is no layer {layer_number}")
        return world.sizes[layer_number]
    if name == "L" and len(index) == 1:
        return evaluate(sym("L"), world.sample(integer(index[0], world, env)), env)  # type: ignore[arg-type]
    key, places, shape = located(node, world, env)
    value = world.get(*key)
    if not index:
        return value
    assert places is not None
    if shape == ():
        return value[places[0]]
    return value[places[0][0] : places[0][0] + 1, :]


# -- arithmetic -----------------------------------------------------------------------------------
def _same_shape(node: Node, a: Value, b: Value) -> None:
    if shape_of(a) != shape_of(b):
        raise ShapeError(f"{show(node)}: {words(shape_of(a))} and {words(shape_of(b))}")


def _add(node: Node, world: World, env: Env) -> Value:
    a, b = (evaluate(c, world, env) for c in node.children)
    _same_shape(node, a, b)
    return a + b if node.op == "add" else a - b


def _neg(node: Node, world: World, env: Env) -> Value:
    return -evaluate(node.children[0], world, env)


def product(a: Value, b: Value, what: str = "product") -> Value:
    """Scalar, matrix or inner product, as the shapes say."""
    if shape_of(a) == () or shape_of(b) == ():
        return a * b
    if a.shape[1] != b.shape[0]:
        raise ShapeError(f"{what}: {words(a.shape)} times {words(b.shape)}")
    out = a @ b
    return out[0, 0] if out.shape == (1, 1) else out


def _mul(node: Node, world: World, env: Env) -> Value:
    a, b = (evaluate(c, world, env) for c in node.children)
    return product(a, b, show(node))


def _odot(node: Node, world: World, env: Env) -> Value:
    a, b = (evaluate(c, world, env) for c in node.children)
    if shape_of(a) == ():
        raise ShapeError(f"{show(node)}: a component-by-component product of scalars")
    _same_shape(node, a, b)
    return a * b


def _div(node: Node, world: World, env: Env) -> Value:
    a, b = (evaluate(c, world, env) for c in node.children)
    if shape_of(b) != ():
        raise ShapeError(f"{show(node)}: division by {words(shape_of(b))}")
    if b == 0:
        raise ShapeError(f"{show(node)}: division by zero")
    return a / b


def _pow(node: Node, world: World, env: Env) -> Value:
    a, b = (evaluate(c, world, env) for c in node.children)
    if shape_of(a) != () or shape_of(b) != ():
        raise ShapeError(f"{show(node)}: a power of {words(shape_of(a))}")
    return a ** (int(b) if b == int(np.real(b)) else b)


def _transpose(node: Node, world: World, env: Env) -> Value:
    a = evaluate(node.children[0], world, env)
    if shape_of(a) == ():
        raise ShapeError(f"{show(node)}: a scalar has no transpose here")
    return a.T  # never the conjugate: the oracle lives in imaginary parts


def _norm(node: Node, world: World, env: Env) -> Value:
    a = evaluate(node.children[0], world, env)
    if shape_of(a) == ():
        raise ShapeError(f"{show(node)}: the norm of a scalar")
    return np.sqrt(np.sum(a * a))


def _abs(node: Node, world: World, env: Env) -> Value:
    a = evaluate(node.children[0], world, env)
    if shape_of(a) != () or np.iscomplexobj(a):
        raise ShapeError(f"{show(node)}: the absolute value of {words(shape_of(a))}")
    return abs(a)


def _inner(node: Node, world: World, env: Env) -> Value:
    a, b = (evaluate(c, world, env) for c in node.children)
    _same_shape(node, a, b)
    return np.sum(a * b) if shape_of(a) else a * b


def _index(node: Node, world: World, env: Env) -> Value:
    value = evaluate(node.children[0], world, env)
    shape = shape_of(value)
    at = [integer(c, world, env) for c in node.children[1:]]
    if len(at) == 1 and len(shape) == 2 and shape[1] == 1:
        at.append(1)
    if len(at) != len(shape) or any(not 1 <= i <= n for i, n in zip(at, shape, strict=True)):
        raise ShapeError(f"{show(node)} in {words(shape)}")
    return value[tuple(i - 1 for i in at)]


# -- functions ------------------------------------------------------------------------------------
def _call(node: Node, world: World, env: Env) -> Value:
    name, prime, layer, *arguments = node.args
    function = world.functions.get(f"{name}{prime}")
    if function is None:
        raise UnknownError(f"the function {name}{prime} means nothing here")
    number = None if layer is None else integer(layer, world, env)  # type: ignore[arg-type]
    values = [evaluate(a, world, env) for a in arguments]  # type: ignore[arg-type]
    try:
        return function(world, number, *values)
    except (ValueError, TypeError) as problem:  # of NumPy, or of a wrong number of arguments
        raise ShapeError(f"{show(node)}: {problem}") from None


_ELEMENTARY = {
    "exp": np.exp,
    "log": np.log,
    "ln": np.log,
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "sqrt": np.sqrt,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "Im": np.imag,
    "Re": np.real,
}


def _fn(node: Node, world: World, env: Env) -> Value:
    name = str(node.args[0])
    a = evaluate(node.children[0], world, env)
    if name == "diag":
        if len(shape_of(a)) != 2 or a.shape[1] != 1:
            raise ShapeError(f"{show(node)}: diag of {words(shape_of(a))}")
        return np.diag(a[:, 0])
    if name in world.functions:
        return world.functions[name](world, None, a)
    if name not in _ELEMENTARY or shape_of(a) != ():
        raise ShapeError(f"{show(node)}: {name} of {words(shape_of(a))}")
    return _ELEMENTARY[name](a)


# -- sums, derivatives ----------------------------------------------------------------------------
def _sum(node: Node, world: World, env: Env) -> Value:
    variable, low, high, body = node.args
    assert isinstance(body, Node)
    if low is None:
        sizes = index_sizes(body, world, env).get(str(variable), set())
        if len(sizes) != 1:
            raise ShapeError(f"{show(node)}: {variable} ranges over {sorted(sizes) or 'nothing'}")
        first, last = 1, sizes.pop()
    else:
        first, last = integer(low, world, env), integer(high, world, env)  # type: ignore[arg-type]
        # a sum that stops short of the last entry, or runs past it, is an error of its own
    total = None
    for value in range(first, last + 1):
        term = evaluate(body, world, {**env, str(variable): value})
        if total is None:
            total = term
        else:
            _same_shape(node, total, term)
            total = total + term
    if total is None:
        raise ShapeError(f"{show(node)}: an empty sum")
    return total


def _ellipsis(node: Node, world: World, env: Env) -> Value:
    total: Value = 0.0
    for term in filled(list(node.children)[:-1], node.children[-1], world, env):
        total = total + evaluate(term, world, env)
    return total


def filled(first: list[Node], last: Node, world: World, env: Env) -> list[Node]:
    r"""Terms ``a_1, a_2, \dots, a_n``: everywhere the ends differ, the index runs."""
    start = first[0]
    differing = set(_differences(start, last))
    ends = {(evaluate(a, world, env), evaluate(b, world, env)) for a, b in differing}
    if len(ends) != 1:
        raise UnreadableError("dots between terms that differ in more than one running index")
    low, high = (int(v) for v in ends.pop())
    out = [_running(start, last, value) for value in range(low, high + 1)]
    for given, made in zip(first, out, strict=False):
        if evaluate(given, world, env) is not evaluate(made, world, env) and not np.array_equal(
            evaluate(given, world, env), evaluate(made, world, env)
        ):
            raise ShapeError(f"the dots do not continue {show(given)}")
    return out


def _alike(a: Node, b: Node) -> bool:
    """Whether the ends of a row of dots are to be compared part by part."""
    if a.op != b.op or len(a.args) != len(b.args):
        return False
    return a.args[0] == b.args[0] and len(a.args) > 3 if a.op == "sym" else a.op != "num"


def _differences(a: Node, b: Node) -> list[tuple[Node, Node]]:
    if a == b:
        return []
    if not _alike(a, b):
        return [(a, b)]
    return [
        pair
        for x, y in zip(a.args, b.args, strict=True)
        if isinstance(x, Node) and isinstance(y, Node)
        for pair in _differences(x, y)
    ]


def _running(a: Node, b: Node, value: int) -> Node:
    """Return the term between the ends, with its value wherever they differ."""
    if a == b:
        return a
    if not _alike(a, b):
        return Node("num", str(value))
    parts = zip(a.args, b.args, strict=True)
    return Node(
        a.op,
        *(
            _running(x, y, value) if isinstance(x, Node) and isinstance(y, Node) else x
            for x, y in parts
        ),
    )


def _partial(node: Node, world: World, env: Env) -> Value:
    quantity, variable = node.children
    key, places, shape = located(variable, world, env)
    if places is not None and len(places) == 1 and shape == ():
        return world.derivative(lambda w: evaluate(quantity, w, env), key, places[0])
    if places is None:
        return world.derivative(lambda w: evaluate(quantity, w, env), key, None)
    above = shape_of(evaluate(quantity, world, env))
    if len(above) == 2 and above[1] == 1 and len(shape) == 2 and shape[1] == 1:  # a Jacobian
        columns = [world.derivative(lambda w: evaluate(quantity, w, env), key, p) for p in places]
        return np.hstack(columns)
    raise ShapeError(f"{show(node)}: {words(above)} by {words(shape)}; a gradient is written ∇")


def _grad(node: Node, world: World, env: Env) -> Value:
    variable, quantity = node.args
    assert isinstance(quantity, Node)
    if variable is None:
        if world.base is None:
            raise UnknownError(r"\nabla without a subscript means nothing here")
        key = world.base
        shape = shape_of(world.get(*key))
        places: list[tuple[int, int]] | None = list(np.ndindex(shape)) if shape else None
    else:
        assert isinstance(variable, Node)
        key, places, shape = located(variable, world, env)
    if shape_of(evaluate(quantity, world, env)) != ():
        raise ShapeError(f"{show(node)}: the gradient of something that is not a scalar")
    if places is None or shape == ():
        raise ShapeError(f"{show(node)}: the gradient by a scalar is written ∂")
    entries = [world.derivative(lambda w: evaluate(quantity, w, env), key, p) for p in places]
    return np.array(entries, float).reshape(shape)


def _order(node: Node, world: World, env: Env) -> Value:
    raise UnreadableError("a remainder has no value; it stands alone at the end of a side")


def _diff(node: Node, world: World, env: Env) -> Value:
    return np.imag(evaluate(node.children[0], world.drifting(), env)) / STEP


# -- arrangements ---------------------------------------------------------------------------------
def _matrix(node: Node, world: World, env: Env) -> Value:
    rows = [list(r.children) for r in node.children]
    rows = [_without_dots(row, world, env) for row in rows if not _all_dots(row)]
    marks = [i for i, r in enumerate(node.children) if _all_dots(list(r.children))]
    if len(marks) == 1:  # a \vdots row: columns run from the row above it to the last
        at = marks[0]
        if at != len(rows) - 1:
            raise UnreadableError("one row of dots, before the last row")
        columns = [
            filled([r[c] for r in rows[:at]], rows[-1][c], world, env) for c in range(len(rows[0]))
        ]
        rows = [list(row) for row in zip(*columns, strict=True)]
    elif marks:
        raise UnreadableError("several rows of dots")
    if len({len(row) for row in rows}) != 1:
        raise ShapeError("rows of different length")
    blocks = [[np.atleast_2d(evaluate(c, world, env)) for c in row] for row in rows]
    try:
        return np.block(blocks)
    except ValueError as problem:
        raise ShapeError(f"{show(node)}: {problem}") from None


def _all_dots(row: list[Node]) -> bool:
    return all(c.op == "dots" for c in row) and bool(row)


def _without_dots(row: list[Node], world: World, env: Env) -> list[Node]:
    marks = [i for i, c in enumerate(row) if c.op == "dots"]
    if not marks:
        return row
    if len(marks) > 1 or marks[0] != len(row) - 2:
        raise UnreadableError("one set of dots, before the last entry")
    return filled(row[: marks[0]], row[-1], world, env)


def holds(condition: Node, world: World, env: Env) -> bool:
    """Whether the condition of a case holds."""
    relation, left, right = condition.args
    a, b = (integer(c, world, env) for c in (left, right))  # type: ignore[arg-type]
    return {"=": a == b, "ne": a != b, "lt": a < b, "gt": a > b, "le": a <= b, "ge": a >= b}[
        str(relation)
    ]


def _cases(node: Node, world: World, env: Env) -> Value:
    for case in node.children:
        value, *conditions = case.children
        if not conditions or any(holds(c, world, env) for c in conditions):
            return evaluate(value, world, env)
    raise ShapeError(f"{show(node)}: no case applies")


def _shape(node: Node, world: World, env: Env) -> Value:
    expression, rows, columns = node.children
    value = evaluate(expression, world, env)
    stated = (integer(rows, world, env), integer(columns, world, env))
    actual = shape_of(value) or (1, 1)
    if stated != actual:
        raise ShapeError(
            f"{show(expression)} is {words(shape_of(value))}, not {words(stated)} as stated"
        )
    return value


def _named(node: Node, world: World, env: Env) -> Value:
    value, name = (evaluate(c, world, env) for c in node.children)
    _same_shape(node, value, name)
    if np.max(np.abs(value - name)) > 1e-9 * max(1.0, float(np.max(np.abs(value)))):
        raise ShapeError(f"what stands under {show(node.children[0])} is not its value")
    return value


_RULES = {
    "num": _num,
    "sym": _sym,
    "add": _add,
    "sub": _add,
    "neg": _neg,
    "mul": _mul,
    "odot": _odot,
    "div": _div,
    "pow": _pow,
    "T": _transpose,
    "norm": _norm,
    "abs": _abs,
    "inner": _inner,
    "index": _index,
    "call": _call,
    "fn": _fn,
    "sum": _sum,
    "ellipsis": _ellipsis,
    "partial": _partial,
    "grad": _grad,
    "diff": _diff,
    "order": _order,
    "matrix": _matrix,
    "cases": _cases,
    "shape": _shape,
    "named": _named,
}

__all__ = ["Env", "ShapeError", "evaluate", "index_sizes", "integer", "replace", "shape_of"]
