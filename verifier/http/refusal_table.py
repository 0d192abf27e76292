"""What each refusal looks like over HTTP: status and error code, in one table. A test holds that none is missing.

A wallet sees `{"error": "invalid_request", "check": <id>}` and no more (OpenID4VP 1.0, section 8.5; design.md 12);
whoever uses the inspector's interface sees `{"error", "detail", "where"}`, and of a body that is too large `max_bytes`.
"""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from verifier import refusals
from verifier.http.answers import json_answer
from verifier.refusals import Refusal, WalletRefusal

INVALID_REQUEST = "invalid_request"

TABLE: Mapping[type[Refusal], tuple[int, str]] = {
    refusals.BodyMalformed: (400, "body_malformed"),
    refusals.BodyTooLarge: (413, "body_too_large"),
    refusals.MediaTypeNotSupported: (415, "media_type_not_supported"),
    refusals.TypeUnknown: (422, "type_unknown"),
    refusals.ProfileUnknown: (422, "profile_unknown"),
    refusals.ExpectationMissing: (422, "expectation_missing"),
    refusals.FormatNotOffered: (422, "format_not_offered"),
    refusals.TransactionTypeUnknown: (422, "transaction_type_unknown"),
    refusals.ProtocolNotOffered: (422, "protocol_not_offered"),
    refusals.OriginNotExpected: (400, "origin_not_expected"),
    refusals.ImageUnreadable: (422, "image_unreadable"),
    refusals.NoCodeInImage: (422, "no_code_found"),
    refusals.TokenWrong: (401, "token_wrong"),
    refusals.ResponseCodeWrong: (403, "response_code_wrong"),
    refusals.RequestUnknown: (404, "request_unknown"),
    refusals.VerdictUnknown: (404, "verdict_unknown"),
    refusals.NothingToCompare: (409, "nothing_to_compare"),
    refusals.DialogueNotOffered: (409, "dialogue_not_offered"),
    refusals.RequestNotOffered: (410, "request_not_offered"),
    refusals.ResponseTooLarge: (413, INVALID_REQUEST),
    refusals.ResponseToUnknownRequest: (400, INVALID_REQUEST),
    refusals.ResponseBeforeFetch: (400, INVALID_REQUEST),
    refusals.ResponseReplayed: (400, INVALID_REQUEST),
    refusals.ResponseTooLate: (400, INVALID_REQUEST),
    refusals.ResponseMalformed: (400, INVALID_REQUEST),
    refusals.ResponseNotEncrypted: (400, INVALID_REQUEST),
    refusals.ResponseUndecipherable: (400, INVALID_REQUEST),
    refusals.StateMismatch: (400, INVALID_REQUEST),
    refusals.PresentationRefused: (400, INVALID_REQUEST),
}


def refusal_response(_: Request, refusal: Exception) -> Response:
    """The answer to a refused request; registered for `Refusal`."""
    if not isinstance(refusal, Refusal):
        raise refusal
    status, code = TABLE[type(refusal)]
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(refusal, refusals.TokenWrong) else None
    return error_response(status, _body(refusal, code), headers)


def error_response(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return json_answer(body, status=status, headers=headers)


def _body(refusal: Refusal, code: str) -> dict[str, Any]:
    if isinstance(refusal, WalletRefusal):
        return {"error": code, "check": refusal.named()}
    where = {"where": refusal.where} if refusal.where else {}
    most = {"max_bytes": refusal.max_bytes} if isinstance(refusal, refusals.BodyTooLarge) else {}
    return {"error": code, "detail": refusal.detail, **where, **most}
