"""An environment for each implementation that serves as an oracle: their pins conflict with ours and with each other.

`.oracles/<name>` is made when it is first asked for, from the hash-pinned lock beside the implementation's `peer.py`,
and made anew when that lock changes. Compiled at once, since each question to a peer starts its Python.
"""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parents[1] / ".oracles"
UV = Path(sys.executable).with_name("uv")
SECONDS_TO_INSTALL = 600


class UnavailableError(Exception):
    """The environment cannot be made; the message says what failed."""


def interpreter(name: str) -> Path:
    """The Python of one oracle's environment. Raises `UnavailableError`."""
    folder, lock = ENVIRONMENTS / name, HERE / name / "requirements.lock"
    python, stamp = folder / "bin" / "python", folder / "made-from"
    wanted = hashlib.sha256(sys.version.encode() + lock.read_bytes()).hexdigest()
    ENVIRONMENTS.mkdir(exist_ok=True)
    with (ENVIRONMENTS / f"{name}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # another run of the tests may be making it
        if not stamp.exists() or stamp.read_text() != wanted:
            _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)])
            install = [str(UV), "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python)]
            _run([*install, "--require-hashes", "-r", str(lock)])
            stamp.write_text(wanted)
    return python


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS_TO_INSTALL)
    except subprocess.CalledProcessError as error:
        raise UnavailableError(error.stderr.strip() or f"{command[0]} failed") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(str(error)) from error
