"""One valid mdoc of an invented type, and the means to change exactly one thing in it.

Salts come from a counter, so two runs differ in signatures only.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from tests.vc_core.forged_jws import ABSENT, software_key
from tests.vc_core.test_cose import certificate
from vc_core import cbor, mdoc, session_transcript
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey

DOC_TYPE = "org.example.card.1"
NAME_SPACE = "org.example.card"
OTHER_NAME_SPACE = "org.example.extra"
ISSUER = SoftwareKey(software_key(11).private_key, (certificate("document signer"),))
DEVICE = software_key(21)
READER = software_key(22)
SIGNED = datetime(2026, 2, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2026, 5, 1, tzinfo=UTC)
STATUS = {"status_list": {"idx": 412, "uri": "https://status.example/lists/1"}}
ELEMENTS: dict[str, dict[str, object]] = {
    NAME_SPACE: {
        "family_name": "Müller",
        "birth_date": date(1980, 5, 23),
        "places": [{"country": "DE", "since": date(2026, 2, 1)}],
        "photo": bytes(range(40)),
    },
    OTHER_NAME_SPACE: {"posted": True, "weeks": 12},
}
TRANSCRIPT = session_transcript.openid4vp_redirect(
    client_id="x509_hash:abc", nonce="n-0S6_WzA2Mj", jwk_thumbprint=None, response_uri="https://verifier.example/r"
)


def counted(size: int) -> bytes:
    """Bytes that never repeat within one draw, in place of randomness."""
    return b"".join(hashlib.sha256(bytes((i >> 8, i & 255))).digest() for i in range(size // 32 + 1))[:size]


def plan(**changes: Any) -> mdoc.IssuerSignedPlan:
    arguments: dict[str, Any] = {
        "doc_type": DOC_TYPE,
        "namespaces": ELEMENTS,
        "device_key": DEVICE.public_key,
        "signed": SIGNED,
        "valid_from": SIGNED,
        "valid_until": VALID_UNTIL,
        "random": counted,
        "status": STATUS,
    }
    return mdoc.plan_issuer_signed(**(arguments | changes))


def issued(**changes: Any) -> bytes:
    return mdoc.sign(plan(**changes), signer=ISSUER)


def with_mso(path: tuple[Any, ...], value: object) -> bytes:
    """Issued and signed properly, with one thing in the MSO changed; ABSENT takes it out."""
    valid = plan()
    return mdoc.sign(replace(valid, mso=changed(dict(valid.mso), path, value)), signer=ISSUER)


def changed(value: Any, path: tuple[Any, ...], new: object) -> Any:
    """A decoded value with the member at `path` replaced, or left out for ABSENT."""
    step, *rest = path
    copy: Any = dict(value) if isinstance(value, Mapping) else list(value)
    if rest:
        copy[step] = changed(copy[step], tuple(rest), new)
    elif new is ABSENT:
        del copy[step]
    else:
        copy[step] = new
    return copy


def altered(encoded: bytes, path: tuple[Any, ...], new: object) -> bytes:
    """Encoded CBOR with one thing changed; everything embedded in tag 24 keeps its bytes."""
    return cbor.dumps(changed(cbor.loads(encoded), path, new))


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything inside a decoded value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(place for key, item in inner for place in places(item, (*path, key)))]


def presented(issuer_signed: bytes | None = None, **changes: Any) -> bytes:
    arguments: dict[str, Any] = {
        "doc_type": DOC_TYPE,
        "elements": {NAME_SPACE: ["family_name", "birth_date"], OTHER_NAME_SPACE: ["posted"]},
        "session_transcript": TRANSCRIPT,
        "holder": DEVICE,
    }
    return mdoc.present(issuer_signed or issued(), **(arguments | changes))


def reason(action: Any, *arguments: Any, **named: Any) -> str | None:
    """The reason it is rejected for; None if it is not."""
    try:
        action(*arguments, **named)
    except Rejection as rejection:
        return rejection.reason
    return None
