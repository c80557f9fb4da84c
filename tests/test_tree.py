"""What may not be in the tree: a machine's paths, other people's code and fonts, loose ends."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Links a reader may follow, and names that are no address at all. A page loads nothing from any.
HOSTS = {
    "127.0.0.1",
    "arxiv.org",
    "creativecommons.org",
    "doi.org",
    "example.invalid",
    "jupyter.org",
    "localhost",
    "www.w3.org",
}
# In pieces, so that this file does not hold what it looks for.
REGISTRIES = ("pypi" + ".org", "python" + "hosted", "npm" + "js.org", "deb." + "debian")
ADDRESS = re.compile(r"\b(?:https?|wss?|ftp)://([A-Za-z0-9][A-Za-z0-9.-]*)")
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:root|work|farm|tmp|home|Users)/[A-Za-z.]")
LOOSE_END = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|(?i:lorem ip" + r"sum)")
FONTS = {".woff", ".woff2", ".ttf", ".otf", ".eot"}
SCRIPTS = {".js", ".mjs", ".cjs", ".ts", ".css"}
HOMES_OF_SCRIPTS = ("src/backprop/widgets/", "book/_assets/", "book/_ext/", "tests/", "tools/")
BANNER = re.compile(r"/\*!|@license|@preserve|(?i:copyright)|sourceMappingURL")


def tracked():
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name for name in listed.decode("utf-8").split("\0") if name]
    return [path for path in paths if path.is_file()]


@pytest.fixture(scope="module")
def files():
    found = tracked()
    assert len(found) > 50
    return found


@pytest.fixture(scope="module")
def texts(files):
    kept = {}
    for path in files:
        data = path.read_bytes()
        if b"\0" not in data:
            kept[path.relative_to(ROOT).as_posix()] = data.decode("utf-8")
    return kept


def places(texts, pattern):
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_path_of_a_machine(texts):
    assert places(texts, MACHINE_PATH) == []
    assert places(texts, re.compile(re.escape(str(Path.home()) + "/"))) == []


def test_no_registry_is_named(texts):
    assert places(texts, re.compile("|".join(map(re.escape, REGISTRIES)))) == []


def test_only_known_hosts(texts):
    found = {
        f"{name}: {host}"
        for name, text in texts.items()
        for host in ADDRESS.findall(text)
        if host.rstrip(".") not in HOSTS
    }
    assert found == set()


def test_no_loose_ends(texts):
    assert places(texts, LOOSE_END) == []


def test_no_font_and_no_script_of_others(files, texts):
    names = [path.relative_to(ROOT).as_posix() for path in files]
    assert [name for name in names if Path(name).suffix.lower() in FONTS] == []
    scripts = [name for name in names if Path(name).suffix in SCRIPTS]
    assert [name for name in scripts if not name.startswith(HOMES_OF_SCRIPTS)] == []
    assert [name for name in scripts if ".min." in name] == []
    assert places({name: texts[name] for name in scripts}, BANNER) == []
    assert not [name for name in names if "node_modules" in name or "vendor" in name]


def test_no_large_file(files):
    large = {path.relative_to(ROOT).as_posix(): path.stat().st_size // 1000 for path in files}
    assert {name: size for name, size in large.items() if size > 400} == {}


def test_the_checks_can_fail():
    page = {"page": "see /ho" + "me/me/x and https:/" + "/cdn.net/x.js, TO" + "DO: more"}
    assert ADDRESS.findall(page["page"]) == ["cdn.net"]
    assert places(page, MACHINE_PATH)
    assert places(page, LOOSE_END)
    assert not places({"page": "a path such as src/wo" + "rk/x or ./tm" + "p/x"}, MACHINE_PATH)
