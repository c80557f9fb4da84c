"""MatrixLens in Chromium: its numbers, its marks, its nudges, and how it looks."""

import numpy as np
import pytest

from backprop.widgets import MatrixLens
from tests.browser.harness import STILL, Lab, embedded, write_page
from tests.browser.looks import WIDE_FONT, faults

READY = '[data-widget="MatrixLens"][data-ready="1"]'
WIDE = ([[0.5, -1.2, 0.8], [1.1, 0.3, -0.6]], [1.0, -0.5, 2.0], [0.7, -0.4])
SQUARE = ([[0.5, -1.2], [1.1, 0.3]], [1.0, -0.5], [0.7, -0.4])
LEMMAS = (1, 2, 3, 4, 6)


class Lens(Lab):
    """One mounted MatrixLens."""

    def __init__(self, page, n=0):
        super().__init__(page, n)
        self.root = page.locator(READY).nth(n)

    def cell(self, name):
        return self.at(f'.bp-cell:has([data-name="{name}"])')


@pytest.fixture(name="lens")
def open_lens(reopen, tmp_path):
    def opened(arguments=WIDE, *, query="", page_options=STILL, width=736, height=800, **options):
        given = {k: options.pop(k) for k in ("lemma", "selected", "activation") if k in options}
        url = write_page(tmp_path, MatrixLens(*arguments, **given), **options)
        page = reopen(url + query, width=width, height=height, **page_options)
        page.wait_for_selector(READY)
        return Lens(page)

    return opened


@pytest.mark.parametrize("lemma", LEMMAS)
def test_every_gradient_on_the_page_is_that_of_the_lemmas(lens, lemma):
    lens = lens(lemma=lemma)
    g = MatrixLens(*WIDE, lemma=lemma).gradients
    numbers = lens.numbers()
    for j in range(3):
        assert numbers[f"dx.{j + 1}"] == pytest.approx(g.dx[j], abs=1e-12)
    for i in range(2):
        assert numbers[f"head.u.{i + 1}"] == pytest.approx(g.db[i], abs=1e-12)
        for j in range(3):
            below = g.dW[i, j] if lemma == 1 else WIDE[0][i][j] * g.db[i]
            assert numbers[f"below.w.{i + 1}.{j + 1}"] == pytest.approx(below, abs=1e-12)


def test_a_cell_marks_exactly_its_g_and_its_x(lens):
    lens = lens()
    for i in (1, 2):
        for j in (1, 2, 3):
            lens.cell(f"w.{i}.{j}").click()
            heads = lens.at(":is(.bp-top, .bp-side).on [data-name]")
            names = [head.get_attribute("data-name") for head in heads.all()]
            assert names == [f"head.x.{j}", f"head.u.{i}"]
            chips = lens.at(".bp-chip.on .bp-value").all()
            assert [c.get_attribute("data-name") for c in chips] == [f"x.{j}", f"g.{i}"]
            answer = lens.number(f"answer.w.{i}.{j}")
            assert answer == pytest.approx(WIDE[2][i - 1] * WIDE[1][j - 1], abs=1e-12)


@pytest.mark.parametrize("lemma", LEMMAS)
def test_the_nudge_ratio_approaches_the_formula(lens, lemma):
    lens = lens(lemma=lemma)
    selected = lens.model("model.get('selected')")
    answer = lens.number(f"answer.{selected}")
    off = [abs(lens.number(f"ratio.{step}") - answer) for step in ("1", "0.1", "0.01", "0.001")]
    assert off[3] < off[2] < off[1]
    assert off[3] < 5e-3


def test_the_transposed_answer_is_shown_wrong_also_when_it_would_fit(lens):
    square = lens(SQUARE)
    square.cell("w.1.2").click()
    assert square.number("wrong.w.1.2") == pytest.approx(1.0 * -0.4)
    assert "wrong" in square.at(".bp-lens-wrong").inner_text()
    square.at(".bp-button").get_by_text("Lemma 2").click()
    W, _, g = (np.array(v) for v in SQUARE)
    assert square.number("wrong.x.1") == pytest.approx((W @ g)[0])
    assert square.number("answer.x.1") == pytest.approx((W.T @ g)[0])
    assert "wrong" in square.at(".bp-lens-wrong").inner_text()


def test_where_shapes_differ_the_transposed_answer_does_not_fit(lens):
    lens = lens()
    assert "3\xa0×\xa02, but W is 2\xa0×\xa03" in lens.at(".bp-lens-wrong").inner_text()
    lens.at(".bp-button").get_by_text("Lemma 4").click()
    assert "Does not fit" in lens.at(".bp-lens-wrong").inner_text()


def test_by_keyboard_typing_undo_reset(lens):
    lens = lens()
    press = lens.page.keyboard.press
    lens.cell("w.1.1").focus()
    press("ArrowRight")
    press("ArrowDown")
    press("Enter")
    assert lens.model("model.get('selected')") == "w.2.2"
    press("ArrowRight")
    assert lens.number("w.2.2") == pytest.approx(0.4)
    press("Escape")
    assert lens.page.evaluate("document.activeElement.getAttribute('role')") == "gridcell"
    press("Control+z")
    assert lens.number("w.2.2") == 0.3
    lens.at(".bp-chip").nth(0).click()
    lens.field.fill("abc")
    lens.field.press("Enter")
    assert lens.at(".bp-complaint").inner_text() == "“abc” is not a number. 1 stays."
    lens.field.fill("2.5")
    lens.field.press("Enter")
    assert lens.model("model.get('x')[0]") == 2.5
    lens.at("text=Reset").click()
    assert lens.number("x.1") == 1
    stops = lens.at('.bp-grid [tabindex]:not([tabindex="-1"])')
    assert stops.count() == 1


def test_a_link_restores_and_a_broken_one_says_so(lens, reopen):
    first = lens()
    first.cell("w.2.1").click()
    first.field.fill("-2")
    first.field.press("Enter")
    page = reopen(first.copied_link(), width=736, **STILL)
    page.wait_for_selector(READY)
    assert Lens(page).numbers() == first.numbers()
    page = reopen(first.page.url.split("?")[0] + "?MatrixLens=5~w.1.1", **STILL)
    page.wait_for_selector(READY)
    assert "could not be read" in Lens(page).at(".bp-say").inner_text()


def test_two_views_agree_and_bad_values_are_refused(reopen, tmp_path):
    url = write_page(tmp_path, states={"a": embedded(MatrixLens(*WIDE))}, views=["a", "a"])
    page = reopen(url, width=736, height=2000, **STILL)
    page.wait_for_function(f"document.querySelectorAll('{READY}').length === 2")
    first, second = Lens(page, 0), Lens(page, 1)
    first.field.fill("2")
    first.field.press("Enter")
    assert first.number("w.1.1") == 2
    page.wait_for_function(
        f"""document.querySelectorAll('{READY}')[1]
            .querySelector('[data-name="w.1.1"]').dataset.q === '2'"""
    )
    before = second.numbers()
    assert before == first.numbers()
    first.model("model.set('x', [1, NaN, 2])")
    page.wait_for_function(
        f"document.querySelector('{READY} .bp-say').textContent.includes('finite')"
    )
    assert first.numbers() == before


def test_a_matrix_too_large_to_draw_gives_a_sentence_with_the_limit(reopen, tmp_path):
    state = embedded(MatrixLens(*WIDE))
    state["state"]["W"] = np.ones((6, 3)).tolist()
    page = reopen(write_page(tmp_path, states={"a": state}), **STILL)
    text = page.locator(".bp-refusal").inner_text()
    assert "up to 5 rows and columns, this matrix is 6 × 3" in text


LARGE = (np.full((5, 5), -1000.0).tolist(), [4e-6] * 5, [1000.0] * 5)
ZEROS = (np.zeros((3, 3)).tolist(), [0.0] * 3, [0.0] * 3)
TINY = (np.full((5, 4), -4e-6).tolist(), [4e-6] * 4, [-4e-6] * 5)
STATES = {
    "usual": {},
    "large": {"arguments": LARGE},
    "zeros": {"arguments": ZEROS, "theme": "dark"},
    "millionths": {"arguments": TINY},
    "wide font": {"style": WIDE_FONT},
}


LIMITS = {736: 730, 406: 1050, 320: 1050}
MOVES = [
    {"lemma": lemma, "selected": selected}
    for lemma in LEMMAS
    for selected in ("w.1.1", "x.1", "b.1", "g.1")
]


@pytest.mark.parametrize("state", STATES)
def test_nothing_overlaps_and_the_height_stays(reopen, tmp_path, state):
    options = {"arguments": WIDE, **STATES[state]}
    widget = MatrixLens(*options.pop("arguments"))
    assert faults(reopen, tmp_path, widget, MOVES, LIMITS, **options) == []
