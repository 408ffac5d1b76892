import io
from datetime import UTC, datetime

from hotline.adapters.console import ConsoleMailer
from hotline.adapters.mail import Mail


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
