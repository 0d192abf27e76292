"""Verifications as files: what each scenario shows a verifier, all that is needed to judge it, and the verdict.

    fixtures.json           `now`, and every case as `conform list` has it, with its folder
    operator.pem            the pinned certificate of the trust list's operator
    trust-list.jwt          the list where nothing is wrong with it
    encryption-key.pem      the verifier's key that answers are encrypted to; a device MAC is made for it
    SCENARIO/TYPE/FORMAT/
        shown.txt           the presentation or the credential; shown.png: an inspection code, where a symbol holds it
        trust-list.jwt      where the list is at fault
        status-list         what its server answers, byte for byte
        case.json           what is asked, and how the files of the case are to be read

For tests of somebody else's verifier, its clock set to `now`, without this program and without a network. Keys and
nonces are the same in every run; signatures are not, since ECDSA draws a random number for each.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from conformance.judging import expectation
from conformance.presenting import Asking, Stage, set_up
from conformance.report import case_json, json_text
from conformance.scenario import Case, Verification
from conformance.world import World
from issuer.faults import NoStatusAnswer
from vc_core import base64url, qr
from vc_core.formats.registry import WALLET_FORMATS

SHOWN, CODE, TRUST_LIST, STATUS_LIST, CASE = "shown.txt", "shown.png", "trust-list.jwt", "status-list", "case.json"


def write_fixtures(world: World, cases: Iterable[Case], folder: Path) -> int:
    """How many; cases of other kinds are passed over. Raises `FileExistsError` if there is such a folder."""
    folder.mkdir(parents=True)
    key = world.holder("encryption").private_key
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "encryption-key.pem").write_bytes(pem)
    (folder / "operator.pem").write_bytes(world.pilot.operator.chain[0].public_bytes(Encoding.PEM))
    (folder / TRUST_LIST).write_text(world.pilot.trust_list_text)
    written = [_write(set_up(world, case), folder) for case in cases if isinstance(case.scenario, Verification)]
    (folder / "fixtures.json").write_bytes(json_text({"now": world.now.isoformat(), "cases": written}))
    return len(written)


def _write(stage: Stage, root: Path) -> Mapping[str, Any]:
    case, listed = stage.case, case_json(stage.case)
    place = Path(case.scenario.id, case.type_id, case.format_id)
    folder = root / place
    folder.mkdir(parents=True)
    asking = None if stage.handed_in else stage.asking()
    shown = stage.credential()
    if asking is not None:
        shown = stage.presentation(shown, asking)
    (folder / SHOWN).write_text(shown, encoding="utf-8")
    if case.format_id not in WALLET_FORMATS:
        _draw(shown, folder / CODE)
    about = {
        "asked": _asked(stage),
        "challenge": None if asking is None else _challenge(asking),
        "query": None if asking is None else stage.query(),
        "trust_list": _trust_list(stage, root, place),
        "status_list": _status_list(stage, root, place),
    }
    (folder / CASE).write_bytes(json_text({**listed, **about}))
    return {**listed, "folder": place.as_posix()}


def _draw(code: str, path: Path) -> None:
    """No picture of what fits no symbol, and none of the bomb: `qrcode` fails at data that are zeros alone."""
    with suppress(ValueError):
        path.write_bytes(qr.png(code))


def _asked(stage: Stage) -> Mapping[str, Any]:
    """What the inspector asks about, today unless a day is named."""
    expected = expectation(stage.world, stage.case.type_id, stage.scenario.asked)
    person = None if expected.person is None else asdict(expected.person)
    return {
        "day": expected.day, "host_state": expected.host_state, "employer": expected.employer, "person": person,
    }  # fmt: skip


def _challenge(asking: Asking) -> Mapping[str, Any]:
    """encryption_thumbprint: of `encryption-key.pem` (RFC 7638), in base64url. origin: of a page that asked, else null.

    transaction_data: what the holder had to agree to, as sent.
    """
    challenge = asking.challenge
    thumbprint = challenge.encryption_thumbprint
    return {
        "nonce": challenge.nonce,
        "client_id": challenge.client_id,
        "response_uri": challenge.response_uri,
        "origin": challenge.origin,
        "encryption_thumbprint": None if thumbprint is None else base64url.encode(thumbprint),
        "transaction_data": [one.text for one in challenge.transactions],
    }


def _trust_list(stage: Stage, root: Path, place: Path) -> Mapping[str, Any]:
    """known_sequence: the highest that the reader has accepted before."""
    publication, file = stage.publication(), Path(TRUST_LIST)
    if publication.text != stage.world.pilot.trust_list_text:
        file = place / TRUST_LIST
        (root / file).write_text(publication.text, encoding="utf-8")
    return {"file": file.as_posix(), "known_sequence": publication.known}


def _status_list(stage: Stage, root: Path, place: Path) -> Mapping[str, Any]:
    """status: of the answer; null where the server ends the connection without one. Any other address answers 404."""
    uri = stage.world.reference(stage.case.id).uri
    answer = stage.status_server()(uri)
    if isinstance(answer, NoStatusAnswer):
        return {"uri": uri, "status": None}
    file = place / STATUS_LIST
    (root / file).write_bytes(answer.body)
    return {"uri": uri, "status": answer.status, "content_type": answer.content_type, "file": file.as_posix()}
