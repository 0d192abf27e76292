"""SD-JWTs put together by hand, part by part, so that each negative case changes one thing in a valid example.

Nothing here uses the code under test: disclosures and digests are made with the standard library.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.vc_core.forged_jws import forge, software_key
from vc_core import jose

ISSUER = software_key(901)
HOLDER = software_key(902)
STRANGER = software_key(903)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AUDIENCE = "x509_hash:verifier"
NONCE = "n-0S6_WzA2Mj"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def disclosure(*contents: Any) -> str:
    return b64(json.dumps(contents).encode())


def digest(text: str, algorithm: str = "sha256") -> str:
    return b64(hashlib.new(algorithm, text.encode()).digest())


def sd_jwt(payload: Mapping[str, Any], *disclosures: str, header: Mapping[str, Any] | None = None) -> str:
    return "~".join((forge(header or HEADER, payload, ISSUER), *disclosures, ""))


HEADER = {"alg": "ES256", "typ": "dc+sd-jwt"}
GIVEN_NAME = disclosure("salt-a", "given_name", "Ada")
STREET = disclosure("salt-b", "street", "12 rue du Bac")
CITY = disclosure("salt-c", "city", "Paris")
ADDRESS = disclosure("salt-d", "address", {"_sd": [digest(STREET), digest(CITY)], "country": "FR"})
GERMAN = disclosure("salt-e", "DE")
DISCLOSURES = (GIVEN_NAME, STREET, CITY, ADDRESS, GERMAN)

PAYLOAD: dict[str, Any] = {
    "vct": "urn:example:type:1",
    "iat": 1763856000,
    "exp": 1800000000,
    "cnf": {"jwk": jose.jwk_from_public_key(HOLDER.public_key)},
    "_sd_alg": "sha-256",
    "_sd": [digest(GIVEN_NAME), digest(ADDRESS)],
    "employer": {"name": "ACME"},
    "nationalities": [{"...": digest(GERMAN)}, "FR"],
}
VALID = sd_jwt(PAYLOAD, *DISCLOSURES)
CLEAR = {name: PAYLOAD[name] for name in ("vct", "iat", "exp", "cnf", "employer")}
"""What is permanently disclosed at the top."""


def kb_claims(presentation: str = VALID) -> dict[str, Any]:
    return {"iat": int(NOW.timestamp()), "aud": AUDIENCE, "nonce": NONCE, "sd_hash": digest(presentation)}


KB_HEADER = {"typ": "kb+jwt", "alg": "ES256"}
VALID_KB = VALID + forge(KB_HEADER, kb_claims(), HOLDER)
