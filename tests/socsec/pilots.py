"""A pilot of today for the commands and services of these tests, one document registered with it, and its log."""

import json
import os
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from socsec.pilot_folder import create_pilot
from tests.packaged import CATALOGUE

URSSAF = "FR:117000"
EXAMPLE = CATALOGUE.examples("a1")["valid_posted_worker"]


def pilot_of_today(data: Path, issuer_url: str = "http://127.0.0.1:8001") -> Mapping[str, str]:
    """The bearer keys of the institutions' clerks."""
    return create_pilot(
        data, issuer_url=issuer_url, verifier_hosts=["localhost"], now=datetime.now(UTC), random=os.urandom
    )


def register(issuer_url: str, key: str, idempotency_key: str = "one", **changes: str) -> httpx2.Response:
    """The example, with claims changed, sent to the running issuer."""
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": idempotency_key}
    return httpx2.post(f"{issuer_url}/v1/a1", json={**EXAMPLE, **changes}, headers=headers)


def audit_log(data: Path) -> list[dict[str, Any]]:
    """All entries, by institution and in order."""
    connection = sqlite3.connect(data / "issuer.sqlite3")
    rows = connection.execute("SELECT content FROM audit_entry ORDER BY institution_id, sequence").fetchall()
    connection.close()
    return [json.loads(content) for (content,) in rows]
