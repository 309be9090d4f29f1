"""What can go wrong between us and the manager interface, as exceptions.

All but :class:`BadValue` are pyst2 ``ManagerException``s, so code written against pyst2 catches them as before.
May import pyst2 and the standard library only.
"""

from __future__ import annotations

from asterisk.manager import ManagerException, ManagerSocketException


class BadValue(ValueError):
    """A header name or value that must not travel; nothing was sent."""


class NotConnected(ManagerSocketException):
    """There is no connection; nothing was sent."""


class LinkLost(ManagerSocketException):
    """The connection went away after the bytes left us: it cannot be known whether they were acted upon."""


class NoReply(ManagerException):
    """No answer came before the deadline; the action may have been carried out."""


class NotAsterisk(ManagerException):
    """What answered on that port is not a manager interface."""
