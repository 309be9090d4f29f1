"""The Twilio driver: calls by REST, at most once; what happens is heard through webhooks and checked by polling.

``provider`` is the driver, ``placing`` its queue and pacing, ``legs`` what it knows of each call, ``hearing`` turns
news into events, ``truth`` asks Twilio what is up, ``inbox`` reads what the web process wrote, ``webhook`` is that
writing, ``plans`` the TwiML, ``client`` the way to Twilio, ``recordings`` the sound. The only room, with the webhooks'
blueprint, that imports twilio. May import ``dialer.providers.base``, ``dialer.rules.words`` and ``dialer.store``.
"""
