"""Chapter 2: a simple example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import backprop as bp

from .claims import (
    ANY,
    and_sigmoid,
    book_network,
    code,
    inline,
    networks,
    number,
    numbers,
    read,
    worked_example,
)
from .worlds import STEP, World, generic, generic_prime, small

PAGE = "02_a_simple_example"
OUTPUTS_2 = networks(ANY, ANY, 2)
FREE = networks(ANY, ANY, ANY)
WRITTEN_OUT = networks(ANY, 4, 2)


# -- the tools ------------------------------------------------------------------------------------
def matrix_function(seed: int) -> list[World]:
    """A number that depends on every entry of a matrix, with no structure that could help."""
    return [
        small(
            seed + n,
            lambda rng, p=p, q=q: {
                ("W", None): rng.normal(size=(p, q)),
                ("p", None): p,
                ("n", None): q,
                ("A", None): rng.normal(size=(p, q)),
            },
            {"L": lambda w, layer: np.sum(generic(w.get("W")) * w.get("A"))},
            title=f"a function of a {p} × {q} matrix",
        )
        for n, (p, q) in enumerate([(2, 3), (3, 3)])
    ]


read("eq-gradient-layout", worlds=matrix_function, kind="definition")


def column_function(seed: int) -> list[World]:
    """A number that depends on a column; ``L`` is its value and ``L(…)`` the function."""

    def loss(w: World, layer: Any, x: Any) -> Any:
        return np.sum(w.get("C") * generic(w.get("B") @ x))

    return [
        small(
            seed + n,
            lambda rng, n=n: {
                ("x", None): rng.normal(size=(n, 1)),
                ("n", None): n,
                ("a", None): rng.normal(size=(n, 1)),
                ("h", None): 0.1 * rng.normal(size=(n, 1)),
                ("B", None): rng.normal(size=(2, n)),
                ("C", None): rng.normal(size=(2, 1)),
            },
            {"L": lambda w, layer: loss(w, None, w.get("x"))},
            {"L": loss},
            base=("x", None),
            title=f"a function of {n} variables",
            shrinks=("h", None),
        )
        for n in (3, 5)
    ]


def at_a_point(seed: int) -> list[World]:
    """As `column_function`, with the gradient taken at ``a``."""
    worlds = column_function(seed)
    for world in worlds:
        world.base = ("a", None)
    return worlds


read("eq-differentiable", worlds=at_a_point, functions={"L"})
read("eq-differential", worlds=column_function)


def through_intermediates(seed: int) -> list[World]:
    """``t`` to ``v_1 … v_p`` to ``L``; ``tau`` is a step in ``t``, ``h`` what it does to ``v``."""

    def v(w: World, layer: Any, t: Any) -> Any:
        return generic(w.get("B") * t + w.get("C"))

    def loss(w: World, layer: Any, column: Any) -> Any:
        return np.sum(w.get("A") * generic(w.get("M") @ column))

    return [
        small(
            seed + p,
            lambda rng, p=p: {
                ("t", None): rng.normal(),
                ("p", None): p,
                (r"\tau", None): 0.1,
                ("B", None): rng.normal(size=(p, 1)),
                ("C", None): rng.normal(size=(p, 1)),
                ("A", None): rng.normal(size=(p, 1)),
                ("M", None): rng.normal(size=(p, p)),
            },
            {
                "v": lambda w, layer: v(w, None, w.get("t")),
                "L": lambda w, layer: loss(w, None, w.get("v")),
                "h": lambda w, layer: (
                    v(w, None, w.get("t") + w.get(r"\tau")) - v(w, None, w.get("t"))
                ),
            },
            {"v": v, "L": loss},
            title=f"{p} intermediate variables",
            shrinks=(r"\tau", None),
        )
        for p in (2, 4)
    ]


read("eq-chain-rule", worlds=through_intermediates)
read("eq-chain-rule-proof", worlds=through_intermediates, functions={"L", "v"})


def two_columns(seed: int) -> list[World]:
    """Two columns of p and n entries."""
    return [
        small(
            seed + n,
            lambda rng, p=p, n=n: {
                ("a", None): rng.normal(size=(p, 1)),
                ("c", None): rng.normal(size=(n, 1)),
                ("p", None): p,
                ("n", None): n,
            },
            title=f"columns of {p} and {n}",
        )
        for p, n in ((2, 3), (3, 3))
    ]


def two_equal_columns(seed: int) -> list[World]:
    """Two columns of p entries each."""
    return [
        small(
            seed + p,
            lambda rng, p=p: {
                ("a", None): rng.normal(size=(p, 1)),
                ("c", None): rng.normal(size=(p, 1)),
                ("p", None): p,
            },
            title=f"columns of {p}",
        )
        for p in (2, 3)
    ]


read("eq-outer-product", worlds=two_columns, kind="definition")
read("eq-hadamard-product", worlds=two_equal_columns, kind="definition")


def analytic(seed: int) -> list[World]:
    """``L(w) = e^{w/2} sin w``: each derivative turns it by one angle and stretches it."""

    def derivative(order: int) -> Any:
        stretch, turn = np.sqrt(1.25) ** order, order * np.arctan2(1, 0.5)
        return lambda w, layer, z: stretch * np.exp(z / 2) * np.sin(z + turn)

    functions = {"L" + "'" * n: derivative(n) for n in range(4)}
    return [
        small(
            seed + n,
            lambda rng: {("w", None): rng.normal(), (r"\varepsilon", None): 0.1},
            {"L": lambda w, layer: functions["L"](w, None, w.get("w"))},
            functions,
            title="an analytic function",
            shrinks=(r"\varepsilon", None),
        )
        for n in range(3)
    ]


read("eq-complex-taylor", worlds=analytic, functions={"L"})
read("eq-complex-step", worlds=analytic, functions={"L"})


# -- the problem ----------------------------------------------------------------------------------
def each_parameter(seed: int) -> list[World]:
    """A network in which ``\\theta`` is each of its parameters in turn."""
    worlds = []
    for n, key in enumerate([("W", 1), ("b", 1), ("W", 2), ("b", 2)]):
        (world, *_) = FREE(seed + n)
        world.aliases[r"\theta"] = key
        world.title += f" with {key[0]}({key[1]})"
        worlds.append(world)
    return worlds


@code("eq-objective", "backprop.Network.loss_and_gradients", worlds=FREE)
def objective(world: World) -> Any:
    """Mean loss of a batch, samples in rows."""
    return of_batch(world)[0]


@code("eq-mean-of-gradients", "backprop.Network.loss_and_gradients", worlds=each_parameter)
def mean_of_gradients(world: World) -> Any:
    """Gradient of the mean loss of a batch."""
    name, layer = world.aliases[r"\theta"]
    gradients = of_batch(world)[1]
    return {"W": gradients.dW, "b": gradients.db}[name][layer - 1]


@code("eq-loss-one-sample", "backprop.Network.loss_and_gradients", worlds=book_network)
def loss_one_sample(world: World) -> Any:
    """Loss of one sample."""
    return package(world).loss_and_gradients(world.get("x", 0)[:, 0], world.get("y")[:, 0])[0]


# -- the network ----------------------------------------------------------------------------------
def package(world: World) -> bp.Network:
    """The package's own network with the world's parameters."""
    layers = range(1, len(world.sizes))
    return bp.Network(
        [world.get("W", n) for n in layers],
        [world.get("b", n)[:, 0] for n in layers],
        activation=(generic, generic_prime),
    )


def forward(world: World) -> bp.Forward:
    """The package's forward pass on the world's input."""
    return package(world).forward(world.get("x", 0)[:, 0])


def backward(world: World) -> bp.Gradients:
    """The package's backward pass on the world's sample."""
    return package(world).backward(forward(world), world.get("y")[:, 0])


def of_batch(world: World) -> tuple[float, bp.Gradients]:
    """The package's mean loss over all samples, and its gradients."""
    X, Y = (np.hstack(columns).T for columns in zip(*world.samples, strict=True))
    return package(world).loss_and_gradients(X, Y)


def by_elements(function: Callable[..., Any], world: World, *index: int) -> Any:
    """What a function of `backprop.example` says, in the one world that it is made for."""
    if world.activation != "sigmoid":
        return None
    weights = (
        world.get("W", 1),
        world.get("b", 1)[:, 0],
        world.get("W", 2),
        world.get("b", 2)[:, 0],
    )
    label = () if function is bp.example.forward else (world.get("y")[:, 0],)
    return function(*index, *weights, world.get("x", 0)[:, 0], *label)


BY_ELEMENTS = and_sigmoid(book_network)


@code("eq-forward-hidden", "backprop.example.forward", worlds=BY_ELEMENTS, kind="definition")
def forward_hidden(world: World, i: int) -> Any:
    """Pre-activation of one hidden neuron, from loops."""
    result = by_elements(bp.example.forward, world)
    return result and result.u1[i - 1]


@code("eq-forward-output", "backprop.example.forward", worlds=BY_ELEMENTS, kind="definition")
def forward_output(world: World, i: int) -> Any:
    """Pre-activation of one output neuron, from loops."""
    result = by_elements(bp.example.forward, world)
    return result and result.u2[i - 1]


@code("eq-forward-matrix", "backprop.Network.forward", worlds=book_network, kind="definition")
def forward_matrix(world: World) -> Any:
    """The package's pre-activations."""
    return forward(world).u[0]


@code("eq-composite", "backprop.Network.predict", worlds=FREE)
def composite(world: World) -> Any:
    """The package's prediction."""
    return package(world).predict(world.get("x", 0)[:, 0])


def one_number(seed: int) -> list[World]:
    """A number u and the sigmoid through tanh; its slope is a complex step of that."""

    def f(w: World, layer: Any, u: Any) -> Any:
        return 0.5 + 0.5 * np.tanh(u / 2)

    def slope(w: World, layer: Any, u: Any) -> Any:
        return np.imag(f(w, None, u + 1j * STEP)) / STEP

    return [
        small(
            seed + n,
            lambda rng: {("u", None): 2 * rng.normal()},
            None,
            {"f": f, "f'": slope},
            title="random numbers",
        )
        for n in range(3)
    ]


@code(
    "eq-sigmoid",
    "backprop.activations.sigmoid",
    worlds=one_number,
    kind="definition",
    oracle="the sigmoid, written with tanh",
)
def sigmoid(world: World) -> Any:
    """The package's sigmoid."""
    return bp.activations.sigmoid(world.get("u"))


read(
    "eq-sigmoid-derivative",
    worlds=one_number,
    equal={"u → -u": "the derivative of the sigmoid is an even function"},
    oracle="a complex step of the sigmoid, written with tanh",
)


# -- the output layer -----------------------------------------------------------------------------
read("eq-loss-expanded", worlds=OUTPUTS_2)
read("eq-preactivation-output", worlds=WRITTEN_OUT, kind="definition")
read("eq-w2-row-1", "eq-w2-row-2", worlds=OUTPUTS_2)
for row in "12":
    lost = rf"\frac{{\partial u^{{(2)}}_{{{row}}}}}{{\partial b^{{(2)}}_{{{row}}}}}"
    reason = "the factor that is left out is 1"
    read(f"eq-b2-row-{row}", worlds=OUTPUTS_2, equal={f"{lost} → 1": reason})


@code("eq-grad-w2-element", "backprop.example.dL_dw2", worlds=BY_ELEMENTS)
def grad_w2(world: World, i: int, j: int) -> Any:
    """The package's derivative by loops."""
    return by_elements(bp.example.dL_dw2, world, i, j)


@code("eq-grad-w2-matrix", "backprop.Network.backward", worlds=book_network)
def grad_w2_matrix(world: World) -> Any:
    """The package's gradient."""
    return backward(world).dW[1]


@code("eq-grad-b2-element", "backprop.example.dL_db2", worlds=BY_ELEMENTS)
def grad_b2(world: World, i: int) -> Any:
    """The package's derivative by loops."""
    return by_elements(bp.example.dL_db2, world, i)


@code("eq-grad-b2-matrix", "backprop.Network.backward", worlds=book_network)
def grad_b2_matrix(world: World) -> Any:
    """The package's gradient."""
    return backward(world).db[1]


# -- the hidden layer -----------------------------------------------------------------------------
read("eq-w1-two-paths", "eq-w1-sum-of-paths", worlds=book_network)
read("eq-error-output-element", worlds=FREE)
read("eq-w1-row-times-column", worlds=book_network)
read("eq-w1-row-1", "eq-w1-row-2", "eq-w1-row-3", "eq-w1-row-4", worlds=WRITTEN_OUT)
read("eq-w1-one-path", worlds=FREE)
read("eq-transpose-sum", worlds=book_network)
read("eq-b1-one-path", worlds=FREE)


@code("eq-grad-w1-element", "backprop.example.dL_dw1", worlds=BY_ELEMENTS)
def grad_w1(world: World, i: int, j: int) -> Any:
    """The package's derivative by loops."""
    return by_elements(bp.example.dL_dw1, world, i, j)


@code("eq-grad-w1-matrix", "backprop.Network.backward", worlds=book_network)
def grad_w1_matrix(world: World) -> Any:
    """The package's gradient."""
    return backward(world).dW[0]


@code("eq-grad-b1-element", "backprop.example.dL_db1", worlds=BY_ELEMENTS)
def grad_b1(world: World, i: int) -> Any:
    """The package's derivative by loops."""
    return by_elements(bp.example.dL_db1, world, i)


@code("eq-grad-b1-matrix", "backprop.Network.backward", worlds=book_network)
def grad_b1_matrix(world: World) -> Any:
    """The package's gradient."""
    return backward(world).db[0]


# -- the shared factor ----------------------------------------------------------------------------
@code(
    "eq-delta-definition",
    "backprop.Network.backward",
    worlds=FREE,
    kind="definition",
    where={"l": lambda world: range(1, len(world.sizes))},
)
def delta(world: World, l: int) -> Any:  # noqa: E741 - the index of the display
    """The package's error term."""
    return backward(world).delta[l - 1]


@code("eq-delta-output", "backprop.Network.backward", worlds=book_network)
def delta_output(world: World) -> Any:
    """The package's error term."""
    return backward(world).delta[1]


@code("eq-delta-hidden", "backprop.Network.backward", worlds=book_network)
def delta_hidden(world: World) -> Any:
    """The package's error term."""
    return backward(world).delta[0]


read("eq-gradients-from-delta", worlds=book_network)


# -- equations in the text ------------------------------------------------------------------------
inline(PAGE, r"dL=\langle\nabla_W L,dW\rangle", worlds=matrix_function)
inline(PAGE, r"h_k=\tau\,\frac{\partial v_k}{\partial t}+o(\tau)", worlds=through_intermediates)
inline(PAGE, r"L_s=\frac12\lVert h(x^{[s]})-y^{[s]}\rVert^2", worlds=FREE)
inline(
    PAGE,
    r"u^{(1)}_i=w^{(1)}_i x+b^{(1)}_i",
    r"u^{(2)}_k=w^{(2)}_k x^{(1)}+b^{(2)}_k",
    r"x^{(1)}_1=f(u^{(1)}_1)",
    r"\partial u^{(2)}_1/\partial b^{(2)}_1=1",
    r"\partial u^{(1)}_i/\partial b^{(1)}_i=1",
    r"\delta^{(2)}=(x^{(2)}-y)\odot f'(u^{(2)})",
    r"\delta^{(1)}=\big(\big(W^{(2)}\big)^\top\delta^{(2)}\big)\odot f'(u^{(1)})",
    worlds=FREE,
)
inline(
    PAGE,
    r"u^{(1)}_1=w^{(1)}_{11}x_1+w^{(1)}_{12}x_2+w^{(1)}_{13}x_3+b^{(1)}_1",
    worlds=networks(3, ANY, ANY),
)
inline(
    PAGE,
    r"\partial L/\partial b^{(l)}_i=\partial L/\partial u^{(l)}_i",
    worlds=networks(3, 3, 3),
    where={"l": lambda world: range(1, len(world.sizes))},
)
inline(
    PAGE,
    r"x^{(2)}_1-y_1=-0.3206",
    r"x_3=0.8",
    r"L=0.1163",
    worlds=worked_example,
)
inline(
    PAGE,
    r"f'(u^{(1)}_2)=0.2350",
    worlds=worked_example,
    equal={r"u^{(1)}_{2} → -u^{(1)}_{2}": "the derivative of the sigmoid is an even function"},
)


def one_layer(seed: int) -> list[World]:
    """A network in which ``b`` and ``delta`` are those of each layer in turn."""
    worlds = []
    for layer in (1, 2):
        for world in FREE(seed + layer):
            world.aliases.update({"b": ("b", layer), r"\delta": (r"\delta", layer)})
            worlds.append(world)
    return worlds


inline(PAGE, r"\nabla_b L=\delta", worlds=one_layer)


# -- numbers in the text --------------------------------------------------------------------------
net, x, y = bp.load_example()
at = net.forward(x)
loss, gradients = net.loss_and_gradients(x, y)
(W1, W2), (b1, b2) = net.weights, net.biases
error = at.x[2] - y
slope1, slope2 = (bp.activations.get("sigmoid").derivative(u) for u in at.u)
delta2 = gradients.delta[1]

numbers(
    PAGE,
    {  # the tools
        "0.7": lambda: 0.7,  # chosen there
        "1.47": lambda: bp.numerical_gradient(
            lambda w: np.sum(w * w * w), np.array([0.7]), method="complex"
        )[0],
        "1.1e-16": lambda: np.nextafter(0.7, 1) - 0.7,
    },
)
numbers(
    PAGE,
    {  # the forward pass
        "0.6794": lambda: at.x[2][0],
        "0.3603": lambda: at.x[2][1],
        "0.1163": lambda: loss,
        "1.05": lambda: at.u[0][0],
    },
)
numbers(
    PAGE,
    {  # its first pre-activation by hand
        "0.5": lambda: W1[0, 0],
        "-0.3": lambda: W1[0, 1],
        "-0.2": lambda: x[1],
        "0.8": lambda: W1[0, 2],
        "0.1": lambda: b1[0],
    },
    near="Check one number by hand",
)
numbers(PAGE, {"0.5": lambda: x[0], "0.8": lambda: x[2]}, near="Check one number by hand")
numbers(
    PAGE,
    {  # the output layer
        "-0.3206": lambda: error[0],
        "0.2178": lambda: slope2[0],
        "0.7408": lambda: at.x[1][0],
        "-0.0517": lambda: gradients.dW[1][0, 0],
    },
)
numbers(
    PAGE,
    {  # two paths that disagree, and the two paths of one weight
        "-0.0698": lambda: delta2[0],
        "-0.06982": lambda: delta2[0],
        "0.2305": lambda: slope2[1],
        "0.0830": lambda: delta2[1],
        "1.3": lambda: W2[0, 3],
        "0.6": lambda: W2[1, 3],
        "-0.0908": lambda: delta2[0] * W2[0, 3],
        "0.0498": lambda: delta2[1] * W2[1, 3],
        "-0.0410": lambda: delta2 @ W2[:, 3],
        "-0.7": lambda: W2[0, 1],
        "1.1": lambda: W2[1, 1],
        "0.0489": lambda: delta2[0] * W2[0, 1],
        "0.0913": lambda: delta2[1] * W2[1, 1],
        "0.1402": lambda: delta2 @ W2[:, 1],
        "0.2350": lambda: slope1[1],
        "0.0264": lambda: gradients.dW[0][1, 2],
    },
)
numbers(PAGE, {"0.8": lambda: x[2]}, near="Take one entry and follow it")


@number(PAGE, "26")
def parameters() -> int:
    """Weights and biases of the network."""
    return sum(p.size for p in (W1, W2, b1, b2))


@number(PAGE, "20")
def weights_alone() -> int:
    """Weights without the biases."""
    return W1.size + W2.size
