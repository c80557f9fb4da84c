"""Break the mathematics line by line with mutmut, and list what no test noticed.

The words of messages are left whole: tests look for what a message names, not for its letters.
Runs in an environment of its own; which modules and which tests stands in pyproject.toml.
"""

import os
import sys

import mutmut.mutation.mutators as mutators

if __name__ == "__main__":
    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    mutators.mutation_operators[:] = [
        pair for pair in mutators.mutation_operators if "string" not in pair[1].__name__
    ]
    from mutmut.__main__ import cli

    sys.argv[1:] = sys.argv[1:] or ["run"]
    cli()
