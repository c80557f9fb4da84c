"""Pictures of derivatives: of one weight, of all of them, and of how error terms shrink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from ..losses import get as get_loss
from ..network import Gradients, Network
from ._names import check_entry, layer_name, signed, weight_name
from ._style import FAINT, INK, MIXED, NEGATIVE, ON_PLATE, PLATE, POSITIVE, style_text, write_note


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
    check_entry(net, layer, row, column)
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
    steep = f"slope {signed(slope, 4)}"
    here = f"${weight_name(layer, row, column)[1:-1]} = {weight:g}$\n$L = {value:.4f}$"
    write_note(ax, steep, high_end, (-8 if falls else 8, 0), "right" if falls else "left", colour)
    write_note(ax, here, (weight, value), (10 if falls else -10, 36), "left" if falls else "right")
    style_text(ax.set_xlabel(weight_name(layer, row, column)))
    style_text(ax.set_ylabel("$L$", rotation=0, labelpad=14, va="center"))
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
    place = 0.0
    largest = max(float(np.abs(part).max()) for part in (*gradients.dW, *gradients.db)) or 1.0
    top = 1.5 * largest
    for layer, (dW, db) in enumerate(zip(gradients.dW, gradients.db, strict=True), start=1):
        start = place
        for i, (weights, bias) in enumerate(zip(dW, db, strict=True), start=1):
            style_text(
                ax.text(place + len(weights) / 2, 0.8 * top, str(i), ha="center", va="center")
            )
            for j, derivative in enumerate([*weights, bias], start=1):
                bars.append((place, float(derivative)))
                ticks.append((place, str(j) if j <= len(weights) else "b"))
                place += 1
            if layer < len(gradients.dW) or i < len(dW):
                ends = (1.0, -1.0) if i < len(dW) else (top / largest, -1.0)
                ax.plot([place - 0.1] * 2, largest * np.array(ends), color=FAINT, lw=0.8, alpha=0.6)
            place += 0.8
        name = layer_name(layer, len(gradients.dW)).replace(" layer", " neuron")
        style_text(ax.text((start + place - 1.8) / 2, 0.95 * top, name, ha="center", va="center"))
    for at, derivative in bars:
        colour = POSITIVE if derivative >= 0 else NEGATIVE
        ax.bar(at, derivative, width=0.74, color=colour, edgecolor=colour, lw=1)
    ax.axhline(0, color=INK, lw=1)
    ax.set_xlim(-0.7, place - 1.1)
    ax.set_ylim(-1.12 * largest, top)
    ax.set_xticks([at for at, _ in ticks], [text for _, text in ticks])
    ax.tick_params(axis="x", length=0, pad=6)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.set_yticks(
        [tick for tick in MaxNLocator(6).tick_values(-largest, largest) if abs(tick) <= largest]
    )
    ax.yaxis.set_major_formatter(lambda value, _: signed(value, 2) if value else "0")
    style_text(ax.set_xlabel("column of the matrix, or b for the bias", labelpad=4))
    style_text(ax.set_ylabel("derivative of the loss"))
    ax.yaxis.set_label_coords(-0.122, 0.42)
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
    top, bottom = max(*heights, 0.0) + 2.9, min(*heights, 0.0) - 1.3
    for number, (title, first, last, value, lengths) in enumerate(ends):
        style_text(ax.text((first + last) / 2, top, title, ha="center", va="top"))
        factor = f"\N{MULTIPLICATION SIGN} {_brief_factor(lengths[0] / lengths[-1])}"
        down = value < 0
        write_note(ax, factor, (first, value), (-8, -14 if down else 12), "left")
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
        style_text(tick, MIXED)
    style_text(ax.set_xlabel("layer $l$"))
    style_text(ax.set_ylabel("$\\|\\delta^{(l)}\\| \\, / \\, \\|\\delta^{(D)}\\|$"))
    return ax


def _brief_factor(value: float) -> str:
    if 0.01 <= value < 100:
        return f"{value:.2g}"
    exponent = int(np.floor(np.log10(value)))
    return f"${value / 10.0**exponent:.0f}\\cdot 10^{{{exponent}}}$"
