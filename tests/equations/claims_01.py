"""Chapter 1: the neuron and the network."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

import backprop as bp

from .claims import (
    ANY,
    Pairs,
    book_network,
    code,
    definition,
    estimate,
    inline,
    networks,
    numbers,
    read,
    transcribed,
    worked_example,
)
from .worlds import STEP, World, generic, generic_prime, network, small

PAGE = "01_the_neuron_and_the_network"
FREE = networks(ANY, ANY, ANY)
AS_GENERIC = (generic, generic_prime)
sigmoid = bp.activations.get("sigmoid").f


# -- one neuron -----------------------------------------------------------------------------------
def one_neuron(seed: int) -> list[World]:
    """Weights, inputs and a bias; ``u`` and ``h`` are written as one product of arrays."""

    def pre_activation(w: World, x: Any) -> Any:
        return np.sum(w.get("w") * x) + w.get("b")

    return [
        small(
            seed + n,
            lambda rng, n=n: {
                ("w", None): rng.normal(size=(n, 1)),
                ("x", None): rng.normal(size=(n, 1)),
                ("b", None): rng.normal(),
                ("n", None): n,
            },
            {"u": lambda w, layer: pre_activation(w, w.get("x"))},
            {"h": lambda w, layer, x: generic(pre_activation(w, x))},
            title=f"a neuron with {n} inputs",
        )
        for n in (3, 5)
    ]


read("eq-neuron-sum", worlds=one_neuron, kind="definition")
read("eq-neuron-bias-as-weight", worlds=one_neuron)


@code("eq-neuron-vector", "backprop.Network.predict", worlds=one_neuron, kind="definition")
def neuron(world: World) -> Any:
    """The package's network with a single neuron."""
    net = bp.Network([world.get("w").T], [[world.get("b")]], activation=AS_GENERIC)
    return net.predict(world.get("x")[:, 0])[0]


def second_hidden_neuron(seed: int) -> list[World]:
    """Neuron 2 of the fixture's hidden layer, which the chapter begins with."""
    net, x, _ = bp.load_example()
    given = {
        ("w", None): net.weights[0][1][:, None],
        ("x", None): x[:, None],
        ("b", None): net.biases[0][1],
        ("exact", None): np.array([0.3, 0.08, 0.5]),  # no rounded numbers in this sum
    }
    rules = {"u": lambda w, layer: np.sum(w.get("w") * w.get("x")) + w.get("b")}
    half = {("u", None): -0.5}
    return [
        small(seed, lambda rng: given, rules, title="hidden neuron 2 of the worked example"),
        small(seed, lambda rng: {**given, **half}, None, SIGMOID, title="the same, u rounded"),
    ]


# -- activations, each written in another way than on the page ------------------------------------
def by_step(f: Callable[[Any], Any]) -> dict[str, Any]:
    """A function and the derivative that a complex step of it gives."""
    return {
        "f": lambda w, layer, u: f(u),
        "f'": lambda w, layer, u: np.imag(f(u + 1j * STEP)) / STEP,
    }


def gelu_inner(u: Any) -> Any:
    """What stands inside the tanh of GELU, multiplied out."""
    return np.sqrt(2 / np.pi) * u + np.sqrt(2 / np.pi) * 0.044715 * u**3


def bent(left: float) -> Callable[[Any], Any]:
    """The identity on the right of zero and another slope on the left and at zero."""
    return lambda u: u * np.where(np.real(u) > 0, 1.0, left)


IDENTITY = by_step(lambda u: 1.0 * u)
SIGMOID = by_step(lambda u: 0.5 + 0.5 * np.tanh(u / 2))
TANH = by_step(lambda u: np.sinh(u) / np.cosh(u))
SOFTPLUS = {
    **by_step(lambda u: u / 2 + np.log(2 * np.cosh(u / 2))),
    "log": lambda w, layer, a: np.emath.log(a),
}
GELU = {
    "sqrt": lambda w, layer, a: np.emath.sqrt(a),  # a wrong variant has a negative radicand
    **by_step(lambda u: u / (1 + np.exp(-2 * gelu_inner(u)))),
    "g": lambda w, layer, u: gelu_inner(u),
    "g'": lambda w, layer, u: np.imag(gelu_inner(u + 1j * STEP)) / STEP,
}
RELU, LEAKY = by_step(bent(0.0)), by_step(bent(0.01))


def at_numbers(functions: dict[str, Any], *values: float) -> Any:
    """Worlds with one number ``u``: random, or the ones given (then whole, for the cases)."""

    def make(seed: int) -> list[World]:
        def numbers_of(rng: np.random.Generator, n: int) -> dict[Any, Any]:
            u = values[n] if values else 1.5 * rng.normal()
            constants = {("leak", None): 0.01, ("a", None): 0.044715, (r"\pi", None): np.pi}
            return {("u", None): u, **constants}

        return [
            small(
                seed + n,
                lambda rng, n=n: numbers_of(rng, n),
                OUTPUT,
                functions,
                title=f"u = {values[n]:g}" if values else "random numbers",
            )
            for n in range(len(values) or 3)
        ]

    return make


OUTPUT = {"x": lambda w, layer: w.functions["f"](w, None, w.get("u"))}
KINK = (2.0, -3.0, 0.0)


def activation(label: str, name: str, worlds: Any, **options: Any) -> None:
    """Claim the display of an activation, with the package's function for its first side."""

    @code(label, f"backprop.activations.{name}", worlds=worlds, kind="definition", **options)
    def value(world: World) -> Any:
        """The package's activation."""
        return bp.activations.get(name).f(np.array(world.get("u")))


def slope(label: str, name: str, worlds: Any, **options: Any) -> None:
    """Claim the display of a derivative, with the package's function for its first side."""

    @code(label, f"backprop.activations.{name}_derivative", worlds=worlds, **options)
    def value(world: World) -> Any:
        """The package's derivative."""
        return bp.activations.get(name).derivative(np.array(world.get("u")))


EVEN = {"u → -u": "the derivative is an even function"}
HOMOGENEOUS = {"u → 2\\,u": "the slope on either side of the kink is the same everywhere"}
activation("eq-neuron-sigmoid", "sigmoid", at_numbers(SIGMOID))
read("eq-neuron-numbers", worlds=lambda seed: second_hidden_neuron(seed)[:1])
read("eq-neuron-output", worlds=lambda seed: second_hidden_neuron(seed)[1:])


# -- why an activation ----------------------------------------------------------------------------
read("eq-affine-composition", "eq-affine-composition-proof", worlds=FREE)


def affine_in_two(seed: int) -> list[World]:
    """An affine function of two numbers."""
    return [
        small(
            seed + n,
            lambda rng: {("w", None): rng.normal(size=(2, 1)), ("b", None): rng.normal()},
            None,
            {"h": lambda w, layer, a, c: np.array([a, c]) @ w.get("w")[:, 0] + w.get("b")},
            title="a random affine function",
        )
        for n in range(3)
    ]


read("eq-parallelogram", worlds=affine_in_two)


def two_inputs(seed: int) -> list[World]:
    """Two numbers, and the two-neuron network of the chapter as `h`."""
    net = bp.Network([[[1, -1], [-1, 1]], [[1, 1]]], [[0, 0], [0]], "relu", "identity")
    return [
        small(
            seed + n,
            lambda rng: {("x", None): rng.normal(size=(2, 1))},
            None,
            {
                "h": lambda w, layer, x: net.predict(x[:, 0])[0],
                "max": lambda w, layer, pair: np.max(pair),
            },
            title="random points",
        )
        for n in range(4)
    ]


def turned(inside: str) -> dict[str, str]:
    """The maximum of two numbers, in either order."""
    zero_first = rf"\begin{{pmatrix}}0 & {inside}\end{{pmatrix}}"
    zero_last = rf"\begin{{pmatrix}}{inside} & 0\end{{pmatrix}}"
    return {f"{zero_first} → {zero_last}": "a maximum does not depend on the order"}


read(
    "eq-xor",
    worlds=two_inputs,
    equal={
        **turned("x_{1} - x_{2}"),
        **turned("x_{2} - x_{1}"),
        "x → -x": "exchanging the two inputs changes nothing, and here it is a change of sign",
    },
)


# -- which functions qualify ----------------------------------------------------------------------
def hidden_layer_of_q(seed: int) -> list[World]:
    """A network with one hidden layer of q neurons and a linear output."""

    def exact(w: World, layer: Any, x: Any) -> Any:
        total = 0.0
        for weights, bias, factor in zip(w.get("W"), w.get("b"), w.get("c"), strict=True):
            total += factor[0] * generic(np.sum(weights * x[:, 0]) + bias[0])
        return total

    return [
        small(
            seed + q,
            lambda rng, q=q, n=n: {
                ("W", None): rng.normal(size=(q, n)),
                ("x", None): rng.normal(size=(n, 1)),
                ("b", None): rng.normal(size=(q, 1)),
                ("c", None): rng.normal(size=(q, 1)),
                ("q", None): q,
                ("n", None): n,
            },
            None,
            {"h": exact},
            title=f"{n} inputs, {q} hidden neurons",
        )
        for q, n in ((4, 2), (3, 3))
    ]


@code(
    "eq-one-hidden-layer", "backprop.Network.predict", worlds=hidden_layer_of_q, kind="definition"
)
def one_hidden_layer(world: World) -> Any:
    """The package's network with two layers and a linear output."""
    weights, biases = [world.get("W"), world.get("c").T], [world.get("b")[:, 0], [0.0]]
    net = bp.Network(weights, biases, activation=AS_GENERIC, output_activation="identity")
    return net.predict(world.get("x")[:, 0])[0]


definition("eq-dense", "d4fbc26e8c86", "what the cited theorem means by approximating a function")
definition("eq-lipschitz", "73b4da3dbbe8", "the condition “locally Lipschitz”")
definition("eq-training-goal", "4796fe0f3e8a", "what training is asked to do")


def on_a_piece(seed: int) -> list[World]:
    """Pieces t_1 < … < t_{q+1}, a function g, its slopes, and h by NumPy's interpolation."""

    def g(w: World, layer: Any, t: Any) -> Any:
        return np.sin(t) + 0.3 * t**2

    def slopes(w: World) -> Any:
        t = w.get("t")[:, 0]
        return np.array(
            [(g(w, None, b) - g(w, None, a)) / (b - a) for a, b in itertools.pairwise(t)]
        )

    def changes(w: World, layer: Any) -> Any:
        s = slopes(w)
        return np.array([s[0], *(s[1:] - s[:-1])])[:, None]

    worlds = []
    for n, q in enumerate((3, 4, 5)):
        rng = np.random.default_rng(seed + n)
        t = np.cumsum(rng.uniform(0.3, 1.0, q + 1))
        piece = int(rng.integers(q))
        x = rng.uniform(t[piece], t[piece + 1])
        worlds.append(
            small(
                seed + n,
                lambda rng, t=t, q=q, x=x: {
                    ("t", None): t[:, None],
                    ("q", None): q,
                    ("x", None): x,
                },
                {"s": lambda w, layer: slopes(w)[:, None], "c": changes},
                {
                    "g": g,
                    "h": lambda w, layer, x, t=t: np.interp(x, t, g(w, None, t)),
                    "max": lambda w, layer, pair: np.max(pair),
                },
                title=f"{q} pieces",
            )
        )
        worlds[-1].piece = piece + 1
    return worlds


read(
    "eq-broken-line-slopes",
    worlds=on_a_piece,
    kind="definition",
    where={
        "i": lambda world: range(1, int(world.get("q")) + 1),
        "j": lambda world: range(2, int(world.get("q")) + 1),
    },
)
read("eq-broken-line", worlds=on_a_piece, equal=turned("x - t_{i}"))


def in_the_unit_interval(seed: int) -> list[World]:
    """Points of either half, and the tent as the lower of its two sides."""
    return [
        small(
            seed + n,
            lambda rng, at=at: {("x", None): at + 0.3 * rng.uniform()},
            None,
            {
                "t": lambda w, layer, x: min(2 * x, 2 - 2 * x),
                "max": lambda w, layer, pair: np.max(pair),
            },
            title="a point of the unit interval",
        )
        for n, at in enumerate((0.1, 0.6, 0.15, 0.65))
    ]


read(
    "eq-tent",
    worlds=in_the_unit_interval,
    functions={"t"},
    equal={**turned("x"), **turned(r"x - \frac{1}{2}")},
)
read("eq-broken-line-mean", worlds=on_a_piece, where={"i": lambda world: [world.piece]})


def wavy(t: Any) -> Any:
    """The function that the chapter imitates."""
    return np.sin(t) + 0.5 * np.sin(2 * t)


def broken_line(t: Any) -> bp.Network:
    """The chapter's construction, knot by knot."""
    slopes = [(wavy(b) - wavy(a)) / (b - a) for a, b in itertools.pairwise(t)]
    changes = [s - before for s, before in zip(slopes, [0.0, *slopes], strict=False)]
    hidden = [[1.0]] * len(changes)
    return bp.Network([hidden, [changes]], [[-a for a in t[:-1]], [wavy(t[0])]], "relu", "identity")


@estimate("eq-broken-line-error", "97045790d6bb", package="backprop.Network.predict")
def error_of_broken_line(rng: np.random.Generator) -> Pairs:
    """The bound holds at all of 2,000 points, and is attained where the chord is level."""
    t = np.cumsum(rng.uniform(0.2, 0.8, 9))
    x = rng.uniform(t[0], t[-1], 2000)
    h = broken_line(t).predict(x[:, None])[:, 0]
    piece = np.searchsorted(t, x) - 1
    ends = [np.abs(wavy(x) - wavy(t[piece + k])) for k in (0, 1)]
    yield "share of points", np.mean(np.abs(wavy(x) - h) <= np.maximum(*ends) + 1e-12), 1.0
    level = np.array([0.3, np.pi - 0.3]), np.linspace(0.4, 2.6, 7)
    made = np.interp(level[1], level[0], np.sin(level[0]))
    ends = [np.abs(np.sin(level[1]) - np.sin(end)) for end in level[0]]
    yield "a level chord", np.abs(np.sin(level[1]) - made), np.maximum(*ends)


@transcribed("eq-slope-integral", "c5c6a00e327c", package="backprop.activations.get")
def slope_integral(rng: np.random.Generator) -> Pairs:
    """Gauss-Legendre quadrature of each derivative, on either side of zero."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    u, v = -rng.uniform(0.5, 2.5), rng.uniform(0.5, 2.5)
    for name in ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu"):
        a = bp.activations.get(name)
        area = 0.0
        for low, high in ((u, 0.0), (0.0, v)):
            t = (low + high) / 2 + (high - low) / 2 * nodes
            area += (high - low) / 2 * float(weights @ a.derivative(t))
        yield name, float(a.f(np.array(v)) - a.f(np.array(u))), area


read(
    "eq-step",
    worlds=at_numbers({"f": lambda w, layer, u: float(np.heaviside(u, 0.0))}, *KINK),
    kind="definition",
    equal=HOMOGENEOUS,
)


# -- the gallery ----------------------------------------------------------------------------------
slope("eq-gallery-sigmoid", "sigmoid", at_numbers(SIGMOID), equal=EVEN)
read("eq-gallery-sigmoid-symmetry", worlds=at_numbers(SIGMOID))
activation("eq-gallery-tanh", "tanh", at_numbers(TANH))
slope("eq-gallery-tanh-slope", "tanh", at_numbers(TANH), equal=EVEN)
read("eq-gallery-tanh-sigmoid", worlds=at_numbers(TANH))
activation(
    "eq-gallery-relu",
    "relu",
    at_numbers({**RELU, "max": lambda w, layer, pair: np.max(pair)}, *KINK),
    equal=turned("u"),
)
slope("eq-gallery-relu-slope", "relu", at_numbers(RELU, *KINK), equal=HOMOGENEOUS)
activation("eq-gallery-leaky", "leaky_relu", at_numbers(LEAKY, *KINK), equal=HOMOGENEOUS)
activation("eq-gallery-softplus", "softplus", at_numbers(SOFTPLUS))
slope("eq-gallery-softplus-output", "softplus", at_numbers(SOFTPLUS))
activation("eq-gallery-gelu", "gelu", at_numbers(GELU))
slope(
    "eq-gallery-gelu-slope",
    "gelu",
    at_numbers(GELU),
    equal={
        "g(u) → -g(u)": "the square of tanh is an even function",
        "u → -u": "the square of tanh, g' and u² are even functions, g is an odd one",
    },
)


inline(PAGE, "f'(u)=1", worlds=at_numbers(IDENTITY), equal=EVEN | HOMOGENEOUS)
inline(PAGE, "f'(u)=x(1-x)", worlds=at_numbers(SIGMOID), equal=EVEN)
inline(PAGE, "f'(u)=1-x^2", worlds=at_numbers(TANH), equal=EVEN)


# -- layers ---------------------------------------------------------------------------------------
def package(world: World, activation: Any = AS_GENERIC) -> bp.Network:
    """The package's own network with the world's parameters."""
    layers = range(1, len(world.sizes))
    weights, biases = [world.get("W", n) for n in layers], [world.get("b", n)[:, 0] for n in layers]
    return bp.Network(weights, biases, activation=activation)


@code(
    "eq-layer",
    "backprop.Network.forward",
    worlds=networks(ANY, ANY, ANY, ANY),
    kind="definition",
    where={"l": lambda world: range(1, len(world.sizes))},
)
def layer(world: World, l: int) -> Any:  # noqa: E741 - the index of the display
    """The package's forward pass."""
    return package(world).forward(world.get("x", 0)[:, 0]).u[l - 1]


read(
    "eq-layer-row",
    worlds=networks(ANY, 4, 4),
    kind="definition",
    where={"l": lambda world: range(1, len(world.sizes))},
)


@code("eq-network-mapping", "backprop.Network.predict", worlds=FREE, kind="definition")
def network_mapping(world: World) -> Any:
    """The package's prediction."""
    return package(world).predict(world.get("x", 0)[:, 0])


# -- the 3-4-2 network ----------------------------------------------------------------------------
@code(
    "eq-example-hidden",
    "backprop.example.forward",
    kind="definition",
    worlds=networks(3, 4, 2, activation="sigmoid"),
)
def example_hidden(world: World, i: int) -> Any:
    """The package's element-by-element forward pass."""
    return element_by_element(world).x1[i - 1]


@code(
    "eq-example-output",
    "backprop.example.forward",
    kind="definition",
    worlds=networks(3, 4, 2, activation="sigmoid"),
)
def example_output(world: World, k: int) -> Any:
    """The package's element-by-element forward pass."""
    return element_by_element(world).x2[k - 1]


def element_by_element(world: World) -> Any:
    """The forward pass of `backprop.example`."""
    W1, W2 = world.get("W", 1), world.get("W", 2)
    b1, b2, x = world.get("b", 1)[:, 0], world.get("b", 2)[:, 0], world.get("x", 0)[:, 0]
    return bp.example.forward(W1, b1, W2, b2, x)


read("eq-example-hidden-matrix", worlds=networks(3, 4, ANY), kind="definition")
read(
    "eq-example-hidden-numbers",
    "eq-example-hidden-outputs",
    "eq-example-output-numbers",
    worlds=worked_example,
)
read("eq-example-composite-element", worlds=book_network)


@code("eq-example-composite", "backprop.Network.predict", worlds=book_network)
def example_composite(world: World) -> Any:
    """The package's prediction."""
    return package(world).predict(world.get("x", 0)[:, 0])


# -- moving weights, and what is to be found ------------------------------------------------------
def permuted(seed: int) -> list[World]:
    """Networks with a permutation of the hidden neurons that is not its own inverse."""
    worlds = []
    for n, sizes in enumerate([(3, 4, 2), (3, 3, 3)]):
        world = network(seed + n, sizes)
        world.given["S", None] = np.roll(np.eye(sizes[1]), 1, axis=0)
        worlds.append(world)
    return worlds


read("eq-permutation", worlds=permuted)


def permuted_column(seed: int) -> list[World]:
    """A column and a permutation that is not its own inverse."""
    return [
        small(
            seed + n,
            lambda rng, n=n: {
                ("S", None): np.roll(np.eye(n), 1, axis=0),
                ("u", None): rng.normal(size=(n, 1)),
            },
        )
        for n in (3, 4)
    ]


inline(PAGE, "f(Su)=Sf(u)", worlds=permuted_column)


def counted(seed: int) -> list[World]:
    """Networks whose parameters are counted one by one."""
    worlds = networks(ANY, ANY, ANY)(seed)
    for world in worlds:
        world.rules = {
            **world.rules,
            "P": lambda w, layer: sum(
                np.size(v) for (name, _), v in w.given.items() if name in {"W", "b"}
            ),
        }
    return worlds


read("eq-parameter-count", worlds=counted, kind="definition")


# -- numbers in the text --------------------------------------------------------------------------
net, x, y = bp.load_example()
output = net.predict(x)
hidden_2 = float(net.weights[0][1] @ x + net.biases[0][1])


def largest_error(pieces: int) -> float:
    """The largest error of the broken line on the chapter's grid."""
    t = np.linspace(0, 6, 24001)
    return float(
        np.abs(broken_line(np.linspace(0, 6, pieces + 1)).predict(t[:, None])[:, 0] - wavy(t)).max()
    )


numbers(
    PAGE,
    {  # the first neuron
        "-0.6": lambda: net.weights[0][1, 0],
        "0.4": lambda: net.weights[0][1, 1],
        "0.1": lambda: net.weights[0][1, 2],
        "-0.2": lambda: net.biases[0][1],
        "0.5": lambda: x[0],
        "0.8": lambda: x[2],
    },
    near="Take a neuron",
)
numbers(
    PAGE,
    {  # raising its bias
        "-0.2": lambda: net.biases[0][1],
        "0.3": lambda: net.biases[0][1] + 0.5,
    },
    near="The bias is raised",
)
numbers(
    PAGE,
    {
        "0.5": lambda: sigmoid(np.array(hidden_2 + 0.5)),
        "0.88": lambda: sigmoid(np.array(hidden_2)) + 0.5,
        "0.3775": lambda: sigmoid(np.array(hidden_2)),
    },
    near="which is 0.3775",
)
numbers(
    PAGE,
    {
        "0.5": lambda: sigmoid(np.array(hidden_2 + 0.5)),
        "-0.5": lambda: hidden_2,
    },
    near="with the factor",
)
numbers(
    PAGE,
    {  # the broken line
        "0.316": lambda: largest_error(6),
        "0.082": lambda: largest_error(12),
        "0.16": lambda: largest_error(6) / 2,
        "0.08": lambda: largest_error(6) / 4,
    },
)


def teeth(layers: int) -> int:
    """The straight pieces of tents one inside the other, counted by their bends."""
    x = np.linspace(0, 1, 2 ** (layers + 2) + 1)
    y = x
    for _ in range(layers):
        y = 2 * np.maximum(0, y) - 4 * np.maximum(0, y - 0.5)
    return 1 + int(np.sum(np.abs(np.diff(y, 2)) > 1e-9))


numbers(PAGE, {"1023": lambda: teeth(10) - 1, "20": lambda: 2 * 10}, near="Feed the tent")
grid = np.linspace(-6, 6, 240001)
gelu = bp.activations.get("gelu")


def root_of_gelu(low: float, high: float) -> float:
    """Where GELU takes the value -0.1, by halving."""
    left = gelu.f(np.array(low)) > -0.1
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (gelu.f(np.array(middle)) > -0.1) == left else (low, middle)
    return low


numbers(
    PAGE,
    {  # the gallery
        "0.01": lambda: bp.activations.get("leaky_relu").derivative(np.array(-1.0)),
        "-0.17": lambda: gelu.f(grid).min(),
        "1.13": lambda: np.abs(gelu.derivative(grid)).max(),
        "-0.1000": lambda: gelu.f(
            np.array([root_of_gelu(-3.0, -1.0), root_of_gelu(-0.7, 0.0)])
        ).mean(),
        "-0.1276": lambda: gelu.derivative(np.array(root_of_gelu(-3.0, -1.0))),
        "0.3054": lambda: gelu.derivative(np.array(root_of_gelu(-0.7, 0.0))),
        "-1.5034": lambda: root_of_gelu(-3.0, -1.0),
        "-0.2489": lambda: root_of_gelu(-0.7, 0.0),
    },
)
numbers(PAGE, {"0.6794": lambda: output[0], "0.3603": lambda: output[1]})
numbers(
    PAGE,
    {
        "26": lambda: sum(p.size for p in (*net.weights, *net.biases)),
        "8": lambda: (net.weights[1] @ net.weights[0]).size + net.biases[1].size,
        "24": lambda: np.prod([1, 2, 3, 4]),
    },
)
