"""Requests through the Digital Credentials API of a browser: OpenID4VP 1.0, appendix A; HAIP 1.0, section 5.2.

The platform carries request and answer between a page and a wallet, and tells the wallet the page's origin. An unsigned
request is bound to that origin alone; a signed one names its client and the origins it may come from; a multi-signed
one is signed under several client identifiers, of which the wallet needs to know one. `state` and `response_uri` are
not used. Links and posts are in `authorization_request`, answers in `authorization_response`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never

from cryptography import x509

from vc_core import base64url, strict_json
from vc_core.authorization_request import ResponseEncryption
from vc_core.authorization_request.acceptance import read_additions, read_query
from vc_core.authorization_request.authentication import (
    Sender,
    authenticate_sender,
    require_addressed_to_us,
    require_in_force,
)
from vc_core.authorization_request.client_metadata import choose_encryption, require_common_format
from vc_core.authorization_request.request_object import (
    RESPONSE_TYPE,
    STATIC_AUDIENCE,
    TYP,
    URL_SAFE,
    request_header,
)
from vc_core.dcql import Query, QueryFormat
from vc_core.jose import MAX_BYTES, Jws, parse_jws, require_type, sign_jws
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, Signer
from vc_core.transaction_data import TYPES, Transaction, TransactionType
from vc_core.verifier_info import VerifierInfo

MAX_SIGNATURES = 8
_SECTION = "OpenID4VP 1.0, appendix A"


class Protocol(StrEnum):
    UNSIGNED = "openid4vp-v1-unsigned"
    SIGNED = "openid4vp-v1-signed"
    MULTISIGNED = "openid4vp-v1-multisigned"


class DcApiMode(StrEnum):
    """How the answer travels: as JSON, or encrypted (section 8.3)."""

    DC_API = "dc_api"
    DC_API_JWT = "dc_api.jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class DcApiRequest:
    """What a page asks. expected_origins: where a signed request may come from; the rest as in `RequestObject`."""

    nonce: str
    response_mode: DcApiMode
    dcql_query: Mapping[str, Any]
    client_metadata: Mapping[str, Any]
    expected_origins: Sequence[str] = ()
    transaction_data: Sequence[str] = ()
    verifier_info: Sequence[Mapping[str, Any]] = ()

    def parameters(self) -> dict[str, Any]:
        """Members that every protocol has; those without a value are left out."""
        optional = {"transaction_data": [*self.transaction_data], "verifier_info": [*map(dict, self.verifier_info)]}
        return {
            "response_type": RESPONSE_TYPE,
            "response_mode": self.response_mode.value,
            "nonce": self.nonce,
            "dcql_query": dict(self.dcql_query),
            "client_metadata": dict(self.client_metadata),
            **{name: value for name, value in optional.items() if value},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One name under which a verifier signs. attested: a verifier attestation instead of the signer's chain."""

    client_id: str
    signer: Signer
    attested: str | None = None


# ------------------------------------------------------------------------------------------------------ the verifier
def encode_unsigned(request: DcApiRequest) -> dict[str, Any]:
    """One element of `requests`, as `navigator.credentials.get` takes it."""
    return {"protocol": Protocol.UNSIGNED.value, "data": request.parameters()}


def encode_signed(request: DcApiRequest, identity: Identity, *, issued_at: datetime) -> dict[str, Any]:
    """A.3.2.1: the request object, compact."""
    claims = {"client_id": identity.client_id, **_signed_claims(request, issued_at)}
    text = sign_jws(request_header(identity.signer, identity.attested), claims, identity.signer)
    return {"protocol": Protocol.SIGNED.value, "data": {"request": text}}


def encode_multisigned(request: DcApiRequest, identities: Sequence[Identity], *, issued_at: datetime) -> dict[str, Any]:
    """A.3.2.2: JWS JSON serialisation; client identifier and `verifier_info` stand in each protected header."""
    claims = _signed_claims(request, issued_at)
    infos = claims.pop("verifier_info", None)
    payload, signatures = strict_json.dump(claims), []
    for identity in identities:
        header = {**request_header(identity.signer, identity.attested), "client_id": identity.client_id}
        header |= {} if infos is None else {"verifier_info": infos}
        protected, _, signature = sign_jws(header, payload, identity.signer).split(".")
        signatures.append({"protected": protected, "signature": signature})
    data = {"request": {"payload": base64url.encode(payload), "signatures": signatures}}
    return {"protocol": Protocol.MULTISIGNED.value, "data": data}


def _signed_claims(request: DcApiRequest, issued_at: datetime) -> dict[str, Any]:
    if not request.expected_origins:
        raise ValueError("a signed request names the origins it may come from")
    return {
        "aud": STATIC_AUDIENCE,
        "iat": int(issued_at.timestamp()),
        "expected_origins": list(request.expected_origins),
        **request.parameters(),
    }


# -------------------------------------------------------------------------------------------------------- the wallet
@dataclass(frozen=True, slots=True, kw_only=True)
class Trusted:
    """Whom a wallet believes: authorities that certify verifiers, and who may vouch for them, by `iss`."""

    anchors: Sequence[x509.Certificate] = ()
    attesters: Mapping[str, PublicKey] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedDcRequest:
    """A request that may be answered. client_id: `origin:` and the origin for an unsigned one. encryption: None for a
    plain answer. chain: of the access certificate, if that is how the client is known."""

    protocol: Protocol
    origin: str
    client_id: str
    nonce: str
    query: Query
    encryption: ResponseEncryption | None
    chain: tuple[x509.Certificate, ...]
    transactions: tuple[Transaction, ...]
    verifier_info: tuple[VerifierInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Parameters of which it is known who set them."""

    client_id: str
    claims: Mapping[str, Any]
    sender: Sender = field(default_factory=Sender)


def accept_dc_request(
    request: object,
    *,
    origin: str,
    trusted: Trusted,
    now: datetime,
    formats: Mapping[str, QueryFormat],
    transaction_types: Mapping[str, TransactionType] = TYPES,
) -> AcceptedDcRequest:
    """One element of `requests`; origin: as the platform says it, compared character by character.

    1. A protocol that is known.  `dc_request_malformed`, `protocol_missing`, `protocol_unknown`, `data_*`
    2. From a page that the client names.  `expected_origins_*`, `origin_not_expected`, as `authenticate_sender`,
       `request_*`, `signatures_*`, `client_id_missing`, `aud_mismatch`, `request_expired`
    3. An answer that this wallet can give, with a nonce.  `response_type_*`, `response_mode_*`, `nonce_*`
    4. A query, and what refers to it.  as `read_query`, `read_additions`, `client_metadata_*`, `vp_formats_*`
    5. A key to encrypt to, if it comes to that.  as `choose_encryption`
    """
    members = Members.of(request, called="dc_request", where="", section=_SECTION)  # 1
    try:
        protocol = Protocol(members.required("protocol", str))
    except ValueError:
        raise members.reject("protocol_unknown", "protocol") from None
    asked = _authenticate(protocol, members.object("data"), origin, trusted, now)  # 2
    claims = Members(asked.claims, "", _SECTION)
    mode = _mode(claims)  # 3
    nonce = claims.required("nonce", str)
    if not URL_SAFE.fullmatch(nonce):
        raise claims.reject("nonce_malformed", "nonce")
    query, metadata = read_query(claims, formats), claims.object("client_metadata")  # 4
    require_common_format(metadata, formats)
    transactions, verifier_info = read_additions(claims, query, transaction_types)
    return AcceptedDcRequest(
        protocol=protocol,
        origin=origin,
        client_id=asked.client_id,
        nonce=nonce,
        query=query,
        encryption=choose_encryption(metadata) if mode is DcApiMode.DC_API_JWT else None,  # 5
        chain=asked.sender.chain,
        transactions=transactions,
        verifier_info=verifier_info,
    )


def _authenticate(protocol: Protocol, data: Members, origin: str, trusted: Trusted, now: datetime) -> _Asked:
    match protocol:
        case Protocol.UNSIGNED:  # A.2: client_id and expected_origins are ignored
            return _Asked(client_id=f"origin:{origin}", claims=data.values)
        case Protocol.SIGNED:
            jws = parse_jws(data.required("request", str), where="/data/request")
            asked = _signed(jws, Members(jws.claims(), "", _SECTION).required("client_id", str), trusted, now)
        case Protocol.MULTISIGNED:
            asked = _multisigned(data.object("request"), trusted, now)
        case unknown:
            assert_never(unknown)
    _require_origin(Members(asked.claims, "", _SECTION), origin, now)
    return asked


def _signed(jws: Jws, client_id: str, trusted: Trusted, now: datetime) -> _Asked:
    require_type(jws, TYP)
    sender = authenticate_sender(
        jws, client_id=client_id, anchors=trusted.anchors, now=now, attesters=trusted.attesters
    )  # fmt: skip
    return _Asked(client_id=client_id, claims=jws.claims(), sender=sender)


def _multisigned(request: Members, trusted: Trusted, now: datetime) -> _Asked:
    """A.3.2.2: the first signature that holds under a client that the wallet knows; the others do not matter."""
    payload, signatures = request.required("payload", str), request.items("signatures")
    if len(signatures) > MAX_SIGNATURES or len(payload) > MAX_BYTES:
        raise request.reject("signatures_too_many", "signatures")
    refused: Rejection | None = None
    for index, item in enumerate(signatures):
        try:
            return _one_of_several(item, f"{request.at('signatures')}/{index}", payload, trusted, now)
        except Rejection as rejection:
            refused = refused or rejection
    raise refused or request.reject("signatures_empty", "signatures")


def _one_of_several(item: object, where: str, payload: str, trusted: Trusted, now: datetime) -> _Asked:
    signature = Members.of(item, called="signatures", where=where, section="RFC 7515, section 7.2.1")
    parts = (signature.required("protected", str), payload, signature.required("signature", str))
    jws = parse_jws(".".join(parts), where=where)
    header = Members(jws.header, f"{where}/protected", _SECTION)
    asked = _signed(jws, header.required("client_id", str), trusted, now)
    said = {name: jws.header[name] for name in ("verifier_info",) if name in jws.header}
    claims = {name: value for name, value in asked.claims.items() if name not in ("client_id", "verifier_info")}
    return _Asked(client_id=asked.client_id, claims={**claims, **said}, sender=asked.sender)


def _require_origin(claims: Members, origin: str, now: datetime) -> None:
    """A.2: the page's origin is one that the request names, so that nobody replays it from another page."""
    if origin not in claims.texts("expected_origins"):
        raise claims.reject("origin_not_expected", "expected_origins")
    if "aud" in claims.values:
        require_addressed_to_us(claims, now)
    else:
        require_in_force(claims, now)


def _mode(claims: Members) -> DcApiMode:
    if claims.required("response_type", str) != RESPONSE_TYPE:
        raise claims.reject("response_type_unsupported", "response_type")
    try:
        return DcApiMode(claims.required("response_mode", str))
    except ValueError:
        raise claims.reject("response_mode_unsupported", "response_mode") from None
