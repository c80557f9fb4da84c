"""NetLab342 in Chromium: its numbers, its steps, every way to change it, and how it looks.

The widget is opened from disk on a page that holds nothing else (tests/browser/harness.py).
"""

import json
import re

import numpy as np
import pytest

import backprop as bp
from backprop.widgets import NetLab342
from tests.browser.harness import READY, STILL, Lab, embedded, open_lab, write_page  # noqa: F401
from tests.browser.visits import until

TOLERANCE = 1e-12
PARAMETERS = [
    f"w{layer}.{i}.{j}"
    for layer, rows, columns in ((1, 4, 3), (2, 2, 4))
    for i in range(1, rows + 1)
    for j in range(1, columns + 1)
] + [f"b{layer}.{i}" for layer, rows in ((1, 4), (2, 2)) for i in range(1, rows + 1)]


def close(got, want):
    return abs(got - want) <= TOLERANCE * max(1.0, abs(want))


def by_complex_step(net, x, y):
    """Return all 26 derivatives by the complex step, with the widget's names."""

    def loss(W, b):
        out = np.asarray(x, dtype=complex)
        for matrix, vector in zip(W, b, strict=True):
            out = 1 / (1 + np.exp(-(matrix @ out + vector)))
        return ((out - y) ** 2).sum() / 2

    found = {}
    for name in PARAMETERS:
        kind, (layer, *place) = name[0], (int(part) - 1 for part in name[1:].split("."))
        W = [w.astype(complex) for w in net.weights]
        b = [v.astype(complex) for v in net.biases]
        (W if kind == "w" else b)[layer][tuple(place)] += 1e-30j
        found["d" + name.replace("w", "W")] = loss(W, b).imag / 1e-30
    return found


# ---- the numbers ----


def expected_numbers(net, x, y):
    """Return what the package computes, with the widget's names."""
    f = net.forward(x)
    g = net.backward(f, y)
    want = {"L": 0.5 * float(np.sum((f.x[-1] - y) ** 2))}
    for layer in (1, 2):
        for i in range(net.sizes[layer]):
            want[f"u{layer}.{i + 1}"] = f.u[layer - 1][i]
            want[f"x{layer}.{i + 1}"] = f.x[layer][i]
            want[f"delta{layer}.{i + 1}"] = g.delta[layer - 1][i]
            want[f"db{layer}.{i + 1}"] = g.db[layer - 1][i]
            for j in range(net.sizes[layer - 1]):
                want[f"dW{layer}.{i + 1}.{j + 1}"] = g.dW[layer - 1][i, j]
    for i in range(2):
        want[f"e.{i + 1}"] = f.x[-1][i] - y[i]
    return want


def test_all_26_gradients_on_the_page_are_those_of_package_and_complex_step(lab):
    net, x, y = bp.load_example()
    numbers = lab().numbers()
    want = expected_numbers(net, x, y)
    assert {name for name in want if not close(numbers[name], want[name])} == set()
    checked = by_complex_step(net, x, y)
    assert len(checked) == 26
    assert {name for name in checked if not close(numbers[name], checked[name])} == set()
    assert {name: numbers[f"head.{name}"] for name in ("x0.3", "x1.4", "delta2.2")} == {
        "x0.3": 0.8,
        "x1.4": numbers["x1.4"],
        "delta2.2": numbers["delta2.2"],
    }


@pytest.mark.parametrize("hidden", ["tanh", "gelu"])
def test_other_activations_give_the_packages_numbers_too(lab, hidden):
    net, x, y = bp.load_example()
    other = bp.Network(net.weights, net.biases, activation=hidden, output_activation="softplus")
    numbers = lab(net=other).numbers()
    want = expected_numbers(other, x, y)
    assert {name for name in want if not close(numbers[name], want[name])} == set()


def test_derivatives_by_inputs_labels_and_learning_rate(lab):
    net, x, y = bp.load_example()
    lab = lab(step=6, eta=1.5)
    f = net.forward(x)
    g = net.backward(f, y)
    for selected, want in {"x.2": g.dx[1], "y.1": y[0] - f.x[-1][0]}.items():
        lab.model(f"model.set('selected', '{selected}')")
        assert close(lab.number(f"derivative.{selected}"), want)
    lab.at(".bp-eta").click()

    def after(eta):
        W = [w - eta * d for w, d in zip(net.weights, g.dW, strict=True)]
        b = [w - eta * d for w, d in zip(net.biases, g.db, strict=True)]
        stepped = bp.Network(W, b)
        return 0.5 * np.sum((stepped.predict(x) - y) ** 2)

    slope = (after(1.5 + 1e-5) - after(1.5 - 1e-5)) / 2e-5
    assert abs(lab.number("derivative.eta") - slope) < 1e-9
    assert close(lab.number("L_after"), after(1.5))


def test_the_previewed_loss_is_that_of_the_network_after_the_step(lab):
    net, x, y = bp.load_example()
    lab = lab(step=6, eta=2.0)
    before = lab.numbers()
    W = [np.array(w) for w in net.weights]
    b = [np.array(v) for v in net.biases]
    for name in PARAMETERS:
        kind, (layer, *place) = name[0], (int(part) - 1 for part in name[1:].split("."))
        (W if kind == "w" else b)[layer][tuple(place)] += before["step.d" + name.replace("w", "W")]
    moved = bp.Network(W, b)
    assert close(before["L_after"], 0.5 * np.sum((moved.predict(x) - y) ** 2))
    lab.at(
        "button",
    ).get_by_text("Take the step").click()
    assert close(lab.number("W1.2.3"), moved.weights[0][1, 2])
    assert "was" in lab.at(".bp-was").inner_text()
    lab.go(3)
    assert close(lab.number("L"), before["L_after"])
    lab.at("text=Undo").click()
    assert lab.number("W1.2.3") == net.weights[0][1, 2]


def test_a_weight_of_layer_2_leaves_u1_and_x1_alone_and_moves_delta1(lab):
    lab = lab()
    before = lab.numbers()
    lab.cell("w2.1.2").click()
    lab.field.fill("1.7")
    lab.field.press("Enter")
    after = lab.numbers()
    assert after["W2.1.2"] == 1.7
    for i in range(1, 5):
        assert after[f"u1.{i}"] == before[f"u1.{i}"]
        assert after[f"x1.{i}"] == before[f"x1.{i}"]
    assert any(after[f"delta1.{i}"] != before[f"delta1.{i}"] for i in range(1, 5))


# ---- the steps ----


def computed_at(step):
    """Return the beginnings of the names that may carry a number at a step."""
    names = {r"x0\.", r"W[12]\.", r"b[12]\.", r"y\.", r"head\.x0", r"selected\.", "eta"}
    if step >= 1:
        names |= {r"u1\.", r"x1\.", r"head\.x1"}
    if step >= 2:
        names |= {r"u2\.", r"x2\."}
    if step >= 3:
        names |= {r"e\.", "L$"}
    if step >= 4:
        names |= {r"delta2\.", r"head\.delta2", r"dW2\.", r"db2\."}
    if step >= 5:
        names |= {r"delta1\.", r"head\.delta1", r"dW1\.", r"db1\.", r"derivative\.", "slope"}
    if step == 6:
        names -= {r"dW2\.", r"db2\.", r"dW1\.", r"db1\.", "L$"}
        names |= {r"step\.d", "L_after"}
    return names


def test_no_step_shows_what_is_not_computed_yet(lab):
    lab = lab(step=0)
    for step in range(7):
        allowed = computed_at(step)
        shown = set(lab.numbers())
        stray = [n for n in shown if not any(re.match(p, n) for p in allowed)]
        missing = [p for p in allowed if not any(re.match(p, n) for n in shown)]
        assert (stray, missing) == ([], []), f"step {step}"
        if step < 5:
            text = lab.at(".bp-product").inner_text()
            assert "not computed yet" in text
        told = lab.at(".bp-cell").first.get_attribute("aria-label")
        assert ("not computed yet" in told) == (step < 5)
        if step < 6:
            lab.at("text=Next").click()


def test_tokens_fly_then_the_numbers_appear_and_a_new_click_ends_the_flight(lab):
    lab = lab(step=0, page_options={})
    # One task of the page, so that a slow machine cannot look too late.
    click_and_look = """root => {
        [...root.querySelectorAll("button")].find((b) => b.textContent === "Next").click();
        const u = root.querySelector('[data-name="u1.1"]');
        return [root.querySelectorAll(".bp-token").length, u !== null];
    }"""
    assert lab.root.evaluate(click_and_look) == [12, False]
    lab.page.wait_for_selector(f'{READY}[data-settled="true"]')
    assert lab.at(".bp-token").count() == 0
    assert "u1.1" in lab.numbers()
    assert lab.root.evaluate(click_and_look)[0] == 8
    assert lab.root.evaluate(click_and_look)[0] == 0
    assert "L" in lab.numbers()


def test_reduced_motion_gives_steps_only(lab):
    lab = lab(step=0)
    lab.at("text=Next").click()
    assert lab.at(".bp-token").count() == 0
    assert "u1.1" in lab.numbers()


def test_the_answer_of_a_predict_block_uncovers_the_gradients(lab):
    lab = lab(predict=True, before='<div class="predict"><button>Show</button></div>')
    hidden = {"dW2.1.1", "delta2.1", "slope", "L_after"}
    assert not hidden & set(lab.numbers())
    assert "L" in lab.numbers()
    for step in range(7):
        lab.go(step)
        assert not hidden & set(lab.numbers())
    lab.go(5)
    lab.page.evaluate(
        """document.querySelector(".predict").dispatchEvent(
            new CustomEvent("predict:answered", {bubbles: true}))"""
    )
    assert {"dW2.1.1", "delta2.1", "slope"} <= set(lab.numbers())


def test_a_question_answered_before_the_widget_was_there_counts(lab):
    answered = '<div class="predict"><div class="answer">It rises.</div></div>'
    lab = lab(predict=True, before=answered + '<div class="predict-unrelated"></div>')
    assert {"dW2.1.1", "delta2.1", "slope"} <= set(lab.numbers())


def test_without_a_predict_block_the_widget_uncovers_itself(lab):
    lab = lab(predict=True)
    assert "delta2.1" not in lab.numbers()
    lab.at(".bp-extras button").get_by_text("Show").click()
    assert "delta2.1" in lab.numbers()


# ---- keyboard ----


def test_the_whole_task_by_keyboard_alone(lab):
    net, _, _ = bp.load_example()
    lab = lab(step=0)
    press = lab.page.keyboard.press

    press("Tab")
    lab.tab_to("Next")
    for _ in range(5):
        press("Enter")
    assert lab.root.get_attribute("data-step") == "5"
    lab.tab_to("x 1")  # the diagram is one tab stop
    press("ArrowDown")
    press("ArrowDown")
    assert lab.focused().startswith("x 3")
    press("ArrowRight")
    press("ArrowDown")
    press("ArrowDown")
    assert lab.focused().startswith("w 1, ")
    press("ArrowRight")
    assert lab.focused().startswith("b 1, ")
    press("ArrowLeft")
    press("Enter")
    selected = lab.model("model.get('selected')")
    assert selected.startswith("w1.")
    assert lab.page.evaluate("document.activeElement.type") == "range"
    layer, i, j = (int(k) - 1 for k in selected[1:].split("."))
    start = net.weights[layer][i, j]
    for key, change in (
        ("ArrowRight", 0.1),
        ("Shift+ArrowRight", 0.01),
        ("PageUp", 0.5),
        ("ArrowDown", -0.1),
        ("PageDown", -0.5),
    ):
        press(key)
        start += change
        assert lab.number(f"W{selected[1:]}") == pytest.approx(start, abs=1e-12)
    press("Home")
    assert lab.number(f"W{selected[1:]}") == -3
    press("End")
    assert lab.number(f"W{selected[1:]}") == 3
    press("Control+z")
    assert lab.number(f"W{selected[1:]}") == -3
    press("Escape")
    assert lab.focused().startswith(f"w 1, {i + 1} {j + 1}")
    press("r")
    assert lab.number(f"W{selected[1:]}") == net.weights[layer][i, j]
    lab.tab_to("w 1, ")
    press("Tab")
    press("Tab")
    lab.tab_to("w ")  # a table is one tab stop too, at the selected cell
    press("Shift+Tab")
    lab.cell(selected).focus()
    press("ArrowDown" if i == 0 else "ArrowUp")
    press("Enter")
    assert lab.page.evaluate("document.activeElement.type") == "range"
    press("Escape")
    assert lab.page.evaluate("document.activeElement.getAttribute('role')") == "gridcell"


def test_each_group_is_one_tab_stop(lab):
    lab = lab()
    for group, count in ((".bp-stops", 1), (".bp-stage", 3), (".bp-layer1", 1), (".bp-layer2", 1)):
        # the diagram holds the two radio buttons of the switch beside its one stop
        stops = lab.at(f'{group} :is(button, [tabindex], input):not([tabindex="-1"])')
        assert stops.count() == count, group


# ---- pointer and touch ----


def test_a_cell_is_scrubbed_after_4_pixels_and_leaves_its_ghost(lab):
    lab = lab()
    lab.cell("w1.2.3").click()
    box = lab.cell("w2.1.1").bounding_box()
    mouse = lab.page.mouse
    x, y = box["x"] + 20, box["y"] + 20
    before = lab.number("L")
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 3, y)
    assert lab.model("model.get('selected')") == "w1.2.3"
    mouse.move(x + 75, y)  # so quick that it has left the cell
    assert lab.number("W2.1.1") == pytest.approx(0.9 + 75 * 0.02)
    assert lab.at(".bp-was").inner_text() == f"was {before:.4f}"
    assert lab.at(".bp-ghost-point").is_visible()
    mouse.up()
    assert lab.at(".bp-was").inner_text() == f"was {before:.4f}", "it stays until the next gesture"
    assert lab.model("model.get('W')[1][0][0]") == pytest.approx(2.4)
    assert lab.model("model.get('selected')") == "w2.1.1"
    lab.slider.focus()
    for _ in range(3):
        lab.page.keyboard.press("ArrowLeft")
    assert lab.at(".bp-was").inner_text() == f"was {before:.4f}", "keys go on with the gesture"
    lab.go(4)
    assert lab.at(".bp-was").inner_text() == ""


def test_digits_rest_for_two_frames_of_a_drag_and_catch_up_when_the_pointer_does(lab):
    lab = lab(step=6)
    seen = """moves => new Promise(done => {
        const range = document.querySelector('input.bp-range');
        const loss = document.querySelector('.bp-loss-value');
        const point = document.querySelector('.bp-point');
        const found = [];
        const tick = () => {
            found.push([loss.textContent, point.getAttribute('cx')]);
            if (found.length > moves) return done(found);
            range.value = String(found.length / 10);
            range.dispatchEvent(new Event('input'));
            requestAnimationFrame(tick);
        };
        tick();
    })"""
    frames = lab.page.evaluate(seen, 12)
    losses, points = (len(set(column)) for column in zip(*frames, strict=True))
    assert points >= 12, "the point moves in every frame"
    assert 1 < losses < points, "the digits in the first and in every third from there"
    until(lambda: lab.number("W1.2.3") == 1.2, "the last digits, though no frame follows")
    held = lab.numbers()
    lab.slider.evaluate("range => range.dispatchEvent(new Event('change'))")
    assert lab.numbers() == held


def test_the_nearest_edge_within_14_pixels_is_picked(lab):
    lab = lab()
    stage = lab.at(".bp-stage").bounding_box()
    line = (
        lab.at(".bp-edge")
        .nth(0)
        .evaluate(
            "p => { const a = p.getPointAtLength(0), b = p.getPointAtLength(p.getTotalLength());"
            " return [a.x, a.y, b.x, b.y] }"
        )
    )
    x1, y1, x2, y2 = line
    length = np.hypot(x2 - x1, y2 - y1)
    normal = np.array([y2 - y1, x1 - x2]) / length  # away from the others: it is the topmost edge
    corner, along = np.array([stage["x"], stage["y"]]), np.array([x2 - x1, y2 - y1])
    point = corner + (x1, y1) + 0.6 * along
    for distance, picked in ((12, "w1.1.1"), (18, "w2.2.2")):
        lab.model("model.set('selected', 'w2.2.2')")
        lab.page.mouse.click(*(point + distance * normal))
        assert lab.model("model.get('selected')") == picked


def test_hover_previews_a_path_and_the_selection_persists(lab):
    lab = lab(selected="w1.2.3")
    lab.cell("w1.4.1").hover()
    assert lab.at(".bp-halo.on").count() == 2
    assert lab.at(".bp-tag").inner_text() == "−0.0047"
    lab.page.mouse.move(1, 1)
    assert lab.at(".bp-tag").inner_text() == "+0.0264"
    assert lab.at(".bp-cell.selected").get_attribute("aria-label").startswith("w 1, 2 3")
    boxed = lab.at(".bp-top.on, .bp-side.on")
    assert [boxed.nth(k).locator("[data-name]").get_attribute("data-name") for k in (0, 1)] == [
        "head.x0.3",
        "head.delta1.2",
    ]


def test_targets_fit_a_finger_and_let_the_page_scroll(lab):
    lab = lab(width=390, page_options={"has_touch": True, "is_mobile": True, **STILL})
    for selector in (".bp-cell", "input.bp-range", ".bp-stage", ".bp-node"):
        assert lab.at(selector).first.evaluate("n => getComputedStyle(n).touchAction") == "pan-y"
    small = lab.root.evaluate(
        """root => [...root.querySelectorAll("button, .bp-cell, input.bp-range, .bp-mode label")]
            .filter((n) => n.offsetParent)
            .map((n) => [n.className, n.getBoundingClientRect()])
            .filter(([, r]) => r.width < 24 || r.height < 24).map(([name]) => name)"""
    )
    assert small == []


# ---- typing, undo, reset, links, several views ----


def test_what_is_no_number_is_refused_in_place_and_the_last_good_value_stays(lab):
    lab = lab(selected="w1.2.3")
    before = lab.numbers()
    for typed, sentence in (
        ("abc", "“abc” is not a number."),
        ("", "Type a number."),
        ("0,5", "“0,5” is not a number."),
        ("NaN", "“NaN” is not a number."),
        ("1e999", "1e999 is outside ±1,000,000."),
        ("-2000000", "−2000000 is outside ±1,000,000."),
    ):
        lab.field.fill(typed)
        lab.field.press("Enter")
        assert lab.at(".bp-complaint").inner_text() == f"{sentence} 0.1 stays."
        assert lab.field.get_attribute("aria-invalid") == "true"
        assert lab.numbers() == before
    lab.field.fill("−0.4")
    lab.field.press("Enter")
    assert lab.at(".bp-complaint").inner_text() == ""
    assert lab.number("W1.2.3") == -0.4


def test_the_field_shows_every_digit_when_it_has_the_focus(lab):
    net, _, _ = bp.load_example()
    net.weights[0][1, 2] = 0.123456789
    lab = lab(net=net, selected="w1.2.3")
    assert lab.field.input_value() == "+0.12"
    lab.field.focus()
    assert lab.field.input_value() == "0.123456789"
    lab.field.blur()
    assert lab.number("W1.2.3") == 0.123456789


def test_the_axis_grows_with_a_typed_value_and_prints_its_ends(lab):
    lab = lab(selected="w1.2.3")
    assert lab.at(".bp-end").all_inner_texts() == ["−3", "3"]
    lab.field.fill("250")
    lab.field.press("Enter")
    assert lab.at(".bp-end").all_inner_texts() == ["−300", "300"]
    assert lab.slider.input_value() == "250"


def test_a_learning_rate_below_zero_is_refused(lab):
    lab = lab(step=6)
    lab.at(".bp-eta").click()
    lab.field.fill("-1")
    lab.field.press("Enter")
    assert "outside 0 to 1,000,000" in lab.at(".bp-complaint").inner_text()
    assert lab.number("eta") == 1


def test_a_link_restores_the_state_and_the_address_is_never_rewritten(lab, reopen):
    lab = lab(step=5, name="cover")
    address = lab.page.url
    lab.cell("w1.3.2").click()
    lab.field.fill("-1.25")
    lab.field.press("Enter")
    lab.go(6)
    assert lab.page.url == address
    link = lab.copied_link()
    assert lab.at(".bp-actions").get_by_text("Copied").is_visible()
    assert link.endswith("#place-0")
    page = reopen(link, width=736, **STILL)
    page.wait_for_selector(READY)
    other = Lab(page)
    assert other.numbers() == lab.numbers()
    assert other.model("[model.get('step'), model.get('selected')]") == [6, "w1.3.2"]
    other.at("text=Reset").click()
    assert other.number("W1.3.2") == -0.9  # the book's number, not the link's


def test_where_copying_is_forbidden_the_link_is_shown_selected(lab):
    lab = lab()
    lab.page.evaluate(
        "void (navigator.clipboard.writeText = async () => { throw new Error('no') })"
    )
    lab.at("text=Copy link").click()
    field = lab.at(".bp-copy-field")
    field.wait_for()
    assert "NetLab342=5~w1.2.3~1" in field.input_value()
    assert (
        lab.page.evaluate("getSelection().toString() || document.activeElement.selectionEnd") != 0
    )


@pytest.mark.parametrize(
    "value",
    ["nonsense", "9~w1.2.3~1", "5~w9.9.9~1", "5~w1.2.3~-1", "5~w1.2.3~1~0.5", "5~w1.2.3~1~x"],
)
def test_a_broken_link_says_so_and_shows_the_books_numbers(lab, value):
    lab = lab(step=5, query=f"?NetLab342={value}")
    assert "The link could not be read" in lab.at(".bp-say").inner_text()
    assert lab.number("W1.2.3") == 0.1
    lab.go(4)
    assert "The link" not in lab.at(".bp-say").inner_text()


def test_undo_and_reset(lab):
    lab = lab(selected="w1.2.3")
    undo, reset = lab.at("text=Undo"), lab.at("text=Reset")
    assert undo.get_attribute("aria-disabled") == reset.get_attribute("aria-disabled") == "true"
    start = lab.numbers()
    for value in ("0.3", "0.7"):
        lab.field.fill(value)
        lab.field.press("Enter")
    undo.click()
    assert lab.number("W1.2.3") == 0.3
    reset.click()
    assert lab.numbers() == start
    undo.click()
    assert lab.number("W1.2.3") == 0.3


def test_two_views_of_one_model_agree_and_two_models_do_not_mix(reopen, tmp_path):
    example = bp.load_example()
    one, other = NetLab342(*example, step=5), NetLab342(*example, step=5)
    states = {"a": embedded(one), "b": embedded(other)}
    url = write_page(tmp_path, states=states, views=["a", "a", "b"])
    page = reopen(url, width=736, height=2600, **STILL)
    page.wait_for_function(f"document.querySelectorAll('{READY}').length === 3")
    first, second, third = (Lab(page, n) for n in range(3))
    first.cell("w2.2.1").click()
    first.field.fill("2")
    first.field.press("Enter")
    first.go(6)
    page.wait_for_function(f"document.querySelectorAll('{READY}')[1].dataset.step === '6'")
    assert second.numbers() == first.numbers()
    assert first.number("W2.2.1") == 2
    assert (third.number("W2.2.1"), third.root.get_attribute("data-step")) == (-0.5, "5")


# ---- a kernel that sends nonsense, a host that lacks something ----


def test_a_bad_value_from_the_kernel_is_refused_in_place(lab):
    lab = lab(selected="w1.2.3")
    before = lab.numbers()
    good = lab.model("({ W: model.get('W'), b: model.get('b'), x: model.get('x') })")
    for script, sentence in (
        ("model.set('x', [0.5, NaN, 0.8])", "Not a finite number: x, entry 2."),
        ("model.set('x', [0.5, 'nan', 0.8])", "Not a finite number: x, entry 2."),
        (
            "model.set('b', [[0, 0, 0, Infinity], [0, 0]])",
            "Not a finite number: b, layer 1, entry 4.",
        ),
        ("model.set('W', [[[1]]])", "W and b do not make a 3-4-2 network."),
        (
            "model.set('eta', NaN)",
            "The learning rate is not a number from 0 to 1,000,000.",
        ),
    ):
        lab.model(script)
        sentence += " The last good numbers stay."
        lab.page.wait_for_function(
            "([s, text]) => document.querySelector(s).textContent === text",
            arg=[f"{READY} .bp-say", sentence],
        )
        assert lab.numbers() == before
        if "eta" not in script:
            key = script.split("'")[1]
            lab.model(f"model.set('{key}', {json.dumps(good[key])})")
    lab.field.fill("0.5")
    lab.field.press("Enter")
    assert lab.at(".bp-say").inner_text() == "All 26 derivatives, in one sweep."
    assert lab.number("W1.2.3") == 0.5
    whole = "[model.get('W'), model.get('x'), model.get('b'), model.get('eta')]"
    json.dumps(lab.model(whole), allow_nan=False)


def test_good_values_from_the_kernel_are_drawn(lab):
    lab = lab()
    lab.model("(model.set('x', [1, 2, 3]), model.set('y', [0, 1]), model.set('step', 3))")
    lab.page.wait_for_function(f"document.querySelector('{READY}').dataset.step === '3'")
    net, _, _ = bp.load_example()
    want = expected_numbers(net, np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0]))
    assert close(lab.number("L"), want["L"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "Nothing"}, "There is no widget called “Nothing”."),
        ({"x": [1, 2]}, "There is nothing to draw. x needs 3 numbers for a 3-4-2 network."),
    ],
)
def test_a_state_that_cannot_be_drawn_gives_a_sentence(reopen, tmp_path, change, sentence):
    state = embedded(NetLab342(*bp.load_example()))
    state["state"] |= change
    page = reopen(write_page(tmp_path, states={"a": state}), **STILL)
    assert page.locator(".bp-refusal").inner_text() == sentence


# ---- what is read aloud, and the table of all numbers ----


def test_value_texts_and_the_polite_summary(lab):
    lab = lab(selected="w1.2.3")
    text = "w 1, 2 3 = +0.10; dL/dw = +0.0264; raising it raises the loss"
    assert lab.slider.get_attribute("aria-valuetext") == text
    assert lab.cell("w1.2.3").get_attribute("aria-label") == text
    lab.slider.focus()
    lab.page.keyboard.press("ArrowLeft")
    status = lab.at('[role="status"]')
    assert status.inner_text() == ""
    lab.page.wait_for_function(
        f"document.querySelector('{READY} [role=status]').textContent !== ''"
    )
    said = status.inner_text()
    assert said.startswith("w 1, 2 3 = 0.00; dL/dw = +0.0")
    assert "Loss 0.11" in said


def test_all_numbers_stand_in_a_table_with_every_digit(lab):
    net, x, y = bp.load_example()
    lab = lab(step=5)
    lab.at("summary").click()
    rows = lab.at(".bp-listing tbody tr")
    rows.first.wait_for()  # the table is made when it is opened
    texts = rows.evaluate_all("list => list.map((row) => [...row.cells].map((c) => c.textContent))")
    assert len(texts) == 3 + 26 + 2 + 1 + 12 + 1
    values = [float(t[1].replace("−", "-")) for t in texts]
    slopes = [float(t[2].replace("−", "-")) for t in texts if t[2] not in ("", "·")]
    want = expected_numbers(net, x, y)
    assert want["L"] in values
    for name in ("dW1.2.3", "db2.1"):
        assert min(abs(np.array(slopes) - want[name])) < TOLERANCE
    lab.go(2)
    texts = rows.evaluate_all("list => list.map((row) => row.cells[2].textContent)")
    assert set(texts) <= {"", "·"}
