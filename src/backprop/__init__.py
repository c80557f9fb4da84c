"""Backpropagation for fully-connected networks, as the book derives it."""

__version__ = "0.1.0"
