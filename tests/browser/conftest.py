"""Fixtures of the browser tests: the built site over http and from disk, and pages that watch.

    def test_something(open_page, http_url):
        page = open_page(http_url("book/notation.html"), width=390, theme="dark")

`open_page` returns a Playwright page. When the test ends, whatever the page wrote to the console as
an error, every uncaught exception, every failed request and every request to another host fails it.

A test with the argument `any_page` runs for every page of the site, one with `any_chapter` for
every chapter. What only looks asks for a `visit`, or for the `visits` over http and from disk: the
page is opened once for all of them. BACKPROP_SITE names another folder with a built site.
"""

import os
import re
import shutil
import threading
from collections import defaultdict
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.visits import visiting, watch

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("BACKPROP_SITE", ROOT / "_build" / "html"))
NAMES = ("chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable", "chrome")
# Every window would start two more pages, for the popups of an address bar that nobody sees. Only
# the last list of features counts: it names again what Playwright turns off.
UNUSED = (
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,AvoidUnnecessaryBeforeUnloadCheckSync,HttpsUpgrades,"
    "DestroyProfileOnBrowserClose,HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,"
    "PaintHolding,ThirdPartyStoragePartitioning,OptimizationHints,AimEnabled,PreconnectToSearch"
)
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync "
    f"--disable-features={UNUSED}"
).split()


def pages_of_the_site():
    """Return the paths of all pages, chapters first; the top's `index.html` only leads on."""
    pages = (path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    return sorted((p for p in pages if p != "index.html"), key=lambda p: (not chapter(p), p))


def chapter(page):
    """Return the chapter that a page is, or None."""
    found = re.match(r"book/(\d\d)_", page)
    return int(found[1]) if found else None


def pytest_generate_tests(metafunc):
    """Run tests with the argument `any_page` for each page, with `any_chapter` for each chapter."""
    if "any_page" in metafunc.fixturenames:
        pages = pages_of_the_site()
        if "any_chapter" in metafunc.fixturenames:
            pages = [page for page in pages if chapter(page)]
        metafunc.parametrize("any_page", pages or ["(no site is built)"], scope="module")


@pytest.fixture(scope="module")
def any_chapter(any_page):
    """Return the path of a chapter."""
    return any_page


@pytest.fixture(scope="session")
def pages(site):
    """Return the paths of all pages of the site."""
    return pages_of_the_site()


@pytest.fixture(scope="session")
def site():
    """Return the folder of the built site."""
    if not (SITE / "index.html").is_file():
        pytest.fail(f"{SITE} holds no site: run make book first", pytrace=False)
    return SITE


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    def log_message(self, format, *args):
        """Say nothing."""


@pytest.fixture(scope="session")
def http_url(site):
    """Return a function from a page's path to its address on a local server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield lambda path="": f"http://127.0.0.1:{server.server_port}/{path}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def file_url(site):
    """Return a function from a page's path to its address on the disk."""
    return lambda path="": f"{site.as_uri()}/{path}"


@pytest.fixture(params=["http", "file"])
def any_url(request):
    """Run the test twice: over http and from disk."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="session")
def chromium_path():
    """Return the Chromium to use: BACKPROP_CHROMIUM, or one of the system."""
    path = os.environ.get("BACKPROP_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail("no Chromium: python tools/chromium.py finds or installs one", pytrace=False)
    return path


@pytest.fixture(scope="session")
def browser(chromium_path):
    """Start one browser for the test process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """Return a function that opens an address in a fresh profile and watches the page."""
    contexts, problems = [], []

    def open_page(url, *, width=1280, height=800, theme="light", javascript=True, **options):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            java_script_enabled=javascript,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        watch(page, url, problems)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="session")
def left_pages():
    """Return the pages that tests have left, by their options, and the problems of all of them."""
    return defaultdict(list), []


@pytest.fixture
def reopen(browser, left_pages):
    """Return open_page for files that keep nothing in the profile: it takes pages that were left.

    A new page costs more than loading a widget and looking at it.
    """
    left, problems = left_pages
    taken = []

    def reopen(url, *, width=1280, height=800, **options):
        pages, size = left[str(options)], {"width": width, "height": height}
        if pages:
            page = pages.pop()
            page.set_viewport_size(size)
            page.emulate_media(color_scheme="light")
        else:
            page = browser.new_context(viewport=size, **options).new_page()
            watch(page, url, problems)
        taken.append((pages, page))
        page.goto(url)
        return page

    yield reopen
    for pages, page in taken:
        page.mouse.up()
        page.mouse.move(0, 0)
        pages.append(page)
    found = problems.copy()
    problems.clear()
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def visit(browser, http_url, any_page):
    """Return a page of the site, open over http and scrolled through."""
    with visiting(browser, http_url(), any_page) as visit:
        yield visit


@pytest.fixture(scope="module")
def visits(browser, visit, file_url, any_page):
    """Return a page of the site, opened over http, and again, opened from disk."""
    with visiting(browser, file_url(), any_page) as from_disk:
        yield visit, from_disk


# Three savings, without which axe-core takes half a minute for a long page. A formula's thousands
# of pieces are hidden from assistive technology (its MathML is not): an empty box of the same size
# stands for each. Of all the text, outside widgets, that has one colour, ground, size, weight and
# line under it, one sample is looked at by the two rules that are about its look. And those rules
# take most of their time to learn where everything lies: for them, blocks without a sample are
# emptied.
LOOK = """async (all) => {
    document.documentElement.classList.remove("settled");  // what is out of sight counts too
    const pieces = [...document.querySelectorAll("mjx-math")].map((math) => {
        const { width, height } = math.getBoundingClientRect(), box = document.createElement("i");
        box.ariaHidden = "true";
        box.style.cssText = `display: inline-block; width: ${width}px; height: ${height}px`;
        return [math, box];
    });
    const samples = new Map(), emptied = [];
    const ground = (node) => {
        const colour = node ? getComputedStyle(node).backgroundColor : "none";
        return colour === "rgba(0, 0, 0, 0)" ? ground(node.parentElement) : colour;
    };
    const collect = (parent) => {
        for (const block of parent.children) {
            if (block.hasAttribute("data-sample")) continue;
            if (block.querySelector("[data-sample]")) collect(block);
            else if (block.firstElementChild && !/inline/.test(getComputedStyle(block).display))
                emptied.push([block, block.getBoundingClientRect().height, block.style.cssText,
                    [...block.childNodes]]);
        }
    };
    const options = { resultTypes: ["violations"], preload: { assets: ["media"] } }, found = [];
    const looks = ["color-contrast", "link-in-text-block"];
    for (const [math, box] of pieces) math.replaceWith(box);
    try {
        if (all) {
            const rules = Object.fromEntries(looks.map((rule) => [rule, { enabled: false }]));
            found.push(await axe.run(document, { ...options, rules }));
        }
        for (const node of document.querySelectorAll("body *")) {
            const text = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
            if (!text || !node.checkVisibility()) continue;
            const { color, fontSize, fontWeight, opacity, textDecorationLine } =
                getComputedStyle(node);
            const look = node.closest("[data-widget]") ??
                [color, fontSize, fontWeight, opacity, textDecorationLine, ground(node)].join();
            if (!samples.has(look)) samples.set(look, typeof look === "string" ? node : look);
        }
        for (const node of samples.values()) node.toggleAttribute("data-sample", true);
        collect(document.body);
        for (const [block, height] of emptied) {
            block.style.cssText += `; box-sizing: border-box; height: ${height}px`;
            block.replaceChildren();
        }
        const include = [["[data-sample]"]];
        found.push(await axe.run({ include }, { ...options, runOnly: looks }));
        return found.flatMap((result) => result.violations);
    } finally {
        for (const [block, , style, nodes] of emptied) {
            block.style.cssText = style;
            block.replaceChildren(...nodes);
        }
        for (const node of samples.values()) node.removeAttribute("data-sample");
        for (const [math, box] of pieces) box.replaceWith(math);
    }
}"""


@pytest.fixture(scope="session")
def axe_source():
    """Return the source of axe-core."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def axe(axe_source):
    """Return a function that lists what axe-core finds wrong on a page, or with its looks only."""

    def axe(page, *, looks_only=False):
        if not page.evaluate("'axe' in globalThis"):
            page.evaluate(axe_source)
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in page.evaluate(LOOK, not looks_only)
            for node in violation["nodes"]
        ]

    return axe
