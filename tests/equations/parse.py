r"""From the book's LaTeX to a syntax tree.

The subset is small on purpose. Two rules are stricter than mathematics needs, because the book is:
``\odot`` never mixes with a product without parentheses, and nothing follows a slash fraction by
juxtaposition. What cannot be read raises `UnreadableError`; nothing is ever guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from .tree import Node, UnreadableError, num, sym

FUNCTIONS = frozenset({"f", "g", "h", "F", "G", r"\varphi", r"\phi", r"\psi"})
"""Letters that mean application when a parenthesis follows them."""

_GREEK = {
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "varepsilon",
    "zeta",
    "eta",
    "theta",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "pi",
    "rho",
    "sigma",
    "tau",
    "phi",
    "varphi",
    "chi",
    "psi",
    "omega",
    "Gamma",
    "Delta",
    "Theta",
    "Lambda",
    "Phi",
    "Psi",
    "Omega",
    "ell",
}
_ACCENTS = {"bar", "hat", "tilde", "dot", "overline"}
_NAMED = {"exp", "log", "ln", "tanh", "sinh", "cosh", "sin", "cos", "max", "min"}
_RELATIONS = {
    "=": "=",
    ":=": "=",
    r"\equiv": "=",
    r"\approx": "approx",
    r"\le": "le",
    r"\leq": "le",
    r"\ge": "ge",
    r"\geq": "ge",
    "<": "lt",
    ">": "gt",
    r"\ne": "ne",
    r"\neq": "ne",
    r"\in": "in",
}
_SILENT = {
    r"\displaystyle",
    r"\textstyle",
    r"\limits",
    r"\nolimits",
    r"\nonumber",
    r"\notag",
    r"\left",
    r"\right",
    r"\,",
    r"\;",
    r"\!",
    r"\:",
    r"\ ",
    r"\hfill",
    r"\strut",
}
_SIZE = re.compile(r"\\(?:big|Big|bigg|Bigg)[lrm]?$")
_GAPS = {r"\quad", r"\qquad", r"\iff", r"\implies", r"\Rightarrow", r"\Longrightarrow"}
_DOTS = {r"\dots", r"\ldots", r"\cdots", r"\vdots", r"\ddots", r"\dotsc"}
_ROWS = {
    "aligned",
    "align",
    "align*",
    "gathered",
    "gather",
    "gather*",
    "split",
    "equation",
    "equation*",
}
_MATRICES = {"pmatrix", "bmatrix", "matrix", "smallmatrix"}
_INDEX_LETTERS = frozenset({"i", "j", "k", "l", "s", "r", "p", "q", r"\ell", r"\tau"})

_LEXER = re.compile(
    r"(?P<space>\s+|~|%[^\n]*\n?)"
    r"|\\begin\{(?P<begin>[a-z]+\*?)\}|\\end\{(?P<end>[a-z]+\*?)\}"
    r"|\\(?P<text>text|textrm|textit|mbox)\{(?P<words>(?:[^{}]|\{[^{}]*\})*)\}"
    r"|\\(?P<upright>operatorname|mathrm|mathsf|mathit)\s*\{(?P<name>[^{}]*)\}"
    r"|\\label\{[^}]*\}"
    r"|(?P<row>\\\\(?:\[[^\]]*\])?)"
    r"|(?P<command>\\[A-Za-z]+|\\[^A-Za-z])"
    r"|(?P<number>\d+(?:\{,\}\d{3})*(?:\.\d+)?)"
    r"|(?P<letter>[A-Za-z])"
    r"|(?P<sign>:=|[-+*/=<>()\[\]|.,;:'!&^_{}])"
)


class Token(NamedTuple):
    """One lexical unit: its kind (``sign``, ``letter``, …) and its text."""

    kind: str
    text: str


def tokens(latex: str) -> list[Token]:
    """Cut LaTeX into tokens; spacing and sizing commands vanish, every gap becomes one kind."""
    latex = latex.replace("−", "-")
    out: list[Token] = []
    at = 0
    while at < len(latex):
        found = _LEXER.match(latex, at)
        if not found:
            raise UnreadableError(f"cannot read {latex[at : at + 20]!r}")
        at = found.end()
        kind = found.lastgroup or "label"
        if kind in {"space", "label"}:
            continue
        if kind in {"words", "text"}:
            out.append(Token("text", found["words"]))
        elif kind in {"name", "upright"}:
            out.append(Token("name", found["name"].strip()))
        elif kind == "row":
            out.append(Token("row", r"\\"))
        elif kind == "command":
            command = found["command"]
            if command in _SILENT or _SIZE.match(command):
                after = latex[at:].lstrip()
                if command in {r"\left", r"\right"} and after.startswith("."):
                    at = latex.index(".", at) + 1
                continue
            if command in {r"\tfrac", r"\dfrac", r"\cfrac"}:
                command = r"\frac"
            if command == r"\prime":
                out.append(Token("sign", "'"))
            elif command in _GAPS:
                out.append(Token("gap", command))
            else:
                out.append(Token("command", command))
        else:
            out.append(Token(kind, found[kind].replace("{,}", "")))
    return out


class Chain(NamedTuple):
    """Sides joined by relations: ``a = b = c`` has three sides and two relations."""

    sides: tuple[Node, ...]
    relations: tuple[str, ...]


@dataclass
class Formula:
    """Everything one display states."""

    chains: list[Chain] = field(default_factory=list)
    ranges: list[Node] = field(default_factory=list)
    """``i=1,\\dots,4`` and the like, as `span` and `range` nodes."""


def parse(latex: str, functions: frozenset[str] = FUNCTIONS) -> Formula:
    """Read one display."""
    return _Parser(_statements(tokens(latex)), functions).formula()


def parse_expression(latex: str, functions: frozenset[str] = FUNCTIONS) -> Node:
    """Read one expression without relations."""
    parser = _Parser(tokens(latex), functions)
    node = parser.expression()
    if parser.peek().kind != "end of formula":
        raise UnreadableError(f"unexpected {parser.peek().text!r}")
    return node


def _statements(stream: list[Token]) -> list[Token]:
    """Flatten alignment: rows that go on with a relation or an operator join the row before."""
    flat: list[Token] = []
    depth = 0
    for token in stream:
        if token.kind == "begin":
            if token.text in _ROWS:
                continue
            depth += 1
        elif token.kind == "end":
            if token.text in _ROWS:
                continue
            depth -= 1
        if depth == 0 and token.text == "&" and token.kind == "sign":
            continue
        if depth == 0 and token.kind == "text":
            token = Token("gap", token.text)
        flat.append(token)
    out: list[Token] = []
    at = 0
    while at < len(flat):
        run = at
        while run < len(flat) and flat[run].kind in {"gap", "row"} and _outside(flat, run):
            run += 1
        if run == at:
            out.append(flat[at])
            at += 1
            continue
        has_row = any(t.kind == "row" for t in flat[at:run])
        following = flat[run].text if run < len(flat) else ""
        goes_on = following in _RELATIONS or (
            has_row and following in {"+", "-", r"\cdot", r"\times", r"\odot"}
        )
        if not goes_on:
            out.append(Token("gap", r"\quad"))
        at = run
    return out


def _outside(stream: list[Token], position: int) -> bool:
    """Whether a position is outside every environment (rows inside a matrix stay rows)."""
    depth = 0
    for token in stream[:position]:
        depth += (token.kind == "begin") - (token.kind == "end")
    return depth == 0


class _Parser:
    """Recursive descent over the token list."""

    def __init__(self, stream: list[Token], functions: frozenset[str]) -> None:
        self.stream = stream
        self.at = 0
        self.functions = functions
        self.bars: list[str] = []

    # -- tokens -----------------------------------------------------------------------------------
    def peek(self, ahead: int = 0) -> Token:
        if self.at + ahead < len(self.stream):
            return self.stream[self.at + ahead]
        return Token("end of formula", "end of formula")

    def next(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        token = self.peek()
        return token.kind in {"sign", "command"} and token.text in texts

    def expect(self, text: str) -> None:
        token = self.next()
        if token.text != text:
            raise UnreadableError(f"expected {text!r}, got {token.text!r}")

    def sub_parser(self, stream: list[Token]) -> _Parser:
        return _Parser(stream, self.functions)

    def parse_all(self, stream: list[Token]) -> Node:
        """Read a braced group that must be one expression."""
        inner = self.sub_parser(stream)
        node = inner.expression()
        if inner.at < len(stream):
            raise UnreadableError(f"unexpected {inner.peek().text!r}")
        return node

    def argument(self) -> list[Token]:
        """Tokens of ``{…}``, or the single token (digit) that LaTeX would take."""
        token = self.next()
        if token.text == "{" and token.kind == "sign":
            depth, out = 1, []
            while True:
                token = self.next()
                if token.kind == "end of formula":
                    raise UnreadableError("a brace is not closed")
                if token.kind == "sign":
                    depth += (token.text == "{") - (token.text == "}")
                if depth == 0:
                    return out
                out.append(token)
        if token.kind == "number" and len(token.text) > 1:  # \tfrac12: one digit at a time
            self.at -= 1
            self.stream[self.at] = Token("number", token.text[1:])
            return [Token("number", token.text[0])]
        return [token]

    # -- statements -------------------------------------------------------------------------------
    def formula(self) -> Formula:
        out = Formula()
        while self.peek().kind != "end of formula":
            token = self.peek()
            if token.kind == "gap" or (token.kind == "sign" and token.text in {",", ".", ";", ":"}):
                self.next()
                continue
            if token.text in _RELATIONS and out.chains:  # "a = b,  = c" over two rows
                last = out.chains.pop()
                out.chains.append(self.chain(last))
                continue
            chain = self.chain(None)
            bound = self.bound(chain)
            if bound is None:
                out.chains.append(chain)
            else:
                out.ranges.append(bound)
        return out

    def chain(self, begun: Chain | None) -> Chain:
        sides = list(begun.sides) if begun else [self.expression()]
        relations = list(begun.relations) if begun else []
        while self.peek().text in _RELATIONS:
            relations.append(_RELATIONS[self.next().text])
            sides.append(self.space() if relations[-1] == "in" else self.expression())
        if not self.ends_statement():
            raise UnreadableError(f"unexpected {self.peek().text!r}")
        return Chain(tuple(sides), tuple(relations))

    def ends_statement(self) -> bool:
        token = self.peek()
        return token.kind in {"end of formula", "gap"} or token.text in {",", ".", ";", ":"}

    def space(self) -> Node:
        r"""Read ``\mathbb R^{4\times 3}`` after ``\in``."""
        if not (self.next().text == r"\mathbb" and [t.text for t in self.argument()] == ["R"]):
            raise UnreadableError(r"after \in only \mathbb R^{…} is read")
        if not self.sees("^"):
            return Node("space")
        self.next()
        return Node("space", *self.dimensions(self.argument()))

    def dimensions(self, stream: list[Token]) -> list[Node]:
        r"""Read ``2\times 4``."""
        inner = self.sub_parser(stream)
        out = [inner.primary()]
        while inner.sees(r"\times", "+", "-"):
            operator = inner.next().text
            right = inner.primary()
            if operator == r"\times":
                out.append(right)
            else:
                out[-1] = Node("add" if operator == "+" else "sub", out[-1], right)
        if inner.at < len(stream):
            raise UnreadableError("a shape is written rows \\times columns")
        return out

    def bound(self, chain: Chain) -> Node | None:
        r"""Recognise ``i=1``, ``i=1,2`` and ``i=1,\dots,4``."""
        if chain.relations != ("=",):
            return None
        variable, first = chain.sides
        if variable.op != "sym" or len(variable.args) > 3 or variable.args[0] not in _INDEX_LETTERS:
            return None
        name = str(variable.args[0])
        start = self.at
        if self.sees(",") and self.peek(1).text in _DOTS:
            self.at += 2
            if self.sees(","):
                self.next()
            return Node("span", name, first, self.expression())
        values = [first]
        while self.sees(",") and self.peek(1).kind == "number":
            self.next()
            if self.peek(1).text == "," and self.peek(2).text in _DOTS:  # 1, 2, …, 4
                self.at += 3
                if self.sees(","):
                    self.next()
                return Node("span", name, first, self.expression())
            values.append(self.expression())
            start = self.at
        self.at = start
        return Node("range", name, *values)

    # -- expressions ------------------------------------------------------------------------------
    def expression(self) -> Node:
        if self.sees("+"):
            self.next()
        if self.sees("-"):
            self.next()
            left = Node("neg", self.term())
        else:
            left = self.term()
        while self.sees("+", "-"):
            operator = "add" if self.next().text == "+" else "sub"
            if self.peek().text in _DOTS:
                left = self.filled_in(left, operator)
            else:
                left = Node(operator, left, self.term())
        return left

    def filled_in(self, left: Node, operator: str) -> Node:
        r"""``a_1 + a_2 + \cdots + a_n`` as a sum over the place in which the ends differ."""
        self.next()
        if operator != "add" or not self.sees("+"):
            raise UnreadableError("dots are read between plus signs only")
        self.next()
        last = self.term()
        terms: list[Node] = []
        while left.op == "add":
            terms.insert(0, left.children[1])
            left = left.children[0]
        terms.insert(0, left)
        return Node("ellipsis", *terms, last)

    def term(self) -> Node:
        left, factors = self.product()
        while self.sees(r"\odot"):
            self.next()
            right, more = self.product()
            if factors > 1 or more > 1:
                raise UnreadableError(r"\odot beside a product needs parentheses")
            left = Node("odot", left, right)
        return left

    def product(self) -> tuple[Node, int]:
        left, factors = self.primary(), 1
        while True:
            if self.sees(r"\cdot", r"\times", "*"):
                self.next()
                left, factors = Node("mul", left, self.signed_primary()), factors + 1
            elif self.sees("/"):
                self.next()
                left = Node("div", left, self.primary())
                if self.starts_factor():
                    raise UnreadableError("a factor after a slash fraction needs parentheses")
                factors += 1
            elif self.starts_factor():
                left, factors = Node("mul", left, self.primary()), factors + 1
            else:
                return left, factors

    def signed_primary(self) -> Node:
        if self.sees("-"):
            self.next()
            return Node("neg", self.primary())
        return self.primary()

    def starts_factor(self) -> bool:
        kind, text = self.peek()
        if kind in {"letter", "number", "name", "begin"}:
            return True
        if kind == "command":
            if text in {r"\|", r"\rVert", r"\rvert"}:
                return bool(text == r"\|" and not (self.bars and self.bars[-1] == r"\|"))
            return text not in _RELATIONS and text not in {
                r"\odot",
                r"\cdot",
                r"\times",
                r"\rangle",
                r"\}",
                *_DOTS,
            }
        if kind == "sign":
            return text in {"(", "[", "{"} or (
                text == "|" and not (self.bars and self.bars[-1] == "|")
            )
        return False

    def primary(self) -> Node:
        return self.postfix(self.atom())

    def atom(self) -> Node:
        token = self.next()
        kind, text = token
        if kind == "number":
            return num(text)
        if kind == "sign" and text in {"(", "["}:
            return self.parenthesis({"(": ")", "[": "]"}[text])
        if kind == "command" and text == r"\{":
            return self.parenthesis(r"\}")
        if kind == "sign" and text == "{":
            self.at -= 1
            return self.parse_all(self.argument())
        if kind == "sign" and text == "|":
            return self.between_bars("|", "|", "abs")
        if kind == "letter":
            if text == "d" and self.differential():
                return Node("diff", self.primary_symbol())
            if text in {"o", "O"} and self.sees("("):
                self.next()
                return Node("order", text, self.parenthesis(")"))
            return self.symbol(text)
        if kind == "name":
            if text == "d" and self.differential():
                return Node("diff", self.primary_symbol())
            return self.named(text)
        if kind == "begin":
            return self.environment(text)
        if kind == "command":
            return self.command(text)
        raise UnreadableError(f"unexpected {text!r}")

    def command(self, text: str) -> Node:
        bare = text[1:]
        if bare in _GREEK:
            if bare == "Delta" and self.peek().kind == "letter":
                return self.symbol(r"\Delta " + self.next().text)
            return self.symbol(text)
        if bare in _ACCENTS:
            inside = self.argument()
            if len(inside) != 1:
                raise UnreadableError(f"{text} is read over one letter only")
            return self.symbol(f"{'bar' if bare == 'overline' else bare} {inside[0].text}")
        if bare in _NAMED:
            return self.named(bare)
        match text:
            case r"\frac":
                return self.fraction()
            case r"\sqrt":
                return Node("fn", "sqrt", self.parse_all(self.argument()))
            case r"\sum":
                return self.summation()
            case r"\nabla":
                return self.gradient()
            case r"\partial":
                return self.slashed_partial()
            case r"\lVert":
                return self.between_bars(text, r"\rVert", "norm")
            case r"\lvert":
                return self.between_bars(text, r"\rvert", "abs")
            case r"\|":
                return self.between_bars(text, text, "norm")
            case r"\langle":
                left = self.expression()
                self.expect(",")
                right = self.expression()
                self.expect(r"\rangle")
                return Node("inner", left, right)
            case r"\underset":
                return self.with_shape(self.argument(), self.argument())
            case r"\underbrace":
                inside = self.argument()
                note: list[Token] = []
                if self.sees("_"):
                    self.next()
                    note = self.argument()
                return self.with_shape(note, inside)
            case r"\boxed" | r"\mathbf" | r"\boldsymbol":
                return self.parse_all(self.argument())
        raise UnreadableError(f"{text} is not in the book's subset")

    def with_shape(self, note: list[Token], inside: list[Token]) -> Node:
        expression = self.parse_all(inside)
        if not note or all(t.kind == "text" for t in note):
            return expression
        if any(t.text == r"\times" for t in note):
            rows, columns = self.dimensions(note)
            return Node("shape", expression, rows, columns)
        if len(note) == 1 and note[0].text == "1":
            return Node("shape", expression, num(1), num(1))
        return Node("named", expression, self.parse_all(note))

    def parenthesis(self, closing: str) -> Node:
        self.bars.append(closing)
        entries = [self.expression()]
        while self.sees(","):
            self.next()
            entries.append(
                Node("dots", self.next().text) if self.peek().text in _DOTS else self.expression()
            )
        self.expect(closing)
        self.bars.pop()
        return entries[0] if len(entries) == 1 else Node("matrix", Node("row", *entries))

    def between_bars(self, opening: str, closing: str, op: str) -> Node:
        self.bars.append(opening)
        inside = self.expression()
        self.expect(closing)
        self.bars.pop()
        return Node(op, inside)

    def fraction(self) -> Node:
        top, bottom = self.argument(), self.argument()
        if (
            top
            and top[0].text in {r"\partial", "d"}
            and bottom[:1]
            and bottom[0].text == top[0].text
        ):
            below = self.sub_parser(bottom[1:])
            variable = below.primary()
            if below.at < len(bottom) - 1:
                raise UnreadableError("only first derivatives are read")
            if len(top) > 1:
                return Node("partial", self.parse_all(top[1:]), variable)
            if self.sees("(", "["):
                return Node("partial", self.primary(), variable)
            return Node("partial", self.product()[0], variable)
        return Node("div", self.parse_all(top), self.parse_all(bottom))

    def slashed_partial(self) -> Node:
        top = self.primary()
        self.expect("/")
        self.expect(r"\partial")
        return Node("partial", top, self.primary())

    def gradient(self) -> Node:
        variable = None
        if self.sees("_"):
            self.next()
            variable = self.parse_all(self.argument())
        return Node("grad", variable, self.primary())

    def summation(self) -> Node:
        low = high = None
        names: list[str] = []
        while self.sees("_", "^"):
            if self.next().text == "_":
                inside = self.sub_parser(self.argument())
                names.append(inside.next().text)
                while inside.sees(","):
                    inside.next()
                    names.append(inside.next().text)
                if inside.sees("="):
                    inside.next()
                    low = inside.expression()
                if inside.peek().kind != "end of formula":
                    raise UnreadableError("the range of a sum")
            else:
                high = self.parse_all(self.argument())
        if not names or (low is None) != (high is None):
            raise UnreadableError("a sum needs its variable, and both bounds or none")
        body = self.product()[0]
        for name in reversed(names):
            body = Node("sum", name, low, high, body)
        return body

    def differential(self) -> bool:
        kind, text = self.peek()
        return kind == "letter" or (kind == "command" and text[1:] in _GREEK | _ACCENTS)

    def primary_symbol(self) -> Node:
        token = self.next()
        return self.symbol(token.text) if token.kind == "letter" else self.command(token.text)

    def named(self, name: str) -> Node:
        if name == "i":
            return sym("imaginary unit")
        power = None
        if self.sees("^"):
            self.next()
            power = self.parse_all(self.argument())
        prime = ""
        while self.sees("'"):
            self.next()
            prime += "'"
        if name in {"max", "min", "diag", "Im", "Re", "vec", "sigmoid"} or self.starts_factor():
            self_argument = self.primary()
            node = Node("fn", name + prime, self_argument)
            return Node("pow", node, power) if power is not None else node
        raise UnreadableError(f"{name} without an argument")

    def symbol(self, name: str) -> Node:
        """A letter with everything that hangs on it: layer, sample, indices, prime, argument."""
        layer = sample = None
        index: list[Node] = []
        prime = ""
        after: list[tuple[str, Node | None]] = []
        while self.sees("^", "_", "'"):
            mark = self.next().text
            if mark == "'":
                prime += "'"
            elif mark == "_":
                if index:
                    raise UnreadableError("two subscripts")
                index = self.indices(self.argument())
            else:
                stream = self.argument()
                if stream and stream[0].text == "(":
                    depth = [t.text for t in stream].index(")")
                    layer = self.parse_all(stream[1:depth])
                    stream = stream[depth + 1 :]
                    if not stream:
                        continue
                if stream and stream[0].text == "[":
                    sample = self.parse_all(stream[1:-1])
                elif [t.text for t in stream] in ([r"\top"], ["T"]):
                    after.append(("T", None))
                elif all(t.text == "'" for t in stream):
                    prime += "'" * len(stream)
                else:
                    after.append(("pow", self.parse_all(stream)))
        if name == "e" and not index and layer is None and after and after[0][0] == "pow":
            return Node("fn", "exp", after[0][1])
        if name in self.functions and self.sees("(") and not index:
            self.next()
            arguments = [self.expression()]
            while self.sees(","):
                self.next()
                arguments.append(self.expression())
            self.expect(")")
            node = Node("call", name, prime, layer, *arguments)
        else:
            if prime:
                name += prime
            node = sym(name, layer, sample, *index)
        for op, exponent in after:
            node = Node("T", node) if op == "T" else Node("pow", node, exponent)
        return node

    def indices(self, stream: list[Token]) -> list[Node]:
        """Subscripts: letters and digits one by one, or expressions separated by commas."""
        if any(t.text in {"+", "-"} for t in stream) or any(t.text == "," for t in stream):
            inner = self.sub_parser(stream)
            out = [inner.expression()]
            while inner.sees(","):
                inner.next()
                out.append(inner.expression())
            if inner.at < len(stream):
                raise UnreadableError("a subscript")
            return out
        out = []
        at = 0
        while at < len(stream):
            kind, text = stream[at]
            if kind == "number":
                out.extend(num(digit) for digit in text)
            elif kind == "letter" or (kind == "command" and text[1:] in _GREEK):
                if at + 1 < len(stream) and stream[at + 1].text == "_":  # s_\tau
                    inner = self.sub_parser(stream[at:])
                    out.append(inner.primary())
                    at += inner.at
                    continue
                out.append(sym(text))
            elif kind in {"text", "name"}:
                out.append(sym(text))
            else:
                raise UnreadableError(f"subscript {text!r}")
            at += 1
        return out

    def postfix(self, node: Node) -> Node:
        while self.sees("^", "_"):
            if self.next().text == "_":
                node = Node("index", node, *self.indices(self.argument()))
                continue
            stream = self.argument()
            if [t.text for t in stream] in ([r"\top"], ["T"]):
                node = Node("T", node)
            else:
                node = Node("pow", node, self.parse_all(stream))
        return node

    # -- environments -----------------------------------------------------------------------------
    def environment(self, name: str) -> Node:
        rows: list[list[list[Token]]] = [[[]]]
        depth = 0
        while True:
            token = self.next()
            if token.kind == "end of formula":
                raise UnreadableError(f"\\begin{{{name}}} is not closed")
            if token.kind == "begin":
                depth += 1
            elif token.kind == "end":
                if depth == 0:
                    break
                depth -= 1
            if depth == 0 and token.kind == "row":
                rows.append([[]])
            elif depth == 0 and token.kind == "sign" and token.text == "&":
                rows[-1].append([])
            else:
                rows[-1][-1].append(token)
        if rows[-1] == [[]]:
            rows.pop()
        if name in _MATRICES:
            return Node("matrix", *(Node("row", *map(self.entry, row)) for row in rows))
        if name == "cases":
            return Node("cases", *map(self.case, rows))
        raise UnreadableError(f"\\begin{{{name}}}")

    def entry(self, stream: list[Token]) -> Node:
        stream = [t for t in stream if t.kind != "gap"]
        if len(stream) == 1 and stream[0].text in _DOTS:
            return Node("dots", stream[0].text)
        return self.parse_all(stream)

    def case(self, row: list[list[Token]]) -> Node:
        value = [t for t in row[0] if t.kind != "gap"]
        while value and value[-1].text in {",", "."}:
            value.pop()
        condition: list[Token] = []
        for token in (t for cell in row[1:] for t in cell):
            if token.kind == "text":
                for inline in re.findall(r"\$(.*?)\$", token.text):
                    condition.extend(tokens(inline))
            elif token.kind != "gap":
                condition.append(token)
        while condition and condition[-1].text in {",", "."}:
            condition.pop()
        node = self.parse_all(value)
        if not condition:
            return Node("case", node)
        inner = self.sub_parser(condition)
        left = inner.expression()
        relation = _RELATIONS.get(inner.next().text)
        values = [inner.expression()]
        while inner.sees(",") or inner.peek().text == "or":
            inner.next()
            values.append(inner.expression())
        if relation not in {"=", "ne", "lt", "gt", "le", "ge"} or inner.at < len(condition):
            raise UnreadableError("the condition of a case")
        return Node("case", node, *(Node("when", relation, left, v) for v in values))
