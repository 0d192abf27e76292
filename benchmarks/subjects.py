"""The operations that are timed, each through the functions that the services call.

Raw operations are the library's own `sign` and `verify` on a kilobyte, hashing included. Every operation is tried once
before it is timed, and has to succeed.
"""

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import cycle
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks.world import CHALLENGE, NOW, Document, World, expectation
from vc_core.checks import Check, Outcome
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.registry import FORMATS
from vc_core.pilot import new_key
from vc_core.verdict import Word
from vc_core.verification import begin, verify_text, wanted_status_lists
from vc_core.x509 import DOCUMENT_SIGNER, public_key, validate_chain

KILOBYTE = bytes(range(256)) * 4
PROOF_AGE = timedelta(minutes=5)
MEASURES = Path(__file__).parent / "measures.toml"

Run = Callable[[], object]


class Raw(StrEnum):
    """What a subject is compared with."""

    SIGN = "sign"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One operation. target: the ratio to `raw` that it must not exceed, None where it is only reported."""

    name: str
    run: Run
    raw: Raw
    target: float | None = None


def raw_operations() -> Mapping[Raw, Run]:
    key, scheme = new_key(os.urandom), ec.ECDSA(hashes.SHA256())
    public, signature = key.public_key(), key.sign(KILOBYTE, scheme)
    return {
        Raw.SIGN: lambda: key.sign(KILOBYTE, scheme),
        Raw.VERIFY: lambda: public.verify(signature, KILOBYTE, scheme),
    }


def subject_groups(world: World) -> tuple[Sequence[Subject], Sequence[Subject]]:
    """Those of twenty claims and the whole verifications, apart: large ones sweep the small ones from the cache."""
    measures = tomllib.loads(MEASURES.read_text(encoding="utf-8"))
    return tuple(_twenty_claims(world, measures["twenty_claims"])), tuple(_whole(world, measures["whole"]))


def _twenty_claims(world: World, measures: Mapping[str, Any]) -> Iterator[Subject]:
    for format_id, wanted in measures["formats"].items():
        document = Document(type_id=measures["type"], example=measures["example"], format_id=format_id)
        yield Subject(**wanted["issue"], run=issuing(world, document), raw=Raw.SIGN)
        known = [world.presented(document)]
        yield Subject(**wanted["verify"], run=verifying(world, document, known, chain=wanted["chain"]), raw=Raw.VERIFY)
        if "verify_new_signers" in wanted:
            new = [world.presented(document, signer) for signer in world.signers]
            run = verifying(world, document, new, chain=wanted["chain"])
            yield Subject(**wanted["verify_new_signers"], run=run, raw=Raw.VERIFY)


def _whole(world: World, measures: Mapping[str, Any]) -> Iterator[Subject]:
    for format_id, wanted in measures["formats"].items():
        document = Document(type_id=measures["type"], example=measures["example"], format_id=format_id)
        yield Subject(**wanted["verify_text"], run=judging(world, document), raw=Raw.VERIFY)
        yield Subject(**wanted["needed_status_lists"], run=asking(world, document), raw=Raw.VERIFY)


def issuing(world: World, document: Document) -> Run:
    one, planned, signer = FORMATS[document.format_id], world.planned(document), world.signers[0]
    return lambda: one.encode(planned, signer=signer, random=os.urandom)


def verifying(world: World, document: Document, presented: Sequence[UnverifiedPresentation], *, chain: bool) -> Run:
    """From text to: who signed, are these the claims, is the envelope whole, who holds it; and whether the signer's
    certificate leads to an anchor. Takes the presentations in turn."""
    one, anchors, turn = FORMATS[document.format_id], world.anchors, cycle(presented)

    def run() -> list[Check]:
        parsed = one.parse(next(turn))
        if chain:
            validate_chain(parsed.chain, anchors, NOW, DOCUMENT_SIGNER)
        return [
            parsed.check_type_header(),
            parsed.check_issuer_signature(public_key(parsed.chain[0])),
            parsed.check_claim_digests(),
            parsed.check_envelope(),
            *parsed.check_holder(CHALLENGE, now=NOW, max_age=PROOF_AGE),
        ]

    wrong = [check for check in run() if check.outcome not in (Outcome.PASSED, Outcome.NOT_APPLICABLE)]
    assert not wrong, wrong
    return run


def judging(world: World, document: Document) -> Run:
    """The whole verification, from text to verdict, with trust list and status list token at hand."""
    text, evidence = world.presented(document).text, world.evidence
    expected, policy = expectation(document.format_id)

    def run() -> Word:
        return verify_text(text, expected, evidence, policy, NOW, world.catalogue).word

    assert run() is Word.CONFIRMED
    return run


def asking(world: World, document: Document) -> Run:
    """Which status lists to fetch, from text on: the part of a verification that comes before."""
    one, presented, trust_list = FORMATS[document.format_id], world.presented(document), world.pilot.trust_list
    expected, policy = expectation(document.format_id)

    def run() -> tuple[str, ...]:
        begun = begin(one.parse(presented), expected, trust_list, policy, NOW, world.catalogue)
        return wanted_status_lists(begun)

    assert run()
    return run
