"""Issues credentials to a wallet, or postpones them: OpenID4VCI 1.0, sections 7 and 8.

1. The access token of an issuance, bound to its key.  as `check_access`
2. The body is a credential request for something this issuer has.  as `open_request`; `*Unknown`
3. Key proofs are sent, made for this issuer, with nonces we gave out; none for what is bound to no key.
   `KeyProofRefused`, `KeyProofNonceRefused`
4. In one transaction: nonces and DPoP proof are unused, the token covers what is asked for and has not been used for
   it, the document stands.  `CredentialDenied`
5. Of a document on hold nothing is issued yet; what was asked for is written down (section 9).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from issuer.audit import HOLDER
from issuer.configurations import Configurations
from issuer.deferrals import Deferral
from issuer.identifiers import fingerprint, unguessable_id
from issuer.message_encryption import ResponseEncryption
from issuer.nonces import NonceMint
from issuer.offers import Grant
from issuer.ports import Clock, Lock, RandomBytes, Register, Transactions
from issuer.refusals import (
    ConfigurationUnknown,
    CredentialDenied,
    CredentialRequestMalformed,
    IdentifierUnknown,
    KeyProofNonceRefused,
)
from issuer.use_cases.check_access import AuthorizedCall, CheckAccess
from issuer.use_cases.check_key_proofs import CheckKeyProofs
from issuer.use_cases.give_copies import GiveCopies, Issuance, Postponed, Wanted, require_issuable
from issuer.use_cases.open_request import OpenRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What the body asks for."""

    configuration_id: str | None
    identifier: str | None
    proofs: object


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """By whom, and how it is to be answered."""

    grant: Grant
    answer_in: ResponseEncryption | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCredential:
    """interval: seconds that a wallet is asked to wait for what is postponed; longest_wait: after which nobody comes
    for it any more."""

    transactions: Transactions
    configurations: Configurations
    access: CheckAccess
    nonces: NonceMint
    proofs: CheckKeyProofs
    open: OpenRequest
    give: GiveCopies
    interval: int
    longest_wait: timedelta
    clock: Clock
    random: RandomBytes

    def __call__(self, call: AuthorizedCall) -> Issuance | Postponed:
        """Refuses with any `CredentialRefusal`."""
        now = self.clock()
        access = self.access(call, now=now)  # 1
        opened = self.open(call)  # 2
        wish = self._wish(opened.members)
        configuration_id = _configuration(wish, access.grant)
        if self.configurations.by_id[configuration_id].key_bound:
            proven = self.proofs(wish.proofs, client_id=access.grant.client_id, now=now)  # 3
        else:
            proven = self.proofs.none(wish.proofs)
        request = _Request(grant=access.grant, answer_in=opened.answer_in)

        def work(register: Register) -> Issuance | Postponed:  # 4
            self.access.spend(register, access, now=now)
            for nonce, expiry in proven.nonces.items():
                if not register.spent.spend(fingerprint(f"c_nonce\0{nonce}"), until=expiry, now=now):
                    raise KeyProofNonceRefused("nonce_used")
            grant = access.grant
            named = (wish.identifier or "").rpartition("/")[2]
            member = register.bundles.member(grant.offer_id, named)
            wanted = Wanted(
                document=register.documents.by_id((member or grant).document_id, lock=Lock.HELD),
                configuration_id=configuration_id,
                offer_id=grant.offer_id if member is None else member.id,
                keys=proven.keys,
            )
            return self._issue(register, wanted, request, now)

        return self.transactions.write(work, by=HOLDER)

    def new_nonce(self) -> tuple[str, str]:
        """A `c_nonce`, and a DPoP nonce that saves the wallet a round trip (section 7.2)."""
        now = self.clock()
        return self.nonces.make(now, self.random), self.access.possession.new_nonce(now)

    def _wish(self, request: Mapping[str, Any]) -> _Wish:
        configuration_id = request.get("credential_configuration_id")
        identifier = request.get("credential_identifier")
        if (configuration_id is None) == (identifier is None):
            raise CredentialRequestMalformed("one_of_identifier_and_configuration_needed")
        for value in (configuration_id, identifier):
            if value is not None and not isinstance(value, str):
                raise CredentialRequestMalformed("identifier_malformed")
        if configuration_id is not None and configuration_id not in self.configurations.by_id:
            raise ConfigurationUnknown("configuration_unknown")
        return _Wish(configuration_id=configuration_id, identifier=identifier, proofs=request.get("proofs"))

    def _issue(self, register: Register, wanted: Wanted, request: _Request, now: datetime) -> Issuance | Postponed:
        """The document of `wanted` is held, so that it is not withdrawn or released meanwhile."""
        require_issuable(wanted.document)
        if wanted.configuration_id not in request.grant.configuration_ids:
            raise CredentialDenied("configuration_not_covered")
        if not register.holds.is_on(wanted.document.id):
            return self.give(register, request.grant, wanted, request.answer_in, now=now)
        return self._postpone(register, wanted, request, now)

    def _postpone(self, register: Register, wanted: Wanted, request: _Request, now: datetime) -> Postponed:
        transaction_id = unguessable_id(self.random)
        register.deferrals.sweep(before=now - self.longest_wait)
        waits = Deferral(
            fingerprint=fingerprint(transaction_id),
            family=request.grant.family,
            offer_id=wanted.offer_id,
            document_id=wanted.document.id,
            configuration_id=wanted.configuration_id,
            keys=tuple(wanted.keys),
            asked_at=now,
        )
        if not register.deferrals.add(waits):
            raise CredentialDenied("configuration_awaited_already")
        return Postponed(transaction_id=transaction_id, interval=self.interval, answer_in=request.answer_in)


def _configuration(wish: _Wish, grant: Grant) -> str:
    """What is asked for by the name that the token response settled on (section 8.2)."""
    if wish.identifier is not None:
        if wish.identifier not in grant.identifiers:
            raise IdentifierUnknown("identifier_unknown")
        return grant.identifiers[wish.identifier]
    if wish.configuration_id is None or grant.identifiers:
        raise CredentialRequestMalformed("identifier_needed")
    return wish.configuration_id
