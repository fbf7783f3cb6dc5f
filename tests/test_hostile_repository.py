"""A repository that wants to harm whoever looks at it: names of files, code, comments, commits and settings.

Whatever is printed steers no terminal, turns no reading direction and is no command to a CI system; nothing crashes.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable

import pytest

from conftest import Repository
from groundrules import cli
from groundrules.arguments import FORMATS

EVIL = [
    "```", "<script>alert(1)<", "<!-- x -->", "@everyone", "::error file=a::b", "\n::set-output name=a::b",
    "##[error]x", "##vso[task.x]y", "\x1b[2J", "\x1b]0;t\x07", "\u202eevil\u2066", "\u2028", "| a | b |",
    "]y;code=z", "\r\nSet-Cookie", "%0A::error::x", "${{ secrets.X }}", "a" * 120, "\\", "'\"", "-rf", "--help",
    " lead", "trail ", "\udcff\udc80",
]  # fmt: skip
CODE = (
    "from sklearn.model_selection import train_test_split\nimport os\nimport pandas as pd\n"
    "train, test = train_test_split(list(range(9)))\n"
    "key = os.environ[{0!a}]\nrows = pd.read_csv('data/' + {0!a} + '.csv')\n# groundrules: ignore[{1}] {1}\n"
)
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
Run = Callable[..., str]


@pytest.fixture
def hostile(repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file for each of the texts, in its name and in what it holds."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.chdir(repository.folder)
    for number, text in enumerate(EVIL):
        name = text.replace("/", "_")
        name = f"{name}{number}.py" if name.startswith("-") else f"a{name}b{number}.py"
        with open(os.fsencode(name), "wb") as stream:
            stream.write(CODE.format(text, text.replace("\n", " ")).encode("utf-8", "surrogateescape"))
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "\x1b[2J ::error::x ##[error]y \u202e")
    for path in repository.folder.glob("*.py"):
        with open(os.fsencode(path), "ab") as stream:
            stream.write(b"\nmore = train_test_split(list(range(8)))\n")
    repository.git("add", "-A")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command; what it prints, which is harmless, and no mistake of ours."""

    def ran(*words: str, commands: bool = False, codes: tuple[int, ...] = (0, 1)) -> str:
        buffers = [io.BytesIO(), io.BytesIO()]
        streams = [io.TextIOWrapper(buffer, encoding="utf-8", newline="") for buffer in buffers]
        monkeypatch.setattr(sys, "stdout", streams[0])
        monkeypatch.setattr(sys, "stderr", streams[1])
        code = cli.main(list(words))
        for stream in streams:
            stream.flush()
        said = [buffer.getvalue().decode() for buffer in buffers]
        assert code in codes, said[1]
        for text in said:
            assert not STEERS.search(text), repr(text)
            for line in () if commands else text.split("\n"):
                assert not line.lstrip().startswith("::"), line
                assert "##[" not in line, line
                assert "##vso[" not in line, line
        return "".join(said)

    return ran


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("name", FORMATS)
def test_every_format(name: str, run: Run) -> None:
    assert run("check", "--format", name, "--show-all", commands=name in ("github", "azure"))


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize(
    "words",
    [
        ("check", "--staged"), ("check", "--since", "HEAD"), ("check", "--rev", "HEAD"), ("check", "--profile"),
        ("check", "--unsafe-fixes", "--diff"), ("check", "--unsafe-fixes"),
        ("facts", "SELECT path FROM file"), ("facts", "SELECT * FROM read"), ("audit", "HEAD"),
        ("init", "--diff"), ("init",),
        ("baseline", "create", "--reason", EVIL[8]), ("baseline", "diff"),
        ("suppress", "--rule", "unseeded-split", "--reason", "a toy", "--all", "--diff"),
        ("suppress", "--rule", "unseeded-split", "--reason", "a toy", "--all"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_command(words: tuple[str, ...], run: Run) -> None:
    run(*words, codes=(0, 1, 2))
    if words[:2] == ("baseline", "create"):
        assert run("baseline", "diff")


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("text", [text for text in EVIL if "\0" not in text and text.strip() and "\udcff" not in text])
def test_every_mistake(text: str, run: Run) -> None:
    for words in (
        ("check", f"no{text}"),
        ("check", "--since", text),
        ("check", "--rev", f"x{text}"),
        ("check", "--select", text),
        ("check", f"--{text}"),
        ("explain", f"x{text}"),
        ("facts", text),
        ("audit", f"x{text}"),
        ("review", "--from", f"no{text}", "--to", "github"),
        (f"x{text}",),
    ):
        run(*words, codes=(0, 1, 2))


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize(
    "settings", ["\x1b[2J: \u202e\n", 'select: ["::error::x\\u202e"]\n', 'exclude: {"##[x]": 1}\n']
)
def test_every_setting(settings: str, run: Run) -> None:
    with open("groundrules.yaml", "w", encoding="utf-8") as stream:
        stream.write(settings)
    run("check", codes=(2,))
