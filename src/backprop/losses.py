r"""Loss functions: the value for each sample, and its gradient with respect to the output.

A loss is a small object with two functions of the network's output :math:`x^{(D)}` and the label
:math:`y`: its value, one number per sample, and its gradient with respect to the output, one row
per sample. Neither divides by the number of samples: that happens in one place, in the network.
"""

from __future__ import annotations

import numpy as np

from ._shapes import Array, as_array, require_finite, require_shape


class Loss:
    """What all losses share; a loss of your own derives from it.

    Attributes
    ----------
    name : str
        The name under which networks and messages know it.
    on_logits : bool
        Whether it expects the pre-activation of the output layer, so that the network's output
        activation must be the identity.
    """

    name: str = "loss"
    on_logits: bool = False

    def labels(self, y: object, x: Array) -> Array:
        """Check the labels `y` against the output `x`, and return them as an array."""
        raise NotImplementedError

    def value(self, x: Array, y: Array) -> Array:
        """Return the loss of each sample."""
        raise NotImplementedError

    def gradient(self, x: Array, y: Array) -> Array:
        """Return the gradient with respect to the output, the shape of `x`."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """Return the loss's name, as a call."""
        return f"{type(self).__name__}()"


class SquaredError(Loss):
    r"""Half the squared distance, :math:`L=\tfrac12\lVert x-y\rVert^2`.

    Notes
    -----
    Equation eq-loss-one-sample of the book.

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

    def labels(self, y: object, x: Array) -> Array:
        """Check that `y` has the shape of the output.

        Parameters
        ----------
        y : array_like
            Labels, shape (n_D,), or (m, n_D) for a batch.
        x : ndarray
            Output of the network, the same shape.

        Returns
        -------
        ndarray
            The labels.
        """
        array = as_array("y", y)  # type: ignore[arg-type]
        require_shape("y", array, x.shape, "to match the network's output")
        require_finite("y", array)
        return array

    def value(self, x: Array, y: Array) -> Array:
        """Return half the sum of squared differences, of each sample.

        Parameters
        ----------
        x, y : ndarray
            Output and label, (n_D,) or (m, n_D).

        Returns
        -------
        ndarray
            Shape () for one sample, (m,) for a batch.
        """
        error = x - y
        return 0.5 * np.sum(error * error, axis=-1)  # no abs: the complex step passes through

    def gradient(self, x: Array, y: Array) -> Array:
        """Return the difference of output and label.

        Parameters
        ----------
        x, y : ndarray
            Output and label, (n_D,) or (m, n_D).

        Returns
        -------
        ndarray
            ``x - y``.
        """
        return x - y


LOSSES: dict[str, Loss] = {loss.name: loss for loss in (SquaredError(),)}


def get(loss: str | Loss) -> Loss:
    """Return the loss of a name; a loss object is returned as it is.

    Parameters
    ----------
    loss : str or Loss
        A name, or an object derived from `Loss`.

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
