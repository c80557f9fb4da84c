"""Source of the exercises of chapter 3; `02_a_simple_example.py` says how it is written."""

# %% [markdown] id="title" only="learner"
# # Exercises: the general problem
#
# Four exercises on [The general problem](../book/03_the_general_problem.ipynb). In the first two
# you write what the chapter minimises, and run many samples through a layer at once. In the other
# two you count: how many paths there are to follow, and what it costs not to differentiate at all.
#
# Below each answer is a cell that checks it. Run it as often as you like: it tells you in one
# sentence what is right or what went wrong, and unfolds a hint in three steps if you ask for it.
# Nothing is counted against you.

# %% [markdown] id="start" only="book"
# You do the exercises in JupyterLab, in a copy of your own: open a terminal in the book's folder
# and type `.venv/bin/python -m backprop.exercises start 3` (on Windows, `.venv\Scripts\python` in
# place of `.venv/bin/python`). It puts this notebook into `my-work/`, where a new edition of the
# book does not overwrite it, and where your right answers are kept.

# %% [markdown] id="title-solutions" only="solution"
# # Solutions: the general problem
#
# Solutions to the [exercises](../03_the_general_problem.ipynb) on [The general
# problem](../../book/03_the_general_problem.ipynb). You learn more from them when you have tried
# first, and most when the check has contradicted you once.

# %% id="setup"
import numpy as np

from backprop import check

# %% [markdown] id="mean_loss-task"
# ## The mean loss
#
# Write `mean_loss(H, Y)`. It returns one number, the objective $\bar L$ of the chapter: the mean,
# over the samples, of the loss of each.
#
# - `H` has the shape $m\times n$; row $s$ is $h(x^{[s]})$, what the network answers to sample $s$.
# - `Y` has the same shape; row $s$ is the label $y^{[s]}$.
#
# Both $m$ and $n$ may be any number from 1 on. Leave the two arrays as they are.


# %% id="mean_loss-answer" answer="mean_loss"
def mean_loss(H, Y):
    """Return the mean loss of the outputs H with the labels Y."""
    # BEGIN SOLUTION
    # solution mark: sandpiper-3-loss
    losses = 0.5 * np.sum((H - Y) ** 2, axis=1)
    return np.mean(losses)
    # END SOLUTION


# %% id="mean_loss-check" check="mean_loss"
check.mean_loss(mean_loss)

# %% [markdown] id="mean_loss-why" only="solution"
# The two operations run over two different indices. A squared norm is a **sum** over the
# components of one sample, so it runs along a row, `axis=1`, and leaves a loss for each sample.
# The objective is the **mean** of these.
#
# The shorter `np.mean((H - Y) ** 2)` takes the mean over both indices at once. It divides by $mn$,
# and has no $\frac12$: it is $\frac2n$ times the objective of this book. PyTorch's `mse_loss` is
# this function. The minimum is the same, but the learning rate that suits it is another: a
# program that minimises it has to take $\frac n2$ times our $\eta$ for the same path.
#
# A single sample is no special case. With $m=1$ the mean is the loss of that sample.

# %% [markdown] id="batch_layer-task"
# ## One layer, all samples
#
# Write `layer(X, W, b, f)`, which sends $m$ samples through one layer at once. It returns two
# arrays, in this order: the pre-activations `U` and the outputs `F` of the layer.
#
# - `X` has the shape $m\times n$: in the book's code [each row is a
#   sample](../book/notation.ipynb). `W` has the shape $p\times n$ and `b` the shape `(p,)`, as
#   always: row $i$ of `W` holds the weights of neuron $i$.
# - `f` is the activation. Call it as `f(U)`; it acts on every entry of an array.
# - `U` and `F` have the shape $m\times p$: again each row is a sample.
#
# A loop over the samples is a right answer; there is a shorter one.


# %% id="batch_layer-answer" answer="batch_layer"
def layer(X, W, b, f):
    """Return U and F, a row for each row of X."""
    # BEGIN SOLUTION
    # solution mark: turnstone-3-batch
    U = X @ W.T + b
    F = f(U)
    return U, F
    # END SOLUTION


# %% id="batch_layer-check" check="batch_layer"
check.batch_layer(layer)

# %% [markdown] id="batch_layer-why" only="solution"
# For one sample, in columns, $u=Wx+b$. Transpose both sides: $u^\top=x^\top W^\top+b^\top$. The
# row $x^\top$ is a row of `X`, and the row $u^\top$ is to be one of `U`. A matrix product treats
# each row of its left factor by itself, so the line for one sample is the line for all of them.
#
# The entry $(s,i)$ of `X @ W.T` is the inner product of row $s$ of `X` with row $i$ of `W`: of a
# sample with the weights of a neuron. No sum runs over the samples, so none of them knows of the
# others.
#
# `b` has the shape `(p,)`, and NumPy lays a vector along the **last** axis of a matrix, once for
# each row. Here the last axis counts the neurons, and that is where a bias belongs. With the
# samples in columns, as `W @ X.T` has them, the same `b` would run along the samples; as long as
# there are as many samples as neurons, nothing would say so.

# %% [markdown] id="paths-task"
# ## Counting paths
#
# A network has **6 inputs and four layers of 5, 2, 4 and 3 neurons**; the last one is the output.
# The chain rule sums over paths to the loss. How many of them set out
#
# - from one weight of layer 1 (`from_w1`),
# - from one weight of layer 4 (`from_w4`),
# - from one input (`from_x`)?
#
# A path leads forward along edges, from layer to layer; the outputs are all in the loss, where it
# ends.

# %% id="paths-answer" answer="paths"
# BEGIN PROMPT
# paths = {
#     "from_w1": ...,
#     "from_w4": ...,
#     "from_x": ...,
# }
# END PROMPT
# BEGIN SOLUTION NO PROMPT
# solution mark: whimbrel-3-paths
paths = {
    "from_w1": 2 * 4 * 3,
    "from_w4": 1,
    "from_x": 5 * 2 * 4 * 3,
}
# END SOLUTION

# %% id="paths-check" check="paths"
check.paths(paths)

# %% [markdown] id="paths-why" only="solution"
# A weight of layer 1 leads to one neuron of layer 1. From there the path chooses one of the $2$
# neurons of layer 2, for each of them one of the $4$ of layer 3, and for each of these one of the
# $3$ outputs: $2\cdot4\cdot3=24$.
#
# A weight of layer 4 leads to one output, and this output is in the loss. There is nothing to
# choose, and one way to go. The product in the chapter's formula has no factors here, and is $1$.
#
# An input feeds all $5$ neurons of layer 1, so it has one choice more than the weight:
# $5\cdot24=120$. The numbers multiply because the choices are made one after the other and each is
# free. The edges, on the other hand, add: an input can use $5+10+8+12=35$ of them. There are
# many more paths than edges, and a recursion that visits each edge once saves the difference.

# %% [markdown] id="passes-task"
# ## The price of not differentiating
#
# A network with $n_0$ inputs, $n_1$ hidden neurons and $n_2$ outputs is to learn from $m$ samples.
# Nobody has derived its gradient, so each component of it is computed as a **central difference**
# of the objective $\bar L$:
#
# $$
# \frac{\partial\bar L}{\partial w}\approx
# \frac{\bar L(w+\varepsilon)-\bar L(w-\varepsilon)}{2\varepsilon},
# $$
#
# for one parameter $w$ after the other, weights and biases. How many forward passes of a single
# sample does the whole gradient take, for one step of batch descent? Type a formula in `n0`, `n1`,
# `n2` and `m`, between the quotes.

# %% id="passes-answer" answer="passes"
# BEGIN PROMPT
# formula = "..."
# END PROMPT
# BEGIN SOLUTION NO PROMPT
# solution mark: greenshank-3-passes
formula = "2 * m * (n1 * (n0 + 1) + n2 * (n1 + 1))"
# END SOLUTION

# %% id="passes-check" check="passes"
check.passes(formula)

# %% [markdown] id="passes-why" only="solution"
# Layer 1 has $n_1n_0$ weights and $n_1$ biases, layer 2 has $n_2n_1$ weights and $n_2$ biases. So
# the number of parameters is $P=n_1(n_0+1)+n_2(n_1+1)$; for the 3-4-2 network it is $26$. Every
# parameter is moved to both sides, and each time all $m$ samples are run through the network, for
# the objective is a mean over all of them: $2mP$.
#
# With $m=1000$ samples and the 3-4-2 network these are $52\,000$ forward passes, for a single step
# of a network with nine neurons. Backpropagation needs one forward pass and one backward pass for
# each sample, however many parameters there are.

# %% [markdown] id="progress-task" only="book"
# ## Where you are

# %% id="progress" only="book"
check.progress()

# %% [markdown] id="solutions" only="book"
# The solutions are on [a page of their own](../exercises/solutions/03_the_general_problem.ipynb).
