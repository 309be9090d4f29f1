"""The Twilio account: lets us in, owns the caller ids, may call the countries, and reaches our webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from dialer.campaigns import routes
from dialer.doctor.finding import Finding, fail, ok, warn
from dialer.settings import Settings, SettingsError
from dialer.store import Database
from dialer.store.projects import Campaign, Project


def twilio(settings: Settings) -> Iterator[Finding]:
    """Nothing for installations that do not use Twilio."""
    if "twilio" not in (settings.provider, *settings.also):
        return
    # The helper library is imported by the provider's own room only, and only where there is an account.
    from dialer.providers.twilio import checks, config

    try:
        ours = config.from_settings(settings)
    except SettingsError as err:
        yield fail("Twilio", str(err), "see docs/providers.md")
        return
    numbers, countries = _used(settings)
    if not settings.public_url.startswith("https://"):
        yield warn("webhooks", "DIALER_PUBLIC_URL is plain http", "serve webhooks over https: they name phone numbers")
    for one in checks.check(ours, numbers, countries):
        yield fail(one.what, one.saw, one.mend) if one.mend else ok(one.what, one.saw)


def _numbers(campaign: Campaign, home: str) -> set[str]:
    """The numbers that a campaign shows by Twilio."""
    ways = routes.of(campaign)
    if not ways:
        return {campaign.caller_id} if home == "twilio" else set()
    return {number for route in ways if route.network == "twilio" for number in route.caller_ids}


def _used(settings: Settings) -> tuple[list[str], list[str]]:
    """The caller ids and countries of our campaigns; only the setting's own where there is no database yet."""
    numbers, countries = {settings.twilio.caller_id}, set[str]()
    try:
        db = Database(settings.database_url)
        try:
            with db.read() as s:
                for campaign in s.scalars(select(Campaign)):
                    numbers |= _numbers(campaign, settings.provider)
                countries = set(s.scalars(select(Project.country).distinct()))
        finally:
            db.close()
    except SQLAlchemyError:
        pass  # another check tells of the database
    return sorted(numbers - {""}), sorted(countries)
