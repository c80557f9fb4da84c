"""Run the oracle tests in an environment of their own, which is made if it is not there.

python -m tests.oracle [arguments for pytest]
"""

import sys

from tests import apart

if __name__ == "__main__":
    sys.exit(apart.run("oracle", ("torch", "jax", "autograd", "pytest")))
