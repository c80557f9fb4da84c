import os

import numpy as np
import pytest

import backprop as bp
from tests.unit.refusals import refusal


@pytest.fixture
def net():
    return bp.load_example()[0]


# A network small enough to do by hand: 1-1-1, identity, then relu.


def test_two_neurons_by_hand():
    net = bp.Network([[[2.0]], [[3.0]]], [[1.0], [-1.0]], "identity", "relu")
    f = net.forward([4.0])
    assert [float(u[0]) for u in f.u] == [9.0, 26.0]
    assert [float(x[0]) for x in f.x] == [4.0, 9.0, 26.0]
    g = net.backward(f, [20.0])  # x - y = 6, and relu passes it on
    assert [float(d[0]) for d in g.delta] == [18.0, 6.0]
    assert [float(W[0, 0]) for W in g.dW] == [72.0, 54.0]
    assert [float(b[0]) for b in g.db] == [18.0, 6.0]
    assert float(g.dx[0]) == 36.0
    assert net.mean_loss([4.0], [20.0]) == 18.0


def test_batch_by_hand():
    net = bp.Network([[[1.0, 2.0]]], [[0.0]], "identity")
    X, Y = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [[0.0], [0.0], [0.0]]
    value, g = net.loss_and_gradients(X, Y)
    assert value == (0.5 + 2.0 + 4.5) / 3
    assert np.array_equal(g.delta[0], [[1.0], [2.0], [3.0]])  # unscaled
    np.testing.assert_allclose(g.dW[0], [[4 / 3, 5 / 3]], rtol=1e-15)
    np.testing.assert_allclose(g.db[0], [2.0], rtol=1e-15)
    assert g.dx is None
    assert np.array_equal(net.backward(net.forward(X), Y).dx, [[1, 2], [2, 4], [3, 6]])


def test_indices_are_those_of_the_book(net):
    x = bp.load_example()[1]
    f = net.forward(x)
    assert len(net) == 2
    assert [u.shape for u in f.u] == [(4,), (2,)]
    assert [a.shape for a in f.x] == [(3,), (4,), (2,)]
    assert [W.shape for W in net.weights] == [(4, 3), (2, 4)]
    for layer in (1, 2):  # the book's number: weights one before, outputs the same
        np.testing.assert_allclose(
            f.u[layer - 1], net.weights[layer - 1] @ f.x[layer - 1] + net.biases[layer - 1]
        )
        assert f.x[layer] is not f.u[layer - 1]


def test_sizes_length_repr(net):
    assert net.sizes == (3, 4, 2)
    assert len(net) == 2
    assert repr(net) == "Network(3-4-2, sigmoid)"
    mixed = bp.Network([[[1.0]], [[1.0]]], [[0.0], [0.0]], "tanh", "identity")
    assert repr(mixed) == "Network(1-1-1, tanh, output identity)"


def test_parameters_are_copied():
    W, b = np.ones((1, 1)), np.zeros(1)
    net = bp.Network([W], [b])
    net.weights[0][0, 0] = 5.0
    net.biases[0][0] = 5.0
    assert W[0, 0] == 1.0
    assert b[0] == 0.0


def test_copy_is_independent(net):
    twin = net.copy()
    twin.weights[0][0, 0] = 9.0
    twin.biases[1][0] = 9.0
    assert net.weights[0][0, 0] == 0.5
    assert net.biases[1][0] == -0.4
    assert repr(twin) == repr(net)


def test_copy_keeps_both_activations():
    net = bp.Network([[[1.0]], [[1.0]]], [[0.0], [0.0]], "tanh", "identity")
    assert [a.name for a in net.copy().activations] == ["tanh", "identity"]


def test_results_share_no_memory_with_the_input(net):
    x = np.array([0.5, -0.2, 0.8])
    identity = bp.Network([np.eye(3)], [np.zeros(3)], "identity")
    f = identity.forward(x)
    assert not np.shares_memory(f.x[1], f.u[0])
    assert not np.shares_memory(f.u[0], x)


def test_own_activation():
    own = bp.Network([[[0.3]]], [[0.1]], (np.sin, np.cos))
    assert own.predict([2.0])[0] == np.sin(0.3 * 2.0 + 0.1)
    assert bp.gradient_check(own, [2.0], [0.5])


def test_integers_are_computed_in_float64():
    net = bp.Network([[[1, 2]]], [[0]], "identity")
    assert net.weights[0].dtype == np.float64
    assert net.predict([1, 1]).dtype == np.float64
    assert net.predict(np.array([True, False])) == 1.0


def test_float32_stays_float32():
    net = bp.Network.random([3, 4, 2], rng=0, dtype=np.float32)
    value, g = net.loss_and_gradients(np.ones((5, 3)), np.zeros((5, 2)))
    arrays = [*g.delta, *g.dW, *g.db, *net.weights, *net.biases, net.predict(np.ones(3))]
    assert {a.dtype for a in arrays} == {np.dtype(np.float32)}
    assert isinstance(value, float)


@pytest.mark.parametrize("name", list(bp.activations.ACTIVATIONS))
def test_float32_stays_float32_with_every_activation(name):
    net = bp.Network.random([2, 3, 2], rng=0, activation=name, dtype=np.float32)
    f = net.forward(np.ones((2, 2), np.float32))
    g = net.backward(f, np.zeros((2, 2), np.float32))
    arrays = [*f.u, *f.x, *g.delta, *g.dW, *g.db, g.dx]
    assert {a.dtype for a in arrays} == {np.dtype(np.float32)}


def test_repr_of_other_depths():
    assert repr(bp.Network.random([2, 3], rng=0)) == "Network(2-3, sigmoid)"
    deep = bp.Network.random([2, 3, 4, 1], rng=0, activation="relu", output_activation="identity")
    assert repr(deep) == "Network(2-3-4-1, relu, output identity)"


def test_sigma_zero_is_allowed():
    assert not bp.Network.random([2, 3], sigma=0, rng=0).weights[0].any()


# Initialisation


def test_random_is_reproducible():
    a, b = (bp.Network.random([3, 4, 2], rng=7) for _ in range(2))
    assert all(np.array_equal(v, w) for v, w in zip(a.weights, b.weights, strict=True))
    generator = np.random.default_rng(7)
    c = bp.Network.random([3, 4, 2], rng=generator)
    assert np.array_equal(a.weights[1], c.weights[1])
    d = bp.Network.random([3, 4, 2], rng=generator)
    assert not np.array_equal(a.weights[0], d.weights[0])


@pytest.mark.parametrize(
    ("init", "sigma", "deviation"),
    [
        ("normal", None, 0.1),
        ("normal", 2.0, 2.0),
        ("glorot", None, np.sqrt(2 / 500)),
        ("he", None, np.sqrt(2 / 200)),
        ("zeros", None, 0.0),
    ],
)
def test_initial_deviation(init, sigma, deviation):
    net = bp.Network.random([200, 300], init=init, sigma=sigma, rng=0)
    assert net.weights[0].std() == pytest.approx(deviation, rel=0.01)
    assert abs(net.weights[0].mean()) <= 0.02 * deviation
    assert not net.biases[0].any()


def test_random_takes_activations():
    net = bp.Network.random([1, 1, 1], rng=0, activation="relu", output_activation="identity")
    assert [a.name for a in net.activations] == ["relu", "identity"]


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        (
            {"sizes": [3]},
            ValueError,
            "sizes: expected at least two widths, input and output, got 1",
        ),
        ({"sizes": [3, 0]}, ValueError, "sizes: expected widths of at least 1, got 0"),
        ({"sizes": [3, 2.0]}, TypeError, "sizes: expected integers, got float"),
        ({"sizes": [3, True]}, TypeError, "sizes: expected integers, got bool"),
        (
            {"init": "xavier"},
            ValueError,
            "init: expected normal, glorot, he or zeros, got 'xavier'",
        ),
        (
            {"init": "he", "sigma": 1.0},
            ValueError,
            "sigma: expected none for init='he', which sets its own",
        ),
        ({"sigma": -1}, ValueError, "sigma: expected a number that is not negative, got -1"),
        (
            {"sigma": float("nan")},
            ValueError,
            "sigma: expected a number that is not negative, got nan",
        ),
        ({"dtype": int}, ValueError, "dtype: expected float64 or float32, got int64"),
    ],
)
def test_random_refuses(keywords, error, message):
    arguments = {"sizes": [3, 2], "rng": 0, **keywords}
    assert refusal(error, bp.Network.random, **arguments) == message


# What is refused, and how


ZEROS = np.zeros


@pytest.mark.parametrize(
    ("weights", "biases", "error", "message"),
    [
        ([], [], ValueError, "weights: expected at least one layer, got none"),
        (
            [ZEROS((2, 3))],
            [],
            ValueError,
            "biases: expected 1 vectors to match the number of weight matrices, got 0",
        ),
        (
            [ZEROS(3)],
            [ZEROS(3)],
            ValueError,
            "W1: expected shape (n_1, n_0) for a matrix, got (3,)",
        ),
        (
            [ZEROS((2, 3)), ZEROS((2, 3))],
            [ZEROS(2), ZEROS(2)],
            ValueError,
            "W2: expected shape (n_2, 2) to match the rows of W1, got (2, 3)",
        ),
        (
            [ZEROS((2, 3))],
            [ZEROS((2, 1))],
            ValueError,
            "b1: expected shape (2,) to match the rows of W1, got (2, 1)",
        ),
        (
            [ZEROS((0, 3))],
            [ZEROS(0)],
            ValueError,
            "W1: expected shape (n_1, n_0) for a matrix, got (0, 3)",
        ),
        (
            [ZEROS((2, 0))],
            [ZEROS(2)],
            ValueError,
            "W1: expected shape (n_1, n_0) for a matrix, got (2, 0)",
        ),
        (
            [[[1.0, float("nan")]]],
            [[0.0]],
            ValueError,
            "W1: expected finite numbers, got nan at W1[0, 1]",
        ),
        (
            [[[1.0, 1.0]]],
            [[float("-inf")]],
            ValueError,
            "b1: expected finite numbers, got -inf at b1[0]",
        ),
        (
            [[[1.0]]] * 2,
            [[0.0], ["a"]],
            TypeError,
            "b2: expected an array of numbers, got an array of text",
        ),
        ([[["a"]]], [[0.0]], TypeError, "W1: expected an array of numbers, got an array of text"),
        (
            [[[None]]],
            [[0.0]],
            TypeError,
            "W1: expected an array of numbers, got an array of object",
        ),
        (
            [[[1.0], [1.0, 2.0]]],
            [[0.0]],
            TypeError,
            "W1: expected an array of numbers, got rows of different lengths",
        ),
    ],
)
def test_constructor_refuses(weights, biases, error, message):
    assert refusal(error, bp.Network, weights, biases) == message


def test_unknown_activation_lists_the_known_ones():
    message = refusal(ValueError, bp.Network, [[[1.0]]], [[0.0]], "sigmiod")
    assert message == (
        "activation: expected one of identity, sigmoid, tanh, relu, leaky_relu, softplus, gelu, "
        "got 'sigmiod'"
    )


def test_activation_of_the_wrong_kind():
    message = refusal(TypeError, bp.Network, [[[1.0]]], [[0.0]], np.sin)
    assert message == ("activation: expected a name or a pair of functions (f, f_prime), got ufunc")


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (
            ZEROS(4),
            ValueError,
            "x: expected shape (3,) or (m, 3) to match the columns of W1, got (4,)",
        ),
        (
            ZEROS((3, 1)),
            ValueError,
            "x: expected shape (3,) or (m, 3) to match the columns of W1, got (3, 1)",
        ),
        (
            ZEROS((2, 2, 3)),
            ValueError,
            "x: expected shape (3,) or (m, 3) to match the columns of W1, got (2, 2, 3)",
        ),
        (
            3.0,
            ValueError,
            "x: expected shape (3,) or (m, 3) to match the columns of W1, got ()",
        ),
        (
            ZEROS((0, 3)),
            ValueError,
            "x: expected at least one sample in a batch, got shape (0, 3)",
        ),
        (
            [0.0, float("nan"), float("inf")],
            ValueError,
            "x: expected finite numbers, got nan at x[1]",
        ),
        (
            [[0, 0, 0], [0, 0, float("inf")]],
            ValueError,
            "x: expected finite numbers, got inf at x[1, 2]",
        ),
        (["a", "b", "c"], TypeError, "x: expected an array of numbers, got an array of text"),
        (
            [[1], [1, 2]],
            TypeError,
            "x: expected an array of numbers, got rows of different lengths",
        ),
        (
            np.array([None] * 3),
            TypeError,
            "x: expected an array of numbers, got an array of object",
        ),
        (
            np.zeros(3, "datetime64[s]"),
            TypeError,
            "x: expected an array of numbers, got dtype datetime64[s]",
        ),
    ],
)
def test_forward_refuses(net, x, error, message):
    assert refusal(error, net.forward, x) == message


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (ZEROS(3), "y: expected shape (2,) to match the network's output, got (3,)"),
        (ZEROS((2, 1)), "y: expected shape (2,) to match the network's output, got (2, 1)"),
        (ZEROS((1, 2)), "y: expected shape (2,) to match the network's output, got (1, 2)"),
        ([0.0, float("nan")], "y: expected finite numbers, got nan at y[1]"),
    ],
)
def test_labels_refused_everywhere(net, y, message):
    x = ZEROS(3)
    assert refusal(ValueError, net.loss_and_gradients, x, y) == message
    assert refusal(ValueError, net.backward, net.forward(x), y) == message
    assert refusal(ValueError, net.mean_loss, x, y) == message
    assert refusal(ValueError, net.workspace(1).loss_and_gradients, x, y) == message


def test_large_finite_input_is_not_refused(net):
    assert np.isfinite(net.predict([1e200, -1e200, 0.0])).all()


def test_loss_on_logits_needs_the_identity(net):
    message = refusal(ValueError, net.mean_loss, ZEROS(3), 0, "softmax_cross_entropy")
    assert message == (
        "loss: softmax_cross_entropy takes logits and expects output_activation='identity', "
        "got 'sigmoid'"
    )


def test_unknown_loss_lists_the_known_ones(net):
    message = refusal(ValueError, net.mean_loss, ZEROS(3), ZEROS(2), "mse")
    assert message == (
        "loss: expected one of squared_error, softmax_cross_entropy, binary_cross_entropy, "
        "contrastive, got 'mse'"
    )
    assert refusal(TypeError, net.mean_loss, ZEROS(3), ZEROS(2), 3) == (
        "loss: expected a name or a Loss, got int"
    )


# Files


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_save_and_load(tmp_path, dtype):
    net = bp.Network.random([3, 4, 2], rng=0, activation="gelu", output_activation="identity")
    net = bp.Network([W.astype(dtype) for W in net.weights], [b.astype(dtype) for b in net.biases],
                     "gelu", "identity")  # fmt: skip
    net.save(tmp_path / "net")
    assert os.listdir(tmp_path) == ["net"]  # under the very name, and nothing beside it
    twin = bp.Network.load(tmp_path / "net")
    assert repr(twin) == repr(net)
    for a, b in zip((*net.weights, *net.biases), (*twin.weights, *twin.biases), strict=True):
        assert a.dtype == b.dtype == dtype
        assert a.tobytes() == b.tobytes()


def test_save_replaces_and_takes_a_string(tmp_path, net):
    path = str(tmp_path / "net.npz")
    bp.Network.random([1, 1], rng=0).save(path)
    net.save(path)
    assert bp.Network.load(path).sizes == (3, 4, 2)


def test_own_activation_cannot_be_saved(tmp_path):
    own = bp.Network([[[1.0]]], [[0.0]], (np.sin, np.cos))
    message = refusal(ValueError, own.save, tmp_path / "net")
    assert message == (
        "activation: expected one of the package's own to save, got the custom 'sin'"
    )
    assert not os.listdir(tmp_path)


def test_a_missing_file_stays_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        bp.Network.load(tmp_path / "none.npz")


def damaged(tmp_path, net):
    whole = tmp_path / "whole"
    net.save(whole)
    content = whole.read_bytes()
    yield "truncated", content[: len(content) // 2]
    yield "empty", b""
    yield "text", b"not a network"
    flipped = bytearray(content)
    place = content.index(b"W1.npy") + 200
    flipped[place] ^= 0xFF
    yield "one byte changed", bytes(flipped)


def test_damaged_files_are_refused(tmp_path, net):
    for name, content in damaged(tmp_path, net):
        path = tmp_path / "damaged"
        path.write_bytes(content)
        message = refusal(ValueError, bp.Network.load, path)
        assert message.startswith("path: expected a file written by Network.save, got "), name
        assert "damaged" in message


def test_files_of_other_programs_are_refused(tmp_path):
    np.savez(tmp_path / "other.npz", weights=np.zeros(3))
    np.savez(tmp_path / "format.npz", format=np.array("something else"))
    np.save(tmp_path / "array.npy", np.zeros(3))
    np.save(tmp_path / "pickled.npy", np.array([print]), allow_pickle=True)
    for name in ("other.npz", "format.npz", "array.npy", "pickled.npy"):
        message = refusal(ValueError, bp.Network.load, tmp_path / name)
        assert message.startswith("path: expected a file written by Network.save, got "), name


def test_a_network_file_with_mismatched_layers_is_refused(tmp_path, net):
    net.save(tmp_path / "net")
    with np.load(tmp_path / "net") as file:
        arrays = dict(file) | {"W2": np.zeros((2, 5))}
    with open(tmp_path / "net", "wb") as file:
        np.savez(file, **arrays)
    message = refusal(ValueError, bp.Network.load, tmp_path / "net")
    assert "W2: expected shape (n_2, 4)" in message


class Intruder:
    """Its unpickling would make a folder."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)


def test_loading_never_runs_code(tmp_path, net):
    made = tmp_path / "made"
    payload = np.array([[Intruder(made)]], dtype=object)
    for member in ("format", "W1", "activations"):
        arrays = {
            "format": np.array("backpropagation-book network 1"),
            "activations": np.array(["sigmoid", "sigmoid"]),
            "W1": np.zeros((1, 1)),
            "b1": np.zeros(1),
        }
        arrays[member] = payload
        np.savez(tmp_path / "net.npz", **arrays)
        message = refusal(ValueError, bp.Network.load, tmp_path / "net.npz")
        assert "pickle" in message
    assert not made.exists()


def test_nothing_but_numbers_is_written(tmp_path, net):
    net.weights[0] = np.array([[None] * 3] * 4)
    message = refusal(TypeError, net.save, tmp_path / "net")
    assert message == "W1: expected an array of numbers, got an array of object"
    assert not os.listdir(tmp_path)


def test_the_format_found_is_named(tmp_path):
    np.savez(tmp_path / "net.npz", format=np.array("another network 2"))
    message = refusal(ValueError, bp.Network.load, tmp_path / "net.npz")
    assert message.endswith("(it says 'another network 2')")


def test_one_float64_makes_the_network_float64():
    net = bp.Network([np.ones((1, 1), np.float32)], [np.ones(1)])
    assert net.weights[0].dtype == net.biases[0].dtype == np.float64


def test_weights_are_laid_out_row_by_row():
    net = bp.Network([np.asfortranarray(np.ones((2, 3)))], [np.ones(2)])
    assert net.weights[0].flags.c_contiguous


def test_a_layer_taken_away_is_noticed(net, tmp_path):
    net.biases.pop()
    for call in (lambda: net.forward(np.ones(3)), lambda: net.save(tmp_path / "net")):
        with pytest.raises(ValueError, match=r"biases|shorter"):
            call()
