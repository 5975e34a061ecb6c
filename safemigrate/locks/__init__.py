"""Locks: who is in our way, who waits for us, and what follows from it.

:mod:`.inspect` asks the server; :mod:`.gate` decides whether to queue for a lock, and with which timeout;
:mod:`.policy` decides what may be done about a blocker, and does it; :mod:`.report` and :mod:`.tree` show who waits for
whom. The decisions are pure.

Promised: no decision to queue while a conflicting transaction older than the gate's age is in sight, no wait without an
end, and no signal to a session other than the one that was looked at. Never touched unless named: autovacuum against
wraparound, replication, prepared transactions, superusers' sessions.

Not promised: a transaction that takes its lock between the look and our request. It costs one lock_timeout, which is
why that one is short.
"""
