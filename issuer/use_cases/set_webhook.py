"""Sets where an institution is told of its documents; whoever runs this service does, never the institution itself,
so that nobody else chooses which addresses this service calls."""

from dataclasses import dataclass, replace
from datetime import datetime

from issuer.events import Webhook
from issuer.institutions import Institution
from issuer.ports import Clock, Register, Transactions
from issuer.refusals import NoWebhook, WebhookAddressRefused
from issuer.server_secret import ServerSecret
from issuer.webhook_signature import webhook_secret
from vc_core.addresses import LoopbackHttp, require_url
from vc_core.rejection import Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class SetWebhook:
    transactions: Transactions
    secret: ServerSecret
    policy: LoopbackHttp
    clock: Clock

    def __call__(self, institution: Institution, url: str) -> str:
        """The secret that deliveries are signed with; the same as before if only the address changes.

        Refuses with `WebhookAddressRefused`.
        """
        try:
            require_url(url, policy=self.policy)
        except Rejection as rejection:
            raise WebhookAddressRefused(rejection.reason) from rejection
        now = self.clock()

        def work(register: Register) -> Webhook:
            former = register.webhooks.find(institution.id)
            changed = replace(former, url=url) if former else self._new(register, institution, url, now)
            register.webhooks.save(changed)
            return changed

        return webhook_secret(self.secret, self.transactions.write(work))

    def _new(self, register: Register, institution: Institution, url: str, now: datetime) -> Webhook:
        generation = register.webhooks.last_generation(institution.id) + 1
        return Webhook(institution_id=institution.id, url=url, generation=generation, changed_at=now)

    def renew_secret(self, institution: Institution) -> str:
        """A new secret; for a day the former signs too. Refuses with `NoWebhook`."""
        now = self.clock()

        def work(register: Register) -> Webhook:
            former = register.webhooks.find(institution.id)
            if former is None:
                raise NoWebhook
            changed = replace(former, generation=former.generation + 1, changed_at=now)
            register.webhooks.save(changed)
            return changed

        return webhook_secret(self.secret, self.transactions.write(work))

    def remove(self, institution: Institution) -> None:
        """Events are for polling only from now on."""
        self.transactions.write(lambda register: register.webhooks.remove(institution.id))
