r"""Fully-connected networks: the forward pass and the recursion backwards.

Layers are counted from 1 in the book and lists from 0 in Python: what belongs to book layer
:math:`l` stands at list index :math:`l-1`, so ``weights[0]`` is :math:`W^{(1)}`, ``u[0]`` is
:math:`u^{(1)}` and ``delta[0]`` is :math:`\delta^{(1)}`. The list of outputs starts one earlier,
with the input: ``x[0]`` is :math:`x^{(0)}` and ``x[layer]`` is :math:`x^{(l)}` with the book's
own number.

One sample is a vector. Of a batch, each row is a sample; then :math:`u=Wx+b` of every sample at
once is ``np.dot(x, W.T) + b``.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from . import activations, losses
from ._shapes import (
    Array,
    as_array,
    random_generator,
    require_finite,
    require_number,
    require_shape,
    spell,
)
from .activations import Activation
from .counting import watch
from .losses import Loss

if TYPE_CHECKING:
    from .workspace import Workspace

ActivationLike = str | Activation | tuple[Callable[[Array], Array], Callable[[Array], Array]]


_FORMAT = "backpropagation-book network 1"


class Forward(NamedTuple):
    r"""What the forward pass computes and the backward pass needs.

    Attributes
    ----------
    u : list of ndarray
        Pre-activations: ``u[0]`` is :math:`u^{(1)}`, shape (n_1,) or (m, n_1), and so on.
    x : list of ndarray
        Outputs, the input first: ``x[0]`` is :math:`x^{(0)}`, ``x[1]`` is :math:`x^{(1)}`, ...
    """

    u: list[Array]
    x: list[Array]


class Gradients(NamedTuple):
    r"""The gradients that the backward pass returns; index 0 belongs to layer 1.

    Attributes
    ----------
    delta : list of ndarray
        Error terms :math:`\delta^{(l)}=\nabla_{u^{(l)}}L`, (n_l,); of a batch (m, n_l), the rows
        those of the single samples, not divided by m.
    dW : list of ndarray
        Gradients with respect to the weights, (n_l, n_{l-1}); of a batch, of the mean loss.
    db : list of ndarray
        Gradients with respect to the biases, (n_l,); of a batch, of the mean loss.
    dx : ndarray or None
        Gradient with respect to the input, (n_0,) or (m, n_0), rows not divided by m; None where
        it was not asked for.
    """

    delta: list[Array]
    dW: list[Array]
    db: list[Array]
    dx: Array | None


class Network:
    r"""A fully-connected network.

    Parameters
    ----------
    weights : sequence of (n_l, n_{l-1}) array_like
        One matrix per layer; row i holds the weights of neuron i. Copied.
    biases : sequence of (n_l,) array_like
        One vector per layer. Copied.
    activation : str, Activation or pair of callables
        Activation of the hidden layers: a name of `backprop.activations`, or (f, f_prime).
    output_activation : str, Activation, pair of callables or None
        Activation of the last layer; None means the same as `activation`.

    Attributes
    ----------
    weights, biases : list of ndarray
        The parameters; the book's :math:`W^{(l)}` is ``weights[l - 1]``.
    activations : tuple of Activation
        One per layer.

    Raises
    ------
    TypeError
        If the parameters are not lists of arrays of numbers, or an activation not as described.
    ValueError
        If there is no layer, the shapes do not fit each other, a number is not finite, or an
        activation's name is unknown.

    Examples
    --------
    >>> import backprop as bp
    >>> net = bp.Network([[[1.0, -1.0]], [[2.0]]], [[0.0], [-1.0]], activation="sigmoid")
    >>> net
    Network(2-1-1, sigmoid)
    >>> net.predict([3.0, 3.0])
    array([0.5])
    """

    weights: list[Array]
    biases: list[Array]
    activations: tuple[Activation, ...]

    def __init__(
        self,
        weights: Sequence[ArrayLike],
        biases: Sequence[ArrayLike],
        activation: ActivationLike = "sigmoid",
        output_activation: ActivationLike | None = None,
    ) -> None:
        self.weights, self.biases = _parameters(weights, biases)
        hidden = last = activations.get(activation)
        if output_activation is not None:
            last = activations.get(output_activation, "output_activation")
        self.activations = (hidden,) * (len(self.weights) - 1) + (last,)

    def __len__(self) -> int:
        """Return the depth: the number of layers that have weights."""
        return len(self.weights)

    def __repr__(self) -> str:
        """Return the widths and the activations."""
        names = [f.name for f in self.activations]
        shown = names[0] if names[0] == names[-1] else f"{names[0]}, output {names[-1]}"
        return f"Network({'-'.join(map(str, self.sizes))}, {shown})"

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths of all layers, the input's first."""
        return (self.weights[0].shape[1], *(len(b) for b in self.biases))

    def forward(self, x: ArrayLike) -> Forward:
        r"""Compute :math:`u^{(l)}=W^{(l)}x^{(l-1)}+b^{(l)}` and :math:`x^{(l)}=f(u^{(l)})`.

        Parameters
        ----------
        x : (n_0,) or (m, n_0) array_like
            One sample, or a batch with one sample in each row.

        Returns
        -------
        Forward
            ``u`` and ``x`` of all layers.

        Raises
        ------
        TypeError, ValueError
            If `x` does not hold finite numbers, or not n_0 in each row.

        Notes
        -----
        Equation eq-forward-matrix of the book.

        Examples
        --------
        >>> import backprop as bp
        >>> net, x, y = bp.load_example()
        >>> net.forward(x).x[2].round(4)
        array([0.6794, 0.3603])
        """
        x = self._input(x)
        us, xs = [], [x]
        for W, b, activation in zip(self.weights, self.biases, self.activations, strict=True):
            u = np.dot(x, W.T) + b
            x = activation.f(u)
            us.append(u)
            xs.append(x)
        return Forward(us, xs)

    def predict(self, x: ArrayLike) -> Array:
        """Return the network's output alone.

        Parameters
        ----------
        x : (n_0,) or (m, n_0) array_like
            One sample, or a batch with one sample in each row.

        Returns
        -------
        (n_D,) or (m, n_D) ndarray
            The output of the last layer.

        Raises
        ------
        TypeError, ValueError
            As for `forward`.

        Examples
        --------
        >>> import backprop as bp
        >>> net, x, y = bp.load_example()
        >>> net.predict([x, x]).shape
        (2, 2)
        """
        return self.forward(x).x[-1]

    def backward(
        self,
        f: Forward,
        y: ArrayLike,
        loss: str | Loss = "squared_error",
        input_gradient: bool = True,
    ) -> Gradients:
        r"""Compute the gradients of the loss, from the last layer to the first.

        Parameters
        ----------
        f : Forward
            What `forward` returned.
        y : (n_D,) or (m, n_D) array_like
            The label of the sample; of a batch, one label in each row.
        loss : str or Loss
            A name of `backprop.losses`, or a loss object.
        input_gradient : bool
            Whether to compute ``dx`` as well, one more product.

        Returns
        -------
        Gradients
            ``delta``, ``dW`` and ``db`` of every layer, and ``dx``.

        Raises
        ------
        TypeError, ValueError
            If `f` is not from a network of these widths, `y` does not fit its output, or `loss`
            is unknown or takes logits that the output is not.

        Notes
        -----
        Equations eq-delta-output, eq-delta-hidden, eq-grad-w2-matrix, eq-grad-b2-matrix,
        eq-grad-w1-matrix and eq-grad-b1-matrix of the book, for any number of layers. A sample
        is a row here: the book's column :math:`W^\top\delta` is the row ``delta @ W``.

        Examples
        --------
        >>> import backprop as bp
        >>> net, x, y = bp.load_example()
        >>> g = net.backward(net.forward(x), y)
        >>> g.delta[1].round(4)
        array([-0.0698,  0.083 ])
        """
        self._require_own(f)
        loss = self._loss(loss)
        y = loss.labels(y, f.x[-1])
        m = loss.samples(f.x[-1])
        deltas, dWs, dbs = [], [], []
        dx = loss.gradient(f.x[-1], y)
        for layer in range(len(self), 0, -1):
            u, x, x_before = f.u[layer - 1], f.x[layer], f.x[layer - 1]
            delta = dx * self.activations[layer - 1].slope(u, x)
            share = np.atleast_2d(delta) / m  # the mean's 1/m enters here and nowhere else
            deltas.append(delta)
            dWs.append(np.dot(share.T, np.atleast_2d(x_before)))
            dbs.append(_sum_of_rows(share))
            if layer > 1 or input_gradient:
                dx = np.dot(delta, self.weights[layer - 1])
        return Gradients(deltas[::-1], dWs[::-1], dbs[::-1], dx if input_gradient else None)

    def loss_and_gradients(
        self, X: ArrayLike, Y: ArrayLike, loss: str | Loss = "squared_error"
    ) -> tuple[float, Gradients]:
        """Return the mean loss over the samples, and its gradients.

        Parameters
        ----------
        X : (n_0,) or (m, n_0) array_like
            One sample, or a batch with one sample in each row; (m, 2, n_0) for a loss of pairs.
        Y : (n_D,) or (m, n_D) array_like
            The labels, as the loss expects them.
        loss : str or Loss
            A name of `backprop.losses`, or a loss object.

        Returns
        -------
        value : float
            The mean of the samples' losses.
        gradients : Gradients
            As `backward` returns them, without ``dx``.

        Raises
        ------
        TypeError, ValueError
            As for `forward` and `backward`.

        Examples
        --------
        >>> import backprop as bp
        >>> net, x, y = bp.load_example()
        >>> value, g = net.loss_and_gradients(x, y)
        >>> round(value, 4)
        0.1163
        """
        loss = self._loss(loss)
        f = self.forward(loss.rows(X))
        y = loss.labels(Y, f.x[-1])
        return loss.mean(f.x[-1], y), self.backward(f, Y, loss, input_gradient=False)

    def mean_loss(self, X: ArrayLike, Y: ArrayLike, loss: str | Loss = "squared_error") -> float:
        """Return the mean loss over the samples: the forward pass alone.

        Parameters
        ----------
        X, Y, loss
            As for `loss_and_gradients`.

        Returns
        -------
        float
            The mean of the samples' losses; complex if the network or `X` is.

        Raises
        ------
        TypeError, ValueError
            As for `loss_and_gradients`.

        Examples
        --------
        >>> import backprop as bp
        >>> net, x, y = bp.load_example()
        >>> round(net.mean_loss(x, y), 4)
        0.1163
        """
        loss = self._loss(loss)
        output = self.predict(loss.rows(X))
        return loss.mean(output, loss.labels(Y, output))

    def workspace(self, m: int, loss: str | Loss = "squared_error") -> Workspace:
        """Return buffers for computing gradients of up to `m` samples again and again.

        Parameters
        ----------
        m : int
            The largest number of samples in one call.
        loss : str or Loss
            A name of `backprop.losses`, or a loss object.

        Returns
        -------
        Workspace
            Its ``loss_and_gradients(X, Y)`` returns the same numbers as the network's own.

        Raises
        ------
        TypeError, ValueError
            If `m` is not an integer of at least 1, the network complex, or `loss` unfit.

        Examples
        --------
        >>> import backprop as bp
        >>> net, x, y = bp.load_example()
        >>> workspace = net.workspace(1)
        >>> value, g = workspace.loss_and_gradients(x, y)
        >>> value == net.loss_and_gradients(x, y)[0]
        True
        """
        from .workspace import Workspace

        return Workspace(self, m, self._loss(loss))

    def copy(self) -> Network:
        """Return a network with copies of all parameters.

        Returns
        -------
        Network
            The copy; it shares no memory with this one.

        Examples
        --------
        >>> import backprop as bp
        >>> net, x, y = bp.load_example()
        >>> twin = net.copy()
        >>> twin.weights[0] is net.weights[0]
        False
        """
        return Network(self.weights, self.biases, self.activations[0], self.activations[-1])

    @classmethod
    def random(
        cls,
        sizes: Sequence[int],
        init: str = "normal",
        sigma: float | None = None,
        rng: int | np.random.Generator | None = None,
        activation: ActivationLike = "sigmoid",
        output_activation: ActivationLike | None = None,
        dtype: DTypeLike = np.float64,
    ) -> Network:
        r"""Make a network with random weights and with biases 0.

        Parameters
        ----------
        sizes : sequence of int
            The widths of all layers, the input's first.
        init : str
            Standard deviation of the normal distribution that the weights are drawn from:
            "normal", `sigma`; "glorot", :math:`\sqrt{2/(n_{l-1}+n_l)}`; "he",
            :math:`\sqrt{2/n_{l-1}}`; "zeros", 0.
        sigma : float or None
            For "normal" alone; None means 0.1.
        rng : int, numpy.random.Generator or None
            Seed or generator; None draws a fresh seed.
        activation, output_activation
            As for `Network`.
        dtype : dtype
            float64 or float32.

        Returns
        -------
        Network
            The network.

        Raises
        ------
        TypeError, ValueError
            If an argument is not as described.

        Notes
        -----
        "glorot": Glorot and Bengio (2010); "he": He, Zhang, Ren and Sun (2015).

        Examples
        --------
        >>> import backprop as bp
        >>> bp.Network.random([3, 4, 2], rng=0)
        Network(3-4-2, sigmoid)
        """
        sizes = _widths(sizes)
        if init not in ("normal", "glorot", "he", "zeros"):
            raise ValueError(f"init: expected normal, glorot, he or zeros, got {init!r}")
        if sigma is not None and init != "normal":
            raise ValueError(f"sigma: expected none for init={init!r}, which sets its own")
        sigma = 0.1 if sigma is None else require_number("sigma", sigma)
        if not (np.isfinite(sigma) and sigma >= 0):
            raise ValueError(f"sigma: expected a number that is not negative, got {sigma:g}")
        dtype = _float_type(dtype)
        generator = random_generator("rng", rng)
        weights = []
        for n_before, n in itertools.pairwise(sizes):
            deviation = {
                "normal": sigma,
                "glorot": np.sqrt(2 / (n_before + n)),
                "he": np.sqrt(2 / n_before),
                "zeros": 0.0,
            }[init]
            weights.append((deviation * generator.standard_normal((n, n_before))).astype(dtype))
        biases = [np.zeros(n, dtype) for n in sizes[1:]]
        return cls(weights, biases, activation, output_activation)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network to one file of numbers (npz), which holds no code.

        Parameters
        ----------
        path : path
            Where to write; an existing file is replaced.

        Raises
        ------
        ValueError
            If an activation is your own function, which a file of numbers cannot hold.
        OSError
            If the file cannot be written; an existing one is then left as it was.
        TypeError
            If `path` is not a path.

        Examples
        --------
        >>> import os, tempfile
        >>> import backprop as bp
        >>> net, x, y = bp.load_example()
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "net.npz")
        ...     net.save(path)
        ...     bp.Network.load(path)
        Network(3-4-2, sigmoid)
        """
        names = [activation.name for activation in self.activations]
        for activation in self.activations:
            if activations.ACTIVATIONS.get(activation.name) is not activation:
                raise ValueError(
                    "activation: expected one of the package's own to save, "
                    f"got the custom {activation.name!r}"
                )
        arrays: dict[str, Any] = {
            "format": np.array(_FORMAT),
            "activations": np.array([names[0], names[-1]]),
        }
        # Checked once more: an array put in since may hold objects, which would be pickled.
        weights, biases = _parameters(self.weights, self.biases)
        for layer, (W, b) in enumerate(zip(weights, biases, strict=True), start=1):
            arrays[f"W{layer}"], arrays[f"b{layer}"] = W, b
        content = io.BytesIO()
        np.savez(content, **arrays)
        target = _file_name(path)
        # Written aside and moved into place, so that a failure leaves the old file whole.
        aside = f"{target}.part"
        try:
            with open(aside, "wb") as file:
                file.write(content.getvalue())
            os.replace(aside, target)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.remove(aside)
            raise _file_error(error, "a file that can be written", target) from error

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Network:
        """Read a network that `save` wrote.

        Parameters
        ----------
        path : path
            The file.

        Returns
        -------
        Network
            The network.

        Raises
        ------
        ValueError
            If the file is damaged or was written by another program.
        OSError
            If it cannot be read: FileNotFoundError if there is none.
        TypeError
            If `path` is not a path.

        Examples
        --------
        See `save`.
        """
        source = _file_name(path)
        try:
            with open(source, "rb") as raw:
                content = raw.read()
        except OSError as error:
            raise _file_error(error, "a file written by Network.save", source) from error
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as file:
                if str(file["format"]) != _FORMAT:
                    raise ValueError(f"it says {str(file['format'])!r}")
                depth = sum(name.startswith("W") for name in file.files)
                weights = [file[f"W{layer}"] for layer in range(1, depth + 1)]
                biases = [file[f"b{layer}"] for layer in range(1, depth + 1)]
                first, last = (str(name) for name in file["activations"])
                return cls(weights, biases, first, last)
        # What NumPy and zipfile raise for damaged or foreign files differs from case to case.
        except Exception as error:
            raise ValueError(
                f"path: expected a file written by Network.save, got {source!r} ({error})"
            ) from error

    def _input(self, x: ArrayLike) -> Array:
        x = as_array("x", x)
        width = self.weights[0].shape[1]
        if x.shape == (0, width):
            raise ValueError(f"x: expected at least one sample in a batch, got shape (0, {width})")
        if x.ndim not in (1, 2) or x.shape[-1] != width:
            raise ValueError(
                f"x: expected shape ({width},) or (m, {width}) to match the columns of W1, "
                f"got {spell(x.shape)}"
            )
        require_finite("x", x)
        if x.dtype.kind == "f":  # a complex argument stays complex, for the complex step
            x = x.astype(self.weights[0].dtype, copy=False)
        return watch(x)

    def _require_own(self, f: Forward) -> None:
        if not isinstance(f, Forward):
            raise TypeError(f"f: expected what forward returned, got {type(f).__name__}")
        widths = tuple([x.shape[-1] for x in f.x])
        if widths != self.sizes:
            raise ValueError(
                f"f: expected what forward of this network returned, of widths {self.sizes}, "
                f"got {widths}"
            )

    def _loss(self, loss: str | Loss) -> Loss:
        loss = losses.get(loss)
        last = self.activations[-1].name
        if loss.on_logits and last != "identity":
            raise ValueError(
                f"loss: {loss.name} takes logits and expects output_activation='identity', "
                f"got {last!r}"
            )
        return loss


def _sum_of_rows(a: Array) -> Array:
    # A row of ones times a matrix adds its rows, faster than sum(axis=0).
    total: Array = np.ones(len(a), a.dtype).dot(a)
    return total


def _float_type(dtype: DTypeLike) -> np.dtype[Any]:
    try:
        wanted = np.dtype(dtype)
    except TypeError:
        raise TypeError(f"dtype: expected float64 or float32, got {dtype!r}") from None
    if wanted.char not in "fd":
        raise ValueError(f"dtype: expected float64 or float32, got {wanted}")
    return wanted


def _file_name(path: str | os.PathLike[str]) -> str:
    try:
        return os.fsdecode(path)
    except TypeError:
        raise TypeError(f"path: expected the name of a file, got {type(path).__name__}") from None


def _file_error(error: OSError, expected: str, path: str) -> OSError:
    said = f"path: expected {expected}, got: {str(error.strerror).lower()}"
    return type(error)(error.errno, said, path)


def _listed(name: str, arrays: Any) -> list[Any]:
    try:
        return list(arrays)
    except TypeError:
        raise TypeError(
            f"{name}: expected a list with one array for each layer, got {type(arrays).__name__}"
        ) from None


def _widths(sizes: Sequence[int]) -> list[int]:
    try:
        widths = list(sizes)
    except TypeError:
        raise TypeError(f"sizes: expected a list of widths, got {type(sizes).__name__}") from None
    if len(widths) < 2:
        raise ValueError(
            f"sizes: expected at least two widths, input and output, got {len(widths)}"
        )
    for width in widths:
        if not isinstance(width, int | np.integer) or isinstance(width, bool):
            raise TypeError(f"sizes: expected integers, got {type(width).__name__}")
        if width < 1:
            raise ValueError(f"sizes: expected widths of at least 1, got {width}")
    return [int(width) for width in widths]


def _parameters(
    weights: Sequence[ArrayLike], biases: Sequence[ArrayLike]
) -> tuple[list[Array], list[Array]]:
    weights, biases = _listed("weights", weights), _listed("biases", biases)
    if len(weights) == 0:
        raise ValueError("weights: expected at least one layer, got none")
    if len(biases) != len(weights):
        raise ValueError(
            f"biases: expected {len(weights)} vectors to match the number of weight matrices, "
            f"got {len(biases)}"
        )
    Ws = [as_array(f"W{layer}", W) for layer, W in enumerate(weights, start=1)]
    bs = [as_array(f"b{layer}", b) for layer, b in enumerate(biases, start=1)]
    dtype = np.result_type(*Ws, *bs)
    for layer, (W, b) in enumerate(zip(Ws, bs, strict=True), start=1):
        before = "n_0" if layer == 1 else Ws[layer - 2].shape[0]
        reason = "for a matrix" if layer == 1 else f"to match the rows of W{layer - 1}"
        require_shape(f"W{layer}", W, (f"n_{layer}", before), reason)
        require_shape(f"b{layer}", b, W.shape[:1], f"to match the rows of W{layer}")
        require_finite(f"W{layer}", W)
        require_finite(f"b{layer}", b)
    return [W.astype(dtype, order="C") for W in Ws], [b.astype(dtype, order="C") for b in bs]
