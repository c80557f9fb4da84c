"""In a live kernel, as in JupyterLab: the learner's own line, an endless loop, what is kept."""

import pytest

pytestmark = pytest.mark.slow

HEAD = "def forward(W1, b1, W2, b2, x, f):\n"
CELLS = [
    "from backprop import check\nimport numpy as np",
    "# my first try\n\n" + HEAD + "    u1 = W1 @ x[1:]\n    return u1",
    "check.forward(forward)",
    HEAD + "    print('still here')\n    while True:\n        pass",
    "check.forward(forward)",
    HEAD + "    u1 = W1 @ x + b1\n    x1 = f(u1)\n    u2 = W2 @ x1 + b2\n"
    "    return u1, x1, u2, f(u2)  # mine",
    "check.forward(forward)",
    "check.progress()",
]  # fmt: skip


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Run the cells in a learner's folder; return what each shows, and the folder."""
    import nbclient  # here, since to load these takes longer than most tests
    import nbformat

    book = tmp_path_factory.mktemp("book")
    work = book / "my-work"
    (work / ".backprop").mkdir(parents=True)
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    nbclient.NotebookClient(
        page, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(work)}}
    ).execute()
    texts = [
        "".join(o["text"] if "text" in o else o["data"]["text/plain"] for o in cell["outputs"])
        for cell in page["cells"]
    ]
    return texts, work


def test_the_line_is_counted_in_the_learner_s_cell(shown):
    assert "at your line 4, `u1 = W1 @ x[1:]`" in shown[0][2]


def test_an_endless_loop_costs_five_seconds_and_not_the_kernel(shown):
    assert "still here" in shown[0][4]
    assert "`forward` was still running after 5 seconds" in shown[0][4]
    assert "restart" not in shown[0][4]
    assert "✓ Right." in shown[0][6], "the kernel goes on"


def test_the_source_of_a_right_answer_is_kept_as_typed(shown):
    (kept,) = (shown[1] / "passed").iterdir()
    assert kept.read_text("utf-8").rstrip("\n") == CELLS[5]
    assert shown[0][7].startswith("1 of ")
    assert "3 tries" in shown[0][7]
