//! Promise: what cannot start for its store's sake says why in one line, at once, and exits with 2.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::{Connection, Executor};

use crate::commands::{output, write_config};
use crate::disk::Mounted;
use crate::postgres;

/// Far from a pool's patience.
const AT_ONCE: Duration = Duration::from_secs(10);

/// Runs a command that must not succeed; the line that it says.
fn refused(arguments: &[&str]) -> String {
    let begun = Instant::now();
    let output = output(arguments);
    let error = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(
        (output.status.code(), error.trim_end().lines().count()),
        (Some(2), 1),
        "{arguments:?}: {error}"
    );
    assert!(
        begun.elapsed() < AT_ONCE && !error.contains("timed out") && !error.contains("hidden"),
        "{:?} {error}",
        begun.elapsed()
    );
    error
}

fn config(folder: &Path, store: &str) -> String {
    write_config(folder, &format!("listen = \"127.0.0.1:0\"\n[store]\nurl = {store:?}\n"))
}

fn sqlite(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

#[test]
fn a_folder_that_is_missing_a_file_that_is_a_folder_and_a_file_that_is_no_database() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(
        folder.path().join("text.db"),
        "no database, however long this text is made".repeat(100),
    )
    .expect("written");
    for (path, cause) in [
        ("absent/x.db", "No such file"),
        ("", "directory"),
        ("text.db", "not a database"),
    ] {
        let config = config(folder.path(), &sqlite(&folder.path().join(path)));
        for command in ["serve", "sync"] {
            let said = refused(&[command, "--config", &config]);
            assert!(said.contains("store.url: ") && said.contains(cause), "{path}: {said}");
        }
    }
}

#[test]
fn a_disk_that_is_full_or_only_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = folder.path().join("disk");
    std::fs::create_dir(&place).expect("a folder");
    // Whoever may not mount has a file that is too large to grow.
    let Some(disk) = Mounted::over(&place, 4) else {
        return without_a_disk(folder.path());
    };
    let sound = config(folder.path(), &sqlite(&folder.path().join("sound.db")));
    assert!(
        output(&["verify", "--config", &sound]).status.code() == Some(2),
        "there is none yet"
    );
    assert!(output(&["sync", "--config", &sound]).status.code().is_some());
    disk.fill();
    let full = write_config(
        &place_of(folder.path(), "full"),
        &format!(
            "listen = \"127.0.0.1:0\"\n[store]\nurl = {:?}\n",
            sqlite(&place.join("x.db"))
        ),
    );
    let copy = place.join("copy.db").display().to_string();
    for arguments in [
        vec!["serve", "--config", &full],
        vec!["sync", "--config", &full],
        vec!["backup", "--config", &sound, &copy],
        vec![
            "migrate",
            "--from",
            &sqlite(&folder.path().join("sound.db")),
            "--to",
            &sqlite(&place.join("moved.db")),
        ],
    ] {
        let said = refused(&arguments);
        assert!(
            said.contains("full") || said.contains("No space left"),
            "{arguments:?}: {said}"
        );
    }
    disk.free();
    disk.only_read();
    for arguments in [
        vec!["serve", "--config", &full],
        vec!["backup", "--config", &sound, &copy],
    ] {
        let said = refused(&arguments);
        assert!(said.contains("Read-only file system"), "{arguments:?}: {said}");
    }
}

fn place_of(folder: &Path, name: &str) -> std::path::PathBuf {
    let place = folder.join(name);
    std::fs::create_dir(&place).expect("a folder");
    place
}

/// The system's own way to say that nothing can be written.
fn without_a_disk(folder: &Path) {
    let full = config(folder, "sqlite:/dev/full");
    assert!(refused(&["serve", "--config", &full]).contains("store.url: "));
}

#[tokio::test]
async fn a_postgresql_that_is_not_there_has_no_such_database_or_does_not_know_us() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = postgres::database().await;
    let name = store
        .rsplit('/')
        .find(|part| part.starts_with("test_"))
        .and_then(|part| part.split('?').next())
        .expect("a name");
    let nowhere = store.replace(&format!("/{name}?"), "/nowhere?");
    let nobody = store.replace("programgrant@", "nobody@");
    for (store, cause) in [
        ("postgres://gateway@127.0.0.1:1/x", "refused"),
        (nowhere.as_str(), "\"nowhere\" does not exist"),
        (nobody.as_str(), "\"nobody\" does not exist"),
    ] {
        let config = config(folder.path(), store);
        for command in ["serve", "sync", "verify", "reconcile"] {
            let said = refused(&[command, "--config", &config]);
            assert!(said.contains("store.url: ") && said.contains(cause), "{store}: {said}");
        }
    }
}

/// A role that may do everything in a database of its own but create an extension.
async fn without_the_right() -> (String, String) {
    let store = postgres::database().await;
    let mut owner = sqlx::PgConnection::connect(&store).await.expect("connects");
    let name = sqlx::query_scalar::<_, String>("SELECT current_database()");
    let name = name.fetch_one(&mut owner).await.expect("a name");
    let statements = format!(
        "CREATE ROLE {name}_limited LOGIN CREATEROLE; \
         DO $$ BEGIN CREATE ROLE programgrant_gateway NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; \
         GRANT programgrant_gateway TO {name}_limited WITH ADMIN OPTION; GRANT ALL ON SCHEMA public TO {name}_limited"
    );
    let statements = sqlx::raw_sql(sqlx::AssertSqlSafe(statements));
    owner.execute(statements).await.expect("a role");
    owner.close().await.expect("closes");
    let limited = store.replace("programgrant@", &format!("{name}_limited@"));
    (store, limited)
}

#[tokio::test]
async fn a_role_that_may_not_create_the_extension_is_told_what_the_owner_must_do() {
    let (store, limited) = without_the_right().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let said = refused(&["serve", "--config", &config(folder.path(), &limited)]);
    assert!(
        said.contains("permission denied") && said.contains("CREATE EXTENSION btree_gist;"),
        "{said}"
    );
    let mut owner = sqlx::PgConnection::connect(&store).await.expect("connects");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    let tables: i64 = sqlx::query_scalar(tables).fetch_one(&mut owner).await.expect("reads");
    assert_eq!(tables, 0, "nothing was begun");
    // As it was told.
    owner
        .execute("CREATE EXTENSION btree_gist;")
        .await
        .expect("the owner may");
    let database = programgrant::store::database::Database::open(&limited).await;
    database.expect("all is well").close().await;
}
