"""Mail: letters written in the transaction of their cause and sent by the jobs process.

``letters`` writes one down and knows who wants none; ``sending`` takes them to the SMTP server (``transport``);
``stuck`` what people must look at; ``invitations`` makes the calendar part. May import ``dialer.store``,
``dialer.settings``, smtplib and icalendar.
"""
