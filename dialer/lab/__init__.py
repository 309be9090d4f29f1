"""A real Asterisk pair on loopback, for the demo and the tests: a PBX of ours, and a telephone network behind it.

The PBX runs on the very templates a customer installs (``agi/dialplan``); the network's numbers behave by their last
two digits (``behaviours``). May import ``dialer.errors``; nothing of the product imports this.
"""

from dialer.lab.image import LabUnavailable
from dialer.lab.lab import Lab
from dialer.lab.status import LabStatus, Phone

__all__ = ["Lab", "LabStatus", "LabUnavailable", "Phone"]
