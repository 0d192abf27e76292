"""Wiring of the question whether the service can work."""

from functools import partial

import structlog

from vc_core.readiness import Probe, Readiness
from verifier.adapters.database import Database
from verifier.app.ground import Ground
from verifier.check_readiness import CheckAccessKey, CheckTrust

LIMIT_SECONDS = 2.0

_log = structlog.get_logger()


def build_readiness(database: Database, ground: Ground) -> Readiness:
    probes = (
        Probe(name="database", look=database.require_current),
        Probe(name="access_key", look=CheckAccessKey(signer=ground.party.signer, clock=ground.clock)),
        Probe(
            name="trust_list",
            look=CheckTrust(read_trust=ground.rechecks.gather.read_trust, clock=ground.clock),
            needs="database",
        ),
    )
    return Readiness(probes, limit=LIMIT_SECONDS, tell=partial(_log.warning, "not_ready"))
