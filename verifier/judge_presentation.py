"""Judges one text: reads it, begins to verify, gathers what has to be known, and finishes.

The same for every way in which text arrives.
"""

from dataclasses import dataclass, field
from datetime import datetime

from vc_core.catalogue import Catalogue
from vc_core.formats.base import ParsedPresentation
from vc_core.trust import TrustLists
from vc_core.verdict import Verdict
from vc_core.verification import (
    CredentialUnreadable,
    Evidence,
    Expected,
    HolderPolicy,
    Policy,
    begin,
    finish,
    wanted_status_lists,
)
from vc_core.verification.procedure import read, unreadable
from verifier.gather_evidence import GatherEvidence
from verifier.ports import Measures, Unmeasured

_HOLDER_ASKED = Policy(holder=HolderPolicy.REQUIRED)
_HOLDER_NOT_ASKED = Policy(holder=HolderPolicy.NOT_ASKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """parsed: None where no format could read the text. evidence: what was gathered for it, if anything was."""

    verdict: Verdict
    parsed: ParsedPresentation | None
    evidence: Evidence | None = None
    policy: Policy = _HOLDER_NOT_ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgePresentation:
    gather: GatherEvidence
    catalogue: Catalogue
    measures: Measures = field(default_factory=Unmeasured)

    def __call__(self, text: str, expected: Expected, now: datetime) -> Judged:
        """A proof of the holder is asked for if `expected` holds a challenge."""
        parsed = read(text)
        if isinstance(parsed, CredentialUnreadable):
            return self._told(Judged(verdict=unreadable(parsed, now), parsed=None))
        policy = _HOLDER_NOT_ASKED if expected.challenge is None else _HOLDER_ASKED
        trust = TrustLists.of(self.gather.read_trust(now))
        begun = begin(parsed, expected, trust, policy, now, self.catalogue, watch=self.measures.watch())
        evidence = self.gather(trust, wanted_status_lists(begun), now)
        verdict = finish(begun, evidence.status)
        return self._told(Judged(verdict=verdict, parsed=parsed, evidence=evidence, policy=policy))

    def _told(self, judged: Judged) -> Judged:
        self.measures.judged(judged.verdict.word)
        return judged
