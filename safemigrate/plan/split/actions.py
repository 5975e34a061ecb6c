"""ALTER TABLE of several actions, taken apart where one of them would take long.

PostgreSQL does the actions of one ALTER TABLE in an order of its own (drops first, then types, then new columns, then
constraints), so the parts are in that order too. What is instant stays together: nobody sees a state between two of
the actions that the statement as written would not have shown, unless a long one lies between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from safemigrate.plan.split.base import Answer, Part, Situation, Split
from safemigrate.statement import edit, forms, parser
from safemigrate.statement.forms import Form

FAMILY = "actions apart"

# The passes of tablecmds.c: AT_PASS_DROP, _ALTER_TYPE, _ADD_COL, _COL_ATTRS, _ADD_INDEX, _ADD_OTHERCONSTR, _MISC.
_PASSES: tuple[tuple[type[Form], ...], ...] = (
    (forms.DropColumn, forms.DropConstraint, forms.DropNotNull),
    (forms.AlterColumnType,),
    (forms.AddColumn,),
    (forms.SetDefault, forms.DropDefault, forms.SetNotNull, forms.AlterColumn),
    (forms.AddConstraint,),
)


def apart(several: Sequence[Form], sql: str, situation: Situation, answer: Callable[..., Answer]) -> Answer:
    """The actions as parts, those that *answer* splits among them; None when it splits none."""
    try:
        texts = edit.actions(sql)
    except parser.Unparsable as error:
        return f"as written: {error}"
    pairs = sorted(zip(several, texts, strict=True), key=lambda pair: _pass(pair[0]))
    answers = [answer((form,), text, situation) for form, text in pairs]
    if not any(isinstance(each, Split) for each in answers):
        return "; ".join(dict.fromkeys(each for each in answers if isinstance(each, str))) or None
    parts: list[Part] = []
    for (form, text), each in zip(pairs, answers, strict=True):
        instant = situation.catalog.impact((form,), situation.version).instant
        parts.extend(each.parts if isinstance(each, Split) else [Part((text,), instant=instant)])
    families = dict.fromkeys(each.family for each in answers if isinstance(each, Split))
    return Split(", ".join(families), tuple(parts))


def _pass(form: Form) -> int:
    return next((number for number, kinds in enumerate(_PASSES) if isinstance(form, kinds)), len(_PASSES))
