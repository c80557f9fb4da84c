"""Widgets on the built pages: one shared bundle, small state, a still picture beneath.

MyST-NB writes the state of a page's widgets into the page and a tag at each place where one is
shown. It would also carry the whole front end once per widget, inside that state, and load the
Jupyter widget manager from another host. Here the front end is taken out of the state and loaded
once, as an ordinary script (`widgets.js`, which Jupyter uses too) with our own small host
(`widget-host.js`), and only on pages that show a widget. A script that is no module also works
from disk.

The still picture of a widget, the PNG among the cell's outputs, is kept in the page: it holds the
place until the widget is drawn, and it is what print and a browser without JavaScript show.
"""

import json
import re
import shutil
from pathlib import Path

from docutils import nodes
from myst_nb.core.render import WIDGET_VIEW_MIMETYPE
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform

FRONT_END = ("_esm", "_css")
STATE_KEY = "ipywidgets_state"
STILL_TYPE = "image/png"

ROOT = Path(__file__).resolve().parents[2]
ASSETS = (
    ROOT / "src" / "backprop" / "widgets" / "static" / "widgets.js",
    ROOT / "src" / "backprop" / "widgets" / "static" / "widgets.css",
    ROOT / "book" / "_assets" / "widget-host.js",
)


class WidgetFigures(SphinxPostTransform):
    """Keep a widget's still picture beside the tag at which the widget is drawn."""

    default_priority = 3  # before MyST-NB chooses one of a cell's outputs (4)
    formats = ("html",)

    def run(self, **kwargs):
        """Replace each bundle of outputs that holds a widget."""
        for bundle in list(self.document.findall(_is_output)):
            kinds = {child.get("mime_type"): child for child in bundle.children}
            if WIDGET_VIEW_MIMETYPE not in kinds:
                continue
            figure = nodes.container(classes=["widget-figure", *_kind(kinds.get("text/plain"))])
            figure += kinds[WIDGET_VIEW_MIMETYPE].children
            if STILL_TYPE in kinds:
                still = nodes.container(classes=["widget-still"])
                still += kinds[STILL_TYPE].children
                figure += still
            bundle.replace_self(figure)


def _kind(words):
    """Return the class that reserves the widget's height, from its text form: `NetLab342(…)`."""
    named = re.match(r"(\w+)\(", words.astext()) if words is not None else None
    return [f"widget-{named.group(1).lower()}"] if named else []


def _is_output(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"


def take_out_front_end(app, env):
    """Remove the front end's text from the widget state of every page."""
    for docname in env.found_docs:
        files = NbMetadataCollector.get_js_files(env, docname)
        if STATE_KEY in files:
            _, attributes = files[STATE_KEY]
            attributes["body"] = without_front_end(attributes["body"])


def without_front_end(body):
    """Return the JSON text of a widget state without the scripts and styles it carries."""
    state = json.loads(body)
    for model in state["state"].values():
        for name in FRONT_END:
            model["state"].pop(name, None)
    # "</script>" inside a string would end the tag that holds this text
    return json.dumps(state, separators=(",", ":")).replace("</", "<\\/")


def tell_template(app, pagename, templatename, context, doctree):
    """Hand the state to the template, which loads the scripts where there is one."""
    files = NbMetadataCollector.get_js_files(app.env, pagename)
    context["widget_state"] = files[STATE_KEY][1]["body"] if STATE_KEY in files else ""


def copy_assets(app, exception):
    """Copy the front end and its host beside the pages."""
    if exception is not None or app.builder.format != "html":
        return
    used = any(
        STATE_KEY in NbMetadataCollector.get_js_files(app.env, d) for d in app.env.found_docs
    )
    for path in ASSETS:
        if path.is_file():
            shutil.copy(path, Path(app.outdir) / "_static" / path.name)
        elif used:
            raise ExtensionError(f"a page shows a widget, but {path.relative_to(ROOT)} is missing")


def setup(app):
    """Register the transform and the hooks."""
    app.add_post_transform(WidgetFigures)
    app.connect("env-updated", take_out_front_end)
    app.connect("html-page-context", tell_template)
    app.connect("build-finished", copy_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
