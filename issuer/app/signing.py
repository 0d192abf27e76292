"""Wiring of signatures and status lists."""

from dataclasses import dataclass

from issuer.app.directory import published_trust
from issuer.app.ground import Ground
from issuer.use_cases.check_entitlement import CheckEntitlement
from issuer.use_cases.publish_status import PublishStatus, RepublishShards, ServeStatus
from issuer.use_cases.reserve_status import ReserveStatus
from issuer.use_cases.sign_credential import SignCredential
from issuer.use_cases.withdraw_document import WithdrawDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What signs credentials, and what takes them back."""

    sign: SignCredential
    republish: RepublishShards
    withdraw: WithdrawDocument
    serve_status: ServeStatus


def build_signing(ground: Ground) -> Signing:
    publish = PublishStatus(addresses=ground.addresses, measures=ground.measures)
    republish = RepublishShards(institutions=ground.institutions, publish=publish)
    reserve_status = ReserveStatus(
        addresses=ground.addresses,
        secret=ground.secret,
        publish_status=publish,
        shard_bits=ground.settings.shard_bits,
        random=ground.random,
    )
    return Signing(
        sign=SignCredential(
            issuer_uri=ground.addresses.base_url,
            reserve_status=reserve_status,
            entitled=CheckEntitlement(read_trust=published_trust(ground.settings)),
            random=ground.random,
        ),
        republish=republish,
        withdraw=WithdrawDocument(transactions=ground.transactions, republish=republish, clock=ground.clock),
        serve_status=ServeStatus(
            transactions=ground.transactions, republish=republish, addresses=ground.addresses, clock=ground.clock
        ),
    )
