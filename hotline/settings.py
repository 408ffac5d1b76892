"""The environment, read once and checked at once: every problem in one message."""

import os
import re
import stat
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

S = TypeVar("S", bound="Settings")

ROOT = Path(__file__).resolve().parent.parent
SECRET_BYTES = 32
SECRET_LETTERS = 8
"""A secret with fewer different characters was typed, not made."""
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-f:]+", re.ASCII)
MAIL_SCHEMES = ("smtp", "smtp+starttls", "smtps")
SPOOL = ROOT / "instance" / "spool"

NEEDED_FOR_TWILIO = {
    "twilio_account_sid": "TWILIO_ACCOUNT_SID",
    "phone_from": "HOTLINE_PHONE_FROM",
}
"""Field to variable; the token is needed with every telephone, and asked for by itself."""

CLAMD = r"^(none|clamd://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?:[0-9]{1,5}|clamd:///.+)$"

SHAPES = {
    "TWILIO_ACCOUNT_SID": "must be AC and 32 hexadecimal digits",
    "HOTLINE_PHONE_FROM": "must be a number such as +81312345678",
    "HOTLINE_SCANNER": "must be none, clamd://host:port or clamd:///path/of/the/socket",
    "HOTLINE_RATE_LIMIT_URL": "must be memory://, redis://… or rediss://…",
}
"""What to write instead, where a pattern was not met."""


class SettingsError(Exception):
    """The process cannot start; the message names every variable and what it needs."""


class Settings(BaseModel):
    """One field for each variable of ``config/example.env``; the alias is the variable's name."""

    model_config = ConfigDict(frozen=True, validate_default=True, extra="ignore")

    env: Literal["production", "demo", "test"] = Field("production", alias="HOTLINE_ENV")
    # Some addresses hold a password: they are never part of repr().
    database_url: str = Field("", alias="HOTLINE_DATABASE_URL", repr=False)
    secret_key: SecretStr = Field(SecretStr(""), alias="HOTLINE_SECRET_KEY")
    secret_key_old: SecretStr = Field(SecretStr(""), alias="HOTLINE_SECRET_KEY_OLD")
    public_url: str = Field("", alias="HOTLINE_PUBLIC_URL")
    trusted_proxies: int = Field(0, alias="HOTLINE_TRUSTED_PROXIES", ge=0, le=5)
    config_dir: Path = Field(ROOT / "config", alias="HOTLINE_CONFIG_DIR")
    twilio_account_sid: str = Field("", alias="TWILIO_ACCOUNT_SID", pattern=r"^(AC[0-9a-f]{32})?$")
    twilio_auth_token: SecretStr = Field(SecretStr(""), alias="TWILIO_AUTH_TOKEN")
    twilio_auth_token_secondary: SecretStr = Field(
        SecretStr(""), alias="TWILIO_AUTH_TOKEN_SECONDARY"
    )
    phone_from: str = Field("", alias="HOTLINE_PHONE_FROM", pattern=r"^(\+[1-9][0-9]{6,14})?$")
    twilio_api_url: str = Field("https://api.twilio.com", alias="HOTLINE_TWILIO_API_URL")
    phone: Literal["console", "twilio"] = Field("twilio", alias="HOTLINE_PHONE")
    smtp_url: str = Field("", alias="HOTLINE_SMTP_URL", repr=False)
    mail_from: str = Field("", alias="HOTLINE_MAIL_FROM")
    mail: Literal["console", "smtp"] = Field("smtp", alias="HOTLINE_MAIL")
    files_url: str = Field(f"file://{ROOT}/instance/files", alias="HOTLINE_FILES_URL")
    max_upload_mb: int = Field(200, alias="HOTLINE_MAX_UPLOAD_MB", ge=1, le=2048)
    scanner: str = Field("none", alias="HOTLINE_SCANNER", pattern=CLAMD)
    rate_limit_url: str = Field(
        "memory://",
        alias="HOTLINE_RATE_LIMIT_URL",
        pattern=r"^(memory://|rediss?://.+)$",
        repr=False,
    )
    spool_dir: Path = Field(SPOOL, alias="HOTLINE_SPOOL_DIR")
    alert_mail: str = Field("", alias="HOTLINE_ALERT_MAIL")
    log_file: Path | None = Field(None, alias="HOTLINE_LOG_FILE")
    flask_debug: str = Field("", alias="FLASK_DEBUG")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Check ``environment`` (names as in ``config/example.env``; empty means not set).

        Raises SettingsError with all problems in one message.
        """
        return _checked(cls, _given(environment))

    @property
    def in_production(self) -> bool:
        return self.env == "production"

    @property
    def is_https(self) -> bool:
        """Whether the outside world reaches us by https; cookies and HSTS follow it."""
        return self.public_url.startswith("https://")

    @property
    def twilio_tokens(self) -> tuple[str, ...]:
        """Both tokens are good while Twilio's token is being rotated."""
        both = (self.twilio_auth_token, self.twilio_auth_token_secondary)
        return tuple(token.get_secret_value() for token in both if token.get_secret_value())

    @field_validator("database_url")
    @classmethod
    def _a_known_database(cls, value: str, info: ValidationInfo) -> str:
        if not value and not _production(info):
            return f"sqlite:///{ROOT}/instance/hotline.sqlite3"
        _need(bool(value), "is missing; for example postgresql+psycopg://user@host/hotline")
        known = value.startswith(("sqlite:///", "postgresql+psycopg://"))
        _need(known, "must start with sqlite:/// or postgresql+psycopg://")
        return value

    @field_validator("secret_key")
    @classmethod
    def _a_long_secret(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        _need_long(
            value, info, "make one with: python3 -c 'import secrets as s; print(s.token_hex(32))'"
        )
        return value

    @field_validator("secret_key_old")
    @classmethod
    def _an_old_secret_is_long_too(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if value.get_secret_value():
            _need_long(value, info, "give the whole former HOTLINE_SECRET_KEY")
        return value

    @field_validator("public_url")
    @classmethod
    def _an_address_outsiders_can_use(cls, value: str, info: ValidationInfo) -> str:
        parts = urlsplit(value)
        _need(bool(parts.hostname), "is missing; give the address outsiders use, https://…")
        _need(parts.scheme in ("https", "http"), "must start with https://")
        whole = bool(HOST.fullmatch(parts.hostname or "")) and parts.port != 0
        _need(whole, "must name a host in plain letters, such as hotline.example.jp")
        plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
        _need(plain, "must be a scheme and a host only, without path, query or user")
        if _production(info):
            _need(
                parts.scheme == "https",
                "must start with https:// in production, or sign-in could be read on the way",
            )
        return value.rstrip("/")

    @field_validator("twilio_auth_token")
    @classmethod
    def _webhooks_are_always_signed(cls, value: SecretStr) -> SecretStr:
        _need(
            bool(value.get_secret_value()),
            "is missing; webhooks are always signed, with the console phone too",
        )
        return value

    @field_validator("phone")
    @classmethod
    def _a_real_phone_in_production(cls, value: str, info: ValidationInfo) -> str:
        _need(not (value == "console" and _production(info)), "cannot be console in production")
        if value == "twilio":
            lacking = [name for name in NEEDED_FOR_TWILIO if not info.data.get(name)]
            named = ", ".join(NEEDED_FOR_TWILIO[name] for name in lacking)
            _need(not lacking, f"twilio needs {named}")
        return value

    @field_validator("twilio_api_url")
    @classmethod
    def _a_safe_way_to_twilio(cls, value: str, info: ValidationInfo) -> str:
        parts = urlsplit(value)
        known = parts.scheme in ("https", "http") and bool(HOST.fullmatch(parts.hostname or ""))
        _need(known, "must be https:// and a host, such as https://api.twilio.com")
        plain = not (parts.query or parts.fragment or parts.username)
        _need(plain, "must hold no user, query or fragment")
        safe = parts.scheme == "https" or not _production(info)
        _need(safe, "must start with https:// in production: it is told the account's token")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _an_smtp_address(cls, value: str) -> str:
        parts = urlsplit(value)
        known = not value or (parts.scheme in MAIL_SCHEMES and bool(parts.hostname))
        _need(known, "must be smtp://, smtp+starttls:// or smtps:// and a host")
        return value

    @field_validator("mail")
    @classmethod
    def _real_mail_in_production(cls, value: str, info: ValidationInfo) -> str:
        _need(not (value == "console" and _production(info)), "cannot be console in production")
        if value == "smtp":
            _need(bool(info.data.get("smtp_url")), "smtp needs HOTLINE_SMTP_URL")
            _need(bool(info.data.get("mail_from")), "smtp needs HOTLINE_MAIL_FROM")
        return value

    @field_validator("files_url")
    @classmethod
    def _files_are_on_this_machine(cls, value: str) -> str:
        _need(value.startswith("file:///"), "must start with file:///; no other store is built yet")
        return value

    @field_validator("mail_from", "alert_mail")
    @classmethod
    def _one_mail_address(cls, value: str) -> str:
        one = not value or (value.count("@") == 1 and not set(value) & set("\r\n,;<> "))
        _need(one, "must be one plain mail address, such as hotline@example.jp")
        return value

    @field_validator("flask_debug")
    @classmethod
    def _no_debugger_in_production(cls, value: str, info: ValidationInfo) -> str:
        off = value.lower() in ("", "0", "false", "no")
        _need(off or not _production(info), "cannot be on in production: it shows code to visitors")
        return value

    @field_validator("config_dir")
    @classmethod
    def _a_folder_that_exists(cls, value: Path) -> Path:
        _need(value.is_dir(), f"{value} is not a folder")
        return value


def load(environment: Mapping[str, str], env_file: Path | None = ROOT / ".env") -> Settings:
    """Settings from ``environment``, with ``env_file`` for what it does not name.

    Raises SettingsError, also when the file of a production system can be read by others, and
    when the spool or the log cannot be written.
    """
    if environment.get("FLASK_SKIP_DOTENV") in ("1", "true"):
        env_file = None  # Flask's own word for: only what the environment says.
    from_file = _read(env_file) if env_file is not None and env_file.is_file() else {}
    merged = {**from_file, **_given(environment)}
    found = _open_to_others(env_file, merged) if env_file is not None and from_file else []
    return _checked(Settings, merged, [*found, *_unwritable(merged)])


def cannot_keep(folder: Path) -> str:
    """Why no file can be kept in ``folder``; "" when one was written through and removed again.

    Makes the folder when it is not there yet.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=".probe-", dir=folder) as probe:
            probe.write(b"probe")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return f"{folder} cannot be written: {error.strerror}"
    return ""


def _checked(kind: type[S], given: Mapping[str, str], problems: Sequence[str] = ()) -> S:
    """The settings, unless something is wrong with them or ``problems`` were found before."""
    found: list[str] = []
    try:
        settings = kind.model_validate(given)
        if not problems:
            return settings
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_context=False)
        found = [f"{_variable(one)}: {_sentence(one)}" for one in wrong]
    lines = (f"\n  {problem}" for problem in (*found, *problems))
    raise SettingsError(f"These settings cannot be used:{''.join(lines)}")


def _read(env_file: Path) -> dict[str, str]:
    # ``${NAME}`` is replaced, as the ``flask`` command does it when it reads the file.
    return _given({name: value or "" for name, value in dotenv_values(env_file).items()})


def _given(environment: Mapping[str, str]) -> dict[str, str]:
    """Empty means not set."""
    return {name: value for name, value in environment.items() if value != ""}


def _open_to_others(path: Path, environment: Mapping[str, str]) -> list[str]:
    in_production = environment.get("HOTLINE_ENV", "production") == "production"
    if in_production and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return [f"{path}: holds secrets and can be read by others; do: chmod 600 {path}"]
    return []


def _unwritable(environment: Mapping[str, str]) -> list[str]:
    """What would only be noticed when the database is away, or as a trace."""
    spool = cannot_keep(Path(environment.get("HOTLINE_SPOOL_DIR", SPOOL)))
    log = _cannot_append(environment.get("HOTLINE_LOG_FILE", ""))
    said = {"HOTLINE_SPOOL_DIR": spool, "HOTLINE_LOG_FILE": log}
    return [f"{name}: {problem}" for name, problem in said.items() if problem]


def _cannot_append(path: str) -> str:
    try:
        if path:
            Path(path).open("ab").close()
    except OSError as error:
        return f"{path} cannot be written: {error.strerror}"
    return ""


def _production(info: ValidationInfo) -> bool:
    return bool(info.data.get("env", "production") == "production")


def _need(holds: bool, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)


def _need_long(value: SecretStr, info: ValidationInfo, advice: str) -> None:
    secret = value.get_secret_value()
    _need(len(secret.encode()) >= SECRET_BYTES, f"needs at least {SECRET_BYTES} bytes; {advice}")
    if _production(info):
        _need(len(set(secret)) >= SECRET_LETTERS, f"can be guessed; {advice}")


def _variable(error: Any) -> str:
    name = str(error["loc"][0])
    field = Settings.model_fields.get(name)  # A default that fails is reported by field name.
    return field.alias or name if field else name


def _sentence(error: Any) -> str:
    if error["type"] == "string_pattern_mismatch":
        return SHAPES[_variable(error)]
    return str(error["msg"]).removeprefix("Value error, ")
