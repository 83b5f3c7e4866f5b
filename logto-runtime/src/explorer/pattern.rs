//! Reads the paths of routes as axum does: which requests a path fits, and which of two paths wins.

/// A piece of a path of the table of routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'p> {
    /// One character.
    Character(char),
    /// `{name}`: a part of one segment.
    Parameter(&'p str),
    /// `{*name}`: the rest of the path.
    Rest(&'p str),
}

/// Returns the pieces of a path.
pub(super) fn pieces(path: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some(character) = rest.chars().next() {
        // A doubled brace stands for one brace.
        if rest.starts_with("{{") || rest.starts_with("}}") {
            pieces.push(Piece::Character(character));
            rest = &rest[2..];
        } else if let Some((name, after)) =
            rest.strip_prefix('{').and_then(|rest| rest.split_once('}'))
        {
            pieces.push(match name.strip_prefix('*') {
                Some(name) => Piece::Rest(name),
                None => Piece::Parameter(name),
            });
            rest = after;
        } else {
            pieces.push(Piece::Character(character));
            rest = &rest[character.len_utf8()..];
        }
    }
    pieces
}

/// Whether these pieces fit the path of a request.
pub(super) fn fit(pieces: &[Piece<'_>], path: &str) -> bool {
    match pieces {
        [] => path.is_empty(),
        [Piece::Character(character), after @ ..] => path
            .strip_prefix(*character)
            .is_some_and(|path| fit(after, path)),
        [Piece::Parameter(_), after @ ..] => {
            let end = path.find('/').unwrap_or(path.len());
            (1..=end).any(|at| path.get(at..).is_some_and(|path| fit(after, path)))
        }
        [Piece::Rest(_), ..] => !path.is_empty(),
    }
}

/// Whether axum prefers `one` to `other` for a request that both fit. At the first difference, a character
/// wins against a parameter, and a parameter against the rest of the path.
pub(super) fn wins(one: &[Piece<'_>], other: &[Piece<'_>]) -> bool {
    let rank = |piece: &Piece<'_>| match piece {
        Piece::Character(_) => 0,
        Piece::Parameter(_) => 1,
        Piece::Rest(_) => 2,
    };
    one.iter().map(rank).lt(other.iter().map(rank))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_fits_the_requests_that_axum_would_route_to_it() {
        for (path, request, expected) in [
            ("/users/{id}", "/users/1", true),
            ("/users/{id}", "/users/1/x", false),
            ("/users/{id}", "/users/", false),
            ("/{a}/x", "/1/x", true),
            ("/v{version}/x", "/v2/x", true),
            ("/{*rest}", "/1/x", true),
            ("/{*rest}", "/", false),
            ("/{{id}}", "/{id}", true),
            ("/ü/{id}", "/ü/é", true),
        ] {
            let fits = fit(&pieces(path), request);
            assert_eq!(fits, expected, "{path} {request}");
        }
    }

    #[test]
    fn a_more_specific_path_wins() {
        let paths = [
            "/a/b",
            "/a/{id}",
            "/a/{*rest}",
            "/{x}/b",
            "/{x}/{y}",
            "/{*rest}",
        ];
        for (at, one) in paths.iter().enumerate() {
            for (other_at, other) in paths.iter().enumerate() {
                let wins = wins(&pieces(one), &pieces(other));
                assert_eq!(wins, at < other_at, "{one} {other}");
            }
        }
    }
}
