"""What every widget promises, tested for each kind in the same words.

What only one of them does, its keyboard task and its states of unusual size stand in its own file.
"""

import io
from functools import cache

import numpy as np
import pytest
from PIL import Image

from tests.browser.harness import STILL, embedded, write_page
from tests.browser.kinds import KINDS, Shown
from tests.browser.visits import until

each_kind = pytest.mark.parametrize("kind", KINDS)
TOUCH = {"has_touch": True, "is_mobile": True, **STILL}


@cache
def state_of(kind):
    return embedded(KINDS[kind].make())


@pytest.fixture(name="show")
def open_kind(reopen, tmp_path):
    """Return a function that opens a page with one widget, or with several views of it."""

    def opened(
        kind, *, views=1, state=None, width=736, height=1100, page_options=STILL, by=reopen, **page
    ):
        states = {"a": state or state_of(kind)}
        page.setdefault("padding", "8px 16px" if width == 320 else "8px")
        url = write_page(tmp_path, states=states, views=["a"] * views, **page)
        page = by(url, width=width, height=height, **page_options)
        page.wait_for_selector(f'[data-widget="{kind}"][data-ready="1"]')
        return Shown(page, kind)

    return opened


# ---- bad input ----


@each_kind
def test_what_cannot_be_taken_is_refused_in_place_and_the_last_good_value_stays(show, kind):
    shown = show(kind)
    before = shown.numbers()
    far = shown.kind.far
    for typed, sentence in (
        ("abc", "“abc” is not a number."),
        ("NaN", "“NaN” is not a number."),
        ("", "Type a number."),
        (far, f"{far} is outside "),
        ("-1e7", "−1e7 is outside "),
    ):
        shown.type(typed)
        assert shown.complaint().startswith(sentence)
        assert shown.complaint().endswith(" stays.")
        assert shown.at('[aria-invalid="true"]').count() == 1
        assert shown.numbers() == before
    shown.type(shown.kind.good)
    assert shown.complaint() == ""
    assert shown.numbers() != before


@each_kind
def test_nan_from_a_kernel_gives_a_sentence_and_the_last_good_numbers_stay(show, kind):
    shown = show(kind)
    before = shown.numbers()
    trait, value = shown.kind.broken
    good = shown.model(f"model.get('{trait}')")
    shown.model(f"model.set('{trait}', {value})")
    shown.page.wait_for_function(
        "s => document.querySelector(s).textContent.endsWith(' The last good numbers stay.')",
        arg=f"{shown.ready} .bp-say",
    )
    assert shown.numbers() == before
    shown.page.evaluate("good => globalThis.good = good", good)
    shown.model(f"model.set('{trait}', globalThis.good)")
    shown.type(shown.kind.good)
    assert "last good" not in shown.at(".bp-say").first.inner_text()
    assert all(np.isfinite(list(shown.numbers().values())))


# ---- views come and go ----


@each_kind
def test_two_views_agree_one_goes_and_comes_back_and_a_saved_notebook_shows_the_same(show, kind):
    shown = show(kind, views=2, height=2400)
    shown.page.wait_for_function(f"document.querySelectorAll('{shown.ready}').length === 2")
    shown.type(shown.kind.good)
    list(shown.walk())
    numbers = shown.numbers()
    second = Shown(shown.page, kind, 1)
    assert second.numbers() == numbers
    keys = list(state_of(kind)["state"])
    saved = shown.page.evaluate(
        """keys => {
            const mount = document.querySelector(".bp-mount"), model = mount.backpropModel;
            mount.remove();
            const el = document.querySelector("main").appendChild(document.createElement("div"));
            globalThis.backpropWidgets.render({ model, el });
            return Object.fromEntries(keys.map((key) => [key, model.get(key)]));
        }""",
        keys,
    )
    assert Shown(shown.page, kind, 1).numbers() == numbers
    state = {"model_name": "AnyModel", "model_module": "anywidget", "state": saved}
    assert show(kind, state=state).numbers() == numbers


MOUNT = """times => {
    const model = document.querySelector(".bp-mount").backpropModel;
    let heard = 0;
    const counted = { ...model,
        on: (...a) => { heard++; model.on(...a); },
        off: (...a) => { heard--; model.off(...a); } };
    for (let t = 0; t < times; t++) {
        const el = document.body.appendChild(document.createElement("div"));
        globalThis.backpropWidgets.render({ model: counted, el })();
        if (el.childElementCount) throw new Error("something stays in the page");
        el.remove();
    }
    return heard;
}"""


@each_kind
def test_a_hundred_mounts_leave_no_listener_and_no_node(show, open_page, kind):
    shown = show(kind, by=open_page)  # a fresh page: nothing of another test is thrown away here
    client = shown.page.context.new_cdp_session(shown.page)

    def kept():
        shown.page.wait_for_timeout(50)  # what the browser still has to tell observers
        client.send("HeapProfiler.collectGarbage")
        counters = client.send("Memory.getDOMCounters")
        heap = client.send("Runtime.getHeapUsage")["usedSize"]
        return counters["jsEventListeners"], counters["nodes"], heap

    assert shown.page.evaluate(MOUNT, 10) == 0
    listeners, nodes, heap = kept()
    assert shown.page.evaluate(MOUNT, 100) == 0
    # One mounted widget has several hundred nodes; the compiler keeps some bytes. What is given
    # back goes when the browser finds the time, what leaks never does.
    most = (listeners + 5, nodes + 50, heap + 1e6)
    until(lambda: all(a <= b for a, b in zip(kept(), most, strict=True)), f"no more than {most}")


# ---- touch ----

AT_REST = """async () => {
    let still = 0;
    for (let frames = 0; still < 8 && frames < 300; frames++) {
        const top = scrollY;
        await new Promise(requestAnimationFrame);
        still = scrollY === top ? still + 1 : 0;
    }
}"""


@each_kind
def test_a_finger_scrubs_sideways_and_scrolls_up_and_down(show, kind):
    shown = show(kind, width=390, height=700, page_options=TOUCH, before='<p style="height:40vh">')
    shown.page.evaluate(
        "() => document.body.append(Object.assign(document.createElement('div'),"
        " { style: 'height: 200vh' }))"
    )
    target = shown.at(shown.kind.drag).first
    target.evaluate("n => n.scrollIntoView({ block: 'center' })")
    client = shown.page.context.new_cdp_session(shown.page)

    def swipe(dx, dy):
        target.evaluate("n => n.scrollIntoView({ block: 'center' })")
        shown.page.evaluate(AT_REST)
        top, box = shown.page.evaluate("scrollY"), target.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for step in range(9):
            kind = "touchMove" if step else "touchStart"
            points = [{"x": x + dx * step / 8, "y": y + dy * step / 8}]
            client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        shown.page.evaluate(AT_REST)
        return shown.page.evaluate("scrollY") - top

    get = f"model.get('{shown.kind.dragged}')"
    before = shown.model(get)
    assert swipe(0, -120) > 60
    assert shown.model(get) == before
    assert swipe(48, 0) == 0
    assert shown.model(get) != before


# ---- what is read aloud ----


@each_kind
def test_all_that_takes_the_focus_has_a_name_and_a_change_is_told_politely(show, kind):
    shown = show(kind)
    nameless = shown.root.evaluate(
        """root => [...root.querySelectorAll("a, button, input, select, summary, [tabindex]")]
            .filter((n) => n.checkVisibility() && !n.ariaLabel?.trim() && !n.textContent.trim()
                && !n.labels?.[0]?.textContent.trim() && !n.getAttribute("aria-labelledby"))
            .map((n) => n.outerHTML.slice(0, 120))"""
    )
    assert nameless == []
    status = shown.at('[role="status"]')
    assert status.get_attribute("aria-live") == "polite"
    shown.type(shown.kind.good)
    shown.page.wait_for_function(
        f"document.querySelector('{shown.ready} [role=status]').textContent.length > 20"
    )
    assert "NaN" not in status.inner_text()


# ---- motion, colours, axe ----

PRESS = """async root => {
    const found = [];
    const buttons = () => [...root.querySelectorAll("button")]
        .filter((n) => n.checkVisibility() && !/Copy|Pause/.test(n.textContent));
    for (let turn = 0; turn < buttons().length; turn++) {
        buttons()[turn].click();
        for (let t = 0; t < 3; t++) {
            for (const a of root.getAnimations({ subtree: true })) {
                found.push(`${buttons()[turn]?.textContent}: ${a.effect.target.className}`);
            }
            if (t < 2) await new Promise(requestAnimationFrame);
        }
    }
    return found;
}"""


@each_kind
def test_with_reduced_motion_nothing_moves(show, kind):
    assert show(kind).root.evaluate(PRESS) == []


@pytest.mark.parametrize("kind", ["NetLab342", "DeltaRelay"])
def test_otherwise_something_does(show, kind):
    moving = show(kind, page_options={"reduced_motion": "no-preference"})
    assert moving.root.evaluate(PRESS) != []


TEXTS = """root => {
    const found = [], frame = root.getBoundingClientRect();
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const seen = { opacityProperty: true, visibilityProperty: true };
    while (walker.nextNode()) {
        const text = walker.currentNode, parent = text.parentElement;
        if (!/[\\p{L}\\p{N}]/u.test(text.data) || parent.closest(".bp-sr, select")) continue;
        if (!parent.checkVisibility(seen)) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const r = range.getBoundingClientRect();
        if (r.width < 3 || r.height < 3) continue;
        found.push([text.data.trim(), r.left - frame.left, r.top - frame.top, r.width, r.height]);
    }
    for (const sample of root.querySelectorAll("i:empty")) {
        const r = sample.getBoundingClientRect();
        const name = `sample of ${sample.parentElement.textContent}`;
        const box = [r.left - frame.left - 1, r.top - frame.top - 1, r.width + 2, r.height + 2];
        if (sample.checkVisibility(seen)) found.push([name, ...box]);
    }
    return found;
}"""
DASHES = """root => {
    const strokes = {};
    for (const n of root.querySelectorAll("svg .pos, svg .neg")) {
        const style = getComputedStyle(n), sign = n.classList.contains("pos") ? "pos" : "neg";
        if (style.stroke === "none" || !n.checkVisibility()) continue;
        (strokes[n.classList[0]] ??= {})[sign] = style.strokeDasharray;
    }
    return strokes;
}"""
# The outline of the element with the focus, or of the face that stands for a hidden radio button.
FOCUS = """root => {
    const n = document.activeElement;
    if (!root.contains(n)) return null;
    const faces = [n, n.nextElementSibling, n.closest("label"), n.parentElement];
    const outlined = (m) => m && getComputedStyle(m).outlineStyle !== "none"
        && parseFloat(getComputedStyle(m).outlineWidth) >= 2;
    return [n.className.baseVal ?? n.className, n.textContent.slice(0, 20), faces.some(outlined)];
}"""


@each_kind
def test_forced_colours_leave_everything_in_sight(show, kind):
    shown = show(kind, page_options={"forced_colors": "active", **STILL}, theme="light")
    for value in shown.walk():
        picture = Image.open(io.BytesIO(shown.root.screenshot())).convert("L")
        pixels = np.asarray(picture, dtype=float)
        gone = []
        for text, left, top, width, height in shown.root.evaluate(TEXTS):
            part = pixels[int(top) : int(top + height) + 1, int(left) : int(left + width) + 1]
            if part.size and np.ptp(part) < 90:
                gone.append(text)
        assert gone == [], value
        for name, dashes in shown.root.evaluate(DASHES).items():
            if len(dashes) == 2:
                assert dashes["pos"] != dashes["neg"], name
    shown.page.evaluate("() => document.activeElement.blur()")
    shown.page.keyboard.press("Tab")
    unseen, stops = [], 0
    while (found := shown.root.evaluate(FOCUS)) and stops < 60:
        stops += 1
        unseen += [] if found[2] else [found[:2]]
        shown.page.keyboard.press("Tab")
    assert stops > 4
    assert unseen == []


# What axe-core finds wrong in a widget. Contrast takes it most of the time: it looks at the texts
# that are unlike all before in their class, colour, size, weight and what they stand on.
AXE = """async root => {
    const seen = globalThis.seen ??= new Set();
    for (const node of root.querySelectorAll("*")) {
        node.removeAttribute("data-sample");
        const text = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
        if (!text || !node.checkVisibility()) continue;
        const { x, y, width, height } = node.getBoundingClientRect();
        const { color, fontSize, fontWeight } = getComputedStyle(node);
        const ground = document.elementsFromPoint(x + width / 2, y + height / 2).map((n) => {
            const { backgroundColor, opacity } = getComputedStyle(n);
            return backgroundColor + opacity;
        });
        const look = [node.getAttribute("class"), color, fontSize, fontWeight, ground].join();
        if (!seen.has(look)) node.setAttribute("data-sample", "");
        seen.add(look);
    }
    const options = { resultTypes: ["violations"], preload: { assets: ["media"] } };
    const others = { ...options, rules: { "color-contrast": { enabled: false } } };
    const results = [await axe.run(root, others)];
    if (root.querySelector("[data-sample]")) {
        const samples = { include: [["[data-sample]"]] };
        results.push(await axe.run(samples, { ...options, runOnly: ["color-contrast"] }));
    }
    return results.flatMap(({ violations }) => violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`)));
}"""


@each_kind
def test_axe_finds_nothing_in_any_state(show, axe, axe_source, kind):
    """Every step or tab; then with all numbers open and a sentence of refusal; wide and narrow."""
    shown = show(kind)
    shown.page.evaluate(axe_source)
    problems = []
    for value in shown.walk():
        problems += [f"{value}: {found}" for found in shown.root.evaluate(AXE)]
    shown.at("summary").first.click()
    shown.type("x")
    assert shown.complaint()
    problems += shown.root.evaluate(AXE)
    trait, broken = shown.kind.broken
    shown.model(f"model.set('{trait}', {broken})")
    shown.page.set_viewport_size({"width": 320, "height": 1100})
    shown.page.evaluate("() => document.documentElement.dataset.theme = 'dark'")
    problems += axe(shown.page)  # and the page around it
    *_, last = shown.walk()
    problems += [f"{last}, dark: {found}" for found in shown.root.evaluate(AXE)]
    assert problems == []
