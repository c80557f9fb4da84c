"""What a refused call says."""

import pytest


def refusal(error, function, *arguments, **keywords):
    """Call a function that must refuse, and return its message."""
    with pytest.raises(error) as caught:
        function(*arguments, **keywords)
    assert type(caught.value) is error
    return str(caught.value)
