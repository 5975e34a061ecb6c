"""The pre-deploy check: what the pending revisions would lock, rewrite, scan or break, found without a database.

    history/      the revision files in order, env.py, and what each revision sends: run over empty tables against an
                  engine that leads nowhere, and where that does not reach, its source read (``static/``)
    schema/       what each statement makes of the schema; the history before the pending range is replayed first
    transactions  which statements run in one transaction, as Alembic or as safemigrate runs them
    engine        calls the rules (``rules/``, one file each; ``rule`` is what they are made of) for each statement
    advice/       what to write instead, spelled                fix/    written into the file, where that is certain
    check         all of it, from a project to its findings     sift/   what of them is shown

What it promises: a statement is judged on the schema that the history has made, in the transaction that it would run
in, and its finding points at the line of Python that emits it. What could not be seen is a finding, never "OK".

What it never does: connect to anything, change anything, or stop at a revision that is broken.
"""
