#!/usr/bin/env python3
"""What palier itself costs, and its memory (README.md has the method).

  bench/overhead.py
"""
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from figures import BUILD, bar, bench_binary, head, load, median, output_of, say

ROUNDS = 3
SIZES = (1_000, 10_000, 100_000)
TRIALS = 100_000


def fake_engine():
    head("overhead: run::evaluate over an engine that answers at once, run store in a file")
    binary = bench_binary("bench_overhead")
    met = []
    for batch, under_way, what in ((16, 1, "batches of 16"), (1, 4, "one by one, 4 under way")):
        for cases in SIZES:
            rounds = 1 if cases == SIZES[-1] else ROUNDS
            results = [json.loads(output_of([binary, cases, batch, under_way])) for _ in range(rounds)]
            say(f"  {what:24} {cases:7} cases: {median([r['us_per_case'] for r in results]):6.1f} us a case,"
                f" peak {results[0]['peak_mb']:5.1f} MB (cases alone {results[0]['peak_mb_before']:.1f})"
                f"   load {load()}")
            if cases == 10_000:
                met.append((f"microseconds a case, {what}", median([r["us_per_case"] for r in results])))
    say()
    return [bar(what, measured, 50, False) for what, measured in met]


def make_job(folder, cases):
    """A job whose topline and candidate are recorded, with macro-F1: a metric that needs every case."""
    def text(i):
        return f"Message number {i}: are you coming tonight, or shall we meet tomorrow at the station?"

    def label(i):
        return "spam" if i % 5 == 0 else "ham"

    for name, first, count in (("dev", cases, 50), ("test", 0, cases)):
        with open(folder / f"{name}.jsonl", "w", encoding="utf-8") as out:
            for i in range(first, first + count):
                out.write(json.dumps({"input": text(i), "expected": label(i)}) + "\n")
    for name, every in (("large", 50), ("small", 20)):  # one answer in so many is wrong
        with open(folder / f"{name}.jsonl", "w", encoding="utf-8") as out:
            header = {"palier_recorded": 1, "model": name, "date": "2026-01-01T00:00:00Z", "settings": {}}
            out.write(json.dumps(header) + "\n")
            for i in range(cases + 50):
                right = label(i)
                answer = right if i % every else ("ham" if right == "spam" else "spam")
                key = hashlib.sha256(text(i).encode()).hexdigest()
                out.write(json.dumps({"input_sha256": key, "answer": answer, "output_tokens": 1}) + "\n")
    (folder / "palier.toml").write_text(
        '[job]\nname = "recorded"\ntask = "classify"\ninstructions = "Spam or not?"\nlabels = ["ham", "spam"]\n'
        '[data]\ntest = "test.jsonl"\ndev = "dev.jsonl"\n'
        '[constraints]\nquality = { metric = "macro_f1", min = 0.8 }\n'
        '[topline]\nrecorded = "large.jsonl"\n'
        '[[candidate]]\nrecorded = "small.jsonl"\nparameters = "1B"\n', encoding="utf-8")


def climb(folder):
    """Seconds, peak memory in MB and verdict of `palier climb` in a new process and a new store."""
    command = [str(BUILD / "palier"), "climb", str(folder / "palier.toml"), "--json"]
    environment = dict(os.environ, PALIER_STORE=str(folder / "runs.db"))
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - start
    if child.returncode not in (0, 3, 7) or not out:
        sys.exit(f"bench: palier climb ended with {child.returncode}")
    return seconds, usage.ru_maxrss * 1024 / 1e6, json.loads(out.strip().splitlines()[-1])


def recorded_climb():
    head("overhead: palier climb on recorded answers, every test case graded and stored twice (topline, candidate)")
    peaks, met = {}, []
    for cases in SIZES:
        with tempfile.TemporaryDirectory(prefix="palier-bench-") as name:
            folder = pathlib.Path(name)
            make_job(folder, cases)
            seconds, peaks[cases], verdict = climb(folder)
            trials = sum(system["items_used"] for system in verdict["systems"])
            per_100k = seconds / trials * TRIALS
            say(f"  {cases:7} cases: {seconds:6.2f} s for {trials} Trials ({per_100k:.1f} s per 100,000), peak"
                f" {peaks[cases]:.1f} MB, store {(folder / 'runs.db').stat().st_size / 1e6:.0f} MB   load {load()}")
            if cases == SIZES[-1]:
                say()
                met.append(bar(f"seconds per {TRIALS} recorded cases", per_100k, 20, False))
    met.append(bar("peak memory in MB, worst size", max(peaks.values()), 200, False))
    return met


if __name__ == "__main__":
    sys.exit(0 if all(fake_engine() + recorded_climb()) else 1)
