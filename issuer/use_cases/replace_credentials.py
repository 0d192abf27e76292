"""Replaces everything that one key has signed, after somebody else may have got hold of it (users.md, J10).

What the key signed stands in the audit log, credential by credential. Each of them becomes INVALID on its status list;
of a document in force the inspection code is signed anew, and whoever had it in a wallet gets a new offer; so too of a
suspended one, whose new code is suspended as the old one was. Documents stand as they stood. The job may be broken off
and run again: what has been replaced is not replaced twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from issuer.audit import AuditEvent, LogEvent, key_id, officer
from issuer.credentials import Issued
from issuer.documents import Document, Suspended, Withdrawn
from issuer.identifiers import unguessable_id
from issuer.institutions import Institution
from issuer.offers import Offer
from issuer.ports import Clock, Lock, RandomBytes, Register, Transactions
from issuer.refusals import InstitutionNotCompetent
from issuer.use_cases.make_offer import MadeOffer, MakeOffer
from issuer.use_cases.publish_status import RepublishShards
from issuer.use_cases.sign_credential import SignCredential
from vc_core.catalogue import Catalogue

AT_ONCE = 100
"""Documents for one transaction, which publishes each status list concerned once."""
REASON = "key_compromised"

Affected = Mapping[str, tuple[str, ...]]
"""By document, the credentials that the key signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """What was done for one document. withdrawn: ids of its credentials. inspection_code: text of the new one,
    None if none is made.

    offer: for the wallets that have to collect again; None if no wallet had it, or the document no longer stands.
    """

    document: Document
    withdrawn: tuple[str, ...]
    inspection_code: str | None
    offer: MadeOffer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCredentials:
    transactions: Transactions
    catalogue: Catalogue
    sign: SignCredential
    offers: MakeOffer
    republish: RepublishShards
    clock: Clock
    random: RandomBytes

    def signed_with(self, institution_id: str, key: str) -> Affected:
        """Everything that the key has signed, whatever has become of it since. Raises `Rejection` if an entry of the
        log cannot be read."""

        def work(register: Register) -> Affected:
            found: dict[str, tuple[str, ...]] = {}
            for entry in register.audit.entries(institution_id):
                members = entry.members()
                if members["event"] == AuditEvent.CREDENTIAL_SIGNED and members["details"]["key"] == key:
                    found[members["document"]] = (*found.get(members["document"], ()), members["details"]["credential"])
            return found

        return self.transactions.read(work)

    def __call__(self, institution: Institution, key: str, *, by: str) -> Iterator[Replaced]:
        """institution: with the new key. What another request signs with the old key meanwhile is found as well.

        Raises `ValueError` if the key is the institution's still.
        """
        if key_id(institution.document_signer.chain[0]) == key:
            raise ValueError(f"the key {key} is still in use")
        done: set[str] = set()
        while affected := {
            document_id: credentials
            for document_id, credentials in self.signed_with(institution.id, key).items()
            if not done.issuperset(credentials)
        }:
            remaining = iter(sorted(affected))
            while some := tuple(islice(remaining, AT_ONCE)):
                yield from self._replace(institution, {one: affected[one] for one in some}, by)
                done.update(credential for one in some for credential in affected[one])

    def _replace(self, institution: Institution, affected: Affected, by: str) -> Sequence[Replaced]:
        now = self.clock()
        offer_ids = {document_id: unguessable_id(self.random) for document_id in affected}

        def work(register: Register) -> list[tuple[Document, tuple[Issued, ...], str | None, Offer | None]]:
            replaced, shards = [], set[str]()
            for document_id, credentials in affected.items():
                document = register.documents.by_id(document_id, lock=Lock.HELD)
                ended = register.credentials.end(credentials)
                if not ended:
                    continue
                shards.update(one.planned.status.shard_id for one in ended)
                register.audit.append([_withdrawn(document, one, now) for one in ended])
                code, offer = None, None
                if document.erased_at is None and not isinstance(document.standing, Withdrawn):
                    if any(one.planned.offer_id is None for one in ended):
                        code = self._code(register, institution, document, now)
                    if any(one.planned.offer_id is not None for one in ended):
                        offer = self.offers.add(register, document, offer_ids[document_id], now=now)
                if isinstance(document.standing, Suspended):
                    shards.update(register.credentials.suspend(document.id))
                replaced.append((document, ended, code, offer))
            self.republish(register, shards, now=now)
            return replaced

        return [
            Replaced(
                document=document,
                withdrawn=tuple(one.planned.id for one in ended),
                inspection_code=code,
                offer=None if offer is None else self.offers.made(offer),
            )
            for document, ended, code, offer in self.transactions.write(work, by=officer(by))
        ]

    def _code(self, register: Register, institution: Institution, document: Document, now: datetime) -> str | None:
        """None too if the institution is competent no more: what the key signed must not stay VALID for that."""
        rulebook = self.catalogue.type(document.type_id)
        try:
            return self.sign.code(register, institution, rulebook, document, now=now)
        except InstitutionNotCompetent:
            return None


def _withdrawn(document: Document, ended: Issued, now: datetime) -> LogEvent:
    details = {"credential": ended.planned.id, "reason": REASON}
    return LogEvent.of(document, AuditEvent.CREDENTIAL_WITHDRAWN, at=now, details=details)
