"""An institution's end of a webhook, written from `NOTICES.md` alone, and notices that post to it."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from issuer.adapters.database import Database
from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.secret_file import load_or_make_secret
from issuer.app.notices import Notices, build_notices
from issuer.institutions import Institution
from issuer.settings import IssuerSettings
from tests.issuer.world import BASE_URL, Clock, World

HOOK = "https://institution.example/a1-events"
TOLERANCE_SECONDS = 300


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes, *, now: int) -> bool:
    """The check that `NOTICES.md` prescribes."""
    if abs(now - int(headers["webhook-timestamp"])) > TOLERANCE_SECONDS:
        return False
    signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    mac = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256)
    good = f"v1,{base64.b64encode(mac).decode()}"
    return any(hmac.compare_digest(good, one) for one in headers["webhook-signature"].split(" "))


@dataclass
class Receiver:
    """`issuer.ports.SendWebhook`. answers: what to answer next, None for accepted; accepted when used up."""

    clock: Clock
    answers: list[str | None] = field(default_factory=list)
    seen: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> str | None:
        self.seen.append((url, headers, body))
        return self.answers.pop(0) if self.answers else None

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.seen]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.seen]

    def all_genuine(self, secret: str) -> bool:
        now = int(self.clock().timestamp())
        return all(is_genuine(secret, headers, body, now=now) for _, headers, body in self.seen)


@dataclass(frozen=True)
class Post:
    """The notices of a world, and a receiver in the place of the network."""

    notices: Notices
    receiver: Receiver
    institution: Institution
    database: Database


def open_post(world: World, folder: Path, institution_id: str) -> Post:
    database = Database(world.database_url)
    settings = IssuerSettings(data=folder, base_url=BASE_URL)
    secret = load_or_make_secret(settings.secret, os.urandom)
    notices = build_notices(settings, database, secret, world.clock)
    receiver = Receiver(world.clock)
    notices = replace(notices, deliver=replace(notices.deliver, send=receiver))
    return Post(notices, receiver, InstitutionDirectory.read(folder).by_id(institution_id), database)
