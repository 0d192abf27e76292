"""What a verification is given: a policy and an expectation that do not fit together are a fault of the program."""

from dataclasses import replace

import pytest

from tests.vc_core import issued
from vc_core.verification import HolderPolicy, Policy


def test_a_proof_required_without_a_challenge_is_not_passed_over() -> None:
    given = replace(issued.NOT_ASKED, policy=Policy(holder=HolderPolicy.REQUIRED))
    with pytest.raises(ValueError, match="no challenge"):
        issued.judged(issued.issued("a1", "dc+sd-jwt"), given)
