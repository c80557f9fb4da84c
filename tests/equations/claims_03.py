"""Chapter 3: the general problem."""

from __future__ import annotations

import functools
import itertools
import math
from typing import Any

import numpy as np

import backprop as bp

from .claims import (
    ANY,
    Pairs,
    book_network,
    definition,
    networks,
    numbers,
    read,
    transcribed,
)
from .worlds import STEP, World, generic, generic_prime, small

PAGE = "03_the_general_problem"
FREE = networks(ANY, ANY, ANY)


# -- what is minimised ----------------------------------------------------------------------------
def multiplications(world: World) -> int:
    """What the package's forward pass multiplies in its matrix products, counted while it runs."""
    layers = range(1, len(world.sizes))
    weights, biases = [world.get("W", n) for n in layers], [world.get("b", n)[:, 0] for n in layers]
    net = bp.Network(weights, biases, activation=(generic, generic_prime))
    with bp.counting() as count:
        net.forward(world.get("x", 0)[:, 0])
    return count.matrix


def counted(seed: int) -> list[World]:
    """Networks whose parameters and multiplications are counted one by one."""
    worlds = [*networks(ANY, ANY, ANY)(seed), *networks(ANY, ANY, ANY, ANY)(seed)]
    for world in worlds:
        world.rules = {
            **world.rules,
            "P": lambda w, layer: sum(
                np.size(v) for (name, _), v in w.given.items() if name in {"W", "b"}
            ),
            "M": lambda w, layer: multiplications(w),
        }
    return worlds


read("eq-number-of-parameters", "eq-forward-cost", worlds=counted, kind="definition")
read("eq-general-objective", worlds=FREE)


# -- downhill -------------------------------------------------------------------------------------
def smooth(seed: int) -> list[World]:
    r"""An objective of some parameters ``\theta``, a step ``d`` and a learning rate that shrink."""

    def objective(w: World, layer: Any, theta: Any) -> Any:
        return np.sum(w.get("C") * generic(w.get("B") @ theta))

    worlds = []
    for n in (3, 5):
        world = small(
            seed + n,
            lambda rng, n=n: {
                (r"\theta", None): rng.normal(size=(n, 1)),
                ("d", None): 0.1 * rng.normal(size=(n, 1)),
                (r"\eta", None): 0.01,
                ("B", None): 0.5 * rng.normal(size=(2, n)),
                ("C", None): rng.normal(size=(2, 1)),
            },
            None,
            {"bar L": objective},
            base=(r"\theta", None),
            title=f"an objective of {n} parameters",
        )
        worlds.append(world)
    return worlds


def small_step(seed: int) -> list[World]:
    """As `smooth`, with the step shrinking."""
    worlds = smooth(seed)
    for world in worlds:
        world.small = ("d", None)
    return worlds


def small_rate(seed: int) -> list[World]:
    """As `smooth`, with the learning rate shrinking."""
    worlds = smooth(seed)
    for world in worlds:
        world.small = (r"\eta", None)
    return worlds


read("eq-first-order", worlds=small_step, functions={"bar L"})
read("eq-descent-decrease", worlds=small_rate, functions={"bar L"})
definition("eq-descent", "436f95ae568d", "a step of gradient descent")
definition("eq-single-sample", "6fb4268cbd09", "a step that follows one sample's gradient")


def direction(seed: int) -> list[World]:
    """Two columns and a length."""
    return [
        small(
            seed + n,
            lambda rng, n=n: {
                ("g", None): rng.normal(size=(n, 1)),
                ("d", None): rng.normal(size=(n, 1)),
                ("r", None): 0.7,
            },
            title=f"columns of {n}",
        )
        for n in (2, 4)
    ]


read(
    "eq-steepest",
    worlds=direction,
    equal={r"g → g^\top": "a row is as long as its column, and the inner product is the same"},
)


AS_LONG = "a row is as long as its column"
read(
    "eq-cauchy-schwarz",
    worlds=direction,
    equal={r"g → g^\top": AS_LONG, r"d → d^\top": AS_LONG},
)


def parabola(seed: int) -> list[World]:
    """A parabola of random curvature; its slope is a complex step of it."""

    def value(w: World, layer: Any, at: Any) -> Any:
        return w.get("a") * at * at / 2

    def slope(w: World, layer: Any, at: Any) -> Any:
        return np.imag(value(w, None, at + 1j * STEP)) / STEP

    return [
        small(
            seed + n,
            lambda rng: {
                ("a", None): rng.uniform(0.5, 3),
                ("w", None): rng.normal(),
                (r"\eta", None): rng.uniform(0.1, 1),
            },
            None,
            {"L": value, "L'": slope},
            title="a parabola",
        )
        for n in range(3)
    ]


read(
    "eq-parabola",
    worlds=parabola,
    functions={"L"},
    kind="definition",
    equal={"w → -w": "a parabola is an even function"},
)
read("eq-parabola-step", worlds=parabola, functions={"L"})


@transcribed("eq-parabola-path", "0a170807d0cf")
def parabola_path(rng: np.random.Generator) -> Pairs:
    """Descent on parabolas, step by step, converging and diverging."""
    for a, eta in ((1.0, 0.3), (2.0, 0.9), (3.0, 0.7)):
        start = w = float(rng.normal())
        for step in range(1, 6):
            w = w - eta * a * w
            yield f"step {step}", w, (1 - eta * a) ** step * start


def two_curvatures(seed: int) -> list[World]:
    """The gentlest and the steepest curvature, and the best learning rate by trying many."""

    def best(rng: np.random.Generator) -> dict[Any, Any]:
        gentle, steep = rng.uniform(0.5, 1), rng.uniform(3, 5)
        low, high = 0.0, 2.0
        for _ in range(200):  # the larger of the two factors falls, then rises
            thirds = low + (high - low) / 3, high - (high - low) / 3
            one, other = (max(abs(1 - eta * gentle), abs(1 - eta * steep)) for eta in thirds)
            low, high = (low, thirds[1]) if one < other else (thirds[0], high)
        return {("a", None): gentle, ("A", None): steep, (r"\eta", None): (low + high) / 2}

    return [small(seed + n, best, title="two random curvatures") for n in range(3)]


read("eq-best-rate", worlds=two_curvatures)


# -- many samples ---------------------------------------------------------------------------------
def each_parameter(seed: int) -> list[World]:
    r"""A network in which ``\theta`` is each of its parameters in turn."""
    worlds = []
    for n, key in enumerate([("W", 1), ("b", 1), ("W", 2), ("b", 2)]):
        (world, *_) = FREE(seed + n)
        world.aliases[r"\theta"] = key
        world.given["c", None] = 1.7
        world.title += f" with {key[0]}({key[1]})"
        worlds.append(world)
    return worlds


def each_bias(seed: int) -> list[World]:
    """A network in which ``b`` is each of its biases in turn."""
    worlds = []
    for n in (1, 2):
        (world, *_) = FREE(seed + n)
        world.aliases["b"] = ("b", n)
        worlds.append(world)
    return worlds


def spread(world: World) -> float:
    """The mean squared distance of the single gradients from their mean, by the package."""
    layers = range(1, len(world.sizes))
    weights, biases = [world.get("W", n) for n in layers], [world.get("b", n)[:, 0] for n in layers]
    net = bp.Network(weights, biases, activation=(generic, generic_prime))
    name, layer = world.aliases[r"\theta"]
    assert layer is not None
    singles = []
    for x, y in world.samples:
        _, gradients = net.loss_and_gradients(x[:, 0], y[:, 0])
        singles.append({"W": gradients.dW, "b": gradients.db}[name][layer - 1])
    return float(sum(np.sum((g - np.mean(singles, axis=0)) ** 2) for g in singles)) / len(singles)


def with_spread(seed: int) -> list[World]:
    """As `each_parameter`, with the spread of the single gradients."""
    worlds = each_parameter(seed)
    for world in worlds:
        world.rules = {**world.rules, "V": lambda w, layer: spread(w)}
    return worlds


read("eq-gradient-of-mean", worlds=each_parameter)
read("eq-gradient-spread", worlds=with_spread, kind="definition")
read("eq-batch-spread", worlds=with_spread)
definition("eq-momentum", "3e05c406faf7", "a step of gradient descent with momentum")
read("eq-gradient-of-mean-proof", worlds=each_bias)
read("eq-rescaled", worlds=each_parameter)


# -- where to start -------------------------------------------------------------------------------
read("eq-hidden-weight-gradient", worlds=book_network)


@transcribed("eq-twins", "80c80a452ffc", package="backprop.Network.backward")
def twins(rng: np.random.Generator) -> Pairs:
    """Two networks in which hidden neurons 1 and 2 have equal weights in and out, and biases."""
    for sizes in ((3, 4, 2), (5, 3, 4)):
        net = bp.Network.random(sizes, sigma=1.0, rng=rng)
        net.weights[0][1], net.biases[0][:2] = net.weights[0][0], 0.3
        net.weights[1][:, 1] = net.weights[1][:, 0]
        _, g = net.loss_and_gradients(rng.normal(size=sizes[0]), rng.normal(size=sizes[2]))
        yield "weights in", g.dW[0][0], g.dW[0][1]
        yield "biases", g.db[0][0], g.db[0][1]
        yield "weights out", g.dW[1][:, 0], g.dW[1][:, 1]


# -- where descent can end ------------------------------------------------------------------------
def two_weights(seed: int) -> list[World]:
    """The loss of a 1-1-1 network without biases and activation, by the package."""

    def loss(w: World, layer: Any, first: Any, second: Any) -> Any:
        return (first * second - 1) * (first * second - 1) / 2

    return [
        small(
            seed + n,
            lambda rng: {("w", None): rng.normal(size=(2, 1))},
            {"L": lambda w, layer: loss(w, None, w.get("w")[0, 0], w.get("w")[1, 0])},
            {"L": loss},
            title="two random weights",
        )
        for n in range(3)
    ]


def hessian(w: Any) -> Any:
    """Second derivatives of the loss of two weights, a complex step of the package's gradient."""
    rows = []
    for j in range(2):
        nudged = np.array(w, dtype=complex)
        nudged[j] += 1j * STEP
        out = nudged[0] * nudged[1] - 1  # output minus label; the gradient by paths
        rows.append([np.imag(out * nudged[1]) / STEP, np.imag(out * nudged[0]) / STEP])
    return np.array(rows)


read("eq-two-weights", worlds=two_weights, functions={"L"}, kind="definition")
read("eq-two-weights-gradient", worlds=two_weights)


def along_the_diagonals(seed: int) -> list[World]:
    """The loss of two weights by the package, and a number t."""

    def loss(w: World, layer: Any, first: Any, second: Any) -> Any:
        net = bp.Network([[[first]], [[second]]], [[0.0], [0.0]], "identity")
        return net.loss_and_gradients([1.0], [1.0])[0]

    return [
        small(seed + n, lambda rng: {("t", None): rng.normal()}, None, {"L": loss}, title="walks")
        for n in range(3)
    ]


read("eq-saddle-lines", worlds=along_the_diagonals, functions={"L"})


@transcribed("eq-saddle-hessian", "f42dc73a098a", package="backprop.Network.backward")
def saddle_hessian(rng: np.random.Generator) -> Pairs:
    """The general matrix at random points, by a complex step; then its value at the origin."""
    for w in rng.normal(size=(3, 2)):
        net = bp.Network([[[w[0]]], [[w[1]]]], [[0.0], [0.0]], "identity")
        _, g = net.loss_and_gradients([1.0], [1.0])
        gradient = np.array([g.dW[0][0, 0], g.dW[1][0, 0]])
        yield "gradient", gradient, (w[0] * w[1] - 1) * w[::-1]
        mixed = 2 * w[0] * w[1] - 1
        yield "matrix", np.array([[w[1] ** 2, mixed], [mixed, w[0] ** 2]])[0], hessian(w)[0]
        yield "matrix, row 2", np.array([mixed, w[0] ** 2]), hessian(w)[1]
    yield "at the origin", np.array([0.0, -1.0]), hessian([0.0, 0.0])[0]
    yield "at the origin, row 2", np.array([-1.0, 0.0]), hessian([0.0, 0.0])[1]


def at_the_saddle(seed: int) -> list[World]:
    """The matrix of second derivatives at the origin."""
    return [
        small(seed + n, lambda rng: {("H", None): hessian([0.0, 0.0])}, title="the saddle")
        for n in range(2)
    ]


read(
    "eq-saddle-eigenvectors",
    worlds=at_the_saddle,
    equal={
        "H → 1": "1 is the eigenvalue of the first vector",
        r"H → H^\top": "the matrix is symmetric",
    },
)


@transcribed("eq-not-convex", "4399559560a8", package="backprop.Network.mean_loss")
def not_convex(rng: np.random.Generator) -> Pairs:
    """By how much the loss half way exceeds the mean of the losses at the two ends."""

    def loss(first: float, second: float) -> float:
        net = bp.Network([[[first]], [[second]]], [[0.0], [0.0]], "identity")
        return net.loss_and_gradients([1.0], [1.0])[0]

    yield "excess", loss(0, 0) - loss(1, 1) / 2 - loss(-1, -1) / 2, 0.5
    yield "half way", loss(0, 0), 0.5


# -- why a recursion ------------------------------------------------------------------------------
@transcribed("eq-number-of-paths", "dcb26a62f8f5")
def number_of_paths(rng: np.random.Generator) -> Pairs:
    """Paths listed one by one, from a neuron of layer l through all later layers."""
    sizes = (3, 4, 2, 5, 3)
    for layer in range(1, len(sizes) - 1):
        listed = len(list(itertools.product(*(range(n) for n in sizes[layer + 1 :]))))
        product = 1
        for n in sizes[layer + 1 :]:
            product *= n
        yield f"from layer {layer}", listed, product


# -- numbers in the text --------------------------------------------------------------------------
def after_training(start: bp.Network) -> float:
    """The loss after the chapter's 4,000 steps on the four corners."""
    corners = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    labels = np.array([[0.0], [1], [1], [0]])
    bp.train(start, corners, labels, learning_rate=5.0, epochs=4000)
    return start.mean_loss(corners, labels)


def equal_start() -> bp.Network:
    """All weights equal."""
    return bp.Network([np.full((4, 2), 0.5), np.full((1, 4), 0.5)], [np.zeros(4), np.zeros(1)])


@functools.cache
def at_rest(start: float) -> tuple[float, float]:
    """The weight at which the chapter's descent on one weight ends, and its mean loss."""
    neuron = bp.Network([[[start]]], [[0.0]])
    X, Y = np.array([[0.5], [10.0]]), np.array([[0.95], [0.3]])
    for _ in range(20000):
        _, gradients = neuron.loss_and_gradients(X, Y)
        neuron.weights[0] -= 0.4 * gradients.dW[0]
    return float(neuron.weights[0][0, 0]), neuron.mean_loss(X, Y)


def steps_to_a_tenth(condition: float) -> int:
    """Steps with the best learning rate until the slowest component is a tenth of what it was."""
    rest, steps = 1.0, 0
    while rest > 0.1:
        rest, steps = rest * (condition - 1) / (condition + 1), steps + 1
    return steps


def slope_of_one_weight(w: float) -> float:
    """The slope of the mean loss of the chapter's neuron with one weight."""
    neuron = bp.Network([[[w]]], [[0.0]])
    _, gradients = neuron.loss_and_gradients([[0.5], [10.0]], [[0.95], [0.3]])
    return float(gradients.dW[0][0, 0])


def slope_of_sigmoid(u: float) -> float:
    """The derivative of the sigmoid."""
    return math.exp(-u) / (1 + math.exp(-u)) ** 2


def curvature_of_one_weight(w: float) -> float:
    """The second derivative of the mean loss of that neuron, from its slope on both sides."""
    return (slope_of_one_weight(w + 1e-4) - slope_of_one_weight(w - 1e-4)) / 2e-4


def right_minimum() -> float:
    """Where the slope changes its sign, by halving."""
    low, high = 4.0, 8.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if slope_of_one_weight(middle) < 0 else (low, middle)
    return low


numbers(PAGE, {"5.89": right_minimum, "5.80": lambda: at_rest(2.0)[0]})
numbers(
    PAGE,
    {  # where the path from the right creeps: the smaller input, and the curvature that it leaves
        "58": lambda: 10 * at_rest(2.0)[0],
        "2.9": lambda: 0.5 * at_rest(2.0)[0],
        "0.05": lambda: slope_of_sigmoid(0.5 * at_rest(2.0)[0]),
        "0.0003": lambda: curvature_of_one_weight(right_minimum()),
        "0.4": lambda: 0.4,
        "0.9999": lambda: 1 - 0.4 * curvature_of_one_weight(right_minimum()),
    },
    near="not even arrived",
)
numbers(PAGE, {"0.053": lambda: at_rest(0.3)[1], "0.1225": lambda: at_rest(2.0)[1]})
numbers(PAGE, {"116": lambda: steps_to_a_tenth(100)}, near="condition number")
numbers(
    PAGE,
    {
        "0.205": lambda: 0.205,
        "1.05": lambda: abs(1 - 0.205 * 10),
        "-1.05": lambda: 1 - 0.205 * 10,
        "2.65": lambda: abs(1 - 0.205 * 10) ** 20,
    },
)
numbers(PAGE, {"1.5": lambda: 1.5, "-1.5": lambda: -1.5}, near="from a ridge")
numbers(
    PAGE,
    {
        "0.125": lambda: after_training(bp.Network.random([2, 4, 1], init="zeros")),
        "0.084": lambda: after_training(equal_start()),
        "0.2": lambda: 2 * 1000 * 0.0001,
    },
)
numbers(PAGE, {"0.1": lambda: 2 * 1000 * 0.0001 / 2, "0.0001": lambda: 1e-4})
numbers(PAGE, {"0.01": lambda: 0.01, "0.001": lambda: 0.001})  # rates, chosen there
numbers(PAGE, {"0.25": lambda: 0.25, "0.5": lambda: 0.5, "0.95": lambda: 0.95, "0.3": lambda: 0.3})
