"""What four students hand in, for the exercises of any chapter, and what each should get for it.

`right` answers every exercise, `empty` none; `swapped` makes a known mistake in the first, and
`mistaken` one in every.
"""

import ast
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from backprop.exercises._export import POINTS
from backprop.exercises._source import parts_of, with_solution
from tests.exercises.places import EXERCISES, ROOT, wrong_answers

STUDENTS = ("right", "swapped", "mistaken", "empty")


@dataclass(frozen=True)
class Answer:
    """What one student answers to one exercise, the points for it, and what the check says."""

    exercise: str
    cell: str
    text: str | None
    points: int
    diagnosis: str


def answers(source, student):
    """Return the answers of a student to the exercises of a source, in its order."""
    parts = parts_of(source)
    found = []
    for part in parts:
        if not part.check:
            continue
        mine = [other for other in parts if other.answer == part.check]
        cell = next(other.name for other in mine if other.only != "solution")
        if student == "empty":
            outcome = None, 0, "Not started."
        elif student == "mistaken" or (student == "swapped" and not found):
            text, symptom = known_mistake(part)
            outcome = text, 0, symptom
        else:
            solved = [other.text for other in mine if other.only in ("", "solution")]
            outcome = "\n".join(map(with_solution, solved)), POINTS, "Right."
        found.append(Answer(part.check, cell, *outcome))
    assert found
    return found


def known_mistake(part):
    """Return an answer with the first known mistake of an exercise, and its symptom.

    A function is handed in as the one by which the check knows the mistake, all else as typed. The
    very bug that is to be hunted is a known mistake too, but not one that anybody would hand in.
    """
    exercise = EXERCISES[part.check]
    mistake, answer = next(
        (mistake, answer)
        for mistake, answer in wrong_answers(exercise)
        if mistake.key != "unrepaired"
    )
    (given,) = ast.parse(part.text, mode="eval").body.args
    typed = repr(answer)
    if isinstance(given, ast.Tuple) and isinstance(answer, dict):
        typed = repr(tuple(answer.values()))
    before = ""
    if callable(answer):
        before = "from backprop.check._api import EXERCISES\n"
        typed = f"EXERCISES[{part.check!r}].mistakes[{exercise.mistakes.index(mistake)}].wrong[0]"
    return f"{before}{ast.unparse(given)} = {typed}", mistake.symptom


def hand_in(assignment, answered, to):
    """Write what a student makes of the assignment they got."""
    notebook = json.loads(assignment.read_text("utf-8"))
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    for answer in answered:
        if answer.text is not None:
            cells[answer.cell]["source"] = answer.text
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps(notebook), "utf-8")


def do(program, *arguments, cwd):
    """Run a program of this environment, and return what it printed."""
    command = [str(Path(sys.executable).parent / program), *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def export(form, folder):
    """Export all chapters with the book's own command."""
    do("python", "-m", "backprop.exercises", "export", f"--{form}", folder, cwd=ROOT)
