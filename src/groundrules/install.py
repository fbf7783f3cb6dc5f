"""Place the git hooks in a clone, for people who do without a hook framework, and take them away again.

A hook of ours is known by its second line. Whatever else stands in the way belongs to somebody and is only moved
aside, never overwritten, and only when the user insists.
"""

from __future__ import annotations

import os
import sys

from groundrules.errors import UserError
from groundrules.sources import find_root, git_dir
from groundrules.sources.git import run_git
from groundrules.typed import NamedTuple, Sequence

MARK = b"# groundrules hook"
SERVER = "pre-receive"  # the one hook that runs where others push to
RECORD = "groundrules-checked"
ASIDE = ".before-groundrules"


class Hooks(NamedTuple):
    """Where one clone keeps its hooks."""

    root: str
    folder: str  # the folder git runs hooks from
    configured: str | None  # core.hooksPath, resolved, when it is set


def packaged(side: str = "git") -> str:
    """The folder of the shims (`git` or `server`): beside this file in a package, at the top of a checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(here, "hooks", side)
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(os.path.dirname(here)), "hooks", side)


def install(root: str, *, use_hooks_path: bool = False, force: bool = False, types: Sequence[str] = ()) -> list[str]:
    """Place the shims, or point core.hooksPath at them, and say in sentences what was done.

    `types` are the hooks to place; none means all that run in a clone.
    """
    _check(types, use_hooks_path)
    hooks = _server(root) if SERVER in types else _hooks(root)
    try:
        done = _point(hooks, force) if use_hooks_path else _place(hooks, force, sorted(set(types)) or _names())
    except OSError as error:
        raise UserError(f"The hooks could not be installed: {error}.") from error
    _git(hooks.root, "config", "--local", "groundrules.python", sys.executable)
    return done


def _check(types: Sequence[str], use_hooks_path: bool) -> None:
    known = [*_names(), SERVER]
    for name in types:
        if name not in known:
            raise UserError(f"There is no hook {name!r} to install; there are {', '.join(known)}.")
    if types and use_hooks_path:
        raise UserError("--hooks-path switches on all hooks of the folder, so --hook-type has nothing to choose.")
    if SERVER in types and len(set(types)) > 1:
        raise UserError(f"{SERVER} runs in the repository that others push to, and the other hooks in a clone.")


def uninstall(root: str) -> list[str]:
    """Take our hooks away, put back what was moved aside, and say in sentences what was done."""
    hooks = _hooks(root) if find_root(root) is not None else _server(root)
    done: list[str] = []
    try:
        if hooks.configured is not None and _ours_all(hooks.configured):
            _git(hooks.root, "config", "--local", "--unset-all", "core.hooksPath")
            done.append("Git looks for hooks in its own folder again: core.hooksPath is no longer set.")
            hooks = _hooks(root)
        names = [*_names(), SERVER]
        done += [_remove(os.path.join(hooks.folder, name)) for name in names if _ours(hooks.folder, name)]
        _forget(os.path.join(hooks.root, _git(hooks.root, "rev-parse", "--git-path", RECORD)))
    except OSError as error:
        raise UserError(f"The hooks could not be removed: {error}.") from error
    _git(hooks.root, "config", "--local", "--unset-all", "groundrules.python")
    return done or ["No hook of groundrules was installed here, so there was nothing to remove."]


def _point(hooks: Hooks, force: bool) -> list[str]:
    target = packaged()
    if hooks.configured == os.path.realpath(target):
        return [f"core.hooksPath already points at {target}, so nothing had to be done."]
    in_the_way = _foreign_everywhere(hooks)
    if in_the_way and not force:
        raise UserError(
            f"Setting core.hooksPath would switch off {_list(in_the_way)}, so nothing was changed. "
            "Run `groundrules install` without --hooks-path, or add --force."
        )
    for name in _names():
        if not os.access(os.path.join(target, name), os.X_OK):
            os.chmod(os.path.join(target, name), 0o755)
    _git(hooks.root, "config", "--local", "core.hooksPath", target)
    done = [f"core.hooksPath now points at {target}."]
    return [*done, f"This switches off {_list(in_the_way)}."] if in_the_way else done


def _place(hooks: Hooks, force: bool, names: Sequence[str]) -> list[str]:
    if hooks.configured is not None and _ours_all(hooks.configured):
        return [f"core.hooksPath already points at the hooks in {hooks.folder}, so nothing had to be done."]
    if hooks.configured is not None and not force:
        raise UserError(
            f"Git takes its hooks from {hooks.folder} (core.hooksPath), which other clones or tools may share, "
            "so nothing was changed. Add --force to place the hook there, or unset core.hooksPath first."
        )
    foreign = [name for name in names if _foreign(hooks.folder, name)]
    if foreign and not force:
        raise UserError(_refusal(hooks.folder, foreign))
    os.makedirs(hooks.folder, exist_ok=True)
    return [_place_one(hooks.folder, name) for name in names]


def _place_one(folder: str, name: str) -> str:
    path = os.path.join(folder, name)
    wanted = _read(os.path.join(packaged("server" if name == SERVER else "git"), name))
    if _ours(folder, name):
        if _read(path) == wanted and os.access(path, os.X_OK):
            return f"The hook {path} is already in place."
        _write(path, wanted)
        return f"Renewed the hook {path}."
    if not os.path.lexists(path):
        _write(path, wanted)
        return f"Placed the hook {path}."
    aside = _free_name(path + ASIDE)
    os.rename(path, aside)
    _write(path, wanted)
    return f"Placed the hook {path}; the one that stood there is kept as {aside} and no longer runs."


def _remove(path: str) -> str:
    os.remove(path)
    if not os.path.lexists(path + ASIDE):
        return f"Removed the hook {path}."
    os.rename(path + ASIDE, path)
    return f"Removed the hook {path} and put back the one that stood there before."


def _write(path: str, content: bytes) -> None:
    """Replace the file in one step: git may run it at any moment, and a link must not be written through."""
    beside = f"{path}.{os.getpid()}"
    with open(beside, "wb") as stream:
        stream.write(content)
    os.chmod(beside, 0o755)
    os.replace(beside, path)


def _hooks(start: str) -> Hooks:
    root = find_root(start)
    if root is None:
        raise UserError(
            f"{os.path.abspath(start)} is not in the work tree of a git repository: there is no place for hooks."
        )
    return _of(root)


def _server(start: str) -> Hooks:
    """Where a repository that others push to keeps its hooks; it may be bare."""
    root = git_dir(start) if find_root(start) is None else find_root(start)
    if root is None:
        raise UserError(f"{os.path.abspath(start)} is not a git repository: there is no place for hooks.")
    return _of(root)


def _of(root: str) -> Hooks:
    # Git's own answer covers linked worktrees, submodules and core.hooksPath alike.
    folder = os.path.normpath(os.path.join(root, _git(root, "rev-parse", "--git-path", "hooks")))
    configured = _git(root, "config", "--get", "core.hooksPath")
    return Hooks(root, folder, os.path.realpath(folder) if configured else None)


def _git(root: str, *arguments: str) -> str:
    """What git says; nothing for a setting that is not there, which it tells by 1 or, when unsetting, by 5."""
    return os.fsdecode(run_git(root, arguments, accept=(0, 1, 5))).rstrip("\n")


def _names() -> list[str]:
    return sorted(name for name in os.listdir(packaged()) if "." not in name)


def _ours(folder: str, name: str) -> bool:
    path = os.path.join(folder, name)
    return os.path.isfile(path) and MARK in _read(path)[:300]


def _ours_all(folder: str) -> bool:
    """A folder of shims only. One that is gone counts when it was ours by name: its environment was deleted."""
    if os.path.isdir(folder):
        return os.path.realpath(folder) == os.path.realpath(packaged()) or all(
            _ours(folder, name) for name in os.listdir(folder)
        )
    return os.path.normpath(folder).replace(os.sep, "/").endswith("/groundrules/hooks/git")


def _foreign(folder: str, name: str) -> bool:
    return os.path.lexists(os.path.join(folder, name)) and not _ours(folder, name)


def _foreign_everywhere(hooks: Hooks) -> list[str]:
    """Every hook that git runs now and would run no more."""
    if not os.path.isdir(hooks.folder) or (hooks.configured is not None and _ours_all(hooks.configured)):
        return []
    names = sorted(name for name in os.listdir(hooks.folder) if "." not in name)
    return [os.path.join(hooks.folder, name) for name in names if _foreign(hooks.folder, name)]


def _refusal(folder: str, names: list[str]) -> str:
    paths = [os.path.join(folder, name) for name in names]
    if any(os.path.isfile(path) and b"generated by pre-commit" in _read(path)[:300] for path in paths):
        return (
            f"The pre-commit framework manages {_list(paths)}, so nothing was changed. Name groundrules in "
            ".pre-commit-config.yaml instead, or add --force to replace the framework's hook."
        )
    return (
        f"Another hook stands at {_list(paths)}, so nothing was changed. Let it call groundrules too (see the files in "
        f"{packaged()}), add --force to move it aside, or choose others with --hook-type."
    )


def _forget(path: str) -> None:
    if os.path.isfile(path):
        os.remove(path)


def _free_name(path: str) -> str:
    name, number = path, 1
    while os.path.lexists(name):
        number += 1
        name = f"{path}.{number}"
    return name


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def _list(paths: list[str]) -> str:
    return " and ".join(paths)
