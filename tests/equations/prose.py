r"""Decimals quoted in running text: each must be recomputed from the package by a claim.

A number is claimed by its page and its text (``0.1163``); it holds if the recomputed value, rounded to
the printed digits, gives that text. Integers may be claimed (``26``) and must then occur. Displays are
the ledger's business, code and its output are nbval's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from .claims import Quoted
from .extract import Page

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_LINK = re.compile(r"\]\([^)]*\)|<[^>]+>|\{[\w:-]+\}`[^`]*`|`[^`]*`|https?://\S+|\{[^}]*=[^}]*\}")
_DECIMAL = re.compile(
    r"(?<![\w.])(?P<mantissa>\d+\.\d+|\d+(?=\s*(?:×|\\times|\\cdot)\s*10[\^⁻⁺⁰-⁹]))"
    r"(?:\s*(?:×|\\times|\\cdot)\s*10\^?\{?(?P<exponent>[-−]?\d+|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)\}?"
    r"|e(?P<e>[-−+]?\d+))?(?![\w]|\.\d)"
)
_SIGN = re.compile(r"[-−]\s*$")
_BULLET = re.compile(r"(?:^|\n)\s*[-*]\s+$")
_NAMES_A_PLACE = re.compile(r"(?:[Ss]ections?|[Cc]hapters?|[Vv]ersions?|Python|§)\s*$")


@dataclass(frozen=True)
class Occurrence:
    """A decimal as it stands in a page."""

    page: str
    text: str
    """Sign, digits and exponent, such as ``-0.0698`` or ``3e-16``."""
    paragraph: str


def plain(paragraph: str) -> str:
    """Paragraph without links, roles, inline code and LaTeX spacing."""
    text = _LINK.sub(" ", paragraph)
    return re.sub(r"\\[,;!:]|\{,\}", "", text)


def decimals(page: Page) -> list[Occurrence]:
    """Every decimal in the running text of a page."""
    found = []
    for paragraph in page.prose:
        text = plain(paragraph)
        for match in _DECIMAL.finditer(text):
            exponent = match["e"] or (match["exponent"] or "").translate(_SUPERSCRIPTS)
            written = match["mantissa"] + (f"e{exponent.replace('−', '-')}" if exponent else "")
            before = text[: match.start()]
            if _NAMES_A_PLACE.search(before):
                continue
            # a minus sign is the number's own unless something stands before it to subtract from
            if _SIGN.search(before) and not _BULLET.search(before) and not re.search(r"[\w)\]}]\s*[-−]\s*$", before):
                written = "-" + written
            found.append(Occurrence(page.name, written, paragraph))
    return found


def agrees(value: float, text: str) -> bool:
    """Whether a recomputed value, rounded as the text is, gives the text."""
    if not re.search(r"\d", text):
        raise ValueError(f"{text!r} is no number")
    mantissa, _, exponent = text.replace("−", "-").partition("e")
    scaled = Decimal(repr(float(value))) / Decimal(10) ** int(exponent or 0)
    places = len(mantissa.partition(".")[2])
    quantum = Decimal(1).scaleb(-places)
    return scaled.quantize(quantum, ROUND_HALF_EVEN) == Decimal(mantissa) or (
        abs(scaled - Decimal(mantissa)) <= quantum / 2
    )


def check_prose(pages: Sequence[Page], quoted: Sequence[Quoted]) -> tuple[int, list[str]]:
    """Return how many decimals are vouched for, and what is wrong."""
    problems = []
    vouched = 0
    found = [o for page in pages for o in decimals(page)]
    used: set[int] = set()
    for occurrence in found:
        claims = [
            (n, q)
            for n, q in enumerate(quoted)
            if q.page == occurrence.page and _canonical(q.text) == _canonical(occurrence.text)
            and q.near in occurrence.paragraph
        ]
        if not claims:
            problems.append(
                f"{occurrence.page}: the text says {occurrence.text} and no claim recomputes it "
                f"(“{_excerpt(occurrence)}”)"
            )
        used.update(n for n, _ in claims)
        vouched += bool(claims)
    names = {page.name: " ".join(plain(p) for p in page.prose) for page in pages}
    for n, claim in enumerate(quoted):
        if n not in used:
            # an integer, a word: it need not be claimed, but a claim on it must find it
            here = re.escape(claim.text)
            if "." in claim.text or not re.search(
                rf"(?<![\w.]){here}(?![\w]|\.\d)", names.get(claim.page, "")
            ):
                problems.append(f"{claim.page}: nothing in the text says {claim.text}")
                continue
        try:
            value = float(claim.value())
        except Exception as problem:  # noqa: BLE001 - any error means the number has no source
            problems.append(f"{claim.page}: {claim.text} cannot be recomputed: {problem!r}")
            continue
        if not agrees(value, claim.text):
            problems.append(f"{claim.page}: the text says {claim.text}, the package {value:.10g}")
    return vouched, problems


def _canonical(text: str) -> str:
    return text.replace("−", "-").lstrip("+")


def _excerpt(occurrence: Occurrence) -> str:
    text = " ".join(occurrence.paragraph.split())
    at = max(0, text.find(occurrence.text.lstrip("-")) - 40)
    return text[at : at + 80]
