"""What officers are refused where two of them decide."""

from dataclasses import dataclass

from issuer.refusals.institutions import InstitutionRefusal
from issuer.withdrawals import WithdrawalFault


@dataclass(eq=False)
class RoleMissing(InstitutionRefusal):
    """The officer does not have the role that this needs."""

    role: str


class WithdrawalWaiting(InstitutionRefusal):
    """The withdrawal of this document was asked for already, and waits for a second officer."""


@dataclass(eq=False)
class WithdrawalFaulty(InstitutionRefusal):
    """Not all of the documents can be withdrawn, so none of them was; those concerned are listed."""

    faults: tuple[WithdrawalFault, ...]


class WithdrawalUnknown(InstitutionRefusal):
    """The institution has no such request for a withdrawal."""


class WithdrawalDecided(InstitutionRefusal):
    """The request was approved or rejected already."""


class SecondOfficerNeeded(InstitutionRefusal):
    """Another officer has to decide than the one who asked."""


class WithdrawalsQueryMalformed(InstitutionRefusal):
    """A query parameter is unknown, repeated or has none of the values that it may have."""
