"""Where the exercises are, and what marks their solutions."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "exercises" / "source").glob("[0-9][0-9]_*.py"))
# Split, so that no other file than a source and its solution page holds a whole one.
SENTINEL = re.compile(r"solution mark" + r": ([\w-]+)")


def sentinels(source):
    """Return the marks that may stand in this source and on its solution page only."""
    return SENTINEL.findall(source.read_text("utf-8"))


def solution_page(source):
    """Return the notebook that holds the solutions of a source."""
    return ROOT / "exercises" / "solutions" / f"{source.stem}.ipynb"
