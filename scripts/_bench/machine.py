"""What processes use: CPU time and memory, as the kernel counts them."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
KIB = 1024


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name; [] when it has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def family(pids: Iterable[int]) -> list[int]:
    """These processes and everything they started, as far as it still runs."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*"):
        if fields := _stat(int(place.name)):
            parents[int(place.name)] = int(fields[1])
    found = [pid for pid in pids if pid in parents]
    for pid in found:
        found.extend(child for child, parent in parents.items() if parent == pid)
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU time of these processes, of what they started, and of what of that has ended since."""
    # utime, stime, and both of the children that were waited for.
    return sum(sum(map(int, _stat(pid)[11:15])) for pid in family(pids)) / TICK


def pss_mib(pids: Iterable[int]) -> float:
    """Memory of just these in MiB; each counts its part of what several share (PSS)."""
    return sum(map(_pss_kib, pids)) / KIB


def _pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def stop(process: "subprocess.Popen[bytes]", within: float = 20) -> None:
    """End one process that we started: politely, then not."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def model() -> str:
    """What the processor calls itself, and how many cores there are."""
    words = Path("/proc/cpuinfo").read_text()
    names = [line.partition(":")[2].strip() for line in words.splitlines() if "model name" in line]
    total = Path("/proc/meminfo").read_text().split()[1]
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {names[0] if names else 'unknown'}, {int(total) / KIB**2:.0f} GiB"
