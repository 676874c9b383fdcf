#!/usr/bin/env python3
"""What each rung gives on real label sets, on the same cases and examples (README.md has the method).

  bench/staircase.py [--cases N] [--set NAME]... [MODEL.gguf]...

Default: 500 cases of each set, with the models of PALIER_MODELS. NAME: the beginning of a set's name.
"""
import argparse
import csv
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

from figures import BUILD, head, say

RUNGS = ("zero-shot", "structured", "few-shot", "head", "baseline")


def clinc(data):
    with open(data / "clinc150" / "data_small_train_val.json", encoding="utf-8") as file:
        sets = json.load(file)
    return "Say what the customer wants.", [(text, label) for part in ("train", "val") for text, label in sets[part]], 10


def banking(data):
    rows = []
    for part in ("train", "test"):
        with open(data / "banking77" / f"{part}.csv", encoding="utf-8", newline="") as file:
            rows += [(row["text"], row["category"]) for row in csv.DictReader(file)]
    return "Say what the bank's customer asks about.", rows, 20


def home_assistant(data):
    rows = []
    with open(data / "home-assistant-fr-en" / "sentences.jsonl", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["lang"] == "fr":
                rows.append((row["text"], row["intent"]))
    return "Dis ce que la personne veut faire de sa maison.", rows, 10


SETS = {"CLINC150, 10 intents": (clinc, "en"), "BANKING77, 20 intents": (banking, "en"),
        "Home Assistant, French, 10 intents": (home_assistant, "fr")}


def job(folder, name, language, instructions, rows, labels, models, most):
    """The `labels` most frequent ones after a seeded shuffle, `most` cases of them."""
    order = random.Random(1)
    kept = sorted({label for _, label in rows})
    order.shuffle(kept)
    counts = {label: sum(1 for _, other in rows if other == label) for label in kept}
    kept = sorted(sorted(kept, key=lambda label: -counts[label])[:labels])
    cases = sorted({row for row in rows if row[1] in kept})
    order.shuffle(cases)
    with open(folder / "cases.jsonl", "w", encoding="utf-8") as file:
        for text, label in cases[:most]:
            file.write(json.dumps({"input": text, "expected": label}) + "\n")
    candidates = "".join(f"[[candidate]]\nmodel = {json.dumps(str(model))}\n" for model in models)
    path = folder / "palier.toml"
    path.write_text(
        f"[job]\nname = {json.dumps(name)}\ntask = \"classify\"\nlanguage = \"{language}\"\n"
        f"instructions = {json.dumps(instructions)}\nlabels = {json.dumps(kept)}\n"
        "[data]\ntest = \"cases.jsonl\"\n[constraints]\nquality = { metric = \"accuracy\", min = 0.999 }\n" + candidates,
        encoding="utf-8")
    return path, min(len(cases), most)


def percent(share):
    return "-" if share is None else f"{100 * share:.1f}"


def both(rung):
    """Accuracy and Brier score on dev."""
    if rung is None or rung["dev_score"] is None:
        return "-"
    brier = "" if rung["dev_brier"] is None else f" {rung['dev_brier']:.2f}"
    cut = "" if rung["trouble"] is None and not rung["ruled_out"] else f"/{rung['dev_cases']}"
    return f"{percent(rung['dev_score'])}{cut}{brier}"


def climb(name, models, data, most):
    read, language = SETS[name]
    instructions, rows, labels = read(data)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        path, cases = job(folder, name, language, instructions, rows, labels, models, most)
        began = time.monotonic()
        # No System holds 99.9 %, so that every rung is tried and every candidate proved.
        done = subprocess.run([BUILD / "palier", "climb", path, "--json", "--all", "--quality-only", "--store", folder / "runs.db"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        seconds = time.monotonic() - began
    if not done.stdout.strip():
        sys.exit(f"bench: the climb of {name} failed:\n{done.stderr[-2000:]}")
    result = json.loads(done.stdout.splitlines()[-1])
    say(f"\n{name}: {cases} cases, {result['n_dev']} of them dev; {seconds:.0f} s")
    say(f"  {'on dev: %, Brier':34}" + "".join(f"{rung:>16}" for rung in RUNGS) + f"{'on test, %':>12}{'Brier':>8}{'ECE, %':>8}")
    for system in result["systems"]:
        rungs = {rung["rung"]: rung for rung in result["rungs"] if rung["candidate"] == system["candidate"]}
        confidence = system["confidence"] or {}
        proved = f"{percent(system['quality']['value'])} ({system['items_used']})" if system["quality"] else "ruled out"
        brier = f"{confidence['brier']:.3f}" if confidence else "-"
        say(f"  {system['candidate'][:34]:34}" + "".join(f"{both(rungs.get(rung)):>16}" for rung in RUNGS) +
            f"{proved:>12}{brier:>8}{percent(confidence.get('ece')):>8}")
        for point in system["learning_curve"]:
            say(f"      learned from {point['n']}: {percent(point['accuracy'])} on held-out cases")


def main():
    data = os.environ.get("PALIER_DATA")
    if not data:
        say("staircase: skipped, PALIER_DATA is not set")
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=500, help="of each set, 30 %% of them dev")
    parser.add_argument("--set", action="append", default=[], help="beginning of a set's name; all of them by default")
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    models = arguments.models
    if not models:
        folder = pathlib.Path(os.environ["PALIER_MODELS"])
        models = sorted(path for path in folder.glob("*.gguf"))
    head("staircase: what each rung gives")
    for name in SETS:
        if not arguments.set or any(name.startswith(wanted) for wanted in arguments.set):
            climb(name, models, pathlib.Path(data), arguments.cases)


if __name__ == "__main__":
    main()
