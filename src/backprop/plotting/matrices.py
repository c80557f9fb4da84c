"""Pictures of matrices and of products of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from .._shapes import Array, as_array, require_shape
from ._marks import add_cell
from ._names import output_name, signed
from ._style import FAINT, MIXED, PLATE, use_pixels, write

Part = str | tuple[str, ArrayLike] | tuple[str, ArrayLike, tuple[int | None, int | None]]


def draw_gather(ax: Axes, W: ArrayLike, row: int, column: int, layer: int = 2) -> Axes:
    r"""Draw one matrix twice: forward a neuron gathers along a row, backward down a column.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    W : (p, n) array_like
        The weights.
    row, column : int
        The row marked in the forward half and the column marked in the backward half, from 1.
    layer : int
        The layer's number, for the names.

    Returns
    -------
    Axes
        The same axes.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.plotting import draw_gather, new_axes
    >>> net, x, y = bp.load_example()
    >>> ax = draw_gather(new_axes(height=200), net.weights[1], row=1, column=2)
    """
    W = as_array("W", W)
    require_shape("W", W, ("p", "n"), "for a matrix")
    if not (1 <= row <= W.shape[0] and 1 <= column <= W.shape[1]):
        raise ValueError(f"row, column: expected an entry of a {W.shape} matrix, got {row, column}")
    width, _ = use_pixels(ax)
    half = width / 2
    cell = min(56.0, (half - 64) / W.shape[1])
    titles = (
        f"forward: neuron {row}\ngathers along row {row}",
        f"backward: neuron {column}\ngathers down column {column}",
    )
    for side, title in enumerate(titles):
        left, top = side * half + 52, 112.0
        write(ax, (side * half + half / 2, 22), title)
        for i, j in np.ndindex(W.shape):
            marked = (i + 1 == row) if side == 0 else (j + 1 == column)
            add_cell(ax, (left + j * cell, top + i * 40), cell, signed(float(W[i, j]), 1), marked)
        if side == 0:
            for j in range(W.shape[1]):
                write(ax, (left + (j + 0.5) * cell, 84), output_name(layer - 1, j + 1))
        else:
            for i in range(W.shape[0]):
                at = (left - 10, top + (i + 0.5) * 40)
                write(ax, at, f"$\\delta^{{({layer})}}_{{{i + 1}}}$", ha="right")
    return ax


def draw_product(ax: Axes, parts: Sequence[Part]) -> Axes:
    r"""Draw a product of arrays as blocks of numbers, each with its symbol and its shape.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    parts : sequence
        Signs such as ``"="`` or ``"("``, and blocks: a symbol, an array (a one-dimensional one is
        a column) and, if some entries are to be marked, their row and column, counted from 1, of
        which either may be None for all of them. ``"\\n"`` begins a new line.

    Returns
    -------
    Axes
        The same axes.

    Examples
    --------
    >>> from backprop.plotting import draw_product, new_axes
    >>> parts = [("$a$", [1.0, 2.0], (1, None)), ("$c^\\top$", [[3.0, 4.0]], (1, 2)),
    ...          "=", ("$a\\,c^\\top$", [[3.0, 4.0], [6.0, 8.0]], (1, 2))]
    >>> ax = draw_product(new_axes(height=150), parts)
    """
    width, height = use_pixels(ax)
    lines: list[list[Part]] = [[]]
    for part in parts:
        if part == "\n":
            lines.append([])
        else:
            lines[-1].append(part)
    if all(isinstance(part, str) for line in lines for part in line):
        raise ValueError("parts: expected at least one block, a symbol with an array")
    for number, line in enumerate(lines):
        _draw_line(ax, line, width, (number + 0.5) * height / len(lines))
    return ax


def _draw_line(ax: Axes, line: Sequence[Part], width: float, middle: float) -> None:
    """Draw one line of a product about a height."""
    blocks = [None if isinstance(part, str) else _as_block(part) for part in line]
    cells = [0.0 if values is None else _cell_width(values) for values in blocks]
    widths = [
        28.0 if values is None else 16.0 + cell * values.shape[1]
        for values, cell in zip(blocks, cells, strict=True)
    ]
    at = (width - sum(widths)) / 2
    if at < 0:
        raise ValueError(
            f"parts: expected at most {width:g} pixels in a line, got {sum(widths):g}: "
            'part it with "\\n"'
        )
    for part, values, cell, wide in zip(line, blocks, cells, widths, strict=True):
        if isinstance(part, str):
            write(ax, (at + wide / 2, middle), part, 34 if part in "()" else 24)
        else:
            assert values is not None
            row, column = part[2] if len(part) == 3 else (0, 0)
            digits = _digits(values)
            high = 17 * values.shape[0]
            write(ax, (at + wide / 2, middle - high - 18), part[0])
            shape = f"${values.shape[0]}\\times {values.shape[1]}$"
            write(ax, (at + wide / 2, middle + high + 17), shape, MIXED)
            for i, j in np.ndindex(values.shape):
                marked = row in (i + 1, None) and column in (j + 1, None)
                text = signed(float(values[i, j]), digits).removeprefix("+")
                corner = (at + 8 + cell * j, middle - high + 34 * i)
                add_cell(ax, corner, cell, text, marked, height=34)
        at += wide


def _digits(values: Array) -> int:
    return 1 if np.allclose(values, values.round(1), atol=1e-9) else 4


def _cell_width(values: Array) -> float:
    return 76.0 if _digits(values) == 4 else 50.0


def draw_jacobians(ax: Axes, rows: Sequence[Sequence[tuple[str, Sequence[Sequence[str]]]]]) -> Axes:
    """Draw matrices with named entries in rows; an entry ``"0"`` is an empty cell.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    rows : sequence of sequences of (title, entries)
        The matrices of each row of the picture; entries are short texts, row by row.

    Returns
    -------
    Axes
        The same axes.

    Examples
    --------
    >>> from backprop.plotting import draw_jacobians, new_axes
    >>> ax = draw_jacobians(new_axes(height=160), [[("$J$", [["$a$", "0"], ["0", "$c$"]])]])
    """
    width, _ = use_pixels(ax)
    top = 0.0
    for row in rows:
        cells = [66.0 if any(len(t) > 11 for line in m for t in line) else 46.0 for _, m in row]
        widths = [cell * len(m[0]) for cell, (_, m) in zip(cells, row, strict=True)]
        gap = (width - sum(widths)) / (len(row) + 1)
        left = gap
        for cell, wide, (title, m) in zip(cells, widths, row, strict=True):
            write(ax, (left + wide / 2, top + 18), title)
            for i, line in enumerate(m):
                for j, entry in enumerate(line):
                    corner = (left + cell * j, top + 42 + 36 * i)
                    add_cell(ax, corner, cell, entry, entry != "0", height=36, size=MIXED)
            left += wide + gap
        top += 62 + 36 * max(len(m) for _, m in row)
    return ax


def draw_batch_product(
    ax: Axes, samples: int = 6, rows: int = 4, columns: int = 3, marked: int = 3
) -> Axes:
    r"""Draw the product that sums the gradients of all samples, and the part of one sample in it.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    samples, rows, columns : int
        The number of samples, the layer's width and the width of the layer before.
    marked : int
        The sample that is marked, from 1.

    Returns
    -------
    Axes
        The same axes.

    Examples
    --------
    >>> from backprop.plotting import draw_batch_product, new_axes
    >>> ax = draw_batch_product(new_axes(height=240))
    """
    if not 1 <= marked <= samples:
        raise ValueError(f"marked: expected 1 to {samples}, got {marked}")
    width, height = use_pixels(ax)
    cell = 30.0
    gap = (width - cell * (samples + 2 * columns)) / 3
    middle = height / 2 + 8
    left = 0.5 * gap
    blocks = [
        ("$(\\Delta^{(l)})^\\top$", "$n_l\\times m$", rows, samples, {"column": marked}),
        ("$X^{(l-1)}$", "$m\\times n_{l-1}$", samples, columns, {"row": marked}),
        (
            "$m\\,\\nabla_W\\bar{L}$", "$n_l\\times n_{l-1}$", rows, columns,
            {"all": 1},
        ),
    ]  # fmt: skip
    for number, (name, shape, high, wide, mark) in enumerate(blocks):
        top = middle - cell * high / 2
        for i, j in np.ndindex(high, wide):
            chosen = j + 1 == mark.get("column") or i + 1 == mark.get("row") or "all" in mark
            corner = (left + j * cell + 1.5, top + i * cell + 1.5)
            ax.add_patch(
                Rectangle(
                    corner, cell - 3, cell - 3, lw=1.2, edgecolor=FAINT,
                    facecolor=PLATE if chosen else "none",
                )
            )  # fmt: skip
        write(ax, (left + cell * wide / 2, top - 22), name)
        write(ax, (left + cell * wide / 2, top + cell * high + 20), shape)
        left += cell * wide
        if number < 2:
            write(ax, (left + gap / 2, middle), "$=$" if number else "$\\cdot$", 30)
        left += gap
    return ax


def _as_block(part: tuple[Any, ...]) -> Any:
    values = as_array("parts", part[1])
    if values.ndim == 1:
        values = values[:, None]
    require_shape("parts", values, ("p", "n"), "for a block")
    return values
