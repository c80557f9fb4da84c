"""The rules that every page of the book keeps: how it opens, asks, shows, refers and ends."""

import json
import re
from pathlib import Path

import pytest

from backprop import widgets

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
PAGES = sorted(BOOK.glob("*.ipynb"))
CHAPTERS = [path for path in PAGES if re.match(r"\d\d_", path.name)]
each_page = pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=[path.stem for path in CHAPTERS])

WIDGET = rf"({'|'.join(widgets.__all__)})\(.*\)"
FENCE = re.compile(
    r"(?ms)^(?P<ticks>`{3,})\{(?P<name>[^}]+)\}(?P<title>[^\n]*)\n(?P<body>.*?)^(?P=ticks)\s*$"
)
# What tells a reader who does not see it that the fault is theirs, and what says nothing.
BANNED = re.compile(
    r"\b(clearly|obviously|simply|trivial(ly)?|evidently|of course|needless to say"
    r"|it is easy to see|it turns out that|as we all know|delve|leverage)\b",
    re.IGNORECASE,
)
AMERICAN = re.compile(
    r"\b(\w*colors?|\w*colored|behaviors?|neighbors?|neighboring|centers?|centered|gray"
    r"|\w+ally normalized|(normal|initial|general|optim|regular|real|util|vector|organ|summar"
    r"|recogn)iz(e|es|ed|ing|ation)|analyz(e|es|ed|ing)|labeled|labeling|modeled|modeling"
    r"|canceled|defense|fulfill)\b",
    re.IGNORECASE,
)
# jupyterlab-myst shows these as raw text or as a warning.
NOT_IN_JUPYTERLAB = re.compile(
    r"\{(glue\S*|eval\S*|literalinclude|include|cite\S*|doc|ref|numref|bibliography|div|tab-\w+)\}"
)


def cells(path, kind):
    notebook = json.loads(path.read_text("utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


def text(path):
    """Return the page's Markdown, cell after cell."""
    return "\n\n".join(source(cell) for cell in cells(path, "markdown"))


def fences(markdown):
    """Yield (name, title, body) of every directive, those inside others too."""
    for match in FENCE.finditer(markdown):
        yield match["name"], match["title"].strip(), match["body"]
        yield from fences(match["body"])


def prose(markdown):
    """Return running text: no displays, code, mathematics, roles, link targets or references."""
    markdown = re.sub(r"(?ms)^```\{math\}.*?^```", " ", markdown)
    markdown = re.sub(r"(?ms)^```\n.*?^```", " ", markdown)
    markdown = re.sub(r"(?ms)^### References\n.*?(?=^## |\Z)", " ", markdown)  # titles are quoted
    markdown = re.sub(r"\$[^$]*\$|\{[\w:-]+\}`[^`]*`|`[^`]*`", " ", markdown)
    return re.sub(r"\]\([^)]*\)", "]", markdown)


def test_there_are_pages():
    assert {"index", "notation", "widgets"} <= {path.stem for path in PAGES}
    assert CHAPTERS


@each_page
def test_language(path):
    running = prose(text(path))
    assert BANNED.findall(running) == []
    assert [found[0] for found in AMERICAN.findall(running)] == []


def test_the_language_test_can_fail():
    assert BANNED.search("This is clearly so.")
    assert AMERICAN.search("the color of the center, initialized")
    assert not AMERICAN.search("the colour of the centre, initialised, in size and prize")


@each_page
def test_nothing_that_jupyterlab_cannot_show(path):
    assert NOT_IN_JUPYTERLAB.findall(text(path)) == []


@each_page
def test_every_display_has_a_label_of_its_own_and_every_reference_a_display(path):
    markdown = text(path)
    labels = []
    for name, _, body in fences(markdown):
        if name == "math":
            found = re.match(r":label: (eq-[a-z0-9-]+)\n", body)
            assert found, body[:80]
            labels.append(found[1])
        elif name.startswith("prf:") and name != "prf:proof":
            assert re.match(r":label: (lem|alg|thm|def)-[a-z0-9-]+\n", body), body[:80]
    assert len(set(labels)) == len(labels)
    assert not re.search(r"\$\$|\\begin\{(equation|align|gather)\*?\}|\\\[(?!\d)", markdown)
    referred = set(re.findall(r"\{eq\}`([^`]+)`", markdown))
    assert referred <= set(labels), referred - set(labels)


@each_page
def test_links_lead_somewhere(path):
    markdown = text(path)
    targets = set(re.findall(r"(?m)^\(([\w-]+)\)=$", markdown))
    for link in re.findall(r"\]\(([^)]+)\)", markdown):
        if link.startswith("#"):
            assert link[1:] in targets, link
        else:
            assert not re.match(r"\w+:|/", link), f"{link} leaves the book"
            assert (path.parent / link.split("#")[0]).is_file(), link


@each_page
def test_predict_boxes_ask_before_they_answer(path):
    for name, title, body in fences(text(path)):
        if name != "admonition" or ":class: predict" not in body:
            continue
        assert re.fullmatch(r"Predict: .{8,60}\?", title), title
        inner = list(fences(body))
        assert [(n, t) for n, t, _ in inner if n == "admonition"] == [("admonition", "Answer")]
        assert ":class: dropdown" in inner[0][2]
        before = body[: body.index("{admonition}")]
        assert 2 <= len(re.findall(r"(?m)^- ", before)) <= 4, title


@each_chapter
def test_a_chapter_asks_before_every_second_picture_or_so(path):
    asked = sum(":class: predict" in body for name, _, body in fences(text(path)))
    assert asked >= 4


@each_page
def test_code_cells_are_short(path):
    for cell in cells(path, "code"):
        written = [line for line in source(cell).splitlines() if line.strip()]
        assert len(written) <= 12, cell["id"]
        assert max(map(len, written)) <= 78, cell["id"]  # what the page's column holds


@each_page
def test_pictures_have_words(path):
    """A figure, and the still picture of a widget, has alt text in its cell's metadata."""
    for cell in cells(path, "code"):
        outputs = [out for out in cell["outputs"] if "image/png" in out.get("data", {})]
        if not outputs:
            continue
        alt = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "")
        assert 60 <= len(alt) <= 900, cell["id"]
        assert not re.search(r"[$\\]|^(An? )?(image|picture|figure) of", alt, re.IGNORECASE)
        shows = rf"plt\.show\(\)$|{WIDGET}$|(?m:^(?P<name>\w+) = {WIDGET})\n(?P=name)$"
        assert re.search(shows, source(cell)), cell["id"]
        assert len(outputs) == 1, cell["id"]


@each_page
def test_outputs_are_there_and_print_at_most_six_decimals(path):
    for cell in cells(path, "code"):
        if re.search(r"print\(|show", source(cell)):
            assert cell["outputs"], f"{cell['id']} was not run"
        for out in cell["outputs"]:
            shown = "".join(out.get("text") or out.get("data", {}).get("text/plain", []))
            assert not re.search(r"\d\.\d{7}", shown), cell["id"]


@each_page
def test_widgets_of_one_page_have_names_of_their_own(path):
    calls = [call for cell in cells(path, "code") if (call := re.search(WIDGET, source(cell)))]
    names = [re.search(r'name="(\w+)"', call[0])[1] for call in calls]
    assert len(set(names)) == len(names)


@each_chapter
def test_a_chapter_opens_and_ends_as_all_do(path):
    first, *_ = cells(path, "markdown")
    assert source(first).startswith("# ")
    lede = source(first).split("\n\n")[1]
    assert len(lede) <= 120
    assert "**The question of this chapter.**" in source(first)
    assert re.search(r"about (2[5-9]|3\d|4[0-5]) minutes", source(first))
    assert "You need" in source(first)
    assert "Afterwards you can" in source(first)

    headings = re.findall(r"(?m)^## (.*)$", text(path))
    assert headings[-2:] == ["In one sentence", "Further reading"]
    ending = text(path).split("## In one sentence")[1].split("## Further reading")[0]
    remembered = re.findall(r"(?m)^- ", ending.split("**To remember**")[1])
    assert 3 <= len(remembered) <= 5
    if (ROOT / "exercises" / path.name).is_file():
        assert f"](../exercises/{path.name})" in ending


def bibliography():
    """Return {key: (family names, year, title)} of references.bib."""
    entries = {}
    for found in re.finditer(
        r"(?ms)^@\w+\{(\w+),\n(.*?)^\}", (BOOK / "references.bib").read_text("utf-8")
    ):
        fields = dict(re.findall(r"(?m)^\s*(\w+)\s*=\s*\{(.*)\},?$", found[2]))
        names = [name.split(",")[0] for name in fields["author"].split(" and ")]
        entries[found[1]] = (
            names,
            fields["year"],
            fields["title"].replace("{", "").replace("}", ""),
        )
    return entries


@each_page
def test_references_are_those_of_the_bibliography(path):
    """The list that ends a chapter, for JupyterLab has no other, says what references.bib does."""
    known = bibliography()
    markdown = text(path)
    listed = dict(re.findall(r"(?m)^\(ref-(\w+)\)=\n(.+)$", markdown))
    for key, line in listed.items():
        names, year, title = known[key]
        assert all(name in line for name in names), key
        assert f"({year})" in line, key
        assert title in line.replace("*", ""), key
        assert re.search(rf"\]\(#ref-{key}\)", markdown), f"{key} is listed and never referred to"
    for words, key in re.findall(r"\[([^\]]+)\]\(#ref-(\w+)\)", markdown):
        names, year, _ = known[key]
        assert year in words, key
        assert all(name.split()[-1] in words for name in names), key
    assert sorted(listed) == list(listed)


def test_every_entry_of_the_bibliography_is_used():
    used = {key for path in PAGES for key in re.findall(r"\(ref-(\w+)\)=", text(path))}
    assert set(bibliography()) == used
