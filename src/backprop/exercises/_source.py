"""From the one source of a chapter's exercises to the learner's and the solution's notebook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from backprop.exercises._notebooks import Json, RefusalError, cell, notebook

HEADER = re.compile(r"# %%(?P<markdown> \[markdown\])?(?P<marks>(?: \w+=\"[^\"]*\")*)\s*")
MARK = re.compile(r"(\w+)=\"([^\"]*)\"")
BEGIN = re.compile(r"(?P<indent>\s*)# BEGIN SOLUTION(?P<bare> NO PROMPT)?\s*")
END = re.compile(r"\s*# END SOLUTION\s*")
BEGIN_PROMPT = re.compile(r"\s*# BEGIN PROMPT\s*")
END_PROMPT = re.compile(r"\s*# END PROMPT\s*")
PROMPT = re.compile(r"(?P<indent>\s*)#(?: (?P<text>.*))?")
ASSIGNED = re.compile(r"(?P<left>\s*\w+ = ).*?(?P<mark>\s+# SOLUTION)\s*")
NAME = re.compile(r"(?P<chapter>\d\d)_\w+")
KNOWN = {"id", "only", "answer", "check"}


@dataclass(frozen=True)
class Part:
    """One cell of a source, with its marks."""

    kind: str
    name: str
    text: str
    only: str
    answer: str
    check: str

    @property
    def marks(self) -> Json:
        """What is kept of the marks in the cell's metadata."""
        if self.answer:
            return {"exercise": self.answer, "role": "answer"}
        if self.check:
            return {"exercise": self.check, "role": "check"}
        return {}


def parse(text: str, where: str = "the source") -> list[Part]:
    """Return the cells of a source, or refuse it with the line that is wrong."""
    parts: list[Part] = []
    header: re.Match[str] | None = None
    body: list[str] = []

    def close() -> None:
        if header is not None:
            parts.append(_part(header, body, where))

    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("# %%"):
            close()
            header = HEADER.fullmatch(line)
            body = []
            if header is None:
                raise RefusalError(
                    f'{where}, line {number}: expected marks such as id="…", got {line!r}.'
                )
        else:
            body.append(line)
    close()
    names = [part.name for part in parts]
    for name in names:
        if names.count(name) > 1:
            raise RefusalError(f"{where}: the id {name!r} is used twice.")
    return parts


def _part(header: re.Match[str], body: list[str], where: str) -> Part:
    found = dict(MARK.findall(header["marks"]))
    if "id" not in found or set(found) - KNOWN:
        raise RefusalError(
            f"{where}: a cell needs an id and takes {sorted(KNOWN)}, got {header[0]!r}."
        )
    if found.get("only", "") not in ("", "learner", "book", "solution"):
        raise RefusalError(f'{where}: only is "learner", "book" or "solution", got {header[0]!r}.')
    kind = "code"
    if header["markdown"]:
        kind = "markdown"
        for line in body:
            if line and line != "#" and not line.startswith("# "):
                raise RefusalError(
                    f"{where}: a line of the text cell {found['id']!r} is no comment: {line!r}."
                )
        body = [line[2:] for line in body]
    text = "\n".join(body).strip("\n")
    _check_marks(text, f"{where}, cell {found['id']!r}")
    return Part(
        kind,
        found["id"],
        text,
        found.get("only", ""),
        found.get("answer", ""),
        found.get("check", ""),
    )


def _check_marks(text: str, where: str) -> None:
    """Refuse a cell whose marks do not pair: a solution would leak."""
    inside = ""
    for line in text.splitlines():
        begins = {BEGIN: "solution", BEGIN_PROMPT: "prompt"}
        ends = {END: "solution", END_PROMPT: "prompt"}
        begun = [what for mark, what in begins.items() if mark.fullmatch(line)]
        ended = [what for mark, what in ends.items() if mark.fullmatch(line)]
        if begun:
            if inside:
                raise RefusalError(f"{where}: a {begun[0]} begins inside another.")
            inside = begun[0]
        elif ended:
            if inside != ended[0]:
                raise RefusalError(f"{where}: a {ended[0]} ends that has no beginning.")
            inside = ""
        elif inside == "prompt" and not PROMPT.fullmatch(line):
            raise RefusalError(f"{where}: a line of a prompt is no comment: {line.strip()!r}.")
        elif ("SOLUTION" in line and not ASSIGNED.fullmatch(line)) or "PROMPT" in line:
            raise RefusalError(f"{where}: a mark that is none: {line.strip()!r}.")
    if inside:
        raise RefusalError(f"{where}: a {inside} begins that has no end.")


def without_solution(text: str) -> str:
    """Return a cell's text as the learner gets it."""
    kept: list[str] = []
    inside = ""
    for line in text.splitlines():
        begin = BEGIN.fullmatch(line)
        assigned = ASSIGNED.fullmatch(line)
        prompt = PROMPT.fullmatch(line)
        if begin:
            inside = "solution"
            if not begin["bare"]:
                kept.append(begin["indent"] + "...")
        elif BEGIN_PROMPT.fullmatch(line):
            inside = "prompt"
        elif END.fullmatch(line) or END_PROMPT.fullmatch(line):
            inside = ""
        elif inside == "prompt" and prompt:
            kept.append((prompt["indent"] + (prompt["text"] or "")).rstrip())
        elif assigned:
            kept.append(assigned["left"] + "...")
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def with_solution(text: str) -> str:
    """Return a cell's text as the solution shows it: everything but the marks and the prompts."""
    kept = []
    prompt = False
    for line in text.splitlines():
        assigned = ASSIGNED.fullmatch(line)
        if BEGIN_PROMPT.fullmatch(line) or END_PROMPT.fullmatch(line):
            prompt = not prompt
        elif assigned:
            kept.append(line[: assigned.start("mark")])
        elif not (prompt or BEGIN.fullmatch(line) or END.fullmatch(line)):
            kept.append(line)
    return "\n".join(kept)


def _chapter(name: str) -> int:
    found = NAME.fullmatch(name)
    if found is None:
        raise RefusalError(f"A source is called NN_name, with the chapter's number; got {name!r}.")
    return int(found["chapter"])


def learner(parts: list[Part], name: str) -> Json:
    """Return the learner's notebook, without outputs."""
    cells = [
        cell(part.kind, part.name, without_solution(part.text), part.marks)
        for part in parts
        if part.only != "solution"
    ]
    return notebook(cells, {"kind": "exercises", "chapter": _chapter(name), "name": name})


def solution(parts: list[Part], name: str) -> Json:
    """Return the solution's notebook, without outputs."""
    cells = [
        cell(part.kind, part.name, _a_folder_deeper(part), part.marks)
        for part in parts
        if part.only in ("", "solution")
    ]
    return notebook(cells, {"kind": "solutions", "chapter": _chapter(name), "name": name})


def _a_folder_deeper(part: Part) -> str:
    """Return a cell's text for the solutions, which are a folder deeper than the exercises."""
    if part.kind == "markdown":
        return part.text if part.only else part.text.replace("](../", "](../../")
    return with_solution(part.text)


def parts_of(path: Path) -> list[Part]:
    """Return the cells of the source at `path`, or refuse it."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RefusalError(f"{path} cannot be read: {error.strerror}.") from None
    return parse(text, path.name)


def both(path: Path) -> tuple[Json, Json]:
    """Return the learner's and the solution's notebook of the source at `path`."""
    parts = parts_of(path)
    return learner(parts, path.stem), solution(parts, path.stem)
