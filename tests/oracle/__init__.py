"""The package against PyTorch, JAX and autograd; run by `python -m tests.oracle`."""
