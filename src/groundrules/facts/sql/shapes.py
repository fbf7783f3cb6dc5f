"""The shapes of statements that no sentence of English has. For strings whose first word is a verb of SQL.

Three degrees of strictness, by how the verb is spelled: SELECT in capitals is hardly ever English, `select` may be,
and `Select`, the beginning of a sentence, must prove itself.
"""

from __future__ import annotations

import re

from groundrules.facts.sql.words import words

NAME = r"""(?:(?:[\w.$@#:?-]|\{[^{}]*\}|\{\{[^{}]*\}\}|%\(\w+\)s|%s|"[^"\n]+"|`[^`\n]+`|\[[^\]\n]+\]|'[\w{}.]+')+)"""
ENGLISH = words(
    """
    a an the this that these those it its your our my their his her each every all any some one to of for from
    in on with by and or as is are be not new given existing into at if when where which current other same
    another both random specific multiple data object objects item items user's everything something only here
    there
    """
)
THINGS = words("data object objects item items rows")  # what tables are called as well, behind a verb in capitals
KIND = (
    r"(?:(?:or\s+(?:replace|alter)|temp|temporary|global|local|external|unlogged|transient|materialized|unique|volatile|"
    r"foreign|clustered|nonclustered|recursive|virtual|secure)\s+)*"
    r"(?:table|view|index|schema|database|sequence|type|extension|role|user|stage|function|procedure|proc|trigger|stream|"
    r"task|pipe|warehouse|domain|model|policy|publication)"
)
FLAGS = re.IGNORECASE | re.DOTALL
INSERT = re.compile(
    rf"(?:insert(?:\s+(?:ignore|overwrite|or\s+\w+|low_priority|all))?(?P<into>\s+into)?(?:\s+table)?|replace(?P<into2>\s+into))"
    rf"\s+(?P<name>{NAME})\s*(?P<rest>\(|\{{|%|values\b|select\b|with\b|partition\b|default\s+values|set\b|from\b|\Z|;)",
    FLAGS,
)
AFTER_COLUMNS = re.compile(r"\([^()]*(?:\Z|\)\s*(?:values\b|select\b|with\b|partition\b|\(|\{|%))", FLAGS)
CREATE = re.compile(
    rf"create\s+{KIND}\s+(?P<test>if\s+not\s+exists\s+)?(?:concurrently\s+)?(?P<name>{NAME})\s*(?P<rest>.{{0,200}})",
    FLAGS,
)
AFTER_CREATE = re.compile(
    rf"\(|as\b|like\s+{NAME}\s*(?:;|\Z|\()|clone\s|using\s+\w+|on\s+{NAME}\s*(?:\(|using)|partition|authorization\s|"
    rf"row\s+format|stored\s+as|location\s+'|options\s*\(|returns\b|with\s|\{{|comment\s+'|cascade|execute\s|before\s|after\s|engine\b|on\s+cluster",
    FLAGS,
)
DROP = re.compile(
    rf"drop\s+{KIND}\s+(?:concurrently\s+)?(?P<test>if\s+exists\s+)?(?P<name>{NAME})\s*(?P<rest>;|,|cascade|restrict|purge|on\s|\Z|\{{|--|/\*)",
    FLAGS,
)
ALTER = re.compile(
    rf"alter\s+{KIND}\s+(?:if\s+exists\s+)?(?:only\s+)?(?P<name>{NAME})\s+(?P<rest>add|drop|rename|alter|set|modify|change|owner|"
    rf"detach|attach|exchange|delete|update|enable|disable|swap|on\s+cluster|cluster|recover|switch|truncate|replace|\{{)\b",
    FLAGS,
)
DELETE = re.compile(
    rf"delete\s+from\s+(?P<name>{NAME})\s*(?P<rest>where\b|using\b|as\b|\w{{1,3}}\s+(?:where|using)\b|;|\Z|\{{)", FLAGS
)
TRUNCATE = re.compile(
    rf"truncate\s+(?P<table>table\s+)?(?:if\s+exists\s+)?(?:only\s+)?(?P<name>{NAME})"
    r"\s*(?P<rest>;|,|\Z|cascade|restart|on\s+cluster|\{)",
    FLAGS,
)
UPDATE = re.compile(
    rf"update\s+(?:only\s+|ignore\s+)?(?P<name>{NAME})(?:\s+(?:as\s+)?\w+)?\s+set\s+(?:{NAME}\s*[=(]|\{{|\()", FLAGS
)
MERGE = re.compile(rf"merge\s+(?:into\s+)?(?P<name>{NAME})(?:\s+(?:as\s+)?\w+)?\s+using\s", FLAGS)
COPY = re.compile(
    rf"copy\s+(?:(?:into\s+)?(?P<name>{NAME})\s*(?:\([^()]*\)\s*)?(?:from|to)\s+(?:'|\"|@|stdin|stdout|program|\(|\{{|%|\$)|\(\s*(?:select|with))",
    FLAGS,
)
COPY_OPTIONS = re.compile(
    r"\b(?:credentials|iam_role|aws_iam_role|delimiter|csv|format|stdin|stdout|header|file_format|with|access_key_id|parquet|manifest)\b",
    FLAGS,
)
LOAD = re.compile(
    rf"load\s+data\s+(?:local\s+)?(?:inpath|infile|(?:into|overwrite)\s+(?:table\s|{NAME}\s.{{0,2000}}?\bfrom\s+files))\b|unload\s*\(|export\s+data\s+options",
    FLAGS,
)
WITH = re.compile(
    rf"with\s+(?:recursive\s+)?{NAME}(?:\s*\([^()]*\))?\s+as\s+(?:not\s+materialized\s+|materialized\s+)?\(\s*"
    r"(?:--[^\n]*\s*)*(?:select|with|insert|delete|update|values|\{|\()", FLAGS
)  # fmt: skip
SELECT = re.compile(rf"select\s+(?P<list>.{{1,4000}}?)\s*\bfrom\s*(?P<name>\(|{NAME})", FLAGS)
CONDITION = re.compile(
    r"\b(?:where\s.{1,200}?(?:[=<>]|\bin\s*\(|\bis\s+(?:not\s+)?null|\blike\s+['%{]|\bbetween\b.{1,60}\band\b)"
    r"|(?:group|order)\s+by\s|join\s+\S+.{0,60}?\s(?:on|using)\b|limit\s+[\d{%:?])", FLAGS
)  # fmt: skip
SQL_SIGN = re.compile(r"[*(),]|\bas\s+\w", FLAGS)
DEFINITE = re.compile(r"[._`\"\[{%$@#?\d]")
PREFACE = re.compile(
    r"\s*(?:--[^\n]*|/\*.*?\*/|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\#[^\n]*(?=\n)|\(|;|begin(?:\s+(?:transaction|tran|work|try))?\b"
    r"|start\s+transaction|go\b(?=\s*\n))", FLAGS
)  # fmt: skip
BLOCK = re.compile(r"do\s+\$|if\s+(?:not\s+)?(?:exists\s*\(\s*select|object_id\s*\()|from\s+\S+\s+insert\s", FLAGS)
BORDER = re.compile(r";|\n")


def _insert(text: str, strict: int) -> bool:
    found = INSERT.match(text)
    if found is None or _english(found["name"], strict):
        return False
    rest = found["rest"].lower()
    if not (found["into"] or found["into2"]) and "overwrite" not in text[:20].lower():
        return rest.startswith(("values", "select", "(")) and (strict == 0 or bool(DEFINITE.search(found["name"])))
    if rest in ("", ";"):
        return strict == 0 or rest == ";"
    if rest == "(" and strict:
        return bool(AFTER_COLUMNS.match(text, found.end() - 1))
    return strict < 2 or rest not in ("from", "with", "set")


def _create(text: str, strict: int) -> bool:
    found = CREATE.match(text)
    if found is None or _english(found["name"], strict):
        return False
    rest = found["rest"]
    if found["test"]:
        return True
    if not rest or rest.startswith(";"):
        return strict == 0 or rest.startswith(";") or (strict == 1 and bool(DEFINITE.search(found["name"])))
    after = AFTER_CREATE.match(rest)
    return after is not None and (
        strict == 0 or after[0].lower().strip() not in ("with", "as", "using", "before", "after")
    )


def _drop(text: str, strict: int) -> bool:
    found = DROP.match(text)
    if found is None or _english(found["name"], strict):
        return False
    definite = bool(DEFINITE.search(found["name"].rstrip(".:?")))
    return bool(found["test"]) or strict == 0 or found["rest"] == ";" or (strict == 1 and definite)


def _delete(text: str, strict: int) -> bool:
    found = DELETE.match(text)
    if found is None or _english(found["name"], strict):
        return strict == 0 and bool(re.match(rf"DELETE\s+{NAME}\s+(?:FROM|WHERE)\s", text))
    definite = bool(DEFINITE.search(found["name"].rstrip(".:?")))
    if found["rest"] in ("", ";"):
        return strict == 0 or found["rest"] == ";" or (strict == 1 and definite)
    return strict == 0 or bool(CONDITION.search(text[:600])) or (strict == 1 and definite and found["rest"][0] in "wW")


def _select(text: str, strict: int) -> bool:
    found = SELECT.match(text)
    if found is None or _english(found["name"], strict):
        return False
    listed = found["list"]
    if strict == 0 and text[found.start("name") - 5 : found.start("name")].strip()[-4:].isupper():
        return True
    if strict == 2 and "*" not in listed and text[found.start("name") - 5 : found.start("name")].strip()[-4:].islower():
        return False
    wordy = [part for part in listed.split(",") if len(part.split()) > 2 and not SQL_SIGN.search(part)]
    if wordy or _english(listed.split()[0] + " "):
        return False
    signs = bool(re.search(r"[*(]|\w\.\w|\bas\s", listed, FLAGS))
    return (
        bool(CONDITION.search(text[found.end() : found.end() + 2000]))
        or (signs and strict < 2)
        or listed.strip() == "*"
    )


def _truncate(text: str, strict: int) -> bool:
    found = TRUNCATE.match(text)
    if found is None or _english(found["name"], strict):
        return False
    definite = bool(DEFINITE.search(found["name"].rstrip(".:?")))
    if found["table"]:
        return strict == 0 or definite or found["rest"] == ";"
    return (strict == 0 or found["rest"] == ";") and definite


def _copy(text: str, strict: int) -> bool:
    found = COPY.match(text)
    if found is None or (found["name"] and _english(found["name"], strict)):
        return False
    upper = bool(re.match(r"COPY\s.*?\b(?:FROM|TO)\b", text[:2000], re.DOTALL))
    return (strict == 0 and upper) or bool(COPY_OPTIONS.search(text, found.end(), found.end() + 4000))


TESTS = {
    "INSERT": _insert,
    "REPLACE": _insert,
    "CREATE": _create,
    "DROP": _drop,
    "DELETE": _delete,
    "SELECT": _select,
    "TRUNCATE": _truncate,
    "COPY": _copy,
}
PATTERNS = {
    "UPDATE": UPDATE,
    "MERGE": MERGE,
    "ALTER": ALTER,
    "LOAD": LOAD,
    "UNLOAD": LOAD,
    "EXPORT": LOAD,
    "WITH": WITH,
}


def _english(name: str, strict: int = 1) -> bool:
    plain = name.strip(".:; ").lower()
    return plain in ENGLISH and not (strict == 0 and plain in THINGS)


def _statement(text: str) -> bool:
    word = re.match(r"[A-Za-z]+", text)
    if word is None:
        return False
    key = word[0].upper()
    strict = 0 if word[0].isupper() else 1 if word[0].islower() else 2
    if key in TESTS:
        return TESTS[key](text, strict)
    if key in PATTERNS:
        found = PATTERNS[key].match(text)
        return found is not None and not _english(found.groupdict().get("name") or "", strict)
    return bool(BLOCK.match(text))


def holds_statement(text: str) -> bool:
    """Whether the text begins with a statement, after comments, template tags and what opens a transaction."""
    position = _after_preface(text, 0)
    if _statement(text[position : position + 8000]):
        return True
    # SET …; USE …; then what matters: look where lines and statements begin, a few times.
    for _ in range(20):
        border = BORDER.search(text, position)
        if border is None:
            return False
        position = _after_preface(text, border.end())
        if border[0] == ";" and _statement(text[position : position + 8000]):
            return True
    return False


def _after_preface(text: str, position: int) -> int:
    for _ in range(40):
        found = PREFACE.match(text, position)
        if found is None or found.end() == position:
            break
        position = found.end()
    while position < len(text) and text[position].isspace():
        position += 1
    return position
