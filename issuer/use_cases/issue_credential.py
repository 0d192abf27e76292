"""Issues credentials to a wallet: OpenID4VCI 1.0, sections 7 and 8. Copies issued together differ in all that is signed
but the document (section 3.3.2).

1. The access token of an issuance, bound to its key.  as `check_access`
2. The body is a credential request for something this issuer has.  as `open_request`; `*Unknown`
3. Key proofs are sent, made for this issuer, with nonces we gave out.  `KeyProofRefused`, `KeyProofNonceRefused`
4. In one transaction: nonces and DPoP proof are unused, the token covers what is asked for and has not been used for
   it, the document stands.  `CredentialDenied`
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from issuer.audit import HOLDER
from issuer.configurations import Configurations
from issuer.documents import Document, Withdrawn
from issuer.events import EventKind
from issuer.identifiers import fingerprint, unguessable_id
from issuer.message_encryption import ResponseEncryption
from issuer.nonces import NonceMint
from issuer.notifications import Notice
from issuer.offers import Grant
from issuer.ports import Clock, Institutions, Lock, RandomBytes, Register, Transactions
from issuer.refusals import (
    ConfigurationUnknown,
    CredentialDenied,
    CredentialRequestMalformed,
    IdentifierUnknown,
    KeyProofNonceRefused,
)
from issuer.use_cases.check_access import AuthorizedCall, CheckAccess
from issuer.use_cases.check_key_proofs import CheckKeyProofs, ProvenKeys
from issuer.use_cases.open_request import OpenRequest
from issuer.use_cases.sign_credential import CredentialOrder, SignCredential
from issuer.use_cases.tell_institution import tell
from vc_core.formats.registry import WALLET_FORMATS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What the body asks for."""

    configuration_id: str | None
    identifier: str | None
    proofs: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuance:
    """The credentials, one for each key. notification_id: by which the wallet may report what became of them.

    answer_in: how they are to be encrypted, None for not at all.
    """

    credentials: tuple[str, ...]
    notification_id: str
    answer_in: ResponseEncryption | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCredential:
    transactions: Transactions
    institutions: Institutions
    configurations: Configurations
    access: CheckAccess
    nonces: NonceMint
    proofs: CheckKeyProofs
    sign: SignCredential
    open: OpenRequest
    clock: Clock
    random: RandomBytes

    def __call__(self, call: AuthorizedCall) -> Issuance:
        """Refuses with any `CredentialRefusal`."""
        now = self.clock()
        access = self.access(call, now=now)  # 1
        opened = self.open(call)  # 2
        wish = self._wish(opened.members)
        proven = self.proofs(wish.proofs, client_id=access.grant.client_id, now=now)  # 3
        notification_id = unguessable_id(self.random)

        def work(register: Register) -> tuple[str, ...]:  # 4
            self.access.spend(register, access, now=now)
            for nonce, expiry in proven.nonces.items():
                if not register.spent.spend(fingerprint(f"c_nonce\0{nonce}"), until=expiry, now=now):
                    raise KeyProofNonceRefused("nonce_used")
            grant = access.grant
            document = register.documents.by_id(grant.document_id, lock=Lock.HELD)
            credentials = self._issue(register, grant, document, _configuration(wish, grant), proven, now)
            tell(register, EventKind.COLLECTED, document, at=now, mark=notification_id)
            awaited = fingerprint(notification_id)
            register.notices.expect(Notice(fingerprint=awaited, offer_id=grant.offer_id, document_id=grant.document_id))
            return credentials

        credentials = self.transactions.write(work, by=HOLDER)
        return Issuance(credentials=credentials, notification_id=notification_id, answer_in=opened.answer_in)

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

    def _issue(
        self,
        register: Register,
        grant: Grant,
        document: Document,
        configuration_id: str,
        proven: ProvenKeys,
        now: datetime,
    ) -> tuple[str, ...]:
        """document: held, so that it is not withdrawn meanwhile."""
        if isinstance(document.standing, Withdrawn):
            raise CredentialDenied("document_withdrawn")
        if document.erased_at is not None:
            raise CredentialDenied("claims_erased")
        if configuration_id not in grant.configuration_ids:
            raise CredentialDenied("configuration_not_covered")
        rulebook, wire = self.configurations.by_id[configuration_id]
        order = CredentialOrder(
            institution=self.institutions.by_id(document.institution_id),
            document=document,
            rulebook=rulebook,
            format=WALLET_FORMATS[wire.format_id],
            wire=wire,
            offer_id=grant.offer_id,
        )
        orders = (replace(order, holder_key=key, copy=copy) for copy, key in enumerate(proven.keys))
        return tuple(self.sign(register, one, now=now) for one in orders)


def _configuration(wish: _Wish, grant: Grant) -> str:
    """What is asked for by the name that the token response settled on (section 8.2)."""
    if wish.identifier is not None:
        if wish.identifier not in grant.identifiers:
            raise IdentifierUnknown("identifier_unknown")
        return grant.identifiers[wish.identifier]
    if wish.configuration_id is None or grant.identifiers:
        raise CredentialRequestMalformed("identifier_needed")
    return wish.configuration_id
