"""Four exercises of chapter 2: right in other forms, mistakes as typed, answers unforeseen.

`forward` and `dL_dw1` have modules of their own.
"""

import re
import textwrap

import numpy as np
import pytest

import backprop as bp
from backprop import check
from backprop.check import _api, chapter_02
from backprop.exercises import _source
from tests.exercises.places import SOURCES, solution_cells

SOURCE = next(source for source in SOURCES if source.stem.startswith("02"))
LEARNER, SOLUTION = (
    {c["id"]: "".join(c["source"]) for c in page["cells"]} for page in _source.both(SOURCE)
)


def hint_of(name, key):
    (mistake,) = [m for m in _api.EXERCISES[name].mistakes if m.key == key]
    return mistake.hint


# -- shapes ----------------------------------------------------------------------------------------

SHAPES = chapter_02.SHAPES


def test_the_shapes_are_those_of_a_network_of_the_package():
    net = bp.Network.random([5, 3, 4], rng=1)
    forward = net.forward(np.ones(5))
    g = net.backward(forward, np.zeros(4))
    arrays = {
        "W1": net.weights[0],
        "b1": net.biases[0],
        "u2": forward.u[1],
        "W2": net.weights[1],
        "delta1": g.delta[0],
        "dW2": g.dW[1],
    }
    assert {name: array.shape for name, array in arrays.items()} == SHAPES
    assert "**5 inputs, 3 hidden neurons and 4 outputs**" in LEARNER["shapes-task"]


@pytest.mark.parametrize(
    "answer",
    [
        SHAPES,
        {name: list(shape) for name, shape in SHAPES.items()},
        {name: np.array(shape) for name, shape in SHAPES.items()},
        {name: np.empty(shape).shape for name, shape in reversed(SHAPES.items())},
        tuple(SHAPES.values()),
    ],
)
def test_shapes_in_any_form_are_right(answer):
    assert check.shapes(answer)


WRONG_SHAPES = {
    "W-transposed": [
        {"W1": (5, 3), "W2": (3, 4), "dW2": (3, 4)},
        {"W1": (5, 3), "W2": (3, 4)},
        {"W1": (5, 3)},
        {"W2": (3, 4)},
    ],
    "gradient-transposed": [{"dW2": (3, 4)}],
    "bias-as-row": [{"b1": (1, 3)}, {"b1": (1, 3), "u2": (1, 4), "delta1": (1, 3)}],
    "vector-as-column": [
        {"b1": (3, 1)},
        {"b1": (3, 1), "u2": (4, 1), "delta1": (3, 1)},
        {"u2": (4, 1), "delta1": (3, 1)},
    ],
    "bias-for-each-input": [{"b1": (5,)}],
    "one-bias-for-the-layer": [{"b1": ()}, {"b1": (1,)}],
    "layers-swapped": [{"W1": (4, 3), "W2": (3, 5)}],
    "biases-in-the-matrix": [{"W1": (3, 6), "W2": (4, 4)}, {"W1": (3, 6)}],
    "what-enters-for-what-is-summed": [{"u2": (3,)}],
    "error-term-of-the-next-layer": [{"delta1": (4,)}],
    "error-term-for-each-weight": [{"delta1": (3, 5)}],
    "gradient-of-the-bias": [{"dW2": (4,)}],
}


@pytest.mark.parametrize(("key", "wrong"), [(k, one) for k, v in WRONG_SHAPES.items() for one in v])
def test_mistaken_shapes_are_known(key, wrong):
    result = check.shapes({**SHAPES, **wrong})
    assert result.key == key, result
    assert result.hint == hint_of("shapes", key)
    for name in SHAPES:
        said, _, _ = result.message.partition("Look at ")
        assert (f"`{name}`" in said) == (name not in wrong)


@pytest.mark.parametrize(
    ("wrong", "key", "says"),
    [
        # inputs and outputs taken for neighbours
        ({"W1": (4, 5)}, "shape", "Look at `W1`. It does not have the shape (4, 5): the number of "
         "rows alone is wrong."),
        ({"dW2": (4, 5)}, "shape", "the number of columns alone is wrong."),
        ({"W1": (8, 8)}, "shape", "the numbers of rows and columns are wrong."),
        # as many as there are weights
        ({"W1": (15,)}, "shape", "`W1`. It does not have the shape (15,); it has 2 axes, not 1."),
        ({"b1": (5, 3)}, "shape", "it has 1 axis, not 2."),
        ({"delta1": (5,)}, "shape", "its length is another."),
        # two mistakes at once: the one that is told is true of what it points at
        ({"W1": (5, 3), "delta1": (4,)}, "W-transposed", "Look at `W1` first. The rows and"),
        ({"b1": (1, 3), "dW2": (3, 4)}, "gradient-transposed", "Look at `dW2` first. The grad"),
        # what Python makes of a forgotten comma
        ({"b1": 3}, "no-shape", "`b1`: `(3)` is the number 3 to Python"),
        ({"W1": "3x5"}, "no-shape", "`W1`: You gave the check a text"),
        ({"u2": ...}, "unfinished", "Right so far; `u2` is still `...`."),
    ],
)  # fmt: skip
def test_unlisted_shapes_get_a_true_sentence(wrong, key, says):
    result = check.shapes({**SHAPES, **wrong})
    assert result.key == key, result
    assert says in result.message, result


# -- parameters ------------------------------------------------------------------------------------

COUNTS = {
    "right": [74, 74.0, np.int64(74), np.array(74), sum([35, 24, 15])],
    "weights-alone": [62],
    "biases-alone": [5 + 4 + 3],
    "inputs-with-biases": [62 + 6 + 5 + 4 + 3],
    "one-bias-for-a-layer": [62 + 3],
    "bias-for-each-input": [62 + 6 + 5 + 4],
    "bias-for-each-weight": [2 * 62],
    "neurons": [6 + 5 + 4 + 3],
    "layer-missing": [74 - 35, 74 - 24, 74 - 15],
    "sizes-multiplied": [6 * 5 * 4 * 3],
    "joined-to-all-layers-before": [30 + 44 + 45 + 12, 30 + 44 + 45],
    "the-chapter-s-network": [26],
}


@pytest.mark.parametrize(("key", "answer"), [(k, a) for k, v in COUNTS.items() for a in v])
def test_a_count_of_parameters_is_right_or_its_mistake_is_known(key, answer):
    assert check.parameters(answer).key == key


def test_the_count_is_that_of_a_network_of_the_package():
    net = bp.Network.random(list(chapter_02.SIZES), rng=1)
    assert sum(p.size for p in net.weights + net.biases) == 74
    words = "**6 inputs, a hidden layer of 5 neurons, another one of 4, and 3 outputs**"
    assert words in LEARNER["parameters-task"].replace("\n", " ")


@pytest.mark.parametrize(
    ("answer", "key", "says"),
    [
        (75, "value", "75 is too large."),
        # the outputs' biases left out, or the outputs themselves taken for no layer
        (74 - 3, "value", "71 is too small."),
        (74.5, "not-whole", "74.5 is not a whole number."),
        (-74, "value", "too small"),
        ("74", "no-number", "write the number without quotes"),
        ((35, 24, 15), "shape", "an array of shape (3,); it wants one number"),
    ],
)
def test_an_unlisted_count_of_parameters_gets_a_true_sentence(answer, key, says):
    result = check.parameters(answer)
    assert result.key == key, result
    assert says in result.message


# -- dL_du2 ----------------------------------------------------------------------------------------

NET, x, CHAPTERS_Y = bp.load_example()
TANH = bp.Network(NET.weights, NET.biases, activation="tanh")
(u1, u2), (_, x1, x2) = TANH.forward(x)
y = np.array([-0.5, 0.9])
e, s = x2 - y, 1 - np.tanh(u2) ** 2


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


def test_the_error_term_is_that_of_the_package_and_of_the_complex_step():
    g = TANH.backward(TANH.forward(x), y)
    right = _api.EXERCISES["dL_du2"].right()
    assert right == pytest.approx(g.delta[1][1], rel=1e-12)
    loss = 0.5 * (np.tanh(u2[1] + 1e-20j) - y[1]) ** 2
    assert right == pytest.approx(loss.imag / 1e-20, rel=1e-12)
    assert r"y=(-0.5,\ 0.9)^\top" in LEARNER["dL_du2-task"]
    assert "y = np.array([-0.5, 0.9])" in LEARNER["dL_du2-numbers"]
    assert chapter_02.TANH_LABEL == (-0.5, 0.9)


DELTAS = {
    "right": [e[1] * s[1], -0.107, -0.1073, -1.8709 * 0.0574, np.array([-0.1073])],
    "f-prime-missing": [e[1], -1.87],
    "sign": [-e[1] * s[1], 0.107],
    "f-prime-missing-and-sign": [y[1] - x2[1]],
    "slope-of-the-sigmoid": [
        e[1] * x2[1] * (1 - x2[1]),
        e[1] * sigmoid(u2[1]) * (1 - sigmoid(u2[1])),
    ],
    "square-forgotten": [e[1] * (1 - x2[1])],
    "f-for-f-prime": [e[1] * x2[1]],
    "f-prime-of-output": [e[1] * (1 - np.tanh(x2[1]) ** 2)],
    "u-for-f-of-u": [e[1] * (1 - u2[1] ** 2)],
    "u-for-x": [(u2[1] - y[1]) * s[1]],
    "factor-2": [2 * e[1] * s[1]],
    "other-neuron": [e[0] * s[0]],
    "label-missing": [x2[1] * s[1], (x2 - CHAPTERS_Y)[1] * s[1]],
    "error-missing": [s[1]],
    "error-squared": [0.5 * e[1] ** 2 * s[1]],
    "gradient-of-a-weight": [e[1] * s[1] * one for one in x1],
}


@pytest.mark.parametrize(("key", "answer"), [(k, a) for k, v in DELTAS.items() for a in v])
def test_an_error_term_is_right_or_its_mistake_is_known(key, answer):
    result = check.dL_du2(answer)
    assert result.key == key, result
    if key != "right":
        assert result.hint == hint_of("dL_du2", key)


@pytest.mark.parametrize(
    ("answer", "key", "says"),
    [
        (-0.11, "rounding", "Close: -0.11 is within 2.5 % of it"),
        (-1.073, "decimal-point", "the decimal point is not"),
        (0, "zero", "The error term is not 0"),
        # both outputs together
        (float(e @ s), "value", "The sign is wrong; the size is too large."),
        # the slope twice
        (e[1] * s[1] ** 2, "value", "The sign is right; the size is too small."),
        # the other neuron's error with the wrong sign: two slips
        (-e[0] * s[0], "other-neuron-and-sign", "Two slips at once. One is the sign; the other:"),
        (e * s, "shape", "an array of shape (2,); it wants one number"),
    ],
)
def test_an_unlisted_error_term_gets_a_true_sentence(answer, key, says):
    result = check.dL_du2(answer)
    assert result.key == key, result
    assert says in result.message


# -- reused_buffer ---------------------------------------------------------------------------------

HEAD = "def gradients(W1, b1, W2, b2, x, y, f, f_prime):\n"
GIVEN = textwrap.dedent(LEARNER["reused_buffer-answer"].partition('sample."""\n')[2])


def changed(*pairs):
    """Return the learner's function, with its bug, after these replacements."""
    text = GIVEN
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def repaired(cell):
    return lambda lines: check.reused_buffer(
        cell(HEAD + textwrap.indent(lines, "    "), "gradients")
    )


def test_the_bug_of_the_notebook_is_that_of_the_check(repaired):
    assert repaired(GIVEN).key == "not-started"
    assert repaired("# somebody's comment\n\n" + GIVEN).key == "not-started"
    for case in _api.EXERCISES["reused_buffer"].cases:
        *arrays, f, f_prime = case.args
        wrong = chapter_02.gradients_given(*arrays, f, f_prime)
        right = chapter_02.gradients_reference(*arrays, f, f_prime)
        for got, expected, same in zip(wrong, right, [False, False, True, True], strict=True):
            assert np.allclose(got, expected) == same


def test_the_right_gradients_are_those_of_the_package():
    for case in _api.EXERCISES["reused_buffer"].cases:
        W1, b1, W2, b2, one, label, f, f_prime = case.args
        net = bp.Network([W1, W2], [b1, b2], activation=(f, f_prime))
        g = net.backward(net.forward(one), label)
        mine = chapter_02.gradients_reference(*case.args)
        for got, right in zip(mine, (g.dW[0], g.db[0], g.dW[1], g.db[1]), strict=True):
            np.testing.assert_allclose(got, right, rtol=1e-12)


@pytest.mark.parametrize(
    "lines",
    [
        changed(("buffer = np.empty(max(n1, n2))", "buffer = np.empty(n1 + n2)"),
                ("buffer[:n2]", "buffer[n1:]")),
        changed(("x1 = f(u1)", "x1 = f(u1)\nu1 = u1.copy()")),
        changed(("x1 = f(u1)", "x1 = f(u1)\nslope1 = f_prime(u1)"), ("* f_prime(u1)", "* slope1")),
        changed(("u2[:] = W2", "u2 = W2")),
        changed(("u1[:] = W1", "u1 = W1")),
        changed(("u2 = buffer[:n2]", "u2 = np.empty(n2)")),
        changed(("u1 = buffer[:n1]", "u1 = np.array(buffer[:n1])")),
        changed(("f_prime(u1)", "f_prime(W1 @ x + b1)")),
        changed(("np.empty", "np.zeros"), ("u2 = buffer[:n2]", "u2 = np.zeros(n2)")),
    ],
)  # fmt: skip
def test_any_repair_is_right(lines, repaired):
    assert repaired(lines)


REPAIRS = {
    "unrepaired": [
        changed(("np.empty", "np.zeros")),
        changed(("x1 = f(u1)", "x1 = f(u1).copy()")),
        changed(("max(n1, n2)", "n1 + n2")),
        changed(("f_prime(u1)", "f_prime(u1.copy())")),
        changed(("u1[:] = W1 @ x + b1", "np.matmul(W1, x, out=u1)\nu1 += b1")),
    ],
    "other-end": [changed(("buffer[:n2]", "buffer[-n2:]"))],
    "wiped": [changed(("u2 = buffer", "buffer[:] = 0\nu2 = buffer"))],
    "slope-at-the-output": [changed(("f_prime(u1)", "f_prime(x1)"))],
    "slope-of-the-sigmoid": [changed(("f_prime(u1)", "x1 * (1 - x1)"))],
    "slope-dropped": [changed((" * f_prime(u1)", ""))],
    "transpose-removed": [changed(("W2.T", "W2"))],
    "layer-2-broken": [
        changed(("x2 - y", "y - x2")),
        changed(("(x2 - y) * f_prime(u2)", "x2 - y")),
        changed(("f_prime(u2)", "f_prime(x2)")),
    ],
}


@pytest.mark.parametrize(("key", "lines"), [(k, one) for k, v in REPAIRS.items() for one in v])
def test_a_repair_that_is_none_is_known(key, lines, repaired):
    result = repaired(lines)
    assert result.key == key, result
    assert result.hint == hint_of("reused_buffer", key)


@pytest.mark.parametrize(
    ("lines", "key", "says"),
    [
        # the buffer is not long enough for both
        (changed(("buffer[:n2]", "buffer[n1:]")), "raised", "could not broadcast input array from "
         "shape (2,) into shape (0,)."),
        # the factors of the outer product suspected
        (changed(("np.outer(delta1, x)", "np.outer(x, delta1)")), "shape",
         "On the chapter's 3-4-2 network, `dW1` has shape (3, 4); it must be (4, 3)."),
        # the pre-activation computed anew, with its bias forgotten
        (changed(("f_prime(u1)", "f_prime(W1 @ x)")), "value", "`dW1[1, 2]` is 0.02742, expected "
         "0.02636"),
        # read before it is filled
        (changed(("u1[:] = W1 @ x + b1", "u1 = W1 @ x + b1"),
                 ("x1 = f(u1)", "buffer[:] = np.random.rand()\nx1 = f(buffer[:n1])")), "remembers",
         "or read before it is filled"),
        # the wrong pre-activations on purpose
        (changed(("f_prime(u1)", "f_prime(u2)")), "raised", "It does return on a square"),
        # repaired, and something else broken
        (changed(("u2 = buffer[:n2]", "u2 = np.empty(n2)"), ("return ", "x *= 0\nreturn ")),
         "changed-input", "`x`"),
    ],
)  # fmt: skip
def test_an_unlisted_repair_gets_a_true_sentence(lines, key, says, repaired):
    result = repaired(lines)
    assert result.key == key, result
    assert says in result.message, result


def test_what_the_witness_shows_is_what_the_solution_says(capsys):
    before, answer, _ = solution_cells("reused_buffer")
    space = {}
    exec(before, space)
    exec(LEARNER["reused_buffer-answer"], space)
    capsys.readouterr()
    exec(LEARNER["reused_buffer-witness"], space)
    assert capsys.readouterr().out.splitlines() == [
        "dW1 agrees in rows [3 4] of 4",
        "db1 agrees in rows [3 4] of 4",
        "dW2 agrees in rows [1 2] of 2",
        "db2 agrees in rows [1 2] of 2",
    ]
    exec(answer, space)
    exec(LEARNER["reused_buffer-witness"], space)
    assert "dW1 agrees in rows [1 2 3 4] of 4" in capsys.readouterr().out


# -- the words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("shapes", WRONG_SHAPES),
        ("parameters", COUNTS),
        ("dL_du2", DELTAS),
        ("reused_buffer", REPAIRS),
    ],
)
def test_every_known_mistake_has_been_typed(name, typed):
    assert {m.key for m in _api.EXERCISES[name].mistakes} == set(typed) - {"right"}


def test_the_numbers_of_the_solutions_come_out_as_printed():
    text = SOLUTION["dL_du2-why"]
    assert f"${x2[1]:.4f}-{y[1]}={e[1]:.4f}$" in text
    assert f"$1-({x2[1]:.4f})^2={s[1]:.4f}$" in text
    assert rf"${e[1]:.4f}\cdot{s[1]:.4f}={e[1] * s[1]:.3f}$" in text
    assert f"u^{{(2)}}_2={u2[1]:.2f}$" in text
    sums = re.findall(r"\$(\d)\\cdot(\d)=(\d+)\$", SOLUTION["parameters-why"])
    assert [int(a) * int(b) for a, b, _ in sums] == [int(c) for *_, c in sums] == [35, 24, 15]
    assert "makes $74$" in SOLUTION["parameters-why"]
    praise = _api.EXERCISES["dL_du2"].praise
    assert f"{abs(e[1]):.2f}" in praise
