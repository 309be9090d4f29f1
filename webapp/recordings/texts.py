"""Words of the player for scripts in the browser, and its speeds."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from webapp.texts import TEXTS

SPEEDS = (1, 1.25, 1.5, 2)

TEXTS.update(player_play=_l("Play"), player_pause=_l("Pause"), player_copied=_l("The link to this moment was copied."))
