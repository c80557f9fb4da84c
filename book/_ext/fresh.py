"""Start every build from nothing, so that the site shows only what today's code produces.

Sphinx remembers what it has read and skips pages whose source did not change. A chapter's numbers,
however, come from the package: after an edit in `src/` an unchanged notebook would keep showing
what the old code printed. And a build that fails half-way must not leave yesterday's pages behind
as if they were its result.
"""

import shutil
from pathlib import Path


def remove_previous_pages(app, config):
    """Delete the pages of the previous build before anything of this one can fail."""
    output = Path(app.outdir)
    if output.name == "html":
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir(parents=True, exist_ok=True)


def read_every_page(app, env, added, changed, removed):
    """Report every document as out of date: all notebooks are executed again."""
    return set(env.found_docs) - set(added)


def setup(app):
    """Register the two hooks; this extension is listed first, so they run first."""
    app.connect("config-inited", remove_previous_pages, priority=1)
    app.connect("env-get-outdated", read_every_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
