"""Backpropagation for fully-connected networks, as the book derives it.

The package needs NumPy and imports nothing heavier.
"""

from . import activations, autodiff, example, lemmas, losses
from .activations import Activation
from .counting import Count, counting
from .digits import Digits, load_digits
from .example import load_example
from .gradcheck import (
    GradientCheck,
    NetworkCheck,
    check_gradient,
    gradient_check,
    numerical_gradient,
)
from .losses import Loss, one_hot, softmax
from .network import Forward, Gradients, Network
from .source import show_source, source
from .training import DivergenceError, History, train
from .workspace import Workspace

__version__ = "0.1.0"

__all__ = [
    "Activation",
    "Count",
    "Digits",
    "DivergenceError",
    "Forward",
    "GradientCheck",
    "Gradients",
    "History",
    "Loss",
    "Network",
    "NetworkCheck",
    "Workspace",
    "__version__",
    "activations",
    "autodiff",
    "check_gradient",
    "counting",
    "example",
    "gradient_check",
    "lemmas",
    "load_digits",
    "load_example",
    "losses",
    "numerical_gradient",
    "one_hot",
    "show_source",
    "softmax",
    "source",
    "train",
]
