"""Coming in and going out: login, logout (everywhere), one's own password, language and colours, health.

Rule 1: the answer to a wrong name and to a wrong password is the same, and takes as long.
Rule 2: after a login the session starts anew, and leads only to an address of ours.
"""

from webapp.login.views import blueprint

__all__ = ["blueprint"]
