"""The notebooks are what their source makes, run as they should, and give no solution away."""

import json
import re
import subprocess

import pytest

from backprop.check import _api
from backprop.exercises import _build, _source
from backprop.exercises.__main__ import main
from backprop.exercises._notebooks import RefusalError
from tests.exercises.places import ROOT, SOURCES, sentinels, solution_page


def committed(path):
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("path", list(_build.targets(ROOT)), ids=lambda p: p.parent.name)
def test_a_notebook_is_what_its_source_makes(path):
    assert _build.without_outputs(committed(path)) == _build.targets(ROOT)[path]


def test_the_command_says_so_too(monkeypatch, capsys):
    monkeypatch.chdir(ROOT / "book")
    assert main(["build", "--check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_stale_notebook_is_found(tmp_path):
    for place in ("book", "exercises/source", "exercises/solutions"):
        (tmp_path / place).mkdir(parents=True)
    for path in _build.targets(ROOT):
        (tmp_path / path.relative_to(ROOT)).write_bytes(path.read_bytes())
    for source in SOURCES:
        text = source.read_text("utf-8").replace(
            '[markdown] id="title" only', '[markdown] id="t" only'
        )
        (tmp_path / source.relative_to(ROOT)).write_text(text, "utf-8")
    assert [p.parent.name for p in _build.stale(tmp_path)] == ["exercises"] * len(SOURCES)


def run(path, tmp_path):
    """Run a notebook in an empty folder; return {cell id: text shown}."""
    import nbclient  # here, since to load these takes longer than most tests
    import nbformat

    page = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(
        page, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    return {
        cell["id"]: "".join(
            output["data"]["text/plain"] for output in cell["outputs"] if "data" in output
        )
        for cell in page["cells"]
        if cell["cell_type"] == "code"
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "words"), [("exercises", "○ Not started. "), ("exercises/solutions", "✓ Right. ")]
)
@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_every_check_says_what_it_should_when_the_notebook_runs(source, folder, words, tmp_path):
    path = ROOT / folder / f"{source.stem}.ipynb"
    checks = [
        cell["id"]
        for cell in committed(path)["cells"]
        if cell["metadata"].get("backprop", {}).get("role") == "check"
    ]
    assert checks
    shown = run(path, tmp_path)
    for name in checks:
        assert shown[name].startswith(words), shown[name]
    assert list(tmp_path.iterdir()) == []


def test_every_exercise_has_a_cell_to_answer_and_one_that_checks():
    for source in SOURCES:
        learner, _ = _source.both(source)
        marks = [mark for cell in learner["cells"] if (mark := cell["metadata"].get("backprop"))]
        chapter = learner["metadata"]["backprop"]["chapter"]
        expected = [name for name, one in _api.EXERCISES.items() if one.chapter == chapter]
        assert [(mark["exercise"], mark["role"]) for mark in marks] == [
            (name, role) for name in expected for role in ("answer", "check")
        ]
    chapters = {int(source.stem[:2]) for source in SOURCES}
    assert {one.chapter for one in _api.EXERCISES.values()} == chapters


def test_every_chapter_s_exercises_are_on_the_site():
    contents = (ROOT / "_toc.yml").read_text("utf-8")
    for source in SOURCES:
        assert f"file: exercises/{source.stem}\n" in contents
    assert "solutions" not in contents


# -- no solution leaks -----------------------------------------------------------------------------


def test_each_solution_has_a_sentinel_of_its_own():
    for source in SOURCES:
        solved = re.findall(r'^# %% .*answer="(\w+)"', source.read_text("utf-8"), re.M)
        assert len(sentinels(source)) == len(solved) > 0
    every = [mark for source in SOURCES for mark in sentinels(source)]
    assert len(set(every)) == len(every)


def test_a_sentinel_is_in_its_source_and_on_its_solution_page_only():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    files = [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    texts = {path: path.read_text("utf-8", errors="ignore") for path in files}
    for source in SOURCES:
        for mark in sentinels(source):
            found = {path for path, text in texts.items() if mark in text}
            assert found == {source, solution_page(source)}, mark


def test_the_learner_s_notebook_holds_no_line_of_a_solution():
    for source in SOURCES:
        text = source.read_text("utf-8")
        solved = {
            line.strip()
            for block in re.findall(
                r"^ *# BEGIN SOLUTION[ A-Z]*\n(.*?)# END SOLUTION$", text, re.S | re.M
            )
            for line in block.splitlines()
        } | {line.partition("  # SOLUTION")[0] for line in re.findall(r".*# SOLUTION$", text, re.M)}
        learner, _ = _source.both(source)
        given = {line.strip() for cell in learner["cells"] for line in cell["source"]}
        assert len(solved) > 2
        # A repaired function keeps most of its lines; its own marks say which are no secret.
        prompts = {
            line.strip().lstrip("# ")
            for block in re.findall(r"^ *# BEGIN PROMPT\n(.*?)# END PROMPT$", text, re.S | re.M)
            for line in block.splitlines()
        }
        assert not (given - prompts) & (solved - {""})
        assert not any("SOLUTION" in line or "PROMPT" in line for line in given)


@pytest.mark.parametrize("path", list(_build.targets(ROOT)), ids=lambda p: p.stem)
def test_links_lead_somewhere(path):
    for cell in _build.targets(ROOT)[path]["cells"]:
        if cell["cell_type"] == "markdown":
            for link in re.findall(r"\]\(([^)#]+)", "".join(cell["source"])):
                assert (path.parent / link).is_file(), link


# -- the source's own grammar ----------------------------------------------------------------------


def test_the_marks_of_a_solution():
    text = "a = 1\n# BEGIN SOLUTION\nb = 2\n# END SOLUTION\nc = f(3)  # SOLUTION"
    assert _source.without_solution(text) == "a = 1\n...\nc = ..."
    assert _source.with_solution(text) == "a = 1\nb = 2\nc = f(3)"
    inside = "def f():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION"
    assert _source.without_solution(inside) == "def f():\n    ..."
    prompt = (
        "def f(x):\n    # BEGIN SOLUTION NO PROMPT\n    return 2 * x\n    # END SOLUTION\n"
        "    # BEGIN PROMPT\n    # if x:\n    #     return x\n    #\n    # END PROMPT"
    )
    assert _source.without_solution(prompt) == "def f(x):\n    if x:\n        return x\n"
    assert _source.with_solution(prompt) == "def f(x):\n    return 2 * x"
    bare = "# BEGIN SOLUTION NO PROMPT\nb = 2\n# END SOLUTION\nc = b  # SOLUTION"
    assert _source.without_solution(bare) == "c = ..."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# %%\nx = 1", "needs an id"),
        ('# %% id="a"\n\n# %% id="a"', "'a' is used twice"),
        ("# %% id=a\nx", "line 1: expected marks"),
        ('# %% id="a" colour="red"', "takes"),
        ('# %% id="a" only="teacher"', "only is"),
        ('# %% [markdown] id="a"\nx = 1', "is no comment"),
        ('# %% id="a"\n# BEGIN SOLUTION\nx = 1', "has no end"),
        ('# %% id="a"\nx = 1\n# END SOLUTION', "has no beginning"),
        ('# %% id="a"\n# BEGIN PROMPT\nx = 1\n# END PROMPT', "of a prompt is no comment"),
        ('# %% id="a"\n# BEGIN PROMPT\n# END SOLUTION', "ends that has no beginning"),
        ('# %% id="a"\n# BEGIN SOLUTION\n# BEGIN PROMPT', "begins inside another"),
        ('# %% id="a"\n# PROMPT: x', "a mark that is none"),
        ('# %% id="a"\n# BEGIN SOLUTION\n# BEGIN SOLUTION\n# END SOLUTION', "inside another"),
        ('# %% id="a"\n# begin solution\nx = 1\n# END SOLUTION', "has no beginning"),
    ],
)
def test_a_faulty_source_is_refused_and_nothing_leaks(text, says):
    with pytest.raises(RefusalError, match=re.escape(says)):
        _source.parse(text, "a source")


def test_a_source_must_be_called_after_its_chapter():
    with pytest.raises(RefusalError, match="NN_name"):
        _source.learner([], "simple")
