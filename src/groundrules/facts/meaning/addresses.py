"""What a path or an address says by its spelling alone."""

from __future__ import annotations

from groundrules.basics.late import re
from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.ownership import ROOT
from groundrules.facts.sql.words import words as listed


def fits(one: str, other: str) -> bool:
    """Whether two names with {holes} can be the same: what is known at both ends agrees, and something is known; where
    one has no holes, all that is known of the other stands in it."""
    if "{" not in one and "{" not in other:
        return one == other
    heads = one.partition("{")[0], other.partition("{")[0]
    tails = one.rpartition("}")[2] if "{" in one else one, other.rpartition("}")[2] if "{" in other else other
    short, long = sorted(heads, key=len)
    if not long.startswith(short):
        return False
    short, long = sorted(tails, key=len)
    known = one.count("{") and len(one.partition("{")[0]) + len(one.rpartition("}")[2])
    if not (long.endswith(short) and (len(short) > 1 or not short) and bool(known or heads[0] or heads[1])):
        return False
    return _holds(other, one) if "{" not in other else _holds(one, other) if "{" not in one else True


def _holds(name: str, template: str) -> bool:
    """Whether what is known of a template between its holes stands in a name, in that order."""
    at = 0
    for piece in template.split("{"):
        piece = piece.partition("}")[2] or ("" if "}" in piece else piece)
        at = name.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def shares_word(one: str, other: str) -> bool:
    """Whether a word that tells files from others stands in both names, outside their {holes}."""
    return not _words(one).isdisjoint(_words(other))


_COMMON = listed(  # of these the names of files everywhere are made
    """
    adapter all array arr best checkpoint ckpt clean config csv data dataset dev epoch feat features file final fold
    full img input iter json labels last latest log main meta metadata model net new npy out output params part
    pred predictions preds processed raw result results rows sample scaler seed set split state step sub
    submission table target temp test tmp train training val valid validation values vocab weights xtest xtrain
    ytest ytrain
    """
)
_MOMENTARY = ("tmp", "temp", "scratch")
_SHORTEST = 3  # letters of a word that tells one file from others
_BROUGHT = ("checkpoint", "ckpt", "weights", "resume", "pretrained", "model_path", "model_file", "load_from")


def is_telling(name: str) -> bool:
    """Whether the name of a file, with {holes}, is more than words that everybody's files are called."""
    return bool(_words(name))


def _words(name: str) -> set[str]:
    known, *holes = (name.rpartition(".")[0] or name).split("{")
    for hole in holes:
        _, end, rest = hole.partition("}")
        known += f" {rest if end else hole}"
    return {word for word in _latin(known) if len(word) >= _SHORTEST and word not in _COMMON}


def _latin(text: str) -> list[str]:
    return "".join([one if "a" <= one <= "z" else " " for one in text.lower()]).split()


def has_words(name: str) -> bool:
    """Whether the name of a file is put together of two words or more; one that everybody is handed does not count."""
    stem = name.partition(".")[0]
    return len([word for word in _latin(stem) if len(word) > 1]) > 1 and stem.lower() != "sample_submission"


def is_brought(text: str) -> bool:
    """Whether the last step of a path is whatever checkpoint somebody names when the program is started."""
    hole = text.rpartition("/")[2].partition("}")[0]
    return hole.startswith("{") and any(word in hole.lower() for word in _BROUGHT)


def is_scratch(text: str) -> bool:
    """Whether the name of a file says that it is only there for a moment."""
    stem = text.replace("\\", "/").rpartition("/")[2].partition(".")[0].lower()
    return any(stem.startswith(word) and not "a" <= stem[len(word) :][:1] <= "z" for word in _MOMENTARY)


def is_blank(text: str) -> bool:
    """Whether a path ends in a blank that the reader of an exercise fills in."""
    stem = text.replace("\\", "/").rpartition("/")[2].partition(".")[0]
    return "_" in stem and not stem.strip("_")


_SOFTWARE = (
    ".sh", ".deb", ".rpm", ".apk", ".exe", ".msi", ".dmg", ".pkg", ".appimage", ".whl", ".jar", ".asc", ".gpg", ".key",
)  # fmt: skip
_PLATFORMS = frozenset(
    ("linux", "linux64", "amd64", "x86", "x64", "darwin", "macos", "osx", "win32", "win64", "arm64", "aarch64")
)


def folder_of(text: str) -> str:
    """The folder part of a path or address as it is spelled."""
    return text.replace("\\", "/").removeprefix(ROOT).rpartition("/")[0]


def is_shared(text: str) -> bool:
    """Whether an address hands out a file that somebody shares and can replace, whatever the address is called."""
    host, _, path = text.partition("://")[2].partition("/")
    if is_hole(path):
        return _is_raw(host, path) and not any(word in path.lower() for word in _SHOWN)
    if host.startswith(("drive.", "docs.")):
        return path.startswith(("uc", "drive/folders/", "file/d/", "open"))
    return host.endswith("dropbox.com") and "dl=1" in path


def _is_raw(host: str, path: str) -> bool:
    """Whether an address hands out a file of a branch of a repository as it is."""
    return host == "raw.githubusercontent.com" or any(one in f"/{path}" for one in ("/-/raw/", "/resolve/"))


_SHOWN = ("image", "img", "icon", "asset", "logo", "doc", "test", "example")  # what is looked at, or tried
_OF_MODELS = ("model", "checkpoint", "ckpt", "weights", "classifier", "detector", "encoder", "run-", "best")


def says_model(text: str) -> bool:
    """Whether the name of an artefact says that it is a model; {holes} count by their names."""
    name = text.rpartition("/")[2].lower()
    return any(word in name for word in _OF_MODELS)


def is_hub_name(text: str) -> bool:
    """Whether a text is spelled as the names of a hub: an owner, a slash, and what it is called."""
    return "{" not in text and re.fullmatch(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", text) is not None


def is_document(text: str) -> bool:
    """Whether a text is the document itself, not the name of one."""
    start = text.lstrip()
    return "\n" in text or start.startswith(("[", "<", '{"', "{'")) or (start.startswith("{") and " " in start)


def names_file(text: str) -> bool:
    """Whether a path or address ends in the name of a data, model or archive file."""
    path = text.partition("?")[0].partition("#")[0].rstrip("/")
    _, mark, rest = path.partition("://")
    if mark and "/" not in rest:
        return False
    return kind_of(path) in ("data", "archive", "model") or path.endswith((".txt", ".json.gz"))


def is_software(text: str) -> bool:
    """Whether an address names a program, a package or a signing key, by its ending or the platform in its name."""
    name = text.partition("?")[0].rstrip("/").rpartition("/")[2].lower()
    return name.endswith(_SOFTWARE) or not _PLATFORMS.isdisjoint(re.split(r"[-_.]", name))


def names_version(text: str) -> bool:
    """Whether an address names a commit, a version or a checksum."""
    if len(text) >= 40 and re.search(
        r"(?i)(?<![0-9a-z])[0-9a-f]{40}(?![0-9a-z])|(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", text
    ):
        return True
    if "=" in text and re.search(r"(?i)[?&](versionid|generation|version|sha256|md5|checksum|rev|revision|ref)=", text):
        return True
    if re.search(
        r"[-_](?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{8,64}\.(pth|pt|h5|ckpt|bin|pkl|onnx|safetensors|zip|tar)", text
    ):
        return True  # the name holds a hash of the contents
    dotted = text.count(".") > 1
    if dotted and re.search(r"(^|[-_v])\d+\.\d+\.\d+", text.rpartition("/")[2]):
        return True
    host = text.partition("://")[2].partition("/")[0].lower()
    if "github" in host or "gitlab" in host or "huggingface" in host or "jsdelivr" in host:
        if re.search(r"/(?:archive|tarball|zipball)/(?:refs/tags/[^/]+|v?\d+(?:\.\d+)+[\w.-]*)$", text):
            return True
        fixed = re.search(r"/(v?\d+\.\d+(\.\d+)?[\w.-]*|[0-9a-f]{7,39}|tags/[^/]+)/", text)
        return fixed is not None and "/releases/download/" not in text  # a release's files can be replaced
    if "zenodo.org" in host or "figshare" in host or "doi.org" in host:
        return True
    return dotted and bool(re.search(r"/v?\d+\.\d+\.\d+/", text))


def without_archive(name: str) -> str:
    """The name without the endings of an archive; the same when it has none."""
    stem, _, ending = name.rpartition(".")
    if ending in ("zip", "tgz", "tbz2", "7z", "rar", "tar"):
        return stem
    return stem.removesuffix(".tar") if ending in ("gz", "bz2", "xz", "zst") else name


def is_hole(text: str) -> bool:
    """Whether nothing is known of the last part of a path."""
    last = text.rstrip("/").rpartition("/")[2]
    return last.startswith("{") and last.endswith("}") and last.count("{") == 1
