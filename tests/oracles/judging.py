"""What of our verdict is about interoperability, and how a presentation is changed in one place."""

from dataclasses import replace

from tests.oracles.ours import Parts, flipped, reworded
from vc_core.checks import Outcome
from vc_core.verdict import Verdict

_INTEROPERABLE = frozenset({"format", "integrity", "trust", "status", "holder"})


def faults(verdict: Verdict) -> dict[str, str]:
    """Failed and open checks with their reasons, but for what the example's own dates and claims say."""
    return {
        check.id: check.reason
        for check in verdict.checks
        if check.id.split(".")[0] in _INTEROPERABLE and check.outcome in (Outcome.FAILED, Outcome.INDETERMINATE)
    }


def with_issuer_signature_changed(text: str) -> str:
    parts = Parts.of(text)
    return str(replace(parts, jwt=flipped(parts.jwt)))


def with_disclosure_changed(text: str) -> str:
    parts = Parts.of(text)
    return str(replace(parts, disclosures=(reworded(parts.disclosures[0]), *parts.disclosures[1:])))


def without_proof(text: str) -> str:
    return str(replace(Parts.of(text), kb_jwt=""))


def with_octets(data: bytes, old: bytes, new: bytes) -> bytes:
    """Other octets of the same length in the one place where they stand."""
    assert len(old) == len(new)
    assert data.count(old) == 1
    return data.replace(old, new)


def with_bit_changed(data: bytes, part: bytes) -> bytes:
    """The one occurrence of `part` with its last bit changed."""
    return with_octets(data, part, part[:-1] + bytes([part[-1] ^ 1]))
