"""The environment is checked at once, and what is wrong with it is said at once."""

import secrets
from pathlib import Path

import pytest

from hotline import settings
from hotline.settings import Settings, SettingsError

SECRET = "0123456789abcdef" * 2
PRODUCTION = {
    "HOTLINE_DATABASE_URL": "postgresql+psycopg://hotline:db-password@db.example.jp/hotline",
    "HOTLINE_SECRET_KEY": SECRET,
    "HOTLINE_PUBLIC_URL": "https://hotline.example.jp",
    "HOTLINE_PHONE": "twilio",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token-of-the-telephone",
    "HOTLINE_PHONE_FROM": "+815012345678",
    "HOTLINE_MAIL": "smtp",
    "HOTLINE_SMTP_URL": "smtps://mailer:mail-password@mail.example.jp",
    "HOTLINE_MAIL_FROM": "hotline@example.jp",
}
DEMO = {
    **PRODUCTION,
    "HOTLINE_ENV": "demo",
    "HOTLINE_PUBLIC_URL": "http://localhost:8000",
    "HOTLINE_PHONE": "console",
    "HOTLINE_MAIL": "console",
}


def problems(**changes: str) -> str:
    """What is said of the settings of production with these changes; "" when nothing is."""
    try:
        Settings.from_environment({**PRODUCTION, **changes})
    except SettingsError as error:
        return str(error)
    return ""


def test_the_settings_of_production_are_accepted():
    known = Settings.from_environment(PRODUCTION)

    assert (known.env, known.in_production, known.is_https) == ("production", True, True)


def test_s_26_all_problems_are_said_in_one_message():
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment({})
    named = {line.split(":")[0].strip() for line in str(raised.value).splitlines()[1:]}

    assert named == {
        "HOTLINE_DATABASE_URL",
        "HOTLINE_SECRET_KEY",
        "HOTLINE_PUBLIC_URL",
        "TWILIO_AUTH_TOKEN",
        "HOTLINE_PHONE",
        "HOTLINE_MAIL",
    }


def test_s_26_all_that_a_telephone_needs_is_asked_for_at_once():
    told = problems(TWILIO_ACCOUNT_SID="", TWILIO_AUTH_TOKEN="", HOTLINE_PHONE_FROM="")

    assert "HOTLINE_PHONE: twilio needs TWILIO_ACCOUNT_SID, HOTLINE_PHONE_FROM" in told
    assert "TWILIO_AUTH_TOKEN: is missing" in told


def test_a_gateway_to_twilio_may_stand_below_a_path_and_outside_production_without_https():
    gateway = "http://127.0.0.1:9000/twilio/"
    known = Settings.from_environment({**DEMO, "HOTLINE_TWILIO_API_URL": gateway})

    assert known.twilio_api_url == "http://127.0.0.1:9000/twilio"


REFUSED = {
    "no secret": ({"HOTLINE_SECRET_KEY": ""}, "needs at least 32 bytes; make one with"),
    "a short secret": ({"HOTLINE_SECRET_KEY": SECRET[:31]}, "needs at least 32 bytes"),
    "a typed secret": ({"HOTLINE_SECRET_KEY": "x" * 40}, "can be guessed"),
    "half of the old secret": ({"HOTLINE_SECRET_KEY_OLD": "short"}, "the whole former"),
    "no address": ({"HOTLINE_PUBLIC_URL": ""}, "is missing; give the address"),
    "http": ({"HOTLINE_PUBLIC_URL": "http://hotline.example.jp"}, "must start with https://"),
    "another scheme": ({"HOTLINE_PUBLIC_URL": "ftp://hotline.example.jp"}, "https://"),
    "an address with a path": ({"HOTLINE_PUBLIC_URL": "https://example.jp/desk"}, "host only"),
    "an address with a user": ({"HOTLINE_PUBLIC_URL": "https://a@example.jp"}, "host only"),
    "a host with blanks": ({"HOTLINE_PUBLIC_URL": "https://a b.example"}, "plain letters"),
    "a port of words": ({"HOTLINE_PUBLIC_URL": "https://example.jp:x"}, "Port"),
    "a broken host": ({"HOTLINE_PUBLIC_URL": "https://[example"}, "HOTLINE_PUBLIC_URL"),
    "no Twilio token": ({"TWILIO_AUTH_TOKEN": ""}, "webhooks are always signed"),
    "no Twilio account": ({"TWILIO_ACCOUNT_SID": ""}, "twilio needs TWILIO_ACCOUNT_SID"),
    "a Twilio account of words": ({"TWILIO_ACCOUNT_SID": "mine"}, "AC and 32 hexadecimal"),
    "no number to ring from": ({"HOTLINE_PHONE_FROM": ""}, "twilio needs HOTLINE_PHONE_FROM"),
    "a number without country": ({"HOTLINE_PHONE_FROM": "0312345678"}, "+81312345678"),
    "a way to Twilio in clear": (
        {"HOTLINE_TWILIO_API_URL": "http://gateway.example.jp"},
        "must start with https:// in production",
    ),
    "no way to Twilio": ({"HOTLINE_TWILIO_API_URL": "gateway"}, "must be https:// and a host"),
    "a way to Twilio with a user": (
        {"HOTLINE_TWILIO_API_URL": "https://a:b@gateway.example.jp"},
        "must hold no user, query or fragment",
    ),
    "a console phone": ({"HOTLINE_PHONE": "console"}, "cannot be console in production"),
    "a console mail": ({"HOTLINE_MAIL": "console"}, "cannot be console in production"),
    "no mail server": ({"HOTLINE_SMTP_URL": ""}, "smtp needs HOTLINE_SMTP_URL"),
    "a mail server of words": ({"HOTLINE_SMTP_URL": "mail.example.jp"}, "smtp://"),
    "a mail server without host": ({"HOTLINE_SMTP_URL": "smtp://"}, "and a host"),
    "no sender": ({"HOTLINE_MAIL_FROM": ""}, "smtp needs HOTLINE_MAIL_FROM"),
    "a sender of two": ({"HOTLINE_MAIL_FROM": "a@b.jp,c@d.jp"}, "one plain mail address"),
    "a broken sender": ({"HOTLINE_MAIL_FROM": "a@b.jp\r\nBcc: c@d.jp"}, "one plain mail address"),
    "no database": ({"HOTLINE_DATABASE_URL": ""}, "is missing; for example postgresql"),
    "another database": ({"HOTLINE_DATABASE_URL": "mysql://db/x"}, "sqlite:/// or postgresql"),
    "an environment of its own": ({"HOTLINE_ENV": "staging"}, "'production', 'demo' or 'test'"),
    "proxies in words": ({"HOTLINE_TRUSTED_PROXIES": "one"}, "valid integer"),
    "fewer than no proxy": ({"HOTLINE_TRUSTED_PROXIES": "-1"}, "greater than or equal to 0"),
    "files elsewhere": ({"HOTLINE_FILES_URL": "s3://bucket"}, "must start with file:///"),
    "a scanner of words": ({"HOTLINE_SCANNER": "yes"}, "none, clamd://host:port"),
    "limits elsewhere": ({"HOTLINE_RATE_LIMIT_URL": "mongo://db"}, "memory://, redis://"),
    "no such folder": ({"HOTLINE_CONFIG_DIR": "/nowhere"}, "/nowhere is not a folder"),
    "the debugger": ({"FLASK_DEBUG": "1"}, "cannot be on in production"),
}


@pytest.mark.parametrize(("change", "sentence"), REFUSED.values(), ids=REFUSED)
def test_s_26_production_refuses(change, sentence):
    name = next(iter(change))

    assert sentence in problems(**change)
    assert name in problems(**change)


@pytest.mark.parametrize("name", ["HOTLINE_PHONE", "HOTLINE_MAIL"])
def test_a_demo_may_use_the_console(name):
    assert getattr(Settings.from_environment(DEMO), name.removeprefix("HOTLINE_").lower())


def test_a_demo_still_needs_its_secrets():
    with pytest.raises(SettingsError, match="HOTLINE_SECRET_KEY"):
        Settings.from_environment({**DEMO, "HOTLINE_SECRET_KEY": "", "TWILIO_AUTH_TOKEN": ""})


def test_a_demo_keeps_its_database_in_a_file():
    known = Settings.from_environment({**DEMO, "HOTLINE_DATABASE_URL": ""})

    assert known.database_url.startswith("sqlite:////")


def test_a_mistyped_environment_is_checked_as_production():
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment({**DEMO, "HOTLINE_ENV": "prod"})

    assert "must start with https://" in str(raised.value)


def test_empty_means_not_set():
    known = Settings.from_environment({**PRODUCTION, "HOTLINE_MAX_UPLOAD_MB": ""})

    assert known.max_upload_mb == 200


def test_both_telephone_tokens_are_good_while_one_is_replaced():
    known = Settings.from_environment({**PRODUCTION, "TWILIO_AUTH_TOKEN_SECONDARY": "next"})

    assert known.twilio_tokens == ("token-of-the-telephone", "next")


@pytest.mark.parametrize("shown", [repr, str])
def test_secrets_are_never_shown(shown):
    text = shown(Settings.from_environment(PRODUCTION))

    assert not any(secret in text for secret in (SECRET, "password", "token-of-the-telephone"))


def test_secrets_never_stand_in_what_is_wrong_with_them():
    bad = {name: f"{secrets.token_hex(4)} PRIVATE" for name in PRODUCTION}
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment(bad)

    assert "PRIVATE" not in str(raised.value)


# The file


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """The settings of production in a file that only its owner reads."""
    path = tmp_path / ".env"
    given = {**PRODUCTION, "HOTLINE_SPOOL_DIR": str(tmp_path / "spool")}
    path.write_text("".join(f"{name}={value}\n" for name, value in given.items()))
    path.chmod(0o600)
    return path


def test_the_file_is_read(env_file):
    assert settings.load({}, env_file).public_url == "https://hotline.example.jp"


def test_the_environment_wins_over_the_file(env_file):
    known = settings.load({"HOTLINE_PUBLIC_URL": "https://other.example.jp"}, env_file)

    assert known.public_url == "https://other.example.jp"


def test_an_empty_variable_does_not_hide_the_file(env_file):
    assert settings.load({"HOTLINE_PUBLIC_URL": ""}, env_file).is_https


def test_without_a_file_the_environment_is_all(tmp_path):
    given = {**PRODUCTION, "HOTLINE_SPOOL_DIR": str(tmp_path / "spool")}

    assert settings.load(given, tmp_path / "none").in_production


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_s_26_a_file_that_others_can_read_is_refused_in_production(env_file, mode):
    env_file.chmod(mode)

    with pytest.raises(SettingsError, match="chmod 600"):
        settings.load({}, env_file)


def test_an_open_file_is_said_together_with_the_rest(env_file):
    env_file.chmod(0o644)
    with pytest.raises(SettingsError) as raised:
        settings.load({"HOTLINE_PUBLIC_URL": "http://hotline.example.jp"}, env_file)

    assert "HOTLINE_PUBLIC_URL" in str(raised.value)
    assert "chmod 600" in str(raised.value)


def test_a_demo_may_leave_its_file_open(env_file):
    env_file.chmod(0o644)

    assert settings.load(DEMO, env_file).env == "demo"


# Folders


def test_the_spool_is_tried_and_left_empty(env_file, tmp_path):
    settings.load({}, env_file)

    assert list((tmp_path / "spool").iterdir()) == []
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["HOTLINE_SPOOL_DIR", "HOTLINE_LOG_FILE"])
def test_a_path_that_cannot_be_written_is_one_sentence_among_the_others(env_file, name):
    impossible = str(env_file / "below a file")
    with pytest.raises(SettingsError) as raised:
        settings.load({name: impossible, "HOTLINE_PUBLIC_URL": "http://x.example"}, env_file)
    lines = str(raised.value).splitlines()[1:]

    assert [line.split(":")[0].strip() for line in lines] == ["HOTLINE_PUBLIC_URL", name]
    assert lines[1].endswith("below a file cannot be written: Not a directory")


def test_a_log_in_a_folder_that_is_not_there_is_named(env_file, tmp_path):
    with pytest.raises(SettingsError, match=r"HOTLINE_LOG_FILE: .* No such file or directory"):
        settings.load({"HOTLINE_LOG_FILE": str(tmp_path / "none" / "log")}, env_file)


def test_a_log_that_can_be_written_is_used(env_file, tmp_path):
    log = tmp_path / "log"

    assert settings.load({"HOTLINE_LOG_FILE": str(log)}, env_file).log_file == log
