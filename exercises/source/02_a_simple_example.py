"""Source of the exercises of chapter 2; `python -m backprop.exercises build` writes the notebooks.

A line `# %% id="…"` begins a code cell, `# %% [markdown] id="…"` a text cell, whose lines are
comments. The learner's notebook is made by replacing what stands between `# BEGIN SOLUTION` and
`# END SOLUTION` by `...` (by nothing after `# BEGIN SOLUTION NO PROMPT`), the right-hand side of
`name = …  # SOLUTION` by `...`, and by leaving out every cell marked `only="solution"`; the
solution's notebook by leaving out the marks and every cell marked `only="learner"`. A cell marked
`only="book"` is for learners too, but left out of the assignments that a teacher exports.
`answer="name"` marks the cell in which the learner answers exercise `name`, `check="name"` the one
that checks it. Ids never change: updates of a learner's notebook go by them.
"""

# %% [markdown] id="title" only="learner"
# # Exercises: a simple example
#
# Two exercises on [A simple example](../book/02_a_simple_example.ipynb). In the first you write
# the forward pass of a network with one hidden layer; in the second you predict one number of its
# gradient, the way the chapter derives it.
#
# Below each answer is a cell that checks it. Run it as often as you like: it tells you in one
# sentence what is right or what went wrong, and unfolds a hint in three steps if you ask for it.
# Nothing is counted against you.

# %% [markdown] id="start" only="book"
# You do the exercises in JupyterLab, in a copy of your own: open a terminal in the book's folder
# and type `.venv/bin/python -m backprop.exercises start 2` (on Windows, `.venv\Scripts\python` in
# place of `.venv/bin/python`). It puts this notebook into `my-work/`, where a new edition of the
# book does not overwrite it, and where your right answers are kept.

# %% [markdown] id="title-solutions" only="solution"
# # Solutions: a simple example
#
# Solutions to the [exercises](../02_a_simple_example.ipynb) on [A simple
# example](../../book/02_a_simple_example.ipynb). You learn more from them when you have tried
# first, and most when the check has contradicted you once.

# %% id="setup"
import numpy as np

import backprop as bp
from backprop import check

# %% [markdown] id="forward-task"
# ## The forward pass
#
# Write `forward(W1, b1, W2, b2, x, f)`. It returns four arrays, in this order: `u1`, `x1`, `u2`,
# `x2`, the quantities the chapter calls $u^{(1)}$, $x^{(1)}$, $u^{(2)}$ and $x^{(2)}$.
#
# - `W1` has the shape $n_1\times n_0$, `W2` the shape $n_2\times n_1$; row $i$ belongs to neuron
#   $i$.
# - `b1`, `b2` and the input `x` are vectors, of shape `(n1,)`, `(n2,)` and `(n0,)`.
# - `f` is the activation. Call it as `f(u)`; it acts on every component of an array. It need not
#   be the sigmoid.
#
# Your function should work for all sizes of the layers, not for 3-4-2 alone, and leave the arrays
# it is given as they are.


# %% id="forward-answer" answer="forward"
def forward(W1, b1, W2, b2, x, f):
    """Return u1, x1, u2, x2 for one input vector and one hidden layer."""
    # BEGIN SOLUTION
    # solution mark: heron-2-forward
    u1 = W1 @ x + b1
    x1 = f(u1)
    u2 = W2 @ x1 + b2
    x2 = f(u2)
    return u1, x1, u2, x2
    # END SOLUTION


# %% id="forward-check" check="forward"
check.forward(forward)

# %% [markdown] id="forward-why" only="solution"
# `W1 @ x` takes the inner product of every row of `W1` with `x`, that is, one weighted sum for
# each hidden neuron. The second layer does with `x1` what the first does with `x`; nothing else
# passes between the layers.
#
# Why return all four, when `x2` is the prediction? Each of the others is a factor of a
# derivative: $f'(u^{(2)})$ and $x^{(1)}$ in the gradient of the output layer, $f'(u^{(1)})$ in
# that of the hidden layer. The backward pass finds them ready.

# %% [markdown] id="dL_dw1-task"
# ## One entry of the gradient
#
# Take the chapter's 3-4-2 network and its input, but **another label**: $y=(0,\ 0.75)^\top$. Run
# the next cell: it shows what the forward pass leaves behind.
#
# Predict $\partial L/\partial w^{(1)}_{12}$, row 1 and column 2 of the gradient with
# respect to $W^{(1)}$, to three significant digits. Work it out from the numbers below, on paper
# or with Python as a pocket calculator, and without calling a function that differentiates for
# you. The loss is $L=\tfrac12\lVert x^{(2)}-y\rVert^2$, and the activation the sigmoid, so that
# $f'(u)=f(u)\big(1-f(u)\big)$.

# %% id="dL_dw1-numbers"
net, x, _ = bp.load_example()
y = np.array([0.0, 0.75])  # the label of this task
np.set_printoptions(precision=4)
(u1, u2), (x0, x1, x2) = net.forward(x)
W2 = net.weights[1]
print(f"{x  = !s}\n{u1 = !s}\n{x1 = !s}\n{u2 = !s}\n{x2 = !s}\n{y  = !s}\nW2 =\n{W2}")

# %% id="dL_dw1-answer" answer="dL_dw1"
# BEGIN SOLUTION NO PROMPT
# solution mark: plover-2-entry
error = x2 - y
delta_output = error * x2 * (1 - x2)
paths = delta_output[0] * W2[0, 0] + delta_output[1] * W2[1, 0]
# END SOLUTION
answer = paths * x1[0] * (1 - x1[0]) * x[1]  # SOLUTION

# %% id="dL_dw1-check" check="dL_dw1"
check.dL_dw1(answer)

# %% [markdown] id="dL_dw1-why" only="solution"
# The weight $w^{(1)}_{12}$ belongs to hidden neuron 1 and is multiplied by input 2. From neuron 1
# two paths lead to the loss, one through each output, and they add:
#
# - through output 1: $(0.6794-0)\cdot 0.2178\cdot 0.9=0.1332$;
# - through output 2: $(0.3603-0.75)\cdot 0.2305\cdot(-0.5)=0.0449$.
#
# Each is an error, times the slope of the sigmoid at that output, times the weight that leads
# there, $w^{(2)}_{11}$ and $w^{(2)}_{21}$: a *column* of $W^{(2)}$. Their sum $0.1781$ is common
# to all weights of neuron 1. What is left is the slope at the hidden neuron,
# $0.7408\cdot(1-0.7408)=0.1920$, and the input that the weight is multiplied by, $x_2=-0.2$:
# $0.1781\cdot0.1920\cdot(-0.2)=-0.00684$.
#
# The input is negative, so the derivative is negative although both paths are positive: raising
# this weight lowers $u^{(1)}_1$.

# %% [markdown] id="progress-task" only="book"
# ## Where you are
#
# In this chapter; `check.progress()` shows the whole book.

# %% id="progress" only="book"
check.progress(2)

# %% [markdown] id="solutions" only="book"
# The solutions are on [a page of their own](../exercises/solutions/02_a_simple_example.ipynb).
