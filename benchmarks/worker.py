"""One contestant in one process: it prepares and measures what it is told, line by line.

Each line on standard input is a JSON request, each line on standard output the JSON answer.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import contestants


def repetitions(run: Callable[[], Any], seconds: float) -> int:
    """Return how many calls take about so many seconds."""
    number = 1
    while True:
        start = time.perf_counter()
        for _ in range(number):
            run()
        took = time.perf_counter() - start
        if took > 0.1 * seconds:
            return max(1, round(number * seconds / took))
        number *= 4


def measure(run: Callable[[], Any], number: int, parts: int) -> dict[str, float]:
    """Return the seconds of one part of a call, by the clock, and of the processor.

    The mean of `number` calls, each of which does the same thing `parts` times.
    """
    start, start_cpu = time.perf_counter(), time.process_time()
    for _ in range(number):
        run()
    return {
        "clock": (time.perf_counter() - start) / (number * parts),
        "processor": (time.process_time() - start_cpu) / (number * parts),
    }


def main() -> None:
    """Answer requests until standard input ends."""
    warnings.simplefilter("ignore")
    name, seconds = sys.argv[1], float(sys.argv[2])
    answers = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints must not be taken for an answer
    run: Callable[[], Any] | None = None
    number, parts = 0, 1
    for line in sys.stdin:
        request = json.loads(line)
        answer: dict[str, Any] = {}
        if request["do"] == "gradient":
            run, compare = contestants.GRADIENTS[name](
                request["sizes"], request["m"], request["dtype"]
            )
            value, dW = compare()
            answer["loss"] = value
            answer["norm"] = float(np.sqrt(sum(np.sum(np.square(g, dtype=float)) for g in dW)))
            number, parts = repetitions(run, seconds), 1
        elif request["do"] == "epochs":
            del request["do"]
            run = contestants.EPOCHS[name](**request)
            run()
            number, parts = repetitions(run, seconds), request["epochs"]
        elif request["do"] == "measure":
            assert run is not None
            answer = dict(measure(run, number, parts))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
