"""Rules that only an issuer's register can decide: they compare a document with earlier ones of the same person.

A rulebook lists them under `[registry]`; each also stands under `[[elsewhere]]`, whose citation it shares. No
verifier asks them. They are judged before a document is registered; earlier documents are those in force.
"""

from dataclasses import dataclass

from vc_core.checks import Severity
from vc_core.claims import ClaimPath
from vc_core.code_list import Texts
from vc_core.rule_kinds import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class NoOverlap:
    """No earlier document covers a day that this one covers and differs in a claim."""

    differing: ClaimPath


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalPeriod:
    """Documents that share a value of each of the claims `same` cover no more than so many months together.

    What lies before a pause of `pause_months` does not count.
    """

    same: tuple[ClaimPath, ...]
    months: int
    pause_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaces:
    """This document takes the place of earlier ones, which are withdrawn when it is registered."""


RegisterTest = NoOverlap | TotalPeriod | Replaces


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRule:
    """One rule. when: conditions that this document and an earlier one both meet, or the rule does not compare them."""

    id: str
    citation: str
    messages: Texts
    claim: ClaimPath
    severity: Severity
    when: tuple[Condition, ...]
    test: RegisterTest


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRules:
    """person: the claims that together tell one person of an institution from another."""

    person: tuple[ClaimPath, ...]
    rules: tuple[RegisterRule, ...]
