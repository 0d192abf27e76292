"""Makes what a wallet asked for, now or when its document is released: copies of one document, each for its key.

Copies issued together differ in all that is signed but the document (OpenID4VCI 1.0, section 3.3.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from issuer.configurations import Configurations
from issuer.documents import Document
from issuer.events import EventKind
from issuer.identifiers import fingerprint, unguessable_id
from issuer.message_encryption import ResponseEncryption
from issuer.notifications import Notice
from issuer.offers import Grant
from issuer.ports import Institutions, RandomBytes, Register
from issuer.refusals import CredentialDenied
from issuer.use_cases.sign_credential import CredentialOrder, SignCredential
from issuer.use_cases.tell_institution import tell
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.signer import PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuance:
    """The credentials, one for each key. notification_id: by which the wallet may report what became of them.

    answer_in: how they are to be encrypted, None for not at all.
    """

    credentials: tuple[str, ...]
    notification_id: str
    answer_in: ResponseEncryption | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """The document is on hold: with transaction_id the wallet asks again, not before `interval` seconds have passed."""

    transaction_id: str
    interval: int
    answer_in: ResponseEncryption | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is made. offer_id: that the copies count for. keys: one for each copy, None for one bound to none."""

    document: Document
    configuration_id: str
    offer_id: str
    keys: Sequence[PublicKey | None]


def require_issuable(document: Document) -> None:
    """Refuses with `CredentialDenied`."""
    if document.gone:
        raise CredentialDenied(document.gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveCopies:
    institutions: Institutions
    configurations: Configurations
    sign: SignCredential
    random: RandomBytes

    def __call__(
        self,
        register: Register,
        grant: Grant,
        wanted: Wanted,
        answer_in: ResponseEncryption | None,
        *,
        now: datetime,
    ) -> Issuance:
        """Within a transaction that holds the document. grant: of the access token it is asked for with.

        Refuses with `CredentialDenied` or `SignerNotCertified`.
        """
        document = wanted.document
        rulebook, wire, _ = self.configurations.by_id[wanted.configuration_id]
        order = CredentialOrder(
            institution=self.institutions.by_id(document.institution_id),
            document=document,
            rulebook=rulebook,
            format=WALLET_FORMATS[wire.format_id],
            wire=wire,
            configuration_id=wanted.configuration_id,
            offer_id=wanted.offer_id,
        )
        orders = (replace(order, holder_key=key, copy=copy) for copy, key in enumerate(wanted.keys))
        credentials = tuple(self.sign(register, one, now=now) for one in orders)
        notification_id = unguessable_id(self.random)
        tell(register, EventKind.COLLECTED, document, at=now, mark=notification_id)
        register.notices.expect(
            Notice(fingerprint=fingerprint(notification_id), offer_id=grant.offer_id, document_id=document.id)
        )
        return Issuance(credentials=credentials, notification_id=notification_id, answer_in=answer_in)
