"""ChainTracer in Chromium: its chains, its steps, every way to use it, and how it looks."""

import json

import numpy as np
import pytest

import backprop as bp
from backprop.widgets import ChainTracer
from tests.browser.harness import STILL, Lab, embedded, write_page
from tests.browser.looks import WIDE_FONT, faults
from tests.browser.test_netlab342_looks import ends

READY = '[data-widget="ChainTracer"][data-ready="1"]'
TOLERANCE = 1e-12
PREDICT, PATHS, SUM, FACTOR, MATRIX = range(5)


class Tracer(Lab):
    """One mounted ChainTracer."""

    def __init__(self, page, n=0):
        super().__init__(page, n)
        self.root = page.locator(READY).nth(n)

    def select(self, name):
        self.model(f"model.set('selected', '{name}')")

    def chip(self, name):
        return self.at(f'.bp-factor:has([data-name="factor.{name}"])')

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)


@pytest.fixture
def tracer(reopen, tmp_path):
    """Return a function that opens a page with one ChainTracer."""

    def opened(step=MATRIX, *, example=None, width=736, height=800, query="", **options):
        keywords = {k: options.pop(k) for k in ("selected", "name") if k in options}
        keywords.setdefault("selected", "w1.2.3" if example is None else "")
        page_options = options.pop("page_options", STILL)
        widget = ChainTracer(*(example or bp.load_example()), step=step, **keywords)
        url = write_page(tmp_path, widget, **options)
        page = reopen(url + query, width=width, height=height, **page_options)
        page.wait_for_selector(READY)
        return Tracer(page)

    return opened


def close(got, want):
    return abs(got - want) <= TOLERANCE * max(1.0, abs(want))


def all_names(net):
    for layer, matrix in enumerate(net.weights, 1):
        for i in range(matrix.shape[0]):
            yield f"b{layer}.{i + 1}"
            yield from (f"w{layer}.{i + 1}.{j + 1}" for j in range(matrix.shape[1]))


# ---- the numbers ----


def test_terms_on_the_page_sum_to_the_derivative_two_for_layer_1_one_for_layer_2(tracer):
    net, x, y = bp.load_example()
    tracer, widget = tracer(), ChainTracer(net, x, y)
    seen = 0
    for name in all_names(net):
        widget.selected = name
        tracer.select(name)
        numbers = tracer.numbers()
        terms = {k: v for k, v in numbers.items() if k.startswith("term.")}
        assert set(terms) == {f"term.{term.output}" for term in widget.terms}, name
        assert len(terms) == (2 if name[1] == "1" else 1)
        assert close(sum(terms.values()), widget.derivative)
        assert close(numbers["sum"], widget.derivative)
        shown = [v for k, v in numbers.items() if k.startswith("factor.") and "/" in k]
        want = [v for term in widget.terms for v in term.factors]
        assert len(shown) == len(want)
        assert all(map(close, shown, want)), name
        product = numbers["factor.delta"] * numbers["factor.last"]
        assert close(product, widget.derivative)
        seen += 1
    assert seen == 26


@pytest.mark.parametrize(("hidden", "output"), [("relu", "identity"), ("gelu", "tanh")])
def test_another_network_of_another_size(tracer, hidden, output):
    rng = np.random.default_rng(5)
    net = bp.Network(
        [rng.standard_normal((3, 4)), rng.standard_normal((1, 3))],
        [rng.standard_normal(3), rng.standard_normal(1)],
        activation=hidden,
        output_activation=output,
    )
    x, y = rng.standard_normal(4), rng.standard_normal(1)
    page = tracer(example=(net, x, y), selected="w1.3.4")
    widget = ChainTracer(net, x, y, selected="w1.3.4")
    assert close(page.number("sum"), widget.derivative)
    assert page.at(".bp-term:not(.bp-total)").count() == 1


# ---- the steps ----


def test_nothing_is_shown_before_its_step(tracer):
    tracer = tracer(PREDICT)
    chains = {"term.1", "factor.1/error.1"}
    for step, shown in enumerate(
        (set(), chains, chains | {"sum", "slope"}, chains | {"sum", "factor.delta", "delta1.2"})
    ):
        tracer.go(step)
        numbers = set(tracer.numbers())
        assert shown <= numbers, step
        hidden = {"term.1", "sum", "slope", "factor.delta", "delta1.2"} - shown
        if step < FACTOR:
            assert not hidden & numbers, step
        assert tracer.at(".bp-code").evaluate("n => getComputedStyle(n).visibility") == "hidden"
    tracer.at("text=Next").click()
    assert tracer.at(".bp-code").is_visible()
    assert tracer.at(".bp-code").inner_text().splitlines()[:3] == [
        "delta2 = (x2 - y) * slope2",
        "delta1 = (W2.T @ delta2) * slope1",
        "dW1 = np.outer(delta1, x0)",
    ]


@pytest.mark.parametrize(
    ("guess", "verdict"),
    [("It rises", "You said it rises. It does."), ("It falls", "You said it falls. It rises.")],
)
def test_the_reader_predicts_and_is_answered(tracer, guess, verdict):
    tracer = tracer(PREDICT)
    assert "dL/d" not in tracer.slider.get_attribute("aria-valuetext")
    assert tracer.at(".bp-halo.on").count() == 0
    tracer.at("button").get_by_text(guess).click()
    assert tracer.root.get_attribute("data-step") == "1"
    assert tracer.at(".bp-halo.on").count() == 2, "the two paths light up"
    assert tracer.page.evaluate("document.activeElement.textContent") == "Next"
    tracer.press("Enter")
    assert tracer.at(".bp-say").inner_text() == verdict
    assert tracer.model("model.get('guess')") == guess.split()[1]


def test_another_weight_of_the_same_neuron_keeps_all_but_the_last_factor(tracer):
    tracer = tracer(FACTOR)
    before = tracer.numbers()
    tracer.select("w1.2.1")
    after = tracer.numbers()
    assert after["factor.delta"] == before["factor.delta"]
    assert tracer.at(".bp-factor.kept").count() == 8
    fresh = tracer.at(".bp-factor.fresh [data-name]")
    assert [fresh.nth(n).get_attribute("data-name") for n in range(fresh.count())] == [
        "factor.1/x0.1",
        "factor.2/x0.1",
    ]
    assert tracer.at(".bp-say").inner_text() == "Same neuron: only the last factor is new."
    tracer.select("w1.4.1")
    assert tracer.at(".bp-factor.kept").count() == 6
    assert tracer.at(".bp-say").inner_text() == "6 of its 10 factors were there before."


def test_the_counted_products_are_those_of_the_loops(tracer):
    tracer = tracer(MATRIX)
    assert tracer.at(".bp-say").inner_text() == "All 12 at once: 26 products, not 96."
    tracer.select("w2.1.1")
    tracer.go(FACTOR)
    tracer.go(MATRIX)
    assert tracer.at(".bp-say").inner_text() == "All 8 at once: 10 products, not 16."


# ---- pointing ----


def test_a_factor_lights_up_in_formula_diagram_and_code(tracer):
    tracer = tracer()
    tracer.chip("1/w2.1.2").hover()
    assert tracer.at(".bp-factor.lit").count() == 1
    assert tracer.at(".bp-halo.self").count() == 1
    assert tracer.at(".bp-tag").inner_text() == "−0.70"
    assert tracer.at(".bp-piece.lit").all_inner_texts() == ["W2.T"]
    tracer.chip("2/slope1.2").hover()
    assert tracer.at(".bp-node.factor [data-name^='slope']").get_attribute("data-name") == (
        "slope1.2"
    )
    assert tracer.at(".bp-piece.lit").all_inner_texts() == ["slope1"]
    tracer.at(
        ".bp-piece",
    ).get_by_text("x2 - y").hover()
    assert tracer.at(".bp-factor.lit").count() == 2
    assert tracer.at(".bp-label.factor").count() == 2
    tracer.chip("delta").hover()
    assert tracer.at(".bp-factor.lit").count() == 9, "δ is the whole prefix"
    tracer.page.mouse.move(1, 1)
    assert tracer.at(".lit").count() == tracer.at(".bp-node.factor").count() == 0
    tracer.at('.bp-node:has([data-name="x0.3"])').hover()
    assert tracer.at(".bp-factor.lit").count() == 3


def test_a_click_holds_a_factor_and_escape_lets_go(tracer):
    tracer = tracer()
    tracer.chip("1/error.1").click()
    tracer.page.mouse.move(1, 1)
    assert tracer.at(".bp-factor.lit").count() == 1
    assert tracer.chip("1/error.1").get_attribute("aria-pressed") == "true"
    tracer.chip("1/error.1").focus()
    tracer.press("Escape")
    assert tracer.chip("1/error.1").get_attribute("aria-pressed") == "false"


# ---- keyboard ----


def test_the_whole_task_by_keyboard_alone(tracer):
    tracer = tracer(PREDICT)

    tracer.tab_to("It falls")
    tracer.tab_to("x 1 =")
    tracer.press("ArrowRight")
    assert tracer.focused().startswith("w 1, 1 1 = +0.50")
    tracer.press("ArrowDown", "Enter")
    chosen = tracer.model("model.get('selected')")
    assert chosen != "w1.2.3"
    assert tracer.page.evaluate("document.activeElement.type") == "range"
    before = tracer.numbers()["L"]
    tracer.press("ArrowRight", "Shift+ArrowRight")
    assert tracer.numbers()["L"] != before
    tracer.press("Control+z", "Control+z")
    assert tracer.numbers()["L"] == before
    tracer.press("Escape")
    assert tracer.focused().startswith("w 1")
    tracer.press("Shift+Tab")
    tracer.tab_to("It rises")
    tracer.press("Enter", "Enter", "Enter")
    assert tracer.root.get_attribute("data-step") == str(FACTOR)
    assert not tracer.model("model.get('guess') === ''")
    tracer.tab_to("x 2, 1 minus y 1 = −0.3206, path through output 1")
    tracer.press("ArrowRight")
    assert tracer.focused().startswith("f prime of u 2, 1 = +0.2178")
    tracer.press("ArrowDown", "ArrowDown")
    assert tracer.focused().startswith("delta 1, ")
    assert tracer.at(".bp-factor.lit").count() == 9
    tracer.press("r")
    assert tracer.at("text=Reset").get_attribute("aria-disabled") == "true"


def test_diagram_and_chain_are_one_tab_stop_each(tracer):
    tracer = tracer()
    for group in (".bp-stage", ".bp-factors", ".bp-stops"):
        stops = tracer.at(f'{group} :is(button, [tabindex], input):not([tabindex="-1"])')
        assert stops.count() == 1, group


# ---- pointer and touch ----


def test_an_edge_is_chosen_by_a_click_and_dragged(tracer):
    tracer = tracer(FACTOR)
    stage = tracer.at(".bp-stage").bounding_box()
    middle = tracer.at(".bp-edge").first.evaluate(
        "p => { const q = p.getPointAtLength(p.getTotalLength() / 2); return [q.x, q.y] }"
    )
    x, y = stage["x"] + middle[0], stage["y"] + middle[1] - 2
    mouse = tracer.page.mouse
    mouse.click(x, y)
    assert tracer.model("model.get('selected')") == "w1.1.1"
    loss = tracer.number("L")
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 3, y)
    mouse.move(x + 50, y)
    mouse.up()
    assert tracer.model("model.get('W')[0][0][0]") == pytest.approx(1.5)
    assert tracer.at(".bp-was").inner_text() == f"was {loss:.4f}"
    net, x0, y0 = bp.load_example()
    net.weights[0][0, 0] = 1.5
    assert close(tracer.number("sum"), ChainTracer(net, x0, y0, selected="w1.1.1").derivative)


def test_a_click_on_an_input_says_what_to_choose(tracer):
    tracer = tracer()
    tracer.at('.bp-node:has([data-name="x0.1"])').click()
    assert tracer.at(".bp-say").inner_text().startswith("Choose an edge, which is a weight")
    assert tracer.model("model.get('selected')") == "w1.2.3"


def test_targets_are_large_enough_for_a_finger_and_let_the_page_scroll(tracer):
    tracer = tracer(width=390, page_options={"has_touch": True, "is_mobile": True, **STILL})
    assert tracer.at(".bp-stage").evaluate("n => getComputedStyle(n).touchAction") == "pan-y"
    small = tracer.root.evaluate(
        """root => [...root.querySelectorAll("button, .bp-factor, input.bp-range")]
            .filter((n) => n.offsetParent)
            .map((n) => [n.className, n.getBoundingClientRect()])
            .filter(([, r]) => r.width < 24 || r.height < 24).map(([name]) => name)"""
    )
    assert small == []
    tracer.chip("1/w2.1.2").tap()
    assert tracer.at(".bp-factor.lit").count() == 1


# ---- links, undo, several views, nonsense ----


def test_a_link_restores_and_reset_gives_the_books_numbers(tracer, reopen):
    tracer = tracer(SUM, name="chain")
    tracer.field.fill("-1.25")
    tracer.field.press("Enter")
    page = reopen(tracer.copied_link(), width=736, **STILL)
    page.wait_for_selector(READY)
    other = Tracer(page)
    assert other.numbers() == tracer.numbers()
    other.at("text=Reset").click()
    assert other.model("model.get('W')[0][1][2]") == 0.1


@pytest.mark.parametrize("value", ["x", "9~w1.2.3~-", "2~x.1~-", "2~w1.2.3~maybe", "2~w1.2.3~-~1"])
def test_a_broken_link_says_so(tracer, value):
    tracer = tracer(query=f"?ChainTracer={value}")
    assert "The link could not be read" in tracer.at(".bp-say").inner_text()
    assert tracer.model("model.get('W')[0][1][2]") == 0.1


def test_nonsense_from_a_kernel_keeps_the_last_good_numbers(tracer):
    tracer = tracer()
    before = tracer.numbers()
    tracer.model("model.set('x', [0.5, NaN, 0.8])")
    tracer.page.wait_for_function(
        "s => document.querySelector(s).textContent.includes('Not a finite number: x, entry 2.')",
        arg=f"{READY} .bp-say",
    )
    assert tracer.numbers() == before
    tracer.model("model.set('selected', 'nothing')")
    json.dumps(tracer.numbers(), allow_nan=False)


def test_a_network_that_cannot_be_drawn_gives_a_sentence(reopen, tmp_path):
    state = embedded(ChainTracer(*bp.load_example()))
    state["state"]["W"] = [[[1.0]]]
    page = reopen(write_page(tmp_path, states={"a": state}), **STILL)
    assert page.locator(".bp-refusal").inner_text() == (
        "There is nothing to draw. ChainTracer takes one hidden layer, from 1-1-1 to 4-4-2."
    )


def test_two_views_of_one_model_agree(reopen, tmp_path):
    widget = ChainTracer(*bp.load_example(), step=FACTOR)
    url = write_page(tmp_path, states={"a": embedded(widget)}, views=["a", "a"])
    page = reopen(url, width=736, height=1800, **STILL)
    page.wait_for_function(f"document.querySelectorAll('{READY}').length === 2")
    first, second = Tracer(page), Tracer(page, 1)
    first.select("w1.4.2")
    first.field.fill("2")
    first.field.press("Enter")
    first.go(SUM)
    page.wait_for_function(f"document.querySelectorAll('{READY}')[1].dataset.step === '2'")
    assert second.numbers() == first.numbers()


def test_the_data_table_lists_every_number(tracer):
    tracer = tracer()
    tracer.at("summary").click()
    rows = tracer.at(".bp-listing tbody tr")
    rows.first.wait_for()  # the table is made when it is opened
    assert rows.count() == 3 + 26 + 2 + 10 + 1
    derivative = ChainTracer(*bp.load_example(), selected="w1.2.3").derivative
    assert f"{derivative:.12f}"[:-2] in tracer.at(".bp-listing").inner_text()


# ---- looks ----


def variant(weight, bias):
    net, x, y = bp.load_example()
    return bp.Network([w * weight for w in net.weights], [v * bias for v in net.biases]), x, y


STATES = {
    "as it is": {},
    "thousands": {"example": tuple(ends().values()), "theme": "dark"},
    "zeros": {"example": variant(0, 0), "theme": "dark"},
    "millionths": {"example": variant(4e-6, 4e-6)},
    "wide font": {"style": WIDE_FONT},
}


LIMITS = {736: 730, 390: 1050, 320: 1050}
MOVES = [
    {"selected": selected, "step": step}
    for selected in ("w1.2.3", "w2.2.4", "b1.1")
    for step in range(5)
]


@pytest.mark.parametrize("state", STATES)
def test_one_height_at_every_step_and_nothing_overlaps(reopen, tmp_path, state):
    options = {"example": bp.load_example(), **STATES[state]}
    widget = ChainTracer(*options.pop("example"), step=PREDICT)
    assert faults(reopen, tmp_path, widget, MOVES, LIMITS, **options) == []


def test_forced_colours_keep_the_marks(tracer):
    tracer = tracer(page_options={"forced_colors": "active", **STILL})
    tracer.chip("1/w2.1.2").hover()
    style = tracer.at(".bp-factor.lit").evaluate("n => getComputedStyle(n).outlineStyle")
    assert style == "solid"
