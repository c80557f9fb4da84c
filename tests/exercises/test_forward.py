"""The check of the forward pass: every answer a learner may give gets the sentence it deserves."""

import _thread
import signal
import threading
import time

import numpy as np
import pytest

import backprop as bp
from backprop import check
from backprop.check import _api, chapter_02
from backprop.check._cases import sigmoid

EXERCISE = _api.EXERCISES["forward"]
HEAD = "def forward(W1, b1, W2, b2, x, f):\n"


def body(text):
    """Return a `forward` with these lines, separated by ; or by line ends."""
    lines = [line for line in text.strip("\n").split("\n")]
    return HEAD + "\n".join("    " + line for line in lines) + "\n"


RIGHT = """
u1 = W1 @ x + b1
x1 = f(u1)
u2 = W2 @ x1 + b2
x2 = f(u2)
return u1, x1, u2, x2
"""


def changed(*pairs):
    """Return the right lines with some text replaced."""
    text = RIGHT
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


# -- right, in whichever form ----------------------------------------------------------------------

RIGHT_FORMS = {
    "plain": RIGHT,
    "list": changed(("return u1, x1, u2, x2", "return [u1, x1, u2, x2]")),
    "np.dot": changed(("W1 @ x", "np.dot(W1, x)"), ("W2 @ x1", "W2.dot(x1)")),
    "row times transpose": changed(("W1 @ x", "x @ W1.T"), ("W2 @ x1", "x1 @ W2.T")),
    "einsum": changed(("W1 @ x", "np.einsum('ij,j->i', W1, x)")),
    "summed products": changed(("W1 @ x", "(W1 * x).sum(axis=1)")),
    "lists of floats": """
u1 = [sum(w * v for w, v in zip(row, x)) + b for row, b in zip(W1, b1)]
x1 = [float(f(u)) for u in u1]
u2 = [sum(w * v for w, v in zip(row, x1)) + b for row, b in zip(W2, b2)]
x2 = [float(f(u)) for u in u2]
return u1, x1, u2, x2
""",
    "loops": """
u1 = np.zeros(len(b1))
for i in range(len(b1)):
    for j in range(len(x)):
        u1[i] += W1[i, j] * x[j]
    u1[i] += b1[i]
x1 = f(u1)
u2 = np.empty(len(b2))
for i in range(len(b2)):
    u2[i] = b2[i] + W2[i] @ x1
return u1, x1, u2, f(u2)
""",
    "in place on its own array": changed(("u1 = W1 @ x + b1", "u1 = W1 @ x\nu1 += b1")),
    "columns inside, vectors outside": """
u1 = (W1 @ x[:, None] + b1[:, None])
x1 = f(u1)
u2 = W2 @ x1 + b2[:, None]
return u1.ravel(), x1.ravel(), u2.ravel(), f(u2).ravel()
""",
    "one matrix with the bias inside": changed(
        ("W1 @ x + b1", "np.column_stack([b1, W1]) @ np.append(1, x)")
    ),
    "object array": changed(
        ("return u1, x1, u2, x2",
         "out = np.empty(4, dtype=object)\nout[:] = [u1, x1, u2, x2]\nreturn out"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT_FORMS)
def test_a_right_answer_in_any_form_is_right(name, cell):
    result = check.forward(cell(body(RIGHT_FORMS[name])))
    assert (result.status, result.key) == ("right", "right"), result
    assert result
    assert str(result).startswith("✓ Right. ")


def test_a_named_tuple_a_callable_object_and_a_partial_are_right(cell):
    from functools import partial
    from typing import NamedTuple

    class Pass(NamedTuple):
        u1: object
        x1: object
        u2: object
        x2: object

    reference = chapter_02.forward_reference

    class Callable:
        def __call__(self, *args):
            return Pass(*reference(*args))

    assert check.forward(Callable())
    assert check.forward(partial(reference))
    assert check.forward(lambda W1, b1, W2, b2, x, f: reference(W1, b1, W2, b2, x, f))
    assert check.forward(lambda *args, extra=3: reference(*args))


def test_another_library_s_arrays_are_right(cell):
    class Tensor:
        def __init__(self, values):
            self.values = values

        def __array__(self, dtype=None, copy=None):
            return np.array(self.values, dtype)

    def forward(*args):
        return [Tensor(part) for part in chapter_02.forward_reference(*args)]

    assert check.forward(forward)


def test_the_reference_is_the_package_s_forward_pass():
    for case in EXERCISE.cases:
        W1, b1, W2, b2, x, f = case.args
        if f is not sigmoid:
            f_pair = (f, lambda u: np.ones_like(u))
        else:
            f_pair = "sigmoid"
        net = bp.Network([W1, W2], [b1, b2], activation=f_pair)
        (u1, u2), (_, x1, x2) = net.forward(x)
        mine_all = chapter_02.forward_reference(*case.args)
        for mine, theirs in zip(mine_all, (u1, x1, u2, x2), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-14)


def test_the_cases_are_what_tells_mistakes_apart():
    shapes = [(*case.args[0].shape[::-1], len(case.args[3])) for case in EXERCISE.cases]
    assert shapes[0] == (3, 4, 2)
    assert any(len(set(shape)) == 1 for shape in shapes), "a square one"
    assert sum(len(set(shape)) == 3 for shape in shapes) >= 3
    assert any(case.args[0].dtype.kind == "i" for case in EXERCISE.cases)
    assert len({case.args[5] for case in EXERCISE.cases}) == 2


# -- not started -----------------------------------------------------------------------------------

STUBS = {
    "dots": "...",
    "docstring and dots": '"""Return it."""\n...',
    "pass": "pass",
    "return nothing": "return",
    "return None": "return None",
    "return dots": "return ...",
    "four dots": "u1 = ...\nx1 = ...\nu2 = ...\nx2 = ...\nreturn u1, x1, u2, x2",
    "four Nones": "return None, None, None, None",
    "not implemented": "raise NotImplementedError",
    "not implemented, with words": "raise NotImplementedError('later')",
}


@pytest.mark.parametrize("name", STUBS)
def test_a_stub_is_not_started(name, cell):
    result = check.forward(cell(body(STUBS[name])))
    assert (result.status, result.key) == ("not started", "not-started")
    assert not result
    assert str(result).startswith("○ Not started. ")


@pytest.mark.parametrize("answer", [None, ...])
def test_no_answer_is_not_started(answer):
    assert check.forward(answer).key == "not-started"


# -- the known mistakes ----------------------------------------------------------------------------

# As learners type them, independently of the code that declares them.
TYPED = {
    "f-skipped-in-hidden-layer": [
        changed(("x1 = f(u1)", "x1 = u1")),
        "h = W1 @ x + b1\no = W2 @ h + b2\nreturn h, h, o, f(o)",
    ],
    "f-skipped-at-output": [changed(("x2 = f(u2)", "x2 = u2"))],
    "f-skipped-in-both-layers": [changed(("f(u1)", "u1"), ("f(u2)", "u2"))],
    "f-applied-twice": [
        changed(("f(u1)", "f(f(u1))")),
        changed(("f(u2)", "f(f(u2))")),
        changed(("W2 @ x1", "W2 @ f(x1)")),
        changed(("W1 @ x + b1", "f(W1 @ x + b1)"), ("W2 @ x1 + b2", "f(W2 @ x1 + b2)")),
    ],
    "b-forgotten": [changed((" + b1", ""), (" + b2", ""))],
    "b-forgotten-in-hidden-layer": [changed((" + b1", ""))],
    "b-forgotten-at-output": [changed((" + b2", ""))],
    "b-subtracted": [
        changed(("+ b1", "- b1"), ("+ b2", "- b2")),
        changed(("+ b1", "- b1")),
        changed(("+ b2", "- b2")),
    ],
    "b-outside-f": [
        "u1 = W1 @ x\nx1 = f(u1) + b1\nu2 = W2 @ x1\nx2 = f(u2) + b2\nreturn u1, x1, u2, x2",
        changed(("f(u1)", "f(W1 @ x) + b1"), ("f(u2)", "f(W2 @ x1) + b2")),
    ],
    "b-counted-twice": [changed(("f(u1)", "f(u1 + b1)"), ("f(u2)", "f(u2 + b2)"))],
    "W-transposed": [
        changed(("W1 @", "W1.T @"), ("W2 @", "W2.T @")),
        changed(("W1 @ x", "x @ W1"), ("W2 @ x1", "x1 @ W2")),
        changed(("W1 @ x", "np.dot(x, W1)")),
        changed(("W2 @ x1", "x1 @ W2")),
    ],
    "products-not-summed": [changed(("W1 @ x", "W1 * x"), ("W2 @ x1", "W2 * x1"))],
    "summed-over-all-neurons": [
        changed(("W1 @ x", "np.sum(W1 * x)"), ("W2 @ x1", "np.sum(W2 * x1)")),
    ],
    "u1-fed-to-output": [changed(("W2 @ x1", "W2 @ u1"))],
    "input-fed-to-output": [changed(("W2 @ x1", "W2 @ x"))],
    "first-layer-used-twice": [
        changed(("W2 @ x1 + b2", "W1 @ x1 + b1")),
        changed(("W2 @ x1", "W1 @ x1")),
        changed(("+ b2", "+ b1")),
    ],
    "sigmoid-for-f": [
        changed(("f(u1)", "1 / (1 + np.exp(-u1))"), ("f(u2)", "1 / (1 + np.exp(-u2))")),
    ],
    "sigmoid-sign": [
        changed(("f(u1)", "1 / (1 + np.exp(u1))"), ("f(u2)", "1 / (1 + np.exp(u2))")),
    ],
    "sigmoid-at-output": [changed(("f(u2)", "1 / (1 + np.exp(-u2))"))],
    "sigmoid-in-hidden-layer": [changed(("f(u1)", "1 / (1 + np.exp(-u1))"))],
    "only-last-output": [changed(("return u1, x1, u2, x2", "return x2"))],
    "only-outputs": [changed(("return u1, x1, u2, x2", "return x1, x2"))],
    "only-last-layer": [changed(("return u1, x1, u2, x2", "return u2, x2"))],
    "other-order": [
        changed(("return u1, x1, u2, x2", "return u1, u2, x1, x2")),
        changed(("return u1, x1, u2, x2", "return x1, x2, u1, u2")),
        changed(("return u1, x1, u2, x2", "return x1, u1, x2, u2")),
        changed(("return u1, x1, u2, x2", "return x2, u2, x1, u1")),
    ],
    "in-pairs": [
        changed(("return u1, x1, u2, x2", "return (u1, x1), (u2, x2)")),
        changed(("return u1, x1, u2, x2", "return [u1, u2], [x1, x2]")),
    ],
    "input-returned-too": [changed(("return u1, x1", "return x, u1, x1"))],
    "columns": [
        changed(("@ x + b1", "@ x[:, None] + b1[:, None]"), ("+ b2", "+ b2[:, None]")),
    ],
    "bias-as-row": [changed(("W1 @ x", "W1 @ x.reshape(-1, 1)"))],
}  # fmt: skip

ALL_TYPED = [(key, i) for key, answers in TYPED.items() for i in range(len(answers))]


@pytest.mark.parametrize(("key", "number"), ALL_TYPED)
def test_a_mistake_as_typed_gets_its_own_key_and_hint(key, number, cell):
    result = check.forward(cell(body(TYPED[key][number])))
    assert (result.status, result.key) == ("not yet", key), result
    (mistake,) = [m for m in EXERCISE.mistakes if m.key == key]
    assert result.hint == mistake.hint
    assert result.message == mistake.symptom


def test_every_known_mistake_has_been_typed():
    assert {m.key for m in EXERCISE.mistakes} == set(TYPED)


# -- the general findings --------------------------------------------------------------------------


def test_an_exception_is_told_with_the_learner_s_own_line(cell):
    result = check.forward(cell(body(changed(("W2 @ x1", "W2 @ x1[1:]")))))
    assert result.key == "raised"
    assert "On the chapter's 3-4-2 network, `forward` stopped with ValueError" in result.message
    assert "at your line 4, `u2 = W2 @ x1[1:] + b2`" in result.message
    assert "(size 3 is different from 4)." in result.message
    assert "gufunc" not in result.message


def test_the_line_is_the_learner_s_even_if_a_library_raises_deeper(cell):
    source = (
        "def helper(u):\n    return np.linalg.inv(u)\n"
        + body(changed(("f(u1)", "helper(u1)")))
    )  # fmt: skip
    result = check.forward(cell(source))
    assert result.key == "raised"
    assert "LinAlgError at your line 2, `return np.linalg.inv(u)`" in result.message


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ("return 1 / 0", "ZeroDivisionError"),
        ("return W3", "NameError"),
        ("raise SystemExit", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("return forward(W1, b1, W2, b2, x, f)", "RecursionError"),
        ("return f(x, x)", "TypeError"),
    ],
)
def test_whatever_the_answer_raises_the_check_returns(lines, kind, cell):
    result = check.forward(cell(body(lines)))
    assert result.key == "raised"
    assert kind in result.message


def test_an_exception_that_cannot_even_be_printed(cell):
    source = (
        "class Rude(Exception):\n    def __str__(self):\n        raise ValueError\n"
        + body("raise Rude")
    )  # fmt: skip
    result = check.forward(cell(source))
    assert result.key == "raised"
    assert "Rude" in result.message


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (changed(("u1 = W1 @ x + b1", "b1 += W1 @ x\nu1 = b1")), "`b1`"),
        (changed(("x1 = f(u1)", "x1 = f(u1)\nx[:] = 0")), "`x`"),
        (changed(("x1 = f(u1)", "x1 = f(u1)\nW1 += 1\nx.sort()")), "`W1` and `x`"),
        (changed(("x1 = f(u1)", "x1 = f(u1)\nx.shape = (len(x), 1)")), "`x`"),
    ],
)
def test_a_changed_input_is_named_even_if_all_values_are_right(lines, names, cell):
    result = check.forward(cell(body(lines)))
    assert result.key == "changed-input"
    assert f"`forward` changes its input {names}, " in result.message


def test_two_results_in_one_memory(cell):
    result = check.forward(cell(body(changed(("x1 = f(u1)", "x1 = u1\nx1[:] = f(u1)")))))
    assert result.key == "shares-memory"
    assert "`u1` and `x1`" in result.message


def test_views_of_an_array_of_its_own_are_no_harm(cell):
    lines = changed(("return u1", "a = np.append(u1, 0)\nu1 = a[:-1]\nreturn u1"))
    assert check.forward(cell(body(lines)))


def test_a_right_answer_that_counts_its_calls_is_right(cell):
    source = "calls = []\n" + body(changed(("return u1", "calls.append(1)\nreturn u1")))
    assert check.forward(cell(source))


@pytest.mark.parametrize(
    "source",
    [
        "kept = []\n"
        + body(changed(("return u1", "kept.append(0)\nu1 = u1 + (len(kept) > 5)\nreturn u1"))),
        body(
            changed(("return u1", "kept.append(0)\nu1 = u1 + (len(kept) > 5)\nreturn u1"))
        ).replace("f):", "f, kept=[]):"),
    ],
)
def test_a_function_that_remembers(source, cell):
    result = check.forward(cell(source))
    assert result.key == "remembers"


def test_an_endless_loop_takes_its_time_and_no_more(cell, monkeypatch):
    monkeypatch.setattr("backprop.check._code.SECONDS", 0.3)
    started = time.perf_counter()
    result = check.forward(cell(body("i = 0\nwhile i < 10:\n    u1 = W1 @ x")))
    assert result.key == "endless"
    assert "still running" in result.message
    assert "restart" not in result.message, "it was stopped"
    assert time.perf_counter() - started < 3


@pytest.mark.slow
def test_a_call_that_nothing_can_stop(cell, monkeypatch):
    monkeypatch.setattr("backprop.check._code.SECONDS", 0.3)
    stop = threading.Event()
    answer = cell(body("stop.wait()"))
    answer.__globals__["stop"] = stop
    result = check.forward(answer)
    stop.set()
    assert result.key == "endless"
    assert "restart the kernel" in result.message


@pytest.mark.slow
def test_an_endless_loop_that_swallows_every_exception(cell, monkeypatch):
    monkeypatch.setattr("backprop.check._code.SECONDS", 0.3)
    lines = "while go:\n    try:\n        u1 = W1 @ x\n    except BaseException:\n        pass"
    answer = cell(body(lines))
    answer.__globals__["go"] = [1]
    result = check.forward(answer)
    answer.__globals__["go"].clear()
    assert result.key == "endless"


@pytest.fixture
def interruptible():
    """Let an interrupt reach this process even where whoever started it has them ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_of_the_learner_s_is_passed_on(cell):
    answer = cell(body("while True:\n    u1 = 1"))
    threading.Timer(0.3, _thread.interrupt_main).start()
    before = threading.active_count()
    started = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        check.forward(answer)
    assert time.perf_counter() - started < 3, "at once, not when the time is up"
    assert threading.active_count() <= before, "and the call is stopped"


def test_the_time_allowed_is_five_seconds():
    from backprop.check import _code

    assert _code.SECONDS == 5.0


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (changed(("u1 = W1 @ x", "u1 = np.nan * W1 @ x")), "`u1[0]` is NaN"),
        (changed(("x1 = f(u1)", "x1 = f(u1) / 0.0")), "`x1[0]` is infinity"),
        (changed(("return u1", "u2[-1] = np.nan\nreturn u1")), "`u2[1]` is NaN"),
    ],
)
def test_nan_is_found_first_where_it_is(lines, says, cell):
    with np.errstate(all="ignore"):
        result = check.forward(cell(body(lines)))
    assert result.key == "nan"
    assert says in result.message


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (changed(("return u1", "u1 = u1[:, None]\nreturn u1")),
         "`u1` has shape (4, 1); it must be (4,)"),
        (changed(("return u1", "x1 = x1[None]\nreturn u1")), "`x1` has shape (1, 4)"),
        (changed(("return u1", "x2 = x2[0]\nreturn u1")), "`x2` has shape ()"),
        (changed(("return u1", "u2 = u2[None, :].copy()\nreturn u1")), "`u2` has shape (1, 2)"),
        (changed(("return u1, x1, u2, x2", "return u1, x1, u2")), "returns three things"),
        (changed(("return u1, x1, u2, x2", "return ()")), "returns an empty tuple"),
        (changed(("return u1, x1, u2, x2", "return 'u1, x1, u2, x2'")), "returns a str"),
        (changed(("return u1, x1, u2, x2", "return {'u1': u1}")), "returns a dict"),
        (changed(("return u1, x1, u2, x2", "return u1, x1, u2, 'x2'")), "`x2` is a str"),
        (changed(("return u1", "x1 = x1 + 1j\nreturn u1")), "complex"),
        (changed(("return", "yield")), "returns a generator"),
    ],
)  # fmt: skip
def test_a_wrong_structure_is_described(lines, says, cell):
    result = check.forward(cell(body(lines)))
    assert result.key == "shape"
    assert says in result.message


def test_half_an_answer_is_told_what_is_missing(cell):
    result = check.forward(cell(body(changed(("W2 @ x1 + b2", "..."), ("f(u2)", "...")))))
    assert result.key == "unfinished"
    assert "`u2` is still `...`" in result.message


def test_a_forgotten_return_is_not_called_not_started(cell):
    result = check.forward(cell(body(RIGHT.replace("return u1, x1, u2, x2", ""))))
    assert result.key == "no-return"
    assert result.status == "not yet"


def test_opposite_sign(cell):
    result = check.forward(cell(body(changed(("f(u2)", "-f(u2)")))))
    assert result.key == "sign"
    assert "`u1`, `x1` and `u2` are right" in result.message
    assert "`x2` has the right size everywhere and the opposite sign" in result.message


def test_constant_factor(cell):
    result = check.forward(cell(body(changed(("W1 @ x + b1", "2 * (W1 @ x + b1)")))))
    assert result.key == "factor"
    assert "`u1` is twice the right value" in result.message
    assert "0.3333 times" in check.forward(cell(body(changed(("f(u2)", "f(u2) / 3"))))).message


def test_the_worst_entry_is_named_and_so_is_what_is_right(cell):
    result = check.forward(cell(body(changed(("return u1", "x1[1] += 1\nreturn u1")))))
    assert result.key == "value"
    assert (
        "`u1` is right. Right shape, wrong values: on the chapter's 3-4-2 network, `x1[1]` is"
        in (result.message)
    )
    assert "1.378, expected 0.3775 (relative error 2.6)" in result.message


def test_single_precision_is_not_called_wrong_values(cell):
    result = check.forward(cell(body(changed(("W1 @ x + b1", "(W1 @ x + b1).astype(np.float32)")))))
    assert result.key == "precision"


def test_integer_arrays_made_by_zeros_like(cell):
    lines = """
u1 = W1 @ x + b1
x1 = np.zeros_like(u1)
for i in range(len(u1)):
    x1[i] = f(u1[i])
u2 = W2 @ x1 + b2
return u1, x1, u2, f(u2)
"""
    result = check.forward(cell(body(lines)))
    assert result.key == "dtype"
    assert "integers" in result.message


# -- the order -------------------------------------------------------------------------------------

# Each answer has its own fault and all the faults that come after it.
WORSE = {
    "endless": ("while True:\n    x += 1", None),
    "W-transposed": (changed(("W1 @", "W1.T @"), ("W2 @", "W2.T @")), "raised"),
    "raised": ("x += 1\nreturn [np.nan, np.ones(len(x) + 1), W1 @ x[1:]]", "changed-input"),
    "changed-input": ("x += 1\nu = np.full(9, np.nan)\nreturn u, u", "shares-memory"),
    "shares-memory": ("u = np.full(9, np.nan)\nreturn u, u", "nan"),
    "nan": ("return np.full(9, np.nan), 1", "shape"),
    "shape": (changed(("f(u2)", "-2 * f(u2)[:, None]")), "sign"),
    "sign": (changed(("f(u2)", "-f(u2)")), "factor"),
    "factor": (changed(("f(u2)", "3 * f(u2)")), "value"),
    "value": (changed(("f(u2)", "3 * f(u2) + 1")), None),
}


@pytest.mark.parametrize("key", WORSE)
def test_the_order_of_diagnosis(key, cell, monkeypatch):
    monkeypatch.setattr("backprop.check._code.SECONDS", 0.3)
    assert check.forward(cell(body(WORSE[key][0]))).key == key


# -- wrong answers that are in no list: the sentence must be true of them, and of use --------------


@pytest.mark.parametrize(
    ("lines", "key", "says"),
    [
        # tanh for f: right nowhere
        (changed(("f(u1)", "np.tanh(u1)"), ("f(u2)", "np.tanh(u2)")), "value", "`u1` is right."),
        # a hidden bias of the output's
        (changed(("+ b1", "+ b1.mean()")), "value", "`u1[1]` is"),
        # normalised input
        (changed(("W1 @ x", "W1 @ (x / np.linalg.norm(x))")), "value", "`u1["),
        # ReLU on top of f
        (changed(("f(u1)", "np.maximum(f(u1), 0.5)")), "value", "`u1` is right."),
        # the second row forgotten by an off-by-one loop
        ("u1 = np.zeros(len(b1))\nfor i in range(1, len(b1)):\n    u1[i] = W1[i] @ x + b1[i]\n"
         "x1 = f(u1)\nu2 = W2 @ x1 + b2\nreturn u1, x1, u2, f(u2)", "value", "`u1[0]` is 0,"),
        # only for the chapter's sizes
        ("u1 = np.zeros(4)\nfor i in range(4):\n    u1[i] = W1[i] @ x + b1[i]\nx1 = f(u1)\n"
         "u2 = W2 @ x1 + b2\nreturn u1, x1, u2, f(u2)", "raised",
         "It does return on the chapter's 3-4-2 network."),
        # softmax at the output
        (changed(("f(u2)", "np.exp(u2) / np.exp(u2).sum()")), "value",
         "`u1`, `x1` and `u2` are right."),
        # outputs rounded for display
        (changed(("return u1, x1, u2, x2", "return [np.round(v, 4) for v in (u1, x1, u2, x2)]")),
         "value", "`u1"),
        # a mean in place of the sum
        (changed(("W1 @ x", "(W1 * x).mean(axis=1)")), "value", "`u1["),
    ],
)  # fmt: skip
def test_an_unlisted_mistake_gets_a_true_and_useful_sentence(lines, key, says, cell):
    result = check.forward(cell(body(lines)))
    assert result.status == "not yet"
    assert result.key == key, result
    assert says in result.message, result
    assert result.hint.idea


def test_a_check_is_instant(cell):
    answer = cell(body(TYPED["other-order"][0]))
    check.forward(answer)
    times = []
    for _ in range(5):
        started = time.process_time()
        check.forward(answer)
        times.append(time.process_time() - started)
    assert min(times) < 0.05


# -- what it takes to be the same outcome ----------------------------------------------------------


def test_a_known_mistake_that_also_changes_its_input_is_not_that_mistake_alone(cell):
    lines = changed((" + b1", ""), (" + b2", ""), ("return u1", "x.sort()\nreturn u1"))
    assert check.forward(cell(body(lines))).key == "changed-input"


def test_another_exception_in_the_same_places_is_not_the_known_mistake(cell):
    lines = "if W1.shape[0] != W1.shape[1]:\n    raise KeyError(W1)\n" + "\n".join(
        TYPED["W-transposed"][0].strip().splitlines()
    )
    result = check.forward(cell(body(lines)))
    assert result.key == "raised"
    assert "KeyError at your line 3" in result.message
