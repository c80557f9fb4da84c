"""Write notebooks the one way that git keeps them: no run leaves a trace but its results.

Without names, every notebook of book/ and exercises/; `--check` changes nothing, names those that
are not normalised and ends with status 1.

Kept: cell ids, sources, outputs, and the metadata that the book reads (tags, figure alt text, the
marks of the exercises). Taken out: execution times, the kernel's minor version, widget
state and widget views (a still picture and a line of text stay), the writer's name and version
inside pictures, whatever an editor noted down for itself. Outputs of a stream that follow one
another become one, as their order within a cell is all that a reader sees. Code cells are counted
from 1 as after a restart and a run of all, whatever was run to get there.
"""

import argparse
import base64
import json
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
CELL_METADATA = ("backprop", "jupyter", "mystnb", "nbgrader", "otter", "tags")
NOTEBOOK_METADATA = ("backprop", "mystnb", "otter", "title")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
PICTURE_TEXT = (b"tEXt", b"iTXt", b"zTXt", b"tIME")
ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")

Json = dict[str, Any]


def lines(text: str | list[str]) -> list[str]:
    """Return multi-line text as Jupyter stores it: a list of lines with their ends."""
    return ("".join(text)).splitlines(keepends=True)


def without_text_chunks(png: str) -> str:
    """Return a base64 PNG without the chunks that name its writer or the hour."""
    data = base64.b64decode(png)
    kept = [data[:8]]
    place = 8
    while place + 12 <= len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        end = place + 12 + length
        if data[place + 4 : place + 8] not in PICTURE_TEXT:
            kept.append(data[place:end])
        place = end
    return base64.b64encode(b"".join(kept)).decode("ascii")


def bundle(data: Json) -> Json:
    """Return a MIME bundle without its widget view, its pictures without their writer's name."""
    new: Json = {}
    for mime, value in data.items():
        if mime == WIDGET_VIEW:
            continue
        if mime == "image/png":
            new[mime] = without_text_chunks("".join(value))
        elif isinstance(value, str | list) and not mime.endswith("json"):
            new[mime] = lines(value)
        else:
            new[mime] = value
    return new


def outputs(cell: Json, count: int) -> Iterator[Json]:
    """Yield the outputs of the code cell that is run as number `count`, normalised."""
    stream: Json | None = None
    for output in cell["outputs"]:
        new = {**output}
        if new["output_type"] == "stream":
            if stream is not None and stream["name"] == new["name"]:
                stream["text"] = lines("".join(stream["text"]) + "".join(new["text"]))
                continue
            stream = new = {**new, "text": lines(new["text"])}
        else:
            stream = None
        if "data" in new:
            new["data"] = bundle(new["data"])
            if not new["data"]:
                continue
        if new["output_type"] == "execute_result":
            new["execution_count"] = count
        yield new


def normalise(notebook: Json) -> Json:
    """Return the notebook as git keeps it."""
    cells: list[Json] = []
    count = 0
    for cell in notebook["cells"]:
        new: Json = {
            "cell_type": cell["cell_type"],
            "id": cell.get("id", ""),
            "metadata": {k: v for k, v in cell["metadata"].items() if k in CELL_METADATA},
            "source": lines("".join(cell["source"]).rstrip("\n")),
        }
        if new["cell_type"] == "code":
            count += 1 if new["source"] else 0
            new["execution_count"] = count if new["source"] else None
            new["outputs"] = list(outputs(cell, count))
        elif cell.get("attachments"):
            new["attachments"] = cell["attachments"]
        cells.append(new)
    kept = {k: v for k, v in notebook["metadata"].items() if k in NOTEBOOK_METADATA}
    return {
        "cells": cells,
        "metadata": {**kept, "kernelspec": KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def faults(notebook: Json) -> list[str]:
    """Return what normalising cannot mend: ids that are missing, odd or used twice."""
    found = []
    seen: set[str] = set()
    for number, cell in enumerate(notebook["cells"]):
        name = cell.get("id", "")
        if not ID.fullmatch(name):
            found.append(f"cell {number}: expected an id of letters, digits, - and _, got {name!r}")
        elif name in seen:
            found.append(f"cell {number}: the id {name!r} is used twice")
        seen.add(name)
    return found


def as_text(notebook: Json) -> str:
    """Return the notebook's text, key for key and space for space as Jupyter itself writes it."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def every_notebook() -> list[Path]:
    """Return the notebooks of the book and of its exercises."""
    found = [path for top in ("book", "exercises") for path in (ROOT / top).rglob("*.ipynb")]
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def main(arguments: list[str] | None = None) -> int:
    """Normalise the notebooks named, or check that they are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, only tell")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of the book")
    chosen = parser.parse_args(arguments)
    status = 0
    for path in chosen.notebooks or every_notebook():
        before = path.read_text(encoding="utf-8")
        after = normalise(json.loads(before))
        for fault in faults(after):
            print(f"{path}: {fault}")
            status = 1
        if as_text(after) == before:
            continue
        if chosen.check:
            print(f"{path}: not normalised")
            status = 1
        else:
            path.write_text(as_text(after), encoding="utf-8", newline="\n")
            print(f"{path}: normalised")
    return status


if __name__ == "__main__":
    sys.exit(main())
