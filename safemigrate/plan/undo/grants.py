"""Taking back GRANT and REVOKE, and the grants of things that are made again."""

from __future__ import annotations

from safemigrate.plan import text
from safemigrate.plan.catalog import Catalog, Row
from safemigrate.plan.undo.base import NOTHING, OPEN, lost, qualified, sql
from safemigrate.statement import forms
from safemigrate.steps import Undo

_KINDS = {"table": ("relation", "TABLE"), "sequence": ("relation", "SEQUENCE"), "schema": ("schema", "SCHEMA")}
_NAMED_ROLES = {"current_user", "session_user", "current_role"}


def grant(form: forms.Grant, catalog: Catalog | None) -> Undo:
    """Exactly the privileges that change: what was granted before a GRANT stays, what was not before a REVOKE too."""
    simple = form.kind in _KINDS and not any("(" in privilege for privilege in form.privileges)
    if not simple or _NAMED_ROLES & set(form.grantees):
        return lost(f"which privileges the {'REVOKE' if form.revoke else 'GRANT'} changed")
    if catalog is None:
        return OPEN
    statements: list[str] = []
    for named in form.objects:
        row = catalog.row("schema", name=named.name) if form.kind == "schema" else catalog.relation(named)
        if row is None:
            return OPEN
        on = f"{_KINDS[form.kind][1]} {text.name(named.name) if form.kind == 'schema' else qualified(catalog, named)}"
        statements.extend(_changed(form, catalog, row, on))
    return sql(*statements) if statements else NOTHING


def _changed(form: forms.Grant, catalog: Catalog, row: Row, on: str) -> list[str]:
    had = _held(catalog, _KINDS[form.kind][0], row["oid"])
    statements: list[str] = []
    for grantee in form.grantees:
        own = {privilege: grantable for (role, privilege), grantable in had.items() if role == grantee}
        if form.revoke:
            asked = list(own) if "all" in form.privileges else [item for item in form.privileges if item in own]
            statements.extend(_give(privilege, on, grantee, own[privilege]) for privilege in asked)
        elif "all" in form.privileges:
            statements.append(f"REVOKE ALL ON {on} FROM {_role(grantee)}")
            statements.extend(_give(privilege, on, grantee, own[privilege]) for privilege in own)
        else:
            added = [privilege for privilege in form.privileges if privilege not in own]
            statements.extend(f"REVOKE {privilege.upper()} ON {on} FROM {_role(grantee)}" for privilege in added)
    return statements


def _held(catalog: Catalog, kind: str, oid: int) -> dict[tuple[str, str], bool]:
    """(role, privilege) → WITH GRANT OPTION."""
    rows = catalog.rows(f"grants_on_{kind}", oid=oid)
    return {(row["grantee"], row["privilege"]): row["grantable"] for row in rows}


def _give(privilege: str, on: str, grantee: str, grantable: bool) -> str:
    return f"GRANT {privilege.upper()} ON {on} TO {_role(grantee)}{' WITH GRANT OPTION' if grantable else ''}"


def _role(grantee: str) -> str:
    return "PUBLIC" if grantee == "public" else text.name(grantee)


def again(catalog: Catalog, kind: str, oid: int, on: str, owner: str) -> list[str]:
    """The grants of a thing that was made again and has the default ones now."""
    held = _held(catalog, kind, oid)
    public = [] if kind in {"relation", "schema"} else [f"REVOKE ALL ON {on} FROM PUBLIC"]
    return [
        *public,
        *(
            _give(privilege, on, grantee, grantable)
            for (grantee, privilege), grantable in held.items()
            if grantee != owner
        ),
    ]
