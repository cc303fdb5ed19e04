"""A question-answering service over published letters, with citations down to letter and page."""

__version__ = "0.1.0"
