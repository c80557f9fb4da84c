"""The assignments for graders: what is in them, and what the command refuses to do.

That nbgrader and otter make of them what they should is tested with the graders themselves, in
tests/instructors.
"""

import ast
import json
import os
import re
import tomllib

import pytest

from backprop import check
from backprop.check import _api
from backprop.exercises import _export, _source
from backprop.exercises.__main__ import main, parser
from tests.exercises.places import ROOT, SOURCES, sentinels

by_source = pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
FORMS = {"nbgrader": _export.nbgrader, "otter": _export.otter}
by_form = pytest.mark.parametrize("form", FORMS)


@pytest.fixture
def book(monkeypatch):
    """Run the command where a teacher does."""
    monkeypatch.chdir(ROOT)


def files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def made(form, source):
    """Return {cell id: cell} of one assignment."""
    notebook = FORMS[form](_source.parts_of(source), source.stem)
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    assert len(cells) == len(notebook["cells"])
    return cells


def text(cell):
    return "".join(cell["source"])


def for_students(cell):
    """Return a cell's text without what both graders take out."""
    kept, inside = [], False
    for line in text(cell).splitlines():
        if re.fullmatch(r"#+ BEGIN (SOLUTION NO PROMPT|HIDDEN TESTS)", line):
            assert not inside
            inside = True
        elif re.fullmatch(r"#+ END (SOLUTION|HIDDEN TESTS)", line):
            assert inside
            inside = False
        elif not inside:
            kept.append(line)
    assert not inside
    return "\n".join(kept)


# -- what is in them -------------------------------------------------------------------------------


def test_all_chapters_make_one_course(book, tmp_path, capsys):
    assert main(["export", "--nbgrader", str(tmp_path / "course")]) == 0
    assert files(tmp_path / "course") == [
        "nbgrader_config.py",
        *(f"source/{source.stem}/{source.stem}.ipynb" for source in SOURCES),
    ]
    said = capsys.readouterr().out.splitlines()
    assert len(said) == len(SOURCES) + 1
    assert "not for students" in said[0]
    assert list(tmp_path.iterdir()) == [tmp_path / "course"], "nothing is left beside it"


@by_source
@by_form
def test_one_chapter_into_an_empty_folder(book, tmp_path, source, form):
    assert main(["export", str(int(source.stem[:2])), f"--{form}", str(tmp_path)]) == 0
    notebooks = [name for name in files(tmp_path) if name.endswith(".ipynb")]
    within = "source/" if form == "nbgrader" else ""
    assert notebooks == [f"{within}{source.stem}/{source.stem}.ipynb"]
    written = json.loads((tmp_path / notebooks[0]).read_text("utf-8"))
    assert {cell["id"]: cell for cell in written["cells"]} == made(form, source)


def test_nbgrader_s_configuration_is_python():
    class Section(dict):
        __getattr__ = dict.__getitem__
        __setattr__ = dict.__setitem__

    given = {n: Section() for n in ("CourseDirectory", "ClearSolutions", "ExecutePreprocessor")}
    exec(_export.CONFIGURATION, {"get_config": lambda: Section(given)})
    assert given["CourseDirectory"] == {"course_id": "backpropagation"}
    assert given["ClearSolutions"] == {"code_stub": {"python": ""}}


@by_source
@by_form
def test_an_answer_begins_with_what_the_learner_gets_and_ends_with_the_solution(source, form):
    learner, solution = (
        {c["id"]: text(c) for c in notebook["cells"]} for notebook in _source.both(source)
    )
    cells = made(form, source)
    answered = [part for part in _source.parts_of(source) if part.answer]
    for part in answered:
        if part.only != "solution":
            assert for_students(cells[part.name]) == learner[part.name]
        if part.only != "learner":
            owner = next(p.name for p in answered if p.answer == part.answer and p.name in cells)
            assert solution[part.name] in text(cells[owner])


@by_source
@by_form
def test_no_solution_is_left_for_students(source, form):
    cells = made(form, source)
    everything = "\n".join(map(text, cells.values()))
    left = "\n".join(
        for_students(cell)
        for cell in cells.values()
        if cell["cell_type"] != "raw"
        # otter takes a test's cell out of the notebook
        and not (form == "otter" and cell["id"].endswith("-points"))
    )
    for mark in sentinels(source):
        assert mark in everything
        assert mark not in left
    assert "SOLUTION" not in left
    assert "HIDDEN" not in left


@by_source
@by_form
def test_what_only_a_reader_of_the_book_needs_is_left_out(source, form):
    cells = made(form, source)
    everything = "\n".join(map(text, cells.values()))
    for words in ("my-work", "backprop.exercises start", "check.progress", ".ipynb)"):
        assert words not in everything
    assert "title" in cells
    assert not re.search(r"\]\((?!https?:)", "\n".join(map(text, cells.values())))


@by_source
def test_nbgrader_grades_each_exercise_and_locks_all_else(source):
    parts = _source.parts_of(source)
    cells = made("nbgrader", source)
    marks = {name: cell["metadata"]["nbgrader"] for name, cell in cells.items()}
    assert all(mark["grade_id"] == name for name, mark in marks.items())
    assert all(re.fullmatch(r"[\w-]+", name) for name in marks)
    graded = {name: mark["points"] for name, mark in marks.items() if mark["grade"]}
    assert graded == {f"{part.check}-points": 1 for part in parts if part.check}
    free = {name for name, mark in marks.items() if not mark["locked"]}
    assert free == {name for name, mark in marks.items() if mark["solution"]}
    assert free == {p.name for p in parts if p.answer and p.only != "solution"}


@by_source
def test_otter_s_blocks_nest(source):
    inside = []
    seen = []
    for cell in made("otter", source).values():
        if cell["cell_type"] != "raw" or text(cell).startswith("# ASSIGNMENT"):
            continue
        verb, block = re.match(r"# (BEGIN|END) (\w+)", text(cell)).groups()
        if verb == "BEGIN":
            assert inside == ([] if block == "QUESTION" else ["QUESTION"])
            inside.append(block)
            seen.append(block)
        else:
            assert inside.pop() == block
    assert not inside
    exercises = sum(bool(part.check) for part in _source.parts_of(source))
    assert seen == ["QUESTION", "SOLUTION", "TESTS"] * exercises


@by_source
@by_form
def test_every_cell_of_code_is_python(source, form):
    for cell in made(form, source).values():
        if cell["cell_type"] == "code":
            ast.parse(text(cell))


def test_a_point_is_lost_with_the_diagnosis_as_its_reason():
    (source,) = [s for s in SOURCES if s.stem.startswith("02_")]
    space = {"forward": lambda W1, b1, W2, b2, x, f: None}
    exec("from backprop import check", space)
    for form in FORMS:
        test = text(made(form, source)["forward-points"])
        with pytest.raises(AssertionError, match="Not started"):
            exec(test + ("" if form == "nbgrader" else "\ntest_forward(forward)"), space)


def test_links_into_the_book_become_words_and_others_stay():
    task = _source.Part(
        "markdown", "t", "See [ch. 2](../book/02.ipynb#a), [x](mailto:x).", "", "", ""
    )
    (given,) = _export.assigned([task])
    assert given.text == "See *ch. 2*, [x](mailto:x)."


# -- the page for teachers -------------------------------------------------------------------------

PAGE = (ROOT / "book" / "instructors.md").read_text("utf-8")


def test_the_page_names_the_graders_that_are_tested():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = re.findall(
        r"([\w-]+)==([\d.]+)", " ".join(extras["optional-dependencies"]["instructors"])
    )
    assert len(pinned) == 2
    for name, version in pinned:
        assert f"{name} {version}" in PAGE


def test_the_page_s_commands_and_names_are_so():
    commands = re.findall(r"^python -m backprop.exercises (.*)$", PAGE, re.M)
    commands += re.findall(r"`(export [^`]*~[^`]*)`", PAGE)
    assert len(commands) == 3
    for command in commands:
        assert parser().parse_args(command.split()).command == "export"
    names = set(re.findall(r"\b\d\d_\w+", PAGE))
    assert names <= {source.stem for source in SOURCES}


def test_the_page_quotes_what_the_check_says():
    (quoted,) = re.findall(r"^> (.*)$", PAGE, re.M)
    mistakes = _api.EXERCISES["forward"].mistakes
    said = [str(check.forward(wrong)) for mistake in mistakes for wrong in mistake.wrong]
    assert any(text.startswith(quoted.replace("**", "")) for text in said)


# -- what the command refuses ----------------------------------------------------------------------


def refused(capsys, *arguments):
    """Run the command, and return the one sentence with which it refuses."""
    try:
        status = main(["export", *arguments])
    except SystemExit as stop:
        status = stop.code
    assert status in (1, 2)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("\n")
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    return said.err


def test_a_folder_that_holds_something_is_left_as_it_is(book, tmp_path, capsys):
    (tmp_path / "grades.csv").write_text("all of them")
    said = refused(capsys, "--nbgrader", str(tmp_path))
    assert f"{tmp_path} exists and is not an empty folder; it was left as it is." in said
    assert files(tmp_path) == ["grades.csv"]
    assert (tmp_path / "grades.csv").read_text() == "all of them"


def test_a_file_is_no_folder(book, tmp_path, capsys):
    (tmp_path / "course").write_text("mine")
    assert "is not an empty folder" in refused(capsys, "--otter", str(tmp_path / "course"))
    assert "cannot be made" in refused(capsys, "--otter", str(tmp_path / "course" / "within"))
    assert (tmp_path / "course").read_text() == "mine"


def test_a_dangling_link_is_left_as_it_is(book, tmp_path, capsys):
    (tmp_path / "course").symlink_to(tmp_path / "nowhere")
    assert "is not an empty folder" in refused(capsys, "--otter", str(tmp_path / "course"))
    assert os.readlink(tmp_path / "course") == str(tmp_path / "nowhere")


@pytest.mark.parametrize("call", ["mkdir", "replace"])
def test_no_permission(book, tmp_path, capsys, monkeypatch, call):
    def deny(path, *arguments, **named):
        raise PermissionError(13, "Permission denied", str(path))

    target = {"mkdir": "tempfile.mkdtemp", "replace": "os.replace"}[call]
    monkeypatch.setattr(target, deny if call == "replace" else lambda **named: deny(named["dir"]))
    folder = tmp_path / "course"
    said = refused(capsys, "--nbgrader", str(folder))
    assert "course" in said
    assert "Permission denied" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("chapter", ["99", "two", "", "-1"])
def test_no_such_chapter(book, tmp_path, capsys, chapter):
    arguments = ["--nbgrader", str(tmp_path / "course"), "--", chapter]
    said = refused(capsys, *arguments)
    listed = ", ".join(str(int(source.stem[:2])) for source in SOURCES)
    assert f"There are no exercises for chapter {chapter!r}; there are for: {listed}." in said
    assert not (tmp_path / "course").exists()


@pytest.mark.parametrize(
    "arguments", [[], ["2"], ["--moodle", "x"], ["--nbgrader", "a", "--otter", "b"]], ids=str
)
def test_no_format_or_two_or_an_unknown_one(book, capsys, arguments):
    assert "--otter" in refused(capsys, *arguments)


def test_outside_the_book(tmp_path, capsys):
    assert "is not in the book's folder" in refused(capsys, "--otter", str(tmp_path / "course"))
    assert list(tmp_path.iterdir()) == []


def test_a_faulty_source_writes_nothing(tmp_path, capsys, monkeypatch):
    (tmp_path / "exercises" / "source").mkdir(parents=True)
    (tmp_path / "book").mkdir()
    (tmp_path / "exercises" / "source" / "01_x.py").write_text('# %% id="a"\n# BEGIN SOLUTION\n')
    monkeypatch.chdir(tmp_path)
    assert "has no end" in refused(capsys, "--otter", "course")
    assert not (tmp_path / "course").exists()
