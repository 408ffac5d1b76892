"""What scripts/run and scripts/test share: the environment, made once with nothing but Python."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def prepare(lock: str) -> None:
    """Make ``.venv`` and install ``lock`` into it, unless that was done already.

    Ends the program with a sentence when this Python is too old or the installation fails.
    """
    if sys.version_info < OLDEST:
        sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version}.")
    if not PYTHON.exists():
        print("Making the environment in .venv …", flush=True)
        _make()
    pinned = ROOT / lock
    stamp = VENV / f"{lock}.{hashlib.sha256(pinned.read_bytes()).hexdigest()[:16]}.installed"
    if stamp.exists():
        return
    print(f"Installing {lock} (once, about a minute) …", flush=True)
    # What is imported is compiled then: most of it never is, and compiling all takes half a minute.
    _pip("install", "--quiet", "--no-compile", "--no-deps", "--require-hashes", "-r", str(pinned))
    stamp.touch()


def enter(lock: str) -> None:
    """Go on in ``.venv`` with ``lock`` installed: the running script is begun anew in it."""
    prepare(lock)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def _make() -> None:
    if _quietly(sys.executable, "-m", "venv", str(VENV)):
        return
    # Debian without python3-venv: pip may still install into a folder of its own.
    boot = ROOT / ".venv-boot"
    needed = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--target",
        str(boot),
        "virtualenv",
    ]
    if not _quietly(*needed):
        sys.exit("No environment could be made: install python3-venv or pip, then try again.")
    subprocess.run(
        [sys.executable, "-m", "virtualenv", "--quiet", str(VENV)],
        env={**os.environ, "PYTHONPATH": str(boot)},
        check=True,
    )


def _quietly(*command: str) -> bool:
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


def _pip(*arguments: str) -> None:
    command = [PYTHON, "-m", "pip", "--disable-pip-version-check", *arguments]
    if subprocess.run(command).returncode:
        sys.exit("The packages could not be installed; the lines above say why. Then try again.")
