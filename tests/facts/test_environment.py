"""Names of environment variables, wherever files declare or document them."""

from __future__ import annotations

from groundrules.facts import environment, environment_addresses, environment_blocks, environment_docs, environment_keys
from groundrules.facts.raw import Addressed, EnvDeclared, Rows, Where


def names(result: Rows) -> list[str]:
    rows, troubles = result
    assert troubles == []
    return [row.name for row in rows if isinstance(row, EnvDeclared)]


def test_rows_say_where_and_how() -> None:
    rows, troubles = environment.extract_dotenv(b"\nexport API_KEY=x\nAPI_KEY=again\n")
    assert troubles == []
    assert rows == [EnvDeclared(Where(None, 2, 8, 2, 15), "API_KEY", "template")]


def test_a_template_documents_names_behind_comment_signs() -> None:
    assert names(environment.extract_dotenv(b"A=1\n# OPTIONAL_KEY=\n# see x=y\nwords only\nlower=2\n")) == [
        "A",
        "OPTIONAL_KEY",
        "lower",
    ]


def test_shell_declares_what_it_exports_assigns_passes_and_reads() -> None:
    data = b"""export FOO=1 bar="x Y=z" BAZ
NAME=v python x.py
: "${DEFAULTED:=x}"
echo $READ $lower ${OTHER-x} \\$ESCAPED | awk '{print $NF}'
docker run -e PASSED -e WITH=3 --env LAST=1 image
if [ "$A1" == "X" ]; then local=3; fi
echo -e "Waiting"
"""
    assert names(environment.extract_shell(data)) == [
        *("FOO", "bar", "BAZ", "NAME", "DEFAULTED", "READ", "OTHER", "PASSED", "WITH", "LAST", "A1")
    ]


def test_shells_of_windows_count() -> None:
    assert names(environment.extract_shell(b'@set FOO=1\n$env:BAR = "x"\necho %BAZ_1%\n')) == ["FOO", "BAR", "BAZ_1"]


def test_dockerfiles_declare_env_and_arg() -> None:
    data = b"""FROM python:3
ARG VERSION
ARG A=1 B
ENV X=1 \\
    # a comment
    Y="a b=c" \\
    Z=3
ENV OLD some value
RUN FOO=1 make
CMD gunicorn -b :$PORT
"""
    assert names(environment.extract_dockerfile(data)) == ["VERSION", "A", "B", "X", "Y", "Z", "OLD", "PORT"]


def test_makefiles_declare_variables_in_capitals_and_exports() -> None:
    data = b"PY ?= python\nlower = 1\nexport some_name\n# NOT = 1\nrun:\n\tKEY=1 $(PY) x $$BAR ${QUX}\n"
    assert names(environment.extract_make(data)) == ["PY", "some_name", "KEY", "BAR", "QUX"]


def test_units_declare_environment() -> None:
    data = b'[Service]\nEnvironment="A=b c" "D=e"\nEnvironment=F=g\nExecStart=H=1\n'
    assert names(environment.extract_unit(data)) == ["A", "D", "F"]


def test_terraform_declares_variables_and_environments() -> None:
    data = b"""variable "project_id" {
  type = string
}
resource "x" "y" {
  NOT_HERE = 1
  environment_variables = {
    FOO   = "1"
    "BAR" = var.x
  }
  name = "NOT"
  env {
    name  = "baz"
    value = "q"
  }
  environment { variables = { INLINE = 1 } }
  NOT_THERE = 1
}
# env = { NO = 1 }
resource "secret" "s" { secret_id = "SOME_KEY" }
"""
    assert names(environment_blocks.extract_terraform(data)) == [
        *("project_id", "FOO", "BAR", "baz", "INLINE", "SOME_KEY")
    ]


def test_jenkins_declares_environment_blocks_and_shell() -> None:
    data = b"pipeline {\n environment {\n  FOO = 'x'\n }\n stages { sh 'BAR=1 make' }\n // BAZ=1\n}\n"
    assert names(environment_blocks.extract_jenkins(data)) == ["FOO", "BAR"]


def test_a_file_that_stands_in_another_as_a_text_declares_its_variables() -> None:
    data = b"""
configs:
  runner.yaml:
    content: |
      launcher:
        config:
          env_vars:
            - HARVEST_KEY=<your key>
            - HARVEST_URL
          labels:
            - NOT_THIS=1
"""
    assert names(environment_keys.extract_compose(data)) == ["HARVEST_KEY", "HARVEST_URL"]
    assert names(environment_keys.extract_yaml(data)) == ["HARVEST_KEY", "HARVEST_URL"]


def test_compose_declares_both_forms_and_references() -> None:
    data = b"""x-env: &env
  SHARED: 1
services:
  a:
    environment:
      - A=1
      - B
    ports: ["${PORT:-80}:80", "$HOST", "$$NOT"]
  b:
    environment: {<<: *env, low: x}
    build: {args: {ARG_1: 1}}
    # ${COMMENTED}
"""
    assert names(environment_keys.extract_compose(data)) == ["SHARED", "A", "B", "PORT", "HOST", "low", "ARG_1"]


def test_workflows_declare_env_variables_secrets_and_their_shell() -> None:
    data = b"""env:
  A: 1
variables:
  - name: C
    value: x
jobs:
  x:
    environment: {name: production}
    steps:
      - env: {B: "${{ secrets.TOKEN_1 }}", D: "${{ vars['V1'] }}"}
      - run: |
          FOO=1 pytest
          # NOT=1
"""
    assert names(environment_keys.extract_workflow(data)) == ["A", "C", "B", "TOKEN_1", "D", "V1", "FOO"]


def test_manifests_are_known_by_what_they_hold() -> None:
    data = b"""apiVersion: v1
data: {X: 1, y.txt: 2}
kind: ConfigMap
---
apiVersion: apps/v1
kind: Deployment
spec:
  containers:
  - env:
    - name: N
      value: v
    - name: M
      valueFrom: {secretKeyRef: {name: s, key: k}}
"""
    rows, _ = environment_keys.extract_yaml(data)
    found = [row for row in rows if isinstance(row, EnvDeclared)]
    assert [(row.name, row.how) for row in found] == [("X", "kubernetes"), ("N", "kubernetes"), ("M", "kubernetes")]


def test_charts_that_are_no_yaml_yet_are_read_by_line() -> None:
    data = b"env:\n{{- range }}\n  - name: FOO_BAR\n    value: {{ x }}\n    other: y\n"
    assert names(environment_keys.extract_yaml(data)) == ["FOO_BAR"]


def test_settings_declare_only_in_capitals() -> None:
    assert names(environment_keys.extract_yaml(b"env: {name: CartPole, API_URL: x}\nvariables: {AGE: 1}\n")) == [
        "API_URL"
    ]
    assert names(environment_keys.extract_yaml(b"provider:\n  environment:\n    - A=1\n    - B_C: 2\n")) == ["A", "B_C"]
    assert names(environment_keys.extract_conda(b"variables: {SEED_DIR: x}\n")) == ["SEED_DIR"]
    assert names(
        environment_keys.extract_json(b'{"containerEnv": {"A": 1}, "environment": [{"name": "B", "value": "x"}]}')
    ) == ["A", "B"]


def test_test_runners_declare_their_environment() -> None:
    ini = b"[testenv]\nsetenv =\n  A = 1\n  B=2\npassenv = C, D\n[pytest]\nenv =\n  D:E=1\n[x]\nF = 1\n"
    assert names(environment_keys.extract_ini(ini)) == ["A", "B", "C", "D", "E"]
    toml = b'[tool.pytest.ini_options]\nenv = ["A=1", "R:B=2"]\n[tool.pytest_env]\nC = 1\n[tool.env.x]\nd = 1\n'
    assert names(environment_keys.extract_toml(toml)) == ["A", "B", "C"]


def test_each_key_of_the_scheduler_settings_is_a_variable() -> None:
    assert names(environment_keys.extract_airflow(b"[core]\nsql_conn = x\n")) == ["AIRFLOW__CORE__SQL_CONN"]


def test_documents_declare_what_they_tell_readers_to_set() -> None:
    data = b"""# Title
Set `FOO` or `export BAR=1`; we export the results. See SOME_FILE.md and `code()`.

| `BAZ` | x |
| QUX_A | an access token |
| DAYS_BIRTH | a column |

```bash
export E1=1
E2=2 python
```
```python
BATCH=32
os.environ["IN_CODE"]
```
```yaml
env:
  YAML_KEY: 1
```
Use `API` only.
"""
    assert names(environment_docs.extract_docs(data)) == [
        *("FOO", "BAR", "BAZ", "QUX_A", "E1", "E2", "IN_CODE", "YAML_KEY", "API")
    ]


def test_restructured_text_has_blocks_of_code() -> None:
    data = b"Text\n\n.. code-block:: python\n\n   X=1\n   os.getenv('FROM_CODE')\n\nText\n\n    INDENTED=1 run\n"
    assert names(environment_docs.extract_docs(data)) == ["FROM_CODE", "INDENTED"]


def test_commands_are_told_with_the_addresses_that_the_file_gives_them() -> None:
    data = b"""HOST=https://example.org
# wget https://example.org/none.csv
cd data && sudo wget \\
  -O rows.csv ${HOST}/rows.csv; echo done
curl $UNKNOWN/rows.csv
sha256sum --check rows.sum
"""
    rows, troubles = environment_addresses.extract(data)
    assert not troubles
    (row,) = rows
    assert isinstance(row, Addressed)
    assert row == (row.where, "wget -O rows.csv https://example.org/rows.csv", True, "data")
    assert row.where.line == 3


def test_what_puts_files_somewhere_is_told_with_the_folder_in_which_it_runs() -> None:
    data = b"""base=../data
pushd $base
curl -o rows.tgz https://example.org/rows.tgz
mkdir -p raw; tar -xf rows.tgz -C raw
popd
mv kept/* "$base/rows"
"""
    rows, _ = environment_addresses.extract(data)
    assert [(row.command.split()[0], row.folder) for row in rows if isinstance(row, Addressed)] == [
        ("curl", "../data"), ("tar", "../data"), ("mv", "")
    ]  # fmt: skip
    assert environment_addresses.extract(b"mv kept/* rows\n") == ([], [])
