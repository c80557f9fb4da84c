"""Make a virtual environment and install into it what the book needs.

Run by whatever Python the reader has, so this file keeps to what even an old one can parse, and
says in one line what is wrong: too old a Python, no network, an installation that failed.

    python tools/environment.py           what a reader needs          -> .venv
    python tools/environment.py test      and what the tests need      -> .venv
    python tools/environment.py NAME      and the extra called NAME    -> .venv-NAME

A stamp in the environment holds the digest of everything that decides what is installed. While it
matches, nothing is done and nothing is asked of the network.
"""

from __future__ import print_function

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

MINIMUM = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DECIDING = ("requirements.txt", "constraints.txt", "pyproject.toml", "tools/environment.py")

# What pip writes when nothing answered, as against an answer that was no.
NO_ANSWER = (
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "getaddrinfo failed",
    "Name or service not known",
    "nodename nor servname",
    "Network is unreachable",
    "Connection refused",
    "Max retries exceeded",
    "ProxyError",
    "ConnectTimeoutError",
    "Read timed out",
)


def fail(sentence):
    """End with one clear line and a status that is not 0."""
    sys.stderr.write("error: " + sentence + "\n")
    raise SystemExit(1)


def interpreter(venv):
    """Return the path of the Python inside the environment `venv`."""
    if os.name == "nt":
        return os.path.join(venv, "Scripts", "python.exe")
    return os.path.join(venv, "bin", "python")


def version_of(venv):
    """Return (major, minor) of the Python in `venv`, or None if it does not run."""
    ask = "import sys; print('%d %d' % sys.version_info[:2])"
    try:
        answer = subprocess.check_output([interpreter(venv), "-c", ask])
    except (OSError, subprocess.CalledProcessError):
        return None
    major, minor = answer.decode("ascii").split()
    return int(major), int(minor)


def digest(extra):
    """Return the digest of all that decides what is installed."""
    total = hashlib.sha256(extra.encode("utf-8"))
    for name in DECIDING:
        with open(os.path.join(ROOT, *name.split("/")), "rb") as file:
            # Git may check a file out with other line endings; they decide nothing.
            total.update(file.read().replace(b"\r\n", b"\n"))
        total.update(b"\0")
    return total.hexdigest()


def read(path):
    """Return the text of a file, or '' if it is not there."""
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()


def create(venv):
    """Make the environment anew."""
    name = os.path.relpath(venv, ROOT)
    print("Making %s with Python %d.%d.%d" % ((name,) + sys.version_info[:3]))
    sys.stdout.flush()
    made = subprocess.Popen(
        [sys.executable, "-m", "venv", "--clear", venv],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = made.communicate()[0].decode("utf-8", "replace")
    if made.returncode:
        if "ensurepip" in said or "No module named venv" in said:
            fail(
                "this Python cannot make virtual environments; install its venv module "
                "(on Debian and Ubuntu: apt-get install python3-venv) and run this again."
            )
        lines = said.strip().splitlines() or ["no reason was given"]
        fail("%s could not be made: %s" % (name, lines[-1]))


def install(venv, wanted):
    """Install `wanted` under the constraints; on failure say why in one line."""
    log = os.path.join(venv, "installation.log")
    command = [interpreter(venv), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--no-input", "--progress-bar", "off"]
    command += ["--constraint", "constraints.txt"] + wanted
    print("Installing %s (about a minute the first time)" % " ".join(wanted))
    sys.stdout.flush()
    patience = dict(os.environ, PIP_RETRIES="2")  # also for the pip that pip starts to build
    with open(log, "wb") as file:
        status = subprocess.call(
            command, cwd=ROOT, env=patience, stdout=file, stderr=subprocess.STDOUT
        )
    if status == 0:
        return
    with open(log, "rb") as file:
        said = file.read().decode("utf-8", "replace")
    where = os.path.relpath(log, ROOT)
    if any(sign in said for sign in NO_ANSWER):
        fail("no package registry answered, so nothing could be installed: is there a network?")
    if "No space left on device" in said:
        fail("the disk is full, so the installation stopped; see %s." % where)
    errors = [line for line in said.splitlines() if line.startswith("ERROR:")]
    reason = errors[0][len("ERROR:") :].strip() if errors else "status %d" % status
    fail("the installation failed (%s); all that was said is in %s." % (reason, where))


def warm(venv):
    """Let `deno bundle` fetch its bundler now: no test waits for a network later."""
    folder = tempfile.mkdtemp()
    try:
        with open(os.path.join(folder, "empty.js"), "w") as file:
            file.write("export {};\n")
        deno = os.path.join(os.path.dirname(interpreter(venv)), "deno")
        bundling = subprocess.Popen(
            [deno, "bundle", "--quiet", "--output", "bundled.js", "empty.js"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said = bundling.communicate()[0].decode("utf-8", "replace").strip().splitlines()
        if bundling.returncode:
            fail("deno could not fetch its bundler: %s" % (said or ["no reason was given"])[-1])
    finally:
        shutil.rmtree(folder)


def main(arguments):
    """Bring the environment up to date, or do nothing if it is."""
    extra = arguments[0] if arguments else ""
    venv = os.path.join(ROOT, ".venv" if extra in ("", "test") else ".venv-" + extra)
    stamp = os.path.join(venv, "installed-" + (extra or "reader"))
    today = digest(extra)

    current = sys.version_info[:2]
    made_with = version_of(venv)
    usable = made_with is not None and made_with >= MINIMUM
    # Another Python on the command line means another environment; one too old to make one is
    # still good enough to find that there is nothing to make.
    if usable and (current == made_with or current < MINIMUM) and read(stamp) == today:
        return
    if current < MINIMUM:
        fail(
            "this book needs Python %d.%d or newer and found %d.%d (%s); "
            "name a newer one, for example: make book PYTHON=python3.12"
            % (MINIMUM + current + (sys.executable or "python",))
        )
    if not usable or made_with != current:
        create(venv)
    install(venv, ["-r", "requirements.txt"] if not extra else ["-e", ".[%s]" % extra])
    if extra == "test":
        warm(venv)
    with open(stamp, "w") as file:
        file.write(today)


if __name__ == "__main__":
    main(sys.argv[1:])
