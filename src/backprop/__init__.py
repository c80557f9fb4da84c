"""Backpropagation for fully-connected networks, as the book derives it.

The package needs NumPy and imports nothing heavier.
"""

from . import activations, example, lemmas, losses
from .example import load_example
from .gradcheck import GradientCheck, check_gradient, numerical_gradient
from .network import Forward, Gradients, Network
from .source import show_source, source

__version__ = "0.1.0"

__all__ = [
    "Forward",
    "GradientCheck",
    "Gradients",
    "Network",
    "__version__",
    "activations",
    "check_gradient",
    "example",
    "lemmas",
    "load_example",
    "losses",
    "numerical_gradient",
    "show_source",
    "source",
]
