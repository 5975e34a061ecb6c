"""The sample service's tables at the head of its history: image generation.

An account asks for images (a request), the request waits in the queue until a worker takes it, the worker writes
images, and what was used is counted per day. Views, functions and triggers live in the revisions alone.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
}

Moment = sa.TIMESTAMP(timezone=True)


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)


class Account(Base):
    __tablename__ = "accounts"
    __table_args__ = (
        sa.CheckConstraint("plan IN ('free', 'studio', 'team')", name="plan"),
        sa.CheckConstraint("length(locale) IN (2, 5)", name="locale"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(sa.Text, unique=True)
    handle: Mapped[str | None] = mapped_column(sa.Text, unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    plan: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=sa.func.now(), index=True)
    region: Mapped[str] = mapped_column(sa.Enum("eu", "us", name="region"), server_default="eu")
    locale: Mapped[str] = mapped_column(sa.String(5), server_default="en")
    credit: Mapped[int | None] = mapped_column(sa.Integer, server_default="100")


class Request(Base):
    __tablename__ = "requests"
    __table_args__ = (sa.Index("ix_requests_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"))
    prompt: Mapped[str] = mapped_column(sa.Text)
    width: Mapped[int]
    height: Mapped[int]
    seed: Mapped[int | None] = mapped_column(sa.BigInteger)
    cost: Mapped[Decimal | None] = mapped_column(sa.Numeric(12, 4), comment="in dollars; what it's billed at")
    state: Mapped[str] = mapped_column(
        sa.Enum("waiting", "running", "done", "cancelled", "failed", name="request_state"), server_default="waiting"
    )
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=sa.func.now())
    note: Mapped[str | None] = mapped_column(sa.Text)
    priority: Mapped[int] = mapped_column(sa.SmallInteger, server_default="3")
    pixels: Mapped[int | None] = mapped_column(sa.BigInteger, sa.Computed("width::bigint * height", persisted=True))
    image_count: Mapped[int] = mapped_column(server_default="0")
    price_cents: Mapped[int | None]


class Queued(Base):
    __tablename__ = "queue"
    __table_args__ = (
        sa.CheckConstraint("attempts >= 0", name="attempts"),
        sa.CheckConstraint("load >= 0", name="load"),
        {"comment": "what the workers take next"},
    )

    request_id: Mapped[int] = mapped_column(sa.ForeignKey("requests.id"), primary_key=True)
    worker: Mapped[str | None] = mapped_column(sa.Text, comment="null while nobody works on it")
    attempts: Mapped[int] = mapped_column(sa.SmallInteger, server_default="0")
    run_after: Mapped[datetime] = mapped_column(Moment, server_default=sa.func.now(), index=True)
    host: Mapped[str | None] = mapped_column(sa.Text)
    load: Mapped[float | None] = mapped_column(sa.REAL, server_default="0")


class Image(Base):
    __tablename__ = "images"
    __table_args__ = (sa.Index("ix_images_path", "path", unique=True),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("requests.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(sa.Text)
    size_bytes: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=sa.func.now())
    public_id: Mapped[UUID] = mapped_column(server_default=sa.text("gen_random_uuid()"))
    format: Mapped[str] = mapped_column(sa.String(10))
    width: Mapped[int | None]


class Usage(Base):
    """Partitioned by month."""

    __tablename__ = "usage"
    __table_args__ = {"postgresql_partition_by": "RANGE (day)"}  # noqa: RUF012 (SQLAlchemy reads it, nobody changes it)

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    images: Mapped[int] = mapped_column(server_default="0")


class Webhook(Base):
    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    event: Mapped[str] = mapped_column(sa.Enum("finished", "failed", name="webhook_event"))
    url: Mapped[str] = mapped_column(sa.Text)


class Ticket(Base):
    __tablename__ = "tickets"
    __table_args__ = {"comment": "what people write to us"}  # noqa: RUF012

    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, comment="shown to the user")
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"))
    text: Mapped[str] = mapped_column(sa.Text, server_default="")


class Verdict(Base):
    __tablename__ = "verdicts"
    __table_args__ = (sa.CheckConstraint("verdict IN ('fine', 'held')", name="verdict"),)

    image_id: Mapped[int] = mapped_column(sa.ForeignKey("images.id"), primary_key=True)
    verdict: Mapped[str] = mapped_column(sa.Text)


class Invoice(Base):
    __tablename__ = "invoices"
    __table_args__ = (sa.CheckConstraint("cents >= 0", name="cents"), {"schema": "billing"})

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"))
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    paid: Mapped[bool] = mapped_column(server_default=sa.false())

    index = sa.Index("ix_invoices_account_id", account_id)


class StylePreset(Base):
    """Names as somebody clicked them together, kept since."""

    __tablename__ = "Style Presets"
    __table_args__ = (sa.Index("IX Style Presets", "order"),)

    id: Mapped[int] = mapped_column("Id", sa.Integer, sa.Identity(), primary_key=True)
    order: Mapped[int]
    user: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id", name="FK user"))
    name: Mapped[str | None] = mapped_column("Name", sa.Text)
    select: Mapped[str] = mapped_column(sa.Text, server_default="100%")


class Maintenance(Base):
    __tablename__ = "maintenance"
    __table_args__ = (postgresql.ExcludeConstraint(("during", "&&"), using="gist", name="maintenance_apart"),)

    id: Mapped[int] = mapped_column(sa.Integer, sa.Identity(), primary_key=True)
    during: Mapped[Any] = mapped_column(postgresql.TSTZRANGE)
