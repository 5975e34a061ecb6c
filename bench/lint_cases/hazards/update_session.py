"""Products are written in small letters.

Revision ID: update_session
Revises: 0001_shop
Create Date: 2026-03-02 10:00:00
"""

# hazard: unbatched-backfill at line 35
# written as: connection

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

revision = "update_session"
down_revision = "0001_shop"
branch_labels = None
depends_on = None


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    product: Mapped[str]


def upgrade() -> None:
    session = Session(bind=op.get_bind())
    for item in session.scalars(sa.select(Item)):
        item.product = item.product.lower()
    session.commit()


def downgrade() -> None:
    pass
