"""DeltaRelay in Chromium: its numbers, its steps, its algorithm, its controls, and how it looks."""

import json

import numpy as np
import pytest

import backprop as bp
from backprop.widgets import DeltaRelay
from tests.browser.harness import STILL, Lab, embedded, write_page
from tests.browser.looks import WIDE_FONT, faults

READY = '[data-widget="DeltaRelay"][data-ready="1"]'
X, Y = [0.5, -0.2, 0.8], [1.0, 0.0]


class Relay(Lab):
    """One mounted DeltaRelay."""

    def __init__(self, page, n=0):
        super().__init__(page, n)
        self.root = page.locator(READY).nth(n)


def network(depth=5, width=4, sigma=1.0, **options):
    return bp.Network.random([3, *[width] * (depth - 1), 2], sigma=sigma, rng=3, **options)


@pytest.fixture(name="relay")
def open_relay(reopen, tmp_path):
    def opened(
        net=None, x=X, y=Y, *, query="", page_options=STILL, width=736, height=800, **options
    ):
        names = ("step", "depth", "sigma", "activation", "selected")
        given = {key: options.pop(key) for key in names if key in options}
        widget = DeltaRelay(net or network(), x, y, **given)
        url = write_page(tmp_path, widget, **options)
        page = reopen(url + query, width=width, height=height, **page_options)
        page.wait_for_selector(READY)
        return Relay(page)

    return opened


def close(got, want):
    return abs(got - want) <= 1e-12 * max(1.0, abs(want))


def expected(net, x=X, y=Y):
    """Return every error term and its norm by the package, with the widget's names."""
    g = net.backward(net.forward(x), y)
    want = {}
    for layer, delta in enumerate(g.delta, 1):
        want[f"norm{layer}"] = np.linalg.norm(delta)
        want |= {f"delta{layer}.{i}": v for i, v in enumerate(delta, 1)}
    return want


def wrong(relay, want):
    numbers = relay.numbers()
    return {name for name in want if name not in numbers or not close(numbers[name], want[name])}


# ---- the numbers ----


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "gelu"])
def test_every_error_term_on_the_page_is_the_packages(relay, activation):
    net = network(activation=activation, output_activation="identity")
    relay = relay(net, step=10)
    assert wrong(relay, expected(net)) == set()
    f = net.forward(X)
    numbers = relay.numbers()
    for layer in range(1, 6):
        slopes = net.activations[layer - 1].slope(f.u[layer - 1], f.x[layer])
        for i, slope in enumerate(slopes, 1):
            assert close(numbers[f"slope{layer}.{i}"], slope)


def test_the_identity_with_orthogonal_weights_keeps_the_norm(relay):
    rng = np.random.default_rng(1)
    W = [np.linalg.qr(rng.standard_normal((4, 4)))[0] for _ in range(8)]
    net = bp.Network(W, [np.zeros(4)] * 8, activation="identity")
    relay = relay(net, [1, 2, 3, 4], [0, 0, 0, 1], step=16)
    norms = [relay.number(f"norm{layer}") for layer in range(1, 9)]
    np.testing.assert_allclose(norms, norms[-1], rtol=1e-13)
    assert "all of it goes on" in relay.at(".bp-say").inner_text()


def test_a_dead_relu_blocks_and_gives_exactly_0(relay):
    b = [np.zeros(3), np.array([0.0, -10.0, 0.0]), np.zeros(2)]
    W = [np.eye(3), np.eye(3), np.ones((2, 3))]
    net = bp.Network(W, b, activation="relu", output_activation="identity")
    relay = relay(net, [1, 2, 3], [0, 0], step=4, selected="2.2")
    assert relay.number("delta2.2") == 0
    assert relay.number("delta2.1") != 0
    assert "1 of 3 neurons block" in relay.at(".bp-say").inner_text()
    blocked = relay.at(".bp-dcell.blocked")
    assert "blocked" in blocked.first.get_attribute("aria-label")
    assert "blocked" in relay.at(".bp-work").last.inner_text()
    relay.at("text=Next").click()
    assert relay.number("came1.2") == 0


# ---- the steps and the algorithm ----


def test_each_step_computes_one_thing_and_marks_its_line(relay):
    net = network(depth=3)
    relay = relay(net, step=0)
    want = {"layers": []}
    for step in range(7):
        layer = 3 - (step - 1) // 2
        marked = relay.at(".bp-lines-line[aria-current]")
        assert marked.count() == 1
        line = "forward" if step == 0 else "error" if step == 1 else ("delta", "carry")[step % 2]
        assert marked.get_attribute("data-line") == line
        where = relay.at('[data-line="loop"] .bp-where').inner_text()
        # the line that carries belongs to the turn of the layer above
        turn = f"l = {layer + step % 2}" if step > 1 else ""
        assert where == turn
        deltas = {name.split(".")[0] for name in relay.numbers() if name.startswith("delta")}
        came = {name.split(".")[0] for name in relay.numbers() if name.startswith("came")}
        done = [3 - k for k in range(step // 2)]
        assert deltas == {f"delta{k}" for k in done}
        assert {c for c in came if "." not in c} == ({f"came{layer}"} if step % 2 else set())
        assert relay.at(".bp-algorithm .also").count() == (1 if line == "delta" else 0)
        want["layers"] = done
        relay.at(".bp-primary").click()
    assert relay.root.get_attribute("data-step") == "0"  # Again


def test_diamonds_fly_back_and_a_new_click_ends_the_flight(relay):
    relay = relay(step=2, page_options={})
    look = """root => {
        root.querySelector(".bp-primary").click();
        return [root.querySelectorAll(".bp-token").length,
                root.querySelector('[data-name="came4.1"]') !== null];
    }"""
    assert relay.root.evaluate(look) == [8, False]
    relay.page.wait_for_selector(f'{READY}[data-settled="true"]')
    assert "came4.1" in relay.numbers()
    assert relay.at(".bp-token").count() == 0
    assert relay.root.evaluate(look) == [0, False]
    assert relay.root.evaluate(look)[0] == 16
    assert relay.root.evaluate(look)[0] == 0


def test_the_worked_example_adds_up(relay):
    net = network()
    relay = relay(net, step=8, selected="2.3")
    f = net.forward(X)
    g = net.backward(f, Y)
    rows = relay.at(".bp-work b").all_inner_texts()
    values = [float(text.strip("\u00d7 \u2007").replace("−", "-")) for text in rows]
    terms = net.weights[2][:, 2] * g.delta[2]
    assert values[:4] == pytest.approx(terms, abs=6e-5)
    assert values[4] == pytest.approx(terms.sum(), abs=6e-5)
    assert values[6] == pytest.approx(g.delta[1][2], abs=6e-5)


# ---- controls ----


def test_activation_depth_and_sigma_reach_python_and_the_numbers(relay):
    net = network()
    relay = relay(net, step=10)
    relay.at("select").select_option("tanh")
    assert relay.model("model.get('activation')") == "tanh"
    assert wrong(relay, expected(bp.Network(net.weights, net.biases, activation="tanh"))) == set()
    relay.at('[aria-label="One layer fewer"]').click()
    shallow = bp.Network(
        [*net.weights[:3], net.weights[4]], [*net.biases[:3], net.biases[4]], "tanh"
    )
    assert wrong(relay, expected(shallow)) == set()
    assert relay.root.get_attribute("data-step") == "8"
    for _ in range(4):
        relay.at('[aria-label="One layer more"]').click()
    assert relay.model("model.get('depth')") == 8
    assert relay.at('[aria-label="One layer more"]').get_attribute("aria-disabled") == "true"
    before = relay.number("norm1")
    relay.at(".bp-slider .bp-field").fill("0.1")
    relay.at(".bp-slider .bp-field").press("Enter")
    assert relay.number("sigma") == 0.1
    assert relay.number("norm1") < before / 1000
    assert relay.at(".bp-bar-was").first.get_attribute("d")  # the ghost of the norm before


def test_the_whole_task_by_keyboard_alone(relay):
    relay = relay(step=0)
    press = relay.page.keyboard.press

    press("Tab")
    relay.tab_to("Next")
    for _ in range(4):
        press("Enter")
    assert relay.root.get_attribute("data-step") == "4"
    relay.tab_to("layer ")  # the columns are one tab stop
    press("ArrowRight")
    press("ArrowDown")
    assert "layer 5, neuron 2: slope" in relay.focused()
    press("Enter")
    assert relay.model("model.get('selected')") == "5.2"
    relay.tab_to("Activation")
    press("ArrowDown")
    relay.tab_to("One layer more")
    press("Enter")
    assert relay.model("model.get('depth')") == 6
    relay.tab_to("Value of sigma")
    press("Tab")  # from the field to the slider
    start = relay.number("sigma")
    for key, change in (("ArrowRight", 0.1), ("Shift+ArrowRight", 0.01), ("PageUp", 0.5)):
        press(key)
        start += change
        assert relay.number("sigma") == pytest.approx(start, abs=1e-8)
    press("Home")
    assert relay.number("sigma") == 0
    press("Control+z")
    assert relay.number("sigma") == pytest.approx(start, abs=1e-8)
    press("r")
    assert relay.model("[model.get('depth'), model.get('activation')]") == [5, "sigmoid"]
    stops = relay.at('.bp-columns :is(button, [tabindex]):not([tabindex="-1"])')
    assert stops.count() == 1


def test_what_is_no_scale_is_refused_in_place(relay):
    relay = relay(step=10)
    before = relay.numbers()
    field = relay.at(".bp-slider .bp-field")
    for typed, sentence in (("x", "“x” is not a number."), ("-1", "−1 is outside 0 to 100.")):
        field.fill(typed)
        field.press("Enter")
        assert relay.at(".bp-complaint").inner_text().startswith(sentence)
        assert relay.numbers() == before


def test_undo_reset_and_a_link_that_restores(relay, reopen):
    relay = relay(step=10)
    start = relay.numbers()
    relay.at("select").select_option("relu")
    relay.at('[aria-label="One layer more"]').click()
    relay.at(".bp-slider .bp-field").fill("0.75")
    relay.at(".bp-slider .bp-field").press("Enter")
    relay.at(".bp-dcell").nth(5).click()
    page = reopen(relay.copied_link(), width=736, **STILL)
    page.wait_for_selector(READY)
    other = Relay(page)
    assert other.numbers() == relay.numbers()
    assert other.model("model.get('selected')") == "2.2"
    other.at("text=Reset").click()
    relay.at("text=Undo").click()
    assert relay.number("sigma") != 0.75
    relay.at("text=Reset").click()
    relay.go(10)
    other.go(10)
    assert relay.numbers() == start == other.numbers()


@pytest.mark.parametrize("value", ["nonsense", "3~1.1~9~relu", "3~1.1~5~sine", "3~1.1~5~relu~-1"])
def test_a_broken_link_says_so(relay, value):
    relay = relay(step=10, query=f"?DeltaRelay={value}")
    assert "The link could not be read" in relay.at(".bp-say").inner_text()


# ---- the model ----


def test_two_views_of_one_model_agree(reopen, tmp_path):
    states = {"a": embedded(DeltaRelay(network(), X, Y, step=10))}
    url = write_page(tmp_path, states=states, views=["a", "a"])
    page = reopen(url, width=736, height=2000, **STILL)
    page.wait_for_function(f"document.querySelectorAll('{READY}').length === 2")
    first, second = Relay(page, 0), Relay(page, 1)
    first.at("select").select_option("tanh")
    first.at('[aria-label="One layer fewer"]').click()
    page.wait_for_function(f"document.querySelectorAll('{READY}')[1].dataset.step === '8'")
    assert second.numbers() == first.numbers()


def test_bad_values_from_the_kernel_are_refused_in_place(relay):
    relay = relay(step=10)
    before = relay.numbers()
    for script, sentence in (
        ("model.set('x', [NaN, 1, 2])", "Not a finite number: x, entry 1."),
        ("model.set('sigma', Infinity)", "The scale of the weights is not a number"),
        ("model.set('depth', 12)", "The depth is not a whole number from 2 to 8."),
    ):
        relay.model(script)
        relay.page.wait_for_function(
            "([s, text]) => document.querySelector(s).textContent.includes(text)",
            arg=[f"{READY} .bp-say", sentence],
        )
        assert relay.numbers() == before
        key = script.split("'")[1]
        good = {"x": X, "sigma": before["sigma"], "depth": 5}[key]
        relay.model(f"model.set('{key}', {json.dumps(good)})")


def test_a_network_too_large_to_draw_gives_a_sentence_with_the_limit(reopen, tmp_path):
    state = embedded(DeltaRelay(network(), X, Y))
    state["state"]["W"] = [np.ones((9, 3)).tolist(), np.ones((2, 9)).tolist()]
    page = reopen(write_page(tmp_path, states={"a": state}), **STILL)
    text = page.locator(".bp-refusal").inner_text()
    assert "layers of up to 6 neurons, this network has one of 9" in text


# ---- what is read aloud and listed ----


def test_the_summary_and_the_table_of_all_numbers(relay):
    net = network()
    relay = relay(net, step=9)
    relay.at(".bp-primary").click()
    relay.page.wait_for_function(
        f"document.querySelector('{READY} [role=status]').textContent !== ''"
    )
    assert "Step 10 of 10" in relay.at('[role="status"]').inner_text()
    relay.at("summary").click()
    relay.at(".bp-listing tbody tr").first.wait_for()  # the table is made when it is opened
    rows = relay.at(".bp-listing tbody tr").evaluate_all(
        "list => list.map((row) => [...row.cells].at(-1).textContent)"
    )
    shown = [float(text.replace("−", "-")) for text in rows]
    assert sorted(shown) == pytest.approx(sorted(expected(net).values()), rel=1e-12)


# ---- how it looks ----

STATES = {
    "five layers": {},
    "eight wide layers": {"net": network(8, 6, 0.6, activation="relu")},
    "two layers": {"net": network(2)},
    "zeros": {"sigma": 0.0, "theme": "dark"},
    "thousands": {"net": network(8, 6, 80.0, activation="identity")},
    "wide font": {"style": WIDE_FONT},
}


LIMITS = {736: 734, 600: 734, 406: 1054, 320: 1054}


@pytest.mark.parametrize("state", STATES)
def test_one_height_at_every_step_and_nothing_overlaps(reopen, tmp_path, state):
    options = {"net": network(), "sigma": None, **STATES[state]}
    widget = DeltaRelay(options.pop("net"), X, Y, sigma=options.pop("sigma"))
    moves = [{"step": step} for step in range(2 * widget.depth + 1)]
    assert faults(reopen, tmp_path, widget, moves, LIMITS, **options) == []


def test_touch_targets_and_forced_colours(relay):
    relay = relay(
        network(8, 6),
        step=16,
        width=320,
        padding="0",
        page_options={"has_touch": True, "is_mobile": True, "forced_colors": "active", **STILL},
    )
    small = relay.root.evaluate(
        """root => [...root.querySelectorAll("button, select, input.bp-range")]
            .map((n) => [n.className, n.getBoundingClientRect()])
            .filter(([, r]) => r.width > 1 && (r.width < 24 || r.height < 24))
            .map(([name]) => name)"""
    )
    assert small == []
    dashes = relay.root.evaluate(
        "root => ['pos', 'neg'].map((sign) => "
        "getComputedStyle(root.querySelector(`.bp-edge.${sign}`)).strokeDasharray)"
    )
    assert dashes == ["none", "6px, 4px"]
