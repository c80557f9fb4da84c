"""Solutions changed on their syntax tree: every change is caught, or is none and says why.

The mutants are made from the solution in the exercises' source, so that they are near misses of the
very answer a learner would type. Those that are right answers are listed in `chapter_NN.py`, by the
lines that they change.
"""

import ast
import contextlib
import copy
import difflib
import importlib
import io

import numpy as np
import pytest

from backprop.check import _code
from tests.exercises.places import EXERCISES, SOURCES, solution_cells

EQUIVALENT = {
    name: group
    for source in SOURCES
    if (source.parents[2] / "tests" / "exercises" / f"chapter_{source.stem[:2]}.py").exists()
    for name, group in importlib.import_module(
        f"tests.exercises.chapter_{source.stem[:2]}"
    ).EQUIVALENT.items()
}

SWAPS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Div, ast.MatMult),
    ast.MatMult: (ast.Mult, ast.Add),
}


def formulas(text):
    """Return the mutants of a text that is a formula."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return []
    return list(mutants(tree, names_in(tree))) if isinstance(tree.body, ast.BinOp) else []


def changes(node, names):
    """Yield each way in which one node can be changed."""
    if isinstance(node, ast.BinOp):
        for other in SWAPS.get(type(node.op), ()):
            yield ast.BinOp(node.left, other(), node.right)
        yield node.left
        yield node.right
        if not isinstance(node.op, ast.Add | ast.Mult):
            yield ast.BinOp(node.right, node.op, node.left)
        yield ast.UnaryOp(ast.USub(), node)
        yield ast.BinOp(ast.Constant(2), ast.Mult(), node)
    elif isinstance(node, ast.Call) and node.args:
        yield node.args[0]
        yield ast.Call(node.func, [node], [])
        yield ast.UnaryOp(ast.USub(), node)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in names:
            if other != node.id:
                yield ast.Name(other, ast.Load())
        if node.id.startswith("W"):
            yield ast.Attribute(node, "T", ast.Load())
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        for other in {0, 1, 2} - {node.value}:
            yield ast.Constant(other)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        for text in formulas(node.value):
            yield ast.Constant(text)
    elif isinstance(node, ast.Tuple) and len(node.elts) > 1:
        for i in range(len(node.elts)):
            yield ast.Tuple([*node.elts[:i], *node.elts[i + 1 :]], ast.Load())
            for j in range(i):
                swapped = list(node.elts)
                swapped[i], swapped[j] = swapped[j], swapped[i]
                yield ast.Tuple(swapped, ast.Load())


class Replace(ast.NodeTransformer):
    """Replace the node that stands at one place in the order of `ast.walk`."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


def mutants(tree, names):
    """Yield the texts of all mutants, one change each; a statement may also be dropped."""
    original = ast.unparse(tree)
    seen = {original}
    count = len(list(ast.walk(tree)))
    for place in range(count):
        for number in range(100):
            fresh = copy.deepcopy(tree)
            node = list(ast.walk(fresh))[place]
            options = list(changes(node, names))
            if number >= len(options):
                break
            text = ast.unparse(
                ast.fix_missing_locations(Replace(node, options[number]).visit(fresh))
            )
            if text not in seen:
                seen.add(text)
                yield text


def names_in(tree):
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    return sorted((read | {a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)}) - {"np"})


def change(original, mutant):
    """Return the lines in which a mutant differs: what is new in it, or else what is gone."""
    lines = list(difflib.ndiff(original.splitlines(), mutant.splitlines()))
    new = [line[2:].strip() for line in lines if line.startswith("+ ")]
    return "\n".join(new) or "without: " + "\n".join(
        line[2:].strip() for line in lines if line.startswith("- ")
    )


@pytest.fixture
def prepared(request):
    """Return the names a learner's notebook has when the exercise's answer is typed."""
    space = {}
    with np.printoptions(), contextlib.redirect_stdout(io.StringIO()):
        exec(solution_cells(request.param)[0], space)
    return request.param, space


def fresh(space):
    return {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in space.items()}


@pytest.mark.slow
@pytest.mark.parametrize("prepared", EXERCISES, indirect=True, ids=str)
def test_every_mutant_of_a_solution_is_caught_or_equivalent(prepared, monkeypatch):
    name, space = prepared
    monkeypatch.setattr(_code, "SECONDS", 0.5)
    _, text, given = solution_cells(name)
    tree = ast.parse(text)
    original = ast.unparse(tree)
    known = EQUIVALENT.get(name, {})
    statuses = {}
    for mutant in [original, *mutants(tree, names_in(tree))]:
        names = fresh(space)
        try:
            with np.errstate(all="ignore"):
                exec(mutant, names)
                answer = eval(given, names)
                statuses[change(original, mutant)] = EXERCISES[name].diagnose(answer).status
        except Exception:
            continue  # the learner's own cell fails, before any check
    assert statuses.pop("without: ") == "right", "the solution itself"
    alive = {changed for changed, status in statuses.items() if status == "right"}
    assert alive - set(known) == set(), "not caught, and not listed as equivalent"
    assert set(known) - alive == set(), "listed as equivalent, and caught or no mutant"
    assert all(known.values()), "say why"
    if EXERCISES[name].kind == "code":
        assert statuses


def test_there_are_mutants_enough():
    for name in ("forward", "dL_dw1"):
        tree = ast.parse(solution_cells(name)[1])
        assert len(list(mutants(tree, names_in(tree)))) > 100
