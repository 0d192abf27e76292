"""Questions of the claims: their form, how they were disclosed, and the rules of their type."""

from collections.abc import Iterator

from vc_core import rules
from vc_core.checks import Check, CheckId, Outcome, failed, not_applicable, passed, rejected
from vc_core.claims import covers, find, json_pointer, pattern_of
from vc_core.rejection import Rejection
from vc_core.rulebook import SelectiveDisclosure
from vc_core.rules import Moment, RuleOutcome
from vc_core.verification.case import Case

_OUTCOMES = {
    RuleOutcome.HOLDS: (Outcome.PASSED, ""),
    RuleOutcome.BROKEN: (Outcome.FAILED, "rule_broken"),
    RuleOutcome.NOT_APPLICABLE: (Outcome.NOT_APPLICABLE, ""),
    RuleOutcome.UNDISCLOSED: (Outcome.NOT_APPLICABLE, "claims_not_disclosed"),
}


def schema(case: Case) -> Check:
    """A presentation shows a part of the claims; what is shown has to have the right form."""
    if isinstance(case.read_claims, Rejection):
        return rejected("claims.schema", case.read_claims)
    faults = rules.schema_faults(case.rulebook, case.claims, partial=True)
    if faults:
        return failed("claims.schema", "claim_malformed", where=faults[0].pointer, faults=len(faults))
    return passed("claims.schema")


def disclosure(case: Case) -> Check:
    """`sd: always` has come by a disclosure, `sd: never` has not (SD-JWT VC, section 5.6.4)."""
    disclosed = case.parsed.disclosed
    if disclosed is None:
        return not_applicable("claims.disclosure")
    places = {pattern_of(path) for path in disclosed}
    wire = case.known_type.wire
    for entry in case.rulebook.claims:
        path = wire.wire_path(entry.path) if wire else None
        if path is None:
            continue
        if entry.sd is SelectiveDisclosure.NEVER and path in places:
            return failed("claims.disclosure", "never_disclosable_disclosed", where=json_pointer(path))
        in_clear = entry.sd is SelectiveDisclosure.ALWAYS and not any(covers(place, path) for place in places)
        if in_clear and find(case.claims, entry.path):
            return failed("claims.disclosure", "always_disclosable_in_clear", where=json_pointer(path))
    return passed("claims.disclosure", disclosures=len(disclosed))


def rule_checks(case: Case, blocked_by: CheckId | None) -> Iterator[Check]:
    """One check for each rule of the type that applies when a document is checked."""
    if case.type is None:
        return
    if blocked_by is not None:
        for rule in rules.rules_at(case.rulebook, Moment.VERIFY):
            yield Check(id=CheckId(f"rule.{rule.id}"), outcome=Outcome.NOT_EVALUATED, blocked_by=blocked_by,
                        refs=(rule.citation,))  # fmt: skip
        return
    for result in rules.evaluate(case.rulebook, case.claims, Moment.VERIFY, today=case.expected.day):
        outcome, reason = _OUTCOMES[result.outcome]
        yield Check(
            id=CheckId(f"rule.{result.rule.id}"),
            outcome=outcome,
            reason=reason,
            where=result.pointers[0] if result.pointers else "",
            evidence=result.evidence,
            refs=(result.rule.citation,),
            severity=result.severity,
        )
