"""The prose is spelt the British way; code, formulas and what is cited are left alone."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.normalise_notebooks import every_notebook

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    *(path for path in ROOT.glob("*.md")),
    *(path for top in ("book", "exercises", "tests") for path in (ROOT / top).rglob("*.md")),
    *every_notebook(),
]
NOT_PROSE = (
    re.compile(r"^(`{3,}|~{3,})\s*(?!\{)[^\n]*\n.*?^\1\s*$", re.M | re.S),  # code, not directives
    re.compile(r"^(`{3,})\{(?:math|code-block)\}.*?^\1\s*$", re.M | re.S),
    re.compile(r"^:[\w-]+:.*$", re.M),  # a directive's options
    re.compile(r"\$\$.*?\$\$", re.S),
    re.compile(r"\$[^$\n]+\$"),
    re.compile(r"`[^`\n]*`"),
    re.compile(r"(?<![*\w])\*[^*\n]+\*(?!\*)"),  # a title, or a word that is talked about
    re.compile(r"^\(ref-\w+\)=\n[^\n]*$", re.M),  # a reference is spelt as its authors did
    re.compile(r"\]\([^)]*\)"),
    re.compile(r"<[^>]*>"),
    re.compile(r"https?://\S+"),
)


def prose(path):
    """Return a page's prose, with what is no prose blanked out."""
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    for pattern in NOT_PROSE:
        text = pattern.sub(" ", text)
    return text


def misspelt(path):
    command = [sys.executable, "-m", "codespell_lib", "-D", "-", "--builtin", "clear,rare"]
    command += ["-D", str(ROOT / "tools" / "codespell-british.txt")]
    command += ["--ignore-words", str(ROOT / "tools" / "codespell-words.txt"), str(path)]
    asked = subprocess.run(command, capture_output=True, text=True, check=False, cwd=path.parent)
    assert not asked.stderr, asked.stderr
    return asked.stdout.splitlines()


def test_prose_is_spelt_the_british_way(tmp_path):
    for path in PAGES:
        copy = tmp_path / path.relative_to(ROOT).with_suffix(".txt")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(prose(path), "utf-8")
    assert misspelt(tmp_path) == []


@pytest.mark.parametrize("word", ["color", "normalized", "teh"])  # codespell:ignore teh
def test_a_wrong_word_is_found(word, tmp_path):
    (tmp_path / "page.txt").write_text(f"A word: {word}.\n")
    assert len(misspelt(tmp_path)) == 1


def test_code_and_formulas_are_left_alone(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "Call `color` so, $color$ so.\n\n```python\ncolor = 1\n```\n\n"
        "```{admonition} Predict\n:class: color\nThis colour stays.\n```\n"
    )
    assert "color" not in prose(page).split()
    assert "stays." in prose(page).split()
