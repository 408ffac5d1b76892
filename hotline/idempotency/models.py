"""What was answered to a request that may come again."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base


class Remembered(Base):
    """The first answer to one key of one person."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(255))
    # SHA-256 of method, path and body, hex.
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[dict[str, Any]]
    made_at: Mapped[datetime] = mapped_column(index=True)
