"""Run the oracle tests in an environment of their own, which is made if it is not there.

python -m tests.oracle [arguments for pytest]
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def peers_python() -> str:
    """Make .venv-oracle or find it as it is, and return its Python."""
    environment = subprocess.run([sys.executable, "tools/environment.py", "oracle"], cwd=ROOT)
    if environment.returncode:
        raise SystemExit(environment.returncode)  # it has said why
    folder = ROOT / ".venv-oracle"
    return str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def main() -> int:
    """Run pytest on this folder; whatever is missing is an error, never a skip."""
    python = peers_python()
    missing = [
        peer
        for peer in ("torch", "jax", "autograd", "pytest")
        if subprocess.run([python, "-c", f"import {peer}"], capture_output=True).returncode
    ]
    if missing:
        print(f"error: {', '.join(missing)} cannot be imported by {python}", file=sys.stderr)
        return 1
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", "tests/oracle", *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "BACKPROP_ORACLE": "1"}).returncode


if __name__ == "__main__":
    sys.exit(main())
