"""Runs the steps of a plan against the database, and says what happens while it does.

It promises: a step is tried only when nothing old is in its way, never without a bound on how long others may wait
behind it, and is journalled in its own transaction; whatever ends the run (an error, a signal, SIGKILL, a cut
connection, a restart of the server), the journal is true and a rerun goes on from there; when a revision fails for
good, its done steps are taken back in reverse order under the same gate.

It never queues without lock_timeout, never retries what is not known to pass, never decides by a message's words
(SQLSTATE only), and never writes after another run has taken over.

    run         the sessions and the one-at-a-time lock of one run        session  the session that works
    revision    one revision: read ahead, planned, run in steps or whole  task     a revision, handed over
    deed        one step or one undo statement, tried until it is done    lease    one at a time
    passage     the gate before each try                                  retry    which errors pass (pure)
    concurrent  commands that refuse a transaction block                  sampler  whom we block, for how long
    whole       Python that cannot be cut into steps                      stop     SIGINT and SIGTERM
    rollback    done steps, taken back                                    events   what happens, as plain data
    diagnosis   from a failure to an error that helps
"""
