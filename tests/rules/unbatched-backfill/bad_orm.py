import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import DeclarativeBase, Session


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id = sa.Column(sa.BigInteger, primary_key=True)
    total = sa.Column(sa.Numeric)


def upgrade():
    session = Session(bind=op.get_bind())
    for order in session.query(Order).filter(Order.total.is_(None)):
        order.total = 0  # finds
    session.flush()
