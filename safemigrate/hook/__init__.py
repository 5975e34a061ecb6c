"""Alembic's machinery, with our runner where it calls a revision's function. env.py stays as it is.

``MigrationContext.run_migrations`` asks the ``fn`` of the environment for steps and calls each step's
``migration_fn``; both are ours to give. Alembic reads the heads before and writes the version row after; between them
the revision's statements run over our own sessions, while env.py's connection holds no transaction.

Where env.py made the transaction itself (it executed something before ``context.configure()``, or called
``connection.begin()``), that transaction stays open and holds the version rows until env.py commits; the journal
bridges the time until then.
"""
