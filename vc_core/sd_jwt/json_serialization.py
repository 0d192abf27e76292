"""The JSON forms of an SD-JWT: flattened, and general with several issuer signatures (RFC 9901, section 8).

A document becomes the same `SdJwt` as the compact form, of its first signature, so that everything else is written
once. Unprotected header parameters other than `disclosures` and `kb_jwt` are covered by no signature: none is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from vc_core import strict_json
from vc_core.jose import Jws, parse_jws
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.sd_jwt.compact import MAX_BYTES, SdJwt, assemble

MAX_SIGNATURES = 8

_SECTION = "RFC 9901, section 8"
_JWS_SECTION = "RFC 7515, section 7.2"
_PARAMETERS = frozenset({"disclosures", "kb_jwt"})


def parse_json(document: bytes | str) -> SdJwt:
    """Reads either form.

    Rejects with `json_forms_mixed`, `signatures_too_many`, `header_repeated`, `header_parameter_misplaced`, the reasons
    of `Members` for `payload`, `signatures`, `signature`, `protected`, `header`, `disclosures` and `kb_jwt`, as
    `strict_json.parse_object`, and as `parse_compact` does for the parts.
    """
    members = Members(strict_json.parse_object(document, max_bytes=MAX_BYTES), "", _JWS_SECTION)
    payload = members.required("payload", str)
    first, *others = _signatures(members)
    header = _unprotected(first)
    sd_jwt = assemble(_compact(first, payload), _disclosures(header), _kb_jwt(header))
    _require_disjoint(sd_jwt.jwt, header)
    return replace(sd_jwt, further_signatures=tuple(_further(other, payload) for other in others))


def to_flattened(sd_jwt: SdJwt, unprotected: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The flattened form (section 8.2), of the first signature. unprotected: further header parameters."""
    return {"payload": _part(sd_jwt.jwt, 1), **_signature(sd_jwt.jwt, {**(unprotected or {}), **_parameters(sd_jwt)})}


def to_general(sd_jwt: SdJwt, unprotected: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The general form (section 8.3). unprotected: further header parameters of each signature in turn."""
    signatures = (sd_jwt.jwt, *sd_jwt.further_signatures)
    headers = [dict(header) for header in unprotected] or [{} for _ in signatures]
    headers[0] |= _parameters(sd_jwt)
    return {
        "payload": _part(sd_jwt.jwt, 1),
        "signatures": [_signature(jws, header) for jws, header in zip(signatures, headers, strict=True)],
    }


def _signatures(members: Members) -> list[Members]:
    """The signatures of the general form, or the document itself as the one signature of the flattened form."""
    if "signatures" not in members.values:
        return [members]
    if not members.values.keys().isdisjoint({"signature", "protected", "header"}):
        raise Rejection("json_forms_mixed", section=_JWS_SECTION)
    items = members.items("signatures")
    if len(items) > MAX_SIGNATURES:
        raise Rejection("signatures_too_many", where="/signatures", evidence={"limit": MAX_SIGNATURES})
    return [
        Members.of(item, called="signature", where=f"/signatures/{index}", section=_JWS_SECTION)
        for index, item in enumerate(items)
    ]


def _further(signature: Members, payload: str) -> Jws:
    header = _unprotected(signature)
    if not _PARAMETERS.isdisjoint(header.values):
        raise Rejection("header_parameter_misplaced", where=header.where, section="RFC 9901, section 8.3")
    jws = parse_jws(_compact(signature, payload), max_bytes=MAX_BYTES, where=signature.where)
    _require_disjoint(jws, header)
    return jws


def _compact(signature: Members, payload: str) -> str:
    return ".".join((signature.required("protected", str), payload, signature.required("signature", str)))


def _unprotected(signature: Members) -> Members:
    return Members(signature.optional("header", dict) or {}, signature.at("header"), f"{_SECTION}.1")


def _disclosures(header: Members) -> list[str]:
    disclosures = header.optional("disclosures", list) or []
    if not all(type(text) is str for text in disclosures):
        raise header.reject("disclosures_malformed", "disclosures")
    return disclosures


def _kb_jwt(header: Members) -> str | None:
    text = header.optional("kb_jwt", str)
    if text is not None and text.count(".") != 2:
        raise header.reject("kb_jwt_malformed", "kb_jwt")
    return text


def _require_disjoint(jws: Jws, unprotected: Members) -> None:
    if not jws.header.keys().isdisjoint(unprotected.values):
        raise Rejection("header_repeated", where=unprotected.where, section=_JWS_SECTION)


def _parameters(sd_jwt: SdJwt) -> dict[str, Any]:
    disclosures = [disclosure.text for disclosure in sd_jwt.disclosures]
    return {"disclosures": disclosures} | ({"kb_jwt": sd_jwt.kb_jwt} if sd_jwt.kb_jwt else {})


def _signature(jws: Jws, header: Mapping[str, Any]) -> dict[str, Any]:
    members = {"protected": _part(jws, 0), "signature": _part(jws, 2)}
    return {**members, "header": dict(header)} if header else members


def _part(jws: Jws, index: int) -> str:
    return jws.text.split(".")[index]
