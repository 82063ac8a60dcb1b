"""Web Push as its RFCs say: payloads only the phone can read, and who sends. Pure."""
