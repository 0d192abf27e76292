"""The protocol of a key ceremony: it holds as it is, and breaks when one thing in it is changed."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.institutions import KeyUse
from socsec.key_protocol import TYP, check_protocol, make_protocol
from tests.issuer.world import CNPP, NOW, URSSAF, make_pilot_folder
from vc_core import jose
from vc_core.pilot import new_key
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, SoftwareKey

NAMES = ("a.dupont", "b.martin", "c.leroy")
OFFICERS = {name: SoftwareKey(new_key(os.urandom)) for name in NAMES}
KNOWN: dict[str, PublicKey] = {name: key.public_key for name, key in OFFICERS.items()}
Written = dict[str, Any]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> InstitutionDirectory:
    data: Path = tmp_path_factory.mktemp("protocol")
    make_pilot_folder(data)
    return InstitutionDirectory.read(data)


def _made(directory: InstitutionDirectory, *names: str) -> Written:
    there = {name: OFFICERS[name] for name in names}
    certificate = directory.by_id(CNPP).document_signer.chain[0]
    written: Written = json.loads(
        make_protocol(directory.by_id(URSSAF), KeyUse.DOCUMENTS, certificate, there, now=NOW).text()
    )
    return written


@pytest.mark.parametrize("names", [NAMES[:2], NAMES[1:], NAMES], ids=["first_two", "last_two", "all"])
def test_a_protocol_of_enough_officers_holds(directory: InstitutionDirectory, names: tuple[str, ...]) -> None:
    statement = check_protocol(json.dumps(_made(directory, *names)), KNOWN)
    assert (statement["institution"], statement["officers"], statement["at"]) == (
        URSSAF, list(names), "2026-02-15T10:00:00Z",
    )  # fmt: skip


def _drop_one(written: Written) -> None:
    written["signatures"].pop()


def _repeat(written: Written) -> None:
    written["signatures"][1] = written["signatures"][0]


def _set(name: str, value: str) -> Callable[[Written], None]:
    def change(written: Written) -> None:
        assert written["statement"][name] != value
        written["statement"][name] = value

    return change


def _resigned(name: str, value: object) -> Callable[[Written], None]:
    """The statement is changed, and both officers sign it again."""

    def change(written: Written) -> None:
        written["statement"][name] = value
        _sign(written, OFFICERS[NAMES[0]], OFFICERS[NAMES[1]])

    return change


def _forged(written: Written) -> None:
    """The second officer's signature is made with another key."""
    _sign(written, OFFICERS[NAMES[0]], SoftwareKey(new_key(os.urandom)))


def _of_third(written: Written) -> None:
    """The second signature is the third officer's, who is not named in the statement."""
    _sign(written, OFFICERS[NAMES[0]], OFFICERS[NAMES[2]], names=(NAMES[0], NAMES[2]))


def _of_stranger(written: Written) -> None:
    written["signatures"][1]["officer"] = "d.stranger"


def _under_other_name(written: Written) -> None:
    """The first officer signs for the second as well."""
    _sign(written, OFFICERS[NAMES[0]], OFFICERS[NAMES[0]])


def _sign(written: Written, *keys: SoftwareKey, names: tuple[str, ...] = NAMES) -> None:
    written["signatures"] = [
        {"officer": name, "jws": jose.sign_jws({"typ": TYP, "kid": name}, written["statement"], key)}
        for name, key in zip(names, keys, strict=False)
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(_drop_one, "officers_too_few", id="one_signature_removed"),
        pytest.param(_repeat, "officer_repeated", id="one_signature_twice"),
        pytest.param(_set("institution", CNPP), "statement_differs", id="statement_altered"),
        pytest.param(_set("key", "x" * 43), "statement_differs", id="key_altered"),
        pytest.param(_resigned("key", "x" * 43), "certificate_differs", id="key_of_another_certificate"),
        pytest.param(_resigned("certificate_pem", "none"), "certificate_malformed", id="no_certificate"),
        pytest.param(_resigned("officers", list(NAMES)), "officers_differ", id="an_officer_named_who_did_not_sign"),
        pytest.param(_of_third, "officers_differ", id="signed_by_one_not_named"),
        pytest.param(_forged, "signature_invalid", id="signed_with_another_key"),
        pytest.param(_under_other_name, "signature_invalid", id="signed_by_one_for_two"),
        pytest.param(_of_stranger, "officer_unknown", id="signed_by_a_stranger"),
    ],
)
def test_a_changed_protocol_does_not_hold(
    directory: InstitutionDirectory, change: Callable[[Written], None], reason: str
) -> None:
    written = _made(directory, *NAMES[:2])
    change(written)
    with pytest.raises(Rejection) as refused:
        check_protocol(json.dumps(written), KNOWN)
    assert refused.value.reason == reason


def test_what_is_no_protocol_is_refused() -> None:
    with pytest.raises(Rejection, match="json_malformed"):
        check_protocol("no protocol", KNOWN)
