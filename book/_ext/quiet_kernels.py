"""Keep the kernels' own remarks out of the build's output.

Each notebook's kernel would remark that it listens on this machine without encryption, and, when
it is told to stop, that it was interrupted. Neither concerns the reader. What a notebook prints or
raises is reported by the build itself, and stops it.
"""

from nbclient import NotebookClient


def extra_arguments(client):
    """Return the arguments every kernel is started with."""
    return ["--IPKernelApp.log_level=CRITICAL"]


def setup(app):
    """Give the notebook client, which MyST-NB does not let us configure, another default."""
    NotebookClient._extra_arguments_default = extra_arguments
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
