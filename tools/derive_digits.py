"""Make src/backprop/data/digits.npz from the copy of the digits that scikit-learn carries.

Run once, in any environment that has scikit-learn (the book's own does not need it):

    python -m venv .venv-digits
    .venv-digits/bin/pip install scikit-learn
    .venv-digits/bin/python tools/derive_digits.py
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

TARGET = Path(__file__).parents[1] / "src" / "backprop" / "data" / "digits.npz"


def main() -> None:
    """Write the images as bytes from 0 to 16 and the digits as bytes from 0 to 9."""
    digits = load_digits()
    X, y = digits.data.astype(np.uint8), digits.target.astype(np.uint8)
    if not (np.array_equal(X, digits.data) and np.array_equal(y, digits.target)):
        raise SystemExit("the values are not the whole numbers this script expects")
    np.savez_compressed(TARGET, X=X, y=y)
    print(f"{TARGET.name}: {len(y)} images, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
