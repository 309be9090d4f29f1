"""The history of the tables, one numbered file a step. ``dialer db upgrade`` walks it (``dialer.store.schema``).

After changing a table: ``python -m migrations "what changes"`` writes the next file; read it before committing it.
A file here never imports the application's tables: it must go on meaning what it meant.
"""
