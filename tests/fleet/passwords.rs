//! What a stolen password can still do after the commands of `logto-runtime/docs/revocation.md`.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    os::unix::net::UnixStream,
    time::Duration,
};

use super::server::{Server, machine};

const PAGE: &str = include_str!("../../logto-runtime/docs/revocation.md");

/// Returns the only line of the page that begins so.
fn line_of_the_page(start: &str) -> &'static str {
    let mut lines = PAGE.lines().map(str::trim);
    let line = lines.find(|line| line.starts_with(start));
    assert!(!lines.any(|line| line.starts_with(start)), "{start}");
    line.unwrap_or_else(|| panic!("the page has no line `{start}…`"))
}

fn run(server: &Server, line: &str) -> String {
    server.command(&line.split(' ').collect::<Vec<_>>())
}

/// A connection of somebody who has a password.
struct Connection(UnixStream);

impl Connection {
    fn open(server: &Server) -> Self {
        let stream = UnixStream::connect(server.socket()).unwrap();
        let limit = Duration::from_secs(20);
        stream.set_read_timeout(Some(limit)).unwrap();
        Self(stream)
    }

    /// Sends a command, and returns the beginning of the response. The text is empty if the connection ends.
    fn send(&mut self, command: &str) -> String {
        // A server that has closed the connection refuses the write. The read then sees the end.
        let _ = self.0.write_all(format!("{command}\r\n").as_bytes());
        let mut bytes = [0; 256];
        let length = match self.0.read(&mut bytes) {
            Err(error) if error.kind() == ErrorKind::ConnectionReset => 0,
            read => read.unwrap(),
        };
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }
}

#[tokio::test]
async fn a_password_that_was_stolen_gives_no_access_after_the_commands_of_the_page() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    for user in ["replica", "writer"] {
        let make = line_of_the_page(&format!("ACL SETUSER {user} on "));
        let words = make.split(' ');
        let stolen = words.filter_map(|it| it.strip_prefix('>')).next().unwrap();
        let sign_in = format!("AUTH {user} {stolen}");
        let sign_in_is_refused = || {
            Connection::open(&server)
                .send(&sign_in)
                .starts_with("-WRONGPASS")
        };

        // The line that makes the user also replaces the password.
        assert_eq!(run(&server, make), "OK");
        assert!(!sign_in_is_refused());
        assert_eq!(run(&server, &make.replace(stolen, "other")), "OK");
        assert!(sign_in_is_refused(), "{user} keeps the password `{stolen}`");

        assert_eq!(run(&server, make), "OK");
        let mut open = Connection::open(&server);
        assert_eq!(open.send(&sign_in), "+OK\r\n");
        assert_eq!(open.send("GET {orders}:receiver"), "$-1\r\n");
        let change = line_of_the_page("ACL SETUSER writer resetpass ");
        assert_eq!(run(&server, &change.replace("writer", user)), "OK");
        assert!(sign_in_is_refused(), "{user} keeps the password `{stolen}`");
        let close = line_of_the_page("CLIENT KILL USER writer");
        assert_ne!(run(&server, &close.replace("writer", user)), "0");
        assert_eq!(open.send("GET {orders}:receiver"), "", "{user}");
    }
}
