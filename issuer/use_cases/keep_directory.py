"""Changes the directory, keeps what it was, and makes the trust list of it.

An empty directory begins with the trust list that is in force. Every list that is made of it has the next sequence
number, so that no verifier takes an older one for it.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography import x509

from issuer.audit import LogEvent, officer
from issuer.directory import (
    Competence,
    DirectoryChange,
    DirectoryEntry,
    PublishedList,
    changed_members,
    entry_of,
    overlap,
)
from issuer.ports import Clock, Lock, Register, Transactions
from issuer.refusals import (
    CompetencesOverlap,
    CompetenceUnknown,
    DirectoryEntryRefused,
    DirectoryUnreadable,
    NotInDirectory,
)
from issuer.use_cases.gather_evidence import ReadTrust
from vc_core import base64url
from vc_core.addresses import LoopbackHttp, require_url
from vc_core.catalogue import Catalogue
from vc_core.rejection import Rejection
from vc_core.signer import Signer
from vc_core.trust import Contact, TrustList, encode_trust_list
from vc_core.verification import TrustUnavailable
from vc_core.x509 import thumbprint

IMPORTED = "imported from the trust list"
LONGEST_TERM = timedelta(days=184)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryOrder:
    """What to set of one institution; None leaves a member as it is, names and certificates are added.

    competence: takes the place of the period that begins on the same day. anchors, status_prefixes: a new institution
    without any has those of the others of its country.
    """

    names: tuple[tuple[str, str], ...] = ()
    contact: Contact | None = None
    competence: Competence | None = None
    anchors: tuple[x509.Certificate, ...] = ()
    signers: tuple[x509.Certificate, ...] = ()
    status_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDirectory:
    transactions: Transactions
    catalogue: Catalogue
    read_trust: ReadTrust
    clock: Clock

    def begin(self) -> None:
        """Imports the trust list into an empty directory. Refuses with `DirectoryUnreadable`."""
        now = self.clock()
        if not self.transactions.read(lambda register: register.directory.is_empty()):
            return
        trust = self.read_trust(now)
        if isinstance(trust, TrustUnavailable):
            raise DirectoryUnreadable

        def work(register: Register) -> None:
            if register.directory.publish(_published(trust, trust.digest)):  # of two that begin, one does
                for entity in trust.entities:
                    self._save(register, None, entry_of(entity), actor=IMPORTED, now=now)

        self.transactions.write(work)

    def set(
        self, institution_id: str, order: DirectoryOrder, *, actor: str, log: Sequence[LogEvent] = ()
    ) -> DirectoryEntry:
        """The entry as it is now. log: what the audit log says of it, in one with the change.

        Refuses with `CompetenceUnknown`, `CompetencesOverlap`, `DirectoryEntryRefused` or `DirectoryUnreadable`.
        """
        if order.competence is not None and order.competence.type_id not in self.catalogue.rulebooks:
            raise CompetenceUnknown
        if order.contact is not None:
            _require_website(order.contact)

        def change(register: Register, before: DirectoryEntry | None) -> DirectoryEntry:
            return _ordered(before or _new(register, institution_id, order), order)

        return self._change(institution_id, change, actor=actor, log=log)

    def revoke(
        self, institution_id: str, certificate: x509.Certificate, *, actor: str, log: Sequence[LogEvent] = ()
    ) -> DirectoryEntry:
        """Nothing that this certificate's key has ever signed is good from now on. log: as in `set`.

        Refuses with `NotInDirectory` or `DirectoryUnreadable`.
        """

        def change(_: Register, before: DirectoryEntry | None) -> DirectoryEntry:
            if before is None:
                raise NotInDirectory
            revoked = thumbprint(certificate)
            signers = tuple(one for one in before.signers if thumbprint(one) != revoked)
            return replace(before, signers=signers, revoked=before.revoked | {revoked})

        return self._change(institution_id, change, actor=actor, log=log)

    def all(self) -> tuple[DirectoryEntry, ...]:
        return self.transactions.read(lambda register: register.directory.all())

    def entry(self, institution_id: str) -> DirectoryEntry:
        """Refuses with `NotInDirectory`."""
        found = self.transactions.read(lambda register: register.directory.find(institution_id))
        if found is None:
            raise NotInDirectory
        return found

    def history(self, institution_id: str) -> tuple[DirectoryChange, ...]:
        """Refuses with `NotInDirectory`."""
        found = self.transactions.read(lambda register: register.directory.history(institution_id))
        if not found:
            raise NotInDirectory
        return found

    def export(self, signer: Signer, *, term: timedelta) -> str:
        """The signed trust list, in force for `term`. Refuses with `DirectoryUnreadable` before `begin`."""
        now = self.clock().replace(microsecond=0)

        def work(register: Register) -> str:
            last = register.directory.last_list()
            if last is None:
                raise DirectoryUnreadable
            trust = TrustList(
                sequence=last.sequence + 1,
                issued_at=now,
                next_update=now + min(term, LONGEST_TERM),
                operator=last.operator,
                entities=tuple(entry.trusted() for entry in register.directory.all()),
                access_anchors=last.access_anchors,
            )
            text = encode_trust_list(trust, signer, now)
            digest = base64url.encode(hashlib.sha256(text.encode("ascii")).digest())
            if not register.directory.publish(_published(trust, digest)):
                raise DirectoryEntryRefused("another list was made at this moment")
            return text

        return self.transactions.write(work)

    def _change(
        self,
        institution_id: str,
        change: Callable[[Register, DirectoryEntry | None], DirectoryEntry],
        *,
        actor: str,
        log: Sequence[LogEvent],
    ) -> DirectoryEntry:
        self.begin()
        now = self.clock()

        def work(register: Register) -> DirectoryEntry:
            before = register.directory.find(institution_id, lock=Lock.HELD)
            after = change(register, before)
            if overlap(after.competences):
                raise CompetencesOverlap
            try:
                after.trusted()
            except ValueError as error:
                raise DirectoryEntryRefused(str(error)) from error
            if not self._save(register, before, after, actor=actor, now=now):
                return work(register)  # it is there now, and this a change of it
            register.audit.append(log)
            return after

        return self.transactions.write(work, by=officer(actor))

    def _save(
        self,
        register: Register,
        before: DirectoryEntry | None,
        after: DirectoryEntry,
        *,
        actor: str,
        now: datetime,
    ) -> bool:
        """False, and nothing written, if the institution was new and has been added by another transaction."""
        members = changed_members(before, after)
        if before is None:
            first = DirectoryChange(institution_id=after.id, number=1, at=now, actor=actor, members=members)
            return register.directory.add(after, first)
        if members:
            number = len(register.directory.history(after.id)) + 1
            change = DirectoryChange(institution_id=after.id, number=number, at=now, actor=actor, members=members)
            register.directory.save(after, change)
        return True


def _require_website(contact: Contact) -> None:
    """It becomes a link on the directory's page."""
    try:
        require_url(contact.website, policy=LoopbackHttp.REFUSED)
    except Rejection as rejection:
        raise DirectoryEntryRefused(f"website: {rejection.reason}") from rejection


def _new(register: Register, institution_id: str, order: DirectoryOrder) -> DirectoryEntry:
    """Refuses with `DirectoryEntryRefused` what lacks a name, a contact or a competence."""
    if not order.names or order.contact is None or order.competence is None:
        raise DirectoryEntryRefused("a new institution has a name, a contact and a competence")
    country = institution_id[:2]
    compatriots = [one for one in register.directory.all() if one.country == country]
    return DirectoryEntry(
        id=institution_id,
        names={},
        country=country,
        contact=order.contact,
        anchors=() if order.anchors or not compatriots else compatriots[0].anchors,
        status_prefixes=() if order.status_prefixes or not compatriots else compatriots[0].status_prefixes,
    )


def _ordered(entry: DirectoryEntry, order: DirectoryOrder) -> DirectoryEntry:
    competences = entry.competences
    if order.competence is not None:
        key = (order.competence.type_id, order.competence.issue_from)
        others = (one for one in competences if (one.type_id, one.issue_from) != key)
        competences = (*others, order.competence)
    return replace(
        entry,
        names={**entry.names, **dict(order.names)},
        contact=order.contact or entry.contact,
        competences=competences,
        anchors=_joined(entry.anchors, order.anchors),
        signers=_joined(entry.signers, order.signers),
        status_prefixes=tuple(dict.fromkeys((*entry.status_prefixes, *order.status_prefixes))),
    )


def _joined(known: tuple[x509.Certificate, ...], added: tuple[x509.Certificate, ...]) -> tuple[x509.Certificate, ...]:
    return (*known, *(one for one in added if one not in known))


def _published(trust: TrustList, digest: str) -> PublishedList:
    return PublishedList(
        sequence=trust.sequence,
        issued_at=trust.issued_at,
        digest=digest,
        operator=trust.operator,
        access_anchors=trust.access_anchors,
    )
