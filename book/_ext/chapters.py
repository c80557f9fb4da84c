"""Chapter numbers from file names, and the navigation that shows them.

`book/05_recursion.ipynb` is chapter 5, whatever chapters stand before it in the table of contents:
its sections are 5.1, 5.2 …, its equations (5.1), (5.2) …, its lemmas Lemma 5.1 …. Sphinx would
count from one instead, so a chapter's number would change when another is added or left out.
Pages without a number in their name (notation, ledger) have no section numbers. An exercise page
`exercises/05_….ipynb` continues the equation and exercise numbers of chapter 5.
"""

import re

from docutils import nodes
from sphinx.environment.collectors.toctree import TocTreeCollector

NUMBERED_FILE = re.compile(r"(?P<folder>.*/)?(?P<number>\d\d)_[^/]+")
NUMBERED_DEPTH = 2  # 5.1 is numbered; what stands below it is not


def chapter_number(docname):
    """Return the chapter that `docname` is or belongs to, or None.

    >>> chapter_number("book/05_recursion"), chapter_number("book/notation")
    (5, None)
    """
    match = NUMBERED_FILE.fullmatch(docname)
    return int(match["number"]) if match else None


def is_chapter(docname):
    """Return whether `docname` is a chapter, not an exercise or solution page of one."""
    return docname.startswith("book/") and chapter_number(docname) is not None


class ChapterNumbers(TocTreeCollector):
    """Number sections by chapter; runs after Sphinx's own collector and replaces its numbers.

    Only the numbering is inherited. The contents lists themselves have been collected already.
    """

    def clear_doc(self, app, env, docname):
        """Leave the contents lists to Sphinx's own collector."""

    def merge_other(self, app, env, docnames, other):
        """Leave the contents lists to Sphinx's own collector."""

    def process_doc(self, app, doctree):
        """Leave the contents lists to Sphinx's own collector."""

    def assign_section_numbers(self, env):
        """Fill `env.toc_secnumbers`; `assign_figure_numbers` then builds on it."""
        before, env.toc_secnumbers = env.toc_secnumbers, {}
        for docname in env.found_docs:
            number = chapter_number(docname)
            if number is None or docname not in env.tocs:
                continue
            depth = NUMBERED_DEPTH if is_chapter(docname) else 1
            for title in _entries(env.tocs[docname]):
                env.toc_secnumbers[docname] = dict(_numbers(title, (number,), depth))
        return [d for d, numbers in env.toc_secnumbers.items() if numbers != before.get(d)]


def _entries(contents):
    """Return the entries of a contents list, or of the list below an entry."""
    for child in contents:
        if isinstance(child, nodes.bullet_list):
            return _entries(child)
    return [child for child in contents if isinstance(child, nodes.list_item)]


def _numbers(entry, number, depth):
    """Yield (anchor, number) for `entry` and for all that stands below it.

    Below `depth` levels the number is empty; left out, it would be taken for the page's own.
    """
    yield entry.next_node(nodes.reference)["anchorname"], number if depth > 0 else ()
    for k, child in enumerate(_entries(entry), start=1):
        yield from _numbers(child, (*number, k), depth - 1)


class Navigation:
    """What the page template needs to know about the place of a page in the book."""

    def __init__(self, app):
        self.app = app
        self.env = app.env

    def title(self, docname):
        """Return the title of a page as HTML, formulas included."""
        return self.app.builder.render_partial(self.env.titles[docname])["title"]

    def parts(self):
        """Yield (caption, docnames) in the order of `_toc.yml`."""
        site_map = self.app.config.external_site_map
        suffixes = tuple(self.app.config.source_suffix)
        for tree in site_map.root.subtrees:
            names = [str(item) for item in tree.files()]
            for suffix in suffixes:
                names = [name.removesuffix(suffix) for name in names]
            yield tree.caption, [name for name in names if name in self.env.titles]

    def contents(self, pagename):
        """Return the book's contents list for the sidebar of `pagename`."""
        return [
            {
                "caption": caption,
                "pages": [
                    {
                        "title": self.title(docname),
                        "number": chapter_number(docname) if is_chapter(docname) else None,
                        "href": self.app.builder.get_relative_uri(pagename, docname),
                        "current": docname == pagename,
                    }
                    for docname in docnames
                ],
            }
            for caption, docnames in self.parts()
            if docnames
        ]

    def on_this_page(self, docname):
        """Return the page's own sections, one level, for the list at the right."""
        if docname not in self.env.tocs:
            return []
        numbers = self.env.toc_secnumbers.get(docname, {})
        sections = []
        for title in _entries(self.env.tocs[docname]):
            for entry in _entries(title):
                link = entry.next_node(nodes.reference)
                text = nodes.inline("", "", *(child.deepcopy() for child in link.children))
                sections.append(
                    {
                        "title": self.app.builder.render_partial(text)["fragment"],
                        "number": ".".join(map(str, numbers.get(link["anchorname"], ()))),
                        "anchor": link["anchorname"],
                    }
                )
        return sections

    def eyebrow(self, docname):
        """Return the line above a page's title: "Part I · Chapter 2"."""
        number = chapter_number(docname)
        if number is None:
            return ""
        if not is_chapter(docname):
            kind = "Solutions" if "solutions/" in docname else "Exercises"
            return f"{kind} · Chapter {number}"
        for caption, docnames in self.parts():
            if docname in docnames and caption:
                return f"{caption.partition('.')[0]} · Chapter {number}"
        return f"Chapter {number}"


def add_navigation(app, pagename, templatename, context, doctree):
    """Hand the contents, the page's sections and the eyebrow to the template."""
    navigation = Navigation(app)
    context["book_contents"] = navigation.contents(pagename)
    context["page_sections"] = navigation.on_this_page(pagename)
    context["eyebrow"] = navigation.eyebrow(pagename)
    titles = app.env.titles  # search has none
    context["plain_title"] = titles[pagename].astext() if pagename in titles else ""
    context["is_cover"] = pagename == app.config.root_doc


def setup(app):
    """Register the collector and the template's data."""
    app.add_env_collector(ChapterNumbers)
    app.connect("html-page-context", add_navigation)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
