"""The process itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Repository
from groundrules import sources
from groundrules.errors import UserError
from groundrules.sources.git import run_git, start_git


def test_large_input_and_output_do_not_wait_for_each_other(repository: Repository) -> None:
    given = b"".join(b"%d.csv\0" % number for number in range(200_000))
    repository.write({".gitignore": "*.csv\n"})
    assert run_git(repository.root, ("check-ignore", "--stdin", "-z", "--no-index"), given) == given


def test_failures_carry_gits_words(repository: Repository) -> None:
    with pytest.raises(UserError, match=r"Git cannot answer: Not a valid object name nothing\."):
        run_git(repository.root, ("ls-tree", "nothing"))


def test_input_that_git_does_not_want_is_dropped(repository: Repository) -> None:
    with pytest.raises(UserError):
        run_git(repository.root, ("ls-tree", "nothing"), b"x" * 1_000_000)


def test_closing_early_leaves_nothing_open(repository: Repository) -> None:
    repository.commit({"a.bin": os.urandom(2_000_000)})
    before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    for given in (b"", b"HEAD:a.bin\n" * 10):
        running = start_git(repository.root, ("cat-file", "--batch") if given else ("log",), given)
        running.chunks().close()  # type: ignore[attr-defined]
    running = start_git(repository.root, ("cat-file", "--batch"), b"HEAD:a.bin\n" * 10)
    next(running.chunks())
    running.chunks().close()  # type: ignore[attr-defined]
    if before is not None:
        assert set(os.listdir("/proc/self/fd")) == before


def test_without_spawn(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_spawnp")
    repository.commit({"a.py": "one"})
    repository.git("gc", "-q")
    assert dict(sources.index(repository.root).read(["a.py"])) == {"a.py": b"one"}
    with pytest.raises(UserError):
        run_git(repository.root, ("ls-tree", "nothing"))


def _python(code: str, folder: str, **options: object) -> subprocess.CompletedProcess[str]:
    source = Path(sources.__file__).parent.parent.parent
    env = {**os.environ, "PYTHONPATH": str(source)}
    shell = f'exec "{sys.executable}" -c "{code}"' + (" <&- 2>&-" if options.get("closed") else "")
    return subprocess.run(["sh", "-c", shell], cwd=folder, env=env, capture_output=True, text=True, check=True)


def test_closed_standard_streams_do_no_harm(repository: Repository) -> None:
    repository.commit({"a.py": "one"})
    repository.git("gc", "-q")
    code = "from groundrules import sources; print(list(sources.index('.').read(['a.py'])))"
    assert _python(code, repository.root, closed=True).stdout == "[('a.py', b'one')]\n"


def test_a_commit_imports_nothing_heavy(repository: Repository) -> None:
    repository.commit({"a.py": "one"})
    repository.git("gc", "-q")
    repository.stage({"b.py": "two", ".gitignore": "*.csv\n", ".gitattributes": "*.bin filter=lfs\n"})
    code = (
        "import sys; from groundrules import sources; i = sources.index('.'); sources.staged_changes('.');"
        "list(i.read(['a.py', 'b.py'])); i.ignored(['x.csv']); i.lfs(['x.bin']); sources.git_dir('.');"
        "print([n for n in ('subprocess', 'pathlib', 'json', 'hashlib', 'tempfile', 'signal') if n in sys.modules])"
    )
    assert _python(code, repository.root).stdout == "[]\n"
