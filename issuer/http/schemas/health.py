"""Bodies that say how the service is."""

from typing import Literal

from issuer.http.schemas.body import Body
from vc_core.readiness import Outcome


class HealthBody(Body):
    status: Literal["ok"]


class ReadinessCheckBody(Body):
    """reason: a code, or the check that has to pass first; absent if it passed."""

    name: str
    outcome: Outcome
    reason: str | None = None


class ReadinessBody(Body):
    status: Literal["ready", "not_ready"]
    checks: list[ReadinessCheckBody]
