"""The exercises of chapter 2, with the mistakes each of them knows.

A known mistake is the code a learner writes who makes it, and three steps of a hint, of which none
is the answer. To add one, add a function (or another way of making the same mistake) and its words;
the tests demand that it is told apart from all others.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from backprop.check._answers import Count, Number, Shape
from backprop.check._api import Check
from backprop.check._cases import bent, bent_slope, sigmoid
from backprop.check._cases import sigmoid_slope as slope
from backprop.check._code import CodeExercise, HuntExercise
from backprop.check._exercise import Mistake
from backprop.check._outcomes import Case
from backprop.check._predict import PredictExercise
from backprop.check._result import Section

__all__ = ["dL_du2", "dL_dw1", "forward", "parameters", "reused_buffer", "shapes"]

Array = np.ndarray
Activation = Callable[[Any], Any]

PAGE = "02_a_simple_example"
LAYOUT = Section(PAGE, "Columns, rows and the shape of a gradient", "tools")
NETWORK = Section(PAGE, "The network", "network")
OUTPUT_WEIGHTS = Section(PAGE, "The output layer: weights", "output-weights")
THREE_FACTORS = Section(PAGE, "Three factors, and all of them are known", "output-weights-matrix")
OUTPUT_BIASES = Section(PAGE, "The output layer: biases", "output-biases")
HIDDEN_WEIGHTS = Section(PAGE, "The hidden layer: weights", "hidden-weights")
HIDDEN_BIASES = Section(PAGE, "The hidden layer: biases", "hidden-biases")
SQUARE = Section(PAGE, "Why matching shapes is not enough", "square")
SHARED = Section(PAGE, "The shared factor", "pattern")

# -- shapes: a table of them -----------------------------------------------------------------------

SHAPES = {
    "W1": (3, 5),
    "b1": (3,),
    "u2": (4,),
    "W2": (4, 3),
    "delta1": (3,),
    "dW2": (4, 3),
}
"""The shapes in a network with 5 inputs, 3 hidden neurons and 4 outputs, all different."""


def _shapes(**wrong: tuple[int, ...]) -> Callable[[], dict[str, tuple[int, ...]]]:
    """Return a wrong answer: the shapes that a mistake touches."""
    return lambda: wrong


SHAPES_MISTAKES = (
    Mistake(
        "W-transposed",
        "The rows and the columns are swapped.",
        "A row of a weight matrix is the list of weights of one neuron. Is it the neuron that "
        "sends or the one that receives?",
        NETWORK,
        (
            _shapes(W1=(5, 3), W2=(3, 4), dW2=(3, 4)),
            _shapes(W1=(5, 3), W2=(3, 4)),
            _shapes(W2=(3, 4), dW2=(3, 4)),
            _shapes(W1=(5, 3)),
            _shapes(W2=(3, 4)),
        ),
    ),
    Mistake(
        "gradient-transposed",
        "The gradient lies on its side: what is subtracted from a matrix must have its shape.",
        "Each derivative stands where the entry stands that it belongs to. Which of the two "
        "columns in the outer product heads the rows?",
        LAYOUT,
        (_shapes(dW2=(3, 4)),),
    ),
    Mistake(
        "bias-as-row",
        "A vector is no matrix with one row: in this book's code it has a single axis.",
        "A shape has a number for each axis. How many axes has `np.array([1.0, 2.0])`?",
        LAYOUT,
        (
            _shapes(b1=(1, 3), u2=(1, 4), delta1=(1, 3)),
            _shapes(b1=(1, 3)),
            _shapes(u2=(1, 4)),
            _shapes(delta1=(1, 3)),
        ),
    ),
    Mistake(
        "vector-as-column",
        "In the text a vector is a column, a matrix with one column; in the code it has a single "
        "axis.",
        "A shape has a number for each axis. How many axes has `np.array([1.0, 2.0])`?",
        LAYOUT,
        (
            _shapes(b1=(3, 1), u2=(4, 1), delta1=(3, 1)),
            _shapes(b1=(3, 1)),
            _shapes(u2=(4, 1)),
            _shapes(delta1=(3, 1)),
        ),
    ),
    Mistake(
        "bias-for-each-input",
        "That is one bias for each input.",
        "The bias is added to a weighted sum. How many such sums does the hidden layer make?",
        NETWORK,
        (_shapes(b1=(5,)),),
    ),
    Mistake(
        "one-bias-for-the-layer",
        "That is one bias for the whole layer.",
        "Each neuron has its own threshold. What shifts it?",
        NETWORK,
        (_shapes(b1=(1,)), _shapes(b1=())),
    ),
    Mistake(
        "layers-swapped",
        "Each of them has the shape of the other.",
        "The superscript counts the layers that compute something. Which of the two does the "
        "input enter?",
        NETWORK,
        (_shapes(W1=(4, 3), W2=(3, 5)), _shapes(W1=(4, 3), W2=(3, 5), dW2=(3, 5))),
    ),
    Mistake(
        "biases-in-the-matrix",
        "A column more than there are inputs: have you put the biases into the matrix?",
        "That is a way to do it, but in this book the biases are kept in a vector of their own.",
        NETWORK,
        (
            _shapes(W1=(3, 6), W2=(4, 4), dW2=(4, 4)),
            _shapes(W1=(3, 6), W2=(4, 4)),
            _shapes(W1=(3, 6)),
            _shapes(W2=(4, 4), dW2=(4, 4)),
        ),
    ),
    Mistake(
        "what-enters-for-what-is-summed",
        "That is as long as what enters the output layer.",
        "A neuron turns all that enters it into one sum. How many sums are there in this layer?",
        NETWORK,
        (_shapes(u2=(3,)),),
    ),
    Mistake(
        "error-term-of-the-next-layer",
        "That is as long as the error term of the output layer.",
        "An error term is the gradient with respect to the pre-activations of its own layer.",
        SHARED,
        (_shapes(delta1=(4,)),),
    ),
    Mistake(
        "error-term-for-each-weight",
        "That is one number for each weight.",
        "What all derivatives of a neuron share is one number. How many neurons has the layer?",
        SHARED,
        (_shapes(delta1=(3, 5)),),
    ),
    Mistake(
        "gradient-of-the-bias",
        "That is the shape of the gradient with respect to the bias.",
        "A derivative belongs to every entry of `W2`, and they are arranged as the entries are.",
        LAYOUT,
        (_shapes(dW2=(4,)),),
    ),
)

shapes = Check(
    PredictExercise(
        "shapes",
        "the shapes of the arrays",
        2,
        NETWORK,
        right=lambda: SHAPES,
        mistakes=SHAPES_MISTAKES,
        praise="Six shapes, and nothing was computed.",
        parts={
            name: Shape(
                idea="What is there one of: a number for each neuron, or for each pair of a neuron "
                "and one of its inputs?"
            )
            for name in SHAPES
        },
    )
)

# -- parameters: how many there are ----------------------------------------------------------------

SIZES = (6, 5, 4, 3)
"""Another network than the chapter's, whose 26 parameters are on its page."""


def _pairs(sizes: Sequence[int] = SIZES) -> list[tuple[int, int]]:
    """Return the number of inputs and of neurons of every layer."""
    return list(itertools.pairwise(sizes))


def _weights() -> int:
    return sum(p * n for n, p in _pairs())


def _neurons() -> int:
    return sum(SIZES[1:])


def count_parameters() -> int:
    """Return the number of weights and biases."""
    return sum(p * n + p for n, p in _pairs())


PARAMETERS_MISTAKES = (
    Mistake(
        "weights-alone",
        "Those are the weights alone.",
        "What else does a neuron add to its weighted sum, and may learn?",
        NETWORK,
        (_weights,),
    ),
    Mistake(
        "biases-alone",
        "That is one number for each neuron: the biases alone, without the weights.",
        "How many edges lead into one neuron of the first hidden layer?",
        NETWORK,
        (_neurons,),
    ),
    Mistake(
        "inputs-with-biases",
        "You have given the inputs biases too.",
        "Layer 0 is the input, and it computes nothing.",
        NETWORK,
        (lambda: _weights() + sum(SIZES),),
    ),
    Mistake(
        "one-bias-for-a-layer",
        "You have counted one bias for each layer.",
        "In the text, $b^{(l)}$ is one letter. How many components has it?",
        NETWORK,
        (lambda: _weights() + len(SIZES) - 1,),
    ),
    Mistake(
        "bias-for-each-input",
        "You have counted as many biases in each layer as it has inputs.",
        "The bias is added to a weighted sum. How many sums does a layer make?",
        NETWORK,
        (lambda: _weights() + sum(SIZES[:-1]),),
    ),
    Mistake(
        "bias-for-each-weight",
        "You have counted a bias for each weight.",
        "The bias is added once, after the products have been summed.",
        NETWORK,
        (lambda: 2 * _weights(),),
    ),
    Mistake(
        "neurons",
        "That is the number of circles in a picture of the network, the inputs among them.",
        "The parameters sit on the edges, and one more in each neuron.",
        NETWORK,
        (lambda: sum(SIZES),),
    ),
    Mistake(
        "layer-missing",
        "The weights and biases of one layer are missing.",
        "Between how many pairs of neighbouring layers are there edges?",
        NETWORK,
        tuple(partial(lambda n, p: count_parameters() - p * n - p, n, p) for n, p in _pairs()),
    ),
    Mistake(
        "sizes-multiplied",
        "You have multiplied the sizes of all layers.",
        "An edge joins two neighbouring layers. What is done with the numbers of edges of "
        "different layers?",
        NETWORK,
        (lambda: math.prod(SIZES),),
    ),
    Mistake(
        "joined-to-all-layers-before",
        "You have joined each layer to all layers before it.",
        "In this book's networks a neuron receives from the layer right before its own.",
        NETWORK,
        (
            lambda: sum(SIZES[k] * sum(SIZES[:k]) for k in range(1, 4)) + _neurons(),
            lambda: sum(SIZES[k] * sum(SIZES[:k]) for k in range(1, 4)),
        ),
    ),
    Mistake(
        "the-chapter-s-network",
        "That is the count for the chapter's network; this one is another.",
        "Count as the chapter does, layer by layer.",
        NETWORK,
        (lambda: 26,),
    ),
)

parameters = Check(
    PredictExercise(
        "parameters",
        "how many parameters there are",
        2,
        NETWORK,
        right=count_parameters,
        mistakes=PARAMETERS_MISTAKES,
        praise="Weights and biases of three layers, and none of the inputs.",
        parts=Count(
            idea="Take one layer after the other: how many edges lead into it, and how many "
            "neurons has it?"
        ),
    )
)

# -- forward: one input vector through one hidden layer --------------------------------------------


def _network(seed: int, sizes: tuple[int, int, int], f: Activation = bent) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    n, h, p = sizes
    draw = rng.uniform
    return (
        draw(-1.0, 1.0, (h, n)),
        draw(0.2, 0.9, h),
        draw(-1.0, 1.0, (p, h)),
        draw(-0.9, -0.2, p),
        draw(-1.0, 1.0, n),
        f,
    )


@cache
def forward_cases() -> tuple[Case, ...]:
    """Return the networks a `forward` is tried on: the chapter's first, square ones among them."""
    from backprop import load_example

    net, x, _ = load_example()
    (W1, W2), (b1, b2) = net.weights, net.biases
    rng = np.random.default_rng(6)
    whole = tuple(rng.integers(-2, 3, shape) for shape in ((3, 2), (3,), (4, 3), (4,), (2,)))
    return (
        Case("the chapter's 3-4-2 network", (W1, b1, W2, b2, x, sigmoid)),
        Case("a 2-5-3 network with another activation", _network(1, (2, 5, 3))),
        Case("a 5-2-4 network with another activation", _network(2, (5, 2, 4))),
        Case("a square 3-3-3 network", _network(3, (3, 3, 3))),
        Case("a 2-3-4 network of integers", (*whole, bent)),
    )


def forward_reference(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
    """Return u1, x1, u2, x2."""
    u1 = W1 @ x + b1
    x1 = f(u1)
    u2 = W2 @ x1 + b2
    x2 = f(u2)
    return u1, x1, u2, x2


def _forward(
    before_1: Callable[[Array, Array, Array], Any],
    before_2: Callable[[Array, Array, Array], Any],
    after_1: Callable[[Activation, Any], Any] = lambda f, u: f(u),
    after_2: Callable[[Activation, Any], Any] = lambda f, u: f(u),
) -> Callable[..., Any]:
    """Return a `forward` made of four steps, of which the caller gives the wrong ones."""

    def wrong(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
        u1 = before_1(W1, x, b1)
        x1 = after_1(f, u1)
        u2 = before_2(W2, x1, b2)
        x2 = after_2(f, u2)
        return u1, x1, u2, x2

    return wrong


def _affine(W: Array, x: Array, b: Array) -> Any:
    return W @ x + b


def _linear(W: Array, x: Array, b: Array) -> Any:
    return W @ x


def _subtracted(W: Array, x: Array, b: Array) -> Any:
    return W @ x - b


def _transposed(W: Array, x: Array, b: Array) -> Any:
    return W.T @ x + b


def _unsummed(W: Array, x: Array, b: Array) -> Any:
    return W * x + b


def _summed_over_all(W: Array, x: Array, b: Array) -> Any:
    return np.sum(W * x) + b


def _identity(f: Activation, u: Any) -> Any:
    return u


def _twice(f: Activation, u: Any) -> Any:
    return f(f(u))


def _f_on_the_way(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
    u1 = W1 @ x + b1
    x1 = f(u1)
    u2 = W2 @ f(x1) + b2
    return u1, x1, u2, f(u2)


def _f_in_u(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
    u1 = f(W1 @ x + b1)
    x1 = f(u1)
    u2 = f(W2 @ x1 + b2)
    return u1, x1, u2, f(u2)


def _bias_again(*layers: int) -> Callable[..., Any]:
    def wrong(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
        u1 = W1 @ x + b1
        x1 = f(u1 + b1 * (1 in layers))
        u2 = W2 @ x1 + b2
        return u1, x1, u2, f(u2 + b2 * (2 in layers))

    return wrong


def _bias_outside(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
    u1 = W1 @ x
    x1 = f(u1) + b1
    u2 = W2 @ x1
    x2 = f(u2) + b2
    return u1, x1, u2, x2


def _u1_fed_on(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
    u1 = W1 @ x + b1
    u2 = W2 @ u1 + b2
    return u1, f(u1), u2, f(u2)


def _input_fed_on(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
    u1 = W1 @ x + b1
    x1 = f(u1)
    u2 = W2 @ x + b2
    return u1, x1, u2, f(u2)


def _first_layer_twice(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
    u1 = W1 @ x + b1
    x1 = f(u1)
    u2 = W1 @ x1 + b1
    return u1, x1, u2, f(u2)


def _first_weights_twice(
    W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation
) -> Any:
    u1 = W1 @ x + b1
    x1 = f(u1)
    u2 = W1 @ x1 + b2
    return u1, x1, u2, f(u2)


def _first_bias_twice(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
    u1 = W1 @ x + b1
    x1 = f(u1)
    u2 = W2 @ x1 + b1
    return u1, x1, u2, f(u2)


def _as_columns(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
    return forward_reference(W1, b1[:, None], W2, b2[:, None], x[:, None], f)


def _bias_as_row(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
    return forward_reference(W1, b1, W2, b2, x[:, None], f)


def _fixed(g: Activation) -> Callable[..., Any]:
    def wrong(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
        return forward_reference(W1, b1, W2, b2, x, g)

    return wrong


def _sigmoid_wrong_sign(u: Any) -> Any:
    return 1.0 / (1.0 + np.exp(np.asarray(u, dtype=float)))


def _returns(*order: int) -> Callable[..., Any]:
    """Return a right `forward` that hands out its results in another selection or order."""

    def wrong(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
        parts = forward_reference(W1, b1, W2, b2, x, f)
        return parts[order[0]] if len(order) == 1 else tuple(parts[i] for i in order)

    return wrong


def _returns_input_too(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
    return (x, *forward_reference(W1, b1, W2, b2, x, f))


def _returns_pairs(*pairs: tuple[int, int]) -> Callable[..., Any]:
    def wrong(W1: Array, b1: Array, W2: Array, b2: Array, x: Array, f: Activation) -> Any:
        parts = forward_reference(W1, b1, W2, b2, x, f)
        return tuple((parts[i], parts[j]) for i, j in pairs)

    return wrong


FORWARD_MISTAKES = (
    Mistake(
        "f-skipped-in-hidden-layer",
        "The activation is missing in the hidden layer: your `x1` equals `u1`.",
        "Without `f` between them the two layers are one linear map. What does a neuron do with "
        "its weighted sum before it hands it on?",
        NETWORK,
        (_forward(_affine, _affine, after_1=_identity),),
    ),
    Mistake(
        "f-skipped-at-output",
        "The hidden layer is right; the activation is missing at the output: your `x2` equals `u2`."
        "",
        "In this network the output neurons are neurons like all others: what do they do after the "
        "weighted sum?",
        NETWORK,
        (_forward(_affine, _affine, after_2=_identity),),
    ),
    Mistake(
        "f-skipped-in-both-layers",
        "The activation is missing in both layers: you return the weighted sums themselves.",
        "You are given `f` and do not call it. Where does a neuron apply it?",
        NETWORK,
        (_forward(_affine, _affine, _identity, _identity),),
    ),
    Mistake(
        "f-applied-twice",
        "The activation is applied twice on the way: once more than the neuron does.",
        "Each layer has one weighted sum and one activation. Count the calls of `f` between `x` "
        "and `x2`.",
        NETWORK,
        (
            _forward(_affine, _affine, _twice, _twice),
            _forward(_affine, _affine, after_1=_twice),
            _forward(_affine, _affine, after_2=_twice),
            _f_on_the_way,
            _f_in_u,
        ),
    ),
    Mistake(
        "b-forgotten",
        "Both biases are missing: your `u1` and `u2` are weighted sums without a bias.",
        "With the input 0 your network gives the same `u1` whatever `b1` is. What shifts a "
        "neuron's threshold?",
        NETWORK,
        (_forward(_linear, _linear),),
    ),
    Mistake(
        "b-forgotten-in-hidden-layer",
        "The bias of the hidden layer is missing: `u1` is `b1` short of what it should be.",
        "Which of your six arguments do you never use?",
        NETWORK,
        (_forward(_linear, _affine),),
    ),
    Mistake(
        "b-forgotten-at-output",
        "The hidden layer is right; the bias of the output layer is missing from `u2`.",
        "Which of your six arguments do you never use?",
        NETWORK,
        (_forward(_affine, _linear),),
    ),
    Mistake(
        "b-subtracted",
        "A bias is subtracted where it should be added.",
        "Some texts write a neuron with a threshold, which is subtracted; this book writes it with "
        "a bias. What is the sign of the bias?",
        NETWORK,
        (
            _forward(_subtracted, _subtracted),
            _forward(_subtracted, _affine),
            _forward(_affine, _subtracted),
        ),
    ),
    Mistake(
        "b-counted-twice",
        "The bias enters twice: once in `u`, and once more on the way into the activation.",
        "`u` holds the bias already. What is the activation applied to?",
        NETWORK,
        (
            _bias_again(1, 2),
            _bias_again(1),
            _bias_again(2),
        ),
    ),
    Mistake(
        "b-outside-f",
        "The bias is added after the activation; it belongs to the weighted sum.",
        "`u` is all that goes into the activation. Is the bias part of `u`?",
        NETWORK,
        (
            _bias_outside,
            lambda W1, b1, W2, b2, x, f: (
                W1 @ x + b1,
                f(W1 @ x) + b1,
                W2 @ (f(W1 @ x) + b1) + b2,
                f(W2 @ (f(W1 @ x) + b1)) + b2,
            ),
        ),
    ),
    Mistake(
        "W-transposed",
        "A weight matrix is used as its transpose: this fits square matrices only, and gives wrong "
        "values there.",
        "Row i of a weight matrix holds the weights of neuron i. Along which index of `W` must the "
        "sum run?",
        NETWORK,
        (
            _forward(_transposed, _transposed),
            _forward(_transposed, _affine),
            _forward(_affine, _transposed),
        ),
    ),
    Mistake(
        "products-not-summed",
        "Weights and inputs are multiplied entry by entry, and the products are not summed.",
        "A neuron's `u` is one number: the sum of the products of its weights with its inputs. "
        "Which operation multiplies and sums?",
        NETWORK,
        (_forward(_unsummed, _unsummed),),
    ),
    Mistake(
        "summed-over-all-neurons",
        "All products are summed into one number, over the neurons too: every neuron of the layer "
        "gets the same sum.",
        "Each neuron sums over its own row of `W` only.",
        NETWORK,
        (_forward(_summed_over_all, _summed_over_all),),
    ),
    Mistake(
        "u1-fed-to-output",
        "The output layer is fed with `u1`; your `x1` is right and never used.",
        "What does a layer receive from the one before: what its neurons sum up, or what they hand "
        "on?",
        NETWORK,
        (_u1_fed_on,),
    ),
    Mistake(
        "input-fed-to-output",
        "The output layer is fed with the network's input `x`; it should receive what the hidden "
        "layer hands on.",
        "Follow the arrows in the picture of the network: where do those into the output layer "
        "start?",
        NETWORK,
        (_input_fed_on,),
    ),
    Mistake(
        "first-layer-used-twice",
        "The second layer uses the weights or the bias of the first.",
        "Look at the second weighted sum: which layer do its `W` and its `b` belong to?",
        NETWORK,
        (_first_layer_twice, _first_weights_twice, _first_bias_twice),
    ),
    Mistake(
        "sigmoid-for-f",
        "Your function always uses the sigmoid; the task gives you the activation as `f`.",
        "It is right on the chapter's network, whose activation is the sigmoid, and wrong as soon "
        "as `f` is another function.",
        NETWORK,
        (_fixed(sigmoid),),
    ),
    Mistake(
        "sigmoid-at-output",
        "The hidden layer is right; at the output you use the sigmoid, whatever `f` is.",
        "The task gives you the activation of both layers as `f`.",
        NETWORK,
        (_forward(_affine, _affine, after_2=lambda f, u: sigmoid(u)),),
    ),
    Mistake(
        "sigmoid-in-hidden-layer",
        "In the hidden layer you use the sigmoid, whatever `f` is.",
        "The task gives you the activation of both layers as `f`.",
        NETWORK,
        (_forward(_affine, _affine, after_1=lambda f, u: sigmoid(u)),),
    ),
    Mistake(
        "sigmoid-sign",
        "Your function uses a sigmoid of its own, in place of `f`, and its exponent has the wrong "
        "sign: it falls where the sigmoid rises.",
        "For a large `u` a neuron should be near 1. What does yours give? Then again, the task "
        "gives you the activation as `f`.",
        NETWORK,
        (_fixed(_sigmoid_wrong_sign),),
    ),
    Mistake(
        "only-last-output",
        "You return the network's output alone; the task asks for `u1`, `x1`, `u2` and `x2`.",
        "The backward pass needs what was computed on the way. What would it have to compute again?"
        "",
        NETWORK,
        (_returns(3),),
    ),
    Mistake(
        "only-outputs",
        "You return the outputs of the two layers without the weighted sums `u1` and `u2`.",
        "The derivative of the activation is taken at `u`, not at `x`.",
        NETWORK,
        (_returns(1, 3),),
    ),
    Mistake(
        "only-last-layer",
        "You return `u2` and `x2` alone; the hidden layer's `u1` and `x1` are asked for too.",
        "The backward pass goes through the hidden layer as well.",
        NETWORK,
        (_returns(2, 3),),
    ),
    Mistake(
        "input-returned-too",
        "All four are right, but you return the input `x` as well.",
        "`u1, x1, u2, x2 = forward(…)` must work. How many things does your `return` hand out?",
        NETWORK,
        (_returns_input_too,),
    ),
    Mistake(
        "other-order",
        "All four are right, in another order than the task asks for.",
        "Compare your `return` with the first line of the task.",
        NETWORK,
        (
            _returns(0, 2, 1, 3),
            _returns(1, 3, 0, 2),
            _returns(1, 0, 3, 2),
            _returns(2, 3, 0, 1),
            _returns(3, 2, 1, 0),
        ),
    ),
    Mistake(
        "in-pairs",
        "All four are right, but packed in pairs; return them side by side.",
        "`a, b, c, d = forward(…)` must work. How many things does your `return` hand out?",
        NETWORK,
        (_returns_pairs((0, 1), (2, 3)), _returns_pairs((0, 2), (1, 3))),
    ),
    Mistake(
        "columns",
        "All values are right, but your vectors are matrices with one column.",
        "In this book's code a vector has the shape `(n,)`. Which of your steps makes it `(n, 1)`?",
        NETWORK,
        (_as_columns,),
    ),
    Mistake(
        "bias-as-row",
        "A column plus a vector became a whole matrix: each entry of the sum met each bias.",
        "`(n, 1)` plus `(n,)` is broadcast to `(n, n)`. Print the shapes of the two terms.",
        NETWORK,
        (_bias_as_row,),
    ),
)

forward = Check(
    CodeExercise(
        "forward",
        "the forward pass",
        2,
        NETWORK,
        call_as="forward(W1, b1, W2, b2, x, f)",
        parts=("u1", "x1", "u2", "x2"),
        reference=forward_reference,
        cases=forward_cases,
        mistakes=FORWARD_MISTAKES,
        praise="`u1`, `x1`, `u2` and `x2` agree on five networks, one of them square.",
        separate=("results",),
    )
)

# -- dL_du2: an error term at the output, with another activation ----------------------------------

NEURON = 2
"""Which output neuron is asked for, counted from 1 as in the book."""

TANH_LABEL = (-0.5, 0.9)
"""Another label than the chapter's, which the hyperbolic tangent can reach."""


class Output(NamedTuple):
    """What is known at the output of the chapter's network if its activation is tanh."""

    x1: Array
    u2: Array
    x2: Array
    error: Array


@cache
def output() -> Output:
    """Return the forward pass of the chapter's parameters and input with tanh."""
    from backprop import load_example

    net, x, _ = load_example()
    (W1, W2), (b1, b2) = net.weights, net.biases
    _, x1, u2, x2 = forward_reference(W1, b1, W2, b2, x, np.tanh)
    return Output(x1, u2, x2, x2 - np.array(TANH_LABEL))


def _tanh_slope(u: Any) -> Any:
    return 1.0 - np.tanh(u) ** 2


def _delta(
    error: Callable[[Output], Any] = lambda n: n.error,
    steepness: Callable[[Output], Any] = lambda n: _tanh_slope(n.u2),
    neuron: int = NEURON,
) -> float:
    """Return the error term of a neuron as a product of two factors."""
    return float((error(output()) * steepness(output()))[neuron - 1])


DL_DU2_MISTAKES = (
    Mistake(
        "f-prime-missing",
        "That is the error at the output alone; the derivative of the activation is missing.",
        "Between `u` and the loss stands the activation. If `u` moves a little, does the output "
        "move by as much?",
        OUTPUT_BIASES,
        (lambda: _delta(steepness=lambda n: 1.0 + 0.0 * n.u2),),
    ),
    Mistake(
        "sign",
        "The size is right and the sign is not: have you taken the label minus the output?",
        "The label is a constant. What is the derivative of half the square of output minus label?",
        OUTPUT_BIASES,
        (lambda: -_delta(),),
    ),
    Mistake(
        "f-prime-missing-and-sign",
        "That is the label minus the output: the derivative of the activation is missing, and the "
        "difference is the other way round.",
        "Write the loss as a function of `u` and differentiate it from the outside inwards.",
        OUTPUT_BIASES,
        (lambda: -_delta(steepness=lambda n: 1.0 + 0.0 * n.u2),),
    ),
    Mistake(
        "slope-of-the-sigmoid",
        "The derivative is that of the sigmoid; the activation of this network is another.",
        "x(1 − x) belongs to one activation only. The task says which derivative this one has.",
        OUTPUT_WEIGHTS,
        (
            lambda: _delta(steepness=lambda n: n.x2 * (1.0 - n.x2)),
            lambda: _delta(steepness=lambda n: slope(n.u2)),
        ),
    ),
    Mistake(
        "square-forgotten",
        "In the derivative of the activation the square is missing.",
        "Compare with the formula in the task, sign by sign.",
        OUTPUT_WEIGHTS,
        (lambda: _delta(steepness=lambda n: 1.0 - n.x2),),
    ),
    Mistake(
        "f-for-f-prime",
        "The value of the activation stands where its derivative belongs.",
        "How steep the activation is at `u` and how high it is there are two different numbers.",
        OUTPUT_WEIGHTS,
        (lambda: _delta(steepness=lambda n: n.x2),),
    ),
    Mistake(
        "f-prime-of-output",
        "The derivative of the activation is taken at the neuron's output; it belongs at the "
        "pre-activation.",
        "Once the output is known the activation has been applied. How often does f(u)² apply it?",
        OUTPUT_WEIGHTS,
        (lambda: _delta(steepness=lambda n: _tanh_slope(n.x2)),),
    ),
    Mistake(
        "u-for-f-of-u",
        "In the derivative, the pre-activation itself is squared.",
        "The task's formula squares f(u). Which of the printed arrays is that?",
        OUTPUT_WEIGHTS,
        (lambda: _delta(steepness=lambda n: 1.0 - n.u2**2),),
    ),
    Mistake(
        "u-for-x",
        "The error is taken at the pre-activation; the loss compares the output with the label.",
        "What does the network hand out, `u2` or `x2`?",
        OUTPUT_BIASES,
        (lambda: _delta(error=lambda n: n.u2 - np.array(TANH_LABEL)),),
    ),
    Mistake(
        "factor-2",
        "Twice the right value.",
        "The loss has a ½ in front. What is it there for?",
        OUTPUT_BIASES,
        (lambda: 2.0 * _delta(),),
    ),
    Mistake(
        "other-neuron",
        "That is the error term of output 1; the task asks for another.",
        "The book counts from 1 and Python from 0.",
        OUTPUT_BIASES,
        (lambda: _delta(neuron=1),),
    ),
    Mistake(
        "label-missing",
        "The label is missing, or it is the chapter's, which is 0 for this output.",
        "Run the cell with the numbers once more: it sets the label of this task. Where does it "
        "enter the loss?",
        OUTPUT_BIASES,
        (lambda: _delta(error=lambda n: n.x2),),
    ),
    Mistake(
        "error-missing",
        "That is the slope of the activation alone; the error is missing.",
        "The outermost function is the loss. What is its derivative with respect to an output?",
        OUTPUT_BIASES,
        (lambda: _delta(error=lambda n: 1.0 + 0.0 * n.x2),),
    ),
    Mistake(
        "error-squared",
        "The error enters as it stands in the loss, squared and halved, and has not been "
        "differentiated.",
        "What is the derivative of half a square?",
        OUTPUT_BIASES,
        (lambda: _delta(error=lambda n: 0.5 * n.error**2),),
    ),
    Mistake(
        "gradient-of-a-weight",
        "There is one factor too many: that is the derivative with respect to a weight that leads "
        "into this neuron.",
        "The pre-activation itself is asked for. What is multiplied by what a weight brings in?",
        OUTPUT_BIASES,
        tuple(partial(lambda j: _delta() * float(output().x1[j]), j) for j in range(4)),
    ),
)

dL_du2 = Check(
    PredictExercise(
        "dL_du2",
        "an error term at the output",
        2,
        OUTPUT_BIASES,
        right=_delta,
        mistakes=DL_DU2_MISTAKES,
        praise="An error of 1.87, and hardly anything of it gets through the activation.",
        parts=Number(
            zero="The error term is not 0: the output misses its label, and the activation is not "
            "quite flat.",
            idea="There are two factors: how the loss answers to the output, and how the output "
            "answers to the pre-activation.",
        ),
    )
)

# -- dL_dw1: one entry of the gradient, by hand ----------------------------------------------------

ROW, COLUMN = 1, 2
"""Which entry is asked for, counted from 1 as in the book."""

LABEL = (0.0, 0.75)
"""Another label than the chapter's, so that the number is not in the chapter's table."""


class Numbers(NamedTuple):
    """What is known after the forward pass."""

    x: Array
    u1: Array
    x1: Array
    u2: Array
    x2: Array
    W2: Array
    error: Array
    """x^(2) - y."""
    chapter_error: Array
    """The same with the chapter's label."""


@cache
def numbers() -> Numbers:
    """Return the numbers of the task: the chapter's network and input, the task's label."""
    from backprop import load_example

    net, x, y = load_example()
    (W1, W2), (b1, b2) = net.weights, net.biases
    u1, x1, u2, x2 = forward_reference(W1, b1, W2, b2, x, sigmoid)
    return Numbers(x, u1, x1, u2, x2, W2, x2 - np.array(LABEL), x2 - y)


def _entry(
    i: int = ROW,
    j: int = COLUMN,
    *,
    outer: Callable[[Numbers], Any] = lambda n: n.error * slope(n.u2),
    weights: Callable[[Numbers, int], Any] = lambda n, i: n.W2[:, i],
    inner: Callable[[Numbers, int], Any] = lambda n, i: slope(n.u1)[i],
    last: Callable[[Numbers, int], Any] = lambda n, j: n.x[j],
) -> float:
    """Return the entry (i, j), counted from 1, as a product of four factors."""
    n = numbers()
    i, j = i - 1, j - 1
    return float(np.sum(outer(n) * weights(n, i)) * inner(n, i) * last(n, j))


def _one_path(k: int) -> Callable[[], float]:
    """Return the entry with the path through output k (from 0) alone."""

    def wrong() -> float:
        alone = np.eye(2)[k]
        return _entry(outer=lambda n: n.error * slope(n.u2) * alone)

    return wrong


DL_DW1_MISTAKES = (
    Mistake(
        "indices-swapped",
        "That is the entry in row 2 and column 1: the indices are swapped.",
        "The first index of a weight names the neuron that receives, the second the input it "
        "receives from.",
        HIDDEN_WEIGHTS,
        (lambda: _entry(COLUMN, ROW),),
    ),
    Mistake(
        "counted-from-zero",
        "That is the entry in row 2 and column 3: you counted from 0, and the book counts from 1.",
        "In code, row i is at position i − 1.",
        HIDDEN_WEIGHTS,
        (lambda: _entry(ROW + 1, COLUMN + 1),),
    ),
    Mistake(
        "W2-indices-swapped",
        "The weights you go back through are a row of W⁽²⁾; the paths from hidden neuron 1 run "
        "elsewhere.",
        "The row of a weight matrix belongs to the neuron that receives. Here one neuron sends, to "
        "both outputs. Where in W⁽²⁾ are its two weights?",
        HIDDEN_WEIGHTS,
        (lambda: _entry(weights=lambda n, i: n.W2[i, :2]),),
    ),
    Mistake(
        "input-of-wrong-layer",
        "The last factor is taken from the hidden layer; the weights in W⁽¹⁾ are multiplied by "
        "something else.",
        "A weight's derivative contains what the weight is multiplied by in the forward pass. What "
        "enters layer 1?",
        HIDDEN_WEIGHTS,
        (
            lambda: _entry(last=lambda n, j: n.x1[j]),
            lambda: _entry(last=lambda n, j: n.u1[j]),
        ),
    ),
    Mistake(
        "one-path-only-first",
        "You followed the path through output 1 only.",
        "The hidden neuron feeds both outputs, and both are in the loss.",
        HIDDEN_WEIGHTS,
        (_one_path(0),),
    ),
    Mistake(
        "one-path-only-second",
        "You followed the path through output 2 only.",
        "The hidden neuron feeds both outputs, and both are in the loss.",
        HIDDEN_WEIGHTS,
        (_one_path(1),),
    ),
    Mistake(
        "f-prime-missing-in-hidden-layer",
        "The derivative of the activation is missing in the hidden layer.",
        "Between the weight and the output the path passes through two activations. How many "
        "derivatives f′ has your product?",
        HIDDEN_WEIGHTS,
        (lambda: _entry(inner=lambda n, i: 1.0),),
    ),
    Mistake(
        "f-prime-missing-at-output",
        "The derivative of the activation is missing at the outputs.",
        "Between the weight and the output the path passes through two activations. How many "
        "derivatives f′ has your product?",
        OUTPUT_WEIGHTS,
        (lambda: _entry(outer=lambda n: n.error),),
    ),
    Mistake(
        "f-prime-missing-in-both-layers",
        "Both derivatives of the activation are missing.",
        "Each activation on the path contributes a factor of its own to the chain rule.",
        HIDDEN_WEIGHTS,
        (lambda: _entry(outer=lambda n: n.error, inner=lambda n, i: 1.0),),
    ),
    Mistake(
        "f-for-f-prime",
        "Somewhere the value of the activation stands where its derivative belongs.",
        "How steep the sigmoid is at `u` and how high it is there are two different numbers.",
        HIDDEN_WEIGHTS,
        (
            lambda: _entry(inner=lambda n, i: n.x1[i]),
            lambda: _entry(outer=lambda n: n.error * n.x2),
            lambda: _entry(outer=lambda n: n.error * n.x2, inner=lambda n, i: n.x1[i]),
        ),
    ),
    Mistake(
        "f-prime-of-output",
        "The derivative of the activation is taken at the neuron's output; it belongs at the "
        "weighted sum.",
        "f′ is a function of `u`. Written through the output x it is x(1 − x), not f′(x).",
        HIDDEN_WEIGHTS,
        (
            lambda: _entry(inner=lambda n, i: slope(n.x1)[i]),
            lambda: _entry(outer=lambda n: n.error * slope(n.x2)),
            lambda: _entry(
                outer=lambda n: n.error * slope(n.x2), inner=lambda n, i: slope(n.x1)[i]
            ),
        ),
    ),
    Mistake(
        "sign",
        "The size is right and the sign is not: is the error the wrong way round?",
        "The loss contains the output minus the label. What is the derivative of its half square?",
        OUTPUT_WEIGHTS,
        (lambda: _entry(outer=lambda n: -n.error * slope(n.u2)),),
    ),
    Mistake(
        "factor-2",
        "Twice the right value.",
        "The loss has a ½ in front. What is it there for?",
        OUTPUT_WEIGHTS,
        (lambda: _entry(outer=lambda n: 2.0 * n.error * slope(n.u2)),),
    ),
    Mistake(
        "input-missing",
        "The last factor is missing: this is the derivative with respect to the neuron's bias.",
        "Moving the bias moves the weighted sum by as much; moving a weight moves it by that much "
        "times something.",
        HIDDEN_BIASES,
        (lambda: _entry(last=lambda n, j: 1.0),),
    ),
    Mistake(
        "W2-missing",
        "The weights between the hidden neuron and the outputs are missing.",
        "The hidden neuron's output is multiplied by a weight before it reaches an output; what "
        "does the chain rule make of that?",
        HIDDEN_WEIGHTS,
        (lambda: _entry(weights=lambda n, i: np.ones(2)),),
    ),
    Mistake(
        "label-missing",
        "The label is missing: you used the output where its error belongs.",
        "How does the loss change with an output: does it depend on where the label is?",
        OUTPUT_WEIGHTS,
        (lambda: _entry(outer=lambda n: n.x2 * slope(n.u2)),),
    ),
    Mistake(
        "error-missing",
        "The error is missing: this is the derivative of the sum of the outputs, not of the loss.",
        "The outermost function is the loss. What is its derivative with respect to an output?",
        OUTPUT_WEIGHTS,
        (lambda: _entry(outer=lambda n: slope(n.u2)),),
    ),
    Mistake(
        "label-of-the-chapter",
        "That is the entry for the chapter's own label; the label of this task is another one.",
        "Only the errors change. The rest of the chapter's numbers stay as they are.",
        HIDDEN_WEIGHTS,
        (lambda: _entry(outer=lambda n: n.chapter_error * slope(n.u2)),),
    ),
    Mistake(
        "output-layer",
        "That is the entry of the gradient with respect to W⁽²⁾; the task asks for W⁽¹⁾.",
        "The superscript is the number of the layer.",
        OUTPUT_WEIGHTS,
        (
            lambda: float(
                (numbers().error * slope(numbers().u2))[ROW - 1] * numbers().x1[COLUMN - 1]
            ),
        ),
    ),
)

ELSEWHERE = tuple(
    Mistake(
        f"entry-{i}-{j}",
        f"That is the entry in row {i} and column {j}; the task asks for row {ROW} and column "
        f"{COLUMN}.",
        "The first index is the hidden neuron, the second the input that this weight multiplies.",
        HIDDEN_WEIGHTS,
        (partial(_entry, i, j),),
    )
    for i in range(1, 5)
    for j in range(1, 4)
    # The entry itself, and the two that have a mistake of their own above.
    if (i, j) not in {(ROW, COLUMN), (COLUMN, ROW), (ROW + 1, COLUMN + 1)}
)

dL_dw1 = Check(
    PredictExercise(
        "dL_dw1",
        "one entry of the gradient",
        2,
        HIDDEN_WEIGHTS,
        right=lambda: _entry(),
        mistakes=DL_DW1_MISTAKES + ELSEWHERE,
        praise="Both paths, every derivative, and the input at the end.",
        parts=Number(
            zero="The derivative is not 0: moving this weight does move the loss.",
            idea="Write down the factors one under the other and compare each with the formula: "
            "every path from the weight to the loss, and on each path every derivative.",
        ),
    )
)

# -- reused_buffer: a backward pass whose forward pass has overwritten itself ----------------------


@cache
def gradients_cases() -> tuple[Case, ...]:
    """Return networks whose hidden layer is wider than the output, narrower, and as wide."""

    def sample(seed: int, sizes: tuple[int, int, int]) -> tuple[Any, ...]:
        W1, b1, W2, b2, x, _ = _network(seed, sizes)
        y = np.random.default_rng(seed + 100).uniform(-1.0, 1.0, sizes[2])
        return W1, b1, W2, b2, x, y, bent, bent_slope

    from backprop import load_example

    net, x, y = load_example()
    (W1, W2), (b1, b2) = net.weights, net.biases
    return (
        Case("the chapter's 3-4-2 network", (W1, b1, W2, b2, x, y, sigmoid, slope)),
        Case("a 2-5-3 network with another activation", sample(21, (2, 5, 3))),
        Case("a 5-2-4 network with another activation", sample(22, (5, 2, 4))),
        Case("a square 3-3-3 network", sample(23, (3, 3, 3))),
    )


def gradients_given(
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    x: Array,
    y: Array,
    f: Activation,
    f_prime: Activation,
) -> Any:
    """Return dW1, db1, dW2, db2 for one sample; both layers' sums share one array."""
    n1, n2 = len(b1), len(b2)
    buffer = np.empty(max(n1, n2))
    u1 = buffer[:n1]
    u1[:] = W1 @ x + b1
    x1 = f(u1)
    u2 = buffer[:n2]
    u2[:] = W2 @ x1 + b2
    x2 = f(u2)
    delta2 = (x2 - y) * f_prime(u2)
    delta1 = (W2.T @ delta2) * f_prime(u1)
    return np.outer(delta1, x), delta1, np.outer(delta2, x1), delta2


def _gradients(
    last: Callable[..., Any] = lambda back, u1, x1, f_prime: back * f_prime(u1),
    first: Callable[[Array, Array], Any] = lambda W2, delta2: W2.T @ delta2,
    second: Callable[[Any, Any], Any] = lambda u1, u2: u1,
    output: Callable[..., Any] = lambda x2, u2, f_prime: f_prime(u2),
) -> Callable[..., Any]:
    """Return a gradient whose error term of the hidden layer is computed in another way.

    `second` says what stands in `u1` once `u2` has been computed.
    """

    def wrong(
        W1: Array,
        b1: Array,
        W2: Array,
        b2: Array,
        x: Array,
        y: Array,
        f: Activation,
        f_prime: Activation,
    ) -> Any:
        u1, x1, u2, x2 = forward_reference(W1, b1, W2, b2, x, f)
        delta2 = (x2 - y) * output(x2, u2, f_prime)
        delta1 = last(first(W2, delta2), second(u1, u2), x1, f_prime)
        return np.outer(delta1, x), delta1, np.outer(delta2, x1), delta2

    return wrong


gradients_reference = _gradients()


def _overlaid(u1: Array, u2: Array, start: int = 0) -> Array:
    """Return `u1` as it is after `u2` has been written over it from `start` on."""
    left = np.zeros(max(len(u1), len(u2)))
    left[: len(u1)] = u1
    left[start : start + len(u2)] = u2
    return left[: len(u1)]


GRADIENTS_MISTAKES = (
    Mistake(
        "other-end",
        "`u2` now lies at the other end of the buffer, and still upon a part of `u1`.",
        "The buffer is as long as the longer of the two. How long would it have to be for both?",
        THREE_FACTORS,
        (_gradients(second=lambda u1, u2: _overlaid(u1, u2, max(0, len(u1) - len(u2)))),),
    ),
    Mistake(
        "wiped",
        "The buffer is cleared before `u2` goes into it, and with it `u1`: on the way back its "
        "values are gone all the same.",
        "The trouble is not what was in the buffer before. Who still needs `u1` when `u2` is "
        "there?",
        THREE_FACTORS,
        (_gradients(second=lambda u1, u2: _overlaid(0.0 * u1, u2)),),
    ),
    Mistake(
        "slope-at-the-output",
        "The hidden layer's derivative is taken at `x1` now; `x1` has kept its values, but it is "
        "not where the derivative belongs.",
        "f′ is a function of the pre-activation. What has become of `u1` before that line?",
        THREE_FACTORS,
        (_gradients(last=lambda back, u1, x1, f_prime: back * f_prime(x1)),),
    ),
    Mistake(
        "slope-of-the-sigmoid",
        "The hidden layer's derivative is written out for the sigmoid now, which evades the "
        "overwritten `u1` for this activation only.",
        "The function is given `f` and `f_prime`, and they may be any activation's. Repair what "
        "happens to `u1`, and the line can stay as it was.",
        THREE_FACTORS,
        (_gradients(last=lambda back, u1, x1, f_prime: back * x1 * (1.0 - x1)),),
    ),
    Mistake(
        "slope-dropped",
        "The hidden layer's derivative is gone: the wrong numbers with it, but a factor of the "
        "gradient too.",
        "The factor belongs there, at the right place. Why did it come out wrong?",
        THREE_FACTORS,
        (_gradients(last=lambda back, u1, x1, f_prime: back),),
    ),
    Mistake(
        "transpose-removed",
        "The transpose was right: without it the product fits square matrices only, and sends "
        "each complaint back along the wrong edge.",
        "With the bug, some entries of `db1` are right. Could they be if the product were wrong?",
        SQUARE,
        (
            _gradients(first=lambda W2, delta2: W2 @ delta2, second=_overlaid),
            _gradients(first=lambda W2, delta2: W2 @ delta2),
        ),
    ),
    Mistake(
        "layer-2-broken",
        "The gradient of layer 2 was right before you changed the function, and now it is not.",
        "What is right needs no repair, and the lines it comes from neither. What does the "
        "gradient of layer 1 use besides?",
        THREE_FACTORS,
        (
            _gradients(second=_overlaid, output=lambda x2, u2, f_prime: -f_prime(u2)),
            _gradients(second=_overlaid, output=lambda x2, u2, f_prime: 1.0),
            _gradients(second=_overlaid, output=lambda x2, u2, f_prime: f_prime(x2)),
            _gradients(output=lambda x2, u2, f_prime: f_prime(x2)),
        ),
    ),
)

reused_buffer = Check(
    HuntExercise(
        "reused_buffer",
        "a bug that the loss does not show",
        2,
        THREE_FACTORS,
        given=gradients_given,
        nudge="Print `u1` in two places: right after it is computed, and in the line before "
        "`delta1`.",
        call_as="gradients(W1, b1, W2, b2, x, y, f, f_prime)",
        parts=("dW1", "db1", "dW2", "db2"),
        reference=gradients_reference,
        cases=gradients_cases,
        mistakes=GRADIENTS_MISTAKES,
        praise="All four gradients agree on four networks; what the way back needs is still there.",
    )
)
