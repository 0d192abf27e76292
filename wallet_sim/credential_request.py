"""Asking for a credential: OpenID4VCI 1.0, sections 7 and 8, with proofs of appendix F.1 or F.3.

A fresh key for each credential, proven with a nonce of the issuer. One request asks for one credential, or for several
copies of it where the issuer offers batches (section 3.3). An issuer that is not ready says when to come again
(section 9). Left out: notifications, which a wallet may leave (section 11).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from vc_core import key_proof, strict_json
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import Signer
from wallet_sim.access_token import AccessToken
from wallet_sim.exchange import JSON, Answer, RequestDraft, declined, require_ok
from wallet_sim.issuer_metadata import Configuration, IssuerMetadata
from wallet_sim.refusals import PeerDeclined

INVALID_NONCE = "invalid_nonce"
MAX_BYTES = 1024 * 1024

_NONCE = "OpenID4VCI 1.0, section 7.2"
_RESPONSE = "OpenID4VCI 1.0, section 8.3"
_DEFERRED = "OpenID4VCI 1.0, section 9.2"
_LONGEST_WAIT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferral:
    """What is not ready. wait: before which the issuer does not want to be asked again."""

    transaction_id: str = field(repr=False)
    wait: timedelta


def read_nonce(answer: Answer) -> str:
    """Section 7.2. Raises `PeerUnavailable`, or a `Rejection` as `Members`."""
    document = strict_json.parse_object(require_ok(answer, JSON), max_bytes=MAX_BYTES)
    return Members(document, "", _NONCE).required("c_nonce", str)


def credential_request(
    metadata: IssuerMetadata,
    configuration: Configuration,
    token: AccessToken,
    proofs: tuple[str, ...],
    identifier: str | None = None,
) -> RequestDraft:
    """Section 8.2. proofs: one for each copy, of the type that the configuration has, or none for a credential bound to
    no key. identifier: of the credential meant; the first that the token names where there are any."""
    named = identifier or next(iter(token.identifiers.get(configuration.id, ())), None)
    body: dict[str, Any] = (
        {"credential_configuration_id": configuration.id} if named is None else {"credential_identifier": named}
    )
    if proofs:
        body["proofs"] = {configuration.proof_type.value: list(proofs)}
    return RequestDraft(
        url=metadata.credential_endpoint,
        media_type=JSON,
        content=strict_json.dump(body),
        access_token=token.value,
    )


def make_proof(
    metadata: IssuerMetadata,
    key: Signer,
    nonce: str | None,
    *,
    now: datetime,
    client_id: str | None = None,
    key_attestation: str | None = None,
) -> str:
    """Appendix F.1; client_id: None for a client that is anonymous. key_attestation: of this key, None for none."""
    return key_proof.make_proof(
        key, audience=metadata.issuer, nonce=nonce, issued_at=now, issuer=client_id, key_attestation=key_attestation
    )


def wants_fresh_nonce(answer: Answer) -> bool:
    """The issuer did not take the nonce (section 8.3.1.2): one more try with a new one is in order."""
    if answer.status != 400:
        return False
    refusal = declined(answer)
    return isinstance(refusal, PeerDeclined) and refusal.error == INVALID_NONCE


def read_credentials(answer: Answer, at_most: int) -> tuple[str, ...]:
    """The credentials of an answer (section 8.3), no more than keys were proven.

    Raises `PeerDeclined`, `PeerUnavailable`, or a `Rejection` as `Members`, or with `credentials_too_many`.
    """
    if answer.status != 200:
        raise declined(answer)
    members = Members(strict_json.parse_object(require_ok(answer, JSON), max_bytes=MAX_BYTES), "", _RESPONSE)
    credentials = members.items("credentials")
    if len(credentials) > at_most:
        raise members.reject("credentials_too_many", "credentials")
    return tuple(
        Members.of(one, called="credential", where=members.at(f"credentials/{index}"), section=_RESPONSE).required(
            "credential", str
        )
        for index, one in enumerate(credentials)
    )


def deferred_request(endpoint: str, access_token: str, transaction_id: str) -> RequestDraft:
    """Section 9.1."""
    content = strict_json.dump({"transaction_id": transaction_id})
    return RequestDraft(url=endpoint, media_type=JSON, content=content, access_token=access_token)


def read_deferral(answer: Answer) -> Deferral | None:
    """Sections 8.3 and 9.2; None for an answer of another kind.

    Rejects as `Members`, and with `media_type_wrong` or `interval_malformed`: not positive, or more than 30 days.
    """
    if answer.status != 202:
        return None
    if answer.media_type != JSON:
        raise Rejection("media_type_wrong", evidence={"url": answer.url, "expected": JSON})
    members = Members(strict_json.parse_object(answer.body, max_bytes=MAX_BYTES), "", _DEFERRED)
    seconds = members.required("interval", int)
    if not 0 < seconds <= _LONGEST_WAIT.total_seconds():
        raise members.reject("interval_malformed", "interval")
    return Deferral(transaction_id=members.required("transaction_id", str), wait=timedelta(seconds=seconds))
