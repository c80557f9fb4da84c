import numpy as np

import backprop as bp
from tests.unit.refusals import refusal


def test_all_images_are_there_once():
    digits = bp.load_digits()
    assert digits._fields == ("X_train", "y_train", "X_test", "y_test")
    assert digits.X_train.shape == (1348, 64)
    assert digits.X_test.shape == (449, 64)
    assert digits.y_train.shape == (1348,)
    assert digits.y_test.shape == (449,)
    every = np.concatenate([digits.y_train, digits.y_test])
    assert np.bincount(every).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    X = np.concatenate([digits.X_train, digits.X_test])
    assert X.min() == 0.0
    assert X.max() == 1.0
    assert np.array_equal(X * 16, np.round(X * 16))
    unshuffled = bp.load_digits(seed=None)
    Z = np.concatenate([unshuffled.X_train, unshuffled.X_test])
    assert np.array_equal(np.sort(X.sum(axis=1)), np.sort(Z.sum(axis=1)))


def test_unshuffled_order_is_that_of_the_file():
    digits = bp.load_digits(seed=None)
    assert digits.y_train[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    # The first image, a 0, as the file has it.
    assert (digits.X_train[0, :16] * 16).tolist() == [0, 0, 5, 13, 9, 1, 0, 0,
                                                      0, 0, 13, 15, 10, 15, 5, 0]  # fmt: skip


def test_seeds():
    a, b, c = (bp.load_digits(seed).y_test for seed in (1, 1, 2))
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_fraction():
    assert len(bp.load_digits(test_fraction=0.5).y_test) == 898
    assert refusal(ValueError, bp.load_digits, test_fraction=1.0) == (
        "test_fraction: expected a number between 0 and 1, got 1.0"
    )
    assert refusal(ValueError, bp.load_digits, test_fraction=0.0) == (
        "test_fraction: expected a number between 0 and 1, got 0.0"
    )


def test_images_and_labels_belong_together():
    # A nearest neighbour in the training part has the same label nearly always.
    digits = bp.load_digits()
    X, Z = digits.X_test[:100], digits.X_train
    distance = (X**2).sum(1)[:, None] - 2 * X @ Z.T + (Z**2).sum(1)
    assert (digits.y_train[distance.argmin(1)] == digits.y_test[:100]).mean() > 0.95
