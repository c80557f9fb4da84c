"""The recursion's checks: right answers in any form, mistakes as learners type them, strangers."""

import numpy as np
import pytest

import backprop as bp
from backprop import check
from backprop.check import chapter_05
from backprop.check._api import EXERCISES
from backprop.check._cases import sigmoid_slope

BY_NAME = {name: EXERCISES[name] for name in chapter_05.__all__}


@pytest.fixture
def typed(cell):
    """Return the result of a check for lines as a learner types them; one line may be a formula."""

    def run(name, lines):
        if "return" not in lines:
            lines = f"return {lines}"
        body = "".join(f"    {line}\n" for line in lines.strip("\n").split("\n"))
        return getattr(check, name)(cell(f"def {BY_NAME[name].call_as}:\n{body}", name))

    return run


def changed(text, *pairs):
    """Return a text with something in it replaced."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


SWEEP = """
dW, db = [], []
delta = (xs[-1] - y) * f_prime(us[-1])
for layer in range(len(weights), 0, -1):
    dW.insert(0, np.outer(delta, xs[layer - 1]))
    db.insert(0, delta)
    if layer > 1:
        delta = (weights[layer - 1].T @ delta) * f_prime(us[layer - 2])
return dW, db
"""
# The programs of the two hunts, as the learner is given them.
GIVEN_FROM = """
all_dW, all_db = [], []
delta = error
for W, u, x in zip(reversed(weights), reversed(us), reversed(xs[:-1])):
    delta *= f_prime(u)
    all_dW.append(np.outer(delta, x))
    all_db.append(delta)
    delta = W.T @ delta
return all_dW[::-1], all_db[::-1]
"""
GIVEN_TRAIN = """
weights, biases = list(weights), list(biases)
dx = xs[-1] - y
for i in reversed(range(len(weights))):
    delta = dx * f_prime(us[i])
    weights[i] = weights[i] - eta * np.outer(delta, xs[i])
    biases[i] = biases[i] - eta * delta
    dx = weights[i].T @ delta
return weights, biases
"""
LISTS = "weights, biases = list(weights), list(biases)\n"
WAY_DOWN = "    dx = weights[i].T @ delta\n"
# The same, mended.
MENDED_TRAIN = changed(
    GIVEN_TRAIN, (WAY_DOWN, ""), ("    weights[i] =", WAY_DOWN + "    weights[i] =")
)
# The gradients first, in the order in which they are found.
GRADIENTS_FIRST = """
dW, db = [], []
dx = xs[-1] - y
for i in reversed(range(len(weights))):
    delta = dx * f_prime(us[i])
    dW.append(np.outer(delta, xs[i]))
    db.append(delta)
    dx = weights[i].T @ delta
weights = [W - eta * G for W, G in zip(weights, dW)]
return weights, [b - eta * g for b, g in zip(biases, db)]
"""
DOWN = "delta = (weights[layer - 1].T @ delta) * f_prime(us[layer - 2])"
BATCHED = """
Delta = (Delta_next @ W_next) * f_prime(U)
dW = Delta.T @ X_before / len(Delta)
db = Delta.sum(axis=0) / len(Delta)
return Delta, dW, db
"""

RIGHT = {
    "delta_output": [
        "(x - y) * f_prime(u)",
        "f_prime(u) * (x - y)",
        "np.diag(f_prime(u)) @ (x - y)",
        "-(y - x) * f_prime(u)",
        "[(a - b) * f_prime(c) for a, b, c in zip(x, y, u)]",
        "0.5 * 2 * (x - y) * f_prime(u)",
    ],
    "delta_step": [
        "(W_next.T @ delta_next) * f_prime(u)",
        "delta_next @ W_next * f_prime(u)",
        "np.diag(f_prime(u)) @ W_next.T @ delta_next",
        "(W_next * f_prime(u)).T @ delta_next",
        "np.einsum('ij,i,j->j', W_next, delta_next, f_prime(u))",
        """
delta = np.zeros(len(u))
for j in range(len(u)):
    for i in range(len(delta_next)):
        delta[j] += W_next[i, j] * delta_next[i]
    delta[j] *= f_prime(u[j])
return delta
""",
    ],
    "backward": [
        SWEEP,
        changed(
            SWEEP,
            ("dW.insert(0, ", "dW.append("),
            ("db.insert(0, ", "db.append("),
            ("return dW, db", "return dW[::-1], db[::-1]"),
        ),
        changed(SWEEP, ("return dW, db", "return tuple(dW), tuple(db)")),
        changed(SWEEP, ("return dW, db", "return [dW, db]")),
        """
dW, db = [None] * len(weights), [None] * len(weights)
dx = xs[-1] - y
for i in reversed(range(len(weights))):
    delta = dx * f_prime(us[i])
    dW[i] = delta[:, None] * xs[i]
    db[i] = delta.copy()
    dx = delta @ weights[i]
return dW, db
""",
        """
def below(i):
    if i == len(weights) - 1:
        return (xs[-1] - y) * f_prime(us[-1])
    return (weights[i + 1].T @ below(i + 1)) * f_prime(us[i])
db = [below(i) for i in range(len(weights))]
return [np.outer(delta, x) for delta, x in zip(db, xs)], db
""",
    ],
    "backward_from": [
        changed(GIVEN_FROM, ("delta *= ", "delta = delta * ")),
        changed(GIVEN_FROM, ("delta = error", "delta = error.copy()")),
        changed(GIVEN_FROM, ("delta = error", "delta = np.array(error)")),
        changed(GIVEN_FROM, ("delta = error", "delta = 1 * error")),
        "error = error + 0\n" + GIVEN_FROM.strip(),
    ],
    "train_step": [
        MENDED_TRAIN,
        changed(GIVEN_TRAIN, (LISTS, "old = weights\n" + LISTS), ("dx = weights", "dx = old")),
        """
dW, db = [], []
dx = xs[-1] - y
for i in reversed(range(len(weights))):
    delta = dx * f_prime(us[i])
    dW.insert(0, np.outer(delta, xs[i]))
    db.insert(0, delta)
    dx = weights[i].T @ delta
return [W - eta * G for W, G in zip(weights, dW)], [b - eta * g for b, g in zip(biases, db)]
""",
        changed(
            MENDED_TRAIN,
            (LISTS, "weights, biases = [W.copy() for W in weights], list(biases)\n"),
            ("weights[i] = weights[i] - ", "weights[i] -= "),
        ),
        changed(
            GIVEN_TRAIN,
            ("    weights[i] =", "    W = weights[i]\n    weights[i] ="),
            ("dx = weights[i].T", "dx = W.T"),
        ),
    ],
    "batch_step": [
        BATCHED,
        changed(BATCHED, ("Delta.sum(axis=0) / len(Delta)", "Delta.mean(axis=0)")),
        changed(BATCHED, ("Delta_next @ W_next", "(W_next.T @ Delta_next.T).T")),
        changed(
            BATCHED,
            (
                "dW = Delta.T @ X_before / len(Delta)",
                "dW = np.einsum('si,sj->ij', Delta, X_before) / U.shape[0]",
            ),
        ),
        """
m = len(U)
Delta, dW, db = np.zeros(U.shape), 0, 0
for s in range(m):
    delta = (W_next.T @ Delta_next[s]) * f_prime(U[s])
    Delta[s] = delta
    dW = dW + np.outer(delta, X_before[s]) / m
    db = db + delta / m
return Delta, dW, db
""",
        """
Delta = (Delta_next @ W_next) * f_prime(U)
dW = np.mean([np.outer(d, x) for d, x in zip(Delta, X_before)], axis=0)
return Delta, dW, sum(Delta) / len(U)
""",
    ],
}
ALL_RIGHT = [(name, i) for name, answers in RIGHT.items() for i in range(len(answers))]


@pytest.mark.parametrize(("name", "number"), ALL_RIGHT)
def test_a_right_answer_in_any_form_is_right(name, number, typed):
    result = typed(name, RIGHT[name][number])
    assert (result.status, result.key) == ("right", "right"), result


# -- the references, against the package -----------------------------------------------------------


def network(weights, us, xs, f_prime):
    """Return the package's network of a case."""
    biases = [u - W @ x for W, u, x in zip(weights, us, xs, strict=False)]
    if f_prime is sigmoid_slope:
        return bp.Network(weights, biases)
    return bp.Network(weights, biases, activation=(lambda u: np.tanh(u) + 0.3 * u**2, f_prime))


def test_backward_is_the_package_s():
    for case in BY_NAME["backward"].cases:
        weights, us, xs, y, f_prime = case.args
        net = network(weights, us, xs, f_prime)
        f = net.forward(xs[0])
        for mine, theirs in zip([*us, *xs], [*f.u, *f.x], strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-12)
        g = net.backward(f, y)
        dW, db = BY_NAME["backward"].reference(*case.args)
        for mine, theirs in zip([*dW, *db], [*g.dW, *g.db], strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-11, atol=1e-14)


def test_the_error_terms_are_the_package_s():
    for name, layer in (("delta_output", -1), ("delta_step", 0)):
        for case, whole in zip(BY_NAME[name].cases[:1], BY_NAME["backward"].cases, strict=False):
            weights, us, xs, y, f_prime = whole.args
            net = network(weights, us, xs, f_prime)
            delta = net.backward(net.forward(xs[0]), y).delta[layer]
            np.testing.assert_allclose(BY_NAME[name].reference(*case.args), delta, rtol=1e-12)


def test_the_batch_is_the_mean_of_its_samples():
    for case in BY_NAME["batch_step"].cases:
        Delta_next, W_next, U, X_before, f_prime = case.args
        Delta, dW, db = BY_NAME["batch_step"].reference(*case.args)
        alone = [
            BY_NAME["delta_step"].reference(None, u, None, W_next, delta, f_prime)
            for u, delta in zip(U, Delta_next, strict=True)
        ]
        outer = [np.outer(delta, x) for delta, x in zip(alone, X_before, strict=True)]
        np.testing.assert_allclose(Delta, alone, rtol=1e-13)
        np.testing.assert_allclose(dW, np.mean(outer, axis=0), rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(db, np.mean(alone, axis=0), rtol=1e-12, atol=1e-15)


def test_the_hunts_symptoms_are_what_their_tasks_say():
    net, x, y = bp.load_example()
    us, xs = net.forward(x)
    right = net.backward(net.forward(x), y)
    error = xs[-1] - y
    dW, db = chapter_05.backward_from_given(error, net.weights, us, xs, sigmoid_slope)
    for mine, theirs in zip([*dW, *db], [*right.dW, *right.db], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)
    assert not np.allclose(error, xs[-1] - y)

    given = chapter_05.train_step_given
    off = []
    for eta in (0.01, 0.1, 1.0):
        new, _ = given(net.weights, net.biases, us, xs, y, sigmoid_slope, eta)
        steps = [(W - V) / eta for W, V in zip(net.weights, new, strict=True)]
        np.testing.assert_allclose(steps[1], right.dW[1], rtol=1e-12)
        off.append(np.abs(steps[0] - right.dW[0]).max() / np.abs(right.dW[0]).max())
        weights, biases, losses = net.weights, net.biases, []
        for _ in range(100):
            trained = bp.Network(weights, biases)
            f = trained.forward(x)
            losses.append(trained.mean_loss(x, y))
            weights, biases = given(weights, biases, f.u, f.x, y, sigmoid_slope, eta)
        assert (np.diff(losses) < 0).all()
    assert off[0] < 0.001
    np.testing.assert_allclose(off, off[0] * np.array([1, 10, 100]), rtol=0.01)


def test_the_cases_are_what_tells_mistakes_apart():
    sizes = [
        (case.args[0].shape[1], *case.args[3].shape[::-1]) for case in BY_NAME["delta_step"].cases
    ]
    assert sizes[0] == (3, 4, 2)
    assert (3, 3, 3) in sizes, "everything fits"
    assert any(n == q != p for n, p, q in sizes), "the layer's own matrix fits"
    depths = {len(case.args[0]) for case in BY_NAME["backward"].cases}
    assert depths == {1, 2, 3}
    for case in BY_NAME["batch_step"].cases:
        _, W_next, _, X_before, _ = case.args
        m = len(X_before)
        square = {m, *W_next.shape, X_before.shape[1]} == {m}
        assert m >= 3
        assert square or m not in (*W_next.shape, X_before.shape[1])
    assert all(case.args[-1] not in (0, 1) for case in BY_NAME["train_step"].cases)


# -- the known mistakes, as learners type them -----------------------------------------------------

TYPED = {
    "delta_output": {
        "f-prime-missing": ["x - y"],
        "sign": ["(y - x) * f_prime(u)", "-(x - y) * f_prime(u)"],
        "label-minus-output": ["y - x", "-(x - y)"],
        "of-old-programs": ["(y - x) * x * (1 - x)", "x * (1 - x) * (y - x)"],
        "factor-2": ["2 * (x - y) * f_prime(u)"],
        "factor-half": ["(x - y) * f_prime(u) / 2", "1/2 * (x - y) * f_prime(u)"],
        "f-for-f-prime": ["(x - y) * x"],
        "f-prime-of-output": ["(x - y) * f_prime(x)"],
        "one-activation-only": ["(x - y) * x * (1 - x)", "(x - y) * (1 - x * x)"],
        "label-missing": ["x * f_prime(u)"],
        "error-missing": ["f_prime(u)"],
        "square-left": [
            "(x - y) ** 2 * f_prime(u)",
            "1/2 * (x - y) ** 2 * f_prime(u)",
            "(y - x) ** 2",
            "0.5 * (x - y) ** 2",
        ],
        "loss": ["0.5 * np.sum((x - y) ** 2)", "np.linalg.norm(x - y) ** 2 / 2"],
        "u-for-x": ["(u - y) * f_prime(u)"],
        "one-number": ["(x - y) @ f_prime(u)", "np.sum((x - y) * f_prime(u))"],
        "mean-over-outputs": ["(x - y) * f_prime(u) / len(y)", "2 / len(y) * (x - y) * f_prime(u)"],
    },
    "delta_step": {
        "not-transposed": [
            "W_next @ delta_next * f_prime(u)",
            "delta_next @ W_next.T * f_prime(u)",
        ],
        "f-prime-missing": ["W_next.T @ delta_next", "delta_next @ W_next"],
        "f-for-f-prime": ["(W_next.T @ delta_next) * x"],
        "f-prime-of-output": ["(W_next.T @ delta_next) * f_prime(x)"],
        "one-activation-only": [
            "W_next.T @ delta_next * x * (1 - x)",
            "W_next.T @ delta_next * (1 - x**2)",
        ],
        "column-times-row": [
            "(W_next.T @ delta_next[:, None]) * f_prime(u)",
            "(W_next.T @ delta_next.reshape(-1, 1)) * f_prime(u)",
        ],
        "W-of-this-layer": ["(W.T @ delta_next) * f_prime(u)", "(W @ delta_next) * f_prime(u)"],
        "slopes-before-the-matrix": ["W_next.T @ (delta_next * f_prime(u))"],
        "not-summed": [
            "W_next.T * delta_next * f_prime(u)[:, None]",
            "W_next * delta_next[:, None] * f_prime(u)",
        ],
        "diagonal-matrix": ["np.diag(f_prime(u)) * (W_next.T @ delta_next)"],
        "sign": ["-(W_next.T @ delta_next) * f_prime(u)"],
    },
    "backward": {
        "off-by-one-in-W": [
            changed(SWEEP, ("weights[layer - 1]", "weights[layer - 2]")),
        ],
        "not-transposed": [changed(SWEEP, ("weights[layer - 1].T", "weights[layer - 1]"))],
        "output-for-input": [changed(SWEEP, ("xs[layer - 1]", "xs[layer]"))],
        "x0-forgotten": [changed(SWEEP, ("xs[layer - 1]", "xs[layer - 2]"))],
        "first-layer-missing": [
            changed(SWEEP, ("range(len(weights), 0, -1)", "range(len(weights), 1, -1)"))
        ],
        "starts-below-the-last": [
            changed(SWEEP, ("range(len(weights), 0, -1)", "range(len(weights) - 1, 0, -1)")),
            changed(SWEEP, ("range(len(weights), 0, -1)", "range(len(weights) - 1, -1, -1)")),
        ],
        "forwards": [
            changed(SWEEP, ("range(len(weights), 0, -1)", "range(1, len(weights) + 1)")),
            changed(SWEEP, ("range(len(weights), 0, -1)", "range(len(weights))")),
        ],
        "step-below-layer-1": [
            changed(SWEEP, ("    if layer > 1:\n        delta", "    delta")),
            changed(
                SWEEP,
                ("layer > 1", "layer > 0"),
                ("weights[layer - 1].T @ delta", "delta @ weights[layer - 1]"),
            ),
        ],
        "f-prime-of-output": [
            changed(
                SWEEP, ("f_prime(us[-1])", "f_prime(xs[-1])"), ("us[layer - 2]", "xs[layer - 1]")
            ),
            changed(SWEEP, ("f_prime(us[-1])", "f_prime(xs[-1])")),
            changed(SWEEP, ("us[layer - 2]", "xs[layer - 1]")),
        ],
        "one-activation-only": [
            changed(
                SWEEP,
                ("f_prime(us[-1])", "xs[-1] * (1 - xs[-1])"),
                ("f_prime(us[layer - 2])", "xs[layer - 1] * (1 - xs[layer - 1])"),
            ),
            changed(SWEEP, ("f_prime(us[-1])", "xs[-1] * (1 - xs[-1])")),
            changed(SWEEP, ("f_prime(us[layer - 2])", "xs[layer - 1] * (1 - xs[layer - 1])")),
        ],
        "reversed": [
            changed(SWEEP, ("insert(0, ", "append(")),
            changed(SWEEP, ("db.insert(0, ", "db.append(")),
            changed(SWEEP, ("dW.insert(0, ", "dW.append(")),
        ],
        "f-prime-missing-at-output": [
            changed(SWEEP, ("(xs[-1] - y) * f_prime(us[-1])", "xs[-1] - y"))
        ],
        "f-prime-missing-in-hidden-layers": [changed(SWEEP, (" * f_prime(us[layer - 2])", ""))],
        "slopes-of-the-layer-above": [changed(SWEEP, ("us[layer - 2]", "us[layer - 1]"))],
        "sign": [changed(SWEEP, ("xs[-1] - y", "y - xs[-1]"))],
        "delta-not-handed-on": [
            changed(SWEEP, ("        delta = (weights", "        below = (weights")),
            changed(SWEEP, ("    if layer > 1:\n        " + DOWN + "\n", "")),
        ],
        "dW-transposed": [
            changed(SWEEP, ("np.outer(delta, xs[layer - 1])", "np.outer(xs[layer - 1], delta)"))
        ],
        "only-dW": [changed(SWEEP, ("return dW, db", "return dW"))],
        "in-pairs": [changed(SWEEP, ("return dW, db", "return list(zip(dW, db))"))],
        "other-order": [changed(SWEEP, ("return dW, db", "return db, dW"))],
    },
    "backward_from": {
        "unrepaired": [
            changed(GIVEN_FROM, ("append(delta)", "append(delta.copy())")),
            changed(GIVEN_FROM, ("W.T @ delta", "W.T.copy() @ delta")),
            changed(GIVEN_FROM, ("delta = error", "delta = error[:]")),
            changed(
                GIVEN_FROM, ("delta *= f_prime(u)", "np.multiply(delta, f_prime(u), out=delta)")
            ),
            changed(GIVEN_FROM, ("delta *= f_prime(u)", "delta[:] = delta * f_prime(u)")),
        ],
        "undone-at-the-end": [changed(GIVEN_FROM, ("return", "error /= f_prime(us[-1])\nreturn"))],
        "reversed": [
            changed(
                GIVEN_FROM,
                ("delta *= ", "delta = delta * "),
                ("dW[::-1]", "dW"),
                ("db[::-1]", "db"),
            ),
            changed(GIVEN_FROM, ("delta *= ", "delta = delta * "), ("dW[::-1]", "dW")),
            changed(GIVEN_FROM, ("delta *= ", "delta = delta * "), ("db[::-1]", "db")),
        ],
        "slopes-dropped": [changed(GIVEN_FROM, ("    delta *= f_prime(u)\n", ""))],
        "slopes-dropped-at-output": [
            changed(GIVEN_FROM, ("delta *= ", "if W is not weights[-1]:\n        delta *= "))
        ],
        "slopes-twice": [changed(GIVEN_FROM, ("delta = error", "delta = error * f_prime(us[-1])"))],
        "starts-afresh": [changed(GIVEN_FROM, ("delta *= ", "delta = error * "))],
        "slopes-too-late": [
            changed(
                GIVEN_FROM,
                ("    delta *= f_prime(u)\n", ""),
                ("append(delta)", "append(delta)\n    delta = delta * f_prime(u)"),
            ),
        ],
    },
    "train_step": {
        "unrepaired": [
            changed(GIVEN_TRAIN, ("list(weights), list(biases)", "weights[:], biases[:]")),
            "weights = [W.copy() for W in weights]\n" + GIVEN_TRAIN.strip(),
            changed(GIVEN_TRAIN, (WAY_DOWN, ""), ("    biases[i] =", WAY_DOWN + "    biases[i] =")),
            changed(GIVEN_TRAIN, ("weights[i].T @ delta", "delta @ weights[i]")),
        ],
        "callers-weights": [
            changed(
                GIVEN_TRAIN,
                (LISTS, "old = list(weights)\n" + LISTS),
                ("weights[i] = weights[i] - ", "weights[i] -= "),
                ("dx = weights", "dx = old"),
            ),
            changed(
                GIVEN_TRAIN,
                ("weights[i] = weights[i] - ", "weights[i] -= "),
                ("biases[i] = biases[i] - ", "biases[i] -= "),
            ),
            changed(GIVEN_TRAIN, (LISTS, "")),
        ],
        "only-weights": [changed(MENDED_TRAIN, ("return weights, biases", "return weights"))],
        "only-layer-1": [
            changed(
                GIVEN_TRAIN,
                ("    weights[i] =", WAY_DOWN + "weights[i] ="),
                ("    biases", "biases"),
                ("- eta * delta\n" + WAY_DOWN, "- eta * delta\n"),
            ),
        ],
        "other-matrix": [
            changed(GIVEN_TRAIN, ("dx = weights[i].T", "dx = weights[i - 1].T")),
            changed(GIVEN_TRAIN, ("dx = weights[i].T", "dx = weights[i]")),
            changed(MENDED_TRAIN, ("dx = weights[i].T", "dx = weights[i - 1].T")),
            changed(MENDED_TRAIN, ("dx = weights[i].T", "dx = weights[i]")),
        ],
        "uphill": [
            changed(GIVEN_TRAIN, ("- eta", "+ eta")),
            changed(MENDED_TRAIN, ("- eta", "+ eta")),
        ],
        "reversed": [
            """
new, new_b = [], []
dx = xs[-1] - y
for W, b, u, x in zip(weights[::-1], biases[::-1], us[::-1], xs[-2::-1]):
    delta = dx * f_prime(u)
    new.append(W - eta * np.outer(delta, x))
    new_b.append(b - eta * delta)
    dx = W.T @ delta
return new, new_b
""",
        ],
        "step-of-another-layer": [GRADIENTS_FIRST],
        "gradients-returned": [
            changed(
                GRADIENTS_FIRST,
                (
                    GRADIENTS_FIRST[GRADIENTS_FIRST.index("weights =") :],
                    "return dW[::-1], db[::-1]",
                ),
            ),
        ],
        "no-learning-rate": [changed(MENDED_TRAIN, ("eta * ", ""))],
    },
    "batch_step": {
        "not-averaged": [changed(BATCHED, (" / len(Delta)", ""))],
        "db-not-averaged": [changed(BATCHED, ("axis=0) / len(Delta)", "axis=0)"))],
        "dW-not-averaged": [changed(BATCHED, ("X_before / len(Delta)", "X_before"))],
        "averaged-twice": [
            changed(BATCHED, ("f_prime(U)", "f_prime(U) / len(U)")),
            changed(BATCHED, ("/ len(Delta)", "/ len(Delta) / len(Delta)")),
        ],
        "Delta-divided": [
            changed(BATCHED, (" / len(Delta)", ""), ("f_prime(U)", "f_prime(U) / len(U)"))
        ],
        "wrong-axis": [
            changed(BATCHED, ("Delta.sum(axis=0) / len(Delta)", "Delta.mean(axis=1)")),
            changed(BATCHED, ("axis=0", "axis=1")),
            changed(BATCHED, ("Delta.sum(axis=0) / len(Delta)", "Delta.sum(axis=1)")),
            changed(BATCHED, (" / len(Delta)", ""), ("axis=0", "axis=1")),
        ],
        "db-averaged-twice": [changed(BATCHED, ("Delta.sum(axis=0)", "Delta.mean(axis=0)"))],
        "other-order": [
            changed(BATCHED, ("return Delta, dW, db", "return dW, db, Delta")),
            changed(BATCHED, ("return Delta, dW, db", "return db, dW, Delta")),
            changed(BATCHED, ("return Delta, dW, db", "return Delta, db, dW")),
            changed(BATCHED, ("return Delta, dW, db", "return dW, Delta, db")),
        ],
        "divided-by-another-number": [
            changed(BATCHED, ("len(Delta)", "Delta.size")),
            changed(BATCHED, ("X_before / len(Delta)", "X_before / X_before.shape[1]")),
            changed(BATCHED, ("len(Delta)", "Delta.shape[1]")),
            changed(BATCHED, ("X_before / len(Delta)", "X_before / Delta.shape[1]")),
        ],
        "W-transposed": [
            changed(BATCHED, ("Delta_next @ W_next", "Delta_next @ W_next.T")),
            changed(BATCHED, ("Delta_next @ W_next", "W_next.T @ Delta_next")),
        ],
        "f-prime-missing": [changed(BATCHED, (" * f_prime(U)", ""))],
        "dW-transposed": [changed(BATCHED, ("Delta.T @ X_before", "X_before.T @ Delta"))],
        "samples-in-columns": [
            changed(BATCHED, ("Delta.T @ X_before", "Delta @ X_before.T")),
            changed(BATCHED, ("Delta.T @ X_before", "Delta @ X_before")),
        ],
        "product-of-means": [
            changed(
                BATCHED,
                (
                    "Delta.T @ X_before / len(Delta)",
                    "np.outer(Delta.mean(axis=0), X_before.mean(axis=0))",
                ),
            ),
        ],
        "last-sample-only": [
            """
Delta = (Delta_next @ W_next) * f_prime(U)
for s in range(len(U)):
    dW = np.outer(Delta[s], X_before[s])
    db = Delta[s]
return Delta, dW, db
""",
            """
Delta = (Delta_next @ W_next) * f_prime(U)
for delta, x in zip(Delta, X_before):
    dW = np.outer(delta, x) / len(U)
    db = delta / len(U)
return Delta, dW, db
""",
        ],
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


# -- in no list: the sentence must be true of them, and of use -------------------------------------


@pytest.mark.parametrize(
    ("name", "lines", "key", "says"),
    [
        # a hinge: only errors that are large count
        (
            "delta_output",
            "np.where(abs(x - y) > 0.3, x - y, 0) * f_prime(u)",
            "value",
            "wrong values",
        ),
        # the probability's derivative, as after a softmax
        ("delta_output", "x - (y > 0)", "value", "wrong values"),
        ("delta_output", "((x - y) * f_prime(u))[:, None]", "shape", "has shape (2, 1)"),
        ("delta_output", "x -= y\nreturn x * f_prime(u)", "changed-input", "its input `x`"),
        # the step of gradient descent, with an η of the learner's own
        ("delta_output", "1.00004 * (x - y) * f_prime(u)", "factor", "is 1.00004 times the right"),
        ("delta_output", "-0.1 * (x - y) * f_prime(u)", "factor", "-0.1 times the right value"),
        # the absolute values of the weights, as a measure of influence
        ("delta_step", "(abs(W_next).T @ delta_next) * f_prime(u)", "value", "wrong values"),
        # the row sums in place of the columns
        ("delta_step", "W_next.sum(axis=0) * f_prime(u)", "value", "wrong values"),
        ("delta_step", "(W_next.T @ delta_next) / f_prime(u)", "value", "wrong values"),
        ("delta_step", "W_next.T @ delta_next @ f_prime(u)", "shape", "has shape ()"),
        # the last layer right, then two slips at once
        (
            "backward",
            changed(SWEEP, (".T @ delta) * f_prime(us[layer - 2])", ".T @ delta) / 2")),
            "value",
            "(`dW[1]` is right.)",
        ),
        # the bias's gradient summed
        (
            "backward",
            changed(SWEEP, ("db.insert(0, delta)", "db.insert(0, delta.sum())")),
            "shape",
            "`db[0]` has shape (); it must be (4,)",
        ),
        # works for the chapter's depth only
        (
            "backward",
            """
d2 = (xs[2] - y) * f_prime(us[1])
d1 = (weights[1].T @ d2) * f_prime(us[0])
return [np.outer(d1, xs[0]), np.outer(d2, xs[1])], [d1, d2]
""",
            "raised",
            "It does return on the chapter's 3-4-2 network.",
        ),
        (
            "backward",
            changed(SWEEP, ("np.outer(delta, xs[layer - 1])", "delta")),
            "shape",
            "`dW[0]` has shape (4,); it must be (4, 3)",
        ),
        ("backward", "return [], []", "shape", "`dW` holds nothing; it must hold 2."),
        # updates on the way, with an η of the learner's own
        (
            "backward",
            changed(
                SWEEP,
                ("    if layer > 1", "    weights[layer - 1] -= 0.1 * dW[0]\n    if layer > 1"),
            ),
            "changed-input",
            "changes its input `weights`",
        ),
        (
            "backward",
            changed(SWEEP, ("    if layer > 1", "    weights[layer - 1] = 0\n    if layer > 9")),
            "changed-input",
            "changes its input `weights`",
        ),
        # the colleague's caller is asked to copy, by an error
        (
            "backward_from",
            changed(GIVEN_FROM, ("delta = error", "error.flags.writeable = False\ndelta = error")),
            "raised",
            "output array is read-only",
        ),
        (
            "backward_from",
            changed(GIVEN_FROM, ("delta = error", "delta = error.astype(np.float32)")),
            "precision",
            "about six digits",
        ),
        (
            "backward_from",
            changed(GIVEN_FROM, ("delta *= ", "delta = delta + ")),
            "value",
            "wrong values",
        ),
        # the step down undone with an inverse
        (
            "train_step",
            changed(GIVEN_TRAIN, (".T @ delta", ".T @ delta / (1 - eta)")),
            "value",
            "(`weights[1]` is right.)",
        ),
        # the old weights are returned
        ("train_step", "return list(weights), list(biases)", "value", "wrong values"),
        (
            "train_step",
            changed(GIVEN_TRAIN, ("return weights, biases", "pass  # return")),
            "no-return",
            "`return weights, biases`",
        ),
        # the median over the samples
        (
            "batch_step",
            changed(BATCHED, ("Delta.sum(axis=0) / len(Delta)", "np.median(Delta, axis=0)")),
            "value",
            "`Delta` and `dW` are right.",
        ),
        (
            "batch_step",
            changed(BATCHED, ("/ len(Delta)", "/ (len(Delta) - 1)")),
            "value",
            "`Delta` is right.",
        ),
        (
            "batch_step",
            changed(BATCHED, ("Delta.sum(axis=0) / len(Delta)", "Delta.mean()")),
            "shape",
            "`db` has shape (); it must be (4,)",
        ),
        (
            "batch_step",
            changed(BATCHED, ("Delta_next @ W_next", "Delta_next.mean(0) @ W_next")),
            "value",
            "`Delta[3, 3]` is",
        ),
        (
            "batch_step",
            changed(BATCHED, ("return Delta, dW, db", "return dW, db")),
            "shape",
            "returns two things; the task asks for three things, in this order: `Delta`",
        ),
    ],
)
def test_an_unlisted_mistake_gets_a_true_and_useful_sentence(name, lines, key, says, typed):
    result = typed(name, lines)
    assert (result.status, result.key) == ("not yet", key), result
    assert says in result.message, result
    assert result.hint.idea
