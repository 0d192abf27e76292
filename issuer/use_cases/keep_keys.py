"""Which keys institutions sign with: listed, changed, ended. A step that the directory shows is in the audit log too:
both are written in one transaction.

A key that another takes the place of stays in the trust list: what it signed is verified as before, until the end of
its certificate. A key that somebody else may have is taken off the list, and nothing that it ever signed is confirmed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.x509 import Certificate

from issuer.audit import AuditEvent, LogEvent, certificate_digest, key_id, officer
from issuer.directory import DirectoryEntry
from issuer.institutions import Institution, KeyUse
from issuer.ports import Clock, Transactions
from issuer.use_cases.keep_directory import DirectoryOrder, KeepDirectory
from vc_core.certificate import thumbprint


class KeyState(StrEnum):
    USED = "used"
    RETIRED = "retired"
    NOT_LISTED = "not listed"
    COMPROMISED = "compromised"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A signer. state: NOT_LISTED is a document signer that is used, but verifiers do not know it."""

    institution_id: str
    use: KeyUse
    certificate: Certificate
    state: KeyState

    @property
    def id(self) -> str:
        return key_id(self.certificate)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepKeys:
    transactions: Transactions
    directory: KeepDirectory
    clock: Clock

    def all(self, institutions: Iterable[Institution]) -> tuple[KnownKey, ...]:
        """The document signers of these institutions, those in use first, and the status signers that are in use; a
        status signer is not listed, since its State's root vouches for it. Refuses with `DirectoryUnreadable`."""
        self.directory.begin()
        entries = {entry.id: entry for entry in self.directory.all()}
        return tuple(key for one in institutions for key in _keys(one, entries.get(one.id)))

    def announce(
        self, institution: Institution, use: KeyUse, certificate: Certificate, *, by: str, protocol: str | None = None
    ) -> None:
        """A key that is going to be used: a document signer is put on the list beside those that are there.

        protocol: digest of what the officers of its ceremony signed. Refuses as `KeepDirectory.set`.
        """
        made = self._entry(institution.id, AuditEvent.KEY_MADE, use, certificate, protocol=protocol)
        if use is KeyUse.DOCUMENTS:
            self.directory.set(institution.id, DirectoryOrder(signers=(certificate,)), actor=by, log=(made,))
        else:
            self._log(made, by)

    def retire(self, institution: Institution, use: KeyUse, certificate: Certificate, *, by: str) -> None:
        """A key that signs nothing any more; it stays on the list."""
        self._log(self._entry(institution.id, AuditEvent.KEY_RETIRED, use, certificate), by)

    def end(self, institution: Institution, certificate: Certificate, *, by: str) -> None:
        """A key that somebody else may have. Refuses with `NotInDirectory`."""
        ended = self._entry(institution.id, AuditEvent.KEY_COMPROMISED, KeyUse.DOCUMENTS, certificate)
        self.directory.revoke(institution.id, certificate, actor=by, log=(ended,))

    def is_ended(self, institution: Institution, certificate: Certificate) -> bool:
        entries = {entry.id: entry for entry in self.directory.all()}
        return institution.id in entries and thumbprint(certificate) in entries[institution.id].revoked

    def _log(self, entry: LogEvent, by: str) -> None:
        self.transactions.write(lambda register: register.audit.append([entry]), by=officer(by))

    def _entry(
        self,
        institution_id: str,
        event: AuditEvent,
        use: KeyUse,
        certificate: Certificate,
        *,
        protocol: str | None = None,
    ) -> LogEvent:
        return LogEvent(
            institution_id=institution_id,
            event=event,
            at=self.clock(),
            details={
                "use": use,
                "key": key_id(certificate),
                "certificate": certificate_digest(certificate),
                "not_before": _instant(certificate.not_valid_before_utc),
                "not_after": _instant(certificate.not_valid_after_utc),
                **({} if protocol is None else {"protocol": protocol}),
            },
        )


def _keys(institution: Institution, entry: DirectoryEntry | None) -> Iterator[KnownKey]:
    used = institution.document_signer.chain[0]
    listed = () if entry is None else entry.signers
    revoked = frozenset[bytes]() if entry is None else entry.revoked
    for certificate in dict.fromkeys((used, *listed)):
        if thumbprint(certificate) in revoked:
            state = KeyState.COMPROMISED
        elif certificate != used:
            state = KeyState.RETIRED
        else:
            state = KeyState.USED if certificate in listed else KeyState.NOT_LISTED
        yield KnownKey(institution_id=institution.id, use=KeyUse.DOCUMENTS, certificate=certificate, state=state)
    status = institution.status_signer.chain[0]
    yield KnownKey(institution_id=institution.id, use=KeyUse.STATUS, certificate=status, state=KeyState.USED)


def _instant(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")
