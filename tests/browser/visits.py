"""Pages of the built site, opened once and watched for as long as they are open."""

import time
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit


def watch(page, url, problems):
    """Add to `problems` what goes wrong on a page that belongs to an address."""
    own = urlsplit(url)

    def request(request):
        other = urlsplit(request.url)
        if other.scheme not in ("data", "blob") and other[:2] != own[:2]:
            problems.append(f"asked another host: {request.url}")

    def failed(request):
        if request.failure != "net::ERR_ABORTED":  # the page was left before it came
            problems.append(f"request failed: {request.url} {request.failure}")

    page.on("request", request)
    page.on("requestfailed", failed)
    page.on("pageerror", lambda error: problems.append(f"uncaught: {error}"))
    page.on(
        "console",
        lambda m: problems.append(f"console: {m.text}") if m.type == "error" else None,
    )


WIDE, TALL = 1280, 4000  # a window that shows a long page in a few pieces
PATIENCE = 60  # seconds until a state that is polled for counts as never reached


def until(condition, what, patience=PATIENCE):
    """Poll until `condition()` is true and return its value."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {patience} s: {what}")


# Two frames; but a page that is not drawn must not be waited for.
DRAWN = """() => new Promise((next) => {
    requestAnimationFrame(() => requestAnimationFrame(next));
    setTimeout(next, 1000);
})"""


def scroll_through(page):
    """Show every part of the page once, so that whatever is loaded late is loaded."""
    page.evaluate(
        f"""async () => {{
          for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {{
            scrollTo({{ top: y, behavior: "instant" }});
            await ({DRAWN})();
          }}
        }}"""
    )


@cache
def on_disk(path):
    """Return the text of a page as it was built."""
    return path.read_text(encoding="utf-8")


class Visit:
    """A page that many tests look at, and that each of them leaves as it was, but for its width."""

    def __init__(self, page, home, path, problems):
        self._page, self._width = page, WIDE
        self.home, self.path, self.problems = home, path, problems
        self.requested = set()
        page.on("request", lambda request: self.requested.add(request.url))

    @property
    def page(self):
        """Return the page in a wide window."""
        return self.at(WIDE)

    def at(self, width):
        """Return the page in a window so wide, until it is asked for at another width."""
        if width != self._width:
            self._page.set_viewport_size({"width": width, "height": TALL})
            self._page.evaluate(DRAWN)
            self._width = width
        return self._page

    @contextmanager
    def dark(self):
        """Let the system be dark for the length of a block."""
        self.page.emulate_media(color_scheme="dark")
        self.page.evaluate(DRAWN)
        try:
            yield self.page
        finally:
            self.page.emulate_media(color_scheme="light")


@contextmanager
def visiting(browser, home, path):
    """Open a page, show all of it, and complain at the end of whatever went wrong on it."""
    context = browser.new_context(viewport={"width": WIDE, "height": TALL}, color_scheme="light")
    page, problems = context.new_page(), []
    watch(page, home, problems)
    visit = Visit(page, home, path, problems)
    page.goto(home + path)
    scroll_through(page)
    yield visit
    context.close()
    assert not problems, "\n".join(problems)
