"""Answers and conversations as files: to read, to paste into a manuscript, to take into a reference manager."""
