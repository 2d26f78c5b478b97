//! A disk that fills up and is freed. As root it is a small one of its own; for anybody else, and on PostgreSQL, the store refuses as
//! it would on a full disk.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use programgrant::store::database::Database;
use sqlx::{Connection, Executor, PgConnection};

/// What PostgreSQL says when its disk is full, wherever the gateway writes.
const FULL: &str = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
    $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$; \
    CREATE TRIGGER full_disk BEFORE INSERT ON audit FOR EACH STATEMENT EXECUTE FUNCTION full_disk(); \
    CREATE TRIGGER full_disk BEFORE UPDATE ON source FOR EACH STATEMENT EXECUTE FUNCTION full_disk(); \
    CREATE TRIGGER full_disk BEFORE INSERT ON _probe FOR EACH STATEMENT EXECUTE FUNCTION full_disk()";
const FREE: &str = "DROP FUNCTION full_disk() CASCADE";

/// Where a store lies that can run out of room.
pub enum Disk {
    Mounted(Mounted),
    /// SQLite counts its pages, at the longest until the connection that counts them is gone.
    Counted,
    Postgres,
}

/// A disk of its own, taken away at the end whatever becomes of the test.
pub struct Mounted(PathBuf);

impl Mounted {
    /// So many megabytes over an empty folder; `None` where the system does not let us.
    pub fn over(folder: &Path, megabytes: usize) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"])
            .arg(folder);
        let is_mounted = mount.output().is_ok_and(|output| output.status.success());
        is_mounted.then(|| Self(folder.to_owned()))
    }

    /// Takes all the room that there is.
    pub fn fill(&self) {
        let mut ballast = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.ballast())
            .expect("a file");
        while ballast.write_all(&[0; 4096]).is_ok() {}
        while ballast.write_all(&[0; 1]).is_ok() {}
    }

    pub fn free(&self) {
        std::fs::remove_file(self.ballast()).expect("there");
    }

    /// From here on nothing can be written.
    pub fn only_read(&self) {
        let remounted = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(&self.0)
            .status()
            .expect("mount runs");
        assert!(remounted.success());
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // Whoever still has a file open keeps it.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

impl Disk {
    /// A disk for an SQLite store in that folder.
    pub fn at(folder: &Path) -> Self {
        Mounted::over(folder, 8).map_or(Self::Counted, Self::Mounted)
    }

    pub async fn fill(&self, database: &Database) {
        match self {
            Self::Mounted(disk) => disk.fill(),
            Self::Counted => {
                database
                    .writer()
                    .execute("PRAGMA max_page_count = 1")
                    .await
                    .expect("counts");
            }
            Self::Postgres => as_owner(database, FULL).await,
        }
    }

    /// Whether it stays full until it is freed.
    pub const fn stays_full(&self) -> bool {
        !matches!(self, Self::Counted)
    }

    pub async fn free(&self, database: &Database) {
        match self {
            Self::Mounted(disk) => disk.free(),
            Self::Counted => {
                database
                    .writer()
                    .execute("PRAGMA max_page_count = 1000000")
                    .await
                    .expect("counts");
            }
            Self::Postgres => as_owner(database, FREE).await,
        }
    }
}

/// The gateway's own connections work under a role that may not.
pub async fn as_owner(database: &Database, statements: &'static str) {
    let mut owner = PgConnection::connect(database.url()).await.expect("connects");
    owner.execute(statements).await.expect("done");
    owner.close().await.expect("closes");
}
