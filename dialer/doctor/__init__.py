"""The doctor: is this installation fit to dial? Each check says what it saw, and how to mend what is wrong.

``finding`` is what a check gives back; ``machine`` looks at this computer, ``database`` at the database, ``ports`` at
what listens, ``asterisk`` at the PBX, ``dialplan`` and ``endpoints`` compare what it has loaded with our templates;
``examine`` asks them all. Nothing is changed anywhere. May import any room of ``dialer``; no door.
"""
