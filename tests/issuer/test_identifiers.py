"""Identifiers."""

import os
import uuid
from datetime import timedelta

from issuer.identifiers import row_id, unguessable_id, unlinkable_id
from tests.issuer.world import NOW


def test_row_id_is_a_uuid_of_version_7_that_grows_with_time() -> None:
    earlier, later = row_id(NOW, os.urandom), row_id(NOW + timedelta(milliseconds=1), os.urandom)
    parsed = uuid.UUID(earlier)
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert parsed.int >> 80 == int(NOW.timestamp() * 1000)
    assert earlier < later


def test_all_random_bits_are_used() -> None:
    ones = uuid.UUID(row_id(NOW, lambda count: b"\xff" * count)).int
    zeros = uuid.UUID(row_id(NOW, bytes)).int
    assert (ones ^ zeros).bit_count() == 74


def test_ids_that_hold_no_time() -> None:
    assert len(unguessable_id(os.urandom)) == 22
    assert uuid.UUID(unlinkable_id(os.urandom)).version == 4
    assert unlinkable_id(os.urandom).startswith("urn:uuid:")
