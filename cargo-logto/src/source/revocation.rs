//! Finds out whether a program uses revocation. Also reads its `max_token_lifetime` and the path of its
//! webhook.

use std::time::Duration;

use syn::{Expr, ExprMethodCall, Lit};

/// The default of `max_token_lifetime`, which is Logto's default lifetime of tokens.
const DEFAULT_HORIZON: Duration = Duration::from_secs(3_600);

/// What the source of a program shows about revocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Revocation {
    /// Whether the program uses the type `Revocations`. An import alone does not count.
    pub(crate) is_used: bool,
    lifetime: MaxTokenLifetime,
    /// The path of the route that receives webhooks, if the source shows the path.
    pub(crate) webhook: Option<String>,
}

/// What the program passes to `max_token_lifetime`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum MaxTokenLifetime {
    /// The program does not call `max_token_lifetime`.
    #[default]
    Default,
    /// The argument is a call that [`duration`] can evaluate, such as `Duration::from_secs(7_200)`.
    Set(Duration),
    /// The argument is something else, such as a constant.
    Unreadable,
}

impl Revocation {
    /// Returns the argument that the program passes to `max_token_lifetime`. If the program uses revocation
    /// but does not call `max_token_lifetime`, returns the default.
    ///
    /// Returns `None` if [`duration`] can't evaluate the argument. Also returns `None` if the program neither
    /// calls `max_token_lifetime` nor uses revocation.
    pub(crate) fn horizon(&self) -> Option<Duration> {
        match self.lifetime {
            MaxTokenLifetime::Default => self.is_used.then_some(DEFAULT_HORIZON),
            MaxTokenLifetime::Set(lifetime) => Some(lifetime),
            MaxTokenLifetime::Unreadable => None,
        }
    }

    /// Adds what another file shows.
    pub(super) fn add(&mut self, other: Self) {
        self.is_used |= other.is_used;
        if other.lifetime != MaxTokenLifetime::Default {
            self.lifetime = other.lifetime;
        }
        self.webhook = other.webhook.or(self.webhook.take());
    }

    /// Reads a method call of the program.
    pub(super) fn method(&mut self, call: &ExprMethodCall) {
        match (call.method.to_string().as_str(), call.args.len()) {
            ("max_token_lifetime", 1) => {
                let lifetime = duration(&call.args[0]);
                self.lifetime =
                    lifetime.map_or(MaxTokenLifetime::Unreadable, MaxTokenLifetime::Set);
            }
            ("route", 2) if is_webhook(&call.args[1]) => {
                if let Expr::Lit(literal) = &call.args[0]
                    && let Lit::Str(path) = &literal.lit
                {
                    // The root of a nested router does not show the path. Without its slash, it is empty, and
                    // every URL ends with an empty path.
                    let path = Some(path.value()).filter(|path| !path.trim_matches('/').is_empty());
                    self.webhook = path.or(self.webhook.take());
                }
            }
            _ => {}
        }
    }
}

/// Checks whether an expression calls `….webhook(…)` or `….try_webhook(…)`. The call can also be a part of
/// the expression: a receiver, an argument of a function, or the operand of `?`.
fn is_webhook(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => {
            let method = &call.method;
            method == "webhook" || method == "try_webhook" || is_webhook(&call.receiver)
        }
        Expr::Call(call) => call.args.iter().any(is_webhook),
        Expr::Try(inner) => is_webhook(&inner.expr),
        _ => false,
    }
}

/// Evaluates a call of `from_secs`, `from_mins` or `from_hours`, such as `Duration::from_secs(3600)`. Returns
/// `None` for any other expression. Also returns `None` if [`product`] can't evaluate the argument, or if the
/// number of seconds is too large.
fn duration(expr: &Expr) -> Option<Duration> {
    let Expr::Call(call) = expr else { return None };
    let Expr::Path(function) = &*call.func else {
        return None;
    };
    let unit = match function.path.segments.last()?.ident.to_string().as_str() {
        "from_secs" => 1,
        "from_mins" => 60,
        "from_hours" => 3_600,
        _ => return None,
    };
    product(call.args.first()?)?
        .checked_mul(unit)
        .map(Duration::from_secs)
}

/// Evaluates an integer, or a product of integers such as `60 * 60`.
fn product(expr: &Expr) -> Option<u64> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        Expr::Binary(binary) if matches!(binary.op, syn::BinOp::Mul(_)) => {
            product(&binary.left)?.checked_mul(product(&binary.right)?)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn max_token_lifetime_is_read_from_a_call_with_literal_numbers() {
        for (argument, expected) in [
            ("Duration::from_secs(7_200)", Some(7_200)),
            ("std::time::Duration::from_mins(30)", Some(1_800)),
            ("Duration::from_secs(60 * 60)", Some(3_600)),
            ("Duration::from_hours(2)", Some(7_200)),
            ("LIFETIME", None),
            ("Duration::from_secs(settings.lifetime)", None),
            ("Duration::from_hours(18446744073709551615)", None),
        ] {
            let text = format!("builder.max_token_lifetime({argument})");
            let call: ExprMethodCall = syn::parse_str(&text).unwrap();
            let mut revocation = Revocation::default();
            revocation.method(&call);
            assert_eq!(
                revocation.horizon().map(|it| it.as_secs()),
                expected,
                "{argument}"
            );
        }
        assert_eq!(Revocation::default().horizon(), None);
        let used = Revocation {
            is_used: true,
            ..Revocation::default()
        };
        assert_eq!(used.horizon(), Some(DEFAULT_HORIZON));
    }

    #[test]
    fn the_path_of_the_webhook_is_found_if_it_is_written_as_a_string() {
        for (text, expected) in [
            (
                r#"r.route("/hook", revocations.webhook([key]))"#,
                Some("/hook"),
            ),
            (
                r#"r.route("/hook", post(revocations.webhook([key])))"#,
                Some("/hook"),
            ),
            (
                r#"r.route("/hook", revocations.try_webhook([key])?)"#,
                Some("/hook"),
            ),
            (
                r#"r.route("/hook", revocations.try_webhook([key]).unwrap())"#,
                Some("/hook"),
            ),
            (r#"r.route("/other", get(list))"#, None),
            (r#"r.route(PATH, revocations.webhook([key]))"#, None),
        ] {
            let mut revocation = Revocation::default();
            revocation.method(&syn::parse_str(text).unwrap());
            assert_eq!(revocation.webhook.as_deref(), expected, "{text}");
        }
    }
}
