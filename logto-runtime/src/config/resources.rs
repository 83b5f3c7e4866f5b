//! The API resources of this service, by indicator and by name.

use super::{error::ConfigError, resource_indicator::resource_problem, urls::without_query};

/// The resource indicators of this service (RFC 8707 §2), and their names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resources {
    /// Not empty once the builder has finished. The first one is the default resource.
    indicators: Vec<String>,
    /// Names, each with the position of its indicator in `indicators`.
    names: Vec<(String, usize)>,
}

impl Resources {
    pub(crate) fn add(&mut self, indicator: String) -> Result<(), ConfigError> {
        self.position_or_add(indicator).map(|_| ())
    }

    pub(crate) fn add_named(&mut self, name: String, indicator: String) -> Result<(), ConfigError> {
        let problem = |problem| ConfigError::ResourceName {
            name: name.clone(),
            problem,
        };
        if !is_resource_name(&name) {
            return Err(problem(
                "is not a valid name; use lower-case letters, digits, - and _, and begin with a \
                 letter",
            ));
        }
        let position = self.position_or_add(indicator)?;
        match self.names.iter().find(|(known, _)| *known == name) {
            Some((_, known)) if *known != position => Err(problem(
                "is used for two indicators; give each resource its own name",
            )),
            Some(_) => Ok(()),
            None => {
                self.names.push((name, position));
                Ok(())
            }
        }
    }

    pub(crate) fn default_indicator(&self) -> Option<&str> {
        self.indicators.first().map(String::as_str)
    }

    fn named(&self, name: &str) -> Option<&str> {
        self.names
            .iter()
            .find(|(known, _)| known == name)
            .and_then(|(_, position)| self.indicators.get(*position))
            .map(String::as_str)
    }

    /// Returns the indicator of a resource; `None` for an unknown name. `resource` is a name or an indicator.
    /// An indicator is returned unchanged. Without `resource`, returns the indicator of the default resource.
    pub(crate) fn indicator_of<'a>(&'a self, resource: Option<&'a str>) -> Option<&'a str> {
        match resource {
            None => Some(self.default_indicator().unwrap_or_default()),
            // An absolute URI contains a colon. A name can't contain one.
            Some(indicator) if indicator.contains(':') => Some(indicator),
            Some(name) => self.named(name),
        }
    }

    #[cfg(feature = "utoipa")]
    pub(crate) fn name_of(&self, indicator: &str) -> Option<&str> {
        self.names
            .iter()
            .find(|(_, position)| {
                self.indicators
                    .get(*position)
                    .is_some_and(|it| it == indicator)
            })
            .map(|(name, _)| name.as_str())
    }

    pub(crate) fn contains(&self, indicator: &str) -> bool {
        self.indicators.iter().any(|known| known == indicator)
    }

    pub(crate) fn indicators(&self) -> &[String] {
        &self.indicators
    }

    /// Returns all names and indicators that the builder was given, for messages.
    pub(crate) fn known(&self) -> Vec<&str> {
        let names = self.names.iter().map(|(name, _)| name.as_str());
        names
            .chain(self.indicators.iter().map(String::as_str))
            .collect()
    }

    /// Checks an indicator, and adds it if it is new. Returns its position.
    fn position_or_add(&mut self, indicator: String) -> Result<usize, ConfigError> {
        if let Some(problem) = resource_problem(&indicator) {
            return Err(ConfigError::Resource {
                value: without_query(&indicator),
                problem,
            });
        }
        if let Some(position) = self.indicators.iter().position(|known| *known == indicator) {
            return Ok(position);
        }
        self.indicators.push(indicator);
        Ok(self.indicators.len() - 1)
    }
}

fn is_resource_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
}
