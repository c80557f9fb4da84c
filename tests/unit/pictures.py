"""What is wrong with a picture: text too small for a phone, on other text, or cut off."""

import itertools

from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, BboxTransformTo

PHONE = 382  # pixels: what a phone 390 pixels wide gives a picture
TEXT, SCRIPT = 10, 9  # pixels on the phone: what is written, and its indices and exponents
GLYPHS = MathTextParser("path")


def axes_of(figure):
    """Yield every axes of a figure, panels included."""

    def inside(ax):
        yield ax
        for child in ax.child_axes:
            yield from inside(child)

    for ax in figure.axes:
        yield from inside(ax)


def texts_of(ax):
    """Return every text of an axes that can be seen."""
    found = list(ax.texts)
    if ax.axison:
        found += [ax.xaxis.label, ax.yaxis.label]
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if low <= tick.get_loc() <= high:
                    found.append(tick.label1)
    return [text for text in found if text.get_text().strip() and text.get_visible()]


def sizes(text):
    """Return the size of the text and that of the smallest letter in it."""
    size = text.get_fontsize()
    written = text.get_text()
    if "$" not in written:
        return size, size
    font = FontProperties(size=size, math_fontfamily=text.get_math_fontfamily())
    glyphs = [
        glyph for line in written.splitlines() for glyph in GLYPHS.parse(line, 72, font).glyphs
    ]
    return size, min(glyph[1] for glyph in glyphs)


def outline(text, renderer):
    """Return the rectangle that a text fills, turned as the text is."""
    turn = text.get_rotation()
    if turn % 90 == 0:
        box = Text.get_window_extent(text, renderer).padded(-1.5)
        return Path.unit_rectangle().transformed(BboxTransformTo(box))
    text.set_rotation(0)
    box = Text.get_window_extent(text, renderer).padded(-1.5)
    text.set_rotation(turn)
    middle = text.get_transform().transform(text.get_position())  # turned about its middle
    turned = BboxTransformTo(box) + Affine2D().rotate_deg_around(*middle, turn)
    return Path.unit_rectangle().transformed(turned)


def faults(figure):
    """Return a line for each fault of a figure."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    width, height = figure.get_size_inches() * figure.dpi
    shrunk = min(1.0, PHONE / (72 * figure.get_size_inches()[0]))
    found, outlines = [], []
    for ax in axes_of(figure):
        for text in texts_of(ax):
            name = repr(text.get_text())
            size, smallest = sizes(text)
            if size * shrunk < TEXT or smallest * shrunk < SCRIPT:
                found.append(f"{name}: {size * shrunk:.1f} px on a phone, {smallest * shrunk:.1f}")
            box = Text.get_window_extent(text, renderer)  # without a note's arrow
            outlines.append((name, outline(text, renderer)))
            for patch in ax.patches:  # what stands in a box or a circle fits in it
                room = patch.get_window_extent(renderer)
                middle = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
                if room.contains(*middle) and not (
                    room.padded(2).contains(box.x0, box.y0)
                    and room.padded(2).contains(box.x1, box.y1)
                ):
                    found.append(f"{name}: does not fit its box")
            if box.x0 < -0.5 or box.y0 < -0.5 or box.x1 > width + 0.5 or box.y1 > height + 0.5:
                found.append(f"{name}: leaves the figure")
            clipped = text.get_clip_on() and text.get_clip_box() is not None
            if clipped and not (
                ax.bbox.padded(1).contains(box.x0, box.y0)
                and ax.bbox.padded(1).contains(box.x1, box.y1)
            ):
                found.append(f"{name}: cut off by its panel")
    found += [
        f"{one} overlaps {other}"
        for (one, path), (other, more) in itertools.combinations(outlines, 2)
        if path.intersects_path(more, filled=True)
    ]
    return found
