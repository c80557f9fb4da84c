"""Source of the exercises of chapter 1; `02_a_simple_example.py` says how it is written."""

# %% [markdown] id="title" only="learner"
# # Exercises: the neuron and the network
#
# Five exercises on [The neuron and the network](../book/01_the_neuron_and_the_network.ipynb). You
# build a neuron and work out one by hand, find the slope of its activation and the places where
# there is hardly any, and in between you differentiate a loss for the first time.
#
# Below each answer is a cell that checks it. Run it as often as you like: it tells you in one
# sentence what is right or what went wrong, and unfolds a hint in three steps if you ask for it.
# Nothing is counted against you.

# %% [markdown] id="start" only="book"
# You do the exercises in JupyterLab, in a copy of your own: open a terminal in the book's folder
# and type `.venv/bin/python -m backprop.exercises start 1` (on Windows, `.venv\Scripts\python` in
# place of `.venv/bin/python`). It puts this notebook into `my-work/`, where a new edition of the
# book does not overwrite it, and where your right answers are kept.

# %% [markdown] id="title-solutions" only="solution"
# # Solutions: the neuron and the network
#
# Solutions to the [exercises](../01_the_neuron_and_the_network.ipynb) on [The neuron and the
# network](../../book/01_the_neuron_and_the_network.ipynb). You learn more from them when you have
# tried first, and most when the check has contradicted you once.

# %% id="setup"
import numpy as np

import backprop as bp
from backprop import check

# %% [markdown] id="neuron-task"
# ## One neuron
#
# Write `neuron(w, b, x)`. It returns the output of one neuron whose activation is the sigmoid,
# a single number.
#
# - `w` and `x` are vectors of the same length, of shape `(n,)`: a weight for each input. Your
#   function should work for every `n`.
# - `b` is the bias, a number.


# %% id="neuron-answer" answer="neuron"
def neuron(w, b, x):
    """Return the output of one sigmoid neuron."""
    # BEGIN SOLUTION
    # solution mark: finch-1-neuron
    u = w @ x + b
    return 1 / (1 + np.exp(-u))
    # END SOLUTION


# %% id="neuron-check" check="neuron"
check.neuron(neuron)

# %% [markdown] id="neuron-why" only="solution"
# `w @ x` is the sum of the products, one number; the bias moves it, and the sigmoid acts on all of
# it, once. `np.sum(w * x)` or a loop over the inputs does the same. The minus in the exponent
# stands before the whole of $u$, bias included: with `np.exp(-w @ x + b)` the bias would push the
# wrong way.

# %% [markdown] id="neuron_output-task"
# ## A neuron by hand
#
# A neuron has the weights $w=(0.6,\ -0.4)^\top$ and the bias $b=0.4$. Its activation is the
# sigmoid. Which output does it give for the input $x=(0.8,\ 1.5)^\top$?
#
# Work it out on paper, with a pocket calculator for the exponential, to three significant digits.
# Before you begin, say on which side of $\tfrac12$ it will lie.

# %% id="neuron_output-answer" answer="neuron_output"
# BEGIN SOLUTION NO PROMPT
# solution mark: wren-1-output
u = 0.6 * 0.8 + (-0.4) * 1.5 + 0.4
# END SOLUTION
answer = 1 / (1 + np.exp(-u))  # SOLUTION

# %% id="neuron_output-check" check="neuron_output"
check.neuron_output(answer)

# %% [markdown] id="neuron_output-why" only="solution"
# The two products are $0.6\cdot0.8=0.48$ and $(-0.4)\cdot1.5=-0.60$. With the bias the sum is
# $u=0.48-0.60+0.40=0.28$: a little to the right of zero, so the output is a little above
# $\tfrac12$. The sigmoid gives $1/(1+e^{-0.28})=1/1.7558=0.5695$.

# %% [markdown] id="sigmoid_slope-task"
# ## How steep is the sigmoid?
#
# Write `sigmoid_slope(u)`. It returns the derivative of the sigmoid at `u`.
#
# - `u` is a number or an array of any shape. Each entry of the result is the slope at that entry
#   of `u`.
# - It should be right everywhere, for $u=1000$ and $u=-1000$ too. NumPy may warn on the way that
#   an exponential has overflowed; what counts is what you return.


# %% id="sigmoid_slope-answer" answer="sigmoid_slope"
def sigmoid_slope(u):
    """Return the derivative of the sigmoid at u."""
    # BEGIN SOLUTION
    # solution mark: lark-1-slope
    height = 1 / (1 + np.exp(-u))
    return height * (1 - height)
    # END SOLUTION


# %% id="sigmoid_slope-check" check="sigmoid_slope"
check.sigmoid_slope(sigmoid_slope)

# %% [markdown] id="sigmoid_slope-why" only="solution"
# The chapter derives two forms of the same derivative, $\frac{e^{-u}}{(1+e^{-u})^2}$ and
# $f(u)(1-f(u))$. On paper they are equal. In a program the first one breaks at $u=-1000$: above
# and below the fraction bar stands infinity, and the quotient is NaN. In the second, $f(u)$ is
# $1/\infty=0$ there, and the product is $0$, as it should be.
#
# The second form is also the cheaper one, since a network has computed $f(u)$ already.

# %% [markdown] id="dL_dw-task"
# ## The derivative of a loss
#
# A neuron with one input $x$ computes $u=wx+b$ and gives out $h=f(u)$. It should have given out
# the label $y$. How wrong it is, we measure by the loss $L=\tfrac12(h-y)^2$.
#
# Derive $\frac{\partial L}{\partial w}$: how does the loss change with the weight? The activation
# $f$ may be any function.
#
# Type the formula as text, between quotes, in the names `w`, `b`, `x`, `u`, `h`, `y`. Type $f(u)$
# as `f(u)` and its derivative $f'(u)$ as `df(u)`; a product needs its `*`, a power is `**`. For
# instance, $\frac{\partial L}{\partial h}$ is `"h - y"`.

# %% id="dL_dw-answer" answer="dL_dw"
# BEGIN SOLUTION NO PROMPT
# solution mark: siskin-1-derive
# END SOLUTION
formula = "(h - y) * df(u) * x"  # SOLUTION

# %% id="dL_dw-check" check="dL_dw"
check.dL_dw(formula)

# %% [markdown] id="dL_dw-why" only="solution"
# Three functions stand one inside the other: $u$ depends on $w$, then $h$ on $u$, then $L$ on $h$.
# The chain rule multiplies their derivatives:
#
# $$\frac{\partial L}{\partial w}
# =\frac{\partial L}{\partial h}\cdot\frac{\partial h}{\partial u}\cdot\frac{\partial u}{\partial w}
# =(h-y)\cdot f'(u)\cdot x .$$
#
# The ½ has met the 2 that the square brings down. In $u=wx+b$ the weight is multiplied by $x$, so
# $x$ is the derivative of $u$ with respect to $w$; with respect to $b$ it is $1$, and
# $\frac{\partial L}{\partial b}=(h-y)f'(u)$.

# %% [markdown] id="where_flat-task"
# ## Where is the sigmoid flat?
#
# The derivative you have just found contains $f'(u)$. Where $f'(u)$ is tiny, the loss hardly
# changes with the weight, and the neuron learns slowly.
#
# Find the two places, `left` and `right`, between which the sigmoid's slope is at least $0.01$ and
# outside of which it is smaller, to one decimal. Try values as in the next cell, with your own
# `sigmoid_slope`, or with the widget in the chapter; or compute them.

# %% id="where_flat-look"
for u in (0, 2, 8):
    print(f"u = {u}   slope = {bp.activations.sigmoid_derivative(u):.4f}")

# %% id="where_flat-answer" answer="where_flat"
# BEGIN SOLUTION NO PROMPT
# solution mark: dunnock-1-flat
height = (1 + np.sqrt(1 - 4 * 0.01)) / 2
edge = np.log(height / (1 - height))
# END SOLUTION
left = -edge  # SOLUTION
right = edge  # SOLUTION

# %% id="where_flat-check" check="where_flat"
check.where_flat((left, right))

# %% [markdown] id="where_flat-why" only="solution"
# With $s=f(u)$ the slope is $s(1-s)$, and $s(1-s)=0.01$ is the quadratic equation
# $s^2-s+0.01=0$. Its larger solution is $s=\tfrac12\big(1+\sqrt{1-4\cdot0.01}\big)=0.9899$. The
# sigmoid takes this value at $u=\log\frac{s}{1-s}=4.585$, and by its symmetry the slope is the
# same at $-4.585$.
#
# So a neuron whose sum lies beyond $\pm4.6$ passes less than a hundredth of the error on to its
# weights, whatever the error is. Trying values and halving the step gets there as well.

# %% [markdown] id="progress-task" only="book"
# ## Where you are
#
# In this chapter; `check.progress()` shows the whole book.

# %% id="progress" only="book"
check.progress(1)

# %% [markdown] id="solutions" only="book"
# The solutions are on [a page of their
# own](../exercises/solutions/01_the_neuron_and_the_network.ipynb).
