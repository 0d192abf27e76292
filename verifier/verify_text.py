"""Use case: judge what somebody hands in: the text of a code, a credential or a presentation, or an image of a code.

Nothing of it is kept but the word, the instant and the identity step. Of several codes in an image the first that some
format recognises is judged; if none is recognised, the first of all, so that the answer says what it is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from vc_core import base64url, qr
from vc_core.formats.base import HolderChallenge
from vc_core.formats.registry import format_of_text
from vc_core.rejection import Rejection
from vc_core.verdict import Verdict
from vc_core.verdict_json import verdict_json
from verifier.case_file import SealedVerdicts
from verifier.expectation import Expectation
from verifier.give_receipt import GiveReceipt
from verifier.identifiers import fingerprint, new_id, new_secret
from verifier.inspection_profiles import Profiles
from verifier.judge_presentation import JudgePresentation
from verifier.ports import Clock, HandedIn, RandomBytes, Records
from verifier.rechecks import QueueRecheck
from verifier.refusals import ImageUnreadable, NoCodeInImage

CBOR_MAP = 5
"""Major type (RFC 8949, section 3.1) of a credential or a response in CBOR; no image begins so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A verdict given on the spot. identity_token: the only copy; it records the identity step.

    seen: the verdict's JSON as the role gets to see it. sealed: what a case file is made of, see `case_file`.
    """

    id: str
    identity_token: str
    verdict: Verdict
    seen: Mapping[str, Any]
    sealed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBy:
    """Who hands it in. place: profile of inspection. desk: secret of the desk in whose queue a recheck is to be found;
    None for that of the identity token."""

    place: str = ""
    desk: str | None = None


NOBODY_NAMED = SeenBy()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyText:
    judge: JudgePresentation
    give_receipt: GiveReceipt
    queue_recheck: QueueRecheck
    seal: SealedVerdicts
    profiles: Profiles
    records: Records
    clock: Clock
    random: RandomBytes

    def __call__(
        self,
        text: str,
        expectation: Expectation,
        challenge: HolderChallenge | None = None,
        *,
        seen_by: SeenBy = NOBODY_NAMED,
    ) -> Handed:
        now = self.clock()
        expected = replace(expectation.on(now.date()), challenge=challenge)
        judged = self.judge(text, expected, now)
        verdict = judged.verdict
        id_, token = new_id(now, self.random), new_secret(self.random)
        self.records.add(
            HandedIn(
                id=id_,
                at=now,
                word=verdict.word,
                identity_compared=verdict.identity_compared,
                token_fingerprint=fingerprint(token),
            )
        )
        profile, desk = self.profiles.of(seen_by.place), fingerprint(seen_by.desk or token)
        self.queue_recheck(judged, profile, id_=id_, desk=desk)
        seen = profile.shown({**verdict_json(verdict), "receipt": self.give_receipt(judged)})
        sealed = self.seal.seal(seen, profile, id_)
        return Handed(id=id_, identity_token=token, verdict=verdict, seen=seen, sealed=sealed)


def text_of_file(content: bytes) -> str:
    """What a file holds: a text, a CBOR map as in ISO/IEC 18013-5 (handed on as base64url), or an image of a code.

    Raises `ImageUnreadable`, `NoCodeInImage`.
    """
    if content and content[0] >> 5 == CBOR_MAP:
        return base64url.encode(content)
    try:
        text = content.decode("ascii").strip()
    except UnicodeDecodeError:
        return text_of_image(content)
    return text if text.isprintable() else text_of_image(content)


def text_of_image(image: bytes) -> str:
    """The code in an image. Raises `ImageUnreadable`, `NoCodeInImage`."""
    try:
        texts = qr.read(image)
    except Rejection as rejection:
        raise ImageUnreadable(rejection.reason) from rejection
    if not texts:
        raise NoCodeInImage("no QR code was found in the image")
    return next((text for text in texts if format_of_text(text) is not None), texts[0])
