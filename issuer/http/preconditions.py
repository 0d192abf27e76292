"""Which version of a document a request is about (RFC 9110, sections 8.8.3 and 13.1.1): a strong entity tag, `"3"`."""

import re
from collections.abc import Mapping

from starlette.requests import Request

from issuer import refusals
from issuer.documents import Document
from issuer.http.problems import NO_STORE

_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"')
_VERSION = re.compile(r'"([1-9][0-9]{0,8})"')

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": 'The version that the request is of, as the `ETag` of the document says, `"3"`. If somebody has '
    "changed the document since, nothing is done.",
    "schema": {"type": "string", "pattern": _VERSION.pattern},
}


def versioned(document: Document) -> Mapping[str, str]:
    """Headers of an answer that shows the document as it is in this version."""
    return {**NO_STORE, "ETag": f'"{document.version}"'}


def version_required(request: Request) -> int | None:
    """None if the request is of whatever version there is. Refuses with `PreconditionMalformed`, and with
    `CorrectionOutdated` a tag that no version has."""
    sent = request.headers.getlist("if-match")
    if sent in ([], ["*"]):
        return None
    if len(sent) > 1 or _TAG.fullmatch(sent[0]) is None:
        raise refusals.PreconditionMalformed
    version = _VERSION.fullmatch(sent[0])
    if version is None:
        raise refusals.CorrectionOutdated
    return int(version[1])
