"""The notation page."""

from __future__ import annotations

from typing import Any

import numpy as np

from .claims import ANY, inline, networks
from .worlds import NETWORK_RULES, World


def batches(layer: int) -> Any:
    """Networks with several samples; ``Delta`` and ``X`` hold one sample in each row."""

    def rows(name: str, number: int) -> Any:
        def stacked(world: World, _: int | None) -> Any:
            columns = [world.sample(s).get(name, number) for s in range(1, len(world.samples) + 1)]
            return np.hstack(columns).T

        return stacked

    def make(seed: int) -> list[World]:
        worlds = networks(ANY, ANY, ANY)(seed)
        for world in worlds:
            world.aliases["W"] = ("W", layer)
            world.rules = {
                **NETWORK_RULES,
                r"\Delta": rows(r"\delta", layer),
                "X": rows("x", layer - 1),
            }
        return list(worlds)

    return make


inline("notation", r"\nabla_W\bar L=\frac1m\,\Delta^\top X", worlds=batches(1))
inline("notation", r"\nabla_W\bar L=\frac1m\,\Delta^\top X", worlds=batches(2))
