"""The exercises' notebooks: build them from their source, start them, update them.

This is a command line, ``python -m backprop.exercises``; the checks that learners call are in
`backprop.check`.
"""

__all__: list[str] = []
