"""Take the picture of the README: the built book's first page, as a reader first sees it."""

import io
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "_build" / "html" / "index.html"
PICTURE = ROOT / "book" / "_assets" / "readme-cover.png"
SIZE = {"width": 1280, "height": 960}
# A picture without noise or gradients: 256 colours hold all of it, and git keeps it small.
COLOURS = 256


def chromium() -> str:
    """Return the path of the Chromium to use."""
    named = os.environ.get("BACKPROP_CHROMIUM")
    if named:
        return named
    command = [sys.executable, str(ROOT / "tools" / "chromium.py")]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()


def take() -> bytes:
    """Return the first page as a PNG, once its widget has drawn itself."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=options)
        page = browser.new_page(
            viewport=SIZE, color_scheme="light", reduced_motion="reduce", device_scale_factor=1
        )
        page.goto(PAGE.as_uri())
        page.wait_for_selector("[data-widget][data-ready='1']")
        page.evaluate("() => document.fonts.ready")
        picture = page.screenshot()
        browser.close()
    return picture


def main() -> int:
    """Take the picture and store it."""
    if not PAGE.is_file():
        print("error: there is no built book; run make book first", file=sys.stderr)
        return 1
    picture = Image.open(io.BytesIO(take())).convert("RGB").quantize(COLOURS, dither=0)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    picture.save(PICTURE, optimize=True)
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
