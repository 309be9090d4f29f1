"""Live updates: pages hear what changed over one SSE stream each, fed from the outbox.

``outbox_reader`` reads new lines once per process, ``hub`` gives them to the clients that may hear them, ``stream``
is ``GET /live``. Lines carry kinds and ids only: a page fetches its fragment again, and rights are checked there.
"""

from webapp.live.hub import Hub
from webapp.live.stream import blueprint, hub_of

__all__ = ["Hub", "blueprint", "hub_of"]
