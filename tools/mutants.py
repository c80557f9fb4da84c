"""Break the mathematics line by line with mutmut, and say which breaks no test noticed.

    python tools/mutants.py            break everything, then judge
    python tools/mutants.py judge      judge the last run again

The words of messages are left whole: tests look for what a message names, not for its letters.
Runs in an environment of its own; which modules and which tests stands in pyproject.toml. Who
survives must be listed in tests/survivors.toml with the reason why it is harmless, and 95 of a
hundred mutants must be killed.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

LISTED = Path(__file__).parents[1] / "tests" / "survivors.toml"
LEAST = 0.95


def run() -> int:
    """Break everything, all string mutations left out; return the exit status."""
    import mutmut.mutation.mutators as mutators

    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    mutators.mutation_operators[:] = [
        pair for pair in mutators.mutation_operators if "string" not in pair[1].__name__
    ]
    from mutmut.__main__ import cli

    return int(cli(["run"], standalone_mode=False) or 0)


def mutmut(*arguments: str) -> list[str]:
    """Return the lines that a command of mutmut prints."""
    command = [Path(sys.executable).with_name("mutmut"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def change(name: str) -> tuple[str, str]:
    """Return the line that a mutant replaces, and what it puts there."""
    lines = [line for line in mutmut("show", name) if line[:3] not in ("---", "+++")]
    was = " ".join(line[1:].strip() for line in lines if line.startswith("-"))
    now = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
    return was, now


def judge() -> int:
    """Compare the survivors of the last run with the list; return the exit status."""
    entries = tomllib.loads(LISTED.read_text(encoding="utf-8"))["survivor"]
    listed = {(entry["was"], entry["now"]): entry["why"] for entry in entries}
    states = dict(line.strip().rsplit(": ", 1) for line in mutmut("results", "--all", "true"))
    if "not checked" in states.values():
        print("The last run did not come to its end: run it again, it goes on from there.")
        return 1
    noticed = ("killed", "timeout")  # a mutant that never ends is noticed too
    survivors = {name: change(name) for name, state in states.items() if state not in noticed}
    score = 1 - len(survivors) / len(states)
    print(f"{len(states)} mutants, {len(survivors)} survive: {100 * score:.1f} % killed")
    unlisted = [name for name in survivors if survivors[name] not in listed]
    for name in unlisted:
        was, now = survivors[name]
        print(f"not in {LISTED.name}: {name}\n  was = {was!r}\n  now = {now!r}")
    for was, now in listed.keys() - set(survivors.values()):
        print(f"listed, but it does not survive: {was!r} -> {now!r}")
    return int(bool(unlisted) or score < LEAST)


if __name__ == "__main__":
    if sys.argv[1:] != ["judge"]:
        run()
    raise SystemExit(judge())
