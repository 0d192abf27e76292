"""The secret of this service on disk: 32 bytes, readable by the owner only, made once."""

import os
from pathlib import Path

from verifier.ports import RandomBytes

SECRET_BYTES = 32


def load_or_make_secret(path: Path, random: RandomBytes) -> bytes:
    """Of processes that start together one makes the file: it is written aside, then linked unless there is one.

    Raises `ValueError` for a file of another size.
    """
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
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"{path}: the secret has {SECRET_BYTES} bytes")
    return secret
