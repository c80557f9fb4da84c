"""The ledger holds for the book as it is, and fails for a book that is not."""

import dataclasses
import importlib.util

import numpy as np
import pytest

from . import claims as registry
from .canaries import CANARIES
from .claims import CLAIMS, Claim, Quoted, latex_hash, networks
from .extract import Display, Page, iter_displays, read_book
from .ledger import BOOK, ROOT, Ledger, Row, examine, judge, load_claims, run, run_canaries

load_claims()
PAGES = read_book(BOOK)
DISPLAYS = {d.label: d for d in iter_displays(PAGES)}
READ = sorted(label for label, claim in CLAIMS.items() if claim.way == "read")


@pytest.fixture(scope="module")
def ledger():
    return run()


def test_nothing_fails(ledger):
    assert ledger.problems == []


def test_every_display_has_a_row(ledger):
    assert {row.label for row in ledger.rows} == set(DISPLAYS)
    assert len(ledger.rows) >= 47


def test_every_equation_read_from_the_page_has_mutants_and_kills_them(ledger):
    for row in ledger.rows:
        if row.way == "read":
            assert row.mutants >= 8, row.label
            assert row.killed == row.mutants, row.label


def test_mutants_fail_by_their_value_too(ledger):
    by_value = sum(row.killed - row.by_shape for row in ledger.rows)
    assert by_value > sum(row.by_shape for row in ledger.rows)


def test_the_chapter_s_results_are_compared_with_the_package(ledger):
    for name in ("w2", "b2", "w1", "b1"):
        assert ledger.row(f"eq-grad-{name}-matrix").package == "backprop.Network.backward"
        assert ledger.row(f"eq-grad-{name}-element").package == f"backprop.example.dL_d{name}"


def test_at_most_one_display_in_twenty_is_unchecked(ledger):
    assert ledger.unchecked_share <= 0.05


def test_it_is_quick(ledger):
    assert ledger.seconds < 30  # ten at most on an idle machine


# -- canaries -------------------------------------------------------------------------------------
def test_canaries_are_caught_and_right_formulas_are_not():
    caught, problems = run_canaries()
    assert problems == []
    assert [c.what for c, _ in caught] == [c.what for c in CANARIES if not c.right]
    assert len(caught) >= 20


def test_a_canary_that_survives_is_reported(monkeypatch):
    harmless = CANARIES[0]._replace(what="harmless", right=False)
    monkeypatch.setattr("tests.equations.ledger.CANARIES", [harmless])
    assert run_canaries() == ([], ["canary “harmless” is wrong and passed"])


# -- an edited display ----------------------------------------------------------------------------
EDITS = [
    ("eq-grad-w2-element", "f'(", "f("),
    ("eq-grad-w2-element", "-y_i", "+y_i"),
    ("eq-grad-w2-element", r"x^{(1)}_j", r"x^{(1)}_i"),
    ("eq-grad-w2-matrix", r"\big)^\top", r"\big)"),
    ("eq-grad-w2-matrix", r"\underset{1\times 4}", r"\underset{4\times 1}"),
    ("eq-grad-w1-matrix", r"\big(W^{(2)}\big)^\top", r"\big(W^{(2)}\big)"),
    ("eq-grad-w1-matrix", r"f'(u^{(1)})", r"f'(u^{(2)})"),
    ("eq-grad-w1-element", r"w^{(2)}_{ki}", r"w^{(2)}_{ik}"),
    ("eq-grad-w1-element", r"\sum_{k=1}^{2}", r"\sum_{k=1}^{1}"),
    ("eq-delta-hidden", r"\odot", r"\,"),
    ("eq-loss-one-sample", r"\frac{1}{2}\lVert", r"\lVert"),
    ("eq-mean-of-gradients", r"\frac{1}{m}", ""),
    ("eq-w1-row-2", r"\begin{pmatrix} 0 \\ f'", r"\begin{pmatrix} f'"),
    ("eq-sigmoid-derivative", "(1-f(u))", "(1+f(u))"),
    ("eq-complex-taylor", r"{6}", r"{3}"),
    ("eq-complex-step", r"O(\varepsilon^2)", r"O(\varepsilon^3)"),
    ("eq-chain-rule", r"\frac{\partial v_k}{\partial t}", r"\frac{\partial v_k}{\partial v_k}"),
]


@pytest.mark.parametrize(("label", "old", "new"), EDITS)
def test_an_edited_equation_fails(label, old, new):
    display = DISPLAYS[label]
    assert old in display.latex
    edited = dataclasses.replace(display, latex=display.latex.replace(old, new, 1))
    assert examine(display, CLAIMS[label]).problem == ""
    assert examine(edited, CLAIMS[label]).problem != ""


@pytest.mark.parametrize("label", READ)
def test_a_lost_right_side_fails(label):
    display = DISPLAYS[label]
    left, _, _ = display.latex.partition("=")
    assert examine(dataclasses.replace(display, latex=left), CLAIMS[label]).problem != ""


# -- claims and labels ----------------------------------------------------------------------------
def page(*displays, prose=()):
    return Page("page", "Page", list(displays), list(prose))


def display(latex, label="eq-one"):
    return Display("page", label, latex, "cell a")


def claimed(label="eq-one", **fields):
    fields = {"kind": "equation", "way": "read", "how": "", "source": "", **fields}
    fields.setdefault("worlds", networks(None, None, None))
    return {label: Claim(label, **fields)}


RIGHT = display(r"\nabla_{b^{(2)}}L=(x^{(2)}-y)\odot f'(u^{(2)})")


def problems(displays, claims, quoted=(), prose=()):
    return judge([page(*displays, prose=prose)], claims, quoted).problems


def test_a_right_display_passes():
    assert problems([RIGHT], claimed()) == []


def test_a_label_that_nobody_claims():
    assert problems([RIGHT], {}) == ["eq-one (page, cell a): nobody claims it"]


def test_a_claim_on_no_label():
    assert problems([], claimed()) == ["eq-one: claimed, but no display carries this label"]


def test_a_display_without_a_label():
    (problem,) = problems([dataclasses.replace(RIGHT, label=None)], {})
    assert problem.startswith("page, cell a: a display without a label")


def test_a_label_used_twice():
    assert problems([RIGHT, RIGHT], claimed()) == ["eq-one: the label is used twice (page, cell a)"]


def test_two_claims_on_one_label(monkeypatch):
    monkeypatch.setattr(registry, "CLAIMS", {})
    monkeypatch.setattr(registry, "DOUBLE", [])
    registry.definition("eq-twice", "", "a name")
    registry.definition("eq-twice", "", "a name")
    assert registry.DOUBLE == ["eq-twice"]


def test_a_display_that_states_nothing():
    (problem,) = problems([display("L")], claimed())
    assert "states no relation" in problem


def test_what_cannot_be_read_says_so():
    (problem,) = problems([display(r"L=\mathcal u")], claimed())
    assert r"\mathcal is not in the book's subset" in problem


def test_too_many_unchecked_displays():
    claim = claimed(kind="unchecked", way="stated", latex_hash=latex_hash("a=b"))
    (problem,) = problems([display("a=b")], claim)
    assert "100% of the displays are unchecked" in problem


def test_a_wrong_variant_that_passes_is_named():
    # here the two layers are given equal pre-activations, so the layer cannot be told apart
    (problem,) = problems([display(r"f(u^{(2)})=f(u^{(2)})+0\,u^{(2)}")], claimed())
    assert "a wrong variant passes too" in problem


def test_an_equal_variant_must_be_one():
    (problem,) = problems([RIGHT], claimed(equal={"y → -y": "a lie"}))
    assert "listed as an equal variant, but it is none: y → -y" in problem


# -- the package ----------------------------------------------------------------------------------
def test_a_package_that_computes_something_else():
    claim = claimed(code=lambda world: world.gradient(("b", 2)) * 1.001, package="backprop.Network")
    (problem,) = problems([RIGHT], claim)
    assert "backprop.Network differs from the page" in problem


def test_a_package_function_that_does_not_exist():
    claim = claimed(
        code=lambda world: world.gradient(("b", 2)), package="backprop.Network.forwards"
    )
    (problem,) = problems([RIGHT], claim)
    assert "the package has no backprop.Network.forwards" in problem


# -- transcribed ----------------------------------------------------------------------------------
def half_square(rng):
    """Both sides of a = b²."""
    value = rng.normal()
    yield "a square", value * value, value**2


def test_a_transcribed_claim_holds_while_its_display_is_unchanged():
    claim = claimed(way="transcribed", latex_hash=latex_hash("a=b^2"), test=half_square)
    ledger = judge([page(display("a=b^{2}"), display("a = b^2 ", "eq-two"))], claim, [])
    assert "its hash is" in ledger.problems[0]  # braces are part of the formula
    assert ledger.problems[1:] == ["eq-two (page, cell a): nobody claims it"]
    assert problems([display(r"a \,=\; b^2")], claim) == []  # spacing is not


def test_a_transcribed_claim_fails_after_an_edit():
    claim = claimed(way="transcribed", latex_hash=latex_hash("a=b^2"), test=half_square)
    (problem,) = problems([display("a=b^3")], claim)
    assert "was edited" in problem


def test_a_transcribed_claim_that_is_wrong_or_blind():
    def wrong(rng):
        yield "unequal", 1.0, 1.1

    def blind(rng):
        yield "nothing", 0.0, 0.0

    def empty(rng):
        yield from ()

    for test, word in ((wrong, "unequal"), (blind, "passes too"), (empty, "compares nothing")):
        claim = claimed(way="transcribed", latex_hash=latex_hash("a=b"), test=test)
        (problem,) = problems([display("a=b")], claim)
        assert word in problem


def test_a_definition_is_bound_to_its_wording():
    claim = claimed(kind="definition", way="stated", latex_hash=latex_hash(r"\theta=1"))
    assert problems([display(r"\theta = 1")], claim) == []
    assert len(problems([display(r"\theta = 2")], claim)) == 1


# -- numbers in prose -----------------------------------------------------------------------------
def test_a_decimal_that_nobody_recomputes():
    (problem,) = problems([], {}, prose=["The loss is $0.1163$."])
    assert "the text says 0.1163 and no claim recomputes it" in problem


def test_a_decimal_that_the_package_no_longer_gives():
    quoted = [Quoted("page", "0.1163", "", lambda: 0.11641)]
    (problem,) = problems([], {}, quoted, ["The loss is 0.1163."])
    assert problem == "page: the text says 0.1163, the package 0.11641"


def test_a_number_that_the_text_no_longer_says():
    quoted = [Quoted("page", "0.1163", "", lambda: 0.1163), Quoted("page", "26", "", lambda: 26)]
    assert problems([], {}, quoted, ["The loss is small."]) == [
        "page: nothing in the text says 0.1163",
        "page: nothing in the text says 26",
    ]


def test_a_number_whose_computation_fails():
    quoted = [Quoted("page", "0.5", "", lambda: 1 / 0)]
    (problem,) = problems([], {}, quoted, ["It is 0.5."])
    assert "cannot be recomputed" in problem


def test_wrong_arithmetic_in_a_line():
    (problem,) = problems([], {}, prose=[r"There are $4\cdot3+4=17$ parameters."])
    assert "does not hold" in problem


# -- equations in running text --------------------------------------------------------------------
SLOPE = r"\partial u^{(1)}_i/\partial b^{(1)}_i=1"


def inline_problems(text, *formulas):
    claims = [("page", latex, claimed()["eq-one"]) for latex in formulas]
    return judge([page(prose=[text])], {}, [], claims).problems


def test_an_equation_in_running_text_is_verified():
    assert inline_problems(f"Since ${SLOPE}$, it is.", SLOPE) == []
    wrong = SLOPE.replace("=1", "=2")
    (problem,) = inline_problems(f"Since ${wrong}$, it is.", wrong)
    assert "does not hold" in problem


def test_an_equation_about_a_derivative_must_be_claimed():
    (problem,) = inline_problems(f"Since ${SLOPE}$, it is.")
    assert problem.startswith("page: an equation in running text, unclaimed")
    assert inline_problems(r"A symbol, $\delta^{(2)}$, and $a=b$.") == []


def test_a_claim_on_running_text_that_is_gone():
    (problem,) = inline_problems("Nothing.", SLOPE)
    assert "nothing in the text says" in problem


# -- the extension --------------------------------------------------------------------------------
@pytest.fixture
def extension():
    spec = importlib.util.spec_from_file_location("ledger", ROOT / "book" / "_ext" / "ledger.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_extension_stops_a_build_with_one_message(extension, monkeypatch):
    failing = Ledger(problems=["eq-one (page, cell a): does not hold"])
    monkeypatch.setattr("tests.equations.ledger.run", lambda: failing)
    with pytest.raises(SystemExit) as stopped:
        extension.run(None)
    assert str(stopped.value) == (
        "The equation ledger fails, so the book is not built:\n"
        "  eq-one (page, cell a): does not hold"
    )


def test_the_extension_answers_for_a_label(extension, monkeypatch, ledger):
    monkeypatch.setattr("tests.equations.ledger.run", lambda: ledger)
    extension.run(None)
    mark = extension.result_for("eq-grad-w2-matrix")
    assert mark.anchor == "ledger-eq-grad-w2-matrix"
    assert mark.short.endswith(("e−16", "e−15", "exact"))
    assert "wrong variants fail" in mark.title
    assert extension.result_for("eq-nothing") is None


def test_a_row_says_how_it_was_verified():
    assert Row("eq-a", "p", "equation", "read", worst=3.2e-16).short == "3e−16"
    assert Row("eq-a", "p", "equation", "read", worst=0.0).short == "exact"
    assert Row("eq-a", "p", "definition", "stated", how="a name").short == "definition"
    assert "Not checked" in Row("eq-a", "p", "unchecked", "stated", how="why").title


def test_the_generic_activation_is_blind_to_nothing_simple():
    from .worlds import generic

    u = np.linspace(-2, 2, 9)
    assert not np.allclose(generic(-u), generic(u))
    assert not np.allclose(generic(-u), -generic(u))
