import numpy as np
import pytest

import backprop as bp
from tests.unit.refusals import refusal


def cubes(x):
    return np.sum(x**3)


X = np.array([[1.0, 2.0], [-3.0, 0.5]])
GRADIENT = 3 * X**2


def test_central_difference():
    np.testing.assert_allclose(bp.numerical_gradient(cubes, X), GRADIENT, rtol=1e-9)


def test_complex_step():
    np.testing.assert_allclose(
        bp.numerical_gradient(cubes, X, method="complex"), GRADIENT, rtol=1e-15
    )


def test_given_step_is_used():
    # The central difference of t ** 3 is 3 t ** 2 + eps ** 2.
    gradient = bp.numerical_gradient(cubes, [1.0], eps=0.5)
    assert gradient[0] == pytest.approx(3.25, abs=1e-12)
    assert bp.numerical_gradient(cubes, [1.0], method="complex", eps=0.5)[0] == pytest.approx(2.75)


def test_points_of_evaluation():
    seen = []

    def f(x):
        seen.append(x.copy())
        return x.sum()

    bp.numerical_gradient(f, [1.0, 100.0], eps=0.25)
    assert np.array_equal(seen, [[1.25, 100], [0.75, 100], [1, 100.25], [1, 99.75]])


def test_default_step_grows_with_the_entry():
    seen = []

    def f(x):
        seen.append(float(x[0]))
        return x[0]

    bp.numerical_gradient(f, [0.0])
    bp.numerical_gradient(f, [1000.0])
    step = np.cbrt(np.finfo(float).eps)
    assert seen[0] == pytest.approx(step)
    assert seen[2] - 1000.0 == pytest.approx(1000 * step)


@pytest.mark.parametrize("method", ["central", "complex"])
def test_input_is_not_changed_even_by_a_careless_function(method):
    def careless(x):
        x *= 2
        return x.sum()

    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(bp.numerical_gradient(careless, x, method), [2.0, 2.0])
    assert np.array_equal(x, [1.0, 2.0])


def test_integers_and_scalars():
    assert bp.numerical_gradient(lambda x: x**2, 3)[()] == pytest.approx(6.0)
    assert np.array_equal(bp.numerical_gradient(cubes, [1, 2], "complex"), [3.0, 12.0])


def test_complex_step_notices_a_dropped_imaginary_part():
    for f in (lambda x: np.abs(x).sum(), lambda x: np.linalg.norm(x)):
        message = refusal(TypeError, bp.numerical_gradient, f, X, "complex")
        assert message.startswith("f: expected a complex number back from a complex argument")
        assert "abs, norm" in message


def test_refusals():
    assert refusal(ValueError, bp.numerical_gradient, cubes, X, "forward") == (
        "method: expected 'central' or 'complex', got 'forward'"
    )
    for eps in (0.0, -1.0, float("nan"), float("inf")):
        message = refusal(ValueError, bp.numerical_gradient, cubes, X, eps=eps)
        assert message == f"eps: expected a positive number, got {eps}"
    assert refusal(ValueError, bp.numerical_gradient, cubes, [1.0, np.nan]) == (
        "x: expected finite numbers, got nan at x[1]"
    )
    assert refusal(ValueError, bp.check_gradient, cubes, [1.0], X) == (
        "grad: expected shape (2, 2) to match x, got (1,)"
    )
    net, x, y = bp.load_example()
    assert refusal(ValueError, bp.gradient_check, net, x, y, method="forward") == (
        "method: expected 'central', 'complex' or 'adjoint', got 'forward'"
    )


@pytest.mark.parametrize("method", ["central", "complex"])
def test_check_passes_and_fails(method):
    assert bp.check_gradient(cubes, GRADIENT, X, method)
    assert bp.check_gradient(cubes, lambda x: 3 * x**2, X, method)
    wrong = GRADIENT.copy()
    wrong[1, 0] += 0.027
    report = bp.check_gradient(cubes, wrong, X, method, name="dX")
    assert not report
    assert not report.ok
    assert report.place == (1, 0)
    assert report.analytic == wrong[1, 0]
    assert report.numeric == pytest.approx(27.0)
    assert report.error == pytest.approx(0.027 / 27.027, rel=1e-6)
    assert str(report) == (
        f"dX differs from the {method} check: relative error 1.0e-03 (allowed "
        f"{report.tolerance:.0e}), largest at dX[1, 0]: analytic 27.027, numeric 27"
    )


def test_tolerance_is_used():
    assert not bp.check_gradient(cubes, GRADIENT * 1.01, X)
    assert bp.check_gradient(cubes, GRADIENT * 1.01, X, tolerance=0.02)


def test_the_scale_is_the_largest_entry():
    # An absolute error of 1e-9 is nothing beside 1e9 and everything beside 1e-9.
    def f(x):
        return np.sum(np.array([1e9, 1e-9]) * x)

    assert bp.check_gradient(f, [1e9, 0.0], [0.0, 0.0], "complex")
    assert not bp.check_gradient(lambda x: 1e-9 * x.sum(), [0.0, 0.0], [0.0, 0.0], "complex")


def test_nan_never_passes():
    report = bp.check_gradient(cubes, [[3.0, np.nan], [27.0, 0.75]], X, "complex")
    assert not report
    assert report.place == (0, 1)


def test_zero_gradient_passes():
    report = bp.check_gradient(lambda x: (0 * x).sum(), np.zeros(2), [1.0, 2.0], "complex")
    assert report
    assert report.error == 0.0


@pytest.mark.parametrize("method", ["central", "complex", "adjoint"])
@pytest.mark.parametrize("loss", ["squared_error", "softmax_cross_entropy"])
def test_network_check_passes(method, loss):
    net = bp.Network.random(
        [3, 5, 4, 2], sigma=1.0, rng=0, activation="tanh", output_activation="identity"
    )
    X = np.random.default_rng(1).normal(size=(6, 3))
    Y = np.eye(2)[[0, 1, 1, 0, 1, 0]]
    before = [W.copy() for W in net.weights]
    report = bp.gradient_check(net, X, Y, loss, method)
    assert report, str(report)
    names = ["<gradient, v>"] if method == "adjoint" else ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert [check.name for check in report.checks] == names
    assert report.error == report.worst.error == max(check.error for check in report.checks)
    assert str(report) == str(report.worst)
    assert all(np.array_equal(a, b) for a, b in zip(before, net.weights, strict=True))


def test_float32_network_has_a_wider_tolerance():
    net = bp.Network.random([3, 4, 2], sigma=1.0, rng=0, dtype=np.float32)
    for method in ("central", "complex", "adjoint"):
        report = bp.gradient_check(net, np.ones((4, 3)), np.zeros((4, 2)), method=method)
        assert report
        assert report.worst.tolerance == 1e-4


# The bugs of the catalogue: each must make the checks fail.


def broken(**replaced):
    """Return a network class whose gradients go through one wrong function."""

    class Broken(bp.Network):
        def loss_and_gradients(self, X, Y, loss="squared_error"):
            value, g = super().loss_and_gradients(X, Y, loss)
            return value, replaced["change"](self, X, Y, g)

    return Broken


def random_problem(activation="sigmoid", sizes=(4, 4, 4)):
    rng = np.random.default_rng(5)
    return rng.normal(size=(3, sizes[0])), rng.uniform(size=(3, sizes[-1])), activation, sizes


BUGS = {
    "the sign of one gradient": lambda net, X, Y, g: g._replace(dW=[-g.dW[0], g.dW[1]]),
    "W not transposed, which a square matrix hides": lambda net, X, Y, g: g._replace(
        dW=[_dW1_without_transpose(net, X, g), g.dW[1]]
    ),
    "rows and columns of a square gradient mixed": lambda net, X, Y, g: g._replace(
        dW=[g.dW[0].T, g.dW[1]]
    ),
    "the sum in place of the mean": lambda net, X, Y, g: g._replace(
        dW=[dW * len(X) for dW in g.dW], db=[db * len(X) for db in g.db]
    ),
    "random numbers where a gradient is": lambda net, X, Y, g: g._replace(
        dW=[np.random.default_rng(0).normal(size=(4, 4)), g.dW[1]]
    ),
    "a factor of 2 (no one half in the loss)": lambda net, X, Y, g: g._replace(
        dW=[2 * dW for dW in g.dW], db=[2 * db for db in g.db]
    ),
    "one bias forgotten": lambda net, X, Y, g: g._replace(db=[np.zeros(4), g.db[1]]),
    "a NaN": lambda net, X, Y, g: g._replace(db=[g.db[0] * np.nan, g.db[1]]),
}


def _dW1_without_transpose(net, X, g):
    delta1 = (g.delta[1] @ net.weights[1].T) * net.activations[0].slope(
        net.forward(X).u[0], net.forward(X).x[1]
    )
    return delta1.T @ X / len(X)


@pytest.mark.parametrize("method", ["central", "complex", "adjoint"])
@pytest.mark.parametrize("bug", list(BUGS))
def test_every_bug_is_caught(bug, method):
    X, Y, activation, sizes = random_problem()
    net = bp.Network.random(sizes, sigma=1.0, rng=2, activation=activation)
    wrong = broken(change=BUGS[bug])(net.weights, net.biases, activation)
    assert bp.gradient_check(net, X, Y, method=method)
    assert not bp.gradient_check(wrong, X, Y, method=method)


@pytest.mark.parametrize("method", ["central", "complex", "adjoint"])
def test_a_wrong_activation_derivative_is_caught(method):
    # relu's derivative from the output with >=, which is always true: a published bug.
    relu = bp.activations.get("relu")
    published = relu._replace(derivative_from_output=lambda x: (x >= 0).astype(x.dtype))
    X, Y, _, sizes = random_problem()
    for activation, right in ((relu, True), (published, False)):
        net = bp.Network.random(sizes, sigma=1.0, rng=2, activation=activation)
        assert bool(bp.gradient_check(net, X, Y, method=method)) is right


@pytest.mark.parametrize("method", ["central", "complex"])
def test_a_dropout_scale_forgotten_on_the_way_back_is_caught(method):
    rng = np.random.default_rng(3)
    W, x = rng.normal(size=(5, 3)), rng.normal(size=3)
    scale = np.array([1, 0, 1, 1, 0]) / 0.6  # of five neurons two are dropped

    def loss(W):
        return 0.5 * np.sum((scale * np.tanh(W @ x)) ** 2)

    h = np.tanh(W @ x)
    right = np.outer(scale * scale * h * (1 - h**2), x)
    published = np.outer((scale > 0) * scale * h * (1 - h**2), x)
    assert bp.check_gradient(loss, right, W, method)
    assert not bp.check_gradient(loss, published, W, method)


def test_a_gradient_in_the_other_layout_is_refused():
    # Row and column gradients mixed, M and N swapped: in several books' errata.
    net, x, y = bp.load_example()
    _, g = net.loss_and_gradients(x, y)
    message = refusal(
        ValueError, bp.check_gradient, lambda W: W.sum(), g.dW[0].T, net.weights[0], "complex"
    )
    assert message == "grad: expected shape (4, 3) to match x, got (3, 4)"


def test_absolute_error_would_have_hidden_it():
    # UFLDL's checker compared absolute errors: with small gradients a wrong factor passes.
    net = bp.Network.random([3, 4, 2], sigma=1e-6, rng=0)
    wrong = broken(change=BUGS["a factor of 2 (no one half in the loss)"])(net.weights, net.biases)
    X, Y = np.full((2, 3), 1e-3), np.full((2, 2), 0.5 + 1e-5)
    assert max(np.abs(dW).max() for dW in net.loss_and_gradients(X, Y)[1].dW) < 1e-5
    assert not bp.gradient_check(wrong, X, Y)


def test_forward_difference_is_worse_than_central():
    # What the cube root of the machine precision buys: the forward difference loses four digits.
    net, x, y = bp.load_example()

    def loss(b):
        net.biases[1] = b
        return net.mean_loss(x, y)

    b = net.biases[1].copy()
    exact = bp.numerical_gradient(loss, b, "complex")
    central = bp.numerical_gradient(loss, b)
    eps = np.sqrt(np.finfo(float).eps)
    forward = np.array([(loss(b + eps * e) - loss(b)) / eps for e in np.eye(2)])
    assert np.abs(forward - exact).max() > 20 * np.abs(central - exact).max()


def test_the_line_of_a_check_that_passes():
    report = bp.check_gradient(lambda x: x * x, 4.0, 2.0, "complex", name="dx")
    assert str(report) == (
        "dx agrees with the complex check: relative error 0.0e+00 (allowed 1e-12), largest at dx: "
        "analytic 4, numeric 4"
    )


def test_an_error_equal_to_the_tolerance_passes():
    assert bp.check_gradient(lambda x: x.sum(), [1.0, 1.0], [0.0, 0.0], "complex", tolerance=0.0)


def test_float32_input_is_differentiated_in_float64():
    gradient = bp.numerical_gradient(cubes, X.astype(np.float32))
    assert gradient.dtype == np.float64
    np.testing.assert_allclose(gradient, GRADIENT, rtol=1e-9)


@pytest.mark.parametrize("method", ["central", "complex"])
@pytest.mark.parametrize(
    ("back", "what"),
    [
        (None, "NoneType"),  # a function that computes and forgets to return, as in UFLDL's checker
        ("one", "str"),
        (np.ones(2), "an array of shape (2,)"),
        (np.ones((0, 3)), "an array of shape (0, 3)"),
    ],
)
def test_a_function_must_return_one_number(back, what, method):
    message = refusal(TypeError, bp.numerical_gradient, lambda x: back, [1.0], method)
    assert message == f"f: expected one number back, got {what}"


@pytest.mark.parametrize("method", ["central", "complex"])
def test_an_array_with_one_number_will_do(method):
    gradient = bp.numerical_gradient(lambda x: (x * x).reshape(1, 1), [3.0], method)
    np.testing.assert_allclose(gradient, [6.0], rtol=1e-9)


def test_complex_input_is_refused():
    message = refusal(TypeError, bp.numerical_gradient, cubes, [1j])
    assert message == "x: expected real numbers, got complex ones"


def test_arguments_are_called_by_their_names():
    words = "expected an array of numbers, got an array of text"
    assert refusal(TypeError, bp.numerical_gradient, cubes, ["a"]) == f"x: {words}"
    assert refusal(TypeError, bp.check_gradient, cubes, [1.0], ["a"]) == f"x: {words}"
    assert refusal(TypeError, bp.check_gradient, cubes, ["a"], [1.0]) == f"grad: {words}"


def test_the_random_direction_is_seeded():
    net, x, y = bp.load_example()

    def along(**keywords):
        return bp.gradient_check(net, x, y, method="adjoint", **keywords).worst.numeric

    assert along() == along() == along(rng=0)
    assert along(rng=6) == along(rng=np.random.default_rng(6)) != along()


@pytest.mark.parametrize("method", ["central", "complex", "adjoint"])
def test_gradients_that_are_all_zero_are_caught(method):
    net, x, y = bp.load_example()
    zero = broken(
        change=lambda net, X, Y, g: g._replace(
            dW=[0 * dW for dW in g.dW], db=[0 * db for db in g.db]
        )
    )(net.weights, net.biases)
    report = bp.gradient_check(zero, x, y, method=method)
    assert not report
    assert report.worst.method == method
