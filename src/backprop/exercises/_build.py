"""Write and run the notebooks of the exercises (for authors; needs Jupyter)."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

from backprop.exercises._notebooks import Json, RefusalError, dumps, read, write
from backprop.exercises._source import both


def targets(root: Path) -> dict[Path, Json]:
    """Return every notebook that the sources under `root` make, without outputs."""
    found: dict[Path, Json] = {}
    for source in sorted((root / "exercises" / "source").glob("[0-9][0-9]_*.py")):
        learner, solution = both(source)
        found[root / "exercises" / f"{source.stem}.ipynb"] = learner
        found[root / "exercises" / "solutions" / f"{source.stem}.ipynb"] = solution
    if not found:
        raise RefusalError(
            f"There is no source of exercises under {root / 'exercises' / 'source'}."
        )
    return found


def without_outputs(notebook: Json) -> Json:
    """Return a copy of `notebook` as it was before it ran."""
    bare = copy.deepcopy(notebook)
    for cell in bare["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return bare


def run(notebook: Json, folder: Path) -> Json:
    """Return `notebook` with the outputs it has when it runs in `folder`."""
    try:
        import nbclient
        import nbformat
    except ImportError:
        raise RefusalError("Building needs Jupyter; install requirements.txt first.") from None
    page: Any = nbformat.reads(dumps(notebook), as_version=4)  # type: ignore[no-untyped-call]
    try:
        nbclient.NotebookClient(
            page, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
        ).execute()
    except nbclient.exceptions.CellExecutionError as error:
        last = str(error).strip().splitlines()[-1]
        raise RefusalError(
            f"A cell of {notebook['metadata']['backprop']['name']} fails: {last}"
        ) from None
    done = copy.deepcopy(notebook)
    for cell, ran in zip(done["cells"], page["cells"], strict=True):
        if cell["cell_type"] == "code":
            cell["outputs"] = [_plain(output) for output in ran["outputs"]]
    return done


def _plain(output: Any) -> Json:
    """Return an output as git keeps it: without counts, texts as lists of lines."""
    new = {key: value for key, value in dict(output).items() if key != "transient"}
    if "execution_count" in new:
        new["execution_count"] = None
    if "text" in new:
        new["text"] = _lines(new["text"])
    if "data" in new:
        new["data"] = {mime: _lines(value) for mime, value in dict(new["data"]).items()}
        new["metadata"] = dict(new["metadata"])
    return new


def _lines(text: str | list[str]) -> list[str]:
    return "".join(text).splitlines(keepends=True)


def stale(root: Path) -> list[Path]:
    """Return the notebooks that are not what their source makes (outputs aside)."""
    return [
        path
        for path, notebook in targets(root).items()
        if not path.exists() or without_outputs(read(path)) != notebook
    ]


def build(root: Path) -> list[Path]:
    """Write every notebook, with its outputs, and return their paths."""
    made = {path: run(notebook, root / "exercises") for path, notebook in targets(root).items()}
    for path, notebook in made.items():
        write(path, notebook)
    # How git keeps notebooks is decided in one place, and for all notebooks of the book alike.
    normalise = root / "tools" / "normalise_notebooks.py"
    if normalise.exists():
        subprocess.run([sys.executable, str(normalise), *map(str, made)], check=True)
    return list(made)
