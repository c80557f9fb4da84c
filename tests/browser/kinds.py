"""The six kinds of widget, each with what the tests that all of them pass have to know."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import backprop as bp
from backprop.widgets import (
    ChainTracer,
    DeltaRelay,
    DescentMap,
    MatrixLens,
    NetLab342,
    NeuronDial,
)
from tests.browser.harness import Lab

INSPECTOR = ".bp-inspector input.bp-field"


class Kind(NamedTuple):
    """A kind of widget.

    Attributes
    ----------
    make
        Makes one of usual size.
    trait, walk
        A trait that has a picture of its own for each of these values: a step, a tab.
    field, good, far
        Where a number is typed, one that is taken, and one that is too large.
    drag, dragged
        What a finger drags sideways, and the trait that changes with it.
    broken
        A trait and a value with NaN in it, as JavaScript.
    """

    make: Callable[[], Any]
    trait: str
    walk: tuple[Any, ...]
    broken: tuple[str, str]
    drag: str
    dragged: str
    field: str = INSPECTOR
    good: str = "0.75"
    far: str = "1000001"


def relay():
    """Return a DeltaRelay of five layers."""
    net = bp.Network.random([3, 4, 4, 4, 4, 2], sigma=1.0, rng=3)
    return DeltaRelay(net, [0.5, -0.2, 0.8], [1.0, 0.0], step=10)


def twins():
    """Return the map of chapter 3: two hidden neurons with equal outgoing weights."""
    net = bp.Network([[[-1.7], [-1.2]], [[1.0, 1.0]]], [[0, 0], [0]], "gelu", "identity")
    X = np.linspace(-1.75, 1.75, 8)[:, None]
    return DescentMap(net, X, np.abs(X), ("w1.1.1", "w1.2.1"), eta=0.3, span=((-2, 2), (-2, 2)))


def lens():
    """Return a MatrixLens on a matrix that is not square."""
    return MatrixLens([[0.5, -1.2, 0.8], [1.1, 0.3, -0.6]], [1.0, -0.5, 2.0], [0.7, -0.4])


KINDS = {
    "NeuronDial": Kind(
        lambda: NeuronDial(w=[1.2, -0.8], b=0.3, x=[0.9, 0.5], y=1.0),
        *("selected", ("w.1", "b", "x.2", "y")),
        broken=("x", "[1, NaN]"),
        drag='.bp-cell:has([data-name="w.1"])',
        dragged="w",
    ),
    "NetLab342": Kind(
        lambda: NetLab342(*bp.load_example(), step=5),
        *("step", tuple(range(7))),
        broken=("x", "[0.5, NaN, 0.8]"),
        drag='.bp-cell:has([data-name="W1.2.3"])',
        dragged="W",
    ),
    "ChainTracer": Kind(
        lambda: ChainTracer(*bp.load_example(), selected="w1.2.3", step=4),
        *("step", tuple(range(5))),
        broken=("b", "[[0, 0, NaN, 0], [0, 0]]"),
        drag=".bp-inspector input.bp-range",
        dragged="W",
    ),
    "MatrixLens": Kind(
        lens,
        *("lemma", (1, 2, 3, 4, 6)),
        broken=("x", "[1, NaN, 2]"),
        drag='.bp-cell:has([data-name="w.1.2"])',
        dragged="W",
    ),
    "DeltaRelay": Kind(
        relay,
        *("step", (0, 1, 2, 5, 9, 10)),
        broken=("sigma", "NaN"),
        drag="input.bp-range",
        dragged="sigma",
        field=".bp-slider .bp-field",
        far="101",
    ),
    "DescentMap": Kind(
        twins,
        *("used", (0, 1, 160, 320)),
        broken=("start", "[NaN, 1]"),
        drag='.bp-slider:has([data-name="start.1"]) .bp-range',
        dragged="start",
        field='input.bp-field[data-name="start.1"]',
    ),
}


class Shown(Lab):
    """One mounted widget of any kind."""

    def __init__(self, page, name, n=0):
        super().__init__(page, n)
        self.kind = KINDS[name]
        self.ready = f'[data-widget="{name}"][data-ready="1"]'
        self.root = page.locator(self.ready).nth(n)

    def type(self, text):
        """Type a number where this kind takes one."""
        field = self.at(self.kind.field).first
        field.fill(text)
        field.press("Enter")

    def walk(self):
        """Set each step or tab in turn, as another view would, and yield it."""
        for value in self.kind.walk:
            self.model(f"model.set('{self.kind.trait}', {value!r})")
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
            yield value

    def complaint(self):
        """Return the sentences about what was typed."""
        return " ".join(t for t in self.at(".bp-complaint").all_inner_texts() if t)
