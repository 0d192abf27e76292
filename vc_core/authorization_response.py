"""The answer to a request, and the answer to that: OpenID4VP 1.0, sections 8.1 to 8.3 and 8.5.

`vp_token` is an object of credential query id -> presentations. It travels in a form (`direct_post`), or as a JWE in a
form (`direct_post.jwt`), written by the wallet and read by the verifier. Only its grammar is looked at here: whether
ids and number are those asked for is judged by `dcql.judge_set`, what a presentation is worth by `verification`. Left
out: presentations that are JSON objects, which none of our formats has.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from vc_core import jwe, strict_json
from vc_core.addresses import LoopbackHttp, require_url
from vc_core.authorization_request import ErrorCode, ResponseEncryption, ResponseMode
from vc_core.members import Members
from vc_core.parameters import single
from vc_core.rejection import Rejection

MAX_BYTES = 1024 * 1024
MAX_PRESENTATIONS = 64
MAX_ANSWER = 16384

_SECTION = "OpenID4VP 1.0, section 8.1"
_ENCRYPTED = "OpenID4VP 1.0, section 8.3.1"
_ERROR = "OpenID4VP 1.0, section 8.5"
_POST = "OpenID4VP 1.0, section 8.2"
_KNOWN = ("response", "vp_token", "state", "error", "error_description")
_QUERY_ID = re.compile(r"[A-Za-z0-9_-]+")
_ERROR_TEXT = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]{1,500}")  # RFC 6749, section 4.1.2.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseParameters:
    """A well-formed answer. vp_token: credential query id -> presentations, as they travelled."""

    vp_token: Mapping[str, tuple[str, ...]]
    state: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletError:
    """The wallet declined. error: its code, as sent; description: for developers, ASCII."""

    error: str
    description: str | None
    state: str | None


# ------------------------------------------------------------------------------------------------------- the wallet
def encode_response(
    vp_token: Mapping[str, Sequence[str]], *, state: str | None, encryption: ResponseEncryption | None = None
) -> dict[str, str]:
    """The form to post; encrypted when the request asked for that (`AcceptedRequest.encryption`)."""
    parameters: dict[str, Any] = {"vp_token": {query_id: list(shown) for query_id, shown in vp_token.items()}}
    if state is not None:
        parameters["state"] = state
    if encryption is not None:
        return {"response": jwe.encrypt(parameters, encryption.jwk, encryption.enc)}
    return {**parameters, "vp_token": strict_json.dump(parameters["vp_token"]).decode()}


def encode_error(error: ErrorCode, *, state: str | None, description: str = "") -> dict[str, str]:
    """The form to post instead, in the clear also where an encrypted answer was asked for (section 8.3.1)."""
    form = {"error": error.value, "error_description": description, "state": state}
    return {name: value for name, value in form.items() if value}


def parse_answer(body: bytes, *, http: LoopbackHttp = LoopbackHttp.REFUSED) -> str | None:
    """Where the verifier wants the user agent sent now, as it answered the wallet's post (section 8.2); None: nowhere.

    Rejects as `strict_json.parse_object` and `require_url` do, and with `redirect_uri_malformed`.
    """
    answer = Members(strict_json.parse_object(body, max_bytes=MAX_ANSWER), "", _POST)
    address = answer.optional("redirect_uri", str)
    if address is not None:
        base, _, fragment = address.partition("#")  # the one address in this protocol that may have a fragment
        require_url(base, policy=http, where="/redirect_uri")
        if not (fragment.isascii() and fragment.isprintable()) or " " in fragment:
            raise answer.reject("redirect_uri_malformed", "redirect_uri")
    return address


def encode_dc_response(
    vp_token: Mapping[str, Sequence[str]], *, encryption: ResponseEncryption | None = None
) -> dict[str, Any]:
    """What the platform hands to the page (appendix A.4): the parameters as JSON, or encrypted."""
    parameters = {"vp_token": {query_id: list(shown) for query_id, shown in vp_token.items()}}
    if encryption is None:
        return parameters
    return {"response": jwe.encrypt(parameters, encryption.jwk, encryption.enc)}


def encode_dc_error(error: ErrorCode) -> dict[str, str]:
    """What the platform hands to the page instead."""
    return {"error": error.value}


# ----------------------------------------------------------------------------------------------------- the verifier
def encode_answer(redirect_uri: str | None) -> dict[str, str]:
    """The JSON object that the wallet's post is answered with; redirect_uri: holds the fresh response code."""
    return {} if redirect_uri is None else {"redirect_uri": redirect_uri}


def parse_response(
    form: Mapping[str, Sequence[str]],
    *,
    mode: ResponseMode,
    keys: Mapping[str, ec.EllipticCurvePrivateKey] | None = None,
    max_bytes: int = MAX_BYTES,
) -> ResponseParameters | WalletError:
    """What a wallet posted; mode: what the request asked for; keys: by the `kid` under which each was announced there.

    1. No parameter twice.  `parameter_repeated`
    2. Encrypted if and only if asked for, errors excepted.  `response_missing`, `response_not_encrypted`,
       `response_encryption_not_asked`, `response_ambiguous`, as `jwe.decrypt`
    3. An error or a vp_token, not both.  `response_ambiguous`, `error_malformed`, `state_malformed`
    4. The grammar of vp_token.  `vp_token_missing`, `vp_token_malformed`, `vp_token_empty`, `query_id_malformed`,
       `presentations_malformed`, `presentations_empty`, `presentations_too_many`, as `strict_json.parse`
    """
    found = single(form, _KNOWN)  # 1
    if mode is ResponseMode.DIRECT_POST_JWT and not ("error" in found and "response" not in found):  # 2
        parameters = _decrypted(found, keys or {}, max_bytes)
    else:
        parameters = _plain(found, max_bytes)
    members = Members(parameters, "", _SECTION)
    state = members.optional("state", str)
    if "error" in parameters:  # 3
        return _wallet_error(members, state)
    return _parameters(members, state)  # 4


def parse_dc_response(
    data: Mapping[str, Any],
    *,
    encrypted: bool,
    keys: Mapping[str, ec.EllipticCurvePrivateKey] | None = None,
    max_bytes: int = MAX_BYTES,
) -> ResponseParameters | WalletError:
    """What a page was handed (appendix A.4); encrypted: whether the request asked for that. Rejects as steps 2 to 4 of
    `parse_response`."""
    if encrypted and not ("error" in data and "response" not in data):
        text = Members(data, "", _ENCRYPTED).optional("response", str)
        found = {name: "" for name in ("vp_token", "error") if name in data}
        parameters = _decrypted(found if text is None else {**found, "response": text}, keys or {}, max_bytes)
    elif "response" in data:
        raise Rejection("response_encryption_not_asked", where="/response", section="OpenID4VP 1.0, appendix A.4")
    else:
        parameters = data
    members = Members(parameters, "", _SECTION)
    return _wallet_error(members, None) if "error" in parameters else _parameters(members, None)


def require_state(response: ResponseParameters | WalletError, expected: str | None) -> None:
    """The answer is to this request (sections 5.3 and 14.4.2); rejects with `state_missing` or `state_mismatch`."""
    if expected is None:
        return
    if response.state is None:
        raise Rejection("state_missing", where="/state", section="OpenID4VP 1.0, section 5.3")
    if not hmac.compare_digest(response.state.encode("utf-8", "surrogatepass"), expected.encode()):
        raise Rejection("state_mismatch", where="/state", section="OpenID4VP 1.0, section 5.3")


def _decrypted(
    found: Mapping[str, str], keys: Mapping[str, ec.EllipticCurvePrivateKey], max_bytes: int
) -> Mapping[str, Any]:
    if "response" not in found:
        reason = "response_not_encrypted" if "vp_token" in found else "response_missing"
        raise Rejection(reason, where="/response", section=_ENCRYPTED)
    if "vp_token" in found or "error" in found:
        raise Rejection("response_ambiguous", where="/response", section=_ENCRYPTED)
    return jwe.decrypt(found["response"], keys, max_bytes=max_bytes)


def _plain(found: Mapping[str, str], max_bytes: int) -> Mapping[str, Any]:
    if "response" in found:
        raise Rejection("response_encryption_not_asked", where="/response", section=_POST)
    if "vp_token" not in found:
        return found
    return {**found, "vp_token": strict_json.parse(found["vp_token"], max_bytes=max_bytes, where="/vp_token")}


def _wallet_error(members: Members, state: str | None) -> WalletError:
    if "vp_token" in members.values:
        raise members.reject("response_ambiguous", "error")
    error, description = members.required("error", str), members.values.get("error_description")
    for text in (error, *([description] if description else ())):
        if type(text) is not str or not _ERROR_TEXT.fullmatch(text):
            raise Rejection("error_malformed", where="/error", section=_ERROR)
    return WalletError(error=error, description=description or None, state=state)


def _parameters(members: Members, state: str | None) -> ResponseParameters:
    return ResponseParameters(vp_token=_vp_token(members), state=state)


def _vp_token(members: Members) -> Mapping[str, tuple[str, ...]]:
    token = members.object("vp_token")
    if not token.values:
        raise members.reject("vp_token_empty", "vp_token")
    for query_id in token.values:
        if not _QUERY_ID.fullmatch(query_id):
            raise members.reject("query_id_malformed", "vp_token")
    presented = {query_id: token.texts(query_id, called="presentations") for query_id in token.values}
    if sum(map(len, presented.values())) > MAX_PRESENTATIONS:
        raise members.reject("presentations_too_many", "vp_token")
    return MappingProxyType(presented)
