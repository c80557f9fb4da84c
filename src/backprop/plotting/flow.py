"""Pictures of what depends on what, and of the way there and back."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ._marks import SMALL, add_arrow, add_edge, add_line, add_neuron, add_tile
from ._style import Point, point_between, use_pixels, write


def draw_touches(ax: Axes, p: int = 2, n: int = 3) -> Axes:
    r"""Draw which variable touches which result, for the maps of Lemmas 1, 2 and 3.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    p, n : int
        Rows and columns of `W`; the map of Lemma 3 takes n numbers to n.

    Returns
    -------
    Axes
        The same axes.

    Examples
    --------
    >>> from backprop.plotting import draw_touches, new_axes
    >>> ax = draw_touches(new_axes(height=330))
    """
    if p < 1 or n < 2 or p * n > 8:
        raise ValueError(f"p, n: expected 1 row or more, 2 columns or more, at most 8 entries, "
                         f"got {p}, {n}")  # fmt: skip
    width, height = use_pixels(ax)
    entries = [(i + 1, j + 1) for i in range(p) for j in range(n)]
    xs = [f"$x_{{{j + 1}}}$" for j in range(n)]
    vs = [f"$v_{{{i + 1}}}$" for i in range(n)]
    panels = [
        ("1: $v=Wx+b$, by $W$", [f"$w_{{{i}{j}}}$" for i, j in entries], vs[:p],
         [(k, i - 1) for k, (i, j) in enumerate(entries)]),
        ("2: $v=Wx+b$, by $x$", xs, vs[:p], [(j, i) for j in range(n) for i in range(p)]),
        ("3: $v_i=g(x_i)$, by $x$", xs, vs, [(j, j) for j in range(n)]),
    ]  # fmt: skip
    third = width / 3
    for panel, (title, left, right, edges) in enumerate(panels):
        write(ax, (third * (panel + 0.5), 16), title, 15)
        columns = [_column(third * panel + side, len(names), height) for side, names in
                   ((46, left), (third - 46, right))]  # fmt: skip
        for start, end in edges:
            strong = start == 1
            add_edge(ax, columns[0][start], columns[1][end], strong, radius=SMALL)
        for names, places in zip((left, right), columns, strict=True):
            for k, (name, place) in enumerate(zip(names, places, strict=True)):
                touched = names is right and (1, k) in edges
                add_neuron(
                    ax, place, name, quiet=not (touched or (names is left and k == 1)), radius=SMALL
                )
    return ax


def draw_copies(ax: Axes) -> Axes:
    r"""Draw a variable used twice: forward its value is copied, backward the gradients add.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.

    Returns
    -------
    Axes
        The same axes.

    Examples
    --------
    >>> from backprop.plotting import draw_copies, new_axes
    >>> ax = draw_copies(new_axes(height=230))
    """
    width, height = use_pixels(ax)
    half, middle = width / 2, height / 2 + 8
    for side, title in enumerate(("forward: copied", "backward: added")):
        first, last = (half * side + 60, middle), (half * (side + 1) - 60, middle)
        between = [(half * (side + 0.5), middle - 58), (half * (side + 0.5), middle + 58)]
        write(ax, (half * (side + 0.5), 16), title, 16)
        for name, place in zip("ac", between, strict=True):
            upper = -1 if place[1] < middle else 1
            labels = ("$x$", f"${name}$") if side == 0 else (f"$\\nabla_{name}\\varphi$",) * 2
            for start, end, label in ((first, place, labels[0]), (place, last, labels[1])):
                add_arrow(ax, *((start, end) if side == 0 else (end, start)), radius=SMALL)
                at = point_between(start, end, 0.5)
                write(ax, (at[0], at[1] + 20 * upper), label, 15)
            add_neuron(ax, place, f"${name}$", radius=SMALL)
        add_neuron(ax, first, "$x$", radius=SMALL)
        add_neuron(ax, last, "$\\varphi$", radius=SMALL)
        if side:
            write(ax, (first[0], middle + 42), "$\\nabla_a\\varphi$", 15)
            write(ax, (first[0], middle + 66), "$+\\,\\nabla_c\\varphi$", 15)
    return ax


def draw_relay(ax: Axes, depth: int = 3) -> Axes:
    r"""Draw the two sweeps: forward along the upper lane, the error terms back along the lower.

    Dashed lines show what the way back takes from the way forward.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    depth : int
        The number of layers, 2 to 4.

    Returns
    -------
    Axes
        The same axes.

    Examples
    --------
    >>> from backprop.plotting import draw_relay, new_axes
    >>> ax = draw_relay(new_axes(height=330))
    """
    if not 2 <= depth <= 4:
        raise ValueError(f"depth: expected 2 to 4, got {depth}")
    width, height = use_pixels(ax)
    forth, back, end = 66.0, height - 142, height - 36
    xs = np.linspace(30, width - 30, 2 * depth + 2)
    room = float(xs[1] - xs[0])
    loss = (float(xs[-1]), forth)
    write(ax, (width / 2, 17), "forward: compute and keep", 17)
    for layer in range(1, depth + 1):
        before, here, after = ((float(xs[2 * layer - 2 + n]), forth) for n in range(3))
        delta, gradient = (here[0], back), (here[0], end)
        add_arrow(ax, (before[0] + 21, forth), (here[0] - 21, forth))
        add_arrow(ax, (here[0] + 21, forth), (after[0] - 21, forth))
        write(ax, (before[0] + room / 2, forth - 22), f"$W^{{({layer})}}$", 17)
        write(ax, (here[0] + room / 2, forth - 22), f"$f^{{\\,({layer})}}$", 17)
        add_arrow(ax, (here[0], forth + 19), (here[0], back - 19), dashed=True)
        slope = f"$f^{{\\,({layer})}}\\,'$"
        write(ax, (here[0] + 6, forth + 44), slope, 17, ha="left")
        add_line(ax, (before[0], forth + 19), (before[0], end))
        add_arrow(ax, (before[0], end), (here[0] - 35, end), dashed=True)
        add_arrow(ax, (here[0], back + 19), (here[0], end - 30))
        add_tile(ax, here, f"$u^{{({layer})}}$")
        add_tile(ax, after, f"$x^{{({layer})}}$")
        add_tile(ax, delta, f"$\\delta^{{({layer})}}$", dark=True)
        names = f"$\\nabla_{{W^{{({layer})}}}}L$\n$\\nabla_{{b^{{({layer})}}}}L$"
        add_tile(ax, gradient, names, half=34, tall=26)
        if layer < depth:
            start = float(xs[2 * layer + 1])
            add_arrow(ax, (start - 21, back), (here[0] + 21, back))
            name = f"$(W^{{({layer + 1})}})^\\top$"
            write(ax, (here[0] + 1.43 * room, back - 20), name, 17)
    add_tile(ax, (float(xs[0]), forth), "$x^{(0)}$")
    add_arrow(ax, (loss[0] - room + 21, forth), (loss[0] - 21, forth))
    add_tile(ax, loss, "$L$")
    last = float(xs[-3])
    add_line(ax, (loss[0], forth + 19), (loss[0], back), dashed=False)
    add_arrow(ax, (loss[0], back), (last + 21, back))
    write(ax, ((loss[0] + last) / 2, back - 20), f"$x^{{({depth})}}-y$", 17)
    write(ax, ((loss[0] + last) / 2 + 24, back + 54), "backward: error\nterms, gradients", 17)
    return ax


def _column(x: float, number: int, height: float) -> list[Point]:
    step = min(64.0, (height - 80) / max(1, number - 1))
    middle = (height + 30) / 2
    return [(x, middle + (k - (number - 1) / 2) * step) for k in range(number)]
