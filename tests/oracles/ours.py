"""What we issue for the oracles to read: by a pilot of today, since several of them look at the system's clock.

Document signers here say more than the pilot's own (`signer`), because the oracles know other rules of who may sign.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests import packaged
from vc_core import base64url, jose, status_token, strict_json, x509
from vc_core.formats.base import HolderChallenge, PlannedCredential, UnverifiedPresentation
from vc_core.formats.registry import FORMATS, WALLET_FORMATS
from vc_core.pilot import Institution, make_pilot, new_key
from vc_core.pki import Authority, Organization
from vc_core.signer import SoftwareKey
from vc_core.status_list import Status, StatusList, StatusReference
from vc_core.trust import Contact
from vc_core.verdict import Verdict
from vc_core.verification import Evidence, Expected, HolderPolicy, Policy, StatusFetched, verify_text

ISSUER = "https://issuer.example"
STATUS = StatusReference(uri=f"{ISSUER}/status/1", idx=77)
COVERED_DAY = date(2026, 2, 15)
DRIVING_LICENCES = library.ObjectIdentifier("1.0.18013.5.1.2")
CATALOGUE = packaged.CATALOGUE
EXAMPLES = {"a1": "valid_posted_worker", "ehic": "valid_card"}
HOLDER = SoftwareKey(new_key(os.urandom))
STRANGER = SoftwareKey(new_key(os.urandom))
CHALLENGE = HolderChallenge(
    nonce="3yIq9zA0mWQb1nTt5vKc8g",
    client_id="x509_hash:kBy3nUuxwQ5RTNkBqgGMrhnTAOFvNnWjiRzGf3zbJ9Q",
    response_uri="https://verifier.example/response/1",
)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _institution(id_: str, name: str, type_id: str) -> Institution:
    contact = Contact(street_address="1 rue de la Paix", email="post@issuer.example", website=ISSUER)
    return Institution(id=id_, name=name, country="FR", types=(type_id,), status_prefix=f"{ISSUER}/status/",
                       contact=contact, issue_from=date(2020, 1, 1))  # fmt: skip


INSTITUTIONS = {
    "a1": _institution("FR:117000", "Urssaf", "a1"),
    "ehic": _institution("FR:910000", "CNAM", "ehic"),
}
PILOT = make_pilot(
    list(INSTITUTIONS.values()), verifier_hosts=["verifier.example"], now=now(), random=os.urandom
)  # fmt: skip
ROOT = PILOT.roots["FR"]


def signer(institution: Institution, root: Authority = ROOT) -> SoftwareKey:
    """A document signer as the oracles want it, beside what we ask for.

    The purpose of mobile driving licences: openvc-core and polaris-oid4vp know no other. The issuer's URL as
    alternative name: openvc-core binds `iss` to the certificate by it.
    """
    key = new_key(os.urandom)
    subject = Organization(country="FR", name=institution.name, identifier=institution.id).subject(institution.name)
    identifier = root.certificate.extensions.get_extension_for_class(library.SubjectKeyIdentifier).value
    certificate = (
        library.CertificateBuilder(root.certificate.subject, subject, key.public_key(), library.random_serial_number())
        .not_valid_before(root.certificate.not_valid_before_utc)
        .not_valid_after(root.certificate.not_valid_before_utc + timedelta(days=365))
        .add_extension(x509.DIGITAL_SIGNATURE_ONLY, critical=True)
        .add_extension(library.ExtendedKeyUsage([x509.DOCUMENT_SIGNING, DRIVING_LICENCES]), critical=True)
        .add_extension(library.SubjectAlternativeName([library.UniformResourceIdentifier(ISSUER)]), critical=False)
        .add_extension(library.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            library.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False
        )
        .sign(root.private_key, hashes.SHA256())
    )  # fmt: skip
    return SoftwareKey(key, (certificate,))


SIGNERS = {type_id: signer(institution) for type_id, institution in INSTITUTIONS.items()}


def status_signer(type_id: str) -> SoftwareKey:
    return PILOT.institutions[INSTITUTIONS[type_id].id].status_signer


def planned(type_id: str, format_id: str) -> PlannedCredential:
    rulebook = CATALOGUE.type(type_id)
    return PlannedCredential(
        rulebook=rulebook,
        wire=rulebook.wire(format_id),
        claims=CATALOGUE.examples(type_id)[EXAMPLES[type_id]],
        issuer_uri=ISSUER,
        credential_id="urn:uuid:0194f5b2-7e3f-7c5a-8d61-1f0c2b3a4d5e",
        issued_at=now() - timedelta(minutes=5),
        expires_at=now() + timedelta(days=90),
        holder_key=HOLDER.public_key,
        status=STATUS,
    )


def credential(type_id: str, format_id: str) -> str:
    return FORMATS[format_id].encode(planned(type_id, format_id), signer=SIGNERS[type_id], random=os.urandom)


def presented(format_id: str, text: str, challenge: HolderChallenge = CHALLENGE) -> str:
    """Everything shown, with the holder's proof."""
    one = WALLET_FORMATS[format_id]
    paths = one.parse(UnverifiedPresentation(text=text)).query_facts().disclosures
    return one.present(text, paths=paths, challenge=challenge, holder=HOLDER, issued_at=now())


def presentation(type_id: str, format_id: str, challenge: HolderChallenge = CHALLENGE) -> str:
    return presented(format_id, credential(type_id, format_id), challenge)


def status_jwt(type_id: str, values: Mapping[int, int] | None = None, *, bits: int = 1) -> str:
    return status_token.encode_jwt(
        StatusList.of(values or {}, bits=bits, size=1024).deflate(),
        subject=STATUS.uri,
        issued_at=now() - timedelta(minutes=2),
        signer=status_signer(type_id),
        expires=now() + timedelta(days=7),
        ttl=timedelta(minutes=15),
    )


def judged(type_id: str, text: str, challenge: HolderChallenge | None = CHALLENGE) -> Verdict:
    """Our whole verification, with the pilot's trust list and a list on which nothing is withdrawn."""
    fetched = StatusFetched(
        body=status_jwt(type_id, {STATUS.idx: Status.VALID}).encode(),
        content_type=status_token.TokenFormat.JWT.value,
        fetched_at=now(),
    )
    evidence = Evidence(trust=PILOT.trust_list, status={STATUS.uri: fetched})
    expected = Expected(day=COVERED_DAY, host_state="DE", challenge=challenge)
    policy = Policy(holder=HolderPolicy.NOT_ASKED if challenge is None else HolderPolicy.REQUIRED)
    return verify_text(text, expected, evidence, policy, now(), CATALOGUE)


# ----------------------------------------------------------------------------------------------- as the oracles take it
def pem(certificate: library.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def private_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def jwk(key: SoftwareKey) -> dict[str, str]:
    return jose.jwk_from_public_key(key.public_key)


def private_jwk(key: SoftwareKey) -> dict[str, str]:
    secret = key.private_key.private_numbers().private_value.to_bytes(32, "big")
    return {**jwk(key), "d": base64url.encode(secret)}


# ------------------------------------------------------------------------------------------------------- tampering
@dataclass(frozen=True, slots=True)
class Parts:
    """An SD-JWT with key binding, taken apart so that one part can be changed."""

    jwt: str
    disclosures: tuple[str, ...]
    kb_jwt: str

    @classmethod
    def of(cls, text: str) -> "Parts":
        jwt, *disclosures, kb_jwt = text.split("~")
        return cls(jwt, tuple(disclosures), kb_jwt)

    def __str__(self) -> str:
        return "~".join((self.jwt, *self.disclosures, self.kb_jwt))


def flipped(jwt: str) -> str:
    """A JWS with one bit of its signature changed."""
    signing_input, _, signature = jwt.rpartition(".")
    octets = bytearray(base64url.decode(signature))
    octets[5] ^= 1
    return f"{signing_input}.{base64url.encode(bytes(octets))}"


def reworded(disclosure: str) -> str:
    """A disclosure with another value."""
    *salt_and_name, _ = _read(disclosure)
    return base64url.encode(strict_json.dump([*salt_and_name, "changed"]))


def _read(disclosure: str) -> list[Any]:
    found: list[Any] = strict_json.parse(base64url.decode(disclosure), max_bytes=10_000)
    return found
