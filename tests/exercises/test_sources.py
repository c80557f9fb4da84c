"""The notebooks are what their source makes, run as they should, and give no solution away."""

import json
import re
import subprocess

import nbclient
import nbformat
import pytest

from backprop.check import _api, chapter_02
from backprop.exercises import _build, _source
from backprop.exercises.__main__ import main
from backprop.exercises._notebooks import RefusalError
from tests.exercises.places import ROOT, SOURCES, sentinels, solution_page

EXERCISE = chapter_02.EXERCISE_DL_DW1


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
        text = source.read_text("utf-8").replace("Two exercises", "Some exercises")
        (tmp_path / source.relative_to(ROOT)).write_text(text, "utf-8")
    assert [p.parent.name for p in _build.stale(tmp_path)] == ["exercises"]


def run(path, tmp_path):
    """Run a notebook in an empty folder; return {cell id: text shown}."""
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
    assert len(checks) >= 2
    shown = run(path, tmp_path)
    for name in checks:
        assert shown[name].startswith(words), shown[name]
    assert list(tmp_path.iterdir()) == []


def test_every_exercise_has_a_cell_to_answer_and_one_that_checks():
    roles = [
        (mark["exercise"], mark["role"])
        for source in SOURCES
        for cell in _build.targets(ROOT)[ROOT / "exercises" / f"{source.stem}.ipynb"]["cells"]
        if (mark := cell["metadata"].get("backprop"))
    ]
    assert roles == [(name, role) for name in _api.EXERCISES for role in ("answer", "check")]


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
        learner, solution = _source.both(source)
        given = {line.strip() for cell in learner["cells"] for line in cell["source"]}
        solved = [
            line.strip()
            for cell in solution["cells"]
            if cell["metadata"].get("backprop", {}).get("role") == "answer"
            for line in cell["source"]
            if not line.startswith(("def ", '    """'))
        ]
        assert len(solved) > 5
        assert not given & set(solved)


# -- the numbers in the prose ----------------------------------------------------------------------


def test_each_product_in_the_solution_s_text_comes_out_as_printed():
    cells = {c["id"]: "".join(c["source"]) for c in _source.both(SOURCES[0])[1]["cells"]}

    found = re.findall(r"\$((?:[-0-9.()\s]|\\cdot)+=[-0-9.]+)\$", cells["dL_dw1-why"])
    assert len(found) == 4
    for whole in found:
        left, right = whole.split("=")
        digits = len(right.partition(".")[2])
        value = eval(left.replace(r"\cdot", "*"), {})
        assert abs(value - float(right)) <= 0.75 * 10**-digits, whole


def test_each_factor_in_the_solution_s_text_is_the_network_s():
    cells = {c["id"]: "".join(c["source"]) for c in _source.both(SOURCES[0])[1]["cells"]}
    numbers, slope = chapter_02.numbers(), chapter_02.slope
    known = [*numbers.x2, *slope(numbers.u2), *numbers.W2[:, 0], numbers.x1[0], numbers.x[1]]
    known += [slope(numbers.u1)[0], *chapter_02.LABEL, EXERCISE.right(), 1.0]
    paths = numbers.error * slope(numbers.u2) * numbers.W2[:, 0]
    known += [*paths, paths.sum()]
    shown = re.findall(r"(?<![\w{^])-?\d+\.\d+", cells["dL_dw1-why"])
    assert len(shown) > 15
    for text in shown:
        digits = len(text.partition(".")[2])
        near = min(abs(abs(float(text)) - abs(value)) for value in known)
        assert near <= 0.51 * 10**-digits, text


def test_the_task_s_label_is_the_check_s():
    cells = {c["id"]: "".join(c["source"]) for c in _source.both(SOURCES[0])[0]["cells"]}
    first, second = chapter_02.LABEL
    assert rf"$y=({first:g},\ {second:g})^\top$" in cells["dL_dw1-task"]
    assert f"y = np.array([{first}, {second}])" in cells["dL_dw1-numbers"]
    assert rf"w^{{(1)}}_{{{chapter_02.ROW}{chapter_02.COLUMN}}}$" in cells["dL_dw1-task"]


# -- the source's own grammar ----------------------------------------------------------------------


def test_the_marks_of_a_solution():
    text = "a = 1\n# BEGIN SOLUTION\nb = 2\n# END SOLUTION\nc = f(3)  # SOLUTION"
    assert _source.without_solution(text) == "a = 1\n...\nc = ..."
    assert _source.with_solution(text) == "a = 1\nb = 2\nc = f(3)"
    inside = "def f():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION"
    assert _source.without_solution(inside) == "def f():\n    ..."
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
