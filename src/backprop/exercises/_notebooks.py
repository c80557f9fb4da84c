"""Notebooks as plain JSON: read with care, written in one piece, the same way every time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from backprop.check._store import write_atomically

Json = dict[str, Any]

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


class RefusalError(Exception):
    """A command cannot be done; the message is the one sentence the reader sees."""


def cell(kind: str, name: str, text: str, marks: Json | None = None) -> Json:
    """Return a cell of a notebook; `marks` go into its metadata."""
    new: Json = {
        "cell_type": kind,
        "id": name,
        "metadata": {"backprop": marks} if marks else {},
        "source": text.splitlines(keepends=True),
    }
    if kind == "code":
        new |= {"execution_count": None, "outputs": []}
    return new


def notebook(cells: list[Json], marks: Json) -> Json:
    """Return a notebook of `cells`; `marks` go into its metadata."""
    return {
        "cells": cells,
        "metadata": {
            "backprop": marks,
            "kernelspec": dict(KERNEL),
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def source_of(cell: Json) -> str:
    """Return the text of a cell."""
    return "".join(cell["source"])


def dumps(notebook: Json) -> str:
    """Return the text of a notebook, space for space as Jupyter itself writes it."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read(path: Path) -> Json:
    """Return the notebook at `path`, or refuse it if it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RefusalError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise RefusalError(
            f"{path} is not a notebook (its JSON is broken); it was left as it is."
        ) from None
    if not _looks_right(found):
        raise RefusalError(f"{path} is not a notebook of Jupyter's format 4; it was left as it is.")
    return dict(found)


def _looks_right(found: object) -> bool:
    return (
        isinstance(found, dict)
        and found.get("nbformat") == 4
        and isinstance(found.get("metadata"), dict)
        and isinstance(found.get("cells"), list)
        and all(
            isinstance(c, dict)
            and c.get("cell_type") in ("code", "markdown", "raw")
            and (isinstance(c.get("source"), str) or _are_texts(c.get("source")))
            and isinstance(c.get("id", ""), str)
            and isinstance(c.get("metadata", {}), dict)
            and isinstance(c.get("metadata", {}).get("backprop", {}), dict)
            for c in found["cells"]
        )
    )


def _are_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(line, str) for line in found)


def write(path: Path, notebook: Json) -> None:
    """Write a notebook in one piece, or refuse and leave what was there."""
    write_text(path, dumps(notebook))


def write_text(path: Path, text: str) -> None:
    """Write `text` in one piece, or refuse and leave what was there."""
    try:
        write_atomically(path, text)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise RefusalError(
            f"{path} cannot be written: {why}. What was there is unchanged."
        ) from None


def marks(notebook: Json) -> Json:
    """Return the marks this book puts on its notebooks, or an empty dictionary."""
    found = notebook["metadata"].get("backprop")
    return found if isinstance(found, dict) else {}
