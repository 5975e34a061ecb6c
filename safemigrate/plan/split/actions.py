"""ALTER TABLE of several actions, taken apart where one of them would take long.

PostgreSQL does the actions of one ALTER TABLE in an order of its own (drops first, then types, then new columns, then
constraints), so the parts are in that order too. What is instant stays together: nobody sees a state between two of
the actions that the statement as written would not have shown, unless a long one lies between them.

A constraint that is dropped beside a key that is added is dropped in the very step that adds it: while the index is
built, the old key holds, and what relies on it (ON CONFLICT, foreign keys) does not notice. Where both have one name,
the statement stays as written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from safemigrate.plan.split import names
from safemigrate.plan.split.base import Answer, Part, Situation, Split
from safemigrate.statement import Statement, edit, forms, parser
from safemigrate.statement.forms import Form

# The passes of tablecmds.c: AT_PASS_DROP, _ALTER_TYPE, _ADD_COL, _COL_ATTRS, _ADD_INDEX, _ADD_OTHERCONSTR, _MISC.
_PASSES: tuple[tuple[type[Form], ...], ...] = (
    (forms.DropColumn, forms.DropConstraint, forms.DropNotNull),
    (forms.AlterColumnType,),
    (forms.AddColumn,),
    (forms.SetDefault, forms.DropDefault, forms.SetNotNull, forms.AlterColumn),
    (forms.AddConstraint,),
)
_KEYS = ("unique", "primary key")


def apart(several: Sequence[Form], sql: str, situation: Situation, answer: Callable[..., Answer]) -> Answer:
    """The actions as parts, those that *answer* splits among them; None when it splits none."""
    try:
        texts = edit.actions(sql)
    except parser.Unparsable as error:
        return f"as written: {error}"
    pairs = sorted(zip(several, texts, strict=True), key=lambda pair: _pass(pair[0]))
    answers = _answers(pairs, situation, answer)
    if not any(isinstance(each, Split) for each in answers):
        return "; ".join(dict.fromkeys(each for each in answers if isinstance(each, str))) or None
    added = [each for each in several if isinstance(each, forms.AddConstraint) and each.constraint.kind in _KEYS]
    dropped = {each.name for each in several if isinstance(each, forms.DropConstraint)} if added else set()
    if dropped & _built(answers):
        return "as written: the key that it adds has the name of the constraint that it drops"
    parts: list[Part] = []
    waiting: tuple[str, ...] = ()
    for (form, text), each in zip(pairs, answers, strict=True):
        if dropped and isinstance(form, forms.DropConstraint):
            waiting = (*waiting, text)
        elif waiting and form in added and isinstance(each, Split):
            *before, last = each.parts
            parts += [*before, replace(last, statements=(*waiting, *last.statements), undo=None)]
            waiting = ()
        elif isinstance(each, Split):
            parts += each.parts
        else:
            instant = situation.catalog.impact((form,), situation.version).instant
            parts.append(Part((text,), instant=instant))
    parts += [Part((text,), instant=True) for text in waiting]
    families = dict.fromkeys(each.family for each in answers if isinstance(each, Split))
    return Split(", ".join(families), tuple(parts))


def _built(answers: Sequence[Answer]) -> set[str | None]:
    """The names of the indexes that are built beforehand."""
    done = [form for each in answers if isinstance(each, Split) for form in _done(each)]
    return {form.name for form in done if isinstance(form, forms.CreateIndex)}


def _done(answer: Split) -> list[Form]:
    return [form for part in answer.parts for text in part.statements for form in Statement(text).forms]


def _answers(
    pairs: Sequence[tuple[Form, str]], situation: Situation, answer: Callable[..., Answer]
) -> list[Answer]:  # fmt: skip
    """What there is to say to each action, given that those before it are done."""
    made, found = situation.made, []
    situation.made = made.copy()
    try:
        for form, text in pairs:
            promised = dict(situation.promised)
            each = answer((form,), text, situation)
            situation.promised = promised
            names.note(_done(each) if isinstance(each, Split) else (form,), situation)
            situation.made.note((form,), situation.catalog)
            found.append(each)
    finally:
        situation.made = made
    return found


def _pass(form: Form) -> int:
    return next((number for number, kinds in enumerate(_PASSES) if isinstance(form, kinds)), len(_PASSES))
