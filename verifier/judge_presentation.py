"""Judges one text: reads it, gathers what has to be known, verifies. The same for every way in which text arrives."""

from dataclasses import dataclass
from datetime import datetime

from vc_core.catalogue import Catalogue
from vc_core.formats.base import ParsedPresentation
from vc_core.verdict import Verdict
from vc_core.verification import CredentialUnreadable, Evidence, Expected, HolderPolicy, Policy, verify
from vc_core.verification.procedure import read, unreadable
from verifier.gather_evidence import GatherEvidence

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

    def __call__(self, text: str, expected: Expected, now: datetime) -> Judged:
        """A proof of the holder is asked for if `expected` holds a challenge."""
        parsed = read(text)
        if isinstance(parsed, CredentialUnreadable):
            return Judged(verdict=unreadable(parsed, now), parsed=None)
        policy = _HOLDER_NOT_ASKED if expected.challenge is None else _HOLDER_ASKED
        evidence = self.gather(parsed, policy, now)
        verdict = verify(parsed, expected, evidence, policy, now, self.catalogue)
        return Judged(verdict=verdict, parsed=parsed, evidence=evidence, policy=policy)
