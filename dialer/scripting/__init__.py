"""Scripts between their writers and the desk: drafts, versions, comments, figures, surveys, exports.

``scripts`` knows the language and holds no state; this room keeps it in the database, in the caller's transaction.

==============  ============================================================================
starting        the text a new script begins with
drafts          saving what writers type; a stale revision is refused
checking        lint, steps and drawing of a text as it is typed
rehearsal       playing a text as the desk would, without a call
versions        publishing, going back, who published what and when; never deleted
comments        what supervisors say about a line
calls           the step log of a script's calls; ``figures`` what came of them
cases           a campaign's contacts as cases of a survey, with AAPOR codes
quotas          cells of a survey, their counts, and ending a call that falls into a full one
files           exports: answers, codebook, XLSForm
==============  ============================================================================

May import ``dialer.store``, ``dialer.profiles`` and ``scripts``.
"""
