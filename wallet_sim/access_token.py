"""From a pre-authorized code to an access token: OpenID4VCI 1.0, section 6; RFC 8414; RFC 9449, section 5.

The wallet is an anonymous client: it has no `client_id`, and the authorization server has to say that it takes such.
The token is bound to the DPoP key; a server that answers with another kind of token is refused. A refresh token is
used only to come again for what was not ready (`coming_again`). The authorization code flow is in `authorization` and
`code_flow`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from vc_core import strict_json
from vc_core.addresses import LoopbackHttp, require_url
from vc_core.credential_offer import PRE_AUTHORIZED_CODE, InputMode, PreAuthorizedCodeGrant, TxCode
from vc_core.members import Members
from vc_core.rejection import Rejection
from wallet_sim.exchange import FORM, JSON, Answer, Headers, RequestDraft, declined, require_ok
from wallet_sim.possession import SCHEME
from wallet_sim.refusals import TransactionCodeRefused

WELL_KNOWN = "oauth-authorization-server"
MAX_BYTES = 256 * 1024

_METADATA = "RFC 8414, section 3.3"
_RESPONSE = "OpenID4VCI 1.0, section 6.2"
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750, section 2.1
_DETAILS = "authorization_details"
_DETAILS_TYPE = "openid_credential"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationServer:
    issuer: str
    token_endpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """value: the bearer of the rights. identifiers: configuration id -> credential identifiers, where the server gave
    any; these then stand in the credential request instead of the configuration (section 8.2). refresh: the token that
    gets the next one, None where the server gave none."""

    value: str = field(repr=False)
    identifiers: Mapping[str, tuple[str, ...]]
    refresh: str | None = field(default=None, repr=False)


def parse_server_metadata(body: bytes, *, issuer: str, http: LoopbackHttp) -> AuthorizationServer:
    """Reads the document found for `issuer`.

    Rejects as `strict_json.parse_object`, `Members` and `require_url`, and with `authorization_server_mismatch`,
    `grant_type_unsupported` or `anonymous_access_unsupported`.
    """
    members = Members(strict_json.parse_object(body, max_bytes=MAX_BYTES), "", _METADATA)
    if members.required("issuer", str) != issuer:
        raise members.reject("authorization_server_mismatch", "issuer")
    if "grant_types_supported" in members.values and PRE_AUTHORIZED_CODE not in members.texts("grant_types_supported"):
        raise members.reject("grant_type_unsupported", "grant_types_supported")
    if not members.optional("pre-authorized_grant_anonymous_access_supported", bool):
        raise Rejection("anonymous_access_unsupported", section="OpenID4VCI 1.0, section 6.1")
    endpoint = require_url(members.required("token_endpoint", str), policy=http, where="/token_endpoint")
    return AuthorizationServer(issuer=issuer, token_endpoint=endpoint)


def require_tx_code(expected: TxCode | None, given: str | None) -> None:
    """A code is sent if and only if the offer asks for one, and only if it can be right (section 4.1.1).

    Raises `TransactionCodeRefused`.
    """
    if expected is None:
        if given is not None:
            raise TransactionCodeRefused("tx_code_unexpected")
        return
    if given is None:
        raise TransactionCodeRefused("tx_code_missing")
    numeric = expected.input_mode is InputMode.NUMERIC
    wrong_length = expected.length is not None and len(given) != expected.length
    if not given or wrong_length or (numeric and not (given.isascii() and given.isdecimal())):
        raise TransactionCodeRefused("tx_code_malformed")


def token_request(server: AuthorizationServer, grant: PreAuthorizedCodeGrant, tx_code: str | None) -> RequestDraft:
    """Section 6.1."""
    form = {"grant_type": PRE_AUTHORIZED_CODE, "pre-authorized_code": grant.pre_authorized_code}
    if tx_code is not None:
        form["tx_code"] = tx_code
    return RequestDraft(url=server.token_endpoint, media_type=FORM, content=urlencode(form).encode())


def refresh_request(endpoint: str, refresh: str, *, client_id: str | None, headers: Headers = ()) -> RequestDraft:
    """RFC 6749, section 6. client_id: of an attested client, None for an anonymous one."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    if client_id is not None:
        form["client_id"] = client_id
    return RequestDraft(url=endpoint, media_type=FORM, content=urlencode(form).encode(), headers=headers)


def read_token(answer: Answer) -> AccessToken:
    """Section 6.2. Raises `PeerDeclined`, `PeerUnavailable`, or a `Rejection` as `Members`, with
    `access_token_malformed` or `token_type_not_dpop`."""
    if answer.status != 200:
        raise declined(answer)
    members = Members(strict_json.parse_object(require_ok(answer, JSON), max_bytes=MAX_BYTES), "", _RESPONSE)
    value = members.required("access_token", str)
    if not _TOKEN.fullmatch(value):
        raise members.reject("access_token_malformed", "access_token")
    if members.required("token_type", str).lower() != SCHEME.lower():
        raise Rejection("token_type_not_dpop", where="/token_type", section="RFC 9449, section 5")
    refresh = members.optional("refresh_token", str)
    return AccessToken(value=value, identifiers=_identifiers(members), refresh=refresh or None)


def _identifiers(members: Members) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for index, item in enumerate(members.optional(_DETAILS, list) or ()):
        detail = Members.of(item, called=_DETAILS, where=f"{members.at(_DETAILS)}/{index}", section=_RESPONSE)
        if detail.required("type", str) == _DETAILS_TYPE:
            configuration_id = detail.required("credential_configuration_id", str)
            found[configuration_id] = detail.texts("credential_identifiers")
    return found
