"""Hypothesis without a time limit per example: a busy machine is not a failure."""

import os

from hypothesis import settings

settings.register_profile("book", deadline=None)
# For mutation testing, where each test runs a thousand times.
settings.register_profile("mutants", deadline=None, max_examples=8, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "book"))
