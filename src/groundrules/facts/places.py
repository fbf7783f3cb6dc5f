"""Paths as files of a repository write them."""

from __future__ import annotations


def joined(folder: str, path: str) -> str:
    """The path below the folder, with forward slashes, `.` and inner `..` taken out; addresses stay as they are."""
    path = path.replace("\\", "/")
    if "://" in path:
        return path
    whole = path if path.startswith("/") or path[1:2] == ":" else f"{folder or '.'}/{path}".replace("\\", "/")
    parts: list[str] = []
    for part in whole.split("/"):
        if part == ".." and parts and parts[-1] != ".." and "${" not in parts[-1]:
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    rooted = "/" if whole.startswith("/") else ""
    return rooted + "/".join(parts) or "."
