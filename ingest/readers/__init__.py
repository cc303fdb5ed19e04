"""Readers: one module a source form, each from a file's bytes to its letters."""
