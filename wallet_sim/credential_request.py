"""Asking for a credential: OpenID4VCI 1.0, sections 7 and 8, with proofs of appendix F.1 or F.3.

A fresh key for each credential, proven with a nonce of the issuer. One request asks for one credential, or for several
copies of it where the issuer offers batches (section 3.3). Left out: deferred issuance (an answer of that kind is
refused by name) and notifications, which a wallet may leave (section 11).
"""

from datetime import datetime
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

    Raises `PeerDeclined`, `PeerUnavailable`, or a `Rejection` as `Members`, with `issuance_deferred` or
    `credentials_too_many`.
    """
    if answer.status == 202:
        raise Rejection("issuance_deferred", section="OpenID4VCI 1.0, section 9")
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
