"""Writes a small job with recorded answers into a folder: cases.jsonl, big.jsonl (always right), small.jsonl (right on
every second case) and palier.toml. Inputs are far apart, so that no note about near-duplicates comes up."""

import hashlib
import json
import pathlib
import random
import sys

CASES = 60
LABELS = ["money", "goods"]
WORDS = """amber basket candle dolphin engine falcon garden harbour island jacket kettle lantern meadow needle orchard
pepper quarry ribbon saddle timber umbrella velvet willow yonder zephyr anchor bottle copper desert ember""".split()

JOB = """[job]
name = "messages"
task = "classify"
instructions = "Is this message about money or about goods?"
labels = ["money", "goods"]

[data]
test = "cases.jsonl"

[constraints]
quality = { metric = "accuracy", min = 0.7 }

[[candidate]]
recorded = "big.jsonl"

[[candidate]]
recorded = "small.jsonl"
"""


def recorded(path: pathlib.Path, model: str, parameters: str, answers: dict[str, str]) -> None:
    header = {"palier_recorded": 1, "model": model, "date": "2026-01-01", "settings": {}, "parameters": parameters}
    lines = [header]
    for text, answer in answers.items():
        lines.append({"input_sha256": hashlib.sha256(text.encode()).hexdigest(), "answer": answer})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(3)
    inputs = [f"case {i}: " + " ".join(rng.sample(WORDS, 8)) for i in range(CASES)]
    labels = [LABELS[i % 2] for i in range(CASES)]
    cases = [{"id": f"c{i}", "input": text, "expected": label} for i, (text, label) in enumerate(zip(inputs, labels))]
    (folder / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases))
    recorded(folder / "big.jsonl", "big", "7B", dict(zip(inputs, labels)))
    recorded(folder / "small.jsonl", "small", "1B", {text: LABELS[i // 2 % 2] for i, text in enumerate(inputs)})
    (folder / "palier.toml").write_text(JOB)


main()
