"""The exercises of chapter 1: right in other forms, mistakes as typed, answers unforeseen."""

import re

import numpy as np
import pytest

import backprop as bp
from backprop import check
from backprop.check import _api, chapter_01
from backprop.exercises import _source
from tests.exercises.places import SOURCES

SOURCE = next(source for source in SOURCES if source.stem.startswith("01"))


def defined(name, argument, lines):
    return f"def {name}({argument}):\n" + "\n".join("    " + line for line in lines.split("\n"))


def mistake_of(name, key):
    (mistake,) = [m for m in _api.EXERCISES[name].mistakes if m.key == key]
    return mistake


# -- neuron ----------------------------------------------------------------------------------------

U = "u = w @ x + b\n"


@pytest.fixture
def neuron(cell):
    return lambda lines: check.neuron(cell(defined("neuron", "w, b, x", lines), "neuron"))


@pytest.mark.parametrize(
    "lines",
    [
        "return 1 / (1 + np.exp(-(w @ x + b)))",
        "return 1 / (1 + np.exp(-np.dot(w, x) - b))",
        "return 1 / (1 + math.exp(-sum(w * x) - b))",
        "u = b\nfor i in range(len(w)):\n    u = u + w[i] * x[i]\nreturn 1 / (1 + np.exp(-u))",
        U + "return np.exp(u) / (1 + np.exp(u))",
        U + "return 0.5 * (1 + np.tanh(u / 2))",
        "return 1 / (1 + np.exp(-(np.append(w, b) @ np.append(x, 1))))",
        U + "f = lambda v: 1 / (1 + np.exp(-v))\nreturn f(u)",
    ],
)
def test_a_neuron_in_any_form_is_right(lines, neuron):
    assert neuron(lines)


def test_arguments_in_another_order_are_told_unless_it_makes_no_difference(cell):
    body = "    return 1 / (1 + np.exp(-(w @ x + b)))"
    result = check.neuron(cell("def neuron(x, w, b):\n" + body, "neuron"))
    assert result.key == "argument-order"
    assert "in the order `x, w, b`; the task calls it as `neuron(w, b, x)`." in result.message
    assert check.neuron(cell("def neuron(x, b, w):\n" + body, "neuron"))


def test_a_number_for_an_array_is_told_without_numpy_s_signatures(neuron):
    result = neuron("return w @ b @ x")
    assert result.key == "raised"
    assert "(has 0, needs 1)." in result.message
    assert "`*`" in result.hint.idea


def test_the_package_s_neuron_is_right():
    assert check.neuron(
        lambda w, b, x: bp.Network([w[None]], [[b]], activation="sigmoid").predict(x)[0]
    )


NEURONS = {
    "no-bias": ["return 1 / (1 + np.exp(-(w @ x)))", "return 1 / (1 + np.exp(-np.sum(w * x)))"],
    "bias-sign": ["return 1 / (1 + np.exp(-w @ x + b))", "return 1 / (1 + np.exp(-(w @ x - b)))"],
    "bias-outside": ["return 1 / (1 + np.exp(-w @ x)) + b"],
    "products-not-summed": ["return 1 / (1 + np.exp(-(w * x + b)))", "return w * x + b"],
    "bias-for-each-input": [
        "return 1 / (1 + np.exp(-sum(w * x + b)))",
        "u = 0\nfor i in range(len(w)):\n    u += w[i] * x[i] + b\nreturn 1 / (1 + np.exp(-u))",
    ],
    "mean-for-sum": ["return 1 / (1 + np.exp(-(np.mean(w * x) + b)))"],
    "f-omitted": ["return w @ x + b", U + "1 / (1 + np.exp(-u))\nreturn u"],
    "f-omitted-and-no-bias": ["return np.dot(w, x)"],
    "f-of-each-product": ["return sum(1 / (1 + np.exp(-(w * x + b))))"],
    "f-of-the-inputs": ["return w @ (1 / (1 + np.exp(-x))) + b"],
    "sigmoid-sign": [U + "return 1 / (1 + np.exp(u))", U + "return np.exp(-u) / (1 + np.exp(-u))"],
    "parentheses-missing": [U + "return 1 / 1 + np.exp(-u)", U + "return 1 + np.exp(-u)"],
    "exponential-for-sigmoid": [U + "return np.exp(-u)", U + "return math.e ** u"],
    "tanh-for-sigmoid": [U + "return np.tanh(u)"],
    "slope-for-sigmoid": [U + "s = 1 / (1 + np.exp(-u))\nreturn s * (1 - s)"],
}


@pytest.mark.parametrize(("key", "lines"), [(k, one) for k, v in NEURONS.items() for one in v])
def test_a_mistaken_neuron_is_known(key, lines, neuron):
    result = neuron(lines)
    assert result.key == key, result
    assert result.hint == mistake_of("neuron", key).hint


@pytest.mark.parametrize(
    ("lines", "key", "says"),
    [
        # only for three inputs
        ("return 1 / (1 + np.exp(-(w[0]*x[0] + w[1]*x[1] + w[2]*x[2] + b)))", "raised",
         "On a neuron with two inputs, `neuron` stopped with IndexError at your line 2"),
        # the last input forgotten
        ("u = b\nfor i in range(len(w) - 1):\n    u += w[i] * x[i]\nreturn 1 / (1 + np.exp(-u))",
         "value", "Wrong value: on "),
        # a number in an array
        ("return 1 / (1 + np.exp(-(w @ x + np.array([b]))))", "shape",
         "`output` has shape (1,); it must be a single number."),
        # a vector of ones for the inputs
        ("return 1 / (1 + np.exp(-(w.sum() + b)))", "value", "Wrong value: on the chapter's"),
        # a threshold: the neuron of 1943
        (U + "return 1.0 if u > 0 else 0.0", "value", "is 0, expected 0.3775"),
        # rounded
        (U + "return round(1 / (1 + np.exp(-u)), 4)", "value", "relative error"),
        # the columns of the text
        (U + "print(1 / (1 + np.exp(-u)))", "no-return", "`neuron` computes something and returns"),
        (U + "x *= 2\nreturn 1 / (1 + np.exp(-u))", "changed-input", "`x`"),
        ("for i in w:\n    return 1 / (1 + np.exp(-i * x[0] - b))", "value", "Wrong value: on"),
    ],
)  # fmt: skip
def test_an_unlisted_neuron_gets_a_true_sentence(lines, key, says, neuron):
    result = neuron(lines)
    assert result.key == key, result
    assert says in result.message


# -- neuron_output ---------------------------------------------------------------------------------


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


OUTPUTS = {
    "right": [0.5695, 0.57, 0.569, sigmoid(0.28), np.array([0.5695])],
    "no-bias": [sigmoid(-0.12)],
    "u-for-output": [0.28],
    "products-alone": [-0.12],
    "bias-sign": [sigmoid(-0.52)],
    "bias-outside": [sigmoid(-0.12) + 0.4],
    "minus-lost": [sigmoid(1.48)],
    "inputs-swapped": [sigmoid(0.6 * 1.5 - 0.4 * 0.8 + 0.4)],
    "one-input-only": [sigmoid(0.48 + 0.4), sigmoid(-0.6 + 0.4)],
    "f-of-each-product": [sigmoid(0.48) + sigmoid(-0.6) + 0.4, sigmoid(0.88) + sigmoid(-0.2)],
    "sigmoid-sign": [sigmoid(-0.28)],
    "reciprocal-missing": [1 + np.exp(-0.28), np.exp(-0.28)],
    "tanh-for-sigmoid": [np.tanh(0.28)],
    "slope-for-output": [sigmoid(0.28) * sigmoid(-0.28)],
}


@pytest.mark.parametrize(("key", "answer"), [(k, a) for k, v in OUTPUTS.items() for a in v])
def test_an_output_is_right_or_its_slip_is_known(key, answer):
    assert check.neuron_output(answer).key == key


@pytest.mark.parametrize(
    ("answer", "key", "says"),
    [
        (0.55, "rounding", "Close: 0.55 is within 3.4 % of it"),
        (0.0, "zero", "a sigmoid never is"),
        (1.0, "value", "1 is not it. The sign is right; the size is too large."),
        (5.695, "decimal-point", "the decimal point is not"),
        (-0.5695, "sign", "The size is right and the sign is not."),
        # the bias multiplied with the second input, as if it were a third weight
        (sigmoid(0.48 - 0.6 + 0.4 * 1.5), "value", "the size is too large"),
        # the inputs not weighted
        (sigmoid(0.8 + 1.5 + 0.4), "value", "the size is too large"),
        (np.array([0.48, -0.6]), "shape", "an array of shape (2,); it wants one number"),
    ],
)
def test_an_unlisted_output_gets_a_true_sentence(answer, key, says):
    result = check.neuron_output(answer)
    assert result.key == key, result
    assert says in result.message


# -- sigmoid_slope ---------------------------------------------------------------------------------


@pytest.fixture
def slope(cell):
    return lambda lines: check.sigmoid_slope(
        cell(defined("sigmoid_slope", "u", lines), "sigmoid_slope")
    )


S = "s = 1 / (1 + np.exp(-u))\n"


@pytest.mark.parametrize(
    "lines",
    [
        S + "return s * (1 - s)",
        S + "return s - s**2",
        "f = lambda v: 1 / (1 + np.exp(-v))\nreturn f(u) * f(-u)",
        "e = np.exp(-np.abs(u))\nreturn e / (1 + e) ** 2",
        "return (1 - np.tanh(u / 2) ** 2) / 4",
        "u = np.clip(u, -500, 500)\nreturn np.exp(-u) / (1 + np.exp(-u)) ** 2",
        "f = lambda v: 1 / (1 + np.exp(-v))\nh = 1e-5\nreturn (f(u + h) - f(u - h)) / (2 * h)",
    ],
)
def test_a_slope_in_any_form_is_right(lines, slope):
    assert slope(lines)


def test_the_package_s_slope_is_right():
    assert check.sigmoid_slope(bp.activations.sigmoid_derivative)


SLOPES = {
    "f-for-f-prime": [S + "return s"],
    "f-prime-of-output": [S + "t = 1 / (1 + np.exp(-s))\nreturn t * (1 - t)"],
    "u-for-output": ["return u * (1 - u)"],
    "sign": [
        "return -np.exp(-u) / (1 + np.exp(-u)) ** 2",
        S + "return -s * (1 - s)",
        S + "return s * (s - 1)",
        S + "return s**2 - s",
    ],
    "overflow": [
        "return np.exp(-u) / (1 + np.exp(-u)) ** 2",
        "return np.exp(u) / (np.exp(u) + 1) ** 2",
        "return np.exp(-u) * (1 + np.exp(-u)) ** -2",
    ],
    "square-missing": [S + "return 1 - s", "return np.exp(-u) * 1 / (1 + np.exp(-u)) ** 1"],
    "inner-derivative-missing": [
        S + "return -s**2",
        "return -1 / (1 + np.exp(-u)) ** 2",
        "return 1 / (1 + np.exp(-u)) ** 2",
    ],
    "tanh-s-formula": [S + "return 1 - s**2"],
    "tanh-s-slope": ["return 1 - np.tanh(u) ** 2"],
    "output-squared": [S + "return (1 - s) ** 2", S + "return (s * (1 - s)) ** 2"],
}


@pytest.mark.parametrize(("key", "lines"), [(k, one) for k, v in SLOPES.items() for one in v])
def test_a_mistaken_slope_is_known(key, lines, slope):
    result = slope(lines)
    assert result.key == key, result
    assert result.hint == mistake_of("sigmoid_slope", key).hint


@pytest.mark.parametrize(
    ("lines", "key", "says"),
    [
        # the fraction from the chapter with one slip more: two faults, the first is told
        ("return -np.exp(-u) / (1 + np.exp(-u))**2 * 2", "nan", "On numbers as large as 1000"),
        # for single numbers only
        ("s = 1 / (1 + math.exp(-u))\nreturn s * (1 - s)", "raised", "It does return on a single"),
        # a branch for the overflow that an array cannot take
        ("if abs(u) > 500:\n    return 0.0\n" + S + "return s * (1 - s)", "raised",
         "`if abs(u) > 500:`: The truth value of an array with more than one element is "
         "ambiguous. It does return"),
        # a difference quotient that is too coarse
        ("f = lambda v: 1 / (1 + np.exp(-v))\nh = 1e-3\nreturn (f(u + h) - f(u - h)) / (2 * h)",
         "precision", "right to about six digits and no further"),
        # forgotten h: the quotient of a step of 1
        ("f = lambda v: 1 / (1 + np.exp(-v))\nreturn f(u + 1) - f(u)", "value", "Right shape"),
        # flat beyond 4, to be quick
        (S + "return np.where(np.abs(u) < 3, s * (1 - s), 0)", "value", "expected 0.04518"),
        # one number for all
        (S + "return np.sum(s * (1 - s))", "shape", "`slope` has shape (); it must be (7,)."),
        # integers cut off
        ("r = np.zeros_like(u)\nfor i in np.ndindex(np.shape(u)):\n"
         "    v = 1 / (1 + np.exp(-u[i]))\n    r[i] = v * (1 - v)\nreturn r",
         "raised", "on seven numbers"),
        (S + "return 4 * s * (1 - s)", "factor", "`slope` is 4 times the right value"),
        (S + "u *= 0\nreturn s * (1 - s)", "changed-input", "`u`"),
    ],
)  # fmt: skip
def test_an_unlisted_slope_gets_a_true_sentence(lines, key, says, slope):
    result = slope(lines)
    assert result.key == key, result
    assert says in result.message


# -- dL_dw -----------------------------------------------------------------------------------------

FORMULAS = {
    "right": [
        "(h - y) * df(u) * x",
        "x * df(w*x + b) * (f(u) - y)",
        "-(y - h)*df(u)*x",
        "0.5 * 2 * (h-y) * df(u) * x",
        "x·df(u)·(h − y)",
        lambda h, y, df, u, x: (h - y) * df(u) * x,
    ],
    "x-missing": ["(h-y)*df(u)", "(f(u) - y) * df(w*x + b)"],
    "f-prime-missing": ["(h - y) * x"],
    "error-alone": ["h - y", "f(w*x + b) - y"],
    "error-missing": ["df(u) * x", "x*df(w*x+b)"],
    "factor-2": ["2*(h-y)*df(u)*x"],
    "half-left-over": ["1/2*(h-y)*df(u)*x", "½ * (h - y) * df(u) * x"],
    "sign": ["(y - h)*df(u)*x"],
    "square-kept": ["(h-y)**2 * df(u) * x", "½ * (h-y)²*df(u)*x"],
    "f-for-f-prime": ["(h-y)*h*x", "(h - y) * f(u) * x"],
    "f-prime-of-output": ["(h-y)*df(h)*x"],
    "f-prime-of-the-input": ["(h-y)*df(x)*x", "(h-y)*df(w*x)*x"],
    "sigmoid-s-derivative": ["(h-y)*h*(1-h)*x", "(h-y)*f(u)*(1-f(u))*x"],
    "with-respect-to-x": ["(h-y)*df(u)*w"],
    "u-for-x": ["(h-y)*df(u)*u", "(h-y)*df(u)*(w*x+b)"],
    "label-missing": ["h*df(u)*x"],
    "loss-itself": ["1/2 * (h - y)**2"],
    "added-for-multiplied": ["(h - y) + df(u) * x", "h - y + df(u) + x"],
}


@pytest.mark.parametrize(("key", "formula"), [(k, one) for k, v in FORMULAS.items() for one in v])
def test_a_formula_is_right_or_its_mistake_is_known(key, formula):
    result = check.dL_dw(formula)
    assert result.key == key, result


@pytest.mark.parametrize(
    ("formula", "key", "says"),
    [
        ("(h - y) * f'(u) * x", "prime", "the derivative of `f` is typed `df`"),
        ("(h - y)^2 / 2", "caret", "`**`"),
        ("(h-y) df(u) x", "times", "A sign is missing between `)` and `df`"),
        ("(a - y) * df(u) * x", "unknown-name", "`a` is not a name of this task"),
        ("(H - y) * df(u) * x", "unknown-name", "Do you mean `h`?"),
        ("dL/dh * dh/du * du/dw", "unknown-name", "If you mean a derivative, put in what it is."),
        ("(h - y) * df(u) * x_1", "unknown-name", "`x_1`"),
        ("dL/dw = (h-y)*df(u)*x", "equation", "to the right of the equals sign"),
        ("(h - y) * df * x", "bare-function", "`df` is a function: of what?"),
        (r"(h-y) f^{\prime}(u) x", "prime", "typed `df`"),
        # the weight and the input both
        ("(h - y) * df(u) * w * x", "value", "`∂L/∂w` is"),
        # three times the right one
        ("3 * (h - y) * df(u) * x", "factor", "3 times the right value"),
        # the chain rule for x and w at once
        ("(h - y) * df(u) * (x + w)", "value", "Wrong value: at w = "),
        ("(h - y) * df(u) / x", "value", "Wrong value"),
    ],
)
def test_an_unlisted_formula_gets_a_true_sentence(formula, key, says):
    result = check.dL_dw(formula)
    assert result.key == key, result
    assert says in result.message


def test_the_formula_is_the_derivative_by_the_complex_step():
    for case in _api.EXERCISES["dL_dw"].cases:
        point = dict(zip(_api.EXERCISES["dL_dw"].names, case.args, strict=True))
        w, b, x, y = (point[name] for name in ("w", "b", "x", "y"))
        assert point["u"] == w * x + b
        assert point["h"] == point["f"](point["u"])
        curves = (np.tanh, lambda u: np.tanh(u) + 0.3 * u**2)
        (f,) = [f for f in curves if f(point["u"]) == point["h"]]
        loss = 0.5 * (f((w + 1e-20j) * x + b) - y) ** 2
        right = _api.EXERCISES["dL_dw"].reference(*case.args)
        assert loss.imag / 1e-20 == pytest.approx(right, rel=1e-12)


# -- where_flat ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "key", "says"),
    [
        ((-4.6, 4.6), "right", ""),
        ([-4.585, 4.585], "right", ""),
        ({"left": -4.6, "right": 4.6}, "right", ""),
        (np.array([-4.59, 4.6]), "right", ""),
        ((0, 4.6), "one-side-only", "the other side as well"),
        ((4.6, 4.6), "one-side-only", "the other side"),
        ((4.6, -4.6), "swapped", "the wrong way round"),
        ((-2.1, 2.1), "a-tenth", "the slope is 0.1"),
        ((-6.9, 6.9), "a-thousandth", "the slope is 0.001"),
        ((-6.0, 6.0), "one-per-cent-of-the-largest", "its largest value"),
        ((-3.0, 3.0), "tanh-s-edges", "the places for tanh"),
        ((-4.6, ...), "unfinished", "`right` still to be found"),
        ((-4.6, 5), "right-too-far", "`left` is right. At `right` = 5 the slope is 0.00665, flat"),
        ((-4, 4), "left-too-near", "At `left` = -4 the slope is 0.0177, not yet flat"),
        ((-4.6, 4.4), "right-too-near", "the slope is 0.012, not yet flat: go further out"),
        ((-100, 4.6), "left-too-far", "come back towards 0"),
        ((2, 4.6), "left-on-the-other-side", "lies on the other side of 0"),
        (4.6, "parts", "a float; it wants `left` and `right`, in this order"),
        ((1, 2, 3), "parts", "The task asks for 2 things"),
        ((-np.inf, np.inf), "nan", "`left`: `-inf` is not a number"),
        ("4.6", "parts", "a str"),
        # their distance, and its half on one side only
        ((-9.2, 9.2), "left-too-far", "flat already"),
    ],
)
def test_where_flat_says_which_side_is_off_and_whither(answer, key, says):
    result = check.where_flat(answer)
    assert result.key == key, result
    assert says in result.message


@pytest.mark.filterwarnings("error")
def test_far_out_nothing_warns():
    assert check.where_flat((-1e9, 1e9)).key == "left-too-far"


def test_several_things_are_told_how_to_be_one():
    assert "`check.where_flat((left, right))`" in check.where_flat(-4.6, 4.6).message
    assert "with a point, not with a comma" in check.neuron_output(0, 57).message
    assert "`check.neuron(neuron)`" in check.neuron(1, 2, 3).message
    assert "as one text" in check.dL_dw("h - y", "x").message


def test_the_edges_are_where_the_package_s_slope_is_a_hundredth():
    assert bp.activations.sigmoid_derivative(chapter_01.EDGE) == pytest.approx(0.01, rel=1e-12)


# -- the words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("neuron", NEURONS),
        ("neuron_output", OUTPUTS),
        ("sigmoid_slope", SLOPES),
        ("dL_dw", FORMULAS),
    ],
)
def test_every_known_mistake_has_been_typed(name, typed):
    assert {m.key for m in _api.EXERCISES[name].mistakes} == set(typed) - {"right"}


def test_the_numbers_of_the_tasks_are_the_checks():
    cells = {c["id"]: "".join(c["source"]) for c in _source.both(SOURCE)[0]["cells"]}
    numbers = list(map(float, re.findall(r"(?<![\w{])-?\d\.\d", cells["neuron_output-task"])))
    assert numbers == [*chapter_01.W, chapter_01.B, *chapter_01.X]
    assert f"at least ${chapter_01.FLAT}$" in cells["where_flat-task"].replace("\n", " ")


def test_the_numbers_of_the_solutions_come_out_as_printed():
    cells = {c["id"]: "".join(c["source"]) for c in _source.both(SOURCE)[1]["cells"]}
    text = cells["neuron_output-why"]
    (w1, w2), b, (x1, x2) = chapter_01.W, chapter_01.B, chapter_01.X
    u = w1 * x1 + w2 * x2 + b
    for shown in (f"{w1 * x1:.2f}", f"{w2 * x2:.2f}", f"u={w1*x1:.2f}-{-w2*x2:.2f}+{b:.2f}={u:.2f}",
                  f"1/(1+e^{{-{u:.2f}}})=1/{1 + np.exp(-u):.4f}={sigmoid(u):.4f}"):  # fmt: skip
        assert shown in text
    edge = chapter_01.EDGE
    assert f"={sigmoid(edge):.4f}$" in cells["where_flat-why"]
    assert f"={edge:.3f}$" in cells["where_flat-why"]
    assert f"$-{edge:.3f}$" in cells["where_flat-why"]
