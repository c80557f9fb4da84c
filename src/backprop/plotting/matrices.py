"""Pictures of matrices and of products of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from .._shapes import as_array, require_shape
from ._marks import add_cell
from ._names import output_name, signed
from ._style import FAINT, PLATE, use_pixels, write

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
    cell = min(64.0, (half - 96) / W.shape[1])
    titles = (
        f"forward: neuron {row}\ngathers along row {row}",
        f"backward: neuron {column}\ngathers down column {column}",
    )
    for side, title in enumerate(titles):
        left, top = side * half + 66, 96.0
        write(ax, (left + cell * W.shape[1] / 2, 22), title, 15)
        for i, j in np.ndindex(W.shape):
            marked = (i + 1 == row) if side == 0 else (j + 1 == column)
            add_cell(ax, (left + j * cell, top + i * 40), cell, signed(float(W[i, j]), 1), marked)
        if side == 0:
            for j in range(W.shape[1]):
                write(ax, (left + (j + 0.5) * cell, 72), output_name(layer - 1, j + 1), 17)
        else:
            for i in range(W.shape[0]):
                at = (left - 10, top + (i + 0.5) * 40)
                write(ax, at, f"$\\delta^{{({layer})}}_{{{i + 1}}}$", 17, ha="right")
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
        which either may be None for all of them.

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
    blocks = [None if isinstance(part, str) else _as_block(part) for part in parts]
    columns = sum(values.shape[1] for values in blocks if values is not None)
    if not columns:
        raise ValueError("parts: expected at least one block, a symbol with an array")
    gaps = sum(26.0 if block is None else 16.0 for block in blocks)
    cell = min(72.0, (width - 12 - gaps) / columns)
    at = (width - gaps - cell * columns) / 2
    for part, values in zip(parts, blocks, strict=True):
        if isinstance(part, str):
            write(ax, (at + 13, height / 2), part, 34 if part in "()" else 22)
            at += 26
            continue
        assert values is not None
        row, column = part[2] if len(part) == 3 else (0, 0)
        digits = 1 if np.allclose(values, values.round(1), atol=1e-9) else 4
        top, left = height / 2 - 17 * values.shape[0], at + 8
        write(ax, (left + cell * values.shape[1] / 2, top - 18), part[0], 17)
        shape = f"${values.shape[0]}\\times {values.shape[1]}$"
        write(ax, (left + cell * values.shape[1] / 2, height - top + 17), shape, 15)
        for i, j in np.ndindex(values.shape):
            marked = row in (i + 1, None) and column in (j + 1, None)
            number = signed(float(values[i, j]), digits).removeprefix("+")
            size = 0.203 * cell  # seven characters in a cell
            add_cell(
                ax, (left + cell * j, top + 34 * i), cell, number, marked, height=34, size=size
            )
        at += 16 + cell * values.shape[1]
    return ax


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
        cells = [70.0 if any(len(t) > 11 for line in m for t in line) else 46.0 for _, m in row]
        widths = [cell * len(m[0]) for cell, (_, m) in zip(cells, row, strict=True)]
        gap = (width - sum(widths)) / (len(row) + 1)
        left = gap
        for cell, wide, (title, m) in zip(cells, widths, row, strict=True):
            write(ax, (left + wide / 2, top + 20), title, 16)
            for i, line in enumerate(m):
                for j, entry in enumerate(line):
                    add_cell(
                        ax,
                        (left + cell * j, top + 40 + 34 * i),
                        cell,
                        entry,
                        entry != "0",
                        height=34,
                        size=15,
                    )
            left += wide + gap
        top += 58 + 34 * max(len(m) for _, m in row)
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
    gap = (width - cell * (samples + 2 * columns) - 40) / 3
    middle = height / 2 + 8
    left = 20 + 0.5 * gap
    blocks = [
        ("$(\\Delta^{(l)})^\\top$", "$n_l\\times m$", rows, samples, {"column": marked}),
        ("$X^{(l-1)}$", "$m\\times n_{l-1}$", samples, columns, {"row": marked}),
        (
            "$m\\,\\nabla_{W^{(l)}}\\bar{L}$", "$n_l\\times n_{l-1}$", rows, columns,
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
        write(ax, (left + cell * wide / 2, top - 22), name, 20)
        write(ax, (left + cell * wide / 2, top + cell * high + 20), shape, 18)
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
