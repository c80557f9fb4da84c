"""The still picture of a network widget, drawn by matplotlib without pyplot or global state."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Polygon
from PIL import Image

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .netlab342 import NetLab342

# The picture has no background. What stands on the page itself is drawn in tones that can be read
# on light and on dark; what stands in a node has the node's own paper under it.
POSITIVE, NEGATIVE, OUTSIDE, REST = "#2f83c6", "#d2691e", "#7d8590", "#9aa2ac"
PAPER, INK, MUTE, EDGE = "#ffffff", "#222832", "#56606e", "#b4bac2"
WIDTH, HEIGHT, DPI = 688, 336, 160
NODE_W, NODE_H, LEAF_H = 92, 66, 30
SCALE = {"w": 2.0, "g": 0.1}


def _text(value: float, decimals: int) -> str:
    """Return fixed decimals with a typographic sign, as the front end prints them."""
    if value == 0:
        return f"{0:.{decimals}f}"
    sign = "\u2212" if value < 0 else "+"
    size = abs(value)
    if size < 0.5 * 10**-decimals or size >= 1000:
        digits = 0 if size < 1 else 1
        mantissa, exponent = f"{size:.{digits}e}".split("e")
        return f"{sign}{mantissa}e{int(exponent)}".replace("e-", "e\u2212")
    whole = max(0, math.floor(math.log10(size)))
    return f"{sign}{size:.{max(0, decimals - whole)}f}"


class _Board:
    """An Axes whose unit is one CSS pixel, origin at the top left."""

    def __init__(self, height: int = HEIGHT) -> None:
        self.figure = Figure(figsize=(WIDTH / 100, height / 100), dpi=DPI)
        FigureCanvasAgg(self.figure)
        self.ax: Axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.ax.set(xlim=(0, WIDTH), ylim=(height, 0))
        self.ax.axis("off")

    def text(self, x: float, y: float, words: str, size: float = 13, **kwargs: object) -> None:
        self.ax.text(
            x,
            y,
            words,
            fontsize=size * 0.72,
            va="center_baseline",
            **kwargs,  # type: ignore[arg-type]
        )

    def box(self, x: float, y: float, height: float) -> None:
        shape = FancyBboxPatch(
            (x, y),
            NODE_W,
            height,
            boxstyle="round,pad=0,rounding_size=10",
            facecolor=PAPER,
            edgecolor=EDGE,
            linewidth=0.8,
            zorder=3,
        )
        self.ax.add_patch(shape)

    def badge(self, x: float, y: float, shape: str, letter: str) -> None:
        if shape == "ring":
            self.ax.add_patch(
                Circle((x, y), 8, fill=False, edgecolor=MUTE, linewidth=0.9, zorder=4)
            )
        elif shape == "disc":
            self.ax.add_patch(Circle((x, y), 8, facecolor="#d3d6da", edgecolor="none", zorder=4))
        elif shape == "diamond":
            corners = [(x - 8.5, y), (x, y - 8.5), (x + 8.5, y), (x, y + 8.5)]
            diamond = Polygon(corners, fill=False, edgecolor=MUTE, linewidth=0.9, zorder=4)
            self.ax.add_patch(diamond)
        self.text(x, y + 0.5, f"${letter}$", 12, ha="center", color=INK, zorder=5)

    def row(self, x: float, y: float, shape: str, letter: str, value: str) -> None:
        self.badge(x + 15, y, shape, letter)
        self.text(x + NODE_W - 9, y, value, ha="right", color=INK, zorder=5)

    def edge(
        self, line: tuple[float, float, float, float], value: float | None, scale: float
    ) -> None:
        x1, y1, x2, y2 = line
        if value is None or value == 0:
            self.ax.plot([x1, x2], [y1, y2], color=REST, linewidth=0.7, zorder=2)
            return
        width = 1 + 4 * math.sqrt(min(1.0, abs(value) / scale))
        (drawn,) = self.ax.plot(
            [x1, x2],
            [y1, y2],
            color=POSITIVE if value > 0 else NEGATIVE,
            linewidth=width * 0.72,
            solid_capstyle="butt",
            dash_capstyle="butt",
            zorder=2,
        )
        if value < 0:
            drawn.set_dashes((6 / width, 4 / width))

    def png(self) -> bytes:
        drawn, buffer = io.BytesIO(), io.BytesIO()
        self.figure.savefig(drawn, format="png", transparent=True)
        # A notebook carries the picture: 64 colours are a third of the bytes and look the same.
        picture = Image.open(drawn).quantize(64, method=Image.Quantize.FASTOCTREE)
        picture.save(buffer, format="png", optimize=True)
        return buffer.getvalue()


def network_picture(widget: NetLab342) -> bytes:
    """Draw the network of a NetLab342 at its present step and return the PNG."""
    board = _Board()
    net, gradients, passed = widget.network, widget.gradients, widget.forward
    step = widget.step
    returned = {layer: step >= 6 - layer and not widget.predict for layer in (1, 2)}
    top: float = 24
    columns: tuple[float, ...] = (1, 240, 479, WIDTH - 1 - NODE_W)
    x: float
    y: float
    for x, words in zip(columns, ("input", "hidden", "output", "label"), strict=True):
        board.text(x + NODE_W / 2, 9, words, 12, ha="center", color=OUTSIDE)

    boxes: list[list[tuple[float, float, float]]] = []
    heights, pitches = (LEAF_H, NODE_H, NODE_H), (90, NODE_H + 8, NODE_H + 16)
    middle = top + (4 * NODE_H + 3 * 8) / 2
    for layer, count in enumerate(net.sizes):
        span = (count - 1) * pitches[layer] + heights[layer]
        first = top if layer == 2 else middle - span / 2
        ys = [first + i * pitches[layer] for i in range(count)]
        boxes.append([(columns[layer], y, heights[layer]) for y in ys])

    mode = "g" if returned[2] else "w"
    for layer in (1, 2):
        values = gradients.dW[layer - 1] if mode == "g" else net.weights[layer - 1]
        rows, cols = values.shape
        for i in range(rows):
            for j in range(cols):
                ax, ay, ah = boxes[layer - 1][j]
                bx, by, bh = boxes[layer][i]
                y1 = ay + ah / 2 + (i / (rows - 1) - 0.5) * ah * 0.5
                y2 = by + bh / 2 + (j / (cols - 1) - 0.5) * bh * 0.62
                value = float(values[i, j]) if mode == "w" or returned[layer] else None
                board.edge((ax + NODE_W, y1, bx, y2), value, SCALE[mode])

    for i, (x, y, height) in enumerate(boxes[0]):
        board.box(x, y, height)
        board.row(x, y + height / 2, "disc", "x", _text(widget.x[i], 2))
    for layer in (1, 2):
        for i, (x, y, height) in enumerate(boxes[layer]):
            board.box(x, y, height)
            known = step >= layer
            u = _text(float(passed.u[layer - 1][i]), 3) if known else "\u00b7"
            out = _text(float(passed.x[layer][i]), 3) if known else "\u00b7"
            delta = float(gradients.delta[layer - 1][i])
            board.row(x, y + 13, "ring", "u", u)
            board.row(x, y + 33, "disc", "x", out)
            board.row(
                x, y + 53, "diamond", r"\delta", _text(delta, 4) if returned[layer] else "\u00b7"
            )
    for i, (x, y, height) in enumerate(boxes[2]):
        label_x, label_y = columns[3], y + (height - LEAF_H) / 2
        middle_y = y + height / 2
        board.ax.plot([x + NODE_W, label_x], [middle_y, middle_y], color=REST, linewidth=0.7)
        board.box(label_x, label_y, LEAF_H)
        board.row(label_x, label_y + LEAF_H / 2, "plain", "y", _text(widget.y[i], 2))

    x, y = boxes[2][-1][0], boxes[2][-1][1] + NODE_H + 34
    board.text(x, y, "$L$", 20, ha="left", color=OUTSIDE)
    shown = f"{widget.loss:.4f}" if step >= 3 else "\u00b7"
    board.text(WIDTH - 1, y, shown, 20, ha="right", color=OUTSIDE, weight="bold")
    legend = "derivatives of the loss" if mode == "g" else "weights"
    lines = (
        f"Edges: {legend};",
        "blue is +, dashed orange is \u2212.",
        "A still picture. To play, run the cell",
        "or open the page of the book.",
    )
    for n, words in enumerate(lines):
        board.text(x, y + 34 + 17 * n, words, 11.5, ha="left", color=OUTSIDE)
    return board.png()
