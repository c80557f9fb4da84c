"""Pictures of what depends on what, and of the way there and back."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes

from ._marks import SMALL, add_arrow, add_edge, add_line, add_neuron, add_tile
from ._style import ON_PLATE, Point, point_between, use_pixels, write


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
        ("Lemma 1", "$v=Wx+b$", "by $W$", [f"$w_{{{i}{j}}}$" for i, j in entries], vs[:p],
         [(k, i - 1) for k, (i, j) in enumerate(entries)]),
        ("Lemma 2", "$v=Wx+b$", "by $x$", xs, vs[:p], [(j, i) for j in range(n) for i in range(p)]),
        ("Lemma 3", "$v_i=g(x_i)$", "by $x$", xs, vs, [(j, j) for j in range(n)]),
    ]  # fmt: skip
    third = width / 3
    for panel, (*title, left, right, edges) in enumerate(panels):
        for line, text in enumerate(title):
            write(ax, (third * (panel + 0.5), 14 + 28 * line), text)
        columns = [_column(third * panel + side, len(names), height) for side, names in
                   ((38, left), (third - 38, right))]  # fmt: skip
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
        first, last = (half * side + 44, middle), (half * (side + 1) - 44, middle)
        between = [(half * (side + 0.5), middle - 66), (half * (side + 0.5), middle + 66)]
        write(ax, (half * (side + 0.5), 14), title)
        for name, place in zip("ac", between, strict=True):
            upper = -1 if place[1] < middle else 1
            labels = ("$x$", f"${name}$") if side == 0 else (f"$\\nabla_{name}\\varphi$",) * 2
            for start, end, label in ((first, place, labels[0]), (place, last, labels[1])):
                add_arrow(ax, *((start, end) if side == 0 else (end, start)), radius=SMALL)
                at = point_between(start, end, 0.5)
                outward = 14 if at[0] > place[0] else -14
                write(ax, (at[0] + outward, at[1] + 20 * upper), label)
            add_neuron(ax, place, f"${name}$", radius=SMALL)
        add_neuron(ax, first, "$x$", radius=SMALL)
        add_neuron(ax, last, "$\\varphi$", radius=SMALL)
        if side:
            total = "$\\nabla_x\\psi=\\nabla_a\\varphi+\\nabla_c\\varphi$"
            write(ax, (first[0] - 24, middle + 98), total)
    return ax


def draw_map(ax: Axes, parts: Mapping[str, Sequence[str]]) -> Axes:
    """Draw the map of a book: a frame for each part, and in it a box for each chapter.

    The chapters of the first part lead from one to the next, and its last one to every other part.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    parts : mapping from title to sequence of str
        The parts with the titles of their chapters, which are numbered through from 1.

    Returns
    -------
    Axes
        The same axes.

    Examples
    --------
    >>> from backprop.plotting import draw_map, new_axes
    >>> ax = draw_map(new_axes(height=300), {"I. Begin": ["One", "Two"], "II. Go on": ["Three"]})
    """
    width, height = use_pixels(ax)
    gap = 18.0
    room = (height + gap) / len(parts)
    trunk, number = width - 8, 0
    for row, (title, chapters) in enumerate(parts.items()):
        top, bottom = row * room + 2, (row + 1) * room - gap - 2
        right = width - 3 if row == 0 else width - 30
        add_tile(
            ax, ((3 + right) / 2, (top + bottom) / 2), "", half=(right - 3) / 2,
            tall=(bottom - top) / 2,
        )  # fmt: skip
        write(ax, (16, top + 19), title, ha="left")
        each = (right - 3) / len(chapters)
        half = min(each - 14, 150) / 2
        middle, tall = (top + 36 + bottom - 8) / 2, (bottom - top - 44) / 2
        places = [(3 + (n + 0.5) * each, middle) for n in range(len(chapters))]
        for place, chapter in zip(places, chapters, strict=True):
            number += 1
            add_tile(ax, place, "", half=half, tall=tall, dark=True)
            lines = "\n".join([str(number), *wrap(chapter, max(6, int(half / 5)))])
            write(ax, place, lines, colour=ON_PLATE)
        if row == 0:
            for one, other in itertools.pairwise(places):
                add_arrow(ax, (one[0] + half, middle), (other[0] - half, middle))
            add_line(ax, (trunk, bottom), (trunk, height - (room - gap) / 2), dashed=False)
        else:
            add_arrow(ax, (trunk, (top + bottom) / 2), (right, (top + bottom) / 2))
    return ax


def draw_relay(ax: Axes, depth: int = 3) -> Axes:
    r"""Draw the two sweeps: down the left column the network, up the middle one the error terms.

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
    >>> ax = draw_relay(new_axes(height=560))
    """
    if not 2 <= depth <= 4:
        raise ValueError(f"depth: expected 2 to 4, got {depth}")
    width, height = use_pixels(ax)
    forth, back, end = 96.0, 0.56 * width, width - 66.0
    ys = np.linspace(76, height - 22, 2 * depth + 2)
    room = float(ys[1] - ys[0])
    for at, heading in ((forth, "forward:\ncompute and keep"), (back, "backward:\nerror terms"),
                        (end, "the gradients\nfor")):  # fmt: skip
        write(ax, (at, 22), heading)
    add_tile(ax, (forth, float(ys[0])), "$x^{(0)}$")
    for layer in range(1, depth + 1):
        before, here, after = (float(ys[2 * layer - 2 + n]) for n in range(3))
        add_arrow(ax, (forth, before + 19), (forth, here - 19))
        add_arrow(ax, (forth, here + 19), (forth, after - 19))
        write(ax, (forth - 8, before + room / 2), f"$W^{{({layer})}}$", ha="right")
        write(ax, (forth - 8, here + room / 2), f"$f^{{\\,({layer})}}$", ha="right")
        # What the way back takes from the way forward.
        add_arrow(ax, (forth + 26, here), (back - 26, here), dashed=True)
        write(ax, ((forth + back) / 2, here - 17), f"$f^{{\\,({layer})}}\\,'$")
        add_line(ax, (forth + 26, before), (end, before))
        add_arrow(ax, (end, before), (end, here - 19), dashed=True)
        add_arrow(ax, (back + 26, here), (end - 60, here))
        add_tile(ax, (forth, here), f"$u^{{({layer})}}$")
        add_tile(ax, (forth, after), f"$x^{{({layer})}}$")
        add_tile(ax, (back, here), f"$\\delta^{{({layer})}}$", dark=True)
        add_tile(ax, (end, here), f"$W^{{({layer})}},\\,b^{{({layer})}}$", half=60)
        last = layer == depth
        from_below = float(ys[-1]) if last else here + 2 * room - 19
        add_arrow(ax, (back, from_below), (back, here + 19))
        passed = f"$x^{{({depth})}}-y$" if last else f"$(W^{{({layer + 1})}})^\\top$"
        write(ax, (back + 8, here + 1.5 * room - (19 if not last else 0)), passed, ha="left")
    loss = float(ys[-1])
    add_arrow(ax, (forth, loss - room + 19), (forth, loss - 19))
    add_tile(ax, (forth, loss), "$L$")
    add_line(ax, (forth + 26, loss), (back, loss), dashed=False)
    return ax


def _column(x: float, number: int, height: float) -> list[Point]:
    step = min(64.0, (height - 140) / max(1, number - 1))
    middle = (height + 84) / 2
    return [(x, middle + (k - (number - 1) / 2) * step) for k in range(number)]
