"""Random networks and data, drawn by seed so that failures shrink and repeat."""

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

import backprop as bp
from backprop.activations import ACTIVATIONS

SMOOTH = [name for name in ACTIVATIONS if name not in ("relu", "leaky_relu")]

dims = st.integers(1, 6)
seeds = st.integers(0, 2**32 - 1)
depths = st.integers(1, 5)
batches = st.sampled_from([None, 1, 2, 3, 7])


@st.composite
def networks(draw, activations=tuple(ACTIVATIONS), output=None):
    """Draw a network of any depth and widths, with weights of ordinary size."""
    sizes = [draw(dims) for _ in range(draw(depths) + 1)]
    rng = np.random.default_rng(draw(seeds))
    return bp.Network(
        [rng.normal(size=(n, before)) / np.sqrt(before) for before, n in pairwise(sizes)],
        [rng.normal(size=n) for n in sizes[1:]],
        draw(st.sampled_from(list(activations))),
        output or draw(st.sampled_from(list(activations))),
    )


def data(net, m, seed, loss="squared_error"):
    """Return samples and labels that suit the network and the loss."""
    rng = np.random.default_rng(seed)
    shape = () if m is None else (m,)
    X = rng.normal(size=(*shape, net.sizes[0]))
    outputs = net.sizes[-1]
    if loss == "softmax_cross_entropy":
        return X, bp.softmax(rng.normal(size=(*shape, outputs)))
    if loss == "binary_cross_entropy":
        return X, rng.uniform(size=(*shape, outputs))
    if loss == "contrastive":
        m = m or 1
        return rng.normal(size=(m, 2, net.sizes[0])), rng.integers(0, 2, size=m)
    return X, rng.normal(size=(*shape, outputs))
