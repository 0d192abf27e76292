"""QR codes as images, SVG and PNG."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from issuer import refusals
from issuer.http.institution_access import KEY_REFUSALS
from issuer.http.problems import NO_STORE
from issuer.http.schemas import problem_responses
from issuer.refusals import Refusal
from vc_core import qr

OFFER_QR_VERSION = 9
SVG, PNG = "image/svg+xml", "image/png"

DrawnText = Callable[..., tuple[str, int]]
"""A dependency: what the code says, and the highest version of QR code that it may have."""


def add_qr_images(router: APIRouter, path: str, draw: DrawnText, *, name: str, of: str, refused: type[Refusal]) -> None:
    """Endpoints below a document. path: without ending; name: in the operations' ids; of: what the code stands for."""
    for suffix, media_type in (("svg", SVG), ("png", PNG)):
        router.add_api_route(
            f"/{{type_id}}/{{document_id}}/{path}.{suffix}",
            _image_endpoint(draw, media_type),
            operation_id=f"get{name}{suffix.title()}",
            summary=f"The QR code of {of} as {suffix.upper()}",
            response_class=Response,
            responses={
                200: {"content": {media_type: {}}, "description": "The QR code"},
                **problem_responses(*KEY_REFUSALS, refusals.DocumentUnknown, refused),
            },
        )


def _image_endpoint(draw: DrawnText, media_type: str) -> Callable[..., Response]:
    def image(drawn: Annotated[tuple[str, int], Depends(draw)]) -> Response:
        text, max_version = drawn
        if media_type == SVG:
            return Response(qr.svg(text, max_version=max_version), headers=NO_STORE, media_type=SVG)
        return Response(qr.png(text, max_version=max_version), headers=NO_STORE, media_type=PNG)

    return image
