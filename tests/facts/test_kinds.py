"""What a file is by its path, and what reads it."""

from __future__ import annotations

import pytest

from groundrules.facts import kinds


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("src/train.py", "python"),
        ("a/Explore.IPYNB", "notebook"),
        ("q/load.sql", "sql"),
        ("conf/config.yaml", "config"),
        (".env", "config"),
        (".env.example", "config"),
        ("config.example.yaml", "config"),
        ("settings.toml.dist", "config"),
        ("Dockerfile", "config"),
        ("docker/Dockerfile.gpu", "config"),
        ("requirements-dev.txt", "config"),
        ("data/train.csv", "data"),
        ("data/train.csv.gz", "data"),
        ("data/labels.json", "data"),
        ("conf/labels.json", "config"),
        ("backup.tar.gz", "archive"),
        ("m/model.pkl", "model"),
        ("data/raw.dvc", "pointer"),
        ("dvc.lock", "pointer"),
        ("dvc.yaml", "config"),
        ("plot.png", "image"),
        ("README.md", "text"),
        ("README", "text"),
        ("main.cpp", "other"),
        ("noextension", "other"),
    ],
)
def test_kind(path: str, kind: str) -> None:
    assert kinds.kind(path) == kind


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("train.py", ("python",)),
        ("conf/config.yaml", ("config_files.extract_yaml", "environment_keys.extract_yaml")),
        (
            "docker-compose.dev.yml",
            ("config_files.extract_yaml", "environment_keys.extract_compose", "images.extract_compose"),
        ),
        (".github/workflows/ci.yml", ("environment_keys.extract_workflow",)),
        ("sub/.gitlab-ci.yml", ("environment_keys.extract_workflow",)),
        ("dvc.yaml", ("dvc_files.extract_pipeline",)),
        ("data/raw.csv.dvc", ("dvc_files.extract_pointer",)),
        (".env.example", ("config_files.extract_dotenv", "environment.extract_dotenv")),
        ("prod.env.sample", ("config_files.extract_dotenv", "environment.extract_dotenv")),
        ("config.ini.template", ("config_files.extract_ini", "environment_keys.extract_ini")),
        (
            "Dockerfile.gpu",
            (
                "environment.extract_dockerfile",
                "environment_values.extract",
                "environment_copies.extract",
                "images.extract_dockerfile",
            ),
        ),
        ("README.md", ("environment_docs.extract_docs",)),
        (
            "Makefile",
            ("environment.extract_make", "environment_values.extract", "environment_addresses.extract"),
        ),
        (
            "pyproject.toml",
            ("config_files.extract_toml", "environment_keys.extract_toml", "requirements.extract_pyproject"),
        ),
        ("requirements/base.txt", ("requirements.extract",)),
        (
            "environment.yml",
            ("config_files.extract_yaml", "environment_keys.extract_conda", "requirements.extract_conda"),
        ),
        ("notes.txt", ()),
        ("package-lock.json", ()),
        ("main.cpp", ()),
    ],
)
def test_extractors(path: str, expected: tuple[str, ...]) -> None:
    assert kinds.extractors(path) == expected


def test_small_files_may_be_pointers() -> None:
    assert kinds.extractors("m/model.onnx", 130) == ("git_files.extract",)
    assert kinds.extractors("d/x.csv", 130) == ("headers.extract_table", "git_files.extract")
    assert kinds.extractors("m/model.onnx", 5_000) == ()
    assert kinds.extractors("conf.yaml", 130) == ("config_files.extract_yaml", "environment_keys.extract_yaml")


@pytest.mark.parametrize(
    ("path", "is_test"),
    [
        ("tests/data/x.csv", True),
        ("pkg/test/helper.py", True),
        ("src/test_model.py", True),
        ("src/model_test.py", True),
        ("conftest.py", True),
        ("a/fixtures/x.json", True),
        ("data/test/x.csv", False),
        ("data/test.csv", False),
        ("test.py", False),
        ("test_run.ipynb", False),
        ("src/contest.py", False),
        ("latest/model.py", False),
    ],
)
def test_tests_are_known(path: str, is_test: bool) -> None:
    assert kinds.is_test(path) is is_test


def test_code_is_known() -> None:
    assert [kinds.is_code(path) for path in ("a.py", "b.ipynb", "c.sql", "d.yaml")] == [True, True, True, False]
