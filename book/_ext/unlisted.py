"""Pages that are built but listed nowhere: the solutions.

A page that matches `unlisted_pages` can be reached by its address (the exercise page links to it),
but it is in no table of contents, it has no previous or next page, and no word of it, not even its
title, enters the search index. The site carries no copies of page sources at all
(`html_copy_source: false`), so there is none to leak either.
"""

from fnmatch import fnmatch


def is_unlisted(config, docname):
    """Return whether the document `docname` matches one of the `unlisted_pages` patterns."""
    return any(fnmatch(docname, pattern) for pattern in config.unlisted_pages)


def mark(app, doctree):
    """Give an unlisted page the two marks that Sphinx understands."""
    docname = app.env.docname
    if is_unlisted(app.config, docname):
        app.env.metadata[docname]["orphan"] = True  # no warning that no contents list has it
        app.env.metadata[docname]["nosearch"] = True  # neither words nor title in the index


def keep_out_of_the_index(app):
    """Leave unlisted pages out of the search index altogether, file names included."""
    builder = app.builder
    if builder.format != "html":
        return
    index_page = builder.index_page

    def index_listed_page(pagename, doctree, title):
        if not is_unlisted(app.config, pagename):
            index_page(pagename, doctree, title)

    builder.index_page = index_listed_page


def forbid_robots(app, pagename, templatename, context, doctree):
    """Let the template ask search engines, too, to leave the page out."""
    context["unlisted"] = is_unlisted(app.config, pagename)


def setup(app):
    """Register the configuration value and the hooks."""
    app.add_config_value("unlisted_pages", [], "env", [list])
    app.connect("doctree-read", mark)
    app.connect("builder-inited", keep_out_of_the_index)
    app.connect("html-page-context", forbid_robots)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
