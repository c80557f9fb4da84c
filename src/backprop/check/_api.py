"""The checks a learner calls, one per exercise, and the two that look back: `hint`, `progress`."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backprop.check import _store
from backprop.check._exercise import NOTHING, Exercise
from backprop.check._outcomes import interpreter
from backprop.check._result import _STYLE, Message, Result, Status, icon

EXERCISES: dict[str, Exercise] = {}
"""Every exercise there is, by name, in the order of the book: each `Check` adds its own."""

_last: Result | None = None
_steps: dict[tuple[str, str], int] = {}


def examine(
    name: str, answer: object, rest: tuple[object, ...], named: dict[str, object]
) -> Result:
    """Diagnose `answer`, keep the outcome, and return it; whatever happens, return a result."""
    global _last
    exercise = EXERCISES[name]
    try:
        if rest or named:
            got = 1 + len(rest) + len(named) - (answer is NOTHING)
            message = f"`check.{name}` takes one thing, your answer, and got {got}."
            result = exercise.result(
                "not yet", "too-much", f"{message} {exercise.one_thing}".strip()
            )
        else:
            with np.errstate(all="ignore"):
                result = exercise.diagnose(answer)
    except Exception as error:
        result = exercise.result(
            "not yet",
            "check-failed",
            "The check itself failed on this answer, which is a fault of the book and not yours: "
            f"{type(error).__name__} ({interpreter()}). Please report it.",
        )
    note = ""
    try:
        note = _store.keep(result, answer)
    except Exception as error:
        note = f"This could not be kept: {type(error).__name__}."
    if note:
        result = Result(
            result.exercise, result.status, result.key, result.message, result.hint, note
        )
    _last = result
    return result


class Check:
    """The check of one exercise, called with the learner's answer.

    It never raises: whatever it is given, it returns a `Result`.
    """

    def __init__(self, exercise: Exercise) -> None:
        if exercise.name in EXERCISES:
            raise ValueError(f"{exercise.name}: expected a name of its own, got one that is used")
        EXERCISES[exercise.name] = exercise
        self._exercise = exercise
        self.__name__ = exercise.name
        self.__doc__ = (
            f"Check the exercise of chapter {exercise.chapter} on {exercise.title}.\n\n"
            f"It takes {exercise.asks}, and returns a `Result`."
        )

    def __call__(self, answer: object = NOTHING, *rest: object, **named: object) -> Result:
        """Return what is right or what went wrong with `answer`."""
        return examine(self.__name__, answer, rest, named)

    def __repr__(self) -> str:
        """Return how the check is used, for whoever forgets to call it."""
        title = self._exercise.title
        return f"This is the check of {title}; call it with your answer: check.{self.__name__}(…)"


def hint(name: object = None) -> Message:
    """Return one step more of the hint to the last answer that was not right.

    Parameters
    ----------
    name : str, optional
        Accepted for the reader's convenience; the hint is always to the last check.

    Returns
    -------
    Message
        The symptom, then the idea, then where to read.
    """
    if _last is None or _last.status == "not started":
        return Message("There is nothing to hint at yet: write an answer and check it.")
    if _last.status == "right":
        return Message("Your last answer was right; there is nothing to hint at.")
    if _last.hint is None:
        return Message(_last.message)
    steps = _last.hint.steps
    where = (_last.exercise, _last.key)
    # The check itself has shown the symptom, so the first step asked for is the idea.
    step = min(_steps.get(where, 1), len(steps) - 1)
    _steps[where] = step + 1
    return Message(f"Hint {step + 1} of {len(steps)}: {steps[step]}")


@dataclass(frozen=True)
class Line:
    """One exercise in a learner's progress."""

    name: str
    title: str
    chapter: int
    status: Status
    tries: int

    @property
    def words(self) -> str:
        """What it says, without the icon."""
        tries = "" if self.tries < 2 else f", {self.tries} tries"
        return f"{self.title}: {self.status}{tries}"


@dataclass(frozen=True)
class Progress:
    """How far a learner is, chapter by chapter."""

    lines: tuple[Line, ...]
    kept: bool

    @property
    def summary(self) -> str:
        """The sentence at the top."""
        text = f"{_count(self.lines)} right."
        if len(self.chapters) == 1:
            text = f"Chapter {self.lines[0].chapter}: {text}"
        if not self.kept:
            text += " (In this session; only work in my-work/ is kept.)"
        return text

    @property
    def chapters(self) -> dict[int, tuple[Line, ...]]:
        """The lines of every chapter."""
        numbers = sorted({line.chapter for line in self.lines})
        return {n: tuple(line for line in self.lines if line.chapter == n) for n in numbers}

    def __str__(self) -> str:
        """Return the text a terminal shows."""
        rows = [self.summary]
        for chapter, lines in self.chapters.items():
            if len(self.chapters) > 1:
                rows.append(f"Chapter {chapter}: {_count(lines)} right")
            rows += [f"  {icon(line.status)} {line.words}" for line in lines]
        return "\n".join(rows)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        inside = f"<b>{html.escape(self.summary)}</b>"
        for chapter, lines in self.chapters.items():
            rows = "".join(
                f'<li><span aria-hidden="true">{icon(line.status)}</span> '
                f"{html.escape(line.words)}</li>"
                for line in lines
            )
            if len(self.chapters) > 1:
                inside += f"<div>Chapter {chapter}: {_count(lines)} right</div>"
            inside += f"<ul>{rows}</ul>"
        return f'{_STYLE}<div class="bp-check feedback idle" role="status">{inside}</div>'


def _count(lines: Sequence[Line]) -> str:
    right = sum(line.status == "right" for line in lines)
    return f"{right} of {len(lines)} exercise{'' if len(lines) == 1 else 's'}"


def progress(chapter: object = None, *, place: Path | None = None) -> Progress | Message:
    """Return how far the learner is: every exercise, with the best outcome so far.

    Parameters
    ----------
    chapter : int, optional
        Number of a chapter; all chapters if left out.
    place : Path, optional
        The learner's folder; by default the one this process works in.

    Returns
    -------
    Progress or Message
        A line for each exercise; a sentence if there are none for that chapter.
    """
    chosen = sorted(EXERCISES.values(), key=lambda one: one.chapter)
    if chapter is not None:
        chapters = sorted({one.chapter for one in chosen})
        chosen = [one for one in chosen if one.chapter == chapter]
        if not chosen:
            there = ", ".join(map(str, chapters))
            typed = f"{chapter!r:.40}".replace("`", "'")
            return Message(f"There are no exercises of a chapter `{typed}`; there are of: {there}.")
    place = place or _store.folder()
    return Progress(tuple(_line(one, place) for one in chosen), kept=place is not None)


def _line(exercise: Exercise, place: Path | None) -> Line:
    state = _store.state_of(exercise.name, place)
    status: Status = "not started"
    if state.get("right"):
        status = "right"
    elif state.get("started"):
        status = "not yet"
    tries = state.get("tries", 0)
    tries = tries if isinstance(tries, int) else 0
    return Line(exercise.name, exercise.title, exercise.chapter, status, tries)
