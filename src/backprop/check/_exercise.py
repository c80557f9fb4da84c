"""What every exercise has, whichever kind it is: its mistakes, its results, and its words."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backprop.check._result import Hint, Result, Section, Status

NOTHING = inspect.Parameter.empty
"""What a check is given when it is called without an argument."""


@dataclass(frozen=True)
class Mistake:
    """A mistake learners make, and the three steps of its hint, of which none is the answer.

    `wrong` holds the answers of learners who make it: all are ways to make this one mistake, and
    share its hint. What an answer is, is up to the kind of exercise: a function, a number or a
    table, a formula, a region of values.
    """

    key: str
    symptom: str
    idea: str
    section: Section
    wrong: tuple[Any, ...]

    @property
    def hint(self) -> Hint:
        """The three steps of the hint."""
        return Hint(self.symptom, self.idea, self.section)


@dataclass(frozen=True)
class Finding:
    """A general finding: its key, its sentence, and the idea, the second step of its hint."""

    key: str
    message: str
    idea: str = ""


class Exercise:
    """What every exercise has; the kinds say how an answer is diagnosed.

    Parameters
    ----------
    name : str
        Name of the check, and of nothing else in the book.
    title : str
        What it is about, as it follows "Chapter 2, ".
    chapter : int
        Number of the chapter it belongs to.
    section : Section
        Where general findings send the learner.
    mistakes : sequence of Mistake
        In the order in which they are tried.
    praise : str
        The sentence after "Right."
    """

    kind = ""

    def __init__(
        self,
        name: str,
        title: str,
        chapter: int,
        section: Section,
        *,
        mistakes: Sequence[Mistake],
        praise: str,
    ) -> None:
        self.name = name
        self.title = title
        self.chapter = chapter
        self.section = section
        self.mistakes = tuple(mistakes)
        self.praise = praise

    @property
    def asks(self) -> str:
        """What the check is given, in words."""
        raise NotImplementedError

    @property
    def one_thing(self) -> str:
        """How to give the check one thing, for whoever gave it several."""
        return ""

    def diagnose(self, answer: object) -> Result:
        """Return the result for one answer."""
        raise NotImplementedError

    def result(
        self, status: Status, key: str, message: str, idea: str = "", hint: Hint | None = None
    ) -> Result:
        """Return a result of this exercise; `idea` makes a hint for a general finding."""
        message = message[:1].upper() + message[1:]
        if hint is None and idea:
            hint = Hint(message, idea, self.section)
        return Result(self.name, status, key, message, hint)

    def not_yet(self, finding: Finding) -> Result:
        """Return the result that tells a general finding."""
        return self.result("not yet", finding.key, finding.message, finding.idea)


# -- words -----------------------------------------------------------------------------------------

_COUNT = ("nothing", "one thing", "two things", "three things", "four things", "five things")


def things(count: int) -> str:
    """Return how many things there are, in words."""
    return _COUNT[count] if count < len(_COUNT) else f"{count} things"


def name_of(thing: object) -> str:
    """Return the name of a function or a class as code, or "your function"."""
    name = getattr(thing, "__name__", None)
    if not isinstance(name, str) or name == "<lambda>":
        return "your function"
    return "`" + name.replace("`", "'") + "`"


def listed(names: Sequence[str], last: str = "and") -> str:
    """Return "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def article(word: str) -> str:
    """Return `word` with "a" or "an" before it."""
    return f"{'an' if word[:1] in 'aeioAEIO' else 'a'} {word}"
