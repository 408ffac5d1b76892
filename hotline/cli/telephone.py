"""A telephone company in small: signs as Twilio signs, and does what our documents ask for."""

import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode, urljoin
from xml.etree import ElementTree as ET

from flask import Flask
from werkzeug.datastructures import MultiDict

from hotline.adapters import signature, twilio
from hotline.adapters.signature import SIGNATURE_HEADER
from hotline.settings import Settings

MOST_REQUESTS = 30
TIMEOUT_SECONDS = 15
"""Twilio waits no longer."""

Post = Callable[[str, dict[str, str], dict[str, str]], tuple[int, str]]
"""Posts a form with headers to a path and query; gives the status and the body."""

Said = Callable[[str], None]


class HungUp(Exception):
    """The call is over."""


class Broken(Exception):
    """The hotline did not answer as it must; the message says how."""


def through(app: Flask, settings: Settings) -> Post:
    """Rings the application in this process, through its WSGI door."""
    client = app.test_client(use_cookies=False)

    def post(path: str, form: dict[str, str], headers: dict[str, str]) -> tuple[int, str]:
        answer = client.post(path, base_url=settings.public_url, data=form, headers=headers)
        return answer.status_code, answer.text

    return post


def over_http(base: str) -> Post:
    """Rings a server that runs at ``base``, such as http://localhost:8000."""

    def post(path: str, form: dict[str, str], headers: dict[str, str]) -> tuple[int, str]:
        data = urlencode(form).encode()
        request = urllib.request.Request(urljoin(base, path), data, headers)  # noqa: S310 - checked
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except OSError as error:
            raise Broken(f"{base} に届きません（{error}）") from error

    return post


@dataclass(frozen=True)
class Behaviour:
    """What the people on this call do: the keys pressed in order, whether anybody answers."""

    keys: str = ""
    answered: bool = True
    leaves_message: bool = False


@dataclass
class Telephone:
    """One call to the hotline, told step by step to ``said``."""

    post: Post
    settings: Settings
    from_number: str
    to_number: str
    behaviour: Behaviour
    said: Said
    call_sid: str = field(default_factory=lambda: f"CA{secrets.token_hex(16)}")
    _requests: int = field(default=0, init=False)
    _keys: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._keys = iter(self.behaviour.keys)

    def ring(self) -> None:
        """Make the call and follow it to its end. Raises Broken."""
        self.said(f"☎ {self.from_number or '非通知'} から {self.to_number} へ着信")
        with suppress(HungUp):
            self._follow(self._ask("/twilio/voice", CallStatus="ringing"))
        self._ask("/twilio/status", CallStatus="completed", SequenceNumber="3")
        self.said("☎ 通話終了")

    def _ask(self, path: str, **more: str) -> ET.Element:
        """Post to ``path`` as the company does, and read the document. Raises Broken."""
        self._requests += 1
        if self._requests > MOST_REQUESTS:
            raise Broken(f"{MOST_REQUESTS}回たずねても通話が終わりません")
        form = {
            "CallSid": self.call_sid,
            "AccountSid": self.settings.twilio_account_sid or twilio.NO_ACCOUNT,
            "From": self.from_number or "anonymous",
            "To": self.to_number,
            "Direction": "inbound",
            "CallStatus": "in-progress",
            **more,
        }
        url = self.settings.public_url + path
        signed = signature.sign(url, MultiDict(form), self.settings.twilio_tokens[0])
        status, body = self.post(path, form, {SIGNATURE_HEADER: signed})
        if status != HTTPStatus.OK:
            raise Broken(f"{path} が {status} を返しました")
        try:
            return ET.fromstring(body)  # noqa: S314 - our own document
        except ET.ParseError as error:
            raise Broken(f"{path} の答えが TwiML ではありません") from error

    def _follow(self, document: ET.Element) -> None:
        for verb in document:
            VERBS[verb.tag](self, verb)
        raise HungUp

    def _say(self, verb: ET.Element) -> None:
        self.said(f"  ♪ {_words(verb)}")

    def _gather(self, verb: ET.Element) -> None:
        for inner in verb:
            VERBS[inner.tag](self, inner)
        key = next(self._keys, None)
        if key is not None:
            self.said(f"  ⌨ {key} を押す")
            self._follow(self._ask(verb.attrib["action"], Digits=key))
        self.said("  … 何も押さない")

    def _redirect(self, verb: ET.Element) -> None:
        self._follow(self._ask(verb.text or ""))

    def _dial(self, verb: ET.Element) -> None:
        numbers = verb.findall("Number")
        for number in numbers:
            self.said(f"  ☏ {number.text} を呼び出し")
        taken = self.behaviour.answered and self._picked_up(numbers[0])
        self.said("  … 通話" if taken else "  … だれも出ない")
        status = "completed" if taken else "no-answer"
        self._follow(self._ask(verb.attrib["action"], DialCallStatus=status))

    def _picked_up(self, number: ET.Element) -> bool:
        """Pick up, hear who it is, press the key; a phone without a whisper is simply answered."""
        url = number.get("url")
        if url is None:
            return True
        leg = {
            "CallSid": f"CA{secrets.token_hex(16)}",
            "ParentCallSid": self.call_sid,
            "From": self.to_number,
            "To": number.text or "",
            "Direction": "outbound-dial",
        }
        for gather in self._ask(url, **leg).iter("Gather"):
            self.said(f"    {number.text} が出る ♪ {_words(gather)}")
            self.said("    ⌨ 1 を押す")
            self._ask(gather.attrib["action"], Digits="1", **leg)
        return True

    def _record(self, verb: ET.Element) -> None:
        if not self.behaviour.leaves_message:
            self.said("  … 伝言を残さずに切る")
            raise HungUp
        self.said("  ● 伝言を残す（12秒）")
        recording = {"RecordingSid": f"RE{secrets.token_hex(16)}", "RecordingDuration": "12"}
        source = {"RecordingSource": twilio.VOICEMAIL, "RecordingStatus": "completed"}
        self._ask(verb.attrib["recordingStatusCallback"], **recording, **source)
        self._follow(self._ask(verb.attrib["action"], **recording))

    def _hang_up(self, _verb: ET.Element) -> None:
        raise HungUp


def _words(verb: ET.Element) -> str:
    return " ".join(" ".join(verb.itertext()).split())


VERBS: Mapping[str, Callable[[Telephone, ET.Element], None]] = {
    "Say": Telephone._say,
    "Gather": Telephone._gather,
    "Redirect": Telephone._redirect,
    "Dial": Telephone._dial,
    "Record": Telephone._record,
    "Hangup": Telephone._hang_up,
}
