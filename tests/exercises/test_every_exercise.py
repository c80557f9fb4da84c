"""What holds for every exercise of the book: whoever adds one has nothing to add here."""

import json
import re
import time

import numpy as np
import pytest

from backprop import check
from backprop.check import _code
from backprop.check._answers import Number
from backprop.check._code import CodeExercise, HuntExercise
from backprop.check._derive import DeriveExercise
from backprop.check._explore import ExploreExercise
from backprop.check._outcomes import agree
from backprop.check._predict import PredictExercise
from tests.exercises.places import (
    EXERCISES,
    ROOT,
    SOURCES,
    right_answer,
    solution_cells,
    wrong_answers,
)

ALL = list(EXERCISES.values())
MISTAKES = [(e, m) for e in ALL for m in e.mistakes]
FUNCTIONS = [e for e in ALL if isinstance(e, CodeExercise) and not isinstance(e, DeriveExercise)]
every = pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.name)
every_mistake = pytest.mark.parametrize(
    ("exercise", "mistake"), MISTAKES, ids=lambda v: getattr(v, "key", "")
)
every_function = pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)


def diagnose(exercise, answer):
    return getattr(check, exercise.name)(answer)


# -- right, not started, known ---------------------------------------------------------------------


@every
def test_the_right_answer_is_right(exercise):
    result = diagnose(exercise, right_answer(exercise))
    assert (result.status, result.key) == ("right", "right"), result
    assert result.message == exercise.praise


@every
def test_a_stub_is_not_started(exercise):
    stubs = [None, ...]
    if isinstance(exercise, CodeExercise):

        def not_implemented(*args):
            raise NotImplementedError

        def dots(*args):
            """Return it."""
            ...

        stubs += [not_implemented, dots, lambda *args: None, lambda *args: ...]
        stubs += [lambda *args: [None] * len(exercise.parts)]
    if isinstance(exercise, DeriveExercise):
        # A function of other names than the task's is no stub of its answer.
        stubs = [None, ..., "...", "", lambda: ..., lambda: None]
    if isinstance(exercise, HuntExercise):
        stubs += [exercise.given]
    if isinstance(exercise, PredictExercise | ExploreExercise) and "" not in exercise.fields:
        stubs += [dict.fromkeys(exercise.fields, ...), [...] * len(exercise.fields)]
    for stub in stubs:
        result = diagnose(exercise, stub)
        assert (result.status, result.key) == ("not started", "not-started"), stub


@every
def test_each_mistake_gets_its_own_key_and_hint(exercise):
    for mistake, answer in wrong_answers(exercise):
        answers = [answer]
        if isinstance(exercise, PredictExercise) and isinstance(exercise.alone, Number):
            answers.append(float(f"{answer:.3g}"))
        for one in answers:
            result = diagnose(exercise, one)
            assert (result.status, result.key) == ("not yet", mistake.key), (one, result)
            assert result.hint == mistake.hint
            assert result.message.endswith(mistake.symptom)


@every
def test_mistakes_are_told_apart(exercise):
    if isinstance(exercise, CodeExercise):
        outcomes = [(m.key, outcome) for m, outcome in exercise.known]
        alike = [
            (one, other)
            for i, (one, mine) in enumerate(outcomes)
            for other, theirs in outcomes[:i]
            if all(map(agree, mine, theirs))
        ]
        assert alike == []
    elif isinstance(exercise, PredictExercise) and isinstance(exercise.alone, Number):
        values = [("right", exercise.expected[""])]
        values += [(slip.mistake.key, slip.values[""]) for slip in exercise.slips]
        for i, (key, one) in enumerate(values):
            for k, other in values[:i]:
                apart = abs(one - other) > 0.02 * max(abs(one), abs(other))
                assert apart or k == key, (k, key)


@every_function
def test_no_known_mistake_raises_everywhere(exercise):
    """Any other exception of its kind would be taken for it."""
    for mistake, outcomes in exercise.known:
        assert not all(outcome.raised for outcome in outcomes), mistake.key


@every
def test_there_is_more_than_one_mistake(exercise):
    assert len(exercise.mistakes) >= 2
    assert all(mistake.wrong for mistake in exercise.mistakes)
    general = {"right", "not-started", "raised", "changed-input", "shares-memory", "nan", "shape"}
    assert not {mistake.key for mistake in exercise.mistakes} & general


def test_the_first_five_chapters_have_every_kind_and_enough_of_each():
    first = [exercise for exercise in ALL if exercise.chapter <= 5]
    known = {(e.name, m.key): m.hint.steps for e in first for m in e.mistakes}
    assert len(first) >= 25
    assert {e.chapter for e in first} == {1, 2, 3, 4, 5}
    assert {e.kind for e in first} == {"code", "predict", "derive", "hunt", "explore"}
    assert len(known) >= 80
    assert len({(name, *steps) for (name, _), steps in known.items()}) == len(known)


# -- hints -----------------------------------------------------------------------------------------


@every_mistake
def test_each_hint_is_one_of_a_kind_and_has_three_steps(exercise, mistake):
    assert len(mistake.hint.steps) == 3
    assert all(step.endswith((".", "?")) for step in mistake.hint.steps)
    same = [m for m in exercise.mistakes if m.symptom == mistake.symptom or m.key == mistake.key]
    assert same == [mistake]


def without_spaces(text):
    return re.sub(r"[\s`]", "", text)


@every_mistake
def test_no_hint_is_the_answer(exercise, mistake):
    hints = without_spaces(" ".join(mistake.hint.steps))
    answer = solution_cells(exercise.name)[1]
    assigned = [line.partition(" = ")[2] or line for line in answer.splitlines()]
    stub = set(map(without_spaces, learner_lines(exercise.name)))
    told = [without_spaces(line.replace('"', "")) for line in assigned]
    for line in told:
        # Short ones (a name, a number, a word that is a choice) say nothing by themselves.
        if len(line) > 6 and line not in stub:
            assert line not in hints
    if isinstance(exercise, PredictExercise) and isinstance(exercise.alone, Number):
        assert f"{abs(exercise.right()):.2g}" not in hints


def learner_lines(name):
    for source in SOURCES:
        for cell in notebook_cells(source):
            if cell["metadata"].get("backprop") == {"exercise": name, "role": "answer"}:
                return "".join(cell["source"]).splitlines()
    raise LookupError(name)


def notebook_cells(source):
    return json.loads((ROOT / "exercises" / f"{source.stem}.ipynb").read_text("utf-8"))["cells"]


SECTIONS = {e.section for e in ALL} | {m.section for _, m in MISTAKES}


@pytest.mark.parametrize("section", sorted(SECTIONS), ids=lambda s: f"{s.page[:2]}-{s.cell}")
def test_a_section_that_hints_lead_to_exists(section):
    page = json.loads((ROOT / "book" / f"{section.page}.ipynb").read_text("utf-8"))
    headings = {
        line.lstrip("# "): cell["id"]
        for cell in page["cells"]
        if cell["cell_type"] == "markdown"
        for line in "".join(cell["source"]).splitlines()
        if line.startswith("#")
    }
    assert headings.get(section.heading) == section.cell


# -- whatever a learner hands in, there is an answer -----------------------------------------------


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


ODD = [
    "text",
    "",
    3,
    2.5,
    True,
    1j,
    float("nan"),
    np.inf,
    [],
    {},
    (),
    set(),
    b"x",
    [1, 2, 3],
    AClass,
]
ODD += [
    AClass(),
    Hostile(),
    len,
    lambda: 1,
    np.zeros((2, 2)),
    np.array("a"),
    "x" * 10_000,
    range(4),
]
ODD += [{"a": ...}, [..., 1], "f'(u)", "(", "lambda: 0", "__import__('os')", 10**400, "9**9**9"]


@every
def test_whatever_the_answer_is_the_check_returns_one_sentence(exercise):
    for odd in ODD:
        result = diagnose(exercise, odd)
        assert result.key != "check-failed" or isinstance(odd, Hostile), (odd, result)
        assert result.message.endswith((".", "?")), (odd, result)
        assert "\n" not in result.message
        assert len(result.message) < 600
        assert result._repr_html_().count('role="status"') == 1


@every
def test_no_argument_and_too_many_get_a_sentence(exercise):
    assert diagnose_call(exercise).key == "no-answer"
    assert "takes one thing, your answer, and got 2" in diagnose_call(exercise, 1, 2).message
    assert diagnose_call(exercise, answer_is=1).key == "too-much"


def diagnose_call(exercise, *args, **named):
    return getattr(check, exercise.name)(*args, **named)


# -- functions -------------------------------------------------------------------------------------


def parts_of(exercise, value):
    """Return the parts a right function returned, and a function that puts them together."""
    if len(exercise.parts) == 1:
        return [value], lambda parts: parts[0]
    return list(value), tuple


def spoilt(exercise, spoil):
    """Return the right function with its last part spoilt."""

    def function(*args):
        parts, together = parts_of(exercise, exercise.reference(*args))
        if isinstance(parts[-1], list):
            parts[-1] = [spoil(np.array(one, dtype=float)) for one in parts[-1]]
        else:
            parts[-1] = spoil(np.array(parts[-1], dtype=float))
        return together(parts)

    return function


def infinite(array):
    array.flat[-1] = np.inf
    return array


def missing(array):
    array.flat[0] = np.nan
    return array


def moved(array):
    array.flat[-1] += 0.123
    return array


SPOILS = {
    "nan": [missing, infinite],
    "shape": [lambda a: a[None, None], lambda a: a + 1j, lambda a: "text", lambda a: {1: a}],
    "sign": [lambda a: -a],
    "factor": [lambda a: 3 * a, lambda a: a / 7],
    "precision": [lambda a: a.astype(np.float32).astype(float) * (1 + 1e-7)],
    "value": [moved, lambda a: a**2 + 3],
}


@every_function
@pytest.mark.parametrize("key", SPOILS)
def test_a_spoilt_result_is_found_and_named(exercise, key):
    for spoil in SPOILS[key]:
        result = diagnose(exercise, spoilt(exercise, spoil))
        assert result.status == "not yet"
        # What it looks like, or a mistake of this exercise that looks the same.
        known = {mistake.key for mistake in exercise.mistakes}
        similar = {"value", "factor"} if key == "value" else {key}
        assert result.key in similar | known, result
        if result.key == key:
            assert result.hint is None or result.hint.idea


@every_function
def test_an_exception_is_told(exercise):
    def fails(*args):
        raise LookupError("nothing there")

    result = diagnose(exercise, fails)
    assert result.key == "raised"
    assert "`fails` stopped with LookupError" in result.message


@every_function
def test_a_changed_input_is_told_by_name(exercise):
    first = next(
        (i for i, a in enumerate(exercise.cases[0].args) if isinstance(a, np.ndarray) and a.size),
        None,
    )
    if first is None:
        pytest.skip("its arguments are numbers")

    def changes(*args):
        result = exercise.reference(*args)
        if isinstance(args[first], np.ndarray):
            args[first].flat[0] += 1
        return result

    result = diagnose(exercise, changes)
    known = {mistake.key for mistake in exercise.mistakes}
    assert result.key in {"changed-input"} | known
    if result.key == "changed-input":
        assert f"changes its input `{exercise.arguments[first]}`" in result.message


@every_function
def test_shared_memory_is_told_where_it_is_forbidden(exercise):
    if "results" in exercise.separate:

        def twins(*args):
            parts = [np.array(part) for part in exercise.reference(*args)]
            shared = np.concatenate([part.ravel() for part in parts])
            return [*parts[:-1], shared[: parts[-1].size], shared][: len(parts)]

        assert diagnose(exercise, twins).status == "not yet"
    if "inputs" in exercise.separate:
        assert any(m.key for m in exercise.mistakes)


@every_function
def test_a_loop_without_end_is_told(exercise, monkeypatch):
    monkeypatch.setattr(_code, "SECONDS", 0.1)

    def endless(*args):
        while True:
            time.sleep(0.001)

    result = diagnose(exercise, endless)
    assert result.key == "endless"
    assert "`endless` was still running" in result.message


@every_function
def test_a_function_that_returns_nothing_or_half_is_told(exercise):
    def nothing(*args):
        exercise.reference(*args)

    assert diagnose(exercise, nothing).key == "no-return"
    if len(exercise.parts) > 1:

        def half(*args):
            parts = list(exercise.reference(*args))
            return [*parts[:-1], ...]

        assert diagnose(exercise, half).key == "unfinished"


@every_function
def test_another_number_of_arguments_is_told(exercise):
    result = diagnose(exercise, lambda a, b, c, d, e, f, g, h, i: 1)
    assert result.key == "arguments"
    assert exercise.call_as in result.message


# -- speed -----------------------------------------------------------------------------------------


@every
def test_a_check_is_instant(exercise):
    answers = [right_answer(exercise), wrong_answers(exercise)[-1][1]]
    diagnose(exercise, answers[0])
    for answer in answers:
        times = []
        for _ in range(3):
            started = time.process_time()
            diagnose(exercise, answer)
            times.append(time.process_time() - started)
        assert min(times) < 0.05
