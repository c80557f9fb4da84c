"""Chapter 3 says what to notice on its map of descent: the map shows it."""

import json
from pathlib import Path

import numpy as np
import pytest

import backprop as bp

PAGE = Path(__file__).resolve().parents[2] / "book" / "03_the_general_problem.ipynb"


@pytest.fixture
def descents():
    """Return the widget of the chapter, made by its own cell."""
    cells = json.loads(PAGE.read_text("utf-8"))["cells"]
    (cell,) = [c for c in cells if c["id"] == "widget-descents"]
    *lines, last = "".join(cell["source"]).splitlines()
    names = {"np": np, "bp": bp}
    exec("\n".join(lines), names)
    return eval(last, names)


def by(widget, size, **changes):
    """Return the widget with other settings and `size` samples in a step."""
    for name, value in {"batch_size": size, **changes}.items():
        setattr(widget, name, value)
    return widget


def test_rings_are_two_minima_two_saddles_and_a_maximum(descents):
    bends = [np.linalg.eigvalsh(descents._slice.hessian(point)) for point in descents.critical]
    assert sorted(int((bend > 0).sum()) for bend in bends) == [0, 1, 1, 2, 2]
    first, last = descents.critical[0], descents.critical[-1]
    np.testing.assert_allclose(first, last[::-1], atol=1e-12)


def test_across_the_line_the_other_minimum_and_on_it_a_saddle(descents):
    for start, sign in ([-1.7, -1.2], -1), ([-1.2, -1.7], 1):
        for size in (1, 8):
            one, other = by(descents, size, start=start).path[-1]
            assert np.sign(one - other) == sign
            assert descents.loss < 0.03
    for size in (1, 8):
        path = by(descents, size, start=[-1.7, -1.7]).path
        np.testing.assert_array_equal(path[:, 0], path[:, 1])
    low, high = np.linalg.eigvalsh(descents.hessian)
    assert low < 0 < high
    assert np.linalg.norm(descents._slice.gradient(path[-1])[1]) < 1e-6


def test_after_21_gradients_single_samples_are_there_and_batch_has_taken_two_steps(descents):
    single = by(descents, 1, used=21).path[-1]
    assert np.linalg.norm(single - descents.critical[0]) < 0.05
    each = [descents._slice.gradient(single, [s])[1] for s in range(8)]
    assert np.linalg.norm(np.mean(each, axis=0)) < 0.1 * max(map(np.linalg.norm, each))
    assert len(by(descents, 8).path) == 3


def test_a_larger_learning_rate_is_too_large_for_single_samples_first(descents):
    minimum = np.array(descents.critical[0])
    wild = by(descents, 1, eta=1.0).path
    assert np.ptp(wild[100:], axis=0).max() > 4  # as wide as the map
    assert np.linalg.norm(by(descents, 8).path[-1] - minimum) < 1e-3
    assert by(descents, 1, eta=2.0).history.stopped == "diverged"
    assert np.linalg.norm(by(descents, 8).path[-1] - minimum) < 1e-3
    mean = np.linalg.eigvalsh(descents._slice.hessian(minimum))[1]
    one = bp.widgets._slice.Slice
    alone = [
        np.linalg.eigvalsh(
            one(
                descents.network,
                np.array(descents.X)[[s]],
                np.array(descents.Y)[[s]],
                descents.parameters,
            ).hessian(minimum)
        )[1]
        for s in range(8)
    ]
    assert sum(bend > 2 * mean for bend in alone) >= 2
