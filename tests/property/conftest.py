"""Hypothesis without a time limit per example: a busy machine is not a failure."""

from hypothesis import settings

settings.register_profile("book", deadline=None)
settings.load_profile("book")
