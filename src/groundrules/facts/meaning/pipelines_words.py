"""What the name of an argument, a key or a column says about the value that it is given."""

from __future__ import annotations

from groundrules.facts.sql.words import words

_WINDOW = words(
    """end until since before after from begin start stop cutoff threshold lookback window period interval gte lte gt lt
    range dates upto thru through"""
)
_PATH = words(
    """path file filename filepath fname prefix folder dir directory blob dest destination output outfile uri
    filestamp"""
)
_STORES = _PATH | words("s3 object blob bucket gcs gs storage cloud target destination dst src source data remote")
_DAY = words("date day ds dt partition year month today")
_AUDIT = words(
    """audit completed crawled create created creation deleted downloaded duration elapsed etl expiration expires expiry
    extracted fetched finished generated generation ingested ingestion insert inserted last load loaded logged modified
    modify processed published queried received recorded refresh refreshed registered requested retrieved saved
    scraped sent started synced time timestamp timestamps triggered ts update updated uploaded"""
)
_LOG = words("message msg text body subject title description comment note log info content header headers")
_NAME = words("task dag run job session request name label agent nonce")
_TEMPORARY = words("tmp temp tmpdir tempdir tmpfile tempfile log logs debug lock cache scratch bak pid pids")
_SCRATCH = words("tmp temp tmpdir tempdir tmpfile tempfile temporary scratch")
_HISTORY = words(
    """audit audits log logs logging journal run runs changelog heartbeat checkpoint checkpoints watermark watermarks
    errors error failed failures rejected dlq outbox lineage control"""
)
_JOURNALS = words("audit audits log logs logging")  # schemas of tables that grow by design
_EVENTS = frozenset({"event", "events"})
_MEASURES = words("history metric metrics tracking monitor monitoring status statistics stats")
_OF_RUNS = words(
    """airflow batch check checks dag dags data db dbt drift dummy elt etl eval evaluation experiment experiments
    history ingest ingestion job jobs load loads metric metrics ml model models monitor monitoring performance
    pipeline pipelines process quality result results score statistics stats status table task tasks test tests
    tracking train training validation"""
)
_RUNS = words("job jobs dag dags task tasks pipeline pipelines result results")
_STAGING = words(
    """stg stage staging stagings tmp temp temporary landing buffer delta work wrk load today latest current incoming
    inbox new"""
)
_BOUNDS = words("end start since until")
_MOMENTS = ("at", "ts", "timestamp", "time", "on", "datetime")
_DATED = frozenset({"dt", "date", "datetime"})
_FAILED = words("failed failure failures error errors rejected")
_RUN_DATES = words("ds ts ds_nodash ts_nodash logical_date execution_date data_interval_start data_interval_end")
_MESSAGES = words("slack mail mails email emails smtp telegram notify notification notifications alert alerts discord")
_COPIES = words("backup backups bak snapshot snapshots")
_CLEARING = words("delete clean cleanup clear purge prune expire expired retention remove vacuum evict stale")
_QUESTIONS = words(
    """cache cached caches checkpoint checkpoints check checks detect existing exist exists find guess has is last
    latest lookup maybe old ping previous prev probe processed seen state try validate verify"""
)
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case."""
    pieces = []
    before = ""
    for char in name:
        if char in _UPPER and before in _LOWER:
            pieces.append(" ")
        before = char
        char = char.lower()
        pieces.append(char if char in _LOWER else " ")
    return "".join(pieces).split()


def sink_of(name: str, record: bool = False) -> str | None:
    """Where a value goes that is given to an argument, key or column of this name; None when the name does not tell.

    In a record of a run, `start_time` only says when it started; given to a query, it is a bound.
    """
    told = words_of(name)
    found = frozenset(told)
    if not told:
        return None
    if {"delete", "after"} <= found:
        return "audit"
    if told[-1] in _MOMENTS or found & _AUDIT:
        bounds = not record and found & _BOUNDS and not found & {"created", "updated"}
        return "window" if bounds else "audit"
    if found & _LOG:
        return "log"
    if told[-1] == "id" or (told[-1] == "name" and not found & _PATH):
        return "name"
    if told[-1] == "key":
        return "path" if len(told) == 1 or found & _STORES else "key"
    if record and found & _BOUNDS and found & _DATED:
        return "audit"
    if "to" in found and found & _DAY:
        return "window"
    for kind, known in (("window", _WINDOW), ("path", _PATH), ("name", _NAME), ("partition", _DAY)):
        if found & known:
            return kind
    return None


def is_history(target: str | None) -> bool:
    """Whether a table or file is named like a log, an audit trail or a history of runs, which grows by design."""
    last = (target or "").replace("\\", "/").rstrip("/").rpartition("/")[2]
    head, dot, tail = last.rpartition(".")
    if dot and tail in ("csv", "json", "txt", "jsonl", "parquet", "log", "tsv"):
        folder = (target or "").replace("\\", "/").rpartition("/")[0].rpartition("/")[2]
        kept = bool((_HISTORY | _MEASURES).intersection(words_of(head)))
        kept = kept or (tail == "jsonl" and bool(_EVENTS.intersection(words_of(head))))
        return tail == "log" or kept or bool((_JOURNALS | {"lineage"}).intersection(words_of(folder)))
    told = frozenset(words_of(tail))
    if _JOURNALS.intersection(words_of(head.rpartition(".")[2])):
        return True
    measures = bool(_MEASURES & told) or (len(told) > 1 and bool(_RUNS & told))
    return bool(_HISTORY & told) or (measures and told <= _OF_RUNS)


def is_failure(path: str) -> bool:
    """Whether a file is named like one that keeps what went wrong."""
    return bool(_FAILED.intersection(words_of(path)))


def is_run_date(name: object) -> bool:
    """Whether a key of a run's context names the day that the run stands for."""
    return name in _RUN_DATES


def is_page(path: str) -> bool:
    """Whether a file is one that people look at."""
    return path.lower().endswith((".html", ".pdf", ".png", ".jpg", ".jpeg", ".svg", ".md"))


def is_copy(name: str) -> bool:
    """Whether something is named like a copy of how things are now, which is filed under the day that it is made."""
    return bool(_COPIES.intersection(words_of(name)))


def is_version(name: str) -> bool:
    """Whether a function is named like one that makes a name for a run or a version, which no other shares."""
    told = words_of(name)
    return told[-1:] in (["id"], ["version"]) or told[-2:] == ["run", "name"]


def is_message(name: str) -> bool:
    """Whether a step is named like one that sends people a message."""
    return bool(_MESSAGES.intersection(words_of(name)))


def is_clearing(name: str) -> bool:
    """Whether a step is named like one that clears away what is old."""
    return bool(_CLEARING.intersection(words_of(name)))


def is_staging(target: str | None) -> bool:
    """Whether a table is named like one that only holds the rows of one run."""
    return bool(_STAGING.intersection(words_of(target or "")))


def is_swapped(target: str | None) -> bool:
    """Whether a table is named like one that is made anew in each run: temporary, or new until it takes a place, or
    with an ending that the run gives it."""
    told = words_of(target or "")
    return bool(_SCRATCH.intersection(told)) or told[-1:] in (["new"], ["suffix"])


def is_scratch(name: str) -> bool:
    """Whether a path or a variable is named like something temporary."""
    return bool(_SCRATCH.intersection(words_of(name)))


def is_question(name: str) -> bool:
    """Whether something is named like a question whose answer may be none: what an earlier run has left, a check."""
    return bool(_QUESTIONS.intersection(words_of(name)))


def is_passing(path: str) -> bool:
    """Whether a path is named like something that nobody reads back: a temporary file, a log, a cache."""
    return bool(_TEMPORARY.intersection(words_of(path)))
