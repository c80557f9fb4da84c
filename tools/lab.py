"""Open JupyterLab on the book: at a free port, or at the one named and no other."""

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def is_free(port: int) -> bool:
    """Tell whether a server could listen at `port` of this machine."""
    with socket.socket() as probe:
        if os.name != "nt":  # as the server itself does; elsewhere the option means something else
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def main(arguments: list[str]) -> int:
    """Start JupyterLab and wait for its end."""
    options = ["--port-retries=50"]
    if arguments:
        text = arguments[0]
        if not (text.isdecimal() and 1 <= int(text) <= 65535):
            print(f"error: PORT: expected a number from 1 to 65535, got {text}", file=sys.stderr)
            return 1
        if not is_free(int(text)):
            print(
                f"error: port {text} is in use; name another, or none to take a free one: make lab",
                file=sys.stderr,
            )
            return 1
        options = [f"--port={text}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # in a container there is often no other user
    # By its address, not as a file: the exercises beside the book stay in reach.
    options.append("--LabApp.default_url=/lab/tree/book/index.ipynb")
    command = [sys.executable, "-m", "jupyter", "lab", *options]
    print(" ".join(["jupyter", *command[3:]]), flush=True)
    try:
        return subprocess.call(command, cwd=ROOT)
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
