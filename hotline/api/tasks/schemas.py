"""What is asked and answered about tasks, field by field."""

import marshmallow as ma

from hotline.api.offers import OfferOut, VendorName, VendorRef
from hotline.api.pages import PageArgs
from hotline.api.schemas import Both, Instant
from hotline.coordination.rules import FUNCTIONS, TaskStatus
from hotline.edge.limits import LARGEST_ID

STATUSES = [str(one) for one in TaskStatus]


class Needs(ma.Schema):
    """Another task of the same ticket, and what it must bring first ("": its end)."""

    task = ma.fields.Integer(required=True, validate=ma.validate.Range(1, LARGEST_ID))
    output = ma.fields.String(load_default="")


class NewTask(ma.Schema):
    """What is asked for: no company and no names, because partners read it before they answer.

    With ``vendor`` this partner is asked at once, as in POST /tasks/{id}/offers.
    """

    function = ma.fields.String(required=True)
    scope = ma.fields.String(load_default="")
    scale = ma.fields.String(load_default="")
    region = ma.fields.String(load_default="")
    place = ma.fields.String(load_default="")
    language = ma.fields.String(load_default="")
    starts_at = Instant(load_default=None, allow_none=True)
    first_result_by = Instant(load_default=None, allow_none=True)
    due_at = Instant(load_default=None, allow_none=True)
    works = ma.fields.List(
        ma.fields.String(), load_default=list, validate=ma.validate.Length(max=50)
    )
    waits_for = ma.fields.List(
        ma.fields.Nested(Needs), load_default=list, validate=ma.validate.Length(max=20)
    )
    vendor = VendorRef(load_default=None, allow_none=True)
    reply_by = Instant(load_default=None, allow_none=True)
    for_quote = ma.fields.Boolean(load_default=False)


class TaskArgs(PageArgs):
    """Which tasks are listed."""

    status = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATUSES))
    function = ma.fields.String(load_default=None, validate=ma.validate.OneOf(FUNCTIONS))


class TaskMove(ma.Schema):
    """Where to, and why: some steps must be explained."""

    status = ma.fields.String(required=True, validate=ma.validate.OneOf(STATUSES))
    reason = ma.fields.String(load_default="")


class StepOut(ma.Schema):
    """One step that can be chosen now."""

    status = ma.fields.String()
    needs_reason = ma.fields.Boolean()


class MilestoneOut(ma.Schema):
    """One step of the work on its way; ``reached_at`` is null until it was reached."""

    code = ma.fields.String()
    label = ma.fields.Nested(Both)
    due_at = Instant(allow_none=True)
    reached_at = Instant(allow_none=True)


class TaskOut(ma.Schema):
    """A task; partners read neither who else was asked nor what it waits for.

    ``next`` are the steps that whoever asks may choose now, the usual one first. Members read
    what their pages show: where it stands (``label``), who does it, and its milestones.
    """

    id = ma.fields.Integer()
    ticket = ma.fields.String()
    function = ma.fields.String()
    status = ma.fields.String()
    status_since = Instant()
    scope = ma.fields.String()
    scale = ma.fields.String()
    region = ma.fields.String()
    place = ma.fields.String()
    language = ma.fields.String()
    starts_at = Instant(allow_none=True)
    first_result_by = Instant(allow_none=True)
    due_at = Instant(allow_none=True)
    works = ma.fields.List(ma.fields.String())
    because = ma.fields.List(ma.fields.String())
    waits_for = ma.fields.List(ma.fields.Nested(Needs))
    vendor = ma.fields.Nested(VendorName, allow_none=True)
    nobody_left_at = Instant(allow_none=True)
    made_at = Instant()
    version = ma.fields.Integer()
    next = ma.fields.List(ma.fields.Nested(StepOut))
    offers = ma.fields.List(ma.fields.Nested(OfferOut))
    label = ma.fields.Nested(Both)
    milestones = ma.fields.List(ma.fields.Nested(MilestoneOut))


class TaskPage(ma.Schema):
    """One page of tasks."""

    items = ma.fields.List(ma.fields.Nested(TaskOut))
    next_cursor = ma.fields.String(allow_none=True)
