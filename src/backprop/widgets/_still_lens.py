"""The still picture of a MatrixLens: each entry and below it its gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from ._still import INK, OUTSIDE, _Board, _text

if TYPE_CHECKING:
    from .matrixlens import MatrixLens


def lens_picture(widget: MatrixLens) -> bytes:
    """Draw the matrix as a multiplication table; return the PNG."""
    board = _Board()
    gradients = widget.gradients
    width, height, left, top = 92, 40, 110, 60
    for j, value in enumerate(widget.x):
        board.text(left + (j + 0.5) * width, 22, f"$x_{j + 1}$", 14, ha="center", color=OUTSIDE)
        board.text(left + (j + 0.5) * width, 42, _text(value, 2), 13, ha="center", color=OUTSIDE)
    for i, row in enumerate(widget.W):
        y = top + i * (height + 4)
        board.text(
            0, y + 20, rf"$\partial\varphi/\partial u_{i + 1}$", 14, ha="left", color=OUTSIDE
        )
        board.text(100, y + 20, _text(float(gradients.db[i]), 3), 13, ha="right", color=OUTSIDE)
        for j, value in enumerate(row):
            x = left + j * width
            cell = Rectangle(
                (x + 2, y), width - 4, height, facecolor="#f3f4f5", edgecolor="#b4bac2"
            )
            board.ax.add_patch(cell)
            board.text(x + width / 2, y + 12, _text(value, 2), 13, ha="center", color=INK)
            below = _text(float(gradients.dW[i, j]), 4)
            board.text(x + width / 2, y + 29, below, 12, ha="center", color=INK)
    board.text(
        0,
        top + 5 * (height + 4) + 16,
        "Below each entry its gradient. A still picture: run the cell or open the page, to play.",
        11.5,
        ha="left",
        color=OUTSIDE,
    )
    return board.png()
