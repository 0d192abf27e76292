"""All roles' named deviations, by role and id. The harness is the one place that reaches them."""

from collections.abc import Mapping
from typing import Protocol

import issuer.faults
import verifier.faults
import wallet_sim.faults
from conformance import trust_faults
from conformance.scenario import Role


class NamedFault(Protocol):
    """What a fault of any role says of itself."""

    @property
    def id(self) -> str: ...

    @property
    def says(self) -> str: ...

    @property
    def section(self) -> str: ...


FAULTS: Mapping[Role, Mapping[str, NamedFault]] = {
    Role.NOBODY: {},
    Role.ISSUER: {
        id_: one for id_, one in issuer.faults.FAULTS.items() if isinstance(one, issuer.faults.CredentialFault)
    },
    Role.STATUS_PROVIDER: {
        id_: one for id_, one in issuer.faults.FAULTS.items() if isinstance(one, issuer.faults.StatusFault)
    },
    Role.TRUST_OPERATOR: trust_faults.FAULTS,
    Role.WALLET: wallet_sim.faults.FAULTS,
    Role.VERIFIER: verifier.faults.FAULTS,
}
