"""``python -m tests.equations``: run the ledger, print its table, exit 1 if anything fails.

With labels as arguments, print instead what is known about these: hash, statements, mutants.
"""

from __future__ import annotations

import sys

from .claims import CLAIMS, latex_hash
from .extract import iter_displays, read_book
from .ledger import BOOK, Ledger, examine, load_claims, run


def table(ledger: Ledger) -> str:
    """Plain-text table of the run."""
    width = max([len(r.label) for r in ledger.rows] + [10])
    lines = [f"{'label':{width}}  {'kind':10}  {'verified':11}  {'mutants':>9}  error"]
    for row in ledger.rows:
        killed = f"{row.killed}/{row.mutants}" if row.mutants else "–"
        killed += f"+{len(row.equal)}=" if row.equal else ""
        state = "FAILS" if row.problem else row.short
        lines.append(f"{row.label:{width}}  {row.kind:10}  {row.way:11}  {killed:>9}  {state}")
    lines.append("")
    lines.append(summary(ledger))
    return "\n".join(lines)


def summary(ledger: Ledger) -> str:
    """One line that counts."""
    kinds = ", ".join(
        f"{ledger.count(kind)} {kind}s" if kind != "unchecked" else f"{ledger.count(kind)} {kind}"
        for kind in ("equation", "definition", "estimate", "unchecked")
    )
    rows = ledger.rows + ledger.inline
    killed, total = sum(r.killed for r in rows), sum(r.mutants for r in rows)
    return (
        f"{len(ledger.rows)} displays: {kinds} ({ledger.unchecked_share:.0%} unchecked); "
        f"{len(ledger.inline)} equations in running text; "
        f"{killed} of {total} mutants fail, {len(ledger.caught)} canaries caught, "
        f"{ledger.numbers} decimals in prose recomputed, {ledger.sums} sums; {ledger.seconds:.1f} s"
    )


def explain(labels: list[str]) -> int:
    """Print details for some labels."""
    load_claims()
    for display in iter_displays(read_book(BOOK)):
        if display.label not in labels:
            continue
        print(f"{display.label}  hash {latex_hash(display.latex)}  ({display.page})")
        print(display.latex)
        claim = CLAIMS.get(display.label)
        if claim is None:
            print("  nobody claims it\n")
            continue
        row = examine(display, claim)
        print(f"  {row.title}")
        print(f"  {row.inputs}: {row.entries} entries compared with {row.oracle}")
        print(f"  of the variants that fail, {row.by_shape} fail by their shape")
        print(f"  {row.problem}\n" if row.problem else "")
    return 0


def main() -> int:
    """Run and report."""
    if sys.argv[1:]:
        return explain(sys.argv[1:])
    ledger = run()
    print(table(ledger))
    for problem in ledger.problems:
        print(f"FAILS {problem}", file=sys.stderr)
    return 1 if ledger.problems else 0


if __name__ == "__main__":
    sys.exit(main())
