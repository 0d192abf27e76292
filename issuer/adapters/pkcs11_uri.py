"""Where a key lies in a hardware security module: a URI of RFC 7512, as far as a signing key needs it.

    pkcs11:token=socsec;object=FR-117000-1?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/etc/socsec/pin

Left out: other ways to name a token or object (serial number, id), several modules, and `pin-value`, since a PIN does
not stand in a file that others read.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, unquote

_PATH, _QUERY = ("token", "object"), ("module-path", "pin-source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pkcs11Uri:
    """object: label of the key pair, None for the token as a whole. pin_source: file whose first line is the PIN."""

    token: str
    object: str | None
    module_path: Path
    pin_source: Path

    @classmethod
    def parse(cls, text: str) -> "Pkcs11Uri":
        """Raises `ValueError`, which says what is missing or not understood."""
        scheme, _, rest = text.strip().partition(":")
        if scheme != "pkcs11":
            raise ValueError("a PKCS #11 URI begins with pkcs11:")
        path, _, query = rest.partition("?")
        members = {**_members(path, ";", _PATH), **_members(query, "&", _QUERY)}
        missing = [name for name in ("token", *_QUERY) if not members.get(name)]
        if missing:
            raise ValueError(f"a PKCS #11 URI without {missing[0]}")
        kind, _, place = members["pin-source"].partition(":")
        if kind != "file" or not place:
            raise ValueError("pin-source: only file: is understood")
        return cls(
            token=members["token"],
            object=members.get("object") or None,
            module_path=Path(members["module-path"]),
            pin_source=Path(place.removeprefix("//")),
        )

    def of_object(self, label: str) -> "Pkcs11Uri":
        """The same token, another key."""
        return replace(self, object=label)

    def __str__(self) -> str:
        named = "" if self.object is None else f";object={quote(self.object, safe='')}"
        place = quote(str(self.module_path))
        return f"pkcs11:token={quote(self.token, safe='')}{named}?module-path={place}&pin-source=file:{self.pin_source}"


def _members(text: str, separator: str, known: tuple[str, ...]) -> dict[str, str]:
    members: dict[str, str] = {}
    for part in filter(None, text.split(separator)):
        name, _, value = part.partition("=")
        if name not in known:
            raise ValueError(f"{name} is not understood in a PKCS #11 URI")
        if name in members:
            raise ValueError(f"{name} stands in a PKCS #11 URI twice")
        members[name] = unquote(value)
    return members
