#!/usr/bin/env python3
"""Estimates of memory, speed and sizes against what is measured (README.md has the method).

  bench/estimates.py [memory|speed|catalogue]...
"""
import json
import os
import pathlib
import re
import subprocess
import sys

from figures import BUILD, bar, bench_binary, head, median, say

MODELS = pathlib.Path(os.environ.get("PALIER_MODELS", ""))
FILES = (
    "SmolLM2-135M-Instruct.Q4_1.gguf",
    "gemma-3-270m-q4_k_m.gguf",
    "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
)
CONTEXTS = (512, 2048, 8192)
SEQUENCES = (1, 4, 8)
PROMPTS = (100, 480, 1450)
MIB = 1 << 20


class Answers:
    """bench_estimates, a question and an answer a line."""

    def __init__(self):
        self.child = subprocess.Popen([bench_binary("bench_estimates")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, about, **question):
        self.child.stdin.write(json.dumps({"about": about, **question}) + "\n")
        self.child.stdin.flush()
        return json.loads(self.child.stdout.readline())


def peak(question):
    """Peak bytes of a process of its own, and the sizes that llama.cpp logs, in MiB."""
    environment = dict(os.environ, PALIER_LOG="debug")
    done = subprocess.run([str(BUILD / "palier"), "peak-memory-of"], input=json.dumps(question) + "\n", capture_output=True,
                          text=True, env=environment, check=False)
    answer = json.loads(done.stdout)
    if "bytes" not in answer:
        sys.exit(f"bench: peak-memory-of: {answer}")
    logged = re.findall(r"(?:model|KV|RS|output|compute) buffer size =\s*([\d.]+) MiB", done.stderr)
    return answer["bytes"], sum(map(float, logged))


def memory(answers):
    head("memory: estimate against the peak of a process (VmHWM less an empty one's; weights read, not mapped)")
    empty, _ = peak({"empty": True})
    say(f"  {'model':42} {'context':>7} {'seq.':>4} {'peak':>8} {'estimate':>8} {'error':>7}   llama.cpp's own")
    worst_over = worst_under = 0.0
    for name in FILES:
        path = MODELS / name
        if not path.exists():
            say(f"  {name}: skipped, not in PALIER_MODELS")
            continue
        for context in CONTEXTS:
            for sequences in SEQUENCES:
                words = " ".join(["word"] * min(context - 60, 500))
                sample = [{"score": False, "messages": [["user", f"{i} {words}"]], "labels": [], "max_tokens": 8} for i in range(sequences)]
                loaded, own = peak({"path": str(path), "sha256": "bench", "weights": "file", "threads": 0, "context": context,
                                    "sequences": sequences, "sample": sample})
                measured = loaded - empty
                estimate = answers.ask("memory", path=str(path), context=context, sequences=sequences)["ram"]
                error = 100 * (estimate / measured - 1)
                worst_over = max(worst_over, error)
                worst_under = max(worst_under, -error)
                say(f"  {name:42} {context:7} {sequences:4} {measured / MIB:7.0f}M {estimate / MIB:7.0f}M {error:+6.1f}%   {own:.0f}M "
                    f"({100 * (own * MIB / measured - 1):+.1f}%)")
    say()
    over = bar("per cent above the peak, worst", worst_over, 10, False)
    return bar("per cent below the peak, worst", worst_under, 3, False) and over


def speed(answers):
    head("speed: estimate from a calibration against measured, one request at a time, nothing of it cached")
    say(f"  {'model':42} {'prompt':>6} {'prefill':>8} {'estimate':>8} {'error':>7} {'decode':>8} {'estimate':>8} {'error':>7}")
    worst = 0.0
    for name in FILES:
        path = MODELS / name
        if not path.exists():
            say(f"  {name}: skipped, not in PALIER_MODELS")
            continue
        measured = answers.ask("speed measured", path=str(path), context=2048, sequences=1, prompts=PROMPTS)["lengths"]
        lengths = [one["prompt"] for one in measured]
        estimated = answers.ask("speed", path=str(path), prompts=lengths)["lengths"]
        for real, guess in zip(measured, estimated):
            line = f"  {name:42} {real['prompt']:6}"
            for kind in ("prefill", "decode"):
                if real[kind] is None:
                    line += "   the answer was too short"
                    continue
                error = 100 * (guess[kind] / real[kind] - 1)
                worst = max(worst, abs(error))
                line += f" {real[kind]:8.1f} {guess[kind]:8.1f} {error:+6.1f}%"
            say(line)
    say()
    return bar("per cent off, worst of prefill and decode", worst, 25, False)


LLMFIT_BYTES = {"F32": 4.0, "F16": 2.0, "BF16": 2.0, "Q8_0": 1.05, "Q6_K": 0.80, "Q5_K_M": 0.68, "Q4_K_M": 0.58, "Q4_0": 0.58,
                "Q3_K_M": 0.48, "Q2_K": 0.37}
# Where an Ollama family is a model of the hub, by the prefix that both tables share.
HUB_NAMES = {"qwen2.5": "Qwen/Qwen2.5-{}-Instruct", "qwen2.5-coder": "Qwen/Qwen2.5-Coder-{}-Instruct", "qwen3": "Qwen/Qwen3-{}",
             "qwen2": "Qwen/Qwen2-{}-Instruct", "llama3.2": "meta-llama/Llama-3.2-{}-Instruct",
             "llama3.1": "meta-llama/Llama-3.1-{}-Instruct", "smollm2": "HuggingFaceTB/SmolLM2-{}-Instruct",
             "smollm": "HuggingFaceTB/SmolLM-{}-Instruct", "tinyllama": "TinyLlama/TinyLlama-{}-Chat-v1.0",
             "mistral": "mistralai/Mistral-{}-Instruct-v0.3", "falcon3": "tiiuae/Falcon3-{}-Instruct",
             "gemma": "google/gemma-{}-it", "gemma2": "google/gemma-2-{}-it", "granite3.3": "ibm-granite/granite-3.3-{}-instruct",
             "phi4": "microsoft/phi-4", "deepseek-r1": "deepseek-ai/DeepSeek-R1-Distill-Qwen-{}", "olmo2": "allenai/OLMo-2-{}-Instruct",
             "qwq": "Qwen/QwQ-{}", "codellama": "codellama/CodeLlama-{}-hf", "yi": "01-ai/Yi-1.5-{}-Chat"}
TIED = ("qwen2.5:0.5b", "qwen2.5:1.5b", "qwen2.5:3b", "qwen2.5-coder:0.5b", "qwen2.5-coder:1.5b", "qwen2.5-coder:3b", "qwen2:0.5b",
        "qwen2:1.5b", "qwen3:0.6b", "qwen3:1.7b", "qwen3:4b", "llama3.2", "smollm", "gemma", "granite3.3:2b")


def catalogue_rows(folder):
    """(tag, bytes, quantisation, llmfit's row) for each tag whose model and quantisation both tables name."""
    known = {}
    for row in json.loads((folder / "llmfit" / "hf_models_2026-05-12.json").read_text()):
        known[row["name"].lower()] = row
    tags = json.loads((folder / "ollama-library" / "d3rhami_tags.json").read_text())
    for family, entries in tags.items():
        if family not in HUB_NAMES:
            continue
        for tag in entries.values() if isinstance(entries, dict) else entries:
            name = tag["name"]
            found = re.fullmatch(r"[^:]+:(\d+(?:\.\d+)?[bm])-(?:[\w.-]*-)?(q\d(?:_[0-9k]+)?(?:_[sml])?|fp16|f16|bf16)", name)
            if not found or "base" in name or "text" in name:
                continue
            row = known.get(HUB_NAMES[family].format(found[1].upper()).lower()) or known.get(HUB_NAMES[family].format(found[1]).lower())
            kind = found[2].upper().replace("FP16", "F16")
            if row and row["parameters_raw"] and tag["size_num"] > 200e6:
                yield name, tag["size_num"], kind, row


def catalogue(answers):
    folder = pathlib.Path(os.environ.get("PALIER_DATA", ""))
    if not (folder / "llmfit").is_dir() or not (folder / "ollama-library").is_dir():
        say("catalogue: skipped, PALIER_DATA has no llmfit or ollama-library")
        return True
    head("catalogue: weights from figures alone against the bytes of Ollama's tags (rounded there to 1 to 3 digits)")
    ours, theirs, plain = [], [], []
    worst = []
    for name, size, kind, row in catalogue_rows(folder):
        question = {"parameters": row["parameters_raw"], "type": kind}
        bare = answers.ask("figures", **question)
        if row.get("hidden_size") and row.get("vocab_size"):
            question.update(hidden=row["hidden_size"], vocabulary=row["vocab_size"], tied=name.startswith(TIED))
        answer = answers.ask("figures", **question)
        if "bytes" not in answer or kind not in LLMFIT_BYTES:
            continue
        error = 100 * abs(answer["bytes"] / size - 1)
        ours.append(error)
        plain.append(100 * abs(bare["bytes"] / size - 1))
        theirs.append(100 * abs(row["parameters_raw"] * LLMFIT_BYTES[kind] / size - 1))
        worst.append((error, name, answer["bytes"] / size))
    if not ours:
        say("  no tag matched")
        return False

    def decile(errors):
        return sorted(errors)[int(0.9 * len(errors))]

    say(f"  {len(ours)} tags of {len({w[1].rsplit('-', 1)[0] for w in worst})} models")
    for title, errors in (("palier, with hidden size and vocabulary", ours), ("palier, parameters alone", plain), ("llmfit's table", theirs)):
        say(f"  {title:42} median error {median(errors):5.1f}%   worst decile from {decile(errors):5.1f}%")
    for error, name, ratio in sorted(worst, reverse=True)[:5]:
        say(f"    furthest off: {name:48} {ratio:.2f} of the bytes")
    say()
    met = bar("median error of weights, per cent", median(ours), 10, False)
    return bar("median error against llmfit's, ratio", median(ours) / median(theirs), 1, False) and met


def main():
    parts = sys.argv[1:] or ["memory", "speed", "catalogue"]
    answers = Answers()
    results = [{"memory": memory, "speed": speed, "catalogue": catalogue}[part](answers) for part in parts]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
