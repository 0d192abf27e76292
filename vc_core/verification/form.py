"""Questions of form, integrity and the holder: what the format itself answers."""

from vc_core.checks import Check, failed, not_evaluated, passed, rejected
from vc_core.rejection import Rejection
from vc_core.verification.case import TRUST_LIST, Case


def well_formed(case: Case) -> Check:
    """It has been parsed; text that could not be read never gets this far (`procedure.verify_text`)."""
    return passed("format.well_formed", format=case.parsed.format_id)


def type_header(case: Case) -> Check:
    return case.parsed.check_type_header()


def type_known(case: Case) -> Check:
    if case.type is None:
        return failed("format.type_known", "type_unknown", identifier=case.parsed.identifier)
    return passed("format.type_known", type=case.type.rulebook.type_id, identifier=case.parsed.identifier)


def issuer_signature(case: Case) -> Check:
    if case.signer_is_on_missing_list:
        return not_evaluated("integrity.issuer_signature", blocked_by=TRUST_LIST)
    try:
        key = case.signer_key
    except Rejection as rejection:
        return rejected("integrity.issuer_signature", rejection)
    return case.parsed.check_issuer_signature(key)


def claim_digests(case: Case) -> Check:
    return case.parsed.check_claim_digests()


def envelope(case: Case) -> Check:
    return case.parsed.check_envelope()
