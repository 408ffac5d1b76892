"""Buttons of the form that show something and save nothing."""

from collections.abc import Callable

from hotline.web import console
from hotline.web.intake.form import Form

ASKED: dict[str, Callable[[Form], None]] = {
    "questions": lambda _form: None,
    "find": lambda _form: None,
    "choose": lambda form: choose(form, form["choose"]),
    "contact": lambda form: take_contact(form, form["contact"]),
}
"""Buttons of the form that show something and save nothing: their name to what they change."""


def choose(form: Form, number: str) -> None:
    member = console.company_of(number)
    form["member_number"] = member.number if member else ""
    form["site"] = form["site_text"] = ""
    if member is not None:
        form["company"] = member.name


def take_contact(form: Form, contact_id: str) -> None:
    member = console.company_of(form.get("member_number", ""))
    if member is None:
        return
    for contact in member.contacts:
        if str(contact.id) == contact_id:
            for name, text in console.caller_fields(member, contact).items():
                form[name] = text
