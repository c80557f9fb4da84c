"""Assignments for nbgrader and otter, written from the sources of the exercises (for teachers).

Both formats are notebooks that hold the solutions, from which the grader makes what students get.
An answer's cell begins with what they get; the whole solution follows between marks that both
graders take out. The points of an exercise are one assertion of what its check returns, so that the
message of a lost point is the check's own diagnosis.
"""

from __future__ import annotations

import ast
import builtins
import os
import re
import shutil
import tempfile
import textwrap
from pathlib import Path

from backprop.exercises._notebooks import Json, RefusalError, cell, notebook, write, write_text
from backprop.exercises._source import Part, parts_of, with_solution, without_solution

POINTS = 1
"""What an exercise is worth; nbgrader and otter let a teacher change it."""

# A link to another page of the book; a student has the assignment alone.
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?![a-z]+:)[^)\s]+\)")

CONFIGURATION = '''\
"""Settings of nbgrader for the exercises of the book “Backpropagation, derived”."""

c = get_config()
c.CourseDirectory.course_id = "backpropagation"
# What takes the place of a solution: nothing, for what a student starts from stands above it.
c.ClearSolutions.code_stub = {"python": ""}
# In seconds. A check gives an endless loop five of them and says so.
c.ExecutePreprocessor.timeout = 60
'''

OTTER_CONFIGURATION = """\
# ASSIGNMENT CONFIG
name: {name}
tests:
  ok_format: false
export_cell:
  pdf: false
  filtering: false
"""

NEXT = {
    "nbgrader": "Next, in {folder}: nbgrader generate_assignment NAME makes what students get.",
    "otter": "Next, in {folder}/NAME: otter assign NAME.ipynb dist makes what students get.",
}


def sources(root: Path, chapter: str | None) -> list[Path]:
    """Return the source of a chapter, given as a teacher types it, or all; or refuse."""
    found = {
        int(path.name[:2]): path
        for path in sorted((root / "exercises" / "source").glob("[0-9][0-9]_*.py"))
    }
    if chapter is None and found:
        return list(found.values())
    digits = (chapter or "").strip()
    if not (digits.isascii() and digits.isdigit()) or int(digits) not in found:
        listed = ", ".join(map(str, found)) or "none yet"
        raise RefusalError(
            f"There are no exercises for chapter {chapter!r}; there are for: {listed}."
        )
    return [found[int(digits)]]


def nbgrader(parts: list[Part], name: str) -> Json:
    """Return a chapter's exercises as a source notebook of nbgrader."""
    cells: list[Json] = []
    for part in assigned(parts):
        if part.answer:
            cells.append(_graded(part, answer_text(parts, part.answer), solution=True))
            continue
        cells.append(_graded(part, part.text))
        if part.check:
            test = Part("code", f"{part.check}-points", "", "", "", "")
            cells.append(_graded(test, points_text(part), points=POINTS))
    return notebook(cells, {"kind": "nbgrader", "name": name})


def _graded(part: Part, text: str, *, solution: bool = False, points: int | None = None) -> Json:
    """Return a cell with nbgrader's metadata: locked, unless a student answers in it."""
    new = cell(part.kind, part.name, text)
    marks: Json = {
        "cell_type": part.kind,
        "grade": points is not None,
        "grade_id": part.name,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        marks["points"] = points
    new["metadata"] = {"nbgrader": marks}
    return new


def points_text(part: Part) -> str:
    """Return nbgrader's test of an exercise: its check passes, under whatever name it goes.

    The hidden lines, which students do not get, ask the book itself, should a notebook have put
    something of its own under the name `check`.
    """
    call = part.text
    return textwrap.dedent(
        f"""\
        # Graded: the points are for an answer that the check calls right.
        assert (checked := {call}), checked
        ### BEGIN HIDDEN TESTS
        from backprop import check
        assert (checked := {call}), checked
        ### END HIDDEN TESTS"""
    )


def otter(parts: list[Part], name: str) -> Json:
    """Return a chapter's exercises as the notebook that `otter assign` reads."""
    cells = [cell("raw", "assignment", OTTER_CONFIGURATION.format(name=name).rstrip("\n"))]
    question = ""
    for part in assigned(parts):
        wanted = question or _question(parts, part)
        if wanted != question:
            question = wanted
            text = f"# BEGIN QUESTION\nname: {question}\npoints: {POINTS}"
            cells.append(cell("raw", f"{question}-question", text))
        if part.answer:
            begin = cell("raw", f"{part.answer}-solution", "# BEGIN SOLUTION")
            code = cell("code", part.name, answer_text(parts, part.answer))
            end = cell("raw", f"{part.answer}-solution-end", "# END SOLUTION")
            cells += [begin, code, end]
            continue
        cells.append(cell(part.kind, part.name, part.text))
        if part.check:
            cells += [
                cell("raw", f"{part.check}-tests", "# BEGIN TESTS"),
                cell("code", f"{part.check}-points", test_text(part)),
                cell("raw", f"{part.check}-tests-end", "# END TESTS"),
                cell("raw", f"{part.check}-question-end", "# END QUESTION"),
            ]
            question = ""
    return notebook(cells, {"kind": "otter", "name": name})


def _question(parts: list[Part], part: Part) -> str:
    """Return the exercise whose task begins with `part`, or ''."""
    for other in parts:
        if other.answer and (part is other or part.name.startswith(f"{other.answer}-")):
            return other.answer
    return ""


def test_text(part: Part) -> str:
    """Return otter's test of an exercise, a function of what the check is given."""
    called = ast.parse(part.text, mode="eval").body
    names = sorted(
        {
            node.id
            for node in ast.walk(called)
            if isinstance(node, ast.Name) and not hasattr(builtins, node.id)
        }
        - {"check"}
    )
    return (
        f"def test_{part.check}({', '.join(names)}):\n"
        "    from backprop import check\n"
        f"    checked = {part.text}\n"
        "    assert checked, checked"
    )


def assigned(parts: list[Part]) -> list[Part]:
    """Return what students get: no solutions, and nothing that only a reader of the book needs."""
    return [
        Part(part.kind, part.name, LINK.sub(r"*\1*", part.text), "", part.answer, part.check)
        if part.kind == "markdown"
        else part
        for part in parts
        if part.only in ("", "learner")
    ]


def answer_text(parts: list[Part], exercise: str) -> str:
    """Return an answer's cell: what a student starts from, then the whole solution in marks."""
    mine = [part for part in parts if part.answer == exercise]
    given = [without_solution(part.text) for part in mine if part.only != "solution"]
    solved = [with_solution(part.text) for part in mine if part.only in ("", "solution")]
    return "\n".join(
        [*given, "# BEGIN SOLUTION NO PROMPT", *solved, "# END SOLUTION"],
    )


def export(root: Path, folder: Path, form: str, chapter: str | None = None) -> list[Path]:
    """Write the assignments of a chapter, or of all, into a new folder; return the notebooks.

    Everything is written beside the folder first and then moved, so that there is all or nothing.
    """
    wanted = sources(root, chapter)
    make = {"nbgrader": nbgrader, "otter": otter}[form]
    made = {source.stem: make(parts_of(source), source.stem) for source in wanted}
    if folder.is_symlink() or (folder.exists() and not (folder.is_dir() and _empty(folder))):
        raise RefusalError(f"{folder} exists and is not an empty folder; it was left as it is.")
    within = Path("source") if form == "nbgrader" else Path()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    except OSError as error:
        raise RefusalError(f"{folder} cannot be made: {error.strerror}.") from None
    draft = beside / folder.name
    try:
        draft.mkdir()
        for stem, assignment in made.items():
            write(draft / within / stem / f"{stem}.ipynb", assignment)
        if form == "nbgrader":
            write_text(draft / "nbgrader_config.py", CONFIGURATION)
        if folder.exists():
            folder.rmdir()
        os.replace(draft, folder)
    except OSError as error:
        raise RefusalError(f"{folder} cannot be made: {error.strerror}.") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return [folder / within / stem / f"{stem}.ipynb" for stem in made]


def _empty(folder: Path) -> bool:
    try:
        return not any(folder.iterdir())
    except OSError as error:
        raise RefusalError(f"{folder} cannot be read: {error.strerror}.") from None
