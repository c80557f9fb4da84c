"""Where answers and progress are kept: beside the learner's notebooks, in `my-work/`.

`python -m backprop.exercises start` makes `my-work/` and puts a marker in it. A check that runs
anywhere else (in `exercises/`, in a test, on the book's site) remembers for its session only and
writes nothing.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import os
from pathlib import Path
from typing import Any

from backprop.check._result import Result

MARKER = ".backprop"
"""Folder in `my-work/` that marks it as a learner's folder and holds what is not to be edited."""

_session: dict[str, dict[str, Any]] = {}


def write_atomically(path: Path, text: str) -> None:
    """Write `text` to `path`, or leave `path` as it was: never a half-written file."""
    import tempfile  # only who writes waits for it

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            os.chmod(name, path.stat().st_mode & 0o777)
        else:
            os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def folder() -> Path | None:
    """Return the learner's folder this process works in, or None if it works elsewhere."""
    with contextlib.suppress(OSError):
        here = Path.cwd()
        for place in (here, *here.parents):
            if (place / MARKER).is_dir():
                return place
    return None


def _state_file(place: Path, exercise: str) -> Path:
    return place / MARKER / "progress" / f"{exercise}.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def state_of(exercise: str, place: Path | None = None) -> dict[str, Any]:
    """Return what is known of one exercise: the best status so far, the last key, the tries."""
    place = place or folder()
    if place is None:
        return _session.get(exercise, {})
    kept = _read(_state_file(place, exercise))
    # A right answer that was kept is proof enough, should two notebooks have written at once.
    if any((place / "passed").glob(f"{exercise}-*.py")):
        kept["right"] = kept["started"] = True
    return kept


def keep(result: Result, answer: object) -> str:
    """Keep the outcome of a check, and the answer if it is right; return a note if that failed.

    Nothing kept is ever downgraded or overwritten: an exercise once right stays right, and every
    different right answer gets a file of its own in ``my-work/passed/``.
    """
    place = folder()
    before = state_of(result.exercise, place)
    started = result.status != "not started"
    tries = before.get("tries", 0)
    state = {
        "right": bool(before.get("right")) or result.status == "right",
        "started": bool(before.get("started")) or started,
        "last": result.key,
        "tries": (tries if isinstance(tries, int) else 0) + started,
    }
    _session[result.exercise] = state
    if place is None or not started:
        return ""
    try:
        if result.status == "right":
            text = source_of(answer)
            import hashlib  # only whose answer is right waits for it

            digest = hashlib.sha256(text.encode()).hexdigest()[:8]
            file = place / "passed" / f"{result.exercise}-{digest}.py"
            if not file.exists():
                write_atomically(file, text)
        write_atomically(_state_file(place, result.exercise), json.dumps(state, indent=1) + "\n")
    except OSError as error:
        why = error.strerror or type(error).__name__
        return f"This could not be saved in {place.name}/: {why}. What was there is unchanged."
    return ""


def source_of(answer: object) -> str:
    """Return what a learner typed, as well as it can be had."""
    if callable(answer):
        try:
            return inspect.getsource(answer)
        except (OSError, TypeError):
            return f"# {answer!r}: the source of this function is not to be had\n"
    return f"answer = {answer!r}\n"


def forget_session() -> None:
    """Forget what this session remembers; what is kept in files stays."""
    _session.clear()
