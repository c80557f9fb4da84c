r"""The book's pictures: each function draws on the Axes it is given and returns it.

One picture serves light and dark pages: the background is transparent, and every colour is of
middle lightness or stands on a plate of its own. Nothing is said by colour alone: a sign is also
a direction or a printed sign, and what is emphasised is also wider. Sizes are in CSS pixels; a
picture as wide as the text is `WIDTH` pixels wide.

matplotlib is imported here and nowhere else in the package, and `import backprop` does not load
this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike
from PIL import Image

from ._shapes import as_array, require_shape
from .losses import get as get_loss
from .network import Gradients, Network

if TYPE_CHECKING:
    from matplotlib.text import Text

__all__ = [
    "draw_gather",
    "draw_gradients",
    "draw_loss_slice",
    "draw_network",
    "draw_paths",
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
