"""Session encryption: ISO/IEC 18013-5, 9.1.1, on the example of annex D."""

import pytest

from tests.vc_core.mdoc import annex_d
from tests.vc_core.mdoc.sample import reason
from vc_core import cbor, cose, mdoc
from vc_core.mdoc import Direction, SessionKey

BOTH = [(Direction.FROM_READER, "SKReader"), (Direction.FROM_DEVICE, "SKDevice")]


def derive(direction: Direction) -> SessionKey:
    own, peer = annex_d.key("ephemeral_device"), annex_d.key("ephemeral_reader").public_key
    return mdoc.session_key(direction, own, peer, annex_d.session_transcript())


@pytest.mark.parametrize(("direction", "name"), BOTH, ids=["reader", "device"])
def test_annex_d_keys_are_reproduced_from_either_side(direction: Direction, name: str) -> None:
    session = annex_d.expected()["session"]
    reader, device = annex_d.key("ephemeral_reader"), annex_d.key("ephemeral_device")
    assert reader.agree(device.public_key).hex() == session["shared_secret"]
    assert derive(direction).key.hex() == session[name]
    assert mdoc.session_key(direction, reader, device.public_key, annex_d.session_transcript()) == derive(direction)


def test_annex_d_establishment_holds_the_request_and_the_readers_key() -> None:
    message = cbor.loads(annex_d.octets("session_establishment"))
    reader_key = cose.public_key_from_cose(cbor.loads(message["eReaderKey"].content))
    assert reader_key == annex_d.key("ephemeral_reader").public_key
    assert derive(Direction.FROM_READER).decrypt(message["data"], number=1) == annex_d.octets("device_request")


def test_annex_d_session_data_holds_the_response() -> None:
    message = cbor.loads(annex_d.octets("session_data"))
    assert derive(Direction.FROM_DEVICE).decrypt(message["data"], number=1) == annex_d.octets("device_response")


def test_annex_d_termination_and_engagement_are_read() -> None:
    assert cbor.loads(annex_d.octets("session_termination")) == {"status": 20}
    device_key = cbor.loads(annex_d.octets("e_device_key_bytes"))
    assert cose.public_key_from_cose(cbor.loads(device_key.content)) == annex_d.key("ephemeral_device").public_key
    engaged, _, _ = cbor.loads(annex_d.session_transcript())
    for engagement in (annex_d.octets("device_engagement"), engaged.content):
        assert cbor.loads(engagement)[1][1] == device_key


def test_annex_d_messages_are_reproduced() -> None:
    message = cbor.loads(annex_d.octets("session_data"))
    sealed = derive(Direction.FROM_DEVICE).encrypt(annex_d.octets("device_response"), number=1)
    assert sealed == message["data"]


BAD = {
    "tag_changed": (lambda data: data[:-1] + bytes((data[-1] ^ 1,)), Direction.FROM_DEVICE, 1),
    "cut_off": (lambda data: data[:8], Direction.FROM_DEVICE, 1),
    "sent_back": (lambda data: data, Direction.FROM_READER, 1),
    "replayed_as_the_next": (lambda data: data, Direction.FROM_DEVICE, 2),
}


@pytest.mark.parametrize(("damage", "direction", "number"), BAD.values(), ids=BAD)
def test_bad_messages_are_refused(damage: object, direction: Direction, number: int) -> None:
    assert callable(damage)
    data = damage(derive(Direction.FROM_DEVICE).encrypt(b"hello", number=1))
    assert reason(derive(direction).decrypt, data, number=number) == "session_data_undecryptable"
