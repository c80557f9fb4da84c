"""Chapter 5: the recursion and the algorithm."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import backprop as bp

from .claims import (
    ANY,
    code,
    estimate,
    inline,
    networks,
    number,
    numbers,
    read,
)
from .claims_02 import backward, forward, package
from .worlds import NETWORK_RULES, World, generic, generic_prime, network, small

PAGE = "05_the_recursion_and_the_algorithm"


def deep(seed: int) -> list[World]:
    """Networks of three layers; where each has its own activation, layers cannot be mixed up."""
    return [
        network(seed, (3, 4, 2, 5)),
        network(seed + 1, (5, 3, 4, 2), "layered"),
        network(seed + 2, (3, 3, 3, 3), "layered"),
    ]


def layers(world: World) -> range:
    """1 to D."""
    return range(1, len(world.sizes))


def if_alike(world: World) -> bool:
    """Whether the package's network, which has one hidden activation, can be this one."""
    return world.activation == "generic"


def by_components(seed: int) -> list[World]:
    """Networks in which an index has the same range in every layer that the layer index takes."""
    return [
        network(seed, (3, 4, 2)),
        network(seed + 1, (5, 2, 4), "layered"),
        network(seed + 2, (4, 3, 3, 3), "layered"),
    ]


def shorter(first: str, last: str) -> dict[str, str]:
    """Ranges that leave out a layer: true as well; tests/notebooks checks the printed ranges."""
    reason = "a statement about fewer layers, true as well; a test holds the range to all layers"
    return {f"l={first} → l={a}": reason for a in last.split(" or ")}


def equal_layers(seed: int) -> list[World]:
    """Networks whose layers, but not the input, are of one width."""
    return [network(seed, (5, 3, 3)), network(seed + 1, (2, 4, 4, 4), "layered")]


ALL = shorter(r"1,\dots,D", r"2,\dots,D or 1,\dots,D - 1")
HIDDEN = shorter(r"1,\dots,D - 1", r"2,\dots,D - 1 or 1,\dots,D - 1 - 1")
DOWN = shorter(r"D - 1,\dots,1", r"D - 1 - 1,\dots,1")


# -- the network and its error terms --------------------------------------------------------------
@code("eq-general-forward", "backprop.Network.forward", worlds=deep, kind="definition", equal=ALL)
def general_forward(world: World, l: int) -> Any:  # noqa: E741 - the index of the display
    """The package's pre-activation."""
    return forward(world).u[l - 1] if if_alike(world) else None


@code("eq-general-loss", "backprop.Network.mean_loss", worlds=deep)
def general_loss(world: World) -> Any:
    """The package's loss of one sample."""
    if not if_alike(world):
        return None
    return package(world).mean_loss(world.get("x", 0)[:, 0], world.get("y")[:, 0])


@code(
    "eq-error-term", "backprop.Network.backward", worlds=equal_layers, kind="definition", equal=ALL
)
def error_term(world: World, l: int) -> Any:  # noqa: E741
    """The package's error term."""
    return backward(world).delta[l - 1] if if_alike(world) else None


def chains(seed: int) -> list[World]:
    """One neuron in each of three layers, whose activations differ; all quantities are numbers."""
    worlds = [network(seed + n, (1, 1, 1, 1), "layered") for n in range(3)]
    for world in worlds:
        world.given = {key: value.item() for key, value in world.given.items() if key[0] in "Wbxy"}
        world.rules = {
            "u": lambda w, l: w.get("W", l) * w.get("x", l - 1) + w.get("b", l),  # noqa: E741
            "x": lambda w, l: w.functions["f"](w, l, w.get("u", l)),  # noqa: E741
            "L": lambda w, l: 0.5 * (w.get("x", 3) - w.get("y")) ** 2,  # noqa: E741
            r"\delta": lambda w, l: w.gradient(("u", l)),  # noqa: E741
        }
    return worlds


read("eq-chain-of-neurons", "eq-chain-steps", worlds=chains)
read("eq-last-output-gradient", worlds=deep)


@code("eq-delta-last", "backprop.Network.backward", worlds=deep)
def delta_last(world: World) -> Any:
    """The package's error term of the last layer."""
    return backward(world).delta[-1] if if_alike(world) else None


@code("eq-step-down", "backprop.Network.backward", worlds=deep, equal=HIDDEN)
def step(world: World, l: int) -> Any:  # noqa: E741
    """The package's error term of a hidden layer."""
    return backward(world).delta[l - 1] if if_alike(world) else None


read("eq-step-elements", worlds=by_components)


@code("eq-recursion", "backprop.Network.backward", worlds=deep, equal=DOWN)
def recursion(world: World) -> Any:
    """The package's error term of the last layer; `eq-step-down` has those of the others."""
    return backward(world).delta[-1] if if_alike(world) else None


read("eq-three-layers", worlds=deep)


@code("eq-parameter-gradients", "backprop.Network.backward", worlds=deep, equal=ALL)
def parameter_gradients(world: World, l: int) -> Any:  # noqa: E741
    """The package's gradient of the weights."""
    return backward(world).dW[l - 1] if if_alike(world) else None


@code("eq-input-gradient", "backprop.Network.backward", worlds=deep)
def input_gradient(world: World) -> Any:
    """The package's gradient of the input."""
    return backward(world).dx if if_alike(world) else None


@code("eq-depth-two", "backprop.Network.backward", worlds=networks(ANY, ANY, ANY))
def depth_two(world: World) -> Any:
    """The package's error term of the last layer."""
    return backward(world).delta[1]


@estimate("eq-delta-bound", "337236f9c518", package="backprop.Network.backward")
def delta_bound(rng: np.random.Generator) -> Iterator[tuple[str, Any, Any]]:
    """How often the bound holds in random networks of sigmoids, of four layers: always."""
    holds = []
    for _ in range(50):
        sizes = rng.integers(1, 6, size=5)
        Ws = [3 * rng.normal(size=(n, before)) for before, n in itertools.pairwise(sizes)]
        net = bp.Network(Ws, [rng.normal(size=n) for n in sizes[1:]])
        x, y = rng.normal(size=sizes[0]), rng.normal(size=sizes[-1])
        length = [np.linalg.norm(delta) for delta in net.backward(net.forward(x), y).delta]
        holds += [
            length[n] <= 0.25 * np.linalg.norm(Ws[n + 1]) * length[n + 1] * (1 + 1e-12)
            for n in range(3)
        ]
    yield "share of the layers for which it holds", np.mean(holds), 1.0


# -- batches --------------------------------------------------------------------------------------
def batches(seed: int) -> list[World]:
    """As `deep`; ``X``, ``U``, ``Delta``, ``Y`` hold a sample in each row, ``e`` is all ones."""
    worlds = deep(seed)
    for world in worlds:
        m = len(world.samples)
        world.given["e", None] = np.ones((m, 1))
        world.given["Y", None] = np.hstack([y for _, y in world.samples]).T
        world.rules = {
            **NETWORK_RULES,
            "X": in_rows("x"),
            "U": in_rows("u"),
            r"\Delta": in_rows(r"\delta"),
        }
    return worlds


def in_rows(name: str) -> Callable[[World, int | None], Any]:
    """Return the rule for the matrix whose rows are the samples' columns."""

    def rule(world: World, layer: int | None) -> Any:
        columns = [world.sample(s).get(name, layer) for s in range(1, len(world.samples) + 1)]
        return np.hstack(columns).T

    return rule


def whole_batch(world: World) -> tuple[bp.Forward, bp.Gradients]:
    """The package's passes over all samples at once."""
    X, Y = (np.hstack(columns).T for columns in zip(*world.samples, strict=True))
    at = package(world).forward(X)
    return at, package(world).backward(at, Y)


read("eq-batch-row", worlds=batches, equal=ALL)


@code("eq-batch-forward", "backprop.Network.forward", worlds=batches, equal=ALL)
def batch_forward(world: World, l: int) -> Any:  # noqa: E741
    """The package's pre-activations of a batch."""
    return whole_batch(world)[0].u[l - 1] if if_alike(world) else None


@code("eq-batch-recursion", "backprop.Network.backward", worlds=batches, equal=DOWN)
def batch_recursion(world: World) -> Any:
    """The package's error terms of a batch, in the last layer."""
    return whole_batch(world)[1].delta[-1] if if_alike(world) else None


@code("eq-batch-weights", "backprop.Network.backward", worlds=batches, equal=ALL)
def batch_weights(world: World, l: int) -> Any:  # noqa: E741
    """The package's gradient of the mean loss."""
    return whole_batch(world)[1].dW[l - 1] if if_alike(world) else None


@code("eq-batch-biases", "backprop.Network.backward", worlds=batches, equal=ALL)
def batch_biases(world: World, l: int) -> Any:  # noqa: E741
    """The package's gradient of the mean loss."""
    return whole_batch(world)[1].db[l - 1] if if_alike(world) else None


# -- the cost -------------------------------------------------------------------------------------
@code("eq-sweep-cost", "backprop.counting", worlds=deep)
def sweep_cost(world: World) -> Any:
    """The multiplications that the package's backward pass does, counted while it runs."""
    if not if_alike(world):
        return None
    net, x, y = package(world), world.get("x", 0)[:, 0], world.get("y")[:, 0]
    with bp.counting() as ahead:
        net.forward(x)
    with bp.counting() as both:
        net.backward(net.forward(x), y, input_gradient=False)
    return float(both.matrix - ahead.matrix)


# -- equations in the text ------------------------------------------------------------------------
def lemma_worlds(composite: bool) -> Callable[[int], list[World]]:
    """``v = Wx + b``, or ``u = Wx + b`` and ``v = g(u)``, and a number that depends on v."""

    def affine(w: World, layer: Any) -> Any:
        return w.get("W") @ w.get("x") + w.get("b")

    rules: dict[str, Any] = {
        r"\varphi": lambda w, layer: np.sum(w.get("C") * np.exp(w.get("v"))),
        **(
            {"u": affine, "v": lambda w, layer: generic(w.get("u"))} if composite else {"v": affine}
        ),
    }
    return lambda seed: [
        small(
            seed + p,
            lambda rng, p=p, n=n: {
                ("W", None): rng.normal(size=(p, n)),
                ("x", None): rng.normal(size=(n, 1)),
                ("b", None): rng.normal(size=(p, 1)),
                ("C", None): rng.normal(size=(p, 1)),
            },
            rules,
            {"g": lambda w, layer, u: generic(u), "g'": lambda w, layer, u: generic_prime(u)},
            title=f"a {p} × {n} matrix",
        )
        for p, n in ((2, 4), (3, 3))
    ]


inline(
    PAGE,
    r"\nabla_W\varphi=(\nabla_v\varphi)\,x^\top",
    r"\nabla_b\varphi=\nabla_v\varphi",
    r"\nabla_x\varphi=W^\top\nabla_v\varphi",
    worlds=lemma_worlds(composite=False),
)
inline(
    PAGE,
    r"\nabla_u\varphi=(\nabla_v\varphi)\odot g'(u)",
    r"\nabla_x\varphi=W^\top\big((\nabla_v\varphi)\odot g'(u)\big)",
    worlds=lemma_worlds(composite=True),
)
inline(
    PAGE,
    r"u^{(l)}=W^{(l)}x^{(l-1)}+b^{(l)}",
    r"x^{(l)}=f^{(l)}(u^{(l)})",
    r"\nabla_{W^{(l)}}L=\delta^{(l)}\big(x^{(l-1)}\big)^\top",
    r"\nabla_{b^{(l)}}L=\delta^{(l)}",
    worlds=deep,
    where={"l": layers},
)
inline(PAGE, r"\delta^{(D)}=(x^{(D)}-y)\odot f^{(D)\prime}(u^{(D)})", worlds=deep)
inline(
    PAGE,
    r"\delta^{(l-1)}=\big(\big(W^{(l)}\big)^\top\delta^{(l)}\big)\odot f^{(l-1)\prime}(u^{(l-1)})",
    worlds=deep,
    where={"l": lambda world: range(2, len(world.sizes))},
)
inline(
    PAGE,
    r"u^{(l+1)}=W^{(l+1)}x^{(l)}+b^{(l+1)}",
    worlds=deep,
    where={"l": lambda world: range(1, len(world.sizes) - 1)},
)


# -- numbers in the text --------------------------------------------------------------------------
_, x, y = bp.load_example()
rng = np.random.default_rng(2)
SIZES = (3, 4, 4, 2)
weights = [rng.normal(size=(n, before)).round(1) for before, n in itertools.pairwise(SIZES)]
biases = [rng.normal(size=n).round(1) for n in SIZES[1:]]
net = bp.Network(weights, biases)
at = net.forward(x)
gradients = net.backward(at, y)
delta = gradients.delta
slopes = [bp.activations.sigmoid_derivative(u) for u in at.u]
numbers(
    PAGE,
    {
        "0.1029": lambda: at.x[3][0],
        "0.9019": lambda: at.x[3][1],
        "0.8091": lambda: net.mean_loss(x, y),
        "-0.0828": lambda: delta[2][0],
        "0.0923": lambda: slopes[2][0],
        "-1.7": lambda: weights[2][0, 0],
        "1.1": lambda: weights[2][1, 0],
        "0.2453": lambda: slopes[1][0],
        "0.0798": lambda: delta[2][1],
        "0.2286": lambda: weights[2][:, 0] @ delta[2],
        "0.0561": lambda: delta[1][0],
        "0.4207": lambda: at.x[1][0],
        "0.0236": lambda: gradients.dW[1][0, 0],
        "0.1150": lambda: np.linalg.norm(delta[2]),
        "0.0636": lambda: np.linalg.norm(delta[1]),
        "0.0183": lambda: np.linalg.norm(delta[0]),
    },
)


@number(PAGE, "32")
def paths_from_one_input() -> int:
    """Paths from one input to the loss."""
    return int(np.prod(SIZES[1:]))


@number(PAGE, "36")
def forward_cost() -> int:
    """Multiplications of the forward pass."""
    return sum(W.size for W in weights)
