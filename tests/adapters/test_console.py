import io
from datetime import UTC, datetime

from hotline.adapters.console import FETCHED, ConsoleMailer, ConsoleTelephone
from hotline.adapters.mail import Mail
from hotline.adapters.telephone import Ring, Text

NINE = datetime(2027, 1, 4, tzinfo=UTC)


def test_a_message_is_printed_with_what_identifies_it():
    out = io.StringIO()
    mailer = ConsoleMailer(out)
    at = datetime(2027, 1, 4, tzinfo=UTC)
    mailer.send(Mail("a@example.jp", "Due", "One\n\nTwo\n", "en", "followup:1", "ab", "<i>", at))
    mailer.close()

    assert out.getvalue() == (
        "2027-01-04 09:00:00  mail to a@example.jp\n"
        "    X-Hotline-Subject: followup:1\n"
        "    X-Hotline-Dedup-Key: ab\n"
        "    Subject: Due\n"
        "\n"
        "    One\n"
        "\n"
        "    Two\n"
        "\n"
    )


def test_a_text_message_is_printed_with_what_identifies_it():
    out = io.StringIO()
    ConsoleTelephone(out).send_text(Text("+819012345678", "One\nTwo", "page:1", "ab", NINE))

    assert out.getvalue() == (
        "2027-01-04 09:00:00  text to +819012345678\n"
        "    X-Hotline-Subject: page:1\n"
        "    X-Hotline-Dedup-Key: ab\n"
        "\n"
        "    One\n"
        "    Two\n"
        "\n"
    )


def test_a_call_is_printed_with_what_would_be_said_or_asked_for():
    out = io.StringIO()
    telephone = ConsoleTelephone(out)
    telephone.ring(Ring("+819012345678", "page:1", "ab", NINE, url="https://h/twilio/page?page=1"))
    telephone.ring(Ring("+819012345678", "followup:1", "ab", NINE, words="It is late."))
    telephone.close()

    assert "call to +819012345678" in out.getvalue()
    assert f"    {FETCHED}\n    https://h/twilio/page?page=1\n" in out.getvalue()
    assert out.getvalue().count(FETCHED) == 1
    assert "    It is late.\n" in out.getvalue()
