"""What codes are called: the words of pages, stories and lists, as messages of the catalogue."""

from hotline.errors import N_
from hotline.people.rules import Role

SEVERITIES = {
    "p1": N_("P1 critical"),
    "p2": N_("P2 high"),
    "p3": N_("P3 medium"),
    "p4": N_("P4 low"),
}

TICKET_STATUSES = {
    "received": N_("Received"),
    "callback_pending": N_("Call back owed"),
    "hearing": N_("Hearing"),
    "advised": N_("First advice given"),
    "coordinating": N_("Coordinating"),
    "responding": N_("Responding"),
    "settling": N_("Settling"),
    "closed": N_("Closed"),
    "on_hold": N_("On hold"),
    "out_of_scope": N_("Out of scope"),
    "duplicate": N_("Duplicate"),
}

TASK_STATUSES = {
    "drafted": N_("Not begun"),
    "offered": N_("Partners asked"),
    "accepted": N_("Taken on"),
    "estimating": N_("Being estimated"),
    "waiting_approval": N_("Waiting for approval"),
    "approved": N_("Price approved"),
    "in_progress": N_("Under way"),
    "delivered": N_("Awaiting the check"),
    "checked": N_("Checked"),
    "returned": N_("Sent back"),
    "closed": N_("Finished"),
    "withdrawn": N_("Task withdrawn"),
    "cancelled": N_("Stopped"),
}

TASKS_TOLD = {
    "drafted": N_("We are choosing a company for this."),
    "offered": N_("We are asking a company whether it can do this."),
    "accepted": N_("The company has taken it on, and prepares."),
    "estimating": N_("The company is making an estimate."),
    "waiting_approval": N_("We wait for your answer to the estimate."),
    "approved": N_("You approved it; the work begins soon."),
    "in_progress": N_("The company is at work."),
    "delivered": N_("The result has come; we are checking it."),
    "checked": N_("The result has come, and we have checked it."),
    "returned": N_("We asked the company to complete the result."),
    "closed": N_("This is finished."),
    "withdrawn": N_("This is not needed any more."),
    "cancelled": N_("This was stopped."),
}
"""Where a task stands, for the member who waits for it."""

OFFER_STATUSES = {
    "queued": N_("In the queue"),
    "offered": N_("Answer awaited"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "expired": N_("did not answer"),
    "withdrawn": N_("request taken back"),
}

ANSWERED_BY = {
    "link": N_("by the link in the mail"),
    "key": N_("by telephone key"),
    "portal": N_("in the partner portal"),
    "desk": N_("told the desk"),
    "program": N_("by program"),
}
"""By which way a partner answered."""

CHANNELS = {
    "mail": N_("e-mail"),
    "sms": N_("text message"),
    "voice": N_("telephone"),
}

PHONES = {
    "safe_phone": N_("the safe phone"),
    "callback_phone": N_("the number to call back"),
    "caller_phone": N_("the number the caller rang from"),
}
"""Which phone of a caller is rung."""

RECEIVERS = {
    "coordinator_team": N_("all coordinators"),
    "lead": N_("the supervisors"),
    "coordinator": N_("the coordinators on duty"),
    "responsible": N_("whoever is responsible"),
    "operator": N_("the operators"),
    "supervisor": N_("the supervisors"),
    "administrator": N_("the administrators"),
    "caller": N_("the caller"),
    "old_contact": N_("the contacts until now"),
    "alert": N_("the alert address"),
}
"""Whom a notice is meant for, when it is not one person."""

CAUSES = {
    "p1_out_of_hours": N_("a P1 out of hours"),
    "ransom_unanswered": N_("an encryption call that nobody answered"),
    "p1_override": N_("a P1 that cannot wait"),
}
"""Why somebody is rung at once."""

ANSWERS = {
    "yes": N_("agreed"),
    "no": N_("refused"),
    "withdrawn": N_("withdrew it"),
    "unasked": N_("not asked"),
}
"""What the caller said about telling others."""

APPROVED_BY = {
    "portal": N_("on this page"),
    "phone": N_("by telephone"),
}
"""How the member agreed to a price."""

ASKED_ANEW = {
    "price_changed": N_("the price changed"),
    "line_added": N_("something was added"),
    "taken_back": N_("it was taken back"),
    "partner_released": N_("another partner will do it"),
    "task_ended": N_("the task has ended"),
}
"""Why an approval is not valid any more."""

SAID_HOW = {
    "phone": N_("by telephone"),
    "mail": N_("by mail"),
    "paper": N_("on paper"),
    "portal": N_("in the portal"),
}
"""How the member said something."""

ACCOUNT_CHANGES = {
    "passkey_added": N_("A passkey was added."),
    "passkey_removed": N_("A passkey was removed."),
    "passkey_copied": N_(
        "A copy of one of your passkeys was used. The sign-in was refused; please remove the"
        " passkey."
    ),
    "app_set": N_("An authenticator app was set up."),
    "app_ended": N_("The authenticator app was taken off."),
    "codes_made": N_("New recovery codes were made; the former ones are no longer good."),
    "code_used": N_("Somebody signed in with a recovery code."),
    "factors_forgotten": N_(
        "An administrator took the authenticator app, the passkeys and the recovery codes away."
    ),
    "token_made": N_("An API token was made."),
    "token_revoked": N_("An API token was revoked."),
    "password_set": N_("The password was changed."),
    "new_browser": N_("Somebody signed in from a browser that was not used before."),
}
"""What its owner is told about an account."""

NOTICES = {
    "call_back": N_("a call that was asked for"),
    "promise_due": N_("a promise is due"),
    "promise_late": N_("a promise is late"),
    "next_try": N_("the next try to call back"),
    "handed_over": N_("a ticket was handed over"),
    "duty_gap": N_("nobody is on duty in the days to come"),
    "clock_near": N_("a legal clock is near its end"),
    "clock_passed": N_("a legal clock has run out"),
    "obligation_open": N_("something that the insurance asks for is open"),
    "web_intake": N_("a member wrote over the web what happened"),
    "swap_asked": N_("a request to take over a shift"),
    "swap_agreed": N_("a shift was taken over"),
    "swap_declined": N_("a shift was not taken over"),
    "shift_given": N_("a shift was given to somebody"),
    "shift_taken": N_("a shift went to somebody else"),
    "page": N_("take this at once"),
    "page_unanswered": N_("nobody took what is urgent"),
    "received": N_("number and promised time, for the caller"),
    "advice_sent": N_("what was advised, for the caller"),
    "invite": N_("an invitation"),
    "reset": N_("a new password"),
    "account_changed": N_("a change in an account"),
    "passkey_copied": N_("a copied passkey was used"),
    "nobody_on_duty": N_("nobody is on duty"),
    "undelivered": N_("a notice did not arrive"),
    "backlog": N_("notices pile up"),
    "calendar_ends": N_("the list of holidays ends"),
    "offer": N_("a partner is asked"),
    "offer_accepted": N_("a partner takes a task"),
    "offer_declined": N_("a partner declined"),
    "offer_silent": N_("a partner did not answer in time"),
    "offer_lost": N_("a partner is not needed any more"),
    "nobody_left": N_("no partner is left to ask"),
    "task_delivered": N_("a task was handed in"),
    "task_returned": N_("a task was sent back"),
    "task_checked": N_("a task was checked"),
    "task_late": N_("a task is late"),
    "approval_asked": N_("an estimate waits for the member"),
    "approval_answered": N_("the member answered an estimate"),
    "approval_withdrawn": N_("an estimate has to be approved anew"),
    "estimate_answered": N_("a partner's estimate was answered"),
    "released": N_("there is something new for a partner"),
    "desk_wrote": N_("the desk wrote to a partner"),
    "partner_wrote": N_("a partner wrote"),
    "upload_link": N_("where files can be sent, for the caller"),
    "file_received": N_("the member sent a file"),
    "file_infected": N_("a scanner found something in a file"),
    "file_unscanned": N_("files cannot be scanned"),
    "contact_check": N_("a call to check a partner's number"),
    "member_wrote": N_("a member wrote"),
    "desk_wrote_member": N_("the desk wrote to the member"),
    "need_asked": N_("the member is asked for something"),
    "contact_given": N_("a member gave another contact"),
    "contact_changed": N_("a contact of the member was changed"),
}
"""What a notice is about."""

WANTED = {
    "file": N_("a file"),
    "answer": N_("an answer"),
    "call": N_("a call"),
}
"""What the desk needs from the member."""

CONTACTS = {
    "safe_phone": N_("the safe phone"),
    "safe_email": N_("the safe mail address"),
    "callback_phone": N_("the number to call back"),
    "callback_hours": N_("when somebody is there"),
    "channels": N_("whether the company's own mail and phones are safe"),
}
"""Which contact of a ticket a member gives anew."""

RUNG = {
    **PHONES,
    "on_file": N_("a number of the company that we have on file"),
    "other": N_("another number that we knew before"),
}
"""Which known number was rung before a contact was used."""

NOTICE_STATUSES = {
    "failed": N_("refused; tried every hour"),
    "given_up": N_("given up"),
}

WORKS = {
    "paging": N_("ringing people"),
    "offers": N_("asking partners"),
    "mail": N_("sending mail"),
    "sms": N_("sending text messages"),
    "voice": N_("calling people"),
    "spool": N_("taking in calls from the spool"),
    "recordings": N_("fetching recordings"),
    "scan": N_("looking for viruses"),
    "tell": N_("telling callers their number"),
    "obligations": N_("reminding of what the insurance asks for"),
    "audit": N_("sealing the audit trail"),
    "roster": N_("looking for gaps in the roster"),
    "watch": N_("looking for trouble"),
    "housekeeping": N_("housekeeping"),
}
"""The kinds of work of the worker."""

CALL_STATUSES = {
    "ringing": N_("Ringing"),
    "answered": N_("Answered"),
    "missed": N_("Missed"),
    "voicemail": N_("Voicemail"),
    "done": N_("Ended"),
}

FOLLOWUP_STATUSES = {
    "pending": N_("Waiting for its time"),
    "announced": N_("Announced"),
    "taken": N_("Taken up"),
    "done": N_("Kept"),
    "moved": N_("Moved"),
    "called_off": N_("Called off"),
}

OUTCOMES = {
    "reached": N_("Reached"),
    "no_answer": N_("No answer"),
    "message_left": N_("Message left"),
}
"""How a call back went."""

AUDIENCES = {
    "staff": N_("Staff only"),
    "member": N_("The member sees this"),
    "vendor": N_("Member and partners see this"),
}

ROLES = {
    Role.OPERATOR: N_("Operator"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.MEMBER: N_("Member"),
    Role.VENDOR: N_("Partner"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
}
