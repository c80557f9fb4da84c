"""Chapter 4: lemmas of matrix calculus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import backprop as bp

from .claims import code, number, numbers, read, transcribed
from .worlds import STEP, World, generic, generic_prime, small

PAGE = "04_lemmas_of_matrix_calculus"
SHAPES = ((2, 3), (4, 2), (3, 3))
SQUARE = ((2, 2), (3, 3))


# -- worlds ---------------------------------------------------------------------------------------
def g(w: World, layer: Any, x: Any) -> Any:
    """Act on each component."""
    return generic(x)


def g_prime(w: World, layer: Any, x: Any) -> Any:
    """Slope of `g`."""
    return generic_prime(x)


def scalar(w: World, v: Any) -> Any:
    """A number in which every component of a column has to do with every other."""
    return np.sum(w.get("C") * generic(w.get("B") @ v))


def lemma(
    rules: dict[str, Callable[[World, Any], Any]],
    shapes: tuple[tuple[int, int], ...] = SHAPES,
    columns: str = "xb",
    result: str = "p",
) -> Callable[[int], list[World]]:
    """Return a maker of worlds with `W`, the columns, a map and a scalar of its result.

    `columns` are given: ``b`` has p entries, all others n. `result` is the length of the result.
    """

    def make(seed: int) -> list[World]:
        return [
            small(
                seed + k,
                lambda rng, p=p, n=n: {
                    ("W", None): rng.normal(size=(p, n)),
                    ("p", None): p,
                    ("n", None): n,
                    **{
                        (name, None): rng.normal(size=(p if name in "bv" else n, 1))
                        for name in columns
                    },
                    ("B", None): rng.normal(size=(3, p if result == "p" else n)),
                    ("C", None): rng.normal(size=(3, 1)),
                },
                {r"\varphi": lambda w, layer: scalar(w, w.get("v")), **rules},
                {"g": g, "g'": g_prime},
                title=f"a {p} × {n} matrix",
            )
            for k, (p, n) in enumerate(shapes)
        ]

    return make


def affine(w: World, layer: Any) -> Any:
    """``Wx + b``."""
    return w.get("W") @ w.get("x") + w.get("b")


def jacobian(w: World, layer: Any) -> Any:
    """Jacobian of ``v`` by ``x``, by complex steps."""
    x = w.get("x")
    return np.hstack(
        [w.derivative(lambda m: m.get("v"), ("x", None), (j, 0)) for j in range(len(x))]
    )


GIVEN_V = lemma({}, columns="v")
AFFINE = lemma({"v": affine})
ELEMENTWISE = lemma({"v": lambda w, layer: generic(w.get("x"))}, result="n")
LAYER = lemma({"u": affine, "v": lambda w, layer: generic(w.get("u"))})
MIXING = lemma({"v": lambda w, layer: np.tanh(affine(w, None)) * np.sum(w.get("x") ** 2),
                "J": jacobian})  # fmt: skip


def flat(world: World, name: str) -> Any:
    """A column as the package wants it."""
    return world.get(name)[:, 0]


def by_v(world: World) -> Any:
    """Gradient of the scalar by the map's result."""
    return world.gradient(("v", None), lambda w: w.get(r"\varphi"))[:, 0]


def one_term(summed: str, kept: str) -> dict[str, str]:
    """Declare a mutant equal: of the sum over one index a single term is not zero."""
    partial = r"\frac{{\partial \varphi}}{{\partial {}}}".format
    return {f"{partial(summed)} → {partial(kept)}": "the other terms of the sum are zero"}


# -- gradient, differential, Jacobian -------------------------------------------------------------
read("eq-lemmas-differential", worlds=GIVEN_V)


def three_arrays(seed: int) -> list[World]:
    """Two columns of p and n numbers and a matrix."""
    return [
        small(
            seed + k,
            lambda rng, p=p, n=n: {
                ("W", None): rng.normal(size=(p, n)),
                ("a", None): rng.normal(size=(p, 1)),
                ("c", None): rng.normal(size=(n, 1)),
                ("p", None): p,
                ("n", None): n,
            },
            title=f"a {p} × {n} matrix",
        )
        for k, (p, n) in enumerate(SHAPES)
    ]


def three_columns(seed: int) -> list[World]:
    """Three columns of one length."""
    return [
        small(
            seed + n,
            lambda rng, n=n: {
                ("n", None): n,
                **{(name, None): rng.normal(size=(n, 1)) for name in "acz"},
            },
            title=f"columns of {n}",
        )
        for n in (3, 4)
    ]


read("eq-double-sum", "eq-move-matrix", worlds=three_arrays)
read("eq-move-hadamard", worlds=three_columns)
read("eq-jacobian-entries", worlds=MIXING, kind="definition")
read("eq-jacobian-step", worlds=MIXING)

# -- Lemma 1 --------------------------------------------------------------------------------------


@code("eq-lemma-matrix", "backprop.lemmas.linear_vjp_W", worlds=AFFINE)
def lemma_matrix(world: World) -> Any:
    """The package's gradient by the matrix."""
    return bp.lemmas.linear_vjp_W(by_v(world), flat(world, "x"))


read("eq-affine-component", worlds=AFFINE, kind="definition")
read("eq-affine-touches", worlds=AFFINE)
read("eq-lemma-matrix-element", worlds=AFFINE, equal=one_term("v_{k}", "v_{i}"))
read("eq-lemma-matrix-differential", worlds=AFFINE)


# -- Lemma 2 --------------------------------------------------------------------------------------
@code("eq-lemma-input", "backprop.lemmas.linear_vjp_x", worlds=AFFINE)
def lemma_input(world: World) -> Any:
    """The package's gradient by the input."""
    return bp.lemmas.linear_vjp_x(by_v(world), world.get("W"))


read("eq-lemma-input-element", "eq-lemma-input-differential", worlds=AFFINE)


# -- Lemma 3 --------------------------------------------------------------------------------------
@code("eq-lemma-elementwise", "backprop.lemmas.elementwise_vjp", worlds=ELEMENTWISE)
def lemma_elementwise(world: World) -> Any:
    """The package's gradient through a function of each component."""
    return bp.lemmas.elementwise_vjp(by_v(world), generic_prime(flat(world, "x")))


read(
    "eq-elementwise-touches",
    worlds=ELEMENTWISE,
    equal={"x_{j} → x_{i}": "in the case i = j they are the same"},
)
read("eq-lemma-elementwise-element", worlds=ELEMENTWISE, equal=one_term("v_{i}", "v_{j}"))
read("eq-lemma-elementwise-differential", worlds=ELEMENTWISE)


# -- Lemma 4 --------------------------------------------------------------------------------------
@code("eq-lemma-layer", "backprop.lemmas.affine_elementwise_vjp", worlds=LAYER)
def lemma_layer(world: World) -> Any:
    """The package's gradient through a layer."""
    slope = generic_prime(flat(world, "u"))
    return bp.lemmas.affine_elementwise_vjp(by_v(world), slope, world.get("W"))


@code("eq-lemma-layer-parameters", "backprop.lemmas.affine_vjp", worlds=LAYER)
def lemma_layer_parameters(world: World) -> Any:
    """The package's gradient by the matrix of a layer."""
    du = bp.lemmas.elementwise_vjp(by_v(world), generic_prime(flat(world, "u")))
    return bp.lemmas.affine_vjp(du, world.get("W"), flat(world, "x")).dW


read("eq-lemma-layer-inner", "eq-lemma-layer-steps", worlds=LAYER)
read("eq-lemma-layer-element", "eq-lemma-layer-differential", worlds=LAYER)


# -- Lemma 5 --------------------------------------------------------------------------------------
@code("eq-lemma-jacobian", "backprop.lemmas.jacobian_vjp", worlds=MIXING)
def lemma_jacobian(world: World) -> Any:
    """The package's gradient through a Jacobian."""
    return bp.lemmas.jacobian_vjp(by_v(world), world.get("J"))


read("eq-lemma-jacobian-element", "eq-lemma-jacobian-differential", worlds=MIXING)
read("eq-jacobian-cases", worlds=LAYER)


@transcribed("eq-jacobian-kronecker", "fccd291941bb", package="backprop.lemmas.linear_vjp_W")
def kronecker(rng: np.random.Generator) -> Iterator[tuple[str, Any, Any]]:
    """Each column of the Jacobian by one complex step, the Kronecker product by its blocks."""
    for p, n in SHAPES:
        W, x, a = rng.normal(size=(p, n)), rng.normal(size=n), rng.normal(size=p)
        columns = []
        for i, j in np.ndindex(p, n):  # row after row
            moved = W.astype(complex)
            moved[i, j] += 1j * STEP
            columns.append(np.imag(moved @ x) / STEP)
        J = np.array(columns).T
        blocks = np.block(
            [[x[None] if i == k else np.zeros((1, n)) for k in range(p)] for i in range(p)]
        )
        yield f"the Jacobian of a {p} × {n} matrix", J, blocks
        yield f"vec of the gradient, {p} × {n}", bp.lemmas.linear_vjp_W(a, x).ravel(), blocks.T @ a


# -- Lemma 6 --------------------------------------------------------------------------------------
def twice(seed: int) -> list[World]:
    """A number that depends on two columns, and what it is when they are one."""

    def value(w: World, a: Any, c: Any) -> Any:
        return np.sum(w.get("C") * generic(w.get("B") @ a) * (w.get("M") @ c))

    return [
        small(
            seed + n,
            lambda rng, n=n: {
                ("x", None): rng.normal(size=(n, 1)),
                ("n", None): n,
                ("B", None): rng.normal(size=(3, n)),
                ("M", None): rng.normal(size=(3, n)),
                ("C", None): rng.normal(size=(3, 1)),
            },
            {
                "a": lambda w, layer: w.get("x"),
                "c": lambda w, layer: w.get("x"),
                r"\varphi": lambda w, layer: value(w, w.get("a"), w.get("c")),
                r"\psi": lambda w, layer: value(w, w.get("x"), w.get("x")),
            },
            title=f"columns of {n}",
        )
        for n in (3, 4)
    ]


read("eq-lemma-twice", "eq-lemma-twice-differential", worlds=twice)
read(
    "eq-lemma-twice-element",
    worlds=twice,
    equal=one_term("a_{k}", "a_{j}") | one_term("c_{k}", "c_{j}"),
)


def gate(join: Callable[[Any, Any], Any]) -> Callable[[int], list[World]]:
    """Two numbers, joined to one, and a number that depends on it."""
    return lambda seed: [
        small(
            seed + k,
            lambda rng: {("a", None): rng.normal(), ("c", None): rng.normal()},
            {
                "v": lambda w, layer: join(w.get("a"), w.get("c")),
                r"\varphi": lambda w, layer: generic(w.get("v")),
            },
            title="two numbers",
        )
        for k in range(2)
    ]


read("eq-gate-sum", worlds=gate(lambda a, c: a + c))
read("eq-gate-product", worlds=gate(lambda a, c: a * c))


def form(seed: int) -> list[World]:
    """A square matrix and a column."""
    return [
        small(
            seed + n,
            lambda rng, n=n: {
                ("A", None): rng.normal(size=(n, n)),
                ("x", None): rng.normal(size=(n, 1)),
                ("n", None): n,
            },
            title=f"a {n} × {n} matrix",
        )
        for n in (2, 3)
    ]


read(
    "eq-quadratic-form",
    worlds=form,
    equal={r"A → A^\top": "on the left: the transpose of a number is that number"},
)
read(
    "eq-shortcut",
    worlds=lemma({"v": lambda w, layer: w.get("W") @ w.get("x") + w.get("x")}, SQUARE, "x"),
)
read(
    "eq-shared-matrix",
    worlds=lemma(
        {
            "v": lambda w, layer: w.get("W") @ w.get("a"),
            "u": lambda w, layer: w.get("W") @ w.get("c"),
            r"\varphi": lambda w, layer: scalar(w, w.get("v") * np.exp(w.get("u"))),
        },
        columns="ac",
    ),
)


def penalised(seed: int) -> list[World]:
    """An affine map, and the weight of a penalty on its matrix."""
    worlds = AFFINE(seed)
    for k, world in enumerate(worlds):
        world.given[r"\lambda", None] = 0.3 + 0.2 * k
    return worlds


read(
    "eq-penalty",
    worlds=penalised,
    equal={r"W → W^\top": "in the penalty: the squared entries of the transpose are the same"},
)
read(
    "eq-inside-and-outside",
    worlds=lemma(
        {
            "u": lambda w, layer: w.get("W") @ w.get("x"),
            "c": lambda w, layer: generic(w.get("u")),
            "v": lambda w, layer: w.get("W") @ w.get("c"),
        },
        SQUARE,
        "x",
    ),
)


# -- numbers in the text --------------------------------------------------------------------------
net, x, y = bp.load_example()
at = net.forward(x)
gradients = net.backward(at, y)
delta = gradients.delta[1]
arrived = net.weights[1].T @ delta
slope = bp.activations.sigmoid_derivative(at.u[0])

numbers(
    PAGE,
    {
        "-0.0698": lambda: delta[0],
        "0.3775": lambda: at.x[1][1],
        "-0.0264": lambda: gradients.dW[1][0, 1],
        "-0.7": lambda: net.weights[1][0, 1],
        "1.1": lambda: net.weights[1][1, 1],
        "0.0830": lambda: delta[1],
        "0.1402": lambda: arrived[1],
        "0.2350": lambda: slope[1],
        "0.0330": lambda: gradients.delta[0][1],
    },
)


@number(PAGE, "100")
def share_of_entries() -> float:
    """One entry of the Jacobian by W in how many can differ from zero."""
    return 1 / np.mean(np.kron(np.eye(100), np.ones(100)))
