"""Exercises whose answer is predicted: a number, a few, a shape, a table of shapes, a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from backprop.check._answers import Answer, Field, Number, read, split, together, unstarted
from backprop.check._exercise import NOTHING, Exercise, Finding, Mistake, listed
from backprop.check._result import Hint, Result, Section


@dataclass(frozen=True)
class Slip:
    """What a known mistake leads to: values of all parts, or of those it touches."""

    mistake: Mistake
    values: Answer


class PredictExercise(Exercise):
    """An exercise whose answer is a value, or several that have names.

    Parameters
    ----------
    name, title, chapter, section, mistakes, praise
        As for every exercise. A mistake's wrong answers are functions that return what `right`
        returns, or, if there are several parts, a dictionary of those that the mistake touches.
    right : callable
        Returns the right value, or a dictionary of the right values by name.
    parts : Field, or mapping of str to Field
        What is asked for; the names in the order in which a tuple would hold them.
    """

    kind = "predict"

    def __init__(
        self,
        name: str,
        title: str,
        chapter: int,
        section: Section,
        *,
        right: Callable[[], Any],
        mistakes: Sequence[Mistake],
        praise: str,
        parts: Field | Mapping[str, Field] | None = None,
    ) -> None:
        super().__init__(name, title, chapter, section, mistakes=mistakes, praise=praise)
        parts = Number() if parts is None else parts
        self.fields = {"": parts} if isinstance(parts, Field) else dict(parts)
        self.right = right

    @property
    def alone(self) -> Field | None:
        """The only field, if the answer is one value."""
        return self.fields.get("")

    @property
    def one_thing(self) -> str:
        """How to give the check one thing, for whoever gave it several."""
        return together(self.name, self.fields)

    @property
    def asks(self) -> str:
        """What the check is given, in words."""
        if self.alone:
            return f"your {self.alone.noun}"
        return f"your values of {listed([f'`{name}`' for name in self.fields])}, in a dictionary"

    @cached_property
    def expected(self) -> Answer:
        """The right values by name."""
        return self._named(self.right())

    @cached_property
    def slips(self) -> list[Slip]:
        """What every known mistake leads to."""
        return [Slip(m, self._named(wrong())) for m in self.mistakes for wrong in m.wrong]

    def _named(self, value: Any) -> Answer:
        return {"": value} if self.alone else dict(value)

    def diagnose(self, answer: object) -> Result:
        """Return the result for one answer."""
        noun = self.alone.noun if self.alone else "answers"
        if answer is NOTHING:
            message = f"Give the check your {noun}: `check.{self.name}(…)`."
            return self.result("not yet", "no-answer", message)
        if unstarted(answer):
            return self.result(
                "not started",
                "not-started",
                f"Put your {noun} in place of the `...`, run that cell, then run this one again.",
            )
        given = split(answer, self.fields)
        values = given if isinstance(given, Finding) else read(given, self.fields)
        if isinstance(values, Finding):
            return self.not_yet(values)
        wrong = [
            name
            for name, value in values.items()
            if not self.fields[name].same(value, self.expected[name])
        ]
        if not wrong:
            return self._all_right_so_far(values)
        slip = self._slip(values, wrong)
        if slip is not None:
            mistake = slip.mistake
            at = [name for name in wrong if name in slip.values]
            message = self._so_far(values, wrong, at) + mistake.symptom
            return self.result("not yet", mistake.key, message, hint=mistake.hint)
        twice = self._twice_wrong(values, wrong)
        return self._other(values, wrong) if twice is None else twice

    def _all_right_so_far(self, values: Answer) -> Result:
        missing = [f"`{name}`" for name in self.fields if name not in values]
        if not missing:
            return self.result("right", "right", self.praise)
        verb = "is" if len(missing) == 1 else "are"
        return self.not_yet(
            Finding("unfinished", f"Right so far; {listed(missing)} {verb} still `...`.")
        )

    def _so_far(self, values: Answer, wrong: Sequence[str], at: Sequence[str]) -> str:
        """Return what is right, and which wrong parts are meant, if the answer has parts."""
        if self.alone:
            return ""
        right = [f"`{name}`" for name in values if name not in wrong]
        said = f"{listed(right)} {'is' if len(right) == 1 else 'are'} right. " if right else ""
        first = " first" if len(at) < len(wrong) else ""
        return f"{said}Look at {listed([f'`{name}`' for name in at])}{first}. "

    def _slip(self, values: Answer, wrong: Sequence[str]) -> Slip | None:
        """Return the slip that explains most of what is wrong, the nearest of those."""
        found: list[tuple[int, float, Slip]] = []
        for slip in self.slips:
            off = [
                self.fields[name].distance(values[name], value) if name in values else None
                for name, value in slip.values.items()
            ]
            touched = sum(name in wrong for name in slip.values)
            if touched and None not in off:
                found.append((-touched, sum(filter(None, off)), slip))
        return min(found, key=lambda one: one[:2])[2] if found else None

    def _twice_wrong(self, values: Answer, wrong: Sequence[str]) -> Result | None:
        """Return the result if one number has the sign and another known slip against it."""
        if not isinstance(self.alone, Number):
            return None
        slip = self._slip({"": -values[""]}, wrong)
        if slip is None or self.alone.same(-values[""], self.expected[""]):
            return None
        mistake = slip.mistake
        symptom = f"Two slips at once. One is the sign; the other: {mistake.symptom}"
        hint = Hint(symptom, mistake.idea, mistake.section)
        return self.result("not yet", f"{mistake.key}-and-sign", symptom, hint=hint)

    def _other(self, values: Answer, wrong: Sequence[str]) -> Result:
        name = wrong[0]
        finding = self.fields[name].differs(values[name], self.expected[name])
        message = finding.message[:1].upper() + finding.message[1:]
        message = self._so_far(values, wrong, [name]) + message
        return self.not_yet(Finding(finding.key, message, finding.idea))
