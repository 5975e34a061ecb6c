"""Runs the steps of a plan against the database, and says what happens while it does.

It promises: a step is tried only when nothing old is in its way, never without a bound on how long others may wait
behind it, and is journalled in its own transaction; whatever ends the run (an error, a signal, SIGKILL, a cut
connection, a restart of the server), the journal is true and a rerun goes on from there; when a revision fails for
good, its done steps are taken back in reverse order under the same gate.

It never queues without lock_timeout, never retries what is not known to pass, never decides by a message's words
(SQLSTATE only), and never writes after another run has taken over.

    run       the sessions and the one-at-a-time lock of one run      session   the session that works
    revision  one revision: capture, plan, steps, or whole            lease     one at a time
    deed      one step or one undo statement, tried until it is done  passage   the gate before each try
    rollback  done steps, taken back                                  sampler   whom we block, and for how long
    whole     Python that cannot be cut into steps                    retry     which errors pass (pure)
"""
