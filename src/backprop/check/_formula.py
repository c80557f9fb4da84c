"""Read a formula that a learner typed, and compute it: names, numbers, a few functions, no more.

The text goes through Python's own parser and never through `eval`: what is not on the list below
is refused in one sentence.
"""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from collections.abc import Callable, Collection, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from backprop.check._exercise import listed

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "diag": np.diag,
    "dot": np.dot,
    "exp": np.exp,
    "log": np.log,
    "outer": np.outer,
    "sqrt": np.sqrt,
    "sum": np.sum,
    "tanh": np.tanh,
    "transpose": np.transpose,
}
"""What every formula may call, with or without ``np.`` in front."""

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.true_divide,
    ast.Pow: np.power,
    ast.MatMult: np.matmul,
}

_READS_AS = str.maketrans(
    {"−": "-", "–": "-", "·": "*", "⋅": "*", "×": "*", "²": "**2", "½": "(1/2)"}
)
_LONGEST = 400
_KEYWORDS = set(keyword.kwlist)


class FormulaError(Exception):
    """A text that is no formula; `key` says why to programs, the message to the learner."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


class Formula:
    """A formula in some names, ready to be computed.

    Parameters
    ----------
    text : str
        What the learner typed.
    names : collection of str
        What the formula may contain.
    callables : collection of str
        Those of the names that are functions, such as ``f`` and ``df``.
    """

    def __init__(self, text: str, names: Collection[str], callables: Collection[str] = ()) -> None:
        self.names = tuple(names)
        self.callables = tuple(callables)
        self._tree = self._parse(text)
        self._check(self._tree)

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """Return the value of the formula, given that of every name."""
        return self._compute(self._tree, values)

    # -- reading -----------------------------------------------------------------------------------

    def _parse(self, text: str) -> ast.expr:
        text = " ".join(text.translate(_READS_AS).split())
        if not text:
            raise FormulaError("empty", "The text is empty; type a formula between the quotes.")
        if len(text) > _LONGEST:
            raise FormulaError("long", "That is too long for a formula; there is a short one.")
        self._complain(text)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                return ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise FormulaError(
                "syntax",
                f"`{_shown(text)}` cannot be read as a formula: {self._suspect(text)}",
            ) from None

    def _complain(self, text: str) -> None:
        """Refuse what is common and what Python's parser would say unkindly or not at all."""
        primed = re.search("(?<!['\"])\\b(\\w+)\\s*(?:['\u2032\u2019]|\\^\\s*\\{?\\\\prime)", text)
        if primed:
            name = primed[1]
            typed = f"d{name}"
            how = (
                f"the derivative of `{name}` is typed `{typed}`, as in `{typed}(u)`."
                if typed in self.names
                else f"these names are there: {self._offered}."
            )
            raise FormulaError("prime", f"A prime cannot be typed here; {how}")
        if "\\" in text or "{" in text:
            raise FormulaError(
                "latex",
                "That looks like LaTeX; type it as you would in Python, as in `a * (b - c)`.",
            )
        depth = 0
        for sign in text:
            depth += (sign == "(") - (sign == ")")
            if depth < 0:
                raise FormulaError(
                    "parentheses", f"In `{_shown(text)}` a parenthesis closes that never opened."
                )
        if depth:
            raise FormulaError(
                "parentheses", f"In `{_shown(text)}` a parenthesis opens and never closes."
            )
        if re.search(r"(?<![=<>!])=(?!=)", text):
            raise FormulaError(
                "equation", "Give what stands to the right of the equals sign alone, without `=`."
            )
        tokens = re.findall(r"\d+\.?\d*(?:e[-+]?\d+)?|\.\d+|\w+|\S", text)
        for left, right in pairwise(tokens):
            ends = left == ")" or left[-1].isalnum()
            begins = right == "(" or right[0].isalnum()
            called = right == "(" and left[0].isalpha()  # judged when the formula is checked
            if ends and begins and not called and not {left, right} & _KEYWORDS:
                raise FormulaError(
                    "times",
                    f"A sign is missing between `{left}` and `{right}`: a product is typed with "
                    "`*`.",
                )

    def _suspect(self, text: str) -> str:
        if text.endswith(tuple("+-*/@(,")):
            return "it ends in the middle."
        return "look for a sign too many or one missing."

    @property
    def _offered(self) -> str:
        return listed([f"`{name}`" for name in self.names])

    @property
    def _for_matrices(self) -> str:
        """Name what else may be typed where some of the names are matrices: they are capitals."""
        return ", `.T`, `diag(…)`" if any(name.isupper() for name in self.names) else ""

    def _check(self, node: ast.AST) -> None:
        """Refuse every node that is not on the list."""
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.BitXor):
                raise FormulaError(
                    "caret", "`^` is not a power in Python; a power is typed `**`, as in `x**2`."
                )
            if type(node.op) in _BINARY:
                self._check(node.left)
                self._check(node.right)
                return
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
            return self._check(node.operand)
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return
        elif isinstance(node, ast.Name):
            return self._check_name(node.id)
        elif isinstance(node, ast.Attribute) and node.attr == "T":
            return self._check(node.value)
        elif isinstance(node, ast.Subscript) and _whole(node.slice):
            return self._check(node.value)
        elif isinstance(node, ast.Call) and not node.keywords:
            self._check_called(node.func)
            for one in node.args:
                self._check(one)
            return
        raise FormulaError(
            "forbidden",
            f"`{_shown(ast.unparse(node))}` has no place in a formula here: use the names "
            f"{self._offered}, numbers, `+ - * / ** @`{self._for_matrices} and parentheses.",
        )

    def _check_name(self, name: str) -> None:
        if name in self.callables:
            raise FormulaError("bare-function", f"`{name}` is a function: of what? `{name}(…)`.")
        if name in FUNCTIONS and name not in self.names:
            raise FormulaError("bare-function", f"`{name}` is a function: of what? `{name}(…)`.")
        if name not in self.names:
            nearly = [known for known in self.names if known.lower() == name.lower()]
            remark = f" Do you mean `{nearly[0]}`?" if nearly else ""
            if not nearly and re.fullmatch(r"d[A-Za-z]\w*", name):
                remark = " If you mean a derivative, put in what it is."
            raise FormulaError(
                "unknown-name",
                f"`{name}` is not a name of this task; these are: {self._offered}.{remark}",
            )

    def _check_called(self, node: ast.expr) -> None:
        name = _called(node)
        if isinstance(node, ast.Attribute) and name is None:
            name = ast.unparse(node)
        if name is None:
            raise FormulaError(
                "times",
                f"Between `{_shown(ast.unparse(node))}` and the parenthesis a sign is missing: a "
                "product is typed with `*`.",
            )
        if name in self.callables or (name in FUNCTIONS and name not in self.names):
            return
        if name in self.names:
            raise FormulaError(
                "times",
                f"`{name}` is not a function here; if you mean a product, type `{name} * (…)`.",
            )
        raise FormulaError(
            "unknown-name",
            f"`{name}` is not a function of this task; these names are there: {self._offered}.",
        )

    # -- computing ---------------------------------------------------------------------------------

    def _compute(self, node: ast.expr, values: Mapping[str, Any]) -> Any:
        if isinstance(node, ast.BinOp):
            left, right = self._compute(node.left, values), self._compute(node.right, values)
            return _BINARY[type(node.op)](left, right)
        if isinstance(node, ast.UnaryOp):
            value = self._compute(node.operand, values)
            return -value if isinstance(node.op, ast.USub) else value
        if isinstance(node, ast.Constant):
            # As a float: no power of it takes for ever.
            return np.float64(node.value)  # type: ignore[arg-type]
        if isinstance(node, ast.Name):
            return values[node.id]
        if isinstance(node, ast.Attribute):
            return np.transpose(self._compute(node.value, values))
        if isinstance(node, ast.Subscript):
            return np.asarray(self._compute(node.value, values))[ast.literal_eval(node.slice)]
        assert isinstance(node, ast.Call)
        name = _called(node.func) or ""
        function = values[name] if name in self.callables else FUNCTIONS[name]
        return function(*(self._compute(one, values) for one in node.args))


def _called(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr if node.value.id in ("np", "numpy", "math") else None
    return None


def _whole(node: ast.expr) -> bool:
    """Return whether an index is made of whole numbers only."""
    try:
        index = ast.literal_eval(node)
    except (ValueError, SyntaxError):
        return False
    return all(type(one) is int for one in (index if isinstance(index, tuple) else (index,)))


def _shown(text: str) -> str:
    text = text.replace("`", "'")
    return text if len(text) <= 60 else text[:59] + "\N{HORIZONTAL ELLIPSIS}"
