"""Every page of the built site, looked at by itself: it is opened once for all the tests."""

import gzip
import re
from functools import cache
from urllib.parse import unquote, urlsplit

from tests.browser.visits import on_disk, until
from tests.unit.pictures import PHONE

FONTS_ARE_THERE = "document.fonts.status === 'loaded'"


@cache
def marks(path):
    """Return all that an address can point to in a page."""
    return set(re.findall(r'\bid="([^"]*)"', on_disk(path)))


@cache
def weight(path):
    """Return the bytes of a file as a server sends it."""
    return len(gzip.compress(path.read_bytes()))


def test_page_loads_without_an_error_and_without_another_host(visits):
    for visit in visits:
        assert visit.page.locator("h1").count() == 1
        assert visit.problems == []


def test_links_within_the_site_lead_somewhere(visits, site):
    for visit in visits:
        links = set(visit.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"))
        own = {link for link in links if link.startswith(visit.home)}
        assert [a for a in links - own if not a.startswith(("http://", "https://"))] == []
        for link in own:
            target, _, anchor = link.removeprefix(visit.home).partition("#")
            target = target.partition("?")[0]
            assert (site / target).is_file(), link
            if anchor and target.endswith(".html"):
                assert unquote(anchor) in marks(site / target), link


def test_axe_finds_nothing(visit, axe):
    assert axe(visit.page) == []
    with visit.dark() as page:
        assert axe(page, looks_only=True) == []


# The widths follow one another, so that the page is laid out anew as seldom as can be.
def test_nothing_is_wider_than_the_window(visit):
    for width in (1280, 1100, 768, 390, 320):
        assert visit.at(width).evaluate("document.documentElement.scrollWidth") <= width


def test_a_wide_formula_scrolls_in_its_own_box(visit, any_chapter):
    wide = (
        "[...document.querySelectorAll('.display-formula')]"
        ".filter(b => b.checkVisibility() && b.scrollWidth > b.clientWidth + 1)"
    )
    fold = "open => document.querySelectorAll('article details').forEach(d => { d.open = open; })"
    page = visit.at(320)
    for folds_are_open in (True, False):
        page.evaluate(fold, folds_are_open)
        assert page.evaluate(f"{wide}.length") > 0
        # the keyboard scrolls it
        until(lambda: page.evaluate(f"{wide}.every(b => b.tabIndex === 0)"), "it takes focus")


def test_a_phone_gives_pictures_the_width_their_text_needs(visit, any_chapter):
    widths = visit.at(390).eval_on_selector_all(
        ".cell_output img",
        "all => all.map(i => [i.getBoundingClientRect().width, +i.getAttribute('width')])",
    )
    assert widths
    for shown, wanted in widths:
        assert shown >= min(PHONE, wanted) - 0.5


def test_page_weighs_at_most_500_kb(visit, site):
    own = {url for url in visit.requested if url.startswith(visit.home)}
    files = {urlsplit(url.removeprefix(visit.home)).path for url in own}
    sizes = {name: weight(site / name) for name in files}
    assert "_static/book.css" in sizes
    assert sum(sizes.values()) <= 500_000, sorted(sizes.items(), key=lambda item: -item[1])[:6]


def test_every_formula_is_typeset(visit):
    page = visit.page
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    text = page.evaluate(
        """() => {
          const copy = document.querySelector("article").cloneNode(true);
          for (const part of copy.querySelectorAll(
            "code, pre, mjx-container, script, [data-widget]")) part.remove();
          return copy.textContent;
        }"""
    )
    assert not re.search(r"\$|\\\(|\\\[|\\[a-zA-Z]+\{", text)


def test_no_page_loads_mathjax(site, any_page):
    scripts = re.findall(r"<script[^>]*src=\"([^\"]*)\"", on_disk(site / any_page))
    assert not [src for src in scripts if "mathjax" in src.lower() or "://" in src]


def test_formulas_are_set_in_the_books_own_fonts(visits, any_chapter):
    for visit in visits:
        until(lambda page=visit.page: page.evaluate(FONTS_ARE_THERE), "fonts have loaded")
        loaded = visit.page.evaluate(
            "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
        )
        assert {"MJXTEX", "MJXTEX-I"} <= {name.strip('"') for name in loaded}


def test_equations_are_numbered_by_chapter_and_references_agree(visit, any_chapter):
    page = visit.page
    chapter = int(re.search(r"/(\d\d)_", any_chapter)[1])
    numbers = page.eval_on_selector_all(
        ".display", "all => all.map(d => [d.id, d.querySelector('.eqno-number')?.textContent])"
    )
    assert numbers
    assert [n for _, n in numbers] == [f"({chapter}.{k})" for k in range(1, len(numbers) + 1)]
    references = page.eval_on_selector_all(
        "a[href^='#equation-']", "all => all.map(a => [a.hash.slice(1), a.textContent])"
    )
    assert references
    for target, number in references:
        assert dict(numbers)[target] == number


def test_ledger_marks_lead_to_their_rows(visit, any_chapter, site):
    links = visit.page.eval_on_selector_all("a.eqno", "all => all.map(a => a.href)")
    assert links
    rows = marks(site / "book/ledger.html")
    for link in links:
        page, _, row = link.partition("#")
        assert page.endswith("book/ledger.html")
        assert unquote(row) in rows


def test_a_formula_that_grows_wide_takes_focus(visit, any_chapter):
    box = visit.page.locator(".display-formula").first
    until(lambda: visit.page.evaluate(FONTS_ARE_THERE), "fonts have loaded")
    assert box.evaluate("b => b.tabIndex") == -1
    found = box.evaluate(
        """b => {
            const late = () => document.fonts.dispatchEvent(new Event("loadingdone"));
            const formula = b.firstElementChild, before = formula.style.cssText;
            formula.style.cssText += "display: block; width: 3000px";
            late();  // as a font that comes late
            const grown = [b.tabIndex, b.getAttribute("aria-label")];  // before a resize is seen
            formula.style.cssText = before;
            late();
            return [...grown, b.tabIndex];
        }"""
    )
    assert found == [0, "Formula, scrolls sideways", -1]


def test_nothing_in_the_text_stays_white_in_the_dark(visit, any_chapter):
    with visit.dark() as page:
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        white = page.evaluate(
            """() => [...document.querySelectorAll("article *:not(mjx-math *)")]
              .filter((e) => {
                const [r, g, b, a = 1] = getComputedStyle(e).backgroundColor.match(/[\\d.]+/g);
                return a > 0.5 && Math.min(r, g, b) > 200 && !e.closest("[data-widget]");
              }).map((e) => e.className || e.tagName)"""
        )
    assert white == []


def test_every_widget_of_the_book_comes_alive(visits):
    for visit in visits:
        for place in visit.page.locator(".widget-figure").all():
            place.scroll_into_view_if_needed()
            place.locator("[data-ready='1']").wait_for()
            assert not place.locator(".bp-refusal[role='alert']:not(:empty)").count()


def test_a_listing_is_set_in_one_font(visit, any_chapter):
    fonts = visit.page.evaluate(
        """() => [...document.querySelectorAll("pre")].flatMap((pre) => [
            ...new Set([pre, ...pre.querySelectorAll("span")].map((part) => {
              const style = getComputedStyle(part);
              return `${style.fontFamily} ${style.fontSize}`;
            })),
          ].slice(1))"""
    )
    assert fonts == []
