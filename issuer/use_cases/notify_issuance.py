"""Takes a wallet's report of what became of credentials: OpenID4VCI 1.0, section 11.

1. The access token of the issuance, bound to its key.  as `check_access`
2. A report in the form prescribed.  `NotificationMalformed`
3. Of an issuance that this token permitted.  `NotificationUnknown`
Nothing depends on it: a wallet may leave it, repeat it, or change its mind.
"""

from dataclasses import dataclass, replace

from issuer.audit import HOLDER, AuditEvent, LogEvent
from issuer.events import EventKind
from issuer.identifiers import fingerprint
from issuer.notifications import NotificationEvent
from issuer.ports import Clock, Register, Transactions
from issuer.refusals import NotificationMalformed, NotificationUnknown
from issuer.use_cases.check_access import AuthorizedCall, CheckAccess
from issuer.use_cases.tell_institution import tell
from vc_core import strict_json
from vc_core.members import Members
from vc_core.rejection import Rejection

_SECTION = "OpenID4VCI 1.0, section 11.1"
_TOLD = {
    NotificationEvent.ACCEPTED: EventKind.ACCEPTED,
    NotificationEvent.FAILURE: EventKind.FAILED,
    NotificationEvent.DELETED: EventKind.DELETED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyIssuance:
    transactions: Transactions
    access: CheckAccess
    max_body_bytes: int
    clock: Clock

    def __call__(self, call: AuthorizedCall) -> None:
        now = self.clock()
        access = self.access(call, now=now)  # 1
        notification_id, event = self._report(call.body)  # 2

        def work(register: Register) -> None:
            notice = register.notices.find(fingerprint(notification_id))
            if notice is None or notice.offer_id != access.grant.offer_id:  # 3
                raise NotificationUnknown("notification_id_unknown")
            self.access.spend(register, access, now=now)
            register.notices.save(replace(notice, event=event, reported_at=now))
            document = register.documents.by_id(notice.document_id)
            if event is not notice.event:
                tell(register, _TOLD[event], document, at=now, mark=notice.fingerprint.hex())
            reported = LogEvent.of(document, AuditEvent.WALLET_NOTIFIED, at=now, details={"report": event.value})
            register.audit.append([reported])

        self.transactions.write(work, by=HOLDER)

    def _report(self, body: bytes) -> tuple[str, NotificationEvent]:
        try:
            report = Members(strict_json.parse_object(body, max_bytes=self.max_body_bytes), "", _SECTION)
            notification_id, event = report.required("notification_id", str), report.required("event", str)
            report.optional("event_description", str)
        except Rejection as rejection:
            raise NotificationMalformed(rejection.reason) from rejection
        try:
            return notification_id, NotificationEvent(event)
        except ValueError:
            raise NotificationMalformed("event_unknown") from None
