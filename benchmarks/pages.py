"""How quickly the built book answers: run by `make bench-pages`, which says what it found.

    python -m benchmarks.pages              all widgets and pages
    python -m benchmarks.pages NetLab342    one widget

Each widget is dragged on the page where it stands, back and forth without a rest, in Chromium with
its processor made four times slower. A redraw is all that the page's main thread does for one
frame: the pointer's moves, script, style, layout and paint. Two numbers are given: the processor
time of that thread, which other programs on the machine hardly change, and the time that passed,
which they do change.
Nothing here is a test.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Response, sync_playwright

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
sys.path.insert(0, str(ROOT / "tools"))
from screenshot import chromium  # noqa: E402

SLOWER = 4
STROKES = 6  # of the pointer, back and forth
MOVES = 20  # in each
LOADS = 5
WIDTHS = (1280, 390)
# What is set before the drag, so that all of a widget is shown, and what is dragged.
GESTURES: dict[str, tuple[dict[str, Any], str]] = {
    "NetLab342": ({"step": 6}, ".bp-layer1 .bp-cell >> nth=5"),
    "NeuronDial": ({}, ".bp-dial-drawing"),
    "ChainTracer": ({"step": 4}, "input.bp-range"),
    "MatrixLens": ({"lemma": 6}, ".bp-cell >> nth=1"),
    "DeltaRelay": ({"depth": 8, "step": 16}, "input.bp-range"),
    "DescentMap": ({}, ".bp-descent-controls input.bp-range >> nth=2"),
}
ON_A_PHONE = {"NetLab342": "input.bp-range"}  # the table is dragged by fingers there

# What the main thread does for a frame, by the names of Chromium's trace.
WORK = {
    *("HitTest", "EventDispatch", "FireAnimationFrame", "TimerFire", "UpdateLayoutTree"),
    *("Layout", "PrePaint", "Layerize", "Paint", "Commit", "RunMicrotasks"),
}
TRACE = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
WATCH = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("[data-widget][data-ready='1']")) return;
  globalThis.ready = performance.now();
  observer.disconnect();
}).observe(document, { subtree: true, childList: true, attributeFilter: ["data-ready"] });
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the built book and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def opened(browser: Browser, url: str, width: int, slower: int = 1) -> Iterator[Page]:
    """Open a page in a fresh profile, on a processor that is so many times slower."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, reduced_motion="reduce", device_scale_factor=1
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(url)
    yield page
    context.close()


def redraws(page: Page, kind: str) -> list[tuple[float, float]]:
    """Drag the widget there and back; return processor time and time passed per frame, in ms."""
    prepare, handle = GESTURES[kind]
    width = page.viewport_size["width"] if page.viewport_size else 0
    if width < 600:
        handle = ON_A_PHONE.get(kind, handle)
    figure = page.locator(f".widget-{kind.lower()}").last
    figure.scroll_into_view_if_needed()
    root = figure.locator("[data-ready='1']")
    root.wait_for()
    # A widget that waits for an answer shows nothing to redraw.
    figure.evaluate(
        "figure => figure.querySelector('.bp-mount').backpropModel.set('predict', false)"
    )
    for key, value in prepare.items():
        script = "(figure, [k, v]) => figure.querySelector('.bp-mount').backpropModel.set(k, v)"
        figure.evaluate(script, [key, value])
    target = root.locator(handle).first
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 40)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 6, y)  # past the four pixels that make a drag
    page.wait_for_timeout(500)
    with traced(page) as events:
        for stroke in range(STROKES):
            page.mouse.move(x + 6 + 40 * (stroke % 2 == 0), y, steps=MOVES)
        page.wait_for_timeout(500)
    page.mouse.up()
    return frames(events)


@contextmanager
def traced(page: Page) -> Iterator[list[dict[str, Any]]]:
    """Record what the browser does; the list is filled when the block ends."""
    events: list[dict[str, Any]] = []
    ended: list[bool] = []
    session = page.context.new_cdp_session(page)
    session.on("Tracing.dataCollected", lambda found: events.extend(found["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.append(True))
    config = {"includedCategories": TRACE, "excludedCategories": []}
    session.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": config})
    yield events
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(20)


def frames(events: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Add up the work of the main thread for each frame that painted something."""
    (main,) = [
        (e["pid"], e["tid"])
        for e in events
        if e["name"] == "thread_name" and e["args"]["name"] == "CrRendererMain"
    ]
    work = [e for e in events if (e["pid"], e.get("tid")) == main and e.get("ph") == "X"]
    found: list[tuple[float, float]] = []
    cpu = wall = 0.0
    painted = False
    end = 0
    for event in sorted(work, key=lambda e: e["ts"]):
        if event["name"] not in WORK or event["ts"] < end:
            continue  # what happens within another has been counted with it
        end = event["ts"] + event.get("dur", 0)
        cpu += event.get("tdur", 0) / 1000
        wall += event.get("dur", 0) / 1000
        painted |= event["name"] == "Paint"
        if event["name"] == "Commit":  # the frame is handed to the compositor
            if painted:
                found.append((cpu, wall))
            cpu = wall = 0.0
            painted = False
    return found


def ready(browser: Browser, url: str, slower: int) -> float:
    """Return the median time, in milliseconds, until the first widget is drawn."""
    times = []
    for _ in range(LOADS):
        with opened(browser, url, 1280, slower) as page:
            page.locator(".widget-figure").first.scroll_into_view_if_needed()
            page.locator("[data-widget][data-ready='1']").first.wait_for()
            times.append(page.evaluate("ready"))
    return statistics.median(times)


def weight(browser: Browser, url: str) -> int:
    """Return the bytes of a page with all that it loads, each file compressed."""
    responses: list[Response] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("response", responses.append)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    sizes = {response.url: len(gzip.compress(response.body())) for response in responses}
    context.close()
    return sum(sizes.values())


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("widget", nargs="*", help="only these, and no pages")
    wanted = parser.parse_args().widget
    if not (SITE / "index.html").is_file():
        print("error: there is no built book; run make book first", file=sys.stderr)
        return 1
    pages = [p.relative_to(SITE).as_posix() for p in sorted((SITE / "book").glob("*.html"))]
    texts = {page: (SITE / page).read_text(encoding="utf-8") for page in pages}
    with sync_playwright() as playwright, served() as address:
        options = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=options)
        print(f"Redraw on a drag, {STROKES * MOVES} moves, processor {SLOWER} times slower; ms")
        print(f"{'':49}{'processor time':>15}{'time passed':>18}")
        print(f"{'':43}{'width':>6}" + 2 * f"{'median':>9}{'worst':>9}")
        for place, text in texts.items():
            here = [kind for kind in wanted or GESTURES if f"widget-{kind.lower()}" in text]
            for kind in here:
                for width in WIDTHS:
                    with opened(browser, f"{address}/{place}", width, SLOWER) as page:
                        both = zip(*redraws(page, kind), strict=True)
                    columns = "".join(f"{statistics.median(t):9.1f}{max(t):9.1f}" for t in both)
                    print(f"{kind:11} {Path(place).stem[:30]:31}{width:6}{columns}", flush=True)
        if not wanted:
            print("\nPages: kB compressed; ms until the first widget is ready, and when slower")
            for place in pages:
                url = f"{address}/{place}"
                line = f"{place:46}{weight(browser, url) / 1000:6.0f}"
                if "widget-figure" in texts[place]:
                    line += "".join(f"{ready(browser, url, by):8.0f}" for by in (1, SLOWER))
                print(line, flush=True)
        browser.close()
    static = ROOT / "src" / "backprop" / "widgets" / "static"
    sizes = {
        name: len(gzip.compress((static / name).read_bytes(), 9)) / 1000
        for name in ("widgets.js", "widgets.css")
    }
    print("\nThe bundle, compressed: " + ", ".join(f"{n} {kb:.1f} kB" for n, kb in sizes.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
