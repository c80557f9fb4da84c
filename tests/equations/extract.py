r"""Displays and prose out of the book's pages.

A display is a ``{math}`` fence, a ``$$ … $$`` block or a top-level ``\begin{equation}`` (align,
gather). Only the first kind may carry the label that the book's pages use; the others are found so
that none can hide without a label.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_FENCE = re.compile(r"^(?P<quote>[\s>]*)(?P<ticks>`{3,}|~{3,}|:{3,})(?P<rest>.*)$")
_DIRECTIVE = re.compile(r"^\{(?P<name>[^}]+)\}(?P<argument>.*)$")
_OPTION = re.compile(r"^\s*:(?P<key>[\w-]+):\s*(?P<value>.*?)\s*$")
_AMS = re.compile(r"^\s*\\begin\{(equation|align|gather|multline|eqnarray)(\*?)\}")
_VERBATIM = {"code", "code-block", "code-cell", "literalinclude", "raw", "mermaid", "bibliography"}


@dataclass(frozen=True)
class Display:
    """One displayed formula of the book."""

    page: str
    """File name without its ending, such as ``02_a_simple_example``."""
    label: str | None
    latex: str
    where: str
    """Cell id or line, for messages."""


@dataclass
class Page:
    """What the ledger sees of one page."""

    name: str
    title: str = ""
    displays: list[Display] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    """Paragraphs of running text, inline mathematics included, displays and code left out."""


def read_page(path: Path) -> Page:
    """Read one notebook or Markdown page."""
    page = Page(path.stem, path.stem)
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        for number, cell in enumerate(json.loads(text)["cells"]):
            if cell["cell_type"] != "markdown":
                continue
            source = cell["source"]
            source = source if isinstance(source, str) else "".join(source)
            _scan(page, source, f"cell {cell.get('id', number)}")
    else:
        _scan(page, text, "line")
    headings = (re.match(r"# +(.+)", paragraph) for paragraph in page.prose)
    page.title = next((h[1].strip() for h in headings if h), page.title)
    return page


def read_book(folder: Path) -> list[Page]:
    """Read every page of the folder, in the order of their names."""
    paths = sorted(p for p in folder.iterdir() if p.suffix in {".ipynb", ".md"})
    return [read_page(p) for p in paths]


def _scan(page: Page, text: str, where: str) -> None:
    lines = text.split("\n")
    prose: list[str] = []
    open_fences: list[str] = []
    position = 0

    def place(line: int) -> str:
        return f"{where} {line + 1}" if where == "line" else f"{where}, line {line + 1}"

    if where == "line" and lines[0].strip() == "---":  # front matter
        position = lines.index("---", 1) + 1
    while position < len(lines):
        line = lines[position]
        fence = _FENCE.match(line)
        if fence:
            ticks, rest = fence["ticks"], fence["rest"].strip()
            if (
                open_fences
                and not rest
                and ticks[0] == open_fences[-1][0]
                and len(ticks) >= len(open_fences[-1])
            ):
                open_fences.pop()
                position += 1
                continue
            directive = _DIRECTIVE.match(rest)
            if directive and directive["name"] not in _VERBATIM | {"math"}:
                prose.append("")
                prose.append(directive["argument"])
                open_fences.append(ticks)
                position = _skip_options(lines, position + 1)
                continue
            body, end = _until_closed(lines, position, ticks)
            if directive and directive["name"] == "math":
                page.displays.append(_math_directive(page, directive, body, place(position)))
            prose.append("")
            position = end
        elif "$$" in line:
            before, _, inside = line.partition("$$")
            prose.append(before)
            start = position
            while "$$" not in inside and position + 1 < len(lines):
                position += 1
                inside += "\n" + lines[position]
            latex, _, after = inside.partition("$$")
            label = re.match(r"\s*\(([\w:.-]+)\)", after)
            page.displays.append(
                Display(page.name, label[1] if label else None, latex.strip(), place(start))
            )
            prose.append("" if label else after)
            position += 1
        elif _AMS.match(line) or line.strip() == r"\[":
            start, body = position, []
            closing = r"\end{" + _AMS.match(line)[1] if _AMS.match(line) else r"\]"
            while position < len(lines):
                body.append(lines[position])
                position += 1
                if closing in body[-1]:
                    break
            latex = "\n".join(body)
            label = re.search(r"\\label\{([^}]+)\}", latex)
            page.displays.append(
                Display(page.name, label[1] if label else None, latex, place(start))
            )
            prose.append("")
        else:
            prose.append(line)
            position += 1
    paragraphs = re.split(r"\n\s*\n", "\n".join(prose))
    page.prose.extend(p.strip() for p in paragraphs if p.strip())


def _until_closed(lines: list[str], start: int, ticks: str) -> tuple[list[str], int]:
    """Body of a fence that holds no Markdown, and the line after it."""
    for end in range(start + 1, len(lines)):
        closing = _FENCE.match(lines[end])
        if (
            closing
            and not closing["rest"].strip()
            and closing["ticks"][0] == ticks[0]
            and len(closing["ticks"]) >= len(ticks)
        ):
            return lines[start + 1 : end], end + 1
    return lines[start + 1 :], len(lines)


def _skip_options(lines: list[str], position: int) -> int:
    while position < len(lines) and _OPTION.match(lines[position]):
        position += 1
    return position


def _math_directive(page: Page, directive: re.Match[str], body: list[str], where: str) -> Display:
    label = None
    rest = [directive["argument"]]
    in_options = True
    for line in body:
        option = _OPTION.match(line) if in_options else None
        if option:
            if option["key"] == "label":
                label = option["value"]
        else:
            in_options = in_options and not line.strip()
            rest.append(line)
    return Display(page.name, label, "\n".join(rest).strip(), where)


def iter_displays(pages: list[Page]) -> Iterator[Display]:
    """Every display of every page."""
    for page in pages:
        yield from page.displays
