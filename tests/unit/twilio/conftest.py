"""A call of ours at Twilio, by the books, and an application whose webhooks can be called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from dialer.lab.twilio.server import ACCOUNT, TOKEN
from dialer.rules.words import AttemptState
from dialer.settings import Settings
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.provider import ProviderEvent
from tests.support.twilio import settings_for
from tests.support.web import make_world
from webapp import create_app

CALL = "CA" + "1" * 32
OTHER_CALL = "CA" + "2" * 32
PREVIOUS = "the-token-before-this-one"
HOST = "https://dial.example.com"


@pytest.fixture
def settings(lite: Database, tmp_path: Path) -> Settings:
    made = settings_for(lite, tmp_path, "", 0, TOKEN, previous_auth_token=PREVIOUS)
    return made.model_copy(update={"public_url": HOST})


@pytest.fixture
def leg(lite: Database) -> str:
    """An attempt that was sent to Twilio."""
    here = make_world(lite).here
    with lite.write() as s:
        attempt = s.get_one(Attempt, here.attempt)
        attempt.provider, attempt.state, attempt.outcome = "twilio", AttemptState.SENT, None
    return here.attempt


@pytest.fixture
def app(settings: Settings, lite: Database) -> Flask:
    return create_app(settings, lite, TESTING=True, PROPAGATE_EXCEPTIONS=False)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as made:
        yield made


Send = Callable[..., TestResponse]


@pytest.fixture
def send(client: FlaskClient) -> Send:
    """``send(path, form, token=..., signed=another form)``: POST as Twilio does."""

    def post(path: str, form: Any, *, token: str = TOKEN, signed: Any = None, **more: Any) -> TestResponse:
        signature = RequestValidator(token).compute_signature(HOST + path, form if signed is None else signed)
        headers = {"X-Twilio-Signature": signature, **more.pop("headers", {})}
        return client.post(path, data=form, headers=headers, **more)

    return post


@pytest.fixture
def rows(lite: Database) -> Callable[[], list[ProviderEvent]]:
    def read() -> list[ProviderEvent]:
        with lite.read() as s:
            return list(s.scalars(select(ProviderEvent).order_by(ProviderEvent.id)))

    return read


def status_form(**values: str) -> dict[str, str]:
    """A status callback."""
    form = {
        "AccountSid": ACCOUNT,
        "CallSid": CALL,
        "CallStatus": "busy",
        "CallbackSource": "call-progress-events",
        "Called": "+79161234501",
        "SequenceNumber": "2",
        "SipResponseCode": "486",
        "To": "+79161234501",
    }
    return {name: value for name, value in {**form, **values}.items() if value != "absent"}
