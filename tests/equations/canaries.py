r"""Wrong equations that the ledger must catch, each a mistake somebody has printed.

They go the same way as the book's displays: parsed, evaluated, compared. One that passes fails the
ledger. The first entry of each group is the right formula, which must pass: a checker that refuses
everything would catch every canary too.
"""

from __future__ import annotations

from typing import NamedTuple

from .claims import ANY, MakeWorlds, networks, worked_example

FREE = networks(ANY, ANY, ANY)
BOOK = networks(ANY, ANY, 2)
EXACT = networks(3, 4, 2)


class Canary(NamedTuple):
    """A formula, and whether it is right."""

    what: str
    latex: str
    worlds: MakeWorlds = FREE
    right: bool = False
    shown: bool = False
    """Its message is printed on the ledger's page."""


_ELEMENT = r"\frac{\partial L}{\partial w^{(2)}_{ij}}="
_MATRIX = r"\nabla_{W^{(2)}}L="
_HIDDEN = r"\nabla_{W^{(1)}}L="

CANARIES = [
    Canary("output weight", _ELEMENT + r"(x^{(2)}_i-y_i)\,f'(u^{(2)}_i)\,x^{(1)}_j", right=True),
    Canary("label minus output", _ELEMENT + r"(y_i-x^{(2)}_i)\,f'(u^{(2)}_i)\,x^{(1)}_j"),
    Canary("f for f′", _ELEMENT + r"(x^{(2)}_i-y_i)\,f(u^{(2)}_i)\,x^{(1)}_j"),
    Canary("f′ of the output", _ELEMENT + r"(x^{(2)}_i-y_i)\,f'(x^{(2)}_i)\,x^{(1)}_j"),
    Canary("f′ forgotten", _ELEMENT + r"(x^{(2)}_i-y_i)\,x^{(1)}_j"),
    Canary("½ forgotten", _ELEMENT + r"2(x^{(2)}_i-y_i)\,f'(u^{(2)}_i)\,x^{(1)}_j"),
    Canary("indices exchanged", _ELEMENT + r"(x^{(2)}_j-y_j)\,f'(u^{(2)}_j)\,x^{(1)}_i"),
    Canary("input of another layer", _ELEMENT + r"(x^{(2)}_i-y_i)\,f'(u^{(2)}_i)\,x^{(0)}_j"),
    Canary("pre-activation as input", _ELEMENT + r"(x^{(2)}_i-y_i)\,f'(u^{(2)}_i)\,u^{(1)}_j"),
    Canary(
        "output weights",
        _MATRIX + r"\big((x^{(2)}-y)\odot f'(u^{(2)})\big)\,\big(x^{(1)}\big)^\top",
        right=True,
    ),
    Canary(
        "outer product the wrong way round",
        _MATRIX + r"x^{(1)}\,\big((x^{(2)}-y)\odot f'(u^{(2)})\big)^\top",
    ),
    Canary("transpose forgotten", _MATRIX + r"\big((x^{(2)}-y)\odot f'(u^{(2)})\big)\,x^{(1)}"),
    Canary("product for ⊙", _MATRIX + r"\big((x^{(2)}-y) f'(u^{(2)})\big)\,\big(x^{(1)}\big)^\top"),
    Canary(
        "hidden weights",
        _HIDDEN + r"\Big(\big((W^{(2)})^\top((x^{(2)}-y)\odot f'(u^{(2)}))\big)"
        r"\odot f'(u^{(1)})\Big)x^\top",
        right=True,
    ),
    Canary(
        "W for its transpose",
        _HIDDEN + r"\Big(\big(W^{(2)}((x^{(2)}-y)\odot f'(u^{(2)}))\big)"
        r"\odot f'(u^{(1)})\Big)x^\top",
    ),
    Canary(
        "weights of the wrong layer",
        _HIDDEN + r"\Big(\big((W^{(1)})^\top((x^{(2)}-y)\odot f'(u^{(2)}))\big)"
        r"\odot f'(u^{(1)})\Big)x^\top",
    ),
    Canary(
        "hidden f′ lost", _HIDDEN + r"\big((W^{(2)})^\top((x^{(2)}-y)\odot f'(u^{(2)}))\big)x^\top"
    ),
    Canary(
        "sum over outputs",
        r"\frac{\partial L}{\partial x^{(1)}_i}=\sum_{k=1}^{2}(x^{(2)}_k-y_k)"
        r"f'(u^{(2)}_k)w^{(2)}_{ki}",
        BOOK,
        right=True,
    ),
    Canary(
        "one path only",
        r"\frac{\partial L}{\partial x^{(1)}_i}=(x^{(2)}_1-y_1)f'(u^{(2)}_1)w^{(2)}_{1i}",
        BOOK,
        shown=True,
    ),
    Canary(
        "sum stops early",
        r"\frac{\partial L}{\partial x^{(1)}_i}=\sum_{k=1}^{1}(x^{(2)}_k-y_k)"
        r"f'(u^{(2)}_k)w^{(2)}_{ki}",
        BOOK,
    ),
    Canary(
        "row for column in the sum",
        r"\frac{\partial L}{\partial x^{(1)}_i}=\sum_{k=1}^{2}"
        r"(x^{(2)}_k-y_k)f'(u^{(2)}_k)w^{(2)}_{ik}",
        networks(2, 2, 2),
    ),
    Canary(
        "cases",
        r"\frac{\partial u^{(1)}_k}{\partial w^{(1)}_{ij}}=\begin{cases}x_j&\text{if }k=i\\"
        r"0&\text{if }k\ne i\end{cases}",
        right=True,
    ),
    Canary(
        "cases exchanged",
        r"\frac{\partial u^{(1)}_k}{\partial w^{(1)}_{ij}}="
        r"\begin{cases}0&\text{if }k=i\\x_j&\text{if }k\ne i\end{cases}",
    ),
    Canary(
        "derivation",
        r"\begin{aligned}\frac{\partial L}{\partial b^{(2)}_i}&="
        r"\frac{\partial L}{\partial u^{(2)}_i}\frac{\partial u^{(2)}_i}{\partial b^{(2)}_i}\\"
        r"&=(f(u^{(2)}_i)-y_i)f'(u^{(2)}_i)\end{aligned}",
        right=True,
    ),
    Canary(
        "wrong middle line",
        r"\begin{aligned}\frac{\partial L}{\partial b^{(2)}_i}&="
        r"\frac{\partial L}{\partial u^{(2)}_i}\frac{\partial u^{(2)}_i}{\partial x^{(1)}_i}\\"
        r"&=(f(u^{(2)}_i)-y_i)f'(u^{(2)}_i)\end{aligned}",
    ),
    Canary(
        "shapes",
        r"\underset{2\times4}{\nabla_{W^{(2)}}L}=\underset{2\times1}{\delta^{(2)}}\,"
        r"\underset{1\times4}{\big(x^{(1)}\big)^\top}",
        EXACT,
        right=True,
    ),
    Canary(
        "shape printed wrong",
        r"\underset{2\times4}{\nabla_{W^{(2)}}L}="
        r"\underset{1\times2}{\delta^{(2)}}\,\underset{1\times4}{\big(x^{(1)}\big)^\top}",
        EXACT,
    ),
    Canary("range", r"u^{(1)}_i=w^{(1)}_i x+b^{(1)}_i,\qquad i=1,\dots,4", EXACT, right=True),
    Canary("range too short", r"u^{(1)}_i=w^{(1)}_i x+b^{(1)}_i,\qquad i=1,\dots,3", EXACT),
    Canary("bias forgotten", r"u^{(1)}_i=w^{(1)}_i x"),
    Canary("differential", r"dL=\langle\nabla_x L,dx\rangle", right=True),
    Canary(
        "differential of another variable",
        r"dL=\langle\nabla_{b^{(1)}} L,dx\rangle",
        networks(3, 3, 2),
    ),
    Canary("mean", r"\nabla_{W^{(1)}}\bar L=\frac1m\sum_{s=1}^m\nabla_{W^{(1)}}L_s", right=True),
    Canary("sum for mean", r"\nabla_{W^{(1)}}\bar L=\sum_{s=1}^m\nabla_{W^{(1)}}L_s"),
    Canary("worked number", r"x^{(2)}_1-y_1=0.66-1", worked_example),
]
