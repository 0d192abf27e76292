"""Where other people's test vectors lie: `SOCSEC_VECTORS`, or `shared/vectors` beside the project; read untouched.

Where the folder is missing a test that needs it is skipped with that reason; in CI it is required.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(os.environ.get("SOCSEC_VECTORS") or Path(__file__).parents[2] / "shared" / "vectors")


def vectors(folder: str) -> Path:
    """The folder of one origin, as `sdjwt-rfc9901`."""
    return _there(_ROOT / folder, "published test vectors")


def specifications() -> Path:
    """The folder of the requirement checklists, beside the vectors."""
    return _there(_ROOT.parent / "specs", "requirement checklists")


def _there(path: Path, what: str) -> Path:
    if not path.is_dir():
        message = f"{what} not found at {path}: set SOCSEC_VECTORS"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return path


def read_json(path: Path) -> Any:
    return json.loads(path.read_text())


def read_hex(path: Path) -> bytes:
    return bytes.fromhex("".join(path.read_text().split()))


def models() -> Path:
    """The folder of other systems' models, beside the vectors."""
    return _there(_ROOT.parent / "domain" / "models", "models of other systems")
