"""Source of the exercises of chapter 5; how it is written says `02_a_simple_example.py`."""

# %% [markdown] id="title" only="learner"
# # Exercises: the recursion and the algorithm
#
# Six exercises on [The recursion and the
# algorithm](../book/05_the_recursion_and_the_algorithm.ipynb). You write the two formulas of the
# recursion, then the whole way back through a network of any depth; you find the fault in two
# programs that look right; and you turn one step from a sample to a batch.
#
# One sample is a vector, as in the book's code. `weights[0]` is $W^{(1)}$ and `us[0]` is $u^{(1)}$,
# while `xs[0]` is the input $x^{(0)}$. `f_prime` is the derivative of the activation; call it as
# `f_prime(u)`, and do not take it for the sigmoid's. Your functions should work for all sizes of
# the layers, and leave what they are given as it is.
#
# Below each answer is a cell that checks it. Run it as often as you like: it says in one sentence
# what is right or what went wrong, and unfolds a hint in three steps if you ask for it. Nothing is
# counted against you.

# %% [markdown] id="start" only="book"
# You do the exercises in JupyterLab, in a copy of your own: open a terminal in the book's folder
# and type `.venv/bin/python -m backprop.exercises start 5` (on Windows, `.venv\Scripts\python` in
# place of `.venv/bin/python`). It puts this notebook into `my-work/`, where a new edition of the
# book does not overwrite it, and where your right answers are kept.

# %% [markdown] id="title-solutions" only="solution"
# # Solutions: the recursion and the algorithm
#
# Solutions to the [exercises](../05_the_recursion_and_the_algorithm.ipynb) on [The recursion and
# the algorithm](../../book/05_the_recursion_and_the_algorithm.ipynb). You learn more from them when
# you have tried first, and most when the check has contradicted you once.

# %% id="setup"
import numpy as np

import backprop as bp
from backprop import check

# %% [markdown] id="delta_output-task"
# ## Where the recursion starts
#
# The loss of one sample is $L=\tfrac12\lVert x^{(D)}-y\rVert^2$. Write
# `delta_output(u, x, y, f_prime)`, which returns the error term $\delta^{(D)}=\nabla_{u^{(D)}}L$ of
# the last layer. `u` is $u^{(D)}$, `x` is the output $x^{(D)}=f(u^{(D)})$, and `y` the label.


# %% id="delta_output-answer" answer="delta_output"
def delta_output(u, x, y, f_prime):
    """Return the error term of the last layer."""
    # BEGIN SOLUTION
    # solution mark: dipper-5-start
    return (x - y) * f_prime(u)
    # END SOLUTION


# %% id="delta_output-check" check="delta_output"
check.delta_output(delta_output)

# %% [markdown] id="delta_output-why" only="solution"
# Two factors, one for each step from $u^{(D)}$ to the loss. The loss contains $x^{(D)}_k$ in one
# term, $\tfrac12(x^{(D)}_k-y_k)^2$, whose derivative is $x^{(D)}_k-y_k$; the $2$ of the square and
# the $\tfrac12$ cancel. And $x^{(D)}_k=f(u^{(D)}_k)$ has the slope $f'(u^{(D)}_k)$. No output
# touches another, so there is no sum, and the product is the Hadamard product.
#
# The order of the difference carries the sign. Where the output is too large, $\delta$ is positive:
# raising $u$ would raise the loss, and gradient descent, which subtracts, will lower it.

# %% [markdown] id="delta_step-task"
# ## One step down
#
# Write `delta_step(W, u, x, W_next, delta_next, f_prime)`, which returns the error term
# $\delta^{(l)}$ of a hidden layer $l$. Of the layer itself you are given `W`, `u` and `x`, that is
# $W^{(l)}$, $u^{(l)}$ and $x^{(l)}=f(u^{(l)})$; of the layer above, `W_next` and `delta_next`, that
# is $W^{(l+1)}$ and $\delta^{(l+1)}$. You do not need all of them.


# %% id="delta_step-answer" answer="delta_step"
def delta_step(W, u, x, W_next, delta_next, f_prime):
    """Return the error term of a layer from that of the layer above."""
    # BEGIN SOLUTION
    # solution mark: ouzel-5-step
    return (W_next.T @ delta_next) * f_prime(u)
    # END SOLUTION


# %% id="delta_step-check" check="delta_step"
check.delta_step(delta_step)

# %% [markdown] id="delta_step-why" only="solution"
# Go from $u^{(l)}$ to the loss and note what you meet: first the activation of layer $l$, then
# $W^{(l+1)}$. On the way back both are undone in the opposite order. The transpose of $W^{(l+1)}$
# brings the error term down, from one number for each neuron of layer $l+1$ to one for each neuron
# of layer $l$; only then do the slopes $f'(u^{(l)})$, one for each neuron of layer $l$, have
# something to multiply.
#
# `W` is not needed, because a change of $u^{(l)}$ has $W^{(l)}$ behind it. Nor is `x`: the slope is
# taken at $u^{(l)}$. What `x` is for, the next exercise shows.

# %% [markdown] id="backward-task"
# ## The whole way back
#
# Write `backward(weights, us, xs, y, f_prime)`. It is given what the forward pass of one sample has
# left behind, and returns two lists: `dW`, with $\nabla_{W^{(l)}}L$, and `db`, with
# $\nabla_{b^{(l)}}L$, for $l=1,\dots,D$ **in this order**, so that `dW[0]` belongs to layer 1. The
# loss is $L=\tfrac12\lVert x^{(D)}-y\rVert^2$, and all layers have the same activation.
#
# These are lines 4 to 7 of the algorithm. The network may have any number of layers, also a single
# one.


# %% id="backward-answer" answer="backward"
def backward(weights, us, xs, y, f_prime):
    """Return the lists dW and db of all gradients, layer 1 first."""
    # BEGIN SOLUTION
    # solution mark: wagtail-5-sweep
    dW, db = [], []
    delta = (xs[-1] - y) * f_prime(us[-1])
    for layer in range(len(weights), 0, -1):
        dW.insert(0, np.outer(delta, xs[layer - 1]))
        db.insert(0, delta)
        if layer > 1:
            delta = (weights[layer - 1].T @ delta) * f_prime(us[layer - 2])
    return dW, db
    # END SOLUTION


# %% id="backward-check" check="backward"
check.backward(backward)

# %% [markdown] id="backward-why" only="solution"
# The variable `layer` is the book's number, and every index follows from two rules. What belongs to
# layer $l$ is at place $l-1$ of `weights` and `us`. The list `xs` starts one earlier, so at place
# $l-1$ of it is $x^{(l-1)}$, what *enters* layer $l$, and that is the factor of the outer product.
# The step down to layer $l-1$ needs the slopes at $u^{(l-1)}$, which is at place $l-2$.
#
# Two things keep the sweep from going wrong. The condition `layer > 1` ends it: for layer 1 the
# index `layer - 2` would be $-1$, which Python understands as the last place of the list, and where
# all layers are equally wide no error would be raised. And `insert(0, …)` puts each layer before
# the ones above it, so that the lists come out in the order of the layers; appending and reversing
# at the end does the same.
#
# `delta` is assigned anew in every turn and never changed in place. Otherwise the arrays that are
# already in `db` would change with it.

# %% [markdown] id="backward_from-task"
# ## Hunt the bug: the loss that changed
#
# A colleague has written the way back for any loss: whoever calls it computes the gradient of the
# loss with respect to the output and hands it in as `error`. All gradients have been compared with
# the package's and agree to the last digit. But run the cell below the function. It computes the
# loss from `error`, once before and once after the call.
#
# Find the line that does it, and mend the function. The gradients must stay what they are.


# %% id="backward_from-answer" answer="backward_from"
def backward_from(error, weights, us, xs, f_prime):
    """Return dW and db; error is the gradient by the output."""
    all_dW, all_db = [], []
    delta = error
    for W, u, x in zip(reversed(weights), reversed(us), reversed(xs[:-1])):
        # BEGIN PROMPT
        # delta *= f_prime(u)
        # END PROMPT
        # BEGIN SOLUTION NO PROMPT
        # solution mark: redshank-5-copy
        delta = delta * f_prime(u)
        # END SOLUTION
        all_dW.append(np.outer(delta, x))
        all_db.append(delta)
        delta = W.T @ delta
    return all_dW[::-1], all_db[::-1]


# %% id="backward_from-symptom"
net, x, y = bp.load_example()
us, xs = net.forward(x)
error = xs[-1] - y
print("loss before:", round(0.5 * error @ error, 4))
backward_from(error, net.weights, us, xs, bp.activations.sigmoid_derivative)
print("loss after: ", round(0.5 * error @ error, 4))

# %% id="backward_from-check" check="backward_from"
check.backward_from(backward_from)

# %% [markdown] id="backward_from-why" only="solution"
# The assignment `delta = error` copies nothing: it gives the array a second name. In the first turn
# of the loop `delta *= …` then writes the slopes into that one array, and the caller, who still
# calls it `error`, finds $\delta^{(D)}$ in it. `delta = delta * …` makes a new array and leaves the
# old one alone. (In later turns `delta` is a new array anyway, which the matrix product has made,
# so the fault shows in one turn only.)
#
# `delta = error.copy()` before the loop mends it too, at the price of a rule that is harder to keep
# in mind: *this* array may be written into, and that one may not. No test of the gradients can find
# such a fault, because they are right. What finds it is to ask whether a function leaves alone what
# it was given, and the check has asked that of every function on this page.

# %% [markdown] id="train_step-task"
# ## Hunt the bug: the gradient that depends on η
#
# `train_step` makes one step of gradient descent, lines 4 to 8 of the algorithm. The loss falls
# when a network is trained with it. Yet the steps of the lower layers are not $-\eta$ times their
# gradients, and the larger $\eta$, the further they are from it: the cell below the function
# divides the change of $W^{(1)}$ by $-\eta$ and tells how far the quotient is off, in per cent of
# the largest entry of the gradient.
#
# Mend the function. It must go on returning new lists, and leave the lists it is given, and the
# arrays in them, as they are.


# %% id="train_step-answer" answer="train_step"
def train_step(weights, biases, us, xs, y, f_prime, eta):
    """Return new weights and biases after one step of gradient descent."""
    weights, biases = list(weights), list(biases)
    dx = xs[-1] - y
    for i in reversed(range(len(weights))):
        delta = dx * f_prime(us[i])
        # BEGIN SOLUTION NO PROMPT
        # solution mark: turnstone-5-update
        dx = weights[i].T @ delta  # before the matrix is replaced
        # END SOLUTION
        weights[i] = weights[i] - eta * np.outer(delta, xs[i])
        biases[i] = biases[i] - eta * delta
        # BEGIN PROMPT
        # dx = weights[i].T @ delta
        # END PROMPT
    return weights, biases


# %% id="train_step-symptom"
dW1 = net.backward(net.forward(x), y).dW[0]
slope = bp.activations.sigmoid_derivative
for eta in (0.01, 0.1, 1.0):
    new, _ = train_step(net.weights, net.biases, us, xs, y, slope, eta)
    off = np.abs((net.weights[0] - new[0]) / eta - dW1).max() / np.abs(dW1).max()
    print(f"eta = {eta:<4}  off by {100 * off:.2f} %")

# %% id="train_step-check" check="train_step"
check.train_step(train_step)

# %% [markdown] id="train_step-why" only="solution"
# The way down from a layer reads its matrix, and when it does, the loop has already replaced it.
# Moving one line up by two mends it. The other remedy is to compute all gradients first and to
# update after the loop, as the algorithm says; it has the advantage that one sees at a glance that
# it is right.
#
# Note why copying the lists was no remedy. `list(weights)` makes a new list, so that a new matrix
# in it does not appear in the caller's; but the loop reads from the new list too. And note how well
# the fault hides: the direction is nearly right, the loss falls, and at $\eta=0.01$ the error is
# less than a thousandth. Only a comparison with the gradient itself finds it.

# %% [markdown] id="batch_step-task"
# ## From one sample to a batch
#
# Now every array holds $m$ samples, **one in each row**. Write
# `batch_step(Delta_next, W_next, U, X_before, f_prime)` for a hidden layer $l$. You are given
# $\Delta^{(l+1)}$ and $W^{(l+1)}$ of the layer above, $U^{(l)}$, and $X^{(l-1)}$, which is what
# entered layer $l$. Return three arrays:
#
# - `Delta`, $\Delta^{(l)}$, whose row $s$ is the error term of sample $s$ **as if it were alone**;
# - `dW` and `db`, the gradients $\nabla_{W^{(l)}}\bar L$ and $\nabla_{b^{(l)}}\bar L$ of the
#   **mean** loss over the $m$ samples, in the shapes of $W^{(l)}$ and $b^{(l)}$.
#
# A loop over the samples is allowed, and so is none.


# %% id="batch_step-answer" answer="batch_step"
def batch_step(Delta_next, W_next, U, X_before, f_prime):
    """Return Delta, dW and db of a hidden layer, samples in rows."""
    # BEGIN SOLUTION
    # solution mark: sandpiper-5-batch
    Delta = (Delta_next @ W_next) * f_prime(U)
    m = len(Delta)
    dW = Delta.T @ X_before / m
    db = Delta.sum(axis=0) / m
    return Delta, dW, db
    # END SOLUTION


# %% id="batch_step-check" check="batch_step"
check.batch_step(batch_step)

# %% [markdown] id="batch_step-why" only="solution"
# For one sample, as a column,
# $\delta^{(l)}=\big((W^{(l+1)})^\top\delta^{(l+1)}\big)\odot f'(u^{(l)})$. Here it is a row, and
# the transpose of a product is the product of the transposes in the opposite order:
# `Delta_next @ W_next`, and the transpose of the matrix is gone. All rows are treated alike and
# know nothing of each other, so no $m$ occurs.
#
# The gradients do belong to the batch. `Delta.T @ X_before` adds up, over the samples, the outer
# products $\delta^{(l)[s]}(x^{(l-1)[s]})^\top$, and the $\frac1m$ makes the mean of the sum. It is
# the mean of the products. The product of the two means, which has the same shape, is another
# matrix: two samples with opposite error terms and opposite inputs have the means $0$ and $0$,
# though both pull each weight the same way.

# %% [markdown] id="progress-task" only="book"
# ## Where you are

# %% id="progress" only="book"
check.progress()

# %% [markdown] id="solutions" only="book"
# The solutions are on [a page of their
# own](../exercises/solutions/05_the_recursion_and_the_algorithm.ipynb).
