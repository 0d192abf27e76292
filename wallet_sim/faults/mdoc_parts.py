"""The parts of an mdoc presentation, for faults that alter one of them (ISO/IEC 18013-5, 8.3.2.1.2.2 and 9.1.3).

Three stages, each a value: what is to be shown and proven (`MdocDraft`), the Document with its proof, the bytes of the
DeviceResponse.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vc_core import base64url, cbor, mdoc
from vc_core.formats.base import HolderChallenge
from vc_core.formats.mso_mdoc import ID, transcript
from vc_core.mdoc import IssuerSigned, IssuerSignedItem, MacHolder
from vc_core.signer import Signer
from vc_core.transaction_data import device_elements
from wallet_sim.faults.fault import NotApplicable, PresentationFault, PresentationIngredients, Stage

ISSUED = "ISO/IEC 18013-5, 9.1.2.4"
SHOWN = "ISO/IEC 18013-5, 9.3.1"
DEVICE = "ISO/IEC 18013-5, 9.1.3"
RESPONSE = "ISO/IEC 18013-5, 8.3.2.1.2.2"
HANDOVER = "OpenID4VP 1.0, section B.2.6.1"
PAGE = "OpenID4VP 1.0, section B.2.6.2"
QUERY = "OpenID4VP 1.0, section 6.4.1"

Document = dict[str, Any]


def fault(id_: str, says: str, section: str, make: Callable[[PresentationIngredients], str]) -> PresentationFault:
    return PresentationFault(id=id_, says=says, section=section, stage=Stage.PRESENTATION, format=ID, make=make)


@dataclass(frozen=True, slots=True, kw_only=True)
class MdocDraft:
    """Everything decided, nothing proven. items: to be shown, by namespace, as the issuer encoded them.

    device_elements: the device's own, to be covered by its proof.
    """

    doc_type: str
    issuer_signed: IssuerSigned
    items: Mapping[str, tuple[cbor.Tagged24, ...]]
    challenge: HolderChallenge
    holder: Signer | MacHolder
    device_elements: Mapping[str, Mapping[str, object]]

    def document(self) -> Document:
        name_spaces = cbor.tag24(cbor.dumps(self.device_elements))
        auth = mdoc.prove(
            self.holder, session_transcript=transcript(self.challenge), doc_type=self.doc_type, name_spaces=name_spaces
        )
        return {
            "docType": self.doc_type,
            "issuerSigned": {
                "nameSpaces": {space: list(items) for space, items in self.items.items()},
                "issuerAuth": self.issuer_signed.issuer_auth.array(),
            },
            "deviceSigned": {"nameSpaces": name_spaces, "deviceAuth": dict(auth)},
        }

    def respond(self) -> bytes:
        return mdoc.encode_device_response([self.document()])


def plan(x: PresentationIngredients) -> MdocDraft:
    """What an honest wallet would show and prove."""
    issuer_signed = held(x)
    items: dict[str, list[cbor.Tagged24]] = {}
    for space, shown in issuer_signed.name_spaces.items():
        for item in shown:
            if (space, item.identifier) in x.planned.paths:
                items.setdefault(space, []).append(item.encoded)
    return MdocDraft(
        doc_type=issuer_signed.mso.doc_type,
        issuer_signed=issuer_signed,
        items={space: tuple(encoded) for space, encoded in items.items()},
        challenge=x.planned.challenge,
        holder=x.planned.holder,
        device_elements=device_elements(x.planned.challenge.transactions),
    )


def held(x: PresentationIngredients) -> IssuerSigned:
    return mdoc.parse_issuer_signed(base64url.decode(x.planned.credential))


def first_item(draft: MdocDraft) -> tuple[str, IssuerSignedItem]:
    """A namespace that is shown, and its first item."""
    for space, items in draft.items.items():
        for item in draft.issuer_signed.name_spaces[space]:
            if items and item.encoded is items[0]:
                return space, item
    raise NotApplicable("nothing is shown")


def with_items(draft: MdocDraft, space: str, items: tuple[cbor.Tagged24, ...]) -> MdocDraft:
    return replace(draft, items={**draft.items, space: items})


def first_replaced(draft: MdocDraft, change: Callable[[IssuerSignedItem], cbor.Tagged24]) -> MdocDraft:
    """The first item shown is replaced by what `change` makes of it."""
    space, item = first_item(draft)
    return with_items(draft, space, (change(item), *draft.items[space][1:]))


def withheld_item(draft: MdocDraft) -> tuple[str, IssuerSignedItem]:
    """An element of the credential that an honest wallet would keep back."""
    for space, items in draft.issuer_signed.name_spaces.items():
        for item in items:
            if all(item.encoded is not shown for shown in draft.items.get(space, ())):
                return space, item
    raise NotApplicable("every element is asked for")


Planned = Callable[[MdocDraft, PresentationIngredients], MdocDraft]
Documented = Callable[[Document, PresentationIngredients], Document]


def before_proof(alter: Planned) -> Callable[[PresentationIngredients], str]:
    return lambda x: text(alter(plan(x), x).respond())


def with_proof(alter: Documented) -> Callable[[PresentationIngredients], str]:
    return lambda x: text(mdoc.encode_device_response([alter(plan(x).document(), x)]))


def text(response: bytes) -> str:
    return base64url.encode(response)


def flipped(octets: bytes) -> bytes:
    """The same but for one bit in the middle."""
    changed = bytearray(octets)
    changed[len(changed) // 2] ^= 1
    return bytes(changed)
