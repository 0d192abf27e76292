"""Digital Credentials Query Language: OpenID4VP 1.0, sections 6 and 7, whole.

`query` reads a query, `building` writes one, `evaluation` is the wallet's answer to it, `judgement` the verifier's look
at that answer, `matching` what both share. Pure: credentials come in as facts, formats as `QueryFormat`.
"""

from vc_core.dcql.building import (
    HolderBinding,
    Presentations,
    build_credential_query,
    build_credential_set,
    build_query,
)
from vc_core.dcql.evaluation import Answer, Choice, HeldCredential, NoAnswer, Unmet, evaluate
from vc_core.dcql.judgement import (
    AnswerFinding,
    PresentationFinding,
    PresentedCredential,
    Unrequested,
    Unsatisfied,
    judge_presentation,
    judge_set,
)
from vc_core.dcql.matching import CredentialFacts, Mismatch
from vc_core.dcql.query import ClaimQuery, CredentialQuery, CredentialSetQuery, Query, QueryFormat, parse_query

__all__ = [
    "Answer",
    "AnswerFinding",
    "Choice",
    "ClaimQuery",
    "CredentialFacts",
    "CredentialQuery",
    "CredentialSetQuery",
    "HeldCredential",
    "HolderBinding",
    "Mismatch",
    "NoAnswer",
    "PresentationFinding",
    "Presentations",
    "PresentedCredential",
    "Query",
    "QueryFormat",
    "Unmet",
    "Unrequested",
    "Unsatisfied",
    "build_credential_query",
    "build_credential_set",
    "build_query",
    "evaluate",
    "judge_presentation",
    "judge_set",
    "parse_query",
]
