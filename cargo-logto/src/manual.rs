//! Completions for shells, and the man page.

use std::io::{self, Write as _};

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::{cli::Arguments, failure::Exit, output};

/// Prints completions for `cargo-logto`.
pub(crate) fn completions(shell: Shell) -> Exit {
    let mut text = Vec::new();
    let mut command = Arguments::command().bin_name("cargo-logto");
    clap_complete::generate(shell, &mut command, "cargo-logto", &mut text);
    print(&text)
}

/// Prints the man page in roff: the program, and a section for each command.
pub(crate) fn man() -> Exit {
    let mut text = Vec::new();
    let mut command = Arguments::command();
    command.build();
    // Writing to a `Vec` does not fail.
    let _ = page(&command, &mut text);
    print(&text)
}

fn page(command: &Command, text: &mut Vec<u8>) -> io::Result<()> {
    let main = Man::new(command.clone());
    main.render_title(text)?;
    main.render_name_section(text)?;
    main.render_synopsis_section(text)?;
    main.render_description_section(text)?;
    main.render_options_section(text)?;
    writeln!(text, ".SH COMMANDS")?;
    for command in command.get_subcommands() {
        if command.get_name() == "help" {
            continue;
        }
        let page = Man::new(command.clone());
        let mut section = Vec::new();
        page.render_synopsis_section(&mut section)?;
        page.render_description_section(&mut section)?;
        page.render_options_section(&mut section)?;
        let section = String::from_utf8_lossy(&section).into_owned();
        writeln!(text, ".SS {}", command.get_name())?;
        // A heading would end the section of the command, so each heading becomes the start of a paragraph.
        let headings = [".SH SYNOPSIS", ".SH DESCRIPTION", ".SH OPTIONS"];
        let section = headings
            .into_iter()
            .fold(section, |section, heading| section.replace(heading, ".PP"));
        text.extend_from_slice(section.as_bytes());
    }
    main.render_extra_section(text)?;
    main.render_version_section(text)
}

fn print(text: &[u8]) -> Exit {
    output::remember_failure(io::stdout().write_all(text));
    Exit::InSync
}
