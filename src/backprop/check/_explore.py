"""Exercises in which the learner finds a value that does something."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backprop.check._answers import Field, Number, open_part, read, split, together, unstarted
from backprop.check._exercise import NOTHING, Exercise, Finding, Mistake, listed
from backprop.check._result import Result, Section


@dataclass(frozen=True)
class Region:
    """The values to which one mistake leads: `holds` tells them, `example` is one of them."""

    holds: Callable[..., bool]
    example: Any


class ExploreExercise(Exercise):
    """An exercise whose answer is any value, or are any values, that meet a condition.

    Parameters
    ----------
    name, title, chapter, section, mistakes, praise
        As for every exercise. A mistake's wrong answers are regions.
    judge : callable
        Takes the values of the parts in order; returns None if they do what the task asks, or
        a `Finding` that says how far off they are and on which side.
    example : object
        One right answer.
    parts : Field, or mapping of str to Field
        What is asked for; the names in the order in which a tuple would hold them.
    """

    kind = "explore"

    def __init__(
        self,
        name: str,
        title: str,
        chapter: int,
        section: Section,
        *,
        judge: Callable[..., Finding | None],
        example: object,
        mistakes: Sequence[Mistake],
        praise: str,
        parts: Field | Mapping[str, Field] | None = None,
    ) -> None:
        super().__init__(name, title, chapter, section, mistakes=mistakes, praise=praise)
        parts = Number() if parts is None else parts
        self.fields = {"": parts} if isinstance(parts, Field) else dict(parts)
        self.judge = judge
        self.example = example

    @property
    def one_thing(self) -> str:
        """How to give the check one thing, for whoever gave it several."""
        return together(self.name, self.fields)

    @property
    def asks(self) -> str:
        """What the check is given, in words."""
        if "" in self.fields:
            return f"the {self.fields[''].noun} you have found"
        return f"the values you have found, {listed([f'`{name}`' for name in self.fields])}"

    def diagnose(self, answer: object) -> Result:
        """Return the result for one answer."""
        if answer is NOTHING:
            return self.result(
                "not yet",
                "no-answer",
                f"Give the check what you have found: `check.{self.name}(…)`.",
            )
        if unstarted(answer):
            return self.result(
                "not started",
                "not-started",
                "Put what you have found in place of the `...`, run that cell, then run this one "
                "again.",
            )
        given = split(answer, self.fields)
        values = given if isinstance(given, Finding) else read(given, self.fields)
        if isinstance(values, Finding):
            return self.not_yet(values)
        if len(values) < len(self.fields):
            assert not isinstance(given, Finding)
            missing = listed([f"`{name}`" for name, one in given.items() if open_part(one)])
            return self.not_yet(Finding("unfinished", f"Go on: {missing} still to be found."))
        found = self.judge(*values.values())
        if found is None:
            return self.result("right", "right", self.praise)
        for mistake in self.mistakes:
            if any(region.holds(*values.values()) for region in mistake.wrong):
                return self.result("not yet", mistake.key, mistake.symptom, hint=mistake.hint)
        return self.not_yet(found)
