//! Both stores for the library's own tests: each test gets an empty database, and each promise is put to both.

use tempfile::TempDir;

use super::{Database, Dialect};

/// An empty database at the present layout.
pub struct Scratch {
    pub database: Database,
    _folder: Option<TempDir>,
}

impl Scratch {
    pub async fn open(dialect: Dialect) -> Self {
        let (url, folder) = match dialect {
            Dialect::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                (
                    format!("sqlite:{}", folder.path().join("test.db").display()),
                    Some(folder),
                )
            }
            Dialect::Postgres => (crate::postgres::database().await, None),
        };
        Self {
            database: Database::open(&url).await.expect("opens"),
            _folder: folder,
        }
    }
}

/// `on_both_stores! { a, b }` makes `async fn a(scratch: Scratch)` and `b` two tests each: `sqlite::a` and `postgres::a`.
macro_rules! on_both_stores {
    ($($test:ident,)*) => {
        $crate::store::database::testing::on_both_stores!(sqlite Sqlite $($test)*);
        $crate::store::database::testing::on_both_stores!(postgres Postgres $($test)*);
    };
    ($store:ident $dialect:ident $($test:ident)*) => {
        mod $store {
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test($crate::store::database::testing::Scratch::open($crate::store::database::Dialect::$dialect).await).await;
                }
            )*
        }
    };
}
pub(crate) use on_both_stores;
