"""Exercises whose answer is a function: from its outcomes to one sentence, true and useful.

The order matters and is always the same: not started, endless, right, a known mistake, raised,
changed its input, shares memory, NaN, shape, sign, constant factor, the worst entry. A right answer
is recognised before anything can be held against it, and a known mistake before its symptoms.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from types import CodeType
from typing import Any

import numpy as np

from backprop.check._exercise import (
    NOTHING,
    Exercise,
    Finding,
    Mistake,
    article,
    listed,
    name_of,
    things,
)
from backprop.check._outcomes import (
    SECONDS,
    Case,
    Other,
    Outcome,
    Raised,
    Record,
    Value,
    agree,
    call,
    close,
    is_stub,
    record,
    same,
)
from backprop.check._result import Result, Section


class CodeExercise(Exercise):
    """An exercise whose answer is a function.

    Parameters
    ----------
    name, title, chapter, section, mistakes, praise
        As for every exercise; a mistake's wrong answers are functions.
    call_as : str
        The call in words, for instance ``"forward(W1, b1, W2, b2, x, f)"``.
    parts : sequence of str
        Names of what the function returns, in order.
    reference : callable
        The right function.
    cases : callable
        Returns the cases, the simplest first; called once, on first use.
    separate : sequence of {"results", "inputs"}
        Whether the returned arrays must lie in memory apart from each other, and from the inputs.
    """

    kind = "code"
    preposition = "on"
    first_step = "Write your function in the cell above, run that cell, then run this one again."
    by_hand = (
        "Work out that one entry of `{part}` by hand and compare it, step by step, with what your "
        "code does."
    )

    def __init__(
        self,
        name: str,
        title: str,
        chapter: int,
        section: Section,
        *,
        call_as: str,
        parts: Sequence[str],
        reference: Callable[..., Any],
        cases: Callable[[], Sequence[Case]],
        mistakes: Sequence[Mistake],
        praise: str,
        separate: Sequence[str] = (),
    ) -> None:
        super().__init__(name, title, chapter, section, mistakes=mistakes, praise=praise)
        self.call_as = call_as
        self.arguments = [word.strip() for word in call_as.partition("(")[2].rstrip(")").split(",")]
        self.parts = tuple(parts)
        self.reference = reference
        self.separate = separate
        self._make_cases = cases

    @property
    def asks(self) -> str:
        """What the check is given, in words."""
        returned = listed([f"`{part}`" for part in self.parts])
        return f"your function `{self.call_as}`, which returns {returned}"

    @property
    def one_thing(self) -> str:
        """How to give the check one thing, for whoever gave it several."""
        return f"Give it the function alone: `check.{self.name}({self.call_as.partition('(')[0]})`."

    @cached_property
    def cases(self) -> Sequence[Case]:
        """The cases every answer is tried on."""
        return tuple(self._make_cases())

    @cached_property
    def expected(self) -> list[Value]:
        """The right value for every case."""
        return [call(self.reference, case).value for case in self.cases]

    @cached_property
    def known(self) -> list[tuple[Mistake, list[Outcome]]]:
        """The outcomes of every wrong function on every case."""
        return [
            (mistake, [call(wrong, case) for case in self.cases])
            for mistake in self.mistakes
            for wrong in mistake.wrong
        ]

    # -- the steps, in order -----------------------------------------------------------------------

    def diagnose(self, answer: object) -> Result:
        """Return the result for one answer."""
        refusal = self._refuse(answer)
        if refusal is not None:
            return refusal
        assert callable(answer)
        if is_stub(answer):
            return self._not_started()
        return self._judge(answer, name_of(answer))

    def _judge(self, answer: Callable[..., Any], name: str) -> Result:
        """Return the result for a function that can be called as the task says."""
        seen = record(answer, self.cases, SECONDS)
        if not seen.endless and self._untouched(seen):
            return self._not_started()
        if seen.endless:
            return self._endless(name, seen)
        forbidden = self._changed(name, seen) or self._shared(name, seen)
        values = [outcome.value for outcome in seen.outcomes]
        finished = not any(outcome.raised for outcome in seen.outcomes)
        right = finished and all(map(same, values, self.expected))
        if right and forbidden is None:
            return self.result("right", "right", self.praise)
        order = self._order(answer, name)
        if order is not None:
            return self.not_yet(order)
        for mistake, outcomes in self.known:
            if self._alike(seen.outcomes, outcomes):
                return self.result("not yet", mistake.key, mistake.symptom, hint=mistake.hint)
        finding = (
            self._raised(name, seen)
            or forbidden
            or self._empty(name, values)
            or self._not_finite(values)
            or self._shape(name, values)
            or self._sign(values)
            or self._precision(values)
            or self._factor(values)
            or self._worst(values)
        )
        return self.not_yet(finding)

    def _alike(self, mine: Sequence[Outcome], known: Sequence[Outcome]) -> bool:
        """Return whether an answer does on all cases what a known mistake does.

        Where nothing but exceptions tells the mistake, their texts must agree as well: otherwise
        any other exception of the same kind would be taken for it.
        """
        if not all(map(agree, mine, known)):
            return False
        told = any(
            outcome.raised is None and (outcome.changed or not same(outcome.value, right))
            for outcome, right in zip(known, self.expected, strict=True)
        )
        return told or [one.raised and one.raised.text for one in mine] == [
            one.raised and one.raised.text for one in known
        ]

    def _refuse(self, answer: object) -> Result | None:
        """Return a sentence for what is no answer at all, or None if `answer` can be called."""
        own = f"`check.{self.name}({self.call_as.partition('(')[0]})`"
        if answer is None or answer is Ellipsis:
            return self._not_started()
        if answer is NOTHING:
            return self.result(
                "not yet",
                "no-answer",
                f"Give the check your function: {own}, without its arguments.",
            )
        if inspect.isclass(answer):
            return self.result(
                "not yet",
                "class",
                f"{name_of(answer)} is a class; give the check your function: {own}.",
            )
        if isinstance(answer, str):
            return self.result(
                "not yet",
                "text",
                f"You gave the check a text; give it the function itself, without quotes: {own}.",
            )
        if not callable(answer):
            return self.result(
                "not yet",
                "no-function",
                f"You gave the check {article(type(answer).__name__)}, perhaps what your function "
                f"returned; give it the function itself, without arguments: {own}.",
            )
        try:
            signature = inspect.signature(answer)
        except (TypeError, ValueError):
            return None
        try:
            signature.bind(*self.cases[0].args)
        except TypeError:
            taken = ", ".join(signature.parameters)
            count = len(signature.parameters)
            return self.result(
                "not yet",
                "arguments",
                f"{name_of(answer)} takes {count} argument{'' if count == 1 else 's'} ({taken}); "
                f"the task calls it with {len(self.arguments)}: `{self.call_as}`."
                if count
                else f"{name_of(answer)} takes no arguments; the task calls it as "
                f"`{self.call_as}`.",
            )
        return None

    def _not_started(self) -> Result:
        return self.result(
            "not started",
            "not-started",
            self.first_step,
        )

    def _untouched(self, seen: Record) -> bool:
        """Return whether every call ended in NotImplementedError, or gave nothing but `...`."""
        return all(
            (outcome.raised is not None and outcome.raised.kind == "NotImplementedError")
            or (outcome.raised is None and _only_dots(outcome.value))
            for outcome in seen.outcomes
        )

    def _endless(self, name: str, seen: Record) -> Result:
        message = (
            f"{name} was still running after {SECONDS:.0f} seconds: is there a loop that never "
            "ends?"
        )
        if seen.still_running:
            message += " It could not be stopped; restart the kernel before you go on."
        return self.result(
            "not yet",
            "endless",
            message,
            "Print the variable that the loop's condition depends on: does it change in every "
            "round?",
        )

    def _order(self, answer: Callable[..., Any], name: str) -> Finding | None:
        """Return a finding if the answer has the task's arguments, in another order."""
        try:
            taken = list(inspect.signature(answer).parameters)
        except (TypeError, ValueError):
            return None
        if taken == self.arguments or sorted(taken) != sorted(self.arguments):
            return None
        return Finding(
            "argument-order",
            f"{name} takes its arguments in the order `{', '.join(taken)}`; the task calls it as "
            f"`{self.call_as}`.",
            "Python fills arguments in by their places, whatever they are called.",
        )

    def _raised(self, name: str, seen: Record) -> Finding | None:
        for case, outcome in zip(self.cases, seen.outcomes, strict=True):
            if outcome.raised is None:
                continue
            raised = outcome.raised
            fine = [
                self._on(other)
                for other, result in zip(self.cases, seen.outcomes, strict=True)
                if result.raised is None
            ]
            but = f" It does return {fine[0]}." if fine else ""
            text = f": {raised.text}" if raised.text else ""
            text = text if text.endswith((".", "!", "?")) else text + "."
            return Finding(
                "raised",
                f"{self._on(case)}, {name} stopped with {raised.kind}{raised.where}{text}{but}",
                _advice(raised),
            )
        return None

    def _changed(self, name: str, seen: Record) -> Finding | None:
        for outcome in seen.outcomes:
            if outcome.changed:
                names = listed([f"`{self.arguments[i]}`" for i in outcome.changed])
                return Finding(
                    "changed-input",
                    f"{name} changes its input {names}, which the caller still needs.",
                    "`a += c` writes into the array `a` itself; `a = a + c` makes a new one.",
                )
        return None

    def _shared(self, name: str, seen: Record) -> Finding | None:
        for outcome in seen.outcomes:
            if "inputs" in self.separate:
                for i, j in outcome.shared:
                    return Finding(
                        "shares-memory",
                        f"`{self._part(i)}` that {name} returns is the memory of its input "
                        f"`{self.arguments[j]}`: changing one later changes the other.",
                        "Return a new array, or a copy.",
                    )
            if "results" in self.separate:
                for i, j in outcome.twins:
                    return Finding(
                        "shares-memory",
                        f"`{self._part(i)}` and `{self._part(j)}` that {name} returns are one and "
                        "the same memory: changing one later changes the other.",
                        "Give each quantity an array of its own; the backward pass needs them all.",
                    )
        if seen.remembers:
            return Finding(
                "remembers",
                f"Asked the same question twice, {name} gives two different answers: something is "
                "kept from one call to the next, or read before it is filled.",
                "What is made outside the function, or as the default value of an argument, is "
                "made once, not at each call. And `np.empty` holds whatever was in memory before.",
            )
        return None

    def _empty(self, name: str, values: Sequence[Value]) -> Finding | None:
        if all(value is None for value in values):
            return Finding(
                "no-return",
                f"{name} computes something and returns nothing: its last line must be "
                f"`return {', '.join(self.parts)}`.",
                "What a function computes is lost at its end, unless `return` hands it out.",
            )
        return None

    def _not_finite(self, values: Sequence[Value]) -> Finding | None:
        for case, value in zip(self.cases, values, strict=True):
            for where, array in _arrays(value, self.parts):
                bad = np.argwhere(~np.isfinite(array))
                if len(bad):
                    entry = array[tuple(bad[0])]
                    what = "NaN (not a number)" if np.isnan(entry) else "infinity"
                    return Finding(
                        "nan",
                        f"{self._on(case)}, `{where}{_index(bad[0])}` is {what}.",
                        "NaN comes from 0/0, from infinity minus infinity, or from an array that "
                        "was made with `np.empty` and never filled; infinity from an overflow or "
                        "a division by 0.",
                    )
        return None

    def _shape(self, name: str, values: Sequence[Value]) -> Finding | None:
        wanted = listed([f"`{part}`" for part in self.parts])
        for case, value, right in zip(self.cases, values, self.expected, strict=True):
            mine, theirs = _split(value, len(self.parts)), _split(right, len(self.parts))
            if mine is None or theirs is None:
                return Finding(
                    "shape",
                    f"{name} returns {_describe(value)}; the task asks for "
                    f"{things(len(self.parts))}, in this order: {wanted}.",
                    f"The last line of the function is `return {', '.join(self.parts)}`.",
                )
            for part, got, expected in zip(self.parts, mine, theirs, strict=True):
                if got is None or got is Ellipsis:
                    dots = "still `...`" if got is Ellipsis else "`None`"
                    return Finding(
                        "unfinished",
                        f"`{part}` is {dots}.",
                        "Go on from the parts you have, in the order in which they are returned.",
                    )
                misfit = self._misfit(case, part, got, expected)
                if misfit is not None:
                    return misfit
        return None

    def _misfit(self, case: Case, part: str, got: Value, expected: Value) -> Finding | None:
        """Return what is wrong with the structure of one part, which may be a list of arrays."""
        listed_parts = isinstance(got, tuple) and not isinstance(got, Other)
        if isinstance(expected, tuple) or (listed_parts and expected.ndim > 1):
            if isinstance(got, np.ndarray) and got.ndim:
                got = tuple(map(np.asarray, got))
            if isinstance(got, Other | np.ndarray):
                return Finding(
                    "shape",
                    f"{self._on(case)}, `{part}` is {_describe(got)}; it must be a list of "
                    f"{len(expected)} arrays.",
                )
            if len(got) != len(expected):
                return Finding(
                    "shape",
                    f"{self._on(case)}, `{part}` holds {things(len(got))}; it must hold "
                    f"{len(expected)}.",
                    "Compare the number of layers of that network with the number of turns that "
                    "your loop takes.",
                )
            within = zip(got, expected, strict=True)
            found = (self._misfit(case, f"{part}[{i}]", *pair) for i, pair in enumerate(within))
            return next((finding for finding in found if finding is not None), None)
        if not isinstance(got, np.ndarray):
            return Finding(
                "shape",
                f"`{part}` is {_describe(got)}, not an array of numbers.",
                f"It must be {_shaped(expected.shape)} {self._on(case)}.",
            )
        if got.dtype.kind == "c":
            return Finding("shape", f"`{part}` holds complex numbers; everything here is real.")
        if got.shape != expected.shape:
            return Finding(
                "shape",
                f"{self._on(case)}, `{part}` has shape {got.shape}; it must be "
                f"{_shaped(expected.shape)}.",
                "Write the shape of every factor under it; a vector is `(n,)` here, "
                "neither `(n, 1)` nor `(1, n)`."
                if expected.shape
                else "With `axis=` a sum or a mean leaves an array, without it a number.",
            )
        return None

    # From here on every value has the right structure.

    def _wrong_parts(self, values: Sequence[Value]) -> Iterator[tuple[int, int]]:
        """Yield (case, first part that is wrong on it)."""
        for c, (value, right) in enumerate(zip(values, self.expected, strict=True)):
            pairs = zip(self._of(value), self._of(right), strict=True)
            wrong = [p for p, (mine, theirs) in enumerate(pairs) if not same(mine, theirs)]
            if wrong:
                yield c, wrong[0]

    def _of(self, value: Value) -> list[Value]:
        split = _split(value, len(self.parts))
        return [] if split is None else split

    def _pairs(self, values: Sequence[Value]) -> tuple[int, list[tuple[np.ndarray, np.ndarray]]]:
        """Return the first part that is wrong anywhere, and its (mine, right) for every case.

        Both are flat: a part may be a list of arrays.
        """
        part = min((p for _, p in self._wrong_parts(values)), default=0)
        pairs = [
            (_flat(self._of(value)[part]), _flat(self._of(right)[part]))
            for value, right in zip(values, self.expected, strict=True)
        ]
        return part, pairs

    def _so_far(self, part: int) -> str:
        """Return what can be said of the parts before `part`, as the start of a sentence."""
        if part == 0:
            return ""
        names = listed([f"`{name}`" for name in self.parts[:part]])
        return f"{names} {'is' if part == 1 else 'are'} right. "

    def _on(self, case: Case) -> str:
        return f"{self.preposition} {case.describe}"

    def _part(self, i: int) -> str:
        return self.parts[i] if i < len(self.parts) else f"part {i + 1}"

    def _sign(self, values: Sequence[Value]) -> Finding | None:
        part, pairs = self._pairs(values)
        if all(close(-mine, right) for mine, right in pairs):
            return Finding(
                "sign",
                f"{self._so_far(part)}`{self.parts[part]}` has the right size everywhere and the "
                "opposite sign.",
                "Look for a difference written the other way round, or for one minus too many.",
            )
        return None

    def _precision(self, values: Sequence[Value]) -> Finding | None:
        part, pairs = self._pairs(values)
        if all(close(mine, right, 2e-6) for mine, right in pairs):
            return Finding(
                "precision",
                f"{self._so_far(part)}`{self.parts[part]}` is right to about six digits and no "
                "further.",
                "Is something rounded on the way, stored as float32, or taken from a difference "
                "quotient?",
            )
        return None

    def _factor(self, values: Sequence[Value]) -> Finding | None:
        part, pairs = self._pairs(values)
        mine = np.concatenate([m for m, _ in pairs])
        right = np.concatenate([r for _, r in pairs])
        factor = float(mine @ right / (right @ right)) if right.any() else 0.0
        if factor and close(mine, factor * right):
            # A factor close to 1 must not be shown as 1.
            shown = f"{factor:.4g}" if abs(factor - 1) > 1e-3 else f"{factor:.8g}"
            words = {2.0: "twice", 0.5: "half"}.get(round(factor, 9), f"{shown} times")
            return Finding(
                "factor",
                f"{self._so_far(part)}`{self.parts[part]}` is {words} the right value, everywhere "
                "and by the same factor.",
                "A factor that is the same everywhere is a constant in the formula: a ½, a number "
                "of samples, a term counted twice.",
            )
        return None

    def _worst(self, values: Sequence[Value]) -> Finding:
        wrong = dict(self._wrong_parts(values))
        part = min(wrong.values(), default=0)
        case = next((c for c, p in wrong.items() if p == part), 0)
        leaves = [
            (name, mine, right)
            for (name, mine), (_, right) in zip(
                _leaves(self.parts[part], self._of(values[case])[part]),
                _leaves(self.parts[part], self._of(self.expected[case])[part]),
                strict=True,
            )
        ]
        part_name, mine, right = max(leaves, key=lambda leaf: float(np.max(abs(leaf[1] - leaf[2]))))
        off = np.abs(mine - right)
        at = tuple(int(i) for i in np.unravel_index(int(np.argmax(off)), off.shape))
        relative = float(off[at] / max(abs(float(right[at])), 1e-12))
        fine = [self._on(c) for i, c in enumerate(self.cases) if i not in wrong]
        integers = [c for i, c in enumerate(self.cases) if i in wrong]
        if fine and all("integer" in c.describe for c in integers):
            return Finding(
                "dtype",
                f"All is right for decimal numbers, but {self._on(self.cases[case])} "
                f"`{part_name}{_index(at)}` is {mine[at]:.4g}, expected {right[at]:.4g}.",
                "An array made with `np.zeros_like` takes over the integer type, and then cuts off "
                "the decimals of all that is written into it.",
            )
        but = f" (All is right {fine[0]}.)" if fine else ""
        right_leaves = [f"`{name}`" for name, mine, right in leaves if close(mine, right)]
        if right_leaves:
            but = f" ({listed(right_leaves)} {'is' if len(right_leaves) == 1 else 'are'} right.)"
        values_are = "Right shape, wrong values" if right.ndim else "Wrong value"
        return Finding(
            "value",
            f"{self._so_far(part)}{values_are}: {self._on(self.cases[case])}, "
            f"`{part_name}{_index(at)}` is {mine[at]:.4g}, expected {right[at]:.4g} "
            f"(relative error {relative:.2g}).{but}",
            self.by_hand.format(part=part_name),
        )


class HuntExercise(CodeExercise):
    """An exercise in which the learner repairs a function that has a bug.

    Parameters
    ----------
    given : callable
        The function with the bug, word for word as the learner's notebook has it.
    nudge : str
        The second step of the hint if the function still does what the given one does.
    **others : object
        As for a code exercise. Repairs that hide the symptom are mistakes of their own.
    """

    kind = "hunt"
    first_step = (
        "Find the bug in the cell above, repair it, run that cell, then run this one again."
    )

    def __init__(
        self,
        name: str,
        title: str,
        chapter: int,
        section: Section,
        *,
        given: Callable[..., Any],
        nudge: str,
        mistakes: Sequence[Mistake],
        **others: Any,
    ) -> None:
        unrepaired = Mistake(
            "unrepaired",
            "You have changed the function, and it does what it did: the bug is still in it.",
            nudge,
            section,
            (given,),
        )
        super().__init__(name, title, chapter, section, mistakes=(unrepaired, *mistakes), **others)
        self.given = given

    @property
    def asks(self) -> str:
        """What the check is given, in words."""
        return f"the function `{self.call_as}` of the task, repaired"

    def _judge(self, answer: Callable[..., Any], name: str) -> Result:
        if _steps(answer) == _steps(self.given):
            return self._not_started()
        return super()._judge(answer, name)


def _steps(function: object) -> object:
    """Return what the code of `function` does, whatever its comments and its line numbers."""
    code = getattr(function, "__code__", function)
    if not isinstance(code, CodeType):
        return function
    steps = [
        step
        for step in dis.get_instructions(code)
        if step.opname not in ("NOP", "CACHE", "EXTENDED_ARG", "PUSH_NULL")
    ]
    jumps = {*dis.hasjrel, *dis.hasjabs}
    return [
        # A jump goes to a place, which shifts with what has been left out: count the steps to it.
        (step.opname, sum(other.offset < step.argval for other in steps))
        if step.opcode in jumps
        # How `np.outer` is called depends on whether NumPy is imported in the same cell.
        else (step.opname.replace("LOAD_METHOD", "LOAD_ATTR"), _steps(step.argval))
        for step in steps
    ]


_ADVICE = {
    "truth value": "An `if` decides once, and an array has many entries: `np.where` decides for "
    "each of them, and so does a loop.",
    "converted to Python scalars": "The functions of `math` take one number; those of NumPy, such "
    "as `np.exp`, take an array as well.",
    "enough dimensions": "`@` multiplies arrays; two numbers, or a number and an array, are "
    "multiplied with `*`.",
    "bitwise_xor": "`^` is not a power in Python; a power is `**`, as in `a**2`.",
    "is not defined": "Is the name spelt as where it was made, and has that cell been run?",
    "out of bounds": "How many entries there are, the arrays know: `len(x)`, `W.shape`. And Python "
    "counts from 0.",
}
"""What helps against an exception, by a part of its text."""


def _advice(raised: Raised) -> str:
    """Return the second step of the hint to an exception."""
    for part, advice in _ADVICE.items():
        if part in raised.text:
            return advice
    if raised.kind == "ValueError":
        return "Write the shape of every array beside its name in that line; which two do not fit?"
    return "Run the function yourself on the chapter's numbers and look at that line."


# -- values in words ------------------------------------------------------------------------------


def _index(at: Sequence[int]) -> str:
    return f"[{', '.join(str(int(i)) for i in at)}]" if len(at) else ""


def _only_dots(value: Value) -> bool:
    if value is Ellipsis:
        return True
    return (
        isinstance(value, tuple)
        and not isinstance(value, Other)
        and len(value) > 0
        and all(part is None or _only_dots(part) for part in value)
    )


def _split(value: Value, count: int) -> list[Any] | None:
    """Return the `count` parts of a canonical value, or None if it has not that many."""
    if isinstance(value, Other) or value is None or value is Ellipsis:
        return [value] if count == 1 else None
    if count == 1:
        return [value]
    if isinstance(value, np.ndarray):
        return [np.asarray(row) for row in value] if value.ndim and len(value) == count else None
    return list(value) if len(value) == count else None


def _flat(part: Value) -> np.ndarray:
    """Return all numbers of a part, an array or a tuple of arrays, in one line."""
    return np.concatenate([np.ravel(array) for _, array in _leaves("", part)])


def _leaves(name: str, part: Value) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the arrays of a part with their names: of a tuple one after the other."""
    if isinstance(part, np.ndarray):
        yield name, part
    else:
        for i, inner in enumerate(part):
            yield from _leaves(f"{name}[{i}]", inner)


def _arrays(value: Value, names: Sequence[str]) -> Iterator[tuple[str, np.ndarray]]:
    """Yield every array in a canonical value with a name for it."""
    parts = _split(value, len(names))
    if parts is None:
        parts, names = [value], ["the result"]
    for name, part in zip(names, parts, strict=True):
        if isinstance(part, np.ndarray):
            yield name, part
        elif isinstance(part, tuple) and not isinstance(part, Other):
            for i, inner in enumerate(part):
                yield from _arrays(inner, [f"{name}[{i}]"])


def _shaped(shape: tuple[int, ...]) -> str:
    return str(shape) if shape else "a single number"


def _describe(value: Value) -> str:
    if isinstance(value, Other):
        return article(value.kind)
    if value is None:
        return "nothing"
    if value is Ellipsis:
        return "`...`"
    if isinstance(value, np.ndarray):
        return "a single number" if value.ndim == 0 else f"one array of shape {value.shape}"
    return things(len(value)) if len(value) else "an empty tuple"
