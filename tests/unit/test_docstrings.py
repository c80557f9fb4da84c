"""Every public object has a docstring whose example runs, and whose labels are in the book."""

import doctest
import importlib
import inspect
import json
import pkgutil
import re
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import pytest

import backprop as bp

matplotlib.use("Agg")

BOOK = Path(__file__).parents[2] / "book"
# The mathematics; widgets, checks and the command line have tests of their own.
MODULES = [
    name
    for _, name, package in pkgutil.iter_modules(bp.__path__)
    if not package and not name.startswith("_") and name != "plotting"
]


def public_functions():
    for module_name in MODULES:
        module = importlib.import_module(f"backprop.{module_name}")
        for name, member in vars(module).items():
            ours = getattr(member, "__module__", "") == module.__name__
            if name.startswith("_") or not ours:
                continue
            if inspect.isfunction(member):
                yield f"{module_name}.{name}", member
            elif inspect.isclass(member):
                yield f"{module_name}.{name}", member
                for attribute, method in vars(member).items():
                    if inspect.isfunction(method) and not attribute.startswith("_"):
                        yield f"{module_name}.{name}.{attribute}", method


FUNCTIONS = dict(public_functions())


def test_the_modules_are_found():
    assert {"activations", "losses", "lemmas", "network", "training"} <= set(MODULES)
    assert len(FUNCTIONS) > 60


# Pictures, widgets and checks too.
WITH_EXAMPLES = [
    name
    for _, name, _ in pkgutil.walk_packages(bp.__path__, "backprop.")
    if ">>>" in (inspect.getsource(importlib.import_module(name)))
]


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_run(module):
    result = doctest.testmod(importlib.import_module(module))
    plt.close("all")
    assert result.failed == 0
    assert result.attempted > 0


def test_every_module_of_the_mathematics_has_examples():
    assert {f"backprop.{name}" for name in MODULES} <= set(WITH_EXAMPLES)
    assert len(WITH_EXAMPLES) > len(MODULES)


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_docstring_is_complete(name):
    function = FUNCTIONS[name]
    text = inspect.getdoc(function) or ""
    first = text.splitlines()[0]
    assert first.endswith("."), first
    if inspect.isclass(function):
        return
    signature = inspect.signature(function)
    parameters = [p for p in signature.parameters if p not in ("self", "cls")]
    if parameters:
        section = text[text.index("Parameters\n----------") :]
        for parameter in parameters:
            assert re.search(rf"(^|[\s,]){parameter}\b", section), f"{parameter} is not described"
    if signature.return_annotation not in ("None", None) and not name.startswith("autodiff"):
        assert "Returns\n-------" in text or "Yields\n------" in text


def labels_in_docstrings():
    found = set()
    for path in Path(bp.__path__[0]).glob("*.py"):
        found |= set(re.findall(r"\b(?:eq|lem|alg)-[a-z0-9-]+[a-z0-9]", path.read_text("utf-8")))
    return found


def test_labels_named_in_docstrings_are_in_the_book():
    labels = set()
    for path in BOOK.glob("*.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                text = "".join(cell["source"])
                labels |= set(re.findall(r":label:\s*([\w-]+)", text))
    named = labels_in_docstrings()
    assert len(named) >= 12
    assert named <= labels, sorted(named - labels)
