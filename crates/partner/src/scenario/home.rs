//! Where a scenario comes from, and with it the files that lie beside it.

use std::path::{Path, PathBuf};

use rust_embed::Embed;

/// The scenarios that come with the program.
#[derive(Embed)]
#[folder = "../../scenarios"]
pub(super) struct Shipped;

/// Where a scenario comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Home {
    /// With the program.
    Shipped,
    /// From a file.
    File(PathBuf),
    /// From nowhere: there is no file beside it.
    Nowhere,
}

impl Home {
    /// A file that lies beside the scenario's.
    pub(crate) fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let missing = "There is no such file beside the scenario's.";
        match self {
            Self::Shipped => match Shipped::get(name) {
                Some(file) => Ok(file.data.into_owned()),
                None => Err(missing.to_owned()),
            },
            Self::File(path) => {
                let path = path.parent().unwrap_or(Path::new(".")).join(name);
                std::fs::read(&path)
                    .map_err(|error| format!("{} cannot be read: {error}.", path.display()))
            }
            Self::Nowhere => Err(missing.to_owned()),
        }
    }
}
