"""Whether a wallet can answer a request: OpenID4VP 1.0, sections 5, 5.9.3, 6, 8.2, 8.3 and 14.4.1; HAIP 1.0, section 5.

The second of two stages, for a request whose sender is known (`authentication`). What fails here the verifier is told:
with the code that `errors` has for the reason, at the address that `error_target` gives. Parameters that nobody here
knows are ignored; `transaction_data` has to be understood to be obeyed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from urllib.parse import urlsplit

from cryptography import x509

from vc_core.addresses import LoopbackHttp, is_loopback, require_url
from vc_core.authorization_request.attestation import require_attested_address
from vc_core.authorization_request.authentication import AuthenticRequest, authenticate_request_object
from vc_core.authorization_request.client_id import ClientIdPrefix, split_client_id
from vc_core.authorization_request.client_metadata import (
    ResponseEncryption,
    choose_encryption,
    require_common_format,
)
from vc_core.authorization_request.request_object import RESPONSE_TYPE, URL_SAFE, RequestObject, ResponseMode
from vc_core.dcql import Query, QueryFormat, parse_query
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.transaction_data import TYPES, Transaction, TransactionType, parse_transactions
from vc_core.verifier_info import VerifierInfo, parse_verifier_info

_SECTION = "OpenID4VP 1.0, section 5"
_POST = "OpenID4VP 1.0, section 8.2"


class RequestProfile(Enum):
    """What of OpenID4VP is accepted: all that is implemented, or only what HAIP 1.0, sections 5 and 5.1, leaves."""

    OPENID4VP = "openid4vp"
    HAIP = "haip"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedRequest:
    """A request that may be answered; encryption: None for a plain answer.

    request: without `wallet_nonce` and `expires_at`, which have served. query, transactions, verifier_info: its
    parameters, read; what `verifier_info` says is not believed yet. chain: as in `AuthenticRequest`.
    """

    request: RequestObject
    query: Query
    encryption: ResponseEncryption | None
    chain: tuple[x509.Certificate, ...]
    transactions: tuple[Transaction, ...] = ()
    verifier_info: tuple[VerifierInfo, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorTarget:
    """Where an error may be posted, and with which `state`."""

    response_uri: str
    state: str | None


def check_request_object(
    text: str,
    *,
    client_id: str,
    anchors: Sequence[x509.Certificate],
    now: datetime,
    formats: Mapping[str, QueryFormat],
    wallet_nonce: str | None = None,
    http: LoopbackHttp = LoopbackHttp.REFUSED,
    profile: RequestProfile = RequestProfile.OPENID4VP,
) -> AcceptedRequest:
    """Both stages, for a caller that makes no difference between the ways they end."""
    authentic = authenticate_request_object(
        text, client_id=client_id, anchors=anchors, now=now, wallet_nonce=wallet_nonce
    )
    return accept_request(authentic, formats=formats, http=http, profile=profile)


def accept_request(
    authentic: AuthenticRequest,
    *,
    formats: Mapping[str, QueryFormat],
    http: LoopbackHttp = LoopbackHttp.REFUSED,
    profile: RequestProfile = RequestProfile.OPENID4VP,
    transaction_types: Mapping[str, TransactionType] = TYPES,
) -> AcceptedRequest:
    """Whether it can be answered; formats: those that the wallet holds credentials in.

    1. An answer that this wallet can give, to an address that the client may use.  `response_type_*`,
       `response_mode_*`, `redirect_uri_with_direct_post`, `response_uri_*`, `profile_*`, as `require_url`
    2. A nonce, and a state of the right characters.  `nonce_missing`, `nonce_malformed`, `state_malformed`
    3. A well-formed query for formats that both know.  `query_missing`, `query_given_twice`, `scope_unsupported`,
       `vp_formats_*`, `client_metadata_*`, as `parse_query`
    4. Transactions that are understood.  as `parse_transactions`, `parse_verifier_info`
    5. A state where no proof of the holder links answer and request.  `state_missing`
    6. A key to encrypt to, if it comes to that.  as `choose_encryption`
    """
    claims = Members(authentic.claims, "", _SECTION)
    mode = _response_mode(claims, authentic, profile)  # 1
    response_uri = _response_uri(claims, authentic, http)
    nonce = _url_safe("nonce", claims.required("nonce", str))  # 2
    state = _state(claims)
    query = read_query(claims, formats)  # 3
    metadata = claims.object("client_metadata")
    require_common_format(metadata, formats)
    transactions, verifier_info = read_additions(claims, query, transaction_types)  # 4
    if state is None and not all(credential.holder_binding_required for credential in query.credentials):  # 5
        raise Rejection("state_missing", where="/state", section=f"{_SECTION}.3")
    encryption = choose_encryption(metadata) if mode is ResponseMode.DIRECT_POST_JWT else None  # 6
    request = RequestObject(
        client_id=authentic.client_id,
        nonce=nonce,
        response_uri=response_uri,
        response_mode=mode,
        dcql_query=claims.values["dcql_query"],
        client_metadata=metadata.values,
        state=state,
        transaction_data=tuple(one.text for one in transactions),
    )
    return AcceptedRequest(
        request=request,
        query=query,
        encryption=encryption,
        chain=authentic.chain,
        transactions=transactions,
        verifier_info=verifier_info,
    )


def error_target(authentic: AuthenticRequest, *, http: LoopbackHttp = LoopbackHttp.REFUSED) -> ErrorTarget | None:
    """Where the verifier may be told that `accept_request` refused; None if no address in the request may be used."""
    claims = Members(authentic.claims, "", _SECTION)
    try:
        return ErrorTarget(response_uri=_response_uri(claims, authentic, http), state=_state(claims))
    except Rejection:
        return None


def _response_mode(claims: Members, authentic: AuthenticRequest, profile: RequestProfile) -> ResponseMode:
    if claims.required("response_type", str) != RESPONSE_TYPE:
        raise claims.reject("response_type_unsupported", "response_type")
    try:
        mode = ResponseMode(claims.required("response_mode", str))
    except ValueError:
        raise claims.reject("response_mode_unsupported", "response_mode") from None
    if "redirect_uri" in claims.values:
        raise Rejection("redirect_uri_with_direct_post", where="/redirect_uri", section=_POST)
    if profile is RequestProfile.HAIP:
        if split_client_id(authentic.client_id)[0] is not ClientIdPrefix.X509_HASH:
            raise Rejection("profile_client_id_prefix", where="/client_id", section="HAIP 1.0, section 5")
        if mode is not ResponseMode.DIRECT_POST_JWT:
            raise Rejection("profile_response_mode", where="/response_mode", section="HAIP 1.0, section 5.1")
    return mode


def _response_uri(claims: Members, authentic: AuthenticRequest, http: LoopbackHttp) -> str:
    """Sections 5.9.3, 8.2 and 14.4.1: an address of the web that this client may use."""
    address = require_url(claims.required("response_uri", str), policy=http, where="/response_uri")
    parts = urlsplit(address)
    if http is LoopbackHttp.REFUSED and is_loopback(parts):
        raise Rejection("response_uri_loopback", where="/response_uri", section="OpenID4VP 1.0, section 14.4.1")
    prefix, name = split_client_id(authentic.client_id)
    require_attested_address(address, authentic.addresses)
    if prefix is ClientIdPrefix.X509_SAN_DNS and (parts.hostname or "") != name.lower():
        raise Rejection("response_uri_host_mismatch", where="/response_uri", section=f"{_SECTION}.9.3")
    if prefix is ClientIdPrefix.REDIRECT_URI and address != name:
        raise Rejection("response_uri_not_client_id", where="/response_uri", section=f"{_SECTION}.9.3")
    return address


def _state(claims: Members) -> str | None:
    state = claims.optional("state", str)
    return None if state is None else _url_safe("state", state)


def _url_safe(name: str, value: str) -> str:
    if not URL_SAFE.fullmatch(value):
        raise Rejection(f"{name}_malformed", where=f"/{name}", section=f"{_SECTION}.2")
    return value


def read_query(claims: Members, formats: Mapping[str, QueryFormat]) -> Query:
    """Exactly one query, for a format that is known here; rejections as in step 3 of `accept_request`."""
    if "scope" in claims.values:
        both = "dcql_query" in claims.values
        raise claims.reject("query_given_twice" if both else "scope_unsupported", "scope")
    if "dcql_query" not in claims.values:
        raise claims.reject("query_missing", "dcql_query")
    query = parse_query(claims.values["dcql_query"], formats, where="/dcql_query")
    if not any(credential.format in formats for credential in query.credentials):
        raise Rejection("vp_formats_not_supported", where="/dcql_query", section="OpenID4VP 1.0, section 8.5")
    return query


def read_additions(
    claims: Members, query: Query, types: Mapping[str, TransactionType]
) -> tuple[tuple[Transaction, ...], tuple[VerifierInfo, ...]]:
    """`transaction_data` and `verifier_info`, which refer to the query; rejections as `parse_transactions` and
    `parse_verifier_info`."""
    transactions = claims.optional("transaction_data", list)
    infos = claims.optional("verifier_info", list)
    return (
        () if transactions is None else parse_transactions(transactions, query, types=types),
        () if infos is None else parse_verifier_info(infos, query),
    )
