"""Profiles: the laws and habits of calling as data, one YAML file each; also dispositions, retry
plans and cadences.

Read once a process. A mistake in a file (a key nobody knows, a zone that does not exist, a key given twice) raises
BadInput with one sentence that names the file. May import yaml, ``dialer.errors`` and ``dialer.rules``.
"""

from dialer.profiles.cadences import cadences
from dialer.profiles.files import Profile, covering, load, names, prefixes
from dialer.profiles.outcomes import dispositions, retry_plan, retry_plans

__all__ = ["Profile", "cadences", "covering", "dispositions", "load", "names", "prefixes", "retry_plan", "retry_plans"]
