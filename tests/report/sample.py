"""A plan with one of everything that a report has to show."""

from __future__ import annotations

from safemigrate.facts import Impact, Lock, LockMode, Relation
from safemigrate.statement import Origin, Statement
from safemigrate.steps import Kind, RevisionPlan, Step, Undo

REQUESTS, ACCOUNTS = Relation("requests"), Relation("accounts", "billing")


def statement(sql: str, line: int) -> Statement:
    return Statement(sql, Origin("versions/0013_priority.py", line))


def locks(*taken: tuple[Relation, LockMode]) -> tuple[Lock, ...]:
    return tuple(Lock(relation, mode) for relation, mode in taken)


ADD = Step(
    Kind.TRANSACTION,
    (statement("ALTER TABLE requests\n  ADD COLUMN priority integer", 21),),
    Impact(locks=locks((REQUESTS, LockMode.ACCESS_EXCLUSIVE))),
    Undo(("ALTER TABLE requests DROP COLUMN priority",)),
    "add column requests.priority",
)
BUILD = Step(
    Kind.AUTOCOMMIT,
    (statement("CREATE INDEX CONCURRENTLY ix ON requests (priority)", 24),),
    Impact(locks=locks((REQUESTS, LockMode.SHARE_UPDATE_EXCLUSIVE)), builds=(REQUESTS,), transactional=False),
    Undo(("DROP INDEX CONCURRENTLY ix",), transactional=False),
    "create index ix concurrently",
)
REFERENCE = Step(
    Kind.TRANSACTION,
    (
        statement("ALTER TABLE requests ADD FOREIGN KEY (account) REFERENCES billing.accounts", 26),
        statement("COMMENT ON TABLE requests IS 'work'", 27),
    ),
    Impact(
        locks=locks((REQUESTS, LockMode.SHARE_ROW_EXCLUSIVE), (ACCOUNTS, LockMode.SHARE_ROW_EXCLUSIVE)),
        scans=(REQUESTS, ACCOUNTS),
        breaks="inserts of requests without an account",
    ),
    Undo(open=True),
    "add foreign key requests.account and 1 more",
    notes=("comment and key are cheap together",),
)
LABEL = Step(
    Kind.TRANSACTION,
    (statement("ALTER TYPE size ADD VALUE 'large'", 28),),
    Impact(),
    Undo(keeps="the label 'large' of enum size"),
    "add value 'large' to enum size",
)
STRANGE = Step(
    Kind.TRANSACTION,
    (Statement("SELECT reorganise('requests')"),),
    Impact(unknown="a function may do anything"),
    Undo(("SELECT reorganise_back('requests')",), open=True),
    "select reorganise('requests')",
    occurrence=1,
)
RETYPE = Step(
    Kind.TRANSACTION,
    (statement("ALTER TABLE requests ALTER account TYPE bigint, DROP COLUMN old", 31),),
    Impact(locks=locks((REQUESTS, LockMode.ACCESS_EXCLUSIVE)), rewrites=(REQUESTS,)),
    Undo(loses="the data of requests.old"),
    "alter column requests.account, drop column requests.old",
)

PLANS = (
    RevisionPlan("0013", "priority of a request", ("0012",), "steps", "only DDL", (ADD, BUILD, REFERENCE, LABEL)),
    RevisionPlan(
        "0014", "merge and reorganise", ("0013", "00ff"), "steps", "", (STRANGE, RETYPE), ("it reads through the bind",)
    ),
    RevisionPlan("0015", "", (), "whole", "it writes through op.get_bind()", ()),
)
