//! A user, as in `users.csv`.

use super::{Invalid, Members, Raw, Rules, Spec, Written, trace};

/// The model `user`.
pub const SPEC: Spec = Spec {
    name: "user",
    plural: "users",
    complete: false,
    members: Members::needed(&MEMBERS),
    known: &MEMBERS,
    nest: None,
    fields: &["email", "first_name", "last_name", "extra"],
    keys: 1,
    hashed: false,
    address: Some("email"),
    described: None,
    is_new: false,
    rules: Rules::Keyed(&Written {
        parse: |raw| {
            let user = User::from_raw(raw)?;
            Ok(vec![user.email.into(), user.first_name.into(), user.last_name.into()])
        },
        traces: |raw| {
            raw.members(MEMBERS).map_or_else(
                |_| Vec::new(),
                |[.., email]| trace("email", email.optional_text()).into_iter().collect(),
            )
        },
    }),
};

const MEMBERS: [&str; 3] = ["first_name", "last_name", "email"];

/// A user; the e-mail address is the key, compared to the letter.
#[derive(Debug, PartialEq)]
pub struct User<'a> {
    /// The address, which identifies the user.
    pub email: &'a str,
    /// First name.
    pub first_name: &'a str,
    /// Last name.
    pub last_name: &'a str,
}

impl<'a> User<'a> {
    /// Applies the rules to a raw record.
    pub fn from_raw(raw: Raw<'a>) -> Result<Self, Invalid> {
        let [first_name, last_name, email] = raw.members(MEMBERS)?;
        Ok(User { email: email.key()?, first_name: first_name.text()?, last_name: last_name.text()? })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::*;

    #[test]
    fn a_row_becomes_a_user_and_needs_an_email() {
        let user = User::from_raw(Raw::row(&["Ada", "", "ada@example.com"])).unwrap();
        assert_eq!(user, User { email: "ada@example.com", first_name: "Ada", last_name: "" });
        assert_eq!(User::from_raw(Raw::row(&["Ada", "Byron", ""])).unwrap_err().rule, Rule::Missing);
    }
}
