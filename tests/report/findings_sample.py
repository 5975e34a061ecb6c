"""A check that found one of everything that a report has to show, and the revisions that it read."""

from __future__ import annotations

from collections.abc import Sequence

from safemigrate.facts import Lock, LockMode, Relation
from safemigrate.findings import Claim, Duration, Finding, Findings, Place, Rule, Severity

STATUS, PAYMENTS, LEGACY, BROKEN = (
    "migrations/versions/0042_status.py",
    "migrations/versions/0043_payments.py",
    "migrations/versions/0044_legacy.py",
    "migrations/versions/0045_broken.py",
)

SOURCES: dict[str, Sequence[str]] = {
    STATUS: '''\
"""The status of an order is mandatory."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    # Every order has had a status since March.
    op.alter_column("orders", "status", existing_type=sa.Text(), nullable=False)

    op.create_index(
        "ix_orders_status",
        "orders",
        ["status"],
    )


def downgrade() -> None:
    op.drop_index("ix_orders_status")
'''.splitlines(),
    PAYMENTS: '''\
def upgrade() -> None:
\tfor table in ("payments", "refunds"):
\t\top.execute(f"UPDATE {table} SET note = '日本\x1b[31m語' WHERE note IS NULL")  # \u202etxet

    op.execute("""
        CREATE TABLE ledger (
            id bigint GENERATED ALWAYS AS IDENTITY,
            payment bigint NOT NULL,
            account bigint NOT NULL,
            amount numeric(12, 2) NOT NULL,
            currency char(3) NOT NULL,
            booked timestamptz NOT NULL DEFAULT now(),
            note text,
            PRIMARY KEY (id),
            FOREIGN KEY (payment) REFERENCES payments,
            FOREIGN KEY (account) REFERENCES billing.accounts
        )
    """)
    op.rename_table("refunds", "paybacks")
'''.splitlines(),
}


def sources(file: str) -> Sequence[str]:
    """The lines of *file*; those of the others cannot be read."""
    return SOURCES.get(file, ())


def locks(**modes: LockMode) -> tuple[Lock, ...]:
    return tuple(Lock(Relation(name), mode) for name, mode in modes.items())


NOT_NULL = Finding(
    "set-not-null-scan",
    Severity.ERROR,
    "SET NOT NULL on orders.status reads the whole table while nobody else can",
    Place(STATUS, 12, 5, 12),
    "0042",
    "ALTER TABLE orders ALTER COLUMN status SET NOT NULL",
    Claim(locks(orders=LockMode.ACCESS_EXCLUSIVE), Duration.SCAN, 40.0),
    """\
op.execute("ALTER TABLE orders ADD CONSTRAINT orders_status_not_null CHECK (status IS NOT NULL) NOT VALID")
with op.get_context().autocommit_block():
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_status_not_null")
op.alter_column("orders", "status", existing_type=sa.Text(), nullable=False)
op.drop_constraint("orders_status_not_null", "orders")
""",
    handled=True,
)
INDEX = Finding(
    "index-not-concurrent",
    Severity.ERROR,
    "index ix_orders_status blocks writes to orders while it is built",
    Place(STATUS, 14, 5, 18),
    "0042",
    "CREATE INDEX ix_orders_status ON orders (status)",
    Claim(locks(orders=LockMode.SHARE), Duration.BUILD, 780.0),
    """\
with op.get_context().autocommit_block():
    op.create_index("ix_orders_status", "orders", ["status"], postgresql_concurrently=True)
""",
    handled=True,
    fixable=True,
)
BACKFILL = Finding(
    "unbatched-backfill",
    Severity.WARNING,
    "UPDATE touches every row of payments | refunds in one transaction",
    Place(PAYMENTS, 3, 3, 3),
    "0043",
    "UPDATE payments SET note = '日本\x1b[31m語' WHERE note IS NULL",
    Claim(locks(payments=LockMode.ROW_EXCLUSIVE), Duration.SCAN),
    handled=False,
)
LEDGER = Finding(
    "referenced-table-lock",
    Severity.INFO,
    "the foreign keys of ledger lock payments and accounts for a moment",
    Place(PAYMENTS, 5, 5, 18),
    "0043",
    "\n".join(line.strip() for line in SOURCES[PAYMENTS][5:17]),
    Claim(
        (
            *locks(payments=LockMode.SHARE_ROW_EXCLUSIVE),
            Lock(Relation("accounts", "billing"), LockMode.SHARE_ROW_EXCLUSIVE),
        )
    ),
)
RENAME = Finding(
    "rename-table",
    Severity.ERROR,
    "the running release still asks for refunds",
    Place(PAYMENTS, 19, 5),
    "0043",
    "ALTER TABLE refunds RENAME TO paybacks",
    Claim(locks(refunds=LockMode.ACCESS_EXCLUSIVE)),
    """\
# `paybacks` under both names, until the release that asks for refunds is gone
op.rename_table("refunds", "paybacks")
op.execute("CREATE VIEW refunds AS SELECT * FROM paybacks")
""",
    handled=False,
)
LONG = Finding(
    "column-type-rewrite",
    Severity.ERROR,
    "the type of events.payload changes: the table and its 4 indexes are written anew",
    Place(LEGACY, 31, 9, 31),
    "0044",
    "ALTER TABLE events ALTER COLUMN payload TYPE jsonb USING jsonb_build_object("
    + ", ".join(f"'field_{number}', payload -> 'field_{number}'" for number in range(20))
    + ")",
    Claim(locks(events=LockMode.ACCESS_EXCLUSIVE), Duration.REWRITE, 9000.0),
    handled=False,
)
UNREAD = Finding(
    "not-analysed",
    Severity.WARNING,
    "the revision cannot be read: invalid syntax in line 3",
    Place(BROKEN),
    "0045",
)

RULES = (
    Rule(
        "set-not-null-scan",
        Severity.ERROR,
        "SET NOT NULL reads the whole table under ACCESS EXCLUSIVE",
        "set-not-null-scan: SET NOT NULL reads the whole table.\n\nWhy      ACCESS EXCLUSIVE: reads and writes wait.\n"
        'Bad      op.alter_column("orders", "status", nullable=False)\n',
    ),
    Rule("index-not-concurrent", Severity.ERROR, "CREATE INDEX without CONCURRENTLY on an existing table"),
    Rule("unbatched-backfill", Severity.WARNING, "UPDATE or DELETE of a whole table in one transaction"),
    Rule("referenced-table-lock", Severity.INFO, "a foreign key of a new table locks the table it references"),
    Rule("rename-table", Severity.ERROR, "a table is renamed under the running release"),
    Rule("column-type-rewrite", Severity.ERROR, "a type change writes the table anew"),
    Rule("not-analysed", Severity.WARNING, "a revision that the check could not read"),
    Rule("prefer-identity", Severity.WARNING, "serial instead of GENERATED AS IDENTITY", default=False),
)

FINDINGS = Findings(
    (NOT_NULL, INDEX, BACKFILL, LEDGER, RENAME, LONG, UNREAD),
    12,
    ("migrations/versions/0041_orders.py", STATUS, PAYMENTS, LEGACY, BROKEN),
    ignored=2,
    known=4,
    handled=1,
    small=2,
    rules=RULES,
)
CLEAN = Findings((), 12, ("migrations/versions/0041_orders.py",), ignored=1)
