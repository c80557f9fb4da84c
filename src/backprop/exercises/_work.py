"""A learner's own folder: start a chapter, bring in a new edition of it, lose nothing.

`my-work/` holds the learner's notebooks. In it, ``.backprop/base/`` holds every edition that one of
them began from, so that an update can tell what the learner changed from what the book changed, and
``backups/`` holds every notebook as it was before an update.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from backprop.check._store import MARKER
from backprop.exercises._notebooks import (
    Json,
    RefusalError,
    cell,
    dumps,
    marks,
    read,
    source_of,
    write,
    write_text,
)

FOLDER = "my-work"


def find_root(start: Path) -> Path:
    """Return the book's folder: the nearest around `start` that holds exercises, or refuse."""
    for place in (start, *start.parents):
        if (place / "exercises").is_dir() and (place / "book").is_dir():
            return place
    raise RefusalError(f"{start} is not in the book's folder; go there and try again.")


def _editions(root: Path) -> dict[int, Path]:
    return {
        int(path.name[:2]): path for path in sorted((root / "exercises").glob("[0-9][0-9]_*.ipynb"))
    }


def edition(root: Path, chapter: str) -> Path:
    """Return the book's exercise notebook of a chapter, given as the learner types it."""
    found = _editions(root)
    listed = ", ".join(str(number) for number in found) or "none yet"
    digits = chapter.strip()
    if not (digits.isascii() and digits.isdigit()) or int(digits) not in found:
        raise RefusalError(
            f"There are no exercises for chapter {chapter!r}; there are for: {listed}."
        )
    return found[int(digits)]


def start(root: Path, chapter: str) -> Path:
    """Copy a chapter's exercises into the learner's folder, and return the path of the copy."""
    original = edition(root, chapter)
    mine = root / FOLDER / original.name
    if mine.exists() or mine.is_symlink():
        if _is_of_another(mine, original.stem):
            raise RefusalError(_in_the_way(mine, root, chapter))
        raise RefusalError(
            f"You have started this already: {_short(mine, root)}, which was left as it is. To "
            f"bring in what is new in the book, use: python -m backprop.exercises update "
            f"{int(chapter)}"
        )
    notebook = read(original)
    _keep_base(root, original.stem, notebook)
    write(mine, _signed(notebook, edition_of(notebook)))
    return mine


def _is_of_another(path: Path, name: str) -> bool:
    """Say whether a file can be read and is not the notebook of the exercises of this name."""
    try:
        return marks(read(path)).get("name") != name
    except RefusalError:
        return False


def _in_the_way(path: Path, root: Path, chapter: str) -> str:
    return (
        f"{_short(path, root)} is another notebook and was left as it is; give it another name, "
        f"then use: python -m backprop.exercises start {int(chapter)}"
    )


def edition_of(notebook: Json) -> str:
    """Return a short name of what a notebook of the book says, whatever it showed when it ran."""
    said = [
        [c.get("id"), c["cell_type"], source_of(c), c.get("metadata")] for c in notebook["cells"]
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]


def _signed(notebook: Json, name: str) -> Json:
    """Return a copy of a learner's notebook that says which edition it is up to."""
    signed = copy.deepcopy(notebook)
    signed["metadata"]["backprop"]["edition"] = name
    return signed


def _base(root: Path, stem: str, name: str) -> Path:
    return root / FOLDER / MARKER / "base" / f"{stem}-{name}.ipynb"


def _keep_base(root: Path, stem: str, notebook: Json) -> None:
    """Keep an edition for the updates to come; its file is named by what is in it."""
    path = _base(root, stem, edition_of(notebook))
    if _read_base(path) is None:
        write(path, notebook)


def _short(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


@dataclass(frozen=True)
class Updated:
    """What an update did to one notebook."""

    path: Path
    backup: Path | None
    """None if there was nothing to bring in."""
    both_changed: tuple[str, ...]
    """Ids of the cells that the learner and the book had both changed."""


def update(root: Path, chapter: str | None = None) -> list[Updated]:
    """Bring the book's present edition into the learner's notebooks of one chapter, or of all."""
    wanted = None if chapter is None else edition(root, chapter).stem
    done: list[Updated] = []
    editions = {path.stem: path for path in _editions(root).values()}
    refused: list[str] = []
    strange: list[str] = []
    for path, name in _mine(root, refused):
        if name not in editions:
            strange.append(
                f"{_short(path, root)} is of no chapter of this book; it was left as it is."
            )
            continue
        if wanted is not None and name != wanted:
            continue
        new = read(editions[name])
        mine = read(path)
        began = marks(mine).get("edition")
        base = _read_base(_base(root, name, began)) if isinstance(began, str) else None
        merged, clashes = merge(mine, base, new)
        merged = _signed(merged, edition_of(new))
        _keep_base(root, name, new)
        if dumps(merged) == dumps(mine):
            done.append(Updated(path, None, ()))
            continue
        backup = _backup(root, path)
        # The learner's notebook may be open and saved in this very moment: merge what is there now.
        if dumps(read(path)) != dumps(mine):
            raise RefusalError(
                f"{_short(path, root)} was saved while it was being updated; it was left as it is. "
                "Try again."
            )
        write(path, merged)
        done.append(Updated(path, backup, clashes))
    if refused:
        refused += [f"{_short(one.path, root)} is updated." for one in done if one.backup]
        raise RefusalError(" ".join(refused))
    if not done:
        if chapter is not None:
            original = edition(root, chapter)
            place = root / FOLDER / original.name
            if place.exists() and _is_of_another(place, original.stem):
                raise RefusalError(" ".join([*strange, _in_the_way(place, root, chapter)]))
        which = "anything" if chapter is None else f"chapter {chapter}"
        raise RefusalError(
            " ".join(
                [
                    f"You have not started {which} yet; use: python -m backprop.exercises start "
                    f"{chapter or min(_editions(root), default=1)}",
                    *strange,
                ]
            )
        )
    return done


def _read_base(path: Path) -> Json | None:
    """Return the edition a learner began from; None if it is gone or broken."""
    try:
        found = read(path)
    except RefusalError:
        return None
    return found if edition_of(found) in path.name else None


def _mine(root: Path, refused: list[str]) -> Iterator[tuple[Path, str]]:
    """Yield the learner's notebooks, whatever they are called by now, and their editions' names."""
    for path in sorted((root / FOLDER).glob("*.ipynb")):
        try:
            found = marks(read(path))
        except RefusalError as error:
            refused.append(str(error))
            continue
        if found.get("kind") == "exercises" and isinstance(found.get("name"), str):
            yield path, found["name"]


def _backup(root: Path, path: Path) -> Path:
    now = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    folder = root / FOLDER / "backups"
    place = folder / f"{path.stem}-{now}.ipynb"
    count = 1
    while place.exists():
        count += 1
        place = folder / f"{path.stem}-{now}-{count}.ipynb"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RefusalError(f"{path} cannot be read: {error.strerror}.") from None
    write_text(place, text)
    return place


# -- merging ---------------------------------------------------------------------------------------


def merge(mine: Json, base: Json | None, new: Json) -> tuple[Json, tuple[str, ...]]:
    """Return `new` with everything of the learner's kept, and the ids that both had changed.

    Cell by cell, by id. A cell the learner has not touched becomes the new edition's; a cell the
    learner has touched stays the learner's; if the book has changed it too, its new text follows
    in a cell below. Cells of the learner's own stay behind the cell they stood behind. A cell of
    the book's that the learner deleted comes back. A cell that the book has dropped goes, unless
    the learner has changed it.
    """
    news = {c["id"]: c for c in new["cells"]}
    bases = {} if base is None else {c.get("id", ""): c for c in base["cells"]}
    # Should an id be there twice, the first cell is the book's and the others the learner's own.
    mines = {c.get("id", ""): c for c in reversed(mine["cells"])}
    clashes: list[str] = []
    cells: list[Json] = []
    after = _followers(mine, news, bases)
    cells += after.pop(None, [])
    for name, fresh in news.items():
        own = mines.get(name)
        if own is None:
            cells.append(copy.deepcopy(fresh))
        else:
            kept, clash = _merge_cell(own, bases.get(name), fresh)
            cells.append(kept)
            if clash:
                note_id = f"{name}-new"[:64]
                clashes.append(name)
                cells.append(_note(note_id, fresh))
                # The note of an earlier update, which the learner has not touched, makes way.
                after[name] = [c for c in after.get(name, []) if not _is_note(c, note_id)]
        cells += after.pop(name, [])
    for rest in after.values():
        cells += rest
    merged = copy.deepcopy(mine)
    merged["cells"] = _with_ids(cells)
    merged["nbformat_minor"] = max(5, int(mine.get("nbformat_minor", 0)))
    merged["metadata"]["backprop"] = copy.deepcopy(new["metadata"].get("backprop", {}))
    return merged, tuple(clashes)


def _followers(
    mine: Json, news: dict[str, Json], bases: dict[str, Json]
) -> dict[str | None, list[Json]]:
    """Return the learner's own cells, under the id of the book's cell they stand behind."""
    behind: dict[str | None, list[Json]] = {}
    last: str | None = None
    seen: set[str] = set()
    for own in mine["cells"]:
        name = own.get("id", "")
        if name in news and name not in seen:
            last = name
            seen.add(name)
        elif name in bases and _same(own, bases[name]):
            continue  # the book has dropped it, and the learner never touched it
        else:
            kept = copy.deepcopy(own)
            if name in news:
                kept["id"] = ""  # the book's cell keeps its id, wherever its double stands
            behind.setdefault(last, []).append(kept)
    return behind


def _with_ids(cells: list[Json]) -> list[Json]:
    """Return `cells`, each with an id of its own: some editors lose ids or copy them."""
    seen: set[str] = set()
    for number, own in enumerate(cells):
        if not own.get("id") or own["id"] in seen:
            own["id"] = f"mine-{number}"
            while own["id"] in seen:
                own["id"] += "-1"
        seen.add(own["id"])
    return cells


def _is_note(own: Json, name: str) -> bool:
    role = own.get("metadata", {}).get("backprop", {}).get("role")
    return own.get("id") == name and role == "note"


def _same(one: Json, other: Json) -> bool:
    return one["cell_type"] == other["cell_type"] and source_of(one) == source_of(other)


def _merge_cell(own: Json, base: Json | None, fresh: Json) -> tuple[Json, bool]:
    """Return the cell to keep, and whether the book's new text is to follow it."""
    if _same(own, fresh):
        kept = copy.deepcopy(own)
        kept["metadata"] = {**own.get("metadata", {}), **fresh["metadata"]}
        return kept, False
    if base is not None and _same(own, base):
        return copy.deepcopy(fresh), False
    if base is not None and _same(base, fresh):
        return copy.deepcopy(own), False
    if base is None and fresh["metadata"].get("backprop", {}).get("role") == "answer":
        return copy.deepcopy(own), False  # an answer differs from the stub: that is its purpose
    return copy.deepcopy(own), True


def _note(name: str, fresh: Json) -> Json:
    text = source_of(fresh)
    fence = "````" if "```" in text else "```"
    kind = "python" if fresh["cell_type"] == "code" else "markdown"
    return cell(
        "markdown",
        name,
        "*The book has changed the cell above since you began, and so have you. Yours was kept; "
        f"this is the book's:*\n\n{fence}{kind}\n{text}\n{fence}",
        {"role": "note"},
    )
