"""Mutants of chapter 1's solutions that are right answers, each with the reason."""

EQUIVALENT = {
    "neuron": {"u = x @ w + b": "the product of two vectors does not depend on their order"},
}
