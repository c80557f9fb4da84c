"""The still picture of a NeuronDial: bars laid end to end, the activation over the same axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from ._still import NEGATIVE, OUTSIDE, POSITIVE, REST, WIDTH, _Board, _text

if TYPE_CHECKING:
    from .neurondial import NeuronDial

HEIGHT, LEFT, TOP, PITCH, BAR = 320, 176, 8, 28, 14


def dial_picture(widget: NeuronDial) -> bytes:
    """Draw a NeuronDial as it is now and return the PNG."""
    board = _Board(HEIGHT)
    f = widget.network.activations[0].f
    u, out = float(widget.forward.u[0][0]), float(widget.forward.x[1][0])
    parts = [w * x for w, x in zip(widget.w, widget.x, strict=True)] + [widget.b]
    signs = [f"$w_{j + 1}x_{j + 1}$" for j in range(len(widget.w))] + ["$b$"]
    ends = np.cumsum(parts)
    need = max(6.0, float(np.abs(ends).max()))
    end = next((e for e in (6.0, 10.0, 30.0, 100.0) if e >= need), need)

    def px(v: float) -> float:
        return LEFT + 8 + (v + end) / (2 * end) * (WIDTH - LEFT - 16)

    bottom, first = HEIGHT - 44, TOP + PITCH * len(parts) + 16
    grid = np.linspace(-end, end, 241)
    curve = f(grid)
    low, high = min(0.0, float(curve.min())), max(1.0, float(curve.max()))

    def py(v: float) -> float:
        return bottom - (v - low) / (high - low) * (bottom - first)

    board.ax.plot([px(0), px(0)], [TOP, bottom], color=REST, linewidth=0.7)
    board.ax.plot([px(-end), px(end)], [py(0), py(0)], color=REST, linewidth=0.7)
    start = 0.0
    for t, (value, stop, sign) in enumerate(zip(parts, ends, signs, strict=True)):
        y = TOP + t * PITCH + PITCH / 2
        negative = value < 0
        bar = Rectangle(
            (min(px(start), px(stop)), y - BAR / 2),
            abs(px(stop) - px(start)),
            BAR,
            facecolor="none" if negative else POSITIVE,
            edgecolor=NEGATIVE if negative else POSITIVE,
            linestyle="--" if negative else "-",
        )
        board.ax.add_patch(bar)
        board.text(8, y, sign, 14, ha="left", color=OUTSIDE)
        board.text(LEFT - 12, y, _text(value, 3), 13, ha="right", color=OUTSIDE)
        start = float(stop)
    facts = (
        ("$u$", _text(u, 3)),
        ("$x=f(u)$", _text(out, 3)),
        ("$f'(u)$", _text(widget.slope, 4)),
        ("$L$", f"{widget.loss:.4f}"),
    )
    for t, (sign, number) in enumerate(facts):
        y = TOP + (len(parts) + t) * PITCH + PITCH / 2 + (16 if t else 0)
        board.text(8, y, sign, 14, ha="left", color=OUTSIDE)
        board.text(LEFT - 12, y, number, 13, ha="right", color=OUTSIDE, weight="bold")
    board.ax.plot([px(u), px(u)], [TOP + PITCH * len(parts), py(out)], ":", color=OUTSIDE)
    board.ax.plot([px(v) for v in grid], [py(v) for v in curve], color=OUTSIDE, linewidth=1.2)
    steep = widget.slope * (bottom - first) / (high - low) / (px(1) - px(0))
    dx = 64 / float(np.hypot(1, steep))
    tone = POSITIVE if widget.slope > 0 else NEGATIVE if widget.slope < 0 else OUTSIDE
    line = [px(u) - dx, px(u) + dx], [py(out) + steep * dx, py(out) - steep * dx]
    board.ax.plot(*line, color=tone, linewidth=2.2)
    board.ax.plot([px(u)], [py(out)], "o", color=OUTSIDE, markersize=5)
    note = "A still picture. To play, run the cell or open the page of the book."
    board.text(WIDTH - 1, HEIGHT - 12, note, 11.5, ha="right", color=OUTSIDE)
    return board.png()
