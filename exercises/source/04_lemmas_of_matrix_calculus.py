"""Source of the exercises of chapter 4; how it is written says `02_a_simple_example.py`."""

# %% [markdown] id="title" only="learner"
# # Exercises: lemmas of matrix calculus
#
# Five exercises on [Lemmas of matrix calculus](../book/04_lemmas_of_matrix_calculus.ipynb). In the
# first four you write the lemmas as functions: each takes the gradient that arrives at the far side
# of a map and returns what comes out on the near side. In the fifth you put them together and
# derive a Jacobian.
#
# Throughout, $\varphi$ is a number that depends on a column $v$, and `dv` is its gradient
# $\nabla_v\varphi$, a vector with one number for each component of $v$. Where $v=Wx+b$, the matrix
# `W` is $p\times n$, row $i$ belongs to the result $v_i$, and `dv`, `x` and `b` are vectors of
# shape `(p,)`, `(n,)` and `(p,)`. Your functions should work for all $p$ and $n$, and leave the
# arrays they are given as they are.
#
# Below each answer is a cell that checks it. Run it as often as you like: it says in one sentence
# what is right or what went wrong, and unfolds a hint in three steps if you ask for it. Nothing is
# counted against you.

# %% [markdown] id="start" only="book"
# You do the exercises in JupyterLab, in a copy of your own: open a terminal in the book's folder
# and type `.venv/bin/python -m backprop.exercises start 4` (on Windows, `.venv\Scripts\python` in
# place of `.venv/bin/python`). It puts this notebook into `my-work/`, where a new edition of the
# book does not overwrite it, and where your right answers are kept.

# %% [markdown] id="title-solutions" only="solution"
# # Solutions: lemmas of matrix calculus
#
# Solutions to the [exercises](../04_lemmas_of_matrix_calculus.ipynb) on [Lemmas of matrix
# calculus](../../book/04_lemmas_of_matrix_calculus.ipynb). You learn more from them when you have
# tried first, and most when the check has contradicted you once.

# %% id="setup"
import numpy as np

from backprop import check

# %% [markdown] id="grad_W-task"
# ## With respect to the matrix
#
# Let $v=Wx+b$, where $x$ does not depend on $W$. Write `grad_W(dv, x)`, which returns
# $\nabla_W\varphi$.
#
# Before you type, ask for one weight $w_{ij}$ which results it touches, and how many numbers must
# come back.


# %% id="grad_W-answer" answer="grad_W"
def grad_W(dv, x):
    """Return the gradient with respect to W of v = Wx + b."""
    # BEGIN SOLUTION
    # solution mark: curlew-4-matrix
    return np.outer(dv, x)
    # END SOLUTION


# %% id="grad_W-check" check="grad_W"
check.grad_W(grad_W)

# %% [markdown] id="grad_W-why" only="solution"
# The weight $w_{ij}$ occurs in $v_i$ alone, and is multiplied there by $x_j$. So its derivative is
# $\frac{\partial\varphi}{\partial v_i}\,x_j$: a number with the index of a row times a number with
# the index of a column. `np.outer(dv, x)` makes the table of all these products, and
# `dv[:, None] * x` makes the same. In `np.outer(x, dv)` every product is there too, at the place of
# another weight; if $W$ is square, only the numbers can tell.

# %% [markdown] id="grad_b-task"
# ## With respect to the bias
#
# The same map, $v=Wx+b$. Write `grad_b(dv, x)`, which returns $\nabla_b\varphi$. You are given the
# input as well; whether you need it is part of the question.


# %% id="grad_b-answer" answer="grad_b"
def grad_b(dv, x):
    """Return the gradient with respect to b of v = Wx + b."""
    # BEGIN SOLUTION
    # solution mark: dunlin-4-bias
    return dv.copy()
    # END SOLUTION


# %% id="grad_b-check" check="grad_b"
check.grad_b(grad_b)

# %% [markdown] id="grad_b-why" only="solution"
# The bias $b_i$ is added to $v_i$ as it is. When it rises by a little, $v_i$ rises by as much, and
# nothing else moves: $\frac{\partial\varphi}{\partial b_i}=\frac{\partial\varphi}{\partial v_i}$.
# The input plays no part. A bias is the weight of an input that is always $1$, and with $x_j=1$ the
# outer product of the first exercise has nothing left to multiply by.
#
# `return dv` is right as well. The copy is for the caller's sake: whoever changes the result later
# does not change `dv` with it.

# %% [markdown] id="grad_x-task"
# ## With respect to the input
#
# Once more $v=Wx+b$; now $x$ moves, and `W` and `b` stay. Write `grad_x(dv, W)`, which returns
# $\nabla_x\varphi$.


# %% id="grad_x-answer" answer="grad_x"
def grad_x(dv, W):
    """Return the gradient with respect to x of v = Wx + b."""
    # BEGIN SOLUTION
    # solution mark: godwit-4-input
    return W.T @ dv
    # END SOLUTION


# %% id="grad_x-check" check="grad_x"
check.grad_x(grad_x)

# %% [markdown] id="grad_x-why" only="solution"
# The input $x_j$ touches every result, $v_i$ with the weight $w_{ij}$, and the paths add:
# $\frac{\partial\varphi}{\partial x_j}=\sum_i w_{ij}\,\frac{\partial\varphi}{\partial v_i}$. The
# index that disappears is the first one, so the sum runs down a column, and that is the product
# with the transpose. `dv @ W` says the same, for in NumPy a vector on the left runs down the
# columns too.
#
# The way back is not an inverse. `np.linalg.inv(W) @ dv` would find the column that `W` takes to
# `dv`; nobody has asked for it, and unless $W$ is square it does not exist. The gradient asks how
# $\varphi$ answers to a small step of $x$, and what carries such a step to the results is $W$
# itself.

# %% [markdown] id="grad_elementwise-task"
# ## Through a function of each component
#
# Let $v_i=g(x_i)$ for each $i$. Write `grad_elementwise(dv, x, g, g_prime)`, which returns
# $\nabla_x\varphi$. Here `x` has as many components as `dv`; `g` and `g_prime` are the function and
# its derivative, to be called as `g(x)` and `g_prime(x)`, and act on every component of an array.


# %% id="grad_elementwise-answer" answer="grad_elementwise"
def grad_elementwise(dv, x, g, g_prime):
    """Return the gradient with respect to x, where v_i = g(x_i)."""
    # BEGIN SOLUTION
    # solution mark: lapwing-4-slopes
    return dv * g_prime(x)
    # END SOLUTION


# %% id="grad_elementwise-check" check="grad_elementwise"
check.grad_elementwise(grad_elementwise)

# %% [markdown] id="grad_elementwise-why" only="solution"
# The component $x_i$ touches $v_i$ alone, so of the sum in the chain rule one term is left,
# $\frac{\partial\varphi}{\partial v_i}\,g'(x_i)$: the Hadamard product. `np.diag(g_prime(x)) @ dv`
# is right too, and for understanding it is the better form, since it shows the Jacobian; for
# computing it multiplies mostly by zeros.
#
# The derivative is taken at $x$, before $g$. If $g$ is the sigmoid you may also write it through
# the result, $v_i(1-v_i)$, which is what programs do, since $v$ is at hand. That is another formula
# for the same number, and not $g'(v_i)$.

# %% [markdown] id="jacobian-task"
# ## A layer with a shortcut
#
# Many deep networks lead the input of a layer around it and add it to the result:
#
# $$v=x+A\,g(u),\qquad u=Wx+b,$$
#
# where $x$ has $n$ components, $W$ is $h\times n$, $A$ is $n\times h$, and $g$ acts on every
# component of $u$. None of $A$, $W$ and $b$ depends on $x$. Derive the Jacobian
# $J=\frac{\partial v}{\partial x}$: write down how $v$ moves when $x$ takes a small step, and read
# off what stands beside the step.
#
# Type your formula between quotes, as you would in Python. You may use `A`, `W`, `b`, `x`, `u`, the
# $n\times n$ identity `I`, and `g(…)` and its derivative `dg(…)`; a matrix product is `@`, a
# transpose `.T`, and `diag(…)` makes a diagonal matrix of a vector.

# %% id="jacobian-answer" answer="jacobian"
# BEGIN SOLUTION NO PROMPT
# solution mark: whimbrel-4-shortcut
# END SOLUTION
formula = "I + A @ diag(dg(u)) @ W"  # SOLUTION

# %% id="jacobian-check" check="jacobian"
check.jacobian(formula)

# %% [markdown] id="jacobian-why" only="solution"
# When $x$ takes the step $dx$, the shortcut passes it on as it is. Through the layer, $u$ moves by
# $W\,dx$, each component of $g(u)$ by its slope times that, and $A$ multiplies the result:
#
# $$dv=dx+A\big(g'(u)\odot(W\,dx)\big)=\big(I+A\operatorname{diag}(g'(u))\,W\big)\,dx .$$
#
# The identity is the derivative of $x$ with respect to $x$. Typing `1` for it adds $1$ to every
# entry of the matrix, and no error is raised. The slopes belong to $u$, so the diagonal matrix
# stands where vectors of the length of $u$ pass through, between $A$ and $W$: `A * dg(u) @ W` says
# the same, for `*` multiplies column $i$ of $A$ by slope $i$.
#
# A gradient comes back through the transpose,
# $\nabla_x\varphi=\nabla_v\varphi+W^\top\big(g'(u)\odot(A^\top\nabla_v\varphi)\big)$, and what
# arrives is in it unchanged, however small the slopes are. The two terms are the two uses of $x$,
# which Lemma 6 adds.

# %% [markdown] id="progress-task" only="book"
# ## Where you are

# %% id="progress" only="book"
check.progress()

# %% [markdown] id="solutions" only="book"
# The solutions are on [a page of their
# own](../exercises/solutions/04_lemmas_of_matrix_calculus.ipynb).
