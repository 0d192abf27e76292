"""An mdoc taken apart before it leaves, so that one thing of it can be changed and the rest put together again.

The service makes the IssuerSigned; its items, its MSO and the headers of issuerAuth become changeable values; `write`
signs them with the institution's key. What is changed after signing is changed in the bytes (`in_bytes`).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from issuer.faults.desk import CredentialFault, Desk
from vc_core import base64url, cbor, mdoc
from vc_core.cbor import Tagged24
from vc_core.formats import mso_mdoc
from vc_core.signer import RandomBytes, SoftwareKey

Parts = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class MdocDraft:
    """items: of the namespace that has most, first the number of the document and the institution, which every verifier
    asks for. mso: as `cbor.dumps` takes it.

    seal: makes the signature. embed: from the encoded MSO to the payload. finish: the last word on the IssuerSigned.
    """

    items: list[Any]
    name_space: str
    other_name_spaces: dict[str, Any]
    mso: Parts
    protected: dict[Any, Any]
    unprotected: dict[Any, Any]
    seal: Callable[[bytes], bytes]
    key: SoftwareKey
    random: RandomBytes
    embed: Callable[[bytes], bytes] = field(default=lambda content: cbor.tag24(content).raw)
    finish: Callable[[Parts], object] = field(default=lambda issuer_signed: issuer_signed)

    @classmethod
    def of(cls, desk: Desk) -> "MdocDraft":
        made = cbor.loads(base64url.decode(desk.credential()))
        protected, unprotected, payload, _ = made["issuerAuth"]
        spaces = made["nameSpaces"]
        largest = max(spaces, key=lambda name: len(spaces[name]))
        return cls(
            items=sorted(spaces.pop(largest), key=_asked_for_first(desk)),
            name_space=largest,
            other_name_spaces=spaces,
            mso=cbor.loads(cbor.loads(payload).content),
            protected=cbor.loads(protected),
            unprotected=unprotected,
            seal=desk.signer.sign,
            key=desk.signer,
            random=desk.random,
        )

    def write(self) -> str:
        payload, protected = self.embed(cbor.dumps(self.mso)), cbor.dumps(self.protected)
        signature = self.seal(cbor.dumps(["Signature1", protected, b"", payload]))
        issuer_signed = {
            "nameSpaces": {self.name_space: self.items, **self.other_name_spaces},
            "issuerAuth": [protected, self.unprotected, payload, signature],
        }
        return base64url.encode(cbor.dumps(self.finish(issuer_signed)))

    @property
    def digests(self) -> dict[int, bytes]:
        """Of the namespace."""
        found: dict[int, bytes] = self.mso["valueDigests"][self.name_space]
        return found

    def item(self, index: int = 0) -> Parts:
        members: Parts = cbor.loads(self.items[index].content)
        return members

    def tamper(self, index: int = 0, **members: Any) -> Tagged24:
        """Changes an item and leaves its digest as it was."""
        changed = cbor.tag24(cbor.dumps({**self.item(index), **members}))
        self.items[index] = changed
        return changed

    def rewrite(self, index: int = 0, **members: Any) -> None:
        """Changes an item and its digest."""
        number = self.item(index)["digestID"]
        self.digests[number] = hashlib.sha256(self.tamper(index, **members).raw).digest()

    def add(self, identifier: str, value: object, digest_id: int) -> None:
        """One more item, of which no digest is signed."""
        self.items.append(mdoc.encode_item(digest_id, self.random(16), identifier, value))


def _asked_for_first(desk: Desk) -> Callable[[Tagged24], int]:
    rulebook = desk.planned.rulebook
    wanted = [path[0] for path in (rulebook.document_number, rulebook.institution)]

    def rank(item: Tagged24) -> int:
        name = cbor.loads(item.content)["elementIdentifier"]
        return wanted.index(name) if name in wanted else len(wanted)

    return rank


def in_draft(id_: str, says: str, section: str, alter: Callable[[MdocDraft], object]) -> CredentialFault:
    """A fault committed before signing."""

    def make(desk: Desk) -> str:
        draft = MdocDraft.of(desk)
        alter(draft)
        return draft.write()

    return CredentialFault(id=f"mdoc.{id_}", says=says, section=section, make=make, formats=(mso_mdoc.ID,))


def in_bytes(id_: str, says: str, section: str, change: Callable[[bytes], bytes]) -> CredentialFault:
    """A fault committed on the finished bytes."""
    return in_text(id_, says, section, lambda text: base64url.encode(change(base64url.decode(text))))


def in_text(id_: str, says: str, section: str, rewrite: Callable[[str], str]) -> CredentialFault:
    """A fault committed on the finished text."""
    return CredentialFault(
        id=f"mdoc.{id_}", says=says, section=section, formats=(mso_mdoc.ID,),
        make=lambda desk: rewrite(desk.credential()),
    )  # fmt: skip
