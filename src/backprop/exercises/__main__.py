"""``python -m backprop.exercises``: start, update, progress; and, for others, export, build."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from backprop.exercises import _build, _export, _work
from backprop.exercises._notebooks import RefusalError


class OneSentence(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        """Print one line and leave with status 2."""
        self.exit(2, f"{message[:1].upper()}{message[1:]}. Try: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = OneSentence(
        prog="python -m backprop.exercises",
        description="Work on the book's exercises in a folder of your own, my-work/.",
    )
    commands = top.add_subparsers(dest="command", required=True, parser_class=OneSentence)
    start = commands.add_parser("start", help="copy a chapter's exercises into my-work/")
    start.add_argument("chapter", help="its number, such as 1")
    update = commands.add_parser("update", help="bring in what is new in the book; keep your work")
    update.add_argument("chapter", nargs="?", help="its number; all you have started if left out")
    progress = commands.add_parser("progress", help="show where you are")
    progress.add_argument("chapter", nargs="?", help="its number; the whole book if left out")
    export = commands.add_parser("export", help="(for teachers) write assignments to be graded")
    export.add_argument("chapter", nargs="?", help="its number; all there are if left out")
    form = export.add_mutually_exclusive_group(required=True)
    form.add_argument("--nbgrader", metavar="DIR", help="a new folder, for a course of nbgrader")
    form.add_argument("--otter", metavar="DIR", help="a new folder, for notebooks of otter assign")
    build = commands.add_parser("build", help="(for authors) write the notebooks from their source")
    build.add_argument("--check", action="store_true", help="change nothing, only tell")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; return the exit status."""
    asked = parser().parse_args(arguments)
    try:
        root = _work.find_root(Path.cwd())
        if asked.command == "start":
            mine = _work.start(root, asked.chapter)
            print(f"Made {mine.relative_to(root).as_posix()}. Open it in JupyterLab; it is yours.")
        elif asked.command == "update":
            for one in _work.update(root, asked.chapter):
                print(_said(one, root))
        elif asked.command == "progress":
            from backprop import check

            page = None if asked.chapter is None else _work.edition(root, asked.chapter)
            chapter = None if page is None else int(page.name[:2])
            print(check.progress(chapter, place=root / _work.FOLDER))
        elif asked.command == "export":
            form = "nbgrader" if asked.otter is None else "otter"
            folder = Path(asked.otter if asked.nbgrader is None else asked.nbgrader)
            for path in _export.export(root, folder, form, asked.chapter):
                print(f"Wrote {path.as_posix()}, with the solutions: not for students.")
            print(_export.NEXT[form].format(folder=folder.as_posix()))
        elif asked.check:
            old = [path.relative_to(root).as_posix() for path in _build.stale(root)]
            if old:
                raise RefusalError(
                    f"Not what the source makes: {', '.join(old)}; build them again."
                )
        else:
            for path in _build.build(root):
                print(f"Wrote {path.relative_to(root).as_posix()}.")
    except RefusalError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"{error.filename or 'A file'}: {error.strerror}. Nothing was changed.", file=sys.stderr
        )
        return 1
    return 0


def _said(one: _work.Updated, root: Path) -> str:
    """Return the sentence about one updated notebook."""
    name = one.path.relative_to(root).as_posix()
    if one.backup is None:
        return f"{name} is up to date."
    text = f"{name} is updated; as it was, it is in {one.backup.relative_to(root).as_posix()}."
    if one.both_changed:
        text += (
            f" In {len(one.both_changed)} of its cells both you and the book had changed "
            "something: yours was kept, the book's follows below it."
        )
    return text + " If it is open in JupyterLab, reload it from disk before you go on."


if __name__ == "__main__":
    # A console that cannot print an icon prints a question mark instead of failing.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    sys.exit(main())
