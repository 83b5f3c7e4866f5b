//! Chooses the ports of the demonstration.

/// The ports of the processes on this machine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ports {
    /// The port of each replica.
    pub(crate) replicas: Vec<u16>,
    /// The port of the process that receives webhooks. It follows the ports of the replicas.
    pub(crate) webhooks: u16,
}

impl Ports {
    /// Returns consecutive ports. `first` is the first of them, and `tenant` is the port of the tenant.
    ///
    /// Returns an error if there are too few ports after `first`, or if the tenant has one of them.
    pub(crate) fn choose(first: u16, replicas: u16, tenant: u16) -> Result<Self, String> {
        let webhooks = first.checked_add(replicas).ok_or_else(|| {
            let last = u16::MAX - replicas;
            format!("PORT is {first}, but the ports end at 65535; set PORT to at most {last}")
        })?;
        // Port 0 means any free port.
        if tenant != 0 && (first..=webhooks).contains(&tenant) {
            return Err(format!(
                "the port of the tenant is {tenant}, but the other processes need the ports from {first} to \
                 {webhooks}; set TENANT_PORT to another port, or set PORT"
            ));
        }
        Ok(Self {
            replicas: (first..webhooks).collect(),
            webhooks,
        })
    }

    /// Returns all ports, the first one first.
    pub(crate) fn all(&self) -> Vec<u16> {
        [&self.replicas[..], &[self.webhooks]].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenant_must_not_have_a_port_of_another_process() {
        for (tenant, is_refused) in [
            (0, false),
            (18_499, false),
            (18_500, true),
            (18_501, true),
            (18_502, true),
            (18_503, false),
        ] {
            let ports = Ports::choose(18_500, 2, tenant);
            let expected = match is_refused {
                true => Err(format!(
                    "the port of the tenant is {tenant}, but the other processes need the ports from 18500 \
                     to 18502; set TENANT_PORT to another port, or set PORT"
                )),
                false => Ok(Ports {
                    replicas: vec![18_500, 18_501],
                    webhooks: 18_502,
                }),
            };
            assert_eq!(ports, expected, "{tenant}");
        }
    }
}
