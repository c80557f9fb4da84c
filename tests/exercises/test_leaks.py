"""On the built site a solution is on its own page, which one reaches on purpose, and nowhere else.

As for the browser tests, BACKPROP_SITE names the folder of the built site; when it is set, the
pages must be there. Without it they are looked for where `make book` puts them.
"""

import html
import os
import re
from pathlib import Path

import pytest

from tests.exercises.places import ROOT, SOURCES, sentinels

SITE = Path(os.environ.get("BACKPROP_SITE", ROOT / "_build" / "html"))


@pytest.fixture(scope="module")
def site():
    if not (SITE / "index.html").exists():
        if os.environ.get("BACKPROP_SITE"):
            pytest.fail(f"the site is not built: {SITE.name} has no index.html")
        pytest.skip("the site is not built")
    return SITE


@pytest.fixture(scope="module")
def texts(site):
    kinds = {
        ".html",
        ".js",
        ".json",
        ".txt",
        ".ipynb",
        ".py",
        ".md",
        ".xml",
        ".inv",
        ".map",
        ".csv",
    }
    found = {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file() and (path.suffix in kinds or not path.suffix)
    }
    assert len(found) > 10
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_a_sentinel_is_on_its_solution_page_only(source, texts):
    for mark in sentinels(source):
        found = [name for name, data in texts.items() if mark.encode() in data]
        assert found == [f"exercises/solutions/{source.stem}.html"], mark


def test_no_word_of_a_solution_page_is_in_the_search_index(texts):
    index = texts["searchindex.js"].decode()
    assert "solutions/" not in index
    for mark in (mark for source in SOURCES for mark in sentinels(source)):
        bird = mark.partition("-")[0]
        assert not re.search(rf"\b{bird}\b", index)


def test_no_copies_of_sources_are_published(site, texts):
    assert not [name for name in texts if name.startswith(("_sources/", "_downloads/"))]
    assert not list(site.rglob("*.ipynb"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_only_the_exercise_page_links_to_the_solutions(source, texts):
    link = re.compile(rb'href="[^"]*solutions/' + source.stem.encode() + rb"\.html")
    own = f"exercises/solutions/{source.stem}.html"
    found = [name for name, data in texts.items() if name != own and link.search(data)]
    assert found == [f"exercises/{source.stem}.html"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_an_exercise_page_shows_every_task_and_says_how_to_do_it(source, texts):
    page = html.unescape(re.sub(r"<[^>]*>", "", texts[f"exercises/{source.stem}.html"].decode()))
    assert f"backprop.exercises start {int(source.stem[:2])}" in page
    for name in re.findall(r'^# %% .*check="(\w+)"', source.read_text("utf-8"), re.M):
        assert f"check.{name}(" in page


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_the_pages_show_what_the_checks_said(source, texts):
    learner = texts[f"exercises/{source.stem}.html"].decode()
    solution = texts[f"exercises/solutions/{source.stem}.html"].decode()
    box = re.compile(r'class="bp-check feedback (\w+)" role="status"')
    assert set(box.findall(learner)) == {"idle"}
    assert set(box.findall(solution)) == {"yes"}
    assert len(box.findall(solution)) == len(sentinels(source))
