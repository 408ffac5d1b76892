"""What is done with tasks, offers, and everything that belongs to them. Others import from here."""

from hotline.coordination.service.answering import accept, decline, engage
from hotline.coordination.service.choosing import Choice, ask_candidates
from hotline.coordination.service.consenting import ConsentSaid, say_consent
from hotline.coordination.service.holding import hold_task
from hotline.coordination.service.offering import offer, queue, withdraw_offer, withdraw_offers_of
from hotline.coordination.service.parties import drop_party, note_party
from hotline.coordination.service.proposing import add_proposed, set_aside
from hotline.coordination.service.releasing import release, release_file, take_back
from hotline.coordination.service.stepping import step_task
from hotline.coordination.service.tasks import (
    add_task,
    change_task,
    move_task,
    stop_waiting,
    wait_for,
)
from hotline.coordination.service.waiting import look_after, pass_over_contact
from hotline.coordination.service.working import (
    hand_in,
    log_work,
    reach_milestone,
    set_milestone_due,
)
from hotline.coordination.service.writing import write_message

__all__ = [
    "Choice",
    "ConsentSaid",
    "accept",
    "add_proposed",
    "add_task",
    "ask_candidates",
    "change_task",
    "decline",
    "drop_party",
    "engage",
    "hand_in",
    "hold_task",
    "log_work",
    "look_after",
    "move_task",
    "note_party",
    "offer",
    "pass_over_contact",
    "queue",
    "reach_milestone",
    "release",
    "release_file",
    "say_consent",
    "set_aside",
    "set_milestone_due",
    "step_task",
    "stop_waiting",
    "take_back",
    "wait_for",
    "withdraw_offer",
    "withdraw_offers_of",
    "write_message",
]
