"""Simulation: a call centre on a virtual clock, to plan with and to compare ways of pacing.

Way: ``scenario`` (what is simulated) -> ``world`` (calls and operators) with one of the ``policies`` (``ours``, that is
the production pacing; peers; oracles) -> ``figures`` (with intervals) -> ``planning``. May import ``dialer.rules`` and
numpy; knows no database.
"""
