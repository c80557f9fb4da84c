"""Chinese words are marked as Chinese, for screen readers and for the choice of letters.

The sources hold the bare words, which is what JupyterLab shows.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

WORDS = re.compile(r"[\u4e00-\u9fff]+(?:[—·][\u4e00-\u9fff]+)*")


class chinese(nodes.inline):  # noqa: N801 (docutils names nodes in lower case)
    """Words in Chinese."""


class Chinese(SphinxPostTransform):
    """Set off every run of Chinese characters."""

    default_priority = 200
    formats = ("html",)

    def run(self, **kwargs):
        """Cut each text that holds Chinese words into those and the rest."""
        for text in list(self.document.findall(nodes.Text)):
            if WORDS.search(text) and not isinstance(text.parent, nodes.FixedTextElement):
                text.parent.replace(text, list(_parts(text.astext())))


def _parts(text):
    at = 0
    for words in WORDS.finditer(text):
        if words.start() > at:
            yield nodes.Text(text[at : words.start()])
        yield chinese("", words[0])
        at = words.end()
    if at < len(text):
        yield nodes.Text(text[at:])


def visit_chinese(translator, node):
    """Begin the words."""
    translator.body.append('<span lang="zh-Hans">')


def depart_chinese(translator, node):
    """End the words."""
    translator.body.append("</span>")


def setup(app):
    """Register the node and the transform."""
    app.add_node(chinese, html=(visit_chinese, depart_chinese))
    app.add_post_transform(Chinese)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
