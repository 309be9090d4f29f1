"""Step 1 of the way of a call: a file becomes contacts; every row is accepted, merged or rejected with a reason.

In the order of work:

=============  ==================================================================================
``scan``       one pass over the bytes: fingerprint, text or workbook, which encoding
``encodings``  telling UTF-8, UTF-16, Windows-1251, KOI8-R and others apart
``workbook``   a spreadsheet becomes plain rows in a process of its own, with limits
``lines``      rows out of text, also behind a quotation mark nobody closed
``headings``   Russian and English column headings and what they mean
``layout``     which column is what; the heading row; separators
``table``      all of the above: a file as headings and rows
``text``       cleaning cells; names for further columns
``numbers``    telephone numbers as people write them -> E.164
``zones``      which time zones a contact may be in (``places``: regions and cities)
``rows``       one row -> one draft contact, or a reason (``reasons``)
``writing``    drafts -> the database, in batches (``merging``, ``suppressed``, ``bulk``)
``report``     the rejected rows as a file
``running``    the loop over the rows;  ``ledger`` the book of imports;  ``trial`` a dry run
``importing``  the whole import;  ``preview`` the first rows, for a mapping page
``fields``     what scripts may call ``contact.NAME``
=============  ==================================================================================

May import ``dialer.store``, ``dialer.rules.words``, ``dialer.settings``, ``dialer.clock``, ``dialer.errors``,
phonenumbers, charset-normalizer and python-calamine.
"""
