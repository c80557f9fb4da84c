"""How NetLab342 looks: one height and no overlap in every state, themes, axe-core, its place."""

import re

import numpy as np
import pytest

import backprop as bp
from backprop.widgets import NetLab342
from tests.browser.harness import READY, STILL, open_lab, write_page  # noqa: F401

OVERLAPS = """root => {
    const boxes = [];
    const seen = (n) => n.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode, parent = text.parentElement;
        if (!text.data.trim() || parent.closest("math, .bp-sr") || !seen(parent)) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const r of range.getClientRects()) boxes.push([text.data.trim(), r, parent]);
    }
    for (const m of root.querySelectorAll("math")) {
        if (seen(m)) boxes.push([m.textContent, m.getBoundingClientRect(), m]);
    }
    const holders = ".bp-cell, .bp-node, .bp-button, .bp-top, .bp-side, .bp-mode-face";
    const found = [];
    const frame = root.getBoundingClientRect();
    for (const [name, r, node] of boxes) {
        if (r.left < frame.left - 1 || r.right > frame.right + 1) found.push(`outside: ${name}`);
        const b = node.closest(holders)?.getBoundingClientRect();
        if (b && (r.left < b.left - 1 || r.right > b.right + 1)) found.push(`leaves: ${name}`);
    }
    const slack = 2.5; // a line box is taller than its letters
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
        const [a, p, n] = boxes[i], [c, q, m] = boxes[j];
        if (n.contains(m) || m.contains(n)) continue;
        const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
        const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (across > 1 && down > 2 * slack) found.push(`${a} | ${c}`);
    }
    if (root.scrollWidth > root.clientWidth) found.push("the widget scrolls sideways");
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) found.push("the page scrolls sideways");
    return found;
}"""


def scaled(weight, bias, input_scale=1.0):
    net, x, y = bp.load_example()
    scaled = bp.Network([w * weight for w in net.weights], [v * bias for v in net.biases])
    return {"net": scaled, "x": x * input_scale, "y": y}


def ends():
    """Return the example with its weights at plus and minus 1000 by their signs."""
    net, x, y = bp.load_example()
    W = [np.where(w > 0, 1000.0, -1000.0) for w in net.weights]
    return {"net": bp.Network(W, [np.full(4, -1000.0), np.full(2, 1000.0)]), "x": x, "y": y}


WIDE_FONT = ".bp { --text: 'DejaVu Sans', Verdana, sans-serif !important }"
STATES = {
    "as it is": {},
    "thousands": ends(),
    "zeros": scaled(0, 0),
    "millionths": scaled(4e-6, 4e-6, 1e-5),
    "linear, large": {
        "net": bp.Network(
            [w * 300 for w in bp.load_example()[0].weights],
            bp.load_example()[0].biases,
            activation="identity",
        )
    },
    "wide font": {"style": WIDE_FONT},
}
FRAMES = {"column": 736, "narrow": 600, "split": 560, "phone": 406, "320": 320}


@pytest.mark.parametrize(
    ("state", "frame"),
    [
        (state, frame)
        for state in STATES
        for frame in FRAMES
        if frame not in ("split", "narrow") or state in ("as it is", "wide font")
    ],
)
def test_every_step_has_the_same_height_and_nothing_overlaps(lab, state, frame):
    padding = {"320": "8px 16px", "narrow": "0", "column": "24px 0"}.get(frame, "8px")
    theme = "dark" if state == "zeros" else "light"
    lab = lab(
        step=0, width=FRAMES[frame], height=1200, padding=padding, theme=theme, **STATES[state]
    )
    heights, problems = set(), {}
    for step in range(7):
        lab.go(step)
        heights.add(lab.root.evaluate("root => root.getBoundingClientRect().height"))
        for selected in ("w1.2.3", "b2.1", "x.2", "y.1") if step in (0, 5) else ("w2.2.4",):
            lab.model(f"model.set('selected', '{selected}')")
            found = lab.root.evaluate(OVERLAPS)
            if found:
                problems[f"step {step}, {selected}"] = found
    lab.at(".bp-eta").click()
    found = lab.root.evaluate(OVERLAPS)
    heights.add(lab.root.evaluate("root => root.getBoundingClientRect().height"))
    if found:
        problems["eta"] = found
    assert problems == {}
    assert len(heights) == 1
    assert heights.pop() <= (730 if FRAMES[frame] >= 600 else 1050)


def rgb(text):
    return [int(text[k : k + 2], 16) for k in (1, 3, 5)]


def test_theme_of_the_page_then_of_jupyterlab_then_of_the_system(lab):
    page = lab().page
    for html, body, system, dark in (
        ("light", None, "dark", False),
        ("dark", None, "light", True),
        (None, "true", "dark", False),
        (None, "false", "light", True),
        (None, None, "light", False),
        (None, None, "dark", True),
    ):
        page.emulate_media(color_scheme=system)
        found = page.evaluate(
            """([html, body]) => {
                const set = (node, key, value) =>
                    value ? node.dataset[key] = value : delete node.dataset[key];
                set(document.documentElement, "theme", html);
                set(document.body, "jpThemeLight", body);
                const stroke = (name) => getComputedStyle(document.querySelector(name)).stroke;
                return { pos: stroke(".bp-edge.pos"), neg: stroke(".bp-edge.neg") };
            }""",
            [html, body],
        )
        light, night = {"pos": "#0a6eb4", "neg": "#c24e00"}, {"pos": "#6cb6f0", "neg": "#ff9a4d"}
        for name, colour in (night if dark else light).items():
            shown = [int(v) for v in re.findall(r"\d+", found[name])[:3]]
            assert shown == rgb(colour), (html, body, system)


def test_sign_is_seen_without_colour_and_forced_colours_are_honoured(lab):
    lab = lab(page_options={"forced_colors": "active", **STILL})
    found = lab.root.evaluate(
        """root => ["pos", "neg"].map((sign) => {
            const style = getComputedStyle(root.querySelector(`.bp-edge.${sign}`));
            return [style.stroke, style.strokeDasharray];
        })"""
    )
    (positive, solid), (negative, dashes) = found
    assert positive == negative
    assert (solid, dashes) == ("none", "6px, 4px")
    texts = lab.at(".bp-gradient").all_inner_texts()
    assert all(re.match(r"[+−]\d", text) for text in texts)


def test_the_pictures_place_is_reserved_before_the_widget_is_drawn(open_page, tmp_path):
    for width, least in ((736, 716), (390, 1000)):
        url = write_page(tmp_path, NetLab342(*bp.load_example()), padding="8px")
        page = open_page(url, width=width, javascript=False)
        reserved = page.locator(".widget-figure").bounding_box()["height"]
        page = open_page(url, width=width, **STILL)
        page.wait_for_selector(READY)
        assert least <= page.locator(READY).bounding_box()["height"] <= reserved
