"""Bodies of provisional withdrawals."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from issuer.documents import SuspensionOrder
from issuer.http.schemas.body import Body, CaseReference


class SuspensionOrderBody(Body):
    """case_ref: kept here, not published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason_code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    case_ref: CaseReference | None = None

    def order(self) -> SuspensionOrder:
        return SuspensionOrder(reason_code=self.reason_code, case_ref=self.case_ref)


class SuspensionBody(Body):
    """suspended_by: id of the officer."""

    reason_code: str
    case_ref: str | None
    suspended_by: str
    suspended_at: datetime


class SuspendedBody(Body):
    document_id: str
    state: Literal["suspended"]
    suspension: SuspensionBody


class ReinstatedBody(Body):
    document_id: str
    state: Literal["in_force"]
