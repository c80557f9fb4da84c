import builtins
import sys
import types

import numpy as np

import backprop as bp

EXPECTED = '''def relu_derivative_from_output(x: ArrayLike) -> Array:
    """Return relu's derivative from its output: 1 where `x` is positive, else 0."""
    x = as_array("x", x)
    return (x.real > 0).astype(x.dtype)'''


def test_source_keeps_the_first_line_of_the_docstring():
    assert bp.source(bp.activations.relu_derivative_from_output) == EXPECTED


def test_source_with_the_docstring():
    text = bp.source(bp.activations.relu_derivative_from_output, docstring=True)
    assert "The comparison must be strict" in text
    assert text.endswith("return (x.real > 0).astype(x.dtype)")


def test_methods_are_moved_to_the_margin():
    text = bp.source(bp.Network.backward)
    assert text.startswith("def backward(\n    self,\n")
    assert (
        '    r"""Compute the gradients of the loss, from the last layer to the first."""\n' in text
    )
    assert "Parameters" not in text


def test_classes_and_modules_keep_their_first_lines():
    text = bp.source(bp.losses.SquaredError)
    assert text.count('"""') == 2 * 5
    assert "Parameters" not in text
    compile(bp.source(bp.losses), "losses.py", "exec")


def test_everything_shown_still_compiles():
    for module in (bp.activations, bp.lemmas, bp.example, bp.autodiff):
        compile(bp.source(module), module.__name__, "exec")


def test_source_of_a_function_without_docstring():
    def plain(x):
        return x + 1

    assert bp.source(plain) == "def plain(x):\n    return x + 1"


def test_show_source_prints_outside_a_notebook(capsys):
    bp.show_source(bp.activations.relu_derivative_from_output)
    assert capsys.readouterr().out == EXPECTED + "\n"


def test_show_source_displays_markdown_in_a_notebook(monkeypatch, capsys):
    shown = []
    getipython = types.ModuleType("IPython.core.getipython")
    getipython.get_ipython = lambda: object()
    display = types.ModuleType("IPython.display")
    display.display = lambda bundle, raw: shown.append((bundle, raw))
    monkeypatch.setitem(sys.modules, "IPython.core.getipython", getipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    bp.show_source(bp.activations.relu_derivative_from_output)
    assert capsys.readouterr().out == ""
    [(bundle, raw)] = shown
    assert raw
    assert bundle == {"text/markdown": f"```python\n{EXPECTED}\n```", "text/plain": EXPECTED}


def test_show_source_works_without_ipython(monkeypatch, capsys):
    real = builtins.__import__

    def without(name, *arguments, **keywords):
        if name.startswith("IPython"):
            raise ImportError(name)
        return real(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", without)
    bp.show_source(bp.activations.relu_derivative_from_output)
    assert capsys.readouterr().out == EXPECTED + "\n"


def test_network_fits_on_a_screen():
    # Chapter 5 shows these beside the derivation.
    for function in (bp.Network.forward, bp.Network.backward):
        assert len(bp.source(function).splitlines()) <= 30
    assert "np.dot" in bp.source(bp.Network.forward)
    assert np.dot is not None
