"""The package against PyTorch, JAX, autograd and scikit-learn; run by `python -m benchmarks`."""
