"""The server secret on disk: 32 bytes, readable by the owner only, made once."""

import os
from pathlib import Path

from issuer.ports import RandomBytes
from issuer.server_secret import SECRET_BYTES, ServerSecret


def load_or_make_secret(path: Path, random: RandomBytes) -> ServerSecret:
    """Of processes that start together one makes the file: it is written aside, then linked unless there is one."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{random(4).hex()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(random(SECRET_BYTES))
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return ServerSecret(path.read_bytes())
