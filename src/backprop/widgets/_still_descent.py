"""The still picture of a DescentMap: the level lines, both paths, the critical points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._shapes import Array
from ._still import NEGATIVE, OUTSIDE, POSITIVE, REST, _Board, _text

if TYPE_CHECKING:
    from .descentmap import DescentMap

SIDE, LEFT, TOP, HEIGHT = 286, 36, 4, 336
TABLE = LEFT + SIDE + 32


def descent_picture(widget: DescentMap) -> bytes:
    """Draw the map of a DescentMap and both paths as far as they go; return the PNG."""
    board = _Board(HEIGHT)
    field, m = widget._slice, len(widget.X)
    low, high = np.array(widget.span).T
    shown = np.linspace(low, high, 61)
    heights = np.array([[field.loss((a, b)) for a in shown[:, 0]] for b in shown[:, 1]])
    roots = np.sqrt(heights - heights.min())
    levels = np.linspace(0, max(float(roots.max()), 1e-9), 15)[1:-1]

    def pixels(points: Array) -> Array:
        share = (np.asarray(points) - low) / (high - low)
        return np.stack([LEFT + share[..., 0] * SIDE, TOP + (1 - share[..., 1]) * SIDE])

    x, y = np.meshgrid(*pixels(shown))
    board.ax.contour(x, y, roots, levels, colors=REST, linewidths=0.6)
    edge = np.array([low, [high[0], low[1]], high, [low[0], high[1]], low])
    (frame,) = board.ax.fill(*pixels(edge), fill=False, edgecolor=REST, linewidth=0.7)
    for point in widget.critical:
        left, top = pixels(np.array(point))
        bends = np.linalg.eigvalsh(field.hessian(point))[::-1]
        board.ax.plot([left], [top], "o", color=OUTSIDE, mfc="none", ms=4, mew=0.9)
        for k, bend in enumerate(bends):
            sign, tone = ("+", POSITIVE) if bend > 0 else ("\u2212", NEGATIVE)
            board.text(left + 8 + 9 * k, top - 9, sign, 12, ha="left", color=tone)
    sizes = [m] if widget.batch_size >= m else [m, widget.batch_size]
    rows = []
    for size in sizes:
        path = field.descend(widget.start, widget.eta, size, widget.order)
        steps = sum(used <= widget.used for used in path.used)
        points = path.points[:steps]
        style: dict[str, Any] = {"marker": "o", "ms": 2.6, "lw": 1.3} if size == m else {"lw": 0.6}
        (drawn,) = board.ax.plot(*pixels(points), color=OUTSIDE, **style)
        drawn.set_clip_path(frame)
        rows.append((size, points, field.loss(points[-1])))
    begin = pixels(np.array(widget.start))
    board.ax.plot(*begin[:, None], "o", color=OUTSIDE, mfc="#ffffff", ms=8, mew=1.5)

    for k, (a, b) in enumerate(zip(low, high, strict=True)):
        ends = ((LEFT, TOP + SIDE + 12), (LEFT + SIDE, TOP + SIDE + 12))
        if k:
            ends = ((LEFT - 8, TOP + SIDE - 8), (LEFT - 8, TOP + 8))
        for value, (left, top), side in zip((a, b), ends, ("left", "right"), strict=True):
            text = f"{value:g}".replace("-", "\u2212")
            board.text(left, top, text, 12, ha="right" if k else side, color=OUTSIDE)
    board.text(
        LEFT + SIDE / 2,
        TOP + SIDE + 14,
        _symbol(widget.parameters[0]),
        14,
        ha="center",
        color=OUTSIDE,
    )
    board.text(
        LEFT - 8, TOP + SIDE / 2, _symbol(widget.parameters[1]), 14, ha="right", color=OUTSIDE
    )
    board.text(
        TABLE, 24, f"{widget.used} gradients of single samples each", 13, ha="left", color=OUTSIDE
    )
    for k, (size, points, loss) in enumerate(rows):
        top = 64 + 60 * k
        name = "single-sample" if size == 1 else f"mini-batches of {size}"
        words = (
            f"batch, {len(points) - 1} steps" if size == m else f"{name}, {len(points) - 1} steps"
        )
        at = ", ".join(_text(float(value), 3) for value in points[-1])
        style = {"marker": "o", "ms": 3, "lw": 1.3} if size == m else {"lw": 0.6}
        line = np.array([TABLE, TABLE + 14, TABLE + 28])
        board.ax.plot(line, [top] * 3, color=OUTSIDE, **style)
        board.text(TABLE + 40, top, words, 13, ha="left", color=OUTSIDE, weight="bold")
        board.text(
            TABLE + 40,
            top + 22,
            rf"at ({at}),  $\bar{{L}}$ = {loss:.4f}",
            13,
            ha="left",
            color=OUTSIDE,
        )
    notes = (
        "Rings: the gradient is zero there; the signs of the two",
        "curvatures stand beside.",
        "A still picture. To play, run the cell or open the page.",
    )
    for k, words in enumerate(notes):
        board.text(TABLE, 226 + 18 * k, words, 11.5, ha="left", color=OUTSIDE)
    return board.png()


def _symbol(name: str) -> str:
    letter, layer, *index = name[0], *name[1:].split(".")
    return f"${letter}^{{({layer})}}_{{{''.join(index)}}}$"
