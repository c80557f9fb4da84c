r"""The book's pictures: each function draws on the Axes it is given and returns it.

One picture serves light and dark pages: the background is transparent, and every colour is of
middle lightness or stands on a plate of its own. Nothing is said by colour alone: a sign is also
a direction or a printed sign, and what is emphasised is also wider. Sizes are in CSS pixels; a
picture as wide as the text is `WIDTH` pixels wide.

matplotlib is imported here and nowhere else in the package, and `import backprop` does not load
this module.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike
from PIL import Image

from ._shapes import Array, as_array, require_shape
from .activations import get as get_activation
from .losses import get as get_loss
from .network import ActivationLike, Gradients, Network

if TYPE_CHECKING:
    from matplotlib.text import Text

__all__ = [
    "draw_activations",
    "draw_approximations",
    "draw_batch_product",
    "draw_copies",
    "draw_costs",
    "draw_descent",
    "draw_descent_on_curve",
    "draw_error_terms",
    "draw_family",
    "draw_gather",
    "draw_gradients",
    "draw_jacobians",
    "draw_level_lines",
    "draw_loss_slice",
    "draw_network",
    "draw_neuron",
    "draw_path_counts",
    "draw_paths",
    "draw_product",
    "draw_relay",
    "draw_touches",
    "draw_values",
    "new_axes",
]

WIDTH = 688.0
INK = "#767f8b"  # 4.0 : 1 on the white page, 4.4 : 1 on the dark one
FAINT = "#9aa1ab"
PLATE = "#4a5464"  # carries white text, 7.6 : 1
ON_PLATE = "#ffffff"
POSITIVE = "#2787cf"
NEGATIVE = "#d9691e"
RADIUS = 23.0

Point = tuple[float, float]


def new_axes(height: float, width: float = WIDTH) -> Axes:
    """Return empty axes in the book's style on a figure of their own, transparent in notebooks.

    Parameters
    ----------
    height, width : float
        Size of the figure in CSS pixels.

    Returns
    -------
    Axes
        With room for labels at the left and below.

    Examples
    --------
    >>> from backprop.plotting import new_axes
    >>> new_axes(height=200).figure.get_size_inches() * 72
    array([688., 200.])
    """
    _show_well_in_notebooks()
    figure = plt.figure(FigureClass=BookFigure, figsize=(width / 72, height / 72), dpi=72)
    ax = figure.add_axes((76 / width, 58 / height, 1 - 90 / width, 1 - 70 / height))
    ax.patch.set_alpha(0)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(INK)
    ax.tick_params(colors=INK, labelsize=15, length=4)
    return ax


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
    width, height = _pixels(ax)
    if named is None:
        wanted = {(1, 2), (len(net), 1)}
    else:
        wanted = set(named)
        _check_neurons(net, wanted)
    places = _places(net.sizes, left=44, right=width - 100, top=92, bottom=height - 52)
    for layer, matrix in enumerate(net.weights, start=1):
        for i, j in np.ndindex(matrix.shape):
            strong = (layer, i + 1) in wanted
            _edge(ax, places[layer - 1][j], places[layer][i], strong)
    for layer, i in sorted(wanted):
        if layer <= len(net) and i <= net.sizes[layer]:
            end = places[layer][i - 1]
            for j, start in enumerate(places[layer - 1], start=1):
                at = _between(start, end, 0.60 if j % 2 else 0.42)
                _plate(ax, at, _weight(layer, i, j))
    for layer, column in enumerate(places):
        _heading(ax, column[0][0], _layer_name(layer, len(net)), _layer_symbols(layer, net.sizes))
        for i, at in enumerate(column, start=1):
            _neuron(ax, at, _output(layer, i))
            if layer:
                _text(ax, (at[0], at[1] + RADIUS + 12), f"$+\\,b^{{({layer})}}_{{{i}}}$", 15)
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
    _check_entry(net, 1, row, column)
    width, height = _pixels(ax)
    places = _places(net.sizes, left=52, right=width - 206, top=64, bottom=height - 30)
    loss: Point = (width - 46, (64 + height - 30) / 2)
    for layer, matrix in enumerate(net.weights, start=1):
        for i, j in np.ndindex(matrix.shape):
            _edge(ax, places[layer - 1][j], places[layer][i], strong=False)
    hidden = places[1][row - 1]
    _edge(ax, places[0][column - 1], hidden, strong=True)
    for k, output in enumerate(places[2], start=1):
        _edge(ax, hidden, output, strong=True)
        _edge(ax, output, loss, strong=True)
        _plate(ax, _between(hidden, output, 0.5), _weight(2, k, row))
        away = -1 if output[1] < loss[1] else 1  # up for outputs above the loss, else down
        _text(ax, (output[0], output[1] + 37 * away), f"$f\\,'(u^{{(2)}}_{{{k}}})$")
        at = _between(output, loss, 0.5)
        _text(ax, (at[0], at[1] + 30 * away), f"$x^{{(2)}}_{{{k}}}-y_{{{k}}}$")
        at = _between(hidden, output, 0.5)
        _text(ax, (at[0], at[1] + 25 * away), f"path {k}", 15)
    _plate(ax, _between(places[0][column - 1], hidden, 0.5), _weight(1, row, column))
    _text(ax, (hidden[0], hidden[1] - 37), f"$f\\,'(u^{{(1)}}_{{{row}}})$")
    for layer, nodes in enumerate(places):
        for i, at in enumerate(nodes, start=1):
            on_path = (layer, i) in {(0, column), (1, row)} or layer == 2
            _neuron(ax, at, _output(layer, i), quiet=not on_path)
    _neuron(ax, loss, "$L$")
    for layer, nodes in enumerate(places):
        _text(ax, (nodes[0][0], 14), _layer_name(layer, 2), 15)
    _text(ax, (loss[0], 14), "loss", 15)
    return ax


def draw_loss_slice(
    ax: Axes,
    net: Network,
    x: ArrayLike,
    y: ArrayLike,
    layer: int,
    row: int,
    column: int,
    span: tuple[float, float] = (-3.0, 3.0),
    loss: str = "squared_error",
) -> Axes:
    r"""Draw the loss of one sample as a function of one weight, with the tangent at its value.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    net : Network
        The network; it is not changed.
    x : (n_0,) array_like
        The input.
    y : (n_D,) array_like
        The label.
    layer, row, column : int
        The weight :math:`w^{(l)}_{ij}`, counted from 1.
    span : pair of float
        The values of the weight to show.
    loss : str
        A name of `backprop.losses`.

    Returns
    -------
    Axes
        The same axes. Line 0 is the curve, line 1 the tangent.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.plotting import draw_loss_slice, new_axes
    >>> net, x, y = bp.load_example()
    >>> ax = draw_loss_slice(new_axes(height=200), net, x, y, layer=2, row=1, column=1)
    """
    _check_entry(net, layer, row, column)
    if not span[0] < span[1]:
        raise ValueError(f"span: expected two numbers in increasing order, got {span}")
    value, gradients = net.loss_and_gradients(x, y, loss)
    slope = float(gradients.dW[layer - 1][row - 1, column - 1])
    weight = float(net.weights[layer - 1][row - 1, column - 1])
    moved = net.copy()

    def loss_at(w: float) -> float:
        moved.weights[layer - 1][row - 1, column - 1] = w
        output = moved.predict(x)
        kind = get_loss(loss)
        return float(kind.value(output, kind.labels(y, output)).mean())

    ws = np.linspace(*span, 241)
    losses = np.array([loss_at(w) for w in ws])
    ax.plot(ws, losses, color=INK, lw=2.2)
    reach = 0.22 * (span[1] - span[0])
    ends = np.array([weight - reach, weight + reach])
    colour = NEGATIVE if slope < 0 else POSITIVE
    ax.plot(ends, value + slope * (ends - weight), color=colour, lw=2.4, dashes=(4, 2))
    ax.plot([weight], [value], "o", ms=9, color=PLATE, mec=ON_PLATE, mew=1.5)
    ax.set_xlim(*span)
    low, high = losses.min(), losses.max()
    margin = 0.12 * (high - low) or 1.0
    ax.set_ylim(low - margin, high + margin)
    # The notes stand where the tangent is high and where the curve leaves room.
    falls = slope < 0
    high_end = (ends[0] if falls else ends[1], value + abs(slope) * reach)
    steep = f"slope {_signed(slope, 4)}"
    here = f"${_weight(layer, row, column)[1:-1]} = {weight:g}$:  $L = {value:.4f}$"
    _note(ax, steep, high_end, (-8 if falls else 8, 0), "right" if falls else "left", colour)
    _note(ax, here, (weight, value), (10 if falls else -10, 18), "left" if falls else "right")
    _label(ax.set_xlabel(_weight(layer, row, column)), 17)
    _label(ax.set_ylabel("$L$", rotation=0, labelpad=14, va="center"), 17)
    return ax


def draw_gradients(ax: Axes, gradients: Gradients) -> Axes:
    r"""Draw every partial derivative as a bar, neuron by neuron.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    gradients : Gradients
        What `Network.backward` returned for one sample.

    Returns
    -------
    Axes
        The same axes; its patches are the bars, in the order of layers, neurons, weights, bias.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.plotting import draw_gradients, new_axes
    >>> net, x, y = bp.load_example()
    >>> ax = draw_gradients(new_axes(height=300), net.backward(net.forward(x), y))
    >>> len(ax.patches)
    26
    """
    bars: list[tuple[float, float]] = []
    ticks: list[tuple[float, str]] = []
    groups: list[tuple[float, str]] = []
    dividers: list[float] = []
    place = 0.0
    for layer, (dW, db) in enumerate(zip(gradients.dW, gradients.db, strict=True), start=1):
        name = _layer_name(layer, len(gradients.dW)).removesuffix(" layer")
        for i, (weights, bias) in enumerate(zip(dW, db, strict=True), start=1):
            middle = place + len(weights) / 2
            groups.append((middle, f"{name} {i}"))
            for j, derivative in enumerate([*weights, bias], start=1):
                bars.append((place, float(derivative)))
                symbol = f"w_{{{i}{j}}}" if j <= len(weights) else f"b_{{{i}}}"
                ticks.append((place, f"${symbol}$"))
                place += 1
            dividers.append(place - 0.1)
            place += 0.8
    for at, derivative in bars:
        colour = POSITIVE if derivative >= 0 else NEGATIVE
        ax.bar(at, derivative, width=0.74, color=colour, edgecolor=colour, lw=1)
    largest = max(abs(derivative) for _, derivative in bars) or 1.0
    ax.axhline(0, color=INK, lw=1)
    for at in dividers[:-1]:
        ax.axvline(at, color=FAINT, lw=0.8, alpha=0.6)
    ax.set_xlim(-0.7, place - 1.1)
    ax.set_ylim(-1.12 * largest, 1.3 * largest)
    for at, text in groups:
        _label(ax.text(at, 1.22 * largest, text, ha="center", va="center"), 14)
    ax.set_xticks([at for at, _ in ticks], [text for _, text in ticks])
    for tick in ax.get_xticklabels():
        _label(tick, 12)
    ax.tick_params(axis="x", length=0, pad=6)
    ax.tick_params(axis="y", labelsize=13)
    ax.spines["bottom"].set_visible(False)
    ax.yaxis.set_major_locator(MaxNLocator(6))
    ax.yaxis.set_major_formatter(lambda value, _: _signed(value, 2) if value else "0")
    _label(ax.set_ylabel("derivative of $L$"), 15)
    ax.yaxis.set_label_coords(-0.1, 0.5)
    return ax


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
    width, _ = _pixels(ax)
    half = width / 2
    cell = min(64.0, (half - 96) / W.shape[1])
    titles = (
        f"forward: neuron {row}\ngathers along row {row}",
        f"backward: neuron {column}\ngathers down column {column}",
    )
    for side, title in enumerate(titles):
        left, top = side * half + 66, 96.0
        _text(ax, (left + cell * W.shape[1] / 2, 22), title, 15)
        for i, j in np.ndindex(W.shape):
            marked = (i + 1 == row) if side == 0 else (j + 1 == column)
            _cell(ax, (left + j * cell, top + i * 40), cell, _signed(float(W[i, j]), 1), marked)
        if side == 0:
            for j in range(W.shape[1]):
                _text(ax, (left + (j + 0.5) * cell, 72), _output(layer - 1, j + 1), 17)
        else:
            for i in range(W.shape[0]):
                at = (left - 10, top + (i + 0.5) * 40)
                _text(ax, at, f"$\\delta^{{({layer})}}_{{{i + 1}}}$", 17, ha="right")
    return ax


def draw_neuron(
    ax: Axes, w: ArrayLike, b: float, x: ArrayLike, activation: ActivationLike = "sigmoid"
) -> Axes:
    r"""Draw one neuron: its inputs and weights, how the terms add up to u, and the activation.

    At the right the terms of the weighted sum are laid end to end, and the axis on which they end
    is the one on which the activation is drawn.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    w : (n,) array_like
        The weights.
    b : float
        The bias.
    x : (n,) array_like
        The inputs.
    activation : str, Activation or pair of callables
        As for `Network`.

    Returns
    -------
    Axes
        The same axes. Its two children are the panels of the terms and of the activation.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.plotting import draw_neuron, new_axes
    >>> net, x, y = bp.load_example()
    >>> ax = draw_neuron(new_axes(height=320), net.weights[0][1], net.biases[0][1], x)
    """
    w, x = as_array("w", w), as_array("x", x)
    require_shape("w", w, ("n",), "for the weights of one neuron")
    require_shape("x", x, w.shape, "to match the weights")
    f = get_activation(activation).f
    width, height = _pixels(ax)
    terms = [float(term) for term in (*(w * x), b)]
    names = [f"$w_{{{i}}}x_{{{i}}}$" for i in range(1, len(w) + 1)] + ["$b$"]
    ends = np.cumsum(terms)
    u = float(ends[-1])

    # Left: the neuron and what flows into it.
    neuron: Point = (256.0, height / 2)
    tops = np.linspace(40, height - 40, len(w)) if len(w) > 1 else np.array([height / 2])
    for i, (weight, value, top) in enumerate(zip(w, x, tops, strict=True), start=1):
        at: Point = (76.0, float(top))
        _edge(ax, at, neuron, strong=True)
        _neuron(ax, at, f"$x_{{{i}}}$")
        _text(ax, (at[0] - 30, at[1]), _signed(float(value), 1), 15, ha="right")
        _plate(ax, _between(at, neuron, 0.5), _signed(float(weight), 1))
    _neuron(ax, neuron, "$f$")
    _text(ax, (neuron[0], neuron[1] + RADIUS + 14), f"$b = ${_signed(float(b), 1)}", 15)

    # Right: the terms end to end, above the activation on the same axis.
    left, right = 340.0, width - 20
    reach = 1.25 * max(1.6, *np.abs(ends), *np.abs(terms))
    stack = 0.46 * height
    upper = _panel(ax, (left, 14, right, stack), clear=True)
    upper.axvline(0, color=FAINT, lw=1)
    for row, (term, end, name) in enumerate(zip(terms, ends, names, strict=True)):
        colour = POSITIVE if term >= 0 else NEGATIVE
        upper.barh(row, term, left=end - term, height=0.62, color=colour)
        upper.plot([end, end], [row - 0.31, row + 1.31], color=INK, lw=1)
        _label(upper.text(-0.98 * reach, row, name, ha="left", va="center"), 16)
        _label(upper.text(0.98 * reach, row, _signed(term, 2), ha="right", va="center"), 15)
    upper.set_xlim(-reach, reach)
    upper.set_ylim(len(terms) - 0.4, -0.6)
    lower = _panel(ax, (left, stack + 4, right, height - 36))
    us = np.linspace(-reach, reach, 161)
    values = f(us)
    margin = 0.18 * float(np.ptp(values)) or 0.5
    output = float(f(np.array([u]))[0])
    lower.plot(us, values, color=INK, lw=2.2)
    lower.plot([u, u], [values.max() + margin, output], color=INK, lw=1)
    lower.plot([-reach, u], [output, output], color=INK, lw=1, ls=":")
    lower.plot([u], [output], "o", ms=9, color=PLATE, mec=ON_PLATE, mew=1.5)
    lower.set_xlim(-reach, reach)
    lower.set_ylim(values.min() - margin, values.max() + margin)
    lower.xaxis.set_major_locator(MaxNLocator(4))
    lower.yaxis.set_major_locator(MaxNLocator(3))
    after = f"$u = ${_signed(u, 2)}:  $f(u) = ${output:.4f}".replace("-", "\N{MINUS SIGN}")
    _note(lower, after, (u, output), (12, -12), "left")
    _label(lower.set_xlabel("$u$", labelpad=-4), 16)
    return ax


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
    width, height = _pixels(ax)
    side = min((width - 40 * len(maps)) / len(maps), height - 76)
    gap = (width - len(maps) * side) / len(maps)
    grid = np.linspace(*span, 121)
    first, second = np.meshgrid(grid, grid)
    rows = np.column_stack([first.ravel(), second.ravel()])
    for place, (title, (function, levels)) in enumerate(maps.items()):
        left = place * (side + gap) + 0.65 * gap
        panel = _panel(ax, (left, 34, left + side, 34 + side))
        _text(ax, (left + side / 2, 15), title, 15)
        values = np.reshape(function(rows), first.shape)
        lines = panel.contour(
            first, second, values, levels, colors=INK, linewidths=1.6, linestyles="solid"
        )
        _name_lines(panel, lines, values, grid)
        for point, text in (points or {}).items():
            panel.plot(*point, "o", ms=19, color=PLATE, mec=FAINT, mew=1, zorder=5)
            _label(panel.text(*point, text, ha="center", va="center", zorder=6), 15, ON_PLATE)
        panel.set(xlim=span, ylim=span, xticks=[0, 1], yticks=[0, 1])
        _label(panel.set_xlabel("$x_1$", labelpad=-2), 16)
        _label(panel.set_ylabel("$x_2$", rotation=0, labelpad=4), 16)
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
    width, height = _pixels(ax)
    each = width / len(nets)
    ts = np.linspace(*span, 241)
    wanted = target(ts)
    margin = 0.15 * float(np.ptp(wanted))
    for place, net in enumerate(nets):
        panel = _panel(ax, (place * each + 30, 46, (place + 1) * each - 8, height - 34))
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
        _text(ax, ((place + 0.5) * each + 11, 11), f"{len(b)} hidden neurons", 15)
        _text(ax, ((place + 0.5) * each + 11, 31), f"largest error {error:.3f}", 15)
        _label(panel.set_xlabel("$x$", labelpad=-2), 16)
    return ax


def draw_activations(ax: Axes, reach: float = 3.0) -> Axes:
    r"""Draw the gallery: every activation with its derivative, and GELU's two slopes of one output.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    reach : float
        The pre-activations shown run from `-reach` to `reach`.

    Returns
    -------
    Axes
        The same axes; its children are the panels, in each line 0 is f, line 1 its derivative
        (two lines where it jumps). The last panel enlarges GELU.

    Examples
    --------
    >>> from backprop.plotting import draw_activations, new_axes
    >>> ax = draw_activations(new_axes(height=420))
    >>> len(ax.child_axes)
    8
    """
    width, height = _pixels(ax)
    names = {
        "identity": "identity",
        "sigmoid": "sigmoid",
        "tanh": "tanh",
        "relu": "ReLU",
        "leaky_relu": "leaky ReLU",
        "softplus": "softplus",
        "gelu": "GELU",
    }
    columns = 4
    each, row_height = width / columns, (height - 26) / 2
    boxes = [
        (
            column * each + 32,
            row * row_height + 24,
            (column + 1) * each - 8,
            (row + 1) * row_height - 18,
        )
        for row in range(2)
        for column in range(columns)
    ]
    us = np.linspace(-reach, reach, 241)
    for (name, title), box in zip(names.items(), boxes[:7], strict=True):
        _text(ax, ((box[0] + box[2]) / 2, box[1] - 12), title, 15)
        panel = _panel(ax, box)
        activation = get_activation(name)
        panel.plot(us, activation.f(us), color=INK, lw=2.4)
        for piece in (us[us <= 0], us[us > 0]) if name in {"relu", "leaky_relu"} else (us,):
            panel.plot(piece, activation.derivative(piece), color=POSITIVE, lw=1.8, dashes=(3, 1.6))
        if name in {"relu", "leaky_relu"}:  # the convention at the kink
            at_kink = activation.derivative(np.zeros(1))
            panel.plot([0], at_kink, "o", ms=5, color=POSITIVE)
            panel.plot([0], [1], "o", ms=5, mfc="none", mec=POSITIVE)
        _cross(panel, reach, (-1.3, 2.3))
    box = boxes[7]
    _text(ax, ((box[0] + box[2]) / 2, box[1] - 12), "GELU, enlarged", 15)
    _gelu_panel(_panel(ax, box))
    key = height - 10
    ax.plot([190, 226], [key, key], color=INK, lw=2.4)
    _text(ax, (234, key), "$f(u)$", 15, ha="left")
    ax.plot([330, 366], [key, key], color=POSITIVE, lw=1.8, dashes=(3, 1.6))
    _text(ax, (374, key), "$f\\,'(u)$", 15, ha="left")
    _text(ax, (460, key), "all panels over $u$", 15, ha="left")
    return ax


def _gelu_panel(panel: Axes) -> None:
    """Draw GELU left of zero: one output, two pre-activations, two slopes."""
    gelu = get_activation("gelu")
    us = np.linspace(-3.0, 0.45, 241)
    panel.plot(us, gelu.f(us), color=INK, lw=2.4)
    level = -0.1
    fine = np.linspace(-3.0, 0.0, 30001)
    side = np.sign(gelu.f(fine) - level)
    crossings = fine[:-1][side[:-1] != side[1:]]
    panel.axhline(level, color=FAINT, lw=1, ls=":")
    for at in crossings:
        slope = float(gelu.derivative(np.array([at]))[0])
        run = np.array([-0.6, 0.6])
        panel.plot(at + run, level + slope * run, color=POSITIVE, lw=1.8, dashes=(3, 1.6))
        panel.plot([at], [level], "o", ms=6, color=PLATE, mec=ON_PLATE)
    panel.set(xlim=(-3, 0.45), ylim=(-0.24, 0.24), yticks=[-0.2, 0.2])
    for tick in (*panel.get_xticklabels(), *panel.get_yticklabels()):
        tick.set_fontsize(13)
    panel.spines["bottom"].set_position(("data", 0))
    panel.set_xticks([])


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
    width, height = _pixels(ax)
    places = _places(net.sizes, left=70, right=width - 70, top=72, bottom=height - 62)
    half = 68.0
    for layer, matrix in enumerate(net.weights, start=1):
        for (i, j), weight in np.ndenumerate(matrix):
            start, end = places[layer - 1][j], places[layer][i]
            ends = [start[0] + half, end[0] - half], [start[1], end[1]]
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
        _text(ax, (column[0][0], 16), _layer_name(layer, len(net)), 15)
        for i, at in enumerate(column):
            lines = [f"{_output(layer, i + 1)} = {_plain(float(forward.x[layer][i]), layer)}"]
            if layer:
                u = _plain(float(forward.u[layer - 1][i]), layer)
                lines.insert(0, f"$u^{{({layer})}}_{{{i + 1}}}$ = {u}")
            _box(ax, at, half, lines)
    key = height - 12
    for left, colour, style, says in (
        (width / 2 - 180, POSITIVE, "solid", "positive weight"),
        (width / 2 + 20, NEGATIVE, (0, (2.2, 1.2)), "negative weight"),
    ):
        ax.plot([left, left + 34], [key, key], color=colour, lw=3, ls=style)
        _text(ax, (left + 42, key), says, 15, ha="left")
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
    width, height = _pixels(ax)
    columns = 2 if len(parameters) > 1 else 1
    rows = -(-len(parameters) // columns)
    each, row_height = width / columns, height / rows
    values = np.linspace(*span, 161)
    inputs = np.tile(x, (len(values), 1))
    inputs[:, varied - 1] = values
    for place, (layer, row, column) in enumerate(parameters):
        _check_entry(net, layer, row, column or 1)
        r, c = divmod(place, columns)
        box = (c * each + 46, r * row_height + 36, (c + 1) * each - 52, (r + 1) * row_height - 34)
        panel = _panel(ax, box)
        name = f"$b^{{({layer})}}_{{{row}}}$" if column is None else _weight(layer, row, column)
        _text(ax, ((box[0] + box[2]) / 2, box[1] - 18), f"{name} moves", 16)
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
                _signed(float(now), 1),
                end,
                (4, 0),
                textcoords="offset points",
                va="center",
                annotation_clip=False,
            )
            _label(note, 14)
        panel.set(xlim=span, ylim=(0, 1))
        panel.set_yticks([0, 1])
        panel.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        _spread([text for text in panel.texts], 15, panel)
        _label(panel.set_xlabel(f"$x_{{{varied}}}$", labelpad=-2), 16)
        _label(panel.set_ylabel(_output(len(net), output), rotation=0, labelpad=4, va="center"), 16)
    return ax


# -- chapter 5 --------------------------------------------------------------------------------


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
    width, height = _pixels(ax)
    forth, back, end = 66.0, height - 142, height - 36
    xs = np.linspace(30, width - 30, 2 * depth + 2)
    room = float(xs[1] - xs[0])
    loss = (float(xs[-1]), forth)
    _text(ax, (width / 2, 17), "forward: compute and keep", 17)
    for layer in range(1, depth + 1):
        before, here, after = ((float(xs[2 * layer - 2 + n]), forth) for n in range(3))
        delta, gradient = (here[0], back), (here[0], end)
        _arrow(ax, (before[0] + 21, forth), (here[0] - 21, forth))
        _arrow(ax, (here[0] + 21, forth), (after[0] - 21, forth))
        _text(ax, (before[0] + room / 2, forth - 22), f"$W^{{({layer})}}$", 17)
        _text(ax, (here[0] + room / 2, forth - 22), f"$f^{{\\,({layer})}}$", 17)
        _arrow(ax, (here[0], forth + 19), (here[0], back - 19), dashed=True)
        slope = f"$f^{{\\,({layer})}}\\,'$"
        _text(ax, (here[0] + 6, forth + 44), slope, 17, ha="left")
        _line(ax, (before[0], forth + 19), (before[0], end))
        _arrow(ax, (before[0], end), (here[0] - 35, end), dashed=True)
        _arrow(ax, (here[0], back + 19), (here[0], end - 30))
        _tile(ax, here, f"$u^{{({layer})}}$")
        _tile(ax, after, f"$x^{{({layer})}}$")
        _tile(ax, delta, f"$\\delta^{{({layer})}}$", dark=True)
        names = f"$\\nabla_{{W^{{({layer})}}}}L$\n$\\nabla_{{b^{{({layer})}}}}L$"
        _tile(ax, gradient, names, half=34, tall=26)
        if layer < depth:
            start = float(xs[2 * layer + 1])
            _arrow(ax, (start - 21, back), (here[0] + 21, back))
            name = f"$(W^{{({layer + 1})}})^\\top$"
            _text(ax, (here[0] + 1.43 * room, back - 20), name, 17)
    _tile(ax, (float(xs[0]), forth), "$x^{(0)}$")
    _arrow(ax, (loss[0] - room + 21, forth), (loss[0] - 21, forth))
    _tile(ax, loss, "$L$")
    last = float(xs[-3])
    _line(ax, (loss[0], forth + 19), (loss[0], back), dashed=False)
    _arrow(ax, (loss[0], back), (last + 21, back))
    _text(ax, ((loss[0] + last) / 2, back - 20), f"$x^{{({depth})}}-y$", 17)
    _text(ax, ((loss[0] + last) / 2 + 24, back + 54), "backward: error\nterms, gradients", 17)
    return ax


def draw_error_terms(ax: Axes, norms: Mapping[str, Sequence[float]]) -> Axes:
    r"""Draw how the length of the error term changes from layer to layer, for several networks.

    Each bar is :math:`\lVert\delta^{(l)}\rVert` divided by that of the last layer, on a
    logarithmic scale: down if it has shrunk on the way back, up if it has grown.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    norms : mapping from title to sequence of float
        The lengths of a network's error terms, from layer 1 to the last.

    Returns
    -------
    Axes
        The same axes; its patches are the bars, network by network, layer 1 first.

    Examples
    --------
    >>> from backprop.plotting import draw_error_terms, new_axes
    >>> ax = draw_error_terms(new_axes(height=260), {"shrinks": [0.01, 0.1, 1.0]})
    >>> [round(bar.get_height()) for bar in ax.patches]
    [-2, -1, 0]
    """
    place, ticks, ends = 0.0, [], []
    heights: list[float] = []
    for title, lengths in norms.items():
        values = np.log10(np.asarray(lengths, dtype=float) / lengths[-1])
        places = place + np.arange(len(values))
        for layer, (at, value) in enumerate(zip(places, values, strict=True), start=1):
            colour = POSITIVE if value >= 0 else NEGATIVE
            ax.bar(at, value, width=0.76, color=colour, edgecolor=colour, lw=1)
            if len(values) < 7 or (len(values) - layer) % 3 == 0:
                ticks.append((float(at), str(layer)))
        heights += [float(value) for value in values]
        ends.append((title, float(places[0]), float(places[-1]), float(values[0]), lengths))
        place = float(places[-1]) + 2.6
    top, bottom = max(*heights, 0.0) + 1.7, min(*heights, 0.0) - 1.3
    for number, (title, first, last, value, lengths) in enumerate(ends):
        _label(ax.text((first + last) / 2, top, title, ha="center", va="top"), 16)
        factor = f"\N{MULTIPLICATION SIGN} {_brief_factor(lengths[0] / lengths[-1])}"
        down = value < 0
        _note(ax, factor, (first, value), (-8, -14 if down else 12), "left")
        if number:
            ax.axvline(first - 1.3, color=FAINT, lw=0.8, alpha=0.6)
    ax.axhline(0, color=INK, lw=1)
    ax.set_xlim(-0.8, place - 1.8)
    ax.set_ylim(bottom, top)
    ax.set_xticks([at for at, _ in ticks], [text for _, text in ticks])
    ax.tick_params(axis="x", length=0)
    ax.spines["bottom"].set_visible(False)
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.yaxis.set_major_formatter(lambda value, _: f"$10^{{{value:.0f}}}$" if value else "1")
    for tick in ax.get_yticklabels():
        _label(tick, 13)
    _label(ax.set_xlabel("layer $l$"), 15)
    _label(ax.set_ylabel("$\\|\\delta^{(l)}\\| \\, / \\, \\|\\delta^{(D)}\\|$"), 15)
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
    width, height = _pixels(ax)
    places = _places(sizes, left=44, right=width - 150, top=88, bottom=height - 36)
    loss: Point = (width - 40, (88 + height - 36) / 2)
    counts = [np.ones(sizes[-1], dtype=int)]
    for before, after in reversed(list(itertools.pairwise(sizes))):
        counts.insert(0, np.ones((before, after), dtype=int) @ counts[0])
    for layer, (column, ways) in enumerate(zip(places, counts, strict=True)):
        for at, number in zip(column, ways, strict=True):
            for further in places[layer + 1] if layer + 1 < len(places) else [loss]:
                _edge(ax, at, further, strong=False)
            _neuron(ax, at, str(number))
    _neuron(ax, loss, "$L$")
    depth = len(sizes) - 1
    for layer, column in enumerate(places):
        edges = sizes[layer] * sizes[layer + 1] if layer < depth else sizes[layer]
        _text(ax, (column[0][0], 16), _layer_name(layer, depth), 16)
        until = places[layer + 1][0][0] if layer < depth else loss[0]
        _text(ax, ((column[0][0] + until) / 2, 42), f"{edges} edges", 16)
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
    width, height = _pixels(ax)
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
        _text(ax, (left + cell * wide / 2, top - 22), name, 20)
        _text(ax, (left + cell * wide / 2, top + cell * high + 20), shape, 18)
        left += cell * wide
        if number < 2:
            _text(ax, (left + gap / 2, middle), "$=$" if number else "$\\cdot$", 30)
        left += gap
    return ax


def draw_descent(
    ax: Axes,
    objective: Callable[[Array], Array],
    paths: Mapping[str, ArrayLike],
    span: tuple[tuple[float, float], tuple[float, float]],
    names: str | None = None,
) -> Axes:
    r"""Draw paths of descent over the level lines of a function of two parameters, side by side.

    Parameters
    ----------
    ax : Axes
        Where to draw; it is given pixel coordinates and fills its figure.
    objective : callable
        The function; it takes points (..., 2) and returns the values (...).
    paths : mapping from title to (steps + 1, 2) array_like
        The points that each path visits, from its start on.
    span : pair of pairs of float
        The values of the two parameters to show.
    names : str, optional
        Two letters for the parameters; None means :math:`w_1` and :math:`w_2`.

    Returns
    -------
    Axes
        The same axes; its children are the panels, in each the only line is the path. A disc
        marks the start and a ring the end, if they are in the picture.

    Examples
    --------
    >>> import numpy as np
    >>> from backprop.plotting import draw_descent, new_axes
    >>> paths = {"two steps": [(1, 1), (0.5, 0.5), (0.25, 0.25)]}
    >>> ax = draw_descent(new_axes(240), lambda p: np.sum(p**2, -1), paths, ((-1, 2), (-1, 2)))
    """
    width, height = _pixels(ax)
    each = width / len(paths)
    first, second = np.meshgrid(*(np.linspace(*ends, 121) for ends in span))
    values = objective(np.stack([first, second], axis=-1))
    low, high = float(values.min()), float(values.max())
    levels = low + (high - low) * np.linspace(0.04, 0.98, 11) ** 2
    for place, (title, points) in enumerate(paths.items()):
        panel = _panel(ax, (place * each + 46, 34, (place + 1) * each - 6, height - 40))
        panel.contour(first, second, values, levels, colors=FAINT, linewidths=1, alpha=0.8)
        path = np.asarray(points, dtype=float)
        panel.plot(*path.T, "o-", color=NEGATIVE, lw=1.5, ms=3, zorder=4)
        for at, face in ((path[0], PLATE), (path[-1], "none")):
            panel.plot(
                *at, "o", ms=9, color=PLATE if face == PLATE else INK, mfc=face, mew=2, zorder=5
            )
        panel.set(xlim=span[0], ylim=span[1])
        panel.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        panel.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        _text(ax, ((place + 0.5) * each + 18, 15), title, 15)
        one, other = ("w_1", "w_2") if names is None else (names[0], names[1])
        _label(panel.set_xlabel(f"${one}$", labelpad=-2), 16)
        _label(panel.set_ylabel(f"${other}$", rotation=0, labelpad=2, va="center"), 16)
    return ax


def draw_descent_on_curve(
    ax: Axes,
    net: Network,
    X: ArrayLike,
    Y: ArrayLike,
    starts: Sequence[float],
    eta: float,
    steps: int,
    span: tuple[float, float],
) -> Axes:
    r"""Draw the mean loss as a function of one weight, and descent on it from several starts.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    net : Network
        A network with a single weight; its bias stays where it is.
    X : (m, 1) array_like
        Inputs.
    Y : (m, 1) array_like
        Labels.
    starts : sequence of float
        Values of the weight to start from.
    eta : float
        Learning rate.
    steps : int
        How many steps to take from each start.
    span : pair of float
        The values of the weight to show.

    Returns
    -------
    Axes
        The same axes. Line 0 is the curve; after it come a line of dots, a disc at the start and
        a ring at the end for each start.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.plotting import draw_descent_on_curve, new_axes
    >>> net = bp.Network([[[0.0]]], [[0.0]])
    >>> ax = draw_descent_on_curve(new_axes(200), net, [[1.0]], [[0.5]], (2.0,), 1.0, 9, (-3, 3))
    """
    if net.sizes != (1, 1):
        raise ValueError(f"net: expected a network with one weight, got {net}")
    moved = net.copy()

    def loss_at(w: float) -> float:
        moved.weights[0][0, 0] = w
        return moved.mean_loss(X, Y)

    ws = np.linspace(*span, 481)
    losses = np.array([loss_at(w) for w in ws])
    ax.plot(ws, losses, color=INK, lw=2.2)
    for start, colour, marker in zip(
        starts, (POSITIVE, NEGATIVE) * len(starts), "osD^v" * 9, strict=False
    ):
        visited = [float(start)]
        for _ in range(steps):
            moved.weights[0][0, 0] = visited[-1]
            _, gradients = moved.loss_and_gradients(X, Y)
            visited.append(visited[-1] - eta * float(gradients.dW[0][0, 0]))
        apart = 0.012 * (span[1] - span[0])
        shown = [visited[0]]
        for w in visited:  # of steps that lie close together, one is drawn
            if abs(w - shown[-1]) >= apart:
                shown.append(w)
        begin, end = (visited[0], loss_at(visited[0])), (visited[-1], loss_at(visited[-1]))
        ax.plot(shown, [loss_at(w) for w in shown], marker, color=colour, ms=5)
        ax.plot(*begin, "o", ms=10, color=PLATE, mec=ON_PLATE)
        ax.plot(*end, "o", ms=12, mfc="none", mec=INK, mew=2)
        left = loss_at(visited[0] - apart) < begin[1]
        _note(ax, f"start {start:g}", begin, (-12 if left else 8, 13), "right" if left else "left")
        says = f"end {end[0]:.2f}".replace("-", "\N{MINUS SIGN}")
        _note(ax, says, end, (0, -21), "center")
    low, high = losses.min(), losses.max()
    ax.set(xlim=span, ylim=(low - 0.22 * (high - low), high + 0.08 * (high - low)))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    _label(ax.set_xlabel("$w$"), 17)
    _label(ax.set_ylabel("$\\bar L$", rotation=0, labelpad=14, va="center"), 17)
    return ax


def draw_costs(ax: Axes, inputs: int, width: int, outputs: int, layers: Iterable[int]) -> Axes:
    r"""Draw what the gradient would cost without backpropagation, against the number of layers.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    inputs, width, outputs : int
        Widths of the input, of every hidden layer and of the output layer.
    layers : iterable of int
        Numbers of hidden layers.

    Returns
    -------
    Axes
        The same axes. Line 0 counts the multiplications of a forward pass, line 1 those of
        central differences, line 2 the paths from one input to the outputs.

    Examples
    --------
    >>> from backprop.plotting import draw_costs, new_axes
    >>> ax = draw_costs(new_axes(260), inputs=3, width=4, outputs=2, layers=range(1, 4))
    >>> [int(count) for count in ax.lines[0].get_ydata()]
    [20, 36, 52]
    """
    numbers = list(layers)
    forward, differences, paths = [], [], []
    for hidden in numbers:
        sizes = [inputs, *[width] * hidden, outputs]
        multiplications = sum(n * before for before, n in itertools.pairwise(sizes))
        parameters = multiplications + sum(sizes[1:])
        forward.append(float(multiplications))
        differences.append(2.0 * parameters * multiplications)
        paths.append(float(width) ** hidden * outputs)
    for counts, marker, colour in (
        (forward, "o", POSITIVE),
        (differences, "s", INK),
        (paths, "^", NEGATIVE),
    ):
        ax.plot(numbers, counts, marker=marker, ms=6, lw=2, color=colour)
    ax.set_yscale("log")
    top = max(*paths, *differences)
    ax.set_ylim(1, 100 * top)
    ax.set_xticks(numbers)
    ax.yaxis.set_major_locator(LogLocator(numticks=8))
    ax.yaxis.set_minor_locator(NullLocator())
    last = len(numbers) - 1
    _note(ax, "one forward pass", (numbers[last], forward[last]), (0, -17), "right", POSITIVE)
    _note(ax, "central differences", (numbers[last], differences[last]), (0, -17), "right")
    _note(ax, "paths from one input", (numbers[last], paths[last]), (-16, 8), "right", NEGATIVE)
    _label(ax.set_xlabel("hidden layers"), 15)
    _label(ax.set_ylabel("multiplications, or paths", labelpad=4), 15)
    return ax


# Parts ---------------------------------------------------------------------------------------


class BookFigure(Figure):
    """A figure that a notebook shows at its full size, in double resolution and few colours."""

    def to_png(self) -> tuple[bytes, dict[str, int]]:
        """Return the picture and its width in CSS pixels, as IPython's formatters want them.

        A palette keeps it to a quarter of its weight, and no reader sees the difference.
        """
        drawn, written = BytesIO(), BytesIO()
        # Transparent here and not from the start: JupyterLab puts a white sheet behind pictures
        # that declare themselves transparent, and these need none.
        self.savefig(drawn, format="png", dpi=2 * 72, facecolor="none")
        picture = Image.open(drawn).quantize(192, method=Image.Quantize.FASTOCTREE)
        picture.save(written, format="png", optimize=True)
        # The width alone: pages that shrink it to a phone keep its proportions.
        return written.getvalue(), {"width": picture.width // 2}


def _show_well_in_notebooks() -> None:
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is not None and shell.display_formatter is not None:
        formatter = shell.display_formatter.formatters["image/png"]
        formatter.for_type(BookFigure, BookFigure.to_png)


def _pixels(ax: Axes) -> tuple[float, float]:
    """Let the axes fill their figure, in pixels from the top left corner."""
    width, height = (float(side) for side in 72 * ax.figure.get_size_inches())  # type: ignore[union-attr]
    ax.set_position((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set_xlim(0, width)
    ax.set_ylim(height, 0)
    return width, height


def _places(
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


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _edge(ax: Axes, start: Point, end: Point, strong: bool) -> None:
    """Draw an edge from the rim of one neuron to the rim of another."""
    rim = RADIUS / float(np.hypot(end[0] - start[0], end[1] - start[1]))
    (x0, y0), (x1, y1) = _between(start, end, rim), _between(end, start, rim)
    if strong:
        ax.plot([x0, x1], [y0, y1], color=INK, lw=2.6, zorder=2)
    else:
        ax.plot([x0, x1], [y0, y1], color=FAINT, lw=1.0, alpha=0.5, zorder=1)


def _neuron(ax: Axes, at: Point, name: str, quiet: bool = False) -> None:
    face = "none" if quiet else PLATE
    ax.add_patch(Circle(at, RADIUS, facecolor=face, edgecolor=FAINT, lw=1.2, zorder=4))
    _text(ax, at, name, 17, colour=INK if quiet else ON_PLATE, zorder=5)


def _plate(ax: Axes, at: Point, name: str) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (at[0] - 20, at[1] - 11),
            40,
            22,
            boxstyle="round,pad=2,rounding_size=5",
            facecolor=PLATE,
            edgecolor=FAINT,
            lw=0.8,
            zorder=6,
        )
    )
    _text(ax, at, name, 15, colour=ON_PLATE, zorder=7)


def _cell(ax: Axes, corner: Point, width: float, text: str, marked: bool) -> None:
    ax.add_patch(
        Rectangle(
            (corner[0] + 2, corner[1] + 2),
            width - 4,
            36,
            lw=1.2,
            edgecolor=FAINT,
            facecolor=PLATE if marked else "none",
            zorder=2,
        )
    )
    centre = (corner[0] + width / 2, corner[1] + 20)
    _text(ax, centre, text, 16, colour=ON_PLATE if marked else INK, zorder=3)


def _heading(ax: Axes, at: float, name: str, symbols: str) -> None:
    _text(ax, (at, 16), name, 16)
    _text(ax, (at, 40), symbols, 15)


def _text(
    ax: Axes,
    at: Point,
    text: str,
    size: float = 16,
    colour: str = INK,
    ha: Any = "center",
    zorder: float = 8,
) -> None:
    _label(ax.text(*at, text, ha=ha, va="center", zorder=zorder), size, colour)


def _label(text: Text, size: float, colour: str = INK) -> None:
    text.set(fontsize=size, color=colour, math_fontfamily="cm")
    if colour == INK:  # thin letters of middle lightness read better a little bolder
        text.set_path_effects([withStroke(linewidth=0.35, foreground=colour)])


def _note(ax: Axes, text: str, at: Point, offset: Point, ha: str, colour: str = INK) -> None:
    """Write beside a point of the plot."""
    note = ax.annotate(
        text, at, offset, textcoords="offset points", ha=ha, va="center", annotation_clip=False
    )
    _label(note, 16, colour)


def _layer_name(layer: int, depth: int) -> str:
    if layer == 0:
        return "input"
    if layer == depth:
        return "output layer"
    return "hidden layer" if depth == 2 else f"hidden layer {layer}"


def _layer_symbols(layer: int, sizes: Sequence[int]) -> str:
    if layer == 0:
        return f"$x$: ${sizes[0]}\\times 1$"
    shape = f"{sizes[layer]}\\times {sizes[layer - 1]}"
    return f"$W^{{({layer})}}$: ${shape}$,  $b^{{({layer})}}$: ${sizes[layer]}\\times 1$"


def _output(layer: int, i: int) -> str:
    return f"$x_{{{i}}}$" if layer == 0 else f"$x^{{({layer})}}_{{{i}}}$"


def _weight(layer: int, i: int, j: int) -> str:
    comma = "," if max(i, j) > 9 else ""
    return f"$w^{{({layer})}}_{{{i}{comma}{j}}}$"


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _check_neurons(net: Network, neurons: Iterable[tuple[int, int]]) -> None:
    for layer, i in neurons:
        if not (1 <= layer <= len(net) and 1 <= i <= net.sizes[layer]):
            raise ValueError(f"named: expected (layer, neuron) of {net}, got {(layer, i)}")


def _check_entry(net: Network, layer: int, row: int, column: int) -> None:
    if not 1 <= layer <= len(net):
        raise ValueError(f"layer: expected 1 to {len(net)}, as in the book, got {layer}")
    rows, columns = net.weights[layer - 1].shape
    if not (1 <= row <= rows and 1 <= column <= columns):
        raise ValueError(
            f"row, column: expected an entry of the {rows} x {columns} matrix W{layer}, "
            f"got {(row, column)}"
        )


def _panel(ax: Axes, box: tuple[float, float, float, float], clear: bool = False) -> Axes:
    """Return axes inside a picture, from (left, top, right, bottom) in its pixels."""
    left, top, right, bottom = box
    width, height = ax.get_xlim()[1], ax.get_ylim()[0]
    panel = ax.inset_axes(
        (left / width, 1 - bottom / height, (right - left) / width, (bottom - top) / height)
    )
    panel.patch.set_alpha(0)
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_color(INK)
    panel.tick_params(colors=INK, labelsize=14, length=3, pad=2)
    if clear:
        panel.set_axis_off()
    return panel


def _ticked(value: float) -> str:
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


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
    for text in panel.clabel(lines, fmt=_ticked, manual=crossings, inline_spacing=6):
        _label(text, 14)


def _cross(panel: Axes, reach: float, heights: tuple[float, float]) -> None:
    """Let the axes of a panel cross at the origin, with few ticks."""
    panel.set(xlim=(-reach, reach), ylim=heights, xticks=[-2, 2], yticks=[-1, 1, 2])
    panel.spines[["left", "bottom"]].set_position(("data", 0))
    panel.spines[["left", "bottom"]].set_color(FAINT)
    for tick in (*panel.get_xticklabels(), *panel.get_yticklabels()):
        tick.set_fontsize(13)


def _box(ax: Axes, at: Point, half: float, lines: Sequence[str]) -> None:
    """Draw a plate with one or two lines of text."""
    tall = 12.0 * len(lines) + 3
    ax.add_patch(
        FancyBboxPatch(
            (at[0] - half, at[1] - tall),
            2 * half,
            2 * tall,
            boxstyle="round,pad=0,rounding_size=9",
            facecolor=PLATE,
            edgecolor=FAINT,
            lw=0.8,
            zorder=4,
        )
    )
    for n, line in enumerate(lines):
        offset = (n - (len(lines) - 1) / 2) * 23
        _text(ax, (at[0], at[1] + offset), line, 15, colour=ON_PLATE, zorder=5)


def _plain(value: float, layer: int) -> str:
    return f"{value:.{4 if layer else 1}f}".replace("-", "\N{MINUS SIGN}")


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
        note.set_position((5, (to - start) / scale))


# -- chapter 4 --------------------------------------------------------------------------------
Part = str | tuple[str, ArrayLike] | tuple[str, ArrayLike, tuple[int | None, int | None]]


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
    width, height = _pixels(ax)
    blocks = [None if isinstance(part, str) else _as_block(part) for part in parts]
    columns = sum(values.shape[1] for values in blocks if values is not None)
    if not columns:
        raise ValueError("parts: expected at least one block, a symbol with an array")
    gaps = sum(26.0 if block is None else 16.0 for block in blocks)
    cell = min(72.0, (width - 12 - gaps) / columns)
    at = (width - gaps - cell * columns) / 2
    for part, values in zip(parts, blocks, strict=True):
        if isinstance(part, str):
            _text(ax, (at + 13, height / 2), part, 34 if part in "()" else 22)
            at += 26
            continue
        assert values is not None
        row, column = part[2] if len(part) == 3 else (0, 0)
        digits = 1 if np.allclose(values, values.round(1), atol=1e-9) else 4
        top, left = height / 2 - 17 * values.shape[0], at + 8
        _text(ax, (left + cell * values.shape[1] / 2, top - 18), part[0], 17)
        shape = f"${values.shape[0]}\\times {values.shape[1]}$"
        _text(ax, (left + cell * values.shape[1] / 2, height - top + 17), shape, 15)
        for i, j in np.ndindex(values.shape):
            marked = row in (i + 1, None) and column in (j + 1, None)
            number = _signed(float(values[i, j]), digits).removeprefix("+")
            size = 0.203 * cell  # seven characters in a cell
            _number(ax, (left + cell * j, top + 34 * i), cell, number, marked, size)
        at += 16 + cell * values.shape[1]
    return ax


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
    width, height = _pixels(ax)
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
        _text(ax, (third * (panel + 0.5), 16), title, 15)
        columns = [_column(third * panel + side, len(names), height) for side, names in
                   ((46, left), (third - 46, right))]  # fmt: skip
        for start, end in edges:
            strong = start == 1
            _tie(ax, columns[0][start], columns[1][end], strong)
        for names, places in zip((left, right), columns, strict=True):
            for k, (name, place) in enumerate(zip(names, places, strict=True)):
                touched = names is right and (1, k) in edges
                _small_node(ax, place, name, quiet=not (touched or (names is left and k == 1)))
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
    width, _ = _pixels(ax)
    top = 0.0
    for row in rows:
        cells = [70.0 if any(len(t) > 11 for line in m for t in line) else 46.0 for _, m in row]
        widths = [cell * len(m[0]) for cell, (_, m) in zip(cells, row, strict=True)]
        gap = (width - sum(widths)) / (len(row) + 1)
        left = gap
        for cell, wide, (title, m) in zip(cells, widths, row, strict=True):
            _text(ax, (left + wide / 2, top + 20), title, 16)
            for i, line in enumerate(m):
                for j, entry in enumerate(line):
                    _number(ax, (left + cell * j, top + 40 + 34 * i), cell, entry, entry != "0")
            left += wide + gap
        top += 58 + 34 * max(len(m) for _, m in row)
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
    width, height = _pixels(ax)
    half, middle = width / 2, height / 2 + 8
    for side, title in enumerate(("forward: copied", "backward: added")):
        first, last = (half * side + 60, middle), (half * (side + 1) - 60, middle)
        between = [(half * (side + 0.5), middle - 58), (half * (side + 0.5), middle + 58)]
        _text(ax, (half * (side + 0.5), 16), title, 16)
        for name, place in zip("ac", between, strict=True):
            upper = -1 if place[1] < middle else 1
            labels = ("$x$", f"${name}$") if side == 0 else (f"$\\nabla_{name}\\varphi$",) * 2
            for start, end, label in ((first, place, labels[0]), (place, last, labels[1])):
                _pointer(ax, *((start, end) if side == 0 else (end, start)))
                at = _between(start, end, 0.5)
                _text(ax, (at[0], at[1] + 20 * upper), label, 15)
            _small_node(ax, place, f"${name}$")
        _small_node(ax, first, "$x$")
        _small_node(ax, last, "$\\varphi$")
        if side:
            _text(ax, (first[0], middle + 42), "$\\nabla_a\\varphi$", 15)
            _text(ax, (first[0], middle + 66), "$+\\,\\nabla_c\\varphi$", 15)
    return ax


def _as_block(part: tuple[Any, ...]) -> Any:
    values = as_array("parts", part[1])
    if values.ndim == 1:
        values = values[:, None]
    require_shape("parts", values, ("p", "n"), "for a block")
    return values


def _number(
    ax: Axes, corner: Point, width: float, text: str, marked: bool, size: float = 15
) -> None:
    """Draw a cell, lower than that of `_cell`, for a number of four digits."""
    place, colour = (corner[0] + 2, corner[1] + 2), PLATE if marked else "none"
    ax.add_patch(
        Rectangle(place, width - 4, 30, lw=1.2, edgecolor=FAINT, facecolor=colour, zorder=2)
    )
    ink = ON_PLATE if marked else INK
    _text(ax, (corner[0] + width / 2, corner[1] + 17), text, size, colour=ink, zorder=3)


def _column(x: float, number: int, height: float) -> list[Point]:
    step = min(64.0, (height - 80) / max(1, number - 1))
    middle = (height + 30) / 2
    return [(x, middle + (k - (number - 1) / 2) * step) for k in range(number)]


def _small_node(ax: Axes, at: Point, name: str, quiet: bool = False) -> None:
    face = "none" if quiet else PLATE
    ax.add_patch(Circle(at, RIM, facecolor=face, edgecolor=FAINT, lw=1.2, zorder=4))
    _text(ax, at, name, 16, colour=INK if quiet else ON_PLATE, zorder=5)


def _tie(ax: Axes, start: Point, end: Point, strong: bool) -> None:
    rim = RIM / float(np.hypot(end[0] - start[0], end[1] - start[1]))
    (x0, y0), (x1, y1) = _between(start, end, rim), _between(end, start, rim)
    ax.plot([x0, x1], [y0, y1], color=INK if strong else FAINT, lw=2.6 if strong else 1.0)


def _pointer(ax: Axes, start: Point, end: Point) -> None:
    rim = (RIM + 3) / float(np.hypot(end[0] - start[0], end[1] - start[1]))
    style = {"arrowstyle": "-|>", "color": INK, "lw": 2.0, "mutation_scale": 18.0}
    ends = _between(end, start, rim), _between(start, end, rim)
    ax.annotate("", *ends, arrowprops={**style, "shrinkA": 0, "shrinkB": 0}, zorder=2)


RIM = 19.0


# Parts of chapter 5 --------------------------------------------------------------------------


def _arrow(ax: Axes, start: Point, end: Point, dashed: bool = False) -> None:
    style = {
        "arrowstyle": "-|>",
        "color": INK,
        "lw": 1.2 if dashed else 1.8,
        "linestyle": (0, (4, 3)) if dashed else "-",
        "shrinkA": 0,
        "shrinkB": 0,
    }
    ax.annotate("", end, start, arrowprops=style, zorder=3)


def _line(ax: Axes, start: Point, end: Point, dashed: bool = True) -> None:
    style: Any = (0, (4, 3)) if dashed else "-"
    ax.plot(*zip(start, end, strict=True), color=INK, lw=1.2 if dashed else 1.8, ls=style, zorder=1)


def _tile(
    ax: Axes, at: Point, name: str, half: float = 20.0, tall: float = 17.0, dark: bool = False
) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (at[0] - half + 3, at[1] - tall + 3),
            2 * half - 6,
            2 * tall - 6,
            boxstyle="round,pad=3,rounding_size=6",
            facecolor=PLATE if dark else "none",
            edgecolor=FAINT,
            lw=1.2,
            zorder=4,
        )
    )
    _text(ax, at, name, 19, colour=ON_PLATE if dark else INK, zorder=5)


def _brief_factor(value: float) -> str:
    if 0.01 <= value < 100:
        return f"{value:.2g}"
    exponent = int(np.floor(np.log10(value)))
    return f"${value / 10.0**exponent:.0f}\\cdot 10^{{{exponent}}}$"
