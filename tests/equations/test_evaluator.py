"""Parser, evaluator, oracle, mutants: each part by itself."""

import numpy as np
import pytest

from .canaries import CANARIES
from .check import WRONG, DisplayError, check, moving, plan
from .evaluate import ShapeError, evaluate
from .extract import read_page
from .ledger import ROOT
from .mutate import mutants
from .parse import FUNCTIONS, parse, parse_expression, tokens
from .prose import agrees, decimals
from .tree import UnreadableError, show
from .worlds import (
    ACTIVATIONS,
    STEP,
    NestedError,
    UnknownError,
    World,
    fixture,
    network,
    small,
)

NET = network(7, (3, 4, 2))


def value(latex, world=NET, **env):
    return evaluate(parse_expression(latex), world, env)


def holds(latex, world=NET):
    formula = parse(latex)
    return check(formula, world, plan(formula, world))


# -- reading --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("latex", "number"),
    [
        (r"\tfrac12", 0.5),
        (r"\frac12\,3", 1.5),
        (r"\frac{1}{1+e^{-0}}", 0.5),
        (r"2\cdot3-4\cdot(-5)", 26),
        (r"-2^2", -4),
        (r"(1+2)^2/3", 3),
        (r"1-2-3", -4),
        (r"10^{-3}", 1e-3),
        (r"\sqrt{4}+\lvert -3\rvert+|{-1}|", 6),
        (r"\sum_{k=1}^{4}k^2", 30),
        (r"\sum_{i=1}^{2}\sum_{j=1}^{3}i\,j", 18),
        (r"\begin{cases}1&\text{if }2=1\\5&\text{otherwise}\end{cases}", 5),
        (r"1{,}797", 1797),
        (r"\Big[\big(2\big)\Big]", 2),
    ],
)
def test_numbers(latex, number):
    assert value(latex) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"a\odot b\,c", "parentheses"),
        (r"a\,b\odot c", "parentheses"),
        (r"1/2 x", "parentheses"),
        (r"\foo", "subset"),
        (r"(a", "expected"),
        (r"a_i_j", "two subscripts"),
        (r"\begin{array}{c}a\end{array}", "array"),
        (r"\frac{\partial L}{\partial a\,\partial b}", "first derivatives"),
    ],
)
def test_what_is_not_in_the_subset_is_refused(latex, reason):
    with pytest.raises(UnreadableError, match=reason):
        parse_expression(latex)


def test_an_aligned_derivation_is_one_chain():
    formula = parse(r"\begin{aligned}a&=b\\&=c+d\\&\quad+e&&\text{(rule)}\\&=g\end{aligned}")
    assert [[show(s) for s in c.sides] for c in formula.chains] == [["a", "b", "c + d + e", "g"]]


def test_several_statements_and_ranges():
    formula = parse(r"a=b,\qquad c=d\quad\text{for } i=1,\dots,4,\ k=1,2.")
    assert [len(c.sides) for c in formula.chains] == [2, 2]
    assert [show(r) for r in formula.ranges] == [r"i=1,\dots,4", "k=1,2"]


def test_indices_one_by_one_or_by_commas():
    assert show(parse_expression("w_{12}")) == "w_{12}"
    assert len(parse_expression("w_{12}").args) == 5
    assert show(parse_expression("w_{i,j+1}")) == "w_{i,j + 1}"


def test_functions_apply_and_letters_multiply():
    assert parse_expression("f(x)").op == "call"
    assert parse_expression("x(x)").op == "mul"
    assert parse_expression("L(x)", FUNCTIONS | {"L"}).op == "call"


def test_every_canary_prints_and_reads_back():
    for canary in CANARIES:
        for chain in parse(canary.latex).chains:
            for side in chain.sides:
                again = parse_expression(show(side).replace(r"\\ ", r"\\"))
                assert show(again) == show(side)


def test_spacing_and_size_do_not_matter():
    assert tokens(r"\big( a\,b \big)") == tokens(r"(ab)") == tokens(r"\left(a\;b\right)")


# -- strict shapes --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "latex",
    [
        r"x+1",  # no broadcasting
        r"x+x^\top",
        r"u^{(1)}+u^{(2)}",
        r"x\,x",
        r"W^{(1)}x^\top",
        r"u^{(1)}\odot u^{(2)}",
        r"2\odot 3",
        r"x^2",
        r"1/x",
        r"L^\top",
        r"\lVert L\rVert",
        r"x_4",
        r"x_0",
        r"w^{(2)}_{34}",
        r"\underset{1\times 3}{x}",
        r"\nabla_{W^{(1)}}u^{(1)}",
        r"\frac{\partial L}{\partial W^{(1)}}",
        r"\sum_k k",
        r"\begin{pmatrix}1&2\\3\end{pmatrix}",
        r"h(u^{(1)})",
    ],
)
def test_shapes_are_strict(latex):
    with pytest.raises(ShapeError):
        value(latex)


def test_unknown_symbols_are_errors():
    for latex in ("q", "W^{(3)}", "u^{(0)}", r"\varphi(x)", "n_3"):
        with pytest.raises(UnknownError):
            value(latex)


def test_products_by_shape():
    x = NET.get("x", 0)
    assert value(r"x^\top x") == pytest.approx(float(np.sum(x * x)))
    assert value(r"x\,x^\top").shape == (3, 3)
    assert value(r"w^{(1)}_2").shape == (1, 3)
    assert np.shape(value(r"w^{(1)}_2 x")) == ()
    assert value(r"(1,2,3)^\top").shape == (3, 1)
    assert value(r"\langle x,x\rangle") == pytest.approx(value(r"\lVert x\rVert^2"))
    assert value(r"\operatorname{diag}(x)").shape == (3, 3)


def test_dots_are_filled_in():
    long = r"w^{(1)}_{21}x_1+w^{(1)}_{22}x_2+\dots+w^{(1)}_{23}x_3"
    assert value(long) == pytest.approx(value(r"w^{(1)}_2 x"), rel=1e-14)
    products = r"u^{(1)}_1x^{(1)}_1+u^{(1)}_2x^{(1)}_2+\dots+u^{(1)}_{n_1}x^{(1)}_{n_1}+1"
    both = NET.get("u", 1)[:, 0] @ NET.get("x", 1)[:, 0] + 1
    assert value(products) == pytest.approx(both, rel=1e-14)
    column = r"\begin{pmatrix}u^{(1)}_1\\\vdots\\u^{(1)}_4\end{pmatrix}"
    np.testing.assert_array_equal(value(column), NET.get("u", 1))
    with pytest.raises(ShapeError, match="dots"):
        value(r"x_1+x_1+\dots+x_3")
    with pytest.raises(ShapeError, match="dots"):
        value(r"x_1x_1+x_2x_1+\dots+x_3x_3")


# -- the oracle -----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_analytic_slopes_agree_with_the_complex_step(name):
    f, prime = ACTIVATIONS[name]
    u = np.linspace(-3, 3, 25)
    np.testing.assert_allclose(np.imag(f(u + 1j * STEP)) / STEP, prime(u), rtol=1e-13, atol=1e-15)


def test_the_oracle_agrees_with_central_differences():
    eps = 1e-6
    W = NET.get("W", 1)
    for place in np.ndindex(W.shape):
        losses = []
        for sign in (1, -1):
            moved = W.copy()
            moved[place] += sign * eps
            losses.append(NET.having({("W", 1): moved}).get("L"))
        difference = (losses[0] - losses[1]) / (2 * eps)
        assert NET.gradient(("W", 1))[place] == pytest.approx(difference, rel=1e-6, abs=1e-8)


def test_derivatives_of_intermediate_quantities():
    prime = NET.functions["f'"](NET, None, NET.get("u", 1))
    expected = np.zeros((4, 1))
    expected[1] = prime[1] * NET.get("x", 0)[2]
    np.testing.assert_allclose(
        value(r"\frac{\partial x^{(1)}}{\partial w^{(1)}_{23}}"), expected, rtol=1e-13
    )
    assert value(r"\partial u^{(2)}_1/\partial x^{(1)}_3") == pytest.approx(NET.get("W", 2)[0, 2])
    assert value(r"\frac{\partial u^{(1)}_1}{\partial x^{(1)}_1}") == 0  # upstream stays


def test_a_jacobian_is_a_vector_by_a_vector():
    np.testing.assert_allclose(
        value(r"\frac{\partial u^{(2)}}{\partial x^{(1)}}"), NET.get("W", 2), rtol=1e-14
    )


def test_a_step_within_a_step_is_refused():
    with pytest.raises(NestedError):
        value(r"\frac{\partial \delta^{(2)}_1}{\partial u^{(2)}_1}")


def test_a_transpose_does_not_conjugate():
    world = World({("z", None): np.array([[1 + 1j]])}, {}, {})
    assert evaluate(parse_expression(r"z^\top"), world, {})[0, 0] == 1 + 1j


# -- statements -----------------------------------------------------------------------------------
def test_ranges_must_be_those_of_the_index():
    holds(r"u^{(1)}_i=w^{(1)}_i x+b^{(1)}_i,\quad i=1,\dots,4")
    holds(r"u^{(1)}_i=w^{(1)}_i x+b^{(1)}_i,\quad i=1,\dots,n_1")
    for end in ("3", "5", "n_0"):
        with pytest.raises((DisplayError, ShapeError)):
            holds(rf"u^{{(1)}}_i=w^{{(1)}}_i x+b^{{(1)}}_i,\quad i=1,\dots,{end}")
    with pytest.raises(DisplayError, match="occurs nowhere"):
        holds(r"L=L,\quad i=1,\dots,4")


def test_a_generic_layer():
    three = network(3, (3, 4, 2, 5))
    rule = r"\delta^{(l)}=\big((W^{(l+1)})^\top\delta^{(l+1)}\big)\odot f'(u^{(l)}),"
    holds(rule + r"\quad l=D-1,\dots,1", three)
    with pytest.raises(UnknownError):
        holds(rule + r"\quad l=D,\dots,1", three)


RECURSION = r"""\begin{aligned}
\delta^{(D)}&=(x^{(D)}-y)\odot f^{(D)\prime}(u^{(D)}),\\
\delta^{(l)}&=\Big(\big(W^{(l+1)}\big)^\top\delta^{(l+1)}\Big)\odot f^{(l)\prime}(u^{(l)}),
\quad l=D-1,\dots,1
\end{aligned}"""


def test_each_layer_may_have_its_own_activation():
    layered = network(3, (3, 4, 2, 5), "layered")
    holds(RECURSION, layered)
    for right, wrong in ((r"f^{(l)\prime}", r"f^{(l+1)\prime}"), (r"f^{(D)\prime}", r"f^{(D)}")):
        with pytest.raises(DisplayError):
            holds(RECURSION.replace(right, wrong), layered)


def lemma_world(seed, p, n):
    """v = Wx + b, v = g(u), and a scalar of v."""

    def g(world, layer, u):
        return np.tanh(u) + 0.3 * u**2

    def slope(world, layer, u):
        return 1 - np.tanh(u) ** 2 + 0.6 * u

    return small(
        seed,
        lambda rng: {
            ("W", None): rng.normal(size=(p, n)),
            ("x", None): rng.normal(size=(n, 1)),
            ("b", None): rng.normal(size=(p, 1)),
            ("c", None): rng.normal(size=(p, 1)),
        },
        {
            "u": lambda w, layer: w.get("W") @ w.get("x") + w.get("b"),
            "v": lambda w, layer: g(w, None, w.get("u")),
            r"\varphi": lambda w, layer: np.sum(w.get("c") * np.exp(w.get("v"))),
        },
        {"g": g, "g'": slope},
    )


ONLY_ONE_TERM = r"\frac{\partial \varphi}{\partial u_{k}} → \frac{\partial \varphi}{\partial u_{i}}"


@pytest.mark.parametrize(("p", "n"), [(2, 3), (3, 3)])
@pytest.mark.parametrize(
    "latex",
    [
        r"\frac{\partial\varphi}{\partial w_{ij}}=\sum_k\frac{\partial\varphi}{\partial u_k}"
        r"\frac{\partial u_k}{\partial w_{ij}}=\frac{\partial\varphi}{\partial u_i}x_j",
        r"\nabla_W\varphi=(\nabla_u\varphi)\,x^\top",
        r"\frac{\partial\varphi}{\partial x_j}=\sum_i w_{ij}\frac{\partial\varphi}{\partial u_i}",
        r"\nabla_x\varphi=W^\top\nabla_u\varphi",
        r"\nabla_u\varphi=\nabla_v\varphi\odot g'(u)",
        r"\nabla_x\varphi=W^\top\big(\nabla_v\varphi\odot g'(u)\big)",
        r"\frac{\partial v}{\partial x}=\operatorname{diag}(g'(u))\,W",
        r"\nabla_x\varphi=\Big(\frac{\partial v}{\partial x}\Big)^\top\nabla_v\varphi",
        r"d\varphi=\langle\nabla_x\varphi,dx\rangle",
    ],
)
def test_the_lemmas_can_be_read(latex, p, n):
    world = lemma_world(5, p, n)
    formula = parse(latex)
    world.moving = moving(formula, world)
    envs = plan(formula, world)
    check(formula, world, envs)
    shapes = {node: np.shape(v) for (node, _), v in world.memo.items()}
    found = mutants(formula, world, shapes, [set(e[0]) if e else set() for e in envs])
    assert len(found) >= 8
    for mutant in found:
        if mutant.what == ONLY_ONE_TERM:
            continue  # true: the other terms of the sum are zero
        with pytest.raises(WRONG):
            check(mutant.formula, world, envs)


def test_inequalities_and_shapes():
    holds(r"0<L,\quad L\ne 0,\quad W^{(1)}\in\mathbb R^{4\times 3}")
    with pytest.raises(DisplayError):
        holds(r"L\le 0")
    with pytest.raises(ShapeError):
        holds(r"W^{(1)}\in\mathbb R^{3\times 4}")


def test_worked_numbers_are_held_to_their_digits():
    example = fixture()
    tally = holds(r"L=0.1163,\quad \delta^{(2)}_1=-0.0698", example)
    assert tally.digits == 4
    for wrong in ("L=0.1162", "L=0.116283", r"\delta^{(2)}_1=0.0698", r"\delta^{(2)}_1=-0.0699"):
        with pytest.raises(DisplayError):
            holds(wrong, example)


def test_each_worked_factor_is_held_to_its_own_digits():
    example = fixture()
    symbols = r"\frac{\partial L}{\partial w^{(2)}_{11}}=\delta^{(2)}_1\,x^{(1)}_1="
    holds(symbols + r"-0.0698\cdot 0.7408=-0.0517", example)
    with pytest.raises(DisplayError, match="stands for"):
        holds(symbols + r"-0.0699\cdot 0.7400=-0.0517", example)


def test_worked_matrices():
    example = fixture()
    right = r"\delta^{(2)}=\begin{pmatrix}-0.0698\\0.0830\end{pmatrix}"
    holds(right, example)
    with pytest.raises(DisplayError):
        holds(right.replace("0.0830", "0.0831"), example)


def test_remainders():
    world = small(
        1,
        lambda rng: {("t", None): 0.1},
        {},
        {"g": lambda w, layer, t: np.exp(t)},
    )
    world.small = ("t", None)
    holds("g(t)=1+t+O(t^2)", world)
    holds("g(t)=1+t+o(t)", world)
    for wrong in ("g(t)=1+t+O(t^3)", "g(t)=1+2t+O(t^2)", "g(t)=1+o(t)", "g(t)=1+t"):
        with pytest.raises(DisplayError):
            holds(wrong, world)


# -- mutants --------------------------------------------------------------------------------------
def all_mutants(latex):
    formula = parse(latex)
    envs = plan(formula, NET)
    check(formula, NET, envs)
    shapes = {node: np.shape(v) for (node, _), v in NET.memo.items()}
    return mutants(formula, NET, shapes, [set(e[0]) if e else set() for e in envs])


def test_the_kinds_of_mutants():
    found = {
        m.what
        for m in all_mutants(r"\nabla_{W^{(2)}}L=((x^{(2)}-y)\odot f'(u^{(2)}))(x^{(1)})^\top")
    }
    for wanted in (
        r"x^{(1)}^\top → x^{(1)}",  # a transpose lost
        r"f'(u^{(2)}) → f(u^{(2)})",  # f for f′
        r"x^{(2)} - y → x^{(2)} + y",  # a sign
        r"(x^{(2)} - y) \odot f'(u^{(2)}) → (x^{(2)} - y)\,f'(u^{(2)})",  # a product for ⊙
        r"f'(u^{(2)}) → 1",  # a factor lost
        r"x^{(1)} → x^{(0)}",  # another layer
        r"y → 2\,y",  # a factor 2
    ):
        assert wanted in found


def test_index_mutants():
    found = {
        m.what for m in all_mutants(r"u^{(2)}_i=\sum_{j=1}^{4}w^{(2)}_{ij}x^{(1)}_j+b^{(2)}_i")
    }
    assert r"w^{(2)}_{ij} → w^{(2)}_{ji}" in found
    assert r"x^{(1)}_{j} → x^{(1)}_{i}" in found
    assert any(what.startswith(r"\sum_{j=1}^{4}") and "4 - 1" in what for what in found)


def test_no_mutant_is_equal_by_its_form():
    found = {m.what for m in all_mutants(r"L=\frac12\sum_{k=1}^{2}(x^{(2)}_k-y_k)^2")}
    assert not any(what.endswith(r"-(x^{(2)}_{k} - y_{k})") for what in found)  # under a square
    swapped = parse(r"L=L\,1").chains  # two scalars exchanged
    assert all(m.formula.chains != swapped for m in all_mutants(r"L=1\,L"))


# -- pages ----------------------------------------------------------------------------------------
PAGE = r"""# Title

Text with $x=0.5$ and a number −0.0698.

```{math}
:label: eq-one
a=b
```

````{admonition} Predict
:class: predict
Is it 1.25?
```{math}
:label: eq-two
c=d
```
````

$$
e=g
$$ (eq-three)

```python
0.125
```

$$ h=i $$

- 3.5 and `4.5`
"""


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / "sample.md"
    path.write_text(PAGE, encoding="utf-8")
    return read_page(path)


def test_displays_are_found_wherever_they_stand(sample):
    assert [(d.label, d.latex) for d in sample.displays] == [
        ("eq-one", "a=b"),
        ("eq-two", "c=d"),
        ("eq-three", "e=g"),
        (None, "h=i"),
    ]
    assert sample.title == "Title"


def test_decimals_are_found_in_prose_only(sample):
    assert [o.text for o in decimals(sample)] == ["0.5", "-0.0698", "1.25", "3.5"]


@pytest.mark.parametrize(
    ("value", "text", "right"),
    [
        (0.11628, "0.1163", True),
        (0.11635001, "0.1163", False),
        (-0.06982, "-0.0698", True),
        (0.06982, "-0.0698", False),
        (2.5, "2.5", True),
        (1.1102e-16, "1.1e-16", True),
        (1.2e-16, "1.1e-16", False),
        (26, "26", True),
    ],
)
def test_rounding(value, text, right):
    assert agrees(value, text) is right


def test_section_numbers_and_versions_are_no_decimals(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("See section 6.5, Python 3.11 and 1.0.4; $10^{-17}$, $2\\cdot0.25$.", "utf-8")
    assert [o.text for o in decimals(read_page(path))] == ["0.25"]


def test_the_fixture_is_the_package_s_own():
    import backprop as bp

    net, x, y = bp.load_example()
    world = fixture()
    for layer in (1, 2):
        np.testing.assert_array_equal(world.get("W", layer), net.weights[layer - 1])
    np.testing.assert_array_equal(world.get("x", 0)[:, 0], x)
    assert world.get("L") == pytest.approx(net.loss_and_gradients(x, y)[0], rel=1e-14)


def test_the_oracle_does_not_import_the_package():
    for name in ("worlds", "evaluate", "check", "parse", "tree", "mutate"):
        source = (ROOT / "tests" / "equations" / f"{name}.py").read_text(encoding="utf-8")
        assert "import backprop" not in source
        assert "from backprop" not in source
