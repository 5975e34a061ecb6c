"""A plan with one of everything that a report has to show."""

from __future__ import annotations

from safemigrate.facts import Impact, Lock, LockMode, Relation
from safemigrate.statement import Origin, Statement
from safemigrate.steps import Batch, Kind, RevisionPlan, Rewrite, Step, Undo

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

SET_NOT_NULL = Rewrite("ALTER TABLE requests\n  ALTER COLUMN priority SET NOT NULL", 0, "not null")
CHECK = Step(
    Kind.TRANSACTION,
    (statement("ALTER TABLE requests ADD CONSTRAINT sm CHECK (priority IS NOT NULL) NOT VALID", 12),),
    Impact(locks=locks((REQUESTS, LockMode.ACCESS_EXCLUSIVE))),
    Undo(("ALTER TABLE requests DROP CONSTRAINT sm",), settled=True),
    "add check sm on requests not valid",
    rewrite=SET_NOT_NULL,
)
VALIDATE = Step(
    Kind.TRANSACTION,
    (statement("ALTER TABLE requests VALIDATE CONSTRAINT sm", 12),),
    Impact(locks=locks((REQUESTS, LockMode.SHARE_UPDATE_EXCLUSIVE)), scans=(REQUESTS,)),
    Undo(settled=True),
    "validate constraint sm of requests",
    rewrite=SET_NOT_NULL,
)
SET = Step(
    Kind.TRANSACTION,
    (
        statement("ALTER TABLE requests ALTER COLUMN priority SET NOT NULL", 12),
        statement("ALTER TABLE requests DROP CONSTRAINT sm", 12),
    ),
    Impact(locks=locks((REQUESTS, LockMode.ACCESS_EXCLUSIVE))),
    Undo(("ALTER TABLE requests ALTER COLUMN priority DROP NOT NULL",), settled=True),
    "set not null on requests.priority; drop constraint sm of requests",
    rewrite=SET_NOT_NULL,
)
FILL = Step(
    Kind.BATCHED,
    (statement("UPDATE requests SET size = upper(size) WHERE size <> upper(size)", 14),),
    Impact(locks=locks((REQUESTS, LockMode.ROW_EXCLUSIVE)), scans=(REQUESTS,)),
    Undo(settled=True),
    "update requests",
    rewrite=Rewrite("UPDATE requests SET size = upper(size) WHERE size <> upper(size)", 0, "batches"),
    batch=Batch(("account", "id")),
)
CLEAR = Step(
    Kind.BATCHED,
    (statement("DELETE FROM billing.accounts WHERE closed", 15),),
    Impact(locks=locks((ACCOUNTS, LockMode.ROW_EXCLUSIVE)), scans=(ACCOUNTS,)),
    Undo(loses="the rows of billing.accounts as they were"),
    "delete billing.accounts",
    rewrite=Rewrite("DELETE FROM billing.accounts WHERE closed", 0, "batches"),
    batch=Batch((), images=False),
)
UNIQUE = Step(
    Kind.TRANSACTION,
    (statement("ALTER TABLE requests ADD UNIQUE (token)", 16),),
    Impact(locks=locks((REQUESTS, LockMode.ACCESS_EXCLUSIVE)), builds=(REQUESTS,)),
    Undo(open=True),
    "add unique on requests",
    notes=("as written: the table is empty in production",),
)
SPLIT = RevisionPlan("0016", "sizes", ("0015",), "steps", "", (CHECK, VALIDATE, SET, FILL, UNIQUE, CLEAR))

PLANS = (
    RevisionPlan("0013", "priority of a request", ("0012",), "steps", "only DDL", (ADD, BUILD, REFERENCE, LABEL)),
    RevisionPlan(
        "0014", "merge and reorganise", ("0013", "00ff"), "steps", "", (STRANGE, RETYPE), ("it reads through the bind",)
    ),
    RevisionPlan("0015", "", (), "whole", "it writes through op.get_bind()", ()),
    SPLIT,
)
