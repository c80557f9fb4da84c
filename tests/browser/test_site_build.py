"""The book's Sphinx extensions, on a very small book of their own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXTENSIONS = ROOT / "book" / "_ext"
SENTINEL = "xyzzyplugh"


@pytest.fixture
def extensions(monkeypatch):
    """Make the extensions importable, as Jupyter Book does."""
    monkeypatch.syspath_prepend(str(EXTENSIONS))


@pytest.fixture(scope="module")
def small_book(tmp_path_factory):
    """Write a book of three pages with the project's own configuration."""
    root = tmp_path_factory.mktemp("small_book")
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    sphinx = config["sphinx"]
    sphinx["local_extensions"] = dict.fromkeys(sphinx["local_extensions"], str(EXTENSIONS))
    # the ledger belongs to the real chapters, the bibliography to their sources
    leave_out = ("ledger", "sphinxcontrib.bibtex", "citations")
    for name in leave_out:
        sphinx["local_extensions"].pop(name, None)
    sphinx["config"]["extensions"] = [
        name for name in sphinx["config"]["extensions"] if name not in leave_out
    ]
    sphinx["config"]["include_patterns"] = ["**/*.md"]
    for name in [name for name in sphinx["config"] if name.startswith("bibtex_")]:
        del sphinx["config"][name]
    toc = {
        "format": "jb-book",
        "root": "book/index",
        "parts": [{"caption": "Part II. Using it", "chapters": [{"file": "book/07_training"}]}],
    }
    (root / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (root / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    (root / "book").mkdir()
    (root / "exercises" / "solutions").mkdir(parents=True)
    (root / "book" / "index.md").write_text("# A small book\n\nText.\n", encoding="utf-8")
    (root / "exercises" / "solutions" / "07_training.md").write_text(
        f"# {SENTINEL}title\n\n{SENTINEL}word $\\beta$\n", encoding="utf-8"
    )
    write_chapter(root, r"\nabla L")
    return root


def write_chapter(root, formula):
    """Write the small book's only chapter around one formula."""
    (root / "book" / "07_training.md").write_text(
        "# Training on $f$\n\nSee {eq}`eq-one` and {prf:ref}`lem-one`.\n\n"
        "## First\n\n### Deep\n\n"
        f"```{{math}}\n:label: eq-one\n{formula}\n```\n\n"
        "````{prf:lemma} A name\n:label: lem-one\nThen\n\n"
        "```{math}\n:label: eq-two\na = b\n```\n````\n\n"
        "```{prf:proof}\nClear.\n```\n\n```{prf:proof}\nClear too.\n```\n\n"
        "```{admonition} More\n:class: dropdown\nFolded.\n```\n\n"
        "````{admonition} Predict: up or down?\n:class: predict\nWell?\n\n- up\n- down\n\n"
        "```{admonition} Answer\n:class: dropdown\nUp.\n```\n````\n",
        encoding="utf-8",
    )


def build(root):
    """Build the small book; return the exit status and what was printed."""
    program = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", program, "build", ".", "-W", "-n", "--keep-going"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    return run.returncode, run.stdout + run.stderr


@pytest.fixture(scope="module")
def chapter(small_book):
    """Build the small book and return its chapter."""
    status, output = build(small_book)
    assert status == 0, output
    return (small_book / "_build/html/book/07_training.html").read_text(encoding="utf-8")


def test_numbers_come_from_the_file_name(chapter):
    assert '<p class="eyebrow">Part II · Chapter 7</p>' in chapter
    assert '<span class="section-number">7.1 </span>First' in chapter
    assert "<h3>Deep" in chapter
    assert '<span class="eqno-number">(7.1)</span>' in chapter
    assert '<span class="eqno-number">(7.2)</span>' in chapter
    assert '<span class="caption-number">Lemma 7.1 </span>' in chapter


def test_references_show_those_numbers(chapter):
    assert 'href="#equation-eq-one">(7.1)</a>' in chapter
    assert ">Lemma 7.1<" in chapter


def test_formulas_are_finished_html_with_mathml(chapter):
    assert chapter.count("<mjx-container") == chapter.count("<mjx-assistive-mml")
    assert chapter.count("<mjx-container") >= 3
    assert "MathJax.js" not in chapter


def test_no_id_occurs_twice(chapter):
    ids = re.findall(r'\bid="([^"]*)"', chapter)
    assert len(ids) == len(set(ids))


def test_blocks_fold_without_javascript(chapter):
    assert '<section class="predict" role="group">' in chapter
    assert '<span class="predict-word">Predict</span> Up or down?</p>' in chapter
    assert chapter.count("<details") == 2
    assert chapter.count('class="proof-end">∎') == 2


def test_solutions_leak_nowhere(small_book, chapter):
    html = small_book / "_build" / "html"
    page = html / "exercises" / "solutions" / "07_training.html"
    assert SENTINEL in page.read_text(encoding="utf-8")
    for path in html.rglob("*"):
        if path.is_file() and path != page:
            assert SENTINEL.encode() not in path.read_bytes(), path


def test_a_formula_that_cannot_be_typeset_fails_the_build(small_book, chapter):
    html = small_book / "_build" / "html"
    (html / "stale.html").write_text("yesterday's page", encoding="utf-8")
    try:
        write_chapter(small_book, r"\nonsense{L}")
        status, output = build(small_book)
    finally:
        write_chapter(small_book, r"\nabla L")
    assert status != 0
    assert "Undefined control sequence \\nonsense" in output
    assert not (html / "stale.html").exists()


def test_the_front_end_is_taken_out_of_the_widget_state(extensions):
    from widget_pages import without_front_end

    state = {"_esm": "export default {}", "_css": ".a{}", "step": 0, "text": "</script>"}
    body = json.dumps({"version_major": 2, "state": {"abc": {"state": state}}})
    slim = without_front_end(body)
    assert "</script>" not in slim
    assert json.loads(slim)["state"]["abc"]["state"] == {"step": 0, "text": "</script>"}


@pytest.mark.parametrize(
    ("docname", "number"),
    [("book/02_a_simple_example", 2), ("exercises/12_convolution", 12), ("book/notation", None)],
)
def test_chapter_number(extensions, docname, number):
    from chapters import chapter_number

    assert chapter_number(docname) == number
