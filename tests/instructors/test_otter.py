"""Assignments of otter made from the book: assigned, handed in, graded."""

import json
import re
from pathlib import Path

import pytest

from backprop.exercises._source import both
from tests.exercises.places import SOURCES
from tests.instructors.submissions import answers, do, export, hand_in

# Each kernel costs seconds, so one student less: what `mistaken` is told is nbgrader's to show.
STUDENTS = ("right", "swapped", "empty")

by_source = pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
by_student = pytest.mark.parametrize("student", STUDENTS)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Assign every chapter, hand in and grade; return {(stem, student): {question: outcome}}.

    `otter assign` itself grades the solutions, and fails if they do not get every point.
    """
    place = tmp_path_factory.mktemp("otter") / "course"
    export("otter", place)
    found = {}
    for source in SOURCES:
        folder = place / source.stem
        do("otter", "assign", f"{source.stem}.ipynb", "dist", cwd=folder)
        handed_in = {}
        for student in STUDENTS:
            to = folder / student / f"{source.stem}.ipynb"
            hand_in(assigned(place, source), answers(source, student), to)
            handed_in[student] = to
        (autograder,) = (folder / "dist" / "autograder").glob("*.zip")
        script = Path(__file__).with_name("grade_otter.py")
        said = json.loads(do("python", script, autograder, *handed_in.values(), cwd=folder))
        for student, path in handed_in.items():
            found[source.stem, student] = said[str(path)]
    return place, found


def assigned(place, source):
    """Return the path of what students get."""
    return place / source.stem / "dist" / "student" / f"{source.stem}.ipynb"


@by_source
@by_student
def test_each_gets_the_points_that_are_due(graded, source, student):
    got = graded[1][source.stem, student]
    due = {answer.exercise: answer.points for answer in answers(source, student)}
    assert {name: outcome["points"] for name, outcome in got.items()} == due
    assert {outcome["possible"] for outcome in got.values()} == {1}


@by_source
@by_student
def test_the_feedback_holds_the_diagnosis(graded, source, student):
    got = graded[1][source.stem, student]
    for answer in answers(source, student):
        said = got[answer.exercise]["said"]
        if answer.points:
            assert "passed" in said
        else:
            assert answer.diagnosis in said


@by_source
def test_students_get_what_the_book_s_learners_get(graded, source):
    learner = {c["id"]: "".join(c["source"]) for c in both(source)[0]["cells"]}
    text = assigned(graded[0], source).read_text("utf-8")
    got = {c["id"]: "".join(c["source"]) for c in json.loads(text)["cells"]}
    assert not re.search("solution", text, re.I)
    for answer in answers(source, "empty"):
        assert got[answer.cell].rstrip("\n") == learner[answer.cell]
