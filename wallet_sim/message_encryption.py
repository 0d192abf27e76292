"""Encrypted credential requests and answers: OpenID4VCI 1.0, sections 8.2, 10 and 12.2.4.

A wallet encrypts whenever the issuer offers it: the request to the issuer's key, and the answer to a key of its own
made for this one request, sent along in it. Where an issuer demands what this wallet cannot do, it is refused before
anything is sent. Left out: compression, other algorithms than ECDH-ES on P-256.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from vc_core import jwe, strict_json
from vc_core.jose import jwk_from_public_key
from vc_core.members import Members
from vc_core.pilot import new_key
from vc_core.rejection import Rejection
from vc_core.signer import RandomBytes
from wallet_sim.exchange import JSON, Answer, RequestDraft

MEDIA_TYPE = "application/jwt"
REQUEST, RESPONSE = "credential_request_encryption", "credential_response_encryption"

_SECTION = "OpenID4VCI 1.0, section 10"
_KEY_ID = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEncryption:
    """What is used of what an issuer offers. jwk: the issuer's, for requests; enc: their content encryption.

    answer_enc: content encryption of answers, None for answers in the clear.
    """

    jwk: Mapping[str, Any]
    enc: str
    answer_enc: str | None

    def seal(self, draft: RequestDraft, random: RandomBytes) -> tuple[RequestDraft, "AnswerKey | None"]:
        """A request whose content is a JSON object, encrypted; and what opens the answer, None for one in the clear."""
        body = strict_json.parse_object(draft.content, max_bytes=len(draft.content))
        opens = None if self.answer_enc is None else AnswerKey(key=new_key(random), enc=self.answer_enc)
        if opens is not None:
            body = {**body, RESPONSE: opens.announced()}
        content = jwe.encrypt(body, self.jwk, self.enc).encode("ascii")
        return replace(draft, media_type=MEDIA_TYPE, content=content), opens


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AnswerKey:
    """Made for one answer."""

    key: ec.EllipticCurvePrivateKey
    enc: str

    def announced(self) -> dict[str, Any]:
        jwk = jwk_from_public_key(self.key.public_key())
        return {"jwk": {**jwk, "kid": _KEY_ID, "use": "enc", "alg": jwe.ALGORITHM}, "enc": self.enc}

    def open(self, answer: Answer) -> Answer:
        """The answer in the clear; errors are never encrypted (section 8.3.1.2).

        Rejects with `answer_not_encrypted`, or as `jwe.decrypt`.
        """
        if answer.status not in (200, 202):
            return answer
        if answer.media_type != MEDIA_TYPE:
            raise Rejection("answer_not_encrypted", section=_SECTION)
        text = answer.body.decode("ascii", errors="replace")
        body = jwe.decrypt(text, {_KEY_ID: self.key}, encryptions={self.enc}, max_bytes=len(answer.body))
        return replace(answer, headers={**answer.headers, "content-type": JSON}, body=strict_json.dump(body))


def parse_encryption(members: Members) -> MessageEncryption | None:
    """Reads the issuer's metadata; None where nothing is offered that can be used.

    Rejects as `Members`, and with `request_encryption_unsupported` or `response_encryption_unsupported` where it is
    demanded.
    """
    request, response = _offered(members, REQUEST), _offered(members, RESPONSE)
    answer_enc = None if response is None else _answer_encryption(response)
    used = None if request is None else _request_encryption(request, answer_enc)
    if used is None and request is not None and request.optional("encryption_required", bool):
        raise request.reject("request_encryption_unsupported", "encryption_required")
    if response is not None and response.optional("encryption_required", bool) and (used is None or answer_enc is None):
        raise response.reject("response_encryption_unsupported", "encryption_required")
    return used


def _offered(members: Members, name: str) -> Members | None:
    return members.object(name) if name in members.values else None


def _answer_encryption(response: Members) -> str | None:
    if jwe.ALGORITHM not in response.texts("alg_values_supported"):
        return None
    return _best(response.texts("enc_values_supported"))


def _request_encryption(request: Members, answer_enc: str | None) -> MessageEncryption | None:
    enc = _best(request.texts("enc_values_supported"))
    try:
        jwk = jwe.choose_key(request.object("jwks").items("keys"))
    except Rejection as rejection:
        if rejection.reason == "jwe_key_none_usable":
            return None
        raise
    return None if enc is None else MessageEncryption(jwk=jwk, enc=enc, answer_enc=answer_enc)


def _best(offered: tuple[str, ...]) -> str | None:
    return next((enc for enc in jwe.ENCRYPTIONS if enc in offered), None)
