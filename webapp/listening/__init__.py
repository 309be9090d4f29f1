"""Live calls for supervisors: who talks now; listen, whisper to the operator, barge in, leave.

Every beginning is written into the audit log. The engine does the rest (``dialer.engine.listening``).
"""

from webapp.listening.views import blueprint

__all__ = ["blueprint"]
