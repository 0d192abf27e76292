"""A world for tests of the verifier: a pilot on disk, an institution that issues, status lists, a clock to be set."""

import hashlib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from socsec.pilot_folder import create_pilot
from vc_core import base45, inspection_code, status_token
from vc_core.catalogue import Catalogue
from vc_core.formats.base import PlannedCredential
from vc_core.formats.registry import FORMATS, INSPECTION_CODE
from vc_core.pilot import new_key
from vc_core.signer import SoftwareKey
from vc_core.status_list import StatusList, StatusReference
from vc_core.verification import StatusUnavailable
from verifier.adapters.database import Database
from verifier.adapters.keys import load_signer
from verifier.ports import Downloaded, NotModified

NOW = datetime(2026, 2, 15, 10, 0, tzinfo=UTC)
ISSUER_URL = "https://issuer.example"
STATUS_URIS = {"a1": f"{ISSUER_URL}/status/1", "ehic": f"{ISSUER_URL}/status/2", "pid": f"{ISSUER_URL}/status/3"}
LIST_SIZE = 1024
BASE_URL = "https://verifier.example"
INSTITUTIONS = {"a1": "FR-117000", "ehic": "FR-910000", "pid": "FR-ANTS01"}


class SeededRandom:
    """Bytes that look random and are the same in every run."""

    def __init__(self, seed: str) -> None:
        self._seed, self._drawn = seed, 0

    def __call__(self, count: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(f"{self._seed}/{self._drawn}".encode()).digest(count)


@dataclass
class SetClock:
    """`ports.Clock`, set by the test."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class StatusServer:
    """`ports.Fetch`: the institutions' status lists, as a server of their own would give them.

    signers: by address. down: the answer while it cannot be reached. body: another body than the good one. calls: every
    address asked.
    """

    signers: Mapping[str, SoftwareKey]
    clock: SetClock
    withdrawn: set[int] = field(default_factory=set)
    down: StatusUnavailable | None = None
    body: Callable[[str], bytes] | None = None
    content_type: str = "application/statuslist+jwt"
    calls: list[str] = field(default_factory=list)

    def __call__(
        self, uri: str, *, accept: str, etag: str | None, permitted: Callable[[str], bool]
    ) -> Downloaded | NotModified | StatusUnavailable:
        self.calls.append(uri)
        if self.down is not None:
            return self.down
        current = f'"{sorted(self.withdrawn)}"'
        if etag == current:
            return NotModified()
        token = self.token(uri)
        body = token.encode() if self.body is None else self.body(token)
        return Downloaded(body=body, content_type=self.content_type, etag=current)

    def token(self, uri: str) -> str:
        values = dict.fromkeys(self.withdrawn, 1)
        return status_token.encode_jwt(
            StatusList.of(values, bits=1, size=LIST_SIZE).deflate(),
            subject=uri,
            issued_at=self.clock.now,
            signer=self.signers[uri],
            expires=self.clock.now + timedelta(days=7),
            ttl=timedelta(minutes=15),
        )


@dataclass(frozen=True)
class Held:
    """A credential as a wallet holds it."""

    format_id: str
    text: str
    key: SoftwareKey


@dataclass
class World:
    """The pilot, and what its institution issues."""

    folder: Path
    catalogue: Catalogue
    clock: SetClock
    random: SeededRandom
    lists: StatusServer
    issued: int = 0

    def signer(self, type_id: str) -> SoftwareKey:
        home = self.folder / "pki" / "institutions" / INSTITUTIONS[type_id]
        return load_signer(home / "document_signer.pem", home / "document_signer.key.pem")

    def claims(self, type_id: str, example: str) -> dict[str, Any]:
        return dict(self.catalogue.examples(type_id)[example])

    def planned(self, type_id: str, format_id: str, claims: Mapping[str, Any]) -> PlannedCredential:
        """A credential of today with a status entry of its own."""
        rulebook = self.catalogue.type(type_id)
        self.issued += 1
        return PlannedCredential(
            rulebook=rulebook,
            wire=rulebook.wire(format_id),
            claims=claims,
            issuer_uri=ISSUER_URL,
            credential_id=f"urn:uuid:{self.issued:032x}",
            issued_at=self.clock.now.replace(hour=0),
            expires_at=self.clock.now.replace(hour=0) + timedelta(days=60),
            holder_key=None,
            status=StatusReference(uri=STATUS_URIS[type_id], idx=self.issued),
        )

    def credential(
        self, format_id: str, *, type_id: str = "a1", claims: Mapping[str, Any] | None = None, **changes: Any
    ) -> Held:
        """A good credential; changes: of the plan, as `status`."""
        key = SoftwareKey(new_key(self.random))
        planned = self.planned(type_id, format_id, claims or self.claims(type_id, EXAMPLES[type_id]))
        planned = replace(planned, holder_key=key.public_key, **changes)
        text = FORMATS[format_id].encode(planned, signer=self.signer(type_id), random=self.random)
        return Held(format_id, text, key)

    def code(self, *, type_id: str = "a1", claims: Mapping[str, Any] | None = None, **changes: Any) -> str:
        """The text of a good inspection code."""
        planned = self.planned(type_id, INSPECTION_CODE.id, claims or self.claims(type_id, EXAMPLES[type_id]))
        planned = replace(planned, **changes)
        return INSPECTION_CODE.encode(planned, signer=self.signer(type_id), random=self.random)

    def tampered_code(self, said: bytes = b"Moreau", instead: bytes = b"Dupont") -> str:
        """A good code in which somebody has changed the holder's name, and nothing else."""
        packed = base45.decode(self.code().removeprefix(inspection_code.PREFIX))
        return inspection_code.write(zlib.decompress(packed).replace(said, instead))

    def withdraw_last(self) -> None:
        """The document issued last is withdrawn."""
        self.lists.withdrawn.add(self.issued)


EXAMPLES = {"a1": "valid_posted_worker", "ehic": "valid_card", "pid": "valid_french_worker"}


def make_pilot_folder(folder: Path, *, seed: str = "pilot") -> None:
    create_pilot(
        folder,
        issuer_url=ISSUER_URL,
        verifier_hosts=("localhost", "verifier.example"),
        now=NOW - timedelta(days=1),
        random=SeededRandom(seed),
    )


def make_world(folder: Path, catalogue: Catalogue) -> World:
    clock = SetClock()
    signers = {
        STATUS_URIS[type_id]: load_signer(home / "status_signer.pem", home / "status_signer.key.pem")
        for type_id, home in ((one, folder / "pki" / "institutions" / name) for one, name in INSTITUTIONS.items())
    }
    return World(
        folder=folder,
        catalogue=catalogue,
        clock=clock,
        random=SeededRandom("world"),
        lists=StatusServer(signers, clock),
    )


def rows(url: str, table: Any) -> list[dict[str, Any]]:
    """What is in a table of the verifier's database."""
    database = Database(url)
    try:
        return database.statement(
            lambda connection: [dict(row) for row in connection.execute(select(table)).mappings()]
        )
    finally:
        database.close()
