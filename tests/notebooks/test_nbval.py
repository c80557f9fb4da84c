"""The comparison of stored outputs can fail: shown on a copy with one figure changed."""

import json
import re
import subprocess
import sys

import pytest

from tools.normalise_notebooks import as_text, every_notebook

pytestmark = pytest.mark.slow


def run_nbval(folder):
    """Return what nbval says of each cell of the notebooks in a folder: {(file, cell): word}."""
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "--nbval"]
    command += ["--nbval-current-env", "--rootdir", str(folder), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    lines = re.findall(r"^(\w+)\S*::(Cell \d+) (\w+)", done.stdout, re.M)
    assert done.returncode == 1, done.stdout
    return {(name, cell): word for name, cell, word in lines}


def with_numbers(path):
    """Yield the stored texts of a notebook that show a number, as (list of lines, line number)."""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain", [])
            if re.search(r"\d\.\d", "".join(text)):
                yield text


@pytest.fixture
def small_notebook():
    """Return the smallest committed notebook whose outputs show a number."""
    candidates = [path for path in every_notebook() if any(True for _ in with_numbers(path))]
    assert candidates, "no notebook shows a number"
    return min(candidates, key=lambda path: path.stat().st_size)


def change_a_digit(notebook):
    """Return the notebook with the last digit after the first decimal point changed."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            holder, key = (
                (output, "text") if "text" in output else (output.get("data"), "text/plain")
            )
            text = "".join((holder or {}).get(key, []))
            found = re.search(r"\d\.\d+", text)
            if found:
                last = found.end() - 1
                other = "1" if text[last] != "1" else "2"
                holder[key] = (text[:last] + other + text[last + 1 :]).splitlines(keepends=True)
                return notebook
    raise AssertionError("no number to change")


def test_a_changed_digit_fails_and_the_right_one_passes(small_notebook, tmp_path):
    right = tmp_path / "right.ipynb"
    right.write_text(small_notebook.read_text("utf-8"), "utf-8")
    wrong = tmp_path / "wrong.ipynb"
    wrong.write_text(as_text(change_a_digit(json.loads(right.read_text("utf-8")))), "utf-8")

    said = run_nbval(tmp_path)
    right, wrong = ([w for (n, _), w in said.items() if n == name] for name in ("right", "wrong"))
    assert len(right) == len(wrong) > 1
    assert set(right) == {"PASSED"}
    assert wrong.count("FAILED") == 1
