"""What an import loads, which module may know which, and that the public names are the listed."""

import ast
import importlib
import subprocess
import sys
import types
from pathlib import Path

import pytest

import backprop

SOURCE = Path(backprop.__file__).parent
HEAVY = ("matplotlib", "IPython", "ipywidgets", "anywidget", "traitlets")

# Each module and what of the package it may import: the arrows point one way. gradcheck and
# example stand apart on purpose: they are what network.py is checked against.
MAY_IMPORT = {
    "_shapes": set(),
    "source": set(),
    "autodiff": set(),
    "counting": {"_shapes"},
    "digits": {"_shapes"},
    "gradcheck": {"_shapes"},
    "example": {"_shapes"},
    "activations": {"_shapes"},
    "lemmas": {"_shapes"},
    "losses": {"_shapes", "activations"},
    "network": {"_shapes", "activations", "losses", "lemmas", "counting"},
    "_buffered": {"_shapes", "activations", "losses"},
    "workspace": {"_buffered", "_shapes", "losses", "network"},
    "training": {"_shapes", "activations", "losses", "network", "workspace"},
}
# The same, where an import stands inside one function and is made when that is called.
MAY_IMPORT_LATER = {"example": {"network"}, "network": {"workspace"}}
# These sit on top: they know the mathematics, the mathematics does not know them, and they do not
# know one another.
ON_TOP = {"plotting", "widgets", "check", "exercises"}
# The exercises' command line and the checks are two doors to one room.
TOGETHER = {("exercises", "check"), ("check", "exercises")}


def run(program):
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()


def test_the_package_loads_nothing_heavy():
    program = "import backprop, sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = run(program)
    assert "numpy" in loaded
    assert not set(HEAVY) & set(loaded)


def room(path):
    """Return the first part of a module's place inside the package: its room in the house."""
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def nodes_that_run(node, later=False):
    """Yield each node of a syntax tree that runs, and whether only when a function is called."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        inside = later or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        yield child, inside
        yield from nodes_that_run(child, inside)


def imported_rooms(path, later):
    """Return the rooms of the package that a file imports, at once or later."""
    here = ("backprop", *path.relative_to(SOURCE).with_suffix("").parts)
    names = set()
    for node, inside in nodes_that_run(ast.parse(path.read_text("utf-8"))):
        if inside != later:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(here[: -node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            names |= {f"{module}.{alias.name}" for alias in node.names}
    rooms = {name.split(".")[1] for name in names if name.startswith("backprop.")}
    return {name for name in rooms if (SOURCE / name).is_dir() or (SOURCE / f"{name}.py").exists()}


MODULES = sorted(path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(SOURCE)) for path in MODULES])
def test_dependencies_point_one_way(path):
    mine = room(path)
    at_once = imported_rooms(path, later=False) - {mine, "data"}
    later = imported_rooms(path, later=True) - {mine, "data"}
    if mine in ON_TOP:
        beside = {name for name in (at_once | later) & ON_TOP if (mine, name) not in TOGETHER}
        assert beside == set(), f"{mine} imports what stands beside it"
    elif mine != "data":
        assert mine in MAY_IMPORT, f"say in this test what {mine} may import"
        assert at_once <= MAY_IMPORT[mine]
        assert later <= MAY_IMPORT[mine] | MAY_IMPORT_LATER.get(mine, set())


def test_only_the_loader_of_the_example_knows_the_network():
    tree = ast.parse((SOURCE / "example.py").read_text("utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert "partial_derivatives" in {function.name for function in functions}
    for function in functions:
        body = ast.Module(function.body, [])
        used = {node.id for node in ast.walk(body) if isinstance(node, ast.Name)}
        assert "Network" not in used or function.name == "load_example"
    program = "import backprop.example as e, sys; print('Network' in vars(e))"
    assert run(program) == ["False"]


def test_the_graph_has_no_circle():
    order = list(MAY_IMPORT)
    for name, known in MAY_IMPORT.items():
        assert known <= set(order[: order.index(name)]), name


PACKAGES = [
    "backprop",
    *(f"backprop.{path.parent.name}" for path in sorted(SOURCE.glob("[!_]*/__init__.py"))),
]


@pytest.mark.parametrize("name", PACKAGES)
def test_all_is_sorted_and_is_the_public_namespace(name):
    """What the module defines or offers is listed, and nothing else is."""
    module = importlib.import_module(name)
    listed = module.__all__
    assert list(listed) == sorted(set(listed))
    namespace = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not is_an_unlisted_module(value, name, listed)
    }
    assert set(listed) - {"__version__"} == namespace


def is_an_unlisted_module(value, name, listed):
    """Python binds a submodule's name in its package once anything has imported it."""
    return isinstance(value, types.ModuleType) and name not in listed
