"""The exercises of chapter 3, with the mistakes each of them knows."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from backprop.check._answers import Count
from backprop.check._api import Check
from backprop.check._cases import bent, sigmoid
from backprop.check._code import CodeExercise
from backprop.check._derive import DeriveExercise, Point
from backprop.check._exercise import Mistake
from backprop.check._outcomes import Case
from backprop.check._predict import PredictExercise
from backprop.check._result import Section

__all__ = ["batch_layer", "mean_loss", "passes", "paths"]

Array = np.ndarray
Activation = Callable[[Any], Any]

PAGE = "03_the_general_problem"
MINIMISED = Section(PAGE, "What is minimised", "problem")
SAMPLES = Section(PAGE, "Many samples", "mean")
FACTORS = Section(PAGE, "The factors ½ and 1/m", "conventions")
RECURSION = Section(PAGE, "Why a recursion", "recursion")
BATCHES = Section("notation", "Batches are rows", "batches")

# -- mean_loss: the objective ----------------------------------------------------------------------


def _rows(array: Array) -> str:
    """Return an array of whole numbers as one types it."""
    return str(array.astype(int).tolist())


@cache
def mean_loss_cases() -> tuple[Case, ...]:
    """Return outputs and labels: a case for the hand, more samples than outputs, fewer, as many."""
    rng = np.random.default_rng(12)

    def pair(m: int, n: int) -> tuple[Array, Array]:
        return rng.uniform(-1.0, 2.0, (m, n)), rng.uniform(-1.0, 1.0, (m, n))

    whole = rng.integers(-3, 4, (4, 3)), rng.integers(-3, 4, (4, 3))
    H, Y = np.array([[1.0, 2.0], [0.0, 1.0], [2.0, 3.0]]), np.array([[0.0, 2], [0, 3], [2, 2]])
    return (
        Case(f"H = {_rows(H)} and Y = {_rows(Y)}", (H, Y)),
        Case("six samples with two outputs each", pair(6, 2)),
        Case("four samples with seven outputs each", pair(4, 7)),
        Case("five samples with five outputs each", pair(5, 5)),
        Case("a single sample with three outputs", pair(1, 3)),
        Case("four samples with three outputs each, in integers", whole),
    )


def mean_loss_reference(H: Array, Y: Array) -> Any:
    """Return the mean over the samples of half the squared distance."""
    return 0.5 * np.sum((H - Y) ** 2) / len(Y)


def _entries(function: Callable[[Array], Any]) -> Callable[[Array, Array], Any]:
    """Return a wrong `mean_loss` that makes something else of the differences."""
    return lambda H, Y: function(H - Y)


MEAN_LOSS_MISTAKES = (
    Mistake(
        "no-half",
        "This is the mean of the squared distances; a constant is missing that the book's loss "
        "has in front of them.",
        "Compare the definition of the loss of one sample with your line, factor by factor. What "
        "should cancel when the square is differentiated?",
        FACTORS,
        (_entries(lambda E: np.sum(E**2) / len(E)),),
    ),
    Mistake(
        "sum-for-mean",
        "The losses of the samples are added up and not averaged.",
        "Hand your function the same samples twice over. Should the objective double?",
        SAMPLES,
        (_entries(lambda E: 0.5 * np.sum(E**2)),),
    ),
    Mistake(
        "bare-sum",
        "This is the bare sum of all squares: both constants of the objective are missing.",
        "One constant belongs to the loss of a single sample, the other makes a mean of the "
        "losses.",
        FACTORS,
        (_entries(lambda E: np.sum(E**2)),),
    ),
    Mistake(
        "mean-over-entries",
        "You average over all entries, and so divide by the number of outputs as well.",
        "A squared norm is a sum over the components of one sample. Over what is the mean taken?",
        FACTORS,
        (_entries(lambda E: 0.5 * np.mean(E**2)),),
    ),
    Mistake(
        "mean-over-entries-no-half",
        "This is the mean over all entries, what many libraries call MSE: it divides by the "
        "number of outputs as well, and the constant of the book's loss is missing.",
        "Sum over the components of one sample, average over the samples, and look up what stands "
        "in front.",
        FACTORS,
        (_entries(lambda E: np.mean(E**2)),),
    ),
    Mistake(
        "divided-by-outputs",
        "You divide by the number of outputs; the mean is one over the samples.",
        "Which axis of the arrays counts the samples: along which index does a new sample "
        "lengthen them?",
        MINIMISED,
        (_entries(lambda E: 0.5 * np.sum(E**2) / E.shape[1]),),
    ),
    Mistake(
        "one-loss-per-sample",
        "You return the loss of every sample; the task asks for one number, their mean.",
        "Descent makes one number smaller. How does the chapter make one out of the losses of all "
        "samples?",
        MINIMISED,
        (
            _entries(lambda E: 0.5 * np.sum(E**2, axis=1)),
            _entries(lambda E: np.sum(E**2, axis=1)),
        ),
    ),
    Mistake(
        "one-loss-per-output",
        "You return one number for every output neuron; the task asks for one number in all.",
        "You have taken the mean over the samples. What does the squared norm do with the "
        "components of one sample?",
        MINIMISED,
        (
            _entries(lambda E: 0.5 * np.mean(E**2, axis=0)),
            _entries(lambda E: np.mean(E**2, axis=0)),
            _entries(lambda E: 0.5 * np.sum(E**2, axis=0)),
        ),
    ),
    Mistake(
        "norm-not-squared",
        "The distances are not squared.",
        "`np.linalg.norm` takes a square root. Is there one in the definition of the loss?",
        MINIMISED,
        (
            _entries(lambda E: 0.5 * np.mean(np.sqrt(np.sum(E**2, axis=1)))),
            _entries(lambda E: np.mean(np.sqrt(np.sum(E**2, axis=1)))),
            _entries(lambda E: 0.5 * np.sqrt(np.sum(E**2)) / len(E)),
            _entries(lambda E: 0.5 * np.sqrt(np.sum(E**2))),
        ),
    ),
    Mistake(
        "half-inside-the-square",
        "The ½ stands inside the square, where it is squared itself.",
        "How much is ½ of a square, and how much is the square of a half?",
        FACTORS,
        (_entries(lambda E: np.sum((0.5 * E) ** 2) / len(E)),),
    ),
    Mistake(
        "summed-before-squaring",
        "The differences are added up before they are squared, so that errors of opposite sign "
        "cancel.",
        "Take one sample with the errors 1 and −1. Is its distance from the label zero?",
        MINIMISED,
        (
            _entries(lambda E: 0.5 * np.sum(np.sum(E, axis=1) ** 2) / len(E)),
            _entries(lambda E: 0.5 * np.sum(E) ** 2 / len(E)),
        ),
    ),
    Mistake(
        "difference-of-squares",
        "Outputs and labels are squared one by one and then subtracted.",
        "With the output 1 and the label −1 your loss is 0. Which comes first, the difference or "
        "the square?",
        MINIMISED,
        (lambda H, Y: 0.5 * np.sum(H**2 - Y**2) / len(H),),
    ),
    Mistake(
        "first-sample-only",
        "One sample alone is in your loss; the others are missing.",
        "Is the line that returns inside the loop? Count how many samples your function has seen "
        "when it returns.",
        SAMPLES,
        (
            _entries(lambda E: 0.5 * np.sum(E[0] ** 2)),
            _entries(lambda E: 0.5 * np.sum(E[-1] ** 2)),
            _entries(lambda E: 0.5 * np.sum(E[0] ** 2) / len(E)),
            _entries(lambda E: 0.5 * np.sum(E[-1] ** 2) / len(E)),
        ),
    ),
    Mistake(
        "divided-twice",
        "You divide by the number of samples twice.",
        "`np.mean` divides already. What does the mean of three equal losses have to be?",
        SAMPLES,
        (
            _entries(lambda E: 0.5 * np.sum(E**2) / len(E) ** 2),
            _entries(lambda E: np.sum(E**2) / len(E) ** 2),
        ),
    ),
    Mistake(
        "multiplied-by-m",
        "The number of samples multiplies where it should divide.",
        "Python reads `a / 2 * m` from the left, as `(a / 2) * m`.",
        SAMPLES,
        (_entries(lambda E: 0.5 * np.sum(E**2) * len(E)),),
    ),
    Mistake(
        "absolute-values",
        "You take absolute values where the loss has squares.",
        "The distance of two columns is measured by the Euclidean norm here. How is it made of the "
        "components?",
        MINIMISED,
        (
            _entries(lambda E: 0.5 * np.sum(abs(E)) / len(E)),
            _entries(lambda E: np.sum(abs(E)) / len(E)),
            _entries(lambda E: np.mean(abs(E))),
        ),
    ),
)

mean_loss = Check(
    CodeExercise(
        "mean_loss",
        "the mean loss",
        3,
        MINIMISED,
        call_as="mean_loss(H, Y)",
        parts=("loss",),
        reference=mean_loss_reference,
        cases=mean_loss_cases,
        mistakes=MEAN_LOSS_MISTAKES,
        praise="Summed over the components, averaged over the samples, and half of it.",
    )
)

# -- batch_layer: one layer, all samples at once ---------------------------------------------------


@cache
def batch_layer_cases() -> tuple[Case, ...]:
    """Return batches that are as many as the outputs, as the inputs, as both, and as neither."""
    rng = np.random.default_rng(13)

    def batch(m: int, n: int, p: int, f: Activation = bent) -> tuple[Any, ...]:
        draw = rng.uniform
        return draw(-1.0, 1.0, (m, n)), draw(-1.0, 1.0, (p, n)), draw(0.2, 0.9, p), f

    whole = tuple(rng.integers(-2, 3, shape) for shape in ((3, 2), (4, 2), (4,)))
    X, W, b = (
        np.array([[1.0, 0], [0, 1], [2, 3]]),
        np.array([[1.0, 2], [3, 4]]),
        np.array([-5.0, 1]),
    )
    return (
        Case(f"X = {_rows(X)}, W = {_rows(W)} and b = {_rows(b)}", (X, W, b, sigmoid)),
        Case("five samples and a layer of four neurons with three inputs", batch(5, 3, 4)),
        Case("six samples and a layer of two neurons with five inputs", batch(6, 5, 2)),
        Case("four samples and a layer of four neurons with two inputs", batch(4, 2, 4)),
        Case("three samples and a layer of five neurons with three inputs", batch(3, 3, 5)),
        Case("three samples and a layer of three neurons with three inputs", batch(3, 3, 3)),
        Case("a single sample and a layer of two neurons with three inputs", batch(1, 3, 2)),
        Case(
            "three samples of integers and a layer of four neurons with two inputs", (*whole, bent)
        ),
    )


def batch_layer_reference(X: Array, W: Array, b: Array, f: Activation) -> Any:
    """Return the pre-activations and the outputs, a row for each sample."""
    U = X @ W.T + b
    return U, f(U)


def _layer(
    sums: Callable[[Array, Array, Array], Any],
    last: Callable[[Activation, Any], Any] = lambda f, U: f(U),
) -> Callable[..., Any]:
    """Return a `layer` with other pre-activations, or another last step."""

    def wrong(X: Array, W: Array, b: Array, f: Activation) -> Any:
        U = sums(X, W, b)
        return U, last(f, U)

    return wrong


BATCH_LAYER_MISTAKES = (
    Mistake(
        "W-not-transposed",
        "`X @ W` multiplies each sample with the columns of `W`: this fits square matrices only, "
        "and gives wrong values there.",
        "The weights of a neuron are a row of `W`, and a sample is a row of `X`. Between which two "
        "must the inner product be?",
        BATCHES,
        (_layer(lambda X, W, b: X @ W + b),),
    ),
    Mistake(
        "W-on-the-left",
        "`W @ X` takes the columns of `X` for the samples; here each sample is a row.",
        "Write the shapes below the two factors. Which of the four numbers is the number of "
        "samples, and does it stand where the product sums?",
        BATCHES,
        (
            _layer(lambda X, W, b: W @ X + b),
            _layer(lambda X, W, b: W @ X + b[:, None]),
        ),
    ),
    Mistake(
        "samples-in-columns",
        "All values are right, but your samples are columns; the task wants them as rows.",
        "Your `U` has the shape (neurons, samples). With which product would the samples come "
        "first?",
        BATCHES,
        (_layer(lambda X, W, b: W @ X.T + b[:, None]),),
    ),
    Mistake(
        "b-along-the-samples",
        "The bias runs along the wrong axis: its entries go to the samples, where each belongs to "
        "a neuron.",
        "NumPy lays a vector of shape `(n,)` along the last axis of a matrix, and one of shape "
        "`(n, 1)` along the first. Which axis of your product counts the neurons?",
        BATCHES,
        (
            _layer(lambda X, W, b: W @ X.T + b),
            _layer(lambda X, W, b: (W @ X.T + b).T),
        ),
    ),
    Mistake(
        "reshaped",
        "The shape is right and the numbers are in the wrong places: a reshape is not a transpose.",
        "`reshape` keeps the order in which the numbers lie in memory and only sets the line "
        "breaks anew. Try it on `np.arange(6).reshape(2, 3)`.",
        BATCHES,
        (
            _layer(lambda X, W, b: X @ W.reshape(X.shape[1], -1) + b),
            _layer(lambda X, W, b: (W @ X.T).reshape(len(X), -1) + b),
            _layer(lambda X, W, b: (W @ X.T + b[:, None]).reshape(len(X), -1)),
            _layer(lambda X, W, b: W @ X.reshape(X.shape[1], -1) + b[:, None]),
        ),
    ),
    Mistake(
        "b-forgotten",
        "The bias is missing: your `U` holds the products alone.",
        "Which of your four arguments do you never use?",
        BATCHES,
        (_layer(lambda X, W, b: X @ W.T),),
    ),
    Mistake(
        "f-forgotten",
        "`U` is right, and the activation is missing: you return it twice.",
        "Which of your four arguments do you never use?",
        BATCHES,
        (_layer(lambda X, W, b: X @ W.T + b, lambda f, U: U),),
    ),
    Mistake(
        "sigmoid-for-f",
        "Your function always uses the sigmoid; the task gives you the activation as `f`.",
        "It is right where the activation is the sigmoid, and wrong as soon as `f` is another "
        "function.",
        BATCHES,
        (_layer(lambda X, W, b: X @ W.T + b, lambda f, U: sigmoid(U)),),
    ),
    Mistake(
        "b-subtracted",
        "The bias is subtracted where it should be added.",
        "Some texts write a neuron with a threshold, which is subtracted; this book writes it with "
        "a bias.",
        BATCHES,
        (_layer(lambda X, W, b: X @ W.T - b),),
    ),
    Mistake(
        "U-overwritten",
        "`U` has gone through the activation already; the pre-activations are lost.",
        "Two names, two arrays: one is what the neurons sum up, the other what they hand on. Which "
        "line mixes the two?",
        BATCHES,
        (
            lambda X, W, b, f: (f(X @ W.T + b), f(X @ W.T + b)),
            lambda X, W, b, f: (f(X @ W.T + b), f(f(X @ W.T + b))),
        ),
    ),
    Mistake(
        "b-outside-f",
        "The bias is added after the activation; it belongs to the weighted sum.",
        "`U` is all that goes into the activation. Is the bias part of `U`?",
        BATCHES,
        (
            lambda X, W, b, f: (X @ W.T, f(X @ W.T) + b),
            lambda X, W, b, f: (X @ W.T + b, f(X @ W.T) + b),
        ),
    ),
    Mistake(
        "first-sample-only",
        "You return the layer's answer to one sample alone; the others are lost.",
        "Is the line that returns inside the loop, or is each round's result written over the "
        "last one's?",
        BATCHES,
        (
            lambda X, W, b, f: (W @ X[0] + b, f(W @ X[0] + b)),
            lambda X, W, b, f: (W @ X[-1] + b, f(W @ X[-1] + b)),
        ),
    ),
    Mistake(
        "outputs-alone",
        "You return the outputs alone; the task asks for `U` as well.",
        "The derivative of the activation is taken at `U`.",
        BATCHES,
        (lambda X, W, b, f: f(X @ W.T + b),),
    ),
    Mistake(
        "other-order",
        "Both are right, in the other order.",
        "Compare your `return` with the first line of the task.",
        BATCHES,
        (lambda X, W, b, f: (f(X @ W.T + b), X @ W.T + b),),
    ),
)

batch_layer = Check(
    CodeExercise(
        "batch_layer",
        "one layer, all samples",
        3,
        BATCHES,
        call_as="layer(X, W, b, f)",
        parts=("U", "F"),
        reference=batch_layer_reference,
        cases=batch_layer_cases,
        mistakes=BATCH_LAYER_MISTAKES,
        praise="Every sample keeps its row, on eight batches.",
        separate=("results",),
    )
)

# -- paths: how many there are to follow -----------------------------------------------------------

SIZES = (6, 5, 2, 4, 3)
"""The sizes of the layers, the input first; no count below comes out as another does."""


def _paths(**wrong: int) -> Callable[[], dict[str, int]]:
    """Return a wrong answer: the counts that a mistake touches."""
    return lambda: wrong


def count_paths() -> dict[str, int]:
    """Return the number of paths to the loss from three places."""
    return {
        "from_w1": math.prod(SIZES[2:]),
        "from_w4": 1,
        "from_x": math.prod(SIZES[1:]),
    }


PATHS_MISTAKES = (
    Mistake(
        "sizes-added",
        "You have added the sizes of the layers.",
        "Draw two dots and three dots behind them, each of the two joined to each of the three. "
        "How many ways lead through?",
        RECURSION,
        (
            _paths(from_w1=sum(SIZES[2:]), from_x=sum(SIZES[1:])),
            _paths(from_w1=sum(SIZES[2:])),
            _paths(from_x=sum(SIZES[1:])),
        ),
    ),
    Mistake(
        "own-layer-counted",
        "You have counted the weight's own layer too.",
        "A weight leads to one neuron, and to no other. Where does the path have a choice for the "
        "first time?",
        RECURSION,
        (
            _paths(from_w1=math.prod(SIZES[1:]), from_w4=SIZES[4]),
            _paths(from_w1=math.prod(SIZES[1:])),
            _paths(from_w4=SIZES[4]),
        ),
    ),
    Mistake(
        "outputs-not-counted",
        "The paths end in all outputs, and you have counted those to one of them.",
        "The loss contains the error of every output neuron.",
        RECURSION,
        (
            _paths(from_w1=math.prod(SIZES[2:-1]), from_x=math.prod(SIZES[1:-1])),
            _paths(from_w1=math.prod(SIZES[2:-1])),
            _paths(from_x=math.prod(SIZES[1:-1])),
        ),
    ),
    Mistake(
        "one-layer-passed-over",
        "One of the layers on the way is missing.",
        "Write down the sizes of all layers from the place where the path sets out to the loss, "
        "and cross out those in which it has no choice.",
        RECURSION,
        (
            _paths(from_w1=math.prod(SIZES[3:]), from_x=math.prod(SIZES[2:])),
            _paths(from_w1=math.prod(SIZES[3:])),
            _paths(from_w1=SIZES[2] * SIZES[4]),
            _paths(from_x=math.prod(SIZES[2:])),
        ),
    ),
    Mistake(
        "only-the-outputs",
        "There are as many as outputs only where a single layer follows, as in the 3-4-2 network.",
        "Between the hidden layers, too, the paths fork.",
        RECURSION,
        (
            _paths(from_w1=SIZES[-1], from_x=SIZES[-1]),
            _paths(from_w1=SIZES[-1]),
            _paths(from_x=SIZES[-1]),
        ),
    ),
    Mistake(
        "no-path-without-a-layer",
        "If there were no path at all, this weight could not move the loss.",
        "The formula multiplies over the layers that follow. What is a product without factors?",
        RECURSION,
        (_paths(from_w4=0),),
    ),
    Mistake(
        "from-all-inputs",
        "That is the number of paths from all inputs together; the task asks for one of them.",
        "The path sets out from a given place; it has no choice there.",
        RECURSION,
        (
            _paths(from_x=math.prod(SIZES)),
            _paths(from_w1=math.prod(SIZES), from_x=math.prod(SIZES)),
        ),
    ),
    Mistake(
        "edges-counted",
        "That is the number of edges on which a path can run; one edge is on many paths.",
        "Take the last two layers alone. How many paths end in the edge from a given neuron to a "
        "given output?",
        RECURSION,
        (
            _paths(from_w1=2 * 4 + 4 * 3, from_x=5 + 5 * 2 + 2 * 4 + 4 * 3),
            _paths(from_w1=2 + 2 * 4 + 4 * 3, from_x=5 + 5 * 2 + 2 * 4 + 4 * 3),
            _paths(from_w1=2 * 4 + 4 * 3),
            _paths(from_w1=2 + 2 * 4 + 4 * 3),
            _paths(from_x=5 + 5 * 2 + 2 * 4 + 4 * 3),
        ),
    ),
)

paths = Check(
    PredictExercise(
        "paths",
        "how many paths there are",
        3,
        RECURSION,
        right=count_paths,
        mistakes=PATHS_MISTAKES,
        praise="And that was a small network; backpropagation will not list a single one of them.",
        parts={
            name: Count(
                idea="Draw the layers as columns of dots and follow the path: at which columns "
                "can it choose, and among how many dots?"
            )
            for name in count_paths()
        },
    )
)

# -- passes: what the gradient costs by differences ------------------------------------------------

_P = "(n1*n0 + n1 + n2*n1 + n2)"
"""The number of parameters."""


def passes_points() -> tuple[Point, ...]:
    """Return numbers of neurons and samples, none of which is special."""
    return (
        {"n0": 3, "n1": 4, "n2": 2, "m": 5},
        {"n0": 7, "n1": 5, "n2": 3, "m": 1},
        {"n0": 2, "n1": 3, "n2": 6, "m": 10},
        {"n0": 4, "n1": 4, "n2": 4, "m": 7},
    )


PASSES_MISTAKES = (
    Mistake(
        "layer-missing",
        "One layer is moved and the other is not.",
        "The gradient has a component for every parameter. Put in 3, 4 and 2 for the sizes: do you "
        "get to the chapter's twenty-six parameters?",
        MINIMISED,
        ("2*m*(n1*n0 + n1)", "2*m*(n2*n1 + n2)"),
    ),
    Mistake(
        "biases-of-one-layer",
        "The biases of one of the layers are missing.",
        "Every neuron that computes something has a bias, an output neuron as well as a hidden "
        "one.",
        MINIMISED,
        ("2*m*(n1*n0 + n1 + n2*n1)", "2*m*(n1*n0 + n2*n1 + n2)"),
    ),
    Mistake(
        "biases-forgotten",
        "The weights are moved and the biases are not.",
        "The gradient has a component for every parameter. Put in 3, 4 and 2 for the sizes: do you "
        "get to the chapter's twenty-six parameters?",
        RECURSION,
        ("2*m*(n1*n0 + n2*n1)",),
    ),
    Mistake(
        "samples-forgotten",
        "That is the count for a single sample.",
        "To know the objective once, through how many forward passes must the network go?",
        MINIMISED,
        (f"2*{_P}",),
    ),
    Mistake(
        "one-sided",
        "That is the cost of one-sided differences.",
        "A central difference uses the objective on both sides of the point.",
        RECURSION,
        (f"m*({_P} + 1)", f"m*{_P} + 1"),
    ),
    Mistake(
        "one-pass-for-a-parameter",
        "For each parameter you run the samples through once; a difference is made of two values.",
        "At which two points is the objective needed for one component of the gradient?",
        RECURSION,
        (f"m*{_P}",),
    ),
    Mistake(
        "undisturbed-pass-added",
        "You have added a pass with the parameters as they are; it is not needed.",
        "Write down one central difference. Does the objective at the point itself occur in it?",
        RECURSION,
        (f"m*(2*{_P} + 1)", f"2*m*{_P} + 1", f"2*m*({_P} + 1)"),
    ),
    Mistake(
        "multiplications",
        "You have counted the multiplications; the task asks for forward passes.",
        "A pass counts as one, however many multiplications it is made of.",
        RECURSION,
        (f"2*m*{_P}*(n1*n0 + n2*n1)", f"2*{_P}*(n1*n0 + n2*n1)"),
    ),
    Mistake(
        "input-with-biases",
        "You have given the inputs biases.",
        "Layer 0 computes nothing. Where in your formula does its size stand alone?",
        MINIMISED,
        ("2*m*(n1*n0 + n0 + n1 + n2*n1 + n2)", "2*m*(n1*n0 + n0 + n2*n1 + n1)"),
    ),
    Mistake(
        "neurons-for-parameters",
        "You have counted the neurons; what is moved, one after the other, are the parameters.",
        "How many parameters has a neuron with three inputs?",
        MINIMISED,
        ("2*m*(n1 + n2)", "2*m*(n0 + n1 + n2)"),
    ),
    Mistake(
        "for-each-output",
        "You have counted the passes once for every output; the objective is a single number.",
        "One pass gives all outputs of a sample, and with them its loss.",
        MINIMISED,
        (f"2*m*n2*{_P}",),
    ),
    Mistake(
        "weights-alone",
        "That is the number of weights: the biases are missing, and it is not yet a number of "
        "passes.",
        "Count all parameters first. Then: how often is the network run when one of them is moved?",
        RECURSION,
        ("n1*n0 + n2*n1",),
    ),
    Mistake(
        "parameters-alone",
        "That is the number of parameters, correctly counted, and not yet a number of passes.",
        "How often is the network run when a single parameter is moved?",
        RECURSION,
        (_P,),
    ),
)

passes = Check(
    DeriveExercise(
        "passes",
        "what the gradient costs by differences",
        3,
        RECURSION,
        quantity="passes",
        names=("n0", "n1", "n2", "m"),
        right=f"2*m*{_P}",
        points=passes_points,
        mistakes=PASSES_MISTAKES,
        praise="Two for each parameter and each sample, at every single step of descent.",
    )
)
