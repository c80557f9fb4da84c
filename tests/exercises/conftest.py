"""What the tests of the exercises share: a folder that is nobody's work, and learners' code."""

import itertools
import linecache

import pytest

from backprop.check import _api, _store

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Run every test away from any learner's folder, with nothing remembered."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_api, "_last", None)
    monkeypatch.setattr(_api, "_steps", {})
    _store.forget_session()
    yield
    _store.forget_session()


@pytest.fixture
def cell():
    """Return a function that runs code as a notebook cell would and returns what it defines."""

    def run(source, name="forward"):
        file = f"ipykernel/{next(_numbers)}.py"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        space = {}
        exec(compile("import numpy as np\nimport math\n", "setup", "exec"), space)
        exec(compile(source, file, "exec"), space)
        return space[name]

    return run
