"""What the doctor asks of Twilio: does the account let us in, are the numbers its own, may the countries be called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

import requests
from twilio.rest import Client

from dialer.providers.base import ProviderError, Unknown
from dialer.providers.twilio.client import Gone, asking, connect
from dialer.providers.twilio.config import TwilioConfig

PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Checked:
    """``mend`` is empty where all is well."""

    what: str
    saw: str
    mend: str = ""


def check(config: TwilioConfig, numbers: Sequence[str], countries: Sequence[str]) -> Iterator[Checked]:
    """Every finding; the first failure of the account is the last."""
    client = connect(replace(config, timing=replace(config.timing, request_s=PATIENCE_S)))
    try:
        account = asking(lambda: client.api.v2010.accounts(config.account).fetch())
    except (ProviderError, Unknown) as err:
        yield Checked("Twilio account", str(err), "check DIALER_TWILIO__ACCOUNT_SID and the token or API key")
        return
    well = account.status == "active"
    yield Checked("Twilio account", str(account.status), "" if well else "activate it in Twilio's console")
    for number in numbers:
        yield _number(client, number)
    for country in countries:
        yield _country(client, country)
    yield _webhooks(config)


def _number(client: Client, number: str) -> Checked:
    """Twilio refuses a caller id that is neither bought from it nor verified with it."""
    try:
        ours = asking(lambda: client.incoming_phone_numbers.list(phone_number=number, limit=1))
        if ours or asking(lambda: client.outgoing_caller_ids.list(phone_number=number, limit=1)):
            return Checked(f"caller id {number}", "known to Twilio")
    except (ProviderError, Unknown) as err:
        return Checked(f"caller id {number}", str(err), "try again; it could not be looked up")
    return Checked(f"caller id {number}", "not a number of this account", "buy it or verify it in Twilio's console")


def _country(client: Client, country: str) -> Checked:
    what, mend = f"calls to {country}", "allow the country under Voice, Geographic permissions, in Twilio's console"
    try:
        found = asking(lambda: client.voice.v1.dialing_permissions.countries(country).fetch())
    except Gone:
        return Checked(what, "a country Twilio does not know", "correct the project's country")
    except (ProviderError, Unknown) as err:
        return Checked(what, str(err), "try again; it could not be looked up")
    allowed = found.low_risk_numbers_enabled
    return Checked(what, "allowed" if allowed else "not allowed", "" if allowed else mend)


def _webhooks(config: TwilioConfig) -> Checked:
    """An unsigned request must be turned away by us, and by nobody on the way."""
    address, mend = config.url("sorry"), "set DIALER_PUBLIC_URL to the address at which Twilio reaches this web process"
    try:
        reply = requests.post(address, data={}, timeout=PATIENCE_S, allow_redirects=False)
    except requests.exceptions.RequestException as err:
        return Checked("webhooks", f"{address}: {type(err).__name__}", mend)
    if reply.status_code != HTTPStatus.FORBIDDEN:
        return Checked("webhooks", f"{address} answers {reply.status_code} in place of 403", mend)
    return Checked("webhooks", f"{address} answers, from this machine at least")
