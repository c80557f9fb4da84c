"""The equation ledger: the book's own LaTeX, read, evaluated, mutated and compared.

``python -m tests.equations`` runs every claim and prints the table. The modules, in the order in
which a display travels through them:

extract   displays (with their labels) and prose out of notebooks and Markdown pages
tree      the syntax tree, and how it is printed back as LaTeX
parse     LaTeX to syntax tree
worlds    numbers to evaluate it on, and the oracle: a forward pass of our own, complex steps
evaluate  syntax tree and world to a value, with strict shapes
check     a display's statements against each other and against the world
mutate    the wrong formulas next to a right one
claims    who says what about which label; ``claims_*.py`` hold the claims themselves
prose     decimals quoted in running text
canaries  wrong equations that must be caught
ledger    everything at once

To claim a new display, add a line to the chapter's ``claims_NN.py``. If the evaluator can read it,
that is all::

    read("eq-new", worlds=networks(ANY, ANY, ANY))

`worlds` says on what it is evaluated: random networks whose sizes are free or fixed (a formula
written out for two outputs needs ``networks(ANY, ANY, 2)``), `book_network` for shapes and bounds
printed as 3, 4 and 2, `worked_example` for the fixture's numbers, `small` for anything else.
``@code`` adds the package's own function. If it cannot be read, write ``@transcribed`` with the
hash that ``python -m tests.equations eq-new`` prints.
"""
