"""A signed receipt for each verdict, without personal data (`vc_core.receipt`)."""

from dataclasses import dataclass

from vc_core.receipt import encode_receipt, make_receipt
from verifier.judge_presentation import Judged
from verifier.ports import RandomBytes
from verifier.relying_party import RelyingParty


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveReceipt:
    """party: signs with its access key, under the name that it has as a verifier."""

    party: RelyingParty
    random: RandomBytes

    def __call__(self, judged: Judged) -> str:
        receipt = make_receipt(
            judged.verdict,
            judged.evidence,
            verifier=self.party.name or self.party.base_url,
            policy=judged.policy.version,
            random=self.random,
        )
        return encode_receipt(receipt, self.party.signer)
