"""Credential offers: OpenID4VCI 1.0, section 4.1; HAIP 1.0, section 4.2.

An issuer offers by value, or by reference where the offer has to fit a QR code; a wallet reads the link, fetches the
offer if it is elsewhere, and holds it against the issuer's metadata. An offer is unsigned and may be anybody's: it
starts an issuance and proves nothing (section 13.5). Unknown parameters and unknown grants are ignored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vc_core import strict_json
from vc_core.addresses import LoopbackHttp, require_url
from vc_core.members import Members
from vc_core.parameters import build_link, parse_link
from vc_core.rejection import Rejection

SCHEME = "openid-credential-offer"
SCHEMES = (SCHEME, "haip-vci", "https")
"""Schemes that a wallet listens to; https for a claimed link of its own."""

MEDIA_TYPE = "application/json"
PRE_AUTHORIZED_CODE = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
AUTHORIZATION_CODE = "authorization_code"
MAX_BYTES = 65536
MAX_DESCRIPTION = 300

_SECTION = "OpenID4VCI 1.0, section 4.1"
_PARAMETERS = f"{_SECTION}.1"


class InputMode(StrEnum):
    NUMERIC = "numeric"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class TxCode:
    """What a transaction code looks like; that it is there at all means that one has to be sent."""

    input_mode: InputMode = InputMode.NUMERIC
    length: int | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCodeGrant:
    """issuer_state: to be sent back in the authorization request."""

    issuer_state: str | None = None
    authorization_server: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreAuthorizedCodeGrant:
    """tx_code: None when no transaction code is asked for."""

    pre_authorized_code: str
    tx_code: TxCode | None = None
    authorization_server: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialOffer:
    """An offer; without grants the wallet takes what the authorization server's metadata names."""

    credential_issuer: str
    credential_configuration_ids: tuple[str, ...]
    authorization_code: AuthorizationCodeGrant | None = None
    pre_authorized_code: PreAuthorizedCodeGrant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferByReference:
    """The offer is fetched from here: GET, JSON."""

    credential_offer_uri: str


# ------------------------------------------------------------------------------------------------------- the issuer
def encode_offer(offer: CredentialOffer) -> dict[str, Any]:
    """The JSON object of section 4.1.1; nothing is written that has no value."""
    grants: dict[str, Any] = {}
    if (by_code := offer.authorization_code) is not None:
        grants[AUTHORIZATION_CODE] = _present(
            issuer_state=by_code.issuer_state, authorization_server=by_code.authorization_server
        )
    if (pre := offer.pre_authorized_code) is not None:
        grants[PRE_AUTHORIZED_CODE] = {
            "pre-authorized_code": pre.pre_authorized_code,
            **_present(tx_code=_encode_tx_code(pre.tx_code), authorization_server=pre.authorization_server),
        }
    return {
        "credential_issuer": offer.credential_issuer,
        "credential_configuration_ids": list(offer.credential_configuration_ids),
        **_present(grants=grants or None),
    }


def _encode_tx_code(tx_code: TxCode | None) -> dict[str, Any] | None:
    if tx_code is None:
        return None
    mode = None if tx_code.input_mode is InputMode.NUMERIC else tx_code.input_mode.value
    return _present(input_mode=mode, length=tx_code.length, description=tx_code.description)


def _present(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def offer_link(offer: CredentialOffer, *, scheme: str = SCHEME) -> str:
    """A link that holds the offer."""
    return build_link(scheme, {"credential_offer": strict_json.dump(encode_offer(offer)).decode()})


def offer_link_by_reference(credential_offer_uri: str, *, scheme: str = SCHEME) -> str:
    """A link to the offer, which is small enough for a QR code."""
    return build_link(scheme, {"credential_offer_uri": credential_offer_uri})


# ------------------------------------------------------------------------------------------------------- the wallet
def parse_offer_link(text: str, *, http: LoopbackHttp = LoopbackHttp.REFUSED) -> CredentialOffer | OfferByReference:
    """Reads a link; exactly one of two parameters.

    Rejects with `offer_missing`, `offer_given_twice`, or as `parse_link`, `require_url`, `parse_offer`.
    """
    found = parse_link(text, schemes=SCHEMES, known=("credential_offer", "credential_offer_uri"))
    if len(found) != 1:
        raise Rejection("offer_given_twice" if found else "offer_missing", section=_SECTION)
    if "credential_offer" in found:
        return parse_offer(found["credential_offer"], http=http)
    uri = require_url(found["credential_offer_uri"], policy=http, where="/credential_offer_uri")
    return OfferByReference(credential_offer_uri=uri)


def parse_fetched_offer(
    body: bytes, *, content_type: str, http: LoopbackHttp = LoopbackHttp.REFUSED
) -> CredentialOffer:
    """An offer as `credential_offer_uri` gave it; rejects with `offer_media_type_wrong`, or as `parse_offer`."""
    if content_type.partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise Rejection("offer_media_type_wrong", section=f"{_SECTION}.3")
    return parse_offer(body, http=http)


def parse_offer(text: bytes | str, *, http: LoopbackHttp = LoopbackHttp.REFUSED) -> CredentialOffer:
    """Reads the JSON object of section 4.1.1.

    Rejects as `strict_json.parse_object`, `require_url` (for `credential_issuer`) and `Members`, and with
    `credential_issuer_malformed`, `credential_configuration_id_repeated`, `input_mode_unknown`, `length_malformed` or
    `description_too_long`.
    """
    members = Members(strict_json.parse_object(text, max_bytes=MAX_BYTES), "", _PARAMETERS)
    issuer = require_url(members.required("credential_issuer", str), policy=http, where="/credential_issuer")
    if "?" in issuer:
        raise members.reject("credential_issuer_malformed", "credential_issuer")
    ids = members.texts("credential_configuration_ids")
    if len(set(ids)) != len(ids):
        raise members.reject("credential_configuration_id_repeated", "credential_configuration_ids")
    grants = members.object("grants") if "grants" in members.values else Members({}, "/grants", _PARAMETERS)
    return CredentialOffer(
        credential_issuer=issuer,
        credential_configuration_ids=ids,
        authorization_code=_authorization_code(grants),
        pre_authorized_code=_pre_authorized_code(grants),
    )


def _authorization_code(grants: Members) -> AuthorizationCodeGrant | None:
    if AUTHORIZATION_CODE not in grants.values:
        return None
    grant = grants.object(AUTHORIZATION_CODE)
    return AuthorizationCodeGrant(
        issuer_state=grant.optional("issuer_state", str),
        authorization_server=grant.optional("authorization_server", str),
    )


def _pre_authorized_code(grants: Members) -> PreAuthorizedCodeGrant | None:
    if PRE_AUTHORIZED_CODE not in grants.values:
        return None
    grant = grants.object(PRE_AUTHORIZED_CODE, called="pre_authorized_code_grant")
    return PreAuthorizedCodeGrant(
        pre_authorized_code=grant.required("pre-authorized_code", str),
        tx_code=_tx_code(grant.object("tx_code")) if "tx_code" in grant.values else None,
        authorization_server=grant.optional("authorization_server", str),
    )


def _tx_code(members: Members) -> TxCode:
    length, description = members.optional("length", int), members.optional("description", str)
    if length is not None and length < 1:
        raise members.reject("length_malformed", "length")
    if description is not None and len(description) > MAX_DESCRIPTION:
        raise members.reject("description_too_long", "description")
    try:
        mode = InputMode(members.optional("input_mode", str) or InputMode.NUMERIC)
    except ValueError:
        raise members.reject("input_mode_unknown", "input_mode") from None
    return TxCode(input_mode=mode, length=length, description=description)


def require_offered(offer: CredentialOffer, metadata: Mapping[str, Any]) -> None:
    """The offer is one that this issuer can make; metadata: the issuer's, its own form checked already.

    Rejects with `credential_issuer_mismatch`, `credential_configuration_unknown`, `authorization_server_unexpected`
    (the metadata does not name several) or `authorization_server_unknown`.
    """
    if metadata.get("credential_issuer") != offer.credential_issuer:
        raise Rejection(
            "credential_issuer_mismatch", where="/credential_issuer", section="OpenID4VCI 1.0, section 12.2.4"
        )
    for index, configuration_id in enumerate(offer.credential_configuration_ids):
        if configuration_id not in metadata.get("credential_configurations_supported", {}):
            place = f"/credential_configuration_ids/{index}"
            raise Rejection("credential_configuration_unknown", where=place, section=_PARAMETERS)
    servers = metadata.get("authorization_servers", ())
    for name, grant in (
        (AUTHORIZATION_CODE, offer.authorization_code),
        (PRE_AUTHORIZED_CODE, offer.pre_authorized_code),
    ):
        if grant is not None and grant.authorization_server is not None:
            place = f"/grants/{name}/authorization_server"
            if len(servers) < 2:
                raise Rejection("authorization_server_unexpected", where=place, section=_PARAMETERS)
            if grant.authorization_server not in servers:
                raise Rejection("authorization_server_unknown", where=place, section=_PARAMETERS)
