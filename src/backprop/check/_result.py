"""What a check returns: one clear sentence, in a terminal, in a notebook and to a program."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

Status = Literal["right", "not yet", "not started"]

_WORDS: dict[Status, tuple[str, str, str]] = {
    # status: (first words, icon, class of the box on the page)
    "right": ("Right.", "\N{CHECK MARK}", "yes"),
    "not yet": ("Not yet.", "\N{BALLOT X}", "no"),
    "not started": ("Not started.", "\N{WHITE CIRCLE}", "idle"),
}

# Zero specificity (:where), so that the site's own sheet wins wherever it has something to say. The
# colours reach a contrast of 4.5 on both papers; JupyterLab marks its dark themes on the body, the
# book's site on the root element.
_STYLE = (
    "<style>"
    ":where(.bp-check){--bp-yes:#00713a;--bp-no:#a32a12;--bp-idle:#56606e;--bp-link:#1a5fd0;"
    "--bp-sunk:#f3f4f5;--bp-ink:#222832;box-sizing:border-box;min-height:44px;margin:4px 0;"
    "padding:10px 16px;border-left:4px solid var(--bp-tone);border-radius:0 6px 6px 0;"
    "background:var(--bp-sunk);color:var(--bp-ink);line-height:1.5}"
    ":where(.jp-OutputArea-output .bp-check){max-width:72ch}"
    ":where([data-jp-theme-light=false],[data-theme=dark]) :where(.bp-check){--bp-yes:#5fcf92;"
    "--bp-no:#ff9c86;--bp-idle:#a9b2bd;--bp-link:#8ab8ff;--bp-sunk:#1e242c;--bp-ink:#ced6dd}"
    ":where(.bp-check.yes){--bp-tone:var(--bp-yes)}:where(.bp-check.no){--bp-tone:var(--bp-no)}"
    ":where(.bp-check.idle){--bp-tone:var(--bp-idle)}"
    ":where(.bp-check b,.bp-check .bp-icon){color:var(--bp-tone)}"
    ":where(.bp-check a,.bp-check summary){color:var(--bp-link);cursor:pointer;"
    "text-decoration:underline;width:fit-content}"
    ":where(.bp-check details){margin-top:4px}"
    ":where(.bp-check ul){margin:4px 0 0;padding:0;list-style:none}"
    "</style>"
)


class Section(NamedTuple):
    """A place in the book: the stem of a notebook, a heading in it, the heading's cell id."""

    page: str
    heading: str
    cell: str

    @property
    def href(self) -> str:
        """The address as JupyterLab resolves it, from `exercises/` and from `my-work/` alike."""
        return f"../book/{self.page}.ipynb#cell-id={self.cell}"

    @property
    def words(self) -> str:
        """The place in words, for a terminal."""
        return f"\u201c{self.heading}\u201d in book/{self.page}.ipynb"


class Hint(NamedTuple):
    """The three steps of a hint. None of them is the answer."""

    symptom: str
    idea: str
    section: Section | None

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps there are, in the order in which they are given."""
        where = () if self.section is None else (f"Read {self.section.words}.",)
        return tuple(step for step in (self.symptom, self.idea) if step) + where


def render(text: str) -> str:
    """Return `text` as HTML: everything escaped, then backticks made code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def box(status: Status, inside: str) -> str:
    """Return the coloured box of a `status` around the HTML `inside`."""
    words, sign, css = _WORDS[status]
    return (
        f'{_STYLE}<div class="bp-check feedback {css}" role="status">'
        f'<span class="bp-icon" aria-hidden="true">{sign}</span> <b>{words}</b> {inside}</div>'
    )


def icon(status: Status) -> str:
    """Return the sign of a `status`, which never stands without words."""
    return _WORDS[status][1]


def first_words(status: Status) -> str:
    """Return the icon and the words with which a result of this `status` begins."""
    return f"{icon(status)} {_WORDS[status][0]}"


@dataclass(frozen=True)
class Result:
    """The outcome of one check. Show it, or read its fields; it is true if the answer is right.

    Attributes
    ----------
    exercise : str
        Name of the exercise, the name of the check.
    status : {"right", "not yet", "not started"}
        Where the learner is.
    key : str
        What was found, for programs: "right", "not-started", the key of a known mistake, or one of
        the general findings such as "raised", "shape" or "sign".
    message : str
        One sentence for the learner.
    hint : Hint or None
        Symptom, idea and section, if there is something to hint at.
    note : str
        Something to add that is not about the answer (for instance that it could not be saved).
    """

    exercise: str
    status: Status
    key: str
    message: str
    hint: Hint | None = None
    note: str = ""

    def __bool__(self) -> bool:
        """Return whether the answer is right."""
        return self.status == "right"

    def __str__(self) -> str:
        """Return the text a terminal shows."""
        lines = [f"{first_words(self.status)} {self.message}"]
        if self.hint is not None and len(self.hint.steps) > 1:
            lines[0] += " (One step further: `check.hint()`.)"
        if self.note:
            lines.append(self.note)
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        inside = render(self.message)
        if self.note:
            inside += f" <small>{render(self.note)}</small>"
        if self.hint is not None:
            link = ""
            if self.hint.section is not None:
                link = (
                    f'<div><a href="{html.escape(self.hint.section.href)}">'
                    f"Read: {html.escape(self.hint.section.heading)}</a></div>"
                )
            if self.hint.idea and link:
                link = f"<details><summary>Hint 3 of 3</summary>{link}</details>"
            if self.hint.idea:
                link = (
                    "<details><summary>Hint 2 of 3</summary>"
                    f"<div>{render(self.hint.idea)}</div>{link}</details>"
                )
            inside += link
        return box(self.status, inside)


@dataclass(frozen=True)
class Message:
    """A sentence that is not about an answer: the next step of a hint, or that there is none."""

    text: str

    def __str__(self) -> str:
        """Return the text a terminal shows."""
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return (
            f'{_STYLE}<div class="bp-check feedback idle" role="status">{render(self.text)}</div>'
        )
