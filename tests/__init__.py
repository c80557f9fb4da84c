"""The tests; a package so that ``python -m tests.equations`` finds the ledger, and no other."""
