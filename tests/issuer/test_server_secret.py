"""What is derived from the server secret."""

from issuer.server_secret import ServerSecret

SECRET = ServerSecret(bytes(range(32)))


def test_codes_of_an_offer() -> None:
    assert SECRET.pre_authorized_code("o") == SECRET.pre_authorized_code("o")
    assert len(SECRET.pre_authorized_code("o")) == 43
    codes = [SECRET.tx_code(str(number)) for number in range(1000)]
    assert all(len(code) == 6 and code.isdecimal() for code in codes)
    assert len(set(codes)) > 990


def test_purposes_and_subjects_do_not_meet() -> None:
    derived = [
        SECRET.derive("a", "b"),
        SECRET.derive("a"),
        SECRET.derive("b", "a"),
        SECRET.status_key("a"),
        SECRET.person_key("a", "b", "c"),
        SECRET.person_key("a", "c", "b"),
        ServerSecret(bytes(32)).derive("a", "b"),
    ]
    assert len(set(derived)) == len(derived)


def test_secret_is_not_shown() -> None:
    assert "value" not in repr(SECRET)
