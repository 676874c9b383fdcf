"""What the benches share: where things are, the machine's load, medians, and bars that are met or not."""
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("PALIER_BUILD") or ROOT / "build" / "release")
CACHE = pathlib.Path(os.environ.get("PALIER_CACHE") or pathlib.Path.home() / ".cache" / "palier")

median = statistics.median


def say(text=""):
    print(text, flush=True)


def load():
    with open("/proc/loadavg", encoding="utf-8") as file:
        return file.read().split()[0]


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return f"{names[0] if names else 'unknown processor'}, {len(os.sched_getaffinity(0))} processors"


def head(title):
    say(f"\n## {title}")
    say(f"{processor()}; load average over a minute {load()}")


def bar(what, measured, limit, at_least):
    """Prints one bar; True when it is met."""
    met = measured >= limit if at_least else measured <= limit
    word = "at least" if at_least else "at most"
    say(f"  {'met   ' if met else 'MISSED'}  {what}: {measured:.4g} ({word} {limit:g})")
    return met


def output_of(command, **options):
    """stdout of a command that must succeed; its stderr goes through."""
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, text=True, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, command))} ended with {done.returncode}")
    return done.stdout


def bench_binary(name):
    path = BUILD / "bench" / name
    if not path.exists():
        sys.exit(f"bench: {path} is missing; scripts/bench builds it.")
    return path
