"""The command line: Alembic's own, with our runner behind upgrade and downgrade, and more verbs.

Every ``alembic …`` line works with the word replaced. Each verb of ours is a module with ``add(subparsers)`` and a
function from Alembic's Config and the parsed options to an exit code; what goes wrong becomes an error that says what
happened, in what state things were left, and what to do next.
"""
