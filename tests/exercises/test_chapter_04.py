"""The lemmas' checks: right answers in any form, mistakes as learners type them, and strangers."""

import numpy as np
import pytest

import backprop as bp
from backprop import check
from backprop.check import chapter_04
from backprop.check._api import EXERCISES

BY_NAME = {name: EXERCISES[name] for name in chapter_04.__all__}
HEADS = {
    "grad_W": "def grad_W(dv, x):\n",
    "grad_b": "def grad_b(dv, x):\n",
    "grad_x": "def grad_x(dv, W):\n",
    "grad_elementwise": "def grad_elementwise(dv, x, g, g_prime):\n",
}


@pytest.fixture
def typed(cell):
    """Return the result of a check for lines as a learner types them; one line may be a formula."""

    def run(name, lines):
        if "return" not in lines:
            lines = f"return {lines}"
        body = "".join(f"    {line}\n" for line in lines.strip("\n").split("\n"))
        return getattr(check, name)(cell(HEADS[name] + body, name))

    return run


RIGHT = {
    "grad_W": [
        "np.outer(dv, x)",
        "dv[:, None] * x",
        "dv.reshape(-1, 1) @ x.reshape(1, -1)",
        "np.einsum('i,j->ij', dv, x)",
        "np.outer(x, dv).T",
        "[[a * c for c in x] for a in dv]",
        "(np.kron(np.eye(len(dv)), x).T @ dv).reshape(len(dv), len(x))",
        "np.matrix(dv).T @ np.matrix(x)",
        """
G = np.zeros((len(dv), len(x)))
for i in range(len(dv)):
    for j in range(len(x)):
        G[i, j] = dv[i] * x[j]
return G
""",
    ],
    "grad_b": ["dv", "dv.copy()", "dv * 1", "np.eye(len(dv)) @ dv", "list(dv)", "np.array(dv)"],
    "grad_x": [
        "W.T @ dv",
        "dv @ W",
        "np.dot(dv, W)",
        "np.einsum('ij,i->j', W, dv)",
        "(W * dv[:, None]).sum(axis=0)",
        "(W.T * dv).sum(axis=1)",
        "[sum(W[i, j] * dv[i] for i in range(len(dv))) for j in range(W.shape[1])]",
        "(W.T @ dv[:, None]).ravel()",
    ],
    "grad_elementwise": [
        "dv * g_prime(x)",
        "np.diag(g_prime(x)) @ dv",
        "np.multiply(g_prime(x), dv)",
        "[d * g_prime(a) for d, a in zip(dv, x)]",
        "(np.diag(g_prime(x)) * dv).sum(axis=1)",
    ],
}
ALL_RIGHT = [(name, line) for name, lines in RIGHT.items() for line in lines]


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize(("name", "lines"), ALL_RIGHT)
def test_a_right_answer_in_any_form_is_right(name, lines, typed):
    result = typed(name, lines)
    assert (result.status, result.key) == ("right", "right"), result


def test_the_references_are_the_package_s_lemmas():
    for name, lemma in (
        ("grad_W", bp.lemmas.linear_vjp_W),
        ("grad_b", lambda dv, x: bp.lemmas.affine_vjp(dv, np.outer(dv, x), x).db),
        ("grad_x", bp.lemmas.linear_vjp_x),
        (
            "grad_elementwise",
            lambda dv, x, g, g_prime: bp.lemmas.elementwise_vjp(dv, g_prime(x)),
        ),
    ):
        for case in BY_NAME[name].cases:
            mine, theirs = BY_NAME[name].reference(*case.args), lemma(*case.args)
            np.testing.assert_allclose(mine, theirs, rtol=1e-14)


def test_the_cases_are_what_tells_mistakes_apart():
    shapes = [(len(dv), len(x)) for dv, x in (case.args for case in BY_NAME["grad_W"].cases)]
    assert shapes[0] == (2, 4)
    assert {p > n for p, n in shapes} == {True, False}
    assert any(p == n for p, n in shapes)
    matrices = [case.args[1].shape for case in BY_NAME["grad_x"].cases]
    assert sum(p != n for p, n in matrices) == 3
    assert sum(p == n for p, n in matrices) == 1
    for case in BY_NAME["grad_x"].cases:
        W = case.args[1]
        assert W.shape[0] != W.shape[1] or not np.allclose(W, W.T), "a symmetric one hides much"
    slopes = {case.args[3] for case in BY_NAME["grad_elementwise"].cases}
    assert len(slopes) == 2
    for name in ("grad_W", "grad_x", "grad_elementwise"):
        assert any("integers" in case.describe for case in BY_NAME[name].cases)


# As learners type them, independently of the code that declares them.
TYPED = {
    "grad_W": {
        "transposed": [
            "np.outer(x, dv)",
            "x[:, None] @ dv[None, :]",
            "x.reshape(-1, 1) * dv",
            """
G = np.zeros((len(dv), len(x)))
for i in range(len(dv)):
    for j in range(len(x)):
        G[i, j] = dv[j] * x[i]
return G
""",
        ],
        "inner-product": ["dv @ x", "np.dot(dv, x)", "dv.T @ x", "np.sum(dv * x)"],
        "entry-by-entry": ["dv * x", "x * dv", "np.diag(dv * x)"],
        "sign": ["-np.outer(dv, x)", "np.outer(-dv, x)"],
        "flattened": ["np.outer(dv, x).flatten()", "np.kron(dv, x)", "np.outer(dv, x).reshape(-1)"],
        "jacobian": [
            "np.kron(np.eye(len(dv)), x)",
            """
J = np.zeros((len(dv), len(dv), len(x)))
for i in range(len(dv)):
    J[i, i] = x
return J
""",
        ],
        "x-missing": ["np.outer(dv, np.ones_like(x))", "np.tile(dv[:, None], len(x))"],
        "dv-missing": ["np.outer(np.ones(len(dv)), x)", "np.array([x for _ in dv])"],
    },
    "grad_b": {
        "times-x": ["np.outer(dv, x)", "dv[:, None] * x"],
        "times-x-entry-by-entry": ["dv * x", "x * dv"],
        "summed": ["dv.sum()", "np.sum(dv)", "sum(dv)", "dv.mean()"],
        "inner-product": ["dv @ x", "x @ dv"],
        "summed-over-inputs": ["np.outer(dv, x).sum(axis=1)", "np.outer(dv, x).mean(axis=1)"],
        "sign": ["-dv", "-1 * dv"],
        "dv-missing": ["np.ones(len(dv))", "np.eye(len(dv))", "1"],
        "diagonal-matrix": ["np.diag(dv)", "np.eye(len(dv)) * dv"],
        "zero": ["np.zeros(len(dv))", "0 * dv", "0"],
        "column": ["dv[:, None]", "dv.reshape(1, -1)", "np.outer(dv, 1)"],
    },
    "grad_x": {
        "not-transposed": ["W @ dv", "dv @ W.T", "np.dot(W, dv)", "(W * dv).sum(axis=1)"],
        "not-summed": ["W.T * dv", "W * dv[:, None]", "np.diag(dv) @ W"],
        "elementwise": ["W * dv", "dv * W", "np.sum(W * dv, axis=0)"],
        "summed-along-rows": ["(W * dv[:, None]).sum(axis=1)", "(W.T * dv).sum(axis=0)"],
        "dv-missing": ["W.sum(axis=0)", "W.T @ np.ones(len(dv))"],
        "jacobian": ["W", "W.T"],
        "inverse": [
            "np.linalg.inv(W) @ dv",
            "np.linalg.solve(W, dv)",
            "np.linalg.pinv(W) @ dv",
            "np.linalg.lstsq(W, dv, rcond=None)[0]",
            "np.linalg.solve(W.T, dv)",
        ],
        "overwritten": [
            """
dx = np.zeros(W.shape[1])
for i in range(len(dv)):
    for j in range(W.shape[1]):
        dx[j] = W[i, j] * dv[i]
return dx
""",
        ],
        "one-number": ["np.sum(W * dv[:, None])", "(W.T @ dv).sum()"],
        "sign": ["-W.T @ dv"],
        "column": ["W.T @ dv.reshape(-1, 1)", "dv.reshape(1, -1) @ W"],
    },
    "grad_elementwise": {
        "jacobian": ["np.diag(g_prime(x))", "np.eye(len(x)) * g_prime(x)"],
        "diagonal-matrix": [
            "np.diag(g_prime(x)) * dv",
            "np.diag(dv * g_prime(x))",
            "np.diag(dv) @ np.diag(g_prime(x))",
        ],
        "g-for-g-prime": ["dv * g(x)", "g(x) * dv"],
        "slope-at-the-result": ["dv * g_prime(g(x))"],
        "slope-at-dv": ["dv * g_prime(dv)", "g_prime(dv)", "x * g_prime(dv)"],
        "slope-missing": ["dv", "dv * 1"],
        "dv-missing": ["g_prime(x)"],
        "one-function-only": [
            "dv * g(x) * (1 - g(x))",
            "dv * np.exp(-x) / (1 + np.exp(-x)) ** 2",
            "dv * (1 - g(x) ** 2)",
            "dv / np.cosh(x) ** 2",
        ],
        "x-times-one-minus-x": ["dv * x * (1 - x)"],
        "divided": ["dv / g_prime(x)", "np.linalg.solve(np.diag(g_prime(x)), dv)"],
        "inner-product": ["dv @ g_prime(x)", "np.sum(dv * g_prime(x))"],
        "outer-product": ["np.outer(dv, g_prime(x))", "np.outer(g_prime(x), dv)"],
        "sign": ["-dv * g_prime(x)"],
    },
}
ALL_TYPED = [
    (name, key, i)
    for name, mistakes in TYPED.items()
    for key, answers in mistakes.items()
    for i in range(len(answers))
]


@pytest.mark.parametrize(("name", "key", "number"), ALL_TYPED)
def test_a_mistake_as_typed_gets_its_own_key_and_hint(name, key, number, typed):
    result = typed(name, TYPED[name][key][number])
    assert (result.status, result.key) == ("not yet", key), result
    (mistake,) = [m for m in BY_NAME[name].mistakes if m.key == key]
    assert (result.message, result.hint) == (mistake.symptom, mistake.hint)


@pytest.mark.parametrize("name", TYPED)
def test_every_known_mistake_has_been_typed(name):
    assert {m.key for m in BY_NAME[name].mistakes} == set(TYPED[name])


# In no list: the sentence must be true of them, and of use.
@pytest.mark.parametrize(
    ("name", "lines", "key", "says"),
    [
        # what arrives, normalised first
        ("grad_W", "np.outer(dv / np.linalg.norm(dv), x)", "value", "Right shape, wrong values"),
        # the returned vector of a learner who thinks of one neuron
        ("grad_W", "dv[0] * x", "shape", "has shape (4,); it must be (2, 4)"),
        ("grad_W", "G = np.zeros_like(x)\nreturn np.outer(dv, x).astype(x.dtype)", "dtype",
         "All is right for decimal numbers"),
        ("grad_W", "dv *= 2\nreturn np.outer(dv, x) / 2", "changed-input", "changes its input"),
        ("grad_b", "dv / np.linalg.norm(dv)", "value", "Right shape, wrong values"),
        ("grad_b", "dv + x.sum()", "value", "Right shape, wrong values"),
        ("grad_b", "1.0005 * dv", "factor", "is 1.0005 times the right value"),
        ("grad_b", "2 * dv", "factor", "twice the right value"),
        ("grad_x", "W.T @ dv / len(dv)", "value", "Right shape, wrong values"),
        ("grad_x", "np.sign(W.T) @ dv", "value", "Right shape, wrong values"),
        ("grad_x", "W[0] * dv[0]", "value", "Right shape, wrong values"),
        ("grad_elementwise", "dv * (g(x + 1e-6) - g(x)) / 1e-6", "precision", "about six digits"),
        ("grad_elementwise", "dv * (g(x + 1) - g(x))", "value", "Right shape, wrong values"),
        ("grad_elementwise", "dv * x * g_prime(x)", "value", "Right shape, wrong values"),
        ("grad_elementwise", "dv * g_prime", "raised", "TypeError"),
    ],
)  # fmt: skip
def test_an_unlisted_mistake_gets_a_true_and_useful_sentence(name, lines, key, says, typed):
    result = typed(name, lines)
    assert (result.status, result.key) == ("not yet", key), result
    assert says in result.message, result
    assert result.hint.idea


@pytest.mark.parametrize(
    ("formula", "place"),
    [
        # the two ways taken for opposite ones
        ("I - A @ diag(dg(u)) @ W", "`∂v/∂x[1, 1]`"),
        # the bias counted among what depends on x
        ("I + A @ diag(dg(u) + b) @ W", "`∂v/∂x[1, 0]`"),
        # the pre-activations themselves for the slopes
        ("I + A @ diag(u) @ W", "`∂v/∂x[1, 1]`"),
    ],
)
def test_an_unlisted_jacobian_gets_a_true_and_useful_sentence(formula, place):
    result = BY_NAME["jacobian"].diagnose(formula)
    assert (result.status, result.key) == ("not yet", "value"), result
    assert result.message.startswith("Right shape, wrong values: at n = 2 and h = 3")
    assert place in result.message
    assert result.hint.idea


def test_a_refused_formula_is_told_what_may_be_typed_for_matrices():
    result = BY_NAME["jacobian"].diagnose("I + A @ (dg(u)[:, None] * W)")
    assert result.key == "forbidden"
    assert result.message.endswith("numbers, `+ - * / ** @`, `.T`, `diag(…)` and parentheses.")
