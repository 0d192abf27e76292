"""An SD-JWT VC taken apart before it leaves, so that one thing of it can be changed and the rest put together again.

The service makes the credential; its header, claims and disclosures become changeable values; `write` signs them with
the institution's key. What is changed after signing is changed in the text (`in_jwt`).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from issuer.faults.desk import CredentialFault, Desk
from vc_core import base64url, sd_jwt, strict_json
from vc_core.formats import sd_jwt_vc
from vc_core.signer import RandomBytes, SoftwareKey

SD, ELLIPSIS = "_sd", "..."


@dataclass(slots=True, kw_only=True)
class SdJwtDraft:
    """header: with `alg`. payload: digests in place. disclosures: as text, in order.

    seal: makes the signature over the signing input. octets: the payload's bytes, where they are not plain JSON of
    `payload`. end: what follows the last tilde.
    """

    header: dict[str, Any]
    payload: dict[str, Any]
    disclosures: list[str]
    seal: Callable[[bytes], bytes]
    key: SoftwareKey
    random: RandomBytes
    octets: bytes | None = None
    end: str = ""

    @classmethod
    def of(cls, desk: Desk) -> "SdJwtDraft":
        made = sd_jwt.parse_compact(desk.credential())
        return cls(
            header=dict(made.jwt.header),
            payload=made.jwt.claims(),
            disclosures=[disclosure.text for disclosure in made.disclosures],
            seal=desk.signer.sign,
            key=desk.signer,
            random=desk.random,
        )

    def write(self) -> str:
        octets = strict_json.dump(self.payload) if self.octets is None else self.octets
        signing_input = f"{base64url.encode(strict_json.dump(self.header))}.{base64url.encode(octets)}"
        signature = base64url.encode(self.seal(signing_input.encode("ascii")))
        return "~".join((f"{signing_input}.{signature}", *self.disclosures, self.end))

    def salt(self) -> str:
        return base64url.encode(self.random(16))

    def disclosure(self, contents: object) -> str:
        """A disclosure that is sent along; its digest stands nowhere yet."""
        text = base64url.encode(strict_json.dump(contents))
        self.disclosures.append(text)
        return text

    def disclose(self, contents: object, members: dict[str, Any] | None = None) -> None:
        """A disclosure whose digest stands in `members`, by default the payload."""
        text = self.disclosure(contents)
        (self.payload if members is None else members).setdefault(SD, []).append(digest(text))

    def conceal(self, name: str) -> None:
        """A claim of the payload becomes a disclosure."""
        self.disclose([self.salt(), name, self.payload.pop(name)])

    def reveal(self) -> None:
        """The first disclosure's claim stands in clear instead."""
        _, name, value = self.contents(0)
        self.payload[SD].remove(digest(self.disclosures.pop(0)))
        self.payload[name] = value

    def contents(self, index: int) -> list[Any]:
        contents: list[Any] = strict_json.parse(base64url.decode(self.disclosures[index]), max_bytes=2**16)
        return contents

    def reword(self, text: str, index: int = 0) -> None:
        """Another text for a disclosure, and its digest in the place of the former one."""
        digests = self.payload[SD]
        digests[digests.index(digest(self.disclosures[index]))] = digest(text)
        self.disclosures[index] = text

    def rewrite(self, contents: object, index: int = 0) -> None:
        """Other contents for a disclosure, and its digest in the place of the former one."""
        self.reword(base64url.encode(strict_json.dump(contents)), index)


def digest(text: str) -> str:
    return base64url.encode(hashlib.sha256(text.encode()).digest())


def in_draft(
    id_: str, says: str, section: str, alter: Callable[[SdJwtDraft], object], *, theme: str = "sd_jwt"
) -> CredentialFault:
    """A fault committed before signing."""

    def make(desk: Desk) -> str:
        draft = SdJwtDraft.of(desk)
        alter(draft)
        return draft.write()

    return CredentialFault(id=f"{theme}.{id_}", says=says, section=section, make=make, formats=(sd_jwt_vc.ID,))


def in_text(id_: str, says: str, section: str, rewrite: Callable[[str], str]) -> CredentialFault:
    """A fault committed on the finished text."""
    return CredentialFault(
        id=f"sd_jwt.{id_}", says=says, section=section, formats=(sd_jwt_vc.ID,),
        make=lambda desk: rewrite(desk.credential()),
    )  # fmt: skip


def in_jwt(part: int, change: Callable[[bytes], bytes]) -> Callable[[str], str]:
    """Changes the bytes of header (0), payload (1) or signature (2) after signing."""

    def rewrite(text: str) -> str:
        jwt, tilde, rest = text.partition("~")
        parts = jwt.split(".")
        parts[part] = base64url.encode(change(base64url.decode(parts[part])))
        return ".".join(parts) + tilde + rest

    return rewrite
