"""What models map, by the names of the database."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column

from safemigrate.lint.schema.models import Models
from safemigrate.statement.forms import Relation


class Base(DeclarativeBase):
    metadata = sa.MetaData()


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = ({"schema": "public"},)

    id: Mapped[int] = mapped_column(primary_key=True)
    remark: Mapped[str] = mapped_column("note")
    first_name: Mapped[str]
    shout = column_property(sa.func.upper(sa.column("note")))


class Invoice(Base):
    __tablename__ = "invoices"
    __table_args__ = ({"schema": "billing"},)

    id: Mapped[int] = mapped_column(primary_key=True)


class Refund(Invoice):
    """It is in the table of the class that it inherits from."""

    why: Mapped[str | None] = mapped_column()


audit = sa.Table("audit", Base.metadata, sa.Column("id", sa.BigInteger), sa.Column("what", sa.Text, key="deed"))
MODELS = Models([Base.metadata])


@pytest.mark.parametrize(
    ("relation", "model"),
    [
        (Relation("orders"), "Order"),
        (Relation("orders", "public"), "Order"),
        (Relation("orders", "billing"), ""),
        (Relation("invoices", "billing"), "Invoice"),
        (Relation("invoices"), ""),
        (Relation("audit"), 'Table("audit")'),
        (Relation("nothing"), ""),
    ],
)
def test_a_table_is_known_by_its_model(relation: Relation, model: str) -> None:
    assert MODELS.table(relation) == model


@pytest.mark.parametrize(
    ("relation", "column", "attribute"),
    [
        (Relation("orders"), "note", "Order.remark"),
        (Relation("orders", "public"), "first_name", "Order.first_name"),
        (Relation("orders"), "remark", ""),
        (Relation("invoices", "billing"), "why", "Refund.why"),
        (Relation("audit"), "what", 'Table("audit").c.deed'),
        (Relation("nothing"), "id", ""),
    ],
)
def test_a_column_is_known_by_its_attribute(relation: Relation, column: str, attribute: str) -> None:
    assert MODELS.column(relation, column) == attribute


def test_several_metadata_are_models_together() -> None:
    more = sa.MetaData()
    sa.Table("stock", more, sa.Column("id", sa.BigInteger))
    both = Models([Base.metadata, more])
    assert (both.table(Relation("orders")), both.table(Relation("stock"))) == ("Order", 'Table("stock")')


def test_without_metadata_nothing_is_known() -> None:
    assert not Models(())
    assert Models(()).table(Relation("orders")) == ""
    assert MODELS
