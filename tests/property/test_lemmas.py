"""Each lemma as the adjoint of the differential, which is written independently."""

import numpy as np
from hypothesis import given

from backprop import lemmas
from backprop.activations import get
from tests.property.strategies import dims, seeds

CLOSE = {"rtol": 1e-12, "atol": 1e-12}


def draw(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


@given(m=dims, n=dims, seed=seeds)
def test_affine_vjp_is_adjoint_to_the_differential(m, n, seed):
    W, x, W_dot, x_dot, b_dot, delta = draw(seed, (m, n), n, (m, n), n, m, m)
    dW, db, dx = lemmas.affine_vjp(delta, W, x)
    u_dot = W_dot @ x + W @ x_dot + b_dot  # product rule, written independently
    pulled_back = np.sum(dW * W_dot) + db @ b_dot + dx @ x_dot
    np.testing.assert_allclose(pulled_back, delta @ u_dot, **CLOSE)


@given(m=dims, n=dims, seed=seeds)
def test_linear_vjps_are_the_parts_of_the_affine_one(m, n, seed):
    W, x, delta = draw(seed, (m, n), n, m)
    g = lemmas.affine_vjp(delta, W, x)
    assert np.array_equal(lemmas.linear_vjp_W(delta, x), g.dW)
    assert np.array_equal(lemmas.linear_vjp_x(delta, W), g.dx)


@given(n=dims, seed=seeds)
def test_elementwise_vjp_is_adjoint(n, seed):
    x, x_dot, dv = draw(seed, n, n, n)
    g = lemmas.elementwise_vjp(dv, np.cos(x))
    v_dot = np.sin(x + 1e-20j * x_dot).imag / 1e-20
    np.testing.assert_allclose(g @ x_dot, dv @ v_dot, **CLOSE)


@given(m=dims, n=dims, seed=seeds)
def test_composite_is_adjoint(m, n, seed):
    W, b, x, x_dot, dv = draw(seed, (m, n), m, n, n, m)
    tanh = get("tanh")
    g = lemmas.affine_elementwise_vjp(dv, tanh.derivative(W @ x + b), W)
    v_dot = np.tanh(W @ (x + 1e-20j * x_dot) + b).imag / 1e-20
    np.testing.assert_allclose(g @ x_dot, dv @ v_dot, **CLOSE)


@given(m=dims, n=dims, seed=seeds)
def test_the_general_lemma_contains_the_others(m, n, seed):
    W, x, slope, dv = draw(seed, (m, n), n, m, m)
    general = lemmas.jacobian_vjp
    np.testing.assert_allclose(general(dv, W), lemmas.linear_vjp_x(dv, W), **CLOSE)
    np.testing.assert_allclose(
        general(dv, np.diag(slope)), lemmas.elementwise_vjp(dv, slope), **CLOSE
    )
    np.testing.assert_allclose(
        general(dv, np.diag(slope) @ W), lemmas.affine_elementwise_vjp(dv, slope, W), **CLOSE
    )
    # with respect to W, row by row: the Jacobian is the Kronecker product of I and x^T
    np.testing.assert_allclose(
        general(dv, np.kron(np.eye(m), x)), lemmas.linear_vjp_W(dv, x).ravel(), **CLOSE
    )


@given(n=dims, seed=seeds)
def test_gradients_of_a_variable_used_twice_add(n, seed):
    A, B, x, dv = draw(seed, (n, n), (n, n), n, n)
    tanh = get("tanh")  # the map x -> A tanh(x) + B x uses x twice
    paths = [
        lemmas.elementwise_vjp(lemmas.linear_vjp_x(dv, A), tanh.derivative(x)),
        lemmas.linear_vjp_x(dv, B),
    ]
    J = np.array([(A @ np.tanh(x + step) + B @ (x + step)).imag / 1e-20
                  for step in 1e-20j * np.eye(n)]).T  # fmt: skip
    np.testing.assert_allclose(lemmas.jacobian_vjp(dv, J), sum(paths), **CLOSE)


@given(m=dims, n=dims, seed=seeds)
def test_nothing_is_changed_or_shared(m, n, seed):
    W, x, delta, slope = draw(seed, (m, n), n, m, m)
    kept = [a.copy() for a in (W, x, delta, slope)]
    results = [
        *lemmas.affine_vjp(delta, W, x),
        lemmas.elementwise_vjp(delta, slope),
        lemmas.jacobian_vjp(delta, W),
        lemmas.affine_elementwise_vjp(delta, slope, W),
    ]
    for before, after in zip(kept, (W, x, delta, slope), strict=True):
        assert np.array_equal(before, after)
        assert not any(np.shares_memory(after, result) for result in results)
