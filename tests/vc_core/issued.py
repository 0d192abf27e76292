"""One credential of each type in each format, with what is needed to present and verify it. Built on `tests.pilot`."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from tests import packaged, pilot
from vc_core import status_token
from vc_core.formats.base import HolderChallenge, PlannedCredential, UnverifiedPresentation
from vc_core.formats.registry import FORMATS, WALLET_FORMATS
from vc_core.signer import SoftwareKey
from vc_core.status_list import Status, StatusList, StatusReference
from vc_core.verdict import Verdict
from vc_core.verification import Evidence, Expected, HolderPolicy, Policy, StatusFetched, verify_text

NOW = pilot.NOW
CATALOGUE = packaged.CATALOGUE
HOLDER = SoftwareKey(pilot.private_key(50))
STATUS = StatusReference(uri=f"{pilot.STATUS_PREFIX}1", idx=77)
CHALLENGE = HolderChallenge(
    nonce="nonce-of-this-request-0001",
    client_id="x509_hash:kBy3nUuxwQ5RTNkBqgGMrhnTAOFvNnWjiRzGf3zbJ9Q",
    response_uri="https://verifier.zoll.example/response/1",
)
EXAMPLES = {"a1": "valid_posted_worker", "ehic": "valid_card_with_period"}
CASES = [(type_id, format_id) for type_id in ("a1",) for format_id in FORMATS]


def random_source(seed: str = "salts") -> Any:
    """Bytes that look random and are the same in every run."""

    def blocks() -> Iterator[int]:
        for number in range(10_000):
            yield from hashlib.sha256(f"{seed}/{number}".encode()).digest()

    stream = blocks()
    return lambda count: bytes(next(stream) for _ in range(count))


def planned(type_id: str, format_id: str, **changes: Any) -> PlannedCredential:
    rulebook = CATALOGUE.type(type_id)
    values = PlannedCredential(
        rulebook=rulebook,
        wire=rulebook.wire(format_id),
        claims=CATALOGUE.examples(type_id)[EXAMPLES[type_id]],
        issuer_uri="https://issuer.urssaf.example",
        credential_id="urn:uuid:0194f5b2-7e3f-7c5a-8d61-1f0c2b3a4d5e",
        issued_at=NOW - timedelta(hours=1),
        expires_at=NOW + timedelta(days=90),
        holder_key=HOLDER.public_key,
        status=STATUS,
    )
    return replace(values, **changes)


def issued(type_id: str, format_id: str, **changes: Any) -> str:
    plan = planned(type_id, format_id, **changes)
    return FORMATS[format_id].encode(plan, signer=pilot.DOCUMENT_SIGNER, random=random_source())


def presented(format_id: str, credential: str, challenge: HolderChallenge = CHALLENGE) -> str:
    """Everything shown, with the holder's proof; a code as it is."""
    if format_id not in WALLET_FORMATS:
        return credential
    one = WALLET_FORMATS[format_id]
    paths = one.parse(UnverifiedPresentation(text=credential)).query_facts().disclosures
    return one.present(credential, paths=paths, challenge=challenge, holder=HOLDER, issued_at=NOW)


def token(
    value: int = Status.VALID,
    *,
    age: timedelta = timedelta(minutes=2),
    lifetime: timedelta | None = timedelta(days=7),
    ttl: timedelta = timedelta(minutes=15),
) -> StatusFetched:
    body = status_token.encode_jwt(
        StatusList.of({STATUS.idx: value}, bits=2, size=1024).deflate(),
        subject=STATUS.uri,
        issued_at=NOW - age,
        signer=pilot.STATUS_SIGNER,
        expires=None if lifetime is None else NOW - age + lifetime,
        ttl=ttl,
    )
    return StatusFetched(body=body.encode(), content_type="application/statuslist+jwt", fetched_at=NOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a verification is given besides the text; a case changes one thing of it."""

    expected: Expected
    evidence: Evidence
    policy: Policy


ASKED = Setting(
    expected=Expected(day=date(2026, 2, 15), host_state="DE", challenge=CHALLENGE),
    evidence=Evidence(trust=pilot.trust_list(), status={STATUS.uri: token()}),
    policy=Policy(holder=HolderPolicy.REQUIRED),
)
NOT_ASKED = replace(ASKED, expected=replace(ASKED.expected, challenge=None), policy=Policy())


def setting(format_id: str) -> Setting:
    """A code has no holder's proof, so none is asked."""
    return ASKED if format_id in WALLET_FORMATS else NOT_ASKED


def judged(text: str, given: Setting) -> Verdict:
    return verify_text(text, given.expected, given.evidence, given.policy, NOW, CATALOGUE)
