"""The form of `[registry]`: which claims tell persons apart, and the rules that an issuer's register decides."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from vc_core.checks import Severity
from vc_core.register_rules import NoOverlap, RegisterRule, RegisterRules, RegisterTest, Replaces, TotalPeriod
from vc_core.rulebook_file.fields import FileModel, Path, Texts
from vc_core.rulebook_file.rule_tables import ConditionField

Months = Annotated[int, Field(gt=0)]


class _RegisterRuleTable(FileModel):
    id: str
    claim: Path
    message: Texts
    severity: Severity
    when: tuple[ConditionField, ...] = ()

    @abstractmethod
    def test(self) -> RegisterTest:
        """What this kind of rule asks."""

    def rule(self, citation: str) -> RegisterRule:
        return RegisterRule(
            id=self.id,
            citation=citation,
            messages=self.message,
            claim=self.claim,
            severity=self.severity,
            when=self.when,
            test=self.test(),
        )


class _NoOverlapTable(_RegisterRuleTable):
    kind: Literal["no_overlap"]
    differing: Path

    def test(self) -> RegisterTest:
        return NoOverlap(differing=self.differing)


class _TotalPeriodTable(_RegisterRuleTable):
    kind: Literal["total_period"]
    same: tuple[Path, ...]
    months: Months
    pause_months: Months

    def test(self) -> RegisterTest:
        return TotalPeriod(same=self.same, months=self.months, pause_months=self.pause_months)


class _ReplacesTable(_RegisterRuleTable):
    kind: Literal["replaces"]

    def test(self) -> RegisterTest:
        return Replaces()


class RegistryTable(FileModel):
    person: tuple[Path, ...] = Field(min_length=1)
    rule: tuple[
        Annotated[_NoOverlapTable | _TotalPeriodTable | _ReplacesTable, Field(discriminator="kind")], ...
    ] = Field(min_length=1)  # fmt: skip

    def rules(self, citations: Mapping[str, str]) -> RegisterRules:
        """citations: by rule id."""
        return RegisterRules(person=self.person, rules=tuple(rule.rule(citations[rule.id]) for rule in self.rule))
