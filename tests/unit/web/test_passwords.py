"""How passwords are kept outside of the tests, which hash as weakly as they can."""

from __future__ import annotations

import importlib.util

from dialer.people import passwords


def test_a_password_is_kept_as_the_rfc_says_for_little_memory() -> None:
    assert passwords.__spec__ is not None
    fresh = importlib.util.module_from_spec(passwords.__spec__)
    passwords.__spec__.loader.exec_module(fresh)
    kept = fresh.hashed("long enough to pass")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert fresh.matches(kept, "long enough to pass") and not fresh.outdated(kept)
