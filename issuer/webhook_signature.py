"""Signatures of webhooks as Standard Webhooks 1.0.0 has them: HMAC-SHA256 over id, time and body, with a secret that
only this service and the institution know. `NOTICES.md` says how a receiver checks them.

Secrets are derived from the secret of the service, so none is stored; after a change the former signs too for a day.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from issuer.events import SECRET_OVERLAP, Webhook
from issuer.server_secret import ServerSecret

PREFIX = "whsec_"
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def webhook_secret(secret: ServerSecret, webhook: Webhook) -> str:
    """What the institution is given: `whsec_` and base64 of 32 bytes."""
    return PREFIX + base64.b64encode(_key(secret, webhook.institution_id, webhook.generation)).decode()


def signed_headers(
    secret: ServerSecret, webhook: Webhook, *, event_id: str, body: bytes, now: datetime
) -> Mapping[str, str]:
    """The three headers of one delivery; several signatures are separated by a space."""
    timestamp = str(int(now.timestamp()))
    content = b".".join((event_id.encode(), timestamp.encode(), body))
    former = webhook.generation > 1 and now - webhook.changed_at < SECRET_OVERLAP
    generations = (webhook.generation, webhook.generation - 1) if former else (webhook.generation,)
    keys = (_key(secret, webhook.institution_id, generation) for generation in generations)
    signatures = (base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode() for key in keys)
    return {ID: event_id, TIMESTAMP: timestamp, SIGNATURE: " ".join(f"v1,{one}" for one in signatures)}


def _key(secret: ServerSecret, institution_id: str, generation: int) -> bytes:
    return secret.derive("webhook", f"{institution_id}\0{generation}")
