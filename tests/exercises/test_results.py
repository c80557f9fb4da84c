"""What a result looks like, to people and to programs; hints, progress; what is no answer."""

import html
import html.parser
import re
import subprocess
import sys
from pathlib import Path

import pytest

import backprop
from backprop import check
from backprop.check import _api, _outcomes, chapter_02

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = chapter_02.forward_reference
WRONG = _api.EXERCISES["forward"].mistakes[0].wrong[0]


# -- what is no answer -----------------------------------------------------------------------------


class AClass:
    pass


class Hostile:
    """Everything one can ask of it fails."""

    def __getattribute__(self, name):
        if name == "__class__":
            return object.__getattribute__(self, name)
        raise RuntimeError(name)

    def __call__(self, *args):
        return self

    def __eq__(self, other):
        raise RuntimeError

    __hash__ = None


@pytest.mark.parametrize(
    ("answer", "key", "says"),
    [
        ("forward", "text", "You gave the check a text; give it the function itself"),
        (AClass, "class", "`AClass` is a class"),
        (3, "no-function", "an int"),
        (REFERENCE(*chapter_02.forward_cases()[0].args), "no-function", "a tuple, perhaps what"),
        (lambda x: x, "arguments", "Your function takes 1 argument (x); the task calls it with 6"),
        (lambda: 1, "arguments", "takes no arguments"),
        (lambda W, b, x, f: 1, "arguments", "takes 4 arguments (W, b, x, f)"),
        (lambda *, W1: 1, "arguments", "takes 1 argument (W1)"),
        (len, "arguments", "`len` takes 1 argument"),
    ],
)
def test_what_is_no_function_gets_a_sentence(answer, key, says):
    result = check.forward(answer)
    assert (result.status, result.key) == ("not yet", key)
    assert says in result.message


def test_no_argument_and_too_many():
    assert "Give the check your function: `check.forward(forward)`" in check.forward().message
    assert "takes one thing, your answer, and got 2" in check.forward(REFERENCE, 3).message
    assert "and got 1" in check.forward(function=REFERENCE).message
    assert "Give the check your number" in check.dL_dw1().message


def test_a_hostile_value_gets_a_sentence():
    result = check.forward(lambda *args: Hostile())
    assert result.status == "not yet"
    loop = []
    loop.append(loop)
    assert check.forward(lambda *args: loop).status == "not yet"
    assert check.forward(lambda *args: range(3)).status == "not yet"


def test_a_fault_of_the_check_itself_is_owned_up_to(monkeypatch):
    def fail(answer):
        raise LookupError

    monkeypatch.setattr(_api.EXERCISES["forward"], "diagnose", fail)
    result = check.forward(REFERENCE)
    assert result.key == "check-failed"
    assert "a fault of the book and not yours" in result.message


# -- what a result looks like ----------------------------------------------------------------------


class Reader(html.parser.HTMLParser):
    """Collect elements and the text a reader sees or hears."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.open.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        hidden = any(tag == "style" or "aria-hidden" in given for tag, given in self.open)
        if not hidden:
            self.text += data


@pytest.mark.parametrize(
    ("answer", "css", "words"),
    [(REFERENCE, "yes", "Right."), (WRONG, "no", "Not yet."), (..., "idle", "Not started.")],
)
def test_the_page_shows_the_same_words_as_the_terminal(answer, css, words):
    result = check.forward(answer)
    page = Reader(result._repr_html_())
    assert page.open == []
    (box,) = [given for tag, given in page.elements if tag == "div" and "role" in given]
    assert box == {"class": f"bp-check feedback {css}", "role": "status"}
    assert page.text.strip().startswith(f"{words} {result.message.replace('`', '')}")
    assert str(result)[2:].startswith(f"{words} {result.message}")
    assert repr(result) == str(result)


def test_the_icon_is_not_read_aloud_and_never_stands_alone():
    shown = {check.forward(answer)._repr_html_() for answer in (REFERENCE, WRONG, ...)}
    icons = [re.search(r'<span class="bp-icon" aria-hidden="true">(.)</span>', s)[1] for s in shown]
    assert len(set(icons)) == 3


def test_the_hint_unfolds_in_three_steps_and_ends_with_the_link():
    result = check.forward(WRONG)
    page = Reader(result._repr_html_())
    assert [tag for tag, _ in page.elements].count("details") == 2
    assert page.elements[-1][0] == "a"
    assert page.elements[-1][1]["href"] == result.hint.section.href
    assert page.text.index("Hint 2 of 3") < page.text.index("Hint 3 of 3")


def contrast(one, other):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_ink_is_readable_on_its_paper_in_light_and_dark():
    style = check.forward(...)._repr_html_()
    schemes = re.findall(r"\{(--bp-yes:[^}]*)\}", style)
    assert len(schemes) == 2
    for scheme in schemes:
        inks = dict(re.findall(r"--bp-(\w+):(#[0-9a-f]{6})", scheme))
        for ink in ("yes", "no", "idle", "link", "ink"):
            assert contrast(inks[ink], inks["sunk"]) >= 4.5, ink


def test_what_a_learner_typed_cannot_become_markup():
    def nasty(W1, b1, W2, b2, x, f):
        raise ValueError("<img src=x onerror=alert(1)> & `code`")

    nasty.__name__ = "<b>nasty</b>"
    shown = check.forward(nasty)._repr_html_()
    assert "<img" not in shown
    assert "<b>nasty" not in shown
    assert html.escape("<img src=x onerror=alert(1)>") in shown


def test_a_result_is_told_to_a_program_by_status_and_key():
    assert {check.forward(a).status for a in (REFERENCE, WRONG, ...)} == {
        "right",
        "not yet",
        "not started",
    }


# -- hints -----------------------------------------------------------------------------------------


def test_hints_come_one_step_at_a_time():
    assert "nothing to hint at yet" in str(check.hint())
    check.forward(...)
    assert "nothing to hint at yet" in str(check.hint())
    result = check.forward(WRONG)
    assert str(check.hint()) == f"Hint 2 of 3: {result.hint.idea}"
    assert "Hint 3 of 3: Read “The network” in book/" in str(check.hint("forward"))
    assert "Hint 3 of 3" in str(check.hint())
    assert "role=" in check.hint()._repr_html_()
    check.forward(REFERENCE)
    assert "nothing to hint at" in str(check.hint())
    check.forward("forward")
    assert "without quotes" in str(check.hint())


# -- progress --------------------------------------------------------------------------------------


@pytest.fixture
def two(monkeypatch):
    """Let the book have two exercises, whatever it has."""
    kept = {name: _api.EXERCISES[name] for name in ("forward", "dL_dw1")}
    monkeypatch.setattr(_api, "EXERCISES", kept)


@pytest.mark.usefixtures("two")
def test_progress_of_a_session():
    assert check.progress().summary.startswith("Chapter 2: 0 of 2 exercises right.")
    check.forward(WRONG)
    check.dL_dw1(...)
    assert [line.status for line in check.progress().lines] == ["not yet", "not started"]
    check.forward(REFERENCE)
    check.forward(WRONG)
    progress = check.progress()
    assert [line.status for line in progress.lines] == ["right", "not started"]
    assert progress.lines[0].tries == 3
    assert "1 of 2 exercises right." in str(progress)
    assert "only work in my-work/ is kept" in str(progress)
    assert "\n  ✓ the forward pass: right, 3 tries\n" in str(progress)
    page = Reader(progress._repr_html_())
    assert page.open == []
    assert "the forward pass: right, 3 tries" in page.text
    assert "✓" not in page.text, "an icon is not read aloud"


def test_progress_of_a_chapter():
    first = check.progress(1)
    assert {line.chapter for line in first.lines} == {1}
    assert str(first).startswith("Chapter 1: 0 of 5 exercises right.")
    assert str(first).count("Chapter") == 1
    whole = str(check.progress()).splitlines()
    assert whole[0].startswith(f"0 of {len(_api.EXERCISES)} exercises right.")
    assert whole[1] == "Chapter 1: 0 of 5 exercises right"
    assert set(first.lines) < set(check.progress().lines)
    for typed in ("1", 99, -1, [], "`x`"):
        assert str(check.progress(typed)).startswith("There are no exercises of a chapter ")


def test_outside_a_learner_s_folder_nothing_is_written(tmp_path):
    check.forward(REFERENCE)
    assert list(tmp_path.iterdir()) == []


# -- what the import costs -------------------------------------------------------------------------


def test_the_import_is_light():
    program = (
        "import sys, time\nimport numpy\nstart = time.process_time()\nimport backprop.check\n"
        "print(time.process_time() - start)\n"
        "print([m for m in ('IPython', 'matplotlib', 'nbformat', 'traitlets', 'ipywidgets') "
        "if m in sys.modules])"
    )
    runs = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    assert all(run.stdout.splitlines()[1] == "[]" for run in runs)
    assert min(float(run.stdout.splitlines()[0]) for run in runs) < 0.15


def test_names():
    assert backprop.check is check
    assert sorted(check.__all__) == check.__all__
    assert set(_api.EXERCISES) <= set(check.__all__)
    for name in _api.EXERCISES:
        one = getattr(check, name)
        assert one.__name__ == name
        assert one.__doc__.startswith("Check the exercise of chapter ")
        assert f"check.{name}(…)" in repr(one)


def test_a_name_is_given_once():
    # Files are named after exercises, and some systems do not tell W from w in a file's name.
    assert len({name.lower() for name in _api.EXERCISES}) == len(_api.EXERCISES)
    with pytest.raises(ValueError, match="forward: expected a name of its own"):
        _api.Check(_api.EXERCISES["forward"])
    assert _outcomes.Other("x") == _outcomes.Other("x")
