"""A text-message gateway and a mail server of our own: real sockets, with the faults of real ones."""

from __future__ import annotations

import json
import socketserver
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class SmsGateway:
    """Counts what it accepts. ``fault(number of the request)`` gives its answer: a status, ``drop`` or ``drop_after``.

    ``drop`` hangs up before accepting, ``drop_after`` accepts and then hangs up without a word.
    """

    def __init__(self, fault: Callable[[int], int | str] = lambda number: 200) -> None:
        self.accepted: Counter[str] = Counter()
        self.keys: set[str] = set()
        self.requests = 0
        self.bodies: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.fault = fault
        self.lock = threading.Lock()
        outer = self

        class Desk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.receive(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def receive(self, desk: BaseHTTPRequestHandler) -> None:
        """Take one request in: what counts as accepted is what is in ``accepted`` afterwards."""
        body = json.loads(desk.rfile.read(int(desk.headers["Content-Length"])))
        with self.lock:
            self.requests += 1
            answer = self.fault(self.requests)
            key = desk.headers.get("Idempotency-Key", "")
            known = bool(key) and key in self.keys
            if answer in (200, "drop_after") and not known:
                self.accepted[body["message"]] += 1
                self.keys.add(key)
                self.bodies.append(body)
                self.asked.append(desk.path)
        if isinstance(answer, str):
            desk.close_connection = True
            desk.connection.shutdown(2)
            return
        desk.send_response(answer)
        desk.send_header("Content-Length", "0")
        desk.end_headers()

    @property
    def address(self) -> str:
        host, port = self.server.server_address[:2]
        return f"json://{host!s}:{port}/send"

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()


class MailServer:
    """A small SMTP server. ``say`` overrides its answers by the first word of the command, or ``.`` for the message
    itself."""

    def __init__(self, **say: str) -> None:
        self.mails: list[str] = []
        self.say = say
        outer = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.talk(self)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Talk)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def talk(self, line: socketserver.StreamRequestHandler) -> None:
        """One conversation; an answer of "" hangs up."""
        if not self.tell(line, "greeting", "220 mail"):
            return
        while command := line.rfile.readline().decode().strip():
            word = command.split()[0].upper()
            if word == "DATA":
                if not self.tell(line, "DATA", "354 go on"):
                    return
                body = b""
                while (part := line.rfile.readline()) not in (b".\r\n", b""):
                    body += part
                # Kept before it is answered, as real servers do: whoever hangs up now has it.
                if not self.say.get("message", "250").startswith("5"):
                    self.mails.append(body.decode())
                if not self.tell(line, "message", "250 kept"):
                    return
            elif not self.tell(line, word, "221 bye" if word == "QUIT" else "250 ok"):
                return

    def tell(self, line: socketserver.StreamRequestHandler, word: str, usual: str) -> bool:
        """Answer; False when the answer is to hang up."""
        answer = self.say.get(word, usual)
        if answer:
            line.wfile.write(answer.encode() + b"\r\n")
        return bool(answer)

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()
