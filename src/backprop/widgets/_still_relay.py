"""The still picture of a DeltaRelay: the norms of the error terms, layer by layer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from ._still import INK, OUTSIDE, REST, WIDTH, _Board, _text

if TYPE_CHECKING:
    from .deltarelay import DeltaRelay

GUTTER, TOP, ROW, CELL_H, BARS = 44, 24, 30, 24, 76


def relay_picture(widget: DeltaRelay) -> bytes:
    """Draw every error term and, below each layer, the bar of its norm; return the PNG."""
    board = _Board()
    net, gradients, norms = widget.network, widget.gradients, widget.norms
    arriving = [*(W.T @ d for W, d in zip(net.weights[1:], gradients.delta[1:], strict=True))]
    arriving.append(widget.forward.x[-1] - widget.y)
    came = [math.hypot(*vector) for vector in arriving]
    logs = [math.log10(v) for v in (*norms, *came) if v > 0] or [0.0]
    high = math.ceil(max(logs) + 1e-9)
    low = min(high - 3, math.floor(min(logs) - 1e-9))
    pitch = (WIDTH - GUTTER) / len(net)
    width = min(72.0, max(50.0, pitch * 0.6))
    rows = max(net.sizes[1:])
    bottom = TOP + rows * ROW + 20 + BARS

    for d in (high, low):
        y = bottom - (d - low) / (high - low) * BARS
        board.ax.plot([GUTTER, WIDTH], [y, y], color=REST, linewidth=0.5, zorder=1)
        label = f"1e{d}".replace("-", "\u2212") if d else "1"
        board.text(GUTTER - 6, y, label, 12, ha="right", color=OUTSIDE)
    board.text(0, bottom - BARS / 2, r"$\Vert\delta\Vert$", 14, ha="left", color=OUTSIDE)
    for layer, (delta, norm, before) in enumerate(zip(gradients.delta, norms, came, strict=True)):
        middle = GUTTER + (layer + 0.5) * pitch
        board.text(middle, 10, f"layer {layer + 1}", 12, ha="center", color=OUTSIDE)
        first = TOP + (rows - len(delta)) * ROW / 2
        for i, value in enumerate(delta):
            y = first + i * ROW
            cell = Rectangle(
                (middle - width / 2, y),
                width,
                CELL_H,
                facecolor="#ffffff",
                edgecolor="#b4bac2",
                linewidth=0.8,
            )
            board.ax.add_patch(cell)
            board.text(middle, y + CELL_H / 2, _text(float(value), 4), 12, ha="center", color=INK)
        for value, style in ((before, {"fill": False, "linestyle": "--"}), (norm, {})):
            if value <= 0:
                continue
            height = max(2.0, (math.log10(value) - low) / (high - low) * BARS)
            bar = Rectangle((middle - width / 2, bottom - height), width, height, linewidth=0.8)
            bar.set(edgecolor=OUTSIDE, facecolor=OUTSIDE)
            bar.set(**style)
            board.ax.add_patch(bar)
        board.text(middle, bottom + 12, f"{norm:.2g}", 12, ha="center", color=OUTSIDE)
    board.text(
        0,
        bottom + 36,
        "Dashed: what arrives; filled: what the slopes leave. "
        "A still picture: run the cell or open the page of the book, to play.",
        11.5,
        ha="left",
        color=OUTSIDE,
    )
    return board.png()
