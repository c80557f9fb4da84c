"""How layers, weights and numbers are named on a picture, and the checks of such names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..network import Network


def layer_name(layer: int, depth: int) -> str:
    """Return what a layer is called."""
    if layer == 0:
        return "input"
    if layer == depth:
        return "output layer"
    return "hidden layer" if depth == 2 else f"hidden layer {layer}"


def layer_symbols(layer: int, sizes: Sequence[int]) -> list[str]:
    """Return the symbols of a layer's parameters, or of the input, with their shapes."""
    if layer == 0:
        return [f"$x$: ${sizes[0]}\\times 1$"]
    return [
        f"$W^{{({layer})}}$: ${sizes[layer]}\\times {sizes[layer - 1]}$",
        f"$b^{{({layer})}}$: ${sizes[layer]}\\times 1$",
    ]


def output_name(layer: int, i: int) -> str:
    """Return the symbol of a component of a layer's output."""
    return f"$x_{{{i}}}$" if layer == 0 else f"$x^{{({layer})}}_{{{i}}}$"


def weight_name(layer: int, i: int, j: int) -> str:
    """Return the symbol of a weight."""
    comma = "," if max(i, j) > 9 else ""
    return f"$w^{{({layer})}}_{{{i}{comma}{j}}}$"


def signed(value: float, digits: int) -> str:
    """Return a number with its sign, the minus of a proper width."""
    return f"{value:+.{digits}f}".replace("-", "\N{MINUS SIGN}")


def named_value(symbol: str, value: float, layer: int) -> str:
    """Return "symbol = value" as one formula; four digits, but one for the input's value."""
    return f"{symbol[:-1]} = {value:.{4 if layer else 1}f}$"


def ticked(value: float) -> str:
    """Return a number as it stands on an axis."""
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


def check_neurons(net: Network, neurons: Iterable[tuple[int, int]]) -> None:
    """Require neurons, counted from 1, that the network has."""
    for layer, i in neurons:
        if not (1 <= layer <= len(net) and 1 <= i <= net.sizes[layer]):
            raise ValueError(f"named: expected (layer, neuron) of {net}, got {(layer, i)}")


def check_entry(net: Network, layer: int, row: int, column: int) -> None:
    """Require an entry, counted from 1, of a layer's weights."""
    if not 1 <= layer <= len(net):
        raise ValueError(f"layer: expected 1 to {len(net)}, as in the book, got {layer}")
    rows, columns = net.weights[layer - 1].shape
    if not (1 <= row <= rows and 1 <= column <= columns):
        raise ValueError(
            f"row, column: expected an entry of the {rows} x {columns} matrix W{layer}, "
            f"got {(row, column)}"
        )
