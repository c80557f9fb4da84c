"""A learner's folder: started once, updated without loss, and every refusal is one sentence."""

import copy
import json
import os
import stat
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backprop import check
from backprop.check import _api, _store, chapter_02
from backprop.exercises import _work
from backprop.exercises.__main__ import main
from backprop.exercises._notebooks import RefusalError, cell, dumps, notebook

NAME = "02_a_simple_example"
MARKS = {"kind": "exercises", "chapter": 2, "name": NAME}


def text(name, source="text"):
    return cell("markdown", name, source)


def code(name, source="1 + 1", role=None):
    return cell("code", name, source, {"exercise": "forward", "role": role} if role else None)


def book_edition(**changes):
    """Return an edition of the book's notebook, with some cells' texts changed."""
    cells = [
        text("title", "# Exercises"),
        code("setup", "import numpy as np"),
        text("task", "Write it."),
        code("answer", "def forward():\n    ...", role="answer"),
        code("check", "check.forward(forward)", role="check"),
    ]
    for one in cells:
        if one["id"] in changes:
            one["source"] = changes.pop(one["id"]).splitlines(keepends=True)
    assert not changes
    return notebook(cells, MARKS)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Make a small book with one chapter's exercises, and work in it."""
    for folder in ("book", "exercises"):
        (tmp_path / folder).mkdir()
    publish(tmp_path, book_edition())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def publish(root, edition):
    (root / "exercises" / f"{NAME}.ipynb").write_text(dumps(edition), "utf-8")


def mine(root, name=NAME):
    return json.loads((root / "my-work" / f"{name}.ipynb").read_text("utf-8"))


def unsigned(page):
    """Return a learner's notebook without the name of its edition."""
    assert page["metadata"]["backprop"].pop("edition")
    return page


def save(root, page, name=NAME):
    (root / "my-work" / f"{name}.ipynb").write_text(dumps(page), "utf-8")


def sources(page):
    return {c["id"]: "".join(c["source"]) for c in page["cells"]}


def edit(root, **changes):
    """Change cells of the learner's notebook, as its owner would."""
    page = mine(root)
    for one in page["cells"]:
        if one["id"] in changes:
            one["source"] = changes[one["id"]].splitlines(keepends=True)
    save(root, page)
    return page


def said(capsys):
    """Return the one sentence of a refusal."""
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
    return err


def snapshot(root):
    return {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}


# -- start -----------------------------------------------------------------------------------------


def test_start_copies_the_chapter(root, capsys):
    assert main(["start", "2"]) == 0
    assert "Made my-work/02_a_simple_example.ipynb" in capsys.readouterr().out
    assert unsigned(mine(root)) == book_edition()


def test_start_works_from_any_folder_of_the_book(root, monkeypatch):
    monkeypatch.chdir(root / "book")
    assert main(["start", "02"]) == 0
    assert unsigned(mine(root)) == book_edition()


def test_a_second_start_overwrites_nothing(root, capsys):
    main(["start", "2"])
    edit(root, answer="mine")
    before = snapshot(root)
    capsys.readouterr()
    assert main(["start", "2"]) == 1
    assert "You have started this already" in said(capsys)
    assert snapshot(root) == before


@pytest.mark.parametrize("chapter", ["3", "two", "-1", "2.0", "", "²", "../2"])
def test_no_such_chapter(root, chapter, capsys):
    before = snapshot(root)
    for command in ("start", "update"):
        assert main([command, "--", chapter]) == 1
        assert "there are for: 2" in said(capsys)
    assert snapshot(root) == before


def test_outside_the_book(tmp_path, capsys):
    assert main(["start", "2"]) == 1
    assert "is not in the book's folder" in said(capsys)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [([], "required"), (["begin", "2"], "invalid choice"), (["start"], "required"),
     (["start", "2", "3"], "Unrecognized")],
)  # fmt: skip
def test_a_wrong_command_is_one_sentence(root, arguments, says, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert says in said(capsys)


def test_a_corrupt_edition_is_not_started(root, capsys):
    (root / "exercises" / f"{NAME}.ipynb").write_text('{"cells": [')
    assert main(["start", "2"]) == 1
    assert "is not a notebook (its JSON is broken)" in said(capsys)
    assert not (root / "my-work").exists()


# -- update ----------------------------------------------------------------------------------------


def test_nothing_new_changes_nothing(root, capsys):
    main(["start", "2"])
    edit(root, answer="def forward():\n    return 1")
    before = snapshot(root)
    assert main(["update", "2"]) == 0
    assert "is up to date" in capsys.readouterr().out
    assert snapshot(root) == before


def test_an_update_brings_the_new_and_keeps_the_answer(root, capsys):
    main(["start", "2"])
    old = edit(root, answer="def forward():\n    return 1")
    publish(root, book_edition(task="Write it well.", title="# The exercises"))
    assert main(["update"]) == 0
    now = sources(mine(root))
    assert now["task"] == "Write it well."
    assert now["title"] == "# The exercises"
    assert now["answer"] == "def forward():\n    return 1"
    (backup,) = (root / "my-work" / "backups").iterdir()
    assert json.loads(backup.read_text("utf-8")) == old
    assert backup.name in capsys.readouterr().out
    before = snapshot(root)
    assert main(["update"]) == 0
    assert snapshot(root) == before, "a second update has nothing to do"


def test_outputs_of_untouched_and_of_own_cells_are_kept(root):
    main(["start", "2"])
    page = mine(root)
    shown = {"name": "stdout", "output_type": "stream", "text": ["mine\n"]}
    for one in page["cells"]:
        if one["cell_type"] == "code":
            one["outputs"], one["execution_count"] = [shown], 3
    save(root, page)
    publish(root, book_edition(task="New."))
    main(["update"])
    kept = {c["id"]: c.get("outputs") for c in mine(root)["cells"]}
    assert kept["answer"] == kept["check"] == kept["setup"] == [shown]


def test_where_both_changed_the_learner_s_stays_and_the_book_s_follows(root, capsys):
    main(["start", "2"])
    edit(root, answer="def forward(x):\n    return 1", task="My notes.")
    publish(root, book_edition(answer="def forward(f):\n    ...", task="Write ```code```."))
    assert main(["update", "2"]) == 0
    assert "In 2 of its cells both you and the book had changed something" in (
        capsys.readouterr().out
    )
    now = sources(mine(root))
    assert list(now) == ["title", "setup", "task", "task-new", "answer", "answer-new", "check"]
    assert now["task"] == "My notes."
    assert now["answer"] == "def forward(x):\n    return 1"
    assert "```python\ndef forward(f):\n    ...\n```" in now["answer-new"]
    assert "````markdown\nWrite ```code```.\n````" in now["task-new"]
    publish(root, book_edition(answer="def forward(g):\n    ...", task="Write ```code```."))
    main(["update"])
    now = sources(mine(root))
    assert list(now) == ["title", "setup", "task", "task-new", "answer", "answer-new", "check"]
    assert "forward(g)" in now["answer-new"], "the older note made way for the newer"


def test_the_learner_s_own_cells_stay_where_they_were(root):
    main(["start", "2"])
    page = mine(root)
    page["cells"].insert(0, text("first", "Before all."))
    page["cells"].insert(3, code("try", "x = 1"))
    page["cells"].append(code("last", "y = 2"))
    save(root, page)
    publish(root, book_edition(task="New."))
    main(["update"])
    assert list(sources(mine(root))) == [
        "first", "title", "setup", "try", "task", "answer", "check", "last",
    ]  # fmt: skip


def test_new_cells_come_dropped_ones_go_deleted_ones_return(root):
    main(["start", "2"])
    page = mine(root)
    page["cells"] = [c for c in page["cells"] if c["id"] != "check"]
    save(root, page)
    edit(root, answer="mine")
    new = book_edition()
    new["cells"] = [c for c in new["cells"] if c["id"] not in ("setup", "answer")]
    new["cells"].insert(1, text("aim", "The aim."))
    publish(root, new)
    main(["update"])
    now = sources(mine(root))
    assert list(now) == ["title", "aim", "task", "answer", "check"]
    assert now["answer"] == "mine", "dropped by the book, but the learner had worked on it"


def test_a_moved_cell_keeps_its_answer(root):
    main(["start", "2"])
    page = mine(root)
    page["cells"].reverse()
    save(root, page)
    edit(root, answer="mine")
    publish(root, book_edition(title="# New"))
    main(["update"])
    assert list(sources(mine(root))) == list(sources(book_edition()))
    assert sources(mine(root))["answer"] == "mine"


def test_a_renamed_notebook_is_found_and_a_copy_too(root):
    main(["start", "2"])
    page = edit(root, answer="mine")
    save(root, page, "again")
    (root / "my-work" / f"{NAME}.ipynb").rename(root / "my-work" / "first try.ipynb")
    publish(root, book_edition(task="New."))
    assert main(["update", "2"]) == 0
    for name in ("again", "first try"):
        assert sources(mine(root, name))["task"] == "New."
        assert sources(mine(root, name))["answer"] == "mine"
    assert len(list((root / "my-work" / "backups").iterdir())) == 2


def test_lost_and_doubled_ids_lose_no_text(root):
    main(["start", "2"])
    edit(root, answer="mine")
    page = mine(root)
    doubled = copy.deepcopy(page["cells"][3])
    doubled["source"] = ["mine as well"]
    page["cells"].insert(4, doubled)
    page["cells"].append({k: v for k, v in code("x", "no id").items() if k != "id"})
    save(root, page)
    publish(root, book_edition(task="New."))
    main(["update"])
    now = mine(root)
    ids = [c["id"] for c in now["cells"]]
    assert len(set(ids)) == len(ids)
    assert {"mine", "mine as well", "no id", "New."} <= set(sources(now).values())


def empty(path):
    path.write_text("")


def exchange(path):
    path.write_text(dumps(book_edition(answer="mine", task="My notes.")), "utf-8")


@pytest.mark.parametrize("spoil", [os.unlink, empty, exchange])
def test_without_the_first_edition_nothing_is_lost_either(root, spoil):
    main(["start", "2"])
    edit(root, answer="mine", task="My notes.")
    for base in (root / "my-work" / ".backprop" / "base").iterdir():
        spoil(base)
    publish(root, book_edition(task="New.", title="# New"))
    main(["update"])
    now = sources(mine(root))
    assert now["answer"] == "mine"
    assert now["task"] == "My notes."
    assert "New." in now["task-new"]


def test_two_notebooks_from_two_editions(root):
    main(["start", "2"])
    (root / "my-work" / f"{NAME}.ipynb").rename(root / "my-work" / "old.ipynb")
    publish(root, book_edition(task="Second."))
    main(["start", "2"])
    edit(root, answer="mine")
    publish(root, book_edition(task="Third."))
    assert main(["update", "2"]) == 0
    for name in (NAME, "old"):
        assert sources(mine(root, name))["task"] == "Third."
    assert sources(mine(root))["answer"] == "mine"


def test_an_edition_that_only_shows_something_else_is_no_news(root, capsys):
    main(["start", "2"])
    new = book_edition()
    new["cells"][1]["outputs"] = [{"name": "stdout", "output_type": "stream", "text": ["1\n"]}]
    publish(root, new)
    capsys.readouterr()
    before = snapshot(root / "my-work")
    assert main(["update", "2"]) == 0
    assert "is up to date" in capsys.readouterr().out
    assert snapshot(root / "my-work") == before


def test_a_notebook_of_another_book_and_notes_are_left_alone(root, capsys):
    main(["start", "2"])
    other = notebook([text("a", "Mine.")], {"kind": "exercises", "chapter": 2, "name": "02_other"})
    save(root, other, "other")
    bare = {**other, "metadata": {}}
    save(root, bare, "notes")
    publish(root, book_edition(task="New."))
    assert main(["update"]) == 0
    assert mine(root, "other") == other
    assert mine(root, "notes") == bare


def test_a_notebook_of_another_book_alone_is_named(root, capsys):
    main(["start", "2"])
    page = mine(root)
    page["metadata"]["backprop"]["name"] = "02_other"
    save(root, page)
    before = snapshot(root)
    capsys.readouterr()
    for command in (["update"], ["update", "2"]):
        assert main(command) == 1
        assert f"my-work/{NAME}.ipynb is of no chapter of this book; it was left" in said(capsys)
    assert snapshot(root) == before


def test_a_corrupt_notebook_is_named_and_the_others_are_updated(root, capsys):
    main(["start", "2"])
    (root / "my-work" / "broken.ipynb").write_text("not json")
    publish(root, book_edition(task="New."))
    capsys.readouterr()
    assert main(["update"]) == 1
    assert "broken.ipynb is not a notebook (its JSON is broken); it was left" in said(capsys)
    assert (root / "my-work" / "broken.ipynb").read_text() == "not json"
    assert sources(mine(root))["task"] == "New."


@pytest.mark.parametrize(
    "content",
    ["[]", '{"nbformat": 3, "metadata": {}, "cells": []}', '{"nbformat": 4, "metadata": {}}',
     '{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code"}]}', "\x00",
     '{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": [1]}]}',
     '{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "raw", "source": "", "id": []}]}'],
)  # fmt: skip
def test_what_is_no_notebook_is_left_as_it_is(root, content, capsys):
    main(["start", "2"])
    path = root / "my-work" / f"{NAME}.ipynb"
    path.write_text(content)
    capsys.readouterr()
    assert main(["update", "2"]) == 1
    assert "is not a notebook" in said(capsys)
    assert path.read_text() == content


def test_update_before_start(root, capsys):
    assert main(["update", "2"]) == 1
    assert "You have not started chapter 2 yet" in said(capsys)
    assert main(["update"]) == 1
    assert "You have not started anything yet" in said(capsys)
    assert not (root / "my-work").exists()


texts = st.text("ab\n", max_size=4)
change = st.one_of(
    st.tuples(st.just("edit"), st.integers(0, 9), texts),
    st.tuples(st.just("insert"), st.integers(0, 9), texts),
    st.tuples(st.just("delete"), st.integers(0, 9), st.none()),
    st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("double"), st.integers(0, 9), texts),
)
hand = st.lists(change, max_size=6)


def by(changes, edition, prefix):
    """Return the notebook after somebody's changes; new cells have ids that begin with `prefix`."""
    page = copy.deepcopy(edition)
    cells = page["cells"]
    for number, (what, place, other) in enumerate(changes):
        at = place % max(len(cells), 1)
        if what == "insert":
            cells.insert(at, text(f"{prefix}{number}", other))
        elif cells and what == "edit":
            cells[at]["source"] = other.splitlines(keepends=True)
        elif cells and what == "delete":
            del cells[at]
        elif cells and what == "move":
            cells.insert(other % len(cells), cells.pop(at))
        elif cells and prefix == "mine":
            twin = copy.deepcopy(cells[at])
            twin["source"] = other.splitlines(keepends=True)
            cells.insert(at, twin)
    return page


@settings(deadline=None, max_examples=60)
@given(learner=hand, book=hand, later=hand, known=st.booleans())
# A double of the check, moved up to stand behind the title.
@example(learner=[("double", 4, ""), ("move", 0, 4)], book=[], later=[], known=False)
def test_whoever_changes_what_no_text_of_the_learner_s_is_lost(learner, book, later, known):
    base = book_edition()
    editions = [by(book, base, "book")]
    editions.append(by(later, editions[0], "later"))
    mine = by(learner, base, "mine")
    # What the book says in the same cell, now or next, is the book's, whoever typed it too.
    given_texts = {(c["id"], "".join(c["source"])) for c in base["cells"] + editions[0]["cells"]}
    typed = Counter(
        "".join(c["source"])
        for c in mine["cells"]
        if (c["id"], "".join(c["source"])) not in given_texts
    )
    before = base
    for new in editions:
        mine, _ = _work.merge(mine, before if known else None, new)
        now = Counter("".join(c["source"]) for c in mine["cells"])
        assert typed <= now
        ids = [c["id"] for c in mine["cells"]]
        assert len(set(ids)) == len(ids)
        assert {c["id"] for c in new["cells"]} <= set(ids)
        again, _ = _work.merge(mine, new, new)
        assert again["cells"] == mine["cells"], "a second update has nothing to do"
        before = new


# -- disks and permissions -------------------------------------------------------------------------


def full(*args, **kwargs):
    raise OSError(28, "No space left on device")


def test_a_full_disk_leaves_the_old_file(root, monkeypatch, capsys):
    main(["start", "2"])
    edit(root, answer="mine")
    publish(root, book_edition(task="New."))
    before = snapshot(root)
    capsys.readouterr()
    monkeypatch.setattr(os, "fsync", full)
    assert main(["update"]) == 1
    assert "No space left on device. What was there is unchanged." in said(capsys)
    assert snapshot(root) == before
    monkeypatch.undo()
    monkeypatch.chdir(root)
    assert main(["update"]) == 0
    assert sources(mine(root))["task"] == "New."


def test_a_full_disk_when_one_starts(root, monkeypatch, capsys):
    before = snapshot(root)
    monkeypatch.setattr(os, "fsync", full)
    assert main(["start", "2"]) == 1
    assert "No space left on device." in said(capsys)
    assert snapshot(root) == before
    monkeypatch.undo()
    monkeypatch.chdir(root)
    assert main(["start", "2"]) == 0


def test_a_file_where_the_folder_should_be(root, capsys):
    (root / "my-work").write_text("my shopping list")
    for command in ("start", "update"):
        assert main([command, "2"]) == 1
        said(capsys)
    assert (root / "my-work").read_text() == "my shopping list"
    assert main(["progress"]) == 0


def test_an_update_that_fails_half_way_can_be_done_again(root, monkeypatch):
    main(["start", "2"])
    edit(root, answer="mine")
    publish(root, book_edition(task="New."))
    real = os.replace

    def fail_on_the_notebook(source, target):
        if str(target).endswith(f"my-work/{NAME}.ipynb"):
            full()
        real(source, target)

    monkeypatch.setattr(os, "replace", fail_on_the_notebook)
    assert main(["update"]) == 1
    assert sources(mine(root))["task"] == "Write it."
    monkeypatch.setattr(os, "replace", real)
    assert main(["update"]) == 0
    assert sources(mine(root))["task"] == "New."
    assert sources(mine(root))["answer"] == "mine"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may write anywhere")
def test_no_permission_to_write(root, capsys):
    root.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert main(["start", "2"]) == 1
        assert "cannot be written" in said(capsys)
    finally:
        root.chmod(stat.S_IRWXU)


def test_no_permission_is_one_sentence_for_any_user(root, monkeypatch, capsys):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    assert main(["start", "2"]) == 1
    assert "cannot be written: Permission denied." in said(capsys)
    monkeypatch.undo()
    monkeypatch.chdir(root)
    main(["start", "2"])
    edit(root, answer="mine")
    publish(root, book_edition(task="New."))
    before = snapshot(root)
    capsys.readouterr()
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    assert main(["update"]) == 1
    assert "cannot be written: Permission denied." in said(capsys)
    monkeypatch.chdir(root / "my-work")
    assert "could not be saved in my-work/: Permission denied." in check.dL_dw1(0.5).note
    assert snapshot(root) == before


def test_a_notebook_saved_during_the_update_is_not_overwritten(root, monkeypatch, capsys):
    main(["start", "2"])
    publish(root, book_edition(task="New."))
    capsys.readouterr()
    backup = _work._backup

    def backup_and_then_the_learner_saves(*args):
        place = backup(*args)
        edit(root, answer="typed in this second")
        return place

    monkeypatch.setattr(_work, "_backup", backup_and_then_the_learner_saves)
    assert main(["update"]) == 1
    assert "was saved while it was being updated" in said(capsys)
    assert sources(mine(root))["answer"] == "typed in this second"


def test_an_atomic_write_keeps_the_mode_and_leaves_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    _store.write_atomically(path, "one\n")
    path.chmod(0o600)
    _store.write_atomically(path, "two\n")
    assert path.read_text() == "two\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        _store.write_atomically(path, "three\n")
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text() == "two\n"


# -- what the checks keep --------------------------------------------------------------------------


@pytest.fixture
def work(root, monkeypatch):
    kept = {name: _api.EXERCISES[name] for name in ("forward", "dL_dw1")}
    monkeypatch.setattr(_api, "EXERCISES", kept)
    main(["start", "2"])
    monkeypatch.chdir(root / "my-work")
    return root / "my-work"


def right_forward(W1, b1, W2, b2, x, f):
    return chapter_02.forward_reference(W1, b1, W2, b2, x, f)


def test_progress_survives_the_session_and_is_never_downgraded(work, capsys):
    check.forward(right_forward)
    check.dL_dw1(0.5)
    _store.forget_session()
    check.forward(lambda W1, b1, W2, b2, x, f: 0)
    lines = check.progress().lines
    assert [line.status for line in lines] == ["right", "not yet"]
    assert lines[0].tries == 2
    assert check.progress().kept
    capsys.readouterr()
    assert main(["progress"]) == 0
    assert "1 of 2 exercises right." in capsys.readouterr().out


def test_each_right_answer_is_kept_and_none_overwritten(work):
    check.forward(right_forward)
    check.forward(right_forward)
    check.forward(chapter_02.forward_reference)
    check.dL_dw1(-0.00684)
    kept = sorted(p.name.partition("-")[0] for p in (work / "passed").iterdir())
    assert kept == ["dL_dw1", "forward", "forward"]
    texts = [p.read_text("utf-8") for p in (work / "passed").iterdir()]
    assert any("def right_forward" in t for t in texts)
    assert "answer = -0.00684\n" in texts


def test_a_wrong_answer_and_a_stub_keep_no_file(work):
    check.forward(...)
    check.dL_dw1(1.0)
    assert not (work / "passed").exists()


def test_a_check_on_a_full_disk_still_answers(work, monkeypatch):
    check.forward(right_forward)
    before = snapshot(work)
    monkeypatch.setattr(os, "fsync", full)
    result = check.dL_dw1(-0.00684)
    assert result.status == "right"
    assert result.note == (
        "This could not be saved in my-work/: No space left on device. What was there is unchanged."
    )
    assert result.note in str(result)
    assert snapshot(work) == before


@pytest.mark.parametrize("content", ["", "[]", "{", '{"tries": "many", "right": 0}'])
def test_broken_progress_is_as_good_as_none(work, content):
    state = work / ".backprop" / "progress" / "forward.json"
    state.parent.mkdir(parents=True)
    state.write_text(content)
    assert check.progress().lines[0].status == "not started"
    assert check.forward(right_forward).note == ""
    assert check.progress().lines[0].status == "right"


def test_a_kept_answer_outlives_its_progress(work):
    check.forward(right_forward)
    (work / ".backprop" / "progress" / "forward.json").unlink()
    check.forward(lambda W1, b1, W2, b2, x, f: 0)
    assert check.progress().lines[0].status == "right"


def test_a_deleted_answer_and_a_rerun_from_the_stub_lose_nothing(work):
    check.forward(right_forward)
    page = mine(work.parent)
    page["cells"] = [c for c in page["cells"] if c["id"] != "answer"]
    save(work.parent, page)
    main(["update"])
    assert "..." in sources(mine(work.parent))["answer"], "the stub is back"
    _store.forget_session()  # restart the kernel, run all: the answer is the stub again
    assert check.forward(lambda *args: ...).status == "not started"
    assert check.progress().lines[0].status == "right"
    (kept,) = (work / "passed").iterdir()
    assert "def right_forward" in kept.read_text("utf-8")


def test_two_notebooks_at_once_neither_undoes_the_other(work, monkeypatch):
    # The other notebook's check reads what is known before this one's is written, and writes after.
    stale = _store.state_of("forward", work)
    check.forward(right_forward)
    with monkeypatch.context() as patch:
        patch.setattr(_store, "state_of", lambda *args: stale)
        check.forward(lambda W1, b1, W2, b2, x, f: 0)
    assert check.progress().lines[0].status == "right"


@pytest.mark.slow
def test_two_kernels_at_once_leave_whole_files(work):
    program = (
        "import sys\nfrom backprop import check\nfrom backprop.check import chapter_02\n"
        "for i in range(40):\n"
        "    assert check.dL_dw1(-0.00684 if i == int(sys.argv[1]) else 1 + i).note == ''\n"
        "    assert check.progress(2).kept\n"
    )
    kernels = [
        subprocess.Popen([sys.executable, "-c", program, number], cwd=work)
        for number in ("3", "30", "99")
    ]
    assert [kernel.wait(60) for kernel in kernels] == [0, 0, 0]
    state = json.loads((work / ".backprop" / "progress" / "dL_dw1.json").read_text())
    assert state["tries"] >= 40
    assert [line.status for line in check.progress().lines] == ["not started", "right"]
    names = sorted(p.name for p in work.rglob("*") if p.is_file())
    assert len([name for name in names if name.startswith("dL_dw1")]) == 2
    assert not [name for name in names if name.endswith(".tmp")]


@pytest.mark.parametrize("chapter", ["9", "two", ""])
def test_progress_of_no_chapter_is_refused(root, chapter, capsys):
    assert main(["progress", chapter]) == 1
    assert "there are for: 2" in said(capsys)


def test_progress_of_a_chapter(work, capsys):
    capsys.readouterr()
    assert main(["progress", "02"]) == 0
    assert capsys.readouterr().out.startswith("Chapter 2: 0 of 2 exercises right.")


def test_refusals_are_sentences(root):
    with pytest.raises(RefusalError, match=r"^There are no exercises for chapter '9'; .*\.$"):
        _work.start(root, "9")


@pytest.mark.parametrize("marked", ["", "01_another_chapter"])
def test_another_notebook_in_the_place_of_the_chapter_s(root, marked, capsys):
    """Neither command sends the learner to the other one."""
    main(["start", "2"])
    page = mine(root)
    page["metadata"]["backprop"] = {"kind": "exercises", "name": marked} if marked else {}
    save(root, page)
    before = snapshot(root)
    for command in (["start", "2"], ["update", "2"]):
        capsys.readouterr()
        assert main(command) == 1
        told = said(capsys)
        assert f"my-work/{NAME}.ipynb is another notebook and was left as it is" in told
        assert "give it another name" in told
        assert snapshot(root) == before
