"""The exercises of chapter 5, the recursion, with the mistakes each of them knows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from backprop.check._api import Check
from backprop.check._cases import bent, bent_slope, sigmoid, sigmoid_slope
from backprop.check._code import CodeExercise, HuntExercise
from backprop.check._exercise import Mistake
from backprop.check._outcomes import Case
from backprop.check._result import Section

__all__ = [
    "backward",
    "backward_from",
    "batch_step",
    "delta_output",
    "delta_step",
    "train_step",
]

Array = np.ndarray
Function = Callable[[Any], Any]

PAGE = "05_the_recursion_and_the_algorithm"
OUTPUT = Section(PAGE, "The output layer", "output-layer")
STEP = Section(PAGE, "One step down", "step-down")
PARAMETERS = Section(PAGE, "The gradients of the parameters", "parameter-gradients")
ALGORITHM = Section(PAGE, "The algorithm", "algorithm")
UPDATE = Section(PAGE, "Why the update comes last", "why-after")
PACKAGE = Section(PAGE, "The package's own, line by line", "package-source")
SQUARE = Section(PAGE, "Where every matrix fits", "square")
BATCH = Section(PAGE, "From one sample to a batch", "batch")


def _pass(
    seed: int, sizes: Sequence[int], f: Function = bent
) -> tuple[list[Array], list[Array], list[Array], list[Array], Array]:
    """Return weights, biases, us, xs and a label of a random network after its forward pass."""
    rng = np.random.default_rng(seed)
    weights = [rng.uniform(-1.0, 1.0, (p, n)) for n, p in itertools.pairwise(sizes)]
    biases = [rng.uniform(-1.0, 1.0, p) for p in sizes[1:]]
    return (weights, biases, *_forward(weights, biases, rng.uniform(-1.0, 1.0, sizes[0]), f),
            rng.uniform(-1.0, 1.0, sizes[-1]))  # fmt: skip


def _forward(
    weights: list[Array], biases: list[Array], x: Array, f: Function
) -> tuple[list[Array], list[Array]]:
    us, xs = [], [x]
    for W, b in zip(weights, biases, strict=True):
        us.append(W @ xs[-1] + b)
        xs.append(f(us[-1]))
    return us, xs


@cache
def _example() -> tuple[list[Array], list[Array], list[Array], list[Array], Array]:
    """Return the same of the book's worked example."""
    from backprop import load_example

    net, x, y = load_example()
    return (net.weights, net.biases, *_forward(net.weights, net.biases, x, sigmoid), y)


# -- delta_output: where the recursion starts ------------------------------------------------------


@cache
def delta_output_cases() -> tuple[Case, ...]:
    """Return output layers of two, three and five neurons."""
    _, _, us, xs, y = _example()
    cases = [Case("the chapter's 3-4-2 network", (us[-1], xs[-1], y, sigmoid_slope))]
    for seed, n in ((51, 3), (52, 5)):
        _, _, us, xs, y = _pass(seed, (4, n))
        cases.append(Case(f"{n} outputs and another activation", (us[-1], xs[-1], y, bent_slope)))
    return tuple(cases)


def delta_output_reference(u: Array, x: Array, y: Array, f_prime: Function) -> Any:
    """Return the error term of the last layer."""
    return (x - y) * f_prime(u)


DELTA_OUTPUT_MISTAKES = (
    Mistake(
        "f-prime-missing",
        "That is the gradient with respect to the output x; the error term is the gradient with "
        "respect to `u`.",
        "Between `u` and x lies the activation. What does a gradient pick up on its way through "
        "it?",
        OUTPUT,
        (lambda u, x, y, f_prime: x - y,),
    ),
    Mistake(
        "sign",
        "The size is right everywhere and the sign is opposite: the difference is the wrong way "
        "round.",
        "If an output is larger than its label, raising it raises the loss. Which sign must the "
        "derivative have then?",
        OUTPUT,
        (lambda u, x, y, f_prime: (y - x) * f_prime(u),),
    ),
    Mistake(
        "label-minus-output",
        "That is the label minus the output and no more: the difference is the wrong way round, "
        "and the slope of the activation is missing.",
        "If an output is larger than its label, does raising it raise the loss? And what lies "
        "between `u` and the output?",
        OUTPUT,
        (lambda u, x, y, f_prime: y - x,),
    ),
    Mistake(
        "factor-2",
        "Everything is twice the right value.",
        "The square brings down a 2 when it is differentiated. What stands in front of the sum in "
        "the loss?",
        OUTPUT,
        (lambda u, x, y, f_prime: 2 * (x - y) * f_prime(u),),
    ),
    Mistake(
        "factor-half",
        "Everything is half the right value.",
        "The loss has a ½ in front. Does it survive when the square is differentiated?",
        OUTPUT,
        (lambda u, x, y, f_prime: 0.5 * (x - y) * f_prime(u),),
    ),
    Mistake(
        "f-for-f-prime",
        "The output itself stands where the slope of the activation belongs.",
        "How high the activation is at `u` and how steep it is there are two different numbers.",
        OUTPUT,
        (lambda u, x, y, f_prime: (x - y) * x,),
    ),
    Mistake(
        "f-prime-of-output",
        "The slope is taken at the output x; it belongs at `u`.",
        "f′ is a function of what goes into the activation. What goes into it, and what comes out?",
        OUTPUT,
        (lambda u, x, y, f_prime: (x - y) * f_prime(x),),
    ),
    Mistake(
        "one-activation-only",
        "Your slope is a formula in the output x, which belongs to one particular activation.",
        "x(1 − x) is the slope of the sigmoid, 1 − x² that of the hyperbolic tangent. The task "
        "gives you the derivative of the activation, whichever it is.",
        OUTPUT,
        (
            lambda u, x, y, f_prime: (x - y) * x * (1 - x),
            lambda u, x, y, f_prime: (x - y) * (1 - x**2),
        ),
    ),
    Mistake(
        "of-old-programs",
        "The difference is the wrong way round, and the slope x(1 − x) is that of the sigmoid "
        "alone.",
        "Old programs add η times their δ to the weights, and know one activation. What is the "
        "error term of this book the gradient of, and which activation may it be?",
        OUTPUT,
        (lambda u, x, y, f_prime: (y - x) * x * (1 - x),),
    ),
    Mistake(
        "label-missing",
        "The label is missing: the output stands where its error belongs.",
        "Does the loss rise or fall when an output grows? That depends on where its label is.",
        OUTPUT,
        (lambda u, x, y, f_prime: x * f_prime(u),),
    ),
    Mistake(
        "error-missing",
        "These are the slopes alone: how x moves with `u`. How the loss moves with x is not in it.",
        "The chain rule has two factors. What is the derivative of the loss with respect to one "
        "output?",
        OUTPUT,
        (lambda u, x, y, f_prime: f_prime(u),),
    ),
    Mistake(
        "square-left",
        "The square of the loss is still there: it has not been differentiated.",
        "What is the derivative of e² with respect to e?",
        OUTPUT,
        (
            lambda u, x, y, f_prime: (x - y) ** 2 * f_prime(u),
            lambda u, x, y, f_prime: 0.5 * (x - y) ** 2 * f_prime(u),
            lambda u, x, y, f_prime: (x - y) ** 2,
            lambda u, x, y, f_prime: 0.5 * (x - y) ** 2,
        ),
    ),
    Mistake(
        "loss",
        "You return the loss, one number. The error term has one number for each output neuron.",
        "The error term is a gradient of the loss. With respect to what?",
        OUTPUT,
        (lambda u, x, y, f_prime: 0.5 * np.sum((x - y) ** 2),),
    ),
    Mistake(
        "u-for-x",
        "`u` is compared with the label; the network's output is what is compared.",
        "The loss sees the network from outside: which of the two does it see?",
        OUTPUT,
        (lambda u, x, y, f_prime: (u - y) * f_prime(u),),
    ),
    Mistake(
        "one-number",
        "You have multiplied and added everything up: one number, where there should be one for "
        "each output neuron.",
        "Through how many outputs does one component of `u` reach the loss?",
        OUTPUT,
        (lambda u, x, y, f_prime: (x - y) @ f_prime(u),),
    ),
    Mistake(
        "mean-over-outputs",
        "You divide by the number of outputs. That belongs to a loss that takes the mean over the "
        "outputs; the loss of this book takes their sum.",
        "Write down L for two outputs, term by term. What stands in front?",
        OUTPUT,
        (
            lambda u, x, y, f_prime: (x - y) * f_prime(u) / len(x),
            lambda u, x, y, f_prime: 2 * (x - y) * f_prime(u) / len(x),
        ),
    ),
)

delta_output = Check(
    CodeExercise(
        "delta_output",
        "the error term of the output layer",
        5,
        OUTPUT,
        call_as="delta_output(u, x, y, f_prime)",
        parts=("delta",),
        reference=delta_output_reference,
        cases=delta_output_cases,
        mistakes=DELTA_OUTPUT_MISTAKES,
        praise="The error of the output times the slope at `u`, for two, three and five outputs.",
    )
)

# -- delta_step: one step down ---------------------------------------------------------------------


@cache
def delta_step_cases() -> tuple[Case, ...]:
    """Return a layer with its neighbours; in the last, the wrong matrix has a fitting shape."""
    weights, _, us, xs, y = _example()
    delta = delta_output_reference(us[1], xs[2], y, sigmoid_slope)
    cases = [
        Case(
            "the chapter's 3-4-2 network",
            (weights[0], us[0], xs[1], weights[1], delta, sigmoid_slope),
        )
    ]
    for seed, sizes, name in (
        (53, (2, 5, 3), "a 2-5-3 network"),
        (54, (3, 3, 3), "a square 3-3-3 network"),
        (55, (2, 4, 2), "a 2-4-2 network"),
    ):
        weights, _, us, xs, y = _pass(seed, sizes)
        delta = delta_output_reference(us[1], xs[2], y, bent_slope)
        args = (weights[0], us[0], xs[1], weights[1], delta, bent_slope)
        cases.append(Case(f"{name} with another activation", args))
    return tuple(cases)


def delta_step_reference(
    W: Array, u: Array, x: Array, W_next: Array, delta_next: Array, f_prime: Function
) -> Any:
    """Return the error term of a layer from that of the next."""
    return (W_next.T @ delta_next) * f_prime(u)


DELTA_STEP_MISTAKES = (
    Mistake(
        "not-transposed",
        "The matrix is not transposed. In a network whose layers are equally wide nobody "
        "complains; in any other the lengths do not fit.",
        "Neuron j of this layer feeds every neuron i of the next, with the weight wᵢⱼ. Which of "
        "the two indices must disappear in the sum?",
        STEP,
        (lambda W, u, x, W_next, delta_next, f_prime: (W_next @ delta_next) * f_prime(u),),
    ),
    Mistake(
        "f-prime-missing",
        "That is the gradient with respect to the layer's output x; the error term is the gradient "
        "with respect to `u`.",
        "A change of `u` meets two operations on its way to the next layer. You have gone back "
        "through one of them.",
        STEP,
        (lambda W, u, x, W_next, delta_next, f_prime: W_next.T @ delta_next,),
    ),
    Mistake(
        "f-for-f-prime",
        "The layer's output stands where the slope of its activation belongs.",
        "How high the activation is at `u` and how steep it is there are two different numbers.",
        STEP,
        (lambda W, u, x, W_next, delta_next, f_prime: (W_next.T @ delta_next) * x,),
    ),
    Mistake(
        "f-prime-of-output",
        "The slope is taken at the layer's output x; it belongs at `u`.",
        "f′ is a function of what goes into the activation. What goes into it, and what comes out?",
        STEP,
        (lambda W, u, x, W_next, delta_next, f_prime: (W_next.T @ delta_next) * f_prime(x),),
    ),
    Mistake(
        "one-activation-only",
        "Your slope is a formula in the output x, which belongs to one particular activation.",
        "x(1 − x) is the slope of the sigmoid, 1 − x² that of the hyperbolic tangent. The task "
        "gives you the derivative of the activation, whichever it is.",
        STEP,
        (
            lambda W, u, x, W_next, delta_next, f_prime: (W_next.T @ delta_next) * x * (1 - x),
            lambda W, u, x, W_next, delta_next, f_prime: (W_next.T @ delta_next) * (1 - x**2),
        ),
    ),
    Mistake(
        "W-of-this-layer",
        "You go back through this layer's own `W`. Its shape fits only by chance.",
        "Start at `u` and follow a change forward to the next layer. Which weights does it meet, "
        "and which has it behind it?",
        SQUARE,
        (
            lambda W, u, x, W_next, delta_next, f_prime: (W.T @ delta_next) * f_prime(u),
            lambda W, u, x, W_next, delta_next, f_prime: (W @ delta_next) * f_prime(u),
        ),
    ),
    Mistake(
        "slopes-before-the-matrix",
        "The slopes of this layer are multiplied in before the matrix has brought the error term "
        "down; they have one number for each neuron of this layer, and the error term there does "
        "not.",
        "Going back, undo last what came first. A change of `u` meets the activation, then the "
        "weights.",
        STEP,
        (lambda W, u, x, W_next, delta_next, f_prime: W_next.T @ (delta_next * f_prime(u)),),
    ),
    Mistake(
        "not-summed",
        "The products are right and are not added up: you return a matrix with one entry for each "
        "weight.",
        "From one neuron there is a way on through every neuron of the next layer. What does the "
        "chain rule do with several ways?",
        STEP,
        (
            lambda W, u, x, W_next, delta_next, f_prime: (
                (W_next.T * delta_next) * f_prime(u)[:, None]
            ),
            lambda W, u, x, W_next, delta_next, f_prime: W_next * delta_next[:, None] * f_prime(u),
        ),
    ),
    Mistake(
        "column-times-row",
        "A column times a vector became a whole matrix: each entry of the one met each of the "
        "other.",
        "`(n, 1)` times `(n,)` is broadcast to `(n, n)`. Print the shapes of the two factors.",
        STEP,
        (
            lambda W, u, x, W_next, delta_next, f_prime: (
                (W_next.T @ delta_next[:, None]) * f_prime(u)
            ),
        ),
    ),
    Mistake(
        "diagonal-matrix",
        "The right numbers stand on the diagonal of a matrix.",
        "`*` with a matrix multiplies and does not sum. The error term is a vector.",
        STEP,
        (
            lambda W, u, x, W_next, delta_next, f_prime: (
                np.diag(f_prime(u)) * (W_next.T @ delta_next)
            ),
        ),
    ),
    Mistake(
        "sign",
        "All the numbers have the right size and the opposite sign.",
        "The error term says by how much the loss rises. Where does the minus of gradient descent "
        "come in?",
        STEP,
        (lambda W, u, x, W_next, delta_next, f_prime: -(W_next.T @ delta_next) * f_prime(u),),
    ),
)

delta_step = Check(
    CodeExercise(
        "delta_step",
        "one step of the recursion",
        5,
        STEP,
        call_as="delta_step(W, u, x, W_next, delta_next, f_prime)",
        parts=("delta",),
        reference=delta_step_reference,
        cases=delta_step_cases,
        mistakes=DELTA_STEP_MISTAKES,
        praise="One transpose, then the slopes; it agrees on four networks, square and not.",
    )
)

# -- backward: the whole way back ------------------------------------------------------------------


@cache
def backward_cases() -> tuple[Case, ...]:
    """Return networks of one, two and three layers."""
    weights, _, us, xs, y = _example()
    cases = [Case("the chapter's 3-4-2 network", (weights, us, xs, y, sigmoid_slope))]
    for seed, sizes, name in (
        (56, (2, 4, 5, 3), "a 2-4-5-3 network"),
        (57, (3, 3, 3, 3), "a square 3-3-3-3 network"),
        (58, (3, 2), "a 3-2 network, one layer,"),
    ):
        weights, _, us, xs, y = _pass(seed, sizes)
        cases.append(Case(f"{name} with another activation", (weights, us, xs, y, bent_slope)))
    return tuple(cases)


def _backward(
    *,
    start: Callable[[Array, Array, Array, Function], Any] = lambda x, y, u, f_prime: (
        (x - y) * f_prime(u)
    ),
    matrix: Callable[[list[Array], int], Array] = lambda weights, layer: weights[layer - 1].T,
    before: Callable[[list[Array], int], Array] = lambda xs, layer: xs[layer - 1],
    slopes: Callable[[list[Array], list[Array], int, Function], Any] = (
        lambda us, xs, layer, f_prime: f_prime(us[layer - 2])
    ),
    outer: Callable[[Array, Array], Array] = np.outer,
    layers: Callable[[int], range] = lambda depth: range(depth, 0, -1),
    lowest: int = 1,
) -> Callable[..., Any]:
    """Return a backward pass made of the steps of the algorithm; the caller gives wrong ones.

    `layer` is the book's: the step goes from it to the layer below.
    """

    def swept(
        weights: list[Array], us: list[Array], xs: list[Array], y: Array, f_prime: Function
    ) -> Any:
        delta = start(xs[-1], y, us[-1], f_prime)
        dW: list[Array] = []
        db: list[Array] = []
        for layer in layers(len(weights)):
            dW.insert(0, outer(delta, before(xs, layer)))
            db.insert(0, delta)
            if layer > lowest:
                delta = (matrix(weights, layer) @ delta) * slopes(us, xs, layer, f_prime)
        return dW, db

    return swept


backward_reference = _backward()


def _at_output(x: Array, y: Array, u: Array, f_prime: Function) -> Any:
    return (x - y) * f_prime(x)


def _at_outputs(us: list[Array], xs: list[Array], layer: int, f_prime: Function) -> Any:
    return f_prime(xs[layer - 1])


def _sigmoid_at_output(x: Array, y: Array, u: Array, f_prime: Function) -> Any:
    return (x - y) * x * (1 - x)


def _sigmoid_slopes(us: list[Array], xs: list[Array], layer: int, f_prime: Function) -> Any:
    return xs[layer - 1] * (1 - xs[layer - 1])


def _delta_not_handed_on(
    weights: list[Array], us: list[Array], xs: list[Array], y: Array, f_prime: Function
) -> Any:
    delta = (xs[-1] - y) * f_prime(us[-1])
    return [np.outer(delta, x) for x in xs[:-1]], [delta for _ in weights]


def _below_not_handed_on(
    weights: list[Array], us: list[Array], xs: list[Array], y: Array, f_prime: Function
) -> Any:
    for layer in range(len(weights), 1, -1):
        weights[layer - 1].T @ ((xs[-1] - y) * f_prime(us[-1]))  # computed, and given another name
    return _delta_not_handed_on(weights, us, xs, y, f_prime)


def _arranged(how: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a right `backward` that hands out its two lists in another arrangement."""

    def wrong(
        weights: list[Array], us: list[Array], xs: list[Array], y: Array, f_prime: Function
    ) -> Any:
        return how(*backward_reference(weights, us, xs, y, f_prime))

    return wrong


BACKWARD_MISTAKES = (
    Mistake(
        "off-by-one-in-W",
        "A step down uses the matrix of another layer: the list of the weights is counted from 0, "
        "the layers from 1.",
        "Between layer l − 1 and layer l stands the matrix of layer l. At which place of the list "
        "is it?",
        SQUARE,
        (_backward(matrix=lambda weights, layer: weights[layer - 2].T),),
    ),
    Mistake(
        "not-transposed",
        "A step down multiplies by the matrix itself. In a network whose layers are equally wide "
        "nobody complains.",
        "Forward, the matrix takes the outputs of a layer to the next. What takes the error term "
        "the other way?",
        STEP,
        (_backward(matrix=lambda weights, layer: weights[layer - 1]),),
    ),
    Mistake(
        "output-for-input",
        "A weight's gradient is built with the output of its own layer; the list `xs` starts one "
        "earlier than `us`.",
        "`xs[0]` is the network's input. Which place of `xs` holds what enters layer l?",
        PARAMETERS,
        (_backward(before=lambda xs, layer: xs[layer]),),
    ),
    Mistake(
        "x0-forgotten",
        "The inputs of the layers are taken one place too early, and for layer 1, where there is "
        "none earlier, Python takes the last one of the list.",
        "`xs[0]` is the network's input, and `xs[-1]` its output. Which place of `xs` holds what "
        "enters layer 1?",
        PARAMETERS,
        (_backward(before=lambda xs, layer: xs[layer - 2]),),
    ),
    Mistake(
        "first-layer-missing",
        "Your loop ends before layer 1: its gradients are missing.",
        "`range(a, c, -1)` stops before it reaches c. Which layer do you see last?",
        ALGORITHM,
        (_backward(layers=lambda depth: range(depth, 1, -1)),),
    ),
    Mistake(
        "starts-below-the-last",
        "Your loop starts one layer below the last, and takes the last layer's error term for that "
        "layer's own.",
        "Before the loop, `delta` belongs to layer D. Which layer must the first turn be about?",
        ALGORITHM,
        (
            _backward(layers=lambda depth: range(depth - 1, 0, -1)),
            _backward(layers=lambda depth: range(depth - 1, -1, -1)),
        ),
    ),
    Mistake(
        "forwards",
        "Your loop runs from the first layer to the last; the error terms are found the other way.",
        "`delta` starts as the error term of the last layer. Which layer can you treat first?",
        ALGORITHM,
        (
            _backward(layers=lambda depth: range(1, depth + 1)),
            _backward(layers=lambda depth: range(depth)),
        ),
    ),
    Mistake(
        "step-below-layer-1",
        "At layer 1 your loop asks for the error term of a layer below it. There is none: the "
        "input has no `u`, and Python takes the last one of the list.",
        "Line 7 of the algorithm begins with a condition.",
        ALGORITHM,
        (_backward(lowest=0),),
    ),
    Mistake(
        "reversed",
        "All gradients are right, in the order in which they were found: the last layer's come "
        "first.",
        "`dW[0]` must belong to layer 1. Which layer do you reach first on the way back?",
        ALGORITHM,
        (
            _arranged(lambda dW, db: (dW[::-1], db[::-1])),
            _arranged(lambda dW, db: (dW[::-1], db)),
            _arranged(lambda dW, db: (dW, db[::-1])),
        ),
    ),
    Mistake(
        "f-prime-missing-at-output",
        "The sweep starts with the error of the output; the slope of the last activation is "
        "missing.",
        "Every error term is a gradient with respect to a `u`, the last layer's too.",
        OUTPUT,
        (_backward(start=lambda x, y, u, f_prime: x - y),),
    ),
    Mistake(
        "f-prime-missing-in-hidden-layers",
        "The last layer is right; on the steps down the slopes are missing.",
        "Between two neighbouring `u` there are a matrix and an activation. Your step goes back "
        "through one of them.",
        STEP,
        (_backward(slopes=lambda us, xs, layer, f_prime: 1.0),),
    ),
    Mistake(
        "f-prime-of-output",
        "A slope is taken at an output x; it belongs at the `u` of the same layer.",
        "f′ is a function of what goes into the activation. What goes into it, and what comes out?",
        OUTPUT,
        (
            _backward(start=_at_output, slopes=_at_outputs),
            _backward(start=_at_output),
            _backward(slopes=_at_outputs),
        ),
    ),
    Mistake(
        "one-activation-only",
        "Your slopes are those of the sigmoid, x(1 − x), whatever the activation is.",
        "The task gives you the derivative of the activation as `f_prime`.",
        STEP,
        (
            _backward(start=_sigmoid_at_output, slopes=_sigmoid_slopes),
            _backward(start=_sigmoid_at_output),
            _backward(slopes=_sigmoid_slopes),
        ),
    ),
    Mistake(
        "slopes-of-the-layer-above",
        "The slopes on a step down are those of the layer it comes from.",
        "The step from layer l to layer l − 1 ends at the `u` of layer l − 1. At which place of "
        "`us` is it?",
        STEP,
        (_backward(slopes=lambda us, xs, layer, f_prime: f_prime(us[layer - 1])),),
    ),
    Mistake(
        "sign",
        "All the numbers have the right size and the opposite sign: the sweep starts with the "
        "difference the wrong way round.",
        "If an output is larger than its label, raising it raises the loss.",
        OUTPUT,
        (_backward(start=lambda x, y, u, f_prime: (y - x) * f_prime(u)),),
    ),
    Mistake(
        "delta-not-handed-on",
        "Every layer is given the error term of the output layer.",
        "Which line of your loop makes the error term of the layer below?",
        ALGORITHM,
        (_delta_not_handed_on, _below_not_handed_on),
    ),
    Mistake(
        "dW-transposed",
        "The error terms are right, and each gradient of weights is transposed.",
        "The gradient has the shape of `W`: a row for each neuron that receives. Which of your two "
        "factors belongs to the receivers?",
        PARAMETERS,
        (_backward(outer=lambda delta, x: np.outer(x, delta)),),
    ),
    Mistake(
        "only-dW",
        "The gradients of the weights are right; those of the biases are asked for too.",
        "`dW, db = backward(…)` must work.",
        PARAMETERS,
        (_arranged(lambda dW, db: dW),),
    ),
    Mistake(
        "in-pairs",
        "All gradients are right, but packed layer by layer; the task asks for two lists.",
        "`dW, db = backward(…)` must work for a network of any depth.",
        ALGORITHM,
        (_arranged(lambda dW, db: list(zip(dW, db, strict=True))),),
    ),
    Mistake(
        "other-order",
        "All gradients are right, but `db` comes first.",
        "Compare your `return` with the first line of the task.",
        ALGORITHM,
        (_arranged(lambda dW, db: (db, dW)),),
    ),
)

backward = Check(
    CodeExercise(
        "backward",
        "the whole way back",
        5,
        ALGORITHM,
        call_as="backward(weights, us, xs, y, f_prime)",
        parts=("dW", "db"),
        reference=backward_reference,
        cases=backward_cases,
        mistakes=BACKWARD_MISTAKES,
        praise="Every gradient of networks with one, two and three layers agrees.",
    )
)

# -- backward_from: the bug that changes the caller's array ----------------------------------------


@cache
def backward_from_cases() -> tuple[Case, ...]:
    """Return the networks of `backward`, with the error of the output for the label."""
    return tuple(
        Case(case.describe, (xs[-1] - y, weights, us, xs, f_prime))
        for case in backward_cases()
        for weights, us, xs, y, f_prime in (case.args,)
    )


def backward_from_given(
    error: Array, weights: list[Array], us: list[Array], xs: list[Array], f_prime: Function
) -> Any:
    """Return dW and db; error is the gradient of the loss with respect to the output."""
    all_dW: list[Array]
    all_db: list[Array]
    all_dW, all_db = [], []
    delta = error
    for W, u, x in zip(reversed(weights), reversed(us), reversed(xs[:-1])):  # noqa: B905
        delta *= f_prime(u)
        all_dW.append(np.outer(delta, x))
        all_db.append(delta)
        delta = W.T @ delta
    return all_dW[::-1], all_db[::-1]


def _from(
    start: Callable[[Array, Array], Array] = lambda error, slopes: error,
    multiply: Callable[[Array, Array, Array, int], Array] = lambda error, delta, slopes, up: (
        delta * slopes
    ),
    late: Callable[[Array, Array], Array] = lambda delta, slopes: delta,
    end: Callable[[Array, Array], object] = lambda error, slopes: None,
) -> Callable[..., Any]:
    """Return the program of the task with other ways to bring in the slopes.

    `up` counts the layers above the one at which `multiply` is asked.
    """

    def mended(
        error: Array, weights: list[Array], us: list[Array], xs: list[Array], f_prime: Function
    ) -> Any:
        dW: list[Array] = []
        db: list[Array] = []
        delta = start(error, f_prime(us[-1]))
        layers = zip(reversed(weights), reversed(us), reversed(xs[:-1]), strict=True)
        for up, (W, u, x) in enumerate(layers):
            slopes = f_prime(u)
            delta = multiply(error, delta, slopes, up)
            dW.insert(0, np.outer(delta, x))
            db.insert(0, delta)
            delta = W.T @ late(delta, slopes)
        end(error, f_prime(us[-1]))
        return dW, db

    return mended


backward_from_reference = _from()


def _in_place(error: Array, delta: Array, slopes: Array, up: int) -> Array:
    delta *= slopes
    return delta


def _undo(error: Array, slopes: Array) -> None:
    error /= slopes


def _arranged_from(how: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a mended program that hands out its two lists in another arrangement."""

    def wrong(
        error: Array, weights: list[Array], us: list[Array], xs: list[Array], f_prime: Function
    ) -> Any:
        return how(*backward_from_reference(error, weights, us, xs, f_prime))

    return wrong


BACKWARD_FROM_MISTAKES = (
    Mistake(
        "undone-at-the-end",
        "You change `error` and change it back. In between it has become the last layer's `db`, "
        "which is changed back with it, and the rounding stays.",
        "The array that arrives belongs to the caller. Where does your program need one of its "
        "own?",
        PACKAGE,
        (_from(multiply=_in_place, end=_undo),),
    ),
    Mistake(
        "reversed",
        "`error` is left alone now, but the lists begin with the last layer.",
        "Each turn appends. In which order do the layers come, and in which are they asked for?",
        ALGORITHM,
        (
            _arranged_from(lambda dW, db: (dW[::-1], db[::-1])),
            _arranged_from(lambda dW, db: (dW[::-1], db)),
            _arranged_from(lambda dW, db: (dW, db[::-1])),
        ),
    ),
    Mistake(
        "slopes-dropped",
        "`error` is left alone now, but the slopes are gone from the gradients.",
        "Multiplying by the slopes was right. What was wrong is where the product was written to.",
        OUTPUT,
        (_from(multiply=lambda error, delta, slopes, up: delta),),
    ),
    Mistake(
        "slopes-dropped-at-output",
        "`error` is left alone now, but the error term of the last layer has lost its slopes, and "
        "with it all that follows.",
        "At the first turn of the loop `delta` is still the gradient with respect to the output. "
        "What makes an error term of it?",
        OUTPUT,
        (_from(multiply=lambda error, delta, slopes, up: delta * slopes if up else delta),),
    ),
    Mistake(
        "slopes-twice",
        "`error` is left alone now, but the last layer's slopes are multiplied in twice: before "
        "the loop and in its first turn.",
        "In the program each turn multiplies by the slopes of its own layer. What is left to do "
        "before the loop?",
        OUTPUT,
        (_from(start=lambda error, slopes: error * slopes),),
    ),
    Mistake(
        "starts-afresh",
        "`error` is left alone now, but every turn of the loop starts from it again; what the turn "
        "before has found is lost.",
        "At the second turn, what does `delta` hold before your line, and what after it?",
        STEP,
        (_from(multiply=lambda error, delta, slopes, up: error * slopes),),
    ),
    Mistake(
        "slopes-too-late",
        "`error` is left alone now, but the slopes come in after the gradients have been taken.",
        "`dW` and `db` are built from the error term, the gradient with respect to `u`. Is `delta` "
        "one already at that line?",
        PARAMETERS,
        (
            _from(
                multiply=lambda error, delta, slopes, up: delta,
                late=lambda delta, slopes: delta * slopes,
            ),
        ),
    ),
)

backward_from = Check(
    HuntExercise(
        "backward_from",
        "the loss that changed",
        5,
        PACKAGE,
        call_as="backward_from(error, weights, us, xs, f_prime)",
        parts=("dW", "db"),
        given=backward_from_given,
        nudge="`delta = error` gives the same array a second name. Which line of the loop writes "
        "into that array, and does not make a new one?",
        reference=backward_from_reference,
        cases=backward_from_cases,
        mistakes=BACKWARD_FROM_MISTAKES,
        praise="The gradients are what they were, and `error` is still the caller's.",
    )
)

# -- train_step: the bug that updates too early ----------------------------------------------------


@cache
def train_step_cases() -> tuple[Case, ...]:
    """Return the networks of `backward` with biases and learning rates, none of them 1."""
    cases = []
    for case, eta in zip(backward_cases(), (0.5, 0.3, 0.7, 0.4), strict=True):
        weights, us, xs, y, f_prime = case.args
        biases = [u - W @ x for W, u, x in zip(weights, us, xs, strict=False)]
        cases.append(Case(case.describe, (weights, biases, us, xs, y, f_prime, eta)))
    return tuple(cases)


def train_step_reference(
    weights: list[Array],
    biases: list[Array],
    us: list[Array],
    xs: list[Array],
    y: Array,
    f_prime: Function,
    eta: float,
) -> Any:
    """Return new weights and biases: lines 4 to 8 of the algorithm."""
    dW, db = backward_reference(weights, us, xs, y, f_prime)
    return (
        [W - eta * G for W, G in zip(weights, dW, strict=True)],
        [b - eta * g for b, g in zip(biases, db, strict=True)],
    )


def train_step_given(
    weights: list[Array],
    biases: list[Array],
    us: list[Array],
    xs: list[Array],
    y: Array,
    f_prime: Function,
    eta: float,
) -> Any:
    """Return new weights and biases after one step of gradient descent."""
    weights, biases = list(weights), list(biases)
    dx = xs[-1] - y
    for i in reversed(range(len(weights))):
        delta = dx * f_prime(us[i])
        weights[i] = weights[i] - eta * np.outer(delta, xs[i])
        biases[i] = biases[i] - eta * delta
        dx = weights[i].T @ delta
    return weights, biases


def _train(
    matrix: Callable[[list[Array], list[Array], int], Array] = lambda new, old, i: old[i].T,
    *,
    in_place: Sequence[str] = (),
    rate: Callable[[float], float] = lambda eta: eta,
    only: int | None = None,
) -> Callable[..., Any]:
    """Return the program of the task, mended in one way or another.

    `matrix` leads down from a layer, of the new or the old weights; `in_place` names what is
    updated by `-=`; `only` is the one place of the lists that is updated.
    """

    def step(
        weights: list[Array],
        biases: list[Array],
        us: list[Array],
        xs: list[Array],
        y: Array,
        f_prime: Function,
        eta: float,
    ) -> Any:
        new, new_b = list(weights), list(biases)
        dx = xs[-1] - y
        for i in reversed(range(len(weights))):
            delta = dx * f_prime(us[i])
            if only in (None, i):
                change, change_b = rate(eta) * np.outer(delta, xs[i]), rate(eta) * delta
                if "weights" in in_place:
                    new[i] -= change
                else:
                    new[i] = new[i] - change
                if "biases" in in_place:
                    new_b[i] -= change_b
                else:
                    new_b[i] = new_b[i] - change_b
            dx = matrix(new, weights, i) @ delta
        return new, new_b

    return step


def _updated(new: list[Array], old: list[Array], i: int) -> Array:
    return new[i].T


def _turned(
    weights: list[Array],
    biases: list[Array],
    us: list[Array],
    xs: list[Array],
    y: Array,
    f_prime: Function,
    eta: float,
) -> Any:
    new, new_b = train_step_reference(weights, biases, us, xs, y, f_prime, eta)
    return new[::-1], new_b[::-1]


def _with_turned_gradients(
    weights: list[Array],
    biases: list[Array],
    us: list[Array],
    xs: list[Array],
    y: Array,
    f_prime: Function,
    eta: float,
) -> Any:
    dW, db = backward_reference(weights, us, xs, y, f_prime)
    return (
        [W - eta * G for W, G in zip(weights, dW[::-1], strict=True)],
        [b - eta * g for b, g in zip(biases, db[::-1], strict=True)],
    )


def _gradients_returned(
    weights: list[Array],
    biases: list[Array],
    us: list[Array],
    xs: list[Array],
    y: Array,
    f_prime: Function,
    eta: float,
) -> Any:
    return backward_reference(weights, us, xs, y, f_prime)


def _weights_returned(
    weights: list[Array],
    biases: list[Array],
    us: list[Array],
    xs: list[Array],
    y: Array,
    f_prime: Function,
    eta: float,
) -> Any:
    return train_step_reference(weights, biases, us, xs, y, f_prime, eta)[0]


TRAIN_STEP_MISTAKES = (
    Mistake(
        "callers-weights",
        "The way down still reads updated weights, and the caller's weights have changed as well: "
        "you write into what you were given.",
        "`a[i] = …` writes into a list, `a -= …` into an array, and `list(weights)` is a new list "
        "of the same arrays. Which of them are yours?",
        UPDATE,
        (
            _train(_updated, in_place=("weights",)),
            _train(_updated, in_place=("weights", "biases")),
        ),
    ),
    Mistake(
        "only-layer-1",
        "Layer 1 takes its step, and all layers above it stay where they were: the update has left "
        "the loop and does not come back for them.",
        "After the loop `delta` is the error term of one layer. Where are those of the others?",
        UPDATE,
        (_train(only=0),),
    ),
    Mistake(
        "other-matrix",
        "The way down now uses another matrix; the matrix was right, the moment was not.",
        "What has happened to the matrix of this layer when it is read? And what had happened to "
        "it one line earlier?",
        UPDATE,
        (
            _train(lambda new, old, i: new[i - 1].T),
            _train(lambda new, old, i: new[i]),
            _train(lambda new, old, i: old[i]),
        ),
    ),
    Mistake(
        "reversed",
        "The steps are right, but the lists begin with the last layer.",
        "`append` puts each layer behind the ones above it. In which order are they asked for?",
        ALGORITHM,
        (_turned,),
    ),
    Mistake(
        "step-of-another-layer",
        "Each layer takes a step with the gradient of another one: the gradients were collected "
        "from the last layer to the first.",
        "What is at place 0 of your list of gradients, and what is at place 0 of `weights`?",
        UPDATE,
        (_with_turned_gradients,),
    ),
    Mistake(
        "gradients-returned",
        "You return the gradients; the task asks for the new weights and biases.",
        "What does the step of gradient descent do with a gradient?",
        ALGORITHM,
        (_gradients_returned,),
    ),
    Mistake(
        "only-weights",
        "The new weights are right; the new biases are asked for too.",
        "`weights, biases = train_step(…)` must work.",
        UPDATE,
        (_weights_returned,),
    ),
    Mistake(
        "uphill",
        "The step goes uphill: the gradient is added.",
        "The gradient points to where the loss grows.",
        ALGORITHM,
        (_train(rate=lambda eta: -eta), _train(_updated, rate=lambda eta: -eta)),
    ),
    Mistake(
        "no-learning-rate",
        "The order is right now, but the step has the length of the gradient: η is missing.",
        "Line 8 of the algorithm has a factor in front of each gradient.",
        ALGORITHM,
        (_train(rate=lambda eta: 1.0),),
    ),
)

train_step = Check(
    HuntExercise(
        "train_step",
        "the gradient that depends on η",
        5,
        UPDATE,
        call_as="train_step(weights, biases, us, xs, y, f_prime, eta)",
        parts=("weights", "biases"),
        given=train_step_given,
        nudge="In each turn of the loop, note when `weights[i]` is read and when it is written.",
        reference=train_step_reference,
        cases=train_step_cases,
        mistakes=TRAIN_STEP_MISTAKES,
        praise="Every layer takes its step with the gradient at the old weights.",
    )
)

# -- batch_step: one step of the recursion for a batch --------------------------------------------


@cache
def batch_step_cases() -> tuple[Case, ...]:
    """Return a layer with its neighbours and 5, 4, 3 and 6 samples; one in which all fits."""
    cases = []
    for seed, m, (n, p, q), name, f_prime in (
        (61, 5, (3, 4, 2), "5 samples in a 3-4-2 network", sigmoid_slope),
        (62, 4, (2, 3, 5), "4 samples in a 2-3-5 network", bent_slope),
        (63, 3, (3, 3, 3), "3 samples in a square 3-3-3 network", bent_slope),
        (64, 6, (5, 2, 3), "6 samples in a 5-2-3 network", bent_slope),
    ):
        rng = np.random.default_rng(seed)
        draw = rng.uniform
        shapes = ((m, q), (q, p), (m, p), (m, n))
        cases.append(Case(name, (*(draw(-1.0, 1.0, shape) for shape in shapes), f_prime)))
    return tuple(cases)


def _batch(
    *,
    down: Callable[[Array, Array], Array] = lambda Delta_next, W_next: Delta_next @ W_next,
    slopes: Callable[[Any], Any] = lambda s: s,
    in_Delta: Callable[[Array], float] = lambda Delta: 1.0,
    weights: Callable[[Array, Array], Any] = lambda Delta, X: Delta.T @ X / len(X),
    biases: Callable[[Array], Any] = lambda Delta: Delta.mean(axis=0),
) -> Callable[..., Any]:
    """Return a step for a batch, of which the caller gives the wrong parts."""

    def layer(
        Delta_next: Array, W_next: Array, U: Array, X_before: Array, f_prime: Function
    ) -> Any:
        Delta = down(Delta_next, W_next) * slopes(f_prime(U))
        Delta = Delta / in_Delta(Delta)
        return Delta, weights(Delta, X_before), biases(Delta)

    return layer


batch_step_reference = _batch()


def _summed(Delta: Array, X: Array) -> Any:
    return Delta.T @ X


def _sum_of_rows(Delta: Array) -> Any:
    return Delta.sum(axis=0)


def _returns(*order: int) -> Callable[..., Any]:
    """Return a right step for a batch that hands out its results in another order."""

    def wrong(*args: Any) -> Any:
        parts = batch_step_reference(*args)
        return tuple(parts[i] for i in order)

    return wrong


BATCH_STEP_MISTAKES = (
    Mistake(
        "not-averaged",
        "`Delta` is right; both gradients are sums over the samples, without the 1/m.",
        "The objective is the mean of the samples' losses. With twice as many copies of the same "
        "samples, should the gradient double?",
        BATCH,
        (_batch(weights=_summed, biases=_sum_of_rows),),
    ),
    Mistake(
        "db-not-averaged",
        "`Delta` and `dW` are right; `db` is a sum over the samples.",
        "Weights and biases belong to one objective, the mean over the samples. What have you "
        "divided, and what not?",
        BATCH,
        (_batch(biases=_sum_of_rows),),
    ),
    Mistake(
        "dW-not-averaged",
        "`Delta` and `db` are right; `dW` is a sum over the samples.",
        "A matrix product adds up over the index in the middle. Does it also divide by the number "
        "of its terms?",
        BATCH,
        (_batch(weights=_summed),),
    ),
    Mistake(
        "averaged-twice",
        "The 1/m enters twice: in `Delta`, and once more in the gradients.",
        "Row s of `Delta` is the error term of sample s as if it were alone. At which place is it "
        "the batch that is asked about?",
        BATCH,
        (
            _batch(in_Delta=len),
            _batch(weights=lambda D, X: D.T @ X / len(X) ** 2, biases=lambda D: D.mean(0) / len(D)),
        ),
    ),
    Mistake(
        "Delta-divided",
        "Both gradients are right; the rows of `Delta` are too small by 1/m.",
        "Row s of `Delta` is the error term of sample s as if it were alone. Does it know how many "
        "others there are?",
        BATCH,
        (_batch(in_Delta=len, weights=_summed, biases=_sum_of_rows),),
    ),
    Mistake(
        "wrong-axis",
        "`db` is averaged over the neurons: it has one number for each sample.",
        "Samples are rows. Along which axis do you walk from sample to sample?",
        BATCH,
        (
            _batch(biases=lambda D: D.mean(axis=1)),
            _batch(biases=lambda D: D.sum(axis=1)),
            _batch(biases=lambda D: D.sum(axis=1) / len(D)),
            _batch(weights=_summed, biases=lambda D: D.sum(axis=1)),
        ),
    ),
    Mistake(
        "divided-by-another-number",
        "You divide by another number than that of the samples.",
        "`Delta` has a row for each sample and a column for each neuron. Which entry of its "
        "`shape` counts the samples?",
        BATCH,
        (
            _batch(
                weights=lambda D, X: D.T @ X / D.shape[1], biases=lambda D: D.sum(0) / D.shape[1]
            ),
            _batch(weights=lambda D, X: D.T @ X / D.shape[1]),
            _batch(weights=lambda D, X: D.T @ X / D.size, biases=lambda D: D.sum(0) / D.size),
            _batch(weights=lambda D, X: D.T @ X / X.shape[1]),
        ),
    ),
    Mistake(
        "db-averaged-twice",
        "`Delta` and `dW` are right; `db` is divided by m twice.",
        "A mean has been divided already. By what?",
        BATCH,
        (_batch(biases=lambda D: D.mean(axis=0) / len(D)),),
    ),
    Mistake(
        "other-order",
        "All three are right, in another order than the task asks for.",
        "Compare your `return` with the first lines of the task.",
        BATCH,
        (_returns(1, 2, 0), _returns(2, 1, 0), _returns(0, 2, 1), _returns(1, 0, 2)),
    ),
    Mistake(
        "W-transposed",
        "The matrix is transposed, as for a column. In a batch each error term is a row.",
        "The transpose of a product is the product of the transposes in the opposite order. What "
        "becomes of the recursion for columns?",
        BATCH,
        (
            _batch(down=lambda Delta_next, W_next: Delta_next @ W_next.T),
            _batch(down=lambda Delta_next, W_next: W_next.T @ Delta_next),
        ),
    ),
    Mistake(
        "f-prime-missing",
        "The slopes are missing from `Delta`, and so from all the rest.",
        "`Delta` holds gradients with respect to `U`. What lies between `U` and the layer's "
        "output?",
        BATCH,
        (_batch(slopes=lambda s: 1.0),),
    ),
    Mistake(
        "dW-transposed",
        "`Delta` and `db` are right, and `dW` is transposed.",
        "The gradient has the shape of `W`: a row for each neuron that receives. Which factor must "
        "have its neurons in the rows?",
        BATCH,
        (_batch(weights=lambda D, X: X.T @ D / len(X)),),
    ),
    Mistake(
        "samples-in-columns",
        "`dW` is written for samples in columns; here they are rows, and the product adds up over "
        "the wrong index.",
        "The index that disappears must be the sample's. In which place of `Delta` and of "
        "`X_before` does it stand?",
        BATCH,
        (
            _batch(weights=lambda D, X: D @ X.T / len(X)),
            _batch(weights=lambda D, X: D @ X / len(X)),
        ),
    ),
    Mistake(
        "product-of-means",
        "`dW` is the product of two means; the task asks for the mean of the products.",
        "Take two samples whose error terms are opposite and whose inputs are opposite too. What "
        "does each of the two give?",
        BATCH,
        (_batch(weights=lambda D, X: np.outer(D.mean(axis=0), X.mean(axis=0))),),
    ),
    Mistake(
        "last-sample-only",
        "Only the last sample is in the gradients: each turn of the loop has overwritten the one "
        "before.",
        "`a = …` replaces, `a += …` adds.",
        BATCH,
        (
            _batch(weights=lambda D, X: np.outer(D[-1], X[-1]), biases=lambda D: D[-1]),
            _batch(
                weights=lambda D, X: np.outer(D[-1], X[-1]) / len(X),
                biases=lambda D: D[-1] / len(D),
            ),
        ),
    ),
)

batch_step = Check(
    CodeExercise(
        "batch_step",
        "one step for a batch",
        5,
        BATCH,
        call_as="batch_step(Delta_next, W_next, U, X_before, f_prime)",
        parts=("Delta", "dW", "db"),
        reference=batch_step_reference,
        cases=batch_step_cases,
        mistakes=BATCH_STEP_MISTAKES,
        praise="`Delta`, `dW` and `db` agree for batches of 3 to 6 samples.",
    )
)
