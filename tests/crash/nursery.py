"""Starts ``flask worker`` processes quickly: it makes the application once and forks.

Reads one JSON line a request from standard input and answers with one:
``{"start": LOG}`` gives the process id, ``{"code": PID}`` the exit code or null.
"""

import json
import os
import signal
import sys
import traceback

import flask.cli

import hotline.app


def work(log: str, arguments: list[str]) -> None:
    """Become a ``flask`` command; never returns."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.close(0)
    code = 1
    try:
        flask.cli.cli.main(args=arguments, prog_name="flask")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def start(log: str) -> int:
    pid = os.fork()
    if pid == 0:
        work(log, sys.argv[1:])
    return pid


def code_of(pid: int, codes: dict[int, int]) -> int | None:
    if pid not in codes:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            codes[pid] = os.waitstatus_to_exitcode(status)
    return codes.get(pid)


def main() -> None:
    hotline.app.create_app()  # For what is read once a process: every child has it already.
    children: list[int] = []
    codes: dict[int, int] = {}
    try:
        for line in sys.stdin:
            request = json.loads(line)
            if "start" in request:
                children.append(start(request["start"]))
                answer: int | None = children[-1]
            else:
                answer = code_of(request["code"], codes)
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    finally:
        # Also when whoever asked has died: no worker outlives its nursery.
        for pid in children:
            if code_of(pid, codes) is None:
                os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
