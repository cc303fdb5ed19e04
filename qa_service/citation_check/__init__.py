"""The citation check: what a pasted text quotes and cites, and whether it stands there.

Pasted text → quotations and citations (`reading`) → findings (`checking`). What may differ is said in `damage`.
"""
