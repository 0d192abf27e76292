"""The pages of the authorization endpoint: rendered here, whole without JavaScript, in the reader's language.

A strict content security policy holds for them: nothing inline, nothing from elsewhere, no frames. Browsers hold the
redirect after a form against `form-action` too, so the wallet's address is named there. Words come from
`issuer/words/*.toml`, titles of documents from their rulebooks.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

HOME = Path(__file__).parents[1]
_DEFAULT = "en"
WORDS: Mapping[str, Mapping[str, Any]] = {
    file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted((HOME / "words").glob("*.toml"))
}
TEMPLATES = Environment(
    loader=FileSystemLoader(HOME / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
STYLE_ROUTE = "get_consent_style"
STYLE = (HOME / "static" / "consent.css").read_text(encoding="utf-8")


def page(request: Request, template: str, *, status: int = 200, form_target: str = "", **facts: Any) -> Response:
    """One page. form_target: the wallet's address that a form on it leads to, in the end."""
    tag = language(request)
    body = TEMPLATES.get_template(template).render(words=WORDS[tag], tag=tag, style=_style_address(request), **facts)
    return HTMLResponse(body, status, headers=_headers(form_target))


def refusal_page(request: Request, status: int, code: str, reason: str) -> Response:
    """A page that leads nowhere. code: names its words; reason: for whoever the reader asks for help."""
    request.scope.setdefault("state", {})["refused"] = f"{code}: {reason}"
    return page(request, "refused.html", status=status, code=code, reason=reason)


def title_in(titles: Mapping[str, str], request: Request) -> str:
    """A title in the reader's language, else in the first there is."""
    return titles.get(language(request)) or next(iter(titles.values()))


def language(request: Request) -> str:
    """The first language of `Accept-Language` that there are words for, by its weights (RFC 9110, section 12.5.4)."""
    weighted = []
    for position, item in enumerate(request.headers.get("accept-language", "").split(",")[:20]):
        tag, _, weight = item.strip().partition(";q=")
        weighted.append((-_weight(weight), position, tag.partition("-")[0].lower()))
    return next((tag for weight, _, tag in sorted(weighted) if tag in WORDS and weight < 0), _DEFAULT)


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def _style_address(request: Request) -> str:
    return str(request.app.url_path_for(STYLE_ROUTE))


def _headers(form_target: str) -> dict[str, str]:
    parts = urlsplit(form_target)
    origin = f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"
    target = f" {origin}" if form_target else ""
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'self'; form-action 'self'{target}; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Language",
    }
