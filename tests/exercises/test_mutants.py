"""Solutions changed on their syntax tree: every change is caught, or is none and says why.

The mutants are made from the solution in the exercises' source, so that they are near misses of the
very code a learner would write.
"""

import ast
import copy

import numpy as np
import pytest

import backprop as bp
from backprop import check
from backprop.exercises import _source
from tests.exercises.places import ROOT

SOURCE = ROOT / "exercises" / "source" / "02_a_simple_example.py"

# Mutants that are right answers, each with the reason.
EQUIVALENT = {
    "forward": {},
    "dL_dw1": {
        "error = x2 - y\n"
        "delta_output = error * x2 * (1 - x2)\n"
        "paths = delta_output[0] * W2.T[0, 0] + delta_output[1] * W2[1, 0]\n"
        "answer = paths * x1[0] * (1 - x1[0]) * x[1]": "a diagonal entry is its own transpose",
    },
}

SWAPS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Div, ast.MatMult),
    ast.MatMult: (ast.Mult, ast.Add),
}


def solution(name):
    """Return the lines a learner would type, as a syntax tree."""
    cells = _source.both(SOURCE)[1]["cells"]
    (cell,) = [
        c for c in cells if c["metadata"].get("backprop") == {"exercise": name, "role": "answer"}
    ]
    return ast.parse("".join(cell["source"]))


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
    elif isinstance(node, ast.Call):
        yield node.args[0]
        yield ast.Call(node.func, [node], [])
        yield ast.UnaryOp(ast.USub(), node)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in names:
            if other != node.id:
                yield ast.Name(other, ast.Load())
        if node.id.startswith("W"):
            yield ast.Attribute(node, "T", ast.Load())
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        for other in {0, 1, 2} - {node.value}:
            yield ast.Constant(other)
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
    return sorted(read | {a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)})


FORWARD = list(mutants(solution("forward"), names_in(solution("forward"))))
ENTRY = list(mutants(solution("dL_dw1"), ["x", "u1", "x1", "u2", "x2", "y", "error", "W2"]))


def test_there_are_mutants_enough():
    assert len(FORWARD) > 100
    assert len(ENTRY) > 100


def test_the_solutions_themselves_are_right(cell):
    assert check.forward(cell(ast.unparse(solution("forward"))))
    assert check.dL_dw1(entry(ast.unparse(solution("dL_dw1"))))


@pytest.mark.parametrize("text", FORWARD)
def test_a_mutant_of_forward_is_caught(text, cell):
    with np.errstate(all="ignore"):
        result = check.forward(cell(text))
    if text in EQUIVALENT["forward"]:
        assert result.key == "right", "no longer equivalent: take it off the list"
    else:
        assert result.status == "not yet", text


def entry(text):
    """Return the number a learner's lines lead to, with the names the notebook has given them."""
    net, x, _ = bp.load_example()
    y = np.array([0.0, 0.75])
    (u1, u2), (_, x1, x2) = net.forward(x)
    space = {"x": x, "u1": u1, "x1": x1, "u2": u2, "x2": x2, "y": y, "W2": net.weights[1]}
    exec(text, space)
    return space["answer"]


@pytest.mark.parametrize("text", ENTRY)
def test_a_mutant_of_the_entry_is_caught(text):
    try:
        with np.errstate(all="ignore"):
            answer = entry(text)
    except (IndexError, NameError, TypeError, ValueError):
        return  # the learner's own cell fails, before any check
    result = check.dL_dw1(answer)
    if text in EQUIVALENT["dL_dw1"]:
        assert result.key == "right", "no longer equivalent: take it off the list"
    else:
        assert result.status == "not yet", text


def test_every_equivalent_is_a_mutant():
    assert set(EQUIVALENT["forward"]) <= set(FORWARD)
    assert set(EQUIVALENT["dL_dw1"]) <= set(ENTRY)
    assert all(reason for group in EQUIVALENT.values() for reason in group.values())
