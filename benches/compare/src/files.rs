//! Tokens in files, for contestants to read.

use std::path::PathBuf;

/// A folder of its own, removed with this value.
pub struct Files(PathBuf);

impl Files {
    pub fn create() -> Self {
        let folder = std::env::temp_dir().join(format!("compare-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for tokens");
        Self(folder)
    }

    /// Returns the path.
    pub fn write(&self, name: &str, tokens: &[String]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, tokens.join("\n")).expect("a file of tokens");
        path.display().to_string()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // What is left over in the folder for temporary files does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
