"""``dialer user``: people, passwords and keys by the command line."""

from __future__ import annotations

import io
import json
import sys

import pytest

from dialer import cli, settings
from dialer.clock import now
from dialer.people import accounts, passwords, tokens
from dialer.rules.words import Duty
from dialer.store.people import ApiToken, Audit


@pytest.fixture
def dialer(lite, monkeypatch, capsys):
    """Run the command over the test's database: ``dialer("user", "list", stdin="…")`` gives (code, out, err)."""
    monkeypatch.setenv("DIALER_DATABASE_URL", lite.engine.url.render_as_string(hide_password=False))
    settings.load.cache_clear()

    def run(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dialer", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    yield run
    settings.load.cache_clear()


def test_a_person_is_added_listed_and_can_log_in(dialer, lite, world):
    code, out, err = dialer(
        "user",
        "add",
        "Anna",
        "--name",
        "Анна Орлова",
        "--duty",
        "operator@Alpha",
        "--duty",
        "group-lead",
        "--password-stdin",
        stdin="a good long one\n",
    )
    assert (code, out.strip()) == (0, "added anna"), err
    listed = [one for one in json.loads(dialer("user", "list", "--json")[1]) if one["login"] == "anna"]
    assert listed == [
        {
            "login": "anna",
            "name": "Анна Орлова",
            "active": True,
            "language": "en",
            "duties": ["group_lead", "operator@Alpha"],
        }
    ]
    with lite.read() as s:
        assert passwords.matches(accounts.by_login(s, "anna").password_hash, "a good long one")
        assert s.query(Audit).filter_by(action="people.edit").count() == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "anna", "--duty", "emperor", "--password-stdin"], "no duty emperor"),
        (["add", "anna", "--duty", "operator@Nowhere", "--password-stdin"], "no project Nowhere"),
        (["add", "Ы", "--duty", "operator", "--password-stdin"], "login name"),
        (["passwd", "nobody", "--password-stdin"], "nobody with the login name"),
        (["token", "revoke", "7"], "no working key"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(dialer, words, told):
    code, out, err = dialer("user", *words, stdin="a good long one\n")
    assert code == 2 and told in err and len(err.strip().splitlines()) == 1 and not out


def test_a_short_password_is_refused(dialer):
    code, _out, err = dialer("user", "add", "anna", "--duty", "operator", "--password-stdin", stdin="short\n")
    assert code == 2 and "8 to 200" in err


def test_a_new_password_ends_open_sessions(dialer, lite, person):
    anna = person("anna", Duty.OPERATOR)
    assert dialer("user", "passwd", "anna", "--password-stdin", stdin="another good one\n")[0] == 0
    with lite.read() as s:
        assert accounts.by_login(s, "anna").session_epoch == anna.session_epoch + 1


def test_a_key_works_until_it_is_revoked_and_is_not_kept(dialer, lite, person):
    anna = person("anna", Duty.OPERATOR)
    text = dialer("user", "token", "add", "anna", "--name", "crm")[1].strip()
    with lite.write() as s:
        assert tokens.owner(s, text, now()).id == anna.id
        assert text not in s.query(ApiToken).one().token_hash
        assert tokens.owner(s, text + "x", now()) is None
    key = json.loads(dialer("user", "token", "list", "--json")[1])[0]
    assert key["name"] == "crm" and key["last_used_at"]
    assert dialer("user", "token", "revoke", str(key["id"]))[0] == 0
    with lite.write() as s:
        assert tokens.owner(s, text, now()) is None


def test_a_switched_off_persons_key_stops_too(dialer, lite, person):
    person("anna", Duty.OPERATOR)
    text = dialer("user", "token", "add", "anna", "--name", "crm")[1].strip()
    assert dialer("user", "switch", "anna", "--off")[0] == 0
    with lite.write() as s:
        assert tokens.owner(s, text, now()) is None


def test_a_phone_is_given_by_command_and_its_password_is_not_printed(dialer, lite, person):
    person("anna", Duty.OPERATOR)
    person("olga", Duty.OPERATOR)
    code, out, err = dialer("user", "phone", "anna", "desk-12", "--password-stdin", stdin="of the pbx\n")
    assert (code, "of the pbx" in out + err) == (0, False)
    with lite.read() as s:
        row = accounts.by_login(s, "anna")
        assert (row.endpoint, row.phone_secret) == ("desk-12", "of the pbx")
    for wrong, told in (("desk-12", "somebody else's"), ("PJSIP/7", "A phone is an account")):
        code, _out, err = dialer("user", "phone", "olga", wrong)
        assert code == 2 and told in err
