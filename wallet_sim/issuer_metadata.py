"""What an issuer says of itself: credential issuer metadata, OpenID4VCI 1.0, section 12.2; HAIP 1.0, section 4.1.

Read by a wallet that was offered something: the identifier has to be, byte for byte, the one it asked for, and the
configurations that are offered have to be whole; others are not looked at, so that a format unknown here does no harm.
Left out: signed metadata (never asked for), logos.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from vc_core import strict_json
from vc_core.addresses import LoopbackHttp, require_url
from vc_core.claims import ClaimPath, parse_pointer
from vc_core.key_attestation import Carrier
from vc_core.members import Members
from vc_core.rejection import Rejection
from wallet_sim.message_encryption import MessageEncryption, parse_encryption

WELL_KNOWN = "openid-credential-issuer"
MAX_BYTES = 1024 * 1024

_SECTION = "OpenID4VCI 1.0, section 12.2.4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """One kind of credential on offer.

    members: as announced, for what only its format knows. proof_algorithms: JWS names for a key proof, None for a
    credential bound to no key. proof_type: that is used; attested: whether the wallet's provider has to vouch for the
    key. mandatory: paths, as a query has them, of claims that every such credential has.
    """

    id: str
    format: str
    name: str
    members: Mapping[str, Any]
    proof_algorithms: frozenset[str] | None
    mandatory: tuple[ClaimPath, ...]
    proof_type: Carrier = Carrier.JWT_PROOF
    attested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerMetadata:
    """nonce_endpoint: None where proofs carry no nonce. deferred_endpoint: None where nothing is ever postponed.
    authorization_servers: empty where the issuer is its own.
    encryption: of requests and answers, None for neither. batch_size: credentials for one request at most."""

    issuer: str
    name: str
    credential_endpoint: str
    nonce_endpoint: str | None
    deferred_endpoint: str | None
    authorization_servers: tuple[str, ...]
    encryption: MessageEncryption | None
    batch_size: int
    document: Mapping[str, Any]

    def configuration(self, configuration_id: str) -> Configuration:
        """One entry of `credential_configurations_supported`, read strictly; rejects as `Members` does, and with
        `credential_configuration_unknown`, `binding_without_proof`, `proof_without_binding`, `proof_type_unsupported`
        or `claims_path_invalid`."""
        offered = Members(self.document, "", _SECTION).object(_CONFIGURATIONS)
        if configuration_id not in offered.values:
            raise offered.reject("credential_configuration_unknown", configuration_id)
        members = offered.object(configuration_id, called="credential_configuration")
        described = _optional_object(members, "credential_metadata")
        proof = _proof(members)
        return Configuration(
            id=configuration_id,
            format=members.required("format", str),
            name=_display_name(described) or configuration_id,
            members=members.values,
            proof_algorithms=None if proof is None else proof.algorithms,
            mandatory=_mandatory(described),
            proof_type=Carrier.JWT_PROOF if proof is None else proof.type,
            attested=proof is not None and proof.attested,
        )


_BATCHES = "batch_credential_issuance"
_CONFIGURATIONS = "credential_configurations_supported"


def well_known_url(identifier: str, name: str) -> str:
    """`/.well-known/<name>` between host and path of an identifier (section 12.2.2; RFC 8414, section 3.1)."""
    parts = urlsplit(identifier)
    return f"{parts.scheme}://{parts.netloc}/.well-known/{name}{parts.path.removesuffix('/')}"


def parse_issuer_metadata(body: bytes, *, issuer: str, http: LoopbackHttp) -> IssuerMetadata:
    """Reads the document found for `issuer`.

    Rejects as `strict_json.parse_object`, `Members`, `require_url` and `parse_encryption`, and with
    `credential_issuer_mismatch` or `batch_size_malformed`.
    """
    members = Members(strict_json.parse_object(body, max_bytes=MAX_BYTES), "", _SECTION)
    if members.required("credential_issuer", str) != issuer:
        raise members.reject("credential_issuer_mismatch", "credential_issuer")
    members.required(_CONFIGURATIONS, dict)
    servers = members.texts("authorization_servers") if "authorization_servers" in members.values else ()
    return IssuerMetadata(
        issuer=issuer,
        name=_display_name(members) or issuer,
        credential_endpoint=_url(members, "credential_endpoint", http),
        nonce_endpoint=_optional_url(members, "nonce_endpoint", http),
        deferred_endpoint=_optional_url(members, "deferred_credential_endpoint", http),
        authorization_servers=tuple(
            require_url(server, policy=http, where="/authorization_servers") for server in servers
        ),
        encryption=parse_encryption(members),
        batch_size=_batch_size(members),
        document=members.values,
    )


def _url(members: Members, name: str, http: LoopbackHttp) -> str:
    return require_url(members.required(name, str), policy=http, where=members.at(name))


def _optional_url(members: Members, name: str, http: LoopbackHttp) -> str | None:
    return _url(members, name, http) if name in members.values else None


def _batch_size(members: Members) -> int:
    """1 where no batches are offered; an offer of fewer than two is none (section 12.2.4)."""
    if _BATCHES not in members.values:
        return 1
    batches = members.object(_BATCHES)
    size = batches.required("batch_size", int)
    if size < 2:
        raise batches.reject("batch_size_malformed", "batch_size")
    return size


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proof:
    type: Carrier
    algorithms: frozenset[str]
    attested: bool


def _proof(members: Members) -> _Proof | None:
    """A key proof of the wallet's own where it may be, else an attestation alone (appendix F.1 and F.3).

    Binding methods and proof types come together or not at all.
    """
    bound, proven = "cryptographic_binding_methods_supported", "proof_types_supported"
    if bound not in members.values and proven not in members.values:
        return None
    if proven not in members.values:
        raise members.reject("binding_without_proof", bound)
    if bound not in members.values:
        raise members.reject("proof_without_binding", proven)
    members.texts(bound)
    proofs = members.object(proven)
    used = next((one for one in Carrier if one.value in proofs.values), None)
    if used is None:
        raise proofs.reject("proof_type_unsupported", Carrier.JWT_PROOF.value)
    proof = proofs.object(used.value, called="proof_type")
    required = proof.optional("key_attestations_required", dict) is not None
    return _Proof(
        type=used,
        algorithms=frozenset(proof.texts("proof_signing_alg_values_supported")),
        attested=required or used is Carrier.ATTESTATION_PROOF,
    )


def _mandatory(described: Members) -> tuple[ClaimPath, ...]:
    """Appendix B.2: claims description objects."""
    paths = []
    for index, item in enumerate(described.optional("claims", list) or ()):
        claim = Members.of(item, called="claim", where=f"{described.at('claims')}/{index}", section=_SECTION)
        path = parse_pointer(claim.required("path", list), where=claim.at("path"))
        if claim.optional("mandatory", bool):
            paths.append(path)
    return tuple(paths)


def _display_name(members: Members) -> str:
    """The first name that is shown; the language is the issuer's choice."""
    for index, item in enumerate(members.optional("display", list) or ()):
        display = Members.of(item, called="display", where=f"{members.at('display')}/{index}", section=_SECTION)
        name = display.optional("name", str)
        if name:
            return name
    return ""


def _optional_object(members: Members, name: str) -> Members:
    return members.object(name) if name in members.values else Members({}, members.at(name), _SECTION)


def require_proof_algorithm(configuration: Configuration, algorithm: str) -> None:
    """Rejects with `proof_algorithm_unsupported` where the issuer takes no proof signed like this."""
    if configuration.proof_algorithms is not None and algorithm not in configuration.proof_algorithms:
        raise Rejection("proof_algorithm_unsupported", where=configuration.id, section=_SECTION)
