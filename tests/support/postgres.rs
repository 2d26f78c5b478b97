//! A PostgreSQL server for the tests and benchmarks of one process, from the binaries of Debian's package, and a database of its
//! own for each of them. Whatever becomes of that process, the server and its folder do not outlive it.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::{Connection, Executor, PgConnection};

/// The server ends when its standard input does: that is, at the latest, with the process that started it.
const KEEPER: &str = r#"
set -e
trap '' HUP INT TERM
"$BIN/initdb" --pgdata="$FOLDER/data" --username=programgrant --auth=trust --encoding=UTF8 --locale=C --no-sync >"$FOLDER/log" 2>&1 \
  && "$BIN/pg_ctl" start --wait --pgdata="$FOLDER/data" --log="$FOLDER/log" \
    --options="-c listen_addresses='' -c unix_socket_directories='$FOLDER' -c max_connections=200 -c fsync=on" >/dev/null 2>&1 \
  || { tr '\n' ' ' <"$FOLDER/log"; rm -rf "$FOLDER"; exit 1; }
echo ready
cat >/dev/null
"$BIN/pg_ctl" stop --mode=immediate --pgdata="$FOLDER/data" >/dev/null 2>&1 || true
rm -rf "$FOLDER"
"#;

/// A server that ends with this value.
pub struct Server {
    folder: PathBuf,
    /// Holds the other end of its standard input.
    _keeper: Child,
}

/// The folder that holds the server's socket, `.s.PGSQL.5432`. The server is started if need be.
#[allow(dead_code, reason = "for the tests that stand between a gateway and its server")]
pub fn socket_folder() -> &'static Path {
    &server().folder
}

/// The address of a new, empty database.
pub async fn database() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    server()
        .database(&format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed)))
        .await
}

/// The one that everybody shares.
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

impl Server {
    pub fn start() -> Self {
        start()
    }

    /// The address of a new, empty database of that name.
    pub async fn database(&self, name: &str) -> String {
        let mut connection = PgConnection::connect(&self.address("postgres"))
            .await
            .expect("the server for the tests answers");
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        connection.execute(create).await.expect("a database for the test");
        connection.close().await.expect("closes");
        self.address(name)
    }

    fn address(&self, database: &str) -> String {
        format!(
            "postgres://programgrant@localhost/{database}?host={}",
            self.folder.display()
        )
    }
}

fn start() -> Server {
    let folder = tempfile::Builder::new()
        .prefix("programgrant-postgres-")
        .tempdir()
        .expect("a temporary folder")
        .keep();
    let mut keeper = Command::new("sh");
    keeper
        .arg("-c")
        .arg(KEEPER)
        .env("BIN", binaries())
        .env("FOLDER", &folder)
        .current_dir("/")
        .process_group(0);
    // PostgreSQL refuses to run as root. Who owns a new folder is who we are.
    if std::fs::metadata(&folder).expect("made just now").uid() == 0 {
        let (user, group) = ["postgres", "nobody"]
            .into_iter()
            .find_map(ids_of)
            .expect("/etc/passwd knows postgres or nobody");
        chown(&folder, Some(user), Some(group)).expect("root may");
        keeper.uid(user).gid(group);
    }
    let mut keeper = keeper
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("sh starts");
    let mut line = String::new();
    BufReader::new(keeper.stdout.take().expect("piped"))
        .read_line(&mut line)
        .expect("a line");
    assert_eq!(line.trim(), "ready", "PostgreSQL does not start");
    Server {
        folder,
        _keeper: keeper,
    }
}

/// Debian keeps them out of PATH, by version; the newest will do.
fn binaries() -> PathBuf {
    let is_whole = |folder: &PathBuf| {
        ["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|name| folder.join(name).is_file())
    };
    let version = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().parse::<u32>().ok();
    let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    versions.sort_by_key(|entry| std::cmp::Reverse(version(entry)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = versions
        .iter()
        .map(|entry| entry.path().join("bin"))
        .chain(std::env::split_paths(&path));
    places.find(is_whole).expect(
        "PostgreSQL is needed for the tests: Debian's package postgresql, or initdb, pg_ctl and postgres on PATH",
    )
}

fn ids_of(name: &str) -> Option<(u32, u32)> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let user = users
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.first() == Some(&name))?;
    Some((user.get(2)?.parse().ok()?, user.get(3)?.parse().ok()?))
}
