r"""Numbers to evaluate formulas on, and the oracle that judges them.

A `World` holds given quantities (weights, input, label) and rules for the others (``u``, ``x``,
``L``). The rules are a forward pass written from the definitions alone; nothing here imports
`backprop`. A derivative is a complex step: one entry moves by :math:`10^{-30}\,\mathrm i`,
everything that follows from it is computed again, and the imaginary part divided by
:math:`10^{-30}` is the derivative, without any difference being formed. So nothing in this module
knows a rule of differentiation, except the analytic :math:`f'` of the activation, which a test
checks by the same step.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .tree import Node

Value = Any
"""A scalar, or a two-dimensional array: a column is (n, 1), a row (1, n)."""

Key = tuple[str, int | None]
Rule = Callable[["World", int | None], Value]
Function = Callable[["World", int | None, Value], Value]

STEP = 1e-30
FIXTURE = Path(__file__).parents[2] / "src" / "backprop" / "data" / "example_342.json"


class UnknownError(Exception):
    """The world does not know a symbol."""


class NestedError(Exception):
    """A derivative of a quantity that is itself found by a complex step."""


class World:
    r"""Given values, rules for the rest, and what has been computed so far.

    Parameters
    ----------
    given : mapping from (name, layer) to value
        ``("W", 1)``, ``("x", 0)``, ``("y", None)`` …
    rules : mapping from name to rule
        A rule gets the world and the layer, and returns the value.
    functions : mapping from name to function
        ``"f"``, ``"f'"``, ``"h"``; a function gets the world, the layer and its argument.
    sizes : sequence of int
        Layer sizes :math:`n_0, …, n_D`, for the symbols ``n_l`` and ``D``.
    samples : sequence of (x, y)
        For ``x^{[s]}``, ``L_s`` and the mean.
    base : key
        What ``\nabla`` without subscript differentiates by.

    Attributes
    ----------
    moving : set of keys
        What a differential ``d`` moves.
    aliases : mapping from name to key
        Second names: ``\theta`` for one of the parameters.
    small : key or None
        What shrinks when a remainder ``O(…)`` or ``o(…)`` is examined.
    printed_sizes : mapping from text to node
        Sizes printed as numbers that this world reads as its own: ``4`` as ``n_1``.
    activation : str
        Name of a network's activation.
    """

    def __init__(
        self,
        given: Mapping[Key, Value],
        rules: Mapping[str, Rule],
        functions: Mapping[str, Function],
        sizes: Sequence[int] = (),
        samples: Sequence[tuple[Value, Value]] = (),
        base: Key | None = None,
        title: str = "",
        seed: int = 0,
    ) -> None:
        self.given = dict(given)
        self.rules = rules
        self.functions = functions
        self.sizes = tuple(sizes)
        self.samples = samples
        self.base = base
        self.title = title
        self.seed = seed
        self.moving: frozenset[Key] = frozenset()
        self.aliases: dict[str, Key] = {}
        self.small: Key | None = None
        self.printed_sizes: dict[str, Node] = {}
        self.activation = ""
        self.moved = False
        self.computed: dict[Key, Value] = {}
        self.memo: dict[tuple[Node, tuple[Any, ...]], Value] = {}
        self.neighbours: dict[Any, World] = {}

    def key(self, name: str, layer: int | None) -> Key:
        """Resolve the book's short forms: ``x`` is ``x^{(0)}``, ``w_{ij}`` an entry of ``W``."""
        if layer is None and name in self.aliases:
            return self.aliases[name]
        if name == "x" and layer is None and ("x", 0) in self.given:
            return "x", 0
        if len(name) == 1 and name.islower() and not self.knows(name, layer):
            return name.upper(), layer
        return name, layer

    def knows(self, name: str, layer: int | None) -> bool:
        """Whether a value or a rule exists under this very name."""
        return (name, layer) in self.given or name in self.rules

    def get(self, name: str, layer: int | None = None) -> Value:
        """Value of a quantity, computed when first asked for."""
        key = self.key(name, layer)
        if key in self.given:
            return self.given[key]
        if key not in self.computed:
            if key[0] not in self.rules:
                raise UnknownError(
                    f"{name}{'' if layer is None else f'^({layer})'} means nothing here"
                )
            self.computed[key] = self.rules[key[0]](self, key[1])
        return self.computed[key]

    def having(self, changes: Mapping[Key, Value]) -> World:
        """Return a copy in which some quantities have other values and all else follows."""
        world = World(
            {**self.given, **changes},
            self.rules,
            self.functions,
            self.sizes,
            self.samples,
            self.base,
            self.title,
            self.seed,
        )
        world.aliases, world.small, world.printed_sizes = (
            self.aliases,
            self.small,
            self.printed_sizes,
        )
        world.moved = self.moved or any(np.iscomplexobj(v) for v in changes.values())
        return world

    def nudged(self, key: Key, place: tuple[int, int] | None) -> World:
        """Return the world in which one entry has moved by the complex step."""
        if self.moved:
            raise NestedError(f"a second complex step, by {key[0]}")
        if (key, place) not in self.neighbours:
            value = np.array(self.get(*key), dtype=complex)
            if place is None:
                value = value[()] + 1j * STEP
            else:
                value[place] += 1j * STEP
            self.neighbours[key, place] = self.having({key: value})
        return self.neighbours[key, place]

    def derivative(self, quantity: Callable[[World], Value], key: Key, place: Any) -> Value:
        """Derivative of a quantity with respect to one entry."""
        return np.imag(quantity(self.nudged(key, place))) / STEP

    def gradient(self, key: Key, quantity: Callable[[World], Value] | None = None) -> Value:
        """Gradient of a scalar (the loss), in the shape of the variable."""
        quantity = quantity or (lambda world: world.get("L"))
        value = self.get(*key)
        if np.ndim(value) == 0:
            return self.derivative(quantity, key, None)
        out = np.zeros(value.shape)
        for place in np.ndindex(value.shape):
            out[place] = self.derivative(quantity, key, place)
        return out

    def drifting(self) -> World:
        """Return the world in which what is in `moving` moves in a random direction: ``d``."""
        if self.moved:
            raise NestedError("a differential inside a derivative")
        if "drift" not in self.neighbours:
            rng = np.random.default_rng(self.seed + 1)
            values = {key: self.get(*key) for key in sorted(self.moving, key=str)}
            self.neighbours["drift"] = self.having(
                {k: v + 1j * STEP * rng.normal(size=np.shape(v)) for k, v in values.items()}
            )
        return self.neighbours["drift"]

    def sample(self, number: int) -> World:
        """Return the world of sample `number` (from 1)."""
        if not 1 <= number <= len(self.samples):
            raise IndexError(f"sample {number} of {len(self.samples)}")
        if number not in self.neighbours:
            x, y = self.samples[number - 1]
            self.neighbours[number] = self.having({("x", 0): x, ("y", None): y})
        return self.neighbours[number]


# -- activations ----------------------------------------------------------------------------------
def generic(u: Value) -> Value:
    """Neither odd nor even, no fixed slope: few wrong formulas survive it."""
    return np.tanh(u) + 0.3 * u**2


def generic_prime(u: Value) -> Value:
    """Derivative of `generic`."""
    return 1 - np.tanh(u) ** 2 + 0.6 * u


def sigmoid(u: Value) -> Value:
    """Logistic function."""
    return 1 / (1 + np.exp(-u))


def sigmoid_prime(u: Value) -> Value:
    """Derivative of `sigmoid`."""
    return np.exp(-u) / (1 + np.exp(-u)) ** 2


ACTIVATIONS = {
    "generic": (generic, generic_prime),
    "sigmoid": (sigmoid, sigmoid_prime),
    "tanh": (np.tanh, lambda u: 1 - np.tanh(u) ** 2),
}


# -- the fully-connected network ------------------------------------------------------------------
def _pre_activation(world: World, layer: int | None) -> Value:
    _check_layer(world, layer, 1)
    assert layer is not None
    return world.get("W", layer) @ world.get("x", layer - 1) + world.get("b", layer)


def _output(world: World, layer: int | None) -> Value:
    _check_layer(world, layer, 1)
    return world.functions["f"](world, layer, world.get("u", layer))


def _loss(world: World, layer: int | None) -> Value:
    error = world.get("x", len(world.sizes) - 1) - world.get("y")
    return 0.5 * np.sum(error * error)


def _error_term(world: World, layer: int | None) -> Value:
    _check_layer(world, layer, 1)
    return world.gradient(("u", layer))


def _mean_loss(world: World, layer: int | None) -> Value:
    total = 0.0
    for number in range(1, len(world.samples) + 1):
        total = total + world.sample(number).get("L")
    return total / len(world.samples)


def _mapping(world: World, layer: int | None, x: Value) -> Value:
    return world.having({("x", 0): x}).get("x", len(world.sizes) - 1)


def _check_layer(world: World, layer: int | None, lowest: int) -> None:
    if layer is None or not lowest <= layer < len(world.sizes):
        raise UnknownError(f"there is no layer {layer}")


NETWORK_RULES: dict[str, Rule] = {
    "u": _pre_activation,
    "x": _output,
    "L": _loss,
    r"\delta": _error_term,
    "bar L": _mean_loss,
    "D": lambda world, layer: len(world.sizes) - 1,
    "m": lambda world, layer: len(world.samples),
}


def _functions(activation: str) -> dict[str, Function]:
    if activation == "layered":  # another one in each layer, so that layers cannot be mixed up
        return {
            "f": lambda world, layer, u: np.tanh(u) + 0.1 * (layer + 2) * u**2,
            "f'": lambda world, layer, u: 1 - np.tanh(u) ** 2 + 0.2 * (layer + 2) * u,
            "h": _mapping,
        }
    f, prime = ACTIVATIONS[activation]
    return {
        "f": lambda world, layer, u: f(u),
        "f'": lambda world, layer, u: prime(u),
        "h": _mapping,
    }


def network(
    seed: int, sizes: Sequence[int] = (3, 4, 2), activation: str = "generic", samples: int = 3
) -> World:
    """Return a random fully-connected network with `samples` samples, the first being current."""
    rng = np.random.default_rng(seed)
    given: dict[Key, Value] = {}
    for layer in range(1, len(sizes)):
        given["W", layer] = rng.normal(size=(sizes[layer], sizes[layer - 1]))
        given["b", layer] = rng.normal(size=(sizes[layer], 1))
    data = [
        (rng.normal(size=(sizes[0], 1)), rng.normal(size=(sizes[-1], 1))) for _ in range(samples)
    ]
    given["x", 0], given["y", None] = data[0]
    given[r"\eta", None] = rng.uniform(0.3, 0.9)
    world = World(
        given, NETWORK_RULES, _functions(activation), sizes, data, title=_title(sizes), seed=seed
    )
    world.activation = activation
    return world


def fixture() -> World:
    """Return the book's worked example: the 3-4-2 network with the sigmoid."""
    data = json.loads(FIXTURE.read_text(encoding="utf-8"))
    given: dict[Key, Value] = {}
    for layer, (W, b) in enumerate(zip(data["W"], data["b"], strict=True), 1):
        given["W", layer] = np.array(W, float)
        given["b", layer] = np.array(b, float).reshape(-1, 1)
    x, y = (np.array(data[k], float).reshape(-1, 1) for k in "xy")
    given["x", 0], given["y", None] = x, y
    sizes = [x.size, *(len(b) for b in data["b"])]
    return World(
        given, NETWORK_RULES, _functions("sigmoid"), sizes, [(x, y)], title="the worked example"
    )


def small(
    seed: int,
    given: Callable[[np.random.Generator], Mapping[Key, Value]],
    rules: Mapping[str, Rule] | None = None,
    functions: Mapping[str, Function] | None = None,
    *,
    base: Key | None = None,
    shrinks: Key | None = None,
    title: str = "",
) -> World:
    """Return a world of a few free quantities, for formulas that are not about the network."""
    world = World(
        given(np.random.default_rng(seed)),
        rules or {},
        {**_functions("generic"), **(functions or {})},
        base=base,
        title=title,
        seed=seed,
    )
    world.small = shrinks
    return world


def _title(sizes: Sequence[int]) -> str:
    return "-".join(map(str, sizes))
