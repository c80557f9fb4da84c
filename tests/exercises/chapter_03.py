"""Mutants of chapter 3's solutions that are right answers, each with the reason."""

EQUIVALENT = {
    "mean_loss": {
        "losses = 0.5 * np.sum((Y - H) ** 2, axis=1)": "a square forgets the sign",
        "losses = 0.5 * np.sum((-(H - Y)) ** 2, axis=1)": "a square forgets the sign",
        "return np.mean(np.mean(losses))": "the mean of one number is that number",
    },
}
