"""The second factor: codes of six digits by time (TOTP, RFC 6238), for duties above operator.

Rule 1: a code is good once, within one step of 30 s before or after. Rule 2: it is set up only by a code that fits.
Whether people above operator must have one is the setting ``second_factor``. May import ``dialer.store`` and pyotp.
"""

from __future__ import annotations

from datetime import datetime

import pyotp
from sqlalchemy import update
from sqlalchemy.orm import Session

from dialer.people import audit
from dialer.rules.words import Duty
from dialer.store.people import User

ISSUER = "Warmline"
STEP_S = 30
FIRST_LINE = frozenset({Duty.OPERATOR})


def above_operator(user: User) -> bool:
    """Whether this person holds any duty above operator."""
    return any(holding.duty not in FIRST_LINE for holding in user.holdings)


def new_secret() -> str:
    """A secret to be shown once (160 bits, as RFC 4226 asks for)."""
    return str(pyotp.random_base32())


def address(user: User, secret: str) -> str:
    """The ``otpauth://`` address that an authenticator reads."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name=ISSUER))


def fits(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, among the present one and its neighbours; None if it is none of them."""
    code = "".join(code.split())
    step = int(now.timestamp()) // STEP_S
    totp = pyotp.TOTP(secret)
    for near in (step, step - 1, step + 1):
        if pyotp.utils.strings_equal(code, totp.generate_otp(near)):
            return near
    return None


def take(s: Session, user: User, code: str, now: datetime) -> bool:
    """Whether the code is right and was not used before; it is used up then. ``s`` must be a writing session."""
    step = fits(user.totp_secret, code, now) if user.totp_secret else None
    if step is None:
        return False
    unused = update(User).where(User.id == user.id, User.totp_used < step).values(totp_used=step)
    return bool(s.execute(unused).rowcount)  # type: ignore[attr-defined]


def set_up(s: Session, user: User, secret: str, code: str, now: datetime) -> bool:
    """Keep the secret if the code shows that the person's device has it."""
    step = fits(secret, code, now)
    if step is None:
        return False
    user.totp_secret, user.totp_used = secret, step
    audit.write(s, now, user.id, "second_factor", f"user:{user.id}", on=True)
    return True


def switch_off(s: Session, user: User, by: int | None, now: datetime) -> None:
    """For who lost their device: the next login asks for the password only, or for setting it up anew."""
    user.totp_secret, user.totp_used = None, 0
    user.session_epoch += 1
    audit.write(s, now, by, "second_factor", f"user:{user.id}", on=False)
