"""Chapter 5 sets the algorithm beside the package's source: every line it quotes is there."""

import json
import re
from pathlib import Path

import backprop as bp

PAGE = Path(__file__).resolve().parents[2] / "book" / "05_the_recursion_and_the_algorithm.ipynb"


def cell(name):
    (found,) = [c for c in json.loads(PAGE.read_text("utf-8"))["cells"] if c["id"] == name]
    return "".join(found["source"])


def test_every_line_of_the_algorithm_is_matched_once_and_in_order():
    steps = re.findall(r"(?m)^(\d)\. ", cell("algorithm"))
    rows = re.findall(r"(?m)^\| (\d) \|", cell("match"))
    assert steps == rows == [str(n) for n in range(1, 9)]


def test_what_the_table_quotes_stands_in_the_source():
    source = bp.source(bp.Network.forward) + bp.source(bp.Network.backward)
    table = cell("match").split("\n\n")[0]
    quoted = [code for code in re.findall(r"`([^`]+)`", table) if re.search(r"[(=]", code)]
    assert len(quoted) >= 12
    assert [code for code in quoted if code not in source] == []


def test_the_printed_ranges_of_layers_leave_none_out():
    """The ledger accepts a statement about fewer layers, which is true too; so this looks."""
    everything = "\n".join(
        "".join(c["source"])
        for c in json.loads(PAGE.read_text("utf-8"))["cells"]
        if c["cell_type"] == "markdown"
    )
    displays = re.findall(r"```\{math\}\n:label: (eq-[\w-]+)\n(.*?)```", everything, re.DOTALL)
    stated = {label: re.findall(r"l=(\S+) *[.,]?\n", body) for label, body in displays}
    all_layers, hidden, down = r"1,\dots,D", r"1,\dots,D-1", r"D-1,\dots,1"
    assert {label: found for label, found in stated.items() if found} == {
        "eq-general-forward": [all_layers],
        "eq-error-term": [all_layers],
        "eq-step-down": [hidden],
        "eq-step-elements": [hidden],
        "eq-recursion": [down],
        "eq-parameter-gradients": [all_layers],
        "eq-delta-bound": [hidden],
        "eq-batch-row": [all_layers],
        "eq-batch-forward": [all_layers],
        "eq-batch-recursion": [down],
        "eq-batch-weights": [all_layers],
        "eq-batch-biases": [all_layers],
    }
