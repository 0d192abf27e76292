"""The interface of the verifier as a page for people, beside `openapi.json`."""

from fastapi import APIRouter, FastAPI, Response

from vc_core.openapi_page import CONTENT_SECURITY_POLICY, openapi_page
from verifier.http.direct_route import DirectRoute


def docs_router(app: FastAPI) -> APIRouter:
    router = APIRouter(include_in_schema=False, route_class=DirectRoute)

    @router.get("/docs")
    def show_interface() -> Response:
        page = openapi_page(app.openapi(), source="openapi.json")
        return Response(page, headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY}, media_type="text/html")

    return router
