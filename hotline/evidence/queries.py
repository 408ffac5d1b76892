"""Reading files and their custody; their bytes lie in the store."""

from sqlalchemy import select

from hotline.db import db
from hotline.evidence.models import Custody, File


def by_id(file_id: int) -> File | None:
    """The file, or None."""
    return db.session.get(File, file_id)


def every_file() -> list[File]:
    """All files on record, the first one first."""
    return list(db.session.scalars(select(File).order_by(File.id)))


def custody_of(file_id: int) -> list[Custody]:
    """Every hand that touched the file, in order."""
    query = select(Custody).where(Custody.file_id == file_id).order_by(Custody.id)
    return list(db.session.scalars(query))
