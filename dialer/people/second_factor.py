"""The second factor: codes of six digits by time (TOTP, RFC 6238), for duties above operator.

Rule 1: a code is good once, within one step of 30 s before or after. Rule 2: it is set up only by a code that fits.
Rule 3: a recovery code stands for a code, once; only hashes are kept. Whether people above operator must have a second
factor is the setting ``second_factor``. May import ``dialer.store`` and pyotp.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import update
from sqlalchemy.orm import Session

from dialer.people import audit
from dialer.rules.words import Duty
from dialer.store.people import User

ISSUER = "Warmline"
STEP_S = 30
RECOVERY_CODES = 8
RECOVERY_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
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
        return _take_recovery(s, user.id, code, now)
    unused = update(User).where(User.id == user.id, User.totp_used < step).values(totp_used=step)
    return bool(s.execute(unused).rowcount)  # type: ignore[attr-defined]


def _take_recovery(s: Session, user_id: int, code: str, now: datetime) -> bool:
    user = s.get_one(User, user_id, with_for_update=True, populate_existing=True)
    used = _hash(user_id, code)
    if used not in user.recovery:
        return False
    user.recovery = [one for one in user.recovery if one != used]
    audit.write(s, now, user_id, "second_factor.recovery", f"user:{user_id}", left=len(user.recovery))
    return True


def set_up(s: Session, user: User, secret: str, code: str, now: datetime) -> list[str]:
    """Keep the secret if the code shows that the person's device has it; the recovery codes, to be shown once (earlier
    ones are good no more). Empty if the code does not fit."""
    step = fits(secret, code, now)
    if step is None:
        return []
    codes = [_new_recovery() for _ in range(RECOVERY_CODES)]
    user.totp_secret, user.totp_used = secret, step
    user.recovery = [_hash(user.id, one) for one in codes]
    audit.write(s, now, user.id, "second_factor", f"user:{user.id}", on=True)
    return codes


def _new_recovery() -> str:
    """Ten characters (50 bits) in two groups, without those that look alike."""
    text = "".join(secrets.choice(RECOVERY_SIGNS) for _ in range(10))
    return f"{text[:5]}-{text[5:]}"


def _hash(user_id: int, code: str) -> str:
    plain = "".join(sign for sign in code.upper() if sign in RECOVERY_SIGNS)
    return hashlib.sha256(f"{user_id}:{plain}".encode()).hexdigest()


def switch_off(s: Session, user: User, by: int | None, now: datetime) -> None:
    """For who lost their device: the next login asks for the password only, or for setting it up anew."""
    user.totp_secret, user.totp_used, user.recovery = None, 0, []
    user.session_epoch += 1
    audit.write(s, now, by, "second_factor", f"user:{user.id}", on=False)
