"""What a project manager does with a campaign: make it, change it, start, pause and stop it, say who works in it.

``running`` moves it between its states, ``editing`` changes its rules and people, ``readiness`` says what it lacks.
Every function works in the caller's transaction. May import ``dialer.store`` and ``dialer.rules``.
"""
