#!/usr/bin/env python3
"""
Verify the public log of a Flashsésame, with nothing of it. Python 3.9, no packages.

    verify_log.py URL --vkey KEY [--witness KEY] [--state FILE]
    verify_log.py --vkey KEY --proof FILE [--content FILE --salt HEX]

The first reads the whole log over HTTP (C2SP tlog-tiles): its signed head, every hash
and every entry, and computes all of it anew. With a state file it also says whether the
log still holds what it held the last time. The second verifies a proof file offline
(C2SP tlog-proof), and that the log speaks of this content. Exits with 1 when anything
is wrong, and says what.

One file, however long: who does not trust us copies it, reads it, and needs no other.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import pathlib
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, NamedTuple

WIDTH = 256
SECONDS = 30
MOST_BYTES = 32_000_000
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
PROOF_HEAD = "c2sp.org/tlog-proof@v1"
LOG_KEY, WITNESS_KEY = 1, 4

Fetch = Callable[[str], bytes]


class Wrong(Exception):
    """What was read is not what an honest log would say."""


# --- Ed25519, as RFC 8032 §5.1 has it. Slow, and in no need of being quick. -----------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
# Extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z.
Point = tuple[int, int, int, int]


def add(one: Point, two: Point) -> Point:
    """Return the sum of two points."""
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c = 2 * one[3] * two[3] * D % P
    d = 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number: int, point: Point) -> Point:
    """Return a multiple of a point."""
    result: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def point_of(data: bytes) -> Point:
    """Return the point that 32 bytes write, or raise `Wrong`."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if y >= P or (x * x - square) % P or (not x and sign):
        raise Wrong("this is no point of the curve")
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


_BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = point_of(_BASE_Y.to_bytes(32, "little"))


def is_signed(message: bytes, signature: bytes, public: bytes) -> bool:
    """Say whether the holder of a public key signed a message."""
    if len(signature) != 64 or len(public) != 32:
        return False
    s = int.from_bytes(signature[32:], "little")
    try:
        key, r = point_of(public), point_of(signature[:32])
    except Wrong:
        return False
    if s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    left = times(s, BASE)
    right = add(r, times(int.from_bytes(digest, "little") % ORDER, key))
    return not (
        (left[0] * right[2] - right[0] * left[2]) % P
        or (left[1] * right[2] - right[1] * left[2]) % P
    )


# --- Signed notes and heads (C2SP signed-note, tlog-checkpoint, tlog-cosignature) -----


class Key(NamedTuple):
    """Who signs, and as what."""

    name: str
    ident: bytes
    kind: int
    public: bytes


class Head(NamedTuple):
    """What a log says that it is."""

    origin: str
    size: int
    root: bytes


def decoded(text: str) -> bytes:
    """Return what base64 writes, if this is its one spelling."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Wrong(f"{text[:60]!r} is no base64") from error
    if base64.b64encode(value).decode() != text:
        raise Wrong(f"{text[:60]!r} could be written otherwise")
    return value


def key_of(text: str, kind: int) -> Key:
    """Return the key that `name+id+base64` writes."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise Wrong("a verifier key is name+id+key")
    data = decoded(parts[2])
    ident = hashlib.sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    if len(data) != 33 or data[0] != kind or ident.hex() != parts[1]:
        raise Wrong("the verifier key is damaged, or of another kind")
    return Key(parts[0], ident, kind, data[1:])


def opened(note: str, log_keys: list[Key], witnesses: list[Key]) -> Head:
    """Return a head that a key of the log, and every witness, signed."""
    text, blank, below = note.rpartition("\n\n")
    if not blank or not below.endswith("\n"):
        raise Wrong("the head of the log is no signed note")
    text += "\n"
    signers = {
        key
        for line in below[:-1].split("\n")
        for key in signers_of(text, line, log_keys + witnesses)
    }
    for witness in witnesses:
        if witness not in signers:
            raise Wrong(f"{witness.name} did not sign the head")
    if not signers.intersection(log_keys):
        raise Wrong("the log did not sign its head")
    head = head_of(text)
    if head.origin not in {key.name for key in log_keys}:
        raise Wrong(f"this is the head of {head.origin}")
    return head


def signers_of(text: str, line: str, keys: list[Key]) -> list[Key]:
    """Return whose signature of a head a line is, of the keys that are known."""
    dash, _, rest = line.partition(" ")
    name, _, value = rest.partition(" ")
    data = decoded(value)
    if dash != "\u2014" or len(data) < 5:
        raise Wrong("a line below the head is no signature")
    found = [key for key in keys if (key.name, key.ident) == (name, data[:4])]
    for key in found:
        require_signature(text, data[4:], key)
    return found


def require_signature(text: str, value: bytes, key: Key) -> None:
    """Raise `Wrong` unless the key made this signature of a head."""
    message = text.encode()
    if key.kind == WITNESS_KEY:
        moment = int.from_bytes(value[:8], "big")
        message = f"cosignature/v1\ntime {moment}\n{text}".encode()
        value = value[8:]
    if not is_signed(message, value, key.public):
        raise Wrong(f"the signature of {key.name} is wrong")


def head_of(text: str) -> Head:
    """Return what the text of a head says."""
    lines = text.split("\n")
    if len(lines) < 4 or not NUMBER.fullmatch(lines[1]):
        raise Wrong("the head has no origin, size and root")
    root = decoded(lines[2])
    if len(root) != 32:
        raise Wrong("the root has not 32 bytes")
    return Head(lines[0], int(lines[1]), root)


# --- The tree of RFC 6962 -------------------------------------------------------------


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of an entry."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows: only the roots of its whole parts are kept."""

    def __init__(self) -> None:
        self.size = 0
        self.parts: list[tuple[int, bytes]] = []

    def add(self, hashed: bytes) -> None:
        """Add the hash of one more leaf."""
        self.size += 1
        height = 0
        while self.parts and self.parts[-1][0] == height:
            hashed = node_hash(self.parts.pop()[1], hashed)
            height += 1
        self.parts.append((height, hashed))

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self.parts:
            return hashlib.sha256(b"").digest()
        result = self.parts[-1][1]
        for _height, part in reversed(self.parts[:-1]):
            result = node_hash(part, result)
        return result


def root_from(index: int, size: int, hashed: bytes, path: list[bytes]) -> bytes:
    """Return the root to which a proof leads (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or any(len(one) != 32 for one in path):
        raise Wrong("the proof is of no leaf of this tree")
    last = size - 1
    for one in path:
        if not last:
            raise Wrong("the proof is too long")
        if index & 1 or index == last:
            hashed = node_hash(one, hashed)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hashed = node_hash(hashed, one)
        index, last = index >> 1, last >> 1
    if last:
        raise Wrong("the proof is too short")
    return hashed


# --- The whole log over HTTP (C2SP tlog-tiles) ----------------------------------------


def reader_of(url: str) -> Fetch:
    """Return how a path below the log's address is read."""
    if not url.startswith(("https://", "http://")):
        raise Wrong("the address of a log begins with https:// or http://")

    def fetch(path: str) -> bytes:
        request = urllib.request.Request(
            f"{url.rstrip('/')}/{path}", headers={"User-Agent": "verify_log/1"}
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                data: bytes = answer.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            raise Wrong(f"{path}: {error.code}") from error
        if len(data) > MOST_BYTES:
            raise Wrong(f"{path} is too large")
        return data

    return fetch


def path_of(level: object, number: int, width: int) -> str:
    """Return where a tile is served."""
    groups = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03}")
    part = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{part}"


def entries_of(data: bytes, width: int, path: str) -> list[bytes]:
    """Return the entries of a bundle."""
    found, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise Wrong(f"{path} ends within an entry")
        found.append(data[at + 2 : end])
        at = end
    if len(found) != width:
        raise Wrong(f"{path} has {len(found)} entries, and should have {width}")
    return found


def read_log(fetch: Fetch, head: Head, marks: dict[int, bytes]) -> int:
    """
    Read and compute the whole log; return how many entries it has.

    `marks` are roots that the log had at earlier sizes.
    """
    tree = Tree()
    levels: list[list[bytes]] = [[]]
    for number in range(-(-head.size // WIDTH)):
        width = min(WIDTH, head.size - number * WIDTH)
        path = path_of("entries", number, width)
        for entry in entries_of(fetch(path), width, path):
            hashed = leaf_hash(entry)
            levels[0].append(hashed)
            tree.add(hashed)
            known = marks.get(tree.size)
            if known is not None and known != tree.root():
                raise Wrong(
                    f"the log was rewritten: it had another root at {tree.size}"
                )
        compare_tiles(fetch, levels, number, level=0)
    for level, hashes in enumerate(levels):
        if hashes:
            number = (head.size >> (8 * level)) // WIDTH
            compare_tile(fetch, level, number, hashes)
    if tree.root() != head.root:
        raise Wrong("the root that was signed is not that of the entries")
    return tree.size


def compare_tiles(
    fetch: Fetch, levels: list[list[bytes]], number: int, level: int
) -> None:
    """Compare the tiles that have become whole, and go on with their roots."""
    while len(levels[level]) == WIDTH:
        compare_tile(fetch, level, number, levels[level])
        tree = Tree()
        for one in levels[level]:
            tree.add(one)
        levels[level].clear()
        if len(levels) == level + 1:
            levels.append([])
        levels[level + 1].append(tree.root())
        level, number = level + 1, number // WIDTH


def compare_tile(fetch: Fetch, level: int, number: int, hashes: list[bytes]) -> None:
    """Raise `Wrong` unless the log serves these hashes."""
    path = path_of(level, number, len(hashes))
    if fetch(path) != b"".join(hashes):
        raise Wrong(f"{path} has other hashes than the entries")


# --- What was seen the last time ------------------------------------------------------


def earlier(file: pathlib.Path, head: Head) -> dict[int, bytes]:
    """Return the root that was seen before; raise `Wrong` when the log has shrunk."""
    if not file.exists():
        return {}
    try:
        said = json.loads(file.read_text())
        origin, size = str(said["origin"]), int(said["size"])
        root = bytes.fromhex(said["root"])
    except (ValueError, KeyError, TypeError) as error:
        raise Wrong(f"{file} is no state of this program") from error
    if origin != head.origin:
        raise Wrong(f"{file} is of {origin}, and this log is {head.origin}")
    if size > head.size:
        raise Wrong(f"the log has {head.size} entries, and had {size}")
    if size == 0 and root != Tree().root():
        raise Wrong(f"{file} is no state of this program")
    return {size: root}


def keep(file: pathlib.Path, head: Head) -> None:
    """Write down what was seen."""
    said = {"origin": head.origin, "size": head.size, "root": head.root.hex()}
    fresh = file.with_name(file.name + ".new")
    fresh.write_text(json.dumps(said) + "\n")
    fresh.replace(file)


# --- A proof file (C2SP tlog-proof) ---------------------------------------------------


def verify_proof(
    data: bytes, leaf: bytes | None, keys: tuple[list[Key], list[Key]]
) -> tuple[int, bytes, Head]:
    """Return the index, the entry and the head that a proof file proves."""
    try:
        above, blank, note = data.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise Wrong("the proof is no text") from error
    lines = above.split("\n")
    if lines.pop(0) != PROOF_HEAD or not blank:
        raise Wrong("this is no proof file")
    if lines and lines[0].startswith("extra "):
        within = decoded(lines.pop(0)[len("extra ") :])
        leaf = within if leaf is None else leaf
    name, _, index = (lines.pop(0) if lines else "").partition(" ")
    if name != "index" or not NUMBER.fullmatch(index):
        raise Wrong("the proof has no index")
    if leaf is None:
        raise Wrong("the proof has no entry in it: give it with --leaf")
    head = opened(note, *keys)
    path = [decoded(line) for line in lines]
    if root_from(int(index), head.size, leaf_hash(leaf), path) != head.root:
        raise Wrong("the proof leads to another root")
    return int(index), leaf, head


def compare_content(leaf: bytes, content: bytes, salt: str) -> None:
    """Raise `Wrong` unless the entry is of this content."""
    try:
        salted = bytes.fromhex(salt) + content
        said: Any = json.loads(leaf)["digest"]
    except (ValueError, KeyError, TypeError) as error:
        raise Wrong(
            "the salt is no hexadecimal, or the entry names no digest"
        ) from error
    if len(salt) != 64 or said != "sha-256:" + hashlib.sha256(salted).hexdigest():
        raise Wrong("the log speaks of another content")


# --- The command ----------------------------------------------------------------------


def arguments(given: list[str] | None) -> argparse.Namespace:
    """Return what was asked."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("url", nargs="?", help="of the log: https://shop.example/log")
    parser.add_argument("--vkey", action="append", required=True, help="of the log")
    parser.add_argument("--witness", action="append", default=[], help="must sign, too")
    parser.add_argument("--state", type=pathlib.Path, help="what was seen before")
    parser.add_argument("--proof", type=pathlib.Path, help="a proof file")
    parser.add_argument("--leaf", type=pathlib.Path, help="the entry of the proof")
    parser.add_argument("--content", type=pathlib.Path, help="what the entry is about")
    parser.add_argument("--salt", help="of the content, in hexadecimal")
    asked = parser.parse_args(given)
    if not asked.url and not asked.proof:
        parser.error("give the address of a log, or --proof")
    if bool(asked.content) != bool(asked.salt):
        parser.error("--content and --salt go together")
    return asked


def run(asked: argparse.Namespace, reader: Callable[[str], Fetch]) -> None:
    """Do what was asked; raise `Wrong` at the first thing that is."""
    keys = (
        [key_of(one, LOG_KEY) for one in asked.vkey],
        [key_of(one, WITNESS_KEY) for one in asked.witness],
    )
    if asked.proof:
        leaf = asked.leaf.read_bytes() if asked.leaf else None
        index, leaf, head = verify_proof(asked.proof.read_bytes(), leaf, keys)
        print(f"proven: entry {index} of {head.origin}, which had {head.size} entries")
        print(leaf.decode(errors="replace"))
        if asked.content:
            compare_content(leaf, asked.content.read_bytes(), asked.salt)
            print("proven: the entry is of this content")
    if asked.url:
        fetch = reader(asked.url)
        head = opened(fetch("checkpoint").decode(errors="replace"), *keys)
        marks = earlier(asked.state, head) if asked.state else {}
        count = read_log(fetch, head, marks)
        if asked.state:
            keep(asked.state, head)
        print(f"whole: {count} entries of {head.origin}, root {head.root.hex()}")


def main(
    given: list[str] | None = None, reader: Callable[[str], Fetch] = reader_of
) -> int:
    """Verify, and return 0; or say what is wrong, and return 1."""
    try:
        run(arguments(given), reader)
    except Wrong as wrong:
        print(f"WRONG: {wrong}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"not verified: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
