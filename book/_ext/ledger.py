"""The equation ledger in the book: run once when a build starts, and printed on its own page.

The work is done by `tests.equations` (see there). This extension refuses to build a book in which
a claim fails, answers `result_for(label)` for the mark beside an equation, and writes the table
where a page has the directive `{equation-ledger}`.
"""

import importlib
import sys
from pathlib import Path
from types import SimpleNamespace

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
SHOWN_AT_MOST = 12

# On a phone a row becomes a block, and its numbers say what they are.
STYLE = """<style>
.ledger-table tr { scroll-margin-top: 80px; }
.ledger-table tr:target { background: var(--sunk); }
@media (max-width: 640px) {
  .ledger-table, .ledger-table tbody, .ledger-table tr, .ledger-table td { display: block; }
  .ledger-table thead { position: absolute; clip-path: inset(50%); }
  .ledger-table tr { border-bottom: 1px solid var(--line); padding: 8px 0; }
  .ledger-table td { border: 0; padding: 0; overflow-wrap: anywhere; }
  .ledger-table td p { margin: 0 0 2px; }
  .ledger-table td:nth-child(3) p::before { content: "Wrong variants that fail: "; }
  .ledger-table td:nth-child(4) p::before { content: "Largest error: "; }
}
</style>"""

_state = SimpleNamespace(ledger=None)


def result_for(label):
    """Return the mark of the equation `label`: an object with `short`, `title`, `anchor`, or None.

    None means that there is nothing to mark: the label is unknown, its display only introduces a
    name, or it is listed as unchecked.
    """
    row = _state.ledger.row(label) if _state.ledger else None
    if row is None or row.worst is None:
        return None
    return SimpleNamespace(short=row.short, title=row.title, anchor=row.anchor)


def run(app):
    """Run every claim, and stop the build if one fails."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    equations = importlib.import_module("tests.equations.ledger")
    ledger = equations.run()
    if ledger.problems:
        shown = "\n".join(f"  {problem}" for problem in ledger.problems[:SHOWN_AT_MOST])
        rest = len(ledger.problems) - SHOWN_AT_MOST
        more = f"\n  … and {rest} more: python -m tests.equations" if rest > 0 else ""
        # Not an ExtensionError: jupyter-book would bury the message under its own traceback.
        sys.exit(f"The equation ledger fails, so the book is not built:\n{shown}{more}")
    logger.info("equation ledger: %d displays, nothing fails", len(ledger.rows))
    _state.ledger = ledger


class EquationLedger(SphinxDirective):
    """Write the summary and one table for each page of the book."""

    has_content = False

    def run(self):
        """Return a paragraph, then a section with a table for each page that has displays."""
        self.env.note_reread()
        ledger = _state.ledger
        out = [
            nodes.raw("", STYLE, format="html"),
            nodes.paragraph("", summary(ledger), classes=["ledger-summary"]),
        ]
        for page in ledger.pages:
            rows = [row for row in ledger.rows if row.page == page.name]
            if rows:
                section = nodes.section(ids=[nodes.make_id(f"ledger-page-{page.name}")])
                section += nodes.title("", page.title)
                section += table(rows, self.env.docname)
                out.append(section)
        return out


class PlantedErrors(SphinxDirective):
    """List the wrong equations that every run must catch."""

    has_content = False

    def run(self):
        """Return their names, and what was said of one of them."""
        names = [canary.what for canary, _ in _state.ledger.caught]
        what, message = next((c.what, m) for c, m in _state.ledger.caught if c.shown)
        message = message.replace(" = ", "\n  = ", 1).replace(": ", ":\n  ", 1)
        head, _, values = message.rpartition(": ")
        message = f"{head}:\n  {values}"
        return [
            nodes.paragraph("", "; ".join(names) + ".", classes=["ledger-canaries"]),
            nodes.paragraph(
                "", f"The one called “{what}”, for instance, is stopped with these words:"
            ),
            nodes.literal_block(message, message, language="none", classes=["ledger-message"]),
        ]


def summary(ledger):
    """Return the counts in one or two sentences."""
    kinds = [
        (ledger.count("equation"), "equation", "equations"),
        (ledger.count("definition"), "definition", "definitions"),
        (ledger.count("estimate"), "estimate", "estimates"),
    ]
    parts = [f"{n} {one if n == 1 else many}" for n, one, many in kinds if n]
    unchecked = ledger.count("unchecked")
    rows = ledger.rows + ledger.inline
    killed = sum(row.killed for row in rows)
    mutants = sum(row.mutants for row in rows)
    equal = sum(len(row.equal) for row in rows)
    return (
        f"This book has {len(ledger.rows)} displays: {', '.join(parts)}; {unchecked} unchecked "
        f"({ledger.unchecked_share:.0%}). {len(ledger.inline)} more equations stand in the "
        f"running text and are read in the same way. {killed:,} of {mutants:,} wrong variants "
        f"fail, as they must; {equal} more are listed as equal to the original, with the reason. "
        f"All {len(ledger.caught)} planted errors were caught. {ledger.numbers} decimals in the "
        f"running text were computed again."
    )


def table(rows, docname):
    """Return the table of one page; every row is a link target."""
    head = ["Equation", "How it is verified", "Wrong variants that fail", "Largest error"]
    group = nodes.tgroup(cols=len(head))
    for width in (18, 50, 17, 15):
        group += nodes.colspec(colwidth=width)
    group += nodes.thead("", nodes.row("", *(_entry(nodes.Text(text)) for text in head)))
    body = nodes.tbody()
    for row in rows:
        line = nodes.row(ids=[row.anchor])
        line += _entry(_link(row, docname), nodes.Text(" "), nodes.literal("", row.label))
        line += _entry(*_how(row))
        line += _entry(nodes.Text(_killed(row)))
        line += _entry(nodes.Text(_error(row)))
        body += line
    group += body
    return nodes.table("", group, classes=["ledger-table"])


def _entry(*children):
    return nodes.entry("", nodes.paragraph("", "", *children))


def _link(row, docname):
    """Return the equation's number, linked to its place."""
    reference = addnodes.pending_xref(
        "",
        refdomain="math",
        reftype="eq",
        reftarget=row.label,
        refdoc=docname,
        refwarn=True,
        refexplicit=False,
    )
    reference += nodes.literal("", row.label, classes=["xref", "eq"])
    return reference


def _how(row):
    if row.kind == "unchecked":
        return [nodes.Text(f"Unchecked: {row.how}")]
    if row.way == "stated":
        return [nodes.Text(f"Definition: {row.how}")]
    start = {"equation": "", "definition": "Definition. ", "estimate": "Estimate. "}[row.kind]
    if row.way == "read":
        inputs = row.inputs.replace("-", "\N{NON-BREAKING HYPHEN}")  # 3-4-2 stays on one line
        out = [
            nodes.Text(
                f"{start}Read from the page and compared with {row.oracle}, on {inputs}: "
                f"{row.entries} entries"
            )
        ]
    else:
        out = [
            nodes.Text(f"{start}Transcribed by hand in "),
            nodes.literal("", row.source),
            nodes.Text(f", bound to this formula by its hash. {row.how} {row.entries} comparisons"),
        ]
    if row.package:
        out += [nodes.Text(", and with "), nodes.literal("", row.package)]
    out.append(nodes.Text("."))
    for what, reason in row.equal.items():
        out += [nodes.Text(f" One variant is true too, because {reason}: "), nodes.math(what, what)]
        out.append(nodes.Text("."))
    return out


def _killed(row):
    return f"{row.killed} of {row.mutants}" if row.mutants else "none to try"


def _error(row):
    if row.kind == "unchecked" or row.worst is None:
        return "nothing to measure"
    if row.estimate:
        return "shrinks as stated"
    return row.short


def setup(app):
    """Register the run at the start of a build, and the directives."""
    app.connect("builder-inited", run, priority=10)  # before anything that takes time
    app.add_directive("equation-ledger", EquationLedger)
    app.add_directive("planted-errors", PlantedErrors)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
