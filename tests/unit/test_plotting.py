"""The book's pictures: what they show is right, they fit their figure, light and dark."""

import io
import itertools

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle
from PIL import Image

import backprop as bp
from backprop import plotting
from tests.unit.pictures import faults

pytestmark = pytest.mark.slow

LIGHT, DARK = "#ffffff", "#14181e"  # the two papers of the site
MINUS = "\N{MINUS SIGN}"


@pytest.fixture(autouse=True)
def no_window():
    """Draw without a screen, and keep no figure."""
    plt.close("all")  # what the examples of docstrings have left open
    with mpl.rc_context({"backend": "agg"}):
        yield
        plt.close("all")


@pytest.fixture
def example():
    return bp.load_example()


@pytest.fixture
def deep():
    """Return a network with one input, three layers of weights and different widths."""
    rng = np.random.default_rng(5)
    sizes = [1, 5, 2, 3]
    weights = [rng.normal(size=(n, k)) for k, n in itertools.pairwise(sizes)]
    return bp.Network(weights, [rng.normal(size=n) for n in sizes[1:]])


PICTURES = {
    "network": lambda net, x, y: plotting.draw_network(plotting.new_axes(440), net),
    "paths": lambda net, x, y: plotting.draw_paths(plotting.new_axes(420), net, 2, 3),
    "slice": lambda net, x, y: plotting.draw_loss_slice(
        plotting.new_axes(280), net, x, y, 2, 1, 1, (-9, 7)
    ),
    "gradients": lambda net, x, y: plotting.draw_gradients(
        plotting.new_axes(340), net.backward(net.forward(x), y)
    ),
    "gather": lambda net, x, y: plotting.draw_gather(plotting.new_axes(210), net.weights[1], 1, 2),
}


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def strong(ax):
    return [line for line in ax.lines if line.get_linewidth() > 2]


def contrast(one, other):
    def luminance(colour):
        channels = np.array(to_rgb(colour))
        low = channels / 12.92
        linear = np.where(channels <= 0.04045, low, ((channels + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_each_function_returns_the_axes_it_was_given(example):
    ax = plotting.new_axes(300)
    assert plotting.draw_network(ax, example[0]) is ax
    for draw in PICTURES.values():
        assert isinstance(draw(*example), Axes)


def test_the_network_has_every_neuron_every_edge_and_the_names_of_two_rows(example):
    ax = plotting.draw_network(plotting.new_axes(330), example[0])
    assert sum(isinstance(patch, Circle) for patch in ax.patches) == 3 + 4 + 2
    assert len(ax.lines) == 12 + 8
    assert len({tuple(line.get_xydata().round(6).ravel()) for line in ax.lines}) == 12 + 8
    assert len(strong(ax)) == 3 + 4
    names = texts(ax)
    for name in ["w^{(1)}_{21}", "w^{(1)}_{22}", "w^{(1)}_{23}"]:
        assert f"${name}$" in names
    for j in range(1, 5):
        assert f"$w^{{(2)}}_{{1{j}}}$" in names
    assert "$w^{(2)}_{21}$" not in names
    assert {"$W^{(1)}$: $4\\times 3$", "$b^{(1)}$: $4\\times 1$"} <= set(names)


def test_a_name_stands_on_the_edge_that_it_names(example):
    """First index the receiver, second the sender: w23 lies between input 3 and neuron 2."""
    ax = plotting.draw_network(plotting.new_axes(330), example[0])
    at = {text.get_text(): np.array(text.get_position()) for text in ax.texts}
    start, end = at["$x_{3}$"], at["$x^{(1)}_{2}$"]
    along = end - start
    offset = at["$w^{(1)}_{23}$"] - start
    assert abs(along[0] * offset[1] - along[1] * offset[0]) / np.hypot(*along) < 1e-9
    assert 0 < offset @ along < along @ along


def test_other_neurons_can_be_named_in_networks_of_other_shapes(deep):
    ax = plotting.draw_network(plotting.new_axes(330), deep, named=[(3, 2)])
    assert len(strong(ax)) == 2
    assert "$w^{(3)}_{22}$" in texts(ax)
    assert "hidden layer 2" in texts(ax)
    assert len(strong(plotting.draw_network(plotting.new_axes(330), deep, named=[]))) == 0


def test_a_network_without_hidden_layer_can_be_drawn():
    net = bp.Network([[[1.0, 2.0]]], [[0.0]])
    ax = plotting.draw_network(plotting.new_axes(200), net)
    assert len(ax.lines) == 2
    assert "output layer" in texts(ax)


def test_paths_fork_at_the_hidden_neuron_and_carry_the_factors(example):
    ax = plotting.draw_paths(plotting.new_axes(300), example[0], row=2, column=3)
    assert len(strong(ax)) == 1 + 2 + 2  # one edge in, two to the outputs, two on to the loss
    names = texts(ax)
    assert {"path 1", "path 2", "$w^{(1)}_{23}$", "$w^{(2)}_{12}$", "$w^{(2)}_{22}$"} <= set(names)
    assert "$f\\,'(u^{(1)}_{2})$" in names
    assert {"$x^{(2)}_{1}-y_{1}$", "$x^{(2)}_{2}-y_{2}$"} <= set(names)


def test_the_slice_is_the_loss_and_its_tangent(example):
    net, x, y = example
    before = net.weights[1].copy()
    ax = plotting.draw_loss_slice(plotting.new_axes(260), net, x, y, 2, 1, 1, span=(-9, 7))
    np.testing.assert_array_equal(net.weights[1], before)
    ws, losses = ax.lines[0].get_data()
    assert (ws[0], ws[-1]) == (-9, 7)
    for w, loss in list(zip(ws, losses, strict=True))[::40]:
        moved = before.copy()
        moved[0, 0] = w
        again = bp.Network([net.weights[0], moved], net.biases)
        assert loss == pytest.approx(0.5 * np.sum((again.predict(x) - y) ** 2), rel=1e-12)
    (x0, x1), (y0, y1) = ax.lines[1].get_data()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(-0.051723763335, abs=1e-10)
    assert (y0 + y1) / 2 == pytest.approx(0.116282450955, abs=1e-10)  # it passes through the dot
    assert f"slope {MINUS}0.0517" in texts(ax)
    assert "$w^{(2)}_{11} = 0.9$\n$L = 0.1163$" in texts(ax)


def test_the_slice_of_a_rising_loss_says_plus(example):
    net, x, y = example
    ax = plotting.draw_loss_slice(plotting.new_axes(260), net, x, y, layer=1, row=2, column=3)
    assert "slope +0.0264" in texts(ax)


def test_bars_are_the_derivatives_in_order(example):
    net, x, y = example
    gradients = net.backward(net.forward(x), y)
    ax = plotting.draw_gradients(plotting.new_axes(300), gradients)
    wanted = []
    for dW, db in zip(gradients.dW, gradients.db, strict=True):
        for row, bias in zip(dW, db, strict=True):
            wanted += [*row, bias]
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], wanted, rtol=1e-12)
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels == 4 * ["1", "2", "3", "b"] + 2 * ["1", "2", "3", "4", "b"]
    assert texts(ax) == ["1", "2", "3", "4", "hidden neuron", "1", "2", "output neuron"]


def test_bars_of_gradients_that_are_all_zero_can_be_drawn(example):
    net, x, _ = example
    forward = net.forward(x)
    ax = plotting.draw_gradients(plotting.new_axes(300), net.backward(forward, forward.x[-1]))
    assert all(bar.get_height() == 0 for bar in ax.patches)


def test_gathering_marks_a_row_and_a_column(example):
    net, _, _ = example
    ax = plotting.draw_gather(plotting.new_axes(180), net.weights[1], row=1, column=2)
    marked = [patch for patch in ax.patches if patch.get_facecolor()[3] > 0]
    assert len(ax.patches) == 16
    left = [patch.get_xy() for patch in marked if patch.get_x() < plotting.WIDTH / 2]
    right = [patch.get_xy() for patch in marked if patch.get_x() > plotting.WIDTH / 2]
    assert len(left) == 4
    assert len({y for _, y in left}) == 1
    assert len(right) == 2
    assert len({x for x, _ in right}) == 1
    assert texts(ax).count(f"{MINUS}0.7") == 2
    assert "$\\delta^{(2)}_{1}$" in texts(ax)


@pytest.mark.parametrize("name", PICTURES)
def test_text_is_large_enough_and_free(example, name):
    assert faults(PICTURES[name](*example).figure) == []


@pytest.mark.parametrize("paper", [LIGHT, DARK])
def test_colours_stand_out_from_both_papers(paper):
    assert contrast(plotting.INK, paper) >= 4
    for hue in (plotting.POSITIVE, plotting.NEGATIVE):
        assert contrast(hue, paper) >= 3
    assert contrast(plotting.ON_PLATE, plotting.PLATE) >= 7


def test_the_background_is_transparent_and_the_ink_is_not(example):
    ax = plotting.draw_network(plotting.new_axes(330), example[0])
    data, size = ax.figure.to_png()
    assert size == {"width": 560}
    picture = Image.open(io.BytesIO(data))
    assert picture.size == (2 * 560, 2 * 330)
    alpha = np.array(picture.convert("RGBA"))[..., 3]
    assert alpha[0, 0] == 0
    assert np.mean(alpha == 0) > 0.6
    assert np.sum(alpha == 255) > 1000
    assert len(data) < 60_000


def test_a_notebook_shows_the_small_png(example):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    try:
        ax = plotting.draw_gather(plotting.new_axes(180), example[0].weights[1], 1, 1)
        data, metadata = shell.display_formatter.format(ax.figure, include=["image/png"])
        assert metadata["image/png"] == {"width": 560}
        assert Image.open(io.BytesIO(data["image/png"])).mode == "P"
    finally:
        InteractiveShell.clear_instance()


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda ax, net, x, y: plotting.draw_network(ax, net, named=[(3, 1)]), "named: expected"),
        (lambda ax, net, x, y: plotting.draw_network(ax, net, named=[(1, 5)]), "named: expected"),
        (lambda ax, net, x, y: plotting.draw_paths(ax, net, 5, 1), "row, column: expected"),
        (lambda ax, net, x, y: plotting.draw_paths(ax, net, 0, 1), "row, column: expected"),
        (lambda ax, net, x, y: plotting.draw_loss_slice(ax, net, x, y, 3, 1, 1), "layer: expected"),
        (
            lambda ax, net, x, y: plotting.draw_loss_slice(ax, net, x, y, 1, 1, 1, span=(1, 1)),
            "span: expected",
        ),
        (lambda ax, net, x, y: plotting.draw_gather(ax, [1.0, 2.0], 1, 1), "W: expected"),
        (lambda ax, net, x, y: plotting.draw_gather(ax, [[1.0]], 2, 1), "row, column: expected"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(example, draw, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        draw(plotting.new_axes(200), *example)


def test_paths_need_one_hidden_layer(deep):
    with pytest.raises(ValueError, match="net: expected 2 layers, one of them hidden, got 3"):
        plotting.draw_paths(plotting.new_axes(200), deep, 1, 1)


def test_what_is_wrong_with_a_picture_is_found():
    ax = plotting.new_axes(200)
    ax.set_axis_off()
    ax.text(0.1, 0.5, "small", fontsize=12)
    ax.text(0.5, 0.5, "one")
    ax.text(0.5, 0.5, "other", fontsize=20)
    ax.text(0.1, 0.1, "$x_i$", fontsize=16, math_fontfamily="cm")
    ax.text(2.0, 0.9, "far away", fontsize=16)
    ax.text(0.7, 0.7, "turned", fontsize=20, rotation=45, ha="center", va="center")
    ax.text(0.8, 0.2, "too wide", fontsize=20, ha="center", va="center")
    ax.add_patch(Circle((0.8, 0.2), 0.05))
    ax.text(0.97, 0.5, "half", fontsize=20, clip_on=True)
    found = "\n".join(faults(ax.figure))
    for fault in (
        "'small': 8.2 px on a phone",
        "'$x_i$': 10.9 px on a phone, 7.6",
        "'one' overlaps 'other'",
        "'far away': leaves the figure",
        "'too wide': does not fit its box",
        "'half': cut off by its panel",
    ):
        assert fault in found
    assert "turned" not in found
