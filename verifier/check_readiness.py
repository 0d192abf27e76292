"""What the verifier cannot work without: a trust list that is current, and a key that wallets know it by."""

from dataclasses import dataclass

from vc_core.readiness import Unready
from vc_core.signer import Signer, signs
from vc_core.trust import TrustLists, TrustUnavailable
from verifier.ports import Clock, ReadTrust


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTrust:
    read_trust: ReadTrust
    clock: Clock

    def __call__(self) -> None:
        """Raises `Unready` if no verdict could be given for want of a trust list, with the reason why.

        One of several lists is enough: the institutions on it can be told, and nobody else could tell more.
        """
        lists = TrustLists.of(self.read_trust(self.clock())).lists
        missing = [(one.content.reason, one.name) for one in lists if isinstance(one.content, TrustUnavailable)]
        if len(missing) == len(lists):
            raise Unready(*missing[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAccessKey:
    signer: Signer
    clock: Clock

    def __call__(self) -> None:
        """Raises `Unready` if the key does not sign, or its certificate is not in force."""
        if not signs(self.signer):
            raise Unready("signature_wrong")
        leaf = self.signer.chain[0]
        if not leaf.not_valid_before_utc <= self.clock() <= leaf.not_valid_after_utc:
            raise Unready("certificate_not_in_force")
