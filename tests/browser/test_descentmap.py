"""DescentMap in Chromium: its numbers, its paths, every way to use it, and how it looks."""

import json
import re

import numpy as np
import pytest

import backprop as bp
from backprop.widgets import DescentMap
from tests.browser.harness import STILL, Lab, embedded, write_page
from tests.browser.looks import WIDE_FONT, faults

READY = '[data-widget="DescentMap"][data-ready="1"]'
TOLERANCE = 1e-12
SPAN = ((-2, 2), (-2, 2))
MOTION = {"reduced_motion": "no-preference"}


def twins(start=(-1.7, -1.2), **options):
    """Return the map of two hidden neurons with equal outgoing weights."""
    net = bp.Network([[[start[0]], [start[1]]], [[1.0, 1.0]]], [[0, 0], [0]], "gelu", "identity")
    X = np.linspace(-1.75, 1.75, 8)[:, None]
    Y = np.abs(X) + 0.25 * np.random.default_rng(0).standard_normal(X.shape)
    return DescentMap(net, X, Y, ("w1.1.1", "w1.2.1"), **{"eta": 0.3, "span": SPAN, **options})


def two_weights(start=(-1.5, 1.4), **options):
    """Return the map of chapter 3's loss (w1 w2 - 1)^2 / 2."""
    net = bp.Network([[[start[0]]], [[start[1]]]], [[0], [0]], "identity")
    one = np.ones((1, 1))
    return DescentMap(net, one, one, **{"span": SPAN, "epochs": 100, **options})


def example(**options):
    net, x, y = bp.load_example()
    return DescentMap(net, [x, -x, 2 * x], [y, 1 - y, y], ("w1.1.1", "b2.2"), **options)


class Descents(Lab):
    """One mounted DescentMap."""

    def __init__(self, page, n=0):
        super().__init__(page, n)
        self.root = page.locator(READY).nth(n)

    @property
    def handle(self):
        return self.at(".bp-start")

    @property
    def words(self):
        return self.at(".bp-say").inner_text()

    def type(self, name, text):
        field = self.at(f'input.bp-field[data-name="{name}"]')
        field.fill(text)
        field.press("Enter")

    def path(self, kind):
        """Return the drawn points of a path in pixels of the map."""
        d = self.at(f".bp-map .bp-descent-{kind}").get_attribute("d") or ""
        return np.array(
            [[float(v) for v in pair.split()] for pair in re.findall(r"[ML]([^ML]+)", d)]
        )


@pytest.fixture(name="descents")
def open_descents(reopen, tmp_path):
    def opened(widget=None, *, width=736, height=700, query="", page_options=STILL, **options):
        url = write_page(tmp_path, widget or twins(), **options)
        page = reopen(url + query, width=width, height=height, **page_options)
        page.wait_for_selector(READY)
        return Descents(page)

    return opened


def expected(widget):
    """Return every number that the page shows, by its name, from the package."""
    numbers, size, m = {"used": widget.used, "eta": widget.eta}, widget.batch_size, len(widget.X)
    for name, each in (("batch", m), ("other", size)):
        if each == m and name == "other":
            continue
        widget.batch_size = each
        path = widget.path
        point, net = path[-1], widget._slice.network(path[-1])
        L, g = net.loss_and_gradients(np.array(widget.X), np.array(widget.Y))
        both = np.array([bp.widgets._slice._of(g.dW, g.db, s)[s[1]] for s in widget._slice._spots])
        bends = np.linalg.eigvalsh(widget._slice.hessian(point))
        numbers[f"{name}.steps"] = len(path) - 1
        numbers[f"{name}.L"] = L
        numbers[f"{name}.slope"] = np.hypot(*both)
        for t in (0, 1):
            numbers[f"{name}.{widget.parameters[t]}"] = point[t]
            numbers[f"{name}.bend.{t + 1}"] = bends[t]
            numbers[f"start.{t + 1}"] = widget.start[t]
    widget.batch_size = size
    return numbers


def wrong(shown, want):
    return {
        name: (shown.get(name), value)
        for name, value in want.items()
        if not abs(shown.get(name, np.inf) - value) <= TOLERANCE * max(1.0, abs(value))
    }


# ---- numbers ----


@pytest.mark.parametrize("make", [twins, two_weights, example], ids=lambda f: f.__name__)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_numbers_are_those_of_the_package_at_every_cost(descents, make, size):
    widget = make()
    widget.batch_size = min(size, len(widget.X))
    descents = descents(widget)
    for used in (0, 1, 2, len(widget.X) + 1, widget.used):
        widget.used = used
        descents.model(f"model.set('used', {used})")
        assert wrong(descents.numbers(), expected(widget)) == {}


def test_the_drawn_paths_are_the_steps_of_python(descents):
    widget = twins(batch_size=2)
    descents = descents(widget)
    side = float(descents.at(".bp-map-drawing").get_attribute("width"))
    for kind, size in (("each", 2), ("all", 8)):
        widget.batch_size = size
        want = (widget.path + 2) / 4 * side
        want[:, 1] = side - want[:, 1]
        assert np.abs(descents.path(kind) - want).max() <= 0.051


def test_the_gradient_vanishes_at_five_places_with_the_signs_of_the_hessian(descents):
    widget = twins()
    descents = descents(widget)
    # the label of the minimum in which the paths end makes way for them
    signs = descents.at(".bp-critical-signs").all_text_contents()
    assert sorted(signs) == sorted(["++", "+−", "+−", "−−"])
    assert descents.at(".bp-critical").count() == len(widget.critical) == 5
    descents.at("summary").click()
    descents.at(".bp-listing tbody tr").first.wait_for()
    text = descents.at(".bp-listing").inner_text()
    for point in widget.critical:
        assert str(point[0]).replace("-", "−") in text
        assert np.linalg.norm(widget._slice.gradient(point)[1]) < 1e-14


# ---- what there is to see ----


def test_dragging_the_start_to_the_mirror_line_keeps_twins_together(descents):
    descents = descents(page_options=MOTION)
    assert np.ptp(descents.path("each").sum(axis=1)) > 20
    box, mouse = descents.handle.bounding_box(), descents.page.mouse
    x, y = box["x"] + 14, box["y"] + 14
    side = float(descents.at(".bp-map-drawing").get_attribute("width"))
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 1, y + 3)
    mouse.move(x, y + 0.5 / 4 * side)
    assert descents.model("model.get('start')") == [-1.7, -1.7]
    for kind in ("all", "each"):  # before the button is released
        path = descents.path(kind)
        assert np.abs(path.sum(axis=1) - side).max() < 0.11
    mouse.up()
    numbers = descents.numbers()
    for name in ("batch", "other"):
        assert numbers[f"{name}.w1.1.1"] == numbers[f"{name}.w1.2.1"]
    assert numbers["batch.slope"] < 1e-6
    assert numbers["batch.bend.1"] < 0 < numbers["batch.bend.2"]
    assert "Equal at the start and equal after 320 steps: batch ends on a saddle." in descents.words
    assert len(descents.path("was")) == 41  # where batch went before
    mouse.move(x, y + 0.5 / 4 * side)
    mouse.down()
    mouse.move(x + 8, y + 0.5 / 4 * side)
    mouse.up()
    assert descents.number("batch.w1.1.1") > 1 > -1 > descents.number("batch.w1.2.1")


def test_a_sigma_of_zero_starts_at_zero_and_a_draw_at_random(descents):
    widget = twins()
    descents = descents(widget)
    descents.type("sigma", "0")
    assert descents.model("model.get('start')") == [0, 0]
    assert "equal after 320 steps" in descents.words
    descents.type("sigma", "0.5")
    assert descents.model("model.get('start')") == [0.5 * z for z in widget.normals[0]]
    descents.at("text=Draw").click()
    assert descents.model("model.get('start')") == [0.5 * z for z in widget.normals[1]]
    assert "stay twins" not in descents.words


def test_at_equal_cost_batch_is_smooth_and_the_single_samples_are_not(descents):
    descents = descents()
    descents.model("model.set('used', 21)")
    numbers = descents.numbers()
    assert (numbers["batch.steps"], numbers["other.steps"]) == (2, 21)
    assert numbers["other.L"] < numbers["batch.L"] / 10
    assert descents.at('[data-name="batch.steps"]').inner_text() == "2 + 5/8"
    assert "The same 21 gradients. Batch: 2 steps. Single-sample: 21 steps." in descents.words
    descents.model("model.set('used', 320)")

    def turns(path):
        ways = np.diff(path, axis=0)
        ways = ways[np.hypot(*ways.T) > 0.5]
        return np.abs(np.diff(np.unwrap(np.arctan2(*ways.T)))).sum()

    assert turns(descents.path("each")) > 10 * turns(descents.path("all"))


@pytest.mark.parametrize("make", [twins, two_weights], ids=lambda f: f.__name__)
def test_divergence_is_said_and_never_shown_as_no_number(descents, make):
    descents = descents(make(eta=2.5 if make is twins else 5.0, start=(-1.7, -1.6)))
    for eta in ("5", "50", "100"):
        descents.type("eta", eta)
        assert re.search(
            r"diverges in step \d+: it leaves ±1e6\. Try a smaller η\.", descents.words
        )
        html = re.sub(r"url\(.*?\)", "", descents.root.evaluate("root => root.outerHTML"))
        assert "NaN" not in html
        assert "Infinity" not in html
        assert all(abs(v) < np.inf for v in descents.numbers().values())
    assert "diverged" in descents.at(".bp-side-by-side").inner_text()
    descents.type("eta", "0.1")
    assert "diverge" not in descents.at(".bp-side-by-side").inner_text()


# ---- ways to use it ----


def test_the_whole_task_by_keyboard_alone(descents):
    descents = descents()
    press = descents.page.keyboard.press

    press("Tab")
    descents.tab_to("Back one epoch")
    press("Enter")
    assert descents.number("used") == 312
    descents.tab_to("single-sample")
    press("ArrowRight")
    assert descents.model("model.get('batch_size')") == 2
    descents.tab_to("Start: w 1, 1 1 = −1.70, w 1, 2 1 = −1.20")
    press("ArrowDown")
    press("Shift+ArrowLeft")
    assert descents.model("model.get('start')") == pytest.approx([-1.71, -1.3])
    assert "Start: w 1, 1 1 = −1.71, w 1, 2 1 = −1.30" in descents.focused()
    press("Control+z")
    assert descents.model("model.get('start')") == pytest.approx([-1.7, -1.3])
    descents.tab_to("Gradients used")
    press("Home")
    assert (
        "Nothing has moved. One step costs 8 gradients for batch, 2 for mini-batch of 2."
        in descents.words
    )
    press("ArrowRight")
    press("PageUp")
    assert descents.number("used") == 9
    press("End")
    assert descents.number("used") == 320
    descents.tab_to("Value of eta")
    press("Tab")
    press("PageUp")
    assert descents.number("eta") == pytest.approx(0.8)
    descents.tab_to("Draw a random start")
    press("Enter")
    assert descents.model("model.get('draw')") == 1
    press("r")
    assert descents.model("[model.get('batch_size'), ...model.get('start')]") == [1, -1.7, -1.2]
    assert descents.number("eta") == 0.3


def test_it_plays_pauses_and_with_less_motion_only_steps(descents, reopen, tmp_path):
    moving = descents(page_options=MOTION)
    moving.at("text=Play").click()
    moving.page.wait_for_function(f"Number(document.querySelector('{READY}').dataset.used) > 3")
    moving.at("text=Pause").click()
    used = moving.number("used")
    assert 3 < used < 320
    assert moving.model("model.get('used')") == used
    moving.at("text='1 gradient'").click()
    assert moving.number("used") == used + 1
    moving.at("text='1 epoch'").click()
    assert moving.number("used") == (used + 1) // 8 * 8 + 8
    page = reopen(write_page(tmp_path, twins()), **STILL)
    page.wait_for_selector(READY)
    calm = Descents(page)
    assert calm.at("text=Play").count() == 0
    calm.model("model.set('used', 5)")
    calm.at("text=End").click()
    assert calm.number("used") == 320


def test_a_finger_taps_beside_the_start_and_drags_only_the_start(descents):
    descents = descents(
        width=390, height=1100, padding="8px", page_options={"has_touch": True, **STILL}
    )
    actions = descents.root.evaluate(
        """root => [".bp-start", ".bp-map-drawing", "input.bp-range"]
            .map((s) => getComputedStyle(root.querySelector(s)).touchAction)"""
    )
    assert actions == ["none", "pan-y", "pan-y"]
    box = descents.at(".bp-map-drawing").bounding_box()
    descents.page.touchscreen.tap(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.5)
    assert descents.model("model.get('start')") == pytest.approx([1, 0], abs=0.05)
    touch = descents.page.context.new_cdp_session(descents.page)

    def finger(kind, *places):
        points = [{"x": x, "y": y} for x, y in places]
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    def swipe(x, y, dx, dy):
        finger("Start", (x, y))
        for part in (0.25, 0.5, 0.75, 1):
            finger("Move", (x + part * dx, y + part * dy))
        finger("End")

    start = descents.handle.bounding_box()
    unit = box["width"] / 4
    swipe(start["x"] + 14, start["y"] + 14, -2 * unit, -unit)
    assert descents.model("model.get('start')") == pytest.approx([-1, 1], abs=0.05)
    swipe(box["x"] + 0.6 * box["width"], box["y"] + 0.6 * box["height"], 3, -60)
    assert descents.model("model.get('start')") == pytest.approx([-1, 1], abs=0.05)
    small = descents.root.evaluate(
        """root => [...root.querySelectorAll("button, label, input.bp-range")]
            .filter((n) => n.checkVisibility() && !n.classList.contains("bp-name"))
            .map((n) => [n.className || n.textContent, n.getBoundingClientRect()])
            .filter(([, r]) => r.width < 24 || r.height < 24).map(([name]) => name)"""
    )
    assert small == []


def test_what_is_no_number_is_refused_in_place(descents):
    descents = descents()
    before = descents.numbers()
    for name, typed, sentence in (
        ("start.1", "x", "“x” is not a number. −1.7 stays."),
        ("start.2", "1000001", "1000001 is outside ±1,000,000. −1.2 stays."),
        ("eta", "-1", "−1 is outside 0 to 100. 0.3 stays."),
        ("sigma", "1e3", "1e3 is outside 0 to 100. 0.5 stays."),
    ):
        descents.type(name, typed)
        complaint = descents.at(f'.bp-slider:has([data-name="{name}"]) .bp-complaint')
        assert complaint.inner_text() == sentence
        assert descents.numbers() == before


def test_undo_reset_and_a_link_that_restores(descents, reopen):
    descents = descents()
    start = descents.numbers()
    descents.type("eta", "0.7")
    descents.at("text=Draw").click()
    descents.at('.bp-mode label:has-text("2")').click()
    descents.model("model.set('used', 37)")
    page = reopen(descents.copied_link(), width=736, **STILL)
    page.wait_for_selector(READY)
    other = Descents(page)
    assert other.numbers() == descents.numbers()
    assert other.number("used") == 37
    descents.at("text=Undo").click()
    descents.at("text=Undo").click()
    assert descents.model("model.get('start')") == [-1.7, -1.2]
    assert descents.number("eta") == 0.7
    for one in (descents, other):
        one.at("text=Reset").click()
        one.model("model.set('used', 320)")
        assert one.numbers() == start


@pytest.mark.parametrize(
    "value", ["nonsense", "1~1~0~1~2~3", "999~1~0~1~1~0.3~0.5", "1~9~0~1~1~0.3~0.5", "~1~0~1~1~1~1"]
)
def test_a_broken_link_says_so(descents, value):
    descents = descents(query=f"?DescentMap={value}")
    assert "The link could not be read" in descents.words
    assert descents.model("model.get('start')") == [-1.7, -1.2]


# ---- the model ----


def test_two_views_of_one_model_agree_and_one_goes_and_comes_back(reopen, tmp_path):
    states = {"a": embedded(twins())}
    url = write_page(tmp_path, states=states, views=["a", "a"])
    page = reopen(url, width=736, height=1500, **STILL)
    page.wait_for_function(f"document.querySelectorAll('{READY}').length === 2")
    first, second = Descents(page, 0), Descents(page, 1)
    first.type("eta", "0.7")
    first.at("text=Draw").click()
    first.at("text=Back").click()
    page.wait_for_function(f"document.querySelectorAll('{READY}')[1].dataset.used === '312'")
    assert second.numbers() == first.numbers()
    numbers = first.numbers()
    page.evaluate(
        """() => {
            const model = document.querySelector(".bp-mount").backpropModel;
            document.querySelector(".bp-mount").remove();
            const el = document.querySelector("main").appendChild(document.createElement("div"));
            globalThis.backpropWidgets.render({ model, el });
        }"""
    )
    assert Descents(page, 1).numbers() == numbers


def test_bad_values_from_the_kernel_are_refused_in_place(descents):
    descents = descents()
    before = descents.numbers()
    for script, sentence, good in (
        ("model.set('start', [NaN, 1])", "The start is not two numbers", [-1.7, -1.2]),
        ("model.set('eta', Infinity)", "The learning rate is not a number", 0.3),
        ("model.set('batch_size', 9)", "A step takes a whole number of samples from 1 to 8.", 1),
        ("model.set('W', [[[NaN], [1]], [[1, 1]]])", "Not a finite number: W, layer 1", None),
        ("model.set('used', 1.5)", "The gradients used are not a whole number", 320),
    ):
        old = descents.model(f"model.get('{script.split(chr(39))[1]}')")
        descents.model(script)
        descents.page.wait_for_function(
            "([s, text]) => document.querySelector(s).textContent.includes(text)",
            arg=[f"{READY} .bp-say", sentence],
        )
        assert descents.numbers() == before
        key = script.split("'")[1]
        descents.model(f"model.set('{key}', {json.dumps(good if good is not None else old)})")


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"X": [[1]] * 41}, "DescentMap draws up to 40 samples."),
        (
            {"W": [np.ones((30, 1)).tolist(), np.ones((1, 30)).tolist()], "b": [[0] * 30, [0]]},
            "DescentMap takes networks of up to 60 parameters, this one has 91.",
        ),
        ({"parameters": ["w1.1.1", "x.1"]}, "The parameters are not two of the network’s."),
        ({"order": [0, 1, 2]}, "The order is not one of the samples."),
    ],
)
def test_what_cannot_be_drawn_gives_a_sentence(reopen, tmp_path, part, sentence):
    state = embedded(twins())
    state["state"].update(part)
    page = reopen(write_page(tmp_path, states={"a": state}), **STILL)
    assert sentence in page.locator(".bp-refusal").inner_text()


# ---- what is read aloud, and how it looks ----


def test_the_summary_is_polite(descents):
    descents = descents()
    descents.type("start.2", "-1.7")
    descents.page.wait_for_function(
        f"document.querySelector('{READY} [role=status]').textContent.includes('saddle')"
    )
    text = descents.at('[role="status"]').inner_text()
    assert "Batch: 40 steps, loss 0.6465, curvatures −0.312 and +1.169." in text


STATES = {
    "as it is": {},
    "single samples diverge": {"make": lambda: twins(eta=2.5)},
    "thousands": {"make": lambda: twins((1000, -900))},
    "far": {"make": lambda: twins((1e6, -1e6), eta=100)},
    "zeros": {"make": lambda: twins((0, 0)), "theme": "dark"},
    "millionths": {"make": lambda: twins((4e-6, -4e-6))},
    "two weights": {"make": two_weights},
    "two outputs": {"make": lambda: example(eta=5.0, epochs=60, batch_size=2), "theme": "dark"},
    "wide font": {"style": WIDE_FONT},
}


LIMITS = {736: 600, 600: 600, 406: 1080, 320: 1080}


@pytest.mark.parametrize("state", STATES)
def test_one_height_and_nothing_overlaps(reopen, tmp_path, state):
    options = {"make": twins, **STATES[state]}
    widget = options.pop("make")()
    moves = [{"used": used} for used in (0, 1, widget.used // 2, widget.used)]
    assert faults(reopen, tmp_path, widget, moves, LIMITS, **options) == []


def test_forced_colours_keep_sign_and_paths_apart(descents):
    descents = descents(
        twins((-1.7, -1.7)), page_options={"forced_colors": "active", **STILL}, width=736
    )
    dashes = descents.root.evaluate(
        """root => ["pos", "neg"].map((sign) =>
            getComputedStyle(root.querySelector(`.bp-bend.${sign}`)).strokeDasharray)"""
    )
    assert dashes == ["none", "6px, 5px"]
    assert descents.at(".bp-relief").evaluate("n => getComputedStyle(n).maskImage") != "none"
