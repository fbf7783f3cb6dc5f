"""Who answers for a path that is read: a version system, or a step of this repository that writes it."""

from __future__ import annotations

from groundrules.basics.late import re
from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.addresses import fits, has_words, is_hole, is_telling, shares_word
from groundrules.facts.meaning.writings_collected import READING, Collected
from groundrules.facts.meaning.writings_likeness import OBJECT, Written
from groundrules.facts.ownership import GIVEN, PACKED, ROOT, Owner, holes_to_expression, normal, place_of
from groundrules.facts.python.events import Event
from groundrules.facts.sql.words import words as listed

__all__ = ["READING", "Writings"]

_RUNS = frozenset(("last", "latest", "best", "final", "model_best", "best_model"))
_MADE = listed(  # folders that a repository's own steps fill
    """
    artifacts cache checkpoint checkpoints ckpt ckpts experiments interim logs out output outputs predictions preds
    processed processed_data result results runs save save_weights saved saved_model saved_models scaler scalers
    submissions work_dir workdir
    """
)


class Writings(Collected):
    """What the code, the stages and the shell lines of this repository write, and so who answers for a path."""

    def owner(self, text: str, event: Event) -> Owner:
        """Who answers for a path that an event reads: a version system, or what this repository writes."""
        script = event.module.path
        extra = [self._moved_to(script, one) for one in self.moved.get(script, ())]
        entry = event.entry.module.path
        if entry != script:
            extra.append(entry.rpartition("/")[0])
        owner = self.link.owners.of(text, script, [one for one in extra if one is not None])
        if owner.name not in (None, "outside"):
            return owner
        writer = self.known_writer(text, event)
        if place_of(text) == "home":
            writer = self._written_there(text, event)
        if writer is not None:
            return Owner("written", writer.span, owner.resolved)
        return owner

    def _written_there(self, text: str, event: Event) -> Written | None:
        """The step that writes the very file, or files of the very folder, elsewhere or before it is read."""
        clean = text.replace("\\", "/").rstrip("/")
        folder = self.holding.get(clean)
        ones = self.by_name.get(clean.rpartition("/")[2], [])
        for one in ones if folder is None else [*ones, folder]:
            earlier = one.position[0] == event.entry.id and one.position[1] < event.position
            same = one is folder or ("{" not in clean and self._is_that(one, clean))
            if same and (earlier or one.script != event.module.path):
                return one
        return None

    def puts(self, key: str) -> bool:
        """Whether code of this repository may put an object under a key."""
        ones = (one for alike in self.alike.values() for one in alike.values() if one.what == OBJECT)
        return any(is_hole(one.text) or fits(one.text, key) for one in ones)

    def likely(self, text: str, event: Event) -> bool:
        """Whether another step may well write what an event reads, though nobody can tell where it puts it: one writes
        a file of that very name, or, of a model, one beside it saves models to a place that is not known."""
        if place_of(text) == "home" and "{" not in text:
            name = text.replace("\\", "/").rstrip("/").rpartition("/")[2]
            said = has_words(name) or is_telling(name)
            return said and any(_may_lie_at(one.text, text) for one in self._of_that_name(name, text, event))
        if self._made(text.replace("\\", "/").removeprefix(ROOT).removeprefix("./").rstrip("/")):
            return True
        head, _, name = text.replace("\\", "/").rstrip("/").lower().rpartition("/")
        here = event.module.path.rpartition("/")[0]
        made = any(step in _MADE or step.startswith(("output", "result")) for step in head.split("/"))
        if place_of(text) == "relative" and ((self.unplaced and made) or self._computed(name, here)):
            return True
        if "{" in head and kind_of(name) == "model" and name.partition(".")[0] in _RUNS:
            return True  # the last or best model of a run that somebody names
        name = text.replace("\\", "/").rstrip("/").rpartition("/")[2]
        if has_words(name) and self._of_that_name(name, text, event):
            return True
        if not is_telling(name):
            return kind_of(name) == "model" and any(_nested(here, folder) for folder in self.saving)
        found = self._of_that_name(name, text, event)
        return bool(found) or any(fits(known, name) and shares_word(known, name) for known in self.holed)

    def _made(self, clean: str) -> bool:
        """Whether a path is a folder that code makes, two steps deep or more, or any of the files there."""
        if "." in clean.rpartition("/")[2] and "{" not in clean.rpartition("/")[2]:
            return False
        while "/" in clean:
            if clean in self.made_folders:
                return True
            clean = clean.rpartition("/")[0]
        return False

    def _computed(self, name: str, here: str) -> bool:
        """Whether a script beside computes files of that kind, and puts them wherever it is told to."""
        ending = name.rpartition(".")[2]
        return any(ending == one and _nested(here, folder) for folder, one in self.computing)

    def _of_that_name(self, name: str, text: str, event: Event) -> list[Written]:
        known = self.in_lower.get(name.lower())
        if known is not None and name not in self.by_name:
            return [known]
        return [one for one in self.by_name.get(name, ()) if not self._passes(one, one.text, text, event)]

    def _is_that(self, one: Written, clean: str) -> bool:
        """Whether a write is of this very path, which may lie inside a clone of this repository."""
        there = normal(f"{one.script.rpartition('/')[0]}/{one.text}") if place_of(one.text) == "relative" else None
        return one.text == clean or (there is not None and there.count("/") > 1 and clean.endswith(f"/{there}"))

    def _moved_to(self, script: str, text: str) -> str | None:
        if text.startswith("\0/"):
            return normal(text[2:])
        return normal(f"{script.rpartition('/')[0]}/{text}") if place_of(text) == "relative" else ""

    def known_writer(self, text: str, event: Event) -> Written | None:
        """The step of this repository that writes what an event reads; remembered."""
        key = (text, event.module.path)
        if key not in self._writers:
            self._writers[key] = self._writer(text, event)
        return self._writers[key]

    def _writer(self, text: str, event: Event) -> Written | None:
        """The step of this repository that writes what an event reads."""
        clean = text.replace("\\", "/").rstrip("/")
        if clean.startswith(ROOT):  # what climbs out of the repository stays as it is spelled
            clean = normal(clean[2:]) or clean[2:]
        name = clean.rpartition("/")[2]
        if clean.startswith(GIVEN):  # nothing but who started the run puts anything there
            return next((one for one in self.by_name.get(name, ()) if one.text == clean), None)
        here = event.module.path.rpartition("/")[0]
        exact = self._named(clean, here, event)
        if exact is not None:
            return exact
        partly = self._partly(name, clean, event)
        if partly is not None:
            return partly
        unpacked = self._picked(clean, here) or self._unpacked(clean, event.module.path)
        if unpacked is not None:
            return unpacked
        above = clean.removeprefix("./")
        if "/" not in above and event.module.path in self.programs:
            return self.programs[event.module.path]
        if above in self.holding:
            return self.holding[above]
        if "{" in above and "." not in name and not above.startswith("{"):
            fitting = re.compile(holes_to_expression(above)).fullmatch
            held = next((one for folder, one in self.holding.items() if fitting(folder)), None)
            if held is not None:
                return held
        while above:
            if above in self.folders:
                return self.folders[above]
            above = above.rpartition("/")[0]
        return self._filled_above(clean, here) or next((one for match, one in self.patterns if match(clean)), None)

    def _filled_above(self, clean: str, here: str) -> Written | None:
        """What fills a folder of the repository out of which a script climbs to it."""
        above = normal(f"{here}/{clean}") if clean.startswith("../") else None
        while above:
            one = self.folders.get(above)
            if one is not None and one.text.startswith(ROOT):
                return one
            above = above.rpartition("/")[0]
        return None

    def _named(self, clean: str, here: str, event: Event) -> Written | None:
        """A write of the very name; what was written may have been packed by hand afterwards."""
        for path in (clean, clean.rpartition(".")[0]) if clean.endswith(PACKED) else (clean,):
            found = None
            for one in self.by_name.get(path.rpartition("/")[2], ()):
                if (found is None or one.text == path) and self._same(one, path, here, event):
                    if one.text == path:
                        return one
                    found = one  # another one may be spelled alike
            if found is not None:
                return found
        return None

    def _partly(self, name: str, clean: str, event: Event) -> Written | None:
        """A write that may be of the name, where only parts of one of the two are known."""
        for known, alike in (self.alike if "{" in name else self.holed).items():
            if fits(known, name):
                for one in alike.values():
                    if self._may_be(one, known, clean, event):
                        return one
        return None

    def _picked(self, clean: str, here: str) -> Written | None:
        """The run that keeps models in the folder of one that is read: somebody picks one of them."""
        folder = clean.rpartition("/")[0].removeprefix("./")
        one = self.kept_models.get(folder) if kind_of(clean) == "model" else None
        return one if one is not None and self._near(one.script.rpartition("/")[0], here) else None

    def _unpacked(self, clean: str, script: str) -> Written | None:
        """The archive of a script that may have held a file: one of its name, or, where the path names no folder, any
        that the script both fetches and unpacks."""
        unpacked = self.unpacked.get((script, clean.rpartition("/")[2].partition(".")[0]))
        if unpacked is not None or "/" in clean:
            return unpacked
        held = (one for archive, one in self.opened.get(script, ()) if (script, archive) in self.fetched)
        return next(held, None)


def _nested(one: str, other: str) -> bool:
    """Whether two folders are the same, or one lies in the other; the top holds all of them, which tells nothing."""
    return one == other or (one != "" != other and (one.startswith(f"{other}/") or other.startswith(f"{one}/")))


def _may_lie_at(written: str, home: str) -> bool:
    """Whether what is written may lie at a path below somebody's home: it is below a clone there, or nobody knows."""
    clean = written.replace("\\", "/").removeprefix("\0/").removeprefix("./").lstrip("./")
    return place_of(written) != "relative" or "{" in written or home.replace("\\", "/").endswith(f"/{clean}")
