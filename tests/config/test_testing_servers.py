import os
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from config.testing import processes
from config.testing.postgres import postgres
from config.testing.processes import Account, ServerUnavailable
from config.testing.redis import redis


def leftovers() -> set[str]:
    return {path.name for path in Path("/tmp").glob("flashsesame-*-*")}


def test_a_postgresql_is_lent_and_taken_back() -> None:
    with postgres() as url, psycopg.connect(url) as connection:
        row = connection.execute("SELECT lower('É'), version()").fetchone()
        assert row is not None
        assert row[0] == "é"

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


def test_a_benchmark_gives_postgresql_settings_of_its_own() -> None:
    with postgres({"fsync": "on"}) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_postgresql_runs_from_a_checkout_that_only_its_owner_reaches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        processes, "_can_reach", lambda path, _: "site-packages" not in path.parts
    )

    with postgres() as url:
        psycopg.connect(url).close()


def test_a_redis_is_lent_and_asks_for_its_password() -> None:
    with redis() as url:
        client = Redis.from_url(url)
        assert client.set("key", "value")
        client.close()
        open_to_all = Redis.from_url("redis://" + url.partition("@")[2])
        with pytest.raises(Exception, match="authenticated"):
            open_to_all.ping()
        open_to_all.close()


def test_servers_end_and_folders_go_when_a_test_fails() -> None:
    class Broken(Exception):
        pass

    before = leftovers()
    with pytest.raises(Broken), redis():
        raise Broken

    assert leftovers() <= before


def test_a_server_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo no port for you; exit 1"]
    owner = Account(os.geteuid(), os.getegid())

    with (
        pytest.raises(ServerUnavailable, match="ended at once: no port for you"),
        processes.running(command, owner, folder=tmp_path, is_ready=lambda: False),
    ):
        pytest.fail("started")


def test_a_server_that_never_answers_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "START_SECONDS", 0.1)
    # `sleep` may have been told to be deaf to Ctrl-C, by whoever started all this.
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.2)
    owner = Account(os.geteuid(), os.getegid())

    with (
        pytest.raises(ServerUnavailable, match="no answer after"),
        processes.running(
            ["sleep", "60"], owner, folder=tmp_path, is_ready=lambda: False
        ),
    ):
        pytest.fail("started")


def test_a_server_deaf_to_wishes_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.2)
    script = "trap '' INT QUIT; echo deaf; while :; do sleep 0.1; done"
    owner = Account(os.geteuid(), os.getegid())
    with processes.running(
        ["sh", "-c", script],
        owner,
        folder=tmp_path,
        is_ready=lambda: "deaf" in (tmp_path / "server.log").read_text(),
    ) as process:
        pass

    assert process.returncode == -9


def test_a_program_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    owner = Account(os.geteuid(), os.getegid())

    with pytest.raises(ServerUnavailable, match="/nowhere/initdb cannot be run"):
        processes.run(["/nowhere/initdb"], owner, folder=tmp_path)
    with (
        pytest.raises(ServerUnavailable, match="/nowhere/server cannot be run"),
        processes.running(
            ["/nowhere/server"], owner, folder=tmp_path, is_ready=lambda: True
        ),
    ):
        pytest.fail("started")


def test_a_program_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    owner = Account(os.geteuid(), os.getegid())

    with pytest.raises(ServerUnavailable, match="sh failed: out of luck"):
        processes.run(["sh", "-c", "echo out of luck; exit 1"], owner, folder=tmp_path)


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(ServerUnavailable, match="no_such_server is not installed"):
        processes.package_folder("no_such_server")


def test_programs_under_a_closed_folder_are_copied_where_servers_reach_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = tmp_path / "closed" / "programs"
    tree.mkdir(parents=True)
    (tree / "server").write_text("#!/bin/sh\n")
    owner = Account(os.geteuid(), os.getegid())
    assert processes.reachable_copy(tree, tmp_path / "open", owner) == tree

    (tmp_path / "open").mkdir()
    monkeypatch.setattr(processes, "_can_reach", lambda *_: False)
    copy = processes.reachable_copy(tree, tmp_path / "open", owner)

    assert copy == tmp_path / "open" / "programs"
    assert (copy / "server").read_text() == "#!/bin/sh\n"


def test_root_s_home_is_closed_to_the_account_of_servers(tmp_path: Path) -> None:
    stranger = Account(os.geteuid() + 1, os.getegid() + 1)
    tmp_path.chmod(0o700)

    assert not processes._can_reach(tmp_path, stranger)
    assert processes._can_reach(Path("/tmp"), stranger)


def test_ordinary_users_run_servers_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "getegid", lambda: 1000)

    assert processes.account() == Account(1000, 1000)


def test_root_without_the_unprivileged_account_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(processes, "UNPRIVILEGED", "no-such-account")

    with pytest.raises(ServerUnavailable, match="no-such-account"):
        processes.account()
