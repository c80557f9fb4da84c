"""How long the checks of the exercises take, which a learner waits for."""

from __future__ import annotations

import statistics
import time
from typing import Any

AT_MOST = {"slowest": 50.0, "import": 150.0}
"""Milliseconds: for one check of any answer, and for the import."""


def measure(number: int) -> dict[str, Any]:
    """Return the milliseconds a check takes: for every exercise, those of its slowest answer."""
    from tests.exercises.places import EXERCISES, right_answer, wrong_answers

    slowest = {}
    for name, exercise in EXERCISES.items():
        answers = [right_answer(exercise), *(answer for _, answer in wrong_answers(exercise))]
        exercise.diagnose(answers[0])  # the first one makes the cases
        slowest[name] = max(_median(exercise.diagnose, answer, number) for answer in answers)
    return {"milliseconds": slowest, "slowest": max(slowest.values())}


def _median(function: Any, argument: object, number: int) -> float:
    taken = []
    for _ in range(number):
        start = time.perf_counter()
        function(argument)
        taken.append(1e3 * (time.perf_counter() - start))
    return round(statistics.median(taken), 2)
