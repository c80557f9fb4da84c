"""The pictures of chapter 3: what they show is right, and they fit their figure."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

import backprop as bp
from backprop import plotting
from tests.unit.pictures import faults

pytestmark = pytest.mark.slow

MINUS = "\N{MINUS SIGN}"
PATHS = {"down": [(1.0, 1.0), (0.5, 0.2)], "away": [(-0.5, 0.5), (-2.0, 3.0)]}
NEURON = bp.Network([[[0.0]]], [[0.0]])
X, Y = np.array([[0.5], [10.0]]), np.array([[0.95], [0.3]])


@pytest.fixture(autouse=True)
def no_window():
    """Draw without a screen, and keep no figure."""
    with mpl.rc_context({"backend": "agg"}):
        yield
        plt.close("all")


def bowl(p):
    return p[..., 0] ** 2 + 3 * p[..., 1] ** 2


def draw_descent():
    return plotting.draw_descent(plotting.new_axes(270), bowl, PATHS, ((-1, 2), (-1, 2)), "wb")


def draw_on_curve(steps=300):
    return plotting.draw_descent_on_curve(
        plotting.new_axes(290), NEURON, X, Y, (0.3, 2.0), 0.4, steps, (-2, 10)
    )


def draw_costs():
    return plotting.draw_costs(plotting.new_axes(310), 784, 100, 10, range(1, 10))


@pytest.mark.parametrize("draw", [draw_descent, draw_on_curve, draw_costs])
def test_text_is_large_enough_and_free(draw):
    assert faults(draw().figure) == []


def test_each_panel_shows_its_path_from_disc_to_ring():
    ax = draw_descent()
    assert [text.get_text() for text in ax.texts] == list(PATHS)
    for points, panel in zip(PATHS.values(), ax.child_axes, strict=True):
        path, start, end = panel.lines
        np.testing.assert_array_equal(path.get_xydata(), points)
        np.testing.assert_array_equal(start.get_xydata(), points[:1])
        np.testing.assert_array_equal(end.get_xydata(), points[-1:])
        assert end.get_markerfacecolor() == "none"
        assert panel.get_xlabel() == "$w$"
        assert panel.get_ylabel() == "$b$"
        assert panel.get_xlim() == (-1, 2)  # a path that leaves does not move the picture


def test_level_lines_keep_the_value_of_the_objective():
    panel = draw_descent().child_axes[0]
    (lines,) = [c for c in panel.collections if hasattr(c, "levels")]
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        if len(path.vertices):
            np.testing.assert_allclose(bowl(path.vertices), level, atol=0.01)


def test_the_curve_is_the_mean_loss_and_the_dots_are_descent():
    ax = draw_on_curve()
    ws, losses = ax.lines[0].get_data()
    for w, value in list(zip(ws, losses, strict=True))[::60]:
        outputs = 1 / (1 + np.exp(-w * X))
        assert value == pytest.approx(0.5 * np.mean((outputs - Y) ** 2), rel=1e-12)
    for start, (dots, begin, end) in zip((0.3, 2.0), (ax.lines[1:4], ax.lines[4:7]), strict=True):
        w = start
        visited = [w]
        for _ in range(300):
            output = 1 / (1 + np.exp(-w * X))
            w = w - 0.4 * np.mean((output - Y) * output * (1 - output) * X)
            visited.append(w)
        assert begin.get_xdata()[0] == start
        assert end.get_xdata()[0] == pytest.approx(w, rel=1e-9)
        assert all(np.min(np.abs(np.array(visited) - dot)) < 1e-9 for dot in dots.get_xdata())
    assert NEURON.weights[0][0, 0] == 0  # it was not changed
    texts = [text.get_text() for text in ax.texts]
    assert {"start 0.3", "start 2", f"end {MINUS}0.07"} <= set(texts)


def test_the_costs_are_counted():
    ax = plotting.draw_costs(plotting.new_axes(280), 3, 4, 2, [1, 2])
    forward, differences, paths = (line.get_ydata() for line in ax.lines)
    np.testing.assert_array_equal(forward, [20, 36])
    np.testing.assert_array_equal(differences, [2 * 26 * 20, 2 * 46 * 36])
    np.testing.assert_array_equal(paths, [8, 32])
    assert ax.get_yscale() == "log"


def test_a_network_with_more_than_one_weight_is_refused():
    net, x, y = bp.load_example()
    with pytest.raises(ValueError, match=r"^net: expected a network with one weight"):
        plotting.draw_descent_on_curve(plotting.new_axes(200), net, [x], [y], (0,), 1, 1, (-1, 1))
