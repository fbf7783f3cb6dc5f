"""Credentials in configurations: texts of a form that providers give out, and values of keys that say what they hold.

A value is taken for real only if nobody would write it as an example: long enough, mixed, no word, no reference.
"""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.raw import ConfigKey
from groundrules.typed import Iterable, Iterator, NamedTuple

_FORMS = pattern(
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"  # access keys of a cloud
    r"|\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{60,}|\bglpat-[A-Za-z0-9_-]{20,}"  # forges
    r"|\bhf_[A-Za-z]{30,}|\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{32,}|\bAIza[0-9A-Za-z_-]{35}"  # hubs of models
    r"|\bxox[abprs]-[A-Za-z0-9-]{20,}|\bhooks\.slack\.com/services/T\w{8,}/B\w{8,}/\w{20,}"  # chats
    r"|-----BEGIN (?:RSA |EC |OPENSSH |DSA |)PRIVATE KEY-----\s*\\?n?[A-Za-z0-9+/=\s\\]{40,}"
    r"|\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}"  # signed tokens
)
_MARKS = (  # every text of such a form holds one of these
    "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "hf_", "sk-", "AIza", "xox",
    "hooks.slack", "-----BEGIN ", "eyJ",
)  # fmt: skip
_SHORTEST_FORM = 20
_IN_ADDRESS = pattern(r"[a-z][a-z0-9+.-]*://[^/\s:@{}$<>%]+:([^/\s:@{}$<>%]{6,})@([^\s/:]+)")
_NAME = pattern(
    r"(?:^|[._-])(?:password|passwd|pwd|secret|secret_?key|access_?key|api_?key|apikey|private_?key|client_?secret|auth_?token"
    r"|access_?token|api_?token|fernet_?key|token|pat|credential|connection_?string|account_?key)$"
)
_NOT_NAMED = (
    "checksum",
    "digest",
    "hash",
    "public",
    "token_type",
    "max_token",
    "pad_token",
    "eos_token",
    "bos_token",
    "unk_token",
    "mask_token",
)
_WORDS = (
    "password", "passwd", "passw", "p@ss", "strong", "secure", "secret", "example", "change", "your", "xxx",
    "test", "dummy", "local", "admin", "postgres",
    "airflow", "default", "placeholder", "todo", "fake", "sample", "insert", "replace", "redacted", "docker", "demo",
    "token", "apikey", "api_key", "api-key", "***", "...", "abc123", "123456", "root", "user", "guest", "none", "null",
    "true",
)  # fmt: skip
_REFERENCES = (
    "${", "$(", "{{", "<", "%(", "vault", "op://", "enc[", "arn:", "ssm:", "secretmanager", "!", "env:", "env(", "$",
    "file:", "/", "./", "~", "@", "http", "keyvault", "sops", "azkv", "gcpkms", "secrets.", "projects/",
)  # fmt: skip
_OPENING = ("@", "key=", "password=", "pwd=", "secret", "signature=", "sig=", "token=")  # in an address of a service
_SEALED = "encryptedData."  # of a manifest: only the cluster can open what it holds
_PASSWORDS = ("password", "passwd", "pwd")
_SHORTEST = 12
_SHORTEST_PASSWORD = 10  # where it is a mix of three kinds of signs
_ADDRESS = pattern(r"\b(?!10\.|127\.|0\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)\d{1,3}(?:\.\d{1,3}){3}\b")


class Secret(NamedTuple):
    """A credential that a file holds."""

    row: ConfigKey
    key: str
    how: str  # form | address | name
    value: str

    @property
    def mark(self) -> str:
        """The same for equal credentials, and no help in finding them out."""
        from hashlib import sha256

        return sha256(self.value.encode()).hexdigest()[:8]


def secrets(rows: Iterable[ConfigKey]) -> Iterator[Secret]:
    """The credentials among the keys of a file."""
    for row in rows:
        if row.kind not in ("text", "number") or not row.value or _SEALED in row.key:
            continue
        key, value = row.key, row.value.strip().strip("'\"")
        name, sign, rest = value.partition("=")
        if sign and name.isidentifier() and name.isupper():  # an item of a list of variables
            key, value = name, rest.strip("'\"")
        if has_form(value) and not is_word(value):
            yield Secret(row, key, "form", value)
        elif "://" in value and (found := _IN_ADDRESS.search(value)) and is_real(found[1]) and "." in found[2]:
            yield Secret(row, key, "address", found[1])
        elif key.lower().replace("-", "_").endswith("connection_string") and not _opens(value):
            continue
        elif is_named(key) and (is_real(value) or (key.lower().endswith(_PASSWORDS) and _is_password(value))):
            yield Secret(row, key, "name", value)


def _opens(value: str) -> bool:
    """Whether the address of a service holds something that lets one in."""
    return any(word in value.lower() for word in _OPENING)


def names_machine(rows: Iterable[ConfigKey]) -> bool:
    """Whether a file names a machine that others can reach, so that its credentials open something."""
    return any(row.value is not None and _ADDRESS.search(row.value) is not None for row in rows)


def may_be_secret(name: str, value: str) -> bool:
    """Whether a name or a value says that it is worth a second look."""
    return len(value) >= _SHORTEST_PASSWORD and (is_named(name) or has_form(value) or "://" in value)


def has_form(value: str) -> bool:
    """Whether a text holds one of a form that providers give out."""
    if len(value) < _SHORTEST_FORM or not any(mark in value for mark in _MARKS):
        return False
    return _FORMS.search(value) is not None


def is_named(key: str) -> bool:
    """Whether a key says that it holds a credential. The same few names come again and again."""
    known = _KNOWN_NAMES.get(key)
    if known is None:
        lowered = key.lower().replace("-", "_")
        known = bool(_NAME.search(lowered)) and not any(word in lowered for word in _NOT_NAMED)
        _KNOWN_NAMES[key] = known
    return known


_KNOWN_NAMES: dict[str, bool] = {}


def is_word(value: str) -> bool:
    """Whether a value is one that stands in for a credential, as it stands or encoded."""
    lowered = value.lower()
    if any(word in lowered for word in _WORDS) or len(set(lowered)) < 6:
        return True
    inside = _decoded(value)
    return any(word in inside for word in _WORDS) if inside else False


def _decoded(value: str) -> str:
    """What a text says that is encoded as manifests have it; '' for any other."""
    if len(value) % 4 or not value.rstrip("=").isalnum():
        return ""
    from base64 import b64decode

    inside = b64decode(value)
    return inside.decode().lower() if inside.isascii() and inside.strip().decode().isprintable() else ""


def is_real(value: str) -> bool:
    """Whether a value is no reference, no word and no path, but a mix that somebody was given."""
    if len(value) < _SHORTEST or _is_reference(value):
        return False
    kinds = _kinds(value)
    parts = max(value.replace("_", "-").replace(".", "-").split("-"), key=len)
    mixed = any(letter.isdigit() for letter in parts) and any(letter.isalpha() for letter in parts)
    easy = value.islower() and value.isalnum() and value.rstrip("0123456789").isalpha()  # a word and a number
    return kinds >= 2 and mixed and not easy and not is_word(value) and len(set(value)) >= 8


def _is_password(value: str) -> bool:
    """Whether a short value is a mix that a person thinks up for a password."""
    short = len(value) >= _SHORTEST_PASSWORD and not _is_reference(value)
    return short and _kinds(value) >= 3 and any(letter.isdigit() for letter in value) and not is_word(value)


def _is_reference(value: str) -> bool:
    return value.lower().startswith(_REFERENCES) or "${" in value or "{{" in value or " " in value


def _kinds(value: str) -> int:
    """Of how many kinds of signs a value is made."""
    return sum((
        any(letter.isdigit() for letter in value),
        any(letter.islower() for letter in value),
        any(letter.isupper() for letter in value),
        any(not letter.isalnum() for letter in value),
    ))  # fmt: skip


def is_example(name: str) -> bool:
    """Whether a file's name says that it is for trying out."""
    return any("test" in word for word in name.lower().replace("-", ".").replace("_", ".").split("."))
