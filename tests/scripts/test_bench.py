"""What the bench computes out of raw samples, and how it says it."""

import math
import threading
import time
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1), (0.5, 5), (0.95, 10), (0.99, 10), (1.0, 10), (0.1, 1)]
)
def test_a_percentile_is_one_of_the_samples(bench, share, expected):
    assert bench("figures").percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == expected


def test_nothing_measured_has_no_percentile(bench):
    assert math.isnan(bench("figures").percentile([], 0.5))


def test_rounds_are_put_together_by_their_median_and_errors_are_added(bench):
    figures = bench("figures")
    rounds = [
        figures.Figures.of([0.01, 0.02], errors=errors, cpu=cpu, took=1.0)
        for errors, cpu in ((0, 0.004), (1, 0.1), (0, 0.006))
    ]
    whole = figures.together(rounds)

    assert (whole.count, whole.errors, whole.cpu) == (6, 1, pytest.approx(3.0))
    assert (whole.rps, whole.p50, whole.p99) == (2.0, pytest.approx(10), pytest.approx(20))


@pytest.mark.parametrize(
    ("value", "more", "word"),
    [
        (2.5, False, "stretch"),
        (2.6, False, "aim"),
        (7.0, False, "must"),
        (7.1, False, "MISSED"),
        (math.nan, False, "–"),
    ],
)
def test_a_value_is_judged_by_the_best_bound_it_keeps(bench, value, more, word):
    targets = bench("targets")
    target = targets.Target("1", "intake", "intake", 7, 4, 2.5, "ms", more)

    assert targets.verdict(target, value) == word


def test_where_more_is_better_the_bounds_are_lower_ones(bench):
    targets = bench("targets")
    target = targets.Target("2", "share", "share", 0.3, 0.5, 0.9, "×", more=True)

    words = [targets.verdict(target, value) for value in (0.2, 0.3, 0.6, 1.1)]
    assert words == ["MISSED", "must", "aim", "stretch"]


def test_growth_is_the_ratio_of_two_measured_values(bench):
    targets = bench("targets")
    growth = next(one for one in targets.TARGETS if "1M / 1k" in one.what)
    values = {"list.hotline, 1m.p50.1": 12.0, "list.hotline, 1k.p50.1": 10.0}

    assert growth.value(values) == pytest.approx(1.2)
    assert math.isnan(growth.value({}))


def test_a_must_that_is_missed_is_named(bench):
    book = bench("notebook").Notebook(values={"start.seconds": 2.6, "memory.rest": 120.0})

    assert bench("report").missed(book) == ["start to first answer"]


def test_a_table_has_a_line_for_each_row_and_columns_of_one_width(bench):
    lines = bench("report").table(("名", "b"), [("1", "1,000"), ("22", "")]).splitlines()

    assert lines == ["| 名 | b     |", "| -- | ----- |", "| 1  | 1,000 |", "| 22 |       |"]


def test_a_new_run_keeps_the_prose_of_the_former_document(bench):
    report, book = bench("report"), bench("notebook").Notebook(values={"ring.p99": 0.4})
    given = {"command": "scripts/bench", "today": date(2026, 11, 22)}
    first = report.document(book, before="", **given)
    mended = first.replace(report.FIRST_WORDS["reasons"], "The wire is long.\n")
    again = report.document(book, before=mended, **given)

    assert "The wire is long." in again
    assert "| 14 | ring to 50 consoles, p99 | 0.4" in again
    assert report.document(book, before=again, **given) == again


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", True),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok", False),
        (b"HTTP/1.1 200 OK\r\nContent-Le", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", True),
    ],
)
def test_an_answer_counts_when_all_of_it_has_come(bench, answer, whole):
    assert bench("loading").is_whole(answer) is whole


PRINTED = """\
2026-11-22 09:00:00  mail to k.seto@example.jp
    X-Hotline-Subject: followup:12
    X-Hotline-Dedup-Key: abc
    Subject: 4821 7093 3

    mail to nobody@example.jp

2026-11-22 09:00:01  text to +819000000001
    X-Hotline-Subject: ticket:482170933
    X-Hotline-Dedup-Key: def

    4821 7093 3
"""


def test_what_a_worker_printed_is_told_apart_by_what_it_is_about(bench):
    assert list(bench("working").messages(PRINTED)) == [
        (("mail", "k.seto@example.jp", "followup:12"), "abc"),
        (("text", "+819000000001", "ticket:482170933"), "def"),
    ]


def test_whoever_is_in_a_hurry_gets_small_databases_and_one_round(bench):
    wishes = bench("wishes").parse(["--quick"], "How fast it is.")

    assert (wishes.sizes, wishes.rounds, wishes.some(200), wishes.some(4)) == (("1k",), 1, 20, 4)
    assert "worst-day" not in wishes.rows


def test_a_row_that_there_is_not_is_refused(bench, capsys):
    with pytest.raises(SystemExit):
        bench("wishes").parse(["--rows", "intake,tea"], "How fast it is.")

    assert "there is no tea" in capsys.readouterr().err


def test_a_plan_sends_its_requests_in_turn_and_counts_every_answer(bench, answering):
    loading = bench("loading")
    requests = [f"GET /{name} HTTP/1.1\r\nHost: x\r\n\r\n" for name in "ab"]
    plan = loading.Plan(answering.port, requests, count=5, clients=2)
    outcome = loading.Load(plan).run()

    assert (len(outcome.seconds), outcome.statuses, outcome.broken) == (5, {"200": 5}, 0)
    assert sorted(answering.paths) == ["/a", "/a", "/a", "/b", "/b"]


def test_at_a_fixed_rate_waiting_for_a_connection_counts(bench, answering):
    loading = bench("loading")
    request = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
    plan = loading.Plan(answering.port, [request], count=6, clients=1, rate=1000.0)
    outcome = loading.Load(plan).run()

    # Meant for the same moment, answered one after the other.
    assert outcome.seconds == sorted(outcome.seconds)
    assert outcome.seconds[-1] >= 5 * answering.seconds


class Answering(ThreadingHTTPServer):
    """A server that answers everything, /slow after a while, and remembers what was asked."""

    daemon_threads = True
    seconds = 0.02

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.port = self.server_address[1]
        self.paths: list[str] = []


class Handler(BaseHTTPRequestHandler):
    """Says ok."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        self.server.paths.append(self.path)
        time.sleep(self.server.seconds if self.path == "/slow" else 0)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def answering():
    """A server for this test."""
    server = Answering()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
