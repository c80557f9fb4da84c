"""Run nbgrader and otter on the exercises, in an environment of their own.

python -m tests.instructors [arguments for pytest]
"""

import sys

from tests import apart

if __name__ == "__main__":
    sys.exit(apart.run("instructors", ("nbgrader", "otter", "pytest")))
