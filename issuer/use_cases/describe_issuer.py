"""What this issuer tells wallets about itself, made once from rulebooks and addresses.

Credential issuer metadata (OpenID4VCI 1.0, section 12.2.4), authorization server metadata (RFC 8414), type metadata
(SD-JWT VC, section 5). The issuer is its own authorization server. What is not offered is not announced. Where the
service has an access certificate, its metadata are also to be had signed with it (section 12.2.3; HAIP 1.0, 4.1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from issuer.addresses import Addresses
from issuer.configurations import Configuration, Configurations
from issuer.message_encryption import MessageEncryption
from issuer.ports import Clock
from issuer.refusals import TypeMetadataUnknown
from issuer.use_cases.refresh_access import GRANT_TYPE as REFRESH
from vc_core import client_attestation, pkce
from vc_core.credential_display import credential_metadata, type_metadata
from vc_core.credential_offer import AUTHORIZATION_CODE, PRE_AUTHORIZED_CODE
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.jose import HAIP_ALGORITHMS, sign_jws, x5c_header
from vc_core.signer import Signer

SIGNED_METADATA_TYPE = "openidvci-issuer-metadata+jwt"
SIGNED_METADATA_LIFETIME = timedelta(days=1)

_METHODS = "cryptographic_binding_methods_supported"
_ALGORITHMS = sorted(HAIP_ALGORITHMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeIssuer:
    """display_name: how wallets show this issuer. authorization_code: whether that flow is offered. proof_types:
    of key proofs. batch_size: 1 where there are no batches. signer: of signed metadata, None where there are none."""

    configurations: Configurations
    addresses: Addresses
    display_name: str
    authorization_code: bool
    proof_types: Sequence[str]
    batch_size: int
    encryption: MessageEncryption
    signer: Signer | None
    clock: Clock

    def credential_issuer(self) -> dict[str, Any]:
        return {
            "credential_issuer": self.addresses.base_url,
            "credential_endpoint": self.addresses.credential,
            "nonce_endpoint": self.addresses.nonce,
            "deferred_credential_endpoint": self.addresses.deferred,
            "notification_endpoint": self.addresses.notification,
            **self.encryption.metadata(),
            **({"batch_credential_issuance": {"batch_size": self.batch_size}} if self.batch_size > 1 else {}),
            "display": [{"name": self.display_name, "locale": "en"}],
            "credential_configurations_supported": {
                id_: self._configuration(id_, one) for id_, one in self.configurations.by_id.items()
            },
        }

    def signed_credential_issuer(self) -> str | None:
        """The same as a JWT, made now; None where it is not offered."""
        if self.signer is None:
            return None
        now = self.clock()
        header = {"typ": SIGNED_METADATA_TYPE, "x5c": x5c_header(self.signer.chain)}
        instants = {"iat": int(now.timestamp()), "exp": int((now + SIGNED_METADATA_LIFETIME).timestamp())}
        claims = {**self.credential_issuer(), "sub": self.addresses.base_url, **instants}
        return sign_jws(header, claims, self.signer)

    def authorization_server(self) -> dict[str, Any]:
        return {**self._token_endpoint(), **(self._authorization_endpoint() if self.authorization_code else {})}

    def _authorization_endpoint(self) -> dict[str, Any]:
        """What the authorization code flow adds (RFC 9126, 5; RFC 7636; RFC 9207, 3; client attestation, 8)."""
        return {
            "authorization_endpoint": self.addresses.authorize,
            "pushed_authorization_request_endpoint": self.addresses.push,
            "require_pushed_authorization_requests": True,
            "authorization_response_iss_parameter_supported": True,
            "challenge_endpoint": self.addresses.challenge,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": [AUTHORIZATION_CODE, PRE_AUTHORIZED_CODE, REFRESH],
            "code_challenge_methods_supported": [pkce.METHOD],
            "scopes_supported": list(self.configurations.by_id),
            "token_endpoint_auth_methods_supported": [client_attestation.METHOD, "none"],
            "client_attestation_signing_alg_values_supported": _ALGORITHMS,
            "client_attestation_pop_signing_alg_values_supported": _ALGORITHMS,
        }

    def _token_endpoint(self) -> dict[str, Any]:
        return {
            "issuer": self.addresses.base_url,
            "token_endpoint": self.addresses.token,
            "response_types_supported": [],
            "grant_types_supported": [PRE_AUTHORIZED_CODE, REFRESH],
            "pre-authorized_grant_anonymous_access_supported": True,
            "token_endpoint_auth_methods_supported": ["none"],
            "authorization_details_types_supported": ["openid_credential"],
            "dpop_signing_alg_values_supported": _ALGORITHMS,
            "status_list_aggregation_endpoint": self.addresses.status_lists,
        }

    def type_metadata(self, vct: str) -> dict[str, Any]:
        """Refuses with `TypeMetadataUnknown`."""
        for rulebook, wire, _ in self.configurations.by_id.values():
            if wire.identifier == vct and "vct" in WALLET_FORMATS[wire.format_id].issuer_metadata(wire):
                return type_metadata(rulebook, wire)
        raise TypeMetadataUnknown

    def _configuration(self, configuration_id: str, one: Configuration) -> Mapping[str, Any]:
        """Binding methods and proof types together, or neither (section 12.2.4)."""
        proof_types = {type_: {"proof_signing_alg_values_supported": _ALGORITHMS} for type_ in self.proof_types}
        members = WALLET_FORMATS[one.wire.format_id].issuer_metadata(one.wire)
        if one.key_bound:
            members = {_METHODS: ["jwk"], **members, "proof_types_supported": proof_types}
        else:
            members = {name: value for name, value in members.items() if name != _METHODS}
        return {
            **members,
            "scope": configuration_id,
            "credential_metadata": credential_metadata(one.rulebook, one.wire),
        }
