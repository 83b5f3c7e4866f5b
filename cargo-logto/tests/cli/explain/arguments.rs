//! Tests of `cargo logto explain`: which arguments of a guard it evaluates, and for which arguments it prints
//! `unknown`.

use super::verdicts;
use crate::support::{MANIFEST, Project, tenant};

#[test]
fn guards_with_subject_and_client_arguments_are_explained() {
    const OF_CALLERS: &str = r#"
#[require_auth(subject = path("user_id"))]
struct Own;

#[require_any(Own, Machine)]
async fn account() {}

#[require_auth(subject = machine, state = framework::Ctx<(A, B)>, logto = a::logto_of)]
struct Machine;

#[require_scopes("read:products", client = "qk3vfhyo0vxsnmu2jqgbd")]
async fn by_id() {}

#[require_scopes("read:products", client = "my-spa")]
async fn by_name() {}

#[guarded_by("API key")]
async fn by_hand() {}
"#;
    let tenant = tenant().start();
    let token = tenant.token().user("alice").scopes(["read:products"]);
    let project = Project::with(MANIFEST, OF_CALLERS).of(&tenant);
    let run = project.run(&["explain", &token.mint()]);
    assert_eq!(run.exit, 0, "{run:?}");
    assert_eq!(
        verdicts(&run),
        [
            "accepted Own",
            "accepted account",
            "refused Machine subject_not_accepted",
            "refused by_id client_not_accepted",
            "unknown by_name",
            "unknown by_hand",
        ],
        "{}",
        run.stdout
    );
    for text in [
        "#[require_auth], where the path parameter \"user_id\" is alice",
        "#[require_any], at least where the path parameter \"user_id\" is alice",
        "the id of the client `my-spa` is known to the program only",
    ] {
        assert!(run.stdout.contains(text), "{}", run.stdout);
    }
}

#[test]
fn a_path_parameter_is_shown_however_deep_the_policy_is() {
    let tenant = tenant().start();
    let token = tenant.token().user("alice").mint();
    for levels in 1..=4 {
        let mut source = "#[require_any(P1, Machine)]\nasync fn account() {}\n\
                          #[require_auth(subject = machine)]\nstruct Machine;\n"
            .to_owned();
        for level in 1..levels {
            source += &format!(
                "#[require_any(Machine, P{})]\nstruct P{level};\n",
                level + 1
            );
        }
        source += &format!("#[require_auth(subject = path(\"id\"))]\nstruct P{levels};\n");
        let project = Project::with(MANIFEST, &source).of(&tenant);
        let run = project.run(&["explain", &token]);
        let line = run.stdout.lines().find(|it| it.contains("account"));
        assert!(
            line.is_some_and(|it| it.starts_with("accepted")
                && it.ends_with(", at least where the path parameter \"id\" is alice")),
            "{levels}: {}",
            run.stdout
        );
    }
}

/// Runs `explain` with this source and a token with the scope `read:products`. Returns the exit code and the
/// verdicts of the guards.
fn verdicts_of(source: &str) -> (i32, Vec<String>) {
    let tenant = tenant().start();
    let token = tenant.token().user("alice").scopes(["read:products"]);
    let project = Project::with(MANIFEST, source).of(&tenant);
    let run = project.run_with(&token.mint(), &mut project.command(&["explain"]));
    (run.exit, verdicts(&run))
}

#[test]
fn a_guard_with_an_undecided_argument_never_counts_as_accepted() {
    for (guard, verdict) in [
        (
            "require_scopes(\"read:products\", client = \"app\")",
            "unknown",
        ),
        (
            "require_scopes(\"read:products\", later = admin)",
            "unknown",
        ),
        ("require_auth(subject = header(\"id\"))", "unknown"),
        ("require_auth(later)", "unknown"),
        ("require_any(Owned, Owned)", "unknown"),
        ("guarded_by(\"the webhook's signature\")", "unknown"),
        ("require_auth(subject = machine, later)", "refused"),
        ("require_auth(subject = user)", "accepted"),
    ] {
        let source = format!("#[{guard}] fn f() {{}}\n#[require_auth(later)]\nstruct Owned;\n");
        let (_, found) = verdicts_of(&source);
        assert_eq!(
            found[0].split(' ').next(),
            Some(verdict),
            "{guard}: {found:?}"
        );
        assert_eq!(found[1], "unknown Owned");
    }
}

#[test]
fn a_guard_is_undecided_if_two_policies_have_the_name_that_it_lists() {
    let source = "#[require_any(Admin, Admin)]\nfn f() {}\nmod a {\n#[require_scopes(\"write:products\")]\n\
                  struct Admin;\n}\nmod b {\n#[require_auth]\nstruct Admin;\n}\n";
    let (_, found) = verdicts_of(source);
    assert_eq!(found[0], "unknown f");
}

#[test]
fn explain_says_so_if_the_source_has_no_guards() {
    let tenant = tenant().start();
    let project = Project::with(MANIFEST, "fn main() {}").of(&tenant);
    let token = tenant.token().user("alice").mint();
    let run = project.run_with(&token, &mut project.command(&["explain"]));
    assert_eq!(run.exit, 1, "{run:?}");
    assert!(
        run.stderr
            .starts_with("the source does not have guards; add one"),
        "{run:?}"
    );
}

#[test]
fn explain_terminates_if_a_policy_lists_itself_or_begins_a_long_chain_of_policies() {
    let names = |name: &str| vec![name; 20].join(", ");
    let itself = format!("#[require_any({})]\nstruct A;\n", names("A"));
    let each: Vec<String> = (0..12)
        .map(|n| {
            format!(
                "#[require_any({})]\nstruct A{n};\n",
                names(&format!("A{}", n + 1))
            )
        })
        .collect();
    let chain = format!("{}#[require_auth]\nstruct A12;\n", each.concat());
    for (source, exit) in [(itself, 1), (chain, 0)] {
        let (found, verdicts) = verdicts_of(&source);
        assert_eq!(found, exit);
        assert!(verdicts[0].starts_with("unknown A"), "{verdicts:?}");
    }
}
