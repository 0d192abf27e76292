"""Parameters of links and of forms: RFC 6749, appendix B, and section 3.1 (no parameter twice, unknown ones ignored).

A link is what a QR code or a button carries (`openid4vp://?...`); a form is an `application/x-www-form-urlencoded` body
as a web framework hands it over: name -> values in order. What the parameters mean is their readers' business.
"""

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from vc_core.rejection import Rejection

MAX_LINK = 65536

_MAX_PARAMETERS = 64
_SECTION = "RFC 6749, section 3.1"


def build_link(scheme: str, parameters: Mapping[str, str]) -> str:
    """`scheme://?name=value...`; `:` and `/` stay readable, and the code that shows the link small (RFC 3986, 3.4)."""
    return f"{scheme}://?{urlencode(parameters, quote_via=quote, safe=':/')}"


def parse_link(text: str, *, schemes: Collection[str], known: Collection[str]) -> dict[str, str]:
    """The known parameters in the query of a link.

    Rejects with `link_too_long`, `link_malformed`, `link_scheme_unknown` or `parameter_repeated`.
    """
    if len(text) > MAX_LINK:
        raise Rejection("link_too_long", evidence={"characters": len(text), "limit": MAX_LINK})
    try:
        scheme, _, _, query, _ = urlsplit(text)
        if scheme not in schemes:
            raise Rejection("link_scheme_unknown")
        found = parse_qs(
            query, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MAX_PARAMETERS
        )
    except ValueError:
        raise Rejection("link_malformed", section=_SECTION) from None
    return single(found, known)


def single(form: Mapping[str, Sequence[str]], known: Collection[str]) -> dict[str, str]:
    """The known parameters, none of which may stand twice; rejects with `parameter_repeated`."""
    for name in known:
        if len(form.get(name, ())) > 1:
            raise Rejection("parameter_repeated", where=f"/{name}", section=_SECTION)
    return {name: form[name][0] for name in known if form.get(name)}
