"""Pictures of a network: its weights, its values, its paths."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ..network import Network
from ._marks import RADIUS, add_box, add_edge, add_neuron, add_plate, place_neurons
from ._names import (
    check_entry,
    check_neurons,
    layer_name,
    layer_symbols,
    named_value,
    output_name,
    weight_name,
)
from ._style import MIXED, NEGATIVE, POSITIVE, Point, point_between, use_pixels, write


def draw_network(ax: Axes, net: Network, named: Iterable[tuple[int, int]] | None = None) -> Axes:
    r"""Draw a network: its neurons, its edges, and the names of the weights of some neurons.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    net : Network
        The network.
    named : iterable of (layer, neuron), optional
        The neurons whose incoming edges are drawn strong and carry their names, counted from 1.
        None: hidden neuron 2 and output neuron 1, if there are such.

    Returns
    -------
    Axes
        The same axes.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.plotting import draw_network, new_axes
    >>> net, x, y = bp.load_example()
    >>> ax = draw_network(new_axes(height=280), net)
    """
    width, height = use_pixels(ax)
    if named is None:
        wanted = {(1, 2), (len(net), 1)}
    else:
        wanted = set(named)
        check_neurons(net, wanted)
    places = place_neurons(net.sizes, left=48, right=width - 66, top=122, bottom=height - 60)
    for layer, matrix in enumerate(net.weights, start=1):
        for i, j in np.ndindex(matrix.shape):
            strong = (layer, i + 1) in wanted
            add_edge(ax, places[layer - 1][j], places[layer][i], strong)
    for layer, i in sorted(wanted):
        if layer <= len(net) and i <= net.sizes[layer]:
            end = places[layer][i - 1]
            for j, start in enumerate(places[layer - 1], start=1):
                at = point_between(start, end, 0.63 if j % 2 else 0.37)
                add_plate(ax, at, weight_name(layer, i, j))
    for layer, column in enumerate(places):
        write(ax, (column[0][0], 14), layer_name(layer, len(net)))
        for line, symbol in enumerate(layer_symbols(layer, net.sizes)):
            write(ax, (column[0][0], 42 + 28 * line), symbol, MIXED)
        for i, at in enumerate(column, start=1):
            add_neuron(ax, at, output_name(layer, i))
            if layer:
                write(ax, (at[0], at[1] + RADIUS + 14), f"$+\\,b^{{({layer})}}_{{{i}}}$", MIXED)
    return ax


def draw_values(ax: Axes, net: Network, x: ArrayLike) -> Axes:
    r"""Draw a network at work: neurons with their u and x, edges with the sign of their weight.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    net : Network
        The network.
    x : (n_0,) array_like
        The input.

    Returns
    -------
    Axes
        The same axes. An edge is the wider the larger its weight; negative ones are dashed.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.plotting import draw_values, new_axes
    >>> net, x, y = bp.load_example()
    >>> ax = draw_values(new_axes(height=340), net, x)
    """
    forward = net.forward(x)
    width, height = use_pixels(ax)
    halves = [50.0] + [68.0] * len(net)
    lefts = np.linspace(halves[0] + 2, width - halves[-1] - 2, len(net.sizes))
    places = [
        [(float(left), at) for _, at in column]
        for left, column in zip(
            lefts, place_neurons(net.sizes, 0, width, top=66, bottom=height - 72), strict=True
        )
    ]
    for layer, matrix in enumerate(net.weights, start=1):
        for (i, j), weight in np.ndenumerate(matrix):
            start, end = places[layer - 1][j], places[layer][i]
            ends = [start[0] + halves[layer - 1], end[0] - halves[layer]], [start[1], end[1]]
            negative = bool(weight < 0)
            ax.plot(
                *ends,
                color=NEGATIVE if negative else POSITIVE,
                lw=1 + 4 * min(1.0, abs(float(weight)) / 2) ** 0.5,
                ls=(0, (2.2, 1.2)) if negative else "solid",
                alpha=0.75,
                zorder=1,
            )
    for layer, column in enumerate(places):
        write(ax, (column[0][0], 14), layer_name(layer, len(net)))
        for i, at in enumerate(column):
            lines = [named_value(output_name(layer, i + 1), forward.x[layer][i], layer)]
            if layer:
                symbol = f"$u^{{({layer})}}_{{{i + 1}}}$"
                lines.insert(0, named_value(symbol, forward.u[layer - 1][i], layer))
            add_box(ax, at, halves[layer], lines)
    key = height - 14
    for left, colour, style, says in (
        (width / 2 - 200, POSITIVE, "solid", "positive weight"),
        (width / 2 + 20, NEGATIVE, (0, (2.2, 1.2)), "negative weight"),
    ):
        ax.plot([left, left + 34], [key, key], color=colour, lw=3, ls=style)
        write(ax, (left + 42, key), says, ha="left")
    return ax


def draw_paths(ax: Axes, net: Network, row: int, column: int) -> Axes:
    r"""Draw the paths by which a weight of the first layer reaches the loss.

    Along each path stand the factors that the chain rule multiplies.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    net : Network
        A network with one hidden layer.
    row, column : int
        The weight :math:`w^{(1)}_{ij}`, counted from 1.

    Returns
    -------
    Axes
        The same axes.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.plotting import draw_paths, new_axes
    >>> net, x, y = bp.load_example()
    >>> ax = draw_paths(new_axes(height=280), net, row=2, column=3)
    """
    if len(net) != 2:
        raise ValueError(f"net: expected 2 layers, one of them hidden, got {len(net)}")
    check_entry(net, 1, row, column)
    width, height = use_pixels(ax)
    places = place_neurons(net.sizes, left=30, right=width - 184, top=76, bottom=height - 32)
    loss: Point = (width - 30, (76 + height - 32) / 2)
    for layer, matrix in enumerate(net.weights, start=1):
        for i, j in np.ndindex(matrix.shape):
            add_edge(ax, places[layer - 1][j], places[layer][i])
    hidden = places[1][row - 1]
    add_edge(ax, places[0][column - 1], hidden, strong=True)
    for k, output in enumerate(places[2], start=1):
        add_edge(ax, hidden, output, strong=True)
        add_edge(ax, output, loss, strong=True)
        add_plate(ax, point_between(hidden, output, 0.5), weight_name(2, k, row))
        away = -1 if output[1] < loss[1] else 1  # up for outputs above the loss, else down
        write(ax, (output[0], output[1] + 46 * away), f"$f\\,'(u^{{(2)}}_{{{k}}})$")
        at = point_between(output, loss, 0.5)
        write(ax, (at[0] + 10, at[1] + 34 * away), f"$x^{{(2)}}_{{{k}}}-y_{{{k}}}$")
        at = point_between(hidden, output, 0.5)
        write(ax, (at[0], at[1] + 29 * away), f"path {k}")
    add_plate(ax, point_between(places[0][column - 1], hidden, 0.5), weight_name(1, row, column))
    write(ax, (hidden[0], hidden[1] - 44), f"$f\\,'(u^{{(1)}}_{{{row}}})$")
    for layer, nodes in enumerate(places):
        for i, at in enumerate(nodes, start=1):
            on_path = (layer, i) in {(0, column), (1, row)} or layer == 2
            add_neuron(ax, at, output_name(layer, i), quiet=not on_path)
    add_neuron(ax, loss, "$L$")
    for layer, nodes in enumerate(places):
        write(ax, (nodes[0][0], 14), layer_name(layer, 2))
    write(ax, (loss[0], 14), "loss")
    return ax


def draw_path_counts(ax: Axes, sizes: Sequence[int]) -> Axes:
    r"""Draw a network in which each neuron holds the number of paths from it to the loss.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    sizes : sequence of int
        The widths of all layers, the input's first.

    Returns
    -------
    Axes
        The same axes.

    Examples
    --------
    >>> from backprop.plotting import draw_path_counts, new_axes
    >>> ax = draw_path_counts(new_axes(height=300), [3, 4, 4, 2])
    >>> [text.get_text() for text in ax.texts[:3]]
    ['32', '32', '32']
    """
    width, height = use_pixels(ax)
    places = place_neurons(sizes, left=32, right=width - 136, top=98, bottom=height - 32)
    loss: Point = (width - 32, (98 + height - 32) / 2)
    counts = [np.ones(sizes[-1], dtype=int)]
    for before, after in reversed(list(itertools.pairwise(sizes))):
        counts.insert(0, np.ones((before, after), dtype=int) @ counts[0])
    for layer, (column, ways) in enumerate(zip(places, counts, strict=True)):
        for at, number in zip(column, ways, strict=True):
            for further in places[layer + 1] if layer + 1 < len(places) else [loss]:
                add_edge(ax, at, further)
            add_neuron(ax, at, str(number))
    add_neuron(ax, loss, "$L$")
    depth = len(sizes) - 1
    for layer, column in enumerate(places):
        edges = sizes[layer] * sizes[layer + 1] if layer < depth else sizes[layer]
        write(ax, (column[0][0], 14), layer_name(layer, depth).replace(" layer", ""))
        until = places[layer + 1][0][0] if layer < depth else loss[0]
        write(ax, ((column[0][0] + until) / 2, 44), f"{edges} edges")
    return ax
