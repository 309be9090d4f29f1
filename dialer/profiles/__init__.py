"""Profiles: the laws and habits of calling as data, one YAML file each; also dispositions, retry plans,
cadences, and how machines are told from people.

Read once a process. A mistake in a file (a key nobody knows, a zone that does not exist, a key given twice) raises
BadInput with one sentence that names the file. May import yaml, ``dialer.errors`` and ``dialer.rules``.
"""

from dialer.profiles.cadences import cadences
from dialer.profiles.files import Profile, covering, load, names, prefixes
from dialer.profiles.machines import FALLBACK, detection, tuned
from dialer.profiles.outcomes import dispositions, retry_plan, retry_plans

__all__ = [
    "FALLBACK",
    "Profile",
    "cadences",
    "covering",
    "detection",
    "dispositions",
    "load",
    "names",
    "prefixes",
    "retry_plan",
    "retry_plans",
    "tuned",
]
