"""The exercises of chapter 4, the lemmas, with the mistakes each of them knows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from backprop.check._api import Check
from backprop.check._cases import bent, bent_slope, sigmoid, sigmoid_slope
from backprop.check._code import CodeExercise
from backprop.check._derive import DeriveExercise
from backprop.check._exercise import Mistake
from backprop.check._outcomes import Case
from backprop.check._result import Section

__all__ = ["grad_W", "grad_b", "grad_elementwise", "grad_x", "jacobian"]

Array = np.ndarray
Function = Callable[[Any], Any]

PAGE = "04_lemmas_of_matrix_calculus"
JACOBIAN = Section(PAGE, "The Jacobian", "jacobian")
TOUCHES = Section(PAGE, "Gradient, differential, Jacobian", "gradient-again")
LEMMA_1 = Section(PAGE, "Lemma 1: with respect to the matrix", "lemma-1")
LEMMA_2 = Section(PAGE, "Lemma 2: with respect to the input", "lemma-2")
LEMMA_3 = Section(PAGE, "Lemma 3: component by component", "lemma-3")
LEMMA_4 = Section(PAGE, "Lemma 4: affine map and activation together", "lemma-4")
LEMMA_5 = Section(PAGE, "Lemma 5: any differentiable map", "lemma-5")
LEMMA_6 = Section(PAGE, "Lemma 6: a variable used twice", "lemma-6")


def _draw(seed: int, *shapes: tuple[int, ...]) -> tuple[Array, ...]:
    rng = np.random.default_rng(seed)
    return tuple(rng.uniform(-1.0, 1.0, shape) for shape in shapes)


@cache
def _example() -> tuple[Array, ...]:
    """Return the chapter's numbers: delta2, W2, x1, u1 of the worked example."""
    from backprop import load_example

    net, x, y = load_example()
    (u1, u2), (_, x1, x2) = net.forward(x)
    return (x2 - y) * sigmoid_slope(u2), net.weights[1], x1, u1


# -- grad_W, grad_b: Lemma 1 -----------------------------------------------------------------------


@cache
def lemma_1_cases() -> tuple[Case, ...]:
    """Return pairs of what arrives and an input: `W` is 2 × 4, 4 × 3, 3 × 3 and 2 × 5."""
    delta, _, x, _ = _example()
    (whole,) = _draw(43, (2,))
    return (
        Case("the chapter's 2 × 4 example", (delta, x)),
        Case("a 4 × 3 matrix", _draw(41, (4,), (3,))),
        Case("a square 3 × 3 matrix", _draw(42, (3,), (3,))),
        Case("a 2 × 5 matrix with an input of integers", (whole, np.array([2, -1, 0, 3, 1]))),
    )


def grad_W_reference(dv: Array, x: Array) -> Any:
    """Return the gradient with respect to W of v = Wx + b."""
    return np.outer(dv, x)


def _loops_with_indices_swapped(dv: Array, x: Array) -> Any:
    G = np.zeros((len(dv), len(x)))
    for i in range(len(dv)):
        for j in range(len(x)):
            G[i, j] = dv[j] * x[i]
    return G


GRAD_W_MISTAKES = (
    Mistake(
        "transposed",
        "Your result equals the right one transposed: which index of `W` names the result?",
        "Row i of `W` makes vᵢ. Which of your two vectors is numbered like the rows, and which "
        "like the columns?",
        LEMMA_1,
        (lambda dv, x: np.outer(x, dv), _loops_with_indices_swapped),
    ),
    Mistake(
        "inner-product",
        "You take the inner product, which ends in one number, and exists only if `W` is square.",
        "Every entry of `W` has a derivative of its own. How many numbers must come back, and does "
        "any of them need a sum?",
        LEMMA_1,
        (lambda dv, x: dv @ x,),
    ),
    Mistake(
        "entry-by-entry",
        "`dv` and `x` are multiplied entry by entry, so number i meets number i only; and unless "
        "`W` is square the lengths do not fit.",
        "Each pair of a result and an input is joined by a weight, and each weight has an entry in "
        "the gradient. How many pairs are there?",
        LEMMA_1,
        (lambda dv, x: dv * x, lambda dv, x: np.diag(dv * x)),
    ),
    Mistake(
        "sign",
        "All the numbers have the right size and the opposite sign.",
        "The gradient points to where φ grows. Where does the minus of gradient descent come in?",
        LEMMA_1,
        (lambda dv, x: -np.outer(dv, x),),
    ),
    Mistake(
        "flattened",
        "The numbers are right and in the right order, but in one long line.",
        "The gradient with respect to an array has the shape of that array. What is the shape of "
        "`W`?",
        LEMMA_1,
        (
            lambda dv, x: np.outer(dv, x).ravel(),
            lambda dv, x: np.outer(dv, x).reshape(-1, 1),
            lambda dv, x: np.outer(dv, x).reshape(1, -1),
        ),
    ),
    Mistake(
        "jacobian",
        "That is the Jacobian of v with respect to the entries of `W`. What arrives from φ has not "
        "been used.",
        "A gradient comes back through the transpose of the Jacobian, and most of that matrix is "
        "zeros. What is left for one weight?",
        LEMMA_5,
        (
            lambda dv, x: np.kron(np.eye(len(dv)), x),
            lambda dv, x: np.einsum("ki,j->kij", np.eye(len(dv)), x),
        ),
    ),
    Mistake(
        "x-missing",
        "All columns of your result are the same: the input is missing.",
        "Raise a weight by 0.01. By how much does its vᵢ rise, if the weight is multiplied by a "
        "large input, and if by an input of 0?",
        LEMMA_1,
        (lambda dv, x: np.outer(dv, np.ones(len(x))),),
    ),
    Mistake(
        "dv-missing",
        "All rows of your result are the same: it says how v moves with `W`, and φ is not in it.",
        "The chain rule has two factors here: how φ moves with vᵢ, and how vᵢ moves with the "
        "weight. Which have you got?",
        LEMMA_1,
        (lambda dv, x: np.outer(np.ones(len(dv)), x),),
    ),
)

grad_W = Check(
    CodeExercise(
        "grad_W",
        "the gradient with respect to W",
        4,
        LEMMA_1,
        call_as="grad_W(dv, x)",
        parts=("∇W",),
        reference=grad_W_reference,
        cases=lemma_1_cases,
        mistakes=GRAD_W_MISTAKES,
        praise="The gradient has the shape of `W`, and agrees for matrices of four shapes.",
    )
)


def grad_b_reference(dv: Array, x: Array) -> Any:
    """Return the gradient with respect to b of v = Wx + b."""
    return dv


GRAD_B_MISTAKES = (
    Mistake(
        "times-x",
        "You return a matrix: that is the gradient with respect to `W`.",
        "A weight acts on vᵢ through an input. Through what does a bias act?",
        LEMMA_1,
        (lambda dv, x: np.outer(dv, x),),
    ),
    Mistake(
        "times-x-entry-by-entry",
        "What arrives is multiplied by `x`, entry by entry; unless `W` is square the lengths do "
        "not even fit.",
        "Raise bᵢ by 0.01. Does it depend on the input by how much vᵢ rises?",
        LEMMA_1,
        (lambda dv, x: dv * x,),
    ),
    Mistake(
        "summed",
        "You return one number, but there is one bias for each component of v.",
        "A sum belongs where one variable touches many results. How many of the vᵢ contain b₁?",
        LEMMA_1,
        (lambda dv, x: dv.sum(), lambda dv, x: dv.mean()),
    ),
    Mistake(
        "inner-product",
        "You take the inner product of what arrives with `x`, which is one number, and exists only "
        "if `W` is square.",
        "There is one bias for each component of v. How many numbers must come back, and does `x` "
        "occur in the derivative of vᵢ with respect to bᵢ?",
        LEMMA_1,
        (lambda dv, x: dv @ x,),
    ),
    Mistake(
        "summed-over-inputs",
        "What arrives is multiplied by the sum, or the mean, of the inputs: you have added up the "
        "rows of the gradient of `W`.",
        "The bias is not the sum of the weights in its row. Which coefficient stands before bᵢ in "
        "the formula for vᵢ?",
        LEMMA_1,
        (lambda dv, x: dv * x.sum(), lambda dv, x: dv * x.mean()),
    ),
    Mistake(
        "sign",
        "All the numbers have the right size and the opposite sign.",
        "The bias is added in the forward pass. When it rises, does vᵢ rise or fall?",
        LEMMA_1,
        (lambda dv, x: -dv,),
    ),
    Mistake(
        "dv-missing",
        "Ones: that is how v moves with `b`. How φ moves with v is not in it.",
        "The chain rule has two factors, and the second of them is 1. What is the first?",
        LEMMA_1,
        (lambda dv, x: np.ones(len(dv)), lambda dv, x: np.eye(len(dv)), lambda dv, x: 1.0),
    ),
    Mistake(
        "zero",
        "You return zeros, as if nothing happened to φ when the bias moves.",
        "The bias is a constant while the weights are asked about. Now the bias itself is the "
        "variable: what does vᵢ do when bᵢ moves?",
        LEMMA_1,
        (lambda dv, x: np.zeros(len(dv)), lambda dv, x: 0),
    ),
    Mistake(
        "column",
        "The values are right, but you return a matrix with one column or one row.",
        "The gradient with respect to `b` has the shape of `b`. In this book's code a vector has "
        "the shape `(p,)`.",
        LEMMA_1,
        (lambda dv, x: dv[:, None], lambda dv, x: dv[None]),
    ),
    Mistake(
        "diagonal-matrix",
        "The right numbers stand on the diagonal of a p × p matrix.",
        "The gradient with respect to `b` has the shape of `b`. A diagonal matrix is a Jacobian: "
        "what is left when it is multiplied by a vector?",
        LEMMA_1,
        (lambda dv, x: np.diag(dv),),
    ),
)

grad_b = Check(
    CodeExercise(
        "grad_b",
        "the gradient with respect to b",
        4,
        LEMMA_1,
        call_as="grad_b(dv, x)",
        parts=("∇b",),
        reference=grad_b_reference,
        cases=lemma_1_cases,
        mistakes=GRAD_B_MISTAKES,
        praise="What arrives at v is what arrives at `b`; the input plays no part.",
    )
)

# -- grad_x: Lemma 2 -------------------------------------------------------------------------------


@cache
def lemma_2_cases() -> tuple[Case, ...]:
    """Return pairs of what arrives and a matrix, square and not."""
    delta, W, _, _ = _example()
    (decimal,) = _draw(46, (2,))
    return (
        Case("the chapter's 2 × 4 example", (delta, W)),
        Case("a 4 × 3 matrix", _draw(44, (4,), (4, 3))),
        Case("a square 3 × 3 matrix", _draw(45, (3,), (3, 3))),
        Case("a 2 × 3 matrix of integers", (decimal, np.array([[2, 0, -1], [1, -3, 1]]))),
    )


def grad_x_reference(dv: Array, W: Array) -> Any:
    """Return the gradient with respect to x of v = Wx + b."""
    return W.T @ dv


GRAD_X_MISTAKES = (
    Mistake(
        "not-transposed",
        "The matrix is not transposed. For a square `W` nobody complains; for any other the "
        "lengths do not fit.",
        "The input xⱼ touches every result vᵢ, with the weight wᵢⱼ. Which of the two indices must "
        "disappear in the sum?",
        LEMMA_2,
        (lambda dv, W: W @ dv,),
    ),
    Mistake(
        "not-summed",
        "Each weight is multiplied by the right number of `dv`; the products of one input are not "
        "added up.",
        "From xⱼ there is a path through every result. What does the chain rule do with several "
        "paths?",
        LEMMA_2,
        (lambda dv, W: W.T * dv, lambda dv, W: W * dv[:, None]),
    ),
    Mistake(
        "elementwise",
        "`*` puts `dv` beside the columns of `W`: weight wᵢⱼ meets number j of `dv`, and unless "
        "`W` is square the lengths do not fit.",
        "Number i of `dv` belongs to vᵢ, which row i of `W` has made. And after multiplying, what "
        "must be summed?",
        LEMMA_2,
        (lambda dv, W: W * dv, lambda dv, W: (W * dv).sum(axis=0)),
    ),
    Mistake(
        "summed-along-rows",
        "The products are right and are added along the rows: you get one number for each result, "
        "where there should be one for each input.",
        "Forward, a result gathers along its row. Along what does an input gather on the way back?",
        LEMMA_2,
        (lambda dv, W: dv * W.sum(axis=1),),
    ),
    Mistake(
        "dv-missing",
        "The columns of `W` are added up without what arrives: as if φ were v₁ + … + vₚ.",
        "Not every result matters to φ as much as the others. Where is it said how much each one "
        "matters?",
        LEMMA_2,
        (lambda dv, W: W.sum(axis=0),),
    ),
    Mistake(
        "jacobian",
        "You return the matrix itself: it says how v moves with x, and φ is not in it.",
        "The gradient with respect to x has the shape of x. What must be done with a matrix and "
        "what arrives to get a vector?",
        LEMMA_5,
        (lambda dv, W: W, lambda dv, W: W.T),
    ),
    Mistake(
        "inverse",
        "You undo the map with an inverse. That would find an x that leads to `dv`, which is "
        "another question.",
        "The way back does not ask where v came from. It asks how φ answers when x moves a little: "
        "which weights pass on that movement?",
        LEMMA_2,
        (
            lambda dv, W: np.linalg.inv(W) @ dv,
            lambda dv, W: np.linalg.pinv(W) @ dv,
            lambda dv, W: np.linalg.inv(W.T) @ dv,
        ),
    ),
    Mistake(
        "overwritten",
        "Only the last result is in it: each turn of the loop has overwritten the one before.",
        "`a = …` replaces, `a += …` adds. What does the chain rule do with several paths?",
        LEMMA_2,
        (lambda dv, W: W[-1] * dv[-1],),
    ),
    Mistake(
        "one-number",
        "You have added up everything: one number, where there should be one for each input.",
        "Each input has paths of its own. Over which index is the sum, and which one is left?",
        LEMMA_2,
        (lambda dv, W: (W.T @ dv).sum(),),
    ),
    Mistake(
        "sign",
        "All the numbers have the right size and the opposite sign.",
        "The gradient points to where φ grows. Where does the minus of gradient descent come in?",
        LEMMA_2,
        (lambda dv, W: -(W.T @ dv),),
    ),
    Mistake(
        "column",
        "The values are right, but you return a matrix with one column or one row.",
        "In this book's code a vector has the shape `(n,)`. Which of your steps makes a matrix of "
        "it?",
        LEMMA_2,
        (lambda dv, W: W.T @ dv[:, None], lambda dv, W: dv[None] @ W),
    ),
)

grad_x = Check(
    CodeExercise(
        "grad_x",
        "the gradient with respect to x",
        4,
        LEMMA_2,
        call_as="grad_x(dv, W)",
        parts=("∇x",),
        reference=grad_x_reference,
        cases=lemma_2_cases,
        mistakes=GRAD_X_MISTAKES,
        praise="The mapping multiplies by `W`, the gradient by its transpose, square or not.",
    )
)

# -- grad_elementwise: Lemma 3 ---------------------------------------------------------------------


@cache
def lemma_3_cases() -> tuple[Case, ...]:
    """Return what arrives, an argument, and a function with its derivative."""
    delta, W, _, u1 = _example()
    (decimal,) = _draw(49, (3,))
    return (
        Case("the chapter's hidden layer", (W.T @ delta, u1, sigmoid, sigmoid_slope)),
        Case("five numbers and another function", (*_draw(47, (5,), (5,)), bent, bent_slope)),
        Case("two numbers and another function", (*_draw(48, (2,), (2,)), bent, bent_slope)),
        Case(
            "three integers and another function",
            (decimal, np.array([1, 0, -2]), bent, bent_slope),
        ),
    )


def grad_elementwise_reference(dv: Array, x: Array, g: Function, g_prime: Function) -> Any:
    """Return the gradient with respect to x of v = g(x), component by component."""
    return dv * g_prime(x)


GRAD_ELEMENTWISE_MISTAKES = (
    Mistake(
        "jacobian",
        "You return the Jacobian, n × n: it says how v moves with x, and φ is not in it.",
        "The gradient with respect to x has the shape of x. What becomes of a diagonal matrix when "
        "it is multiplied by what arrives?",
        LEMMA_3,
        (lambda dv, x, g, g_prime: np.diag(g_prime(x)),),
    ),
    Mistake(
        "diagonal-matrix",
        "The right numbers stand on the diagonal of an n × n matrix.",
        "`*` with a matrix multiplies and does not sum. Which shape has the gradient with respect "
        "to x?",
        LEMMA_3,
        (lambda dv, x, g, g_prime: np.diag(g_prime(x)) * dv,),
    ),
    Mistake(
        "g-for-g-prime",
        "The value of g stands where its derivative belongs.",
        "How high the curve of g is at xᵢ and how steep it is there are two different numbers. "
        "Which of them tells how far vᵢ moves?",
        LEMMA_3,
        (lambda dv, x, g, g_prime: dv * g(x),),
    ),
    Mistake(
        "slope-at-the-result",
        "The derivative is taken at the result g(x); it belongs at the argument.",
        "A slope is read off above the place where you stand on the axis. Where does a small step "
        "of xᵢ start?",
        LEMMA_3,
        (lambda dv, x, g, g_prime: dv * g_prime(g(x)),),
    ),
    Mistake(
        "slope-at-dv",
        "The derivative is taken at what arrives, `dv`; it belongs at the argument of g.",
        "What g does to a step of xᵢ depends on where xᵢ is. Does it depend on φ?",
        LEMMA_3,
        (
            lambda dv, x, g, g_prime: dv * g_prime(dv),
            lambda dv, x, g, g_prime: g_prime(dv),
            lambda dv, x, g, g_prime: g_prime(dv) * x,
        ),
    ),
    Mistake(
        "slope-missing",
        "You return what arrives, unchanged: as if g had the slope 1 everywhere.",
        "Where g is flat, a step of xᵢ hardly moves vᵢ. Where would your result notice?",
        LEMMA_3,
        (lambda dv, x, g, g_prime: dv,),
    ),
    Mistake(
        "dv-missing",
        "These are the slopes alone: how v moves with x. How φ moves with v is not in it.",
        "The chain rule has two factors with the same index. Which one have you got?",
        LEMMA_3,
        (lambda dv, x, g, g_prime: g_prime(x),),
    ),
    Mistake(
        "one-function-only",
        "Your slope is right for one particular g, and wrong for all others.",
        "g(1 − g) is the derivative of the sigmoid, 1 − g² that of the hyperbolic tangent. The "
        "task gives you the derivative, whichever it is.",
        LEMMA_3,
        (
            lambda dv, x, g, g_prime: dv * g(x) * (1 - g(x)),
            lambda dv, x, g, g_prime: dv * sigmoid_slope(x),
            lambda dv, x, g, g_prime: dv * (1 - g(x) ** 2),
            lambda dv, x, g, g_prime: dv * (1 - np.tanh(x) ** 2),
        ),
    ),
    Mistake(
        "x-times-one-minus-x",
        "The formula x(1 − x) is the slope of the sigmoid if x is what comes out of it. Here `x` "
        "goes in, and g may be another function.",
        "Programs write the sigmoid's slope through its output, to save an exponential. What are "
        "you given here?",
        LEMMA_3,
        (lambda dv, x, g, g_prime: dv * x * (1 - x),),
    ),
    Mistake(
        "divided",
        "You divide by the slope: that undoes the step. The way back multiplies.",
        "If g is nearly flat at xᵢ, does φ answer strongly to xᵢ or hardly at all?",
        LEMMA_3,
        (lambda dv, x, g, g_prime: dv / g_prime(x),),
    ),
    Mistake(
        "inner-product",
        "You have multiplied and added everything up: one number, where there should be one for "
        "each component.",
        "How many results does xᵢ touch? A sum with one term is no sum.",
        LEMMA_3,
        (lambda dv, x, g, g_prime: dv @ g_prime(x),),
    ),
    Mistake(
        "outer-product",
        "You multiply every number of `dv` by every slope; number i of one belongs to number i of "
        "the other.",
        "Which results does xᵢ touch?",
        LEMMA_3,
        (
            lambda dv, x, g, g_prime: np.outer(dv, g_prime(x)),
            lambda dv, x, g, g_prime: np.outer(g_prime(x), dv),
        ),
    ),
    Mistake(
        "sign",
        "All the numbers have the right size and the opposite sign.",
        "The gradient points to where φ grows. Where does the minus of gradient descent come in?",
        LEMMA_3,
        (lambda dv, x, g, g_prime: -dv * g_prime(x),),
    ),
)

grad_elementwise = Check(
    CodeExercise(
        "grad_elementwise",
        "through a function of each component",
        4,
        LEMMA_3,
        call_as="grad_elementwise(dv, x, g, g_prime)",
        parts=("∇x",),
        reference=grad_elementwise_reference,
        cases=lemma_3_cases,
        mistakes=GRAD_ELEMENTWISE_MISTAKES,
        praise="What arrives, times the slope at the argument: for the sigmoid and for another g.",
    )
)

# -- jacobian: a layer with a shortcut -------------------------------------------------------------


@cache
def jacobian_points() -> tuple[dict[str, Any], ...]:
    """Return points for formulas: more components of u than of x, fewer, and as many."""
    points = []
    for seed, n, h in ((71, 2, 3), (72, 4, 2), (73, 3, 3)):
        A, W, b, x = _draw(seed, (n, h), (h, n), (h,), (n,))
        point = {
            "": f"n = {n} and h = {h}",
            "A": A,
            "W": W,
            "b": b,
            "x": x,
            "u": W @ x + b,
            "I": np.eye(n),
        }
        points.append(point | {"g": bent, "dg": bent_slope})
    return tuple(points)


JACOBIAN_MISTAKES = (
    Mistake(
        "shortcut-missing",
        "This is the Jacobian of the layer alone; the shortcut is missing.",
        "Each component of v contains the component of x with the same number. By how much does it "
        "rise on that account, when the component of x rises by 0.01?",
        LEMMA_6,
        ("A @ diag(dg(u)) @ W",),
    ),
    Mistake(
        "one-for-identity",
        "A number plus a matrix adds the number to every entry, off the diagonal too.",
        "Does v₁ contain x₂ by way of the shortcut? Write down the Jacobian of v = x for two "
        "components.",
        JACOBIAN,
        ("1 + A @ diag(dg(u)) @ W",),
    ),
    Mistake(
        "not-differentiated",
        "There is an x that is not inside of g or g′: it has not been differentiated.",
        "A Jacobian says how v moves. By how much does v move when x moves, if v = x?",
        JACOBIAN,
        ("x + A @ g(u)", "x + A @ diag(dg(u)) @ W", "x + A @ dg(u)"),
    ),
    Mistake(
        "transposed",
        "That is the transpose of the Jacobian: it takes gradients back, and the Jacobian takes "
        "steps forward.",
        "Row i of the Jacobian belongs to the result vᵢ. In which order does a step of x meet the "
        "two matrices, and which of them is then written on the right?",
        JACOBIAN,
        ("I + W.T @ diag(dg(u)) @ A.T",),
    ),
    Mistake(
        "order-of-the-matrices",
        "The two matrices have changed places, which fits only if they are square.",
        "Follow the step of x: it is multiplied by `W` first. On which side of the product does "
        "the first one stand?",
        LEMMA_5,
        ("I + W @ diag(dg(u)) @ A",),
    ),
    Mistake(
        "g-for-g-prime",
        "The value of g stands where its derivative belongs.",
        "How high the curve of g is at uᵢ and how steep it is there are two different numbers.",
        LEMMA_3,
        ("I + A @ diag(g(u)) @ W",),
    ),
    Mistake(
        "slopes-missing",
        "The slopes are missing, as if g were the identity.",
        "Between `W` and `A` every component passes through g. What does g do to a small step?",
        LEMMA_4,
        ("I + A @ W",),
    ),
    Mistake(
        "slopes-elsewhere",
        "The derivative of g is not taken at the argument that g has in the layer.",
        "What is g applied to in the formula of v?",
        LEMMA_3,
        ("I + A @ diag(dg(g(u))) @ W", "I + A @ diag(dg(x)) @ W", "I + A @ diag(dg(W @ x)) @ W"),
    ),
    Mistake(
        "slopes-on-the-outside",
        "The slopes act on the outer side of the two matrices, where x or v pass; they fit there "
        "only if `W` is square.",
        "How many components has u, and how many have x and v? And to which side of a matrix do "
        "its columns belong, which `*` with a vector multiplies?",
        LEMMA_4,
        (
            "I + diag(dg(u)) @ A @ W",
            "I + A @ W @ diag(dg(u))",
        ),
    ),
    Mistake(
        "slopes-summed",
        "`@` with the vector of the slopes sums over them; each slope should stay with its own "
        "component of u.",
        "Each component of u is multiplied by its own slope. Which matrix does that to a vector?",
        LEMMA_5,
        (
            "I + A @ dg(u) @ W",
            "I + A @ (dg(u) @ W)",
            "I + A @ dg(u) * W",
            "I + diag(A @ dg(u)) @ W",
        ),
    ),
    Mistake(
        "A-missing",
        "The matrix that brings what comes out of g to v is missing.",
        "What comes out of g has as many components as u. How many has v?",
        LEMMA_5,
        ("I + diag(dg(u)) @ W", "diag(dg(u)) @ W"),
    ),
)

jacobian = Check(
    DeriveExercise(
        "jacobian",
        "the Jacobian of a layer with a shortcut",
        4,
        LEMMA_5,
        quantity="∂v/∂x",
        names=("A", "W", "b", "x", "u", "I", "g", "dg"),
        functions=("g", "dg"),
        right="I + A @ diag(dg(u)) @ W",
        points=jacobian_points,
        mistakes=JACOBIAN_MISTAKES,
        praise="The shortcut and the layer, each with its own Jacobian, at three random points.",
    )
)
