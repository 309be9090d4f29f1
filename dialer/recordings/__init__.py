"""Recordings: from what the PBX wrote to a file that can be heard, with a ledger that accounts for each one (P5).

The way of a recording: ``names`` says where it lies, ``wav`` reads what the PBX left (a killed one leaves a broken
header), ``join`` makes one stereo file of the two sides, ``verdict`` judges it, ``settle`` writes the ledger,
``sweep`` finds what was forgotten, ``access`` opens one by its exact id, ``guard`` says when the disk is too full
to begin another, ``due`` is what the jobs process calls. May import ``dialer.store`` and ``dialer.settings``.
"""
