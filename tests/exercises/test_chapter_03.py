"""The exercises of chapter 3: right in other forms, mistakes as typed, answers unforeseen."""

import itertools
import re
import textwrap

import numpy as np
import pytest

import backprop as bp
from backprop import check
from backprop.check import _api, chapter_03
from backprop.exercises import _source
from tests.exercises.places import SOURCES

SOURCE = next(source for source in SOURCES if source.stem.startswith("03"))
LEARNER, SOLUTION = (
    {c["id"]: "".join(c["source"]) for c in page["cells"]} for page in _source.both(SOURCE)
)


def hint_of(name, key):
    (mistake,) = [m for m in _api.EXERCISES[name].mistakes if m.key == key]
    return mistake.hint


# -- mean_loss -------------------------------------------------------------------------------------


@pytest.fixture
def mean_loss(cell):
    head = "def mean_loss(H, Y):\n"
    return lambda lines: check.mean_loss(cell(head + textwrap.indent(lines, "    "), "mean_loss"))


LOOP = "total = 0\nfor h, y in zip(H, Y):\n    total += 0.5 * np.sum((h - y) ** 2)\n"


@pytest.mark.parametrize(
    "lines",
    [
        "return 0.5 * np.mean(np.sum((H - Y) ** 2, axis=1))",
        "return np.sum((Y - H) ** 2) / (2 * len(H))",
        "return np.linalg.norm(H - Y) ** 2 / (2 * len(H))",
        "return np.mean(np.linalg.norm(H - Y, axis=1) ** 2) / 2",
        "return np.einsum('sk,sk->', H - Y, H - Y) / (2 * H.shape[0])",
        "return 0.5 * np.trace((H - Y) @ (H - Y).T) / len(H)",
        "return float(np.mean((H - Y) ** 2) * H.shape[1] / 2)",
        LOOP + "return total / len(H)",
        "e = H - Y\ne *= e\nreturn 0.5 * e.sum(axis=-1).mean()",
    ],
)
def test_a_mean_loss_in_any_form_is_right(lines, mean_loss):
    assert mean_loss(lines)


def test_the_package_s_mean_loss_is_right():
    def mean_loss(H, Y):
        n = H.shape[1]
        return bp.Network([np.eye(n)], [np.zeros(n)], "identity").mean_loss(H, Y)

    assert check.mean_loss(mean_loss)


LOSSES = {
    "no-half": ["return np.mean(np.sum((H - Y) ** 2, axis=1))", "return ((H-Y)**2).sum() / len(H)"],
    "sum-for-mean": ["return 0.5 * np.sum((H - Y) ** 2)", LOOP + "return total"],
    "bare-sum": ["return np.sum((H - Y) ** 2)", "return np.linalg.norm(H - Y) ** 2"],
    "mean-over-entries": ["return 0.5 * np.mean((H - Y) ** 2)", "return ((H-Y)**2).sum()/2/H.size"],
    "mean-over-entries-no-half": ["return np.mean((H - Y) ** 2)", "return np.square(H-Y).mean()"],
    "divided-by-outputs": [
        "return 0.5 * np.mean(np.sum((H - Y) ** 2, axis=0))",
        "return 0.5 * np.sum(np.mean((H - Y) ** 2, axis=1))",
    ],
    "one-loss-per-sample": ["return 0.5 * np.sum((H - Y) ** 2, axis=1)"],
    "one-loss-per-output": [
        "return 0.5 * np.mean((H - Y) ** 2, axis=0)",
        "return np.sum((H - Y) ** 2, axis=0) / 2",
    ],
    "norm-not-squared": [
        "return 0.5 * np.mean(np.linalg.norm(H - Y, axis=1))",
        "return np.linalg.norm(H - Y) / (2 * len(H))",
        "return 0.5 * np.linalg.norm(H - Y)",
    ],
    "half-inside-the-square": ["return np.mean(np.sum((0.5 * (H - Y)) ** 2, axis=1))"],
    "summed-before-squaring": ["return 0.5 * np.mean(np.sum(H - Y, axis=1) ** 2)"],
    "difference-of-squares": ["return 0.5 * np.mean(np.sum(H**2 - Y**2, axis=1))"],
    "first-sample-only": [
        "for h, y in zip(H, Y):\n    return 0.5 * np.sum((h - y) ** 2)",
        "for h, y in zip(H, Y):\n    loss = 0.5 * np.sum((h - y) ** 2)\nreturn loss",
        LOOP + "    return total / len(H)",
        "for h, y in zip(H, Y):\n    loss = 0.5 * np.sum((h - y) ** 2)\nreturn loss / len(H)",
    ],
    "divided-twice": ["return 0.5 * np.mean(np.sum((H - Y) ** 2, axis=1)) / len(H)"],
    "multiplied-by-m": ["return np.sum((H - Y) ** 2) / 2 * len(H)"],
    "absolute-values": [
        "return 0.5 * np.mean(np.sum(np.abs(H - Y), axis=1))",
        "return np.mean(np.abs(H - Y))",
    ],
}


@pytest.mark.parametrize(("key", "lines"), [(k, one) for k, v in LOSSES.items() for one in v])
def test_a_mistaken_mean_loss_is_known(key, lines, mean_loss):
    result = mean_loss(lines)
    assert result.key == key, result
    assert result.hint == hint_of("mean_loss", key)


@pytest.mark.parametrize(
    ("lines", "key", "says"),
    [
        # the worst component for the sum of all
        ("return 0.5 * np.mean(np.max((H - Y) ** 2, axis=1))", "value",
         "Wrong value: on six samples with two outputs each"),
        # the variance, which takes off the mean difference
        ("return 0.5 * np.var(H - Y)", "value", "on H = [[1, 2], [0, 1], [2, 3]] and Y = [[0, 2], "
         "[0, 3], [2, 2]], `loss` is 0.5, expected 1"),
        # the first sample left out
        ("total = 0\nfor s in range(1, len(H)):\n    total += 0.5 * np.sum((H[s] - Y[s]) ** 2)\n"
         "return total / len(H)", "value", "`loss` is 0.8333, expected 1"),
        # the unbiased variance's divisor
        ("return 0.5 * np.sum((H - Y) ** 2) / (len(H) - 1)", "nan",
         "On a single sample with three outputs, `loss` is infinity."),
        ("return -0.5 * np.mean(np.sum((H - Y) ** 2, axis=1))", "sign", "opposite sign"),
        ("return 1.5 * np.mean(np.sum((H - Y) ** 2, axis=1))", "factor", "3 times the right"),
        ("return 0.5 * (H - Y) ** 2", "shape", "`loss` has shape (3, 2); it must be a single num"),
        ("return 0.5 * np.mean(np.sum((H - Y) ^ 2, axis=1))", "raised", "TypeError at your line 2"),
        ("return 0.5 * (H - Y) @ (H - Y) / len(H)", "raised", "ValueError at your line 2"),
        ("H -= Y\nreturn 0.5 * np.sum(H**2) / len(H)", "changed-input", "its input `H`"),
        ("print(0.5 * np.sum((H - Y) ** 2) / len(H))", "no-return", "returns nothing"),
    ],
)  # fmt: skip
def test_an_unlisted_mean_loss_gets_a_true_sentence(lines, key, says, mean_loss):
    result = mean_loss(lines)
    assert result.key == key, result
    assert says in result.message, result
    assert result.hint.idea


def test_a_power_with_a_caret_and_an_array_for_a_number_get_advice_of_their_own(mean_loss):
    assert "a power is `**`" in mean_loss("return 0.5 * np.sum((H - Y) ^ 2) / len(H)").hint.idea
    assert "without it a number" in mean_loss("return H - Y").hint.idea


def test_the_cases_are_what_tells_losses_apart():
    shapes = [case.args[0].shape for case in _api.EXERCISES["mean_loss"].cases]
    assert any(m >= 3 and m != n and m > n for m, n in shapes)
    assert any(m < n for m, n in shapes)
    assert any(m == n for m, n in shapes)
    assert any(m == 1 for m, _ in shapes)
    # With two samples "no ½" would be the same as "the sum".
    assert all(m != 2 for m, _ in shapes)


# -- batch_layer -----------------------------------------------------------------------------------


@pytest.fixture
def batch_layer(cell):
    head = "def layer(X, W, b, f):\n"
    return lambda lines: check.batch_layer(cell(head + textwrap.indent(lines, "    "), "layer"))


def u(expression):
    return f"U = {expression}\nF = f(U)\nreturn U, F"


@pytest.mark.parametrize(
    "lines",
    [
        u("X @ W.T + b"),
        u("np.dot(X, W.T) + b[None, :]"),
        u("(W @ X.T + b[:, None]).T"),
        u("np.einsum('sj,ij->si', X, W) + b"),
        u("np.array([W @ x + b for x in X])"),
        u("np.column_stack([X, np.ones(len(X))]) @ np.column_stack([W, b]).T"),
        u("np.matmul(W, X[:, :, None])[..., 0] + b"),
        "U = np.empty((len(X), len(b)))\nfor s in range(len(X)):\n    U[s] = W @ X[s] + b\n"
        "return [U, f(U)]",
        "U, F = [], []\nfor x in X:\n    U.append(W @ x + b)\n    F.append(f(W @ x + b))\n"
        "return U, F",
        "U = X @ W.T\nU += b\nreturn U, f(U)",
    ],
)
def test_a_layer_in_any_form_is_right(lines, batch_layer):
    assert batch_layer(lines)


def test_the_package_s_layer_is_right():
    def layer(X, W, b, f):
        forward = bp.Network([W], [b], activation=(f, np.ones_like)).forward(X)
        return forward.u[0], forward.x[1]

    assert check.batch_layer(layer)


LAYERS = {
    "W-not-transposed": [u("X @ W + b"), u("np.dot(X, W) + b")],
    "W-on-the-left": [u("W @ X + b"), u("W @ X + b[:, None]"), u("W @ X + b.reshape(-1, 1)")],
    "samples-in-columns": [u("W @ X.T + b[:, None]"), u("(X @ W.T + b).T")],
    "b-along-the-samples": [u("W @ X.T + b"), u("X @ W.T + b[:, None]"), u("(W @ X.T + b).T")],
    "reshaped": [
        u("X @ W.reshape(W.shape[1], W.shape[0]) + b"),
        u("(W @ X.T + b[:, None]).reshape(len(X), len(b))"),
    ],
    "b-forgotten": [u("X @ W.T")],
    "f-forgotten": ["U = X @ W.T + b\nreturn U, U"],
    "sigmoid-for-f": ["U = X @ W.T + b\nreturn U, 1 / (1 + np.exp(-U))"],
    "b-subtracted": [u("X @ W.T - b")],
    "U-overwritten": [
        "U = f(X @ W.T + b)\nreturn U, f(U)",
        "U = X @ W.T + b\nU = f(U)\nreturn U, U",
    ],
    "b-outside-f": ["U = X @ W.T\nreturn U, f(U) + b"],
    "first-sample-only": [
        "for x in X:\n    U = W @ x + b\n    return U, f(U)",
        "for x in X:\n    U = W @ x + b\n    F = f(U)\nreturn U, F",
    ],
    "outputs-alone": ["return f(X @ W.T + b)"],
    "other-order": ["U = X @ W.T + b\nreturn f(U), U"],
}


@pytest.mark.parametrize(("key", "lines"), [(k, one) for k, v in LAYERS.items() for one in v])
def test_a_mistaken_layer_is_known(key, lines, batch_layer):
    result = batch_layer(lines)
    assert result.key == key, result
    assert result.hint == hint_of("batch_layer", key)


@pytest.mark.parametrize(
    ("lines", "key", "says"),
    [
        # all biases added to every neuron
        (u("X @ W.T + b.sum()"), "value", "on X = [[1, 0], [0, 1], [2, 3]], W = [[1, 2], [3, 4]] "
         "and b = [-5, 1], `U[0, 1]` is -1, expected 4"),
        # the activation of the input
        (u("f(X) @ W.T + b"), "value", "`U[2, 1]` is 7.453, expected 19"),
        # the mean of the batch
        (u("np.mean(X @ W.T + b, axis=0)"), "shape", "`U` has shape (2,); it must be (3, 2)."),
        # a column left over
        (u("np.matmul(W, X[:, :, None]) + b[:, None]"), "shape", "`U` has shape (3, 2, 1)"),
        # the samples on both sides
        (u("X.T @ W + b"), "raised", "ValueError at your line 2"),
        (u("np.outer(X, W) + b"), "raised", "ValueError at your line 2"),
        # one bias for each sample, in a loop
        ("U = X @ W.T\nfor s in range(len(b)):\n    U[s] += b[s]\nreturn U, f(U)", "raised",
         "IndexError at your line 4"),
        # the outputs written over the pre-activations
        ("U = X @ W.T + b\nF = U\nF[:] = f(U)\nreturn U, F", "shares-memory", "`U` and `F`"),
        # into an array like the input
        ("U = np.zeros_like(X)\nfor s, x in enumerate(X):\n    U[s] = W @ x + b\nreturn U, f(U)",
         "raised", "could not broadcast input array from shape (4,) into shape (3,)"),
        # the function itself
        ("U = X @ W.T + b\nreturn U, f", "shape", "`F` is a function, not an array of numbers."),
        ("U = X @ W.T + b\nreturn U", "shape", "the task asks for two things"),
        # only for as many samples as the first batch has
        ("U = np.zeros((3, len(b)))\nfor s in range(3):\n    U[s] = W @ X[s] + b\nreturn U, f(U)",
         "raised", "On a single sample and a layer of two neurons with three inputs"),
        ("X *= 2\nU = X @ W.T / 2 + b\nreturn U, f(U)", "changed-input", "its input `X`"),
    ],
)  # fmt: skip
def test_an_unlisted_layer_gets_a_true_sentence(lines, key, says, batch_layer):
    result = batch_layer(lines)
    assert result.key == key, result
    assert says in result.message, result
    assert result.hint.idea


def test_the_cases_are_what_tells_layers_apart():
    cases = _api.EXERCISES["batch_layer"].cases
    sizes = [(len(X), *W.shape) for X, W, _, _ in (case.args for case in cases)]
    assert any(len(set(three)) == 3 for three in sizes)
    assert any(m == p != n for m, p, n in sizes)
    assert any(m == n != p for m, p, n in sizes)
    assert any(len(set(three)) == 1 for three in sizes)
    assert any(m == 1 for m, _, _ in sizes)
    assert any(case.args[0].dtype.kind == "i" for case in cases)


# -- paths -----------------------------------------------------------------------------------------

COUNTED = {"from_w1": 24, "from_w4": 1, "from_x": 120}
SIZES = chapter_03.SIZES


def test_the_paths_are_those_one_can_list():
    layers = [range(size) for size in SIZES]
    assert COUNTED == {
        "from_w1": len(list(itertools.product(*layers[2:]))),
        "from_w4": len(list(itertools.product())),
        "from_x": len(list(itertools.product(*layers[1:]))),
    }
    assert _api.EXERCISES["paths"].right() == COUNTED
    words = LEARNER["paths-task"].replace("\n", " ")
    n, *layers = SIZES
    assert f"**{n} inputs and four layers of {layers[0]}, {layers[1]}, {layers[2]}" in words
    assert f"and {layers[3]} neurons**" in words


PATHS = {
    "right": [{}, {"from_w1": 24.0, "from_x": np.int64(120)}],
    "sizes-added": [{"from_w1": 2 + 4 + 3, "from_x": 5 + 2 + 4 + 3}, {"from_w1": 9}],
    "own-layer-counted": [{"from_w1": 120}, {"from_w4": 3}, {"from_w1": 120, "from_w4": 3}],
    "outputs-not-counted": [{"from_w1": 2 * 4, "from_x": 5 * 2 * 4}, {"from_x": 40}],
    "one-layer-passed-over": [{"from_w1": 4 * 3}, {"from_x": 24}, {"from_w1": 12, "from_x": 24}],
    "only-the-outputs": [{"from_w1": 3}, {"from_w1": 3, "from_x": 3}],
    "no-path-without-a-layer": [{"from_w4": 0}],
    "from-all-inputs": [{"from_x": 720}, {"from_x": 6 * 120, "from_w1": 720}],
    "edges-counted": [{"from_w1": 20}, {"from_w1": 22, "from_x": 35}, {"from_x": 35}],
}


@pytest.mark.parametrize(("key", "wrong"), [(k, one) for k, v in PATHS.items() for one in v])
def test_counted_paths_are_right_or_the_mistake_is_known(key, wrong):
    result = check.paths({**COUNTED, **wrong})
    assert result.key == key, result
    if key != "right":
        assert result.hint == hint_of("paths", key)


@pytest.mark.parametrize(
    ("wrong", "key", "says"),
    [
        # the loss counted as one neuron more, added
        (
            {"from_w1": 25},
            "value",
            "`from_w4` and `from_x` are right. Look at `from_w1`. 25 is too",
        ),
        ({"from_w4": 2}, "value", "Look at `from_w4`. 2 is too large."),
        # from one input, but through one weight
        ({"from_x": 60}, "value", "60 is too small."),
        # two mistakes: the one that is told points at its own part
        ({"from_w1": 9, "from_w4": 0}, "sizes-added", "Look at `from_w1` first. You have added"),
        ({"from_w4": 0.5}, "not-whole", "`from_w4`: 0.5 is not a whole number."),
        ({"from_x": ...}, "unfinished", "Right so far; `from_x` is still `...`."),
    ],
)
def test_unlisted_paths_get_a_true_sentence(wrong, key, says):
    result = check.paths({**COUNTED, **wrong})
    assert result.key == key, result
    assert says in result.message, result


# -- passes ----------------------------------------------------------------------------------------

P = "(n1*n0 + n1 + n2*n1 + n2)"
FORMULAS = {
    "right": [
        "2*m*(n0*n1 + n1 + n1*n2 + n2)",
        "2 * m * (n1*(n0 + 1) + n2*(n1 + 1))",
        "m * ((n0+1)*n1 + (n1+1)*n2) * 2",
        "2·m·(n0·n1 + n1·n2 + n1 + n2)",
        lambda n0, n1, n2, m: 2 * m * (n0 * n1 + n1 + n1 * n2 + n2),
    ],
    "biases-forgotten": ["2*m*(n0*n1 + n1*n2)"],
    "biases-of-one-layer": ["2*m*(n0*n1 + n1*n2 + n2)", "2*m*(n0*n1 + n1*n2 + n1)"],
    "layer-missing": ["2*m*(n0*n1 + n1)"],
    "samples-forgotten": [f"2*{P}"],
    "one-sided": [f"m*({P} + 1)", f"m*{P} + 1"],
    "one-pass-for-a-parameter": [f"m*{P}"],
    "undisturbed-pass-added": [f"m*(2*{P} + 1)", f"2*m*{P} + 1"],
    "multiplications": [f"2*m*{P}*(n0*n1 + n1*n2)"],
    "input-with-biases": ["2*m*(n0*n1 + n1*n2 + n0 + n1 + n2)"],
    "neurons-for-parameters": ["2*m*(n0 + n1 + n2)", "2*m*(n1 + n2)"],
    "for-each-output": [f"2*m*n2*{P}"],
    "weights-alone": ["n0*n1 + n1*n2"],
    "parameters-alone": ["n0*n1 + n1 + n1*n2 + n2"],
}


@pytest.mark.parametrize(("key", "formula"), [(k, one) for k, v in FORMULAS.items() for one in v])
def test_a_number_of_passes_is_right_or_its_mistake_is_known(key, formula):
    result = check.passes(formula)
    assert result.key == key, result
    if key != "right":
        assert result.hint == hint_of("passes", key)


def test_the_passes_are_those_that_the_package_s_differences_take():
    for case in _api.EXERCISES["passes"].cases:
        n0, n1, n2, m = case.args
        net, count = bp.Network.random([n0, n1, n2], rng=1), 0

        def objective(p, m=m):
            nonlocal count
            count += m
            return float(np.sum(p))

        for p in net.weights + net.biases:
            bp.numerical_gradient(objective, p)
        assert count == _api.EXERCISES["passes"].reference(n0, n1, n2, m)


@pytest.mark.parametrize(
    ("formula", "key", "says"),
    [
        ("2*P*m", "unknown-name", "`P` is not a name of this task"),
        ("2m*(n0*n1)", "times", "A sign is missing between `2` and `m`"),
        ("passes = 2*m", "equation", "to the right of the equals sign"),
        (520, "no-formula", "You gave the check a value"),
        # twice central
        (f"4*m*{P}", "factor", "`passes` is twice the right value"),
        # sizes multiplied through
        ("2*m*(n0+1)*(n1+1)*(n2+1)", "value", "Wrong value: at n0 = 3, n1 = 4, n2 = 2, m = 5, "
         "`passes` is 600, expected 260"),
        # all combinations of two sides
        (f"m * 2**{P}", "value", "`passes` is"),
        # inputs joined to the outputs, too
        ("2*m*(n0*n1 + n1*n2 + n0*n2 + n1 + n2)", "value", "is 320, expected 260"),
    ],
)  # fmt: skip
def test_an_unlisted_number_of_passes_gets_a_true_sentence(formula, key, says):
    result = check.passes(formula)
    assert result.key == key, result
    assert says in result.message, result


# -- the words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("mean_loss", LOSSES),
        ("batch_layer", LAYERS),
        ("paths", PATHS),
        ("passes", FORMULAS),
    ],
)
def test_every_known_mistake_has_been_typed(name, typed):
    assert {m.key for m in _api.EXERCISES[name].mistakes} == set(typed) - {"right"}


def test_the_numbers_of_the_solutions_come_out_as_printed():
    text = SOLUTION["paths-why"].replace("\n", " ")
    for product in re.findall(r"\$(\d[\d\\cdot]*)=(\d+)\$", text):
        assert eval(product[0].replace(r"\cdot", "*")) == int(product[1])
    edges = [SIZES[1]] + [a * b for a, b in itertools.pairwise(SIZES[1:])]
    assert f"${'+'.join(map(str, edges))}={sum(edges)}$" in text
    text = SOLUTION["passes-why"].replace("\n", " ")
    reference = _api.EXERCISES["passes"].reference
    assert f"for the 3-4-2 network it is ${reference(3, 4, 2, 1) // 2:.0f}$" in text
    assert rf"With $m=1000$ samples and the 3-4-2 network these are ${52}\,000$" in text
    assert reference(3, 4, 2, 1000) == 52000
