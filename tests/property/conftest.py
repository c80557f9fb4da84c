"""Hypothesis without a time limit per example: a busy machine is not a failure."""

import os

from hypothesis import settings

# New inputs every day at the desk; the same ones for everybody where a change is judged.
settings.register_profile("book", deadline=None, derandomize=bool(os.environ.get("CI")))
# For daily work, make test-fast: the same properties on fewer networks.
settings.register_profile("quick", deadline=None, max_examples=20)
# For mutation testing, where each test runs a thousand times.
settings.register_profile("mutants", deadline=None, max_examples=8, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "book"))
