"""Every picture of the book, drawn anew: its text can be read on a phone and covers no other."""

import json
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from tests.unit.pictures import faults
from tools.normalise_notebooks import ROOT, every_notebook

pytestmark = pytest.mark.slow


def code_of(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


DRAWING = [path for path in every_notebook() if "plt.show()" in "".join(code_of(path))]


@pytest.mark.parametrize(
    "path", DRAWING, ids=[path.relative_to(ROOT).as_posix() for path in DRAWING]
)
def test_text_in_pictures_can_be_read_on_a_phone(path, monkeypatch, capsys):
    found, number = [], 0

    def look():
        nonlocal number
        for figure in map(plt.figure, plt.get_fignums()):
            number += 1
            found.extend(f"picture {number}: {fault}" for fault in faults(figure))
        plt.close("all")

    plt.close("all")
    monkeypatch.setattr(plt, "show", look)
    names = {"__name__": path.stem}
    with mpl.rc_context({"backend": "agg"}):
        for source in code_of(path):
            exec(compile(source, path.name, "exec"), names)
    assert number >= (3 if re.match(r"\d\d_", path.name) and path.parent.name == "book" else 1)
    assert found == []
