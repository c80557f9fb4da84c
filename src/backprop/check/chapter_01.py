"""The exercises of chapter 1, with the mistakes each of them knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from backprop.check._answers import Number
from backprop.check._api import Check
from backprop.check._cases import bent, bent_slope, sigmoid
from backprop.check._cases import sigmoid_slope as slope
from backprop.check._code import CodeExercise
from backprop.check._derive import DeriveExercise, Point
from backprop.check._exercise import Finding, Mistake
from backprop.check._explore import ExploreExercise, Region
from backprop.check._outcomes import Case
from backprop.check._predict import PredictExercise
from backprop.check._result import Section

__all__ = ["dL_dw", "neuron", "neuron_output", "sigmoid_slope", "where_flat"]

Array = np.ndarray

PAGE = "01_the_neuron_and_the_network"
NEURON = Section(PAGE, "One neuron", "neuron")
NUMBERS = Section(PAGE, "With numbers", "neuron")
SIGMOID = Section(PAGE, "Sigmoid", "gallery-identity")
TANH = Section(PAGE, "Tanh", "gallery-identity")
TRAINED = Section(PAGE, "To be trained", "express-limits")
HANDS = Section(PAGE, "In your hands", "neuron-try")
LAYERS = Section(PAGE, "Layers", "layers")
OUTPUT_WEIGHTS = Section("02_a_simple_example", "The output layer: weights", "output-weights")

# -- neuron: a weighted sum, a bias and a curve ----------------------------------------------------


@cache
def neuron_cases() -> tuple[Case, ...]:
    """Return the neurons a `neuron` is tried on: the chapter's first, one with one input too."""
    draw = np.random.default_rng(11).uniform
    return (
        Case(
            "the chapter's neuron",
            (np.array([-0.6, 0.4, 0.1]), -0.2, np.array([0.5, -0.2, 0.8])),
        ),
        Case("a neuron with five inputs", (draw(-1, 1, 5), 0.7, draw(-1, 1, 5))),
        Case("a neuron with two inputs", (draw(-1, 1, 2), -0.9, draw(-1, 1, 2))),
        Case("a neuron with one input", (draw(0.5, 1, 1), 0.4, draw(0.5, 1, 1))),
        Case("a neuron of integers", (np.array([1, -2, 1, 0]), 1, np.array([2, 1, -1, 3]))),
    )


def neuron_reference(w: Array, b: float, x: Array) -> Any:
    """Return the output of one sigmoid neuron."""
    return sigmoid(w @ x + b)


def _neuron(
    sum_up: Callable[[Array, float, Array], Any], f: Callable[[Any], Any] = sigmoid
) -> Callable[..., Any]:
    """Return a neuron of two steps, of which the caller gives the wrong ones."""

    def wrong(w: Array, b: float, x: Array) -> Any:
        return f(sum_up(w, b, x))

    return wrong


def _sum(w: Array, b: float, x: Array) -> Any:
    return w @ x + b


NEURON_MISTAKES = (
    Mistake(
        "no-bias",
        "The bias is missing: your neuron answers the same whatever `b` is.",
        "The weighted sum alone passes through zero when all inputs are zero. What moves it?",
        NEURON,
        (_neuron(lambda w, b, x: w @ x),),
    ),
    Mistake(
        "bias-sign",
        "The bias enters with the wrong sign.",
        "Does a larger bias raise the sum or lower it? If you wrote the sum into the exponential "
        "directly: a minus in front of a sum belongs to each of its terms.",
        NEURON,
        (_neuron(lambda w, b, x: w @ x - b),),
    ),
    Mistake(
        "bias-outside",
        "The bias is added after the activation; it belongs into the sum before it.",
        "The sigmoid's values lie between 0 and 1, and yours do not. What is all of `u`?",
        NEURON,
        (
            lambda w, b, x: sigmoid(w @ x) + b,
            lambda w, b, x: np.sum(sigmoid(w * x)) + b,
        ),
    ),
    Mistake(
        "products-not-summed",
        "Weights and inputs are multiplied one by one, and the products are not summed: you return "
        "a number for each input.",
        "A neuron takes in many numbers and gives out one. At which step do many become one?",
        NEURON,
        (_neuron(lambda w, b, x: w * x + b), _neuron(lambda w, b, x: w * x + b, lambda u: u)),
    ),
    Mistake(
        "bias-for-each-input",
        "The bias is added once for each input; a neuron has one bias and adds it once.",
        "In `np.sum(…)`, or in your loop, what stands inside the sum and what behind it?",
        NEURON,
        (_neuron(lambda w, b, x: np.sum(w * x + b)),),
    ),
    Mistake(
        "mean-for-sum",
        "The products are averaged; a neuron sums them.",
        "Take a neuron with one input and one with five: for which of them is your result right?",
        NEURON,
        (_neuron(lambda w, b, x: np.mean(w * x) + b),),
    ),
    Mistake(
        "f-omitted",
        "You return the weighted sum `u` itself: the activation is missing.",
        "A neuron does two things. What is the second?",
        NEURON,
        (_neuron(_sum, lambda u: u),),
    ),
    Mistake(
        "f-omitted-and-no-bias",
        "Only the products are there: the bias and the activation are both missing.",
        "Which of your three arguments do you never use, and what happens to `u` in the end?",
        NEURON,
        (_neuron(lambda w, b, x: w @ x, lambda u: u),),
    ),
    Mistake(
        "f-of-each-product",
        "The activation is applied to every product, before the sum; it acts once, on the sum.",
        "How many values does the sigmoid get from one neuron?",
        NEURON,
        (lambda w, b, x: np.sum(sigmoid(w * x + b)), lambda w, b, x: np.mean(sigmoid(w * x + b))),
    ),
    Mistake(
        "f-of-the-inputs",
        "The activation is applied to the inputs, before they are weighted.",
        "Follow one input through the neuron: which of the two steps does it meet first?",
        NEURON,
        (lambda w, b, x: w @ sigmoid(x) + b,),
    ),
    Mistake(
        "sigmoid-sign",
        "The sign in the exponent is wrong: your neuron falls where it should rise.",
        "For a large positive `u` the output should be near 1. What does your exponential do "
        "there?",
        NEURON,
        (_neuron(_sum, lambda u: sigmoid(-u)),),
    ),
    Mistake(
        "parentheses-missing",
        "You return 1 plus the exponential, undivided: parentheses are missing, or the fraction.",
        "Python divides before it adds. What should stand below the fraction bar, all together?",
        NEURON,
        (_neuron(_sum, lambda u: 1.0 / 1.0 + np.exp(-u)),),
    ),
    Mistake(
        "exponential-for-sigmoid",
        "The sigmoid is not finished: you return the exponential that is in it.",
        "A sigmoid's values lie between 0 and 1. Which of its steps does that?",
        NEURON,
        (_neuron(_sum, lambda u: np.exp(-u)), _neuron(_sum, np.exp)),
    ),
    Mistake(
        "tanh-for-sigmoid",
        "You used tanh; this neuron's activation is the sigmoid.",
        "Tanh runs from −1 to 1. From where to where does the sigmoid run?",
        SIGMOID,
        (_neuron(_sum, np.tanh),),
    ),
    Mistake(
        "slope-for-sigmoid",
        "You return how steep the activation is at `u`; the task asks how high.",
        "The derivative comes in the third exercise. What does the neuron itself hand on?",
        NEURON,
        (_neuron(_sum, slope),),
    ),
)

neuron = Check(
    CodeExercise(
        "neuron",
        "one neuron",
        1,
        NEURON,
        call_as="neuron(w, b, x)",
        parts=("output",),
        reference=neuron_reference,
        cases=neuron_cases,
        mistakes=NEURON_MISTAKES,
        praise="One sum, one bias, one curve, for any number of inputs.",
    )
)

# -- neuron_output: the same by hand ---------------------------------------------------------------

W, B, X = np.array([0.6, -0.4]), 0.4, np.array([0.8, 1.5])
"""The neuron of the task: chosen so that three digits tell all slips apart."""


def _output(
    u: Callable[[], float] = lambda: float(W @ X + B), f: Callable[[float], Any] = sigmoid
) -> Callable[[], float]:
    return lambda: float(f(u()))


NEURON_OUTPUT_MISTAKES = (
    Mistake(
        "no-bias",
        "You left the bias out of the sum.",
        "Three terms make `u`: one for each input, and one that no input can change.",
        NUMBERS,
        (_output(lambda: W @ X),),
    ),
    Mistake(
        "u-for-output",
        "That is `u`, the place on the axis; the neuron hands on the height of the curve there.",
        "Which of the neuron's two steps is still to come?",
        NUMBERS,
        (_output(f=lambda u: u),),
    ),
    Mistake(
        "products-alone",
        "That is the sum of the products: the bias and the activation are still to come.",
        "Write the neuron as one expression and see which of its symbols you have not used.",
        NUMBERS,
        (_output(lambda: W @ X, lambda u: u),),
    ),
    Mistake(
        "bias-sign",
        "You subtracted the bias.",
        "Is the bias here positive or negative, and which way does it move `u`?",
        NUMBERS,
        (_output(lambda: W @ X - B),),
    ),
    Mistake(
        "bias-outside",
        "You added the bias to the curve's height; it moves the place on the axis.",
        "Does the bias come before the sigmoid or after it?",
        NEURON,
        (lambda: float(sigmoid(W @ X) + B),),
    ),
    Mistake(
        "minus-lost",
        "A minus got lost: you took both products as positive.",
        "The second weight pulls `u` down. By how much?",
        NUMBERS,
        (_output(lambda: abs(W) @ X + B),),
    ),
    Mistake(
        "inputs-swapped",
        "You multiplied each weight by the other one's input.",
        "The first weight belongs to the first input.",
        NEURON,
        (_output(lambda: W @ X[::-1] + B),),
    ),
    Mistake(
        "one-input-only",
        "Only one of the two inputs is in your sum.",
        "A neuron sums over all its inputs before the activation acts.",
        NEURON,
        (_output(lambda: W[0] * X[0] + B), _output(lambda: W[1] * X[1] + B)),
    ),
    Mistake(
        "f-of-each-product",
        "You sent each product through the sigmoid and added afterwards; the sum comes first.",
        "How often does one neuron apply its activation?",
        NEURON,
        (
            lambda: float(sigmoid(W[0] * X[0]) + sigmoid(W[1] * X[1]) + B),
            lambda: float(np.sum(sigmoid(W * X + B))),
        ),
    ),
    Mistake(
        "sigmoid-sign",
        "The sign in the exponent got lost: that is what this neuron would answer at `−u`.",
        "Is your `u` positive? Then the output must be on the upper half of the curve.",
        NUMBERS,
        (_output(f=lambda u: sigmoid(-u)),),
    ),
    Mistake(
        "reciprocal-missing",
        "You stopped below the fraction bar: the sigmoid is 1 divided by what you have.",
        "Every output of a sigmoid lies between 0 and 1.",
        NUMBERS,
        (_output(f=lambda u: 1 + np.exp(-u)), _output(f=lambda u: np.exp(-u))),
    ),
    Mistake(
        "tanh-for-sigmoid",
        "That is tanh of `u`; this neuron's activation is the sigmoid.",
        "At `u` = 0 tanh is 0. Where is the sigmoid there?",
        SIGMOID,
        (_output(f=np.tanh),),
    ),
    Mistake(
        "slope-for-output",
        "That is the slope of the sigmoid at `u`; the task asks for its height.",
        "Slope and height at one place are two numbers. Which one does a neuron hand on?",
        HANDS,
        (_output(f=slope),),
    ),
)

neuron_output = Check(
    PredictExercise(
        "neuron_output",
        "a neuron's output, by hand",
        1,
        NUMBERS,
        right=_output(),
        mistakes=NEURON_OUTPUT_MISTAKES,
        praise="Two products and a bias, then the curve.",
        parts=Number(
            zero="The output is not 0: a sigmoid never is.",
            zero_idea="Put your `u` into the formula of the sigmoid once more.",
            idea="Compute `u` first, its three terms one below the other, each with its sign; then "
            "put it into the formula of the sigmoid.",
        ),
    )
)

# -- sigmoid_slope: the derivative of the sigmoid --------------------------------------------------


@cache
def sigmoid_slope_cases() -> tuple[Case, ...]:
    """Return the numbers and arrays a slope is tried on, very large ones last."""
    draw = np.random.default_rng(12).uniform
    return (
        Case("seven numbers between −3 and 4", (np.array([-3.0, -1.5, -0.5, 0.0, 0.8, 2.2, 4.0]),)),
        Case("a single number", (0.7,)),
        Case("a matrix", (draw(-2.0, 3.0, (2, 3)),)),
        Case("an array of integers", (np.array([-2, 0, 1, 3]),)),
        Case("numbers as large as 1000", (np.array([-1000.0, -30.0, -1.0, 2.0, 30.0, 1000.0]),)),
    )


def sigmoid_slope_reference(u: Any) -> Any:
    """Return the derivative of the sigmoid, wherever it is asked for."""
    small = np.exp(-np.abs(u))  # at most 1, and the derivative is even
    return small / (1.0 + small) ** 2


def _fraction(u: Any, power: int = 2) -> Any:
    """Return the derivative as the chapter first writes it, which overflows far to the left."""
    small = np.exp(-np.asarray(u, dtype=float))
    return small / (1.0 + small) ** power


SIGMOID_SLOPE_MISTAKES = (
    Mistake(
        "f-for-f-prime",
        "That is the sigmoid itself; the task asks for its derivative.",
        "Far to the right the sigmoid is nearly 1. How steep is it there?",
        SIGMOID,
        (sigmoid,),
    ),
    Mistake(
        "f-prime-of-output",
        "You take the derivative at the sigmoid's value in place of `u`: the sigmoid is applied "
        "once too often.",
        "The formula with the output needs the output of one sigmoid. How many do you compute on "
        "the way?",
        SIGMOID,
        (lambda u: slope(sigmoid(u)),),
    ),
    Mistake(
        "u-for-output",
        "Your formula is the one that takes the neuron's output, and you put `u` into it.",
        "Two letters, two places: which of them does your function receive?",
        SIGMOID,
        (lambda u: u * (1.0 - np.asarray(u)),),
    ),
    Mistake(
        "sign",
        "The size is right everywhere and the sign is not: the sigmoid never falls.",
        "The rule for a reciprocal brings one minus, and the exponential another.",
        SIGMOID,
        (lambda u: -sigmoid_slope_reference(u), lambda u: -_fraction(u)),
    ),
    Mistake(
        "overflow",
        "Right up to moderate `u`; far out an exponential overflows, and infinity over infinity is "
        "NaN.",
        "Written as a fraction of exponentials it breaks; written through the value of the "
        "sigmoid, which stays between 0 and 1, nothing can grow.",
        SIGMOID,
        (lambda u: _fraction(u), lambda u: _fraction(-np.asarray(u))),
    ),
    Mistake(
        "square-missing",
        "The square below the fraction bar is missing: you get one minus the sigmoid.",
        "What is the derivative of 1/r, if r is a function of `u`?",
        SIGMOID,
        (lambda u: sigmoid(-np.asarray(u)), lambda u: _fraction(u, 1), lambda u: -_fraction(u, 1)),
    ),
    Mistake(
        "inner-derivative-missing",
        "The derivative of what stands below the fraction bar is missing.",
        "By the rule for a reciprocal the derivative of 1/r contains r′ too. What is it here?",
        SIGMOID,
        (lambda u: -(sigmoid(u) ** 2), lambda u: sigmoid(u) ** 2),
    ),
    Mistake(
        "tanh-s-formula",
        "One minus the square of the output is the derivative of tanh; you put a sigmoid into it.",
        "Which two factors does the sigmoid's derivative have, and what is their sum?",
        SIGMOID,
        (lambda u: 1.0 - sigmoid(u) ** 2,),
    ),
    Mistake(
        "tanh-s-slope",
        "That is the derivative of tanh; the task asks for the sigmoid's.",
        "The sigmoid is half as tall as tanh and runs half as fast. What is its largest slope?",
        TANH,
        (lambda u: 1.0 - np.tanh(u) ** 2,),
    ),
    Mistake(
        "output-squared",
        "Where two different factors belong, you have the same one twice, or one of them alone "
        "squared.",
        "Test it at `u` = 0, where the sigmoid is ½, and far to the right, where it is 1.",
        SIGMOID,
        (
            lambda u: (1.0 - sigmoid(u)) ** 2,
            lambda u: sigmoid(u) - 2.0 * sigmoid(u) ** 2,
            lambda u: (sigmoid(u) * (1.0 - sigmoid(u))) ** 2,
        ),
    ),
)

sigmoid_slope = Check(
    CodeExercise(
        "sigmoid_slope",
        "the slope of the sigmoid",
        1,
        SIGMOID,
        call_as="sigmoid_slope(u)",
        parts=("slope",),
        reference=sigmoid_slope_reference,
        cases=sigmoid_slope_cases,
        mistakes=SIGMOID_SLOPE_MISTAKES,
        praise="For single numbers and arrays, and far out as well.",
    )
)

# -- dL_dw: from the loss back to one weight -------------------------------------------------------


@cache
def dL_dw_points() -> Sequence[Point]:
    """Return points at which `u` and `h` are what the neuron makes of the others."""
    draw = np.random.default_rng(13).uniform
    found = []
    for f, df in ((bent, bent_slope), (np.tanh, lambda u: 1.0 - np.tanh(u) ** 2)) * 3:
        w, b, x, y = draw(0.3, 1.2), draw(0.1, 0.9), draw(0.4, 1.8), draw(-0.9, -0.1)
        u = w * x + b
        found.append({"w": w, "b": b, "x": x, "u": u, "h": f(u), "y": y, "f": f, "df": df})
    return found


DL_DW_MISTAKES = (
    Mistake(
        "x-missing",
        "A factor is missing: this is how the loss changes with `u`, or with the bias.",
        "Raise `w` by a little. By how much does `u` rise, and what does that depend on?",
        NEURON,
        ("(h - y) * df(u)",),
    ),
    Mistake(
        "f-prime-missing",
        "The activation's derivative is missing: you treat the output as if it were `u`.",
        "Three functions stand one inside the other. Which link of the chain have you skipped?",
        OUTPUT_WEIGHTS,
        ("(h - y) * x",),
    ),
    Mistake(
        "error-alone",
        "That is how the loss changes with the output; the way back to the weight is still ahead.",
        "The output depends on `u`, and `u` on the weight: two more links of the chain.",
        OUTPUT_WEIGHTS,
        ("h - y",),
    ),
    Mistake(
        "error-missing",
        "That is how the output changes with the weight; the loss is not in it.",
        "The outermost function is the square. What is the derivative of its half?",
        OUTPUT_WEIGHTS,
        ("df(u) * x",),
    ),
    Mistake(
        "factor-2",
        "Twice the right formula: the ½ of the loss got lost.",
        "The derivative of a square brings a factor 2. What meets it in front of the loss?",
        OUTPUT_WEIGHTS,
        ("2 * (h - y) * df(u) * x",),
    ),
    Mistake(
        "half-left-over",
        "Half the right formula: the ½ is still there after the square has been differentiated.",
        "What does the derivative of a square bring down in front?",
        OUTPUT_WEIGHTS,
        ("(h - y) * df(u) * x / 2",),
    ),
    Mistake(
        "sign",
        "The sign is wrong: is the error the wrong way round?",
        "If the output lies above its label and rises further, does the loss rise or fall?",
        OUTPUT_WEIGHTS,
        ("(y - h) * df(u) * x",),
    ),
    Mistake(
        "square-kept",
        "The error is still squared, as if the outermost function had not been differentiated.",
        "Differentiating lowers a power by one.",
        OUTPUT_WEIGHTS,
        ("(h - y)**2 * df(u) * x", "(h - y)**2 / 2 * df(u) * x"),
    ),
    Mistake(
        "f-for-f-prime",
        "The activation's value stands where its derivative belongs.",
        "How far the output moves when `u` does is a matter of how steep the curve is there.",
        HANDS,
        ("(h - y) * f(u) * x",),
    ),
    Mistake(
        "f-prime-of-output",
        "The derivative is taken at the output; it belongs at the sum before the activation.",
        "What does the activation act on?",
        OUTPUT_WEIGHTS,
        ("(h - y) * df(h) * x", "(h - y) * df(f(h)) * x"),
    ),
    Mistake(
        "f-prime-of-the-input",
        "The derivative is taken at the wrong place: the activation is given the whole sum.",
        "The chain rule takes the outer derivative at the value of the inner function, all of it.",
        OUTPUT_WEIGHTS,
        ("(h - y) * df(x) * x", "(h - y) * df(w) * x", "(h - y) * df(w * x) * x"),
    ),
    Mistake(
        "sigmoid-s-derivative",
        "You used the sigmoid's derivative, or tanh's; the task leaves `f` open.",
        "Only for that one activation can the slope be written through the output in this way. "
        "Use what the task gives you.",
        SIGMOID,
        ("(h - y) * h * (1 - h) * x", "(h - y) * (1 - h**2) * x"),
    ),
    Mistake(
        "with-respect-to-x",
        "That is the derivative with respect to the input `x`; the task asks for the weight.",
        "In the product, what is the other factor, the one that stays when `w` moves?",
        NEURON,
        ("(h - y) * df(u) * w",),
    ),
    Mistake(
        "u-for-x",
        "The last factor is the sum `u`; the weight is multiplied by something else.",
        "Write out the sum. What stands beside `w` in it?",
        NEURON,
        ("(h - y) * df(u) * u", "(h - y) * df(u) * (x + b)", "(h - y) * df(u) * h"),
    ),
    Mistake(
        "label-missing",
        "The label is missing: you used the output where its error belongs.",
        "Does it matter to the loss whether the output is above its label or below?",
        OUTPUT_WEIGHTS,
        ("h * df(u) * x",),
    ),
    Mistake(
        "loss-itself",
        "That is the loss itself, not yet differentiated.",
        "How does it change when the weight moves by a little? Begin at the outermost function.",
        OUTPUT_WEIGHTS,
        ("(h - y)**2 / 2",),
    ),
    Mistake(
        "added-for-multiplied",
        "Two links of the chain are added where they should be multiplied.",
        "If the output moves three times as fast as `u`, and `u` twice as fast as the weight, how "
        "much faster than the weight does the output move?",
        OUTPUT_WEIGHTS,
        ("(h - y) * (df(u) + x)", "(h - y) + df(u) * x", "(h - y) + df(u) + x"),
    ),
)

dL_dw = Check(
    DeriveExercise(
        "dL_dw",
        "the derivative of the loss of one neuron",
        1,
        OUTPUT_WEIGHTS,
        quantity="∂L/∂w",
        names=("w", "b", "x", "u", "h", "y", "f", "df"),
        functions=("f", "df"),
        right="(h - y) * df(u) * x",
        points=dL_dw_points,
        mistakes=DL_DW_MISTAKES,
        praise="Three links, three factors. All of chapter 2 is made of products like this one.",
    )
)

# -- where_flat: where the sigmoid has no slope to speak of ----------------------------------------

FLAT = 0.01
"""Below this slope the task calls the sigmoid flat."""


def _reaches(level: float, squash: float = 1.0) -> float:
    """Return the positive u at which the sigmoid's slope, of `squash` times u, is `level`."""
    value = (1.0 + np.sqrt(1.0 - 4.0 * level)) / 2.0
    return float(np.log(value / (1.0 - value))) / squash


EDGE = _reaches(FLAT)
NEAR = 0.06
"""One decimal is asked for; the rounded edge is accepted, and so is more exact."""


def _around(left: float, right: float) -> Callable[[float, float], bool]:
    return lambda a, b: abs(a - left) <= NEAR and abs(b - right) <= NEAR


def _at(edge: float) -> Region:
    """Return the answers of whoever looks for another slope, or at another curve."""
    return Region(_around(-edge, edge), (-round(edge, 1), round(edge, 1)))


def judge_flat(left: float, right: float) -> Finding | None:
    """Return None if the two edges are right to one decimal, or which one is off, and whither."""
    for name, value, edge in (("left", left, -EDGE), ("right", right, EDGE)):
        if abs(value - edge) <= NEAR:
            continue
        side = "the other side of" if value * edge < 0 else "at"
        if side != "at":
            return Finding(
                f"{name}-on-the-other-side",
                f"`{name}` = {value:.4g} lies on the other side of 0.",
                "The sigmoid's slope has its peak at 0 and falls off on both sides of it.",
            )
        found = slope(value)
        if found > FLAT:
            way = "not yet flat: go further out"
        else:
            way = "flat already, and was so before: come back towards 0"
        other = "" if name == "left" or abs(left + EDGE) > NEAR else "`left` is right. "
        return Finding(
            f"{name}-too-{'near' if found > FLAT else 'far'}",
            f"{other}At `{name}` = {value:.4g} the slope is {found:.3g}, {way}.",
            "Halve the step each time you overshoot.",
        )
    return None


WHERE_FLAT_MISTAKES = (
    Mistake(
        "one-side-only",
        "You have found one side; the sigmoid grows flat on the other side as well.",
        "Look at the curve far to the left and far to the right: is its slope there one thing or "
        "two?",
        HANDS,
        (
            Region(lambda a, b: abs(b - EDGE) <= NEAR and abs(a) <= NEAR, (0.0, 4.6)),
            Region(lambda a, b: abs(a + EDGE) <= NEAR and abs(b) <= NEAR, (-4.6, 0.0)),
            Region(lambda a, b: a == b and abs(abs(a) - EDGE) <= NEAR, (4.6, 4.6)),
        ),
    ),
    Mistake(
        "swapped",
        "Both numbers are right, the wrong way round.",
        "Which of the two lies further to the left?",
        HANDS,
        (Region(_around(EDGE, -EDGE), (4.6, -4.6)),),
    ),
    Mistake(
        "a-tenth",
        "At these places the slope is 0.1, ten times what the task calls flat.",
        "Count the zeros in the task once more.",
        SIGMOID,
        (_at(_reaches(0.1)),),
    ),
    Mistake(
        "a-thousandth",
        "At these places the slope is 0.001, a tenth of what the task asks for.",
        "Count the zeros in the task once more.",
        SIGMOID,
        (_at(_reaches(0.001)),),
    ),
    Mistake(
        "one-per-cent-of-the-largest",
        "At these places the slope is one hundredth of its largest value; the task asks for the "
        "slope itself.",
        "The sigmoid's largest slope is not 1.",
        SIGMOID,
        (_at(_reaches(FLAT / 4.0)),),
    ),
    Mistake(
        "tanh-s-edges",
        "These are the places for tanh; it grows flat sooner.",
        "Tanh runs through the same curve twice as fast and twice as tall.",
        TANH,
        (_at(_reaches(FLAT / 4.0, 2.0)),),
    ),
)

where_flat = Check(
    ExploreExercise(
        "where_flat",
        "where the sigmoid is flat",
        1,
        HANDS,
        judge=judge_flat,
        example=(-4.6, 4.6),
        parts={"left": Number(), "right": Number()},
        mistakes=WHERE_FLAT_MISTAKES,
        praise="Whatever comes in beyond these two places, the neuron learns next to nothing from "
        "it.",
    )
)
