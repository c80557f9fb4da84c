"""README, CONTRIBUTING, CHANGELOG and CITATION say what is so."""

import io
import os
import re
from contextlib import redirect_stdout
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import backprop

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def blocks(text, language):
    """Return the contents of the fenced blocks marked with `language`."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)
    return [content for mark, content in fenced if mark == language]


def test_the_example_prints_what_the_readme_says():
    (example,) = blocks(README, "python")
    *_, expected = blocks(README, "")
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(example, "README.md", "exec"), {})
    assert printed.getvalue() == expected


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name):
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def targets():
    """Return the Makefile's targets that someone may call, and what each needs."""
    rules = re.findall(r"^([a-z][a-z-]*):(.*)$", MAKEFILE, re.M)
    return {name: needs.split() for name, needs in rules}


def test_every_target_is_in_contributing_and_exists():
    known = set(targets()) - {"environment", "test-environment"}
    assert set(re.findall(r"^\| `make ([a-z-]+)`", CONTRIBUTING, re.M)) == known


def test_every_make_command_in_the_readme_exists():
    called = set(re.findall(r"\bmake ([a-z-]+)", "\n".join(blocks(README, ""))))
    assert {"book", "lab"} <= called <= set(targets())


def test_phony_names_every_target():
    (phony,) = re.findall(r"^\.PHONY: (.*?)\n(?!\t)", MAKEFILE, re.M | re.S)
    assert set(phony.replace("\\", " ").split()) == set(targets())


def test_every_target_sets_itself_up():
    needs = targets()

    def reaches(name):
        return name == "environment" or any(map(reaches, needs.get(name, ())))

    assert {name for name in needs if not reaches(name)} == {"clean", "constraints"}


def test_what_every_change_must_pass_is_make_check():
    run = ROOT / ".ci" / "run"
    assert "make --keep-going check" in run.read_text("utf-8")
    assert os.access(run, os.X_OK)
    assert targets()["check"][0] == "test"


def test_one_version_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    newest = re.search(r"^## (\S+) \((\S+)\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert newest is not None
    assert newest[1] == str(citation["version"]) == backprop.__version__
    assert newest[2] == str(citation["date-released"])


def test_one_title_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    configuration = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    assert README.splitlines()[0] == f"# {citation['title']}"
    assert configuration["title"] == citation["title"]


def required(requirement, extras=frozenset()):
    """Yield the names of all that a requirement brings with it on this machine, itself included."""
    pending, seen = [(Requirement(requirement), frozenset(extras))], set()
    while pending:
        wanted, extras = pending.pop()
        name = canonicalize_name(wanted.name)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        yield name
        for line in metadata.requires(name) or ():
            more = Requirement(line)
            if more.marker is None or any(
                more.marker.evaluate({"extra": extra}) for extra in (extras or {""})
            ):
                pending.append((more, frozenset(more.extras)))


def test_every_version_is_pinned_and_is_the_one_installed():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    pins = {canonicalize_name(name): version for name, version in pins.items()}
    asked = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    roots = [line for line in asked if line and not line.startswith(("#", "-e"))]
    names = {name for root in roots for name in required(root)}
    names |= set(required("backpropagation-book", {"test", "widgets"}))
    names -= {"backpropagation-book", "pip", "setuptools", "wheel"}
    assert names - set(pins) == set(), "run: make constraints"
    assert {n: metadata.version(n) for n in names} == {n: pins[n] for n in names}
