"""Find a Chromium for the browser tests, or install one, and print its path.

The order: what the variable BACKPROP_CHROMIUM names; a Chromium or Chrome of the system, the
headless shell first, which has no window to keep up and takes a third less of the processor; the
one that Playwright has installed before. If there is none, one is installed: by apt-get for root on
a Debian, else by Playwright. If that fails too, one line says so and the status is 1.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable", "chrome"),
)
ELSEWHERE = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)


def runs(path: str) -> bool:
    """Tell whether the browser at `path` starts (a package may hold only a hint to another)."""
    if os.name == "nt":  # chrome.exe --version opens a window there
        return Path(path).is_file()
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def of_playwright() -> str:
    """Return where Playwright keeps its own Chromium, whether it is there or not."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def find() -> str | None:
    """Return the path of a Chromium that runs, or None."""
    on_path = (shutil.which(name) for name in NAMES)
    for path in (*on_path, *ELSEWHERE):
        if path and Path(path).is_file() and runs(path):
            return path
    path = of_playwright()
    return path if Path(path).is_file() and runs(path) else None


def commands() -> list[list[str]]:
    """Return the commands that install a Chromium on this machine, until there is one."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "fonts-liberation"]
        return [
            ["apt-get", "update", "-qq"],
            [*install, "chromium-headless-shell"],
            [*install, "chromium"],  # of a distribution that has not divided it
        ]
    return [[sys.executable, "-m", "playwright", "install", "chromium"]]


def main() -> int:
    """Print the path of a Chromium; install one first if there is none."""
    named = os.environ.get("BACKPROP_CHROMIUM")
    if named:
        if runs(named):
            print(named)
            return 0
        print(f"error: BACKPROP_CHROMIUM names {named}, which does not run.", file=sys.stderr)
        return 1
    path = find()
    if path is None:
        print("No Chromium here: installing one for the browser tests", file=sys.stderr)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in commands():
            # What the installer says belongs on the screen, not in our output.
            subprocess.run(command, stdout=sys.stderr, env=environment, check=False)
            path = find()
            if path:
                break
    if path is None:
        print(
            "error: the browser tests need Chromium or Chrome and none could be installed; "
            "install one, or name it: make test BACKPROP_CHROMIUM=PATH",
            file=sys.stderr,
        )
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
