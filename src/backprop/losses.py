r"""Loss functions: the value for each sample, and its gradient with respect to the output.

A loss is a small object with two functions of the network's output :math:`x^{(D)}` and the label
:math:`y`: its value, one number per sample, and its gradient with respect to the output, one row
per sample. Neither divides by the number of samples: that happens in one place, in the network.

The error term of the output layer is ``gradient * f'(u)``. A loss on logits takes the
pre-activation itself (the output activation is the identity), so its gradient already is the
error term.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ._shapes import (
    Array,
    as_array,
    require_finite,
    require_positive,
    require_shape,
    spell,
    to_array,
)
from .activations import sigmoid, softplus


class Loss:
    """What all losses share; a loss of your own derives from it.

    A subclass defines `labels`, `value` and `gradient`.

    Attributes
    ----------
    name : str
        The name under which networks and messages know it.
    on_logits : bool
        Whether it expects the pre-activation of the output layer, so that the network's output
        activation must be the identity.
    rows_per_sample : int
        How many rows of the network's output make one sample: 1, or 2 for a loss of pairs.
    """

    name: str = "loss"
    on_logits: bool = False
    rows_per_sample: int = 1

    def rows(self, X: ArrayLike) -> Array:
        """Lay the samples out as the rows that go through the network.

        Parameters
        ----------
        X : array_like
            The samples.

        Returns
        -------
        ndarray
            `X` itself, except for a loss of pairs.
        """
        return as_array("x", X)

    def samples(self, x: Array) -> int:
        """Return the number of samples that an output holds.

        Parameters
        ----------
        x : (n_D,) or (m, n_D) ndarray
            Output of the network.

        Returns
        -------
        int
            1 for a vector, else the rows divided by `rows_per_sample`.
        """
        return 1 if x.ndim == 1 else len(x) // self.rows_per_sample

    def labels(self, y: ArrayLike, x: Array) -> Array:
        """Check the labels against the output, and return them as an array of its dtype.

        Parameters
        ----------
        y : array_like
            Labels.
        x : ndarray
            Output of the network.

        Returns
        -------
        ndarray
            The labels, as `value` and `gradient` take them.
        """
        raise NotImplementedError

    def value(self, x: Array, y: Array) -> Array:
        """Return the loss of each sample.

        Parameters
        ----------
        x : ndarray
            Output of the network.
        y : ndarray
            Labels, as `labels` returns them.

        Returns
        -------
        ndarray
            Shape () for one sample, (m,) for a batch.
        """
        raise NotImplementedError

    def gradient(self, x: Array, y: Array) -> Array:
        """Return the gradient of each sample's loss with respect to the output.

        Parameters
        ----------
        x : ndarray
            Output of the network.
        y : ndarray
            Labels, as `labels` returns them.

        Returns
        -------
        ndarray
            The shape of `x`.
        """
        raise NotImplementedError

    def mean(self, x: Array, y: Array) -> float:
        """Return the mean of the samples' losses.

        Parameters
        ----------
        x : ndarray
            Output of the network.
        y : ndarray
            Labels, as `labels` returns them.

        Returns
        -------
        float
            The mean; complex if `x` is.
        """
        value: float = self.value(x, y).mean().item()
        return value

    def __repr__(self) -> str:
        """Return the loss as it would be made."""
        return f"{type(self).__name__}()"


def _entrywise(y: ArrayLike, x: Array) -> Array:
    """Check labels that have one number for each output."""
    array = as_array("y", y)
    require_shape("y", array, x.shape, "to match the network's output")
    require_finite("y", array)
    return array.astype(x.dtype, copy=False)


def _from_0_to_1(what: str, y: Array) -> None:
    bad = np.argwhere((y.real < 0) | (y.real > 1))
    if len(bad):
        place = tuple(int(i) for i in bad[0])
        raise ValueError(
            f"y: expected {what} from 0 to 1, got {y[place].real:.6g} at "
            f"y[{', '.join(map(str, place))}]"
        )


class SquaredError(Loss):
    r"""Half the squared distance, :math:`L=\tfrac12\lVert x-y\rVert^2`.

    Labels: the shape of the output.

    Notes
    -----
    Equation eq-loss-one-sample of the book. The error term of the output layer is
    :math:`(x-y)\odot f'(u)`, equation eq-delta-output.

    Examples
    --------
    >>> import numpy as np
    >>> from backprop.losses import SquaredError
    >>> loss, x, y = SquaredError(), np.array([3.0, 4.0]), np.zeros(2)
    >>> float(loss.value(x, y))
    12.5
    >>> loss.gradient(x, y)
    array([3., 4.])
    """

    name = "squared_error"

    def labels(self, y: ArrayLike, x: Array) -> Array:
        """Check that there is one label for each output.

        Parameters
        ----------
        y : (n_D,) or (m, n_D) array_like
            Labels.
        x : (n_D,) or (m, n_D) ndarray
            Output of the network.

        Returns
        -------
        (n_D,) or (m, n_D) ndarray
            The labels.

        Raises
        ------
        TypeError, ValueError
            If they have not the shape of the output, or are not finite numbers.
        """
        return _entrywise(y, x)

    def value(self, x: Array, y: Array) -> Array:
        """Return half the sum of the squared differences, of each sample.

        Parameters
        ----------
        x, y : (n_D,) or (m, n_D) ndarray
            Output and label.

        Returns
        -------
        () or (m,) ndarray
            The losses.
        """
        error = x - y
        # A product, not abs, so that the complex step passes through.
        return 0.5 * np.asarray(np.sum(error * error, axis=-1))

    def mean(self, x: Array, y: Array) -> float:
        """Return the mean of the samples' losses: half of all squares together, over m.

        Parameters
        ----------
        x, y : (n_D,) or (m, n_D) ndarray
            Output and label.

        Returns
        -------
        float
            The mean; complex if `x` is.
        """
        error = (x - y).ravel()
        value: float = 0.5 * error.dot(error).item() / self.samples(x)
        return value

    def gradient(self, x: Array, y: Array) -> Array:
        """Return the difference of output and label.

        Parameters
        ----------
        x, y : (n_D,) or (m, n_D) ndarray
            Output and label.

        Returns
        -------
        (n_D,) or (m, n_D) ndarray
            ``x - y``.
        """
        return x - y


class SoftmaxCrossEntropy(Loss):
    r"""Cross-entropy of the softmax, :math:`L=-\sum_k y_k\log p_k` with :math:`p` of the logits.

    Labels: probabilities, the shape of the output, each row summing to 1; or the number of the
    right class, an integer from 0 on, one per sample.

    Notes
    -----
    With :math:`p_k=e^{u_k}/\sum_i e^{u_i}` and :math:`\sum_k y_k=1` the loss is
    :math:`\log\sum_i e^{u_i}-\sum_k y_ku_k` and the error term of the output layer is
    :math:`p-y`. The largest logit is subtracted first, so that nothing overflows.

    Examples
    --------
    >>> import numpy as np
    >>> from backprop.losses import SoftmaxCrossEntropy
    >>> loss, u = SoftmaxCrossEntropy(), np.array([1000.0, 1000.0])
    >>> y = loss.labels(0, u)
    >>> loss.value(u, y).round(4)
    np.float64(0.6931)
    >>> loss.gradient(u, y)
    array([-0.5,  0.5])
    """

    name = "softmax_cross_entropy"
    on_logits = True

    def labels(self, y: ArrayLike, x: Array) -> Array:
        """Check the labels; class numbers become rows with a single 1.

        Parameters
        ----------
        y : array_like
            Probabilities, (n_D,) or (m, n_D), or integer classes, () or (m,).
        x : (n_D,) or (m, n_D) ndarray
            Logits.

        Returns
        -------
        (n_D,) or (m, n_D) ndarray
            Probabilities.

        Raises
        ------
        TypeError, ValueError
            If they are neither class numbers below n_D, one for each sample, nor probabilities of
            the shape of the output, each row summing to 1.
        """
        array = to_array("y", y)
        if array.dtype.kind in "iu" and array.ndim == x.ndim - 1:
            require_shape("y", array, x.shape[:-1], "for one class per sample")
            return _rows_with_a_single_1("y", array, x.shape[-1]).astype(x.dtype)
        array = _entrywise(y, x)
        total = np.sum(array, axis=-1)
        wrong = np.abs(total - 1) > 1e-6 * array.shape[-1]
        if np.any(wrong):
            row = int(np.argmax(wrong))
            place = f"row {row} sums" if array.ndim > 1 else "they sum"
            raise ValueError(
                "y: expected class numbers (integers), or probabilities that sum to 1, but "
                f"{place} to {np.ravel(total)[row].real:.6g}"
            )
        _from_0_to_1("probabilities", array)
        return array

    def value(self, x: Array, y: Array) -> Array:
        """Return the logarithm of the sum of exponentials, minus the labelled logit.

        Parameters
        ----------
        x, y : (n_D,) or (m, n_D) ndarray
            Logits and probabilities.

        Returns
        -------
        () or (m,) ndarray
            The losses.
        """
        shifted = _below_the_largest(x)
        log_sums = np.log(_sums_of_rows(np.exp(shifted)))
        return np.asarray(log_sums - np.sum(y * shifted, axis=-1))

    def mean(self, x: Array, y: Array) -> float:
        """Return the mean of the samples' losses, the labelled logits subtracted all together.

        Parameters
        ----------
        x, y : (n_D,) or (m, n_D) ndarray
            Logits and probabilities.

        Returns
        -------
        float
            The mean; complex if `x` is.
        """
        shifted = _below_the_largest(x)
        log_sums = np.log(_sums_of_rows(np.exp(shifted)))
        labelled = shifted.ravel().dot(y.ravel())
        value: float = (_sums_of_rows(log_sums.ravel()).item() - labelled.item()) / self.samples(x)
        return value

    def gradient(self, x: Array, y: Array) -> Array:
        """Return softmax minus label.

        Parameters
        ----------
        x, y : (n_D,) or (m, n_D) ndarray
            Logits and probabilities.

        Returns
        -------
        (n_D,) or (m, n_D) ndarray
            ``p - y``.
        """
        return _softmax(x) - y


class BinaryCrossEntropy(Loss):
    r"""Cross-entropy of independent yes-or-no outputs, from their logits.

    Labels: numbers from 0 to 1, the shape of the output.

    Notes
    -----
    With the sigmoid :math:`p_k` of the logit :math:`u_k`, the loss
    :math:`-\sum_k\big(y_k\log p_k+(1-y_k)\log(1-p_k)\big)` is
    :math:`\sum_k\big(\log(1+e^{u_k})-y_ku_k\big)`, and the error term of the output layer is
    :math:`p-y`.

    Examples
    --------
    >>> import numpy as np
    >>> from backprop.losses import BinaryCrossEntropy
    >>> loss, u, y = BinaryCrossEntropy(), np.array([0.0, 1000.0]), np.array([1.0, 1.0])
    >>> loss.value(u, y).round(4)
    np.float64(0.6931)
    >>> loss.gradient(u, y)
    array([-0.5,  0. ])
    """

    name = "binary_cross_entropy"
    on_logits = True

    def labels(self, y: ArrayLike, x: Array) -> Array:
        """Check that there is one label from 0 to 1 for each output.

        Parameters
        ----------
        y : (n_D,) or (m, n_D) array_like
            Labels.
        x : (n_D,) or (m, n_D) ndarray
            Logits.

        Returns
        -------
        (n_D,) or (m, n_D) ndarray
            The labels.

        Raises
        ------
        TypeError, ValueError
            If they have not the shape of the output, or are not numbers from 0 to 1.
        """
        array = _entrywise(y, x)
        _from_0_to_1("labels", array)
        return array

    def value(self, x: Array, y: Array) -> Array:
        """Return the sum over the outputs, of each sample.

        Parameters
        ----------
        x, y : (n_D,) or (m, n_D) ndarray
            Logits and labels.

        Returns
        -------
        () or (m,) ndarray
            The losses.
        """
        # log(1 + exp(u)) - y u, written so that large logits of the right sign cancel exactly
        return np.asarray(np.sum((1 - y) * x + softplus(-x), axis=-1))

    def gradient(self, x: Array, y: Array) -> Array:
        """Return sigmoid minus label.

        Parameters
        ----------
        x, y : (n_D,) or (m, n_D) ndarray
            Logits and labels.

        Returns
        -------
        (n_D,) or (m, n_D) ndarray
            ``p - y``.
        """
        return sigmoid(x) - y


class Contrastive(Loss):
    r"""Contrastive loss of pairs: similar ones are drawn together, others pushed apart.

    With the distance :math:`d` of the two outputs of a pair, the loss is
    :math:`\tfrac12d^2` if the pair is similar and :math:`\tfrac12\max(0,\text{margin}-d)^2` if not.

    Samples: pairs, shape (m, 2, n_0); both go through the same network. Labels: 0 for a similar
    pair, 1 for a dissimilar one, shape (m,).

    Parameters
    ----------
    margin : float
        Distance beyond which dissimilar pairs are left alone.

    Raises
    ------
    TypeError, ValueError
        If `margin` is not a positive number.

    Notes
    -----
    Hadsell, Chopra and LeCun (2006). The network sees a pair as two rows, and their gradients with
    respect to the shared parameters add. For two dissimilar inputs with the same output, where
    the distance has a kink, the gradient is 0 by convention.

    Examples
    --------
    >>> import numpy as np
    >>> from backprop.losses import Contrastive
    >>> loss = Contrastive(margin=1)
    >>> x, y = np.array([[0.6], [0.0]]), np.array([1.0])
    >>> loss.value(x, y).round(4)
    array([0.08])
    >>> loss.gradient(x, y).round(4)
    array([[-0.4],
           [ 0.4]])
    """

    name = "contrastive"
    rows_per_sample = 2

    def __init__(self, margin: float = 1.0) -> None:
        self.margin = require_positive("margin", margin)

    def __repr__(self) -> str:
        """Return the loss as it would be made."""
        return f"Contrastive(margin={self.margin:g})"

    def rows(self, X: ArrayLike) -> Array:
        """Lay the pairs out one below the other.

        Parameters
        ----------
        X : (m, 2, n_0) array_like
            Pairs.

        Returns
        -------
        (2 m, n_0) ndarray
            Rows 2s and 2s + 1 are the pair s.

        Raises
        ------
        TypeError, ValueError
            If `X` does not hold numbers in this shape.
        """
        array = as_array("x", X)
        require_shape("x", array, ("m", 2, "n_0"), "for pairs")
        return array.reshape(-1, array.shape[2])

    def labels(self, y: ArrayLike, x: Array) -> Array:
        """Check that there is a label 0 or 1 for each pair.

        Parameters
        ----------
        y : (m,) array_like
            0 for similar, 1 for dissimilar.
        x : (2 m, n_D) ndarray
            Output of the network.

        Returns
        -------
        (m,) ndarray
            The labels.

        Raises
        ------
        TypeError, ValueError
            If they are not 0 or 1, one for each pair of rows.
        """
        if x.ndim != 2 or len(x) % 2:
            raise ValueError(
                f"x: expected two rows for each pair, (2 m, {x.shape[-1]}), got {spell(x.shape)}"
            )
        array = as_array("y", y)
        require_shape("y", array, (len(x) // 2,), "for one label per pair")
        bad = np.flatnonzero((array != 0) & (array != 1))
        if len(bad):
            place = int(bad[0])
            raise ValueError(
                f"y: expected 0 (similar) or 1 (dissimilar), got {array[place]:.6g} at y[{place}]"
            )
        return array.astype(x.dtype, copy=False)

    def value(self, x: Array, y: Array) -> Array:
        """Return the loss of each pair.

        Parameters
        ----------
        x : (2 m, n_D) ndarray
            Output of the network, the rows of a pair together.
        y : (m,) ndarray
            Labels.

        Returns
        -------
        (m,) ndarray
            The losses.
        """
        difference = x[0::2] - x[1::2]
        squared = np.sum(difference * difference, axis=-1)
        short = self.margin - np.sqrt(squared)
        short = np.where(short.real > 0, short, 0)
        return 0.5 * np.asarray((1 - y) * squared + y * (short * short))

    def gradient(self, x: Array, y: Array) -> Array:
        """Return the gradient with respect to both rows of each pair.

        Parameters
        ----------
        x : (2 m, n_D) ndarray
            Output of the network, the rows of a pair together.
        y : (m,) ndarray
            Labels.

        Returns
        -------
        (2 m, n_D) ndarray
            Of each pair, the second row is the first with the sign changed.
        """
        difference = x[0::2] - x[1::2]
        distance = np.sqrt(np.sum(difference * difference, axis=-1, keepdims=True))
        short = np.maximum(self.margin - distance, 0)
        # Where the distance is 0 so is the difference, and dividing by 1 leaves the product 0.
        apart = short / np.where(distance == 0, 1, distance)
        dissimilar = y[:, np.newaxis]
        gradient = np.empty_like(x)
        gradient[0::2] = (1 - dissimilar) * difference - dissimilar * (apart * difference)
        gradient[1::2] = -gradient[0::2]
        return gradient


def softmax(u: ArrayLike) -> Array:
    r"""Return :math:`p_k=e^{u_k}/\sum_i e^{u_i}`, for each row.

    Parameters
    ----------
    u : (n,) or (m, n) array_like
        Logits.

    Returns
    -------
    ndarray
        Numbers from 0 to 1 that sum to 1 in each row, the shape of `u`.

    Raises
    ------
    ValueError
        If `u` has no axis or an empty one, or holds NaN or infinity.
    TypeError
        If `u` does not hold numbers.

    Examples
    --------
    >>> from backprop.losses import softmax
    >>> softmax([1000.0, 1000.0, -1000.0])
    array([0.5, 0.5, 0. ])
    """
    u = as_array("u", u)
    if u.ndim == 0 or u.size == 0:
        raise ValueError(f"u: expected at least one logit in each row, got shape {spell(u.shape)}")
    require_finite("u", u)
    return _softmax(u)


def _softmax(u: Array) -> Array:
    powers = np.exp(_below_the_largest(u))
    p: Array = powers / _sums_of_rows(powers)[..., np.newaxis]
    return p


def _below_the_largest(u: Array) -> Array:
    # Minus the largest entry of its row: softmax stays the same, and no exponential overflows.
    shifted: Array = u - np.max(u.real, axis=-1, keepdims=True)
    return shifted


def _sums_of_rows(a: Array) -> Array:
    # A product with ones adds up the rows, faster than sum(axis=-1).
    return np.asarray(a.dot(np.ones(a.shape[-1], a.dtype)))


def one_hot(classes: ArrayLike, n: int) -> Array:
    """Return a row with a single 1 for each class number.

    Parameters
    ----------
    classes : () or (m,) array_like of int
        Class numbers from 0 to n - 1.
    n : int
        The number of classes.

    Returns
    -------
    (n,) or (m, n) ndarray
        Zeros and ones, float64.

    Raises
    ------
    TypeError
        If `classes` or `n` are not integers.
    ValueError
        If a class is negative or not below `n`, or `n` is not positive.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    numbers = to_array("classes", classes)
    if numbers.dtype.kind not in "iu":
        raise TypeError(f"classes: expected integers, got dtype {numbers.dtype}")
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise TypeError(f"n: expected an integer, got {type(n).__name__}")
    if n < 1:
        raise ValueError(f"n: expected at least one class, got {n}")
    return _rows_with_a_single_1("classes", numbers, n)


def _rows_with_a_single_1(name: str, numbers: Array, n: int) -> Array:
    bad = np.argwhere((numbers < 0) | (numbers >= n))
    if len(bad):
        place = tuple(int(i) for i in bad[0])
        where = f" at index {', '.join(map(str, place))}" if place else ""
        raise ValueError(
            f"{name}: expected class numbers from 0 to {n - 1}, got {numbers[place]}{where}"
        )
    rows: Array = np.eye(n)[numbers]
    return rows


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (SquaredError(), SoftmaxCrossEntropy(), BinaryCrossEntropy(), Contrastive())
}


def get(loss: str | Loss) -> Loss:
    """Return the loss of a name; a loss object is returned as it is.

    Parameters
    ----------
    loss : str or Loss
        A name (squared_error, softmax_cross_entropy, binary_cross_entropy, contrastive), or an
        object derived from `Loss`.

    Returns
    -------
    Loss
        The loss.

    Raises
    ------
    ValueError
        If the name is unknown.
    TypeError
        If it is neither a name nor a loss.

    Examples
    --------
    >>> from backprop.losses import get
    >>> get("squared_error")
    SquaredError()
    """
    if isinstance(loss, Loss):
        return loss
    if isinstance(loss, str):
        try:
            return LOSSES[loss]
        except KeyError:
            raise ValueError(f"loss: expected one of {', '.join(LOSSES)}, got {loss!r}") from None
    raise TypeError(f"loss: expected a name or a Loss, got {type(loss).__name__}")
