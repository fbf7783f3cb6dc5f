"""What a file is, by its path, and which extractors read it. Asked for every path of a repository: no patterns."""

from __future__ import annotations

from groundrules.facts.raw import Rows
from groundrules.typed import Callable

Names = tuple[str, ...]

_KINDS = {
    "python": ".py .pyw .pyi",
    "notebook": ".ipynb",
    "sql": ".sql .hql .ddl .psql",
    "config": ".yaml .yml .toml .json .jsonc .json5 .ini .cfg .conf .properties .env .tf .tfvars .hcl .service .j2 "
    ".flaskenv .envrc .dockerfile .libsonnet .jsonnet .editorconfig",
    "data": ".csv .tsv .jsonl .ndjson .geojson .parquet .pq .feather .arrow .avro .orc .xlsx .xls .xlsb .ods .db "
    ".sqlite .sqlite3 .duckdb .mdb .sav .dta .sas7bdat .rds .rdata .rda .mat .npy .npz .tfrecord .tfrecords .lmdb .nc "
    ".grib .zarr .hdf .hdf5 .h5ad .wav .mp3 .flac .ogg .mp4 .avi .mov .shp .dbf .gpkg .las .pcd .ply .arff .dat "
    ".libsvm .data .fasta .fastq .vcf .bed .root .edf .dcm .nii .mgf .mzml .warc .tab .psv .xyz .pdb .sdf",
    "archive": ".zip .tar .gz .tgz .bz2 .tbz2 .xz .txz .zst .7z .rar .lz4",
    "model": ".pkl .pickle .joblib .dill .pt .pth .ckpt .h5 .keras .onnx .pb .tflite .safetensors .gguf .ggml .mlmodel "
    ".cbm .xgb .ubj .mar .engine .pmml .skops .caffemodel .weights .bin .model .params .pdparams .npw .mojo .nemo",
    "pointer": ".dvc",
    "image": ".png .jpg .jpeg .gif .bmp .tif .tiff .webp .svg .ico .heic .jp2 .ppm .pgm .eps .psd",
    "text": ".md .markdown .mdx .rst .txt .adoc .org .tex .log .html .htm .xml .pdf .docx .doc .pptx .ppt .rmd .qmd",
}
_FILMS = (".mp4", ".mov", ".avi")
_ILLUSTRATING = frozenset(
    ("images", "image", "img", "assets", "media", "docs", "doc", "figures", "static", "screenshots")
)
_KIND = {extension: kind for kind, extensions in _KINDS.items() for extension in extensions.split()}
_KIND_BY_NAME = {
    "dvc.lock": "pointer",
    "pipfile": "config",
    "dvcfile": "config",
    "procfile": "config",
    "mlproject": "config",
    "jenkinsfile": "config",
    ".gitmodules": "pointer",
    ".gitattributes": "config",
    ".gitignore": "config",
    ".dvcignore": "config",
    ".dockerignore": "config",
    "readme": "text",
    "license": "text",
}
_TEMPLATES = (".example", ".sample", ".template", ".dist", ".tmpl", ".tpl", ".default", ".defaults", ".bak", ".orig")
_CODE = frozenset(("python", "notebook", "sql"))
_DATA_FOLDERS = frozenset(("data", "dataset", "datasets", "raw", "interim", "processed", "input", "inputs", "corpus"))
_TEST_FOLDERS = frozenset(
    ("tests", "testing", "fixtures", "fixture", "__tests__", "testdata", "test_data", "unittests")
)

_YAML: Names = ("config_files.extract_yaml", "environment_keys.extract_yaml")
SHELL = "environment_values.extract"  # reads the lines of shell that files hold
_ADDRESSES = "environment_addresses.extract"
_SHELL: Names = ("environment.extract_shell", SHELL, _ADDRESSES)
_DOCS: Names = ("environment_docs.extract_docs",)
_BLOCKS: Names = ("environment_blocks.extract_terraform",)
_WORKFLOW: Names = ("environment_keys.extract_workflow",)
_DOCKERFILE: Names = (
    "environment.extract_dockerfile",
    SHELL,
    "environment_copies.extract",
    "images.extract_dockerfile",
)
_LOCK: Names = ("lock_files.extract",)
_INI: Names = ("config_files.extract_ini", "environment_keys.extract_ini")
_JSON: Names = ("config_files.extract_json", "environment_keys.extract_json")
_DOTENV: Names = ("config_files.extract_dotenv", "environment.extract_dotenv")
_BY_EXTENSION: dict[str, Names] = {
    **dict.fromkeys((".yaml", ".yml"), _YAML),
    **dict.fromkeys((".sh", ".bash", ".zsh", ".ksh", ".bat", ".cmd", ".ps1", ".sbatch", ".slurm", ".envrc"), _SHELL),
    **dict.fromkeys((".md", ".markdown", ".mdx", ".rst", ".adoc"), _DOCS),
    **dict.fromkeys((".tf", ".tfvars", ".hcl"), _BLOCKS),
    **dict.fromkeys((".json", ".jsonc"), _JSON),
    **dict.fromkeys((".ini", ".cfg"), _INI),
    ".properties": ("config_files.extract_ini",),
    ".toml": ("config_files.extract_toml", "environment_keys.extract_toml"),
    ".j2": ("environment_keys.extract_yaml",),
    **dict.fromkeys((".env", ".flaskenv"), _DOTENV),
    ".dockerfile": _DOCKERFILE,
    ".service": ("environment.extract_unit",),
    ".mk": ("environment.extract_make", SHELL, _ADDRESSES),
    **dict.fromkeys((".csv", ".tsv"), ("headers.extract_table",)),
    **dict.fromkeys((".jsonl", ".ndjson"), ("headers.extract_lines",)),
    **dict.fromkeys((".parquet", ".pq"), ("headers.extract_parquet",)),
    ".dvc": ("dvc_files.extract_pointer",),
}
# Files that hold settings and nothing else that is looked at beyond them: only who loads them sees what they say.
SETTINGS = frozenset((_YAML, _INI, _JSON, _BY_EXTENSION[".toml"], _BY_EXTENSION[".properties"]))
_BY_NAME: dict[str, Names] = {
    "dvc.yaml": ("dvc_files.extract_pipeline",),
    "dvc.lock": ("dvc_files.extract_lock",),
    "dvcfile": ("dvc_files.extract_pointer",),
    ".gitmodules": ("git_files.extract_modules",),
    "pyproject.toml": (
        "config_files.extract_toml",
        "environment_keys.extract_toml",
        "requirements.extract_pyproject",
    ),
    "pipfile": ("requirements.extract_pipfile",),
    **dict.fromkeys(("poetry.lock", "uv.lock", "pdm.lock", "pipfile.lock", "pylock.toml", "pixi.lock"), _LOCK),
    **dict.fromkeys(("conda-lock.yml", "conda-lock.yaml"), _LOCK),
    "setup.cfg": (*_INI, "requirements.extract_setup_cfg"),
    "airflow.cfg": ("config_files.extract_ini", "environment_keys.extract_airflow"),
    **dict.fromkeys((".pre-commit-config.yaml", ".pre-commit-config.yml"), (*_YAML, "schema_names.extract_hooks")),
    **dict.fromkeys((".taplo.toml", "taplo.toml"), ("config_files.extract_toml", "schema_names.extract_toml_rules")),
    "procfile": _SHELL,
    "mlproject": _YAML,
    "jenkinsfile": ("environment_blocks.extract_jenkins",),
    **dict.fromkeys(("makefile", "gnumakefile", "justfile"), ("environment.extract_make", SHELL, _ADDRESSES)),
    **dict.fromkeys(("dockerfile", "containerfile"), _DOCKERFILE),
    **dict.fromkeys(("readme", "readme.txt", "install.txt"), _DOCS),
    **dict.fromkeys((".travis.yml", ".drone.yml", "bitbucket-pipelines.yml", "appveyor.yml", "action.yml"), _WORKFLOW),
    **dict.fromkeys(("package-lock.json", "composer.lock", ".terraform.lock.hcl", "pnpm-lock.yaml", "yarn.lock"), ()),
}
_CI_FOLDERS = (".github/", ".circleci/", ".gitlab/", ".azure-pipelines/", ".pipelines/", ".buildkite/", ".azuredevops/")
_CI_NAMES = ("azure-pipelines", "cloudbuild", "buildspec", ".gitlab-ci")
_LFS: Names = ("git_files.extract",)
_POINTER_SIZES = range(40, 1_025)  # bytes; see git_files
_SWAPPABLE = frozenset(("data", "archive", "model", "image", "other"))


def _parts(path: str) -> tuple[str, str, str]:
    """Folder with its slash, name and extension in lower case, the suffix of a template taken off the name."""
    folder, slash, name = path.lower().rpartition("/")
    stem, dot, extension = name.rpartition(".")
    if dot + extension in _TEMPLATES and stem:
        name = stem
        stem, dot, extension = name.rpartition(".")
    return folder + slash, name, dot + extension


def _is_dotenv(name: str) -> bool:
    return name.startswith(".env") or name in ("env", "dotenv")


def kind(path: str) -> str:
    """python | notebook | sql | config | data | archive | model | pointer | image | text | other"""
    folder, name, extension = _parts(path)
    named = _KIND_BY_NAME.get(name)
    if named is not None:
        return named
    found = _KIND.get(extension)
    if extension in (".gz", ".bz2", ".xz", ".zst"):
        inner = _KIND.get("." + name[: -len(extension)].rpartition(".")[2])
        return inner if inner in ("data", "model") or inner == "sql" else "archive"
    if extension == ".json" and not _DATA_FOLDERS.isdisjoint(folder.split("/")):
        return "data"
    if extension == ".txt" and "requirements" in name:
        return "config"
    if extension == ".bin" and "cmakefiles/" in folder:
        return "other"  # what a compiler makes
    if extension in _FILMS and not _ILLUSTRATING.isdisjoint(folder.split("/")):
        return "image"
    if found is None and (_is_dotenv(name) or name.startswith(("dockerfile", "containerfile"))):
        return "config"
    return found or "other"


def is_code(path: str) -> bool:
    """Whether it is Python, a notebook or SQL."""
    return kind(path) in _CODE


def extractors(path: str, size: int | None = None) -> Names:
    """`module.function` of each extractor for the file, in a fixed order; of code just its kind.

    With a size, files small enough to be a pointer of git-lfs or git-annex are also read as such.
    """
    folder, name, extension = _parts(path)
    code = _KIND.get(extension, "")
    if code in _CODE:
        return (code,)
    found = _BY_NAME.get(name)
    if found is None:
        found = _by_pattern(folder, name, extension)
    if size is not None and size in _POINTER_SIZES and kind(path) in _SWAPPABLE:
        return (*found, *_LFS)
    return found


def _by_pattern(folder: str, name: str, extension: str) -> Names:
    found = _BY_EXTENSION.get(extension, ())
    if found is _YAML:
        return _yaml(folder, name)
    if name == "settings.json" and folder.endswith(".vscode/"):
        return (*_JSON, "schema_names.extract_editor")
    if extension in (".txt", ".in"):
        listed = "requirements" in name or "constraints" in name or folder.endswith("requirements/")
        return ("requirements.extract",) if listed else ()
    if extension == ".lock" and ("requirements" in name or name.startswith(("conda", "environment"))):
        return _LOCK
    if name.startswith(("dockerfile.", "containerfile.")):
        return _DOCKERFILE
    if _is_dotenv(name) and extension not in _KIND_OF_CODE:
        return _SHELL if name == ".envrc" else _DOTENV
    if name.startswith("readme") and not found:
        return _DOCS
    return found


_KIND_OF_CODE = frozenset((".py", ".ipynb", ".js", ".ts", ".md", ".json"))


def _yaml(folder: str, name: str) -> Names:
    if "compose" in name:
        return ("config_files.extract_yaml", "environment_keys.extract_compose", "images.extract_compose")
    if name.startswith(_CI_NAMES) or name.endswith((".gitlab-ci.yml", "pipelines.yml")):
        return _WORKFLOW
    if folder.startswith(_CI_FOLDERS) or any("/" + ci in folder for ci in _CI_FOLDERS):
        return _WORKFLOW
    if name.startswith(("environment", "conda", "env.")) or name.endswith(("environment.yml", "_env.yml", "-env.yml")):
        return ("config_files.extract_yaml", "environment_keys.extract_conda", "requirements.extract_conda")
    return _YAML


def is_test(path: str) -> bool:
    """Whether it lies in a test folder or is named like a test or a fixture.

    A folder `test` below one of data holds the test split, and `test.py` is often a model's evaluation: neither counts;
    nor does `train_test.py`, where the test is a part of the rows.
    """
    path = path.lower()
    if "test" not in path and "fixture" not in path:
        return False
    *folders, name = path.split("/")
    if not _TEST_FOLDERS.isdisjoint(folders):
        return True
    if "test" in folders and _DATA_FOLDERS.isdisjoint(folders[: folders.index("test")]):
        return True
    if not name.endswith(".py"):
        return False
    if name.endswith("train_test.py"):
        return False  # it speaks of the two halves of a split
    return name.startswith("test_") or name.endswith(("_test.py", "_tests.py")) or name in ("conftest.py", "tests.py")


def load(extractor: str) -> Callable[[bytes], Rows]:
    """The function that `extractors` names."""
    module, _, function = extractor.partition(".")
    found: Callable[[bytes], Rows] = getattr(__import__(f"groundrules.facts.{module}", fromlist=[function]), function)
    return found
