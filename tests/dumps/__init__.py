"""The corpus ``fixtures/dumps``: saved answers as people have them, and how each is to be read."""
