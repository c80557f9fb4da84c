"""Measure the package against its peers and against its floor, and write what came out.

    python -m benchmarks                    everything, some minutes, into results.json
    python -m benchmarks --quick            a smaller round, to see that it works
    python -m benchmarks --show             print the tables of the committed results

Each contestant lives in a process of its own, on the same core (or cores), with a fixed number of
threads. They take turns, several rounds, and whoever is not measured is stopped, so that no
thread pool waits busily in the background and a slow spell of the machine hits all alike.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import math
import os
import platform
import signal
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import cases, checks
from tests.apart import python_of

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("results.json")
PEERS = ["floor", "workspace", "fresh", "pytorch", "jax", "autograd", "scikit-learn"]
PACKAGES = ["numpy", "torch", "jax", "jaxlib", "autograd", "scikit-learn"]
# Variables with which somebody may have chosen other kernels than a library would choose itself.
CHOICES = ("OPENBLAS_", "GOTO_", "BLIS_", "MKL_", "OMP_", "GOMP_", "KMP_", "NPY_", "XLA_", "JAX_",
           "TORCH_", "ATEN_")  # fmt: skip


def environment() -> dict[str, str]:
    """Return the variables of this process, less those that choose kernels or threads."""
    chosen = {k: v for k, v in os.environ.items() if not k.startswith(CHOICES)}
    return {**chosen, "PYTHONPATH": str(ROOT)}


class Contestant:
    """One process that measures on demand, and is stopped in between."""

    def __init__(self, name: str, threads: int, seconds: float) -> None:
        self.name = name
        variables = environment()
        for library in ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM"):
            variables[f"{library}_NUM_THREADS"] = str(threads)
        variables["XLA_FLAGS"] = (
            f"--xla_cpu_multi_thread_eigen={'true' if threads > 1 else 'false'} "
            f"intra_op_parallelism_threads={threads}"
        )
        variables["JAX_PLATFORMS"] = "cpu"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", name, str(seconds)],
            cwd=ROOT,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if hasattr(os, "sched_setaffinity"):
            cores = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(self.process.pid, cores[-threads:])
        self._pause()

    def _pause(self) -> None:
        if hasattr(signal, "SIGSTOP"):
            self.process.send_signal(signal.SIGSTOP)

    def ask(self, **request: Any) -> dict[str, Any]:
        """Let it run, pass it one request, and stop it again with the answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if hasattr(signal, "SIGCONT"):
            self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"error: the contestant {self.name} ended early; see above")
        self._pause()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """End the process; it holds nothing that could be lost."""
        self.process.kill()
        self.process.communicate()


def rounds_of(contestants: list[Contestant], number: int, threads: int) -> dict[str, Any]:
    """Measure all in turn, several rounds, and return microseconds.

    On one thread the processor's time is taken: it is the clock's on a quiet machine, and other
    programs disturb it less. On several threads it would add up, so there the clock's is taken.
    """
    taken: dict[str, list[float]] = {c.name: [] for c in contestants}
    which = "processor" if threads == 1 else "clock"
    for turn in range(number):
        # Every other round backwards, so that nobody is always the first.
        for contestant in contestants if turn % 2 == 0 else reversed(contestants):
            taken[contestant.name].append(1e6 * contestant.ask(do="measure")[which])
    return {
        name: {
            "median": round(statistics.median(values), 3),
            "least": round(min(values), 3),
            "rounds": [round(value, 3) for value in values],
        }
        for name, values in taken.items()
    }


def agreement(answers: dict[str, dict[str, Any]]) -> float:
    """Return the largest relative difference of loss and gradient norm from the package's own."""
    reference = answers.get("fresh") or answers["workspace"]
    worst = 0.0
    for answer in answers.values():
        for key in ("loss", "norm"):
            if not math.isnan(answer["loss"]):
                worst = max(worst, abs(answer[key] / reference[key] - 1))
    return worst


def gradients(
    names: list[str], sizes: dict[str, Any], dtypes: list[str], threads: int, number: int,
    seconds: float,
) -> list[dict[str, Any]]:  # fmt: skip
    """Measure the gradient of every size for all contestants."""
    contestants = [Contestant(name, threads, seconds) for name in names]
    rows = []
    try:
        for dtype in dtypes:
            for case, (widths, m) in sizes.items():
                answers = {
                    c.name: c.ask(do="gradient", sizes=widths, m=m, dtype=dtype)
                    for c in contestants
                }
                apart = agreement(answers)
                if apart > (1e-9 if dtype == "float64" else 1e-3):
                    raise SystemExit(f"error: at {case}, {dtype}, the losses differ by {apart:.1e}")
                row = {
                    "case": case,
                    "sizes": widths,
                    "m": m,
                    "dtype": dtype,
                    "threads": threads,
                    "agreement": float(f"{apart:.1e}"),
                    "microseconds": rounds_of(contestants, number, threads),
                }
                print(line_of(row), flush=True)
                rows.append(row)
    finally:
        for contestant in contestants:
            contestant.end()
    return rows


def epochs(threads: int, number: int, seconds: float) -> dict[str, Any]:
    """Measure one epoch of training on the digits."""
    contestants = [
        Contestant(name, threads, seconds)
        for name in ("workspace", "pytorch", "jax", "scikit-learn")
    ]
    try:
        for contestant in contestants:
            contestant.ask(do="epochs", **cases.DIGITS)
        return {
            **cases.DIGITS,
            "threads": threads,
            "microseconds": rounds_of(contestants, number, threads),
        }
    finally:
        for contestant in contestants:
            contestant.end()


def imports(number: int) -> dict[str, Any]:
    """Measure how long a new Python takes to import each, less a Python that imports nothing.

    In milliseconds, of the processor where the system tells them, else by the clock.
    """
    programs = {
        "nothing": "pass",
        "numpy": "import numpy",
        "backprop": "import backprop",
        "backprop.check": "import backprop.check",
        "pytorch": "import torch",
        "jax": "import jax",
        "scikit-learn": "import sklearn.neural_network",
        "autograd": "import autograd.numpy",
    }
    # As it is for a reader: the compiled files are written once and then read.
    variables = environment()
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    taken: dict[str, list[float]] = {name: [] for name in programs}
    for turn in range(number + 1):
        for name, program in programs.items():
            start = time_of_children()
            subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, env=variables)
            if turn:  # the first round compiles, and reads the files from disk
                taken[name].append(1e3 * (time_of_children() - start))
    bare = statistics.median(taken.pop("nothing"))
    return {name: round(statistics.median(values) - bare, 2) for name, values in taken.items()}


def time_of_children() -> float:
    """Return the processor's seconds that ended child processes took, or the clock's."""
    if os.name != "posix":
        return time.perf_counter()
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def blas() -> str:
    """Return the library of NumPy's matrix products, and the kernels that it chooses here."""
    program = (
        "import numpy, threadpoolctl; [found] = threadpoolctl.threadpool_info(); "
        "print(found['internal_api'], found['version'], found.get('architecture', ''))"
    )
    asked = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True
    )
    return asked.stdout.strip() or "unknown"


def machine() -> dict[str, Any]:
    """Describe where this runs, without names of machine or user."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "blas": blas(),
        **{package: importlib.metadata.version(package) for package in PACKAGES},
    }


def line_of(row: dict[str, Any]) -> str:
    """Return one line of a table: the workspace's microseconds, and the others as multiples."""
    taken = row["microseconds"]
    ours = taken["workspace"]["median"]
    rest = "  ".join(
        f"{name} {entry['median'] / ours:.2f}"
        for name, entry in taken.items()
        if name != "workspace"
    )
    head = f"{row['case']:>10} {row['dtype']} {row['threads']} thread"
    return f"{head}{' ' if row['threads'] == 1 else 's'}: {ours:10.1f} us   {rest}"


def targets(results: dict[str, Any]) -> list[str]:
    """Compare with what was to be reached; one line for each, met or missed."""
    lines = []

    def note(what: str, value: float, limit: float, at_most: bool) -> None:
        met = value <= limit if at_most else value >= limit
        sign = "<=" if at_most else ">="
        lines.append(
            f"{'met   ' if met else 'MISSED'} {what}: {value:.2f} (to reach {sign} {limit})"
        )

    for row in results["gradients"]:
        if (row["dtype"], row["threads"]) != ("float64", 1) or row["case"] not in cases.SIZES:
            continue
        case, taken = row["case"], {k: v["median"] for k, v in row["microseconds"].items()}
        ours = taken["workspace"]
        note(f"{case} over its floor", ours / taken["floor"], cases.FLOOR_AT_MOST[case], True)
        note(
            f"{case} PyTorch over ours",
            taken["pytorch"] / ours,
            cases.PYTORCH_AT_LEAST[case],
            False,
        )
        note(f"{case} JAX over ours", taken["jax"] / ours, cases.JAX_AT_LEAST, False)
        if case in ("S", "M", "L1", "deep"):
            for peer in ("pytorch", "autograd"):
                note(f"{case} {peer} over fresh", taken[peer] / taken["fresh"], 1, False)
    epoch = {k: v["median"] for k, v in results["epoch"]["microseconds"].items()}
    for peer in ("pytorch", "scikit-learn"):
        note(
            f"epoch {peer} over ours", epoch[peer] / epoch["workspace"], cases.EPOCH_AT_LEAST, False
        )
    note("import backprop over import numpy",
         results["imports"]["backprop"] / results["imports"]["numpy"],
         cases.IMPORT_AT_MOST, True)  # fmt: skip
    if "checks" in results:
        note("ms, the slowest check", results["checks"]["slowest"], checks.AT_MOST["slowest"], True)
        taken = results["imports"]["backprop.check"]
        note("ms, import backprop.check", taken, checks.AT_MOST["import"], True)
    return lines


def run(quick: bool) -> dict[str, Any]:
    """Measure everything."""
    number, seconds = (3, 0.03) if quick else (9, 0.06)
    results: dict[str, Any] = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "method": (
            "Microseconds of one call, the median of interleaved rounds; one process for each "
            "contestant, pinned, the others stopped; one thread: the processor's time, two: the "
            "clock's; every library with the kernels that it chooses itself. Gradient of the mean "
            "squared error over the batch, sigmoid in every layer (scikit-learn: identity at the "
            "output). Epoch: a tenth of a training of ten. Import: milliseconds of the processor."
        ),
        "machine": machine(),
    }
    rows = []
    for threads in (1, 2):
        rows += gradients(PEERS, cases.SIZES, ["float64", "float32"], threads, number, seconds)
    results["gradients"] = rows
    growth = {**cases.DEPTH, **cases.WIDTH, **cases.BATCH}
    results["growth"] = gradients(
        ["floor", "workspace", "fresh", "pytorch"], growth, ["float64"], 1, 5, seconds / 2
    )
    results["epoch"] = epochs(1, number, seconds)
    results["imports"] = imports(3 if quick else 10)
    results["checks"] = checks.measure(3 if quick else 9)
    return results


def main() -> None:
    """Set up, measure, write, and say what was reached."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--show", action="store_true", help="print the committed results")
    parser.add_argument("--output", type=Path, default=RESULTS)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.show:
        results = json.loads(RESULTS.read_text())
        print(*(line_of(row) for row in results["gradients"] + results["growth"]), sep="\n")
    elif not options.inside:
        # Everything runs with the peers' Python, this driver included.
        command = [python_of("oracle"), "-m", "benchmarks", "--inside", *sys.argv[1:]]
        raise SystemExit(subprocess.run(command, cwd=ROOT).returncode)
    else:
        # Ended from outside, it must end the contestants too: they are stopped, and would stay.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        results = run(options.quick)
        options.output.write_text(json.dumps(results, indent=1) + "\n")
    print(json.dumps(results["imports"]), "ms to import")
    epoch = results["epoch"]["microseconds"]
    print({name: f"{entry['median'] / 1e3:.2f} ms" for name, entry in epoch.items()}, "an epoch")
    print(*targets(results), sep="\n")


if __name__ == "__main__":
    main()
