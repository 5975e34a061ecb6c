"""The settings of lint: their sources and values, and what a mistake gets."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate import config, errors
from safemigrate.config import fields, sources
from safemigrate.config import lint as lint_config
from safemigrate.config.lint import LintSettings


def load(**given: Any) -> LintSettings:
    return lint_config.load(**{"environ": {}, **given})


def test_every_field_is_a_key_with_its_default() -> None:
    names = {each.name for each in dataclasses.fields(LintSettings)}
    assert names == {*lint_config.KEYS, "sources"}
    assert load() == LintSettings()
    assert {load().source(key) for key in lint_config.KEYS} == {"default"}


def test_a_stronger_source_wins_and_is_named(tmp_path: Path) -> None:
    pyproject, ini = tmp_path / "pyproject.toml", tmp_path / "alembic.ini"
    pyproject.write_text(
        "[tool.safemigrate.lint]\npg_version = 15\nsmall_table = 1\nrunner = 'safemigrate'\nselect='a'"
    )
    ini.write_text("[safemigrate:lint]\npg_version = 16\nsmall_table = 2\nrunner = alembic\n")
    environ = {"SAFEMIGRATE_LINT_PG_VERSION": "17", "SAFEMIGRATE_LINT_SMALL_TABLE": "3"}
    settings = lint_config.load(pyproject=pyproject, ini=ini, environ=environ, flags={"pg_version": "18"})
    assert (settings.pg_version, settings.small_table, settings.runner, settings.select) == (18, 3, "alembic", ("a",))
    assert [settings.source(key) for key in ("pg_version", "small_table", "runner", "select", "ignore")] == [
        "--pg-version",
        "environment SAFEMIGRATE_LINT_SMALL_TABLE",
        f"{ini} [safemigrate:lint]",
        f"{pyproject} [tool.safemigrate.lint]",
        "default",
    ]


def test_tables_are_read_of_toml_and_of_texts(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(
        '[tool.safemigrate.lint]\nseverity = { drop-table = "error" }\n'
        '[tool.safemigrate.lint.per_path]\n"old/*" = ["drop-table", "drop-column"]\n'
    )
    in_toml = load(pyproject=path)
    ini = tmp_path / "alembic.ini"
    ini.write_text(
        "[safemigrate:lint]\nseverity = drop-table = error\nper_path =\n    old/* = drop-table drop-column\n"
    )
    assert in_toml == load(ini=ini)
    assert in_toml.per_path == {"old/*": ("drop-table", "drop-column")}
    assert in_toml.severity == {"drop-table": "error"}
    assert in_toml.text("per_path") == "old/* = drop-table drop-column"


def test_what_is_shown_is_read_back() -> None:
    settings = load(flags={"severity": "a = info, b=error", "per_path": "x = a b, y/* = all"})
    again = load(flags={"severity": settings.text("severity"), "per_path": settings.text("per_path")})
    assert again == settings


def test_paths_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.safemigrate.lint]\nbaseline = "known.json"\nrules = ["a.py", "/b"]\nstatistics = ""\n')
    settings = load(pyproject=path, flags={})
    assert (settings.baseline, settings.rules) == (str(tmp_path / "known.json"), (str(tmp_path / "a.py"), "/b"))
    assert settings.statistics == ""
    assert load(flags={"baseline": "known.json"}).baseline == "known.json"
    assert load(environ={"SAFEMIGRATE_LINT_BASELINE": "known.json"}).baseline == "known.json"


@pytest.mark.parametrize(
    ("key", "value", "because"),
    [
        ("pg_version", "13", "from 14 to 18"),
        ("pg_version", "16.4", ""),
        ("runner", "flyway", ""),
        ("severity", "drop-table", "name = value"),
        ("severity", "drop-table = bad", "drop-table is"),
        ("severity", {"drop-table": 1}, "drop-table is 1"),
        ("severity", ["drop-table"], ""),
        ("per_path", "= a", "name = value"),
        ("per_path", {"a": [1]}, "a name is a text"),
        ("require_reason", "maybe", ""),
        ("rules", 3, ""),
        ("format", "xml", ""),
    ],
)
def test_a_bad_value_is_an_error_with_its_place(key: str, value: object, because: str) -> None:
    with pytest.raises(errors.BadInput, match=f"bad value for {key}") as caught:
        load(flags={key: value})
    assert ("in", sources.flag(key)) in caught.value.details
    assert because in str(caught.value)


@pytest.mark.parametrize(
    ("written", "guess"),
    [({"pg_verson": 15}, "pg_version"), ({"per-path": {}}, "per_path"), ({"lock_timeout": "1s"}, "")],
)
def test_an_unknown_key_is_an_error_with_a_guess(tmp_path: Path, written: dict[str, object], guess: str) -> None:
    (key,) = written
    path = tmp_path / "pyproject.toml"
    path.write_text(f"[tool.safemigrate.lint]\n{key} = 1\n")
    with pytest.raises(errors.BadInput, match="unknown setting") as caught:
        load(pyproject=path)
    assert caught.value.next == (f"did you mean {guess}?" if guess else "")
    assert ("in", f"{path} [tool.safemigrate.lint]") in caught.value.details


def test_the_settings_of_a_run_and_those_of_lint_do_not_meet(tmp_path: Path) -> None:
    path, ini = tmp_path / "pyproject.toml", tmp_path / "alembic.ini"
    path.write_text('[tool.safemigrate]\npoll = "1s"\n[tool.safemigrate.lint]\npg_version = 15\n')
    ini.write_text("[safemigrate]\npoll = 2s\n[safemigrate:lint]\npg_version = 16\n")
    environ = {"SAFEMIGRATE_POLL": "3s", "SAFEMIGRATE_LINT_PG_VERSION": "17"}
    assert config.load(pyproject=path, ini=ini, environ=environ).poll == 3.0
    assert lint_config.load(pyproject=path, ini=ini, environ=environ).pg_version == 17


@pytest.mark.parametrize("text", ["[tool.safemigrate]\nlint = 3\n", "[tool.safemigrate]\nlint = []\n"])
def test_settings_that_are_no_table_are_bad_input_for_everybody(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(text)
    with pytest.raises(errors.BadInput, match="cannot read the configuration"):
        load(pyproject=path)
    with pytest.raises(errors.BadInput, match='unknown setting "lint"'):
        config.load(pyproject=path, environ={})


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["15", "a = info", "json"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*lint_config.KEYS]) | st.text(), anything, max_size=4))
def test_whatever_is_written_gives_settings_or_bad_input(written: dict[str, object]) -> None:
    with contextlib.suppress(errors.BadInput):
        layer = sources.Layer(lambda key: f"test {key}", written, Path("folder"))
        settings = fields.apply(LintSettings(), layer, lint_config.KEYS, lint_config.KEYS)
        assert all(isinstance(settings.text(key), str) for key in lint_config.KEYS)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_whatever_stands_in_a_file_gives_settings_or_bad_input(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "some-configuration-of-lint"
    for content in (
        text,
        f"[tool.safemigrate.lint]\n{text}",
        f"[safemigrate:lint]\nper_path = {text}\nseverity={text}",
    ):
        path.write_text(content, encoding="utf-8")
        for source in ("pyproject", "ini"):
            with contextlib.suppress(errors.BadInput):
                assert isinstance(load(**{source: path}), LintSettings)
