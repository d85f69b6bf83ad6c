//! What the environment says, and `~/.aws/credentials` and `~/.aws/config`.

use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A variable of the environment, unless it is empty.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Whether a variable says yes or no.
pub fn switch(name: &str) -> Option<bool> {
    variable(name).map(|value| matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on"))
}

/// What the two files say under one name.
#[derive(Default)]
pub struct Profile {
    name: String,
    settings: BTreeMap<String, String>,
}

impl Profile {
    /// The one that `AWS_PROFILE` names, else `default`, which need not be there.
    pub fn read() -> Result<Profile> {
        let named = variable("AWS_PROFILE").or_else(|| variable("AWS_DEFAULT_PROFILE"));
        let name = named.clone().unwrap_or_else(|| "default".to_owned());
        let mut settings = BTreeMap::new();
        let files =
            [("AWS_CONFIG_FILE", "config", "profile "), ("AWS_SHARED_CREDENTIALS_FILE", "credentials", "")];
        let mut is_there = false;
        // The second file is heeded before the first.
        for (own, file, before) in files {
            let home = std::env::home_dir().map(|home| home.join(".aws").join(file));
            let Some(path) = variable(own).map(PathBuf::from).or(home) else { continue };
            match std::fs::read_to_string(&path) {
                Ok(text) => is_there |= take(&text, &name, before, &mut settings),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(Error::failed(format!("{}: {error}", path.display()))
                        .help("credentials of S3 are read from it; mend it, or move it away"));
                }
            }
        }
        match named {
            Some(name) if !is_there => Err(Error::usage(format!(
                "the profile {name} is neither in ~/.aws/credentials nor in ~/.aws/config"
            ))
            .help("check AWS_PROFILE; the names are told by: aws configure list-profiles")),
            _ => Ok(Profile { name, settings }),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A setting; one of a group is named as in `s3.addressing_style`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }
}

/// Takes the settings of a profile out of a text, and says whether it is there.
fn take(text: &str, profile: &str, before: &str, settings: &mut BTreeMap<String, String>) -> bool {
    let (mut is_ours, mut is_there, mut group) = (false, false, String::new());
    for line in text.lines().filter(|line| !line.trim_start().starts_with(['#', ';'])) {
        if let Some(heading) = line.trim().strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            let heading = heading.trim();
            let name = heading.strip_prefix(before).map(str::trim);
            is_ours = name == Some(profile) || profile == "default" && heading == "default";
            is_there |= is_ours;
        } else if let Some((name, value)) = line.split_once('=').filter(|_| is_ours) {
            let (is_inside, name, value) = (line.starts_with([' ', '\t']), name.trim(), value.trim());
            let name =
                if is_inside && !group.is_empty() { format!("{group}.{name}") } else { name.to_owned() };
            if !is_inside {
                group = if value.is_empty() { name.clone() } else { String::new() };
            }
            settings.insert(name, value.to_owned());
        }
    }
    is_there
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_what_stands_below_its_name() {
        let config = "[default]\nregion = us-west-2\n[profile two] # mine\nregion=eu-west-1\ns3 =\n  addressing_style = path\nrole_arn = r\n";
        let mut settings = BTreeMap::new();
        assert!(take(config, "two", "profile ", &mut settings));
        assert_eq!(settings["region"], "eu-west-1");
        assert_eq!((settings["s3.addressing_style"].as_str(), settings["role_arn"].as_str()), ("path", "r"));
        assert!(take("[two]\naws_access_key_id = k=\n", "two", "", &mut settings));
        assert_eq!(settings["aws_access_key_id"], "k=");
        assert!(take(config, "default", "profile ", &mut settings));
        assert!(!take(config, "three", "profile ", &mut settings));
    }
}
