"""What all widgets share: the bundle, a stable text form, and the still picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

STILL_WIDTH = 688  # CSS pixels: the column of the book
STATIC = Path(__file__).parent / "static"

# The site loads widgets.js as a classic script; anywidget wants a module, so one line is added.
ESM = (STATIC / "widgets.js").read_text(
    encoding="utf-8"
) + "\nexport default globalThis.backpropWidgets;\n"
CSS = (STATIC / "widgets.css").read_text(encoding="utf-8")


class Widget(anywidget.AnyWidget):
    """Base of the book's widgets. `kind` names the front end inside the bundle."""

    _esm = ESM
    _css = CSS
    kind = traitlets.Unicode("", read_only=True).tag(sync=True)
    name = traitlets.Unicode("").tag(sync=True)

    def summary(self) -> str:
        """Return the words of the text form, in brackets after the class name."""
        raise NotImplementedError

    def still(self) -> bytes:
        """Return the still picture, a PNG, of the state as it is now."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """Return a text without an address, so that stored outputs can be compared."""
        return f"{type(self).__name__}({self.summary()})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Add the still picture and the words that stand in where the widget cannot run."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        data["text/plain"] = (
            f"{self!r}\n"
            "A still picture: run this cell in JupyterLab, or open the page of the book, to play."
        )
        data["image/png"] = self.still()
        # the picture has more dots than pixels of the page
        metadata["image/png"] = {"width": STILL_WIDTH}
        return data, metadata
