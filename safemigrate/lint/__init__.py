"""The pre-deploy check: what the pending revisions would lock, rewrite, scan or break, found without a database.

    scripts      the revision files in order, also where one cannot be imported
    environment  env.py, run against an engine that leads nowhere: its transactions, its models
    reading      one revision: run over empty tables (``capture.offline``), and where that does not reach, its source
                 read by a small interpreter (``static``) that runs nothing of it
    replay       what each statement makes of the ``schema``; the history before the pending range is replayed first
    transactions which statements run in one transaction, as Alembic or as safemigrate runs them
    engine       calls the rules (``rules/``, one file each; ``rule`` is what they are made of) for each statement
    check        all of it, from a project to its findings
    target       which revisions are asked for: a range, files, what is new against git (``changed``)
    sift         what of the findings is shown: less what comments ignore (``suppress``), what the ``baseline`` knows,
                 what is on small tables (``statistics``), and what ``safemigrate upgrade`` makes safe (``handled``)
    itself       what is found without a rule, of the linter and of the comments that speak to it
    fix          edits of the revision files, where they are asked for and the safe form is certain

What it promises: a statement is judged on the schema that the history has made, in the transaction that it would run
in, and its finding points at the line of Python that emits it. What could not be seen is a finding, never "OK".

What it never does: connect to anything, change anything but a revision that it is asked to correct, or stop at one that
is broken.
"""
