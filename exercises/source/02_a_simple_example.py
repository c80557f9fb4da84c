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
# Six exercises on [A simple example](../book/02_a_simple_example.ipynb). You begin with shapes
# and a count, write the forward pass of a network with one hidden layer, and predict two numbers of
# a gradient, the way the chapter derives it. In the last one you hunt for a bug.
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

# %% [markdown] id="shapes-task"
# ## The shapes
#
# A network has **5 inputs, 3 hidden neurons and 4 outputs**, and one input vector goes through it.
# Which shapes have these arrays in the book's code? A matrix with $p$ rows and $n$ columns has the
# shape `(p, n)`, a vector with $n$ components the shape `(n,)`, with a comma.
#
# - `W1` and `b1`: the weights $W^{(1)}$ and the biases $b^{(1)}$ of the hidden layer.
# - `u2`: the pre-activations $u^{(2)}$ of the output layer, and `W2`: its weights $W^{(2)}$.
# - `delta1`: the error term $\delta^{(1)}$ of the hidden layer.
# - `dW2`: the gradient of the loss with respect to $W^{(2)}$.

# %% id="shapes-answer" answer="shapes"
# BEGIN PROMPT
# shapes = {
#     "W1": ...,
#     "b1": ...,
#     "u2": ...,
#     "W2": ...,
#     "delta1": ...,
#     "dW2": ...,
# }
# END PROMPT
# BEGIN SOLUTION NO PROMPT
# solution mark: dunlin-2-shapes
shapes = {
    "W1": (3, 5),
    "b1": (3,),
    "u2": (4,),
    "W2": (4, 3),
    "delta1": (3,),
    "dW2": (4, 3),
}
# END SOLUTION

# %% id="shapes-check" check="shapes"
check.shapes(shapes)

# %% [markdown] id="shapes-why" only="solution"
# Two questions decide everything: which neurons does the array speak of, and is there one number
# for each of them or one for each of their edges?
#
# A row of a weight matrix is the list of weights of one neuron, with an entry for everything that
# the neuron receives. So $W^{(1)}$ has 3 rows of 5, and $W^{(2)}$ has 4 rows of 3. Biases,
# pre-activations and error terms come one to a neuron: `b1` and `delta1` are as long as the hidden
# layer, `u2` is as long as the output layer. In the text these are columns, $3\times1$ or
# $4\times1$; in the code a vector has a single axis.
#
# The gradient needs no question of its own, because it has the shape of what it belongs to. As an
# outer product it is $\delta^{(2)}\big(x^{(1)}\big)^\top$: the 4 error terms head the rows, the 3
# hidden outputs head the columns, as in $W^{(2)}$.

# %% [markdown] id="parameters-task"
# ## How many parameters?
#
# The chapter's network has twenty-six. Now take a network with **6 inputs, a hidden layer of 5
# neurons, another one of 4, and 3 outputs**; as in the chapter, each neuron receives everything
# that the layer before it sends out. How many components has the gradient of its loss, with respect
# to all weights and biases together?

# %% id="parameters-answer" answer="parameters"
# BEGIN SOLUTION NO PROMPT
# solution mark: redshank-2-parameters
# END SOLUTION
count = 5 * (6 + 1) + 4 * (5 + 1) + 3 * (4 + 1)  # SOLUTION

# %% id="parameters-check" check="parameters"
check.parameters(count)

# %% [markdown] id="parameters-why" only="solution"
# The gradient has a component for every parameter. A neuron with $n$ inputs has $n$ weights and one
# bias, that is $n+1$ parameters; a layer of $p$ such neurons has $p(n+1)$. The three layers have
# $5\cdot7=35$, $4\cdot6=24$ and $3\cdot5=15$, which makes $74$. Of these $62$ are weights and $12$
# are biases, one for each neuron.
#
# The inputs are layer 0. They occur in the count of the layer that receives them, and have no
# parameters themselves.

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

# %% [markdown] id="dL_du2-task"
# ## An error term
#
# Take the parameters and the input of the chapter's 3-4-2 network, but **another activation** in
# both layers, the hyperbolic tangent $f(u)=\tanh(u)$ with $f'(u)=1-f(u)^2$, and **another label**,
# $y=(-0.5,\ 0.9)^\top$. Run the next cell: it shows what the forward pass leaves behind. Predict
# $\delta^{(2)}_2=\partial L/\partial u^{(2)}_2$, the error term of output **2**, to three
# significant digits. The loss is $L=\tfrac12\lVert x^{(2)}-y\rVert^2$ as before.

# %% id="dL_du2-numbers"
net, x, _ = bp.load_example()
net_tanh = bp.Network(net.weights, net.biases, activation="tanh")
y = np.array([-0.5, 0.9])  # the label of this task
np.set_printoptions(precision=4)
(u1, u2), (x0, x1, x2) = net_tanh.forward(x)
print(f"{x1 = !s}\n{u2 = !s}\n{x2 = !s}\n{y  = !s}")

# %% id="dL_du2-answer" answer="dL_du2"
# BEGIN SOLUTION NO PROMPT
# solution mark: curlew-2-error
error = x2[1] - y[1]
slope = 1 - x2[1] ** 2
# END SOLUTION
delta = error * slope  # SOLUTION

# %% id="dL_du2-check" check="dL_du2"
check.dL_du2(delta)

# %% [markdown] id="dL_du2-why" only="solution"
# Only the second half of the loss contains $u^{(2)}_2$, and the chain rule gives two factors: how
# the loss answers to the output, and how the output answers to the pre-activation.
#
# - the error: $-0.9709-0.9=-1.8709$;
# - the slope of the hyperbolic tangent at $u^{(2)}_2$, which is one minus the square of the output:
#   $1-(-0.9709)^2=0.0574$.
#
# The product is $-1.8709\cdot0.0574=-0.107$. The familiar $x(1-x)$ is the slope of the sigmoid
# and of nothing else.
#
# The number is small, although the error is as large as it can nearly be: between $-1$ and $1$ the
# output could hardly be farther from its label. The neuron is saturated. At $u^{(2)}_2=-2.11$ the
# curve is almost flat, and the weights that lead into this neuron will learn slowly, however wrong
# it is.

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
print(f"{x  = !s}\n{u1 = !s}\n{x1 = !s}\n{u2 = !s}\n{x2 = !s}\n{y  = !s}")
print(f"W2 =\n{W2}")

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

# %% [markdown] id="reused_buffer-task"
# ## A bug that the loss does not show
#
# The function in the next cell computes the gradient of one sample, for any activation `f` with the
# derivative `f_prime`. To save memory, the pre-activations of both layers share one array. The
# network's outputs are right, and so is the loss. The gradient is not: run the cell, and the one
# below it, which compares with the package.
#
# Find the bug, and repair the function. What it returns, and what it is given, stay as they are.


# %% id="reused_buffer-answer" answer="reused_buffer"
def gradients(W1, b1, W2, b2, x, y, f, f_prime):
    """Return dW1, db1, dW2, db2 for one sample."""
    # BEGIN PROMPT
    # n1, n2 = len(b1), len(b2)
    # buffer = np.empty(max(n1, n2))
    # u1 = buffer[:n1]
    # u1[:] = W1 @ x + b1
    # x1 = f(u1)
    # u2 = buffer[:n2]
    # u2[:] = W2 @ x1 + b2
    # x2 = f(u2)
    # delta2 = (x2 - y) * f_prime(u2)
    # delta1 = (W2.T @ delta2) * f_prime(u1)
    # return np.outer(delta1, x), delta1, np.outer(delta2, x1), delta2
    # END PROMPT
    # BEGIN SOLUTION NO PROMPT
    # solution mark: dotterel-2-buffer
    u1 = W1 @ x + b1
    x1 = f(u1)
    u2 = W2 @ x1 + b2
    x2 = f(u2)
    delta2 = (x2 - y) * f_prime(u2)
    delta1 = (W2.T @ delta2) * f_prime(u1)
    return np.outer(delta1, x), delta1, np.outer(delta2, x1), delta2
    # END SOLUTION


# %% id="reused_buffer-witness"
net, x, y = bp.load_example()
(W1, W2), (b1, b2) = net.weights, net.biases
f, f_prime = bp.activations.sigmoid, bp.activations.sigmoid_derivative
mine = gradients(W1, b1, W2, b2, x, y, f, f_prime)
truth = net.backward(net.forward(x), y)
names = ("dW1", "db1", "dW2", "db2")
rights = (truth.dW[0], truth.db[0], truth.dW[1], truth.db[1])
for name, got, right in zip(names, mine, rights, strict=True):
    rows = np.isclose(got, right).reshape(len(right), -1).all(axis=1)
    print(name, "agrees in rows", 1 + np.flatnonzero(rows), "of", len(right))

# %% id="reused_buffer-check" check="reused_buffer"
check.reused_buffer(gradients)

# %% [markdown] id="reused_buffer-why" only="solution"
# `buffer[:n1]` and `buffer[:n2]` are views: two names for the beginning of one array. `u1` was
# right when `x1` was computed from it. Then the pre-activations of the output layer were written
# over its first two components, and in the last line but one `f_prime(u1)` was taken at values of
# another layer.
#
# The symptom says as much, if one reads it closely. The outputs are right, so the forward pass is
# right *while it runs*. The gradient of layer 2 is right, so `delta2`, `x1` and `u2` are. In layer
# 1 rows 3 and 4 are right, and a wrong product or a forgotten transpose would have spoilt them all.
# What is left is something with as many components as there are outputs, laid over `u1`. Where the
# hidden layer is no wider than the output layer, all of `u1` is lost.
#
# The way back needs what the way forward has computed, and it begins only when the last
# pre-activation is there. So those of all layers have to be kept at once, and what the shared array
# saved was needed. A buffer of $n_1+n_2$ components, with a part of its own for each layer, would
# be as right as the solution above.

# %% [markdown] id="progress-task" only="book"
# ## Where you are
#
# In this chapter; `check.progress()` shows the whole book.

# %% id="progress" only="book"
check.progress(2)

# %% [markdown] id="solutions" only="book"
# The solutions are on [a page of their own](../exercises/solutions/02_a_simple_example.ipynb).
