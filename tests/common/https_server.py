"""An https server on this machine that answers as a test has set, or worse."""

import contextlib
import datetime
import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Answering(BaseHTTPRequestHandler):
    """Answers every request with what the test has set."""

    status: ClassVar[int] = 200
    body: ClassVar[bytes] = b""
    headers_sent: ClassVar[dict[str, str]] = {}
    # Seconds between two bytes of the body, or of the head.
    drip: ClassVar[float] = 0.0
    drip_head: ClassVar[bool] = False
    claims_length: ClassVar[int | None] = None
    # By the beginning of the path: status and body instead of the ones above.
    by_path: ClassVar[dict[str, tuple[int, bytes]]] = {}
    asked: ClassVar[list[tuple[str, dict[str, str]]]] = []
    bodies: ClassVar[list[bytes]] = []

    def do_GET(self) -> None:
        type(self).asked.append((self.path, dict(self.headers.items())))
        with contextlib.suppress(OSError):
            self._answer()

    def do_POST(self) -> None:
        type(self).bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def _answer(self) -> None:
        if self.drip_head:
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1_000:
                self.wfile.write(bytes([byte]))
                time.sleep(self.drip)
        status, body = next(
            (said for path, said in self.by_path.items() if self.path.startswith(path)),
            (self.status, self.body),
        )
        self.send_response(status)
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        length = len(body) if self.claims_length is None else self.claims_length
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if not self.drip:
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes([byte]))
            time.sleep(self.drip)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[tuple[str, Path, type[Answering]]]:
    """Lend the server's address, the certificate to trust, and what it answers."""
    certificate = _certificate(folder)
    handler = type(
        "Handler",
        (Answering,),
        {"asked": [], "bodies": [], "headers_sent": {}, "by_path": {}},
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    # Not at `accept`, where a client that mistrusts would stop the whole server.
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    server.handle_error = lambda *_args: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}", certificate, handler
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
