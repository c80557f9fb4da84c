"""The built site as a reader meets it: over http and from disk, light and dark, wide and narrow."""

import re
from os.path import normpath
from pathlib import Path

import numpy as np
import pytest

import backprop as bp
from tests.browser.visits import DRAWN, on_disk, scroll_through, until

COVER = "book/index.html"
CHAPTER = "book/02_a_simple_example.html"
SHORT = "book/notation.html"  # for what is the same on every page

themes = pytest.mark.parametrize("theme", ["light", "dark"])


def test_the_site_has_its_pages(pages):
    expected = {COVER, CHAPTER, "search.html"}
    expected |= {f"book/{name}.html" for name in ("notation", "widgets", "ledger")}
    for source in (Path(__file__).parents[2] / "exercises" / "source").glob("[0-9][0-9]_*.py"):
        expected |= {f"exercises/{source.stem}.html", f"exercises/solutions/{source.stem}.html"}
    assert expected <= set(pages)


def test_front_door_leads_to_the_cover(open_page, any_url):
    page = open_page(any_url("index.html"))
    page.wait_for_url(f"**/{COVER}")
    assert page.locator("body.cover").count() == 1


def test_axe_finds_nothing_on_a_phone_with_the_menu_open(open_page, http_url, axe):
    page = open_page(http_url(SHORT), width=390)
    page.get_by_role("button", name="Contents").click()
    scroll_through(page)
    assert axe(page) == []


def test_formulas_need_no_javascript(open_page, http_url):
    page = open_page(http_url(CHAPTER), javascript=False)
    formulas = page.locator("mjx-container")
    assert formulas.count() > 10
    box = page.locator(".display-formula mjx-math").first.bounding_box()
    assert box["width"] > 40
    assert box["height"] > 12


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
    page.wait_for_url(lambda url: "search.html" not in url)
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


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", [COVER, CHAPTER])
def test_a_widget_moves_nothing_when_it_appears(browser, http_url, path, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    try:
        page = context.new_page()
        page.add_init_script(
            """globalThis.shift = 0;
            const moved = ({ previousRect }) => previousRect.height > 0; // else it was out of sight
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) {
                if (entry.sources.some(moved)) shift += entry.value;
              }
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


def test_code_is_copied_as_it_stands(open_page, http_url):
    page = open_page(http_url(CHAPTER), permissions=["clipboard-read", "clipboard-write"])
    block = page.locator(".cell_input div[class*=highlight-]").first
    block.hover()
    block.get_by_role("button", name="Copy this code").click()
    shown = block.locator("pre").text_content().strip()
    copied = "navigator.clipboard.readText()"
    until(lambda: page.evaluate(copied).strip() == shown, "the code is in the clipboard")


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_out_of_sight_rests_and_keeps_its_size(browser, http_url, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    try:
        page = context.new_page()
        page.goto(http_url(CHAPTER))
        boxes = page.locator("section > .display, section > p, .cell_input")
        tops = "boxes => boxes.map((box) => box.getBoundingClientRect().top + scrollY)"
        before = boxes.evaluate_all(tops)
        root = page.locator("html")
        until(lambda: "settled" in (root.get_attribute("class") or ""), "the page settles")
        page.evaluate(DRAWN)
        formula = page.locator("section > .display .display-formula").last
        seen = "box => box.checkVisibility({contentVisibilityAuto: true})"
        assert not formula.evaluate(seen)
        assert boxes.evaluate_all(tops) == pytest.approx(before, abs=0.1)
        formula.scroll_into_view_if_needed()
        until(lambda: formula.evaluate(seen), "what comes into sight is drawn")
        page.set_viewport_size({"width": width - 40, "height": 800})
        until(lambda: "settled" not in root.get_attribute("class"), "another width, other sizes")
    finally:
        context.close()
