"""Run the tests that need what no reader installs, in an environment of their own.

An environment `.venv-NAME` holds the extra NAME of pyproject.toml and is made if it is not there.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]


def python_of(extra: str) -> str:
    """Make `.venv-EXTRA` or find it as it is, and return its Python."""
    environment = subprocess.run([sys.executable, "tools/environment.py", extra], cwd=ROOT)
    if environment.returncode:
        raise SystemExit(environment.returncode)  # it has said why
    folder = ROOT / f".venv-{extra}"
    return str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def run(extra: str, needs: Iterable[str]) -> int:
    """Run pytest on `tests/EXTRA`; whatever is missing is an error, never a skip.

    The folder's tests are collected when BACKPROP_APART names it, and in no other run.
    """
    python = python_of(extra)
    missing = [
        module
        for module in needs
        if subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode
    ]
    if missing:
        print(f"error: {', '.join(missing)} cannot be imported by {python}", file=sys.stderr)
        return 1
    # As when the environment is activated: some of the programs in it call one another by name.
    path = os.pathsep.join((str(Path(python).parent), os.environ.get("PATH", "")))
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", f"tests/{extra}", *sys.argv[1:]]
    environment = {**os.environ, "PATH": path, "BACKPROP_APART": extra}
    return subprocess.run(command, cwd=ROOT, env=environment).returncode
