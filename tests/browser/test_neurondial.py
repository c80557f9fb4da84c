"""NeuronDial in Chromium: the tangent, the bars, every way to change a number, and how it looks."""

import re

import pytest

from backprop.widgets import NeuronDial
from tests.browser.harness import STILL, Lab, embedded, write_page
from tests.browser.looks import WIDE_FONT, faults

READY = '[data-widget="NeuronDial"][data-ready="1"]'
TOLERANCE = 1e-12
USUAL = {"w": [1.2, -0.8], "b": 0.3, "x": [0.9, 0.5], "y": 1.0}


class Dial(Lab):
    """One mounted NeuronDial."""

    def __init__(self, page, n=0):
        super().__init__(page, n)
        self.root = page.locator(READY).nth(n)

    def pick(self, name):
        return self.at(f'.bp-cell:has([data-name="{name}"])')

    def type(self, text):
        self.field.fill(text)
        self.field.press("Enter")


@pytest.fixture
def dial(reopen, tmp_path):
    """Return a function that opens a page with one NeuronDial."""

    def opened(*, width=736, height=700, query="", page_options=STILL, numbers=None, **options):
        keywords = {k: options.pop(k) for k in ("activation", "selected", "name") if k in options}
        widget = NeuronDial(**{**USUAL, **(numbers or {}), **keywords})
        url = write_page(tmp_path, widget, **options)
        page = reopen(url + query, width=width, height=height, **page_options)
        page.wait_for_selector(READY)
        return Dial(page)

    return opened


def close(got, want):
    return abs(got - want) <= TOLERANCE * max(1.0, abs(want))


@pytest.mark.parametrize(
    "activation", ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu"]
)
def test_numbers_and_drawn_tangent_are_those_of_the_package(dial, activation):
    widget = NeuronDial(**USUAL, activation=activation)
    dial = dial(activation=activation)
    numbers, g = dial.numbers(), widget.gradients
    want = {
        "u": widget.forward.u[0][0],
        "output": widget.forward.x[1][0],
        "slope.f": widget.slope,
        "tangent": widget.slope,
        "L": widget.loss,
        "d.w.1": g.dW[0][0, 0],
        "d.b": g.db[0][0],
        "d.x.2": g.dx[1],
        "d.y": 1.0 - widget.forward.x[1][0],
    }
    assert {name for name in want if not close(numbers[name], want[name])} == set()
    path = dial.at(".bp-dial .bp-tangent").get_attribute("d")
    x1, y1, x2, y2 = (float(v) for v in re.findall(r"-?[\d.]+(?:e-?\d+)?", path))
    unit, rise = (
        float(dial.at(".bp-dial").get_attribute(f"data-{name}")) for name in ("unit", "rise")
    )
    assert (y1 - y2) / rise / ((x2 - x1) / unit) == pytest.approx(widget.slope, abs=1e-9)


def test_relu_at_zero_follows_the_book(dial):
    dial = dial(activation="relu", numbers={"w": [0.0, 0.0], "b": 0.0})
    assert dial.number("slope.f") == 0
    assert "The tangent is level" in dial.at(".bp-say").inner_text()


def test_the_bias_shifts_u_by_exactly_as_much_and_saturation_flattens(dial):
    dial = dial(numbers={"w": [0.5, 0.25], "x": [1.0, 1.0], "b": 0.0})
    steep = dial.number("slope.f")
    for value in (0.5, -1.25, 4.0):
        dial.type(str(value))
        assert dial.number("u") == 0.75 + value
    assert dial.number("slope.f") < steep / 10
    assert "Nearly flat" in dial.at(".bp-say").inner_text()


def test_bars_and_cells_are_dragged_sideways(dial):
    dial = dial()
    mouse = dial.page.mouse
    box = dial.at(".bp-dial-drawing").bounding_box()
    x, y = box["x"] + 300, box["y"] + 15  # the first bar's row
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 3, y)
    mouse.move(x + 50, y)
    mouse.up()
    assert dial.model("model.get('w')[0]") == pytest.approx(2.2)
    assert dial.model("model.get('selected')") == "w.1"
    mouse.move(x, box["y"] + 220)  # on the curve: the bias
    mouse.down()
    mouse.move(x - 3, box["y"] + 220)
    mouse.move(x - 50, box["y"] + 220)
    mouse.up()
    assert dial.model("model.get('b')") == pytest.approx(-0.7)
    cell = dial.pick("x.2").bounding_box()
    mouse.move(cell["x"] + 20, cell["y"] + 20)
    mouse.down()
    mouse.move(cell["x"] + 25, cell["y"] + 20)
    mouse.move(cell["x"] + 70, cell["y"] + 20)
    mouse.up()
    assert dial.model("model.get('x')[1]") == pytest.approx(1.5)


def test_the_whole_task_by_keyboard_alone(dial):
    dial = dial()
    press = dial.page.keyboard.press
    press("Tab")
    assert dial.page.evaluate("document.activeElement.tagName") == "SELECT"
    press("ArrowDown")
    assert dial.root.get_attribute("data-activation") == "tanh"
    press("Tab")
    label = "document.activeElement.getAttribute('aria-label')"
    assert dial.page.evaluate(label).startswith("w 1 = +1.20; dL/dw = ")
    press("ArrowDown")
    assert dial.page.evaluate(label).startswith("x 1 = ")
    press("Enter")
    assert dial.page.evaluate("document.activeElement.type") == "range"
    press("ArrowRight")
    press("Shift+ArrowRight")
    assert dial.number("x.1") == pytest.approx(1.01)
    press("Control+z")
    assert dial.number("x.1") == pytest.approx(1.0)
    press("Escape")
    assert dial.page.evaluate(label).startswith("x 1 = ")
    press("r")
    assert dial.root.get_attribute("data-activation") == "sigmoid"
    assert dial.number("x.1") == 0.9


def test_refusals_in_place(dial):
    dial = dial()
    before = dial.numbers()
    dial.type("abc")
    assert dial.at(".bp-complaint").inner_text() == "“abc” is not a number. 0.3 stays."
    dial.model("model.set('x', [1, NaN])")
    dial.page.wait_for_function(
        "s => document.querySelector(s).textContent.startsWith('x is not 2 numbers.')",
        arg=f"{READY} .bp-say",
    )
    assert dial.numbers() == before


def test_a_neuron_that_cannot_be_drawn_gives_a_sentence(reopen, tmp_path):
    state = embedded(NeuronDial(**USUAL))
    state["state"]["w"] = [1, 2, 3]
    page = reopen(write_page(tmp_path, states={"a": state}), **STILL)
    assert page.locator(".bp-refusal").inner_text() == (
        "There is nothing to draw. NeuronDial takes 1 or 2 weights."
    )


def test_a_link_restores_and_reset_gives_the_books_numbers(dial, reopen):
    dial = dial(selected="w.2", activation="tanh")
    dial.type("-1.25")
    page = reopen(dial.copied_link(), width=736, **STILL)
    page.wait_for_selector(READY)
    other = Dial(page)
    assert other.numbers() == dial.numbers()
    other.at("text=Reset").click()
    assert other.number("w.2") == -0.8


def test_a_broken_link_says_so(dial):
    dial = dial(query="?NeuronDial=b~step~1~2~3~4~5~6")
    assert "The link could not be read" in dial.at(".bp-say").inner_text()


def test_two_views_of_one_model_agree(reopen, tmp_path):
    states = {"a": embedded(NeuronDial(**USUAL))}
    page = reopen(
        write_page(tmp_path, states=states, views=["a", "a"]), width=736, height=1700, **STILL
    )
    page.wait_for_function(f"document.querySelectorAll('{READY}').length === 2")
    first, second = Dial(page), Dial(page, 1)
    first.pick("w.1").click()
    first.type("2")
    page.wait_for_function(
        f"document.querySelectorAll('{READY}')[1]"
        ".querySelector('[data-name=\"w.1\"]').dataset.q === '2'"
    )
    assert second.numbers() == first.numbers()


STATES = {
    "as it is": {},
    "one weight": {"numbers": {"w": [1.0], "x": [1.0]}},
    "thousands": {"numbers": {"w": [1000.0, -1000.0], "b": -1000.0}, "activation": "identity"},
    "zeros": {"numbers": {"w": [0.0, 0.0], "b": 0.0}, "theme": "dark", "activation": "leaky_relu"},
    "millionths": {"numbers": {"w": [4e-6, -4e-6], "b": 4e-6}},
    "wide font": {"style": WIDE_FONT},
}


LIMITS = {736: 730, 390: 1050, 320: 1050}


@pytest.mark.parametrize("state", STATES)
def test_one_height_and_nothing_overlaps(reopen, tmp_path, state):
    options = {"numbers": {}, "activation": "sigmoid", **STATES[state]}
    widget = NeuronDial(**USUAL | options.pop("numbers"), activation=options.pop("activation"))
    moves = [{"selected": name} for name in ("w.1", "b", "y")]
    assert faults(reopen, tmp_path, widget, moves, LIMITS, **options) == []


def test_a_finger_can_scroll_the_page_from_every_target(dial):
    dial = dial(width=390, page_options={"has_touch": True, "is_mobile": True, **STILL})
    for selector in (".bp-dial", ".bp-cell", "input.bp-range"):
        assert dial.at(selector).first.evaluate("n => getComputedStyle(n).touchAction") == "pan-y"
