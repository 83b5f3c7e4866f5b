//! Tests the commands `token`, `completions` and `man`, the help, and wrong usage.

use crate::support::{PRODUCTS, Project, tenant};

#[test]
fn token_prints_only_the_token_to_stdout_and_lists_missing_scopes_on_stderr() {
    let tenant = tenant().start();
    let project = Project::new().of(&tenant);
    for (arguments, scope, stderr) in [
        (
            ["--resource", PRODUCTS, "--scope", "read:products"].as_slice(),
            "read:products",
            "",
        ),
        (
            &[
                "--resource",
                PRODUCTS,
                "--scope",
                "read:products write:products admin",
            ],
            "read:products",
            "not granted: write:products admin; assign a role",
        ),
        (
            &["--organization", "acme", "--scope", "invite:member"],
            "invite:member",
            "",
        ),
    ] {
        let run = project.run(&[&["token"], arguments].concat());
        assert_eq!(run.exit, 0, "{arguments:?} {}", run.stderr);
        assert!(run.stderr.starts_with(stderr), "{run:?}");
        assert_eq!(run.stderr.is_empty(), stderr.is_empty(), "{run:?}");
        let token = run.stdout.trim_end();
        assert_eq!(token.split('.').count(), 3);
        let logto = tenant.logto().build().unwrap();
        let verified = tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(logto.verify(token));
        assert!(verified.unwrap().has_scope(scope), "{arguments:?}");
    }
}

#[test]
fn a_token_command_that_fails_names_the_fix() {
    let tenant = tenant().start();
    let project = Project::new().of(&tenant);
    for (arguments, exit, fix) in [
        (
            ["--resource", "https://api.example.com/products/"].as_slice(),
            3,
            "trailing slash",
        ),
        (&["--organization", "other"], 3, "add the application"),
        (&[], 2, "--resource <URL>"),
    ] {
        let run = project.run(&[&["token"], arguments].concat());
        assert_eq!((run.exit, &*run.stdout), (exit, ""), "{run:?}");
        assert!(run.stderr.contains(fix), "{run:?}");
    }
}

#[test]
fn the_program_runs_as_cargo_logto_and_as_cargo_hyphen_logto() {
    let project = Project::new();
    let direct = project.run(&["--help"]);
    assert_eq!(direct.exit, 0);
    assert_eq!(project.run(&["logto", "--help"]).stdout, direct.stdout);
    for part in [
        "Usage: cargo logto",
        "LOGTO_M2M_APP_SECRET",
        "the secret can do everything in",
        "  3  the tenant",
    ] {
        assert!(direct.stdout.contains(part), "{part}: {}", direct.stdout);
    }
    assert_eq!(
        project.run(&["--version"]).stdout,
        concat!("cargo-logto ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn wrong_usage_ends_with_exit_code_2() {
    let project = Project::new();
    for (arguments, hint) in [
        (["chekc"].as_slice(), "check"),
        (&["check", "--offlin"], "--offline"),
        (&["check", "--format", "xml"], "human, json, github"),
        (&[], "Usage:"),
        (
            &["check", "--offline", "--manifest-path", "none/Cargo.toml"],
            "is not a file",
        ),
    ] {
        let run = project.run(arguments);
        assert_eq!((run.exit, &*run.stdout), (2, ""), "{run:?}");
        assert!(run.stderr.contains(hint), "{run:?}");
    }
}

/// The shell passes an empty value for `"$VARIABLE"` if the variable is not set.
#[test]
fn an_empty_value_is_refused_with_the_name_of_its_option() {
    let tenant = tenant().start();
    let project = Project::new().of(&tenant);
    for (arguments, option) in [
        (
            ["token", "--resource", PRODUCTS, "--organization", ""].as_slice(),
            "--organization <ID>",
        ),
        (
            &["token", "--resource", PRODUCTS, "--organization="],
            "--organization <ID>",
        ),
        (&["token", "--organization", ""], "--organization <ID>"),
        (
            &["token", "--organization", "acme", "--resource", ""],
            "--resource <URL>",
        ),
        (&["pull", "--resource", ""], "--resource <URL>"),
        (
            &["pull", "--resource", PRODUCTS, "--resource="],
            "--resource <URL>",
        ),
        (&["pull", "--manifest-path", ""], "--manifest-path <PATH>"),
        (&["check", "--format", ""], "--format <FORMAT>"),
        (&["matrix", ""], "[FILE]"),
    ] {
        let run = project.run(arguments);
        assert_eq!((run.exit, &*run.stdout), (2, ""), "{arguments:?}: {run:?}");
        let says = format!("a value is required for '{option}' but none was supplied");
        assert!(run.stderr.contains(&says), "{arguments:?}: {run:?}");
    }
    assert_eq!(tenant.management_requests(), 0);
    let without_scopes = project.run(&["token", "--resource", PRODUCTS, "--scope", ""]);
    assert_eq!(without_scopes.exit, 0, "an empty list of scopes is a list");
}

/// Every option of every command.
const OPTIONS: [&str; 12] = [
    "manifest-path",
    "check",
    "resource",
    "offline",
    "strict",
    "format",
    "dry-run",
    "yes",
    "scope",
    "organization",
    "help",
    "version",
];

/// Returns whether a script of completions offers the whole word: `check` is also a part of `--check`, and
/// `man` is a part of `--manifest-path`.
fn offers(script: &str, shell: &str, word: &str) -> bool {
    let contains = |text: &str| script.contains(text);
    match shell {
        "bash" => script
            .lines()
            .filter_map(|line| line.trim().strip_prefix("opts=\"")?.strip_suffix('"'))
            .any(|words| words.split(' ').any(|it| it == word)),
        "elvish" => contains(&format!("cand {word} '")),
        "fish" => contains(&match word.strip_prefix("--") {
            Some(option) => format!(" -l {option} "),
            None => format!(" -a \"{word}\" "),
        }),
        "powershell" => contains(&format!("::new('{word}', ")),
        _ if word.starts_with("--") => {
            contains(&format!("{word}[")) || contains(&format!("{word}=["))
        }
        _ => contains(&format!("'{word}:")),
    }
}

/// Tests the helper of the test below. If a part of a word were enough for it, that test could hardly fail.
#[test]
fn a_part_of_an_offered_word_is_not_offered() {
    let project = Project::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = project.run(&["completions", shell]).stdout;
        for part in ["manifest", "--manifest", "--pull", "path", "chec", "--chec"] {
            assert!(script.contains(part.trim_start_matches('-')), "{shell}");
            assert!(!offers(&script, shell, part), "{shell} {part}");
        }
    }
}

#[test]
fn completions_and_the_man_page_have_every_command_and_option() {
    let project = Project::new();
    let commands = [
        "pull",
        "check",
        "push",
        "explain",
        "matrix",
        "token",
        "completions",
        "man",
    ];
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = project.run(&["completions", shell]);
        assert_eq!(run.exit, 0, "{run:?}");
        for word in commands.iter().chain(&OPTIONS) {
            assert!(run.stdout.contains(word), "{shell} {word}");
        }
        let options = OPTIONS.map(|option| format!("--{option}"));
        for word in commands.map(str::to_owned).iter().chain(&options) {
            assert!(offers(&run.stdout, shell, word), "{shell} {word}");
        }
    }
    let run = project.run(&["man"]);
    assert_eq!(run.exit, 0);
    for command in commands {
        assert!(
            run.stdout.contains(&format!(".SS {command}\n")),
            "{command}: {}",
            run.stdout
        );
    }
    for option in OPTIONS {
        let option = option.replace('-', "\\-");
        assert!(
            run.stdout.contains(&format!("\\-\\-{option}")),
            "{option}: {}",
            run.stdout
        );
    }
    for part in [
        ".TH cargo",
        ".SH NAME",
        ".SH OPTIONS",
        "LOGTO_ENDPOINT",
        "Exit codes",
    ] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
}
