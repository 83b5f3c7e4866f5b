//! `cargo logto matrix`: prints a matrix of the explorer as a table. A matrix shows who may call what.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use logto_runtime::explorer::{Matrix, MatrixRoute};

use crate::{
    cli::{MatrixOptions, Rendering},
    failure::{Exit, Failure},
    text::plain,
};

/// The maximum number of bytes that are read.
const LONGEST: u64 = 64 * 1024 * 1024;

pub(crate) fn run(options: &MatrixOptions) -> Result<Exit, Failure> {
    let text = read(&options.file)?;
    let shown = options.file.display();
    let mut matrix = Matrix::from_json(&text)
        .map_err(|error| Failure::configuration(format!("can't read {shown}: {error}")))?;
    make_plain(&mut matrix);
    let rendered = match options.format {
        Rendering::Markdown => matrix.to_markdown(),
        Rendering::Html => matrix.to_html(),
    };
    out!("{}", rendered.trim_end());
    Ok(Exit::InSync)
}

/// Escapes all texts of the matrix that are printed. With a line break in it, a name of a persona or an
/// organization could begin a command of GitHub Actions.
fn make_plain(matrix: &mut Matrix) {
    for persona in &mut matrix.personas {
        *persona = plain(persona);
    }
    for route in &mut matrix.routes {
        let MatrixRoute {
            method,
            path,
            organization,
            access,
            asks,
            cells,
            ..
        } = route;
        let asks = asks.iter_mut().flat_map(|asked| {
            let optional = [&mut asked.resource, &mut asked.organization_id];
            optional.into_iter().flatten().chain([&mut asked.scope])
        });
        let codes = cells.iter_mut().map(|cell| &mut cell.code);
        let texts = [method, path, access].into_iter().chain(organization);
        for text in texts.chain(asks).chain(codes) {
            *text = plain(text);
        }
    }
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
