import math

import numpy as np
import pytest

import backprop as bp
from tests.unit.refusals import refusal


def line(**keywords):
    """A linear neuron, to be fitted to y = 2 x by hand."""
    net = bp.Network([[[1.0]]], [[0.0]], "identity")
    history = bp.train(net, [[1.0], [2.0]], [[2.0], [4.0]], **keywords)
    return float(net.weights[0][0, 0]), float(net.biases[0][0]), history


def test_batch_step_by_hand():
    # errors -1 and -2: dw = (-1 - 4) / 2, db = (-1 - 2) / 2
    w, b, history = line(learning_rate=0.1)
    assert w == pytest.approx(1.25)
    assert b == pytest.approx(0.15)
    assert history.loss == history.step_loss == [(0.5 + 2.0) / 2]
    assert history.stopped == "finished"


def test_single_sample_steps_by_hand():
    w, b, history = line(learning_rate=0.1, batch_size=1, shuffle=False)
    # first error -1: w = 1.1, b = 0.1; then 1.1 * 2 + 0.1 - 4 = -1.7
    assert w == pytest.approx(1.1 + 0.1 * 1.7 * 2)
    assert b == pytest.approx(0.1 + 0.1 * 1.7)
    assert history.step_loss == pytest.approx([0.5, 0.5 * 1.7**2])
    assert history.loss == pytest.approx([(0.5 + 0.5 * 1.7**2) / 2])


def test_momentum_by_hand():
    w, _, _ = line(learning_rate=0.1, momentum=0.5, epochs=1)
    assert w == pytest.approx(1.25)
    # second epoch: errors -0.6 and -1.35, dw = (-0.6 - 2.7) / 2 = -1.65
    w, _, _ = line(learning_rate=0.1, momentum=0.5, epochs=2)
    assert w == pytest.approx(1.25 + 0.5 * 0.25 + 0.165)


def test_mini_batches_take_the_rest_last():
    net = bp.Network.random([2, 2], rng=0)
    sizes = []

    class Spy(bp.losses.SquaredError):
        def value(self, x, y):
            sizes.append(len(x))
            return super().value(x, y)

        def mean(self, x, y):
            return float(self.value(x, y).mean())

    X, Y = np.zeros((7, 2)), np.zeros((7, 2))
    history = bp.train(net, X, Y, batch_size=3, epochs=2, loss=Spy())
    assert sizes == [3, 3, 1, 3, 3, 1]
    assert len(history.loss) == 2
    assert len(history.step_loss) == 6


def test_training_is_plain_gradient_descent():
    """Against the fresh gradients, written out."""
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(10, 3)), rng.uniform(size=(10, 2))
    net = bp.Network.random([3, 5, 2], sigma=1.0, rng=1)
    other = net.copy()
    bp.train(net, X, Y, batch_size=4, learning_rate=0.5, epochs=3, rng=9)
    order = np.random.default_rng(9)
    for _ in range(3):
        permutation = order.permutation(10)
        for start in (0, 4, 8):
            chosen = permutation[start : start + 4]
            _, g = other.loss_and_gradients(X[chosen], Y[chosen])
            for layer in range(2):
                other.weights[layer] -= 0.5 * g.dW[layer]
                other.biases[layer] -= 0.5 * g.db[layer]
    for a, b in zip((*net.weights, *net.biases), (*other.weights, *other.biases), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)


def test_same_seed_same_bits():
    digits = bp.load_digits()
    X, y = digits.X_train[:200], digits.y_train[:200]
    nets = []
    for seed in (3, 3, 4):
        net = bp.Network.random([64, 8, 10], rng=0, output_activation="identity")
        bp.train(net, X, y, loss="softmax_cross_entropy", batch_size=16, epochs=2, rng=seed)
        nets.append(net.weights[0].tobytes())
    assert nets[0] == nets[1] != nets[2]


def test_global_random_state_is_neither_read_nor_changed():
    state = np.random.get_state()[1].copy()
    line(batch_size=1, epochs=3, rng=0)
    assert np.array_equal(state, np.random.get_state()[1])


def test_arrays_are_changed_in_place_and_data_are_not():
    net = bp.Network.random([3, 2], rng=0)
    W, before = net.weights[0], net.weights[0].copy()
    X, Y = np.ones((4, 3)), np.zeros((4, 2))
    bp.train(net, X, Y, batch_size=2, rng=0)
    assert net.weights[0] is W
    assert not np.array_equal(W, before)
    assert X.all()
    assert not Y.any()


def test_float32_stays_float32():
    net = bp.Network.random([3, 4, 2], rng=0, dtype=np.float32)
    bp.train(net, np.ones((4, 3)), np.zeros((4, 2)), epochs=2, momentum=0.9)
    assert {a.dtype for a in (*net.weights, *net.biases)} == {np.dtype(np.float32)}


def test_without_shuffling_the_order_is_kept():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(9, 3)), rng.uniform(size=(9, 2))
    net = bp.Network.random([3, 2], sigma=1.0, rng=1)
    other = net.copy()
    bp.train(net, X, Y, batch_size=1, learning_rate=0.5, shuffle=False)
    for x, y in zip(X, Y, strict=True):
        _, g = other.loss_and_gradients(x, y)
        other.weights[0] -= 0.5 * g.dW[0]
        other.biases[0] -= 0.5 * g.db[0]
    np.testing.assert_allclose(net.weights[0], other.weights[0], rtol=1e-13)


def test_a_whole_batch_is_not_shuffled():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(9, 3)), rng.uniform(size=(9, 2))
    nets = [bp.Network.random([3, 2], sigma=1.0, rng=1) for _ in range(4)]
    for seed, net in enumerate(nets):
        bp.train(net, X, Y, batch_size=9, rng=seed, epochs=3)
    assert len({net.weights[0].tobytes() for net in nets}) == 1


def test_the_loss_of_an_epoch_is_the_mean_of_its_steps():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(7, 3)), rng.uniform(size=(7, 2))
    net = bp.Network.random([3, 2], sigma=1.0, rng=1)
    history = bp.train(net, X, Y, batch_size=3, epochs=3, rng=0)
    assert history.loss == pytest.approx(np.mean(np.reshape(history.step_loss, (3, 3)), axis=1))


def test_default_learning_rate():
    assert line() == line(learning_rate=0.1)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_float32_is_computed_in_float32(momentum):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(9, 3)), rng.uniform(size=(9, 2))
    net = bp.Network.random([3, 2], sigma=1.0, rng=1, dtype=np.float32)
    other = net.copy()
    bp.train(net, X, Y, learning_rate=0.1, momentum=momentum, epochs=20)
    eta, mu = np.float32(0.1), np.float32(momentum)
    v_W, v_b = np.zeros((2, 3), np.float32), np.zeros(2, np.float32)
    for _ in range(20):
        _, g = other.loss_and_gradients(X, Y)
        v_W, v_b = mu * v_W - eta * g.dW[0], mu * v_b - eta * g.db[0]
        other.weights[0], other.biases[0] = other.weights[0] + v_W, other.biases[0] + v_b
    assert net.weights[0].tobytes() == other.weights[0].tobytes()
    assert net.biases[0].tobytes() == other.biases[0].tobytes()


def test_pairs():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(9, 2, 3))
    Y = np.arange(9) % 2
    net = bp.Network.random([3, 4, 2], sigma=1.0, rng=0)
    history = bp.train(net, X, Y, loss=bp.losses.Contrastive(margin=1), batch_size=4, epochs=30,
                       learning_rate=1.0, rng=0)  # fmt: skip
    assert history.loss[-1] < 0.6 * history.loss[0]
    assert len(history.step_loss) == 90


def test_classes_and_momentum_learn_the_digits():
    digits = bp.load_digits(seed=0)
    net = bp.Network.random([64, 32, 10], init="glorot", rng=0, output_activation="identity")
    bp.train(net, digits.X_train, digits.y_train, loss="softmax_cross_entropy", batch_size=32,
             learning_rate=0.3, momentum=0.9, epochs=12, rng=0)  # fmt: skip
    right = net.predict(digits.X_test).argmax(axis=1) == digits.y_test
    assert right.mean() > 0.96


# How it ends


def test_callback_sees_every_epoch_and_can_stop():
    seen = []

    def callback(net, history):
        seen.append((len(history.loss), float(net.weights[0][0, 0])))
        return len(seen) == 3

    _, _, history = line(epochs=10, callback=callback)
    assert [count for count, _ in seen] == [1, 2, 3]
    assert history.stopped == "callback"
    assert len(history.loss) == 3


def test_a_callback_may_change_the_network():
    def from_one(net, history):
        net.weights[0][:], net.biases[0][:] = 1.0, 0.0

    w, _, history = line(epochs=3, callback=from_one)
    assert w == 1.0
    assert len(set(history.loss)) == 1

    def best(net, history):  # early stopping, with the parameters from before
        net.weights[0][:] = 7.0
        return True

    assert line(epochs=3, callback=best)[0] == 7.0

    def failing(net, history):
        net.weights[0][:] = 7.0
        raise KeyboardInterrupt

    assert line(epochs=3, callback=failing)[0] == 7.0


def test_a_callback_may_put_other_arrays_into_the_network():
    def another(net, history):
        net.weights[0] = np.array([[1.0]])

    net = bp.Network([[[1.0]]], [[0.0]], "identity")
    bp.train(net, [[1.0]], [[2.0]], epochs=2, callback=another)
    assert net.weights[0] == 1.0
    bp.train(net, [[1.0]], [[2.0]], epochs=1)
    assert net.weights[0] != 1.0


def test_the_network_holds_what_was_reached_when_training_diverges():
    net = bp.Network([[[1.0]]], [[0.0]], "identity")
    with pytest.raises(bp.DivergenceError):
        bp.train(net, [[1.0]], [[2.0]], learning_rate=1e3, epochs=500)
    assert abs(net.weights[0][0, 0]) > 1e100


def test_keyboard_interrupt_keeps_the_history():
    def callback(net, history):
        if len(history.loss) == 4:
            raise KeyboardInterrupt

    _, _, history = line(epochs=10, callback=callback)
    assert history.stopped == "interrupted"
    assert len(history.loss) == 4


def test_other_errors_pass_through():
    with pytest.raises(ZeroDivisionError):
        line(callback=lambda net, history: 1 / 0)


def test_divergence_names_the_step():
    with pytest.raises(bp.DivergenceError) as caught:
        line(learning_rate=1e3, epochs=500)
    history = caught.value.history
    assert history.stopped == "diverged"
    steps = len(history.step_loss)
    assert not math.isfinite(history.step_loss[-1])
    assert all(math.isfinite(value) for value in history.step_loss[:-1])
    last = history.step_loss[-2]
    assert str(caught.value) == (
        f"training diverged at step {steps} (epoch {steps}): the loss is "
        f"{history.step_loss[-1]}; the last finite loss was {last:.3g}. "
        "A smaller learning_rate than 1000 may help"
    )


def test_divergence_of_a_parameter_alone():
    # The sigmoid of an infinite number is 1: the loss stays finite while the weight does not.
    net = bp.Network([[[1e308]]], [[0.0]], (lambda u: u, lambda u: np.full_like(u, -1e308)))
    with pytest.raises(bp.DivergenceError, match="a parameter is not finite"):
        bp.train(net, [[1e-308]], [[0.0]], learning_rate=1e308)


def test_divergence_at_the_first_step():
    net = bp.Network([[[1e200]]], [[0.0]], "identity")
    with pytest.raises(bp.DivergenceError) as caught:
        bp.train(net, [[1e200]], [[0.0]], learning_rate=1)
    assert str(caught.value) == (
        "training diverged at step 1 (epoch 1): the loss is inf. "
        "A smaller learning_rate than 1 may help"
    )


def test_divergence_to_nan_does_not_warn():
    digits = bp.load_digits()
    net = bp.Network.random([64, 8, 10], rng=0, output_activation="identity")
    with pytest.raises(bp.DivergenceError, match=r"the loss is (nan|inf)"):
        bp.train(net, 1e3 * digits.X_train, digits.y_train, loss="softmax_cross_entropy",
                 batch_size=32, learning_rate=1e307, momentum=0.9, epochs=3, rng=0)  # fmt: skip


def test_zero_epochs():
    w, _, history = line(epochs=0)
    assert w == 1.0
    assert history.loss == []
    assert history.stopped == "finished"


def test_progress_goes_to_standard_error(capsys):
    line(epochs=20, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "epoch 20 of 20, loss " in err
    assert err.endswith("\n")
    line(epochs=20)
    assert capsys.readouterr() == ("", "")


def test_progress_line(capsys, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])

    def callback(net, history):
        now[0] += 0.06  # so that every other epoch comes too soon after the last line

    line(epochs=10, learning_rate=0.1, progress=True, callback=callback)
    lines = capsys.readouterr().err.split("\r")[1:]
    assert [text.split("epoch ")[1].split(" ")[0] for text in lines] == [
        "1",
        "3",
        "5",
        "7",
        "9",
        "10",
    ]
    assert lines[0].startswith("[###...........................] epoch 1 of 10, loss 1.25 ")
    assert lines[2].startswith("[###############...............] epoch 5 of 10, loss ")
    assert lines[-1].startswith("[##############################] epoch 10 of 10, loss ")


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        ({"batch_size": 0}, ValueError, "batch_size: expected at least 1 sample, got 0"),
        ({"batch_size": 1.5}, TypeError, "batch_size: expected an integer or None, got float"),
        ({"batch_size": True}, TypeError, "batch_size: expected an integer or None, got bool"),
        ({"learning_rate": -0.1}, ValueError,
         "learning_rate: expected a positive number, got -0.1"),
        ({"learning_rate": 0}, ValueError, "learning_rate: expected a positive number, got 0"),
        ({"learning_rate": math.nan}, ValueError,
         "learning_rate: expected a positive number, got nan"),
        ({"momentum": 1.0}, ValueError, "momentum: expected a number from 0 up to 1, got 1.0"),
        ({"momentum": -0.1}, ValueError, "momentum: expected a number from 0 up to 1, got -0.1"),
        ({"epochs": -1}, ValueError, "epochs: expected a number that is not negative, got -1"),
        ({"epochs": 1.0}, TypeError, "epochs: expected an integer, got float"),
        ({"loss": "softmax_cross_entropy"}, ValueError,
         "y: expected class numbers (integers), or probabilities that sum to 1, but row 0 sums "
         "to 2"),
    ],
)  # fmt: skip
def test_refusals(keywords, error, message):
    assert refusal(error, line, **keywords) == message


def test_refusals_of_data():
    net = bp.Network([[[1.0]]], [[0.0]], "identity")
    assert refusal(ValueError, bp.train, net, [1.0], [1.0]) == (
        "X: expected one sample in each row, shape (m, 1), got (1,)"
    )
    assert refusal(ValueError, bp.train, net, [[1.0], [2.0]], [[1.0]]) == (
        "y: expected shape (2, 1) to match the network's output, got (1, 1)"
    )
    assert refusal(ValueError, bp.train, net, [[1.0], [np.nan]], [[1.0], [1.0]]) == (
        "x: expected finite numbers, got nan at x[1, 0]"
    )


def test_a_large_batch_size_means_all():
    assert line(batch_size=100) == line()
