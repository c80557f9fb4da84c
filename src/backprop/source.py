"""Show the package's own source in a notebook, so that a chapter never holds a pasted copy."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def source(obj: Any, docstring: bool = False) -> str:
    """Return the source of a function, class, method or module.

    Parameters
    ----------
    obj : function, class, method or module
        What to show.
    docstring : bool
        Whether to keep the docstrings whole; otherwise only their first lines are kept.

    Returns
    -------
    str
        The source, indented to the left margin.

    Examples
    --------
    >>> import backprop as bp
    >>> print(bp.source(bp.activations.softplus_derivative))
    def softplus_derivative(u: ArrayLike) -> Array:
        \"\"\"Return the derivative of softplus, which is the sigmoid.\"\"\"
        return sigmoid(u)
    """
    text = textwrap.dedent(inspect.getsource(obj))
    return (text if docstring else _shorten(text)).rstrip()


def show_source(obj: Any, docstring: bool = False) -> None:
    """Display the source of a function, class, method or module, highlighted, in a notebook.

    Outside a notebook the source is printed.

    Parameters
    ----------
    obj : function, class, method or module
        What to show.
    docstring : bool
        Whether to keep the docstrings whole; otherwise only their first lines are kept.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.show_source(bp.activations.softplus_derivative)
    def softplus_derivative(u: ArrayLike) -> Array:
        \"\"\"Return the derivative of softplus, which is the sigmoid.\"\"\"
        return sigmoid(u)
    """
    text = source(obj, docstring)
    try:
        from IPython.core.getipython import get_ipython
        from IPython.display import display
    except ImportError:
        print(text)
        return
    if get_ipython() is None:
        print(text)
        return
    bundle = {"text/markdown": f"```python\n{text}\n```", "text/plain": text}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]


def _shorten(text: str) -> str:
    """Keep only the first line of every docstring."""
    lines = text.splitlines()
    strings = [
        node.body[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node)
    ]
    # From the bottom up, so that the line numbers still to be used stay right.
    for string in sorted(strings, key=lambda string: string.lineno, reverse=True):
        first, last = string.lineno - 1, string.end_lineno
        if last != string.lineno:
            lines[first:last] = [lines[first].rstrip() + '"""']
    return "\n".join(lines)
