"""A review on GitHub, from report to requests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from .conftest import Change, Review, document, found
from .stub import BOT, Recorded, Stub, Trouble, fingerprints

SLICE: dict[str, Any] = json.loads((Path(__file__).parent / "github-openapi.json").read_text())["paths"]
PLAIN = "".join(f"x{number} = {number}\n" for number in range(60))


def keeps_the_contract(recorded: Recorded) -> None:
    """Check a request against GitHub's own description."""
    for template, methods in SLICE.items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, recorded.path) and recorded.method.lower() in methods:
            described = methods[recorded.method.lower()]
            known = {one["name"] for one in described["parameters"] if one["in"] == "query"}
            assert set(recorded.query) <= known, recorded
            if described["body"] is not None:
                Draft202012Validator(described["body"]).validate(recorded.body)
                assert set(recorded.body) <= set(described["body"]["properties"]), recorded
            return
    assert recorded.path == "/graphql", recorded


def said_in_summary(stub: Stub) -> set[str]:
    """The short fingerprints that the summary holds."""
    (note,) = stub.notes
    marker = re.match(r"<!-- groundrules:v1 summary said=([0-9a-f,]*) -->", note["body"])
    assert marker
    return set(marker[1].split(",")) - {""}


# The whole


def files_of(shift: int) -> dict[str, str]:
    """Twenty files with ten findings each; a third of them far from any change, or in files without one."""
    files = {}
    for number in range(20):
        rows = [f"moved_{number}_{line} = {line}" for line in range(shift)]
        for part in range(10):
            rows += [f"filler_{number}_{part}_{line} = 0" for line in range(12)]
            rows.append(f"call_{number}_{part}()  # finding {number}-{part}")
        files[f"src/part_{number}.py"] = "\n".join(rows) + "\n"
    return files


def changed(files: dict[str, str]) -> dict[str, str]:
    """The same with a change right beside two thirds of the findings."""
    return {
        path: re.sub(r"(filler_\d+_[0-6]_11 = )0", r"\g<1>1", text) if number % 20 < 19 else text
        for number, (path, text) in enumerate(files.items())
    }


def test_two_hundred_findings_over_ten_runs_with_code_moving_in_between(change: Change, review: Review) -> None:
    stub = change.begin(files_of(0), changed(files_of(0)))
    names = {one["fingerprint"] for one in change.check()}
    assert len(names) == 200
    for run in range(1, 11):
        assert review() == 0
        commented = fingerprints([one["body"] for one in stub.comments])
        assert len(commented) == len(set(commented)), "nothing is said twice"
        assert {name[:8] for name in names} == {name[:8] for name in commented} | said_in_summary(stub)
        assert len(stub.notes) == 1
        change.push(changed(files_of(run)))
    assert stub.rejected == 0
    assert len(stub.sent("POST", "/reviews$")) == 1
    assert len(commented) <= 50
    assert all(len(one["body"]) <= 65_536 for one in [*stub.comments, *stub.notes])
    for recorded in stub.recorded:
        keeps_the_contract(recorded)


def test_a_run_with_nothing_new_sends_nothing(change: Change, review: Review) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "call()  # finding one\n"})
    assert review() == 0
    assert [one.method for one in stub.recorded if one.method != "GET"] == ["POST", "POST"]
    before = len(stub.recorded)
    assert review() == 0
    assert {one.method for one in stub.recorded[before:]} == {"GET"}


def test_a_clean_change_is_met_with_silence(change: Change, review: Review, capsys: pytest.CaptureFixture[str]) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "y = 1\n"})
    assert review() == 0
    assert {one.method for one in stub.recorded} == {"GET"}
    assert capsys.readouterr().out == "There was nothing new to say.\n"


# Places


def test_the_ladder(change: Change, review: Review) -> None:
    function = ["def work():", *(f"    a{number} = 0" for number in range(30)), "    return 1  # finding scope", "", ""]
    context = PLAIN.replace("x32 = 32", "x32 = 32  # finding context")
    before = {
        "a.py": "\n".join([*function, "def more():", "    return 2", context]),
        "b.py": PLAIN + "call()  # finding file\n",
        "c.py": "c()  # finding away\n",
    }
    after = {
        "a.py": before["a.py"].replace("a5 = 0", "a5 = 5").replace("x30 = 30", "x30 = 31  # finding changed"),
        "b.py": before["b.py"].replace("x3 = 3", "x3 = 4"),
    }
    stub = change.begin(before, after)
    assert review() == 0
    names = ("scope", "file", "away", "changed", "context")
    by_fingerprint = {found("", 1, name)["fingerprint"]: name for name in names}
    placed = {by_fingerprint[fingerprints([one["body"]])[0]]: one for one in stub.comments}
    rows = after["a.py"].split("\n")
    assert rows[placed["changed"]["line"] - 1].endswith("# finding changed")
    assert rows[placed["context"]["line"] - 1].endswith("# finding context")
    assert rows[placed["scope"]["line"] - 1] == "    a5 = 5"
    assert "Line 32: " in placed["scope"]["body"]
    assert placed["file"]["subject_type"] == "file"
    assert "Line 61: " in placed["file"]["body"]
    assert "away" not in placed
    assert "`c.py:1`" in stub.notes[0]["body"]


def test_a_notebook_is_commented_on_the_line_of_the_json_that_the_diff_shows(change: Change, review: Review) -> None:
    def notebook(*cells: str) -> str:
        made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell.splitlines(True)} for cell in cells]
        return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)

    after = notebook("a = 1", "b = 1\nb = 2\nb = 3\nb = 4", "import x\nx.call()\nx.plot()")
    stub = change.begin({"n.ipynb": notebook("a = 1", "b = 1\nb = 2\nb = 3\nb = 4")}, {"n.ipynb": after})
    change.write([found("n.ipynb", 2, "cell", cell=2)])
    assert review() == 0
    (comment,) = stub.comments
    assert after.split("\n")[comment["line"] - 1].strip() == '"x.call()\\n",'
    assert "Cell 2, line 2: " in comment["body"]
    assert stub.rejected == 0


def test_lines_that_no_comment_can_stand_on_are_annotated_once_if_asked(change: Change, review: Review) -> None:
    away = "".join(f"c{number}()  # finding away-{number}\n" for number in range(60))
    stub = change.begin({"a.py": PLAIN, "c.py": away}, {"a.py": PLAIN + "y = 1\n"})
    assert review("--annotate") == 0
    assert review("--annotate") == 0
    assert len(stub.sent("POST", "/check-runs$")) == 1
    assert [len(one.body["output"]["annotations"]) for one in stub.sent("PATCH", "/check-runs")] == [10]
    for recorded in stub.recorded:
        keeps_the_contract(recorded)


# Fixes


def test_a_fix_becomes_a_suggestion_on_exactly_its_lines(change: Change, review: Review) -> None:
    head = "from sklearn.model_selection import train_test_split\n\n"
    call = "train, test = train_test_split(\n    rows,\n    test_size=0.2,\n)\n"
    stub = change.begin({"a.py": head}, {"a.py": head + call})
    template = "`{function}` splits rows at random without `{seed_parameter}`"
    message = template.format(function="sklearn.model_selection.train_test_split", seed_parameter="random_state")
    advice = "Pass `random_state` a fixed number."
    one = found("a.py", 3, "fix", column=15, end_line=6, end_column=2, message=message, fix={"advice": advice})
    change.write([one])
    assert review() == 0
    (comment,) = stub.comments
    assert (comment["start_line"], comment["line"]) == (3, 5)
    block = comment["body"].partition("```suggestion\n")[2].partition("\n```")[0]
    assert block == call.removesuffix("\n)\n") + "\n    random_state=0,"


# What changes afterwards


def test_what_is_fixed_is_struck_through_and_comes_back_if_it_does(change: Change, review: Review) -> None:
    one, two = "one()  # finding one\n", "two()  # finding two\n"
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + one + two})
    assert review() == 0
    whole = {comment["id"]: comment["body"] for comment in stub.comments}
    change.push({"a.py": PLAIN + two})
    assert review() == 0
    struck = [comment for comment in stub.comments if "state=fixed" in comment["body"]]
    assert len(struck) == 1
    assert f"· fixed in {stub.head[:8]}" in struck[0]["body"]
    assert "1 finding was fixed." in stub.notes[0]["body"]
    change.push({"a.py": PLAIN + one + two})
    assert review() == 0
    assert {comment["id"]: comment["body"] for comment in stub.comments} == whole
    assert len(stub.comments) == 2


def test_a_thread_in_which_a_person_wrote_is_left_alone(
    change: Change, review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    assert review() == 0
    first = stub.comments[0]
    stub.add(
        stub.comments, body="Is it?", user={"type": "User"}, author_association="MEMBER", in_reply_to_id=first["id"]
    )
    body = first["body"]
    change.push({"a.py": PLAIN})
    assert review() == 0
    assert first["body"] == body
    assert "a person wrote in them" in capsys.readouterr().out


@pytest.mark.parametrize("allowed", [True, False])
def test_threads_are_resolved_where_that_is_allowed(
    allowed: bool, change: Change, review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    stub.may_resolve = allowed
    assert review() == 0
    change.push({"a.py": PLAIN})
    assert review() == 0
    assert len(stub.resolved) == int(allowed)
    assert f"{int(allowed)} of their threads were resolved." in capsys.readouterr().out


# What goes wrong


def test_a_fork_may_not_be_written_to_and_is_told_so(
    change: Change, review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    stub.read_only = True
    assert review() == 1
    out = capsys.readouterr().out
    assert "The forge refuses comments: Resource not accessible by integration." in out
    assert "a.py:61: warning [unseeded-split]" in out
    stub.read_only = False
    assert review() == 0
    assert len(stub.comments) == 1


def test_a_line_that_github_does_not_take_costs_only_its_own_place(change: Change, review: Review) -> None:
    lines = "".join(f"call_{number}()  # finding {{0}}-{number}\n" for number in range(5))
    files = {name: PLAIN + lines.format(name) for name in ("a.py", "b.py", "c.py")}
    stub = change.begin(dict.fromkeys(files, PLAIN), files)
    stub.hidden = {"b.py"}
    assert review() == 0
    commented = fingerprints([one["body"] for one in stub.comments])
    assert len(commented) == len(set(commented)) == 10
    assert len(said_in_summary(stub)) == 5
    assert stub.rejected > 0


@pytest.mark.parametrize("done", [True, False], ids=["carried out", "lost"])
@pytest.mark.parametrize("status", [500, 502, 504])
def test_an_unclear_answer_makes_no_duplicates(status: int, done: bool, change: Change, review: Review) -> None:
    files = {"a.py": PLAIN + "one()  # finding one\n"}
    stub = change.begin({"a.py": PLAIN}, files)
    stub.troubles = [Trouble("POST .*/reviews", status, done=done)]
    assert review() == 0
    assert len(stub.comments) == 1


def test_reads_are_repeated(change: Change, review: Review, naps: list[float]) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    stub.troubles = [Trouble("GET", 502), Trouble("GET", 500), Trouble("GET .*/issues/7/comments", 503)]
    assert review() == 0
    assert len(stub.comments) == 1
    assert naps[:2] == [2.0, 4.0]


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble("POST .*/reviews", 429, {"Retry-After": "17"}),
        Trouble("POST .*/reviews", 403, {"Retry-After": "17"}, message="You have exceeded a secondary rate limit"),
    ],
)
def test_a_limit_is_waited_for(trouble: Trouble, change: Change, review: Review, naps: list[float]) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    stub.troubles = [trouble]
    assert review() == 0
    assert 17.0 in naps
    assert len(stub.comments) == 1


def test_nobody_waits_for_an_hour(
    change: Change, review: Review, naps: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    stub.troubles = [Trouble("POST", 429, {"Retry-After": "3600"}, message="Slow down")] * 2
    assert review() == 1
    assert max(naps, default=0) < 3600
    assert "Slow down" in capsys.readouterr().out
    assert review() == 0
    assert len(stub.comments) == 1


def test_a_closed_request_and_one_that_moved_on_are_left_alone(
    change: Change, review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    stub.state = "closed"
    assert review() == 0
    assert "is closed" in capsys.readouterr().out
    stub.state, head, stub.head = "open", stub.head, "f" * 40
    assert review() == 0
    assert "has moved on to ffffffff" in capsys.readouterr().out
    assert {one.method for one in stub.recorded} == {"GET"}
    stub.head = head
    assert review() == 0
    assert len(stub.comments) == 1


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (Trouble("GET", 401), "does not accept the token"),
        (Trouble("GET", 404), "There is no such pull request"),
        (Trouble("GET .*/comments", 403, message="No."), "The forge refuses to be read: No."),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    trouble: Trouble, sentence: str, change: Change, review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    stub.troubles = [trouble]
    assert review() == 2
    assert sentence in capsys.readouterr().err


def test_the_token_is_never_printed(
    change: Change, review: Review, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    assert review("--dry-run") == 0
    assert review() == 0
    monkeypatch.setenv("GROUNDRULES_TOKEN", "another-secret")
    assert review() == 2
    said = capsys.readouterr()
    assert "secret" not in said.out + said.err


def test_a_token_goes_over_https_only(
    change: Change, review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN})
    stub.address, address = "http://forge.example.org", stub.address
    assert review() == 2
    assert "over https only" in capsys.readouterr().err
    stub.address = address


# Other ways to run


def test_a_dry_run_prints_the_requests_and_sends_none(
    change: Change, review: Review, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    assert review("--dry-run") == 0
    assert {one.method for one in stub.recorded} == {"GET"}
    out = capsys.readouterr().out
    assert f"POST {stub.address}/repos/acme/churn/pulls/7/reviews\n" in out
    monkeypatch.delenv("GROUNDRULES_TOKEN")
    before = len(stub.recorded)
    assert review("--dry-run", "--base", change.base) == 0
    assert len(stub.recorded) == before, "without a token nobody is asked"
    assert capsys.readouterr().out == out


def test_the_second_workflow_finds_the_pull_request_of_a_fork(
    change: Change, review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from groundrules import cli

    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    run = {
        "head_sha": stub.head,
        "head_branch": "topic",
        "head_repository": {"owner": {"login": "eve"}},
        "pull_requests": [],
    }
    (tmp_path / "event.json").write_text(json.dumps({"workflow_run": run}))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "event.json"))
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/churn")
    monkeypatch.setenv("GITHUB_API_URL", stub.address)
    monkeypatch.chdir(change.repository.folder)
    assert cli.main(["review", "--from", str(change.report), "--to", "github"]) == 0
    assert stub.recorded[0].query == {"state": "open", "head": "eve:topic", "per_page": "100"}
    assert len(stub.comments) == 1


def test_markers_of_strangers_count_for_nothing(change: Change, review: Review) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    (one,) = change.check()
    marker = f"<!-- groundrules:v1 fp={one['fingerprint']} rule=unseeded-split -->"
    stub.add(stub.comments, body=marker, user={"type": "User"}, author_association="CONTRIBUTOR")
    stub.add(stub.comments, body=f"> {marker}", user={"type": "User"}, author_association="MEMBER")
    stub.add(
        stub.notes, body="<!-- groundrules:v1 summary said=all -->", user={"type": "User"}, author_association="NONE"
    )
    assert review() == 0
    ours = [comment for comment in stub.comments if comment["user"] == BOT]
    assert fingerprints([comment["body"] for comment in ours]) == [one["fingerprint"]]


@pytest.mark.parametrize("what", ["no json", "no report", "a path", "a fingerprint", "a rule", "a key"])
def test_a_report_that_breaks_the_contract_is_refused(
    what: str, change: Change, review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    one = found("a.py", 61, "one")
    bad = {
        "no json": "{", "no report": "[]",
        "a path": json.dumps(document([{**one, "path": 7}])),
        "a fingerprint": json.dumps(document([{**one, "fingerprint": "--> <b>"}])),
        "a rule": json.dumps(document([{**one, "rule": "x --> y"}])),
        "a key": json.dumps(document([{**one, "command": "rm"}])),
    }  # fmt: skip
    change.report.write_text(bad[what])
    assert review() == 2
    assert "findings.json" in capsys.readouterr().err
    assert stub.recorded == []
