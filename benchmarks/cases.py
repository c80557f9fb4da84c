"""What is measured: the networks and their sizes, the same for every contestant."""

# Sigmoid in every layer, squared error, gradient of the mean loss over the batch.
SIZES: dict[str, tuple[list[int], int]] = {
    "S": ([3, 4, 2], 1),
    "M": ([64, 64, 32, 10], 32),
    "L1": ([784, 128, 64, 10], 1),
    "L64": ([784, 128, 64, 10], 64),
    "XL": ([1024, 1024, 1024, 10], 256),
    "deep": ([64] * 33, 32),
}
# One axis at a time, from a network in the middle.
DEPTH = {f"depth {depth}": ([64] * (depth + 1), 32) for depth in (1, 2, 4, 8, 16, 32, 64)}
WIDTH = {f"width {n}": ([n, n, n, 10], 32) for n in (8, 16, 32, 64, 128, 256, 512, 1024)}
BATCH = {f"batch {m}": ([64, 64, 32, 10], m) for m in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)}

# Training: softmax cross-entropy on the digits, mini-batches.
DIGITS = {"sizes": [64, 32, 10], "batch": 32, "learning_rate": 0.1, "epochs": 10}

# Ratios to reach: of the buffered gradient to the bare products, and of a peer to it.
FLOOR_AT_MOST = {"S": 2.5, "M": 1.6, "L1": 1.25, "L64": 1.12, "XL": 1.05, "deep": 1.3}
PYTORCH_AT_LEAST = {"S": 8, "M": 3.3, "L1": 2.3, "L64": 1.05, "XL": 0.82, "deep": 1.75}
JAX_AT_LEAST = 1.25
EPOCH_AT_LEAST = 6
IMPORT_AT_MOST = 1.1
