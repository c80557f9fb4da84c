"""The still picture of a ChainTracer: the network, the paths of one weight, their factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._still import (
    HEIGHT,
    LEAF_H,
    MUTE,
    NODE_H,
    NODE_W,
    OUTSIDE,
    REST,
    SCALE,
    WIDTH,
    _Board,
    _text,
)

if TYPE_CHECKING:
    from .chaintracer import ChainTracer

ROW = 52


def chain_picture(widget: ChainTracer) -> bytes:
    """Draw the network of a ChainTracer with its chains at the present step; return the PNG."""
    net, gradients, passed = widget.network, widget.gradients, widget.forward
    layer, i, j = widget._selection
    terms = widget.terms
    told = widget.step >= 1
    rows = len(terms) + 1 if told else 0
    board = _Board(HEIGHT + 12 + ROW * rows)
    columns: tuple[float, ...] = (1, 240, 479, WIDTH - 1 - NODE_W)
    for x, words in zip(columns, ("input", "hidden", "output", "label"), strict=True):
        board.text(x + NODE_W / 2, 9, words, 12, ha="center", color=OUTSIDE)

    top: float = 24
    heights, pitches = (LEAF_H, NODE_H, NODE_H), (90, NODE_H + 8, NODE_H + 16)
    middle = top + (4 * NODE_H + 3 * 8) / 2
    boxes: list[list[tuple[float, float, float]]] = []
    for depth, count in enumerate(net.sizes):
        span = (count - 1) * pitches[depth] + heights[depth]
        first = top if depth == 2 else middle - span / 2
        boxes.append(
            [(columns[depth], first + k * pitches[depth], heights[depth]) for k in range(count)]
        )

    def port(place: int, count: int, span: float) -> float:
        return 0.0 if count == 1 else (place / (count - 1) - 0.5) * span

    for depth in (1, 2):
        weights = net.weights[depth - 1]
        size, below = weights.shape
        for r in range(size):
            for c in range(below):
                ax, ay, ah = boxes[depth - 1][c]
                bx, by, bh = boxes[depth][r]
                y1 = ay + ah / 2 + port(r, size, ah * 0.5)
                y2 = by + bh / 2 + port(c, below, bh * 0.62)
                own = depth == layer and r == i and c == j
                if own or (told and layer == 1 and depth == 2 and c == i):
                    halo = 11 if own else 7
                    line = [ax + NODE_W, bx], [y1, y2]
                    board.ax.plot(*line, color=MUTE, alpha=0.3, linewidth=halo, zorder=1)
                board.edge((ax + NODE_W, y1, bx, y2), float(weights[r, c]), SCALE["w"])
    for k, (x, y, height) in enumerate(boxes[0]):
        board.box(x, y, height)
        board.row(x, y + height / 2, "disc", "x", _text(widget.x[k], 2))
    for depth in (1, 2):
        known = widget.step >= 3 and depth >= layer
        for k, (x, y, height) in enumerate(boxes[depth]):
            board.box(x, y, height)
            board.row(x, y + 13, "ring", "u", _text(float(passed.u[depth - 1][k]), 3))
            board.row(x, y + 33, "disc", "x", _text(float(passed.x[depth][k]), 3))
            delta = _text(float(gradients.delta[depth - 1][k]), 4)
            board.row(x, y + 53, "diamond", r"\delta", delta if known else "\u00b7")
    for k, (x, y, height) in enumerate(boxes[2]):
        label_x, label_y = columns[3], y + (height - LEAF_H) / 2
        board.ax.plot(
            [x + NODE_W, label_x], [y + height / 2, y + height / 2], color=REST, linewidth=0.7
        )
        board.box(label_x, label_y, LEAF_H)
        board.row(label_x, label_y + LEAF_H / 2, "plain", "y", _text(widget.y[k], 2))

    x, y = boxes[2][-1][0], boxes[2][-1][1] + NODE_H + 30
    board.text(x, y, "$L$", 20, ha="left", color=OUTSIDE)
    board.text(WIDTH - 1, y, f"{widget.loss:.4f}", 20, ha="right", color=OUTSIDE, weight="bold")
    index = f"{i + 1}" if j is None else f"{i + 1}{j + 1}"
    symbol = f"{'b' if j is None else 'w'}^{{({layer})}}_{{{index}}}"
    question = (
        "Raise it a little:",
        "does the loss rise or fall?",
    )
    lines = (
        f"Marked: the weight ${symbol}$." if j is not None else f"Marked: the bias ${symbol}$.",
        *(() if told else question),
        "A still picture. To play, run the",
        "cell or open the page of the book.",
    )
    for n, words in enumerate(lines):
        board.text(x, y + 34 + 18 * n, words, 11.5, ha="left", color=OUTSIDE)
    if told:
        _chains(board, widget, symbol)
    return board.png()


def _chains(board: _Board, widget: ChainTracer, symbol: str) -> None:
    """Write one line of factors per path, with the sum below once it is revealed."""
    layer, i, j = widget._selection
    below = "1" if j is None else f"x^{{({layer - 1})}}_{j + 1}"
    first = HEIGHT + 24
    for n, term in enumerate(widget.terms):
        k = term.output
        signs = [f"(x^{{(2)}}_{k}-y_{k})", f"f'(u^{{(2)}}_{k})"]
        kinds = [4, 4]
        if layer == 1:
            signs += [f"w^{{(2)}}_{{{k}{i + 1}}}", f"f'(u^{{(1)}}_{i + 1})"]
            kinds += [2, 4]
        signs.append(below)
        kinds.append(2 if layer == 1 else 3)
        y = first + ROW * n
        board.text(1, y, f"output {k}", 12, ha="left", color=OUTSIDE)
        for t, (sign, value, decimals) in enumerate(zip(signs, term.factors, kinds, strict=True)):
            x = 118 + 102 * t
            board.text(x, y - 10, f"${sign}$", 13, ha="center", color=OUTSIDE)
            board.text(x, y + 10, _text(value, decimals), 13, ha="center", color=OUTSIDE)
            if t:
                board.text(x - 51, y, r"$\cdot$", 16, ha="center", color=OUTSIDE)
        board.text(WIDTH - 1, y, f"= {_text(term.value, 4)}", 14, ha="right", color=OUTSIDE)
    if widget.step >= 2:
        y = first + ROW * len(widget.terms) - 4
        board.ax.plot([WIDTH - 90, WIDTH - 1], [y - 18, y - 18], color=OUTSIDE, linewidth=0.8)
        sign = rf"$\partial L\,/\,\partial {symbol}$"
        board.text(WIDTH - 100, y, sign, 14, ha="right", color=OUTSIDE)
        total = f"= {_text(widget.derivative, 4)}"
        board.text(WIDTH - 1, y, total, 15, ha="right", color=OUTSIDE, weight="bold")
