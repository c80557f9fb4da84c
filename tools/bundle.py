"""Build the widgets' one JavaScript file from its sources.

``python tools/bundle.py`` writes ``src/backprop/widgets/static/widgets.js``; with ``--check`` it
writes nothing and fails if the committed file is not what the sources give. The work is done by
``deno bundle``, which comes as a wheel with ``requirements.txt``; it fetches esbuild on first use.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WIDGETS = ROOT / "src" / "backprop" / "widgets"
ENTRY = WIDGETS / "js" / "index.js"
BUNDLE = WIDGETS / "static" / "widgets.js"
LIMIT = 60_000  # bytes of the gzipped bundle: each page carries it once


def deno() -> str:
    """Return the path of the deno that belongs to this Python, else the one on the path."""
    beside = Path(sys.executable).parent / ("deno.exe" if os.name == "nt" else "deno")
    found = str(beside) if beside.exists() else shutil.which("deno")
    if found is None:
        raise SystemExit("deno is missing: python -m pip install -r requirements.txt")
    return found


def build() -> str:
    """Bundle and minify the sources into one classic script, and return its text."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "widgets.js"
        command = [deno(), "bundle", "--quiet", "--minify", "--format", "iife"]
        command += ["--platform", "browser", "--output", str(out), ENTRY.name]
        run = subprocess.run(
            command, cwd=ENTRY.parent, capture_output=True, text=True, timeout=300, check=False
        )
        if run.returncode != 0 or not out.exists():
            raise SystemExit(f"deno bundle failed:\n{run.stdout}{run.stderr}")
        return out.read_text(encoding="utf-8").rstrip("\n") + "\n"


def main() -> int:
    """Write or check the bundle."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only compare with the file")
    check = parser.parse_args().check
    text = build()
    size = len(gzip.compress(text.encode(), 9))
    where = BUNDLE.relative_to(ROOT)
    if size > LIMIT:
        raise SystemExit(f"{where}: {size} bytes gzipped, more than {LIMIT}")
    if check:
        if not BUNDLE.exists() or BUNDLE.read_text(encoding="utf-8") != text:
            raise SystemExit(f"{where} is not what its sources give: run python tools/bundle.py")
        print(f"{where}: up to date, {size} bytes gzipped")
        return 0
    BUNDLE.parent.mkdir(exist_ok=True)
    BUNDLE.write_text(text, encoding="utf-8", newline="\n")
    print(f"{where}: {len(text)} bytes, {size} gzipped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
