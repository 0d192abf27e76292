"""Wiring of the question whether the service can work."""

from functools import partial

import structlog

from issuer.adapters.database import Database
from issuer.adapters.spool import require_writable
from issuer.app.house import House
from issuer.use_cases.check_readiness import CheckKeys, CheckStatusLists
from vc_core.readiness import Probe, Readiness

LIMIT_SECONDS = 2.0

_log = structlog.get_logger()


def build_readiness(database: Database, house: House) -> Readiness:
    ground = house.ground

    def look_at_spool() -> None:
        require_writable(ground.settings.spool_folder, f".probe-{ground.random(8).hex()}")

    probes = (
        Probe(name="database", look=database.require_current),
        Probe(name="keys", look=CheckKeys(institutions=ground.institutions, clock=ground.clock)),
        Probe(name="spool", look=look_at_spool),
        Probe(
            name="status_lists",
            look=CheckStatusLists(transactions=ground.transactions, serve=house.signing.serve_status),
            needs="database",
        ),
    )
    return Readiness(probes, limit=LIMIT_SECONDS, tell=partial(_log.warning, "not_ready"))
