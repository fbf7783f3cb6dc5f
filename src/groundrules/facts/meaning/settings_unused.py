"""Keys of configurations that nothing reads, where the code takes the others one by one.

A key is told of only when its file is loaded by a proven loader, no section around it is handed on as a whole, most of
the file is read, and its name stands nowhere in the repository where a key could be read by it.
"""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.kinds import extractors
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.settings_files import is_config
from groundrules.facts.raw import ConfigKey
from groundrules.facts.repository import Repository
from groundrules.typed import TYPE_CHECKING, Any, Iterator

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_beside import beside, word_of
    from groundrules.facts.meaning.settings_keys import Keys, loader
    from groundrules.facts.meaning.settings_leaves import (
        Leaf,
        Source,
        covered,
        doubtful,
        gather,
        is_section,
        made_sections,
        out_of_reach,
        says,
        sections_above,
        unread,
        words_of,
    )
    from groundrules.facts.meaning.settings_words import Accounted, Named, Words, references
else:
    late(globals(), "groundrules.facts.meaning.settings_beside", "beside word_of")
    late(globals(), "groundrules.facts.meaning.settings_keys", "loader")
    late(
        globals(),
        "groundrules.facts.meaning.settings_leaves",
        "covered doubtful gather is_section made_sections out_of_reach says sections_above unread words_of",
    )
    late(globals(), "groundrules.facts.meaning.settings_words", "references", classes="Words")

_ENOUGH = 3  # keys that code takes one by one, so that a file is known to be read so
_MOST_PART = 0.5
_ALMOST_ALL = 0.65
_EVERYWHERE = tuple(f"environment_keys.extract_{one}" for one in ("yaml", "json", "toml", "ini"))
_LOADED = (".yaml", ".yml", ".toml", ".ini", ".cfg")
_MOST_CONFIGS = 80
_MOST_WORDS = 5_000


class Unused:
    """Rows of table unused_key."""

    def __init__(self, link: Link, repository: Repository, keys: Keys, others: frozenset[str]) -> None:
        self.link = link
        self.others = others  # files of which something else tells
        self.repository = repository
        self.keys = keys
        functions = link.knowledge.functions
        self.tools = {name for one in functions.having("own_files") for name in functions[one]["own_files"]}
        self.told: dict[str, list[ConfigKey]] = {}

    def relate(self, scope: frozenset[str] | None) -> None:
        """One row a key, or one for each key of a section that is not read at all."""
        if scope is not None and not any(is_config(path) for path in scope):
            return
        files = self._files(False)
        left = self._left(files, scope)
        others = {path: self.keys.trees.rows(path)[0] for path in self._others(scope)}
        words = {word for found in left.values() for one in found for word in words_of(one)}
        words |= {
            part for rows in others.values() for row in rows for part in row.key.split(".") if part.isidentifier()
        }
        named = (
            Words(self.repository, self._accounted()).named(frozenset(words))
            if words and len(words) <= _MOST_WORDS
            else None
        )
        if named is None:
            return
        if any(doubtful(one, named) for found in left.values() for one in found):
            files = self._files(True)
            for path, found in self._left(files, scope).items():
                self._file(path, files[path], found, named)
        for path, rows in others.items():
            if not any("" in source.whole for one in files.get(path, {}).values() for source, _ in one.keys):
                self._beside(path, rows, named)

    def _accounted(self) -> Accounted:
        """The lines that read keys, each with the names of keys of which it is known where they stand."""
        found: dict[str, set[tuple[int, str]]] = {}
        for place, reads in self.keys.places.items():
            lines = range(place.where[1], place.where[3] + 1) if place.where[0] is None else ()
            words = {one.keys[-1] for one in reads} if all(one.load.alone for one in reads) else set()
            found.setdefault(place.path, set()).update((line, word) for line in lines for word in words)
        return {path: frozenset(lines) for path, lines in found.items()}

    def _files(self, following: bool) -> dict[str, dict[Any, Leaf]]:
        """What the loaded files hold; `following` sections to where they are used as a whole takes time."""
        from groundrules.facts.meaning.settings_leaves import Leaf

        files: dict[str, dict[Any, Leaf]] = {}
        for one in self._sources(following):
            for key, rows in one.tree.keys.items():
                for path, row in rows if one.paths is None else [of for of in rows if of[0] in one.paths]:
                    known = files.setdefault(path, {}).get(row.where)
                    keys = (*known.keys, (one, key)) if known is not None else ((one, key),)
                    files[path][row.where] = Leaf(row, keys)
        return files

    def _left(self, files: dict[str, dict[Any, Leaf]], scope: frozenset[str] | None) -> dict[str, list[Leaf]]:
        """By file: what is not read."""
        return {
            path: found for path, leaves in sorted(files.items())
            if (scope is None or path in scope) and not self._is_of_others(path) and (found := unread(leaves))
        }  # fmt: skip

    def _others(self, scope: frozenset[str] | None) -> list[str]:
        """Configurations of the scope, whoever loads them."""
        tracked = self.link.owners.tracked if scope is None else self.link.owners.tracked & scope
        found = [path for path in sorted(tracked) if is_config(path) and not path.startswith(".") and "/." not in path]
        found = [path for path in found if path.endswith(_LOADED) and not self._is_of_others(path)]
        mentions = self.repository.survey.mentioning
        found = [path for path in found if mentions([path.rpartition("/")[2]])]
        return found if len(found) <= _MOST_CONFIGS else []

    def _beside(self, path: str, rows: list[ConfigKey], named: Named) -> None:
        """The rows of a file of which it is not known who loads it."""
        here = references(self._text(path), {word_of(row) for row in rows})
        for row in beside(rows, named):
            span = self.link.rows.span(path, tuple(row.where))
            told = any(other.key == row.key or other.key.startswith(f"{row.key}.") for other in self.told.get(path, ()))
            if word_of(row) not in here and not says(row) and not told:
                self.link.rows.add("unused_key", span, path, row.key, 0, "beside", None)

    def _is_of_others(self, path: str) -> bool:
        """Whether a file is one of tests, or some tool reads it whatever code of the repository reads of it."""
        if (
            path in self.link.tests
            or path.startswith("docs/")
            or any(not one.startswith("config_files.") for one in _telling(path))
        ):
            return True
        if path in self.others:
            return True
        name = path.rpartition("/")[2]
        stem = name.partition(".")[0]
        if stem.startswith("catalog") or name in self.tools:
            return True  # of data, or a library's own
        if self.repository.survey.importing([stem]) and stem not in self.link.walker.program.tops:
            return True  # a library's own, which is called by its name
        tops = {row.key for row in self.keys.trees.rows(path)[0] if "." not in row.key}
        return tops >= {"apiVersion", "kind"}

    def _sources(self, following: bool) -> Iterator[Source]:
        from groundrules.facts.meaning.settings_leaves import Source
        from groundrules.facts.meaning.settings_whole import Whole

        if not self.keys.places:
            return
        looked = Whole(self.link, self.repository, self.keys)
        whole = looked.collect() if following else {}
        sources = {key: source for key, source in looked.sources.items() if key in whole}
        taken: dict[Any, set[tuple[str, ...]]] = {}
        for reads in self.keys.places.values():
            for one in reads:
                key = looked.key(one.source)
                sources[key] = one.source
                taken.setdefault(key, set()).add(one.keys)
                for over, keys in self.keys.covering(one):
                    sources[looked.key(over)] = over
                    taken.setdefault(looked.key(over), set()).add(keys)
        for key, source in sources.items():
            found = self.keys.configurations.find(source)
            tree, fitting = found.tree, None
            if tree is None and not found.paths and source[0] != "parameter":
                tree, found = self.keys.guess(source)
                fitting = frozenset(found.paths)
            if tree is None or source[1] in self.link.tests:
                continue
            read = {".".join(keys) for keys in taken.get(key, ()) if not is_section(tree, keys)}
            certain = found.certain and loader(source) not in self.keys.open
            above = {one for each in read for one in sections_above(each)}
            escaped = {".".join(keys) for keys in whole.get(key, ())} | made_sections(tree)
            yield Source(tree, certain, frozenset(read), frozenset(above), frozenset(escaped), fitting)

    def _file(self, path: str, leaves: dict[Any, Leaf], left: list[Leaf], named: Named) -> None:
        """The rows of one file."""
        here = references(self._text(path), {word_of(one.row) for one in left})
        values = [one for one in leaves.values() if one.row.kind != "map"]
        taken = sum(any(covered(key, source) for source, key in one.keys) for one in values)
        known = taken + sum(word_of(one.row) in named.read for one in left)
        most = max(len(source.read) + len(source.whole) for one in values for source, _ in one.keys) if taken else 0
        share = _MOST_PART if most else _ALMOST_ALL  # of what nobody sees being taken, names have to tell more
        if max(taken, most, known) < _ENOUGH or known < share * len(values):
            return
        sure = [one for one in left if word_of(one.row) not in named.somewhere | here]
        rest = [one for one in left if one not in sure and word_of(one.row) not in here and out_of_reach(one, named)]
        gathered = list(gather([*sure, *rest], leaves))
        certain = {holder.key for holder, one in gathered if one in sure}
        for holder, one in gathered:
            how = "unnamed" if holder.key in certain else "unreached"
            span = self.link.rows.span(path, tuple(holder.where))
            inside = self.link.rows.span(path, tuple(one.row.where)) if holder is not one.row else None
            self.told.setdefault(path, []).append(one.row)
            self.link.rows.add("unused_key", span, path, holder.key, taken, how, inside)

    def _text(self, path: str) -> str:
        for _, data in self.repository.snapshot.read([path]):
            return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
        return ""


def _telling(path: str) -> Iterator[str]:
    """What reads a file, but for what looks for variables in every file of its kind."""
    return (one for one in extractors(path) if one not in _EVERYWHERE)
