"""Checks of the exercises: they say what is right and what went wrong, and never raise.

>>> from backprop import check
>>> check.forward(...)
○ Not started. Write your function in the cell above, run that cell, then run this one again.
"""

from backprop.check import chapter_01, chapter_02, chapter_03, chapter_04, chapter_05
from backprop.check._api import Check, Progress, hint, progress
from backprop.check._result import Hint, Message, Result, Section
from backprop.check.chapter_01 import *  # noqa: F403  (its __all__ lists its checks)
from backprop.check.chapter_02 import *  # noqa: F403  (its __all__ lists its checks)
from backprop.check.chapter_03 import *  # noqa: F403  (its __all__ lists its checks)
from backprop.check.chapter_04 import *  # noqa: F403
from backprop.check.chapter_05 import *  # noqa: F403

__all__ = [
    "Check",
    "Hint",
    "Message",
    "Progress",
    "Result",
    "Section",
    "hint",
    "progress",
]
__all__ += chapter_01.__all__
__all__ += chapter_02.__all__
__all__ += chapter_03.__all__
__all__ += chapter_04.__all__
__all__ += chapter_05.__all__
__all__.sort()
