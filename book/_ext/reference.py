"""The package reference: docstrings set as pages, their book labels turned into links.

The work is autodoc's and napoleon's. Added here: a single backtick is code, and a label such as
``eq-grad-w1-matrix`` in a docstring becomes the equation's number, linked to its place.
"""

from __future__ import annotations

import re

from sphinx.application import Sphinx

LABEL = re.compile(r"(?<![\w`-])eq-[a-z0-9-]*[a-z0-9]")


def link_labels(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Write each equation label of a docstring as a reference to the equation."""
    lines[:] = [LABEL.sub(lambda found: f":eq:`{found.group()}`", line) for line in lines]


def skip_fields(
    app: Sphinx, what: str, name: str, obj: object, skip: bool, options: object
) -> bool | None:
    """Leave out the fields of a record: its own docstring has said what they are."""
    return True if type(obj).__name__ == "_tuplegetter" else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Register autodoc and napoleon, and how they write."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.connect("autodoc-process-docstring", link_labels)
    app.connect("autodoc-skip-member", skip_fields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
