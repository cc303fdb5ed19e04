"""docs/settings.md, made of the settings: `python -m qa_service.settings_page > docs/settings.md`."""

from qa_service.settings import PREFIX, Settings

_HEAD = """# Settings

Read once, from environment variables, by the `letters` command. A `LETTERS_` variable that is not listed here is
refused, so that a misspelt one is not silently ignored. This page is made of `qa_service/settings.py`.

| Variable | Default | What it sets |
| --- | --- | --- |
"""
_NOT_THE_SAME_EVERYWHERE = {"home": "the user's data folder (`~/.local/share/letters` on Linux)"}


def settings_page() -> str:
    """The page, with a row for each setting in the order of the class."""
    return _HEAD + "".join(_row(name) for name in Settings.model_fields)


def _row(name: str) -> str:
    field = Settings.model_fields[name]
    default = _NOT_THE_SAME_EVERYWHERE.get(name) or (
        f"`{field.default}`" if field.default not in ("", None) else "none"
    )
    return f"| `{PREFIX}{name.upper()}` | {default} | {' '.join((field.description or '').split())} |\n"


if __name__ == "__main__":
    print(settings_page(), end="")
