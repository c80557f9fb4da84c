"""MatrixLens in Python: what it reports and refuses."""

import numpy as np
import pytest
from traitlets import TraitError

from backprop.gradcheck import numerical_gradient
from backprop.widgets import MatrixLens

ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu")
LEMMAS = (1, 2, 3, 4, 6)


def random_lens(rng, number):
    p, n = rng.integers(1, 6, 2)
    return MatrixLens(
        rng.standard_normal((p, n)),
        rng.standard_normal(n),
        rng.standard_normal(p),
        b=rng.standard_normal(p),
        lemma=LEMMAS[number % 5],
        activation=ACTIVATIONS[number % 7],
    )


@pytest.mark.parametrize("lemma", LEMMAS)
def test_its_gradients_are_those_of_differences(lemma):
    lens = random_lens(np.random.default_rng(lemma), 2)
    lens.lemma = lemma
    lens.activation = "tanh"
    target = lens.v - np.array(lens.g)

    def scalar(name, value):
        other = MatrixLens(
            lens.W if name == "x" else value,
            value if name == "x" else lens.x,
            lens.g,
            b=lens.b,
            lemma=lemma,
        )
        return 0.5 * np.sum((other.v - target) ** 2)

    for name, got in (("x", lens.gradients.dx), ("W", lens.gradients.dW)):
        want = numerical_gradient(lambda v, n=name: scalar(n, v), np.array(getattr(lens, name)))
        np.testing.assert_allclose(got, want, atol=1e-7)


def test_it_refuses_with_the_limit():
    with pytest.raises(ValueError, match=r"at most 5 by 5.*got shape \(6, 2\)"):
        MatrixLens(np.ones((6, 2)), [1, 2], [1] * 6)
    with pytest.raises(ValueError, match=r"got shape \(3,\)"):
        MatrixLens([1, 2, 3], [1], [1])
    with pytest.raises(ValueError, match=r"x: expected shape \(2,\), got \(3,\)"):
        MatrixLens(np.ones((2, 2)), [1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="W: expected finite numbers, got nan"):
        MatrixLens([[np.nan]], [1], [1])
    lens = MatrixLens([[1.0]], [1], [1])
    for name, value in (("lemma", 5), ("activation", "sine"), ("x", [1.0, 2.0])):
        with pytest.raises(TraitError, match=name):
            setattr(lens, name, value)
    assert lens.x == [1.0]


def test_text_and_still_picture():
    lens = MatrixLens(np.ones((5, 5)), np.ones(5), np.ones(5), lemma=6)
    assert repr(lens) == "MatrixLens(5 x 5, lemma 6)"
    data, _ = lens._repr_mimebundle_()
    assert 1_000 < len(data["image/png"]) < 60_000
