"""The pictures of chapter 5: what they show is right, and nothing leaves the figure."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Circle, Rectangle

from backprop import plotting
from tests.unit.pictures import faults

MAP = {"I. One": ["The neuron", "A simple example"], "II. Two": ["Losses"], "III. Three": ["Ends"]}
PICTURES = {
    "relay": lambda: plotting.draw_relay(plotting.new_axes(600)),
    "relay of two": lambda: plotting.draw_relay(plotting.new_axes(600), depth=2),
    "error terms": lambda: plotting.draw_error_terms(
        plotting.new_axes(300), {"down": [2e-6, 1e-3, 1.0], "up": [33.0, 5.0, 1.0]}
    ),
    "path counts": lambda: plotting.draw_path_counts(plotting.new_axes(370), [3, 4, 4, 2]),
    "map": lambda: plotting.draw_map(plotting.new_axes(510), MAP),
    "batch": lambda: plotting.draw_batch_product(plotting.new_axes(280)),
}


@pytest.fixture(autouse=True)
def no_window():
    """Draw without a screen, and keep no figure."""
    with mpl.rc_context({"backend": "agg"}):
        yield
        plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_the_relay_takes_back_the_transposes_of_all_layers_but_the_first():
    names = texts(plotting.draw_relay(plotting.new_axes(600), depth=4))
    transposes = [name for name in names if "top" in name]
    assert transposes == [f"$(W^{{({layer})}})^\\top$" for layer in (2, 3, 4)]
    assert {f"$\\delta^{{({layer})}}$" for layer in (1, 2, 3, 4)} <= set(names)
    assert "$x^{(4)}-y$" in names


def test_a_bar_is_the_power_of_ten_by_which_the_length_has_changed():
    ax = plotting.draw_error_terms(
        plotting.new_axes(300), {"down": [2e-6, 2e-2, 2.0], "up": [100.0, 10.0, 1.0]}
    )
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], [-6, -2, 0, 2, 1, 0])
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "2", "3"] * 2
    assert "× $1\\cdot 10^{-6}$" in texts(ax)


def test_a_map_numbers_its_chapters_and_leads_from_the_first_part_to_the_others():
    ax = plotting.draw_map(plotting.new_axes(510), MAP)
    numbered = [text.split("\n")[0] for text in texts(ax) if "\n" in text]
    assert numbered == ["1", "2", "3", "4"]
    assert (
        sum(text.arrow_patch is not None for text in ax.texts if hasattr(text, "arrow_patch")) == 3
    )


def test_path_counts_are_products_of_the_widths_above():
    ax = plotting.draw_path_counts(plotting.new_axes(370), [2, 5, 3, 4])
    counts = [name for name in texts(ax) if name.isdigit()]
    assert counts == ["60"] * 2 + ["12"] * 5 + ["4"] * 3 + ["1"] * 4
    assert sum(isinstance(patch, Circle) for patch in ax.patches) == 2 + 5 + 3 + 4 + 1
    assert len(ax.lines) == 2 * 5 + 5 * 3 + 3 * 4 + 4
    assert [name for name in texts(ax) if "edges" in name] == [
        "10 edges", "15 edges", "12 edges", "4 edges",
    ]  # fmt: skip


def test_one_sample_is_a_column_on_the_left_and_a_row_on_the_right():
    ax = plotting.draw_batch_product(plotting.new_axes(280), samples=5, rows=4, columns=3, marked=2)
    cells = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert len(cells) == 4 * 5 + 5 * 3 + 4 * 3
    filled = [patch for patch in cells if patch.get_facecolor()[3] > 0]
    assert len(filled) == 4 + 3 + 12
    assert len({cell.get_x() for cell in filled[:4]}) == 1
    assert len({cell.get_y() for cell in filled[4:7]}) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURES)
def test_text_is_large_enough_and_free(name):
    assert faults(PICTURES[name]().figure) == []


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda ax: plotting.draw_relay(ax, depth=1), "depth: expected"),
        (lambda ax: plotting.draw_relay(ax, depth=5), "depth: expected"),
        (lambda ax: plotting.draw_batch_product(ax, samples=3, marked=4), "marked: expected"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(draw, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        draw(plotting.new_axes(270))
