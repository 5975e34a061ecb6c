"""What PostgreSQL does: lock modes and their conflicts, and what each statement form locks, scans and rewrites.

The one table of claims. Plan, lint, trace and the reference page read it; nothing else in the project says which lock
a statement takes. What only the catalog can tell (partitions, neighbours by foreign key, whether a type change
rewrites) is added by ``plan.catalog``; without it the claim is the worse of the two. The tests run every form on a
real server and compare the claim with ``pg_locks``, the files of the relations and the scans counted.
"""

from __future__ import annotations

from safemigrate.facts.claims import impact, merge
from safemigrate.facts.model import Impact, Lock, LockMode
from safemigrate.statement.forms import Relation

__all__ = ["Impact", "Lock", "LockMode", "Relation", "impact", "merge"]
