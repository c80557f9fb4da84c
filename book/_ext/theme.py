"""The look of the site: a theme of our own, small enough to be read in one sitting.

`book/_assets/theme` builds on Sphinx's `basic` theme and replaces its page. It loads one
stylesheet, one script, and what a page itself needs (formulas, widgets); nothing from another host.
"""

from pathlib import Path

THEME = Path(__file__).resolve().parents[1] / "_assets" / "theme"

REDIRECT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={target}">
<link rel="icon" href="_static/favicon.svg" type="image/svg+xml">
</head>
<body>
<main><h1>{title}</h1><p><a href="{target}">Open the book</a></p></main>
</body>
</html>
"""

UNUSED = (  # what Sphinx and its extensions copy, but no page of ours loads
    "basic.css",
    "pygments.css",
    "proof.css",
    "exercise.css",
    "sbt-webpack-macros.html",
    "webpack-macros.html",
    "file.png",
    "plus.png",
    "minus.png",
)


def tidy(app, exception):
    """Write the front door, `index.html`, and remove the static files no page loads."""
    if exception is not None or app.builder.format != "html":
        return
    output = Path(app.outdir)
    target = app.builder.get_target_uri(app.config.root_doc)
    if target != "index.html":
        page = REDIRECT.format(title=app.config.html_title, target=target)
        output.joinpath("index.html").write_text(page, encoding="utf-8")
    static = output / "_static"
    for name in UNUSED:
        static.joinpath(name).unlink(missing_ok=True)
    for path in static.glob("mystnb.*.css"):
        path.unlink()


def setup(app):
    """Register the theme and the last step of a build."""
    # Jupyter Book passes this value on always; the extension that would know it is not loaded.
    app.add_config_value("comments_config", {}, "")
    app.add_html_theme("book", str(THEME))
    app.connect("build-finished", tidy, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
