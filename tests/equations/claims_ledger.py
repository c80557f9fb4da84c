"""The ledger's own page."""

from __future__ import annotations

from .claims import number
from .worlds import generic


@number("ledger", "0.3")
def square_term() -> float:
    """Coefficient of the square in the generic activation: its even part at 1."""
    return float(generic(1.0) + generic(-1.0)) / 2
