"""Pictures of what a gradient costs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator

from ._style import INK, MIXED, NEGATIVE, POSITIVE, style_text, write_note


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
    ax.tick_params(axis="y", labelsize=MIXED)
    last = len(numbers) - 1
    write_note(ax, "one forward pass", (numbers[last], forward[last]), (0, -19), "right", POSITIVE)
    write_note(ax, "central differences", (numbers[last], differences[last]), (0, -19), "right")
    write_note(
        ax, "paths from one input", (numbers[last], paths[last]), (-16, 8), "right", NEGATIVE
    )
    style_text(ax.set_xlabel("hidden layers"))
    style_text(ax.set_ylabel("multiplications, or paths", labelpad=4))
    return ax
