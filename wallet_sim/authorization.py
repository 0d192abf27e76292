"""Asking for an authorization code: RFC 9126, 7636, 9207; OpenID4VCI 1.0, section 5; HAIP 1.0, section 4.

What the wallet says and reads, as values; `code_flow` sends them, `browser` stands for the holder's browser. Scopes are
used where the issuer names one for every configuration wanted, `authorization_details` otherwise.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from vc_core import pkce, strict_json
from vc_core.addresses import LoopbackHttp, require_url
from vc_core.client_attestation import METHOD
from vc_core.credential_offer import AUTHORIZATION_CODE
from vc_core.members import Members
from vc_core.parameters import single
from vc_core.rejection import Rejection
from wallet_sim.access_token import MAX_BYTES
from wallet_sim.exchange import FORM, JSON, Answer, Headers, RequestDraft, declined
from wallet_sim.issuer_metadata import Configuration
from wallet_sim.refusals import PeerDeclined

REDIRECT_URI = "socsec-wallet://authorized"

_METADATA = "RFC 8414, section 2"
_PUSHED = "RFC 9126, section 2.2"
_ANSWER = "RFC 6749, section 4.1.2"
_KNOWN = ("code", "state", "iss", "error", "error_description")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeServer:
    """Where an authorization server gives codes. challenge_endpoint: None where it gives out no challenges."""

    issuer: str
    token_endpoint: str
    push_endpoint: str
    authorization_endpoint: str
    challenge_endpoint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One authorization request, and what only its sender knows: `state` and the verifier of PKCE."""

    client_id: str
    configurations: tuple[Configuration, ...]
    issuer_state: str | None
    state: str
    verifier: str


def parse_code_server(body: bytes, *, issuer: str, http: LoopbackHttp) -> CodeServer:
    """Reads the document found for `issuer`.

    Rejects as `strict_json.parse_object`, `Members` and `require_url`, and with `authorization_server_mismatch`,
    `grant_type_unsupported`, `code_challenge_method_unsupported` or `client_authentication_unsupported`.
    """
    members = Members(strict_json.parse_object(body, max_bytes=MAX_BYTES), "", _METADATA)
    if members.required("issuer", str) != issuer:
        raise members.reject("authorization_server_mismatch", "issuer")
    for name, wanted, reason in (
        ("grant_types_supported", AUTHORIZATION_CODE, "grant_type_unsupported"),
        ("code_challenge_methods_supported", pkce.METHOD, "code_challenge_method_unsupported"),
        ("token_endpoint_auth_methods_supported", METHOD, "client_authentication_unsupported"),
    ):
        if wanted not in members.texts(name):
            raise members.reject(reason, name)
    named = ("token_endpoint", "pushed_authorization_request_endpoint", "authorization_endpoint")
    token, push, authorize = (require_url(members.required(name, str), policy=http, where=f"/{name}") for name in named)
    challenge = members.optional("challenge_endpoint", str)
    if challenge is not None:
        require_url(challenge, policy=http, where="/challenge_endpoint")
    return CodeServer(
        issuer=issuer,
        token_endpoint=token,
        push_endpoint=push,
        authorization_endpoint=authorize,
        challenge_endpoint=challenge,
    )


def read_challenge(answer: Answer) -> str:
    """Raises `PeerDeclined`, `PeerUnavailable` or a `Rejection` as `Members`."""
    if answer.status != 200:
        raise declined(answer)
    document = strict_json.parse_object(answer.body, max_bytes=MAX_BYTES)
    return Members(document, "", "client attestation, section 6.1").required("attestation_challenge", str)


def push_request(server: CodeServer, wish: Wish, headers: Headers) -> RequestDraft:
    """RFC 9126, section 2.1."""
    form = {
        "response_type": "code",
        "client_id": wish.client_id,
        "redirect_uri": REDIRECT_URI,
        "state": wish.state,
        "code_challenge": pkce.challenge_of(wish.verifier),
        "code_challenge_method": pkce.METHOD,
        **_wanted(wish.configurations),
    }
    if wish.issuer_state is not None:
        form["issuer_state"] = wish.issuer_state
    return RequestDraft(url=server.push_endpoint, media_type=FORM, content=urlencode(form).encode(), headers=headers)


def _wanted(configurations: Sequence[Configuration]) -> Mapping[str, str]:
    scopes = [configuration.members.get("scope") for configuration in configurations]
    if all(isinstance(scope, str) and scope for scope in scopes):
        return {"scope": " ".join(dict.fromkeys(map(str, scopes)))}
    details = [{"type": "openid_credential", "credential_configuration_id": one.id} for one in configurations]
    return {"authorization_details": strict_json.dump(details).decode()}


def read_pushed(answer: Answer) -> str:
    """The `request_uri`. Raises `PeerDeclined`, `PeerUnavailable`, or a `Rejection` as `Members`."""
    if answer.status != 201:
        raise declined(answer)
    if answer.media_type != JSON:
        raise Rejection("media_type_wrong", evidence={"url": answer.url, "expected": JSON})
    return Members(strict_json.parse_object(answer.body, max_bytes=MAX_BYTES), "", _PUSHED).required("request_uri", str)


def authorization_address(server: CodeServer, wish: Wish, request_uri: str) -> str:
    """What the holder's browser opens (RFC 9126, section 4)."""
    joint = "&" if urlsplit(server.authorization_endpoint).query else "?"
    query = urlencode({"client_id": wish.client_id, "request_uri": request_uri})
    return f"{server.authorization_endpoint}{joint}{query}"


def read_callback(address: str, server: CodeServer, wish: Wish) -> str:
    """The code in the address that the browser was sent to.

    Rejects with `callback_malformed`, `parameter_repeated`, `iss_missing`, `iss_wrong` (RFC 9207, section 2.4),
    `state_missing`, `state_wrong` or `code_missing`; raises `PeerDeclined` for an error.
    """
    try:
        found = parse_qs(urlsplit(address).query, keep_blank_values=True, errors="strict", max_num_fields=64)
    except ValueError:
        raise Rejection("callback_malformed", section=_ANSWER) from None
    answer = Members(single(found, _KNOWN), "", _ANSWER)
    if answer.required("iss", str) != server.issuer:
        raise Rejection("iss_wrong", where="/iss", section="RFC 9207, section 2.4")
    state = answer.required("state", str)
    if not hmac.compare_digest(state.encode(), wish.state.encode()):
        raise Rejection("state_wrong", where="/state", section=_ANSWER)
    if "error" in answer.values:
        raise PeerDeclined(status=303, error=answer.values["error"][:200])
    return answer.required("code", str)


def code_request(server: CodeServer, wish: Wish, code: str, headers: Headers) -> RequestDraft:
    """RFC 6749, section 4.1.3."""
    form = {
        "grant_type": AUTHORIZATION_CODE,
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": wish.verifier,
        "client_id": wish.client_id,
    }
    return RequestDraft(url=server.token_endpoint, media_type=FORM, content=urlencode(form).encode(), headers=headers)
