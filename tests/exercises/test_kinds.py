"""The kinds of exercises on small exercises of their own: what each of them tells apart."""

import numpy as np
import pytest

from backprop.check import _code
from backprop.check._answers import Count, Number, Shape, Word
from backprop.check._code import CodeExercise, HuntExercise
from backprop.check._derive import DeriveExercise
from backprop.check._exercise import Finding, Mistake
from backprop.check._explore import ExploreExercise, Region
from backprop.check._outcomes import Case
from backprop.check._predict import PredictExercise
from backprop.check._result import Section

SECTION = Section("01_page", "Heading", "cell")


def mistake(key, *wrong, symptom=None):
    return Mistake(key, symptom or f"Symptom of {key}.", "Idea.", SECTION, wrong)


# -- predict: a table ------------------------------------------------------------------------------

RIGHT = {"W1": (4, 3), "b1": (4,), "count": 26, "slope": 0.25, "kind": "saddle"}
TABLE = PredictExercise(
    "table",
    "a table",
    1,
    SECTION,
    right=lambda: RIGHT,
    parts={
        "W1": Shape(),
        "b1": Shape(),
        "count": Count(),
        "slope": Number(),
        "kind": Word(("saddle", "minimum")),
    },
    mistakes=[
        mistake("transposed", lambda: {"W1": (3, 4)}),
        mistake("row", lambda: {"b1": (1, 4)}),
        mistake("both", lambda: {"W1": (3, 4), "b1": (1, 4)}),
        mistake("no-biases", lambda: {"count": 20}),
    ],
    praise="All five.",
)


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        ({}, "right", "All five."),
        ({"W1": [4, 3], "b1": np.array([4]), "count": 26.0, "kind": " Saddle "}, "right", "All"),
        ({"W1": (3, 4)}, "transposed", "`b1`, `count`, `slope` and `kind` are right. Look at `W1`. "
         "Symptom of transposed."),
        ({"W1": (3, 4), "b1": (1, 4)}, "both", "Look at `W1` and `b1`. Symptom of both."),
        ({"W1": (3, 4), "count": 20}, "transposed", "Look at `W1` first. Symptom of tr"),
        ({"W1": (3, 4), "count": ...}, "transposed", "Look at `W1`. "),
        ({"count": ...}, "unfinished", "Right so far; `count` is still `...`."),
        ({"W1": ..., "b1": None}, "unfinished", "`W1` and `b1` are still `...`."),
        ({"b1": (3,)}, "shape", "Look at `b1`. It does not have the shape (3,); its length"),
        ({"b1": (4, 1)}, "shape", "it has 1 axis, not 2."),
        ({"W1": (4, 2)}, "shape", "the number of columns alone is wrong."),
        ({"W1": (5, 2)}, "shape", "the numbers of rows and columns are wrong."),
        ({"b1": 4}, "no-shape", "`b1`: `(4)` is the number 4 to Python"),
        ({"W1": "4x3"}, "no-shape", "`W1`: You gave the check a text"),
        ({"W1": (4, 3.5)}, "no-shape", "it wants a shape, such as `(2, 5)`."),
        ({"count": 27}, "value", "27 is too large."),
        ({"count": 26.5}, "not-whole", "`count`: 26.5 is not a whole number."),
        ({"slope": -0.25}, "sign", "The size is right and the sign is not."),
        ({"slope": 0.5}, "factor", "0.5 is twice the right value."),
        ({"kind": "minimum"}, "value", "`minimum` is not it."),
        ({"kind": "valley"}, "no-word", '`"saddle"` or `"minimum"`'),
        ({"kind": 3}, "no-word", "an int"),
    ],
)  # fmt: skip
def test_each_part_of_a_table_is_told(changes, key, says):
    result = TABLE.diagnose({**RIGHT, **changes})
    assert result.key == key, result
    assert says in result.message
    assert result.status == ("right" if key == "right" else "not yet")


def test_a_table_may_be_a_tuple_and_must_be_complete():
    assert TABLE.diagnose(tuple(RIGHT.values()))
    assert "asks for 5 things" in TABLE.diagnose((1, 2)).message
    assert (
        "`b1` is missing" in TABLE.diagnose({k: v for k, v in RIGHT.items() if k != "b1"}).message
    )
    assert "There is no `b2` here" in TABLE.diagnose({**RIGHT, "b2": 1}).message
    assert TABLE.diagnose(3).key == "parts"
    assert TABLE.diagnose(dict.fromkeys(RIGHT, ...)).status == "not started"


def test_alone_a_shape_and_a_count_are_told_too():
    shape = PredictExercise(
        "shape", "", 1, SECTION, right=lambda: (2, 3), parts=Shape(), praise="Yes.",
        mistakes=[mistake("row", lambda: (1, 3))],
    )  # fmt: skip
    assert shape.diagnose((2, 3))
    assert shape.diagnose((1, 3)).message == "Symptom of row."
    assert shape.diagnose((3, 2)).message == "(3, 2) is transposed."
    assert shape.diagnose(...).message.startswith("Put your shape in place of the `...`")
    assert shape.diagnose((..., ...)).status == "not started"


# -- derive ----------------------------------------------------------------------------------------


def points():
    rng = np.random.default_rng(0)
    for _ in range(4):
        w, x, y = rng.uniform(0.5, 1.5, 3)
        a = np.tanh(w * x)
        yield {"w": w, "x": x, "y": y, "a": a, "f": np.tanh, "df": lambda u: 1 - np.tanh(u) ** 2}


FORMULA = DeriveExercise(
    "formula",
    "a formula",
    1,
    SECTION,
    quantity="∂L/∂w",
    names=("w", "x", "y", "a", "f", "df"),
    functions=("f", "df"),
    right="(a - y) * df(w * x) * x",
    points=lambda: list(points()),
    mistakes=[mistake("no-x", "(a - y) * df(w * x)"), mistake("f-for-df", "(a - y) * a * x")],
    praise="Yes.",
)


@pytest.mark.parametrize(
    ("answer", "key", "says"),
    [
        ("(a - y) * df(w*x) * x", "right", "Yes."),
        ("x*(f(w*x) − y)·df(x*w)", "right", "Yes."),
        (lambda x, w, a, y, df: x * df(w * x) * (a - y), "right", "Yes."),
        ("(a - y) * df(w*x)", "no-x", "Symptom of no-x."),
        ("(a - y) * f(w*x) * x", "f-for-df", "Symptom"),
        ("(y - a) * df(w*x) * x", "sign", "`∂L/∂w` has the right size everywhere and the opp"),
        ("2 * (a - y) * df(w*x) * x", "factor", "`∂L/∂w` is twice the right value"),
        ("(a - y) * df(w) * x", "value", "Wrong value: at w = 1.137, x = 0.7698, y = 0.541"),
        ("(a - y) / (x - x)", "nan", "At w = "),
        ("df(a, w) * x", "raised", "your formula stopped with TypeError"),
        ("f'(u)", "prime", "the derivative of `f` is typed `df`, as in `df(u)`"),
        ("x^2", "caret", "a power is typed `**`"),
        ("2x", "times", "A sign is missing between `2` and `x`"),
        ("(a - y)(x)", "times", "between `)` and `(`"),
        ("x (a - y)", "times", "`x` is not a function here; if you mean a product"),
        ("(a - y", "parentheses", "opens and never closes"),
        ("a - y)", "parentheses", "closes that never opened"),
        ("delta * x", "unknown-name", "`delta` is not a name of this task; these are: `w`, `x`"),
        ("sin(x)", "unknown-name", "`sin` is not a function of this task"),
        ("df * x", "bare-function", "`df` is a function: of what?"),
        ("dL_dw = a * x", "equation", "to the right of the equals sign"),
        (r"\delta x", "latex", "LaTeX"),
        ("x *", "syntax", "it ends in the middle"),
        ("a +* x", "syntax", "look for a sign too many"),
        ("x.__class__", "forbidden", "has no place in a formula"),
        ("[x for x in y]", "forbidden", "has no place in a formula"),
        ("x if x else y", "forbidden", "has no place in a formula"),
        ("np.linalg.inv(x)", "unknown-name", "`np.linalg.inv`"),
        ("x * 'y'", "forbidden", "has no place in a formula"),
        ("x" * 1000, "long", "too long"),
        ("(" * 99 + "x" + ")" * 99, "value", "Wrong value"),
        (lambda z: z, "arguments", "Your function takes `z`, which is not a name of this task"),
        (3.5, "no-formula", "a value; it wants a formula in `w`, `x`"),
        (None, "not-started", "Type your formula"),
        ("...", "not-started", "Type your formula"),
    ],
)
def test_a_formula_is_read_and_compared(answer, key, says):
    result = FORMULA.diagnose(answer)
    assert result.key == key, result
    assert says in result.message


def test_a_formula_runs_no_code(tmp_path):
    for text in ("open('x', 'w')", "__import__('os').mkdir('x')", "print(1)", "(lambda: x)()"):
        assert FORMULA.diagnose(text).status == "not yet"
    assert list(tmp_path.iterdir()) == []


def test_arrays_and_powers_in_a_formula():
    outer = DeriveExercise(
        "outer", "", 1, SECTION, quantity="∇W", names=("delta", "x"), right="outer(delta, x)",
        points=lambda: [{"delta": np.arange(1.0, 3), "x": np.arange(2.0, 5)}], praise="Yes.",
        mistakes=[mistake("swapped", "outer(x, delta)")],
    )  # fmt: skip
    assert outer.diagnose("np.outer(delta, x)")
    assert outer.diagnose("outer(x, delta).T")
    assert outer.diagnose("outer(x, delta)").key == "swapped"
    assert outer.diagnose("delta @ x").key == "raised"
    assert outer.diagnose("x[0] * delta").key == "shape"
    assert outer.diagnose("9**9**9**9 * outer(delta, x)").key == "nan"


# -- code ------------------------------------------------------------------------------------------


def test_exceptions_alone_tell_a_mistake_only_if_they_say_the_same():
    pairs = CodeExercise(
        "pairs",
        "pairs",
        1,
        SECTION,
        call_as="pairs(a, c)",
        parts=("p",),
        reference=lambda a, c: a[:2] * c[:2],
        cases=lambda: [
            Case("two and two", (np.ones(2), np.ones(2))),
            Case("three and two", (np.ones(3), np.ones(2))),
        ],
        mistakes=[
            mistake("whole", lambda a, c: a * c),
            mistake("doubled", lambda a, c: 2 * (a * c)),
        ],
        praise="Yes.",
    )
    assert pairs.diagnose(lambda a, c: np.multiply(a, c)).key == "whole"
    assert pairs.diagnose(lambda a, c: (a @ c) * np.ones(2) / 2).key == "raised"
    assert pairs.diagnose(lambda a, c: 2 * np.diag(np.diag(a) @ np.diag(c))).key == "doubled"


# -- hunt ------------------------------------------------------------------------------------------


def _given(x, c):
    """Return c times x, and x."""
    y = x
    y *= c  # the caller still needs x
    return y, x


def _hidden(x, c):
    y = x.copy()
    y *= c
    return y, y


HUNT = HuntExercise(
    "hunt",
    "a hunt",
    1,
    SECTION,
    call_as="given(x, c)",
    parts=("y", "x"),
    reference=lambda x, c: (c * x, x),
    cases=lambda: [Case("three numbers", (np.arange(1.0, 4), 2.0))],
    given=_given,
    nudge="Print `x` before and after.",
    mistakes=[mistake("hidden", _hidden)],
    praise="Yes.",
)


def test_a_hunt_tells_untouched_unrepaired_hidden_and_repaired():
    assert HUNT.diagnose(_given).status == "not started"

    def untouched(x, c):
        """Return something: another text, another comment."""
        y = x
        y *= c
        return y, x

    def unrepaired(x, c):
        z = x
        z *= c
        return z, x

    def hidden(x, c):
        y = x.copy()
        y *= c
        return y, y.copy()

    assert HUNT.diagnose(untouched).status == "not started"
    result = HUNT.diagnose(unrepaired)
    assert result.key == "unrepaired"
    assert result.hint.idea == "Print `x` before and after."
    assert HUNT.diagnose(hidden).key == "hidden"
    assert HUNT.diagnose(lambda x, c: (x * c, x))


LOOPED = """
def given(x, c):
    total = np.zeros(3)
    for i in range(len(x)):
        if c > i:
            total += np.multiply(x, i)
    return total
"""


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("\n# mine\n" + LOOPED, True),
        ("import numpy as np\n" + LOOPED, True),
        (LOOPED.replace("total = ", "total: object\n    total = "), True),
        (LOOPED.replace("            total", "            pass\n        total"), False),
        (LOOPED.replace("c > i", "i > c"), False),
        (LOOPED.replace("multiply", "add"), False),
        (LOOPED.replace("x, i)", "i, x)"), False),
    ],
)
def test_a_function_is_untouched_if_it_takes_the_same_steps(text, same):
    spaces = {"np": np}, {"np": np}
    for one, space in zip((LOOPED, text), spaces, strict=True):
        exec(one, space)
    steps = [_code._steps(space["given"]) for space in spaces]
    assert (steps[0] == steps[1]) is same


# -- explore ---------------------------------------------------------------------------------------


def judge(value):
    if abs(value - 2) < 0.1:
        return None
    way = "large" if value > 2 else "small"
    return Finding(f"too-{way}", f"{value:g} is {abs(value - 2):.2g} too {way}.", "Go on.")


EXPLORE = ExploreExercise(
    "explore",
    "a search",
    1,
    SECTION,
    judge=judge,
    example=2.05,
    mistakes=[mistake("negative", Region(lambda v: v < 0, -1.0))],
    praise="Yes.",
)


def test_a_search_says_how_far_off_and_on_which_side():
    assert EXPLORE.diagnose(1.95)
    assert EXPLORE.diagnose(3).message == "3 is 1 too large."
    assert EXPLORE.diagnose(0.5).key == "too-small"
    assert EXPLORE.diagnose(-3).key == "negative"
    assert EXPLORE.diagnose(...).status == "not started"
    assert EXPLORE.diagnose("2").key == "no-number"
    two = ExploreExercise(
        "two", "", 1, SECTION, parts={"low": Number(), "high": Number()}, praise="Yes.",
        judge=lambda low, high: None if low < high else Finding("order", "Swapped."),
        example=(0, 1), mistakes=[mistake("same", Region(lambda a, b: a == b, (1, 1)))],
    )  # fmt: skip
    assert two.diagnose((1, 2))
    assert two.diagnose([1, ...]).message == "Go on: `high` still to be found."
    assert two.diagnose((2, 2)).key == "same"
    assert two.diagnose((3, 2)).key == "order"
