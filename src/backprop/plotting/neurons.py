"""Pictures of one neuron and of the activation functions."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from .._shapes import as_array, require_shape
from ..activations import get as get_activation
from ..network import ActivationLike
from ._marks import RADIUS, add_edge, add_neuron, add_plate
from ._names import signed
from ._style import (
    FAINT,
    INK,
    MIXED,
    NEGATIVE,
    ON_PLATE,
    PLATE,
    POSITIVE,
    Point,
    add_panel,
    point_between,
    style_text,
    use_pixels,
    write,
    write_note,
)


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
    width, height = use_pixels(ax)
    terms = [float(term) for term in (*(w * x), b)]
    names = [f"$w_{{{i}}}x_{{{i}}}$" for i in range(1, len(w) + 1)] + ["$b$"]
    ends = np.cumsum(terms)
    u = float(ends[-1])

    # Left: the neuron and what flows into it.
    neuron: Point = (width * 0.32, height / 2)
    tops = np.linspace(32, height - 32, len(w)) if len(w) > 1 else np.array([height / 2])
    for i, (weight, value, top) in enumerate(zip(w, x, tops, strict=True), start=1):
        at: Point = (72.0, float(top))
        add_edge(ax, at, neuron, strong=True)
        add_neuron(ax, at, f"$x_{{{i}}}$")
        write(ax, (at[0] - 32, at[1]), signed(float(value), 1), ha="right")
        add_plate(ax, point_between(at, neuron, 0.5), signed(float(weight), 1))
    add_neuron(ax, neuron, "$f$")
    bias = f"$b = {float(b):+.1f}$"
    write(ax, (neuron[0] + 4, neuron[1] + RADIUS + 14), bias, MIXED, ha="left")

    # Right: the terms end to end, above the activation on the same axis.
    left, right = width * 0.48, width - 8
    reach = 1.25 * max(1.6, *np.abs(ends), *np.abs(terms))
    stack = 18 + 34.0 * len(terms)
    upper = add_panel(ax, (left, 12, right, stack), clear=True)
    upper.axvline(0, color=FAINT, lw=1)
    for row, (term, end, name) in enumerate(zip(terms, ends, names, strict=True)):
        colour = POSITIVE if term >= 0 else NEGATIVE
        upper.barh(row, term, left=end - term, height=0.62, color=colour)
        upper.plot([end, end], [row - 0.31, row + 1.31], color=INK, lw=1)
        style_text(upper.text(-0.98 * reach, row, name, ha="left", va="center"))
        style_text(upper.text(0.98 * reach, row, signed(term, 2), ha="right", va="center"))
    upper.set_xlim(-reach, reach)
    upper.set_ylim(len(terms) - 0.4, -0.6)
    lower = add_panel(ax, (left, stack + 4, right, height - 52))
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
    after = f"$u={u:.2f}$\n$f(u)={output:.4f}$"
    write_note(lower, after, (u, output), (14, -24), "left")
    style_text(lower.set_xlabel("$u$", labelpad=0))
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
    width, height = use_pixels(ax)
    names = {
        "identity": "identity",
        "sigmoid": "sigmoid",
        "tanh": "tanh",
        "relu": "ReLU",
        "leaky_relu": "leaky ReLU",
        "softplus": "softplus",
        "gelu": "GELU",
    }
    columns = 3
    each, row_height = width / columns, height / 3
    boxes = [
        (
            column * each + 10,
            row * row_height + 32,
            (column + 1) * each - 10,
            (row + 1) * row_height - 12,
        )
        for row in range(3)
        for column in range(columns)
    ]
    us = np.linspace(-reach, reach, 241)
    for (name, title), box in zip(names.items(), boxes[:7], strict=True):
        write(ax, ((box[0] + box[2]) / 2, box[1] - 16), title)
        panel = add_panel(ax, box)
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
    write(ax, ((box[0] + box[2]) / 2, box[1] - 16), "GELU, enlarged")
    _gelu_panel(add_panel(ax, (box[0] + 30, *box[1:])))
    left, top = boxes[8][0] + 14, boxes[8][1]
    for line, (name, colour, style) in enumerate(
        (("$f(u)$", INK, "solid"), ("$f\\,'(u)$", POSITIVE, (0, (3, 1.6))))
    ):
        at = top + 26 + 36 * line
        ax.plot([left, left + 40], [at, at], color=colour, lw=2.4 - 0.6 * line, ls=style)
        write(ax, (left + 52, at), name, ha="left")
    write(ax, (left, top + 100), "each over $u$", ha="left")
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
        panel.plot(at + run, level + slope * run, color=POSITIVE, lw=1.8)
        panel.plot([at], [level], "o", ms=6, color=PLATE, mec=ON_PLATE)
    panel.set(xlim=(-3, 0.45), ylim=(-0.24, 0.24), yticks=[-0.2, 0.2])
    panel.spines["bottom"].set_position(("data", 0))
    panel.set_xticks([])


def _cross(panel: Axes, reach: float, heights: tuple[float, float]) -> None:
    """Let the axes of a panel cross at the origin, with ticks that keep clear of the curves."""
    panel.set(xlim=(-reach, reach), ylim=heights, xticks=[-2, 2], yticks=[-1, 1])
    panel.spines[["left", "bottom"]].set_position(("data", 0))
    panel.spines[["left", "bottom"]].set_color(FAINT)
    panel.tick_params(axis="x", pad=5)
    panel.tick_params(axis="y", labelleft=False)
    style_text(panel.text(-0.15, 1.06, "1", ha="right", va="bottom"))
    style_text(panel.text(0.25, -1.0, "\N{MINUS SIGN}1", ha="left", va="center"))
