"""The handwritten digits that chapter 7 trains on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ._shapes import Array, random_generator, require_number


class Digits(NamedTuple):
    """Handwritten digits, 8 by 8 pixels, in two parts.

    Attributes
    ----------
    X_train : (m, 64) ndarray
        Images for training, row by row, from 0 (white) to 1 (black), float64.
    y_train : (m,) ndarray of int
        Which digit each one is.
    X_test : (k, 64) ndarray
        Images for testing.
    y_test : (k,) ndarray of int
        Which digit each one is.
    """

    X_train: Array
    y_train: Array
    X_test: Array
    y_test: Array


def load_digits(seed: int | None = 0, test_fraction: float = 0.25) -> Digits:
    """Load 1,797 handwritten digits, split into a training and a test part.

    Parameters
    ----------
    seed : int or None
        Seed of the shuffle before the split. None does not shuffle: the test part is then the
        end of the file, whose handwriting differs from the rest.
    test_fraction : float
        Share of the images in the test part, between 0 and 1.

    Returns
    -------
    Digits
        ``X_train``, ``y_train``, ``X_test``, ``y_test``.

    Raises
    ------
    TypeError, ValueError
        If `seed` is no seed, or `test_fraction` no number between 0 and 1 that leaves an image in
        each part.

    Notes
    -----
    E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository (1998), licence CC BY 4.0, in the form in which scikit-learn distributes its test
    set. ``data/README.md`` in the package says how the file was made.

    Examples
    --------
    >>> import backprop as bp
    >>> digits = bp.load_digits()
    >>> digits.X_train.shape, digits.X_test.shape
    ((1348, 64), (449, 64))
    """
    if not 0 < require_number("test_fraction", test_fraction) < 1:
        raise ValueError(f"test_fraction: expected a number between 0 and 1, got {test_fraction}")
    from importlib.resources import as_file, files  # here: it takes as long as the whole package

    resource = files("backprop").joinpath("data/digits.npz")
    with as_file(resource) as path, np.load(path, allow_pickle=False) as file:
        X, y = file["X"] / 16.0, file["y"].astype(np.int64)
    order = np.arange(len(y))
    if seed is not None:
        order = random_generator("seed", seed).permutation(len(y))
    cut = len(y) - round(test_fraction * len(y))
    if not 0 < cut < len(y):
        raise ValueError(
            f"test_fraction: expected at least one image of the {len(y)} in each part, "
            f"got {test_fraction}"
        )
    train, test = order[:cut], order[cut:]
    return Digits(X[train], y[train], X[test], y[test])
