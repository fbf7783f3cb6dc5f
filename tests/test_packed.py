"""The program's modules in one file change the time of a run and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from groundrules import packed
from groundrules.basics import cachefile

PROGRAM = Path(packed.__file__).parent


def told(cache: Path, program: Path = PROGRAM.parent) -> tuple[int, str]:
    """What the command line says, with a cache of its own."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(program)}
    command = [sys.executable, "-m", "groundrules", "explain", "unseeded-split"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def pack_of(cache: Path) -> Path:
    """The file in which the modules lie."""
    return next((cache / "groundrules").glob("program-*.pack"))


@pytest.mark.parametrize("damage", ["cut", "blank", "flip", "open", "empty"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: str) -> None:
    said = told(tmp_path)
    assert said[0] == 0
    pack = pack_of(tmp_path)
    content = pack.read_bytes()
    if damage == "cut":
        pack.write_bytes(content[: len(content) // 2])
    elif damage == "blank":
        pack.write_bytes(bytes(len(content)))
    elif damage == "flip":
        pack.write_bytes(content[:8] + bytes(byte ^ 1 for byte in content[8:]))
    elif damage == "open":
        pack.chmod(0o666)
    else:
        pack.write_bytes(b"")
    assert told(tmp_path) == said


def test_a_source_that_was_changed_is_read_again(tmp_path: Path) -> None:
    program = tmp_path / "src"
    shutil.copytree(PROGRAM, program / "groundrules", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PROGRAM.parent.parent / "rules", tmp_path / "rules")
    said = told(tmp_path / "cache", program)
    assert said[0] == 0
    assert told(tmp_path / "cache", program) == said
    assert pack_of(tmp_path / "cache").stat().st_size > 50_000
    source = program / "groundrules" / "commands" / "explain.py"
    source.write_text("def main(parsed):\n    print('another one')\n    return 0\n")
    assert told(tmp_path / "cache", program) == (0, "another one\n")


def test_modules_of_others_are_left_alone(tmp_path: Path) -> None:
    pack = packed.Pack(str(tmp_path))
    assert pack.find_spec("json") is None
    assert pack.missed == set()
    assert pack.find_spec("groundrules.nowhere") is None
    pack.save()
    assert os.listdir(tmp_path) == []


def test_what_is_kept_is_what_python_keeps(tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o700)
    pack = packed.Pack(str(tmp_path))
    pack.missed = {"groundrules.basics", "groundrules.basics.cachefile"}
    kept = {name: packed.compiled(sys.modules[name]) for name in pack.missed}
    if None in kept.values() or sys.dont_write_bytecode:
        pytest.skip("Python keeps nothing here.")
    pack.save()
    again = packed.Pack(str(tmp_path))
    spec = again.find_spec("groundrules.basics.cachefile")
    assert spec is not None
    assert spec.loader is not None
    assert spec.origin == cachefile.__file__
    code = spec.loader.get_code("groundrules.basics.cachefile")  # type: ignore[attr-defined]
    assert code.co_name == "<module>"
    package = again.find_spec("groundrules.basics")
    again.close()
    assert package is not None
    assert package.submodule_search_locations == [os.path.dirname(cachefile.__file__)]
