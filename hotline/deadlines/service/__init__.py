"""What is done with legal clocks, and with the duties of the insured after an accident."""

from hotline.deadlines.service.clocks import (
    call_off,
    carry_over,
    check_nothing_runs,
    clock_of,
    let_go,
    meet,
    note_passed,
    run_again,
    set_by_answers,
    set_start,
    take_back,
)
from hotline.deadlines.service.obligations import (
    begin_obligations,
    carry_obligations,
    obligation,
    obligation_subject,
    remind_again,
    take_reminders,
    tick,
    untick,
)
from hotline.deadlines.service.running import Of, subject

__all__ = [
    "Of",
    "begin_obligations",
    "call_off",
    "carry_obligations",
    "carry_over",
    "check_nothing_runs",
    "clock_of",
    "let_go",
    "meet",
    "note_passed",
    "obligation",
    "obligation_subject",
    "remind_again",
    "run_again",
    "set_by_answers",
    "set_start",
    "subject",
    "take_back",
    "take_reminders",
    "tick",
    "untick",
]
