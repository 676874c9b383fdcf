"""A small hub of model files, for tests: hub.py FOLDER FILE

Listens on a free port of 127.0.0.1, writes it to FOLDER/port, and keeps one line a request (path, range) in
FOLDER/requests. Gives FILE under every path that ends with its name. The word in FOLDER/mode says how: "ok", "redirect"
(states size and checksum, then sends elsewhere), "whole" (ignores ranges), "damaged" (one byte of the weights differs),
"breaks" (ends after 20 MB), "slow" (4 MB a second), "other" (redirects, stating another checksum), "locked" (403).
"""

import hashlib
import http.server
import pathlib
import re
import sys
import time

folder, source = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
BLOCK = 1 << 20
data = source.read_bytes()
checksum = hashlib.sha256(data).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def empty(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        mode = (folder / "mode").read_text(encoding="utf-8").strip()
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        with open(folder / "requests", "a", encoding="utf-8") as log:
            log.write(f"{self.path} {self.headers.get('Range', '-')}\n")
        if mode == "locked":
            return self.empty(403)
        if not self.path.endswith("/" + source.name):
            return self.empty(404)
        if mode in ("redirect", "other") and not self.path.startswith("/cdn/"):
            stated = checksum if mode == "redirect" else "0" * 64
            return self.empty(302, Location=f"/cdn/{source.name}", X_Linked_Etag=f'"{stated}"',
                              X_Linked_Size=str(len(data)))
        first, last = 0, len(data) - 1
        if asked and mode != "whole":
            first, last = int(asked[1]), min(int(asked[2] or last), last)
            if first > last:
                return self.empty(416)
        body = data[first : last + 1]
        if mode == "damaged" and last == len(data) - 1:
            body = body[:-9] + b"X" + body[-8:]
        self.send_response(200 if mode == "whole" or not asked else 206)
        self.send_header("ETag", '"one"')
        self.send_header("Content-Length", str(len(body)))
        if asked and mode != "whole":
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
        self.end_headers()
        try:
            for at in range(0, len(body), BLOCK):
                if mode == "breaks" and at >= 20 * BLOCK:
                    self.close_connection = True
                    return None
                self.wfile.write(body[at : at + BLOCK])
                if mode == "slow":
                    time.sleep(0.25)
        except OSError:
            self.close_connection = True  # the client went away
        return None


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    (folder / "mode").touch()
    (folder / "port.new").write_text(str(server.server_address[1]), encoding="utf-8")
    (folder / "port.new").rename(folder / "port")
    server.serve_forever()
