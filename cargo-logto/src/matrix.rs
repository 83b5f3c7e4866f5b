//! `cargo logto matrix`: prints a matrix of the explorer as a table. A matrix shows who may call what.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use logto_runtime::explorer::Matrix;

use crate::{
    cli::{MatrixOptions, Rendering},
    failure::{Exit, Failure},
};

/// The maximum number of bytes that are read.
const LONGEST: u64 = 64 * 1024 * 1024;

pub(crate) fn run(options: &MatrixOptions) -> Result<Exit, Failure> {
    let text = read(&options.file)?;
    let shown = options.file.display();
    let matrix = Matrix::from_json(&text)
        .map_err(|error| Failure::configuration(format!("can't read {shown}: {error}")))?;
    let rendered = match options.format {
        Rendering::Markdown => matrix.to_markdown(),
        Rendering::Html => matrix.to_html(),
    };
    out!("{}", rendered.trim_end());
    Ok(Exit::InSync)
}

fn read(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if file.as_os_str() == "-" {
        io::stdin().lock().take(LONGEST).read_to_string(&mut text)
    } else {
        File::open(file).and_then(|it| it.take(LONGEST).read_to_string(&mut text))
    };
    read.map_err(|error| {
        Failure::configuration(format!(
            "can't read {}: {error}; name the file that `Matrix::assert_file` keeps, or `-` to read the \
             matrix from standard input",
            file.display()
        ))
    })?;
    Ok(text)
}
