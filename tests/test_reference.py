"""The page book/reference.md has a place for every public name, and each name says what it is."""

import inspect
import re
from pathlib import Path

import backprop as bp
from backprop import check, widgets

PAGE = (Path(__file__).parent.parent / "book/reference.md").read_text(encoding="utf-8")


def test_every_public_name_is_on_the_page() -> None:
    whole_modules = set(re.findall(r"automodule:: (\S+)", PAGE))
    named = set(re.findall(r"auto(?:class|function|exception):: (\S+)", PAGE))
    for name in set(bp.__all__) - {"__version__"}:
        thing = getattr(bp, name)
        module = thing.__name__ if inspect.ismodule(thing) else thing.__module__
        assert name in named or module in whole_modules, f"{name} is not on the reference page"


def test_every_name_on_the_page_has_a_docstring_of_its_own() -> None:
    named = re.findall(r"auto(?:class|function|exception):: (\w+)$", PAGE, flags=re.M)
    assert set(widgets.__all__) < set(named)
    for name in named:
        (thing, *_) = [vars(m)[name] for m in (bp, widgets, check) if name in vars(m)]
        doc = inspect.getdoc(thing) or ""
        assert len(doc.split()) > 2, f"{name} has no docstring"


def test_every_check_and_what_it_returns_is_on_the_page() -> None:
    part = PAGE.partition("## The checks of the exercises")[2]
    hidden = set(re.findall(r":exclude-members: (.*)", part)[0].split(", "))
    shown = set(re.findall(r"auto(?:class|function):: (\w+)", part))
    # What is not named in this part is a check, and stands there by itself.
    assert hidden | shown >= set(check.__all__) - set(check._api.EXERCISES)
    assert not hidden & set(check._api.EXERCISES)
    assert {"Result", "hint", "progress"} <= shown <= hidden
