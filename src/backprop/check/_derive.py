"""Exercises whose answer is a formula, compared with the right one at points."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from backprop.check._code import CodeExercise
from backprop.check._exercise import NOTHING, Mistake, article, listed
from backprop.check._formula import Formula, FormulaError
from backprop.check._outcomes import Case, is_stub
from backprop.check._result import Result, Section

Point = Mapping[str, Any]
"""What every name stands for: a number, an array, or a function such as `f`."""


class DeriveExercise(CodeExercise):
    """An exercise whose answer is a formula, as text or as a function of the names in it.

    Parameters
    ----------
    name, title, chapter, section, mistakes, praise
        As for every exercise; a mistake's wrong answers are formulas, as text.
    quantity : str
        What the formula is for, such as ``"∂L/∂w"``.
    names : sequence of str
        What a formula may contain.
    functions : sequence of str
        Those of the names that are functions, such as ``f`` and ``df``.
    right : str
        The right formula.
    points : callable
        Returns the points at which formulas are compared, each a dictionary of all names, and
        under the empty name, where it is needed, what the point is called. What
        depends on other names (``a`` on ``u``, say) must fit them at every point, so that a formula
        may use whichever it likes.
    """

    kind = "derive"
    preposition = "at"
    first_step = (
        "Type your formula in place of the `...`, between quotes, run that cell, then run this one "
        "again."
    )
    by_hand = (
        "Put simple numbers in for all names and compare: which factor or which term makes the "
        "difference?"
    )

    def __init__(
        self,
        name: str,
        title: str,
        chapter: int,
        section: Section,
        *,
        quantity: str,
        names: Sequence[str],
        functions: Sequence[str] = (),
        right: str,
        points: Callable[[], Sequence[Point]],
        mistakes: Sequence[Mistake],
        praise: str,
    ) -> None:
        self.names = tuple(names)
        self.functions = tuple(functions)
        self.right = right
        super().__init__(
            name,
            title,
            chapter,
            section,
            call_as=f"formula({', '.join(self.names)})",
            parts=(quantity,),
            reference=self._function(Formula(right, self.names, self.functions)),
            cases=lambda: [Case(_describe(p), tuple(p[n] for n in names)) for p in points()],
            mistakes=[
                Mistake(m.key, m.symptom, m.idea, m.section, tuple(map(self._wrong, m.wrong)))
                for m in mistakes
            ],
            praise=praise,
        )

    @property
    def one_thing(self) -> str:
        """How to give the check one thing, for whoever gave it several."""
        return "Give it the whole formula as one text, between quotes."

    @property
    def asks(self) -> str:
        """What the check is given, in words."""
        names = listed([f"`{name}`" for name in self.names])
        return f"your formula for {self.parts[0]} in {names}, as text or as a function of them"

    def _wrong(self, text: str) -> Callable[..., Any]:
        function = self._function(Formula(text, self.names, self.functions))
        function.text = text  # type: ignore[attr-defined]
        return function

    def _function(self, formula: Formula) -> Callable[..., Any]:
        def compute(*values: Any) -> Any:
            return formula(dict(zip(self.names, values, strict=True)))

        return compute

    def diagnose(self, answer: object) -> Result:
        """Return the result for one formula."""
        names = listed([f"`{name}`" for name in self.names])
        if answer is None or answer is Ellipsis or is_stub(answer):
            return self._not_started()
        if answer is NOTHING:
            own = f"`check.{self.name}(…)`"
            return self.result("not yet", "no-answer", f"Give the check your formula: {own}.")
        if isinstance(answer, str):
            if answer.strip(" .\N{HORIZONTAL ELLIPSIS}") == "":
                return self._not_started()
            try:
                return self._judge(
                    self._function(Formula(answer, self.names, self.functions)), "your formula"
                )
            except FormulaError as error:
                return self.result("not yet", error.key, str(error))
        if not callable(answer) or inspect.isclass(answer):
            kind = "a class" if inspect.isclass(answer) else article(type(answer).__name__)
            if isinstance(answer, int | float | np.ndarray | np.number):
                kind = "a value"
            return self.result(
                "not yet",
                "no-formula",
                f"You gave the check {kind}; it wants a formula in {names}, between quotes.",
            )
        return self._function_answer(answer, names)

    def _function_answer(self, answer: Callable[..., Any], names: str) -> Result:
        """Return the result for a formula that is given as a function of some of the names."""
        try:
            taken = list(inspect.signature(answer).parameters)
        except (TypeError, ValueError):
            taken = ["?"]
        strange = [name for name in taken if name not in self.names]
        if strange:
            return self.result(
                "not yet",
                "arguments",
                f"Your function takes `{strange[0]}`, which is not a name of this task; its "
                f"arguments may be {names}.",
            )

        def compute(*values: Any) -> Any:
            given = dict(zip(self.names, values, strict=True))
            return answer(**{name: given[name] for name in taken})

        return self._judge(compute, "your function")


def _describe(point: Point) -> str:
    """Return a point in words: its own, the numbers, or the shapes of the arrays."""
    if "" in point:
        return str(point[""])
    said = [
        f"{name} = {value:.4g}" if np.ndim(value) == 0 else f"{name} of shape {np.shape(value)}"
        for name, value in point.items()
        if not callable(value)
    ]
    return ", ".join(said)
