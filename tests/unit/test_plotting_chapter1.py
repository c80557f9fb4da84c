"""The pictures of chapter 1: what they show is right, and they fit their figure."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import FancyBboxPatch, Rectangle

import backprop as bp
from backprop import plotting
from tests.unit.pictures import faults

pytestmark = pytest.mark.slow

MINUS = "\N{MINUS SIGN}"
FOUR = [(2, 1, None), (2, 1, 1), (1, 1, None), (1, 1, 1)]
XOR = bp.Network([[[1, -1], [-1, 1]], [[1, 1]]], [[0, 0], [0]], "relu", "identity")
ROOF = bp.Network([[[1], [1]], [[1, -2]]], [[0, -1], [0]], "relu", "identity")


@pytest.fixture(autouse=True)
def no_window():
    """Draw without a screen, and keep no figure."""
    with mpl.rc_context({"backend": "agg"}):
        yield
        plt.close("all")


@pytest.fixture
def example():
    return bp.load_example()


def draw_neuron(net, x):
    return plotting.draw_neuron(plotting.new_axes(380), net.weights[0][1], net.biases[0][1], x)


PICTURES = {
    "neuron": draw_neuron,
    "levels": lambda net, x: plotting.draw_level_lines(
        plotting.new_axes(290), {"xor": (XOR.predict, [0.25, 0.5, 1])}, {(0, 0): "0", (0, 1): "1"}
    ),
    "approximations": lambda net, x: plotting.draw_approximations(
        plotting.new_axes(270), np.sin, [ROOF, ROOF], (0, 2)
    ),
    "hinges": lambda net, x: plotting.draw_hinges(plotting.new_axes(270), ROOF, (0, 2)),
    "activations": lambda net, x: plotting.draw_activations(plotting.new_axes(560)),
    "values": lambda net, x: plotting.draw_values(plotting.new_axes(440), net, x),
    "family": lambda net, x: plotting.draw_family(plotting.new_axes(500), net, x, FOUR),
}


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


@pytest.mark.parametrize("name", PICTURES)
def test_text_is_large_enough_and_free(example, name):
    assert faults(PICTURES[name](*example[:2]).figure) == []


# -- one neuron -----------------------------------------------------------------------------------
def test_the_terms_of_a_neuron_lie_end_to_end_and_reach_u(example):
    net, x, _ = example
    ax = draw_neuron(net, x)
    terms, curve = ax.child_axes
    bars = [patch for patch in terms.patches if isinstance(patch, Rectangle)]
    widths = [bar.get_width() for bar in bars]
    np.testing.assert_allclose(widths, [-0.3, -0.08, 0.08, -0.2], atol=1e-12)
    starts = np.array([bar.get_x() for bar in bars])
    np.testing.assert_allclose(starts, [0, *np.cumsum(widths)[:-1]], atol=1e-12)
    assert {f"{MINUS}0.30", f"{MINUS}0.08", "+0.08", f"{MINUS}0.20"} <= set(texts(terms))
    (u,), (output,) = curve.lines[-1].get_data()
    assert u == pytest.approx(-0.5)
    assert output == pytest.approx(1 / (1 + np.exp(0.5)))
    assert "$u=-0.50$\n$f(u)=0.3775$" in texts(curve)
    assert terms.get_xlim() == curve.get_xlim()


def test_the_activation_of_the_neuron_is_the_one_asked_for():
    ax = plotting.draw_neuron(plotting.new_axes(320), [3.0], 0.5, [-1.0], activation="relu")
    us, values = ax.child_axes[1].lines[0].get_data()
    np.testing.assert_allclose(values, np.maximum(us, 0))
    assert us[0] <= -3  # the longest term fits


# -- level lines ----------------------------------------------------------------------------------
def test_along_a_level_line_the_function_keeps_its_value(example):
    net, x, _ = example
    (panel,) = PICTURES["levels"](net, x).child_axes
    (lines,) = [c for c in panel.collections if hasattr(c, "levels")]
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        values = XOR.predict(path.vertices)[:, 0]
        np.testing.assert_allclose(values, level, atol=1e-9)
    assert {"0.25", "0.5", "1"} <= set(texts(panel))
    assert texts(panel).count("0.5") == 2  # on either side of the valley


# -- approximations -------------------------------------------------------------------------------
def test_an_approximation_shows_target_network_kinks_and_largest_error(example):
    net, x, _ = example
    ax = PICTURES["approximations"](net, x)
    assert len(ax.child_axes) == 2
    target, made, kinks = ax.child_axes[0].lines
    ts = target.get_xdata()
    np.testing.assert_allclose(target.get_ydata(), np.sin(ts))
    np.testing.assert_allclose(made.get_ydata(), np.where(ts < 1, ts, 2 - ts), atol=1e-12)
    np.testing.assert_allclose(sorted(kinks.get_xdata()), [0, 1])
    assert texts(ax).count("2 hidden neurons") == 2
    assert f"largest error {np.abs(np.sin(ts) - made.get_ydata()).max():.3f}" in texts(ax)


# -- hinges ---------------------------------------------------------------------------------------
def test_hinges_set_in_at_their_kinks_and_add_up_to_the_output(example):
    net, x, _ = example
    each, total = PICTURES["hinges"](net, x).child_axes
    first, second = (line for line in each.lines if line.get_linewidth() > 2)
    np.testing.assert_allclose(first.get_ydata(), first.get_xdata())
    np.testing.assert_allclose(second.get_ydata(), -2 * (second.get_xdata() - 1), atol=1e-12)
    assert second.get_xdata()[0] == 1
    _, output, kinks = total.lines
    np.testing.assert_allclose(output.get_ydata(), 1 - np.abs(1 - output.get_xdata()), atol=1e-12)
    np.testing.assert_allclose(kinks.get_xydata(), [[0, 0], [1, 1]])


# -- the gallery ----------------------------------------------------------------------------------
def test_the_gallery_draws_each_function_with_its_slope():
    ax = plotting.draw_activations(plotting.new_axes(560))
    assert len(ax.child_axes) == 8
    for name, panel in zip(bp.activations.ACTIVATIONS, ax.child_axes[:7], strict=True):
        us, values = panel.lines[0].get_data()
        np.testing.assert_allclose(values, bp.activations.get(name).f(us))
        dashed = [line for line in panel.lines[1:] if line.is_dashed()]
        assert len(dashed) == (2 if "relu" in name else 1)
        for line in dashed:
            at, slopes = line.get_data()
            measured = bp.activations.get(name).f(at + 1e-30j).imag / 1e-30
            np.testing.assert_allclose(slopes, measured, atol=1e-12)


def test_gelu_takes_one_output_twice_with_opposite_slopes():
    panel = plotting.draw_activations(plotting.new_axes(560)).child_axes[7]
    dots = [line for line in panel.lines if line.get_marker() == "o"]
    assert len(dots) == 2
    for dot in dots:
        (u,), (output,) = dot.get_data()
        assert bp.activations.gelu(u) == pytest.approx(output, abs=1e-4)
    tangents = [line.get_data() for line in panel.lines if len(line.get_xdata()) == 2][1:]
    slopes = [(y1 - y0) / (x1 - x0) for (x0, x1), (y0, y1) in tangents]
    assert min(slopes) < 0 < max(slopes)


# -- values ---------------------------------------------------------------------------------------
def test_every_neuron_says_its_numbers_and_every_edge_its_sign(example):
    net, x, _ = example
    ax = PICTURES["values"](net, x)
    assert sum(isinstance(patch, FancyBboxPatch) for patch in ax.patches) == 9
    said = texts(ax)
    assert "$x_{2} = -0.2$" in said
    assert "$u^{(1)}_{2} = -0.5000$" in said
    assert "$x^{(2)}_{1} = 0.6794$" in said
    edges = ax.lines[:20]
    weights = [w for matrix in net.weights for w in matrix.ravel()]
    assert [line.get_linestyle() == "--" for line in edges] == [w < 0 for w in weights]
    widths = [line.get_linewidth() for line in edges]
    assert np.argmax(widths) == np.argmax(np.abs(weights))


# -- families -------------------------------------------------------------------------------------
@pytest.mark.parametrize("place", range(4))
def test_each_curve_is_the_network_with_one_parameter_moved(example, place):
    net, x, _ = example
    before = [w.copy() for w in net.weights]
    ax = PICTURES["family"](net, x)
    assert all(map(np.array_equal, net.weights, before))
    layer, row, column = FOUR[place]
    for offset, line in zip((-4, -2, 0, 2, 4), ax.child_axes[place].lines, strict=True):
        moved = net.copy()
        if column is None:
            moved.biases[layer - 1][row - 1] += offset
        else:
            moved.weights[layer - 1][row - 1, column - 1] += offset
        for t, value in list(zip(*line.get_data(), strict=True))[::40]:
            assert value == pytest.approx(moved.predict([t, x[1], x[2]])[0], rel=1e-12)
    strong = [line for line in ax.child_axes[place].lines if line.get_linewidth() > 3]
    assert strong == [ax.child_axes[place].lines[2]]


def test_curves_carry_the_value_of_their_parameter(example):
    net, x, _ = example
    panel = PICTURES["family"](net, x).child_axes[0]
    assert texts(panel) == [f"{MINUS}4.4", f"{MINUS}2.4", f"{MINUS}0.4", "+1.6", "+3.6"]


# -- refusals -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda ax, net, x: plotting.draw_neuron(ax, [[1.0]], 0, x), "w: expected"),
        (lambda ax, net, x: plotting.draw_neuron(ax, [1.0, 2.0], 0, x), "x: expected"),
        (lambda ax, net, x: plotting.draw_family(ax, net, x, [(3, 1, 1)]), "layer: expected"),
        (lambda ax, net, x: plotting.draw_family(ax, net, x, [(1, 5, None)]), "row, column: exp"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(example, draw, message):
    net, x, _ = example
    with pytest.raises(ValueError, match=f"^{message}"):
        draw(plotting.new_axes(200), net, x)
