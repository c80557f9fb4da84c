"""Mutants of chapter 5's solutions that are right answers, each with the reason."""

EQUIVALENT = {
    "backward": {
        "for layer in range(len(us), 0, -1):": "there are as many pre-activations as weights",
        "db, dW = ([], [])": "two empty lists are alike",
    },
    "backward_from": {
        "all_db, all_dW = ([], [])": "two empty lists are alike",
    },
    "train_step": {
        "for i in reversed(range(len(us))):": "there are as many pre-activations as weights",
        "for i in reversed(range(len(biases))):": "there are as many biases as weights",
        "weights, biases = (list(list(weights)), list(biases))": "a copy of a copy is a copy",
        "weights, biases = (list(weights), list(list(biases)))": "a copy of a copy is a copy",
    },
    "batch_step": {
        "m = len(U)": "a row for each sample, in every array",
        "m = len(X_before)": "a row for each sample, in every array",
        "m = len(Delta_next)": "a row for each sample, in every array",
    },
}
