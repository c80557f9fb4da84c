"""Bad input to the public functions: each message names the argument, what was expected, what came.

The refusals of one function stand with its other tests; these hold for several alike.
"""

import numpy as np
import pytest

import backprop as bp
from backprop.autodiff import Value
from tests.unit.refusals import refusal

X = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]
Y = [[0.0, 1.0], [1.0, 0.0]]


def network(**keywords):
    return bp.Network.random([3, 4, 2], rng=0, **keywords)


def total(x):
    return np.sum(x)


SEED = "expected an integer that is not negative, a generator or None, got"
PATH = "path: expected the name of a file, got"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: bp.Network(5, [[0.0]]), TypeError,
         "weights: expected a list with one array for each layer, got int"),
        (lambda: bp.Network([[[1.0]]], None), TypeError,
         "biases: expected a list with one array for each layer, got NoneType"),
        (lambda: bp.Network([[[1.0]]], [[0.0]], output_activation=3), TypeError,
         "output_activation: expected a name or a pair of functions (f, f_prime), got int"),
        (lambda: bp.Network.random(3), TypeError, "sizes: expected a list of widths, got int"),
        (lambda: network(sigma="a"), TypeError, "sigma: expected a real number, got str"),
        (lambda: network(sigma=[0.1]), TypeError, "sigma: expected a real number, got list"),
        (lambda: network(dtype="foo"), TypeError,
         "dtype: expected float64 or float32, got 'foo'"),
        (lambda: bp.Network.random([3, 2], rng="a"), TypeError, f"rng: {SEED} 'a'"),
        (lambda: bp.Network.random([3, 2], rng=-1), ValueError, f"rng: {SEED} -1"),
        (lambda: network().save(5), TypeError, f"{PATH} int"),
        (lambda: bp.Network.load(12345), TypeError, f"{PATH} int"),
        (lambda: network().backward(None, Y), TypeError,
         "f: expected what forward returned, got NoneType"),
        (lambda: network().backward(bp.Network.random([3, 5, 2]).forward(X), Y), ValueError,
         "f: expected what forward of this network returned, of widths (3, 4, 2), got (3, 5, 2)"),
        (lambda: bp.train("net", X, Y), TypeError, "net: expected a Network, got str"),
        (lambda: bp.train(network(), X, Y, learning_rate="a"), TypeError,
         "learning_rate: expected a real number, got str"),
        (lambda: bp.train(network(), X, Y, learning_rate=1j), TypeError,
         "learning_rate: expected a real number, got complex"),
        (lambda: bp.train(network(), X, Y, momentum=None), TypeError,
         "momentum: expected a real number, got NoneType"),
        (lambda: bp.train(network(), X, Y, callback=5), TypeError,
         "callback: expected a function or None, got int"),
        (lambda: bp.train(network(), X, Y, rng=1.5), TypeError, f"rng: {SEED} 1.5"),
        (lambda: bp.train(network(), X[0], Y[0]), ValueError,
         "X: expected one sample in each row, shape (m, 3), got (3,)"),
        (lambda: bp.gradient_check(None, X, Y), TypeError,
         "net: expected a Network, got NoneType"),
        (lambda: bp.gradient_check(network(), X, Y, method=["central"]), ValueError,
         "method: expected 'central', 'complex' or 'adjoint', got ['central']"),
        (lambda: bp.gradient_check(network(), X, Y, tolerance="a"), TypeError,
         "tolerance: expected a real number, got str"),
        (lambda: bp.gradient_check(network(), X, Y, method="adjoint", rng="a"), TypeError,
         f"rng: {SEED} 'a'"),
        (lambda: bp.check_gradient(total, [1.0], [1.0], tolerance=-1), ValueError,
         "tolerance: expected a number that is not negative, got -1"),
        (lambda: bp.check_gradient(total, [1j], [1.0]), TypeError,
         "grad: expected real numbers, got complex ones"),
        (lambda: bp.check_gradient(total, [], []), ValueError,
         "x: expected at least one number, got shape (0,)"),
        (lambda: bp.numerical_gradient(5, [1.0]), TypeError, "f: expected a function, got int"),
        (lambda: bp.numerical_gradient(total, [1.0], eps="a"), TypeError,
         "eps: expected a real number, got str"),
        (lambda: bp.load_digits(seed="a"), TypeError, f"seed: {SEED} 'a'"),
        (lambda: bp.load_digits(test_fraction=None), TypeError,
         "test_fraction: expected a real number, got NoneType"),
        (lambda: bp.load_digits(test_fraction=0.99999), ValueError,
         "test_fraction: expected at least one image of the 1797 in each part, got 0.99999"),
        (lambda: bp.load_digits(test_fraction=0.00001), ValueError,
         "test_fraction: expected at least one image of the 1797 in each part, got 1e-05"),
        (lambda: bp.losses.Contrastive("a"), TypeError, "margin: expected a real number, got str"),
        (lambda: bp.softmax(3.0), ValueError,
         "u: expected at least one logit in each row, got shape ()"),
        (lambda: bp.softmax([]), ValueError,
         "u: expected at least one logit in each row, got shape (0,)"),
        (lambda: bp.softmax([np.inf, 0.0]), ValueError,
         "u: expected finite numbers, got inf at u[0]"),
        (lambda: bp.one_hot([3], 3), ValueError,
         "classes: expected class numbers from 0 to 2, got 3 at index 0"),
        (lambda: bp.one_hot([[1], [1, 2]], 3), TypeError,
         "classes: expected an array of numbers, got rows of different lengths"),
        (lambda: bp.one_hot([1], 2.5), TypeError, "n: expected an integer, got float"),
        (lambda: bp.one_hot([0], 0), ValueError, "n: expected at least one class, got 0"),
        (lambda: Value([1.0]), TypeError, "data: expected a real number, got list"),
        (lambda: Value("3"), TypeError, "data: expected a real number, got str"),
        (lambda: Value(0.0).log(), ValueError, "log: expected a positive number, got 0"),
        (lambda: 1 / Value(0.0), ValueError,
         "base: expected a positive number for the exponent -1, got 0"),
        (lambda: Value(-2.0) ** 0.5, ValueError,
         "base: expected a positive number for the exponent 0.5, got -2"),
        (lambda: Value(0.0) ** 0.5, ValueError,
         "base: expected a positive number for the exponent 0.5, got 0"),
        (lambda: Value(2.0) ** Value(2.0), TypeError,
         "exponent: expected a real number, got Value"),
        (lambda: bp.example.f([1.0]), TypeError, "t: expected one number, got list"),
        (lambda: bp.example.loss(*arguments(x=["1", "2", "3"])), TypeError,
         "x: expected an array of numbers, got an array of text"),
        (lambda: bp.example.loss(*arguments(x=[1.0, np.nan, 2.0])), ValueError,
         "x: expected finite numbers, got nan at x[1]"),
        (lambda: bp.example.loss(*arguments(y=[[1.0], [1.0, 2.0]])), TypeError,
         "y: expected an array of numbers, got rows of different lengths"),
        (lambda: bp.example.dL_db1(1.5, *arguments()), TypeError,
         "i: expected an integer, got float"),
    ],
)  # fmt: skip
def test_refused(call, error, message):
    assert refusal(error, call) == message


def arguments(**changed):
    net, x, y = bp.load_example()
    (W1, W2), (b1, b2) = net.weights, net.biases
    return {**dict(W1=W1, b1=b1, W2=W2, b2=b2, x=x, y=y), **changed}.values()


def test_powers_that_have_a_derivative():
    for base, exponent, slope in [(-2.0, 3, 12.0), (0.0, 0, 0.0), (0.0, 1.5, 0.0), (0.0, 1, 1.0)]:
        value = Value(base)
        (value**exponent).backward()
        assert value.grad == slope


def test_labels_of_different_lengths():
    net = network(output_activation="identity")
    said = refusal(TypeError, net.mean_loss, X, [[1], [0, 1]], "softmax_cross_entropy")
    assert said == "y: expected an array of numbers, got rows of different lengths"


def test_a_number_may_be_an_array_without_axes():
    nets = network(), network()
    bp.train(nets[0], X, Y, learning_rate=np.array(0.25))
    bp.train(nets[1], X, Y, learning_rate=0.25)
    np.testing.assert_array_equal(nets[0].weights[0], nets[1].weights[0])
    for value in (np.array(1j), np.array("a"), np.array([0.25])):
        said = refusal(TypeError, bp.train, network(), X, Y, learning_rate=value)
        assert said == "learning_rate: expected a real number, got ndarray"


def test_probabilities_are_not_negative():
    net = network(output_activation="identity")
    message = "y: expected probabilities from 0 to 1, got -1 at y[0]"
    assert refusal(ValueError, net.mean_loss, X[0], [-1.0, 2.0], "softmax_cross_entropy") == message


@pytest.mark.parametrize("name", ["load", "save"])
def test_files_that_cannot_be_opened(tmp_path, name):
    net = network()
    call = bp.Network.load if name == "load" else net.save
    missing = tmp_path / "no" / "net.npz"
    wanted = "written by Network.save" if name == "load" else "that can be written"
    assert refusal(FileNotFoundError, call, missing) == (
        f"[Errno 2] path: expected a file {wanted}, got: no such file or directory: "
        f"{str(missing)!r}"
    )
    with pytest.raises(OSError, match="path: expected"):
        call(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not tmp_path.with_name(tmp_path.name + ".part").exists()


@pytest.mark.parametrize("function", [lambda u: None, np.sum, lambda u: np.ones(7)])
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("buffered", [False, True])
def test_own_activations_return_one_number_for_each_entry(function, place, buffered):
    pair = [np.sin, np.cos]
    pair[place] = function
    net = network(activation=tuple(pair))
    call = net.workspace(2).loss_and_gradients if buffered else net.loss_and_gradients
    said = refusal(ValueError, call, X, Y)
    named = "derivative of sin" if place else function.__name__
    assert said.startswith(
        f"activation: expected {named} to return one number for each entry of u, "
    )


def test_own_activations_are_counted_and_keep_float32():
    own = (np.sin, np.cos)
    with bp.counting() as count:
        network(activation=own).loss_and_gradients(X, Y)
    assert count.matrix > 0
    _, g = network(activation=own, dtype="float32").loss_and_gradients(X, Y)
    assert {a.dtype for a in (*g.delta, *g.dW, *g.db)} == {np.dtype("float32")}


def test_masked_entries_are_refused():
    masked = np.ma.masked_array(X, mask=[[0, 0, 1], [0, 0, 0]])
    message = "x: expected an array of numbers, got an array with masked entries"
    assert refusal(TypeError, network().predict, masked) == message
    assert refusal(TypeError, network().workspace(2).loss_and_gradients, masked, Y) == message
    no_integers = np.ma.masked_array([[1, 2, 3]], mask=[[1, 0, 0]])
    assert refusal(TypeError, network().predict, no_integers) == message
    nothing_masked = np.ma.masked_array(X)
    assert type(network().predict(nothing_masked)) is np.ndarray


def test_a_table_with_a_method_called_mask_is_an_array_of_its_numbers():
    class Table:
        def mask(self):
            raise AssertionError

        def __array__(self, dtype=None, copy=None):
            return np.array(X, dtype)

    np.testing.assert_array_equal(network().predict(Table()), network().predict(X))


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_a_matrix_is_an_array_of_its_numbers():
    net = network()
    matrices = bp.Network([np.matrix(W) for W in net.weights], net.biases)
    value, g = matrices.loss_and_gradients(np.matrix(X), np.matrix(Y))
    expected, h = net.loss_and_gradients(X, Y)
    assert value == expected
    for a, b in zip((*g.delta, *g.dW, *g.db), (*h.delta, *h.dW, *h.db), strict=True):
        assert type(a) is np.ndarray
        np.testing.assert_array_equal(a, b)


def layouts():
    whole = np.random.default_rng(0).normal(size=(4, 6))
    yield "rows apart", whole[::2, :3]
    yield "columns apart", whole[:2, ::2]
    yield "backwards", whole[:2, 2::-1]
    yield "by columns", np.asfortranarray(whole[:2, :3])
    yield "float16", whole[:2, :3].astype(np.float16)
    yield "integers", np.array([[1, 2, 3], [4, 5, 6]])
    yield "booleans", np.array([[True, False, True], [False, False, True]])
    yield "big-endian", whole[:2, :3].astype(">f8")
    read_only = whole[:2, :3].copy()
    read_only.flags.writeable = False
    yield "read-only", read_only


@pytest.mark.parametrize(("name", "samples"), list(layouts()))
def test_any_layout_gives_the_same_and_is_not_changed(name, samples):
    before = samples.copy()
    plain = np.ascontiguousarray(samples, dtype=np.float64)
    labels = np.array(Y)[::-1]
    net = network()
    expected, h = net.loss_and_gradients(plain, labels.copy())
    for call in (net.loss_and_gradients, net.workspace(2).loss_and_gradients):
        value, g = call(samples, labels)
        assert value == pytest.approx(expected, rel=1e-14)
        for a, b in zip((*g.dW, *g.db), (*h.dW, *h.db), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)
    trained, twin = net.copy(), net.copy()
    bp.train(trained, samples, labels, epochs=3, batch_size=1, rng=0)
    bp.train(twin, plain, labels.copy(), epochs=3, batch_size=1, rng=0)
    for a, b in zip(trained.weights, twin.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
    assert bp.gradient_check(net, samples, labels)
    np.testing.assert_array_equal(samples, before)
