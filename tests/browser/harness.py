"""A page with widgets and nothing else, so that they can be tested without the built site.

The page is what the site makes of a notebook: the state and view tags, the bundle and the host as
classic scripts, opened from disk. The styles stand in the page itself, for axe-core to read.
"""

import json
from html import escape
from pathlib import Path

import mathjax
import pytest

import backprop as bp
from backprop.widgets import NetLab342

READY = '[data-widget="NetLab342"][data-ready="1"]'
STILL = {"reduced_motion": "reduce"}
ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src" / "backprop" / "widgets" / "static"
HOST = ROOT / "book" / "_assets" / "widget-host.js"
FONTS = Path(mathjax.__file__).parent / "static/mathjax/es5/output/chtml/fonts/woff-v2"
FACES = {"MJXTEX": "MathJax_Main-Regular", "MJXTEX-I": "MathJax_Math-Italic"}
PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>Widgets</title>
<style>{faces}
  html {{ --paper: #fff; color-scheme: light }}
  html[data-theme="dark"] {{ --paper: #14181e; color-scheme: dark }}
  html {{ --pst-color-background: var(--paper) }}
  body {{ margin: 0; background: var(--paper) }}
  main {{ max-width: 688px; margin: 0 auto; padding: {padding} }}
  {style}
</style>
<style>{css}</style>
<script src="{bundle}" defer></script><script src="{host}" defer></script>
</head>
<body><main><h1 style="position:absolute;clip-path:inset(50%)">Widgets</h1>{figures}</main>
<script type="application/vnd.jupyter.widget-state+json">{state}</script></body></html>
"""
FIGURE = """{before}<section id="place-{n}"><div class="widget-figure">
<script type="application/vnd.jupyter.widget-view+json">{view}</script></div></section>
"""


def embedded(widget):
    """Return a widget's state as MyST-NB embeds it, without what the site takes out."""
    state = widget.get_state()
    for name in ("_esm", "_css", "layout"):
        state.pop(name)
    return {"model_name": "AnyModel", "model_module": "anywidget", "state": state}


def write_page(
    folder, *widgets, theme="light", padding="32px 0", style="", before="", views=None, states=None
):
    """Write a page that shows `widgets` and return its address on the disk."""
    faces = "".join(
        f'@font-face{{font-family:{family};src:url("{(FONTS / name).as_uri()}.woff")}}\n'
        for family, name in FACES.items()
    )
    states = states or {f"m{n}": embedded(widget) for n, widget in enumerate(widgets)}
    shown = views or list(states)
    text = json.dumps({"version_major": 2, "version_minor": 0, "state": states})
    page = PAGE.format(
        theme=escape(theme),
        faces=faces,
        bundle=(STATIC / "widgets.js").as_uri(),
        host=HOST.as_uri(),
        css=(STATIC / "widgets.css").read_text(encoding="utf-8"),
        padding=padding,
        style=style,
        figures="".join(
            FIGURE.format(n=n, before=before, view=json.dumps({"model_id": model_id}))
            for n, model_id in enumerate(shown)
        ),
        state=text.replace("</", "<\\/"),
    )
    path = Path(folder) / "page.html"
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


class Lab:
    """One mounted widget and short ways to use it."""

    def __init__(self, page, n=0):
        self.page, self.n = page, n
        self.root = page.locator(READY).nth(n)

    def at(self, selector):
        return self.root.locator(selector)

    def numbers(self):
        """Return every number in the widget by its name, with all its digits."""
        return self.root.evaluate(
            """root => Object.fromEntries([...root.querySelectorAll("[data-q]")]
                .map((node) => [node.dataset.name, Number(node.dataset.q)]))"""
        )

    def number(self, name):
        return float(self.at(f'[data-name="{name}"]').get_attribute("data-q"))

    def model(self, script):
        """Run script with `model`, as a kernel would act on it."""
        return self.page.evaluate(
            f"n => {{ const model = document.querySelectorAll('.bp-mount')[n].backpropModel;"
            f" return ({script}); }}",
            self.n,
        )

    def cell(self, name):
        """Return the table cell of a parameter such as "w1.2.3"."""
        shown = name.replace("w", "W")
        return self.at(f'.bp-cell:has([data-name="{shown}"])')

    def go(self, step):
        self.at(".bp-stop").nth(step).click()

    def focused(self):
        """Return the name of what has the focus."""
        return self.page.evaluate(
            "(n => n.getAttribute('aria-label') ?? n.textContent)(document.activeElement)"
        )

    def tab_to(self, label):
        """Press Tab until something with label in its name has the focus."""
        for _ in range(20):
            if label in self.focused():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {label!r}")

    def copied_link(self):
        """Copy the link as a reader does and return it."""
        self.page.evaluate(
            "void (navigator.clipboard.writeText = async (text) => { globalThis.copied = text })"
        )
        self.at("text=Copy link").click()
        self.page.wait_for_function("globalThis.copied")
        return self.page.evaluate("globalThis.copied")

    @property
    def slider(self):
        return self.at("input.bp-range")

    @property
    def field(self):
        return self.at(".bp-inspector input.bp-field")


@pytest.fixture(name="lab")
def open_lab(reopen, tmp_path):
    """Return a function that opens a page with one NetLab342, or with those given."""

    def opened(step=5, *, net=None, query="", page_options=STILL, width=736, height=800, **options):
        example, x, y = bp.load_example()
        keywords = {
            k: options.pop(k) for k in ("selected", "eta", "predict", "name") if k in options
        }
        x, y = options.pop("x", x), options.pop("y", y)
        widget = NetLab342(net or example, x, y, step=step, **keywords)
        url = write_page(tmp_path, widget, **options)
        page = reopen(url + query, width=width, height=height, **page_options)
        page.wait_for_selector(READY)
        return Lab(page)

    return opened
