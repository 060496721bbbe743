//! How the table in `table.rs` becomes the settings struct and the list of what can be set.

use super::form::AnyForm;

/// What is known about one setting.
pub struct SettingInfo {
    /// The field, the key in the settings file, and the name for `--set`.
    pub key: &'static str,
    /// The heading it is listed under.
    pub group: &'static str,
    /// One sentence for people, as written in the table.
    pub(super) text: &'static str,
    /// The value when nothing is set; empty: none.
    pub default: &'static str,
    /// Names in the environment besides `ATOLL_<KEY>`.
    pub aliases: &'static [&'static str],
    /// Names that are looked at only when nothing else sets it.
    pub fallbacks: &'static [&'static str],
    pub(super) form: &'static dyn AnyForm,
}

impl SettingInfo {
    /// What it does, in one sentence.
    pub fn doc(&self) -> &'static str {
        self.text.trim()
    }

    /// `ATOLL_<KEY>`.
    pub fn env_name(&self) -> String {
        format!("ATOLL_{}", self.key.to_uppercase())
    }

    /// Every name in the environment that sets it, the preferred one first.
    pub fn env_names(&self) -> Vec<String> {
        let mut names = vec![self.env_name()];
        names.extend(self.aliases.iter().map(|name| (*name).to_owned()));
        names
    }

    /// The values it takes, in words.
    pub fn allowed(&self) -> String {
        self.form.allowed()
    }

    /// Whether its value must never be shown.
    pub fn secret(&self) -> bool {
        self.form.secret()
    }
}

impl std::fmt::Debug for SettingInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key)
    }
}

/// Declares settings: `key: type = form, "default", ["NAME", …];`, with the documentation above each. An
/// empty default means none. `else ["NAME"]` adds names that count only when nothing else sets it.
macro_rules! settings {
    ($( group $group:literal { $(
        $(#[doc = $doc:literal])+
        $key:ident: $type:ty = $form:expr, $default:literal, [$($alias:literal),*] $(, else [$($fallback:literal),*])?;
    )* } )*) => {
        /// The value of every setting.
        #[derive(Clone, Debug)]
        pub struct Settings {
            $($( $(#[doc = $doc])+ pub $key: $type, )*)*
        }

        /// Every setting there is, in the order of the documentation.
        pub const TABLE: &[SettingInfo] = &[
            $($( SettingInfo {
                key: stringify!($key),
                group: $group,
                text: concat!($($doc),+),
                default: $default,
                aliases: &[$($alias),*],
                fallbacks: &[$($($fallback),*)?],
                form: &$form,
            }, )*)*
        ];

        impl Settings {
            /// Reads every setting from what was given, leaving the problems there.
            pub(super) fn read(given: &mut Given) -> Self {
                Settings { $($( $key: given.take(stringify!($key), &$form), )*)* }
            }
        }
    };
}

pub(super) use settings;
