"""
Pictures of products: kept as they came, made into their sizes, shown by sheets.

Whatever decodes an uploaded file is old C with a history, so that is done by a process
of its own (`child`), with limits on its time and memory, that knows no secret and no
database. It imports this package too, which therefore imports nothing.
"""
