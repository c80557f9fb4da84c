"""The check of the predicted derivative: the number tells which step was missed."""

import itertools
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import backprop as bp
from backprop import check
from backprop.check import _api, chapter_02
from backprop.exercises import _source
from tests.exercises.places import ROOT

SOURCE = ROOT / "exercises" / "source" / "02_a_simple_example.py"
EXERCISE = _api.EXERCISES["dL_dw1"]


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


NET, x, CHAPTERS_Y = bp.load_example()
(W1, W2), (b1, b2) = NET.weights, NET.biases
y = np.array([0.0, 0.75])
u1 = W1 @ x + b1
x1 = sigmoid(u1)
u2 = W2 @ x1 + b2
x2 = sigmoid(u2)
e, s1, s2 = x2 - y, x1 * (1 - x1), x2 * (1 - x2)
d2 = e * s2
d1 = (W2.T @ d2) * s1
RIGHT = d1[0] * x[1]


def test_the_right_number_is_that_of_the_package_and_of_the_complex_step():
    gradients = NET.backward(NET.forward(x), y)
    assert EXERCISE.right() == pytest.approx(gradients.dW[0][0, 1], rel=1e-12)

    def loss(w):
        W = W1.astype(complex)
        W[0, 1] = w
        return 0.5 * np.sum((sigmoid(W2 @ sigmoid(W @ x + b1) + b2) - y) ** 2)

    assert loss(W1[0, 1] + 1e-20j).imag / 1e-20 == pytest.approx(EXERCISE.right(), rel=1e-12)
    assert EXERCISE.right() == pytest.approx(RIGHT, rel=1e-12)


def test_the_number_is_not_one_of_the_chapter_s():
    chapter = NET.backward(NET.forward(x), CHAPTERS_Y).dW[0]
    assert not np.isclose(chapter, RIGHT, rtol=0.02).any()


@pytest.mark.parametrize(
    "answer",
    [
        RIGHT,
        round(RIGHT, 5),
        float(f"{RIGHT:.3g}"),
        np.float64(RIGHT),
        np.array(RIGHT),
        np.array([RIGHT]),
        [RIGHT],
        Fraction(-684, 100000),
        Decimal("-0.00684"),
        0.1781 * 0.192 * -0.2,
        -0.0068,
    ],
)
def test_right_in_any_form_and_to_three_digits(answer):
    assert check.dL_dw1(answer).key == "right"


@pytest.mark.parametrize("answer", [None, ...])
def test_not_started(answer):
    result = check.dL_dw1(answer)
    assert (result.status, result.key) == ("not started", "not-started")


# What learners compute, from the numbers and independently of the code that declares it.
COMPUTED = {
    "indices-swapped": [d1[1] * x[0]],
    "counted-from-zero": [d1[1] * x[2]],
    "W2-indices-swapped": [(W2[0, :2] @ d2) * s1[0] * x[1]],
    "input-of-wrong-layer": [d1[0] * x1[1], d1[0] * u1[1]],
    "one-path-only-first": [W2[0, 0] * d2[0] * s1[0] * x[1]],
    "one-path-only-second": [W2[1, 0] * d2[1] * s1[0] * x[1]],
    "f-prime-missing-in-hidden-layer": [(W2.T @ d2)[0] * x[1]],
    "f-prime-missing-at-output": [(W2.T @ e)[0] * s1[0] * x[1]],
    "f-prime-missing-in-both-layers": [(W2.T @ e)[0] * x[1]],
    "f-for-f-prime": [
        (W2.T @ d2)[0] * x1[0] * x[1],
        (W2.T @ (e * x2))[0] * s1[0] * x[1],
        (W2.T @ (e * x2))[0] * x1[0] * x[1],
    ],
    "f-prime-of-output": [
        (W2.T @ d2)[0] * sigmoid(x1[0]) * (1 - sigmoid(x1[0])) * x[1],
        (W2.T @ (e * sigmoid(x2) * (1 - sigmoid(x2))))[0] * s1[0] * x[1],
    ],
    "sign": [-RIGHT],
    "factor-2": [2 * RIGHT],
    "input-missing": [d1[0]],
    "W2-missing": [d2.sum() * s1[0] * x[1]],
    "label-missing": [(W2.T @ (x2 * s2))[0] * s1[0] * x[1]],
    "error-missing": [(W2.T @ s2)[0] * s1[0] * x[1]],
    "label-of-the-chapter": [NET.backward(NET.forward(x), CHAPTERS_Y).dW[0][0, 1]],
    "output-layer": [d2[0] * x1[1]],
}
OTHER_ENTRIES = {(i, j) for i in range(4) for j in range(3)} - {(0, 1), (1, 0), (1, 2)}
COMPUTED |= {f"entry-{i + 1}-{j + 1}": [d1[i] * x[j]] for i, j in OTHER_ENTRIES}


@pytest.mark.parametrize(("key", "i"), [(k, i) for k, v in COMPUTED.items() for i in range(len(v))])
def test_a_mistake_gets_its_own_key_and_hint(key, i):
    answer = COMPUTED[key][i]
    for shown in (answer, float(f"{answer:.3g}")):
        result = check.dL_dw1(shown)
        assert (result.status, result.key) == ("not yet", key)
        (mistake,) = [m for m in EXERCISE.mistakes if m.key == key]
        assert result.hint == mistake.hint


def test_every_known_mistake_has_been_computed():
    assert {m.key for m in EXERCISE.mistakes} == set(COMPUTED)


def test_all_slips_lead_to_numbers_that_three_digits_tell_apart():
    values = [("right", RIGHT), *((s.mistake.key, s.values[""]) for s in EXERCISE.slips)]
    for (m, one), (n, other) in itertools.combinations(values, 2):
        assert abs(one - other) > 0.02 * max(abs(one), abs(other)), (m, n)
        if m == "right" and n != "sign":
            assert abs(one + other) > 0.02 * max(abs(one), abs(other)), n


@pytest.mark.parametrize(
    ("answer", "key", "says"),
    [
        # in no list: the sentence must be true of them, and of use
        (-d1[1] * x[0], "indices-swapped-and-sign", "Two slips at once. One is the sign"),
        (10 * RIGHT, "decimal-point", "All the digits are right"),
        (RIGHT / 100, "decimal-point", "the decimal point is not"),
        (RIGHT / 2, "factor", "half the right value"),
        (-0.0065, "rounding", "Close: -0.0065 is within 5.0 %"),
        (-0.0071, "rounding", "Close"),
        (0, "zero", "moving this weight does move the loss"),
        (0.5, "value", "The sign is wrong; the size is too large."),
        (-1e-9, "value", "The sign is right; the size is too small."),
        # the path through input 3, without the output's slope: two slips
        ((W2.T @ e)[0] * s1[0] * x[2], "value", "The sign is wrong; the size is too large."),
        # the loss itself
        (0.5 * e @ e, "value", "The sign is wrong"),
    ],
)
def test_an_unlisted_answer_gets_a_true_and_useful_sentence(answer, key, says):
    result = check.dL_dw1(answer)
    assert result.status == "not yet"
    assert result.key == key, result
    assert says in result.message


@pytest.mark.parametrize(
    ("answer", "key", "says"),
    [
        ("-0.00684", "no-number", "without quotes"),
        (True, "no-number", "a truth value"),
        (float("nan"), "nan", "`nan` is not a number"),
        (float("inf"), "nan", "`inf` is not a number"),
        (1j, "no-number", "complex"),
        ([1.0, 2.0], "shape", "an array of shape (2,)"),
        (np.zeros((4, 3)), "shape", "an array of shape (4, 3)"),
        ([], "no-number", "a list"),
        ({}, "no-number", "a dict"),
        (float, "no-number", "a function or a class"),
        (lambda: RIGHT, "no-number", "a function or a class"),
        (object(), "no-number", "an object"),
    ],
)
def test_what_is_no_number_gets_a_sentence(answer, key, says):
    result = check.dL_dw1(answer)
    assert (result.status, result.key) == ("not yet", key)
    assert says in result.message


# -- the numbers in the prose ----------------------------------------------------------------------


def test_each_product_in_the_solution_s_text_comes_out_as_printed():
    cells = {c["id"]: "".join(c["source"]) for c in _source.both(SOURCE)[1]["cells"]}

    found = re.findall(r"\$((?:[-0-9.()\s]|\\cdot)+=[-0-9.]+)\$", cells["dL_dw1-why"])
    assert len(found) == 4
    for whole in found:
        left, right = whole.split("=")
        digits = len(right.partition(".")[2])
        value = eval(left.replace(r"\cdot", "*"), {})
        assert abs(value - float(right)) <= 0.75 * 10**-digits, whole


def test_each_factor_in_the_solution_s_text_is_the_network_s():
    cells = {c["id"]: "".join(c["source"]) for c in _source.both(SOURCE)[1]["cells"]}
    numbers, slope = chapter_02.numbers(), chapter_02.slope
    known = [*numbers.x2, *slope(numbers.u2), *numbers.W2[:, 0], numbers.x1[0], numbers.x[1]]
    known += [slope(numbers.u1)[0], *chapter_02.LABEL, EXERCISE.right(), 1.0]
    paths = numbers.error * slope(numbers.u2) * numbers.W2[:, 0]
    known += [*paths, paths.sum()]
    shown = re.findall(r"(?<![\w{^])-?\d+\.\d+", cells["dL_dw1-why"])
    assert len(shown) > 15
    for text in shown:
        digits = len(text.partition(".")[2])
        near = min(abs(abs(float(text)) - abs(value)) for value in known)
        assert near <= 0.51 * 10**-digits, text


def test_the_task_s_label_is_the_check_s():
    cells = {c["id"]: "".join(c["source"]) for c in _source.both(SOURCE)[0]["cells"]}
    first, second = chapter_02.LABEL
    assert rf"$y=({first:g},\ {second:g})^\top$" in cells["dL_dw1-task"]
    assert f"y = np.array([{first}, {second}])" in cells["dL_dw1-numbers"]
    assert rf"w^{{(1)}}_{{{chapter_02.ROW}{chapter_02.COLUMN}}}$" in cells["dL_dw1-task"]
