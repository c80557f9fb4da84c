"""The set-up's own promises: nothing to do is done at once, and what is wrong takes one line."""

import ast
import os
import runpy
import shutil
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

from tools import chromium, environment, inputs, lab

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "tools" / "environment.py"


def run(script, *arguments, **variables):
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **variables},
    )


def assert_one_clear_line(error, *words):
    (line,) = error.splitlines()
    assert line.startswith("error: ")
    assert not [word for word in words if word not in line], line


@pytest.fixture
def project(tmp_path):
    """Return a copy of what the set-up reads, as small as it can be."""
    (tmp_path / "tools").mkdir()
    shutil.copy(SCRIPT, tmp_path / "tools")
    for name in ("requirements.txt", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.fixture
def installed(project, monkeypatch):
    """Return the copy with an environment in it that counts as installed."""
    venv.create(project / ".venv", with_pip=False, symlinks=os.name != "nt")
    monkeypatch.setattr(environment, "ROOT", str(project))
    (project / ".venv" / "installed-reader").write_text(environment.digest(""))
    return project


def test_an_old_python_could_read_the_script():
    newer = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.AsyncFunctionDef, ast.Match)
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, newer)]
    assert found == []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert not node.args.kwonlyargs
            assert node.returns is None


def test_too_old_a_python_is_told_in_one_line(project, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))
    monkeypatch.setattr(sys, "argv", ["environment.py"])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(project / "tools" / "environment.py"), run_name="__main__")
    assert end.value.code == 1
    assert_one_clear_line(capsys.readouterr().err, "3.11", "3.9", "PYTHON=")
    assert not (project / ".venv").exists()


def test_nothing_to_do_is_done_at_once(installed):
    start = time.perf_counter()
    done = run(installed / "tools" / "environment.py")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt", "pyproject.toml"])
def test_a_change_of_what_is_wanted_installs_again(installed, name):
    with (installed / name).open("a") as file:
        file.write("# one more line\n")
    done = run(installed / "tools" / "environment.py")
    assert "Installing" in done.stdout
    # This environment has no pip: an installation that fails is told in one line, too.
    assert done.returncode == 1
    assert_one_clear_line(done.stderr, "failed", "installation.log")


def test_other_line_endings_are_no_change(installed):
    path = installed / "requirements.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert run(installed / "tools" / "environment.py").returncode == 0


@pytest.mark.slow
def test_no_network_is_told_in_one_line(project):
    closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull}
    closed |= {"PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": "", "PIP_NO_CACHE_DIR": "1"}
    done = run(project / "tools" / "environment.py", **closed)
    assert done.returncode == 1
    assert_one_clear_line(done.stderr, "registry", "network")


def test_a_port_in_use_is_told_in_one_line(capsys, monkeypatch):
    monkeypatch.setattr(lab.subprocess, "call", lambda *_, **__: pytest.fail("it was started"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert lab.main([port]) == 1
    assert_one_clear_line(capsys.readouterr().err, port, "in use")


@pytest.mark.parametrize("text", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_told_in_one_line(text, capsys):
    assert lab.main([text]) == 1
    assert_one_clear_line(capsys.readouterr().err, "PORT", text)


def test_the_laboratory_takes_the_port_named_or_a_free_one(monkeypatch):
    started = []
    monkeypatch.setattr(lab.subprocess, "call", lambda command, **_: started.append(command) or 0)
    assert lab.main(["48329"]) == 0
    assert lab.main([]) == 0
    assert {"--port=48329", "--ServerApp.port_retries=0"} <= set(started[0])
    assert not [option for option in started[1] if option.startswith("--port=")]


def test_a_chromium_that_does_not_run_is_told_in_one_line():
    done = run(ROOT / "tools" / "chromium.py", BACKPROP_CHROMIUM="no-such-browser")
    assert (done.returncode, done.stdout) == (1, "")
    assert_one_clear_line(done.stderr, "no-such-browser")


def test_no_chromium_at_all_is_told_in_one_line(monkeypatch, capfd):
    monkeypatch.delenv("BACKPROP_CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "find", lambda: None)
    monkeypatch.setattr(chromium, "commands", lambda: [[sys.executable, "-c", ""]])
    assert chromium.main() == 1
    said = capfd.readouterr()
    assert said.out == ""
    assert_one_clear_line(said.err.splitlines()[-1], "none could be installed")


def test_a_book_of_other_files_is_not_todays(tmp_path, monkeypatch):
    monkeypatch.setattr(inputs, "ROOT", tmp_path)
    monkeypatch.setattr(inputs, "NOTE", tmp_path / "_build" / "built-from")
    for name in ("book/a.ipynb", "src/b.py", "_build/html/index.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    assert inputs.main([]) == 1
    assert inputs.main(["--record"]) == 0
    assert inputs.main([]) == 0
    times = (tmp_path / "src" / "b.py").stat()
    (tmp_path / "src" / "b.py").write_text("two")
    os.utime(tmp_path / "src" / "b.py", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert inputs.main([]) == 1
    (tmp_path / "src" / "b.py").write_text("one")
    assert inputs.main([]) == 0
    (tmp_path / "book" / "c.ipynb").write_text("new")
    assert inputs.main([]) == 1
