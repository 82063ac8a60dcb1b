"""Why a bootstrap stops, in one paragraph for the person at the terminal."""

from __future__ import annotations

# What pip, uv and apt print, and what it means. The first match wins.
CAUSES = (
    (
        ("No space left on device", "Disk quota exceeded", "os error 28"),
        "The disk is full. The packages need about 500 MB; free some space",
    ),
    (
        ("DO NOT MATCH THE HASHES", "Hash mismatch", "hash mismatch"),
        "A downloaded package is not the one that the lock file names, so nothing of "
        "it was installed. Find out what stands between this machine and its package "
        "index",
    ),
    (
        (
            "Temporary failure in name resolution",
            "Temporary failure resolving",
            "Could not resolve",
            "Name or service not known",
            "Network is unreachable",
            "NewConnectionError",
            "ConnectTimeout",
            "ReadTimeout",
            "Max retries exceeded",
            "ProxyError",
            "Connection refused",
            "dns error",
            "error sending request",
        ),
        "The package index cannot be reached. The first start needs the network; "
        "later ones do not. Check the connection or the proxy",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED", "invalid peer certificate", "ca-certificates"),
        "The package index shows a certificate that this machine cannot check. Have "
        "the certificates installed (as root: apt-get install -y ca-certificates)",
    ),
    (
        ("Permission denied", "Read-only file system"),
        "A file cannot be written. Run this as the owner of the folder, and on a disk "
        "that can be written to",
    ),
    (
        ("No matching distribution found", "no wheels with a matching"),
        "A package was not found: the package index cannot be reached, or has no "
        "ready-made build for this machine (Python 3.11 to 3.13 on 64-bit Linux is "
        "supported)",
    ),
)


class BootstrapFailed(Exception):
    """The packages cannot be had; the text says why and what to do."""


def explain(output: str) -> str:
    """Return what went wrong, and what to do, from a failed installer's output."""
    for signs, meaning in CAUSES:
        if any(sign in output for sign in signs):
            return meaning
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return "The installer said: " + " ".join(lines[-3:])[-400:]
