import numpy as np
import pytest

from backprop._shapes import as_array, require_finite, require_shape, spell
from tests.unit.refusals import refusal


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
def test_floats_are_returned_as_they_are(dtype):
    array = np.zeros(2, dtype)
    assert as_array("x", array) is array


@pytest.mark.parametrize("dtype", ["i4", "u1", "?", "f2", "i8", np.longdouble])
def test_other_numbers_become_float64(dtype):
    array = as_array("x", np.ones(2, dtype))
    assert array.dtype == np.float64
    assert np.array_equal(array, [1.0, 1.0])


def test_lists():
    assert as_array("x", [1, 2]).dtype == np.float64
    assert as_array("x", [1.5, 2]).tolist() == [1.5, 2.0]
    assert as_array("x", [1j]).dtype == np.complex128


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (["a"], "an array of text"),
        (b"a", "an array of text"),
        ([None], "an array of object"),
        ({"a": 1}, "an array of object"),
        ([[1], [2, 3]], "rows of different lengths"),
        (np.array(["2020-01-01"], "M8[D]"), "dtype datetime64[D]"),
    ],
)
def test_other_kinds_are_refused(value, what):
    message = refusal(TypeError, as_array, "x", value)
    assert message == f"x: expected an array of numbers, got {what}"


def test_finite_numbers_pass():
    for array in (np.zeros(0), np.array(1.0), np.array([1e300, -1e300]), np.array([1 + 1j])):
        require_finite("x", array)
    require_finite("x", np.full(3, 1e30, np.float32))  # its squares overflow, it does not


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.array(np.nan), "got nan at x"),
        (np.array([0, np.inf, np.nan]), "got inf at x[1]"),
        (np.array([[0, 1], [-np.inf, 0]]), "got -inf at x[1, 0]"),
        (np.array([0, complex(0, np.nan)]), "got 0+nanj at x[1]"),
        (np.array([1e200, np.nan]), "got nan at x[1]"),
    ],
)
def test_the_first_bad_entry_is_named(array, message):
    assert refusal(ValueError, require_finite, "x", array) == (
        f"x: expected finite numbers, {message}"
    )


def test_shapes():
    require_shape("x", np.zeros((2, 3)), (2, 3), "")
    require_shape("x", np.zeros((2, 3)), ("m", 3), "")
    for shape, expected in (((3,), (2,)), ((2, 3), (3, 2)), ((2,), (2, 1)), ((0, 3), ("m", 3))):
        message = refusal(ValueError, require_shape, "x", np.zeros(shape), expected, "to fit")
        assert message == f"x: expected shape {spell(expected)} to fit, got {spell(shape)}"
    message = refusal(ValueError, require_shape, "x", np.zeros(2), (3,), "")
    assert message == "x: expected shape (3,), got (2,)"


def test_spelling():
    assert spell(()) == "()"
    assert spell((3,)) == "(3,)"
    assert spell(("m", 3)) == "(m, 3)"
