"""Read-only figures and lists: what pages, commands and the API show. Nothing here writes.

``status`` a campaign at this moment, ``contact_search`` contacts page by page, ``contact_history`` all that happened to
one contact, ``recording_search`` recordings by campaign, operator, day and outcome. May import ``dialer.store``.
"""
