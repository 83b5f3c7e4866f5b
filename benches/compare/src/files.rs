//! Writes tokens to files. The contestants (the compared programs) read these files.

use std::path::PathBuf;

/// A temporary folder that is removed when this value is dropped.
pub struct Files(PathBuf);

impl Files {
    pub fn create() -> Self {
        let folder = std::env::temp_dir().join(format!("compare-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for tokens");
        Self(folder)
    }

    /// Writes a file with one token on each line. Returns its path.
    pub fn write(&self, name: &str, tokens: &[String]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, tokens.join("\n")).expect("a file of tokens");
        path.display().to_string()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // Ignores errors, because a folder that remains among the temporary files does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
