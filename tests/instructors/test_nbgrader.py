"""A course of nbgrader made from the book: released, handed in, graded, given back."""

import html
import json
import re

import pytest

from tests.exercises.places import SOURCES
from tests.instructors.submissions import STUDENTS, answers, do, export, hand_in

pytestmark = pytest.mark.filterwarnings("default")  # nbgrader's own are not the book's

by_source = pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
by_student = pytest.mark.parametrize("student", STUDENTS)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Make the course, let every student hand in every chapter, grade all of it."""
    place = tmp_path_factory.mktemp("course") / "course"
    export("nbgrader", place)
    for source in SOURCES:
        name = source.stem
        do("nbgrader", "generate_assignment", name, cwd=place)
        for student in STUDENTS:
            to = place / "submitted" / student / name / f"{name}.ipynb"
            hand_in(released(place, source), answers(source, student), to)
    forge(place)
    for source in SOURCES:
        do("nbgrader", "autograde", source.stem, cwd=place)
        do("nbgrader", "generate_feedback", source.stem, cwd=place)
    return place


def released(course, source):
    """Return the path of what students get."""
    return course / "release" / source.stem / f"{source.stem}.ipynb"


def forge(course):
    """Let one more student hand in the first chapter: no answers, and a check that always nods."""
    assignment = released(course, SOURCES[0])
    notebook = json.loads(assignment.read_text("utf-8"))
    answered = next(c for c in notebook["cells"] if c["id"].endswith("-answer"))
    answered["source"] = (
        "".join(answered["source"])
        + "\nclass check:\n    "
        + "\n    ".join(f"{answer.exercise} = str" for answer in answers(SOURCES[0], "empty"))
    )
    to = course / "submitted" / "forger" / SOURCES[0].stem / assignment.name
    to.parent.mkdir(parents=True)
    to.write_text(json.dumps(notebook), "utf-8")


def graded(course, source, student):
    """Return {exercise: points} from the gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        notebook = book.find_submission_notebook(source.stem, source.stem, student)
        assert not notebook.needs_manual_grade
        assert notebook.max_score == len(notebook.grades)
        return {grade.name.removesuffix("-points"): grade.score for grade in notebook.grades}


def feedback(course, source, student):
    """Return the text of the page that a student gets back."""
    page = course / "feedback" / student / source.stem / f"{source.stem}.html"
    text = re.sub(r"<(style|script).*?</\1>", "", page.read_text("utf-8"), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())


@by_source
@by_student
def test_each_gets_the_points_that_are_due(course, source, student):
    due = {answer.exercise: answer.points for answer in answers(source, student)}
    assert graded(course, source, student) == due


@by_source
@by_student
def test_the_feedback_holds_the_diagnosis(course, source, student):
    said = feedback(course, source, student)
    for answer in answers(source, student):
        shown = answer.diagnosis.replace("`", "")
        assert " ".join(shown.split()) in said, answer.exercise
        if not answer.points:
            assert "AssertionError: " in said


@by_source
def test_students_get_what_the_book_s_learners_get(course, source):
    from backprop.exercises._source import both, parts_of

    learner = {c["id"]: "".join(c["source"]) for c in both(source)[0]["cells"]}
    got = json.loads(released(course, source).read_text("utf-8"))
    text = json.dumps(got)
    assert "solution" not in text.replace('"solution":', "").lower()
    assert "HIDDEN" not in text
    for part in parts_of(source):
        if part.answer and part.only != "solution":
            (mine,) = [c for c in got["cells"] if c["id"] == part.name]
            assert "".join(mine["source"]).rstrip("\n") == learner[part.name]


def test_a_check_of_one_s_own_earns_nothing(course):
    assert set(graded(course, SOURCES[0], "forger").values()) == {0}
