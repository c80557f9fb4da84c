"""Build the widgets' one JavaScript file and their style sheet from the sources.

``python tools/bundle.py`` writes ``widgets.js`` and ``widgets.css`` to
``src/backprop/widgets/static``; with ``--check`` it writes nothing and fails if the committed files
are not what the sources give. The work is done by ``deno bundle``, which comes as a wheel with
``requirements.txt``; it fetches esbuild on first use.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WIDGETS = ROOT / "src" / "backprop" / "widgets"
SOURCES = WIDGETS / "js"
STATIC = WIDGETS / "static"
BUNDLES = {  # what is written, and from which source
    STATIC / "widgets.js": "index.js",
    STATIC / "widgets.css": "widgets.css",
}
LIMIT = 62_200  # bytes of both, gzipped: each page carries them once. The aim is 60 000.


def deno() -> str:
    """Return the path of the deno that belongs to this Python, else the one on the path."""
    beside = Path(sys.executable).parent / ("deno.exe" if os.name == "nt" else "deno")
    found = str(beside) if beside.exists() else shutil.which("deno")
    if found is None:
        raise SystemExit("deno is missing: python -m pip install -r requirements.txt")
    return found


def build(bundle: Path) -> str:
    """Bundle and minify one file's sources, a script into a classic one, and return its text."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / bundle.name
        command = [deno(), "bundle", "--quiet", "--minify"]
        if bundle.suffix == ".js":
            command += ["--format", "iife", "--platform", "browser"]
        run = subprocess.run(
            [*command, "--output", str(out), BUNDLES[bundle]],
            cwd=SOURCES,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if run.returncode != 0 or not out.exists():
            raise SystemExit(f"deno bundle failed:\n{run.stdout}{run.stderr}")
        return out.read_text(encoding="utf-8").rstrip("\n") + "\n"


def weight(texts: Iterable[str]) -> int:
    """Return the bytes that the texts take, each compressed by itself, as a server sends them."""
    return sum(len(gzip.compress(text.encode(), 9)) for text in texts)


def main() -> int:
    """Write or check the bundle."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only compare with the files")
    check = parser.parse_args().check
    texts = {bundle: build(bundle) for bundle in BUNDLES}
    for bundle, text in texts.items():
        where = bundle.relative_to(ROOT)
        if not check:
            bundle.write_text(text, encoding="utf-8", newline="\n")
        elif not bundle.exists() or bundle.read_text(encoding="utf-8") != text:
            raise SystemExit(f"{where} is not what its sources give: run python tools/bundle.py")
        print(f"{where}: {len(text)} bytes, {weight([text])} gzipped")
    total = weight(texts.values())
    if total > LIMIT:
        raise SystemExit(f"together {total} bytes gzipped, more than {LIMIT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
