"""What every picture shares: its figure, its colours, and how text is written on it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from PIL import Image

WIDTH = 560.0  # of a picture; a phone shows it at two thirds
WORDS = 16.0  # size of words and numbers: 11 pixels on a phone
SYMBOLS = 21.0  # size of formulas: their small letters are as high as those of words
MIXED = 19.0  # size of words with a formula among them
INK = "#767f8b"  # 4.0 : 1 on the white page, 4.4 : 1 on the dark one
FAINT = "#9aa1ab"
PLATE = "#4a5464"  # carries white text, 7.6 : 1
ON_PLATE = "#ffffff"
POSITIVE = "#2787cf"
NEGATIVE = "#d9691e"


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
    array([560., 200.])
    """
    _show_well_in_notebooks()
    figure = plt.figure(FigureClass=BookFigure, figsize=(width / 72, height / 72), dpi=72)
    ax = figure.add_axes((76 / width, 58 / height, 1 - 90 / width, 1 - 70 / height))
    ax.patch.set_alpha(0)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(INK)
    ax.tick_params(colors=INK, labelsize=WORDS, length=4)
    return ax


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
    """Tell IPython, if it is there, how to show the book's figures."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is not None and shell.display_formatter is not None:
        formatter = shell.display_formatter.formatters["image/png"]
        formatter.for_type(BookFigure, BookFigure.to_png)


def use_pixels(ax: Axes) -> tuple[float, float]:
    """Let the axes fill their figure, in pixels from the top left corner."""
    width, height = (float(side) for side in 72 * ax.figure.get_size_inches())  # type: ignore[union-attr]
    ax.set_position((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set_xlim(0, width)
    ax.set_ylim(height, 0)
    return width, height


def add_panel(ax: Axes, box: tuple[float, float, float, float], clear: bool = False) -> Axes:
    """Return axes inside a picture, from (left, top, right, bottom) in its pixels."""
    left, top, right, bottom = box
    width, height = ax.get_xlim()[1], ax.get_ylim()[0]
    panel = ax.inset_axes(
        (left / width, 1 - bottom / height, (right - left) / width, (bottom - top) / height)
    )
    panel.patch.set_alpha(0)
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_color(INK)
    panel.tick_params(colors=INK, labelsize=WORDS, length=3, pad=2)
    panel.tick_params(axis="x", pad=5)
    if clear:
        panel.set_axis_off()
    return panel


def point_between(start: Point, end: Point, share: float) -> Point:
    """Return the point of a straight line at a share of the way along it."""
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def write(
    ax: Axes,
    at: Point,
    text: str,
    size: float | None = None,
    colour: str = INK,
    ha: Any = "center",
    zorder: float = 8,
) -> None:
    """Write on a picture, at a point in its coordinates."""
    style_text(ax.text(*at, text, ha=ha, va="center", zorder=zorder), size, colour)


def style_text(text: Text, size: float | None = None, colour: str = INK) -> None:
    """Give a text its size, its colour and the letters of the book's formulas."""
    if size is None:
        written = text.get_text()
        alone = written.strip("$").count("$") == 0
        size = WORDS if "$" not in written else SYMBOLS if alone else MIXED
    text.set(fontsize=size, color=colour, math_fontfamily="cm")
    if colour == INK:  # thin letters of middle lightness read better a little bolder
        text.set_path_effects([withStroke(linewidth=0.35, foreground=colour)])


def write_note(ax: Axes, text: str, at: Point, offset: Point, ha: str, colour: str = INK) -> None:
    """Write beside a point of the plot."""
    note = ax.annotate(
        text, at, offset, textcoords="offset points", ha=ha, va="center", annotation_clip=False
    )
    style_text(note, colour=colour)
