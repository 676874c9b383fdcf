#!/usr/bin/env python3
"""One classification job done by promptfoo + llama-server and by palier (README.md has the method).

  bench/verdict.py [--cases N] [--rounds N]
"""
import argparse
import json
import os
import pathlib
import sys
import tempfile
import time

import promptfoo
from figures import ROOT, bar, bench_binary, head, load, median, output_of, say

SEED = 1
BATCH = 16
THREADS = 2
NEAR_TIE_NATS = 0.2  # the one label at most 1.22 times as likely as the other
MODEL = "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
POINT = 10_000  # millionths


def find_inputs():
    data = os.environ.get("PALIER_DATA")
    tsv = pathlib.Path(data) / "sms-spam" / "sms.tsv" if data else None
    if not tsv or not tsv.exists():
        say("verdict: skipped. It needs sms-spam/sms.tsv (the SMS Spam Collection) in the folder that PALIER_DATA names.")
        sys.exit(0)
    models = os.environ.get("PALIER_MODELS")
    model = pathlib.Path(models) / MODEL if models else None
    if not model or not model.exists():
        say(f"verdict: skipped. It needs {MODEL} in the folder that PALIER_MODELS names; scripts/models fetches it.")
        sys.exit(0)
    return tsv, model


class Palier:
    def __init__(self, tsv, model, cases):
        self.binary = bench_binary("bench_verdict")
        self.common = [str(tsv), str(cases), str(SEED)]
        self.model = str(model)

    def cases(self):
        return json.loads(output_of([self.binary, "cases", *self.common]))

    def score(self, weights, batch=BATCH, threshold=None, order=SEED):
        """One process; `wall_s` is what a stopwatch outside sees."""
        command = [self.binary, "score", *self.common, self.model, weights, batch]
        start = time.monotonic()
        result = json.loads(output_of(command + ([threshold, order] if threshold is not None else [])))
        result["wall_s"] = time.monotonic() - start
        return result


def with_promptfoo(command, server_binary, model, job, folder):
    with open(folder / "server.log", "w", encoding="utf-8") as log:
        with promptfoo.Server(server_binary, model, THREADS, log) as server:
            seconds, results = promptfoo.evaluate(command, job, server.url, folder)
            promptfoo.check_prompts(job, results)
            return {"load_s": server.load_s, "score_s": seconds, "wall_s": server.load_s + seconds, "results": results}


def accuracy(answers, job):
    right = sum(answer == case["expected"] for answer, case in zip(answers, job["cases"], strict=True))
    return right / len(job["cases"])


def labels_of(scored):
    return [answer["label"] for answer in scored["answers"]]


def compare(scored, alone, name):
    """Scored in batches against one by one: every other answer must be a near-tie."""
    worst, ties, wrong = 0.0, [], []
    for one, other in zip(scored["answers"], alone["answers"], strict=True):
        worst = max(worst, *(abs(a - b) for a, b in zip(one["scores"], other["scores"], strict=True)))
        if one["label"] != other["label"]:
            top = sorted(other["scores"], reverse=True)
            if top[0] - top[1] < NEAR_TIE_NATS:
                ties.append(top[0] - top[1])
            else:
                wrong.append(one["id"])
    say(f"  {name}: {len(alone['answers'])} answers in batches of {scored['batch']} against one by one:"
        f" {len(ties)} near-ties decided otherwise (labels apart by {max(ties, default=0):.3f} nats at most),"
        f" {len(wrong)} other differences {wrong or ''},"
        f" largest difference of a label's log-probability {worst:.4f} nats")
    return not wrong


def timings(name, runs, note=""):
    say(f"  {name:44} {median([r['wall_s'] for r in runs]):7.2f} s   of it loading"
        f" {median([r['load_s'] for r in runs]):5.2f} s   runs"
        f" {', '.join(format(r['wall_s'], '.1f') for r in runs)}{note}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    tsv, model = find_inputs()
    head(f"verdict: {asked.cases} text messages, ham or spam, {MODEL}, {THREADS} threads")
    server = os.environ.get("PALIER_LLAMA_SERVER") or output_of([ROOT / "scripts" / "llama", "--server"]).strip()
    command = promptfoo.set_up()
    palier = Palier(tsv, model, asked.cases)
    job = palier.cases()

    with tempfile.TemporaryDirectory(prefix="palier-bench-") as name:
        folder = pathlib.Path(name)
        # One unmeasured turn each: files come into the page cache, compiled JavaScript into Node's.
        few = dict(job, cases=job["cases"][:8])
        with_promptfoo(command, server, model, few, folder)
        warm = {weights: palier.score(weights) for weights in ("file", "bf16-copy")}
        # As a climb decides it: the copy is used where it measures faster.
        chosen = min(warm, key=lambda weights: warm[weights]["score_s"])
        orders = {row["distance"]: row for row in warm[chosen]["orders"]}
        runs = {"promptfoo": [], "bf16-copy": [], "file": []}
        proofs = {distance: [] for distance in orders}
        for number in range(asked.rounds):  # in turns, so that a busy moment falls on all of them
            runs["promptfoo"].append(with_promptfoo(command, server, model, job, folder))
            for weights in ("bf16-copy", "file"):
                runs[weights].append(palier.score(weights))
            for distance, proof in proofs.items():
                # How many cases a decision takes is luck of the order: two orders a round.
                for order in (2 * number + 1, 2 * number + 2):
                    proof.append(palier.score(chosen, threshold=orders[distance]["threshold"], order=order))
    load_after = load()

    say(f"  load average after it {load_after}; medians of {asked.rounds} runs, in turns\n")
    timings("promptfoo + llama-server, all cases", runs["promptfoo"])
    timings("palier, all cases, BF16 copy", runs["bf16-copy"])
    timings("palier, all cases, file's weights", runs["file"])
    for distance, proof in proofs.items():
        decided = "/".join({r["decision"] for r in proof})
        timings(f"palier, verdict, {chosen}, {distance / POINT:+.0f} points: {decided}", proof,
                f"   {', '.join(str(r['cases_used']) for r in proof)} cases"
                f" (decided after {orders[distance]['mean_cases']:.0f} on average over 2,000 orders)")
    last = runs["bf16-copy"][-1]
    say(f"  palier's decodes: {last['sequences_decoded'] / last['decodes']:.1f} sequences in each,"
        f" {last['tokens_reused']} prompt tokens shared, {last['tokens_computed']} computed;"
        f" peak memory {last['peak_mb']:.0f} MB with the copy, {runs['file'][-1]['peak_mb']:.0f} MB without\n")

    labels = {case["expected"] for case in job["cases"]}
    texts = [(result.get("response") or {}).get("output") or "" for result in runs["promptfoo"][-1]["results"]]
    answers = [promptfoo.label_of(str(text), labels) for text in texts]
    say(f"  accuracy: promptfoo {accuracy(answers, job):.3f} (free generation; {answers.count(None)} answers name no label),"
        f" palier {accuracy(labels_of(last), job):.3f} with the copy,"
        f" {accuracy(labels_of(runs['file'][-1]), job):.3f} with the file's weights (labels scored)")
    met = [compare(runs[weights][-1], palier.score(weights, batch=1), f"palier, {weights}")
           for weights in ("bf16-copy", "file")]
    same = all(labels_of(r) == labels_of(runs[w][0]) for w in ("bf16-copy", "file") for r in runs[w])
    say(f"  the {asked.rounds} runs give {'the same answers' if same else 'DIFFERENT answers'}\n")

    theirs = median([r["wall_s"] for r in runs["promptfoo"]])

    def times(name):
        return theirs / median([r["wall_s"] for r in (runs.get(name) or proofs[name])])

    met += [same, bar(f"all cases, {chosen} weights, times as fast", times(chosen), 2.5, True)]
    # The cost of a verdict is its mean: a lucky order and an unlucky one are both paid for. Both sides of the score
    # together, because answers at a near-tie fall on one side's good or bad luck.
    for points, least in ((5, 2.5), (10, 4.5)):
        walls = [r["wall_s"] for distance, proof in proofs.items() for r in proof if abs(distance) == points * POINT]
        met.append(bar(f"verdict {points} points away, {chosen} weights, times as fast", theirs / (sum(walls) / len(walls)),
                       least, True))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
