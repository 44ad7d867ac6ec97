"""Replace keys of people by keyed hashes that nobody without the key file can make again."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from store.errors import WrongConfig

KEY_BYTES = 32


@dataclass(frozen=True)
class Pseudonyms:
    """Hashes under one secret key (HMAC-SHA256, 128 bits of it kept)."""

    key: bytes

    def respondent(self, wave: str, key: str) -> str:
        """Return the id of a respondent of one wave: differs between waves."""
        return self._hash("respondent", wave, key)

    def person(self, panel_key: str) -> str:
        """Return the id of a person: the same in every wave."""
        return self._hash("person", panel_key)

    @property
    def check(self) -> str:
        """A fingerprint of the key, to see that it is still the same one; tells nothing of the key."""
        return self._hash("check")

    def _hash(self, *words: str) -> str:
        return hmac.new(self.key, "\0".join(words).encode(), hashlib.sha256).hexdigest()[:32]


def load_key(path: Path, *, create: bool) -> Pseudonyms:
    """Read the key file, making it (mode 600) where it is missing and ``create`` is true.

    Raises :class:`WrongConfig` where it is missing and may not be made, readable by others, or no key.
    """
    if not path.exists():
        if not create:
            raise WrongConfig("the key file is missing", where=path,
                              do="Put it back: without it earlier answers can't be matched ([surveys] key_file)")
        _make(path)
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise WrongConfig(f"others may read the key file (mode {mode:o})", where=path, do=f"chmod 600 {path}")
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise WrongConfig(f"the key file can't be read ({error.strerror})", where=path,
                          do="Mend its permissions: chmod 600") from error
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise WrongConfig("this is not a key file", where=path,
                          do=f"It holds {2 * KEY_BYTES} hexadecimal digits; put the right file back")
    return Pseudonyms(key)


def _make(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
    except OSError as error:
        raise WrongConfig(f"the key file can't be made ({error.strerror})", where=path,
                          do="Set [surveys] key_file to a place that can be written") from error
