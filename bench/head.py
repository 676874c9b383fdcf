#!/usr/bin/env python3
"""A head by palier and by scikit-learn from the same hidden states, folds and strengths (README.md has the method).

  bench/head.py [--cases N] [--set NAME]... [MODEL.gguf]...

Needs scikit-learn and PALIER_DATA. NAME: the beginning of a set's name in bench/staircase.py.
"""
import argparse
import json
import os
import pathlib
import sys
import tempfile
import time

from figures import bar, bench_binary, head, output_of, say
from staircase import SETS, job

FOLDS = 5
STRENGTHS = (0.1, 0.3, 1, 3, 10, 30, 100, 300)  # as learn/fitting.cpp has them


def sklearn_says(states, right):
    """Held-out accuracy at the strength with the lowest held-out loss, and the seconds it took."""
    import numpy
    from sklearn.linear_model import LogisticRegression

    began = time.monotonic()
    rows = numpy.asarray(states)
    spread = rows.std(axis=0) * numpy.sqrt(rows.shape[1])
    rows = (rows - rows.mean(axis=0)) / numpy.where(spread > 1e-9, spread, numpy.inf)
    right = numpy.asarray(right)
    fold = numpy.arange(len(right)) % FOLDS
    best = None
    for strength in STRENGTHS:
        loss, hits = 0.0, 0
        for number in range(FOLDS):
            out = fold == number
            model = LogisticRegression(C=strength, tol=1e-6, max_iter=5000).fit(rows[~out], right[~out])
            columns = {label: place for place, label in enumerate(model.classes_)}
            log_p = model.predict_log_proba(rows[out])
            loss -= sum(log_p[i][columns[label]] if label in columns else -20 for i, label in enumerate(right[out]))
            hits += (model.predict(rows[out]) == right[out]).sum()
        if best is None or loss < best[0]:
            best = (loss, hits / len(right), strength)
    return best[1], best[2], time.monotonic() - began


def compare(name, model, data, cases):
    read, language = SETS[name]
    instructions, rows, labels = read(data)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        path, _ = job(folder, name, language, instructions, rows, labels, [], cases)
        named = json.loads(next(line for line in path.read_text(encoding="utf-8").splitlines()
                                if line.startswith("labels = ")).removeprefix("labels = "))
        ours = json.loads(output_of([bench_binary("bench_head"), folder / "cases.jsonl", ",".join(named), model, instructions]))
    accuracy = sum(a == b for a, b in zip(ours["held_out"], ours["right"], strict=True)) / len(ours["right"])
    theirs, strength, seconds = sklearn_says(ours["states"], ours["right"])
    say(f"  {name}, {model.stem}: {len(ours['right'])} examples, states in {ours['states_s']:.1f} s")
    say(f"    palier       {100 * accuracy:.1f} % held out, C {ours['c']:g}, {ours['fit_s']:.2f} s")
    say(f"    scikit-learn {100 * theirs:.1f} % held out, C {strength:g}, {seconds:.2f} s")
    near = bar("points from scikit-learn", abs(accuracy - theirs) * 100, 0.5, at_least=False)
    return bar("seconds to fit", ours["fit_s"], 5, at_least=False) and near


def main():
    data = os.environ.get("PALIER_DATA")
    if not data:
        say("head: skipped, PALIER_DATA is not set")
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    asked = parser.parse_args()
    try:
        import sklearn
    except ImportError:
        say("head: skipped, Python has no scikit-learn")
        return 0
    models = asked.models or sorted(pathlib.Path(os.environ["PALIER_MODELS"]).glob("*.gguf"))
    head(f"head: palier and scikit-learn {sklearn.__version__} on the same states")
    met = True
    for name in SETS:
        if not asked.set or any(name.startswith(wanted) for wanted in asked.set):
            for model in models:
                met = compare(name, model, pathlib.Path(data), asked.cases) and met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
