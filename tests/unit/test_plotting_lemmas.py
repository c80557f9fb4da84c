"""The pictures of the lemmas: the right numbers stand in the marked cells, edges and dots."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Circle, Rectangle

from backprop import plotting
from tests.unit.pictures import faults

MINUS = "\N{MINUS SIGN}"
W = np.array([[0.9, -0.7, 0.4, 1.3], [-0.5, 1.1, -1.4, 0.6]])
A = np.array([-0.06982, 0.08304])


@pytest.fixture(autouse=True)
def no_window():
    """Draw without a screen, and keep no figure."""
    with mpl.rc_context({"backend": "agg"}):
        yield
        plt.close("all")


def product():
    parts = [("$W^\\top$", W.T, (2, None)), ("$a$", A, (None, 1)), "=", ("$c$", W.T @ A, (2, 1))]
    return plotting.draw_product(plotting.new_axes(230), parts)


def outer():
    x = np.array([0.74, 0.38, 0.73, 0.35])
    parts = [("$a$", A, (1, None)), ("$x^\\top$", [x]), "\n", "=", ("$G$", np.outer(A, x), (1, 2))]
    return plotting.draw_product(plotting.new_axes(310), parts)


def jacobians():
    w = [["$w_{11}$", "$w_{12}$"], ["$g'_2w_{21}$", "$w_{22}$"]]
    rows = [[("$J$", w), ("diag", [["$a$", "0"], ["0", "$c$"]])], [("last", [["0", "$x$"]])]]
    return plotting.draw_jacobians(plotting.new_axes(290), rows)


PICTURES = {
    "product": product,
    "outer": outer,
    "touches": lambda: plotting.draw_touches(plotting.new_axes(370)),
    "jacobians": jacobians,
    "copies": lambda: plotting.draw_copies(plotting.new_axes(260)),
}


def dark(ax, kind):
    return [p for p in ax.patches if isinstance(p, kind) and p.get_facecolor()[3] > 0]


def inside(ax, patch):
    """Return the text that stands in a patch."""
    box = patch.get_extents()
    at = [(t.get_text(), ax.transData.transform(t.get_position())) for t in ax.texts]
    return {t for t, (x, y) in at if box.x0 < x < box.x1 and box.y0 < y < box.y1}


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURES)
def test_text_is_large_enough_and_free(name):
    assert faults(PICTURES[name]().figure) == []


def test_a_product_marks_a_row_a_column_and_their_sum():
    ax = product()
    assert len(ax.patches) == 8 + 2 + 4
    marked = [inside(ax, patch) for patch in dark(ax, Rectangle)]
    assert marked == [{f"{MINUS}0.7"}, {"1.1"}, {f"{MINUS}0.0698"}, {"0.0830"}, {"0.1402"}]
    assert f"{-0.7 * A[0] + 1.1 * A[1]:.4f}" == "0.1402"
    shapes = [t.get_text() for t in ax.texts if "times" in t.get_text()]
    assert shapes == ["$4\\times 2$", "$2\\times 1$", "$4\\times 1$"]


def test_unmarked_blocks_have_no_dark_cell():
    ax = plotting.draw_product(plotting.new_axes(150), [("$a$", A), "⊙", ("$c$", A)])
    assert not dark(ax, Rectangle)


def test_who_touches_whom():
    ax = plotting.draw_touches(plotting.new_axes(370))
    assert len(ax.lines) == 6 + 6 + 3
    assert len([line for line in ax.lines if line.get_linewidth() > 2]) == 1 + 2 + 1
    marked = sorted("".join(inside(ax, patch)) for patch in dark(ax, Circle))
    assert marked == sorted(
        ["$w_{12}$", "$v_{1}$", "$x_{2}$", "$v_{1}$", "$v_{2}$", "$x_{2}$", "$v_{2}$"]
    )


def test_zeros_of_a_jacobian_are_empty_cells():
    ax = jacobians()
    assert len(ax.patches) == 4 + 4 + 2
    assert len(dark(ax, Rectangle)) == 4 + 2 + 1


def test_what_cannot_be_drawn_is_refused_by_name():
    ax = plotting.new_axes(200)
    with pytest.raises(ValueError, match=r"^parts: expected at least one block"):
        plotting.draw_product(ax, ["="])
    with pytest.raises(ValueError, match=r"^parts: expected"):
        plotting.draw_product(ax, [("$a$", 1.0)])
    with pytest.raises(ValueError, match=r"^p, n: expected"):
        plotting.draw_touches(ax, 3, 3)
