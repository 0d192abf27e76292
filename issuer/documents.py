"""Documents: what an institution has decided about a person, as registered, and whether it still stands.

    InForce <-> Suspended
    InForce | Suspended -> Withdrawn

A document is what has legal effect; credentials are copies of it, each with a status index of its own (`credentials`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeAlias

from vc_core.checks import Severity
from vc_core.rulebook import BindingMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A rule that a document breaks, or something worth knowing about it. pointer: JSON pointer; box: of the form."""

    rule_id: str
    message: str
    pointer: str
    citation: str
    box: str | None
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalOrder:
    """Why and from when a document is to lose effect; effective_from None: from the day of the order."""

    reason_code: str
    effective_from: date | None = None
    case_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionOrder:
    """Why a document is to have no effect for the time being."""

    reason_code: str
    case_ref: str | None = None


@dataclass(frozen=True, slots=True)
class InForce:
    """The document stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended:
    """The document has no effect until that is lifted; suspended_by: id of the officer."""

    order: SuspensionOrder
    suspended_by: str
    suspended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The document has no effect from `effective_from`; `order`: as the institution gave it."""

    order: WithdrawalOrder
    effective_from: date
    withdrawn_at: datetime


Standing: TypeAlias = InForce | Suspended | Withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One registered document.

    claims: canonical. person_key: what stands for the person in the register's index, None where the type's rules ask
    nothing of the register. retroactive: what it covers began before the day it was registered. erased_at: since when
    claims, number, remarks and all else that says something of the person are gone.
    """

    id: str
    institution_id: str
    type_id: str
    number: str | None
    person_key: bytes | None
    claims: Mapping[str, Any]
    version: int
    retroactive: bool
    remarks: tuple[Remark, ...]
    registered_at: datetime
    standing: Standing
    erased_at: datetime | None = None
    binding: BindingMode = BindingMode.KEY

    @property
    def gone(self) -> str | None:
        """Why no credential is made of it, for good or for now, as the reason code that wallets are told; None if one
        may be."""
        if isinstance(self.standing, Withdrawn):
            return "document_withdrawn"
        if self.erased_at is not None:
            return "claims_erased"
        return "document_suspended" if isinstance(self.standing, Suspended) else None


class Timing(Enum):
    """When credentials are made of a document that is registered."""

    AT_ONCE = "at once"
    ON_RELEASE = "on release"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationTerms:
    """What an institution chooses for a document beside its claims. binding: of every credential made of it."""

    timing: Timing = Timing.AT_ONCE
    binding: BindingMode = BindingMode.KEY


AT_ONCE = RegistrationTerms()


def withdraw(document: Document, order: WithdrawalOrder, *, at: datetime) -> Withdrawn:
    """The standing after the order."""
    if isinstance(document.standing, Withdrawn):
        raise ValueError(f"document {document.id} is withdrawn already")
    return Withdrawn(order=order, effective_from=order.effective_from or at.date(), withdrawn_at=at)


def suspend(document: Document, order: SuspensionOrder, *, by: str, at: datetime) -> Suspended:
    """The standing after the order. by: id of the officer."""
    if not isinstance(document.standing, InForce):
        raise ValueError(f"document {document.id} is not in force")
    return Suspended(order=order, suspended_by=by, suspended_at=at)
