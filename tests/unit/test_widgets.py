"""The widgets' Python side: what NetLab342 takes, refuses, computes and shows."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from anywidget import AnyWidget
from PIL import Image
from traitlets import TraitError

import backprop as bp
from backprop.widgets import NetLab342
from tests.browser.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
JS = ROOT / "src" / "backprop" / "widgets" / "js"
CSS = JS / "widgets.css"
sys.path.insert(0, str(ROOT / "tools"))
import bundle  # noqa: E402

# Sources of a single widget; everything else in js/ is shared.
WIDGET_SOURCES = sorted(
    [
        *JS.glob("netlab*.js"),
        JS / "chaintracer.js",
        JS / "deltarelay.js",
        JS / "descentmap.js",
        JS / "neurondial.js",
        JS / "matrixlens.js",
    ]
)


@pytest.fixture
def widget():
    return NetLab342(*bp.load_example(), step=5)


# ---- what Python sees ----


def test_what_it_reports_is_what_the_package_computes(widget):
    net, x, y = bp.load_example()
    f = net.forward(x)
    g = net.backward(f, y)
    for mine, theirs in zip(widget.gradients.dW + widget.gradients.db, g.dW + g.db, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(widget.forward.x[-1], f.x[-1])
    assert widget.loss == pytest.approx(0.11628, abs=5e-6)
    assert isinstance(widget.network, bp.Network)


def test_a_change_from_the_page_reaches_the_gradients(widget):
    W = [[row[:] for row in layer] for layer in widget.W]
    W[0][1][2] = 0.75
    widget.set_state({"W": W, "step": 6})
    assert widget.network.weights[0][1, 2] == 0.75
    assert widget.step == 6
    net, x, y = bp.load_example()
    before = net.backward(net.forward(x), y)
    assert not np.array_equal(widget.gradients.dW[0], before.dW[0])


def test_activations_reach_the_page_and_come_back():
    net, x, y = bp.load_example()
    other = bp.Network(net.weights, net.biases, activation="tanh", output_activation="identity")
    widget = NetLab342(other, x, y)
    assert (widget.activation, widget.output_activation) == ("tanh", "identity")
    assert [f.name for f in widget.network.activations] == ["tanh", "identity"]


def test_all_state_is_embedded_even_where_it_is_a_default():
    state = NetLab342(*bp.load_example()).get_state()
    needed = {"kind", "W", "b", "x", "y", "eta", "step", "selected", "predict", "activation"}
    assert needed <= set(state)
    assert state["kind"] == "NetLab342"
    json.dumps({name: state[name] for name in needed}, allow_nan=False)


# ---- what it refuses ----


def refusals():
    net, x, y = bp.load_example()
    deep = bp.Network([np.ones((2, 3)), np.ones((2, 2))], [np.zeros(2), np.zeros(2)])
    return [
        ((net.weights, x, y), TypeError, "net: expected a backprop.Network, got list"),
        ((deep, x, y), ValueError, "net: expected a 3-4-2 network.* got 3-2-2"),
        ((net, x[:2], y), ValueError, r"x: expected shape \(3,\), got \(2,\)"),
        ((net, x, [[1.0, 0.0]]), ValueError, r"y: expected shape \(2,\), got \(1, 2\)"),
        ((net, [0.5, np.nan, 0.8], y), ValueError, r"x: expected finite numbers, got nan at \[1\]"),
        ((net, ["a", "b", "c"], y), ValueError, r"x: expected numbers of shape \(3,\)"),
    ]


@pytest.mark.parametrize(("arguments", "error", "message"), refusals())
def test_it_takes_a_342_network_and_says_so_otherwise(arguments, error, message):
    with pytest.raises(error, match=message):
        NetLab342(*arguments)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("W", [[[np.inf] * 3] * 4, [[0.0] * 4] * 2], r"W\[0\]: expected finite.* inf at \[0, 0\]"),
        ("W", [[[0.0] * 3] * 4], "W: expected a list of 2 arrays"),
        ("b", [[0.0] * 4, [0.0] * 3], r"b\[1\]: expected shape \(2,\), got \(3,\)"),
        ("x", [1.0, float("nan"), 0.0], "x: expected finite numbers, got nan"),
        ("y", "ab", r"y"),
        ("eta", -1.0, "eta: expected a number from 0"),
        ("eta", float("nan"), "eta: expected a number from 0"),
        ("step", 7, "step"),
        ("selected", "w3.1.1", "selected: expected a name such as 'w1.2.3'"),
    ],
)
def test_a_bad_value_is_refused_and_the_last_good_one_stays(widget, name, value, message):
    before = getattr(widget, name)
    with pytest.raises(TraitError, match=message):
        setattr(widget, name, value)
    assert getattr(widget, name) == before


NONSENSE = ("nonsense", np.nan, [], [[1.0]], ["a", "b", "c"], [np.nan, np.nan], None)


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_takes_nonsense_for_any_of_its_traits(kind):
    widget = KINDS[kind].make()
    before = widget.get_state()
    own = set(widget.traits(sync=True)) - set(AnyWidget.class_traits(sync=True)) - {"name"}
    for name in sorted(name for name in own if not name.startswith("_")):
        for value in NONSENSE:
            with pytest.raises(TraitError, match=rf"\b{name}\b.*(expected|read-only)"):
                setattr(widget, name, value)
    assert widget.get_state() == before


# ---- how it stands in a notebook ----


def test_its_text_is_stable_and_its_still_picture_stands_in(widget):
    assert repr(widget) == "NetLab342(step 5: backward 1, L = 0.1163)"
    data, metadata = widget._repr_mimebundle_()
    assert data["text/plain"].startswith("NetLab342(step 5: backward 1, L = 0.1163)\n")
    assert "to play" in data["text/plain"]
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    picture = Image.open(io.BytesIO(data["image/png"]))
    assert picture.width >= metadata["image/png"]["width"] == 688
    assert picture.convert("RGBA").getpixel((0, 0))[3] == 0, "the page must shine through"
    assert len(data["image/png"]) < 60_000


@pytest.mark.slow
def test_the_still_picture_shows_each_step():
    widget = NetLab342(*bp.load_example())
    pictures = []
    for step in range(6):  # step 6 previews what 5 has computed
        widget.step = step
        pictures.append(widget.still())
    assert len(set(pictures)) == 6


# ---- the bundle and its sources ----


@pytest.mark.parametrize("path", bundle.BUNDLES, ids=lambda path: path.name)
def test_the_committed_bundle_is_what_its_sources_give(path):
    assert path.read_text(encoding="utf-8") == bundle.build(path)


def test_script_and_styles_weigh_no_more_than_promised():
    texts = [path.read_text(encoding="utf-8") for path in bundle.BUNDLES]
    assert bundle.weight(texts) <= bundle.LIMIT


def test_the_python_class_carries_the_bundle_as_a_module(widget):
    assert widget._esm.endswith("\nexport default globalThis.backpropWidgets;\n")
    assert "import " not in re.sub(r'"[^"]*"', "", widget._esm.split("\n")[0][:200])


@pytest.mark.slow
@pytest.mark.parametrize("command", [["lint"], ["fmt", "--check"], ["check"]], ids=" ".join)
def test_sources_are_tidy_and_well_typed(command):
    names = [path.name for path in sorted(JS.glob("*.js"))]
    run = subprocess.run(
        [bundle.deno(), *command, "--quiet", "--config", "deno.json", *names],
        cwd=JS,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


LITERALS = {
    "colour": r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklab|oklch)a?\(",
    "size": r"\d(?:px|em|rem|pt|%)",
    "duration": r"(?<![\w\\])\d*\.?\d+m?s\b|setTimeout\([^)]*,\s*\d|setInterval",
    "style": r"\.style\b",
}


def literals(text):
    """Return the places where a widget's source names a look of its own."""
    code = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL)
    return [
        f"{kind}: {found.group()}"
        for kind, pattern in LITERALS.items()
        for found in re.finditer(pattern, code)
    ]


@pytest.mark.parametrize("path", WIDGET_SOURCES, ids=lambda path: path.name)
def test_a_widget_names_no_colour_size_or_duration_of_its_own(path):
    assert literals(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line", ['node.style.color = "red"', '"#0a6eb4"', '"12px"', "setTimeout(f, 300)", '"150ms"']
)
def test_the_search_for_literals_finds_them(line):
    assert literals(line)


def test_the_styles_stay_inside_the_widget():
    text = re.sub(r"/\*.*?\*/", "", CSS.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"@keyframes[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", text)
    text = re.sub(r"@(?:media|container)[^{]*\{", "", text)
    for selectors in re.findall(r"([^{}]+)\{[^{}]*\}", text):
        for selector in selectors.split(","):
            assert re.search(r"\.(?:bp\b|bp-|widget-)", selector), selector.strip()
