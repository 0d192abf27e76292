"""Bodies of withdrawals of many documents, and of those that two officers decide."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from issuer.http.schemas.body import Body
from issuer.http.schemas.institutions import WithdrawalOrderBody, distinct
from issuer.withdrawals import MAX_DOCUMENTS, RequestState


class WithdrawalsOrderBody(WithdrawalOrderBody):
    """Documents of one type, of one institution."""

    type: str
    document_ids: Annotated[list[str], Field(min_length=1, max_length=MAX_DOCUMENTS), AfterValidator(distinct)]


class WithdrawalRequestBody(Body):
    """asked_by, decided_by: ids of officers."""

    id: str
    type: str
    document_ids: list[str]
    state: RequestState
    reason_code: str
    effective_from: date | None = Field(description="The day of the approval where it is null")
    case_ref: str | None
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class WithdrawalListBody(Body):
    withdrawals: list[WithdrawalRequestBody]
    next: str | None = Field(description="What to give as `before` for the next page")


class WithdrawalFaultBody(Body):
    pointer: str
    code: str = Field(description="document_unknown, document_withdrawn or withdrawal_waiting")


class WithdrawalFaultyBody(Body):
    error: str
    detail: str
    faults: list[WithdrawalFaultBody]
