"""How NetLab342 looks: one height and no overlap in every state, themes, axe-core, its place."""

import re

import numpy as np
import pytest

import backprop as bp
from backprop.widgets import NetLab342
from tests.browser.harness import READY, STILL, open_lab, write_page  # noqa: F401
from tests.browser.looks import WIDE_FONT, faults


def scaled(weight, bias, input_scale=1.0):
    net, x, y = bp.load_example()
    scaled = bp.Network([w * weight for w in net.weights], [v * bias for v in net.biases])
    return {"net": scaled, "x": x * input_scale, "y": y}


def ends():
    """Return the example with its weights at plus and minus 1000 by their signs."""
    net, x, y = bp.load_example()
    W = [np.where(w > 0, 1000.0, -1000.0) for w in net.weights]
    return {"net": bp.Network(W, [np.full(4, -1000.0), np.full(2, 1000.0)]), "x": x, "y": y}


STATES = {
    "as it is": {},
    "thousands": ends(),
    "zeros": {**scaled(0, 0), "theme": "dark"},
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
LIMITS = {736: 730, 600: 730, 560: 1050, 406: 1050, 320: 1050}
MOVES = [
    {"step": step, "selected": selected}
    for step in range(7)
    for selected in (("w1.2.3", "b2.1", "x.2", "y.1") if step in (0, 5) else ("w2.2.4",))
] + [{"selected": "eta"}]


@pytest.mark.parametrize("state", STATES)
def test_every_step_has_the_same_height_and_nothing_overlaps(reopen, tmp_path, state):
    net, x, y = bp.load_example()
    options = {"net": net, "x": x, "y": y, **STATES[state]}
    widget = NetLab342(*(options.pop(name) for name in ("net", "x", "y")))
    assert faults(reopen, tmp_path, widget, MOVES, LIMITS, **options) == []


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


def test_the_pictures_place_is_reserved_before_the_widget_is_drawn(reopen, tmp_path):
    for width, least in ((736, 716), (390, 1000)):
        url = write_page(tmp_path, NetLab342(*bp.load_example()), padding="8px")
        page = reopen(url, width=width, java_script_enabled=False)
        reserved = page.locator(".widget-figure").bounding_box()["height"]
        page = reopen(url, width=width, **STILL)
        page.wait_for_selector(READY)
        assert least <= page.locator(READY).bounding_box()["height"] <= reserved
