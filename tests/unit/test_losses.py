import math

import numpy as np
import pytest

import backprop as bp
from backprop.losses import LOSSES, Contrastive, Loss, get
from tests.unit.refusals import refusal

CE, BCE, SE = (get(n) for n in ("softmax_cross_entropy", "binary_cross_entropy", "squared_error"))


def test_names():
    assert list(LOSSES) == [
        "squared_error",
        "softmax_cross_entropy",
        "binary_cross_entropy",
        "contrastive",
    ]
    assert [loss.on_logits for loss in LOSSES.values()] == [False, True, True, False]


def test_squared_error_by_hand():
    x, y = np.array([[1.0, 2.0], [0.0, 4.0]]), np.array([[0.0, 0.0], [0.0, 1.0]])
    assert np.array_equal(SE.value(x, y), [2.5, 4.5])
    assert np.array_equal(SE.gradient(x, y), [[1.0, 2.0], [0.0, 3.0]])
    assert SE.mean(x, y) == 3.5
    assert SE.mean(x[0], y[0]) == 2.5


def test_softmax_by_hand():
    u = np.log([1.0, 2.0, 5.0])
    np.testing.assert_allclose(bp.softmax(u), [1 / 8, 2 / 8, 5 / 8], rtol=1e-15)
    y = CE.labels(1, u)
    assert float(CE.value(u, y)) == pytest.approx(math.log(4), rel=1e-15)
    np.testing.assert_allclose(CE.gradient(u, y), [1 / 8, -6 / 8, 5 / 8], rtol=1e-15)


@pytest.mark.parametrize("loss", [SE, CE, BCE])
@pytest.mark.parametrize("shape", [(4,), (1, 4), (7, 4)])
def test_the_mean_is_that_of_the_values(loss, shape):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=shape), bp.softmax(rng.normal(size=shape))
    values = loss.value(x, y)
    assert values.shape == shape[:-1]
    assert loss.mean(x, y) == pytest.approx(values.mean(), rel=1e-14)
    assert type(loss.mean(x, y)) is float
    assert type(loss.mean(x.astype(np.float32), y.astype(np.float32))) is float


def test_softmax_cross_entropy_at_logits_of_a_thousand():
    u = np.array([[1000.0, -1000.0], [-1000.0, 1000.0], [1000.0, 1000.0]])
    y = CE.labels([1, 1, 0], u)
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_allclose(CE.value(u, y), [2000.0, 0.0, math.log(2)], rtol=1e-15)
        assert np.array_equal(CE.gradient(u, y), [[1.0, -1.0], [0.0, 0.0], [-0.5, 0.5]])


def test_softmax_cross_entropy_takes_classes_and_probabilities():
    u = np.array([[0.1, 0.2, 0.3], [1.0, 0.0, -1.0]])
    classes = CE.labels(np.array([2, 0]), u)
    assert np.array_equal(classes, [[0, 0, 1], [1, 0, 0]])
    assert np.array_equal(CE.labels(classes, u), classes)
    soft = CE.labels([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]], u)
    assert np.all(np.isfinite(CE.value(u, soft)))


def test_binary_cross_entropy_by_hand():
    u, y = np.array([[0.0, math.log(3)], [-1000.0, 1000.0]]), np.array([[1.0, 0.0], [1.0, 0.0]])
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_allclose(BCE.value(u, y), [math.log(2) + math.log(4), 2000.0], rtol=1e-15)
        np.testing.assert_allclose(BCE.gradient(u, y), [[-0.5, 0.75], [-1.0, 1.0]], rtol=1e-15)
        right = np.array([[0.0, 1.0]])
        assert np.array_equal(BCE.value(u[1:], right), [0.0])


def test_contrastive_by_hand():
    loss = Contrastive(margin=10)
    # distance 5, as similar and as dissimilar; distance 13, beyond the margin; distance 0
    x = np.array([[3.0, 4.0], [0.0, 0.0]] * 2 + [[5.0, 12.0], [0.0, 0.0]] + [[1.0, 1.0]] * 2)
    y = np.array([0.0, 1.0, 1.0, 1.0])
    assert np.array_equal(loss.value(x, y), [12.5, 12.5, 0.0, 50.0])
    expected = [[3, 4], [-3, -4], [-3, -4], [3, 4], [0, 0], [0, 0], [0, 0], [0, 0]]
    with np.errstate(all="raise"):
        np.testing.assert_allclose(loss.gradient(x, y), expected, rtol=1e-15)


def test_contrastive_of_an_identical_similar_pair():
    x = np.ones((2, 3))
    loss = Contrastive()
    assert loss.value(x, np.array([0.0])) == 0.0
    assert not loss.gradient(x, np.array([0.0])).any()


def test_contrastive_lays_pairs_out_as_rows():
    X = np.arange(12.0).reshape(2, 2, 3)
    rows = Contrastive().rows(X)
    assert rows.shape == (4, 3)
    assert np.array_equal(rows[2:], X[1])
    assert Contrastive().samples(rows) == 2


def test_repr():
    assert repr(SE) == "SquaredError()"
    assert repr(Contrastive(margin=2)) == "Contrastive(margin=2)"


def test_values_of_a_single_sample():
    assert SE.value(np.array([1.0, 2.0]), np.zeros(2)) == 2.5
    assert SE.value(np.zeros((1, 2)), np.ones((1, 2))).shape == (1,)


def test_the_margin_is_1_unless_given():
    assert Contrastive().margin == 1.0
    assert repr(get("contrastive")) == "Contrastive(margin=1)"


def test_arguments_are_called_by_their_names():
    words = "expected an array of numbers, got an array of text"
    assert refusal(TypeError, Contrastive().rows, ["a"]) == f"x: {words}"
    assert refusal(TypeError, Contrastive().labels, ["a"], np.zeros((2, 1))) == f"y: {words}"
    assert refusal(TypeError, bp.softmax, ["a"]) == f"u: {words}"


def test_one_hot():
    assert np.array_equal(bp.one_hot([1, 0], 2), [[0, 1], [1, 0]])
    assert np.array_equal(bp.one_hot(2, 3), [0, 0, 1])
    assert bp.one_hot(np.array([0], np.uint8), 1).dtype == np.float64


@pytest.mark.parametrize(
    ("loss", "y", "x", "error", "message"),
    [
        (CE, [0, 3], np.zeros((2, 3)), ValueError,
         "y: expected class numbers from 0 to 2, got 3 at index 1"),
        (CE, [-1, 0], np.zeros((2, 3)), ValueError,
         "y: expected class numbers from 0 to 2, got -1 at index 0"),
        (CE, 5, np.zeros(3), ValueError, "y: expected class numbers from 0 to 2, got 5"),
        (CE, [0, 1, 2], np.zeros((2, 3)), ValueError,
         "y: expected shape (2,) for one class per sample, got (3,)"),
        (CE, [0.0, 1.0], np.zeros((2, 3)), ValueError,
         "y: expected shape (2, 3) to match the network's output, got (2,)"),
        (CE, [[1.0, 0.0], [1.0, 1.0]], np.zeros((2, 2)), ValueError,
         "y: expected class numbers (integers), or probabilities that sum to 1, but row 1 sums "
         "to 2"),
        (CE, [0.5, 0.4], np.zeros(2), ValueError,
         "y: expected class numbers (integers), or probabilities that sum to 1, but they sum "
         "to 0.9"),
        (BCE, [0.0, 1.5], np.zeros(2), ValueError,
         "y: expected labels from 0 to 1, got 1.5 at y[1]"),
        (BCE, [[0.0], [-0.1]], np.zeros((2, 1)), ValueError,
         "y: expected labels from 0 to 1, got -0.1 at y[1, 0]"),
        (Contrastive(), [0.0, 0.5], np.zeros((4, 1)), ValueError,
         "y: expected 0 (similar) or 1 (dissimilar), got 0.5 at y[1]"),
        (Contrastive(), [0.0], np.zeros((4, 1)), ValueError,
         "y: expected shape (2,) for one label per pair, got (1,)"),
        (Contrastive(), [0.0], np.zeros((3, 1)), ValueError,
         "x: expected two rows for each pair, (2 m, 1), got (3, 1)"),
        (Contrastive(), 0.0, np.zeros(2), ValueError,
         "x: expected two rows for each pair, (2 m, 2), got (2,)"),
        (SE, ["cat"], np.zeros(1), TypeError,
         "y: expected an array of numbers, got an array of text"),
        (SE, [np.inf], np.zeros(1), ValueError, "y: expected finite numbers, got inf at y[0]"),
    ],
)  # fmt: skip
def test_labels_refused(loss, y, x, error, message):
    assert refusal(error, loss.labels, y, x) == message


def test_other_refusals():
    assert refusal(ValueError, Contrastive, 0) == "margin: expected a positive number, got 0"
    assert refusal(ValueError, Contrastive, math.inf) == (
        "margin: expected a positive number, got inf"
    )
    assert refusal(ValueError, Contrastive().rows, np.zeros((4, 3))) == (
        "x: expected shape (m, 2, n_0) for pairs, got (4, 3)"
    )
    assert refusal(TypeError, bp.one_hot, [0.5], 2) == (
        "classes: expected integers, got dtype float64"
    )


def test_labels_take_the_dtype_of_the_output():
    x = np.zeros((2, 2), np.float32)
    for loss, y in ((SE, np.zeros((2, 2))), (CE, [0, 1]), (BCE, np.ones((2, 2))),
                    (Contrastive(), [0])):  # fmt: skip
        labels = loss.labels(y, x)
        assert labels.dtype == np.float32
        assert loss.value(x, labels).dtype == np.float32
        assert loss.gradient(x, labels).dtype == np.float32


def test_a_loss_of_your_own():
    class Absolute(Loss):
        name = "absolute"

        def labels(self, y, x):
            return np.asarray(y, float)

        def value(self, x, y):
            return np.sqrt((x - y) ** 2 + 1e-6).sum(axis=-1)

        def gradient(self, x, y):
            return (x - y) / np.sqrt((x - y) ** 2 + 1e-6)

    net, x, y = bp.load_example()
    assert bp.gradient_check(net, x, y, loss=Absolute())
    fresh, buffered = (n.loss_and_gradients for n in (net, net.workspace(1, Absolute())))
    assert fresh(x, y, Absolute())[0] == buffered(x, y)[0]
    assert (
        bp.train(net, [x], [y], loss=Absolute(), epochs=3).loss[-1] < fresh(x, y, Absolute())[0] + 1
    )


def test_the_base_class_says_what_is_missing():
    for function in (Loss().labels, Loss().value, Loss().gradient):
        with pytest.raises(NotImplementedError):
            function(np.zeros(1), np.zeros(1))


def test_the_number_of_samples_is_an_integer():
    for loss in bp.losses.LOSSES.values():
        loss = loss() if isinstance(loss, type) else loss
        assert type(loss.samples(np.zeros((4, 2)))) is int


def test_probabilities_may_miss_1_by_rounding_only():
    loss = bp.losses.get("softmax_cross_entropy")
    logits, even = np.zeros(10), np.full(10, 0.1)
    assert loss.labels(even + 5e-7, logits).sum() == pytest.approx(1 + 5e-6)
    assert "expected" in refusal(ValueError, loss.labels, even + 2e-6, logits)


def test_samples_are_refused_by_their_name():
    message = refusal(TypeError, bp.losses.get("squared_error").rows, ["a"])
    assert message == "x: expected an array of numbers, got an array of text"
