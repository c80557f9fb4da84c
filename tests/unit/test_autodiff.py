import math

import numpy as np
import pytest

import backprop as bp
from backprop.autodiff import Value


def test_by_hand():
    a, b = Value(2.0), Value(-3.0)
    c = a * b + a**3 - b / a
    c.backward()
    assert c.data == -6 + 8 + 1.5
    assert a.grad == -3 + 12 + (-3) / 4
    assert b.grad == 2 - 0.5


def test_fan_out_adds():
    a = Value(3.0)
    (a + a).backward()
    assert a.grad == 2.0
    b = Value(3.0)
    c = b * b
    (c * c).backward()  # b ** 4
    assert b.grad == 4 * 27


def test_backward_twice_starts_again():
    a = Value(3.0)
    b = a * a
    b.backward()
    b.backward()
    assert a.grad == 6.0


def test_what_is_not_above_the_result_is_left_alone():
    a, other = Value(1.0), Value(1.0)
    a.exp().backward()
    assert other.grad == 0.0


@pytest.mark.parametrize(
    ("method", "function", "derivative", "at"),
    [
        ("exp", math.exp, math.exp, 0.7),
        ("log", math.log, lambda t: 1 / t, 0.7),
        ("tanh", math.tanh, lambda t: 1 - math.tanh(t) ** 2, 0.7),
        ("sigmoid", lambda t: 1 / (1 + math.exp(-t)),
         lambda t: math.exp(-t) / (1 + math.exp(-t)) ** 2, 0.7),
        ("relu", lambda t: t, lambda t: 1.0, 0.7),
        ("relu", lambda t: 0.0, lambda t: 0.0, -0.7),
        ("relu", lambda t: 0.0, lambda t: 0.0, 0.0),
        ("__neg__", lambda t: -t, lambda t: -1.0, 0.7),
    ],
)  # fmt: skip
def test_functions(method, function, derivative, at):
    a = Value(at)
    result = getattr(a, method)()
    result.backward()
    assert result.data == pytest.approx(function(at), rel=1e-15)
    assert a.grad == pytest.approx(derivative(at), rel=1e-14)


@pytest.mark.parametrize(
    ("operation", "value", "slope"),
    [
        (lambda a: a + 1, 3, 1),
        (lambda a: 1 + a, 3, 1),
        (lambda a: a - 1, 1, 1),
        (lambda a: 1 - a, -1, -1),
        (lambda a: a * 5, 10, 5),
        (lambda a: 5 * a, 10, 5),
        (lambda a: a / 4, 0.5, 0.25),
        (lambda a: 4 / a, 2, -1),
        (lambda a: a**3, 8, 12),
        (lambda a: a**0, 1, 0),
    ],
)
def test_operations_with_plain_numbers(operation, value, slope):
    a = Value(2.0)
    result = operation(a)
    result.backward()
    assert (result.data, a.grad) == (value, slope)


def test_zero_to_the_power_zero():
    a = Value(0.0)
    result = a**0
    result.backward()
    assert (result.data, a.grad) == (1.0, 0.0)


def test_sigmoid_does_not_overflow():
    assert Value(-1e6).sigmoid().data == 0.0


def test_long_chains_do_not_recurse():
    a = Value(1.0)
    b = a
    for _ in range(20_000):
        b = b + 1
    b.backward()
    assert a.grad == 1.0


def test_repr():
    a = Value(2)
    (a * a).backward()
    assert repr(a) == "Value(2, grad=4)"


def test_same_gradients_as_the_network():
    net, x, y = bp.load_example()
    W, b = ([[[Value(v) for v in row] for row in M] for M in net.weights],
            [[Value(v) for v in vector] for vector in net.biases])  # fmt: skip
    values = [Value(v) for v in x]
    for layer in range(2):
        values = [
            sum((w * v for w, v in zip(W[layer][i], values, strict=True)), b[layer][i]).sigmoid()
            for i in range(len(b[layer]))
        ]
    loss = 0.5 * sum((v - t) ** 2 for v, t in zip(values, y, strict=True))
    loss.backward()
    value, g = net.loss_and_gradients(x, y)
    assert loss.data == pytest.approx(value, rel=1e-14)
    for layer in range(2):
        tape = [[w.grad for w in row] for row in W[layer]]
        np.testing.assert_allclose(tape, g.dW[layer], rtol=1e-12)
        np.testing.assert_allclose([v.grad for v in b[layer]], g.db[layer], rtol=1e-12)
