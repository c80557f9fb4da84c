"""Pictures of gradient descent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from .._shapes import Array
from ..network import Network
from ._style import (
    FAINT,
    INK,
    NEGATIVE,
    ON_PLATE,
    PLATE,
    POSITIVE,
    Point,
    add_panel,
    style_text,
    use_pixels,
    write,
    write_note,
)


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
    width, height = use_pixels(ax)
    columns = min(2, len(paths))
    rows = -(-len(paths) // columns)
    each, row_height = width / columns, height / rows
    first, second = np.meshgrid(*(np.linspace(*ends, 121) for ends in span))
    values = objective(np.stack([first, second], axis=-1))
    low, high = float(values.min()), float(values.max())
    levels = low + (high - low) * np.linspace(0.04, 0.98, 11) ** 2
    for place, (title, points) in enumerate(paths.items()):
        r, c = divmod(place, columns)
        left, right = c * each + 48, (c + 1) * each - 8
        panel = add_panel(ax, (left, r * row_height + 32, right, (r + 1) * row_height - 50))
        panel.contour(first, second, values, levels, colors=FAINT, linewidths=1, alpha=0.8)
        path = np.asarray(points, dtype=float)
        panel.plot(*path.T, "o-", color=NEGATIVE, lw=1.5, ms=3, zorder=4)
        for at, face in ((path[0], PLATE), (path[-1], "none")):
            panel.plot(*at, "o", ms=9, mfc=face, mec=INK, mew=2, zorder=5)
        panel.set(xlim=span[0], ylim=span[1])
        panel.set_aspect("equal", anchor="N")  # right angles are seen as right angles
        panel.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        panel.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        write(ax, ((left + right) / 2, r * row_height + 14), title)
        one, other = ("w_1", "w_2") if names is None else (names[0], names[1])
        style_text(panel.set_xlabel(f"${one}$", labelpad=-2))
        style_text(panel.set_ylabel(f"${other}$", rotation=0, labelpad=4, va="center"))
    if len(paths) % columns:
        _write_key(ax, (width - each + 56, height - row_height + 70))
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
        write_note(
            ax, f"start {start:g}", begin, (-12 if left else 8, 13), "right" if left else "left"
        )
        says = f"end {end[0]:.2f}".replace("-", "\N{MINUS SIGN}")
        write_note(ax, says, end, (0, -21), "center")
    low, high = losses.min(), losses.max()
    ax.set(xlim=span, ylim=(low - 0.22 * (high - low), high + 0.08 * (high - low)))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    style_text(ax.set_xlabel("$w$"))
    style_text(ax.set_ylabel("$\\bar L$", rotation=0, labelpad=14, va="center"))
    return ax


def _write_key(ax: Axes, at: Point) -> None:
    """Say in an empty quarter of the picture what is drawn in the others."""
    x, y = at
    ax.plot([x], [y], "o", ms=9, mfc=PLATE, mec=INK, mew=2)
    ax.plot([x - 8, x + 8], [y + 34] * 2, "o-", color=NEGATIVE, lw=1.5, ms=3)
    ax.plot([x], [y + 68], "o", ms=9, mfc="none", mec=INK, mew=2)
    ax.plot([x - 10, x + 10], [y + 102] * 2, color=FAINT, lw=1)
    for line, says in enumerate(("start", "a step", "end", "equal loss")):
        write(ax, (x + 26, y + 34 * line), says, ha="left")
