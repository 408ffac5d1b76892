"""What a call left behind."""

from sqlalchemy import func, select

from hotline.calls.models import Call
from hotline.db import db
from tests.company import SID

RECORDING = {"RecordingSid": "RE" + "c" * 32, "RecordingDuration": "12"}
CHILD = {"CallSid": "CA" + "d" * 32, "Direction": "outbound-dial"}
ACCEPT = f"/twilio/voice/accept?call={SID}&person=7&language=ja"


def the_call() -> Call:
    db.session.rollback()
    return db.session.scalars(select(Call)).one()


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0
