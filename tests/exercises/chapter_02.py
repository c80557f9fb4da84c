"""Mutants of chapter 2's solutions that are right answers, each with the reason."""

EQUIVALENT = {
    "dL_dw1": {
        "paths = delta_output[0] * W2.T[0, 0] + delta_output[1] * W2[1, 0]": (
            "a diagonal entry is its own transpose"
        ),
    },
}
