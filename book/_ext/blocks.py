"""The book's own blocks: Predict boxes, fold-away answers, and the body of lemmas and proofs.

In a notebook a Predict box is an admonition of class `predict`: a question as its title, a few
sentences, the choices as a list, the answer in a nested admonition of class `dropdown`. JupyterLab
shows it as just that. On the site it becomes a section whose choices `book.js` turns into buttons;
without JavaScript it stays a list above an answer that unfolds. Any other admonition of class
`dropdown` unfolds too, by the browser's own `<details>`.

sphinx-proof and sphinx-exercise wrap the body of each block in a section and give all of them the
same id; here it becomes a plain container. A proof gets its ending, ∎.
"""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator
from sphinx_proof.nodes import proof_node

WORD = "Predict"


class predict(nodes.Element):  # noqa: N801 (docutils names nodes in lower case)
    """A Predict box; its first child is the question."""


class predict_question(nodes.TextElement):  # noqa: N801
    """The question that a Predict box asks."""


class unfold(nodes.Element):  # noqa: N801
    """Something folded away; its first child is the line to click."""


class unfold_line(nodes.TextElement):  # noqa: N801
    """The line to click on."""


class proof_text(nodes.Element):  # noqa: N801
    """The text of a proof."""


class Bodies(SphinxPostTransform):
    """Give the bodies of lemmas, proofs and exercises the markup they should have."""

    default_priority = 190
    formats = ("html",)

    def run(self, **kwargs):
        """Replace sections by containers and finish proofs."""
        for section in list(self.document.findall(nodes.section)):
            if any(name.endswith("-content") for name in section["ids"]):
                body = nodes.container(classes=section["classes"])
                body.extend(section.children)
                section.replace_self(body)
        for proof in list(self.document.findall(proof_node)):
            proof.replace_self(_finished(proof.children[0]))
        for citation in list(self.document.findall(nodes.citation)):
            if not isinstance(citation.previous_sibling(), nodes.citation):
                citation.replace_self(_reading_list(citation))
        for table in list(self.document.findall(nodes.table)):
            wrapper = nodes.container(classes=["table-wrapper"])
            table.replace_self(wrapper)
            wrapper += table


def _finished(proof):
    """Set "Proof." apart from the text and ∎ at its end."""
    paragraphs = [child for child in proof.children if isinstance(child, nodes.paragraph)]
    if paragraphs and paragraphs[0] is proof.children[0]:
        first = paragraphs[0].children[0]
        if isinstance(first, nodes.Text) and first.astext().startswith("Proof."):
            rest = first.astext().removeprefix("Proof.").lstrip()
            paragraphs[0].replace(first, nodes.Text(rest))
            paragraphs[0].insert(0, nodes.emphasis("", "Proof.", classes=["proof-word"]))
            paragraphs[0].insert(1, nodes.Text(" "))
    end = nodes.inline("", "∎", classes=["proof-end"])
    if paragraphs and paragraphs[-1] is proof.children[-1]:
        paragraphs[-1] += end
    else:
        proof += nodes.paragraph("", "", end)
    return _filled(proof_text(), proof.children)


def _reading_list(citation):
    """Return `citation` and those that follow it as a list; the labels are not printed.

    The text cites by author and year, and docutils' own markup uses a role that is withdrawn.
    """
    siblings = citation.parent.children
    start = end = siblings.index(citation)
    while end < len(siblings) and isinstance(siblings[end], nodes.citation):
        end += 1
    reading = nodes.bullet_list(classes=["reading"])
    for entry in siblings[start:end]:
        text = [child for child in entry.children if not isinstance(child, nodes.label)]
        reading += nodes.list_item("", *text, ids=entry["ids"])
    del siblings[start + 1 : end]
    return reading


class Blocks(SphinxPostTransform):
    """Turn admonitions of the classes `predict` and `dropdown` into the book's blocks."""

    default_priority = 190
    formats = ("html",)

    def run(self, **kwargs):
        """Replace the inner blocks first, so that an answer is in place when its box is made."""
        for node in reversed(list(self.document.findall(nodes.admonition))):
            if "predict" in node["classes"]:
                node.replace_self(self._predict(node))
            elif "dropdown" in node["classes"]:
                node.replace_self(self._unfold(node))

    def _predict(self, node):
        title, *rest = node.children
        box = predict(ids=node["ids"], classes=["predict"])
        question = predict_question("", "", *_without_word(title.children))
        choices = next((n for n in rest if isinstance(n, nodes.bullet_list)), None)
        if choices is not None:
            choices["classes"] = ["choices"]
        for answer in rest:
            if isinstance(answer, unfold):
                answer["classes"] = ["answer"]
        return _filled(box, [question, *rest])

    def _unfold(self, node):
        title, *rest = node.children
        classes = [name for name in node["classes"] if name != "dropdown"]
        block = unfold(ids=node["ids"], classes=["unfold", *classes])
        return _filled(block, [unfold_line("", "", *title.children), *rest])


def _filled(block, children):
    block.extend(children)
    return block


def _without_word(children):
    """Drop "Predict:" from the front of a title; the page sets the word apart by itself."""
    first, *rest = children
    if isinstance(first, nodes.Text):
        text = first.astext()
        if text.casefold().startswith(WORD.casefold()):
            text = text[len(WORD) :].lstrip(" :")
            text = text[:1].upper() + text[1:]
        return [nodes.Text(text), *rest] if text else rest
    return children


def visit_predict(self, node):
    """Open the section; a section needs no name of its own: the question is its heading."""
    self.body.append(self.starttag(node, "section", CLASS="predict", role="group"))


def depart_predict(self, node):
    """Close the section."""
    self.body.append("</section>\n")


def visit_question(self, node):
    """Write "Predict" in the accent colour, then the question."""
    self.body.append(f'<p class="predict-question"><span class="predict-word">{WORD}</span> ')


def depart_question(self, node):
    """Close the question."""
    self.body.append("</p>\n")


def visit_unfold(self, node):
    """Open a `<details>`."""
    self.body.append(self.starttag(node, "details"))


def depart_unfold(self, node):
    """Close the `<details>`."""
    self.body.append("</div></details>\n")


def visit_line(self, node):
    """Write the line to click on."""
    self.body.append("<summary>")


def depart_line(self, node):
    """Close it; what follows is wrapped, so that it can be set apart."""
    self.body.append('</summary>\n<div class="unfold-body">')


def visit_proof(self, node):
    """Open a proof."""
    self.body.append(self.starttag(node, "div", CLASS="proof-text"))


def depart_proof(self, node):
    """Close it."""
    self.body.append("</div>\n")


def visit_hidden_code(self, node):
    """Open a `<details>` for a hidden cell, whose one line says what a click does."""
    self.body.append(self.starttag(node, "details", CLASS="code-fold"))
    self.body.append("<summary>Code</summary>\n")


def depart_hidden_code(self, node):
    """Close it."""
    self.body.append("</details>\n")


def visit_entry(self, node):
    """Open a cell of a table; an empty corner heads nothing, so it is no heading."""
    HTML5Translator.visit_entry(self, node)
    if not node.astext().strip() and self.body[-1].startswith("<th"):
        self.body[-1] = "<td" + self.body[-1].removeprefix("<th")
        self.context[-1] = self.context[-1].replace("th>", "td>")


def setup(app):
    """Register the transforms and what they write."""
    app.add_post_transform(Bodies)
    app.add_post_transform(Blocks)
    app.add_node(nodes.entry, override=True, html=(visit_entry, HTML5Translator.depart_entry))
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden_code, depart_hidden_code))
    app.add_node(proof_text, html=(visit_proof, depart_proof))
    app.add_node(predict, html=(visit_predict, depart_predict))
    app.add_node(predict_question, html=(visit_question, depart_question))
    app.add_node(unfold, html=(visit_unfold, depart_unfold))
    app.add_node(unfold_line, html=(visit_line, depart_line))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
