"""Everything at once: every display of the book against its claim, the canaries, the prose."""

from __future__ import annotations

import importlib
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from . import claims as registry
from .canaries import CANARIES, Canary
from .check import TOLERANCE, UNFIT, WRONG, DisplayError, Tally, as_read, check, moving, plan
from .claims import CLAIMS, Claim, Quoted, latex_hash, normal
from .evaluate import evaluate, shape_of
from .extract import Display, Page, iter_displays, read_book
from .mutate import mutants
from .parse import Formula, parse
from .prose import asserts_a_derivative, check_arithmetic, check_prose, inline_formulas
from .tree import UnreadableError
from .worlds import World

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"
UNCHECKED_AT_MOST = 0.05


@dataclass
class Row:
    """One display in the ledger's table."""

    label: str
    page: str
    kind: str
    way: str = ""
    how: str = ""
    package: str = ""
    source: str = ""
    oracle: str = ""
    inputs: str = ""
    entries: int = 0
    """Entries and numbers that were compared."""
    killed: int = 0
    by_shape: int = 0
    mutants: int = 0
    equal: dict[str, str] = field(default_factory=dict)
    worst: float | None = None
    digits: int | None = None
    estimate: bool = False
    problem: str = ""

    @property
    def anchor(self) -> str:
        """Id of the row on the ledger page."""
        return f"ledger-{self.label}"

    @property
    def short(self) -> str:
        """What the mark beside the equation says."""
        if self.kind == "unchecked":
            return "unchecked"
        if self.worst is None:
            return "definition"
        if self.digits is not None:
            return f"{self.digits} decimals"
        if self.estimate:
            return "order"
        return "exact" if self.worst == 0 else _power(self.worst)

    @property
    def title(self) -> str:
        """One sentence for the tooltip."""
        if self.kind == "unchecked":
            return f"Not checked by machine: {self.how}"
        if self.worst is None:
            return f"A definition, with nothing to check: {self.how}"
        start = (
            "Read from this page and evaluated on random inputs"
            if self.way == "read"
            else "Computed by an independent test bound to this very formula"
        )
        if self.estimate:
            agrees = "the remainder shrinks as stated"
        elif self.worst == 0:
            agrees = "both sides agree exactly"
        elif self.digits is not None:
            agrees = f"the printed decimals ({self.digits}) are those of the computed values"
        else:
            agrees = f"largest error {_power(self.worst)}"
        tail = f"; {self.killed} of {self.mutants} wrong variants fail" if self.mutants else ""
        if self.equal:
            tail += f", {len(self.equal)} are equal to it and listed"
        return f"{start}: {agrees}{tail}."


@dataclass
class Ledger:
    """The outcome of a run."""

    pages: list[Page] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    inline: list[Row] = field(default_factory=list)
    """Equations in running text."""
    caught: list[tuple[Canary, str]] = field(default_factory=list)
    """Canaries, and what was said of each."""
    numbers: int = 0
    """Decimals in prose that a claim recomputes."""
    sums: int = 0
    """Sums and products of plain numbers in prose that were worked out again."""
    seconds: float = 0.0

    def row(self, label: str) -> Row | None:
        """Row of a label."""
        return next((r for r in self.rows if r.label == label), None)

    def count(self, kind: str) -> int:
        """Number of displays of a kind."""
        return sum(r.kind == kind for r in self.rows)

    @property
    def unchecked_share(self) -> float:
        """Displays not verified, as a fraction of all."""
        return self.count("unchecked") / max(1, len(self.rows))


def _power(value: float) -> str:
    mantissa, _, exponent = f"{value:.0e}".partition("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−")


def load_claims() -> list[str]:
    """Import every ``claims_*.py`` beside this module; return what went wrong."""
    problems = []
    for path in sorted(Path(__file__).parent.glob("claims_*.py")):
        try:
            importlib.import_module(f"{__package__}.{path.stem}")
        except Exception as problem:  # a package that cannot compute its own example, for one
            problems.append(f"{path.name} cannot be loaded: {problem!r}")
    return problems


def run(book: Path = BOOK) -> Ledger:
    """Run the whole ledger."""
    begun = time.perf_counter()
    broken = load_claims()
    ledger = judge(read_book(book), CLAIMS, registry.QUOTED, registry.INLINE)
    ledger.problems[:0] = broken
    ledger.problems.extend(f"{label}: claimed twice" for label in registry.DOUBLE)
    ledger.caught, problems = run_canaries()
    ledger.problems.extend(problems)
    ledger.seconds = time.perf_counter() - begun
    return ledger


def judge(
    pages: Sequence[Page],
    claims: dict[str, Claim],
    quoted: Sequence[Quoted] = (),
    inline: Sequence[tuple[str, str, Claim]] = (),
) -> Ledger:
    """Hold pages to claims."""
    ledger = Ledger(list(pages))
    seen: set[str] = set()
    for display in iter_displays(list(pages)):
        place = f"{display.page}, {display.where}"
        if display.label is None:
            ledger.problems.append(f"{place}: a display without a label: {_brief(display.latex)}")
            continue
        if display.label in seen:
            ledger.problems.append(f"{display.label}: the label is used twice ({place})")
            continue
        seen.add(display.label)
        claim = claims.get(display.label)
        if claim is None:
            ledger.problems.append(f"{display.label} ({place}): nobody claims it")
            continue
        row = examine(display, claim)
        ledger.rows.append(row)
        if row.problem:
            ledger.problems.append(f"{display.label} ({place}): {row.problem}")
    for label in claims:
        if label not in seen:
            ledger.problems.append(f"{label}: claimed, but no display carries this label")
    if ledger.unchecked_share > UNCHECKED_AT_MOST:
        ledger.problems.append(
            f"{ledger.unchecked_share:.0%} of the displays are unchecked; at most "
            f"{UNCHECKED_AT_MOST:.0%} may be"
        )
    ledger.inline, problems = check_inline(pages, inline)
    ledger.problems.extend(problems)
    ledger.numbers, problems = check_prose(pages, quoted)
    ledger.problems.extend(problems)
    ledger.sums, problems = check_arithmetic(pages)
    ledger.problems.extend(problems)
    return ledger


def check_inline(
    pages: Sequence[Page], claims: Sequence[tuple[str, str, Claim]]
) -> tuple[list[Row], list[str]]:
    """Verify the equations in running text that are claimed, and find those that should be."""
    rows, problems = [], []
    found = {(page.name, normal(latex)): latex for page in pages for latex in inline_formulas(page)}
    claimed = set()
    for name, latex, claim in claims:
        claimed.add((name, normal(latex)))
        if (name, normal(latex)) not in found:
            problems.append(f"{name}: claimed, but nothing in the text says ${latex}$")
            continue
        row = examine(Display(name, claim.label, latex, "running text"), claim)
        rows.append(row)
        if row.problem:
            problems.append(f"{name}: ${latex}$: {row.problem}")
    for place, latex in found.items():
        if asserts_a_derivative(latex) and place not in claimed:
            problems.append(f"{place[0]}: an equation in running text, unclaimed: ${latex}$")
    return rows, problems


def examine(display: Display, claim: Claim) -> Row:
    """Verify one display by its claim."""
    row = Row(
        display.label or "",
        display.page,
        claim.kind,
        claim.way,
        claim.how,
        claim.package,
        claim.source,
    )
    try:
        if claim.way == "read":
            _read(display, claim, row)
        elif claim.latex_hash != (actual := latex_hash(display.latex)):
            row.problem = (
                f"the display was edited since somebody looked at it: its hash is {actual}, the "
                f"claim says {claim.latex_hash}; verify it again, then change the claim"
            )
        elif claim.way == "transcribed":
            _transcribed(claim, row)
    except (*WRONG, *UNFIT) as problem:
        row.problem = f"{_NAMES.get(type(problem), 'fails')}: {problem}"
    if claim.package and not row.problem:
        row.problem = _missing(claim.package)
    return row


_NAMES = {UnreadableError: "cannot be read", DisplayError: "does not hold"}


def _missing(package: str) -> str:
    """Why a name of the package does not exist, or nothing."""
    module, _, rest = package.partition(".")
    found: Any = importlib.import_module(module)
    for name in rest.split("."):
        if not hasattr(found, name):
            try:
                found = importlib.import_module(f"{found.__name__}.{name}")
            except (ImportError, AttributeError):
                return f"the package has no {package}"
        else:
            found = getattr(found, name)
    return ""


# -- read from the page ---------------------------------------------------------------------------
def _read(display: Display, claim: Claim, row: Row) -> None:
    formula = parse(display.latex, claim.functions)
    if not any(chain.relations for chain in formula.chains):
        raise UnreadableError("it states no relation; claim it as a definition")
    assert claim.worlds is not None
    worlds = list(claim.worlds(zlib.crc32(claim.label.encode())))
    tally = Tally()
    plans = []
    compared = 0
    for world in worlds:
        read = as_read(formula, world)
        world.moving = moving(read, world) if claim.moving is None else claim.moving
        plans.append(plan(read, world, claim.where))
        check(read, world, plans[-1], tally)
        if claim.code is not None:
            compared += _compare_code(claim, read, world, plans[-1], tally)
    if claim.code is not None and not compared:
        raise DisplayError(f"{claim.package} was never called")
    row.worst, row.digits, row.estimate = tally.worst, tally.digits, tally.shrinking
    row.oracle = claim.oracle or _oracle(formula)
    row.inputs, row.entries = _count(worlds), tally.entries
    if row.kind == "equation" and tally.shrinking:
        row.kind = "estimate"
    _mutate(claim, row, formula, worlds, plans)


def _compare_code(claim: Claim, formula: Formula, world: World, envs: Any, tally: Tally) -> int:
    """Compare the package with the first side; return how often."""
    assert claim.code is not None
    compared = 0
    for env in envs[0]:
        package = claim.code(world, **env)
        if package is None:
            continue
        page, package = evaluate(formula.chains[0].sides[0], world, env), np.asarray(package)
        if shape_of(package) == (np.size(page),) and np.ndim(page) == 2:
            package = package.reshape(-1, 1)  # columns are (n,) arrays in code
        if shape_of(package) != shape_of(page):
            raise DisplayError(f"{claim.package} has shape {package.shape}, not {np.shape(page)}")
        error = float(np.max(np.abs(package - page))) / max(1.0, float(np.max(np.abs(page))))
        if not error <= TOLERANCE:
            raise DisplayError(
                f"{claim.package} differs from the page by {error:.1e} ({world.title})"
            )
        tally.worst = max(tally.worst, error)
        compared += 1
    return compared


def _oracle(formula: Formula) -> str:
    ops = {n.op for c in formula.chains for s in c.sides for n in s.walk()}
    names = {
        str(n.args[0])
        for c in formula.chains
        for s in c.sides
        for n in s.walk()
        if n.op in {"sym", "call"}
    }
    if "order" in ops:
        return "the remainder of a shrinking step"
    if ops & {"partial", "grad", "diff"} or r"\delta" in names:
        return "a complex step"
    if names & {"u", "x", "L", "h", "bar L", "f"}:
        return "a separate forward pass"
    return "its other side"


def _count(worlds: Sequence[World]) -> str:
    titles = list(dict.fromkeys(w.title for w in worlds if w.title))
    return ", ".join(titles) if titles else f"{len(worlds)} random inputs"


def _shapes(worlds: Sequence[World]) -> dict[Any, tuple[int, ...]]:
    found: dict[Any, tuple[int, ...]] = {}
    for world in worlds[:1]:
        stack = [world]
        while stack:
            current = stack.pop()
            for (node, _), value in current.memo.items():
                found.setdefault(node, shape_of(value))
            stack.extend(w for w in current.neighbours.values() if isinstance(w, World))
    return found


def _mutate(claim: Claim, row: Row, formula: Formula, worlds: Sequence[World], plans: Any) -> None:
    scope = [set(envs[0]) if envs else set() for envs in plans[0]]
    survivors = []
    for mutant in mutants(formula, worlds[0], _shapes(worlds), scope):
        verdict = ""
        # the square network first: there a wrong order fits, and has to fail by its value
        for world, envs in zip(reversed(worlds), reversed(plans), strict=True):
            try:
                read = as_read(mutant.formula, world)
                check(read, world, plan(read, world, claim.where) if mutant.in_range else envs)
            except WRONG as problem:
                verdict = "value" if isinstance(problem, DisplayError) else "shape"
                break
            except UNFIT:
                verdict = "unfit"
                break
        if verdict == "unfit":
            continue  # not understood is not the same as caught
        if verdict:
            row.mutants += 1
            row.killed += 1
            row.by_shape += verdict == "shape"
        elif mutant.what in claim.equal:
            row.equal[mutant.what] = claim.equal[mutant.what]
        else:
            row.mutants += 1
            survivors.append(mutant.what)
    if survivors:
        more = f" (and {len(survivors) - 1} more)" if len(survivors) > 1 else ""
        row.problem = f"a wrong variant passes too: {survivors[0]}{more}"
    stale = set(claim.equal) - set(row.equal)
    if stale:
        row.problem = f"listed as an equal variant, but it is none: {stale.pop()}"
    if row.mutants == 0:
        row.problem = row.problem or "it has no mutants: nothing shows that the check can fail"


# -- transcribed ----------------------------------------------------------------------------------
def _transcribed(claim: Claim, row: Row) -> None:
    assert claim.test is not None
    rng = np.random.default_rng(zlib.crc32(claim.label.encode()))
    worst, pairs = 0.0, 0
    for what, left, right in claim.test(rng):
        a, b = np.asarray(left), np.asarray(right)
        error = _distance(a, b)
        if error > TOLERANCE:
            raise DisplayError(f"{what}: {a} against {b}")
        worst, pairs = max(worst, error), pairs + 1
        for name, wrong in _wrong(b):
            row.mutants += 1
            if _distance(a, wrong) > TOLERANCE:
                row.killed += 1
            else:
                row.problem = f"{what}: the right side {name} passes too"
    if not pairs:
        raise DisplayError("the claim compares nothing")
    row.worst, row.oracle, row.entries = worst, "an independent test", pairs


def _distance(a: Any, b: Any) -> float:
    if a.shape != b.shape:
        return float("inf")
    return float(np.max(np.abs(a - b))) / max(1.0, float(np.max(np.abs(a))))


def _wrong(b: Any) -> list[tuple[str, Any]]:
    out = [("negated", -b), ("doubled", 2 * b)]
    if b.ndim == 2 and b.shape[0] == b.shape[1] > 1:
        out.append(("transposed", b.T))
    return out


# -- canaries -------------------------------------------------------------------------------------
def run_canaries() -> tuple[list[tuple[Canary, str]], list[str]]:
    """Return the wrong equations that were caught, with the message, and what went wrong."""
    caught, problems = [], []
    for canary in CANARIES:
        try:
            formula = parse(canary.latex)
            for world in canary.worlds(zlib.crc32(canary.what.encode())):
                world.moving = moving(formula, world)
                check(formula, world, plan(formula, world))
        except UNFIT as problem:
            problems.append(f"canary “{canary.what}” cannot be read: {problem}")
        except WRONG as problem:
            if canary.right:
                problems.append(f"canary “{canary.what}” is right and was refused: {problem}")
            else:
                caught.append((canary, str(problem)))
        else:
            if not canary.right:
                problems.append(f"canary “{canary.what}” is wrong and passed")
    return caught, problems


def _brief(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "…"
