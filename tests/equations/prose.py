r"""Decimals quoted in running text: each must be recomputed from the package by a claim.

A number is claimed by its page and its text (``0.1163``); it holds if the recomputed value, rounded
to the printed digits, gives that text. Integers may be claimed (``26``) and must then occur.
Displays are the ledger's business, code and its output are nbval's.
"""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from .claims import Quoted
from .extract import Page
from .parse import parse, tokens
from .tree import Node, UnreadableError

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_LINK = re.compile(
    r"\]\([^)]*\)|<[^>]+>|\{[\w:-]+\}`[^`]*`|`[^`]*`|https?://\S+|(?:arXiv|doi):\S+"
    r"|(?<=[\])`])\{[^}]*\}"
)
_DECIMAL = re.compile(
    r"(?<![\w.])(?P<mantissa>\d+\.\d+|\d+(?=\s*×\s*10[\^⁻⁺⁰-⁹]))"
    r"(?:\s*×\s*10\^?\{?(?P<exponent>[-−]?\d+|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)\}?"
    r"|e(?P<e>[-−+]?\d+))?(?!\d|\.\d)"
)
_SIGN = re.compile(r"[-−]\s*$")
_SUBTRACTION = re.compile(r"[\w)\]}](?:[-−]|\s+[-−]\s+)$")
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
    """Paragraph without links, roles, inline code and LaTeX commands; ``\\cdot`` becomes ×."""
    text = _LINK.sub(" ", paragraph)
    text = re.sub(r"(?<=\d)(?:\\,|\{,\})(?=\d{3})", "", text)
    text = re.sub(r"\\[,;!: ]", " ", text)
    return re.sub(r"\\[A-Za-z]+", " ", re.sub(r"\\(cdot|times)(?![A-Za-z])", " × ", text))


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
            if (
                _SIGN.search(before)
                and not _BULLET.search(before)
                and not _SUBTRACTION.search(before)
            ):
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
            if q.page == occurrence.page
            and _canonical(q.text) == _canonical(occurrence.text)
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
        except Exception as problem:
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


# -- formulas within a line -----------------------------------------------------------------------
_INLINE = re.compile(r"(?<![\\$])\$([^$]+)\$(?!\$)")
_DERIVED = {r"\partial", r"\nabla", r"\delta", "'"}


def inline_formulas(page: Page) -> list[str]:
    """Every formula between single dollar signs."""
    return [
        match[1]
        for paragraph in page.prose
        for match in _INLINE.finditer(_LINK.sub(" ", paragraph))
    ]


def asserts_a_derivative(latex: str) -> bool:
    """Whether an inline formula is an equation about a derivative, which must then be claimed."""
    try:
        texts = {t.text for t in tokens(latex)}
    except UnreadableError:
        return False
    return bool(texts & _DERIVED) and bool(texts & {"=", r"\approx"})


# -- arithmetic within a line ---------------------------------------------------------------------
def check_arithmetic(pages: Sequence[Page]) -> tuple[int, list[str]]:
    """Work out every inline equation of plain numbers, such as ``$4\\cdot3+4=16$``.

    A decimal with three places or more is taken as rounded, so the sides may differ by what the
    rounding allows; fewer places are taken as they stand. Sides with symbols are left out.
    """
    held, problems = 0, []
    for page in pages:
        for latex in inline_formulas(page):
            try:
                formula = parse(latex)
            except UnreadableError:
                continue
            for chain in formula.chains:
                pairs = itertools.pairwise(chain.sides)
                for relation, (left, right) in zip(chain.relations, pairs, strict=True):
                    if relation not in {"=", "approx"}:
                        continue
                    if not (_plain_numbers(left) and _plain_numbers(right)):
                        continue
                    (low, high), (other_low, other_high) = _bounds(left), _bounds(right)
                    held += 1
                    if low > other_high or other_low > high:
                        problems.append(f"{page.name}: {latex} does not hold")
    return held, problems


def _plain_numbers(node: Node) -> bool:
    allowed = {"num", "add", "sub", "mul", "neg", "div"}
    return all(part.op in allowed for part in node.walk())


def _bounds(node: Node) -> tuple[float, float]:
    """Lowest and highest value when every rounded number moves within its last digit."""
    if node.op == "num":
        text = str(node.args[0])
        places = len(text.partition(".")[2])
        slack = (0.5 * 10.0**-places if places >= 3 else 0.0) + 1e-12
        return float(text) - slack, float(text) + slack
    parts = [_bounds(child) for child in node.children]
    if node.op == "neg":
        ((low, high),) = parts
        return -high, -low
    combine = {
        "add": operator.add,
        "sub": operator.sub,
        "mul": operator.mul,
        "div": operator.truediv,
    }[node.op]
    values = [combine(a, b) for a in parts[0] for b in parts[1]]
    return min(values), max(values)
