"""The people who work here: passwords, rights, tokens, and the written record of who looked at what.

``passwords`` hashes and checks; ``accounts`` makes and changes people; ``rights`` decides (:func:`authorize`);
``audit`` writes down; ``tokens`` are keys for the API; ``throttle`` slows guessing down.
May import ``dialer.store`` and ``dialer.rules``.
"""

from dialer.people.rights import authorize, may, projects

__all__ = ["authorize", "may", "projects"]
