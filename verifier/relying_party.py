"""Who this verifier is towards wallets: its client identifier, its addresses and the key that signs its requests.

OpenID4VP 1.0, section 5.9.3: `x509_hash` names the access certificate itself (HAIP 1.0, section 5 has no other),
`x509_san_dns` one of its host names, which then has to be the host of `response_uri`. For `verifier_attestation` a
third party vouches for the access key (section 12). With `redirect_uri` nothing is signed: each request is named by the
address of its answer.
"""

from dataclasses import dataclass
from typing import assert_never
from urllib.parse import urlsplit

from vc_core.authorization_request import ClientIdPrefix, x509_hash_client_id
from vc_core.dc_api import Identity
from vc_core.jose import parse_jws
from vc_core.signer import Signer
from vc_core.x509 import san_dns

REQUEST_PATH = "/request/"
RESPONSE_PATH = "/response/"
RETURN_PATH = "/return/"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """name: the client identifier with its prefix; None where each request has its own. base_url: where wallets reach
    this service, without a slash at the end. attested: the verifier attestation. registration: the registration
    certificate, which goes along with every request."""

    name: str | None
    base_url: str
    signer: Signer
    attested: str | None = None
    registration: str | None = None

    def return_uri(self, request_id: str, response_code: str) -> str:
        """Where the wallet sends the holder's browser."""
        return f"{self.base_url}{RETURN_PATH}{request_id}?response_code={response_code}"

    @property
    def identities(self) -> tuple[Identity, ...]:
        """The names under which this verifier signs, the one of its links first; none if it does not."""
        if self.name is None:
            return ()
        own = Identity(client_id=self.name, signer=self.signer, attested=self.attested)
        certified = Identity(client_id=x509_hash_client_id(self.signer.chain[0]), signer=self.signer)
        return (own,) if own.client_id == certified.client_id else (own, certified)

    @property
    def signs(self) -> bool:
        return self.name is not None

    def client_id(self, request_id: str) -> str:
        return self.name or f"{ClientIdPrefix.REDIRECT_URI}:{self.response_uri(request_id)}"

    def request_uri(self, request_id: str) -> str:
        return f"{self.base_url}{REQUEST_PATH}{request_id}"

    def response_uri(self, request_id: str) -> str:
        return f"{self.base_url}{RESPONSE_PATH}{request_id}"


def relying_party(
    prefix: ClientIdPrefix,
    signer: Signer,
    base_url: str,
    *,
    attested: str | None = None,
    registration: str | None = None,
) -> RelyingParty:
    """Raises `ValueError` for a certificate of another host, or a missing attestation."""
    named = _name(prefix, signer, base_url, attested)
    used = attested if prefix is ClientIdPrefix.VERIFIER_ATTESTATION else None
    return RelyingParty(name=named, base_url=base_url, signer=signer, attested=used, registration=registration)


def _name(prefix: ClientIdPrefix, signer: Signer, base_url: str, attested: str | None) -> str | None:
    leaf = signer.chain[0]
    match prefix:
        case ClientIdPrefix.X509_HASH:
            return x509_hash_client_id(leaf)
        case ClientIdPrefix.X509_SAN_DNS:
            host = urlsplit(base_url).hostname
            if host not in san_dns(leaf):
                raise ValueError(f"the access certificate does not name the host of {base_url}")
            return f"{prefix}:{host}"
        case ClientIdPrefix.VERIFIER_ATTESTATION:
            if attested is None:
                raise ValueError("the prefix verifier_attestation needs an attestation")
            return f"{prefix}:{parse_jws(attested).claims()['sub']}"
        case ClientIdPrefix.REDIRECT_URI:
            return None
        case unknown:
            assert_never(unknown)
