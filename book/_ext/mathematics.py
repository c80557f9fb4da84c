"""Mathematics rendered when the book is built.

Every formula is typeset once, here, by MathJax 3 (the `node-main.js` of the installed wheel
django-static-mathjax) run by deno (a wheel, too). The pages then hold finished HTML with MathML for
screen readers beside it: no MathJax in the browser, no JavaScript at all for mathematics, nothing
that moves while the page loads. One stylesheet, `_static/math.css`, holds the glyphs that occur
somewhere in the book; the fonts are copied from the wheel.

A display carries its number and, where the ledger has verified it, the ledger's mark, a link to
the equation's row on the ledger page. The widgets set their symbols in the same fonts, under the
names the stylesheet gives them: MJXTEX (upright) and MJXTEX-I (italic).
"""

import importlib.util
import json
import os
import shutil
import subprocess
from functools import partial
from html import escape
from pathlib import Path

import deno
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)

SCRIPT = Path(__file__).with_name("prerender.cjs")
FONT_FOLDER = "mathjax-fonts"  # below _static, beside the stylesheet
LEDGER_PAGE = "book/ledger"


class MathError(Exception):
    """A formula that MathJax does not accept."""


class Typesetter:
    """A conversation with one MathJax process that lasts for the whole build."""

    def __init__(self):
        self._process = None
        self._known = {}

    @staticmethod
    def mathjax_folder():
        """Return the folder of MathJax's files in the installed wheel."""
        spec = importlib.util.find_spec("mathjax")
        if spec is None:
            raise ExtensionError("django-static-mathjax is not installed (see requirements.txt)")
        return Path(spec.submodule_search_locations[0]) / "static" / "mathjax" / "es5"

    def start(self, cache):
        """Start MathJax; deno keeps its compiled code in the folder `cache`."""
        self._process = subprocess.Popen(
            [
                deno.find_deno_bin(),
                "run",
                "--no-config",
                "--no-remote",
                "--no-prompt",
                "--allow-read",
                "--allow-env",
                str(SCRIPT),
                self.mathjax_folder().as_posix(),
                FONT_FOLDER,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "DENO_DIR": str(cache), "DENO_NO_UPDATE_CHECK": "1"},
        )

    def stop(self):
        """End the process; harmless if it never started."""
        if self._process is not None:
            self._process.stdin.close()
            self._process.wait()
            self._process.stdout.close()
            self._process = None

    def _ask(self, **request):
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            reply = self._process.stdout.readline()
        except BrokenPipeError:
            reply = ""
        if not reply:
            raise ExtensionError("MathJax stopped; its message stands above")
        return json.loads(reply)

    def html(self, tex, *, display):
        """Return the HTML of one formula; raise MathError with MathJax's own words."""
        key = (tex, display)
        if key not in self._known:
            self._known[key] = self._ask(tex=tex, display=display)
        answer = self._known[key]
        if "error" in answer:
            raise MathError(answer["error"])
        return answer["html"]

    def stylesheet(self):
        """Return one stylesheet for all formulas typeset so far."""
        return self._ask(stylesheet=True)["css"]


def _typeset(typesetter, node, *, display):
    tex = node.astext().strip()
    try:
        return typesetter.html(tex, display=display)
    except MathError as error:
        logger.warning("cannot typeset %s: %s", tex, error, location=node, type="math")
        return f"<code>{escape(tex)}</code>"


def visit_inline(typesetter, self, node):
    """Write an inline formula."""
    html = _typeset(typesetter, node, display=False)
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate") + html + "</span>")
    raise nodes.SkipNode


def visit_display(typesetter, self, node):
    """Write a displayed formula, its number and its ledger mark."""
    html = _typeset(typesetter, node, display=True)
    number = get_node_equation_number(self, node) if node.get("number") else ""
    self.body.append(self.starttag(node, "div", CLASS="display notranslate"))
    self.body.append(f'<div class="display-formula">{html}</div>')
    self.body.append(_mark(self, node.get("label"), number))
    self.body.append("</div>\n")
    raise nodes.SkipNode


def _mark(self, label, number):
    """Return "(2.3) ✓ 3e−16", linked to the equation's row on the ledger page."""
    if not number:
        return ""
    result = _ledger_result(label)
    if result is None or LEDGER_PAGE not in self.builder.env.found_docs:
        return f'<span class="eqno"><span class="eqno-number">({number})</span></span>'
    page = self.builder.get_relative_uri(self.builder.current_docname, LEDGER_PAGE)
    return (
        f'<a class="eqno" href="{page}#{result.anchor}" title="{escape(result.title)}">'
        f'<span class="eqno-number">({number})</span> '
        f'<span class="eqno-mark"><span aria-hidden="true">✓</span>'
        f'<span class="visually-hidden">verified: </span> {result.short}</span></a>'
    )


def _ledger_result(label):
    """Return what the ledger says about the equation `label`, or None."""
    try:
        from ledger import result_for
    except ImportError:  # a build without the ledger: numbers, but no marks
        return None
    return result_for(label)


def start(typesetter, app):
    """Start MathJax when pages in HTML are to be written."""
    if app.builder.format == "html":
        typesetter.start(Path(app.doctreedir).parent / ".deno")


def finish(typesetter, app, exception):
    """Write the stylesheet and copy the fonts."""
    try:
        if exception is None and app.builder.format == "html":
            static = Path(app.outdir) / "_static"
            static.joinpath("math.css").write_text(typesetter.stylesheet(), encoding="utf-8")
            fonts = typesetter.mathjax_folder() / "output" / "chtml" / "fonts" / "woff-v2"
            shutil.copytree(fonts, static / FONT_FOLDER, dirs_exist_ok=True)
    finally:
        typesetter.stop()


def setup(app):
    """Register the renderer."""
    typesetter = Typesetter()
    app.add_html_math_renderer(
        "prerendered",
        (partial(visit_inline, typesetter), None),
        (partial(visit_display, typesetter), None),
    )
    app.connect("builder-inited", partial(start, typesetter))
    app.connect("build-finished", partial(finish, typesetter))
    # One process in conversation with one MathJax: pages are written one after the other.
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
