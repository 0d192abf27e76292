"""The compact form `<JWT>~<Disclosure>~...~[<KB-JWT>]` (RFC 9901, section 4).

`parse_compact` judges the grammar and the bounds only: whether disclosures fit the digests is `processing.process`,
whether the issuer signed is `verify_issuer_signature`, and the key binding JWT stays text until `key_binding` reads it.
The JSON forms of section 8 are in `json_serialization`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vc_core.jose import HAIP_ALGORITHMS, Jws, parse_jws, verify_jws
from vc_core.rejection import Rejection
from vc_core.sd_jwt.disclosure import Disclosure, parse_disclosure
from vc_core.signer import PublicKey

MAX_BYTES = 512 * 1024
MAX_DISCLOSURES = 1000

_SECTION = "RFC 9901, section 4"
_PLACES = tuple(f"/disclosures/{index}" for index in range(MAX_DISCLOSURES))


@dataclass(frozen=True, slots=True, kw_only=True)
class SdJwt:
    """An SD-JWT, or an SD-JWT+KB where `kb_jwt` is set, of which only the grammar is known to be good.

    payload: the issuer's claims, digests still in place. disclosures: in the order transmitted.
    kb_jwt: the key binding JWT as text, unread.
    further_signatures: the other issuer signatures of a general JSON form (section 8.2), over the same payload.
    """

    jwt: Jws
    payload: Mapping[str, Any]
    disclosures: tuple[Disclosure, ...]
    kb_jwt: str | None = None
    further_signatures: tuple[Jws, ...] = ()

    @property
    def text(self) -> str:
        """Issuer-signed JWT and disclosures, to the last tilde included: what `sd_hash` is taken over."""
        return join(self.jwt.text, self.disclosures)

    def __str__(self) -> str:
        return self.text + (self.kb_jwt or "")


def join(jwt: str, disclosures: Iterable[Disclosure]) -> str:
    return "~".join((jwt, *[disclosure.text for disclosure in disclosures], ""))


def parse_compact(text: str) -> SdJwt:
    """Reads an SD-JWT or an SD-JWT+KB.

    Rejects with `sd_jwt_too_large`, `disclosures_too_many`, `tilde_missing`, `final_tilde_missing`, the reasons of
    `parse_disclosure` and, for the issuer-signed JWT, those of `jose.parse_jws`.
    """
    if len(text) > MAX_BYTES:
        raise Rejection("sd_jwt_too_large", section=_SECTION, evidence={"limit": MAX_BYTES})
    jwt, *disclosures = text.split("~")
    if not disclosures:
        raise Rejection("tilde_missing", section=_SECTION)
    last = disclosures.pop()
    if last and last.count(".") != 2:
        raise Rejection("final_tilde_missing", section=_SECTION)
    return assemble(jwt, disclosures, last or None)


def assemble(jwt: str, disclosures: list[str], kb_jwt: str | None) -> SdJwt:
    """The parts of either serialisation, each read by its own grammar; rejects as `parse_compact`."""
    if len(disclosures) > MAX_DISCLOSURES:
        raise Rejection("disclosures_too_many", section=_SECTION, evidence={"limit": MAX_DISCLOSURES})
    jws = parse_jws(jwt, max_bytes=MAX_BYTES, where="/jwt")
    return SdJwt(
        jwt=jws,
        payload=jws.claims(),
        disclosures=tuple(
            [parse_disclosure(part, where=place) for part, place in zip(disclosures, _PLACES, strict=False)]
        ),
        kb_jwt=kb_jwt,
    )


def verify_issuer_signature(sd_jwt: SdJwt, key: PublicKey, algorithms: frozenset[str] = HAIP_ALGORITHMS) -> None:
    """Section 7.1, steps 2.1 and 2.2. Rejects as `jose.verify_jws`; that the key is the issuer's is for the caller."""
    verify_jws(sd_jwt.jwt, key, algorithms)
