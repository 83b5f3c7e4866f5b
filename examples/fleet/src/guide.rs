//! The commands that the demonstration prints.

use std::fmt;

/// The id of the machine-to-machine application of the reconciler, the process that finds failed
/// webhook deliveries. The secret is `management-secret`.
pub(crate) const MANAGEMENT: &str = "management";

/// Commands to paste. The comment above each request says which HTTP status to expect.
pub(crate) struct Guide<'a> {
    pub(crate) replicas: &'a [u16],
    pub(crate) tenant: &'a str,
    /// The id of the process that receives webhooks.
    pub(crate) receiver: u32,
    /// The address of the revocation log.
    pub(crate) redis: &'a str,
    /// The port of the process that receives webhooks, and the signing key of the webhook.
    pub(crate) webhooks: (u16, &'a str),
    pub(crate) alice: &'a str,
    pub(crate) bob: &'a str,
}

impl Guide<'_> {
    /// Writes commands that ask every replica for the orders.
    fn ask(&self, f: &mut fmt::Formatter<'_>, status: u16, user: &str) -> fmt::Result {
        let token = user.to_uppercase();
        for (at, port) in self.replicas.iter().enumerate() {
            write!(
                f,
                "\n# {status}: {user} at replica {}\n\
                 curl -i http://127.0.0.1:{port}/orders -H \"Authorization: Bearer ${token}\"\n",
                at + 1
            )?;
        }
        Ok(())
    }

    fn suspend(&self, f: &mut fmt::Formatter<'_>, user: &str) -> fmt::Result {
        let tenant = self.tenant;
        write!(
            f,
            "\n# 200: suspend {user}, as the Logto console does\n\
             curl -i {tenant}/api/users/{user}/is-suspended -X PATCH \
             -H 'Content-Type: application/json' -d '{{\"isSuspended\": true}}' \
             -H \"Authorization: Bearer $(curl -sS {tenant}/oidc/token \
             -u {MANAGEMENT}:{MANAGEMENT}-secret -d grant_type=client_credentials \
             -d resource=https://default.logto.app/api -d scope=all \
             | sed -n 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/p')\"\n"
        )
    }
}

impl fmt::Display for Guide<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tenant,
            receiver,
            redis,
            webhooks: (port, key),
            alice,
            bob,
            ..
        } = self;
        write!(
            f,
            "ALICE={alice}\nBOB={bob}\n\n\
             # Replicas: {}. One process for webhooks, one reconciler, one revocation log.\n",
            self.replicas.len()
        )?;
        self.ask(f, 200, "alice")?;
        self.suspend(f, "alice")?;
        write!(
            f,
            "\n# Every replica hears of the suspension within two seconds\nsleep 2\n"
        )?;
        self.ask(f, 401, "alice")?;
        write!(
            f,
            "\n# Now a webhook gets lost. This command ends the process that receives webhooks. The \
             reconciler finds the failed delivery in Logto's delivery log\nkill {receiver}\n"
        )?;
        self.ask(f, 200, "bob")?;
        self.suspend(f, "bob")?;
        write!(
            f,
            "\n# Here the reconciler reads Logto's delivery log every three seconds\nsleep 6\n"
        )?;
        self.ask(f, 401, "bob")?;
        write!(
            f,
            "\n# About 15 s after the process that receives webhooks has ended, the other processes log \
             that revocations are missed. To start the ended process again:\n\
             REDIS_URL={redis} LOGTO_ENDPOINT={tenant} LOGTO_WEBHOOK_KEY={key} PORT={port} \
             cargo run -p fleet -- webhooks\n\n"
        )
    }
}
