"""Every committed notebook: normalised, free of paths, compared in full, public names only."""

import ast
import importlib
import importlib.util
import json
import re
import types
from pathlib import Path

import pytest

from tools.normalise_notebooks import as_text, every_notebook, faults, normalise

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = every_notebook()
each_notebook = pytest.mark.parametrize(
    "path", NOTEBOOKS, ids=[path.relative_to(ROOT).as_posix() for path in NOTEBOOKS]
)
ABSOLUTE = re.compile(r"(?<![\w.:/])(?:/(?:root|home|tmp|Users|usr|opt|var)/\w|[A-Z]:\\\\?\w)")


def cells(path, kind):
    return [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == kind]


def test_there_are_notebooks():
    assert [path for path in NOTEBOOKS if path.parent.name == "book"]
    assert [path for path in NOTEBOOKS if path.parent.name != "book"]


@each_notebook
def test_is_normalised(path):
    text = path.read_text("utf-8")
    assert faults(json.loads(text)) == []
    assert as_text(normalise(json.loads(text))) == text, "run tools/normalise_notebooks.py"


@each_notebook
def test_holds_no_absolute_path(path):
    found = ABSOLUTE.search(path.read_text("utf-8"))
    assert found is None, found


@each_notebook
def test_is_compared_in_full(path):
    """No mark tells nbval to look away, and no error is stored as if it were a result."""
    for cell in cells(path, "code"):
        source = "".join(cell["source"])
        marks = {"nbval-ignore-output", "nbval-skip", *("NBVAL_IGNORE_OUTPUT", "NBVAL_SKIP")}
        assert not marks & set(cell["metadata"].get("tags", [])), cell["id"]
        assert not any(mark in source for mark in marks), cell["id"]
        assert all(out["output_type"] != "error" for out in cell["outputs"]), cell["id"]
        assert all(out.get("name") != "stderr" for out in cell["outputs"]), cell["id"]


def attribute_chain(node):
    """Return ['bp', 'lemmas', 'f'] for the syntax tree of bp.lemmas.f, else []."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return [node.id, *reversed(names)] if isinstance(node, ast.Name) else []


def not_public(source):
    """Yield each use of a name that the package does not offer."""
    tree = ast.parse(re.sub(r"(?m)^(\s*)[%!]", r"\1# ", source))
    modules = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "backprop":
                    if any(part.startswith("_") for part in alias.name.split(".")):
                        yield alias.name
                    name = alias.name if alias.asname else alias.name.split(".")[0]
                    modules[alias.asname or name] = importlib.import_module(name)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("backprop"):
            origin = importlib.import_module(node.module)
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if not alias.name.startswith("_") and is_module(full):
                    modules[alias.asname or alias.name] = importlib.import_module(full)
                elif alias.name not in public(origin):
                    yield full
    for node in ast.walk(tree):
        chain = attribute_chain(node)
        if len(chain) < 2 or chain[0] not in modules:
            continue
        here = modules[chain[0]]
        for place, name in enumerate(chain[1:], start=1):
            if name not in public(here):
                yield ".".join(chain[: place + 1])
                break
            here = getattr(here, name)
            if not isinstance(here, types.ModuleType):
                break


def is_module(name):
    """Tell whether `name` is a module, loaded or not: the heavy ones are public but not loaded."""
    parent = importlib.import_module(name.rpartition(".")[0])
    return hasattr(parent, "__path__") and importlib.util.find_spec(name) is not None


def public(module):
    """Return what `module` offers: its __all__, or what does not begin with an underscore."""
    return set(getattr(module, "__all__", [n for n in vars(module) if not n.startswith("_")]))


@each_notebook
def test_uses_public_names_only(path):
    source = "\n".join("".join(cell["source"]) for cell in cells(path, "code"))
    assert list(not_public(source)) == []


def test_a_private_name_is_found():
    import backprop

    assert list(not_public("import backprop as bp\nbp.Network")) == []
    assert list(not_public("import backprop as bp\nbp._shapes")) == ["bp._shapes"]
    assert list(not_public("import backprop as bp\nbp.absent(1)")) == ["bp.absent"]
    assert list(not_public("import backprop._shapes")) == ["backprop._shapes"]
    assert list(not_public("from backprop import check\ncheck.hint")) == []
    assert list(not_public("from backprop import check\ncheck.absent")) == ["check.absent"]
    assert list(not_public("from backprop import _shapes")) == ["backprop._shapes"]
    assert "_shapes" not in backprop.__all__


def test_normalising_takes_out_what_a_run_leaves_behind():
    raw = {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": 7,
                "id": "fig",
                "metadata": {"execution": {"iopub.execute_input": "2026"}, "tags": ["a"]},
                "outputs": [
                    {"name": "stdout", "output_type": "stream", "text": "one\n"},
                    {"name": "stdout", "output_type": "stream", "text": ["two\n"]},
                    {
                        "data": {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}},
                        "execution_count": 7,
                        "metadata": {},
                        "output_type": "execute_result",
                    },
                ],
                "source": "f()\ng()\n",
            }
        ],
        "metadata": {
            "kernelspec": {"display_name": "mine", "language": "python", "name": "venv"},
            "language_info": {"name": "python", "version": "3.11.7"},
            "widgets": {"state": {}},
        },
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    new = normalise(raw)
    (cell,) = new["cells"]
    assert cell == {
        "cell_type": "code",
        "execution_count": 1,
        "id": "fig",
        "metadata": {"tags": ["a"]},
        "outputs": [{"name": "stdout", "output_type": "stream", "text": ["one\n", "two\n"]}],
        "source": ["f()\n", "g()"],
    }
    assert set(new["metadata"]) == {"kernelspec", "language_info"}
    assert new["metadata"]["language_info"] == {"name": "python"}
    assert new["metadata"]["kernelspec"]["name"] == "python3"
    assert normalise(json.loads(as_text(new))) == new


def test_two_cells_with_one_id_are_a_fault():
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": []}
    assert faults({"cells": [cell, {**cell, "id": "b"}]}) == []
    assert faults({"cells": [cell, cell]})
    assert faults({"cells": [{**cell, "id": ""}]})
