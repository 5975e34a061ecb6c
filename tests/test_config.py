"""Settings: where they come from, who wins, and what a mistake gets."""

from __future__ import annotations

import argparse
import contextlib
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safemigrate import config, errors
from safemigrate.config import sources, values


def load(**given: Any) -> config.Settings:
    return config.load(**{"environ": {}, **given})


def test_without_sources_every_key_has_its_documented_default() -> None:
    settings = load()
    assert (settings.gate_age, settings.lock_timeout, settings.lock_timeout_max) == (0.1, 0.1, 1.0)
    assert (settings.lock_patience, settings.lease_patience, settings.poll) == (600.0, 600.0, 0.02)
    assert (settings.statement_timeout, settings.weak_lock_timeout) == (0.0, 0.0)
    assert (settings.workers, settings.batch_target, settings.batch_pause, settings.vacuum_dead) == (1, 0.2, 0, 20)
    assert (settings.max_replication_lag, settings.max_wal_rate, settings.max_active_sessions) == (10.0, 0, 0)
    assert (settings.small_table, settings.as_written, settings.before_images) == (10_000, False, True)
    assert (settings.on_blocker, settings.on_failure, settings.mode, settings.output) == (
        "wait",
        "rollback",
        "auto",
        "auto",
    )
    assert {settings.source(key) for key in config.KEYS} == {"default"}


def test_a_stronger_source_wins_and_is_named(tmp_path: Path) -> None:
    pyproject, ini = tmp_path / "pyproject.toml", tmp_path / "alembic.ini"
    written = ("gate_age", "lock_patience", "blocker_age", "poll", "blocker_grace")
    pyproject.write_text("[tool.safemigrate]\n" + "".join(f'{key} = "1s"\n' for key in written))
    ini.write_text("[safemigrate]\n" + "".join(f"{key} = 2s\n" for key in written[1:]))
    environ = {f"SAFEMIGRATE_{key.upper()}": "3s" for key in written[2:]}
    flags = dict.fromkeys(written[3:], "4s")
    settings = config.load(pyproject=pyproject, ini=ini, environ=environ, flags=flags)
    settings = settings.for_revision("ab12", {"lock_timeout": "5s"})
    assert [getattr(settings, key) for key in written] == [1.0, 2.0, 3.0, 4.0, 4.0]
    assert settings.lock_timeout == 5.0
    assert [settings.source(key) for key in (*written[:4], "lock_timeout", "url")] == [
        f"{pyproject} [tool.safemigrate]",
        f"{ini} [safemigrate]",
        "environment SAFEMIGRATE_BLOCKER_AGE",
        "--poll",
        "safemigrate_options of revision ab12",
        "default",
    ]


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert load(pyproject=tmp_path / "none.toml", ini=tmp_path / "pyproject.toml" / "none.ini") == load()


def test_toml_may_use_its_own_types(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.safemigrate]\npoll = 0.5\nredact_queries = true\nnever_signal = ["etl", "bi"]\n')
    settings = load(pyproject=path)
    assert (settings.poll, settings.redact_queries, settings.never_signal) == (0.5, True, ("etl", "bi"))


def test_alembic_ini_is_interpolated_as_alembic_does(tmp_path: Path) -> None:
    path = tmp_path / "alembic.ini"
    path.write_text(
        "[DEFAULT]\nhost = db1\nunrelated = 1\n[safemigrate]\nurl = postgresql://%(host)s/a%%20b?sslrootcert=%(here)s/ca\n"
    )
    settings = load(ini=path)
    assert settings.url == f"postgresql://db1/a%20b?sslrootcert={tmp_path}/ca"


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("pyproject.toml", "[tool.safemigrate\n", "Expected"),
        ("pyproject.toml", "[tool]\nsafemigrate = 1\n", "not a table"),
        ("alembic.ini", "[safemigrate]\npoll = 1s\npoll = 2s\n", "already exists"),
        ("alembic.ini", "[safemigrate]\nurl = %(nothing)s\n", "nothing"),
        ("alembic.ini", "poll = 1s\n", "no section headers"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path, name: str, text: str, why: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(errors.BadInput, match=re.escape(str(path))) as caught:
        load(**{"pyproject" if name.endswith("toml") else "ini": path})
    assert why in str(caught.value)


def test_a_file_in_another_encoding_is_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "alembic.ini"
    path.write_bytes(b"[safemigrate]\n# \xe9\n")
    with pytest.raises(errors.BadInput, match="cannot read the configuration"):
        load(ini=path)


def test_an_unknown_key_is_an_error_with_its_place_the_allowed_ones_and_a_guess() -> None:
    with pytest.raises(errors.BadInput, match='unknown setting "lock_timout"') as caught:
        load(environ={"SAFEMIGRATE_LOCK_TIMOUT": "1s"})
    assert caught.value.next == "did you mean lock_timeout?"
    assert ("in", "environment SAFEMIGRATE_LOCK_TIMOUT") in caught.value.details
    assert ("allowed", ", ".join(config.KEYS)) in caught.value.details


def test_a_bad_value_is_an_error_with_its_place_the_allowed_ones_and_a_guess() -> None:
    with pytest.raises(errors.BadInput, match='bad value for on_blocker: "kancel"') as caught:
        load(flags={"on_blocker": "kancel"})
    assert caught.value.next == "did you mean cancel?"
    assert caught.value.details[0] == ("in", "--on-blocker")
    assert ("allowed", "wait, cancel, terminate, fail") in caught.value.details


def test_a_variable_set_to_nothing_and_those_of_our_tests_say_nothing() -> None:
    assert load(environ={"SAFEMIGRATE_POLL": "", "SAFEMIGRATE_TEST_DSN": "x", "OTHER": "1"}) == load()


def test_a_password_shows_neither_in_errors_nor_in_status_nor_in_repr() -> None:
    for url in ("postgresql://u:s3cr3t@h/d", "host=h password=s3cr3t", "postgresql://h/d?password=s3cr3t&user=u"):
        settings = load(flags={"url": url})
        assert "s3cr3t" not in settings.text("url") + repr(settings)
    with pytest.raises(errors.BadInput, match="leave it out") as caught:
        load(flags={"url": "postgresql+psycopg://u:s3cr3t@h/d"})
    assert "s3cr3t" not in str(caught.value)


def test_the_two_lock_timeouts_follow_each_other_unless_both_are_set() -> None:
    assert load(flags={"lock_timeout": "3s"}).lock_timeout_max == 3.0
    assert load(flags={"lock_timeout_max": "50ms"}).lock_timeout == 0.05
    with pytest.raises(errors.BadInput, match="lock_timeout 3s is above lock_timeout_max 2s"):
        load(flags={"lock_timeout": "3s", "lock_timeout_max": "2s"})


def test_a_maximum_that_followed_is_forgotten_when_a_stronger_source_lowers_lock_timeout() -> None:
    settings = load(environ={"SAFEMIGRATE_LOCK_TIMEOUT": "5s"}, flags={"lock_timeout": "200ms"})
    assert settings.lock_timeout_max == 1.0


@pytest.mark.parametrize("key", ["lock_timeout", "lock_timeout_max", "poll"])
def test_a_lock_is_never_waited_for_without_a_timeout(key: str) -> None:
    with pytest.raises(errors.BadInput, match=f"bad value for {key}"):
        load(flags={key: "0"})


def test_a_revision_may_set_only_what_concerns_it() -> None:
    with pytest.raises(errors.BadInput, match="poll cannot be set for one revision"):
        load().for_revision("ab12", {"poll": "1s"})


@pytest.mark.parametrize("options", [None, 3, ["mode"], {1: 2}, {"mode": None}, {"lock_timeout": float("nan")}])
def test_options_of_a_revision_that_make_no_sense_are_bad_input(options: object) -> None:
    with pytest.raises(errors.BadInput, match="ab12"):
        load().for_revision("ab12", options)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("100ms", 0.1),
        ("300 ms", 0.3),
        ("5s", 5.0),
        ("1.5s", 1.5),
        ("10min", 600.0),
        ("2h", 7200.0),
        ("0", 0.0),
        (3, 3.0),
    ],
)
def test_durations_are_read_as_people_write_them(text: object, seconds: float) -> None:
    assert values.duration(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "5m", "-1s", "1e3", "1 h 5 min", "٣s", "0.1ms", "99999h", True, None, 1e400])
def test_other_durations_are_refused(text: object) -> None:
    with pytest.raises(values.Unreadable):
        values.duration(text)


@given(st.floats(min_value=values.SHORTEST, max_value=values.LONGEST))
def test_a_duration_is_read_back_as_it_is_shown(seconds: float) -> None:
    assert values.duration(values.duration_text(seconds)) == seconds


@pytest.mark.parametrize(
    ("written", "number"), [("0", 0), (" 7 ", 7), ("10_000", 10_000), (3, 3), (values.MOST, values.MOST)]
)
def test_counts_are_read_as_people_write_them(written: object, number: int) -> None:
    assert values.count(written) == number


@pytest.mark.parametrize(
    "written", ["", "-1", "1.5", "1e3", "10%", -1, 1.0, True, None, [1], values.MOST + 1, "9" * 5000]
)
def test_other_counts_are_refused(written: object) -> None:
    with pytest.raises(values.Unreadable):
        values.count(written)


@given(st.integers(0, values.MOST))
def test_a_count_is_read_back_as_it_is_shown(number: int) -> None:
    assert values.count(values.text(number)) == number


def test_a_count_has_a_least_value_that_the_error_names() -> None:
    assert load(flags={"workers": "2"}).workers == 2
    with pytest.raises(errors.BadInput, match="bad value for workers") as caught:
        load(flags={"workers": "0"})
    assert "at least 1" in str(caught.value)


def test_a_query_is_kept_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.safemigrate]\nthrottle_check = """\n  SELECT n < 90 -- %(here)s\n  FROM load\n"""\n')
    settings = load(pyproject=path)
    assert settings.throttle_check == "SELECT n < 90 -- %(here)s\n  FROM load"
    assert settings.text("throttle_check") == settings.throttle_check


@pytest.mark.parametrize("written", [1, True, None, ["SELECT true"]])
def test_what_is_no_text_is_no_query(written: object) -> None:
    with pytest.raises(values.Unreadable):
        values.sql(written)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.sampled_from(["1s", "wait"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*config.KEYS]) | st.text(), anything, max_size=4))
def test_whatever_is_written_gives_settings_or_bad_input(written: dict[str, object]) -> None:
    with contextlib.suppress(errors.BadInput):
        settings = config.resolve([sources.Layer(lambda key: f"test {key}", written)])
        assert all(isinstance(settings.text(key), str) for key in config.KEYS)


@given(anything)
def test_whatever_a_revision_declares_gives_settings_or_bad_input(options: object) -> None:
    with contextlib.suppress(errors.BadInput):
        assert config.Settings().for_revision("ab12", options) == config.Settings() or options


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_whatever_stands_in_a_file_gives_settings_or_bad_input(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "some-configuration"
    for content in (text, f"[tool.safemigrate]\n{text}", f"[safemigrate]\n{text}"):
        path.write_text(content, encoding="utf-8")
        for source in ("pyproject", "ini"):
            with contextlib.suppress(errors.BadInput):
                assert isinstance(load(**{source: path}), config.Settings)


def test_every_key_has_a_flag_and_only_given_flags_are_reported() -> None:
    parser = argparse.ArgumentParser()
    config.add_flags(parser)
    assert config.given_flags(parser.parse_args([])) == {}
    given = parser.parse_args(
        ["--lock-timeout", "2s", "--redact-queries", "--on-blocker=fail", "--never-signal", "a,b"]
    )
    settings = load(flags=config.given_flags(given))
    assert (settings.lock_timeout, settings.redact_queries, settings.on_blocker) == (2.0, True, "fail")
    assert settings.never_signal == ("a", "b")
    assert all(sources.flag(key) in parser.format_help() for key in config.KEYS)


def test_no_redact_queries_is_stronger_than_the_environment() -> None:
    parser = argparse.ArgumentParser()
    config.add_flags(parser)
    flags = config.given_flags(parser.parse_args(["--no-redact-queries"]))
    assert load(environ={"SAFEMIGRATE_REDACT_QUERIES": "yes"}, flags=flags).redact_queries is False
