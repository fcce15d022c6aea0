//! What a data folder keeps, for tests that look for secrets in it.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// All that is kept there: the files as they are, and the database's values, those that are packed
/// out of their packing.
pub(crate) fn kept_in(folder: &Path) -> Vec<Vec<u8>> {
    let mut kept = unpacked(folder);
    let files = std::fs::read_dir(folder).unwrap();
    let files: Vec<Vec<u8>> = files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    let size: usize = files.iter().map(Vec::len).sum();
    assert!(size > 10_000, "the database is there");
    kept.extend(files);
    kept
}

/// Whether the words stand in there.
pub(crate) fn holds(bytes: &[u8], words: &str) -> bool {
    let mut windows = bytes.windows(words.len());
    windows.any(|it| it == words.as_bytes())
}

/// Every value of every table of the database, and what is packed in it out of its packing.
fn unpacked(folder: &Path) -> Vec<Vec<u8>> {
    let files = std::fs::read_dir(folder).unwrap();
    let is_database = |path: &PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        bytes.starts_with(b"SQLite format 3")
    };
    let path = files.map(|file| file.unwrap().path()).find(is_database);
    let database = Connection::open(path.expect("the database is there")).unwrap();
    let mut tables = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap();
    let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let mut parts = Vec::new();
    let mut packed = 0;
    for table in tables {
        let sql = format!("SELECT * FROM \"{}\"", table.unwrap());
        // Tables of the index of words cannot all be read so; the files themselves are searched too.
        let Ok(mut statement) = database.prepare(&sql) else {
            continue;
        };
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                match row.get_ref(column).unwrap() {
                    ValueRef::Blob(bytes) => {
                        parts.push(bytes.to_vec());
                        if let Ok(plain) = lz4_flex::decompress_size_prepended(bytes) {
                            packed += 1;
                            parts.push(plain);
                        }
                    }
                    ValueRef::Text(bytes) => parts.push(bytes.to_vec()),
                    _ => {}
                }
            }
        }
    }
    assert!(packed > 0, "the log's pages are there");
    parts
}
