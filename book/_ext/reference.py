"""The package reference: docstrings set as pages, their book labels turned into links.

The work is autodoc's and napoleon's. Added here: a single backtick is code, a label such as
``eq-grad-w1-matrix`` in a docstring becomes the equation's number, linked to its place, and the
checks of the exercises, which are objects that can be called, are set as the functions they are.
"""

from __future__ import annotations

import re

from sphinx.application import Sphinx
from sphinx.ext.autodoc import FunctionDocumenter

LABEL = re.compile(r"(?<![\w`-])eq-[a-z0-9-]*[a-z0-9]")


class CheckDocumenter(FunctionDocumenter):
    """Set a check of `backprop.check` as a function of the learner's answer."""

    objtype = "check"
    directivetype = "function"
    priority = FunctionDocumenter.priority + 10

    @classmethod
    def can_document_member(
        cls, member: object, membername: str, isattr: bool, parent: object
    ) -> bool:
        """Return whether `member` is a check."""
        return type(member).__name__ == "Check"

    def format_args(self, **options: object) -> str:
        """Return what the check takes, without what it refuses."""
        return "(answer)"


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
    app.add_autodocumenter(CheckDocumenter)
    app.connect("autodoc-process-docstring", link_labels)
    app.connect("autodoc-skip-member", skip_fields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
