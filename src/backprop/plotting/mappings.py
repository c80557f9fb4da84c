"""Pictures of the mapping a network makes: level lines, approximations, families."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from .._shapes import Array, as_array
from ..network import Network
from ._names import check_entry, output_name, signed, ticked, weight_name
from ._style import (
    FAINT,
    INK,
    MIXED,
    NEGATIVE,
    ON_PLATE,
    PLATE,
    POSITIVE,
    add_panel,
    style_text,
    use_pixels,
    write,
)


def draw_level_lines(
    ax: Axes,
    maps: Mapping[str, tuple[Callable[[Array], Array], Sequence[float]]],
    points: Mapping[tuple[float, float], str] | None = None,
    span: tuple[float, float] = (-0.6, 1.6),
) -> Axes:
    r"""Draw functions of two inputs by the lines on which they keep one value, side by side.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    maps : mapping from title to (function, values)
        Each function takes points as rows (m, 2) and returns (m, 1) or (m,), as
        `Network.predict` does; the lines of the values, in increasing order, are drawn.
    points : mapping from point to text, optional
        What is printed at some points of every panel.
    span : pair of float
        The values of either input to show.

    Returns
    -------
    Axes
        The same axes; its children are the panels.

    Examples
    --------
    >>> from backprop.plotting import draw_level_lines, new_axes
    >>> maps = {"a sum": (lambda X: X[:, 0] + X[:, 1], [0.0, 0.5, 1.0])}
    >>> ax = draw_level_lines(new_axes(height=240), maps)
    """
    width, height = use_pixels(ax)
    columns = min(2, len(maps))
    rows = -(-len(maps) // columns)
    each, row_height = width / columns, height / rows
    side = min(each - 54, row_height - 84)
    grid = np.linspace(*span, 121)
    first, second = np.meshgrid(grid, grid)
    points_of_grid = np.column_stack([first.ravel(), second.ravel()])
    for place, (title, (function, levels)) in enumerate(maps.items()):
        r, c = divmod(place, columns)
        left, top = (c + 1) * each - side - 6, r * row_height + 32
        panel = add_panel(ax, (left, top, left + side, top + side))
        write(ax, (left + side / 2, top - 18), title)
        values = np.reshape(function(points_of_grid), first.shape)
        lines = panel.contour(
            first, second, values, levels, colors=INK, linewidths=1.6, linestyles="solid"
        )
        _name_lines(panel, lines, values, grid)
        for point, text in (points or {}).items():
            panel.plot(*point, "o", ms=22, color=PLATE, mec=FAINT, mew=1, zorder=5)
            style_text(
                panel.text(*point, text, ha="center", va="center_baseline", zorder=6),
                colour=ON_PLATE,
            )
        panel.set(xlim=span, ylim=span, xticks=[0, 1], yticks=[0, 1])
        style_text(panel.set_xlabel("$x_1$", labelpad=-2))
        style_text(panel.set_ylabel("$x_2$", rotation=0, labelpad=8, va="center"))
    if len(maps) % columns:
        key = (width - side - 40, height - side - 20)
        ax.plot([key[0] + 4, key[0] + 44], [key[1]] * 2, color=INK, lw=1.6)
        write(ax, (key[0] + 56, key[1]), "where the map has\nthe value printed", ha="left")
        if points:
            ax.plot([key[0] + 24], [key[1] + 60], "o", ms=22, color=PLATE, mec=FAINT, mew=1)
            write(ax, (key[0] + 56, key[1] + 60), "the value wanted", ha="left")
    return ax


def draw_approximations(
    ax: Axes,
    target: Callable[[Array], Array],
    nets: Sequence[Network],
    span: tuple[float, float],
) -> Axes:
    r"""Draw a function of one input and what networks make of it, side by side.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    target : callable
        The function, on arrays.
    nets : sequence of Network
        Networks with one input, one hidden layer of relu neurons and one output. The kinks of the
        hidden neurons are marked on the curve.
    span : pair of float
        The inputs to show.

    Returns
    -------
    Axes
        The same axes; its children are the panels, in each line 0 is the target, line 1 the
        network.

    Examples
    --------
    >>> import numpy as np, backprop as bp
    >>> from backprop.plotting import draw_approximations, new_axes
    >>> net = bp.Network([[[1.0], [1.0]], [[1.0, -1.0]]], [[0.0, -1.0], [0.0]], "relu", "identity")
    >>> ax = draw_approximations(new_axes(height=220), np.sin, [net], (0.0, 2.0))
    """
    width, height = use_pixels(ax)
    columns = min(2, len(nets))
    rows = -(-len(nets) // columns)
    each, row_height = width / columns, height / rows
    ts = np.linspace(*span, 241)
    wanted = target(ts)
    margin = 0.15 * float(np.ptp(wanted))
    for place, net in enumerate(nets):
        r, c = divmod(place, columns)
        left, top, right = c * each + 34, r * row_height + 54, (c + 1) * each - 8
        panel = add_panel(ax, (left, top, right, (r + 1) * row_height - 50))
        (W, _), (b, _) = net.weights, net.biases
        made = net.predict(ts[:, None])[:, 0]
        panel.plot(ts, wanted, color=FAINT, lw=5, alpha=0.6)
        panel.plot(ts, made, color=PLATE, lw=1.4)
        panel.lines[1].set_path_effects([withStroke(linewidth=2.6, foreground=FAINT)])
        kinks = -b / W[:, 0]
        panel.plot(kinks, net.predict(kinks[:, None])[:, 0], "o", ms=5.5, color=PLATE, mec=ON_PLATE)
        panel.set(xlim=span, ylim=(wanted.min() - margin, wanted.max() + margin))
        panel.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        panel.yaxis.set_major_locator(MaxNLocator(4))
        error = float(np.abs(made - wanted).max())
        write(ax, ((left + right) / 2, top - 42), f"{len(b)} hidden neurons")
        write(ax, ((left + right) / 2, top - 20), f"largest error {error:.3f}")
        style_text(panel.set_xlabel("$x$", labelpad=0))
    return ax


def draw_hinges(ax: Axes, net: Network, span: tuple[float, float]) -> Axes:
    r"""Draw what each hidden neuron adds to a network's output, and beside it their sum.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    net : Network
        A network with one input, one hidden layer of relu neurons and one output.
    span : pair of float
        The inputs to show.

    Returns
    -------
    Axes
        The same axes; its children are the two panels. In the left one each neuron's
        output times its outgoing weight is a line from its kink on, in the right one the network's
        output is the first line after that of zero.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.plotting import draw_hinges, new_axes
    >>> net = bp.Network([[[1.0], [1.0]], [[1.0, -2.0]]], [[0.0, -1.0], [0.0]], "relu", "identity")
    >>> ax = draw_hinges(new_axes(height=260), net, (0.0, 2.0))
    """
    width, height = use_pixels(ax)
    ts = np.linspace(*span, 241)
    forward = net.forward(ts[:, None])
    parts = forward.x[1] * net.weights[1][0]
    half, low, high = width / 2, float(parts.min()), float(parts.max())
    margin = 0.12 * (high - low)
    for side, title in enumerate(("each hidden neuron", "their sum")):
        panel = add_panel(
            ax, (half * side + 34, 32, half * (side + 1) - 40 + 28 * side, height - 50)
        )
        write(ax, (half * (side + 0.5) + 6, 14), title)
        panel.axhline(0, color=FAINT, lw=0.8)
        kinks = -net.biases[0] / net.weights[0][:, 0]
        if side == 0:
            for n, (curve, kink) in enumerate(zip(parts.T, kinks, strict=True)):
                on = ts >= kink
                colour = POSITIVE if curve[-1] >= 0 else NEGATIVE
                panel.plot(ts[on], curve[on], color=colour, lw=2.4)
                panel.plot([kink], [0], "o", ms=5.5, color=PLATE, mec=ON_PLATE)
                name = panel.annotate(
                    f"$c_{n + 1}$", (ts[-1], curve[-1]), (6, 0),
                    textcoords="offset points", va="center", annotation_clip=False,
                )  # fmt: skip
                style_text(name)
        else:
            panel.plot(ts, forward.x[2][:, 0], color=INK, lw=2.4)
            heights = net.predict(kinks[:, None])[:, 0]
            panel.plot(kinks, heights, "o", ms=5.5, color=PLATE, mec=ON_PLATE)
        panel.set(xlim=span, ylim=(low - margin, high + margin))
        panel.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        panel.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        style_text(panel.set_xlabel("$x$", labelpad=0))
    return ax


def draw_family(
    ax: Axes,
    net: Network,
    x: ArrayLike,
    parameters: Sequence[tuple[int, int, int | None]],
    offsets: Sequence[float] = (-4.0, -2.0, 0.0, 2.0, 4.0),
    output: int = 1,
    varied: int = 1,
    span: tuple[float, float] = (-4.0, 4.0),
) -> Axes:
    r"""Draw a family of maps: an output against an input, for several values of one parameter.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    net : Network
        The network; it is not changed.
    x : (n_0,) array_like
        The other inputs keep these values.
    parameters : sequence of (layer, row, column or None)
        One panel each, counted from 1: a weight, or with None the bias of that row.
    offsets : sequence of float
        What is added to the parameter's value, one curve each; the curve of 0 is drawn strong.
    output, varied : int
        Which output is drawn against which input, counted from 1.
    span : pair of float
        The values of that input.

    Returns
    -------
    Axes
        The same axes; its children are the panels, their lines in the order of `offsets`.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.plotting import draw_family, new_axes
    >>> net, x, y = bp.load_example()
    >>> ax = draw_family(new_axes(height=220), net, x, [(2, 1, 1), (1, 1, None)])
    """
    x = as_array("x", x)
    width, height = use_pixels(ax)
    columns = 2 if len(parameters) > 1 else 1
    rows = -(-len(parameters) // columns)
    each, row_height = width / columns, height / rows
    values = np.linspace(*span, 161)
    inputs = np.tile(x, (len(values), 1))
    inputs[:, varied - 1] = values
    for place, (layer, row, column) in enumerate(parameters):
        check_entry(net, layer, row, column or 1)
        r, c = divmod(place, columns)
        box = (c * each + 56, r * row_height + 40, (c + 1) * each - 62, (r + 1) * row_height - 48)
        panel = add_panel(ax, box)
        name = f"$b^{{({layer})}}_{{{row}}}$" if column is None else weight_name(layer, row, column)
        write(ax, ((box[0] + box[2]) / 2, box[1] - 20), f"{name} moves")
        for offset in offsets:
            moved = net.copy()
            if column is None:
                moved.biases[layer - 1][row - 1] += offset
                now = moved.biases[layer - 1][row - 1]
            else:
                moved.weights[layer - 1][row - 1, column - 1] += offset
                now = moved.weights[layer - 1][row - 1, column - 1]
            curve = moved.predict(inputs)[:, output - 1]
            own = offset == 0
            colour = INK if own else POSITIVE if offset > 0 else NEGATIVE
            style = "solid" if offset >= 0 else (0, (2.6, 1.3))
            panel.plot(values, curve, color=colour, lw=3.2 if own else 1.6, ls=style)
            end = (values[-1], float(curve[-1]))
            note = panel.annotate(
                signed(float(now), 1),
                end,
                (14, 0),
                textcoords="offset points",
                va="center",
                annotation_clip=False,
                arrowprops={
                    "arrowstyle": "-",
                    "color": FAINT,
                    "lw": 0.8,
                    "shrinkA": 1,
                    "shrinkB": 1,
                },
            )
            style_text(note)
        panel.set(xlim=span, ylim=(0, 1))
        panel.set_yticks([0, 1])
        panel.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        _spread(list(panel.texts), 17, panel)
        style_text(panel.set_xlabel(f"$x_{{{varied}}}$", labelpad=-2))
        drawn = output_name(len(net), output)
        style_text(panel.set_ylabel(drawn, rotation=0, labelpad=14, va="center"), MIXED)
    return ax


def _name_lines(panel: Axes, lines: Any, values: Array, grid: Array) -> None:
    """Write its value on every level line, where a path aslant through the panel crosses it."""
    steps = np.arange(len(grid))
    across = np.clip(steps - len(grid) // 4, 0, None)
    rising = values[across, steps], np.column_stack([grid[steps], grid[across]])
    falling = values[across[::-1], steps], np.column_stack([grid[steps], grid[across[::-1]]])
    along, path = max((rising, falling), key=lambda way: float(np.ptp(way[0])))
    crossings = [
        tuple((path[n] + path[n + 1]) / 2)
        for level in lines.levels
        for n in np.flatnonzero(np.diff(along > level))
    ]
    for text in panel.clabel(lines, fmt=ticked, manual=crossings, inline_spacing=6):
        style_text(text)


def _spread(notes: Sequence[Any], apart: float, panel: Axes) -> None:
    """Move the notes at the ends of curves up or down until none covers another."""
    heights = panel.transData.transform([(0, note.xy[1]) for note in notes])[:, 1]
    scale = panel.figure.dpi / 72
    wanted = heights.copy()
    for _ in range(200):
        order = np.argsort(wanted, kind="stable")
        moved = False
        for low, high in itertools.pairwise(order):
            lacking = apart * scale - (wanted[high] - wanted[low])
            if lacking > 1e-6:
                wanted[low] -= lacking / 2
                wanted[high] += lacking / 2
                moved = True
        if not moved:
            break
    for note, to, start in zip(notes, wanted, heights, strict=True):
        note.set_position((14, (to - start) / scale))
