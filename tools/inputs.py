"""Tell whether the built book is that of today's files.

    python tools/inputs.py             status 0 if _build/html was built from exactly these files
    python tools/inputs.py --record    note that it has been

The files are compared by content, all of those the book is made from: a time of change would be
fooled by a file put back as it was, and one number that today's code does not produce is one too
many. The digest of the installed packages counts as well.
"""

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("book", "exercises", "src", "tests/equations")
FILES = ("_config.yml", "_toc.yml", ".venv/installed-reader")
LEAVE = {"__pycache__", ".ipynb_checkpoints"}
NOTE = ROOT / "_build" / "built-from"


def inputs() -> list[Path]:
    """Return every file the book is made from, sorted."""
    found = [path for name in FOLDERS for path in (ROOT / name).rglob("*") if path.is_file()]
    found += [ROOT / name for name in FILES if (ROOT / name).is_file()]
    return sorted(path for path in found if not LEAVE.intersection(path.parts))


def digest() -> str:
    """Return the digest of the names and contents of all inputs."""
    total = hashlib.sha256()
    for path in inputs():
        total.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def main(arguments: list[str]) -> int:
    """Compare with the note, or write it."""
    if arguments == ["--record"]:
        NOTE.write_text(digest())
        return 0
    built = (ROOT / "_build" / "html" / "index.html").is_file()
    return 0 if built and NOTE.is_file() and NOTE.read_text() == digest() else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
