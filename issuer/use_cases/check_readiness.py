"""What the issuer cannot work without: keys that sign, and status lists that are up to date."""

from dataclasses import dataclass

from issuer.institutions import KeyUse
from issuer.ports import Clock, Institutions, Transactions
from issuer.use_cases.publish_status import ServeStatus
from vc_core.readiness import Unready
from vc_core.signer import signs
from vc_core.status_token import TokenFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckKeys:
    institutions: Institutions
    clock: Clock

    def __call__(self) -> None:
        """Raises `Unready` if a key does not sign, or no institution has certificates that are in force.

        The end of one institution's certificate does not stop the work of the others; it alone is refused.
        """
        now = self.clock()
        in_force = 0
        for institution in self.institutions.all():
            signers = [institution.signer(use) for use in KeyUse]
            if not all(map(signs, signers)):
                raise Unready("signature_wrong", institution.id)
            leaves = [signer.chain[0] for signer in signers]
            in_force += all(leaf.not_valid_before_utc <= now <= leaf.not_valid_after_utc for leaf in leaves)
        if not in_force:
            raise Unready("no_certificate_in_force")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStatusLists:
    transactions: Transactions
    serve: ServeStatus

    def __call__(self) -> None:
        """Asks for the oldest list as anybody might, which publishes it anew if that is due.

        Raises `Unready` if what is served is out of date.
        """
        oldest = self.transactions.read(lambda register: register.shards.oldest())
        if oldest is not None and self.serve(oldest, TokenFormat.JWT).max_age == 0:
            raise Unready("status_list_out_of_date", oldest)
