#!/usr/bin/env python3
"""How much of its quiet speed the engine keeps beside programs that keep a core busy (README.md has the method).

  bench/load.py [--cases N] [--rounds N]
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

from figures import bar, bench_binary, head, median, output_of, say

SEED = 1
BATCH = 16
MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
BESIDE = (0, 1, 2)
BUSY = "while True: pass"


def inputs():
    data, models = os.environ.get("PALIER_DATA"), os.environ.get("PALIER_MODELS")
    tsv = pathlib.Path(data or "/nonexistent") / "sms-spam" / "sms.tsv"
    model = pathlib.Path(models or "/nonexistent") / MODEL
    for path, name in ((tsv, "PALIER_DATA"), (model, "PALIER_MODELS")):
        if not path.exists():
            say(f"load: skipped. It needs {path.name} in the folder that {name} names.")
            sys.exit(0)
    return tsv, model


class Neighbours:
    """Programs that compute all the time, each with one thread."""

    def __init__(self, count):
        self.processes = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]

    def __enter__(self):
        time.sleep(0.3 if self.processes else 0)  # until they do compute
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()


def others_share(seconds=1.0):
    """Share of all processors that somebody uses while this waits."""

    def ticks():
        with open("/proc/stat", encoding="utf-8") as file:
            numbers = list(map(int, file.readline().split()[1:9]))
        return sum(numbers), numbers[3] + numbers[4]

    (all_before, idle_before), _ = ticks(), time.sleep(seconds)
    all_after, idle_after = ticks()
    return 1 - (idle_after - idle_before) / max(1, all_after - all_before)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    tsv, model = inputs()
    command = [bench_binary("bench_verdict"), "score", tsv, asked.cases, SEED, model, "file", BATCH]
    head(f"load: {asked.cases} cases scored with {MODEL}, 2 threads, median of {asked.rounds}")
    busy = others_share()
    if busy > 0.05:
        say(f"  The machine is not quiet: others use {busy:.0%} of it, so these figures say little.")
    output_of(command)  # the file is in memory from here on
    seconds = {count: [] for count in BESIDE}
    answers = set()
    for _ in range(asked.rounds):
        for count in BESIDE:
            with Neighbours(count):
                result = json.loads(output_of(command))
            seconds[count].append(result["score_s"])
            answers.add(json.dumps(result["answers"]))
    quiet = median(seconds[0])
    for count in BESIDE:
        say(f"  beside {count}: {median(seconds[count]):6.2f} s ({min(seconds[count]):.2f} to {max(seconds[count]):.2f}), "
            f"{quiet / median(seconds[count]):.0%} of the quiet speed")
    say()
    met = [bar("share of the quiet speed beside one", quiet / median(seconds[1]), 0.55, True),
           bar("share of the quiet speed beside two", quiet / median(seconds[2]), 0.35, True),
           bar("different sets of scores", len(answers), 1, False)]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
