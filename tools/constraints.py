"""Write constraints.txt anew: the newest versions that go together, pinned.

The set is found in an environment of its own, with the oldest Python the book supports if you can,
so that every version in it has wheels for the newer ones too. Then run `make check`: only a set
that passes is worth keeping.
"""

import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# The complete set the book was last tested with, written by tools/constraints.py. It pins and
# asks for nothing by itself: pip install -r requirements.txt -c constraints.txt
"""
# What JupyterLab needs on Windows and on macOS only, with a platform tag its wheel has.
ELSEWHERE = {"appnope": "any", "colorama": "any", "pywinpty": "win_amd64"}


def pip(python: Path, *arguments: str) -> str:
    """Run pip and return what it printed."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE).stdout


def elsewhere(python: Path, folder: Path) -> list[str]:
    """Return the pins of what other systems need."""
    for name, platform in ELSEWHERE.items():
        wanted = ["--no-deps", "--only-binary=:all:", "--dest", str(folder)]
        pip(python, "download", "--quiet", *wanted, "--platform", platform, name)
    wheels = (path.name.split("-")[:2] for path in folder.glob("*.whl"))
    return [f"{name}=={version}" for name, version in wheels]


def main() -> int:
    """Install the unpinned requirements and write down what came."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        venv.create(place / "venv", with_pip=True)
        python = place / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
        pip(python, "install", "--quiet", "-r", "requirements.txt")
        pip(python, "install", "--quiet", "-e", ".[test]")
        pip(python, "install", "--quiet", "-e", ".[oracle]")
        pip(python, "install", "--quiet", "-e", ".[instructors]")
        frozen = pip(python, "freeze", "--exclude-editable").splitlines()
        # 2.13.0+cpu is 2.13.0, built another way.
        frozen = [pin.partition("+")[0] for pin in frozen]
        pins = [*frozen, *elsewhere(python, place / "wheels")]
    odd = [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.!+]+", pin)]
    if odd:
        print(f"error: not from a registry: {', '.join(odd)}", file=sys.stderr)
        return 1
    pins.sort(key=str.lower)
    (ROOT / "constraints.txt").write_text(HEADER + "\n".join(pins) + "\n")
    print(f"{len(pins)} versions pinned; now run: make check")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
