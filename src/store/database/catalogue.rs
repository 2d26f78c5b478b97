//! What tables a database has, as its own catalogue says, so that a table that is added later is copied like any other.

use sqlx::{Any, AnyConnection, AssertSqlSafe, Row};

use super::Dialect;

/// What a column holds. Both databases hold these alike, to the byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Integer,
    Text,
    Bytes,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// A table with its columns in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

/// Why the catalogue is of no use.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("the database's catalogue cannot be read")]
    Database(#[from] sqlx::Error),
    #[error("{table}.{column}: {kind} is no kind that both databases hold alike")]
    Kind {
        table: String,
        column: String,
        kind: String,
    },
    #[error("{tables}: each refers to the other")]
    Circle { tables: String },
}

/// Every table, each after those that it refers to. Names that begin with an underscore are the migrations' and the backups' own.
pub async fn tables(connection: &mut AnyConnection, dialect: Dialect) -> Result<Vec<Table>, CatalogueError> {
    let mut tables: Vec<Table> = Vec::new();
    for row in rows(connection, columns_of(dialect)).await? {
        let [table, column, kind] = row;
        let kind = kind_of(&kind).ok_or_else(|| CatalogueError::Kind {
            table: table.clone(),
            column: column.clone(),
            kind,
        })?;
        let column = Column { name: column, kind };
        match tables.last_mut().filter(|last| last.name == table) {
            Some(last) => last.columns.push(column),
            None => tables.push(Table {
                name: table,
                columns: vec![column],
            }),
        }
    }
    let references = rows(connection, references_of(dialect)).await?;
    in_order(tables, &references)
}

/// Three texts in each row: table, column, kind.
const fn columns_of(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "SELECT CAST(listed.name AS TEXT), CAST(info.name AS TEXT), lower(info.type) FROM sqlite_master AS listed \
             JOIN pragma_table_xinfo(listed.name) AS info WHERE listed.type = 'table' AND listed.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
             AND listed.name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY listed.name, info.cid"
        }
        // A number that the database counts itself would have to be counted on in the copy.
        Dialect::Postgres => {
            "SELECT CAST(columns.table_name AS TEXT), CAST(columns.column_name AS TEXT), CASE WHEN columns.is_identity = 'YES' \
             OR columns.is_generated <> 'NEVER' OR columns.column_default LIKE 'nextval%' THEN 'counted' ELSE CAST(columns.data_type AS TEXT) END \
             FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) \
             WHERE table_schema = current_schema() AND tables.table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_%' ESCAPE '\\' \
             ORDER BY CAST(columns.table_name AS TEXT), columns.ordinal_position"
        }
    }
}

/// Three texts in each row: the table that refers, the one that it refers to, and nothing.
const fn references_of(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "SELECT CAST(listed.name AS TEXT), CAST(reference.\"table\" AS TEXT), '' FROM sqlite_master AS listed \
             JOIN pragma_foreign_key_list(listed.name) AS reference WHERE listed.type = 'table'"
        }
        Dialect::Postgres => {
            "SELECT CAST(referring.relname AS TEXT), CAST(referred.relname AS TEXT), '' FROM pg_constraint \
             JOIN pg_class AS referring ON referring.oid = pg_constraint.conrelid \
             JOIN pg_class AS referred ON referred.oid = pg_constraint.confrelid \
             WHERE pg_constraint.contype = 'f' AND referring.relnamespace = CAST(current_schema() AS regnamespace)"
        }
    }
}

async fn rows(connection: &mut AnyConnection, statement: &'static str) -> Result<Vec<[String; 3]>, sqlx::Error> {
    let rows = sqlx::query::<Any>(AssertSqlSafe(statement))
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| Ok([row.try_get(0)?, row.try_get(1)?, row.try_get(2)?]))
        .collect()
}

fn kind_of(stated: &str) -> Option<Kind> {
    match stated {
        "integer" | "bigint" => Some(Kind::Integer),
        "text" => Some(Kind::Text),
        "blob" | "bytea" => Some(Kind::Bytes),
        _ => None,
    }
}

fn in_order(mut tables: Vec<Table>, references: &[[String; 3]]) -> Result<Vec<Table>, CatalogueError> {
    let mut ordered: Vec<Table> = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let waits = |table: &Table| {
            let mut referred = references
                .iter()
                .filter(|[from, to, _]| *from == table.name && from != to)
                .map(|[_, to, _]| to);
            referred.any(|to| tables.iter().any(|other| other.name == *to))
        };
        let (waiting, ready): (Vec<Table>, Vec<Table>) = tables.iter().cloned().partition(waits);
        if ready.is_empty() {
            let names: Vec<String> = waiting.into_iter().map(|table| table.name).collect();
            return Err(CatalogueError::Circle {
                tables: names.join(", "),
            });
        }
        ordered.extend(ready);
        tables = waiting;
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> Table {
        Table {
            name: name.to_owned(),
            columns: Vec::new(),
        }
    }

    fn reference(from: &str, to: &str) -> [String; 3] {
        [from, to, ""].map(str::to_owned)
    }

    #[test]
    fn a_table_comes_after_those_that_it_refers_to() {
        let references = [
            reference("a", "b"),
            reference("b", "c"),
            reference("a", "c"),
            reference("c", "c"),
        ];
        let ordered = in_order(vec![table("a"), table("b"), table("c"), table("d")], &references).expect("no circle");
        assert_eq!(
            ordered.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(),
            ["c", "d", "b", "a"]
        );
        let circle = in_order(
            vec![table("a"), table("b"), table("c")],
            &[reference("a", "b"), reference("b", "a")],
        );
        assert!(matches!(circle, Err(CatalogueError::Circle { tables }) if tables == "a, b"));
    }
}
