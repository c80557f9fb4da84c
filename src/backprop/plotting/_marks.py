"""The things pictures are made of: neurons, edges, plates, cells and arrows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from ._style import FAINT, INK, MIXED, ON_PLATE, PLATE, Point, point_between, write

RADIUS = 26.0  # of a neuron
SMALL = 21.0  # of a node that stands for one variable


def place_neurons(
    sizes: Sequence[int], left: float, right: float, top: float, bottom: float
) -> list[list[Point]]:
    """Return the centres of the neurons, layer by layer."""
    xs = np.linspace(left, right, len(sizes))
    step = (bottom - top) / max(1, max(sizes) - 1)
    middle = (top + bottom) / 2
    # A small layer is spread a little, so that its neurons do not huddle in the middle.
    return [
        [
            (float(at), float(middle + (i - (n - 1) / 2) * step * (1.3 if n < max(sizes) else 1)))
            for i in range(n)
        ]
        for at, n in zip(xs, sizes, strict=True)
    ]


def add_edge(
    ax: Axes, start: Point, end: Point, strong: bool = False, radius: float = RADIUS
) -> None:
    """Draw an edge from the rim of one neuron to the rim of another."""
    ends = list(zip(*_rims(start, end, radius), strict=True))
    if strong:
        ax.plot(*ends, color=INK, lw=2.6, zorder=2)
    else:
        ax.plot(*ends, color=FAINT, lw=1.0, alpha=0.5, zorder=1)


def add_neuron(ax: Axes, at: Point, name: str, quiet: bool = False, radius: float = RADIUS) -> None:
    """Draw a neuron, or with a small radius a variable; a quiet one is not filled."""
    face = "none" if quiet else PLATE
    ax.add_patch(Circle(at, radius, facecolor=face, edgecolor=FAINT, lw=1.2, zorder=4))
    write(ax, at, name, colour=INK if quiet else ON_PLATE, zorder=5)


def add_plate(ax: Axes, at: Point, name: str, half: float = 25.0) -> None:
    """Draw a small plate with the name or the value of an edge."""
    _rounded(ax, at, half, 16.0, corner=6, zorder=6)
    write(ax, at, name, None if "$" not in name else MIXED, colour=ON_PLATE, zorder=7)


def add_cell(
    ax: Axes,
    corner: Point,
    width: float,
    text: str,
    marked: bool,
    height: float = 40,
    size: float | None = None,
) -> None:
    """Draw a cell of a matrix, from its upper left corner; a marked one is filled."""
    ax.add_patch(
        Rectangle(
            (corner[0] + 2, corner[1] + 2),
            width - 4,
            height - 4,
            lw=1.2,
            edgecolor=FAINT,
            facecolor=PLATE if marked else "none",
            zorder=2,
        )
    )
    centre = (corner[0] + width / 2, corner[1] + height / 2)
    write(ax, centre, text, size, colour=ON_PLATE if marked else INK, zorder=3)


def add_box(ax: Axes, at: Point, half: float, lines: Sequence[str]) -> None:
    """Draw a plate with lines of text."""
    _rounded(ax, at, half, 15.5 * len(lines) + 3, corner=9)
    for n, line in enumerate(lines):
        offset = (n - (len(lines) - 1) / 2) * 30
        write(ax, (at[0], at[1] + offset), line, MIXED, colour=ON_PLATE, zorder=5)


def add_tile(
    ax: Axes, at: Point, name: str, half: float = 26.0, tall: float = 19.0, dark: bool = False
) -> None:
    """Draw a rounded tile that holds a symbol."""
    _rounded(ax, at, half, tall, corner=9, filled=dark)
    write(ax, at, name, colour=ON_PLATE if dark else INK, zorder=5)


def _rounded(
    ax: Axes,
    at: Point,
    half: float,
    tall: float,
    corner: float,
    filled: bool = True,
    zorder: float = 4,
) -> None:
    """Draw a rounded box about a point, from its half width and half height."""
    ax.add_patch(
        FancyBboxPatch(
            (at[0] - half, at[1] - tall),
            2 * half,
            2 * tall,
            boxstyle=f"round,pad=0,rounding_size={corner}",
            facecolor=PLATE if filled else "none",
            edgecolor=FAINT,
            lw=1.2,
            zorder=zorder,
        )
    )


def add_arrow(ax: Axes, start: Point, end: Point, dashed: bool = False, radius: float = 0) -> None:
    """Draw an arrow, from rim to rim if it joins circles of a radius."""
    style = {
        "arrowstyle": "-|>",
        "color": INK,
        "lw": 1.2 if dashed else 1.8,
        "linestyle": (0, (4, 3)) if dashed else "-",
        "shrinkA": 0,
        "shrinkB": 0,
    }
    start, end = _rims(start, end, radius + 3) if radius else (start, end)
    ax.annotate("", end, start, arrowprops=style, zorder=2)


def add_line(ax: Axes, start: Point, end: Point, dashed: bool = True) -> None:
    """Draw a line in the style of the arrows."""
    style: Any = (0, (4, 3)) if dashed else "-"
    ax.plot(*zip(start, end, strict=True), color=INK, lw=1.2 if dashed else 1.8, ls=style, zorder=1)


def _rims(start: Point, end: Point, radius: float) -> tuple[Point, Point]:
    """Return where the line between the centres of two circles leaves one and meets the other."""
    share = radius / float(np.hypot(end[0] - start[0], end[1] - start[1]))
    return point_between(start, end, share), point_between(end, start, share)
