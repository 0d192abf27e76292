"""What a verifier that does something wrong has at hand, and how one thing of a request is altered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vc_core import base64url, pki
from vc_core.authorization_request import RequestObject, request_claims
from vc_core.pilot import new_key
from vc_core.pki import Authority, Organization, Term
from vc_core.signer import RandomBytes, SoftwareKey

_DAY = timedelta(days=1)

Alteration = Callable[[dict[str, Any]], object]
"""Changes the claims of a request that it is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierDesk:
    """What a relying party has at hand when it asks. planned: an honest request, by its `x509_hash`.

    signer: its access certificate and key. authority: who certified it; host: the DNS name in the certificate.
    """

    planned: RequestObject
    request_uri: str
    signer: SoftwareKey
    authority: Authority
    host: str
    random: RandomBytes
    now: datetime

    @property
    def claims(self) -> dict[str, Any]:
        return request_claims(self.planned, issued_at=self.now)

    def certified(self, *, authority: Authority | None = None, hours: int = 24 * 30) -> SoftwareKey:
        """Another access certificate for the same host. hours: from now to its end."""
        key, above = new_key(self.random), authority or self.authority
        certificate = pki.access_certificate(
            above,
            public_key=key.public_key(),
            organization=Organization(country="EU", name="Relying party"),
            dns_names=(self.host,),
            term=Term(serial=7, not_before=self.now - _DAY, not_after=self.now + timedelta(hours=hours)),
        )
        return SoftwareKey(key, (certificate,))


def unlisted_authority(desk: VerifierDesk) -> Authority:
    return pki.root(
        private_key=new_key(desk.random),
        organization=Organization(country="EU", name="Unlisted authority"),
        common_name="Unlisted access authority",
        contact="https://unlisted.example/",
        term=Term(serial=1, not_before=desk.now - 9 * _DAY, not_after=desk.now + 900 * _DAY),
    )


def with_members(**members: Any) -> Alteration:
    return lambda claims: claims.update(members)


def without(name: str) -> Alteration:
    return lambda claims: claims.pop(name)


def of_first_query(alter: Alteration) -> Alteration:
    """Something of the first credential query."""
    return lambda claims: alter(claims["dcql_query"]["credentials"][0])


def unusable_keys(claims: dict[str, Any]) -> None:
    """The keys to encrypt to are of a curve that no wallet here knows."""
    for key in claims["client_metadata"]["jwks"]["keys"]:
        key["crv"] = "P-384"


def with_broken_signature(text: str) -> str:
    """A compact JWS with one bit of its signature flipped."""
    rest, _, signature = text.rpartition(".")
    octets = bytearray(base64url.decode(signature))
    octets[-1] ^= 1
    return f"{rest}.{base64url.encode(bytes(octets))}"
