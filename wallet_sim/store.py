"""What a wallet keeps, on disk: one directory a wallet, readable by its owner only.

    keys/<id>.pem            the key a credential is bound to, PKCS#8; none for a credential bound to no key
    credentials/<id>.txt     the credential as it travelled
    credentials/<id>.json    what the list of credentials shows, and which key belongs to it
    codes/<id>.txt, .json    an inspection code handed to the holder, and what it is about
    waits/<id>.json          what an issuer asked to come again for, with the keys that were proven for it
    accesses/<id>.json       tokens and keys that let the wallet back to an issuance; gone with the last wait for it
    trust-list-sequence      the highest sequence number of a trust list that was relied upon; .NAME, of one of several

A record exists once its `.json` does, which is written last; each file is written beside its place and moved there, so
that a crash leaves whole records only; what else it leaves goes with `tidy`. Simulated: a wallet's keys live in secure
hardware, and none leaves it in clear.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from vc_core import strict_json
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey
from wallet_sim.refusals import NotHeld

MAX_RECORD = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCredential:
    """One credential held. Instants are RFC 3339 text; texts are empty where the credential does not say.

    issuer: the credential issuer's identifier. institution: name of the institution that signed. bound: whether a key
    of this wallet belongs to it. status_unknown: why its status could not be established on receipt. batch: the same
    for copies that came together. presented: how often it was shown.
    """

    id: str
    format: str
    configuration_id: str
    type_id: str
    title: str
    document_number: str
    institution: str
    issuer: str
    received_at: str
    expires_at: str
    bound: bool
    status_unknown: str = ""
    batch: str = ""
    presented: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCode:
    """One inspection code held."""

    id: str
    type_id: str
    title: str
    document_number: str
    institution: str
    received_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAccess:
    """What lets the wallet back to an issuance. Keys are PKCS#8 in PEM; possession_key: of DPoP; instance_key: of the
    attested client, empty for an anonymous one. server: the authorization server that the grant named, empty for the
    issuer's choice. refresh_token: empty for none."""

    id: str
    server: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    possession_key: str = field(repr=False)
    instance_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWait:
    """A credential that was not ready when it was asked for (OpenID4VCI 1.0, section 9).

    access: id of a `StoredAccess`, which waits of one offer share. not_before: when the issuer wants to be asked again.
    keys: that copies are to be bound to, as PEM.
    """

    id: str
    access: str
    issuer: str
    configuration_id: str
    title: str
    received_at: str
    not_before: str
    transaction_id: str = field(repr=False)
    keys: Sequence[str] = field(repr=False)


R = TypeVar("R", StoredCredential, StoredCode, StoredWait)


class WalletStore:
    """The directory; it is made where it is missing."""

    def __init__(self, root: Path) -> None:
        self._root = root
        for folder in (root, self._keys, self._credentials, self._codes, self._waits, self._accesses):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def _keys(self) -> Path:
        return self._root / "keys"

    @property
    def _credentials(self) -> Path:
        return self._root / "credentials"

    @property
    def _codes(self) -> Path:
        return self._root / "codes"

    @property
    def _waits(self) -> Path:
        return self._root / "waits"

    @property
    def _accesses(self) -> Path:
        return self._root / "accesses"

    # ----------------------------------------------------------------------------------------------- credentials
    def add(self, record: StoredCredential, text: str, key: SoftwareKey | None) -> None:
        if key is not None:
            _write(self._keys / f"{record.id}.pem", key_to_pem(key).encode("ascii"))
        _write(self._credentials / f"{record.id}.txt", text.encode("ascii"))
        _write(self._credentials / f"{record.id}.json", _record(record))

    def count_presentation(self, record: StoredCredential) -> None:
        shown = replace(record, presented=record.presented + 1)
        _write(self._credentials / f"{record.id}.json", _record(shown))

    def credentials(self) -> tuple[StoredCredential, ...]:
        """The newest first."""
        return _read_all(self._credentials, lambda members: StoredCredential(**members))

    def credential(self, name: str) -> StoredCredential:
        """By its id, or the beginning of it. Raises `NotHeld` unless just one is meant."""
        return _named(self.credentials(), name)

    def text(self, record: StoredCredential) -> str:
        return (self._credentials / f"{record.id}.txt").read_text("ascii")

    def key(self, record: StoredCredential) -> SoftwareKey | None:
        if not record.bound:
            return None
        return key_from_pem((self._keys / f"{record.id}.pem").read_text("ascii"))

    # ----------------------------------------------------------------------------------------------------- codes
    def add_code(self, record: StoredCode, text: str) -> None:
        _write(self._codes / f"{record.id}.txt", text.encode("ascii"))
        _write(self._codes / f"{record.id}.json", _record(record))

    def codes(self) -> tuple[StoredCode, ...]:
        """The newest first."""
        return _read_all(self._codes, lambda members: StoredCode(**members))

    def code_text(self, record: StoredCode) -> str:
        return (self._codes / f"{record.id}.txt").read_text("ascii")

    # ----------------------------------------------------------------------------------------------------- waits
    def keep_access(self, access: StoredAccess) -> None:
        """Also in place of what was kept of it."""
        _write(self._accesses / f"{access.id}.json", _record(access))

    def access(self, wait: StoredWait) -> StoredAccess:
        content = (self._accesses / f"{wait.access}.json").read_bytes()
        return StoredAccess(**strict_json.parse_object(content, max_bytes=MAX_RECORD))

    def keep_wait(self, wait: StoredWait) -> None:
        """Also in place of what was kept of it. Its access is there already."""
        _write(self._waits / f"{wait.id}.json", _record(wait))

    def waits(self) -> tuple[StoredWait, ...]:
        """The newest first."""
        return _read_all(self._waits, lambda members: StoredWait(**members))

    def wait(self, name: str) -> StoredWait:
        """By its id, or the beginning of it. Raises `NotHeld` unless just one is meant."""
        return _named(self.waits(), name)

    def end_wait(self, wait: StoredWait) -> None:
        """With the last one of an offer its access goes."""
        (self._waits / f"{wait.id}.json").unlink(missing_ok=True)
        if all(other.access != wait.access for other in self.waits()):
            (self._accesses / f"{wait.access}.json").unlink(missing_ok=True)

    # ------------------------------------------------------------------------------------------- what a crash leaves
    def tidy(self, *, before: datetime) -> None:
        """Removes what a crash has left: files half written, texts and keys without a record, accesses that no wait
        needs. Only what was written before then (aware): another process may be writing now."""
        for folder in (self._root, self._keys, self._credentials, self._codes, self._waits, self._accesses):
            _remove(folder.glob(".*.new"), before)
        for folder, records in (
            (self._keys, self._credentials), (self._credentials, self._credentials), (self._codes, self._codes),
        ):  # fmt: skip
            contents = (*folder.glob("*.txt"), *folder.glob("*.pem"))
            _remove((one for one in contents if not (records / f"{one.stem}.json").exists()), before)
        accesses = tuple(self._accesses.glob("*.json"))
        needed = {wait.access for wait in self.waits()} if accesses else set()
        _remove((one for one in accesses if one.stem not in needed), before)

    # ----------------------------------------------------------------------------------------------------- trust
    def trust_sequence(self, name: str = "") -> int:
        """name: of one of several lists, as their file gives it; empty for the only one."""
        try:
            return int(self._sequence_file(name).read_text("ascii"))
        except FileNotFoundError:
            return 0

    def remember_trust_sequence(self, sequence: int, name: str = "") -> None:
        if sequence > self.trust_sequence(name):
            _write(self._sequence_file(name), str(sequence).encode())

    def _sequence_file(self, name: str) -> Path:
        return self._root / (f"trust-list-sequence.{name}" if name else "trust-list-sequence")


def _remove(files: Iterable[Path], before: datetime) -> None:
    for file in files:
        with suppress(FileNotFoundError):  # another process may tidy too
            if file.stat().st_mtime < before.timestamp():
                file.unlink()


def instant(at: datetime) -> str:
    """RFC 3339, UTC."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _record(record: StoredCredential | StoredCode | StoredAccess | StoredWait) -> bytes:
    """Rejects with `record_too_large` one that could not be read again, and with it all beside it."""
    content = strict_json.dump(asdict(record))
    if len(content) > MAX_RECORD:
        raise Rejection("record_too_large", evidence={"bytes": len(content), "limit": MAX_RECORD})
    return content


def _read_all(folder: Path, read: Callable[[dict[str, Any]], R]) -> tuple[R, ...]:
    records = [
        read(strict_json.parse_object(file.read_bytes(), max_bytes=MAX_RECORD)) for file in folder.glob("*.json")
    ]
    return tuple(sorted(records, key=lambda record: (record.received_at, record.id), reverse=True))


def _named(records: tuple[R, ...], name: str) -> R:
    found = [record for record in records if name and record.id.startswith(name)]
    if len(found) != 1:
        raise NotHeld(name)
    return found[0]


def key_to_pem(key: SoftwareKey) -> str:
    """PKCS#8."""
    return key.private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")


def key_from_pem(text: str) -> SoftwareKey:
    private_key = serialization.load_pem_private_key(text.encode("ascii"), password=None)
    if not isinstance(private_key, ec.EllipticCurvePrivateKey):
        raise TypeError("this wallet makes EC keys only")
    return SoftwareKey(private_key)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, readable by the owner only, and on the disk when this returns."""
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
