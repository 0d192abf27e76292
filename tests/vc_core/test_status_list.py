"""`status_list`: the draft's own lists byte for byte, references from both formats, and what is refused."""

import base64
import hashlib
import json
import time
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import JSON
from tests.vectors import read_hex, read_json, vectors
from vc_core import base64url, cbor
from vc_core.addresses import LoopbackHttp
from vc_core.rejection import Rejection
from vc_core.status_list import (
    BITS,
    MAX_INFLATED,
    DeflatedList,
    Status,
    StatusList,
    StatusReference,
    parse_bits,
    parse_status_reference,
)

MILLION = 1 << 20
URI = "https://example.com/statuslists/1"


@pytest.mark.parametrize("bits", BITS)
def test_appendix_c_is_reproduced_byte_for_byte(bits: int) -> None:
    """Appendix C: a list of 2^20 entries, in JSON and CBOR."""
    vector = read_json(vectors("token-status-list") / f"appendix-C-{bits}bit.json")
    statuses = {int(index): value for index, value in vector["statuses"].items()}
    built = StatusList.of(statuses, bits=bits, size=vector["size_entries"])
    assert hashlib.sha256(built.data).hexdigest() == vector["uncompressed_sha256"]
    deflated = built.deflate()
    assert {"bits": bits, "lst": base64url.encode(deflated.lst)} == vector["json"]
    assert cbor.dumps({"bits": bits, "lst": deflated.lst}).hex() == vector["cbor_hex"]


@pytest.mark.parametrize("bits", BITS)
def test_appendix_c_is_read(bits: int) -> None:
    vector = read_json(vectors("token-status-list") / f"appendix-C-{bits}bit.json")
    read = DeflatedList(bits=bits, lst=base64url.decode(vector["json"]["lst"])).inflate()
    assert len(read) == vector["size_entries"]
    expected = {int(index): value for index, value in vector["statuses"].items() if value}
    others = read.replace(dict.fromkeys(expected, 0))
    assert {index: read.value(index) for index in expected} == expected
    assert not any(others.data)


@pytest.mark.parametrize("name", ["one_bit", "two_bit"])
def test_the_short_lists_of_section_4(name: str) -> None:
    vector = read_json(vectors("token-status-list") / "section-4-short.json")[name]
    built = StatusList.of(dict(enumerate(vector["statuses"])), bits=vector["bits"], size=len(vector["statuses"]))
    assert built.data.hex() == vector["bytes_hex"]
    assert built.deflate().lst.hex() == vector["zlib_hex"]
    assert base64url.encode(built.deflate().lst) == vector["lst"]
    assert [built.value(index) for index in range(len(built))] == vector["statuses"]


@pytest.mark.parametrize(("bits", "octet"), [(1, 0b00000001), (2, 0b00000011), (4, 0b00001111), (8, 0b11111111)])
def test_the_first_entry_is_in_the_least_significant_bits(bits: int, octet: int) -> None:
    """Section 4.1."""
    assert StatusList.of({0: (1 << bits) - 1}, bits=bits, size=8 // bits).data == bytes([octet])


@given(st.data(), st.sampled_from(BITS), st.integers(1, 64))
def test_what_is_built_is_read_back(data: st.DataObject, bits: int, octets: int) -> None:
    size = octets * 8 // bits
    values = data.draw(st.lists(st.integers(0, (1 << bits) - 1), min_size=size, max_size=size))
    built = StatusList.of(dict(enumerate(values)), bits=bits, size=size)
    read = built.deflate().inflate()
    assert [read.value(index) for index in range(len(read))] == values
    assert {n: built.replace({0: n}).value(0) for n in range(1 << bits)} == {n: n for n in range(1 << bits)}


@pytest.mark.parametrize(
    ("values", "bits", "size"),
    [({0: 2}, 1, 8), ({0: -1}, 8, 8), ({8: 1}, 1, 8), ({-1: 1}, 1, 8), ({}, 3, 8), ({}, 1, 7)],
    ids=["value_too_large", "value_negative", "index_beyond", "index_negative", "bits_wrong", "half_a_byte"],
)
def test_a_wrong_list_is_not_built(values: dict[int, int], bits: int, size: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  our own mistake, whatever its words
        StatusList.of(values, bits=bits, size=size)


@pytest.mark.parametrize("index", [8, 2**53 + 1, -1], ids=["beyond_end", "beyond_json", "negative"])
def test_an_index_out_of_range_is_refused(index: int) -> None:
    """Section 8.3, step 7."""
    with pytest.raises(Rejection, match="status_index_out_of_range"):
        StatusList(bits=1, data=b"\0").value(index)


PACKED = zlib.compress(b"\xb9\xa3", 9)


@cache
def bomb() -> bytes:
    """Made when first needed: it takes a second."""
    return zlib.compress(bytes(200 * MAX_INFLATED), 9)


BAD_LISTS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "raw_deflate": ("status_list_not_zlib", lambda: PACKED[2:-4]),
    "gzip": ("status_list_not_zlib", lambda: zlib.compress(b"\xb9\xa3", 9, wbits=31)),
    "empty": ("status_list_truncated", lambda: b""),
    "truncated": ("status_list_truncated", lambda: PACKED[:-1]),
    "trailing_bytes": ("status_list_not_zlib", lambda: PACKED + b"\0"),
    "checksum_wrong": ("status_list_not_zlib", lambda: PACKED[:-1] + bytes([PACKED[-1] ^ 1])),
    "bomb": ("status_list_too_large", bomb),
    "one_byte_too_large": ("status_list_too_large", lambda: zlib.compress(bytes(MAX_INFLATED + 1), 9)),
}


@pytest.mark.parametrize(("reason", "lst"), BAD_LISTS.values(), ids=BAD_LISTS.keys())
def test_a_list_that_does_not_inflate_is_refused(reason: str, lst: Callable[[], bytes]) -> None:
    with pytest.raises(Rejection) as caught:
        DeflatedList(bits=1, lst=lst()).inflate()
    assert caught.value.reason == reason


def test_the_largest_list_inflates_and_a_smaller_bound_holds() -> None:
    lst = zlib.compress(bytes(MAX_INFLATED), 9)
    assert len(DeflatedList(bits=1, lst=lst).inflate()) == 2**24
    with pytest.raises(Rejection, match="status_list_too_large"):
        DeflatedList(bits=1, lst=lst).inflate(max_bytes=MAX_INFLATED - 1)


def test_a_bomb_costs_no_more_memory_than_the_largest_list() -> None:
    listed = DeflatedList(bits=1, lst=bomb())
    tracemalloc.start()
    with pytest.raises(Rejection):
        listed.inflate()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * MAX_INFLATED


def test_reading_one_value_copies_nothing() -> None:
    read = StatusList.of({77: 1}, bits=1, size=MILLION).deflate().inflate()
    tracemalloc.start()
    assert read.value(77) == Status.INVALID
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1024


def test_a_million_entries_one_in_a_hundred_set_are_packed_quickly() -> None:
    """The cost of republishing a shard; measured 65 ms, an order of magnitude of grace for a busy machine."""
    values = {index * 2_654_435_761 % MILLION: 1 for index in range(MILLION // 100)}
    start = time.perf_counter()
    StatusList.of(values, bits=1, size=MILLION).deflate()
    assert time.perf_counter() - start < 0.65


def reference(**changes: Any) -> dict[str, Any]:
    return {"status_list": {"idx": 0, "uri": URI} | changes}


def test_a_reference_reads_as_it_is_written() -> None:
    read = StatusReference(uri=URI, idx=412)
    assert parse_status_reference(read.claim()) == read
    assert parse_status_reference(cbor.loads(cbor.dumps(read.claim()))) == read


def test_the_reference_in_the_draft_s_sd_jwt_is_read() -> None:
    text = (vectors("token-status-list") / "referenced_token_sd_jwt.txt").read_text()
    payload = json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "=="))
    expected = read_json(vectors("token-status-list") / "referenced_token_sd_jwt.expected.json")
    assert payload == expected["payload"]
    assert parse_status_reference(payload["status"]) == StatusReference(uri=URI, idx=0)


def test_the_reference_in_the_draft_s_cwt_is_read() -> None:
    """Section 6.3: claim 65535."""
    message = cbor.loads(read_hex(vectors("token-status-list") / "referenced_token.cwt.cbor.hex.txt"))
    claims = cbor.loads(message.value[2])
    assert parse_status_reference(claims[65535]) == StatusReference(uri=URI, idx=0)


BAD_REFERENCES = {
    "not_an_object": ("status_malformed", "status_list"),
    "null": ("status_malformed", None),
    "empty": ("status_mechanism_unknown", {}),
    "unknown_mechanism": ("status_mechanism_unknown", {"status_list_2021": {"idx": 0, "uri": URI}}),
    "list_not_an_object": ("status_malformed", {"status_list": [0, URI]}),
    "idx_missing": ("status_malformed", {"status_list": {"uri": URI}}),
    "uri_missing": ("status_malformed", {"status_list": {"idx": 0}}),
    "idx_negative": ("status_index_malformed", reference(idx=-1)),
    "idx_string": ("status_index_malformed", reference(idx="0")),
    "idx_float": ("status_index_malformed", reference(idx=0.0)),
    "idx_boolean": ("status_index_malformed", reference(idx=True)),
    "idx_beyond_json": ("status_index_malformed", reference(idx=2**53)),
    "uri_http": ("url_not_https", reference(uri="http://example.com/statuslists/1")),
    "uri_data": ("url_malformed", reference(uri="data:application/statuslist+jwt,eyJ")),
    "uri_relative": ("url_malformed", reference(uri="/statuslists/1")),
    "uri_with_fragment": ("url_malformed", reference(uri=f"{URI}#1")),
    "uri_with_user": ("url_malformed", reference(uri="https://a@example.com/1")),
    "uri_number": ("url_malformed", reference(uri=1)),
}


@pytest.mark.parametrize(("reason", "status"), BAD_REFERENCES.values(), ids=BAD_REFERENCES.keys())
def test_a_bad_reference_is_refused_for_its_reason(reason: str, status: object) -> None:
    with pytest.raises(Rejection) as caught:
        parse_status_reference(status)
    assert caught.value.reason == reason


def test_plain_http_to_this_machine_is_a_matter_of_policy() -> None:
    local = reference(uri="http://127.0.0.1:8000/lists/1")
    assert parse_status_reference(local).uri == "http://127.0.0.1:8000/lists/1"
    with pytest.raises(Rejection, match="url_not_https"):
        parse_status_reference(local, policy=LoopbackHttp.REFUSED)


@pytest.mark.parametrize("bits", [0, 3, 5, 16, "1", 1.0, True, None], ids=repr)
def test_other_numbers_of_bits_are_refused(bits: object) -> None:
    with pytest.raises(Rejection, match="status_bits_wrong"):
        parse_bits(bits, where="/bits")


@given(JSON)
def test_a_reference_is_read_or_refused(status: object) -> None:
    for value in (status, {"status_list": status}, {"status_list": {"idx": status, "uri": status}}):
        with pytest.raises(Rejection):
            parse_status_reference(value)


@given(st.binary(max_size=200))
def test_a_list_is_inflated_or_refused(lst: bytes) -> None:
    for octets in (lst, PACKED + lst, PACKED[: len(lst)] + lst):
        try:
            DeflatedList(bits=1, lst=octets).inflate()
        except Rejection:
            continue
