"""A mail server on this machine that takes e-mails, or refuses them as it is told."""

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from typing import ClassVar


class Postman(socketserver.StreamRequestHandler):
    """Answers each SMTP command (RFC 5321) with what the test has set."""

    answers: ClassVar[dict[str, str]] = {}
    taken: ClassVar[list[str]] = []

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self._say(self.answers.get("connect", "220 ready"))
            while line := self.rfile.readline():
                command = line.split()[0].decode().lower() if line.split() else ""
                if command == "data" and "data" not in self.answers:
                    self._say("354 go on")
                    self._take()
                else:
                    self._say(self.answers.get(command, "250 yes"))
                if command == "quit":
                    return

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.decode())
        answer = self.answers.get("taken", "250 taken")
        if answer.startswith("250"):
            self.taken.append("".join(lines))
        self._say(answer)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Office(socketserver.ThreadingTCPServer):
    """One mail server, each connection in a thread."""

    daemon_threads = True
    block_on_close = False


@contextlib.contextmanager
def mail_server() -> Iterator[tuple[int, type[Postman]]]:
    """Run a mail server; yield its port, and what it answers and has taken."""

    class Own(Postman):
        answers: ClassVar[dict[str, str]] = {}
        taken: ClassVar[list[str]] = []

    with Office(("127.0.0.1", 0), Own) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1], Own
        server.shutdown()
        thread.join()
