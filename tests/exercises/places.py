"""Where the exercises are, what marks their solutions, and what a learner may hand in."""

import ast
import json
import re
from functools import cache
from pathlib import Path

from backprop.check import _api
from backprop.check._code import CodeExercise, HuntExercise
from backprop.check._derive import DeriveExercise
from backprop.check._explore import ExploreExercise
from backprop.exercises import _source

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "exercises" / "source").glob("[0-9][0-9]_*.py"))
EXERCISES = _api.EXERCISES
# Split, so that no other file than a source and its solution page holds a whole one.
SENTINEL = re.compile(r"solution mark" + r": ([\w-]+)")


def sentinels(source):
    """Return the marks that may stand in this source and on its solution page only."""
    return SENTINEL.findall(source.read_text("utf-8"))


def solution_page(source):
    """Return the notebook that holds the solutions of a source."""
    return ROOT / "exercises" / "solutions" / f"{source.stem}.ipynb"


def notebook(path):
    """Return a notebook as it is committed."""
    return json.loads(path.read_text("utf-8"))


# -- what a learner may hand in --------------------------------------------------------------------


def right_answer(exercise):
    """Return a right answer to an exercise of any kind."""
    if isinstance(exercise, DeriveExercise):
        return exercise.right
    if isinstance(exercise, CodeExercise):
        return exercise.reference
    return exercise.example if isinstance(exercise, ExploreExercise) else exercise.right()


def wrong_answers(exercise):
    """Return every declared way to answer wrongly, with its mistake."""
    found = [(mistake, wrong) for mistake in exercise.mistakes for wrong in mistake.wrong]
    if isinstance(exercise, DeriveExercise):
        return [(mistake, wrong.text) for mistake, wrong in found]
    if isinstance(exercise, HuntExercise):
        given = exercise.given  # word for word it is not started, in other words not repaired
        return [(m, lambda *a: given(*a)) if f is given else (m, f) for m, f in found]
    if isinstance(exercise, CodeExercise):
        return found
    if isinstance(exercise, ExploreExercise):
        return [(mistake, region.example) for mistake, region in found]
    right = exercise.right()
    return [
        (mistake, {**right, **wrong()} if isinstance(right, dict) else wrong())
        for mistake, wrong in found
    ]


# -- the cells of the solutions --------------------------------------------------------------------


@cache
def solution_cells(name):
    """Return what runs before an exercise's answer, its answer, and what its check is given."""
    for source in SOURCES:
        before = []
        answer = None
        for cell in _source.both(source)[1]["cells"]:
            mark = cell["metadata"].get("backprop", {})
            text = "".join(cell["source"])
            if mark == {"exercise": name, "role": "answer"}:
                answer = text
            elif mark == {"exercise": name, "role": "check"}:
                (argument,) = ast.parse(text, mode="eval").body.args
                return "\n".join(before), answer, ast.unparse(argument)
            elif cell["cell_type"] == "code" and mark.get("role") != "check" and answer is None:
                before.append(text)
    raise LookupError(name)
