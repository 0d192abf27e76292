"""How a wallet is called, and how it fetches the request: OpenID4VP 1.0, sections 5, 5.7 and 5.10; RFC 9101, section 5.

A link names the verifier and either where its request object lies (by reference: the only form that fits a QR code, and
the only one HAIP 1.0, section 5.1, has), or the request object itself, or the bare parameters of an unsigned request.
With `request_uri_method=post` the wallet may say something of itself when it fetches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from vc_core import strict_json
from vc_core.addresses import LoopbackHttp, require_url
from vc_core.authorization_request.request_object import RequestObject, request_parameters
from vc_core.parameters import build_link, parse_link, single
from vc_core.rejection import Rejection

SCHEMES = ("openid4vp", "haip-vp", "eudi-openid4vp", "https")
"""Schemes that a wallet listens to; https for a claimed link of its own."""

MAX_WALLET_METADATA = 16384

_SECTION = "OpenID4VP 1.0, section 5"
_REFERENCE = ("client_id", "request", "request_uri", "request_uri_method")
_JSON_PARAMETERS = ("dcql_query", "client_metadata", "transaction_data", "verifier_info")
_PARAMETERS = (
    *("response_type", "response_mode", "response_uri", "redirect_uri", "nonce", "state", "scope"),
    *_JSON_PARAMETERS,
)
_MAX_NONCE = 512


class RequestUriMethod(StrEnum):
    GET = "get"
    POST = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestByReference:
    """The request object is fetched from `request_uri`."""

    client_id: str
    request_uri: str
    method: RequestUriMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestByValue:
    """The request object stands in the link."""

    client_id: str
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsignedRequest:
    """Bare parameters; claims: as they would stand in a request object."""

    client_id: str
    claims: Mapping[str, Any]


AuthorizationLink = RequestByReference | RequestByValue | UnsignedRequest


def authorization_url(
    scheme: str, client_id: str, request_uri: str, request_uri_method: RequestUriMethod = RequestUriMethod.GET
) -> str:
    """A link by reference, as a QR code shows it; `get` is the default and is not written."""
    parameters = {"client_id": client_id, "request_uri": request_uri}
    if request_uri_method is RequestUriMethod.POST:
        parameters["request_uri_method"] = request_uri_method.value
    return build_link(scheme, parameters)


def unsigned_url(scheme: str, request: RequestObject) -> str:
    """A link by value, unsigned, for a client that is known by the address of its answer (`redirect_uri`)."""
    texts = {
        name: strict_json.dump(value).decode() if name in _JSON_PARAMETERS else value
        for name, value in request_parameters(request).items()
    }
    return build_link(scheme, {"client_id": request.client_id, **texts})


def parse_authorization_link(text: str, *, http: LoopbackHttp = LoopbackHttp.REFUSED) -> AuthorizationLink:
    """The wallet's reading of a link; of a link with a request object, only the four parameters of RFC 9101 count.

    Rejects as `parse_link`, `require_url` (for `request_uri`) and `strict_json.parse` (for JSON parameters), and with
    `client_id_missing`, `request_given_twice`, `request_uri_method_unknown` or `request_uri_method_alone`.
    """
    found = parse_link(text, schemes=SCHEMES, known=(*_REFERENCE, *_PARAMETERS))
    client_id = found.get("client_id")
    if not client_id:
        raise Rejection("client_id_missing", where="/client_id", section=_SECTION)
    method = _method(found)
    if "request" in found and "request_uri" in found:
        raise Rejection("request_given_twice", where="/request", section="RFC 9101, section 5")
    if "request_uri" in found:
        request_uri = require_url(found["request_uri"], policy=http, where="/request_uri")
        return RequestByReference(client_id=client_id, request_uri=request_uri, method=method)
    if "request_uri_method" in found:
        raise Rejection("request_uri_method_alone", where="/request_uri_method", section=f"{_SECTION}.1")
    if "request" in found:
        return RequestByValue(client_id=client_id, request=found["request"])
    return UnsignedRequest(client_id=client_id, claims=MappingProxyType(_claims(found)))


def _method(found: Mapping[str, str]) -> RequestUriMethod:
    try:
        return RequestUriMethod(found.get("request_uri_method", RequestUriMethod.GET))
    except ValueError:
        raise Rejection(
            "request_uri_method_unknown", where="/request_uri_method", section="OpenID4VP 1.0, section 8.5"
        ) from None


def _claims(found: Mapping[str, str]) -> dict[str, Any]:
    """Parameters that hold JSON are JSON texts in a link (section 5.1)."""
    claims: dict[str, Any] = {name: text for name, text in found.items() if name not in _REFERENCE}
    for name in _JSON_PARAMETERS:
        if name in found:
            claims[name] = strict_json.parse(found[name], max_bytes=len(found[name]) * 4, where=f"/{name}")
    return {"client_id": found["client_id"], **claims}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestUriPost:
    """What a wallet posts when it fetches the request object (section 5.10)."""

    wallet_nonce: str | None
    wallet_metadata: Mapping[str, Any] | None


def encode_request_uri_post(wallet_nonce: str, wallet_metadata: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The form that the wallet posts; wallet_nonce: fresh and random."""
    form = {"wallet_nonce": wallet_nonce}
    if wallet_metadata is not None:
        form["wallet_metadata"] = strict_json.dump(wallet_metadata).decode()
    return form


def parse_request_uri_post(form: Mapping[str, Sequence[str]]) -> RequestUriPost:
    """The verifier's reading of that form; other parameters are ignored.

    Rejects with `parameter_repeated`, `wallet_nonce_malformed`, or as `strict_json.parse_object`.
    """
    found = single(form, ("wallet_nonce", "wallet_metadata"))
    nonce, metadata = found.get("wallet_nonce"), found.get("wallet_metadata")
    if nonce is not None and not (nonce.isascii() and nonce.isprintable() and 0 < len(nonce) <= _MAX_NONCE):
        raise Rejection("wallet_nonce_malformed", where="/wallet_nonce", section="OpenID4VP 1.0, section 5.10")
    return RequestUriPost(
        wallet_nonce=nonce,
        wallet_metadata=None
        if metadata is None
        else strict_json.parse_object(metadata, max_bytes=MAX_WALLET_METADATA, where="/wallet_metadata"),
    )
