"""Data groups as tests send them: one text that is read, and four videos that are answered."""

from typing import Any

VIDEOS = ("top-left", "top-right", "bottom-left", "bottom-right")
QUESTIONS = ("Prediction correct?", "Summary correct?")
LABEL_SCHEMA = {
    "questions": [
        {
            "name": name,
            "options": [
                {"value": "yes", "label": "YES!"},
                {"value": "no", "label": "No", "nested": [{"name": "What's wrong?", "type": "text", "required": True}]},
            ],
            "required": True,
        }
        for name in QUESTIONS
    ]
}


def row(first: str, second: str) -> dict[str, Any]:
    """Two tiles side by side."""
    return {
        "direction": "row",
        "first": {"type": "data_unit", "key": first},
        "second": {"type": "data_unit", "key": second},
        "splitPercentage": 50,
    }


def layout() -> dict[str, Any]:
    """The text above, the videos two by two below it."""
    return {
        "direction": "column",
        "first": {"type": "data_unit", "key": "instructions"},
        "second": {
            "direction": "column",
            "first": row(*VIDEOS[:2]),
            "second": row(*VIDEOS[2:]),
            "splitPercentage": 50,
        },
        "splitPercentage": 20,
    }


def group(bucket: str = "loupe", **changes: object) -> dict[str, Any]:
    """A data group; its files are `events.txt` and a video for each other key."""
    contents: dict[str, Any] = {"instructions": {"uri": f"s3://{bucket}/events.txt", "type": "text"}}
    contents |= {key: {"uri": f"s3://{bucket}/{key}.webm", "type": "video"} for key in VIDEOS}
    settings = {"tile_settings": {"instructions": {"is_read_only": True}}}
    return {"layout": layout(), "contents": contents, "settings": settings, **changes}


def yes() -> dict[str, Any]:
    """The answer YES! to one question."""
    return {"value": "yes", "nested": {}}


def no(why: str = "two cars") -> dict[str, Any]:
    """The answer No, with what is wrong."""
    return {"value": "no", "nested": {"What's wrong?": why}}


def answer(**changes: dict[str, Any]) -> dict[str, Any]:
    """YES! to everything but these tiles, whose names have an underscore for the hyphen."""
    changed = {key.replace("_", "-"): value for key, value in changes.items()}
    return {key: changed.get(key, dict.fromkeys(QUESTIONS, yes())) for key in VIDEOS}
