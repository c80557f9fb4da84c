"""What an answer that is no function is made of: numbers, counts, shapes, words.

Each part of such an answer is a field. A field reads what the learner typed, or says in one
sentence why it cannot; it compares; and it says what is wrong with a value that no known mistake
leads to.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop.check._exercise import Finding, article, listed
from backprop.check._outcomes import canonical


class Field:
    """One part of an answer."""

    noun = "answer"

    def read(self, given: object) -> Any:
        """Return the value of what a learner typed, or a `Finding` that says why there is none."""
        raise NotImplementedError

    def same(self, value: Any, right: Any) -> bool:
        """Return whether `value` is right."""
        raise NotImplementedError

    def distance(self, value: Any, slip: Any) -> float | None:
        """Return how far `value` is from what a mistake leads to; None if it is not that."""
        return 0.0 if self.same(value, slip) else None

    def differs(self, value: Any, right: Any) -> Finding:
        """Return what can be said of a wrong `value`."""
        raise NotImplementedError


def _no_number(given: object) -> str | None:
    """Return a sentence if `given` is of a kind that no number is."""
    if isinstance(given, str):
        return "You gave the check a text; write the number without quotes."
    if isinstance(given, bool | np.bool_):
        return "You gave the check a truth value; it wants a number."
    if inspect.isclass(given) or callable(given):
        return "You gave the check a function or a class; it wants a number."
    return None


@dataclass(frozen=True)
class Number(Field):
    """A number, to about three significant digits.

    `idea` is the second step of the hint to a number of which nothing better can be said; `zero`
    and `zero_idea` are what is said if it is 0, which a derivative seldom is.
    """

    idea: str = "Write down the factors and the terms one under the other, and check each of them."
    zero: str = ""
    zero_idea: str = "Follow the weight through the network: whatever it reaches moves with it."
    rtol: float = 0.006
    slip_rtol: float = 0.005
    """Known slips are compared more narrowly, so that a coarse rounding is not taken for one."""
    noun = "number"

    def read(self, given: object) -> Any:
        """Return a float, or say why there is none."""
        sentence = _no_number(given)
        if sentence:
            return Finding("no-number", sentence)
        value = canonical(given)
        if isinstance(value, np.ndarray):
            if value.dtype.kind == "c":
                return Finding("no-number", "You gave the check a complex number; it is real.")
            if value.size != 1:
                return Finding(
                    "shape",
                    f"You gave the check an array of shape {value.shape}; it wants one number.",
                )
            value = float(value.ravel()[0])
        else:
            try:
                value = float(given)  # type: ignore[arg-type]  # Fraction, Decimal
            except Exception:
                kind = article(type(given).__name__)
                return Finding("no-number", f"You gave the check {kind}; it wants a number.")
        if not np.isfinite(value):
            return Finding("nan", f"`{value}` is not a number one could predict.")
        return value

    def same(self, value: Any, right: Any) -> bool:
        """Return whether `value` is right to about three digits."""
        return bool(abs(value - right) <= self.rtol * abs(right))

    def distance(self, value: Any, slip: Any) -> float | None:
        """Return the distance, if it is small."""
        off = abs(value - slip)
        return float(off) if off <= self.slip_rtol * abs(slip) else None

    def differs(self, value: Any, right: Any) -> Finding:
        """Try the sign, the rounding, the decimal point, a factor; then say which way it is off."""
        if self.same(-value, right):
            return Finding(
                "sign",
                "The size is right and the sign is not.",
                "Ask each factor for its sign; which of them is negative?",
            )
        if value == 0 and self.zero:
            return Finding("zero", self.zero, self.zero_idea)
        ratio = value / right if right else np.inf
        if 0 < ratio and abs(ratio - 1) <= 0.06:
            return Finding(
                "rounding",
                f"Close: {value:.3g} is within {100 * abs(ratio - 1):.1f} % of it, so the way is "
                "probably right. Keep at least four digits until the end.",
                "Each rounded factor adds its own error to the product.",
            )
        for power in (1, 2, 3, -1, -2, -3):
            if self.same(value, right * 10.0**power):
                return Finding(
                    "decimal-point",
                    "All the digits are right; the decimal point is not.",
                    "Estimate the size of the result from the sizes of its factors.",
                )
        for factor, words in ((2.0, "twice"), (0.5, "half"), (4.0, "four times")):
            if self.same(value, factor * right):
                return Finding(
                    "factor",
                    f"{value:.3g} is {words} the right value.",
                    "Which factor did you count twice, or leave out?",
                )
        size = "too large" if abs(value) > abs(right) else "too small"
        sign = "The sign is right" if ratio > 0 else "The sign is wrong"
        return Finding("value", f"{value:.4g} is not it. {sign}; the size is {size}.", self.idea)


@dataclass(frozen=True)
class Count(Field):
    """A whole number, exactly."""

    idea: str = "Count once more, and write down what each number counts."
    noun = "whole number"

    def read(self, given: object) -> Any:
        """Return an int, or say why there is none."""
        sentence = _no_number(given)
        if sentence:
            return Finding("no-number", sentence)
        value = Number().read(given)
        if isinstance(value, Finding):
            return value
        if value != round(value):
            return Finding("not-whole", f"{value:.6g} is not a whole number.", self.idea)
        return round(value)

    def same(self, value: Any, right: Any) -> bool:
        """Return whether the two are equal."""
        return bool(value == right)

    def differs(self, value: Any, right: Any) -> Finding:
        """Say which way it is off."""
        size = "too large" if value > right else "too small"
        return Finding("value", f"{value} is {size}.", self.idea)


@dataclass(frozen=True)
class Shape(Field):
    """The shape of an array, such as ``(4, 3)`` or ``(4,)``."""

    idea: str = "Which index is the row, which the column, and how many values does each take?"
    noun = "shape"

    def read(self, given: object) -> Any:
        """Return a tuple of ints, or say why there is none."""
        if isinstance(given, str):
            return Finding("no-shape", "You gave the check a text; write the shape without quotes.")
        if isinstance(given, int) and not isinstance(given, bool):
            return Finding(
                "no-shape",
                f"`({given})` is the number {given} to Python; a shape with one entry is written "
                f"`({given},)`, with a comma.",
            )
        try:
            shape = tuple(operator.index(n) for n in given)  # type: ignore[attr-defined]
        except Exception:
            kind = article(type(given).__name__)
            return Finding(
                "no-shape", f"You gave the check {kind}; it wants a shape, such as `(2, 5)`."
            )
        return shape

    def same(self, value: Any, right: Any) -> bool:
        """Return whether the two are equal."""
        return bool(value == right)

    def differs(self, value: Any, right: Any) -> Finding:
        """Say whether it is transposed, or has too many axes, or an axis of another length."""
        got = f"it does not have the shape {value}"
        if value == right[::-1] and len(right) == 2:
            return Finding("shape", f"{value} is transposed.", self.idea)
        if len(value) != len(right):
            axes = "axis" if len(right) == 1 else "axes"
            return Finding(
                "shape", f"{got}; it has {len(right)} {axes}, not {len(value)}.", self.idea
            )
        wrong = [i for i, pair in enumerate(zip(value, right, strict=True)) if pair[0] != pair[1]]
        if len(value) == 1:
            return Finding("shape", f"{got}; its length is another.", self.idea)
        which = ["rows", "columns"] if len(value) == 2 else [f"axis {i}" for i in range(len(value))]
        others = "" if len(wrong) == len(value) else " alone"
        said = listed([which[i] for i in wrong])
        numbers = "numbers" if len(wrong) > 1 else "number"
        verb = "are" if len(wrong) > 1 else "is"
        return Finding("shape", f"{got}: the {numbers} of {said}{others} {verb} wrong.", self.idea)


@dataclass(frozen=True)
class Word(Field):
    """One word out of a list."""

    choices: tuple[str, ...]
    idea: str = "Ask for each of the choices what would follow if it were so."
    noun = "word"

    def read(self, given: object) -> Any:
        """Return the choice that was typed, however it was capitalised, or say that it is none."""
        offered = listed([f'`"{choice}"`' for choice in self.choices], "or")
        if not isinstance(given, str):
            kind = article(type(given).__name__)
            return Finding("no-word", f"You gave the check {kind}; it wants a word: {offered}.")
        said = " ".join(given.lower().split()).strip(".")
        for choice in self.choices:
            if said == choice.lower():
                return choice
        typed = given[:40].replace("`", "'")
        return Finding("no-word", f"`{typed}` is not one of the choices: {offered}.")

    def same(self, value: Any, right: Any) -> bool:
        """Return whether the two are the same choice."""
        return bool(value == right)

    def differs(self, value: Any, right: Any) -> Finding:
        """Say that it is another one."""
        return Finding("value", f"`{value}` is not it.", self.idea)


# -- answers of one part or several ----------------------------------------------------------------

Answer = dict[str, Any]
"""The values of the parts that were answered, by name."""


def together(name: str, fields: Mapping[str, Field]) -> str:
    """Return how the check `name` is given all of an answer at once."""
    if "" not in fields:
        return f"Put them in parentheses of their own: `check.{name}(({', '.join(fields)}))`."
    if isinstance(fields[""], Number):
        return "A decimal number is typed with a point, not with a comma."
    return f"For instance `check.{name}((2, 5))`." if isinstance(fields[""], Shape) else ""


def unstarted(answer: object) -> bool:
    """Return whether nothing was put in place of the dots."""
    if answer is None or answer is Ellipsis:
        return True
    if isinstance(answer, Mapping):
        answer = tuple(answer.values())
    return isinstance(answer, tuple | list) and len(answer) > 0 and all(map(unstarted, answer))


def open_part(given: object) -> bool:
    """Return whether this part still is dots."""
    return given is None or given is Ellipsis


def split(answer: object, fields: Mapping[str, Field]) -> dict[str, object] | Finding:
    """Return what was typed for every field, by name, or say why it cannot be told."""
    if "" in fields:
        return {"": answer}
    names = listed([f"`{name}`" for name in fields])
    if isinstance(answer, Mapping):
        given = {str(key): value for key, value in answer.items()}
        strange = [name for name in given if name not in fields]
        missing = [name for name in fields if name not in given]
        if strange:
            typed = strange[0][:40].replace("`", "'")
            return Finding("parts", f"There is no `{typed}` here; the task asks for {names}.")
        if missing:
            return Finding("parts", f"`{missing[0]}` is missing; the task asks for {names}.")
        return {name: given[name] for name in fields}
    if isinstance(answer, np.ndarray) and answer.ndim:
        answer = list(answer)
    if not isinstance(answer, tuple | list):
        kind = article(type(answer).__name__)
        return Finding("parts", f"You gave the check {kind}; it wants {names}, in this order.")
    if len(answer) != len(fields):
        return Finding(
            "parts",
            f"The task asks for {len(fields)} things, {names}; you gave {len(answer)}.",
        )
    return dict(zip(fields, answer, strict=True))


def read(given: Mapping[str, object], fields: Mapping[str, Field]) -> Answer | Finding:
    """Return the values of all parts that are not open, or why one of them cannot be read."""
    values: Answer = {}
    for name, field in fields.items():
        if open_part(given[name]):
            continue
        value = field.read(given[name])
        if isinstance(value, Finding):
            if name:
                return Finding(value.key, f"`{name}`: {value.message}", value.idea)
            return value
        values[name] = value
    return values
