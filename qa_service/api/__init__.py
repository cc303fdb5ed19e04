"""The HTTP API: one module for each user's routes, put together in `app.py`."""
