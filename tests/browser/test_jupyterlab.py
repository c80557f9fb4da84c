"""In a live JupyterLab: chapters render and run, and widgets and the kernel agree both ways;
chapter 1's exercises are done, from the first stub to a kept answer."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen as ask

import numpy as np
import pytest

import backprop as bp
from backprop import check
from backprop.exercises import _work
from tests.browser.visits import PATIENCE, until

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "book/02_a_simple_example.ipynb"
EXERCISES = "01_the_neuron_and_the_network"
# What only shows where the source of a cell shows through.
SOURCE = r"\$[^$]+\$|```|\{(math|eq|admonition)\}|\{prf:|:label:|\\frac"
STEP = 0.1  # what one press of an arrow key adds


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Make a copy of the book in which someone has started chapter 1's exercises."""
    home = tmp_path_factory.mktemp("laboratory")
    for part in ("book", "exercises"):
        shutil.copytree(
            ROOT / part, home / "work" / part, ignore=shutil.ignore_patterns("_ext", "_assets")
        )
    _work.start(home / "work", "1")
    return home


@pytest.fixture(scope="module")
def laboratory(home):
    """Serve the copy in a JupyterLab without anyone's settings; return its address."""
    work = home / "work"
    settings = {
        # Every cell is in the page from the start, whether it is on the screen or not.
        "notebook-extension/tracker": {"windowingMode": "none"},
        # It would ask whether to ask another host for news.
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    }
    for name, values in settings.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    port = free_port()
    options = {
        "ServerApp.root_dir": work,
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "IdentityProvider.token": "",
        "LabApp.expose_app_in_browser": True,
        "LabApp.user_settings_dir": home / "settings",
        "LabApp.workspaces_dir": home / "workspaces",
    }
    command = [sys.executable, "-m", "jupyter", "lab"]
    command += [f"--{name}={value}" for name, value in options.items()]
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    environment = {**os.environ, **{name: str(home / name.lower()) for name in places}}
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=work, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"

    def answers():
        assert server.poll() is None, (home / "log").read_text()
        with contextlib.suppress(OSError), ask(f"{address}/api", timeout=5) as reply:
            return reply.status == 200

    try:
        until(answers, "JupyterLab answers")
        yield address
    finally:
        server.terminate()
        server.wait(20)


class Notebook:
    """A notebook open in JupyterLab."""

    def __init__(self, page, path):
        self.page, self.path = page, path

    def state(self):
        return self.page.evaluate(
            """(path) => {
                const panel = globalThis.jupyterapp?.shell.currentWidget;
                if (panel?.context?.path !== path) return null;
                const kernel = panel?.context?.sessionContext?.session?.kernel;
                if (!kernel || !panel.content?.widgets) return null;
                const code = panel.content.widgets.filter((cell) => cell.model.type === 'code');
                return {
                    kernel: kernel.status,
                    cells: panel.content.widgets.length,
                    run: code.filter((cell) => cell.model.executionCount).length,
                    code: code.length,
                };
            }""",
            self.path,
        )

    def run_all(self):
        self.page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")

        def done():
            state = self.state()
            return state and state["run"] == state["code"] and state["kernel"] == "idle"

        until(done, "all cells have run", 120)

    def python(self, expression, setup=""):
        """Return the value of an expression, as JSON, computed by the notebook's kernel."""
        reply = self.page.evaluate(
            """async ([code, expression]) => {
                const kernel = jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
                const wanted = {value: `__import__('json').dumps(${expression})`};
                const request = kernel.requestExecute(
                    {code, user_expressions: wanted, store_history: false, silent: false});
                const {content} = await request.done;
                return content.status === 'ok' ? content.user_expressions.value : content;
            }""",
            [setup, expression],
        )
        assert reply["status"] == "ok", reply
        text = reply["data"]["text/plain"]
        return json.loads(text[1:-1].encode().decode("unicode_escape"))

    def outputs(self):
        """Return every output of the notebook as JupyterLab holds it."""
        return self.page.evaluate(
            """() => jupyterapp.shell.currentWidget.content.widgets
                .filter((cell) => cell.model.type === 'code')
                .flatMap((cell) => cell.model.outputs.toJSON())"""
        )


@contextlib.contextmanager
def opened(browser, laboratory, path):
    """Open a notebook, run it all, and watch the page until it is closed."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    problems = []

    def request(request):
        if not request.url.startswith((laboratory, laboratory.replace("http", "ws"), "blob:")):
            problems.append(f"asked another host: {request.url[:200]}")

    page.on("request", lambda r: None if r.url.startswith("data:") else request(r))
    page.on("pageerror", lambda error: problems.append(f"uncaught: {error}"))
    page.on(
        "console",
        lambda m: problems.append(f"console: {m.text}") if m.type == "error" else None,
    )
    # a workspace of its own: JupyterLab would open again beside it what was open before
    page.goto(f"{laboratory}/lab/workspaces/{Path(path).stem}/tree/{path}")
    notebook = Notebook(page, path)
    until(lambda: (notebook.state() or {}).get("kernel") == "idle", "the notebook is open")
    notebook.run_all()
    yield notebook
    context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="module")
def notebook(browser, laboratory):
    """Return chapter 2, open and run, until the last test is done."""
    with opened(browser, laboratory, CHAPTER) as notebook:
        yield notebook


@pytest.fixture(scope="module")
def exercises(browser, laboratory):
    """Return chapter 1's exercises, as someone has started them, open and run."""
    with opened(browser, laboratory, f"my-work/{EXERCISES}.ipynb") as notebook:
        yield notebook


class Lab:
    """The chapter's widget that shows all gradients, seen from the page and from Python."""

    objects = (
        "[w for w in __import__('ipywidgets').Widget.widgets.values() "
        "if type(w).__name__ == 'NetLab342' and w.step == 5]"
    )

    def __init__(self, notebook):
        self.notebook = notebook
        ready = "[data-widget='NetLab342'][data-ready='1'][data-step='5']"
        self.view = notebook.page.locator(ready).first
        self.view.wait_for(timeout=PATIENCE * 1000)
        self.view.scroll_into_view_if_needed()
        notebook.python("len(lab)", f"(lab,) = {self.objects}; lab = [lab]")

    def show(self):
        """Let it show its gradients: it waits for an answer to the question above it."""
        button = self.view.get_by_role("button", name="Show", exact=True)
        if button.is_visible():
            button.click()

    def trait(self, name):
        return self.notebook.python(f"lab[0].{name}")

    def assign(self, name, value):
        self.notebook.python("0", f"lab[0].{name} = {value!r}")

    def gradients(self):
        """Return dW and db of both layers as the kernel's own object computes them."""
        g = "lab[0].gradients"
        lists = f"[[a.tolist() for a in {g}.dW], [a.tolist() for a in {g}.db]]"
        dW, db = self.notebook.python(lists)
        return named(dW, db, "d")

    def parameters(self):
        return named(self.trait("W"), self.trait("b"), "")

    def shown(self):
        """Return every number on the page by its name, in full precision."""
        pairs = self.view.evaluate(
            """(root) => [...root.querySelectorAll('[data-name][data-q]')]
                .map((node) => [node.dataset.name, Number(node.dataset.q)])"""
        )
        return dict(pairs)

    def until_shown(self, expected, what):
        """Wait until each expected number is on the page to 1e-12."""

        def agree():
            shown = self.shown()
            return expected.keys() <= shown.keys() and all(
                abs(shown[name] - value) <= 1e-12 * max(1, abs(value))
                for name, value in expected.items()
            )

        until(agree, f"{what}: {expected} on the page, which shows {self.shown()}", 10)


def named(matrices, vectors, stem):
    """Return {'W1.2.3': …, 'b2.1': …} with the book's indices."""
    names = {}
    for layer, (W, b) in enumerate(zip(matrices, vectors, strict=True), start=1):
        for i, row in enumerate(W, start=1):
            names[f"{stem}b{layer}.{i}"] = b[i - 1]
            names |= {f"{stem}W{layer}.{i}.{j}": w for j, w in enumerate(row, start=1)}
    return names


@pytest.fixture
def lab(notebook):
    lab = Lab(notebook)
    lab.show()
    return lab


def test_every_cell_runs(notebook):
    kinds = {output["output_type"] for output in notebook.outputs()}
    assert kinds == {"stream", "display_data", "execute_result"}
    assert not [out for out in notebook.outputs() if out.get("name") == "stderr"]


def test_formulas_and_directives_are_rendered(notebook):
    """Lemmas, proofs, admonitions and numbered formulas are set, and no source shows through."""
    seen = notebook.page.evaluate(
        """(source) => {
            const cells = [...document.querySelectorAll('.jp-Notebook .jp-MarkdownCell')];
            const count = (css) => cells.flatMap((c) => [...c.querySelectorAll(css)]).length;
            const texts = cells.map((cell) => {
                const copy = cell.querySelector('.jp-RenderedMarkdown, .myst')?.cloneNode(true);
                copy?.querySelectorAll('code, .katex').forEach((node) => node.remove());
                return copy?.textContent ?? '(nothing is rendered)';
            });
            return {
                formulas: count('.katex'),
                errors: count('.katex-error'),
                lemmas: count('.myst-proof'),
                admonitions: count('.myst-admonition'),
                folded: count('details.dropdown'),
                raw: texts.filter((text) => new RegExp(source).test(text)),
            };
        }""",
        SOURCE,
    )
    assert seen["formulas"] > 200
    assert seen["errors"] == 0
    assert seen["lemmas"] >= 2
    assert seen["admonitions"] >= 4
    assert seen["folded"] >= 2
    assert seen["raw"] == []


def test_the_widget_asks_before_it_shows(notebook):
    lab = Lab(notebook)
    assert not lab.gradients().keys() & lab.shown().keys()
    lab.show()
    lab.until_shown(lab.gradients(), "the gradients")


def test_the_widget_shows_what_the_kernel_computes(lab):
    expected = lab.gradients()
    assert len(expected) == 26
    lab.until_shown(expected, "the gradients")
    net, x, y = bp.load_example()
    own = net.backward(net.forward(x), y)
    for layer in (0, 1):
        np.testing.assert_allclose(lab.trait(f"gradients.dW[{layer}].tolist()"), own.dW[layer])


def press_until(page, key, reached, most=40):
    for _ in range(most):
        if reached():
            return
        page.keyboard.press(key)
    raise AssertionError(f"not reached by {most} times {key}")


def test_a_change_by_keyboard_reaches_python(lab):
    page = lab.notebook.page
    before = lab.parameters()
    # From the stepper by Tab to the table, by arrows to a cell, by Enter to its slider.
    lab.view.locator("button").first.focus()
    active = "document.activeElement"
    press_until(page, "Tab", lambda: page.evaluate(f"{active}.getAttribute('role')") == "gridcell")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate(f"{active}.type") == "range"
    selected = until(lambda: lab.trait("selected"), "something is selected")
    name = selected.replace("w", "W")
    page.keyboard.press("ArrowRight")

    def arrived():
        now = lab.parameters()
        return now if now != before else None

    after = until(arrived, f"Python sees {name} change", 10)
    assert {key for key in after if after[key] != before[key]} == {name}
    assert abs(after[name] - before[name] - STEP) < 1e-9
    lab.until_shown({**after, **lab.gradients()}, "the changed network")


def test_a_change_in_python_shows(lab):
    W = lab.trait("W")
    W[0][2][1] = -1.75
    lab.assign("W", W)
    lab.assign("x", [0.25, -0.5, 1.5])
    expected = {**lab.parameters(), **lab.gradients()}
    assert expected["W1.3.2"] == -1.75
    lab.until_shown(expected, "the network assigned in Python")
    # and the kernel's own gradients are those of a network made here
    net = bp.Network(W, lab.trait("b"))
    own = net.backward(net.forward([0.25, -0.5, 1.5]), lab.trait("y"))
    for layer in (0, 1):
        there = lab.trait(f"gradients.dW[{layer}].tolist()")
        np.testing.assert_allclose(there, own.dW[layer], rtol=1e-12, atol=1e-15)


def answer(exercises, name, text):
    """Type an answer, run its cell and the one that checks it, and return the check's box."""
    exercises.page.evaluate(
        """async ([name, text]) => {
            const {content, context} = jupyterapp.shell.currentWidget;
            for (const role of ['answer', 'check']) {
                const place = content.widgets.findIndex((cell) => {
                    const mark = cell.model.getMetadata('backprop');
                    return mark?.exercise === name && mark.role === role;
                });
                content.activeCellIndex = place;
                if (role === 'answer') content.activeCell.model.sharedModel.setSource(text);
                await jupyterapp.commands.execute('notebook:run-cell');
            }
        }""",
        [name, text],
    )
    cells = exercises.page.locator(".jp-Notebook .jp-CodeCell")
    cell = cells.filter(has_text=f"check.{name}(").first
    return cell.locator("[role=status]")


def test_every_exercise_says_that_it_is_not_started(exercises):
    boxes = exercises.page.locator(".jp-Notebook [role=status]")
    texts = boxes.all_inner_texts()
    assert len(texts) == 6
    assert all("Not started." in text for text in texts[:5])
    assert texts[5].startswith("Chapter 1: 0 of 5 exercises right.")


def test_a_mistake_is_told_and_its_hint_unfolds_by_keyboard(exercises):
    box = answer(exercises, "neuron", "def neuron(w, b, x):\n    return w @ x + b")
    until(lambda: "Not yet." in box.inner_text(), "the check has answered")
    assert "the activation is missing" in box.inner_text()
    link = box.get_by_role("link")
    assert not link.is_visible()
    for step in ("Hint 2 of 3", "Hint 3 of 3"):
        box.get_by_text(step, exact=True).focus()
        exercises.page.keyboard.press("Enter")
    assert link.is_visible()
    mine = exercises.page.evaluate("() => jupyterapp.shell.currentWidget.id")
    link.click()
    path = "() => jupyterapp.shell.currentWidget.context?.path"
    chapter = f"book/{EXERCISES}.ipynb"
    until(lambda: exercises.page.evaluate(path) == chapter, "the chapter is open")
    exercises.page.evaluate("(id) => jupyterapp.shell.activateById(id)", mine)
    until(lambda: exercises.page.evaluate(path).startswith("my-work/"), "back at the exercises")


def test_a_right_answer_is_kept_for_every_kernel(exercises, home):
    typed = 'formula = "(h - y) * df(u) * x"'
    box = answer(exercises, "dL_dw", typed)
    until(lambda: "Right." in box.inner_text(), "the check has answered")
    (kept,) = (home / "work" / "my-work" / "passed").glob("dL_dw-*.py")
    assert "(h - y) * df(u) * x" in kept.read_text("utf-8")
    # What another kernel, or this one after a restart, would find.
    lines = check.progress(1, place=home / "work" / "my-work").lines
    assert {line.name: line.status for line in lines}["dL_dw"] == "right"
