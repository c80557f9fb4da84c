"""The book's widgets: live pictures that run in JupyterLab and on a page without a kernel.

State lives in traits; drawing and the arithmetic of a drag happen in the browser, in one script
(``static/widgets.js``) that also serves the website. What Python reports (``network``,
``gradients``, ...) is computed by the package.
"""

from .chaintracer import ChainTracer
from .deltarelay import DeltaRelay
from .descentmap import DescentMap
from .matrixlens import MatrixLens
from .netlab342 import NetLab342
from .neurondial import NeuronDial

__all__ = ["ChainTracer", "DeltaRelay", "DescentMap", "MatrixLens", "NetLab342", "NeuronDial"]
