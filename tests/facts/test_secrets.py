"""Which values are credentials."""

from __future__ import annotations

import pytest

from groundrules.facts.secrets import is_example, is_named, is_real


@pytest.mark.parametrize(
    "key", ["password", "db.PASSWORD", "AWS_SECRET_ACCESS_KEY", "core.fernet_key", "api-key", "hub.token"]
)
def test_keys_that_name_credentials(key: str) -> None:
    assert is_named(key)


@pytest.mark.parametrize(
    "key", ["max_token", "public_key", "pad_token", "password_file", "tokenizer", "key", "secret_name"]
)
def test_keys_that_do_not(key: str) -> None:
    assert not is_named(key)


@pytest.mark.parametrize("value", ["r7Kq-92xVbT4mZ", "9f8e7d6c5b4a39281706f5e4d3c2b1a0", "FJn7eMFs6C0iO/6iXYrebA=="])
def test_values_that_somebody_was_given(value: str) -> None:
    assert is_real(value)


@pytest.mark.parametrize(
    "value",
    ["", "short1", "benchmark123", "changeme-2024-x9", "${TOKEN_12345678}", "{{ secrets.a1b2c3d4 }}",
     "/run/secrets/a1b2", "aaaaaaaaaaaaaaa1", "correct horse battery 9", "onlyletterswithoutend", "https://a1b2c3d4e5f6"],
)  # fmt: skip
def test_values_that_stand_in(value: str) -> None:
    assert not is_real(value)


def test_files_for_trying_out() -> None:
    assert is_example("docker-compose.test.yml")
    assert is_example("unittests.cfg")
    assert not is_example("compose.yml")
