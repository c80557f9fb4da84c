"""The built site as a reader meets it: over http and from disk, light and dark, wide and narrow."""

import gzip
import re
from functools import cache
from os.path import normpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest

import backprop as bp
from tests.browser.visits import scroll_through, until
from tests.unit.pictures import PHONE

COVER = "book/index.html"
CHAPTER = "book/02_a_simple_example.html"
SHORT = "book/notation.html"  # for what is the same on every page
FONTS_ARE_THERE = "document.fonts.status === 'loaded'"

themes = pytest.mark.parametrize("theme", ["light", "dark"])


@cache
def on_disk(path):
    """Return the text of a page as it was built."""
    return path.read_text(encoding="utf-8")


@cache
def marks(path):
    """Return all that an address can point to in a page."""
    return set(re.findall(r'\bid="([^"]*)"', on_disk(path)))


@cache
def weight(path):
    """Return the bytes of a file as a server sends it."""
    return len(gzip.compress(path.read_bytes()))


def test_the_site_has_its_pages(pages):
    expected = {COVER, CHAPTER, "search.html"}
    expected |= {f"book/{name}.html" for name in ("notation", "widgets", "ledger")}
    for source in (Path(__file__).parents[2] / "exercises" / "source").glob("[0-9][0-9]_*.py"):
        expected |= {f"exercises/{source.stem}.html", f"exercises/solutions/{source.stem}.html"}
    assert expected <= set(pages)


def test_page_loads_without_an_error_and_without_another_host(visits):
    for visit in visits:
        assert visit.page.locator("h1").count() == 1
        assert visit.problems == []


def test_front_door_leads_to_the_cover(open_page, any_url):
    page = open_page(any_url("index.html"))
    page.wait_for_url(f"**/{COVER}")
    assert page.locator("body.cover").count() == 1


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
        assert axe(page, rules=["color-contrast", "link-in-text-block"]) == []


def test_axe_finds_nothing_on_a_phone_with_the_menu_open(open_page, http_url, axe):
    page = open_page(http_url(SHORT), width=390)
    page.get_by_role("button", name="Contents").click()
    scroll_through(page)
    assert axe(page) == []


def test_nothing_is_wider_than_the_window(visit):
    for width in (320, 390, 768, 1100, 1280):
        with visit.at(width) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_phone_gives_pictures_the_width_their_text_needs(visit, any_chapter):
    with visit.at(390) as page:
        widths = page.eval_on_selector_all(
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


# ---- mathematics


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


def test_formulas_need_no_javascript(open_page, http_url):
    page = open_page(http_url(CHAPTER), javascript=False)
    formulas = page.locator("mjx-container")
    assert formulas.count() > 10
    box = page.locator(".display-formula mjx-math").first.bounding_box()
    assert box["width"] > 40
    assert box["height"] > 12


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


def test_a_wide_formula_scrolls_in_its_own_box(visit, any_chapter):
    wide = (
        "[...document.querySelectorAll('.display-formula')]"
        ".filter(b => b.checkVisibility() && b.scrollWidth > b.clientWidth + 1)"
    )
    fold = "open => document.querySelectorAll('article details').forEach(d => { d.open = open; })"
    with visit.at(320) as page:
        for folds_are_open in (True, False):
            page.evaluate(fold, folds_are_open)
            assert page.evaluate(f"{wide}.length") > 0
            # the keyboard scrolls it
            until(lambda: page.evaluate(f"{wide}.every(b => b.tabIndex === 0)"), "it takes focus")


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


# ---- search


@pytest.mark.parametrize("word", ["gradient", "sigmoid"])
def test_search_finds_a_word(open_page, any_url, word):
    page = open_page(any_url(COVER))
    page.locator("#q").fill(word)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    hits = page.locator("#search-results li a")
    page.locator(f'#search-results li a[href*="{CHAPTER}"]').first.wait_for()
    hits.first.click()
    assert page.locator("h1").count() == 1


def test_search_says_so_when_there_is_nothing(open_page, any_url):
    page = open_page(any_url("search.html?q=xyzzyplugh"))
    page.locator("#search-results p").wait_for()
    assert page.locator("#search-results li").count() == 0


def test_slash_goes_to_the_search_field(open_page, http_url):
    page = open_page(http_url(SHORT))
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    assert page.locator("#q").input_value() == ""


def test_solutions_are_listed_nowhere(site, pages):
    solutions = [page for page in pages if page.startswith("exercises/solutions/")]
    assert solutions
    assert not (site / "_sources").exists()
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert "solutions/" not in index
    for solution in solutions:
        name = solution.removeprefix("exercises/")
        for path in pages:
            text = on_disk(site / path)
            contents = re.search(r'<nav class="site-nav".*?</nav>', text, re.S)[0]
            assert name not in contents
        assert 'name="robots" content="noindex"' in on_disk(site / solution)


# ---- light and dark


@pytest.mark.parametrize("path", [COVER, "book/notation.html"])
def test_chinese_words_are_marked_as_chinese(open_page, http_url, path):
    page = open_page(http_url(path))
    runs = page.evaluate(
        """() => {
          const walker = document.createTreeWalker(document.querySelector("main"), 4), runs = [];
          for (let text; (text = walker.nextNode()); )
            if (/[\u4e00-\u9fff]/.test(text.data))
              runs.push([text.data, text.parentElement.closest("[lang]").lang]);
          return runs;
        }"""
    )
    assert runs
    for words, language in runs:
        assert language == "zh-Hans", words
        assert not re.search(r"[A-Za-z]", words)


@themes
def test_page_follows_the_system(open_page, http_url, theme):
    page = open_page(http_url(SHORT), theme=theme)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    luminance = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]")
    assert (int(luminance) > 128) == (theme == "light")


def test_the_system_is_followed_without_javascript(open_page, http_url):
    page = open_page(http_url(SHORT), theme="dark", javascript=False)
    page.emulate_media(color_scheme="dark")
    assert page.locator("body").evaluate("b => getComputedStyle(b).backgroundColor") == (
        "rgb(20, 24, 30)"
    )


def test_a_choice_of_colours_is_kept(open_page, any_url):
    page = open_page(any_url(SHORT))
    button = page.locator("#colours")
    shown = []
    for _ in range(3):
        button.click()
        shown.append(page.evaluate("document.documentElement.dataset.theme"))
    assert shown == ["light", "dark", "light"]  # the last is the system's again
    button.click()
    button.click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.locator("#colours-now").text_content() == "dark"


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


# ---- getting around


def test_the_keyboard_reaches_the_text_first(open_page, http_url):
    page = open_page(http_url(SHORT))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#text"


def test_the_contents_open_and_close_on_a_phone(open_page, any_url):
    page = open_page(any_url(SHORT), width=390)
    nav = page.get_by_role("navigation", name="Contents of the book")
    button = page.get_by_role("button", name="Contents")
    assert not nav.is_visible()
    button.focus()
    page.keyboard.press("Enter")
    assert nav.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not nav.is_visible()
    button.click()
    nav.get_by_role("link", name="A simple example").first.click()
    page.wait_for_url(f"**/{CHAPTER}")


def test_the_contents_open_without_javascript(open_page, http_url):
    page = open_page(http_url(SHORT), width=390, javascript=False)
    page.locator("#menu").click()
    assert page.locator("#contents").is_visible()


def test_the_page_says_where_it_is(open_page, http_url):
    page = open_page(http_url(CHAPTER))
    assert page.locator(".eyebrow").text_content() == "Part I · Chapter 2"
    assert page.locator(".site-nav [aria-current='page']").count() == 1
    assert page.locator("h1").is_visible()
    assert not page.locator("h1 .section-number").is_visible()
    section = page.locator("h2 .section-number").first
    assert section.text_content().strip() == "2.1"


def test_turning_pages_visits_every_listed_page(open_page, http_url, site):
    page = open_page(http_url(COVER))
    listed = page.eval_on_selector_all(".site-nav li a", "all => all.map(a => a.pathname)")
    following = re.compile(r'<a class="turn-next"[^>]* href="([^"]*)"')
    turned, place = [], COVER
    while link := following.search(on_disk(site / place)):
        place = normpath(Path(place).parent / link[1])
        turned.append(f"/{place}")
    assert turned == listed
    page.locator(".turn-next").click()
    page.wait_for_url(f"**{turned[0]}")


# ---- the cover and the chapter's blocks


def test_the_network_stands_on_the_cover_without_scrolling(open_page, any_url):
    page = open_page(any_url(COVER))
    widget = page.locator("[data-widget='NetLab342'][data-ready='1']")
    widget.wait_for()
    assert widget.bounding_box()["y"] < 320
    assert page.evaluate("scrollY") == 0


def test_the_26_derivatives_on_the_cover_are_everybodys(open_page, any_url):
    page = open_page(any_url(COVER))
    page.locator("[data-widget='NetLab342'][data-ready='1']").wait_for()
    shown = page.locator("[data-widget='NetLab342'] [data-q]").evaluate_all(
        "all => Object.fromEntries(all.map((node) => [node.dataset.name, +node.dataset.q]))"
    )
    net, x, y = bp.load_example()
    (W1, W2), (b1, b2) = net.weights, net.biases
    own = net.backward(net.forward(x), y)
    one_by_one = bp.example.partial_derivatives(W1, b1, W2, b2, x, y)
    arguments = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    count = 0
    for name, value in arguments.items():
        kind, layer = name
        here = np.array(
            [
                shown[f"d{kind}{layer}." + ".".join(str(i + 1) for i in place)]
                for place in np.ndindex(value.shape)
            ]
        ).reshape(value.shape)
        witness = bp.numerical_gradient(
            lambda p, name=name: bp.example.loss(**{**arguments, name: p}, x=x, y=y),
            value,
            method="complex",
        )
        package = (own.dW if kind == "W" else own.db)[int(layer) - 1]
        for other in (witness, package, getattr(one_by_one, f"d{name}")):
            np.testing.assert_allclose(here, other, rtol=0, atol=1e-12)
        count += value.size
    assert count == 26


def test_every_widget_of_the_book_comes_alive(visits):
    for visit in visits:
        for place in visit.page.locator(".widget-figure").all():
            place.scroll_into_view_if_needed()
            place.locator("[data-ready='1']").wait_for()
            assert not place.locator(".bp-refusal[role='alert']:not(:empty)").count()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", [COVER, CHAPTER])
def test_a_widget_moves_nothing_when_it_appears(browser, http_url, path, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    try:
        page = context.new_page()
        page.add_init_script(
            """globalThis.shift = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) shift += entry.value;
            }).observe({ type: "layout-shift", buffered: true });"""
        )
        page.goto(http_url(path))
        scroll_through(page)
        page.locator("[data-ready='1']").first.wait_for()
        assert page.evaluate("shift") < 0.1
    finally:
        context.close()


@pytest.mark.parametrize("path", [COVER, CHAPTER])
def test_without_javascript_a_still_picture_stands_for_the_widget(open_page, http_url, path):
    page = open_page(http_url(path), javascript=False)
    still = page.locator(".widget-still img").first
    assert still.is_visible()
    assert still.evaluate("i => i.naturalWidth") > 300


@pytest.mark.parametrize("path", [COVER, CHAPTER])
def test_on_paper_a_still_picture_stands_for_the_widget(open_page, http_url, path):
    page = open_page(http_url(path))
    page.locator(".widget-figure").first.scroll_into_view_if_needed()
    page.locator("[data-ready='1']").first.wait_for()
    page.emulate_media(media="print")
    assert page.locator(".widget-still img").first.is_visible()
    assert not page.locator("[data-ready='1']").first.is_visible()
    assert not page.locator(".site-nav").is_visible()


@pytest.mark.parametrize("path", [COVER, CHAPTER])
def test_the_front_end_is_carried_once(site, path):
    text = (site / path).read_text(encoding="utf-8")
    assert text.count("_static/widgets.js") == 1
    assert '"_esm"' not in text
    assert "backpropWidgets" not in text


def test_predict_is_two_clicks(open_page, http_url):
    page = open_page(http_url(CHAPTER))
    box = page.locator(".predict").filter(has=page.locator(".choice")).first
    reveal = box.get_by_role("button", name="Show the answer")
    answer = box.locator(".answer")
    assert reveal.is_disabled()
    assert not answer.is_visible()
    choice = box.locator(".choice").first
    choice.focus()
    page.keyboard.press("Space")
    assert choice.get_attribute("aria-pressed") == "true"
    assert not answer.is_visible()
    reveal.focus()
    page.keyboard.press("Enter")
    assert answer.is_visible()
    assert answer.evaluate("a => a === document.activeElement")


def test_predict_unfolds_without_javascript(open_page, http_url):
    page = open_page(http_url(CHAPTER), javascript=False)
    box = page.locator(".predict").first
    assert not box.locator(".unfold-body").is_visible()
    box.locator("summary").click()
    assert box.locator(".unfold-body").is_visible()


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


def test_code_is_copied_as_it_stands(open_page, http_url):
    page = open_page(http_url(CHAPTER), permissions=["clipboard-read", "clipboard-write"])
    block = page.locator(".cell_input div[class*=highlight-]").first
    block.hover()
    block.get_by_role("button", name="Copy this code").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == block.locator("pre").text_content().strip()
