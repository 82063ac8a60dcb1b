"""
EPCIS 2.0 events: read, checked, hashed, and walked into a journey. Pure.

A document, JSON-LD or XML, is read once, at capture:

- `reading.read(data, now=…) -> Document` never raises: `events` are the valid ones in
  order, `problems` every error found, each a `Problem(path, code, values)`.
- An `Event` (`events`) holds its normalised `content` and its `namespaces`, which are
  all that is stored of it: `events.restore(content, namespaces)` gives it back.
- `identifiers.thing(uri) -> Thing | None` puts any EPC or class in one canonical form.
- `hashing.event_hash(event)`, `hashing.pre_hash(event)`: CBV 2.0, section 8.9.2.

A journey is told when a sheet is composed:

- `gathering.gather(start, fetch) -> list[Recorded]` asks for just the events needed.
- `walking.journey(recorded, start, known=…) -> Journey`; `journey.items()` is the value
  of the field `traceability.journey`.
- `representing.representative(recorded, gtin) -> Thing | None`: on which lot or item
  the journey of the product in general stands.
"""
