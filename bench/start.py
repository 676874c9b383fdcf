#!/usr/bin/env python3
"""Time to the first byte of output of each kind of command, in new processes (README.md has the method).

  bench/start.py
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from figures import BUILD, ROOT, bar, head, median, say

ROUNDS = 11
COMMANDS = (
    ("version", []),
    ("--help", []),
    ("climb --help", []),
    ("runs", []),
    ("show", ["last"]),
    ("climb", ["examples/reviews-en/palier.toml", "--dry-run"]),
    ("climb", ["examples/reviews-en/palier.toml"]),
    ("climb", ["no-such-file.toml"]),
)


def first_output(command, environment):
    """Milliseconds until something arrives on stdout or stderr; the process is then ended."""
    reading, writing = os.pipe()
    start = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=writing, stderr=writing, env=environment, cwd=ROOT)
    os.close(writing)
    got = os.read(reading, 1)
    milliseconds = (time.monotonic() - start) * 1000
    child.kill()
    child.wait()
    os.close(reading)
    if not got:
        sys.exit(f"bench: {' '.join(command)} printed nothing")
    return milliseconds


def main():
    head(f"start: milliseconds to the first output, median of {ROUNDS}")
    worst = 0.0
    for verb, rest in COMMANDS:
        times = []
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory(prefix="palier-bench-") as folder:
                environment = dict(os.environ, PALIER_STORE=str(pathlib.Path(folder) / "runs.db"))
                times.append(first_output([str(BUILD / "palier"), *verb.split(), *rest], environment))
        worst = max(worst, median(times))
        say(f"  palier {' '.join([verb, *rest]):46} {median(times):6.1f} ms (slowest {max(times):.1f})")
    say()
    return 0 if bar("milliseconds to the first output, slowest command", worst, 100, False) else 1


if __name__ == "__main__":
    sys.exit(main())
