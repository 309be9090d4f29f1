"""Settings: from the environment, from files, from dialer.toml; every mistake is one sentence."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from dialer import settings
from dialer.cli.config import group
from dialer.settings import Settings, SettingsError

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting but those of the test."""
    for name in [n for n in os.environ if n.upper().startswith("DIALER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refused(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        settings.read()
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def test_environment_goes_before_file_before_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dialer.toml").write_text('web_port = 81\nweb_threads = 5\n[asterisk]\nhost = "pbx"\nami_port = 1\n')
    monkeypatch.setenv("DIALER_WEB_PORT", "82")
    monkeypatch.setenv("DIALER_ASTERISK__AMI_PORT", "2")
    read = settings.read()
    assert (read.web_port, read.web_threads, read.agi_port) == (82, 5, 4573)
    assert (read.asterisk.host, read.asterisk.ami_port, read.asterisk.ami_user) == ("pbx", 2, "warmline")
    assert settings.origins() == {
        "web_port": "DIALER_WEB_PORT",
        "web_threads": "dialer.toml",
        "asterisk.host": "dialer.toml",
        "asterisk.ami_port": "DIALER_ASTERISK__AMI_PORT",
    }


def test_the_usual_database_lies_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.read().database_url == "sqlite:///var/warmline.db"
    monkeypatch.setenv("DIALER_DATA", "/srv/calls")
    assert settings.read().database_url == "sqlite:////srv/calls/warmline.db"
    monkeypatch.setenv("DIALER_DATABASE_URL", "postgresql://db/warmline")
    assert settings.read().database_url == "postgresql://db/warmline"


@pytest.mark.parametrize("name", ["DIALER_SECRET_KEY_FILE", "DIALER_ASTERISK__AMI_SECRET_FILE"])
def test_a_secret_may_lie_in_a_file_and_stays_out_of_the_environment(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(SECRET + "\n")
    monkeypatch.setenv(name, str(tmp_path / "key"))
    read = settings.read()
    assert SECRET in (read.secret_key.get_secret_value(), read.asterisk.ami_secret.get_secret_value())
    assert SECRET not in os.environ.values() and name in os.environ


def test_a_secret_file_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert refused(monkeypatch, DIALER_SECRET_KEY_FILE=str(tmp_path / "none")) == (
        "DIALER_SECRET_KEY_FILE names a file that cannot be read: No such file or directory"
    )
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    assert "not text" in refused(monkeypatch, DIALER_SECRET_KEY_FILE=str(tmp_path / "bytes"))


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRET)
    sentence = refused(monkeypatch, DIALER_SECRET_KEY=SECRET, DIALER_SECRET_KEY_FILE=str(tmp_path / "key"))
    assert "both set" in sentence and SECRET not in sentence


@pytest.mark.parametrize("name", ["DIALER_SECRETKEY", "dialer_web_prot", "DIALER_ASTERISK__HOTS", "DIALER_X_FILE"])
def test_an_unknown_name_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is not a setting" in refused(monkeypatch, **{name: "1"})


@pytest.mark.parametrize("line", ["prot = 1", "[asterisk]\nhots = 'x'"])
def test_an_unknown_name_in_the_file_is_refused(line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dialer.toml").write_text(line)
    assert "is not a setting" in refused(monkeypatch)


def test_a_file_that_is_not_toml_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dialer.toml").write_text("web_port: 1")
    assert refused(monkeypatch).startswith("dialer.toml is not TOML")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DIALER_WEB_PORT", "hello"),
        ("DIALER_WEB_PORT", "70000"),
        ("DIALER_PROVIDER", "carrier-pigeon"),
        ("DIALER_LOG_LEVEL", "LOUD"),
        ("DIALER_PUBLIC_URL", "example.com"),
        ("DIALER_WEB_THREADS", "-7"),
        ("DIALER_TWILIO__CALLS_PER_SECOND", "-7"),
        ("DIALER_LOG_JSON", "perhaps"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_by_name_without_the_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = refused(monkeypatch, **{name: value})
    assert sentence.startswith(f"{name}: ") and value not in sentence.removeprefix(name)


def test_a_group_set_as_one_text_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "parts" in refused(monkeypatch, DIALER_ASTERISK="127.0.0.1")


def test_addresses_are_written_with_commas_and_levels_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALER_AGI_ALLOW", "10.0.0.1, 10.0.0.2")
    monkeypatch.setenv("DIALER_LOG_LEVEL", "warning")
    assert settings.read().agi_allow == ["10.0.0.1", "10.0.0.2"] and settings.read().log_level == "WARNING"


@pytest.mark.parametrize("key", ["", "x" * 31])
def test_a_short_key_is_refused_when_it_is_needed(key: str) -> None:
    with pytest.raises(SettingsError, match="at least 32 bytes"):
        Settings(secret_key=key).require_secret_key()  # type: ignore[arg-type]
    assert Settings(secret_key=SECRET).require_secret_key() == SECRET  # type: ignore[arg-type]


def shown(*words: str) -> str:
    settings.load.cache_clear()
    try:
        return CliRunner().invoke(group, ["show", *words], catch_exceptions=False).output
    finally:
        settings.load.cache_clear()


def test_config_show_tells_value_and_origin_and_never_a_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRET)
    monkeypatch.setenv("DIALER_SECRET_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("DIALER_ASTERISK__AMI_SECRET", "quite-secret")
    monkeypatch.setenv("DIALER_DATABASE_URL", "postgresql://warmline:pa55word@db/warmline")
    rows = {row["name"]: row for row in json.loads(shown("--json"))}
    assert rows["secret_key"] == {"name": "secret_key", "value": "set", "from": "DIALER_SECRET_KEY_FILE"}
    assert rows["asterisk.ami_secret"]["value"] == "set" and rows["twilio.auth_token"]["value"] == "not set"
    assert rows["database_url"]["value"] == "postgresql://warmline:***@db/warmline"
    assert rows["web_port"] == {"name": "web_port", "value": 8080, "from": "default"}
    for text in (shown(), shown("--json")):
        assert not {SECRET, "quite-secret", "pa55word"} & set(text.replace('"', " ").split())
        assert SECRET not in text and "quite-secret" not in text and "pa55word" not in text
