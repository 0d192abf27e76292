"""Members of a DCQL `meta` object, read strictly (OpenID4VP 1.0, appendix B)."""

from collections.abc import Mapping
from typing import Any

from vc_core.rejection import Rejection


def text_list(meta: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A non-empty array of non-empty strings. Rejects with `<name>_missing` or `<name>_malformed`."""
    if name not in meta:
        raise Rejection(f"{name}_missing", where=f"/{name}", section="OpenID4VP 1.0, section B.3.5")
    value = meta[name]
    if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
        raise Rejection(f"{name}_malformed", where=f"/{name}", section="OpenID4VP 1.0, section B.3.5")
    return tuple(value)


def text(meta: Mapping[str, Any], name: str) -> str:
    """A non-empty string. Rejects with `<name>_missing` or `<name>_malformed`."""
    if name not in meta:
        raise Rejection(f"{name}_missing", where=f"/{name}", section="OpenID4VP 1.0, section B.2.3")
    value = meta[name]
    if not isinstance(value, str) or not value:
        raise Rejection(f"{name}_malformed", where=f"/{name}", section="OpenID4VP 1.0, section B.2.3")
    return value
