"""Keep these tests out of every run but `python -m tests.oracle`, which has what they need."""

import os

if os.environ.get("BACKPROP_APART") != "oracle":
    collect_ignore_glob = ["*.py"]
