"""Every kind of widget in a live JupyterLab, in the gallery's notebook: page and kernel agree."""

import numpy as np
import pytest

from tests.browser.test_jupyterlab import STEP, home, laboratory, opened  # noqa: F401
from tests.browser.visits import PATIENCE, until

pytestmark = pytest.mark.slow

GALLERY = "book/widgets.ipynb"


@pytest.fixture(scope="module")
def gallery(browser, laboratory):  # noqa: F811
    """Return the notebook that shows every kind of widget, open and run."""
    with opened(browser, laboratory, GALLERY) as notebook:
        notebook.python("0", SEEN)
        yield notebook


# What the kernel says of each widget: numbers by the names that they have on the page. The package
# computes them again from a network of its own, made from the traits.
SEEN = """
def seen_gradients(widget):
    net = bp.Network([W.copy() for W in widget.network.weights],
        [b.copy() for b in widget.network.biases],
        widget.network.activations[0], widget.network.activations[-1])
    y = np.atleast_1d(widget.y)
    g = net.backward(net.forward(np.array(widget.x)), y)
    for own, handed in zip((*g.dW, *g.db), (*widget.gradients.dW, *widget.gradients.db)):
        np.testing.assert_allclose(handed, own, rtol=1e-12, atol=1e-12)
    return g

def seen_dial():
    g = seen_gradients(dial)
    return {"w.1": dial.w[0], "b": dial.b, "L": dial.loss, "slope.f": dial.slope,
            "d.w.1": float(g.dW[0][0, 0]), "d.w.2": float(g.dW[0][0, 1]),
            "d.b": float(g.db[0][0])}

def seen_lab():
    g = seen_gradients(lab)
    names = {"L": lab.loss, "W2.1.3": lab.W[1][0][2]}
    for layer, (dW, db) in enumerate(zip(g.dW, g.db), 1):
        names |= {f"dW{layer}.{i + 1}.{j + 1}": float(v) for (i, j), v in np.ndenumerate(dW)}
        names |= {f"db{layer}.{i + 1}": float(v) for i, v in enumerate(db)}
    return names

def seen_chain():
    g = seen_gradients(chain)
    assert abs(float(g.dW[0][1, 0]) - chain.derivative) <= 1e-12
    return {"sum": chain.derivative} | {f"term.{t.output}": t.value for t in chain.terms}

def seen_lens():
    W, g = np.array(lens.W), np.array(lens.g)
    np.testing.assert_allclose(lens.gradients.dx, W.T @ g, rtol=1e-12, atol=1e-12)
    below = W * g[:, None]
    names = {f"below.w.{i + 1}.{j + 1}": float(v) for (i, j), v in np.ndenumerate(below)}
    return names | {f"dx.{j + 1}": float(v) for j, v in enumerate(W.T @ g)}

def seen_relay():
    names = {f"norm{layer}": norm for layer, norm in enumerate(relay.norms, 1)}
    for layer, delta in enumerate(seen_gradients(relay).delta, 1):
        names |= {f"delta{layer}.{i + 1}": float(v) for i, v in enumerate(delta)}
    return names | {"sigma": relay.sigma}

def seen_chart():
    return {"other.steps": len(chart.path) - 1, "other.L": chart.loss,
            "other.w1.1.1": float(chart.path[-1, 0]), "other.w1.2.1": float(chart.path[-1, 1]),
            "eta": chart.eta}
"""
INSPECTOR = ".bp-inspector input.bp-field"
# kind, the notebook's name of it, where a number is typed, the trait that then changes, and what
# Python assigns.
ROUND_TRIPS = [
    ("NeuronDial", "dial", INSPECTOR, "b", "dial.w = [-0.25, 1.75]"),
    ("NetLab342", "lab", INSPECTOR, "W[1][0][2]", "lab.x = [0.25, -0.5, 1.5]"),
    ("ChainTracer", "chain", INSPECTOR, "W[0][1][0]", "chain.step = 4; chain.y = [0.25, 0.5]"),
    ("MatrixLens", "lens", INSPECTOR, "x[0]", "lens.g = [-1.25, 0.5]"),
    ("DeltaRelay", "relay", ".bp-slider .bp-field", "sigma", "relay.activation = 'tanh'"),
    (
        *("DescentMap", "chart", 'input.bp-field[data-name="start.1"]', "start[0]"),
        "chart.eta = 0.1; chart.batch_size = 2; chart.used = 37",
    ),
]


@pytest.mark.parametrize(("kind", "name", "field", "trait", "assignment"), ROUND_TRIPS)
def test_every_widget_and_its_kernel_agree_both_ways(gallery, kind, name, field, trait, assignment):
    view = gallery.page.locator(f"[data-widget='{kind}'][data-ready='1']")
    view.wait_for(timeout=PATIENCE * 1000)
    view.scroll_into_view_if_needed()

    def until_agreed(what):
        wrong = {}

        def agree():
            wrong.clear()
            shown = dict(
                view.evaluate(
                    """(root) => [...root.querySelectorAll('[data-name][data-q]')]
                        .map((node) => [node.dataset.name, Number(node.dataset.q)])"""
                )
            )
            for key, value in gallery.python(f"seen_{name}()").items():
                if not abs(shown.get(key, np.inf) - value) <= 1e-12 * max(1, abs(value)):
                    wrong[key] = (value, shown.get(key))
            return not wrong

        try:
            until(agree, what, 10)
        except AssertionError:
            raise AssertionError(f"{what}: {wrong}") from None

    if kind == "ChainTracer":  # its sum is a later step
        gallery.python("0", "chain.step = 2")
    until_agreed("the page shows what the kernel computes")
    number = view.locator(field).first
    number.fill("0.5")
    number.press("Enter")
    until(lambda: gallery.python(f"{name}.{trait}") == 0.5, "Python sees the typed number", 10)
    until_agreed("the page follows what was typed")
    before = gallery.python(f"seen_{name}()")
    gallery.python("0", assignment)
    assert gallery.python(f"seen_{name}()") != before
    until_agreed("the page follows Python")


def test_the_start_is_moved_by_an_arrow_and_not_jupyterlabs_cell(gallery):
    handle = gallery.page.locator("[data-widget='DescentMap'] .bp-start")
    handle.scroll_into_view_if_needed()
    before = gallery.python("chart.start")
    handle.focus()
    gallery.page.keyboard.press("ArrowDown")
    moved = [before[0], round(before[1] - STEP, 9)]
    until(lambda: gallery.python("chart.start") == moved, "Python sees the start", 10)
