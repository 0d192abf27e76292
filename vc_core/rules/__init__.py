"""Business rules asked of claims: `evaluate` for both moments, `judge_document` for a document about to be issued.

The vocabulary is in `rule_kinds`, the rules themselves in `schemas/<type>/rulebook.toml`.
"""

from vc_core.rule_kinds import Moment
from vc_core.rules.evaluation import CaseResult, RuleOutcome, RuleResult, evaluate, rules_at
from vc_core.rules.judgement import SCHEMA_RULE, TEXT_RULE, DocumentJudgement, Fault, judge_document, schema_faults

__all__ = [
    "SCHEMA_RULE",
    "TEXT_RULE",
    "CaseResult",
    "DocumentJudgement",
    "Fault",
    "Moment",
    "RuleOutcome",
    "RuleResult",
    "evaluate",
    "judge_document",
    "rules_at",
    "schema_faults",
]
