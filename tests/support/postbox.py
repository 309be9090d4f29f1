"""The letters of a mail folder."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


def letters_in(folder: Path) -> list[EmailMessage]:
    """Every letter there, read."""
    return [email.message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]  # type: ignore[misc]
