"""A telephone company in small: signs as Twilio signs, and does what our documents ask for."""

import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
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


class Left(Exception):
    """The caller has left the queue."""


class GoesOn(Exception):
    """The call is left as it is."""


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
    """What the people on this call do: the keys pressed in order, whether anybody answers.

    ``taken_by`` is the id of who presses the key; without it whoever is rung first. A call that
    ``rings_on`` is neither taken nor ended; one that ``talks_on`` is taken, and not ended.
    """

    keys: str = ""
    answered: bool = True
    leaves_message: bool = False
    taken_by: int | None = None
    rings_on: bool = False
    talks_on: bool = False


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
    direction: str = "inbound"
    goes_on: bool = field(default=False, init=False)
    """Whether the call was left ringing or talking."""
    _requests: int = field(default=0, init=False)
    _keys: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._keys = iter(self.behaviour.keys)

    def ring(self) -> None:
        """Make the call and follow it to its end, or as far as it goes on. Raises Broken."""
        self.said(f"☎ {self.from_number or '非通知'} から {self.to_number} へ着信")
        try:
            with suppress(HungUp):
                self._follow(self._ask("/twilio/voice", CallStatus="ringing"))
            self.hang_up()
        except GoesOn:
            self.goes_on = True
            self.said("☎ このまま続いています")

    def pick_up(self, path: str, ended: str) -> None:
        """Somebody whom we ring picks up, is told ``path``, and then ``ended``. Raises Broken."""
        self.said(f"☏ {self.from_number} から {self.to_number} を呼び出し")
        with suppress(HungUp):
            self._follow(self._ask(path))
        self._ask(ended, CallStatus="completed")
        self.said("☎ 通話終了")

    def press_key(self, phone: str, heard: str) -> None:
        """The phone of somebody who is rung is picked up, and the key pressed. Raises Broken.

        ``heard`` is the path of what is said there.
        """
        number = ET.Element("Number", url=heard)
        number.text = phone
        self._picked_up(number)
        self.said("  … 通話")

    def hang_up(self) -> None:
        """The caller hangs up. Raises Broken."""
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
            "Direction": self.direction,
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
        keys = "".join(islice(self._keys, int(verb.get("numDigits", "1"))))
        if keys:
            self.said(f"  ⌨ {keys} を押す")
            self._follow(self._ask(verb.attrib["action"], Digits=keys))
        self.said("  … 何も押さない")

    def _play(self, _verb: ET.Element) -> None:
        self.said("  ♫ 保留音")

    def _redirect(self, verb: ET.Element) -> None:
        self._follow(self._ask(verb.text or ""))

    def _dial(self, verb: ET.Element) -> None:
        numbers = verb.findall("Number")
        for number in numbers:
            self.said(f"  ☏ {number.text} を呼び出し")
        if self.behaviour.rings_on:
            raise GoesOn
        taken = self.behaviour.answered and self._picked_up(self._reached(numbers))
        self.said("  … 通話" if taken else "  … だれも出ない")
        if taken and self.behaviour.talks_on:
            raise GoesOn
        status = "completed" if taken else "no-answer"
        self._follow(self._ask(verb.attrib["action"], DialCallStatus=status))

    def _reached(self, numbers: list[ET.Element]) -> ET.Element | None:
        """Whose phone is picked up: that of ``taken_by``, else the first one."""
        wanted = self.behaviour.taken_by
        if wanted is None:
            return numbers[0]
        asked = (number for number in numbers if _person(number.get("url", "")) == wanted)
        return next(asked, None)

    def _picked_up(self, number: ET.Element | None) -> bool:
        """Pick up, hear who it is, press the key; a phone without a whisper is simply answered."""
        url = number.get("url") if number is not None else None
        if number is None or url is None:
            return number is not None
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

    def _enqueue(self, verb: ET.Element) -> None:
        """Hold the call, and ask for what is heard again and again until it leaves."""
        self.said(f"  ⏳ 待ち行列 {verb.text} に入る")
        result = "leave"
        try:
            self._hold(self._ask(verb.attrib["waitUrl"]))
        except HungUp:
            result = "hangup"
        except Left:
            self.said("  ⏵ 待ち行列を出る")
        self._follow(self._ask(verb.attrib["action"], QueueResult=result))

    def _hold(self, document: ET.Element) -> None:
        """What the caller hears once; whoever presses nothing then gives up."""
        if self.behaviour.rings_on:
            self.said(f"  ♪ {_words(document)}")
            raise GoesOn
        for verb in document:
            if verb.tag == "Redirect":
                self.said("  … 待ちきれずに切る")
                raise HungUp
            VERBS[verb.tag](self, verb)

    def _leave(self, _verb: ET.Element) -> None:
        raise Left

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


def _person(url: str) -> int | None:
    """For whom an address of ours asks."""
    found = parse_qs(urlsplit(url).query).get("person")
    return int(found[0]) if found else None


def _words(verb: ET.Element) -> str:
    return " ".join(" ".join(verb.itertext()).split())


VERBS: Mapping[str, Callable[[Telephone, ET.Element], None]] = {
    "Say": Telephone._say,
    "Gather": Telephone._gather,
    "Redirect": Telephone._redirect,
    "Dial": Telephone._dial,
    "Record": Telephone._record,
    "Hangup": Telephone._hang_up,
    "Play": Telephone._play,
    "Enqueue": Telephone._enqueue,
    "Leave": Telephone._leave,
}
