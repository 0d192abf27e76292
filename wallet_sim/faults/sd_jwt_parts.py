"""The parts of an SD-JWT VC presentation, for faults that alter one of them (RFC 9901, sections 4 and 7.2).

What an honest wallet would hold, choose, join and sign, each as a step of its own.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

from vc_core import base64url, sd_jwt
from vc_core.formats.sd_jwt_vc import ID
from vc_core.sd_jwt import Disclosure, SdJwt
from vc_core.transaction_data import hash_claims
from wallet_sim.faults.fault import NotApplicable, PresentationFault, PresentationIngredients, Stage
from wallet_sim.faults.jwt_draft import JwtDraft

HOLDER = "RFC 9901, section 7.3"
FORM = "RFC 9901, section 4"
VERIFY = "RFC 9901, section 7.1"
DISCLOSURE = "RFC 9901, section 4.2"
PAGE = "OpenID4VP 1.0, appendix B.3.6"
HASH = "RFC 9901, section 4.3.1"
QUERY = "OpenID4VP 1.0, section 6.4.1"
TRANSACTION = "OpenID4VP 1.0, appendix B.3.3.1"


def fault(id_: str, says: str, section: str, make: Callable[[PresentationIngredients], str]) -> PresentationFault:
    return PresentationFault(id=id_, says=says, section=section, stage=Stage.PRESENTATION, format=ID, make=make)


def held(x: PresentationIngredients) -> SdJwt:
    return sd_jwt.parse_compact(x.planned.credential)


def chosen(x: PresentationIngredients) -> tuple[Disclosure, ...]:
    return sd_jwt.select_disclosures(held(x), x.planned.paths)


def withheld(x: PresentationIngredients) -> Disclosure:
    """A disclosure of the credential that an honest wallet would keep back."""
    shown_too = {disclosure.text for disclosure in chosen(x)}
    left = next((one for one in held(x).disclosures if one.text not in shown_too), None)
    if left is None:
        raise NotApplicable("every disclosure is asked for")
    return left


def first(disclosures: Sequence[Disclosure]) -> Disclosure:
    if not disclosures:
        raise NotApplicable("nothing is disclosed")
    return disclosures[0]


def without_first(x: PresentationIngredients) -> list[str]:
    """The disclosures an honest wallet would show, but for the first."""
    dropped = first(chosen(x))
    return [disclosure.text for disclosure in chosen(x) if disclosure != dropped]


def joined(jwt: str, disclosures: Iterable[str]) -> str:
    return "~".join((jwt, *disclosures, ""))


def shown(x: PresentationIngredients) -> str:
    """The honest presentation before the holder signs, to the last tilde."""
    return joined(held(x).jwt.text, (disclosure.text for disclosure in chosen(x)))


def proof(x: PresentationIngredients, text: str) -> JwtDraft:
    """The honest key binding JWT over `text`, whatever stands there."""
    challenge = x.planned.challenge
    claims = {
        **hash_claims(challenge.transactions),
        "iat": int(x.planned.issued_at.timestamp()),
        "aud": challenge.client_id if challenge.origin is None else f"origin:{challenge.origin}",
        "nonce": challenge.nonce,
        "sd_hash": hash_of(text),
    }
    holder = x.planned.holder
    return JwtDraft(header={"typ": "kb+jwt", "alg": holder.algorithm}, claims=claims, signer=holder)


def hash_of(text: str, algorithm: str = "sha256") -> str:
    return base64url.encode(hashlib.new(algorithm, text.encode("ascii")).digest())


def bound(x: PresentationIngredients, text: str) -> str:
    """With the holder's honest proof."""
    return text + proof(x, text).sign()


def swapped(disclosures: Sequence[Disclosure]) -> list[str]:
    texts = [disclosure.text for disclosure in disclosures]
    if len(texts) < 2:
        raise NotApplicable("there is no second disclosure")
    return [texts[1], texts[0], *texts[2:]]
