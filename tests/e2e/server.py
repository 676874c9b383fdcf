"""A small server of the OpenAI API, chat completions and decisions, for tests: server.py FOLDER

Listens on a free port of 127.0.0.1, writes it to FOLDER/port, and keeps one line a request in FOLDER/requests. The
answer depends on the number in "case N" of the last message: model "good" is always right (even: money, odd: goods),
"half" on every second pair, "slow" is good after a tenth of a second. Streams as server-sent events.

The others misbehave: "picky" refuses a presence_penalty and the system role, "refusing" refuses everything, "broken" ends every
second stream with an error, or decides for no label, "silent" counts no tokens, "thinker" thinks aloud, for longer than a label, unless it is told not to.
"""

import http.server
import json
import pathlib
import re
import sys
import threading
import time

folder = pathlib.Path(sys.argv[1])
lock = threading.Lock()
LABELS = ["money", "goods"]


def answer_of(model: str, number: int) -> str:
    return LABELS[number // 2 % 2] if model == "half" else LABELS[number % 2]


def refusal_of(body: dict) -> str:
    """What a model says against a request; "" = nothing."""
    if body["model"] == "refusing":
        return "this deployment takes no requests of this kind"
    if body["model"] == "picky":
        if "presence_penalty" in body:
            return "presencePenalty is not supported"
        if body["messages"][0]["role"] == "system":
            return "System role not supported"
    return ""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def note(self, **what: object) -> None:
        line = {"path": self.path, "authorization": self.headers.get("Authorization"), "at": time.time(), **what}
        with lock, open(folder / "requests", "a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")

    def send_json(self, answer: object, status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.note(kind="list")
        self.send_json({"object": "list", "data": [{"id": name} for name in ("good", "half", "slow")]})

    def decide(self, body: dict, text: str) -> None:
        number = int(re.findall(r"case (\d+)", body["input"])[-1])
        usage = {"input_tokens": len(text) // 4, "output_tokens": 0, "total_tokens": len(text) // 4}
        counted = {"prompt_tokens": usage["input_tokens"], "completion_tokens": 0}
        self.note(kind="decision", model=body["model"], case=number, body=text, usage=counted)
        values = [choice["value"] for choice in body["questions"][0]["choices"]]
        answer = answer_of(body["model"], number)
        others = [value for value in values if value != answer]
        probabilities = [{"value": answer, "probability": 0.7}]
        probabilities += [{"value": value, "probability": 0.3 / len(others)} for value in others]
        decision = {"type": "choice", "choice": answer, "confidence": 0.95, "probabilities": probabilities}
        if body["model"] == "refusing":
            decision = {"type": "refusal", "name": None}
        if body["model"] == "broken" and number % 2 == 0:
            decision["choice"] = "neither"
        self.send_json({"answers": [decision], "model": body["model"], "usage": usage})

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        body = json.loads(text)
        if self.path.endswith("/decisions"):
            self.decide(body, text)
            return
        number = int(re.findall(r"case (\d+)", body["messages"][-1]["content"])[-1])
        answer = answer_of(body["model"], number)
        if refusal := refusal_of(body):
            self.send_json({"error": {"message": refusal, "type": "invalid_request_error"}}, 400)
            return
        wish = body.get("chat_template_kwargs", {})
        if body["model"] == "thinker" and wish.get("enable_thinking", True):
            answer = f"<think>{'it may be goods or money ' * 20}</think>{answer}"
        cut = len(answer) > 4 * body["max_tokens"]
        answer = answer[: 4 * body["max_tokens"]]
        usage = {"prompt_tokens": len(text) // 4, "completion_tokens": 1, "total_tokens": len(text) // 4 + 1}
        self.note(kind="chat", model=body["model"], case=number, body=text, usage=usage)
        if body["model"] == "slow":
            time.sleep(0.1)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        pieces = [{"role": "assistant", "content": ""}, {"content": answer[:2]}, {"content": answer[2:]}]
        chunks = [{"choices": [{"index": 0, "delta": piece, "finish_reason": None}]} for piece in pieces]
        chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "length" if cut else "stop"}]})
        if body["model"] != "silent":
            chunks.append({"choices": [], "usage": usage})
        try:
            for chunk in chunks:
                event = {"id": "1", "object": "chat.completion.chunk", "model": body["model"], **chunk}
                self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
                if body["model"] == "broken" and number % 2 == 0:
                    self.wfile.write(b'error: {"code": 500, "message": "no slot is free"}\n\n')
                    break
            self.wfile.write(b"data: [DONE]\n\n")
        except BrokenPipeError:
            pass  # the one who asked has gone
        self.close_connection = True


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
(folder / "requests").touch()
(folder / "port.part").write_text(str(server.server_port))
(folder / "port.part").rename(folder / "port")
server.serve_forever()
