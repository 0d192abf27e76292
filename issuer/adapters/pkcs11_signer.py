"""Private keys that never leave a hardware security module (PKCS #11): signed with, made and destroyed there.

A `Signer` like a key in a file. A process logs in to a token once, and its calls take turns, because a session serves
one at a time; a session that was lost (the module restarted) is opened anew once. The module is reached by
python-pkcs11, an optional dependency. Elliptic-curve keys only, signed with CKM_ECDSA: the digest is made here
(PKCS #11 v3.0, section 6.3.12).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from issuer.adapters.pkcs11_uri import Pkcs11Uri
from vc_core.signer import PublicKey

_T = TypeVar("_T")
_ALGORITHMS: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    "secp256r1": ("ES256", hashes.SHA256()),
    "secp384r1": ("ES384", hashes.SHA384()),
    "secp521r1": ("ES512", hashes.SHA512()),
}
_NEW_KEY = "secp256r1"


class Pkcs11Error(ValueError):
    """A key that cannot be reached; says why, without the PIN."""


@dataclass(frozen=True, slots=True)
class Pkcs11Key:
    """`vc_core.signer.Signer`."""

    uri: Pkcs11Uri
    public_key: PublicKey
    chain: tuple[x509.Certificate, ...]

    @classmethod
    def open(cls, uri: Pkcs11Uri, chain: tuple[x509.Certificate, ...]) -> "Pkcs11Key":
        """Raises `Pkcs11Error` if the key is not there, or is not the leaf's."""
        public_key = _token(uri).run(lambda session: _public_key(session, uri))
        if public_key != chain[0].public_key():
            raise Pkcs11Error(f"{uri.object} is not the key of its certificate")
        return cls(uri, public_key, chain)

    @property
    def algorithm(self) -> str:
        return _ALGORITHMS[self.public_key.curve.name][0]

    def sign(self, data: bytes) -> bytes:
        """r || s, as PKCS #11 gives it. Raises `Pkcs11Error`."""
        digest = hashes.Hash(_ALGORITHMS[self.public_key.curve.name][1])
        digest.update(data)
        hashed = digest.finalize()
        mechanism = _library().Mechanism.ECDSA

        def sign(session: Any) -> bytes:
            signature: bytes = _key(session, self.uri, "PRIVATE_KEY").sign(hashed, mechanism=mechanism)
            return signature

        return _token(self.uri).run(sign)


def make_key(uri: Pkcs11Uri) -> PublicKey:
    """A P-256 key pair made in the module, not to be taken out of it. Raises `Pkcs11Error` if the label is taken."""
    library = _library()

    def make(session: Any) -> PublicKey:
        if list(session.get_objects({library.Attribute.LABEL: uri.object})):
            raise Pkcs11Error(f"{uri.object} is there already")
        from pkcs11.util.ec import encode_named_curve_parameters

        curve = {library.Attribute.EC_PARAMS: encode_named_curve_parameters(_NEW_KEY)}
        parameters = session.create_domain_parameters(library.KeyType.EC, curve, local=True)
        kept = {library.Attribute.SENSITIVE: True, library.Attribute.EXTRACTABLE: False}
        parameters.generate_keypair(store=True, label=uri.object, private_template=kept)
        return _public_key(session, uri)

    return _token(uri).run(make)


def destroy_key(uri: Pkcs11Uri) -> None:
    """Both halves; nothing if they are gone already. Raises `Pkcs11Error`."""
    label = {_library().Attribute.LABEL: uri.object}

    def destroy(session: Any) -> None:
        for found in list(session.get_objects(label)):
            found.destroy()

    _token(uri).run(destroy)


class _Token:
    """One token as this process is logged in to it."""

    def __init__(self, uri: Pkcs11Uri) -> None:
        self._uri = uri
        self._turn = threading.Lock()
        self._session: Any = None

    def run(self, work: Callable[[Any], _T]) -> _T:
        failed = _library().exceptions.PKCS11Error
        with self._turn:
            try:
                if self._session is not None:
                    try:
                        return work(self._session)
                    except failed:
                        self._close(failed)
                self._session = self._open()
                return work(self._session)
            except failed as error:
                self._close(failed)
                raise Pkcs11Error(f"{self._uri.token}: {type(error).__name__}") from error

    def _open(self) -> Any:
        try:
            pin = self._uri.pin_source.read_text().split("\n")[0]
        except (OSError, UnicodeDecodeError) as error:
            raise Pkcs11Error(f"the PIN cannot be read: {type(error).__name__}") from error
        token = _library().lib(str(self._uri.module_path)).get_token(token_label=self._uri.token)
        return token.open(rw=True, user_pin=pin)

    def _close(self, failed: type[Exception]) -> None:
        session, self._session = self._session, None
        if session is not None:
            try:
                session.close()
            except failed:
                return


_TOKENS: dict[tuple[str, str], _Token] = {}
"""By module and token: a process can log in to a token once only (PKCS #11 v3.0, 5.6.8)."""
_TOKENS_TURN = threading.Lock()


def _token(uri: Pkcs11Uri) -> _Token:
    with _TOKENS_TURN:
        return _TOKENS.setdefault((str(uri.module_path), uri.token), _Token(uri))


def _library() -> Any:
    try:
        import pkcs11
    except ImportError as error:
        raise Pkcs11Error("python-pkcs11 is not installed: pip install 'socsec[pkcs11]'") from error
    return pkcs11


def _key(session: Any, uri: Pkcs11Uri, kind: str) -> Any:
    library = _library()
    wanted = {library.Attribute.LABEL: uri.object, library.Attribute.CLASS: library.ObjectClass[kind]}
    found = list(session.get_objects(wanted))
    if len(found) != 1:
        raise Pkcs11Error(f"{len(found)} keys with the label {uri.object}")
    return found[0]


def _public_key(session: Any, uri: Pkcs11Uri) -> PublicKey:
    from pkcs11.util.ec import encode_ec_public_key

    key = load_der_public_key(encode_ec_public_key(_key(session, uri, "PUBLIC_KEY")))
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name not in _ALGORITHMS:
        raise Pkcs11Error(f"{uri.object} is of a kind that is not used here")
    return key
